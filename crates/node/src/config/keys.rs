//! Every key, what it may hold, and how layers resolve into one value.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use kenes_core::envelope::LONGEST;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

use super::{Config, ConfigError, ConfigLimits, Origin, Origins, Problem, Settings};

/// The sections of a file.
pub(super) const SECTIONS: [&str; 4] = ["node", "desk", "interface", "limits"];

/// Every key, with its section.
pub const KEYS: [&str; 18] = [
    "node.listen",
    "node.peers",
    "node.relay",
    "node.mdns",
    "node.carry",
    "node.carry_only",
    "desk.lock_after_minutes",
    "interface.lang",
    "limits.connections",
    "limits.connections_per_peer",
    "limits.connections_per_address",
    "limits.streams",
    "limits.rate",
    "limits.burst",
    "limits.channel_bytes",
    "limits.total_bytes",
    "limits.channels",
    "limits.cache_bytes",
];

const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

/// Every address of this machine, on any free port.
pub(super) fn default_listen() -> Multiaddr {
    Multiaddr::empty().with(Protocol::Ip4([0, 0, 0, 0].into())).with(Protocol::Tcp(0))
}

/// Takes each key from the first layer that has it.
pub(super) struct Resolver<'a> {
    layers: &'a [(Origin, Settings)],
    origins: Origins,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(layers: &'a [(Origin, Settings)]) -> Self {
        Self { layers, origins: KEYS.into_iter().map(|key| (key, Origin::Default)).collect() }
    }

    pub(super) fn origins(self) -> Origins {
        self.origins
    }

    pub(super) fn config(&mut self) -> Result<Config, ConfigError> {
        let default = Config::default();
        Ok(Config {
            listen: self.all("node.listen", |s| &s.node.listen)?.unwrap_or(default.listen),
            peers: self.all("node.peers", |s| &s.node.peers)?.unwrap_or_default(),
            relay: self.take("node.relay", |s| &s.node.relay).unwrap_or(default.relay),
            mdns: self.take("node.mdns", |s| &s.node.mdns).unwrap_or(default.mdns),
            carry: self.all("node.carry", |s| &s.node.carry)?.unwrap_or_default(),
            carry_only: self.all("node.carry_only", |s| &s.node.carry_only)?.unwrap_or_default(),
            lock_after_minutes: self
                .within("desk.lock_after_minutes", 1..=10_080, |s| &s.desk.lock_after_minutes)?
                .unwrap_or(default.lock_after_minutes),
            lang: self.language()?,
            limits: self.limits()?,
        })
    }

    fn limits(&mut self) -> Result<ConfigLimits, ConfigError> {
        let default = ConfigLimits::default();
        let least = LONGEST as u64;
        let few = 1..=4_096;
        Ok(ConfigLimits {
            connections: self
                .within("limits.connections", few.clone(), |s| &s.limits.connections)?
                .unwrap_or(default.connections),
            connections_per_peer: self
                .within("limits.connections_per_peer", 1..=8, |s| &s.limits.connections_per_peer)?
                .unwrap_or(default.connections_per_peer),
            connections_per_address: self
                .within("limits.connections_per_address", few.clone(), |s| &s.limits.connections_per_address)?
                .unwrap_or(default.connections_per_address),
            streams: self.within("limits.streams", 2..=256, |s| &s.limits.streams)?.unwrap_or(default.streams),
            rate: self.within("limits.rate", 1..=100_000, |s| &s.limits.rate)?.unwrap_or(default.rate),
            burst: self.within("limits.burst", 1..=100_000, |s| &s.limits.burst)?.unwrap_or(default.burst),
            channel_bytes: self
                .within("limits.channel_bytes", 4 * least..=1 << 50, |s| &s.limits.channel_bytes)?
                .unwrap_or(default.channel_bytes),
            total_bytes: self
                .within("limits.total_bytes", 4 * least..=1 << 50, |s| &s.limits.total_bytes)?
                .unwrap_or(default.total_bytes),
            channels: self.within("limits.channels", 1..=65_536, |s| &s.limits.channels)?.unwrap_or(default.channels),
            cache_bytes: self
                .within("limits.cache_bytes", 1 << 20..=1 << 40, |s| &s.limits.cache_bytes)?
                .unwrap_or(default.cache_bytes),
        })
    }

    fn take<T: Clone>(&mut self, key: &'static str, field: impl Fn(&Settings) -> &Option<T>) -> Option<T> {
        let found = self.layers.iter().find_map(|(origin, settings)| Some((origin, field(settings).clone()?)));
        let (origin, value) = found?;
        self.origins.insert(key, origin.clone());
        Some(value)
    }

    fn all<T: FromStr>(
        &mut self,
        key: &'static str,
        field: impl Fn(&Settings) -> &Option<Vec<String>>,
    ) -> Result<Option<Vec<T>>, ConfigError> {
        let Some(texts) = self.take(key, field) else { return Ok(None) };
        let parse = |text: &String| text.parse().map_err(|_| self.wrong(key, text, Problem::Unreadable));
        texts.iter().map(parse).collect::<Result<_, _>>().map(Some)
    }

    fn within<T: Clone + PartialOrd + Display>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<T>,
        field: impl Fn(&Settings) -> &Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        match self.take(key, field) {
            Some(value) if !range.contains(&value) => {
                let problem = Problem::Range { least: range.start().to_string(), most: range.end().to_string() };
                Err(self.wrong(key, &value, problem))
            }
            value => Ok(value),
        }
    }

    fn language(&mut self) -> Result<Option<String>, ConfigError> {
        match self.take("interface.lang", |settings| &settings.interface.lang) {
            Some(lang) if !LANGUAGES.contains(&lang.as_str()) => {
                Err(self.wrong("interface.lang", &lang, Problem::Choice(&LANGUAGES)))
            }
            lang => Ok(lang),
        }
    }

    fn wrong(&self, key: &'static str, value: &impl ToString, problem: Problem) -> ConfigError {
        let origin = self.origins.get(key).cloned().unwrap_or(Origin::Default);
        ConfigError::Value { origin, key, value: value.to_string(), problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<(Config, Origins), ConfigError> {
        let origin = Origin::File("config.toml".into());
        let settings = Settings::parse(text, &origin)?;
        Config::resolve(&[(origin, settings)])
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        let (config, origins) = file("").unwrap();
        assert_eq!(config, Config::default());
        assert!(origins.values().all(|origin| *origin == Origin::Default));
        assert_eq!(origins.len(), KEYS.len());
    }

    #[test]
    fn an_unknown_key_is_refused_and_the_nearest_named() {
        for (text, meant) in [
            ("[node]\nlisten_on = []", "node.listen"),
            ("[limits]\nconections = 3", "limits.connections"),
            ("[nod]\nlisten = []", "node"),
            ("relay = true", "node.relay"),
            ("[node.limits]\nrate = 1", "limits"),
        ] {
            let error = file(text).unwrap_err().to_string();
            assert!(error.contains(meant), "{text}: {error}");
        }
    }

    #[test]
    fn values_that_cannot_be_are_refused_in_words_that_name_file_and_key() {
        for (text, key) in [
            ("[limits]\nrate = 0", "limits.rate"),
            ("[limits]\nstreams = -4", "streams"),
            ("[node]\nlisten = ['/ip4/1.2.3/tcp/1']", "node.listen"),
            ("[node]\ncarry = ['xyz']", "node.carry"),
            ("[interface]\nlang = 'de'", "interface.lang"),
            ("[node]\nrelay = 'yes'", "relay"),
        ] {
            let error = file(text).unwrap_err().to_string();
            assert!(error.contains("config.toml") && error.contains(key), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_no_toml_is_refused_by_its_line() {
        for (text, at) in [("[node]\nrelay = tru", 2), ("[node]\n\n[limits]\nrate = 'x'\n", 4), ("]", 1)] {
            let refused = file(text);
            assert!(matches!(&refused, Err(ConfigError::Syntax { line, .. }) if *line == at), "{text}: {refused:?}");
        }
    }

    #[test]
    fn the_first_layer_that_names_a_key_decides_and_is_named() {
        let flags = Settings::parse("[node]\nrelay = true", &Origin::Flags).unwrap();
        let home = Origin::File("home".into());
        let file = Settings::parse("[node]\nrelay = false\nmdns = false", &home).unwrap();
        let (config, origins) = Config::resolve(&[(Origin::Flags, flags), (home.clone(), file)]).unwrap();
        assert!(config.relay && !config.mdns);
        assert_eq!((&origins["node.relay"], &origins["node.mdns"]), (&Origin::Flags, &home));
    }

    #[test]
    fn the_example_holds_every_key_at_its_default() {
        let text = include_str!("../../../../config/kenes.example.toml");
        let table: toml::Table = toml::from_str(text).unwrap();
        let found: Vec<String> = table
            .iter()
            .flat_map(|(section, keys)| keys.as_table().unwrap().keys().map(move |key| format!("{section}.{key}")))
            .collect();
        for key in KEYS {
            assert!(found.iter().any(|found| found == key), "{key} is missing");
        }
        let (config, _) = file(text).unwrap();
        assert_eq!(config, Config { lang: Some("en".into()), ..Config::default() });
    }
}
