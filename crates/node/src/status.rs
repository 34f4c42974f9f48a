//! What a node tells of itself: how it stands, and what happens.

use std::collections::BTreeMap;
use std::sync::Arc;

use kenes_core::ids::{ChannelId, EnvelopeId};
use kenes_core::relay::{ChannelStatus, Reason, Report};
use kenes_core::time::Timestamp;
use libp2p::{Multiaddr, PeerId};

use crate::clock::ClockWarning;
use crate::store::{Salvaged, StoreError};

/// How a node stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// Its name on the network, where it has one.
    pub peer_id: Option<PeerId>,
    /// Where it listens.
    pub listen: Vec<Multiaddr>,
    /// Whether it looks for peers on a local network: where it may, and this machine is in one.
    pub mdns: bool,
    /// Addresses that it dials for its owner.
    pub wanted: Vec<Multiaddr>,
    /// Who is connected.
    pub peers: Vec<PeerReport>,
    /// Who did wrong since the start, the last first; no more than are remembered.
    pub penalised: Vec<Penalised>,
    /// What it carries.
    pub channels: Vec<ChannelStatus>,
    /// Envelopes stored.
    pub envelopes: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Envelopes that did not read back and were dropped, since the start.
    pub damaged: u64,
    /// When a sync last ended well.
    pub last_sync: Option<Timestamp>,
    /// Envelopes of this home's own desk that no peer has acknowledged yet.
    pub queued: u64,
    /// What is wrong with the clock.
    pub clock: Option<ClockWarning>,
    /// What was saved, where the store was found damaged at the start.
    pub salvaged: Option<Salvaged>,
    /// What was done since the start.
    pub counters: Counters,
}

/// A connected peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerReport {
    /// Its name on the network; a person's node has a new one at each start.
    pub peer_id: PeerId,
    /// Where it is.
    pub address: Multiaddr,
    /// Since when.
    pub since: Timestamp,
    /// Whether the owner added its address.
    pub added: bool,
    /// When a channel was last found to need no more.
    pub last_sync: Option<Timestamp>,
    /// Seconds that its clock is ahead of ours, where it told us.
    pub clock_ahead: Option<i64>,
    /// Its points of fault, of which some are forgiven with time.
    pub charges: u32,
}

/// A peer that did wrong, connected or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Penalised {
    /// Its name on the network.
    pub peer_id: PeerId,
    /// Where it was when it first did.
    pub address: Multiaddr,
    /// What it did, and how often.
    pub faults: Vec<(Reason, u64)>,
    /// What is left of its points of fault.
    pub charges: u32,
    /// When it last did wrong.
    pub last: Timestamp,
    /// Until when it is kept out, where it is.
    pub kept_out_until: Option<Timestamp>,
}

/// What was done since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counters {
    /// Envelopes stored.
    pub stored: u64,
    /// Envelopes dropped: over, evicted, or of a channel no longer carried.
    pub dropped: u64,
    /// Envelopes refused, and charges against peers, by reason.
    pub refused: BTreeMap<Reason, u64>,
    /// Frames that came.
    pub frames_in: u64,
    /// Frames that went.
    pub frames_out: u64,
    /// Bytes of frames that came.
    pub bytes_in: u64,
    /// Bytes of frames that went.
    pub bytes_out: u64,
    /// Peers that did wrong and were let go.
    pub banned: u64,
}

/// Something that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum NodeEvent {
    /// Envelopes were stored, from wherever.
    Stored {
        /// In which channel.
        channel: ChannelId,
        /// How many.
        count: u64,
    },
    /// A peer is connected.
    PeerUp {
        /// Who.
        peer: PeerId,
        /// Where.
        address: Multiaddr,
    },
    /// It is gone.
    PeerDown {
        /// Who.
        peer: PeerId,
    },
    /// A peer carries a channel that we carry.
    Matched {
        /// Who.
        peer: PeerId,
        /// Which.
        channel: ChannelId,
    },
    /// A sync is done.
    Synced {
        /// With whom.
        peer: PeerId,
        /// Of which channel.
        channel: ChannelId,
        /// What it moved.
        report: Report,
    },
    /// A peer's clock and ours are more than an hour apart.
    ClockApart {
        /// Whose.
        peer: PeerId,
        /// What it says the time is.
        theirs: Timestamp,
    },
    /// A peer did wrong.
    Charged {
        /// Who.
        peer: PeerId,
        /// What it did.
        reason: Reason,
    },
    /// Two branches of a channel's lists are signed by its keepers.
    ListFork {
        /// Which channel.
        channel: ChannelId,
    },
    /// The store failed, and the node has stopped.
    Failed(Arc<StoreError>),
}

/// What became of a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deposited {
    /// Newly stored.
    pub stored: u64,
    /// Here already.
    pub duplicate: u64,
    /// Not taken, and why.
    pub refused: Vec<(EnvelopeId, Reason)>,
}

/// What a sync with all peers moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncReport {
    /// Peers with whom a channel was compared to the end.
    pub peers: u64,
    /// Envelopes stored.
    pub received: u64,
    /// Envelopes that came and were here already.
    pub duplicate: u64,
    /// Envelopes sent and acknowledged.
    pub sent: u64,
    /// Envelopes refused.
    pub refused: u64,
    /// Bytes of messages that were no envelopes, both ways.
    pub overhead_bytes: u64,
    /// Whether it ended before all was compared.
    pub unfinished: bool,
}
