//! What is new, told at once: announced to every matched peer not known to have it, wanted once, sent once.
//!
//! The node where an envelope is new pushes it unasked, where it is small: nobody else can have it yet. Urgent ones
//! are pushed by everyone. Gossip makes things quick and may lose anything; sync is the truth.

use std::collections::{BTreeSet, VecDeque};

use super::Relay;
use super::agenda::Task;
use super::gate::Origin;
use super::input::PeerNo;
use super::message::{Cause, Offer, Reply, Request, Short};
use super::output::{Event, Reason};
use super::peer::Asked;
use super::reconcile::{bits, has_bit};
use super::sync::Filling;
use crate::envelope::{Kind, LONGEST, Priority};
use crate::ids::ChannelId;

impl Relay {
    /// Tells the others of what was stored.
    pub(super) fn news_of(&mut self, channel: ChannelId, ids: &[Short], origin: Origin) {
        let (from, fresh) = match origin {
            Origin::Deposit { .. } => (None, true),
            Origin::Push { peer, .. } | Origin::Introduce { peer, .. } => (Some(peer), false),
            Origin::Answer { peer, .. } | Origin::Given { peer, .. } => (Some(peer), false),
        };
        let peers = self.matched_peers(&channel);
        let (most, eager_bytes, backlog) = (self.limits.news, self.limits.eager_bytes, self.limits.backlog);
        let mut behind = BTreeSet::new();
        for id in ids {
            let Some(stock) = self.channels.get_mut(&channel) else { return };
            let Some(entry) = stock.get(id).copied() else { continue };
            if let Some(from) = from {
                stock.news.note(*id, from, most);
            }
            let lack: Vec<PeerNo> = peers.iter().filter(|peer| !stock.news.has(id, **peer)).copied().collect();
            if lack.is_empty() {
                continue;
            }
            if !stock.may_gossip(&entry, &self.limits, self.now.at) {
                behind.extend(lack);
                continue;
            }
            let eager = entry.priority == Priority::Urgent || (fresh && entry.size <= eager_bytes);
            for peer in lack {
                let Some(state) = self.peers.get_mut(&peer) else { continue };
                let Some(matched) = state.matched.get_mut(&channel) else { continue };
                let queue = if eager { &mut matched.outbox } else { &mut matched.offers };
                match queue.len() < backlog {
                    true => queue.push_back(*id),
                    false => drop(behind.insert(peer)),
                }
            }
        }
        for peer in peers {
            self.pump(peer, channel);
        }
        for peer in behind {
            self.sync_soon(peer, channel);
        }
    }

    /// Sends what waits for a peer, as far as it keeps up.
    pub(super) fn pump(&mut self, peer: PeerNo, channel: ChannelId) {
        self.get(peer, channel);
        let Some(matched) = self.matched(peer, &channel).filter(|matched| matched.ready) else { return };
        let offers = !matched.announcing && !matched.offers.is_empty();
        let pushes = !matched.pushing && (!matched.outbox.is_empty() || !matched.gone.is_empty());
        if pushes && self.may_begin(peer, channel, Task::Tell) {
            self.push_live(peer, channel);
        }
        if offers && self.may_begin(peer, channel, Task::Tell) {
            self.announce(peer, channel);
        }
    }

    fn part(&self, peer: PeerNo, channel: &ChannelId, waiting: VecDeque<Short>) -> Parted {
        let mut parted = Parted::default();
        let Some(stock) = self.channels.get(channel) else { return parted };
        let barred = self.barred(peer, channel);
        for id in waiting {
            match stock.get(&id) {
                None => parted.gone.push(id),
                Some(entry) if barred.as_ref().is_some_and(|barred| barred.is_late(entry)) => parted.gone.push(id),
                Some(entry) if barred.as_ref().is_some_and(|barred| barred.is_early(&entry.pen)) => {
                    parted.early.push_back(id);
                }
                Some(_) => parted.ripe.push_back(id),
            }
        }
        parted
    }

    fn push_live(&mut self, peer: PeerNo, channel: ChannelId) {
        let (room, offers, backlog) = (self.limits.live_frame, self.limits.offers, self.limits.backlog);
        let Some(matched) = self.matched(peer, &channel) else { return };
        let waiting = std::mem::take(&mut matched.outbox);
        let Parted { ripe: mut outbox, early, gone } = self.part(peer, &channel, waiting);
        let Filling { ids, passed, .. } = self.fill(channel, &outbox, room.max(LONGEST + 4));
        outbox.drain(..passed);
        outbox.extend(early);
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.outbox = outbox;
        matched.gone.extend(gone);
        matched.gone.truncate(backlog);
        let gone: Vec<Short> = matched.gone.drain(..matched.gone.len().min(offers)).collect();
        if ids.is_empty() && gone.is_empty() {
            return;
        }
        matched.pushing = true;
        let shorts = ids.iter().map(Short::of).collect();
        let asked = Asked::Push { channel, cause: Cause::Live, ids: shorts };
        self.ask(peer, &Request::Push { channel, cause: Cause::Live, gone }, ids, asked);
    }

    fn announce(&mut self, peer: PeerNo, channel: ChannelId) {
        let most = self.limits.offers;
        let Some(matched) = self.matched(peer, &channel) else { return };
        let waiting = std::mem::take(&mut matched.offers);
        let Parted { mut ripe, early, .. } = self.part(peer, &channel, waiting);
        let Some(stock) = self.channels.get(&channel) else { return };
        let mut offers = Vec::new();
        while offers.len() < most {
            let Some(id) = ripe.pop_front() else { break };
            if !stock.news.has(&id, peer) {
                offers.extend(stock.get(&id).map(Offer::of));
            }
        }
        ripe.extend(early);
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.offers = ripe;
        if offers.is_empty() {
            return;
        }
        matched.announcing = true;
        let ids = offers.iter().map(|offer| offer.id).collect();
        self.ask(peer, &Request::Announce { channel, offers }, Vec::new(), Asked::Announce(channel, ids));
    }

    /// A peer offers something.
    pub(super) fn announced(&mut self, peer: PeerNo, no: u64, channel: ChannelId, offers: &[Offer]) {
        if self.matched(peer, &channel).is_none() {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        if offers.len() > self.limits.offers || offers.iter().any(|offer| offer.size as usize > LONGEST) {
            self.reply(peer, no, &Reply::Busy, Vec::new());
            return self.charge(peer, Reason::TooMuch);
        }
        let mut wanted = Vec::new();
        let mut left = false;
        for (place, offer) in offers.iter().enumerate() {
            match self.weigh(peer, channel, offer) {
                Some(true) => wanted.push(place),
                Some(false) => {}
                None => left = true,
            }
        }
        if !wanted.is_empty() {
            self.watch_wants(channel);
        }
        self.reply(peer, no, &Reply::Wanted { bits: bits(&wanted) }, Vec::new());
        if left {
            self.sync_soon(peer, channel);
        }
    }

    /// A peer has these, as it says itself.
    pub(super) fn heard(&mut self, channel: ChannelId, ids: &[Short]) {
        if self.channels.get_mut(&channel).is_some_and(|stock| stock.heard(ids)) {
            self.tell(Event::Acknowledged { channel });
        }
    }

    /// A peer wants some of what we offered; all of it is known to be known to it from now on.
    pub(super) fn wanted(&mut self, peer: PeerNo, channel: ChannelId, ids: &[Short], bits: &[u8]) {
        let backlog = self.limits.backlog;
        let Some(stock) = self.channels.get(&channel) else { return };
        let Some(matched) = self.peers.get_mut(&peer).and_then(|peer| peer.matched.get_mut(&channel)) else { return };
        matched.announcing = false;
        for (_, id) in ids.iter().enumerate().filter(|(place, _)| has_bit(bits, *place)) {
            match stock.get(id).is_some() && matched.outbox.len() < backlog {
                true => matched.outbox.push_back(*id),
                false => matched.gone.push(*id),
            }
        }
        self.pump(peer, channel);
    }

    /// Envelopes that a peer pushes.
    pub(super) fn pushed(&mut self, peer: PeerNo, no: u64, channel: ChannelId, cause: Cause, following: &[&[u8]]) {
        if self.matched(peer, &channel).is_none() || !self.channels.contains_key(&channel) {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        let bytes: usize = following.iter().map(|bytes| bytes.len() + 4).sum();
        let in_turn = match cause {
            Cause::Live | Cause::Lists => false,
            Cause::Turn { session } => self.serves_push(peer, channel, session, bytes as u64),
        };
        if !self.has_room_to_check(peer, following) {
            // What it was asked for need not come again from this peer.
            if let Some(stock) = self.channels.get_mut(&channel) {
                stock.wants.retain(|_, wanted| wanted.from != peer);
            }
            self.sync_soon(peer, channel);
            return self.reply(peer, no, &Reply::Busy, Vec::new());
        }
        let origin = Origin::Push { peer, no, channel, cause };
        let mut left = false;
        self.take_frame(origin, following, |relay, envelope| {
            // A list was signed by keepers, or costs its bearer dear: a long chain is not cut short.
            let list = cause == Cause::Lists && envelope.body().kind() == Kind::List;
            let taken = in_turn || list || relay.may_bring(peer, channel, envelope);
            left |= !taken;
            taken
        });
        if left {
            self.sync_soon(peer, channel);
        }
    }

    /// Whether a turn that a peer is in covers these bytes.
    fn serves_push(&mut self, peer: PeerNo, channel: ChannelId, session: u64, bytes: u64) -> bool {
        let (now, most, frame) = (self.now.at, self.limits.turn_bytes, self.limits.frame);
        let secs = self.limits.turn_secs;
        let Some(matched) = self.matched(peer, &channel) else { return false };
        let Some(served) = matched.served.as_mut().filter(|served| served.session == session) else { return false };
        served.bytes += bytes;
        served.seen = now;
        served.bytes <= most + 2 * frame as u64 && now.since(served.began) <= 2 * secs
    }
}

/// What waits for a peer.
#[derive(Default)]
struct Parted {
    /// What it may have now.
    ripe: VecDeque<Short>,
    /// What it may have once it holds more lists.
    early: VecDeque<Short>,
    /// What is not here any more, or what it does not keep.
    gone: Vec<Short>,
}
