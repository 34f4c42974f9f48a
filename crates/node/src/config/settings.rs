//! One layer of settings as somebody wrote it: everything may be absent.

use serde::{Deserialize, Serialize};

use super::keys::{KEYS, SECTIONS};
use super::{ConfigError, Origin};

/// One layer: a file, or what flags say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `[node]`
    pub node: NodeSettings,
    /// `[desk]`
    pub desk: DeskSettings,
    /// `[interface]`
    pub interface: InterfaceSettings,
    /// `[limits]`
    pub limits: LimitSettings,
}

/// `[node]`: see [`super::Config`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is documented where it is resolved")]
pub struct NodeSettings {
    pub listen: Option<Vec<String>>,
    pub peers: Option<Vec<String>>,
    pub relay: Option<bool>,
    pub mdns: Option<bool>,
    pub carry: Option<Vec<String>>,
    pub carry_only: Option<Vec<String>>,
}

/// `[desk]`: see [`super::Config`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is documented where it is resolved")]
pub struct DeskSettings {
    pub lock_after_minutes: Option<u32>,
}

/// `[interface]`: see [`super::Config`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is documented where it is resolved")]
pub struct InterfaceSettings {
    pub lang: Option<String>,
}

/// `[limits]`: see [`super::ConfigLimits`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is documented where it is resolved")]
pub struct LimitSettings {
    pub connections: Option<u32>,
    pub connections_per_peer: Option<u32>,
    pub connections_per_address: Option<u32>,
    pub streams: Option<u32>,
    pub rate: Option<u32>,
    pub burst: Option<u32>,
    pub channel_bytes: Option<u64>,
    pub total_bytes: Option<u64>,
    pub channels: Option<u32>,
    pub cache_bytes: Option<u64>,
}

impl Settings {
    /// Reads a file's text. An unknown key is an error that names the most similar known one.
    pub fn parse(text: &str, origin: &Origin) -> Result<Self, ConfigError> {
        let syntax = |error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ConfigError::Syntax { origin: origin.clone(), line, message: error.to_string() }
        };
        let table: toml::Table = toml::from_str(text).map_err(syntax)?;
        refuse_unknown(&table, origin)?;
        toml::from_str(text).map_err(syntax)
    }
}

fn refuse_unknown(table: &toml::Table, origin: &Origin) -> Result<(), ConfigError> {
    for (section, value) in table {
        let Some(inside) = value.as_table().filter(|_| SECTIONS.contains(&section.as_str())) else {
            return Err(unknown(section, &SECTIONS, origin));
        };
        for key in inside.keys() {
            let key = format!("{section}.{key}");
            if !KEYS.contains(&key.as_str()) {
                return Err(unknown(&key, &KEYS, origin));
            }
        }
    }
    Ok(())
}

fn unknown(key: &str, among: &[&'static str], origin: &Origin) -> ConfigError {
    let likeness = |known: &str| {
        let last = known.rsplit('.').next().unwrap_or(known);
        strsim::jaro_winkler(key, known).max(strsim::jaro_winkler(key, last))
    };
    let candidates = among.iter().chain(&KEYS).map(|known| (likeness(known), *known));
    let nearest = candidates.filter(|(likeness, _)| *likeness > 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
    ConfigError::UnknownKey { origin: origin.clone(), key: key.to_owned(), nearest: nearest.map(|(_, known)| known) }
}
