//! Where each setting comes from: flags, then the environment, then `config.toml` in the home, then
//! `/etc/kenes/config.toml`, then what is built in. `kenes doctor` shows the source of each.

use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use kenes_node::config::{self, Config, ConfigError, Origins, Problem};
use kenes_node::home::Home;
use kenes_web::api::{ApiError, Cause, ErrorKind};

use crate::args::{ColorChoice, Global, Lang, Up};
use crate::error::{CommandError, OwnKind};

/// The configuration of the whole machine.
pub(crate) const SYSTEM_CONFIG: &str = "/etc/kenes/config.toml";
/// The most bytes of a configuration file.
const LONGEST: u64 = 256 * 1024;

/// One layer of the configuration, and where it is from.
type Layer = (config::Origin, config::Settings);

/// A value and where it comes from: a flag, a variable, a file, or nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: String,
}

/// What stands for the origin of what is built in.
pub(crate) const BUILT_IN: &str = "-";

impl<T> Setting<T> {
    fn new(value: T, origin: impl Into<String>) -> Self {
        Self { value, origin: origin.into() }
    }
}

/// Every setting of this run.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) home: Setting<Home>,
    pub(crate) lang: Setting<Lang>,
    pub(crate) color: Setting<ColorChoice>,
    /// The node's and the desk's.
    pub(crate) config: Config,
    /// Which layer decided each key of the configuration.
    pub(crate) origins: Origins,
    files: Vec<Layer>,
}

impl Settings {
    /// From the flags, the environment and the files of this run.
    pub(crate) fn gather(global: &Global) -> Result<Self, CommandError> {
        let home = home(global)?;
        let mut files = Vec::new();
        for path in [home.value.config_file(), PathBuf::from(SYSTEM_CONFIG)] {
            files.extend(layer(&path)?);
        }
        let (config, origins) = Config::resolve(&files)?;
        let lang = lang(global.lang, Some((&config, &origins)));
        Ok(Self { home, lang, color: color(global.color), config, origins, files })
    }

    /// Whether there is a home, or `kenes up` makes one: a relay needs no keys.
    pub(crate) fn can_start(&self, up: &Up) -> bool {
        self.home.value.exists() || self.with_flags(up).is_ok_and(|config| config.relay)
    }

    /// The configuration with what the flags of `kenes up` say on top.
    pub(crate) fn with_flags(&self, up: &Up) -> Result<Config, CommandError> {
        let some = |texts: &[String]| (!texts.is_empty()).then(|| texts.to_vec());
        let mut flags = config::Settings::default();
        flags.node.relay = up.relay.then_some(true);
        flags.node.mdns = up.no_mdns.then_some(false);
        flags.node.listen = some(&up.listen);
        flags.node.peers = some(&up.peer);
        let mut layers = vec![(config::Origin::Flags, flags)];
        layers.extend(self.files.iter().cloned());
        Ok(Config::resolve(&layers)?.0)
    }
}

/// The language of screens; `resolved` is left out for what is said before the files are read.
pub(crate) fn lang(flag: Option<Lang>, resolved: Option<(&Config, &Origins)>) -> Setting<Lang> {
    if let Some(lang) = flag {
        return Setting::new(lang, "--lang");
    }
    if let Some(lang) = env::var("KENES_LANG").ok().as_deref().and_then(Lang::of_locale) {
        return Setting::new(lang, "KENES_LANG");
    }
    if let Some((config, origins)) = resolved
        && let Some(lang) = config.lang.as_deref().and_then(Lang::of_locale)
    {
        return Setting::new(lang, origins.get("interface.lang").map_or_else(String::new, shown));
    }
    // As for every other program: the first of the three that is set decides, whatever it names.
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| {
        let value = env::var(name).ok().filter(|value| !value.is_empty())?;
        Some((name, value))
    });
    match locale.and_then(|(name, value)| Some((name, Lang::of_locale(&value)?))) {
        Some((name, lang)) => Setting::new(lang, name),
        None => Setting::new(Lang::En, BUILT_IN),
    }
}

/// An origin as `kenes doctor` shows it.
pub(crate) fn shown(origin: &config::Origin) -> String {
    match origin {
        config::Origin::File(path) => path.display().to_string(),
        config::Origin::Flags => "--".to_owned(),
        config::Origin::Environment => "$".to_owned(),
        config::Origin::Default => BUILT_IN.to_owned(),
    }
}

fn color(flag: Option<ColorChoice>) -> Setting<ColorChoice> {
    match flag {
        Some(choice) => Setting::new(choice, "--color"),
        None if no_color() => Setting::new(ColorChoice::Never, "NO_COLOR"),
        None => Setting::new(ColorChoice::Auto, BUILT_IN),
    }
}

/// Whether NO_COLOR is set to anything (no-color.org).
pub(crate) fn no_color() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn home(global: &Global) -> Result<Setting<Home>, CommandError> {
    let (path, origin) = if let Some(path) = &global.home {
        (path.clone(), "--home")
    } else if let Some(path) = env::var_os("KENES_HOME").filter(|path| !path.is_empty()) {
        (PathBuf::from(path), "KENES_HOME")
    } else {
        let base = etcetera::choose_base_strategy().map_err(CommandError::failed)?;
        (base.data_dir().join("kenes"), BUILT_IN)
    };
    let path = std::path::absolute(&path).map_err(|error| unusable(&path, error))?;
    Ok(Setting::new(Home::at(path), origin))
}

/// The layer that a file holds; none where there is no file.
fn layer(path: &Path) -> Result<Option<Layer>, CommandError> {
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text)) {
        Ok(length) if length as u64 > LONGEST => {
            let refusal = CommandError::new(OwnKind::BadConfig).detail("path", path.display());
            return Err(refusal.cause(Cause::ConfigLong).detail("limit", LONGEST));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        Err(error) => return Err(unusable(path, error)),
    }
    let origin = config::Origin::File(path.to_owned());
    let settings = config::Settings::parse(&text, &origin)?;
    Ok(Some((origin, settings)))
}

fn unusable(path: &Path, error: io::Error) -> CommandError {
    CommandError::new(OwnKind::File).detail("path", path.display()).because(error)
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        let bad = |origin: &config::Origin| Self::new(OwnKind::BadConfig).detail("path", shown(origin));
        match &error {
            ConfigError::UnknownKey { origin, key, nearest } => Self::new(OwnKind::UnknownKey)
                .detail("path", shown(origin))
                .detail("key", key)
                .detail("nearest", nearest.unwrap_or(BUILT_IN)),
            ConfigError::Syntax { origin, line, .. } => bad(origin).cause(Cause::ConfigSyntax).detail("line", line),
            // Flags hold nothing but addresses and switches.
            ConfigError::Value { origin: config::Origin::Flags, value, .. } => {
                ApiError::new(ErrorKind::BadAddress, error.to_string()).detail("address", value).into()
            }
            ConfigError::Value { origin, key, value, problem } => {
                let bad = bad(origin).detail("key", key).detail("value", value);
                match problem {
                    Problem::Unreadable => bad.cause(Cause::ConfigValue),
                    Problem::Range { least, most } => {
                        bad.cause(Cause::ConfigRange).detail("least", least).detail("most", most)
                    }
                    Problem::Choice(choices) => bad.cause(Cause::ConfigChoice).detail("choices", choices.join(", ")),
                }
            }
            _ => Self::failed(error),
        }
    }
}
