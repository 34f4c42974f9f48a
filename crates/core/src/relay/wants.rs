//! What peers offered and we lack: from whom it is wanted, and who is asked next. What it costs not to bring it is in
//! [`super::debts`].

use std::collections::{BTreeMap, BTreeSet};

use super::agenda::Task;
use super::gate::Origin;
use super::input::PeerNo;
use super::message::{Offer, Reply, Request, Short, framed};
use super::output::Reason;
use super::past::DOUBT_SECS;
use super::peer::{Asked, Peer};
use super::stock::{Course, Wanted};
use super::{Alarm, Relay};
use crate::envelope::{Envelope, LONGEST};
use crate::ids::{ChannelId, EnvelopeId};
use crate::time::Timestamp;

/// How many other peers that offer a wanted envelope are remembered.
const OTHERS: usize = 8;

impl Relay {
    /// Whether an offered envelope is wanted from this peer now; none where it is lacking but has to be left to sync.
    pub(super) fn weigh(&mut self, peer: PeerNo, channel: ChannelId, offer: &Offer) -> Option<bool> {
        let (now, limits) = (self.now.at, &self.limits);
        let stock = self.channels.get_mut(&channel)?;
        if stock.get(&offer.id).is_some() {
            stock.news.note(offer.id, peer, limits.news);
            self.heard(channel, &[offer.id]);
            return Some(false);
        }
        let state = self.peers.get_mut(&peer)?;
        let doubted = state.record.is_doubted(now);
        if let Some(wanted) = stock.wants.get_mut(&offer.id) {
            wanted.size = wanted.size.max(offer.size);
            if wanted.from != peer && wanted.others.len() < OTHERS && !wanted.others.contains(&peer) {
                wanted.others.push(peer);
            }
            return Some(false);
        }
        let room = stock.wants.len() < limits.wants && !doubted;
        if !room || !state.envelopes.take_for(offer.priority, limits.rate, limits.burst, now) {
            return None;
        }
        stock.wants.insert(offer.id, Wanted::new(peer, Course::Asked, offer.size, now));
        Some(true)
    }

    /// Whether a peer may bring this envelope now: it was asked for, or is within the peer's rate.
    pub(super) fn may_bring(&mut self, peer: PeerNo, channel: ChannelId, envelope: &Envelope) -> bool {
        let (now, rate, burst) = (self.now.at, self.limits.rate, self.limits.burst);
        let id = Short::of(&envelope.id());
        let Some(stock) = self.channels.get_mut(&channel) else { return false };
        if stock.get(&id).is_some() || stock.has_come(&id, peer, now) {
            return true;
        }
        let class = envelope.header().priority;
        self.peers.get_mut(&peer).is_some_and(|peer| peer.envelopes.take_for(class, rate, burst, now))
    }

    /// An envelope is here and not yet verified: others that offer it are remembered, and asked only if it is refused.
    pub(super) fn expect(&mut self, peer: PeerNo, channel: ChannelId, id: Short) {
        let (now, most) = (self.now.at, self.limits.wants);
        let Some(stock) = self.channels.get_mut(&channel).filter(|stock| stock.wants.len() < most) else { return };
        stock.wants.entry(id).or_insert(Wanted::new(peer, Course::Here, 0, now));
    }

    /// It is here, or what it carries is: nobody need bring it any more.
    pub(super) fn unwant(&mut self, channel: &ChannelId, id: &Short) {
        if let Some(stock) = self.channels.get_mut(channel) {
            stock.wants.remove(id);
        }
    }

    /// What this peer was to bring was refused or did not come: the next that offered it is asked. True where nobody else
    /// offered some of it.
    pub(super) fn not_from(&mut self, peer: PeerNo, channel: ChannelId, ids: &[Short]) -> bool {
        let now = self.now.at;
        let Some(stock) = self.channels.get_mut(&channel) else { return false };
        let (mut again, mut given_up) = (BTreeMap::<PeerNo, Vec<Short>>::new(), false);
        for id in ids {
            let Some(wanted) = stock.wants.get_mut(id).filter(|wanted| wanted.from == peer) else { continue };
            match next(wanted, &channel, &self.peers, now) {
                Some(other) => again.entry(other).or_default().push(*id),
                None => {
                    given_up = true;
                    stock.wants.remove(id);
                }
            }
        }
        self.get_all(channel, again);
        given_up
    }

    /// A peer does not have any more what it offered: the next is asked.
    pub(super) fn gone(&mut self, peer: PeerNo, channel: ChannelId, ids: &[Short]) {
        if ids.len() > self.limits.offers {
            return self.charge(peer, Reason::TooMuch);
        }
        ids.iter().for_each(|id| self.settle_debt(peer, channel, *id));
        if self.not_from(peer, channel, ids) {
            self.compare_with_others(channel, |other| other == peer);
        }
    }

    /// Peers are to be asked for these.
    fn get_all(&mut self, channel: ChannelId, from: BTreeMap<PeerNo, Vec<Short>>) {
        let most = self.limits.wants;
        if !from.is_empty() {
            self.watch_wants(channel);
        }
        for (peer, ids) in from {
            let Some(matched) = self.matched(peer, &channel) else { continue };
            let room = most.saturating_sub(matched.gets.len());
            matched.gets.extend(ids.into_iter().take(room));
            self.get(peer, channel);
        }
    }

    /// Asks a peer for what it was not asked for yet, as much as it gives at one time: half a frame.
    pub(super) fn get(&mut self, peer: PeerNo, channel: ChannelId) {
        let waits = self.matched(peer, &channel).is_some_and(|matched| !matched.getting && !matched.gets.is_empty());
        if !waits || !self.may_begin(peer, channel, Task::Tell) {
            return;
        }
        let (now, most, mut room) = (self.now.at, self.limits.offers, self.limits.frame / 2);
        let Some(stock) = self.channels.get_mut(&channel) else { return };
        let Some(matched) = self.peers.get_mut(&peer).and_then(|peer| peer.matched.get_mut(&channel)) else { return };
        let mut ids = Vec::new();
        while let Some(id) = matched.gets.pop_front() {
            let queued = |wanted: &&mut Wanted| wanted.from == peer && wanted.course == Course::Queued;
            let Some(wanted) = stock.wants.get_mut(&id).filter(queued) else { continue };
            let size = framed(wanted.size);
            if !ids.is_empty() && (size > room || ids.len() >= most) {
                matched.gets.push_front(id);
                break;
            }
            room = room.saturating_sub(size);
            wanted.turn(peer, Course::Asked, now);
            ids.push(id);
        }
        if !ids.is_empty() {
            matched.getting = true;
            self.ask(peer, &Request::Get { channel, ids: ids.clone() }, Vec::new(), Asked::Get(channel, ids));
            self.watch_wants(channel);
        }
    }

    /// The store has these no more. Whoever is matched is asked; where nobody is, the next sync finds them lacking.
    pub(super) fn lost(&mut self, envelopes: Vec<EnvelopeId>) {
        let mut lost = BTreeMap::<ChannelId, Vec<(Short, u32)>>::new();
        for id in envelopes.iter().map(Short::of) {
            for stock in self.channels.values_mut() {
                let size = stock.get(&id).map(|entry| entry.size);
                if let Some(size) = size.filter(|_| stock.lose(&id)) {
                    lost.entry(stock.channel).or_default().push((id, size));
                }
            }
        }
        for (channel, ids) in lost {
            self.fetch(self.matched_peers(&channel), channel, ids);
        }
    }

    /// A peer that was just matched may have what was lost and is no part of sync.
    pub(super) fn fetch_lost_lists(&mut self, peer: PeerNo, channel: ChannelId) {
        let Some(stock) = self.channels.get(&channel) else { return };
        let ids = stock.lost_lists().iter().map(|id| (*id, LONGEST as u32)).collect();
        self.fetch(vec![peer], channel, ids);
    }

    /// Asks the first of `peers` for these, given with their lengths, and the others after it.
    fn fetch(&mut self, mut peers: Vec<PeerNo>, channel: ChannelId, ids: Vec<(Short, u32)>) {
        peers.retain(|peer| self.matched(*peer, &channel).is_some_and(|matched| matched.ready));
        peers.truncate(1 + OTHERS);
        let (now, most) = (self.now.at, self.limits.wants);
        let Some((from, others)) = peers.split_first() else { return };
        let Some(stock) = self.channels.get_mut(&channel) else { return };
        let mut lacking = Vec::new();
        for (id, size) in ids {
            if stock.wants.len() < most && !stock.wants.contains_key(&id) {
                let wanted = Wanted::new(*from, Course::Queued, size, now);
                stock.wants.insert(id, Wanted { others: others.to_vec(), ..wanted });
                lacking.push(id);
            }
        }
        self.get_all(channel, BTreeMap::from([(*from, lacking)]));
    }

    /// Wakes to see whether what was asked for has come.
    pub(super) fn watch_wants(&mut self, channel: ChannelId) {
        let secs = self.limits.patience_secs;
        self.alarm(secs, Alarm::Wants(channel));
    }

    /// Asks elsewhere for what did not come; where nobody else offered it, all others are compared with soon.
    pub(super) fn want_elsewhere(&mut self, channel: ChannelId) {
        let (now, secs) = (self.now.at, self.limits.patience_secs);
        let peers = &self.peers;
        let Some(stock) = self.channels.get_mut(&channel) else { return };
        let mut late = BTreeMap::<PeerNo, Vec<Short>>::new();
        let mut again = BTreeMap::<PeerNo, Vec<Short>>::new();
        let mut given_up = false;
        stock.wants.retain(|id, wanted| {
            wanted.others.retain(|other| peers.contains_key(other));
            let gone = !peers.contains_key(&wanted.from);
            if !gone && now.since(wanted.since) < secs {
                return true;
            }
            // That it was not asked for yet, or that its verification is not over, is nobody's fault.
            if !gone && wanted.course == Course::Asked {
                late.entry(wanted.from).or_default().push(*id);
            }
            let Some(other) = next(wanted, &channel, peers, now) else {
                given_up = true;
                return false;
            };
            again.entry(other).or_default().push(*id);
            true
        });
        self.get_all(channel, again);
        if given_up {
            self.compare_with_others(channel, |peer| late.contains_key(&peer));
        }
        for (peer, ids) in late {
            if let Some(state) = self.peers.get_mut(&peer) {
                state.record.doubt(DOUBT_SECS, now);
            }
            self.owe(peer, channel, ids);
        }
    }

    /// With those that are late only where there is nobody else.
    fn compare_with_others(&mut self, channel: ChannelId, late: impl Fn(PeerNo) -> bool) {
        let (doubted, others): (Vec<PeerNo>, Vec<PeerNo>) =
            self.matched_peers(&channel).into_iter().partition(|peer| late(*peer));
        for peer in if others.is_empty() { doubted } else { others } {
            self.sync_soon(peer, channel);
        }
    }

    /// A peer asks for what we offered before. Beyond its rate it costs us nothing, and it nothing but the answer: who
    /// else offers something, and goes away, is not in its hands.
    pub(super) fn got(&mut self, peer: PeerNo, no: u64, channel: ChannelId, ids: &[Short]) {
        if self.matched(peer, &channel).is_none() {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        if ids.len() > self.limits.offers {
            self.reply(peer, no, &Reply::Busy, Vec::new());
            return self.charge(peer, Reason::TooMuch);
        }
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        if !self.peers.get_mut(&peer).is_some_and(|peer| peer.turns.take(rate, burst, now)) {
            return self.reply(peer, no, &Reply::Busy, Vec::new());
        }
        let filling = self.fill(channel, ids, self.limits.frame / 2);
        self.reply(peer, no, &Reply::Given, filling.ids);
    }

    /// What a peer was asked for comes, each at most once; what does not is asked of the next.
    pub(super) fn given(&mut self, peer: PeerNo, channel: ChannelId, ids: &[Short], following: &[&[u8]]) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.getting = false;
        }
        let mut lacking: BTreeSet<Short> = ids.iter().copied().collect();
        if self.has_room_to_check(peer, following) {
            self.take_frame(Origin::Given { peer, channel }, following, |relay, envelope| {
                let (id, now) = (Short::of(&envelope.id()), relay.now.at);
                let asked = lacking.remove(&id);
                if let Some(stock) = relay.channels.get_mut(&channel).filter(|_| asked) {
                    stock.has_come(&id, peer, now);
                }
                asked
            });
        }
        let lacking: Vec<Short> = lacking.into_iter().collect();
        if self.not_from(peer, channel, &lacking) {
            self.compare_with_others(channel, |other| other == peer);
        }
        self.get(peer, channel);
    }
}

/// Who is to be asked next, of those that offered it and are matched still: the first of them, but those in doubt last.
fn next(wanted: &mut Wanted, channel: &ChannelId, peers: &BTreeMap<PeerNo, Peer>, now: Timestamp) -> Option<PeerNo> {
    wanted.others.retain(|other| peers.get(other).is_some_and(|peer| peer.matched.contains_key(channel)));
    let sure = |other: &PeerNo| peers.get(other).is_some_and(|peer| !peer.record.is_doubted(now));
    let place = wanted.others.iter().position(sure).unwrap_or(0);
    let other = (place < wanted.others.len()).then(|| wanted.others.remove(place))?;
    wanted.turn(other, Course::Queued, now);
    Some(other)
}
