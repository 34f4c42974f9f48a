//! How lists get to a peer, and whose envelopes it may have meanwhile.
//!
//! A peer states the tips of its branches; with what it brought, and took from us, since, that says which of our lists
//! it holds. It is told of the others at once, also in the middle of a turn. Until it holds a list with a certain pen,
//! nothing by that pen is sent to it, in gossip or in sync: it would have to take that for an outsider's.

use std::collections::BTreeSet;

use super::agenda::Task;
use super::chain::{Chain, Held, Link, Tip};
use super::input::{Entry, Floor, PeerNo};
use super::message::{Cause, Request, Short};
use super::peer::{Asked, Match};
use super::stock::Stock;
use super::{RETRY_SECS, Relay};
use crate::ids::{ChannelId, ListId};
use crate::sign::PublicKey;

/// What is known of the lists that a peer holds, and what it was told.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The tips that it stated; none before it has stated any.
    stated: Option<Vec<Tip>>,
    /// Lists of ours that it brought, or took from us, since it was last asked what it holds.
    since: BTreeSet<Tip>,
    /// The same before that, until it has answered.
    before: BTreeSet<Tip>,
    /// Those pushed to it while it stated the same tips. What it did not take is not pushed again until they change.
    pushed: BTreeSet<ListId>,
    /// Whether some are on their way.
    pushing: bool,
    /// The tips that it stated when lists were waited for in vain.
    awaited: Option<Vec<Tip>>,
}

impl Lists {
    pub(super) fn state(&mut self, tips: Vec<Tip>) {
        if self.stated.as_ref() != Some(&tips) {
            self.pushed.clear();
            self.stated = Some(tips);
        }
    }

    /// It is asked what it holds: the answer will tell of all that it holds by now.
    pub(super) fn ask(&mut self) {
        self.before.append(&mut self.since);
    }

    pub(super) fn answered(&mut self) {
        self.before.clear();
    }

    /// The peer is known to hold a list that is here.
    pub(super) fn hold(&mut self, list: Tip) {
        self.since.insert(list);
    }

    fn stated(&self) -> &[Tip] {
        self.stated.as_deref().unwrap_or_default()
    }

    pub(super) fn held(&self, chain: &Chain) -> Held {
        chain.held(self.stated().iter().chain(&self.before).chain(&self.since).copied())
    }

    /// Whether the peer holds lists that are not here, as far as it has stated.
    fn are_beyond(&self, chain: &Chain) -> bool {
        self.stated().iter().any(|tip| !chain.has(tip))
    }

    /// Whether we are to wait for lists of the peer's before anything else.
    pub(super) fn are_awaited(&self, chain: &Chain) -> bool {
        self.are_beyond(chain) && self.awaited != self.stated
    }

    pub(super) fn await_no_more(&mut self) {
        self.awaited.clone_from(&self.stated);
    }

    /// Whether it is ours to tell: the peer holds nothing that is not here, or what it holds reaches no further.
    fn are_ours_to_tell(&self, chain: &Chain) -> bool {
        let last = |tips: &[Tip]| tips.iter().map(|(no, _)| *no).max();
        !self.are_awaited(chain) || last(&chain.tips()) >= last(self.stated())
    }
}

impl Relay {
    /// Pushes lists that the peer lacks, a frame of them. True where some are on their way, or wait for a place.
    pub(super) fn push_lists(&mut self, peer: PeerNo, channel: ChannelId) -> bool {
        let Some(stock) = self.channels.get(&channel) else { return false };
        let Some(Match { lists, .. }) = self.peers.get(&peer).and_then(|peer| peer.matched.get(&channel)) else {
            return false;
        };
        if lists.pushing || lists.stated.is_none() || !lists.are_ours_to_tell(&stock.chain) {
            return lists.pushing;
        }
        let held = lists.held(&stock.chain);
        let fresh = |link: &&Link| !lists.pushed.contains(&link.id) && stock.get(&Short::of(&link.envelope)).is_some();
        let lacking: Vec<&Link> = stock.chain.lacking(&held).into_iter().filter(fresh).collect();
        let envelopes = self.fit(stock, lacking.iter().map(|link| link.envelope));
        let told: Vec<Tip> = lacking[..envelopes.len()].iter().map(|link| link.tip()).collect();
        if told.is_empty() {
            return false;
        }
        if !self.may_begin(peer, channel, Task::Consider) {
            return true;
        }
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        let Some(matched) = self.matched(peer, &channel) else { return false };
        if !matched.states.take(rate, burst, now) {
            self.resync_in(peer, channel, RETRY_SECS);
            return false;
        }
        matched.lists.pushing = true;
        matched.lists.pushed.extend(told.iter().map(|(_, id)| *id));
        let request = Request::Push { channel, cause: Cause::Lists, gone: Vec::new() };
        self.ask(peer, &request, envelopes, Asked::Lists(channel, told));
        true
    }

    /// The peer has looked at lists: it took or had them all, or refused some.
    pub(super) fn lists_taken(&mut self, peer: PeerNo, channel: ChannelId, told: &[Tip], refused: bool) {
        let Some(stock) = self.channels.get(&channel) else { return };
        let Some(matched) = self.peers.get_mut(&peer).and_then(|peer| peer.matched.get_mut(&channel)) else { return };
        matched.lists.pushing = false;
        if !refused {
            // What the store lost meanwhile was not in the frame.
            let links = told.iter().filter_map(|(_, id)| stock.chain.find(id));
            let sent =
                links.map(|link| (link.tip(), Short::of(&link.envelope))).filter(|(_, id)| stock.get(id).is_some());
            let (lists, envelopes): (Vec<Tip>, Vec<Short>) = sent.unzip();
            matched.lists.since.extend(lists);
            self.heard(channel, &envelopes);
        }
        if self.push_lists(peer, channel) {
            return;
        }
        self.pump(peer, channel);
        if self.matched(peer, &channel).is_some_and(|matched| matched.turn.is_none()) {
            self.ask_state(peer, channel);
        }
    }

    /// The peer has no room for lists now.
    pub(super) fn lists_put_off(&mut self, peer: PeerNo, channel: ChannelId, told: &[Tip]) {
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.lists.pushing = false;
        matched.lists.pushed.retain(|id| told.iter().all(|(_, put_off)| put_off != id));
        self.resync_in(peer, channel, RETRY_SECS);
    }

    /// Those of these that a peer may have, in the same order.
    pub(super) fn permitted(&self, peer: PeerNo, channel: &ChannelId, mut ids: Vec<Short>) -> Vec<Short> {
        if let Some(barred) = self.barred(peer, channel) {
            let entry = |id: &Short| barred.stock.get(id);
            ids.retain(|id| entry(id).is_none_or(|entry| !barred.is_early(&entry.pen) && !barred.is_late(entry)));
        }
        ids
    }

    /// What a peer may not have of a channel; none where it may have everything.
    pub(super) fn barred(&self, peer: PeerNo, channel: &ChannelId) -> Option<Barred<'_>> {
        let stock = self.channels.get(channel)?;
        let matched = self.peers.get(&peer)?.matched.get(channel)?;
        let held = matched.lists.held(&stock.chain);
        let all = stock.chain.is_all(&held) && matched.floors.is_empty();
        (!all).then_some(Barred { stock, matched, held })
    }
}

/// A peer that does not hold all our lists, or has floors.
pub(super) struct Barred<'a> {
    stock: &'a Stock,
    matched: &'a Match,
    held: Held,
}

impl Barred<'_> {
    /// Whether the peer has yet to hear of this pen.
    pub(super) fn is_early(&self, pen: &PublicKey) -> bool {
        !self.stock.chain.covers(&self.held, pen)
    }

    /// Whether the peer keeps nothing so old of this pen.
    pub(super) fn is_late(&self, entry: &Entry) -> bool {
        let floor = self.matched.floors.get(&(entry.pen, entry.priority));
        floor.is_some_and(|floor| entry.mark() <= *floor)
    }

    pub(super) fn floors(&self) -> impl Iterator<Item = Floor> {
        self.matched.floors.iter().map(|((pen, class), mark)| Floor { pen: *pen, class: *class, mark: *mark })
    }
}
