//! Turns of sync: the side that is ahead asks, round by round, until both know what either lacks; then it sends.
//!
//! A turn is bounded in rounds, bytes and seconds, and resumes by nature: what was stored is done, and the next turn
//! finds the rest. Whoever answers keeps nothing but how much the turn has cost. How ranges are compared is in
//! [`super::reconcile`]; what comes in goes through [`super::gate`].

use std::collections::{BTreeSet, VecDeque};

use rand_core::Rng;

use super::Relay;
use super::gate::Origin;
use super::input::PeerNo;
use super::message::{Cause, Query, Reply, Request, Short, framed};
use super::output::Reason;
use super::peer::{Asked, Turn};
use super::reconcile::{self, Senseless, Span, Step};
use super::turns::Horizon;
use crate::ids::{ChannelId, EnvelopeId};

/// Pushes that may wait for their acknowledgement at one time.
const WINDOW: u32 = 2;

impl Relay {
    pub(super) fn begin_turn(&mut self, peer: PeerNo, channel: ChannelId, full: bool) {
        let now = self.now.at;
        if !self.takes_turn(channel, peer) {
            let secs = 1 + self.rng.next_u64() % 3;
            return self.resync_in(peer, channel, secs);
        }
        if !self.has_place_for_turn(peer) {
            return self.queue_turn(peer, channel);
        }
        let session = self.rng.next_u64();
        let theirs = self.matched(peer, &channel).and_then(|matched| matched.theirs.as_ref()?.clock);
        let horizon = self.horizon(theirs, full);
        let turn = Turn {
            session,
            began: now,
            horizon,
            rounds: 0,
            bytes: 0,
            queue: VecDeque::new(),
            asking: true,
            open: 0,
            moved: 0,
            vain: BTreeSet::new(),
            left: false,
        };
        let budget = self.span_budget();
        let Some(spans) =
            self.with_view(peer, &channel, session, horizon, |view, salt| reconcile::open(view, salt, budget))
        else {
            return;
        };
        if self.sees_snapshot(peer, &channel, session) {
            self.count_look(peer);
        }
        if let Some(matched) = self.matched(peer, &channel) {
            matched.turn = Some(turn);
        }
        self.query(peer, channel, spans);
    }

    const fn span_budget(&self) -> usize {
        self.limits.frame / 2
    }

    fn query(&mut self, peer: PeerNo, channel: ChannelId, spans: Vec<Span>) {
        let Some(turn) = self.matched(peer, &channel).and_then(|matched| matched.turn.as_mut()) else { return };
        turn.rounds += 1;
        let (session, Horizon { cut, ahead, full }) = (turn.session, turn.horizon);
        let request = Request::Query(Query { channel, session, cut, ahead, full, spans });
        let bytes = crate::wire::encode(&request).len() as u64;
        self.meter(peer, channel, bytes, bytes);
        self.ask(peer, &request, Vec::new(), Asked::Query { channel, session });
    }

    /// Counts bytes of our turn, and those that are no envelopes.
    fn meter(&mut self, peer: PeerNo, channel: ChannelId, bytes: u64, overhead: u64) {
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.report.overhead_bytes += overhead;
        if let Some(turn) = matched.turn.as_mut() {
            turn.bytes += bytes;
        }
    }

    /// The peer asks, in its turn.
    pub(super) fn queried(&mut self, peer: PeerNo, no: u64, query: &Query) {
        let channel = query.channel;
        if self.matched(peer, &channel).is_none() || !self.channels.contains_key(&channel) {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        if self.is_early(peer, no, query) {
            return;
        }
        let Some(horizon) = self.serves(peer, query) else { return self.reply(peer, no, &Reply::Busy, Vec::new()) };
        let budget = self.span_budget();
        let seen = self.sees_snapshot(peer, &channel, query.session);
        let looked = self.with_view(peer, &channel, query.session, horizon, |view, salt| {
            reconcile::step(view, salt, &query.spans, false, budget)
        });
        if !seen && self.sees_snapshot(peer, &channel, query.session) {
            self.count_look(peer);
        }
        match looked {
            Some(Ok(step)) => self.answer(peer, no, query, step),
            Some(Err(Senseless)) => {
                self.reply(peer, no, &Reply::Busy, Vec::new());
                self.charge(peer, Reason::BadSync);
            }
            None => self.reply(peer, no, &Reply::Unknown, Vec::new()),
        }
    }

    fn answer(&mut self, peer: PeerNo, no: u64, query: &Query, step: Step) {
        let channel = query.channel;
        let reply = Reply::Answer { session: query.session, spans: step.spans };
        let head = crate::wire::encode(&reply).len();
        let Some(stock) = self.channels.get(&channel) else { return };
        let lacking = stock.by_urgency(step.send.iter().map(|mark| Short::of(&mark.id)));
        let mut lacking = self.permitted(peer, &channel, lacking);
        if let Some([before, _]) = self.matched(peer, &channel).map(|matched| &matched.given) {
            // What was given before and is still lacking was not taken: all else goes first.
            lacking.sort_by_key(|id| before.contains(id));
        }
        let Filling { ids: sent, bytes: size, .. } =
            self.fill(channel, &lacking, self.limits.frame.saturating_sub(head));
        if let Some(matched) = self.matched(peer, &channel) {
            if let Some(served) = matched.served.as_mut() {
                served.bytes += (head + size) as u64;
            }
            matched.given[1].extend(sent.iter().map(Short::of));
            matched.report.sent += sent.len() as u64;
            matched.report.overhead_bytes += (head + 4 * sent.len()) as u64;
        }
        self.reply(peer, no, &reply, sent);
    }

    /// The first of these that a frame with `room` bytes takes.
    pub(super) fn fill<'a>(
        &self,
        channel: ChannelId,
        ids: impl IntoIterator<Item = &'a Short>,
        room: usize,
    ) -> Filling {
        let mut filling = Filling::default();
        let room = room.min(self.limits.frame);
        let Some(stock) = self.channels.get(&channel) else { return filling };
        for id in ids {
            if let Some(entry) = stock.get(id) {
                if filling.bytes + framed(entry.size) > room {
                    break;
                }
                filling.bytes += framed(entry.size);
                filling.ids.push(entry.id);
            }
            filling.passed += 1;
        }
        filling
    }

    /// The peer's half of a round of ours.
    pub(super) fn answered(
        &mut self,
        peer: PeerNo,
        channel: ChannelId,
        session: u64,
        spans: &[Span],
        following: &[&[u8]],
        bytes: usize,
    ) {
        let Some(turn) = self.turn(peer, channel, session) else { return };
        let horizon = turn.horizon;
        let (rounds, began, spent) = (turn.rounds, turn.began, turn.bytes + bytes as u64);
        turn.open += 1;
        let payload: usize = following.iter().map(|bytes| bytes.len()).sum();
        self.meter(peer, channel, bytes as u64, (bytes - payload) as u64);
        let budget = self.span_budget();
        let looked = match spans.is_empty() {
            true => Some(Ok(Step::default())),
            false => self.with_view(peer, &channel, session, horizon, |view, salt| {
                reconcile::step(view, salt, spans, true, budget)
            }),
        };
        match self.has_room_to_check(peer, following) {
            true => self.take_frame(Origin::Answer { peer, channel, session }, following, |_, _| true),
            false => self.leave_lacking(peer, channel, session),
        }
        let Some(Ok(step)) = looked else {
            self.charge(peer, Reason::BadSync);
            return self.end_turn(peer, channel);
        };
        self.queue(peer, channel, &step);
        let within = rounds < self.limits.rounds
            && spent < self.limits.turn_bytes
            && self.now.at.since(began) <= self.limits.turn_secs;
        match step.spans.is_empty() || !within {
            false => self.query(peer, channel, step.spans),
            true => {
                if let Some(turn) = self.turn(peer, channel, session) {
                    turn.asking = false;
                }
                self.push_on(peer, channel);
            }
        }
    }

    /// Remembers what the peer lacks, as much of it as this turn can bring.
    fn queue(&mut self, peer: PeerNo, channel: ChannelId, step: &Step) {
        let lacking = step.send.iter().map(|mark| Short::of(&mark.id)).collect();
        let mut lacking = self.permitted(peer, &channel, lacking);
        let Some(stock) = self.channels.get(&channel) else { return };
        let most = self.limits.turn_bytes / SMALLEST;
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(matched) = state.matched.get_mut(&channel) else { return };
        lacking.retain(|id| !matched.vain.contains(id));
        let Some(turn) = matched.turn.as_mut() else { return };
        if lacking.is_empty() {
            return;
        }
        let mut all = stock.by_urgency(lacking.into_iter().chain(turn.queue.drain(..)));
        all.truncate(most as usize);
        turn.queue = all.into();
    }

    fn turn(&mut self, peer: PeerNo, channel: ChannelId, session: u64) -> Option<&mut Turn> {
        self.matched(peer, &channel)?.turn.as_mut().filter(|turn| turn.session == session)
    }

    /// What we lacked went through the gate.
    pub(super) fn lacking_taken(&mut self, peer: PeerNo, channel: ChannelId, session: u64, stored: u64) {
        let Some(turn) = self.turn(peer, channel, session) else { return };
        turn.open = turn.open.saturating_sub(1);
        turn.moved += stored;
        self.push_on(peer, channel);
    }

    /// What we lacked came, and has to come again in the next turn.
    fn leave_lacking(&mut self, peer: PeerNo, channel: ChannelId, session: u64) {
        if let Some(turn) = self.turn(peer, channel, session) {
            turn.open = turn.open.saturating_sub(1);
            turn.left = true;
        }
    }

    /// Sends what the peer lacks, or ends the turn where all is done that it has room for.
    fn push_on(&mut self, peer: PeerNo, channel: ChannelId) {
        let (now, most, secs) = (self.now.at, self.limits.turn_bytes, self.limits.turn_secs);
        let frame = self.limits.frame;
        while let Some(turn) = self.matched(peer, &channel).and_then(|matched| matched.turn.as_mut()) {
            if turn.asking || turn.open >= WINDOW {
                return;
            }
            let left = most.saturating_sub(turn.bytes).min(frame as u64) as usize;
            let over = now.since(turn.began) > secs;
            let (session, mut queue) = (turn.session, std::mem::take(&mut turn.queue));
            let request = Request::Push { channel, cause: Cause::Turn { session }, gone: Vec::new() };
            let head = crate::wire::encode(&request).len();
            let room = if over { 0 } else { left.saturating_sub(head) };
            let Filling { ids: envelopes, bytes: size, passed } = self.fill(channel, &queue, room);
            queue.drain(..passed);
            let Some(turn) = self.turn(peer, channel, session) else { return };
            if envelopes.is_empty() {
                if turn.open == 0 {
                    self.end_turn(peer, channel);
                }
                return;
            }
            turn.queue = queue;
            turn.open += 1;
            let ids: Vec<Short> = envelopes.iter().map(Short::of).collect();
            self.meter(peer, channel, (head + size) as u64, (head + 4 * ids.len()) as u64);
            self.ask(peer, &request, envelopes, Asked::Push { channel, cause: Cause::Turn { session }, ids });
        }
    }

    /// The peer did not take all of these: the next turn leaves them out, so that they crowd out nothing else.
    pub(super) fn pushed_in_vain(&mut self, peer: PeerNo, channel: ChannelId, cause: Cause, ids: Vec<Short>) {
        let Cause::Turn { session } = cause else { return };
        if let Some(turn) = self.turn(peer, channel, session) {
            turn.vain.extend(ids);
        }
    }

    pub(super) fn push_done(&mut self, peer: PeerNo, channel: ChannelId, cause: Cause, stored: u64, refused: u64) {
        let Some(matched) = self.matched(peer, &channel) else { return };
        match cause {
            Cause::Live => {
                matched.pushing = false;
                self.pump(peer, channel);
            }
            Cause::Lists => {}
            Cause::Turn { session } => {
                matched.report.sent += stored;
                matched.report.refused += refused;
                if let Some(turn) = self.turn(peer, channel, session) {
                    turn.open = turn.open.saturating_sub(1);
                    turn.moved += stored;
                    self.push_on(peer, channel);
                }
            }
        }
    }

    /// The peer has no room for our turn now.
    pub(super) fn put_off(&mut self, peer: PeerNo, channel: ChannelId, session: u64) {
        let Some(turn) = self.turn(peer, channel, session) else { return };
        let full = turn.horizon.full;
        let not_before = self.now.at.plus(FULL_RETRY_SECS);
        if let Some(matched) = self.matched(peer, &channel) {
            matched.turn = None;
            matched.no_full_before = if full { not_before } else { matched.no_full_before };
        }
        let secs = 1 + self.rng.next_u64() % 3;
        self.resync_in(peer, channel, secs);
    }

    fn end_turn(&mut self, peer: PeerNo, channel: ChannelId) {
        let ours = self.channels.get(&channel).map(|stock| stock.index().total().print());
        let Some(matched) = self.matched(peer, &channel) else { return };
        let Some(turn) = matched.turn.take() else { return };
        if turn.horizon.full {
            self.note_full(peer, channel);
        }
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.vain = turn.vain;
        matched.waited = false;
        if turn.left {
            matched.settled = None;
            let secs = 1 + self.rng.next_u64() % 3;
            return self.resync_in(peer, channel, secs);
        }
        if turn.moved > 0 {
            matched.settled = None;
            return self.ask_state(peer, channel);
        }
        matched.settled = ours.zip(matched.theirs.as_ref().map(|state| state.print));
        self.settle(peer, channel);
    }

    /// Looks again soon: something was left to sync.
    pub(super) fn sync_soon(&mut self, peer: PeerNo, channel: ChannelId) {
        let secs = 2 + self.rng.next_u64() % 4;
        let at = self.now.at.plus(secs);
        let later = self.matched(peer, &channel).and_then(|matched| matched.resync_at).is_none_or(|old| old > at);
        if later {
            self.resync_in(peer, channel, secs);
        }
    }
}

/// What goes into a frame: which, their bytes there, and how many of those given were taken or are gone.
#[derive(Debug, Default)]
pub(super) struct Filling {
    pub(super) ids: Vec<EnvelopeId>,
    pub(super) bytes: usize,
    pub(super) passed: usize,
}

/// Seconds until a full check that a peer has no room for is tried again.
const FULL_RETRY_SECS: u64 = 600;
/// No envelope is smaller, in bytes.
const SMALLEST: u64 = 128;
