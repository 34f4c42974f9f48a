//! The channels that this node carries.

use kenes_core::ids::{ChannelId, ListId};
use serde::{Deserialize, Serialize};

/// A channel that is carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Which.
    pub channel: ChannelId,
    /// The list that the node holds fast to, where one was named.
    pub pinned: Option<ListId>,
    /// Whether this home asked for it, rather than a peer.
    pub own: bool,
    /// Whether its keepers signed two branches of its lists.
    pub forked: bool,
    /// Envelopes stored.
    pub envelopes: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// `GET /v1/channels`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Channels {
    /// In the order of their ids.
    pub channels: Vec<Channel>,
}

/// `POST /v1/channels`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewChannel {
    /// Which to carry.
    pub channel: ChannelId,
    /// A list to hold fast to from the start.
    #[serde(default)]
    pub pinned: Option<ListId>,
}
