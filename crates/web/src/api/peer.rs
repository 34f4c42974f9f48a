//! Other nodes.

use serde::{Deserialize, Serialize};

use super::moment::Moment;

/// Another node that is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its name on the network; a person's node has a new one each time it starts.
    pub peer_id: String,
    /// Where it is.
    pub address: String,
    /// Connected since.
    pub since: Moment,
    /// When envelopes were last compared with it.
    pub last_sync: Option<Moment>,
    /// Whether the owner added it by address.
    pub added: bool,
    /// How far its clock is ahead of ours, in seconds, where that is known.
    pub clock_ahead: Option<i64>,
    /// Its points of fault: none for a node that did no wrong.
    pub charges: u32,
}

/// Another node that did wrong, connected or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Penalised {
    /// Its name on the network.
    pub peer_id: String,
    /// Where it was when it first did.
    pub address: String,
    /// What is left of its points of fault: some are forgiven with time.
    pub charges: u32,
    /// What it did.
    pub faults: Vec<Faults>,
    /// When it last did wrong.
    pub last: Moment,
    /// Until when it is kept out; none where it is not.
    pub kept_out_until: Option<Moment>,
}

/// What a node did wrong, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Such as `bad_signature`.
    pub reason: String,
    /// How often.
    pub count: u64,
}

/// `GET /v1/peers`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Peers {
    /// In no order that means anything.
    pub peers: Vec<Peer>,
}

/// `POST /v1/peers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPeer {
    /// A multiaddr, such as `/ip4/192.168.1.5/tcp/4070`.
    pub address: String,
}

/// `DELETE /v1/peers` and `POST /v1/peers/block`: which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerQuery {
    /// An address that was added, or a peer id.
    pub peer: String,
}
