//! The owner's settings: what they are called, what they are by default, and where each came from.
//!
//! Several layers of [`Settings`] (flags, a home's file, the system's file) resolve into one [`Config`]; the first layer
//! that names a key decides. Finding the layers, and the words for a person, are the terminal's.

mod keys;
mod settings;

use std::collections::BTreeMap;
use std::path::PathBuf;

use kenes_core::ids::{ChannelId, ListId};
use libp2p::Multiaddr;
use thiserror::Error;

pub use keys::KEYS;
pub use settings::{DeskSettings, InterfaceSettings, LimitSettings, NodeSettings, Settings};

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not TOML, or a value of the wrong type.
    #[error("{origin}: {message}")]
    Syntax {
        /// Which layer.
        origin: Origin,
        /// The line, counted from one, where the file says what is wrong; the first where it does not.
        line: usize,
        /// What is wrong and where, with the line as it stands there.
        message: String,
    },
    /// No such key.
    #[error("{origin}: there is no key `{key}`{}", nearest.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default())]
    UnknownKey {
        /// Which layer.
        origin: Origin,
        /// What stands there.
        key: String,
        /// The known key that is most like it.
        nearest: Option<&'static str>,
    },
    /// A value that cannot be.
    #[error("{origin}: `{key}` is {value:?}, {problem}")]
    Value {
        /// Which layer.
        origin: Origin,
        /// Which key.
        key: &'static str,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        problem: Problem,
    },
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// It is no address, channel or list.
    #[error("which cannot be read")]
    Unreadable,
    /// A number too small or too large.
    #[error("and may be {least} to {most}")]
    Range {
        /// The least.
        least: String,
        /// The most.
        most: String,
    },
    /// None of the few that are possible.
    #[error("and may be one of {}", .0.join(", "))]
    Choice(&'static [&'static str]),
}

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flags,
    /// The environment.
    Environment,
    /// A file.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flags => f.write_str("on the command line"),
            Self::Environment => f.write_str("in the environment"),
            Self::File(path) => path.display().fmt(f),
            Self::Default => f.write_str("by default"),
        }
    }
}

/// A channel to carry, and the list to hold fast to: `channel` or `channel@list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarryRule {
    /// Which.
    pub channel: ChannelId,
    /// The list to hold fast to.
    pub pinned: Option<ListId>,
}

impl std::str::FromStr for CarryRule {
    type Err = kenes_core::ids::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('@') {
            Some((channel, list)) => Ok(Self { channel: channel.parse()?, pinned: Some(list.parse()?) }),
            None => Ok(Self { channel: text.parse()?, pinned: None }),
        }
    }
}

impl std::fmt::Display for CarryRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pinned {
            Some(list) => write!(f, "{}@{list}", self.channel),
            None => self.channel.fmt(f),
        }
    }
}

/// Every setting, resolved and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Addresses to listen on; none to listen on nothing.
    pub listen: Vec<Multiaddr>,
    /// Addresses to dial, and to dial again for ever.
    pub peers: Vec<Multiaddr>,
    /// Whether this is a relay: it keeps its network key and carries whatever verifies.
    pub relay: bool,
    /// Whether to look for peers on the local network.
    pub mdns: bool,
    /// Channels to carry whoever asks.
    pub carry: Vec<CarryRule>,
    /// Where not empty, the only channels that peers may introduce to this relay.
    pub carry_only: Vec<ChannelId>,
    /// Minutes without use after which the desk locks itself.
    pub lock_after_minutes: u32,
    /// The language of screens: `kk`, `ru` or `en`; none to follow the environment.
    pub lang: Option<String>,
    /// Bounds.
    pub limits: ConfigLimits,
}

/// Bounds that an owner may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigLimits {
    /// Connections in all.
    pub connections: u32,
    /// Connections with one peer.
    pub connections_per_peer: u32,
    /// Connections from one address, this machine's own apart.
    pub connections_per_address: u32,
    /// Exchanges at once on one connection.
    pub streams: u32,
    /// Envelopes a second that a peer may bring outside of sync.
    pub rate: u32,
    /// How many of them may come at once.
    pub burst: u32,
    /// A channel's quota in bytes.
    pub channel_bytes: u64,
    /// The quota of all channels together, in bytes.
    pub total_bytes: u64,
    /// Channels carried.
    pub channels: u32,
    /// Memory for the store's pages, in bytes.
    pub cache_bytes: u64,
}

/// Which layer decided each key.
pub type Origins = BTreeMap<&'static str, Origin>;

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: vec![keys::default_listen()],
            peers: Vec::new(),
            relay: false,
            mdns: true,
            carry: Vec::new(),
            carry_only: Vec::new(),
            lock_after_minutes: 10,
            lang: None,
            limits: ConfigLimits::default(),
        }
    }
}

impl Default for ConfigLimits {
    fn default() -> Self {
        Self {
            connections: 64,
            connections_per_peer: 2,
            connections_per_address: 8,
            streams: 16,
            rate: 50,
            burst: 200,
            channel_bytes: 256 << 20,
            total_bytes: 4 << 30,
            channels: 1_024,
            cache_bytes: 32 << 20,
        }
    }
}

impl ConfigLimits {
    /// Connections that may be made to this node: a quarter of all is kept for those that it makes itself.
    pub(crate) fn incoming(&self) -> u32 {
        (self.connections - self.connections / 4).max(1)
    }

    /// Peers that the owner did not add. One in twelve of the places for connections that come in is left free, so that
    /// whoever comes can be looked at before somebody gives way.
    pub(crate) fn strangers(&self) -> u32 {
        (self.incoming() - self.incoming() / 12).max(1)
    }
}

impl Config {
    /// Resolves layers, the most pressing first, and says which decided each key.
    pub fn resolve(layers: &[(Origin, Settings)]) -> Result<(Self, Origins), ConfigError> {
        let mut resolver = keys::Resolver::new(layers);
        let config = resolver.config()?;
        Ok((config, resolver.origins()))
    }
}
