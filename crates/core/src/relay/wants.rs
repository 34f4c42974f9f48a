//! What peers offered and we lack: from whom it is wanted, and who is asked next. What it costs not to bring it is in
//! [`super::debts`].

use std::collections::{BTreeMap, BTreeSet};

use super::gate::Origin;
use super::input::PeerNo;
use super::message::{Offer, Reply, Request, Short};
use super::output::Reason;
use super::peer::{Asked, Peer};
use super::stock::Wanted;
use super::{Alarm, Relay};
use crate::envelope::Envelope;
use crate::ids::{ChannelId, EnvelopeId};

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
        let doubted = state.is_doubted(now);
        if let Some(wanted) = stock.wants.get_mut(&offer.id) {
            if wanted.from != peer && wanted.others.len() < OTHERS && !wanted.others.contains(&peer) {
                // The last is asked first.
                let place = if doubted { 0 } else { wanted.others.len() };
                wanted.others.insert(place, peer);
            }
            return Some(false);
        }
        let room = stock.wants.len() < limits.wants && !doubted;
        if !room || !state.envelopes.take_for(offer.priority, limits.rate, limits.burst, now) {
            return None;
        }
        stock.wants.insert(offer.id, Wanted { from: peer, since: now, here: false, others: Vec::new() });
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
        stock.wants.entry(id).or_insert(Wanted { from: peer, since: now, here: true, others: Vec::new() });
    }

    /// It is here, or what it carries is: nobody need bring it any more.
    pub(super) fn unwant(&mut self, channel: &ChannelId, id: &Short) {
        if let Some(stock) = self.channels.get_mut(channel) {
            stock.wants.remove(id);
        }
    }

    /// What this peer was to bring was refused or did not come: the next that offered it is asked, if any did.
    pub(super) fn not_from(&mut self, peer: PeerNo, channel: ChannelId, id: Short) {
        let now = self.now.at;
        let Some(stock) = self.channels.get_mut(&channel) else { return };
        let Some(wanted) = stock.wants.get_mut(&id).filter(|wanted| wanted.from == peer) else { return };
        let Some(other) = next(wanted, &self.peers) else { return drop(stock.wants.remove(&id)) };
        (wanted.from, wanted.since, wanted.here) = (other, now, false);
        self.get(other, channel, vec![id]);
    }

    /// A peer does not have any more what it offered: the next is asked.
    pub(super) fn gone(&mut self, peer: PeerNo, channel: ChannelId, ids: &[Short]) {
        if ids.len() > self.limits.offers {
            return self.charge(peer, Reason::TooMuch);
        }
        for id in ids {
            self.settle_debt(peer, channel, *id);
            self.not_from(peer, channel, *id);
        }
    }

    fn get(&mut self, peer: PeerNo, channel: ChannelId, ids: Vec<Short>) {
        self.ask(peer, &Request::Get { channel, ids: ids.clone() }, Vec::new(), Asked::Get(channel, ids));
        self.watch_wants(channel);
    }

    /// The store has these no more. Whoever is matched is asked; where nobody is, the next sync finds them lacking.
    pub(super) fn lost(&mut self, envelopes: Vec<EnvelopeId>) {
        let mut lost = BTreeMap::<ChannelId, Vec<Short>>::new();
        for id in envelopes.iter().map(Short::of) {
            for stock in self.channels.values_mut().filter(|stock| stock.get(&id).is_some()) {
                if stock.lose(&id) {
                    lost.entry(stock.channel).or_default().push(id);
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
        let ids: Vec<Short> = stock.lost_lists().iter().copied().collect();
        self.fetch(vec![peer], channel, ids);
    }

    /// Asks the first of `peers` for these, and the others after it.
    fn fetch(&mut self, mut peers: Vec<PeerNo>, channel: ChannelId, mut ids: Vec<Short>) {
        peers.retain(|peer| self.matched(*peer, &channel).is_some_and(|matched| matched.ready));
        peers.truncate(1 + OTHERS);
        let (now, most, offers) = (self.now.at, self.limits.wants, self.limits.offers);
        let Some((from, others)) = peers.split_first() else { return };
        let Some(stock) = self.channels.get_mut(&channel) else { return };
        ids.retain(|id| {
            let room = stock.wants.len() < most && !stock.wants.contains_key(id);
            if room {
                let wanted = Wanted { from: *from, since: now, here: false, others: others.to_vec() };
                stock.wants.insert(*id, wanted);
            }
            room
        });
        ids.chunks(offers).for_each(|ids| self.get(*from, channel, ids.to_vec()));
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
            let gone = !peers.contains_key(&wanted.from);
            if !gone && now.since(wanted.since) < secs {
                return true;
            }
            // One that came and whose verification is not over is nobody's fault.
            if !gone && !wanted.here {
                late.entry(wanted.from).or_default().push(*id);
            }
            let Some(other) = next(wanted, peers) else {
                given_up = true;
                return false;
            };
            (wanted.from, wanted.since, wanted.here) = (other, now, false);
            again.entry(other).or_default().push(*id);
            true
        });
        let most = self.limits.offers;
        for (peer, ids) in again {
            ids.chunks(most).for_each(|ids| self.get(peer, channel, ids.to_vec()));
        }
        if given_up {
            self.compare_with_others(channel, |peer| late.contains_key(&peer));
        }
        for (peer, ids) in late {
            if let Some(state) = self.peers.get_mut(&peer) {
                state.late = Some(now);
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

    /// A peer asks for what we offered before.
    pub(super) fn got(&mut self, peer: PeerNo, no: u64, channel: ChannelId, ids: &[Short]) {
        if self.matched(peer, &channel).is_none() {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        let may = ids.len() <= self.limits.offers
            && self.peers.get_mut(&peer).is_some_and(|peer| peer.turns.take(rate, burst, now));
        if !may {
            self.reply(peer, no, &Reply::Busy, Vec::new());
            return self.charge(peer, Reason::TooMuch);
        }
        let filling = self.fill(channel, ids, self.limits.frame / 2);
        self.reply(peer, no, &Reply::Given, filling.ids);
    }

    /// What a peer was asked for comes, each at most once; what does not is asked of the next.
    pub(super) fn given(&mut self, peer: PeerNo, channel: ChannelId, ids: &[Short], following: &[&[u8]]) {
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
        for id in lacking {
            self.not_from(peer, channel, id);
        }
    }
}

/// Who is asked next, of those that offered it.
fn next(wanted: &mut Wanted, peers: &BTreeMap<PeerNo, Peer>) -> Option<PeerNo> {
    std::iter::from_fn(|| wanted.others.pop()).find(|other| peers.contains_key(other))
}
