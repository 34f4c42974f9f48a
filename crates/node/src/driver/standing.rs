//! What the driver keeps so that it can say how the node stands: peers, counts, and who listens to events.

use std::collections::BTreeMap;

use kenes_core::ids::ChannelId;
use kenes_core::relay::{Event, PeerNo, Reason, Relay};
use kenes_core::time::{HOUR, Reading, Timestamp};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::broadcast;
use tokio::time::Instant;

use super::penalties::Penalties;
use crate::clock::{Clock, ClockWarning};
use crate::net::is_in_a_network;
use crate::status::{Counters, NodeEvent, PeerReport, Status};
use crate::store::{Salvaged, Store};

/// A peer as the mesh announced it.
pub(super) struct Peer {
    pub(super) id: PeerId,
    pub(super) address: Multiaddr,
    pub(super) since: Timestamp,
    pub(super) added: bool,
    pub(super) clock: Option<Told>,
}

/// A peer's clock as it was told, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    clock: Timestamp,
    at: Instant,
}

impl Told {
    /// Seconds by which the peer's clock is ahead of ours, when it has gone on since it was told.
    fn ahead(&self, ours: Timestamp, now: Instant) -> i64 {
        let theirs = self.clock.plus(now.saturating_duration_since(self.at).as_secs());
        i64::try_from(theirs.since(ours)).unwrap_or(i64::MAX) - i64::try_from(ours.since(theirs)).unwrap_or(i64::MAX)
    }
}

/// All that is told and asked.
pub(super) struct Standing {
    pub(super) peer_id: Option<PeerId>,
    pub(super) listen: Vec<Multiaddr>,
    pub(super) mdns: bool,
    pub(super) wanted: Vec<Multiaddr>,
    pub(super) peers: BTreeMap<PeerNo, Peer>,
    /// Envelopes of this home's own desk that no peer had acknowledged before this start.
    pub(super) unheard: BTreeMap<ChannelId, u64>,
    /// The same, of before and since, as it was last written down.
    pub(super) queued: BTreeMap<ChannelId, u64>,
    pub(super) last_sync: Option<Timestamp>,
    pub(super) salvaged: Option<Salvaged>,
    pub(super) counters: Counters,
    pub(super) penalties: Penalties,
    pub(super) events: broadcast::Sender<NodeEvent>,
}

impl Standing {
    /// Lets everyone know who listens.
    pub(super) fn tell(&self, event: NodeEvent) {
        // That nobody listens is no error.
        let _ = self.events.send(event);
    }

    /// Notes an event of the machine's and passes it on.
    pub(super) fn note(&mut self, event: Event) {
        let id = |peer: PeerNo| self.peers.get(&peer).map(|peer| peer.id);
        let event = match event {
            Event::Stored { channel, count } => Some(NodeEvent::Stored { channel, count }),
            Event::Matched { peer, channel } => id(peer).map(|peer| NodeEvent::Matched { peer, channel }),
            Event::Synced { peer, channel, report } => id(peer).map(|peer| NodeEvent::Synced { peer, channel, report }),
            Event::ClockApart { peer, theirs } => id(peer).map(|peer| NodeEvent::ClockApart { peer, theirs }),
            Event::Charged { peer, reason } => {
                *self.counters.refused.entry(reason).or_default() += 1;
                self.peers.get(&peer).map(|peer| NodeEvent::Charged { peer: peer.id, reason })
            }
            Event::ListFork { channel } => Some(NodeEvent::ListFork { channel }),
            _ => None,
        };
        if let Some(event) = event {
            self.tell(event);
        }
    }

    /// Remembers that a peer did wrong. That waits for no disk: it may be gone by then.
    pub(super) fn blame(&mut self, no: PeerNo, reason: Reason, now: Timestamp) {
        if let Some(peer) = self.peers.get(&no) {
            self.penalties.charge(peer.id, &peer.address, reason, now);
        }
    }

    /// A peer that did wrong is let go, and kept out for a while.
    pub(super) fn let_go(&mut self, no: PeerNo, until: Timestamp) {
        self.counters.banned += 1;
        if let Some(peer) = self.peers.get(&no) {
            self.penalties.let_go(peer.id, until);
        }
    }

    pub(super) fn up(&mut self, no: PeerNo, peer: Peer) {
        self.tell(NodeEvent::PeerUp { peer: peer.id, address: peer.address.clone() });
        self.peers.insert(no, peer);
    }

    /// Takes note of what a peer last said the time is.
    pub(super) fn hear_clock(&mut self, no: PeerNo, clock: Option<Timestamp>, at: Instant) {
        let Some(peer) = self.peers.get_mut(&no) else { return };
        if peer.clock.map(|told| told.clock) != clock {
            peer.clock = clock.map(|clock| Told { clock, at });
        }
    }

    pub(super) fn down(&mut self, no: PeerNo) {
        if let Some(peer) = self.peers.remove(&no) {
            self.tell(NodeEvent::PeerDown { peer: peer.id });
        }
    }

    /// How many of this home's own envelopes in a channel no peer has acknowledged.
    pub(super) fn queued(&self, relay: &Relay, channel: &ChannelId) -> u64 {
        self.unheard.get(channel).copied().unwrap_or(0) + relay.unheard(channel)
    }

    pub(super) fn status(&self, relay: &Relay, store: &Store, clock: &Clock) -> Status {
        let (held, now) = (store.held(), clock.read());
        let peers: Vec<PeerReport> = relay.peers().filter_map(|peer| self.report(peer, now)).collect();
        let apart = |peer: &PeerReport| peer.clock_ahead.is_some_and(|ahead| ahead.unsigned_abs() > HOUR);
        let apart = peers.iter().any(apart).then_some(ClockWarning::PeerApart);
        Status {
            peer_id: self.peer_id,
            listen: self.listen.clone(),
            mdns: self.mdns && self.listen.iter().any(is_in_a_network),
            wanted: self.wanted.clone(),
            channels: relay.channels().collect(),
            envelopes: held.envelopes,
            bytes: held.bytes,
            damaged: held.damaged,
            last_sync: self.last_sync,
            queued: relay.channels().map(|channel| self.queued(relay, &channel.channel)).sum(),
            clock: clock.warning().or(apart),
            salvaged: self.salvaged.clone(),
            counters: self.counters.clone(),
            penalised: self.penalties.report(relay, now.at),
            peers,
        }
    }

    fn report(&self, peer: kenes_core::relay::PeerStatus, now: Reading) -> Option<PeerReport> {
        let known = self.peers.get(&peer.peer)?;
        Some(PeerReport {
            peer_id: known.id,
            address: known.address.clone(),
            since: known.since,
            added: known.added,
            last_sync: peer.matched.iter().filter_map(|(_, synced)| *synced).max(),
            clock_ahead: known.clock.map(|told| told.ahead(now.at, Instant::now())),
            charges: peer.charges,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kenes_core::time::BUILT;

    use super::*;

    #[test]
    fn a_clock_that_was_told_a_while_ago_is_compared_with_ours_as_it_is_now() {
        let at = Instant::now();
        let (told, later) = (Told { clock: BUILT.plus(30), at }, at + Duration::from_secs(300));
        assert_eq!(told.ahead(BUILT, at), 30);
        assert_eq!(told.ahead(BUILT.plus(300), later), 30);
        // Ours was set meanwhile, an hour on or back.
        assert_eq!(told.ahead(BUILT.plus(300 + HOUR), later), 30 - HOUR as i64);
        assert_eq!(told.ahead(BUILT.plus(300).minus(HOUR), later), 30 + HOUR as i64);
    }
}
