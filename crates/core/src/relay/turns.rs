//! Who has a turn of sync when, and what a turn sees.
//!
//! Turns in a channel are few at one time, and whoever has waited for long has the next. A turn sees a channel without
//! what one side would not take; where that is not simply the index it is copied, once in a turn.

use std::collections::BTreeSet;

use rand_core::Rng;

use super::Relay;
use super::input::PeerNo;
use super::message::Query;
use super::output::Reason;
use super::peer::{Match, Served, Wait};
use super::reconcile::{Salt, View};
use crate::ids::ChannelId;
use crate::time::{AHEAD, HOUR, Timestamp};

/// Seconds after which a turn that its asker has not gone on with no longer holds the channel.
const IDLE_SECS: u64 = 10;
/// Seconds after which whoever waits for a turn has it before those that came later.
const LONG_SECS: u64 = 10;
/// How many turns one counts for that cannot look at the index itself.
const LOOK: u32 = 8;
/// The most bytes of spans in a query that is set aside: a turn opens with fewer.
const EARLY_BYTES: usize = 16 << 10;

/// What a turn leaves out, and how it sums.
#[derive(Debug, Clone, Copy)]
pub(super) struct Horizon {
    /// What ends at this moment or earlier is left out.
    pub(super) cut: Timestamp,
    /// What was made after this moment is left out.
    pub(super) ahead: Timestamp,
    /// Whether sums are of keyed hashes.
    pub(super) full: bool,
}

impl Relay {
    /// Whether a channel that looks equal on both sides is due for a full check.
    pub(super) fn full_check_due(&mut self, peer: PeerNo, channel: &ChannelId) -> bool {
        let (now, every, rng) = (self.now.at, self.limits.full_check_secs, &mut self.rng);
        let Some(state) = self.peers.get(&peer) else { return false };
        let Some(matched) = state.matched.get(channel) else { return false };
        let Some(stock) = self.channels.get_mut(channel) else { return false };
        let first = || now.minus(rng.next_u64() % every.max(1));
        now >= matched.no_full_before && stock.fulls.is_due(&state.ends.theirs, first, every, now)
    }

    /// A full check with a peer is done.
    pub(super) fn note_full(&mut self, peer: PeerNo, channel: ChannelId) {
        let now = self.now.at;
        let Some(state) = self.peers.get(&peer) else { return };
        if let Some(stock) = self.channels.get_mut(&channel) {
            stock.fulls.note(&state.ends.theirs, now);
        }
    }

    /// What ends by the first moment or was made after the second is over or too early for one of us.
    pub(super) fn horizon(&self, theirs: Option<Timestamp>, full: bool) -> Horizon {
        let ours = self.now.is_believed().then_some(self.now.at);
        let cut = ours.max(theirs).unwrap_or_default();
        let earlier = [ours, theirs].into_iter().flatten().min();
        let ahead = earlier.map_or(Timestamp::from_secs(u64::MAX - 1), |at| at.plus(AHEAD));
        Horizon { cut, ahead, full }
    }

    /// Whether a turn with `peer` may begin; where it may not, the peer waits for one from now on.
    pub(super) fn takes_turn(&mut self, channel: ChannelId, peer: PeerNo) -> bool {
        let (now, free, kept) = (self.now.at, self.has_turn(channel, peer), 2 * self.limits.patience_secs);
        if let Some(matched) = self.matched(peer, &channel) {
            let since = matched.waits.filter(|wait| wait.is_kept_up(kept, now)).map_or(now, |wait| wait.since);
            matched.waits = (!free).then_some(Wait { since, seen: now });
        }
        free
    }

    /// Whether turns with others, and those who have waited longer for one, leave one to `peer`; or it has waited for
    /// so long that none of them can be at its first.
    fn has_turn(&self, channel: ChannelId, peer: PeerNo) -> bool {
        let (now, secs, kept) = (self.now.at, self.limits.turn_secs, 2 * self.limits.patience_secs);
        let wait = |matched: &Match| matched.waits.filter(|wait| wait.is_kept_up(kept, now)).map(|wait| wait.since);
        let ours = self.peers.get(&peer).and_then(|peer| peer.matched.get(&channel)).and_then(wait).unwrap_or(now);
        if now.since(ours) > 2 * secs {
            return true;
        }
        let stands_before = |matched: &Match| {
            let serving = matched.served.as_ref().is_some_and(|served| now.since(served.seen) < IDLE_SECS);
            let longer = wait(matched).is_some_and(|since| since < ours && now.since(since) >= LONG_SECS);
            matched.turn.is_some() || serving || longer
        };
        let others = self.peers.iter().filter(|(no, _)| **no != peer);
        let before = others.filter(|(_, peer)| peer.matched.get(&channel).is_some_and(stands_before));
        before.count() < self.limits.turns
    }

    /// Looks at a channel as a session does.
    pub(super) fn with_view<T>(
        &mut self,
        no: PeerNo,
        channel: &ChannelId,
        session: u64,
        horizon: Horizon,
        look: impl FnOnce(&View<'_>, &Salt) -> T,
    ) -> Option<T> {
        let peer = self.peers.get(&no)?;
        let salt = Salt::of(channel, &peer.nonce, &peer.hello?.nonce, session);
        let stock = self.channels.get(channel)?;
        if stock.kept(no, session).is_none() {
            let barred = self.barred(no, channel);
            let Horizon { cut, ahead, full } = horizon;
            if let Some(snapshot) = stock.snapshot(cut, ahead, barred.as_ref(), full.then_some(&salt)) {
                let most = 2 * self.limits.turns;
                self.channels.get_mut(channel)?.keep(no, session, snapshot, most);
            }
        }
        let stock = self.channels.get(channel)?;
        let view = stock.kept(no, session).map_or(View::Live(stock.index()), View::Fixed);
        Some(look(&view, &salt))
    }

    pub(super) fn sees_snapshot(&self, peer: PeerNo, channel: &ChannelId, session: u64) -> bool {
        self.channels.get(channel).is_some_and(|stock| stock.kept(peer, session).is_some())
    }

    /// A turn for which a channel was copied counts for several, whoever begins it: a peer provokes ours by what it states.
    pub(super) fn count_look(&mut self, peer: PeerNo) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.turns.spend(LOOK - 1);
        }
    }

    /// Sets aside a query that has overtaken the state by which it is to be answered.
    pub(super) fn is_early(&mut self, peer: PeerNo, no: u64, query: &Query) -> bool {
        let Some(matched) = self.matched(peer, &query.channel) else { return false };
        let early = matched.theirs.is_none() && matched.pending > 0 && matched.early.is_none();
        if early && query.spans.len() <= EARLY_BYTES && crate::wire::encode(&query.spans).len() <= EARLY_BYTES {
            matched.early = Some((no, query.clone()));
            return true;
        }
        false
    }

    /// Answers the query that was set aside.
    pub(super) fn answer_early(&mut self, peer: PeerNo, channel: ChannelId) {
        if let Some((no, query)) = self.matched(peer, &channel).and_then(|matched| matched.early.take()) {
            self.queried(peer, no, &query);
        }
    }

    /// What the peer's turn sees, where this round of it is within its bounds. A turn keeps what it began with.
    pub(super) fn serves(&mut self, peer: PeerNo, query: &Query) -> Option<Horizon> {
        let (now, turn_secs) = (self.now.at, self.limits.turn_secs);
        let (rounds, bytes) = (self.limits.rounds, self.limits.turn_bytes);
        let matched = self.matched(peer, &query.channel)?;
        let Some(served) = matched.served.as_mut().filter(|served| served.session == query.session) else {
            return self.serves_new(peer, query);
        };
        served.rounds += 1;
        served.seen = now;
        let within = served.rounds <= rounds && served.bytes <= bytes && now.since(served.began) <= turn_secs;
        let horizon = served.horizon;
        if !within {
            self.charge(peer, Reason::BadSync);
        }
        within.then_some(horizon)
    }

    /// The same for the first round. A look at the whole channel costs us more than the peer: what no clock explains is
    /// refused, and full checks are rationed, also where the peer lets go of the channel or connects anew.
    fn serves_new(&mut self, peer: PeerNo, query: &Query) -> Option<Horizon> {
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        let full_secs = self.limits.full_check_secs;
        let (channel, session, room) = (query.channel, query.session, self.takes_turn(query.channel, peer));
        let theirs = self.matched(peer, &channel)?.theirs.as_ref().and_then(|state| state.clock);
        let ours = self.horizon(theirs, query.full);
        let latest = ours.cut.max(now);
        let explained = query.cut <= latest.plus(HOUR) && query.ahead.plus(HOUR) >= ours.ahead;
        let state = self.peers.get_mut(&peer)?;
        if !room || !explained || !state.turns.take(rate, burst, now) {
            return None;
        }
        let looks = &mut self.channels.get_mut(&channel)?.looks;
        if query.full && !looks.take(&state.ends, state.added, full_secs / 2, now) {
            return None;
        }
        let matched = state.matched.get_mut(&channel)?;
        matched.expecting = false;
        matched.given = [std::mem::take(&mut matched.given[1]), BTreeSet::new()];
        let horizon = Horizon { cut: query.cut, ahead: query.ahead, full: query.full };
        matched.served = Some(Served { session, horizon, began: now, seen: now, rounds: 1, bytes: 0 });
        Some(horizon)
    }
}
