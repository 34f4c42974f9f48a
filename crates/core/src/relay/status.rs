//! What the machine can tell of itself, for whoever asks how it stands. Reads only.

use super::Relay;
use super::input::PeerNo;
use super::stock::Stock;
use crate::ids::{ChannelId, ListId};
use crate::time::Timestamp;

/// How a carried channel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelStatus {
    /// Which.
    pub channel: ChannelId,
    /// Whether this home's desk or owner asked for it, rather than a peer.
    pub own: bool,
    /// Envelopes stored, lists apart.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The number and id of the newest list, once there is one.
    pub tip: Option<(u32, ListId)>,
    /// The list that is held fast to.
    pub pinned: Option<ListId>,
    /// Whether its keepers signed two branches.
    pub forked: bool,
}

/// How a connected peer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// Which.
    pub peer: PeerNo,
    /// Whether it carries what others introduce; false until it has said hello.
    pub open: bool,
    /// What it last said the time is; none where it doubts its clock or has not said.
    pub clock: Option<Timestamp>,
    /// The channels that both carry, and when each was last found to need no more.
    pub matched: Vec<(ChannelId, Option<Timestamp>)>,
    /// Its points of fault, of which some are forgiven with time.
    pub charges: u32,
}

impl Relay {
    /// Every carried channel, in the order of ids.
    pub fn channels(&self) -> impl Iterator<Item = ChannelStatus> {
        self.channels.values().map(|stock| ChannelStatus {
            channel: stock.channel,
            own: stock.own,
            count: stock.count() as u64,
            bytes: stock.bytes(),
            tip: stock.tip(),
            pinned: stock.chain.pinned(),
            forked: stock.chain.is_forked(),
        })
    }

    /// Every connected peer, in the order of numbers.
    pub fn peers(&self) -> impl Iterator<Item = PeerStatus> {
        self.peers.iter().map(|(no, peer)| PeerStatus {
            peer: *no,
            open: peer.hello.is_some_and(|hello| hello.open),
            clock: peer.hello.and_then(|hello| hello.clock),
            matched: peer.matched.iter().map(|(channel, matched)| (*channel, matched.last_sync)).collect(),
            charges: peer.record.points.left(self.limits.forgive_secs, self.now.at),
        })
    }

    /// What is left of the points of whoever has this network id, connected or not.
    pub fn charges_of(&self, id: &[u8]) -> u32 {
        let connected = self.peers.values().find(|peer| peer.ends.theirs == id).map(|peer| peer.record.points);
        connected.unwrap_or_else(|| self.past.points(id)).left(self.limits.forgive_secs, self.now.at)
    }

    /// What a peer last said the time is; none where it doubts its clock or has not said.
    pub fn clock_of(&self, peer: PeerNo) -> Option<Timestamp> {
        self.peers.get(&peer)?.hello?.clock
    }

    /// How many envelopes this home's desk has deposited in a channel, since this machine began, that no peer has
    /// acknowledged, offered, or shown to have by being level with us.
    pub fn unheard(&self, channel: &ChannelId) -> u64 {
        self.channels.get(channel).map_or(0, Stock::unheard)
    }

    /// Whether a channel is carried.
    pub fn carries(&self, channel: &ChannelId) -> bool {
        self.channels.contains_key(channel)
    }
}
