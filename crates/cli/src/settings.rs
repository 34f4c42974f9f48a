//! Where each setting comes from: flags, then the environment, then `config.toml` in the home, then
//! `/etc/kenes/config.toml`, then what is built in. `kenes doctor` shows the source of each.

use std::env;
use std::fmt;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use kenes_node::home::Home;

use crate::args::{ColorChoice, Global, Lang};
use crate::error::{CommandError, OwnKind};

/// The configuration of the whole machine.
pub(crate) const SYSTEM_CONFIG: &str = "/etc/kenes/config.toml";

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(&'static str),
    Environment(&'static str),
    BuiltIn,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Environment(name) => f.write_str(name),
            Self::BuiltIn => f.write_str("-"),
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

impl<T> Setting<T> {
    fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// The settings that are needed before any file is read.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) home: Setting<Home>,
    pub(crate) lang: Setting<Lang>,
    pub(crate) color: Setting<ColorChoice>,
}

impl Settings {
    /// From the flags and the environment of this process.
    pub(crate) fn gather(global: &Global) -> Result<Self, CommandError> {
        Ok(Self { home: home(global)?, lang: lang(global.lang), color: color(global.color) })
    }
}

/// The language alone, for what is said before the command line is understood.
pub(crate) fn lang(flag: Option<Lang>) -> Setting<Lang> {
    if let Some(lang) = flag {
        return Setting::new(lang, Origin::Flag("--lang"));
    }
    for name in ["KENES_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
        let value = env::var(name).unwrap_or_default();
        if let Some(lang) = Lang::of_locale(&value) {
            return Setting::new(lang, Origin::Environment(name));
        }
        // As for every other program: the first of the three that is set decides, whatever it names.
        if name != "KENES_LANG" && !value.is_empty() {
            break;
        }
    }
    Setting::new(Lang::En, Origin::BuiltIn)
}

fn color(flag: Option<ColorChoice>) -> Setting<ColorChoice> {
    match flag {
        Some(choice) => Setting::new(choice, Origin::Flag("--color")),
        None if no_color() => Setting::new(ColorChoice::Never, Origin::Environment("NO_COLOR")),
        None => Setting::new(ColorChoice::Auto, Origin::BuiltIn),
    }
}

/// Whether NO_COLOR is set to anything (no-color.org).
fn no_color() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn home(global: &Global) -> Result<Setting<Home>, CommandError> {
    let (path, origin) = if let Some(path) = &global.home {
        (path.clone(), Origin::Flag("--home"))
    } else if let Some(path) = env::var_os("KENES_HOME").filter(|path| !path.is_empty()) {
        (PathBuf::from(path), Origin::Environment("KENES_HOME"))
    } else {
        let base = etcetera::choose_base_strategy().map_err(CommandError::failed)?;
        (base.data_dir().join("kenes"), Origin::BuiltIn)
    };
    let path = std::path::absolute(&path)
        .map_err(|error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error))?;
    Ok(Setting::new(Home::at(path), origin))
}
