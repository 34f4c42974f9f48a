//! How a channel stands here and at a matched peer, and what is to be done about it.
//!
//! After the states are known there is one decision, [`Relay::consider`], and everything that changes what it depends
//! on comes back to it: lists first, then floors, then a turn of sync by the side that has more.

use super::agenda::Task;
use super::chain::TIPS;
use super::input::{Floor, PeerNo};
use super::message::{FLOORS, Reply, Request, State};
use super::output::{Event, Reason};
use super::peer::{Asked, Peer};
use super::stock::{FLOORS_KEPT, Stock};
use super::{Alarm, RETRY_SECS, Relay};
use crate::ids::ChannelId;
use crate::time::Timestamp;

impl Relay {
    pub(super) fn sync_now(&mut self) {
        let with =
            |(no, peer): (&PeerNo, &Peer)| peer.matched.keys().map(|channel| (*no, *channel)).collect::<Vec<_>>();
        for (peer, channel) in self.peers.iter().flat_map(with).collect::<Vec<_>>() {
            let Some(matched) = self.matched(peer, &channel).filter(|matched| matched.turn.is_none()) else { continue };
            matched.settled = None;
            self.ask_state(peer, channel);
        }
    }

    pub(super) fn ask_state(&mut self, peer: PeerNo, channel: ChannelId) {
        if self.matched(peer, &channel).is_none() || !self.may_begin(peer, channel, Task::State) {
            return;
        }
        let Some(state) = self.channels.get_mut(&channel).map(|stock| stock.state(self.now)) else { return };
        let request = Request::State { channel, state };
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.pending += 1;
        matched.stated = true;
        matched.lists.ask();
        matched.report.overhead_bytes += crate::wire::encode(&request).len() as u64;
        self.ask(peer, &request, Vec::new(), Asked::State(channel));
    }

    pub(super) fn state_asked(&mut self, peer: PeerNo, no: u64, channel: ChannelId, theirs: State) {
        let Some(ours) = self.channels.get_mut(&channel).map(|stock| stock.state(self.now)) else {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        };
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        let Some(matched) = self.matched(peer, &channel) else {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        };
        if !matched.states.take(rate, burst, now) {
            return self.reply(peer, no, &Reply::Busy, Vec::new());
        }
        matched.stated = true;
        // Whoever asks for our state has ended its turn.
        matched.served = None;
        self.reply(peer, no, &Reply::State(ours), Vec::new());
        self.note_state(peer, channel, theirs);
        self.consider(peer, channel);
    }

    pub(super) fn stated(&mut self, peer: PeerNo, channel: ChannelId, theirs: Option<State>) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.pending = matched.pending.saturating_sub(1);
            if matched.pending == 0 && theirs.is_some() {
                matched.lists.answered();
            }
        }
        match theirs {
            Some(theirs) => {
                self.note_state(peer, channel, theirs);
                self.consider(peer, channel);
            }
            None => self.resync_in(peer, channel, RETRY_SECS),
        }
        self.answer_early(peer, channel);
    }

    fn note_state(&mut self, peer: PeerNo, channel: ChannelId, theirs: State) {
        if theirs.tips.len() > TIPS {
            return self.charge(peer, Reason::Malformed);
        }
        let Some(matched) = self.matched(peer, &channel) else { return };
        let clock = theirs.clock;
        matched.report.overhead_bytes += crate::wire::encode(&theirs).len() as u64;
        matched.lists.state(theirs.tips.clone());
        let first = !matched.ready;
        (matched.theirs, matched.ready) = (Some(theirs), true);
        if let Some(hello) = self.peers.get_mut(&peer).and_then(|peer| peer.hello.as_mut()) {
            hello.clock = clock.or(hello.clock);
        }
        if first {
            self.fetch_lost_lists(peer, channel);
        }
        self.pump(peer, channel);
    }

    /// What is next between us and the peer in this channel.
    pub(super) fn consider(&mut self, peer: PeerNo, channel: ChannelId) {
        if self.matched(peer, &channel).is_none() || !self.may_begin(peer, channel, Task::Consider) {
            return;
        }
        if self.push_lists(peer, channel) || self.awaits_lists(peer, channel) {
            return;
        }
        let Some(ours) = self.channels.get_mut(&channel).map(|stock| stock.state(self.now)) else { return };
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let (our_nonce, their_nonce) = (state.nonce, state.hello.map_or([0; 32], |hello| hello.nonce));
        let Some(matched) = state.matched.get_mut(&channel) else { return };
        let Some(theirs) = matched.theirs.clone() else { return };
        if matched.pending > 0 || matched.turn.is_some() {
            return;
        }
        let level = (&ours.tips, ours.count, ours.print) == (&theirs.tips, theirs.count, theirs.print);
        if level && self.channels.get_mut(&channel).is_some_and(Stock::all_heard) {
            self.tell(Event::Acknowledged { channel });
        }
        if (ours.count, ours.print) == (theirs.count, theirs.print) && !self.full_check_due(peer, &channel) {
            return self.settle(peer, channel);
        }
        let Some(matched) = self.matched(peer, &channel) else { return };
        if ours.floors != theirs.floors && matched.floors_of != Some(theirs.floors) {
            matched.pending += 1;
            let floors = self.channels.get(&channel).map(|stock| stock.floors().collect()).unwrap_or_default();
            return self.ask(peer, &Request::Floors { channel, floors }, Vec::new(), Asked::Floors(channel));
        }
        if matched.settled == Some((ours.print, theirs.print)) {
            return self.settle(peer, channel);
        }
        let leads = (ours.count, our_nonce) > (theirs.count, their_nonce);
        if leads || matched.waited {
            let full = (ours.count, ours.print) == (theirs.count, theirs.print);
            return self.begin_turn(peer, channel, full);
        }
        self.wait_for(peer, channel);
    }

    /// Whether the peer has lists to tell us of before anything else; where it was waited for in vain, we go on.
    fn awaits_lists(&mut self, peer: PeerNo, channel: ChannelId) -> bool {
        let Some(chain) = self.channels.get(&channel).map(|stock| &stock.chain) else { return false };
        let Some(matched) = self.peers.get_mut(&peer).and_then(|peer| peer.matched.get_mut(&channel)) else {
            return false;
        };
        if matched.pending > 0 || matched.turn.is_some() || !matched.lists.are_awaited(chain) {
            return false;
        }
        if matched.waited {
            matched.lists.await_no_more();
            return self.push_lists(peer, channel);
        }
        self.wait_for(peer, channel);
        true
    }

    /// The peer is expected to act; where it does not, we shall.
    fn wait_for(&mut self, peer: PeerNo, channel: ChannelId) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.expecting = true;
        }
        let secs = self.limits.patience_secs;
        self.resync_in(peer, channel, secs);
    }

    /// Nothing more to do for now.
    pub(super) fn settle(&mut self, peer: PeerNo, channel: ChannelId) {
        let now = self.now.at;
        let Some(matched) = self.matched(peer, &channel) else { return };
        (matched.waited, matched.expecting, matched.waits) = (false, false, None);
        matched.last_sync = Some(now);
        let report = std::mem::take(&mut matched.report);
        self.tell(Event::Synced { peer, channel, report });
        let secs = self.jittered(self.limits.resync_secs);
        self.resync_in(peer, channel, secs);
    }

    /// Compares again in `secs` seconds, and not before.
    pub(super) fn resync_in(&mut self, peer: PeerNo, channel: ChannelId, secs: u64) {
        let at = self.now.at.plus(secs);
        let Some(matched) = self.matched(peer, &channel) else { return };
        if let Some(old) = matched.resync_at.replace(at) {
            self.alarms.remove(&(old, Alarm::Resync(peer, channel)));
        }
        self.alarms.insert((at, Alarm::Resync(peer, channel)));
    }

    pub(super) fn resync(&mut self, peer: PeerNo, channel: ChannelId, at: Timestamp) {
        let (now, turn_secs) = (self.now.at, self.limits.turn_secs);
        let Some(matched) = self.matched(peer, &channel).filter(|matched| matched.resync_at == Some(at)) else {
            return;
        };
        matched.resync_at = None;
        matched.settled = None;
        matched.waited = std::mem::take(&mut matched.expecting);
        if matched.turn.as_ref().is_some_and(|turn| now.since(turn.began) > turn_secs) {
            matched.turn = None;
            self.charge(peer, Reason::BadSync);
        }
        let secs = self.jittered(self.limits.resync_secs);
        self.resync_in(peer, channel, secs);
        if self.matched(peer, &channel).is_some_and(|matched| matched.turn.is_none()) {
            self.ask_state(peer, channel);
        }
    }

    pub(super) fn floors_asked(&mut self, peer: PeerNo, no: u64, channel: ChannelId, floors: Vec<Floor>) {
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        let matched = self.matched(peer, &channel).map(|matched| matched.states.take(rate, burst, now));
        let (Some(may), Some(stock)) = (matched, self.channels.get(&channel)) else {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        };
        if !may || floors.len() > FLOORS {
            return self.reply(peer, no, &Reply::Busy, Vec::new());
        }
        let own = stock.floors().collect();
        self.reply(peer, no, &Reply::Floors { floors: own }, Vec::new());
        self.note_floors(peer, channel, floors);
    }

    pub(super) fn floors_told(&mut self, peer: PeerNo, channel: ChannelId, floors: Vec<Floor>) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.pending = matched.pending.saturating_sub(1);
        }
        if floors.len() > FLOORS {
            return self.charge(peer, Reason::TooMuch);
        }
        self.note_floors(peer, channel, floors);
        self.consider(peer, channel);
    }

    /// The peer has no room for our floors now.
    pub(super) fn floors_put_off(&mut self, peer: PeerNo, channel: ChannelId) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.pending = matched.pending.saturating_sub(1);
            self.resync_in(peer, channel, RETRY_SECS);
        }
    }

    /// Keeps a peer's floors. Those of a channel for which there is no room any more are not looked up: what is offered
    /// in vain costs nobody anything.
    fn note_floors(&mut self, peer: PeerNo, channel: ChannelId, mut floors: Vec<Floor>) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let others = state.matched.iter().filter(|(of, _)| **of != channel).map(|(_, matched)| matched.floors.len());
        if others.sum::<usize>() + floors.len() > FLOORS_KEPT {
            floors.clear();
        }
        let Some(matched) = state.matched.get_mut(&channel) else { return };
        matched.floors = floors.into_iter().map(|floor| ((floor.pen, floor.class), floor.mark)).collect();
        matched.floors_of = matched.theirs.as_ref().map(|state| state.floors);
    }
}
