//! What is to be begun with a peer once it has answered earlier requests. Channels wait here, and never frames.
//!
//! A peer may share a thousand channels with us: they are gone through a few at a time, so that what waits for a slow
//! link is made when its turn comes, and the transport's own queue is never full. What was begun goes on: a turn of sync
//! has one query or two pushes open.

use std::collections::{BTreeSet, VecDeque};

use super::Relay;
use super::input::PeerNo;
use super::peer::Peer;
use crate::ids::ChannelId;
use crate::time::Timestamp;

/// With so many requests open, nothing else is begun with a peer.
const OPEN: usize = 16;
/// The most turns of ours with one peer at one time.
const TURNS: usize = 8;
/// No turn is put off for longer than this, in seconds.
const LONGEST_LINE: u64 = 600;

/// What may wait in a channel, once of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// To tell it what is new.
    Tell,
    /// To ask how it stands.
    State,
    /// To decide what is next.
    Consider,
    /// To introduce it.
    Introduce,
}

/// What waits, in the order in which it came.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// Channels with something new, which go by turns with all else.
    news: VecDeque<ChannelId>,
    rest: VecDeque<(ChannelId, Task)>,
    noted: BTreeSet<(ChannelId, Task)>,
    news_next: bool,
    /// When the last of the turns that were put off is to be tried: seconds, times how many there are in each.
    line: u64,
}

impl Agenda {
    fn note(&mut self, channel: ChannelId, task: Task) {
        if !self.noted.insert((channel, task)) {
            return;
        }
        match task {
            Task::Tell => self.news.push_back(channel),
            Task::State | Task::Consider | Task::Introduce => self.rest.push_back((channel, task)),
        }
    }

    fn next(&mut self) -> Option<(ChannelId, Task)> {
        self.news_next = !self.news_next;
        let news = |agenda: &mut Self| agenda.news.pop_front().map(|channel| (channel, Task::Tell));
        let next = match self.news_next {
            true => news(self).or_else(|| self.rest.pop_front()),
            false => self.rest.pop_front().or_else(|| news(self)),
        }?;
        self.noted.remove(&next);
        Some(next)
    }

    /// In how many seconds a turn that has to wait is tried, `rate` of them in each second.
    fn queue_turn(&mut self, rate: u32, now: Timestamp) -> u64 {
        let (rate, now) = (u64::from(rate.max(1)), now.as_secs());
        let first = now.saturating_add(1).saturating_mul(rate);
        let last = now.saturating_add(LONGEST_LINE).saturating_mul(rate);
        self.line = self.line.saturating_add(1).clamp(first, last);
        (self.line / rate).saturating_sub(now)
    }
}

impl Peer {
    fn is_busy(&self) -> bool {
        self.asked.len() >= OPEN
    }
}

impl Relay {
    /// Whether something may be begun with a peer now. Where it may not, it is begun once earlier requests are answered.
    pub(super) fn may_begin(&mut self, peer: PeerNo, channel: ChannelId, task: Task) -> bool {
        let Some(state) = self.peers.get_mut(&peer) else { return false };
        let may = !state.is_busy();
        if !may {
            state.agenda.note(channel, task);
        }
        may
    }

    /// A request was answered: begins what waited.
    pub(super) fn begin_next(&mut self, peer: PeerNo) {
        while let Some(state) = self.peers.get_mut(&peer).filter(|state| !state.is_busy())
            && let Some((channel, task)) = state.agenda.next()
        {
            match task {
                Task::Tell => self.pump(peer, channel),
                Task::State => self.ask_state(peer, channel),
                Task::Consider => self.consider(peer, channel),
                Task::Introduce => self.introduce_channel(peer, channel),
            }
        }
    }

    /// Whether one more turn of ours with a peer may begin now.
    pub(super) fn has_place_for_turn(&mut self, peer: PeerNo) -> bool {
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        let Some(state) = self.peers.get_mut(&peer) else { return false };
        let open = state.matched.values().filter(|matched| matched.turn.is_some()).count();
        open < TURNS && state.turns.take(rate, burst, now)
    }

    /// Tries a turn again after those that were put off before it.
    pub(super) fn queue_turn(&mut self, peer: PeerNo, channel: ChannelId) {
        let (now, rate) = (self.now.at, self.limits.turn_rate);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let secs = state.agenda.queue_turn(rate, now);
        self.resync_in(peer, channel, secs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_goes_by_turns_with_all_else_and_nothing_waits_twice() {
        let mut agenda = Agenda::default();
        let channel = |n| ChannelId::from_bytes([n; 32]);
        for task in [Task::State, Task::State, Task::Consider, Task::Tell, Task::Tell] {
            agenda.note(channel(1), task);
        }
        agenda.note(channel(2), Task::Tell);
        let order: Vec<_> = std::iter::from_fn(|| agenda.next()).collect();
        let tell = |n| (channel(n), Task::Tell);
        assert_eq!(order, [tell(1), (channel(1), Task::State), tell(2), (channel(1), Task::Consider)]);
        agenda.note(channel(1), Task::State);
        assert_eq!(agenda.next(), Some((channel(1), Task::State)));
    }

    #[test]
    fn turns_that_are_put_off_stand_in_a_line() {
        let mut agenda = Agenda::default();
        let now = Timestamp::from_secs(1_000);
        let waits: Vec<u64> = (0..9).map(|_| agenda.queue_turn(4, now)).collect();
        assert_eq!(waits, [1, 1, 1, 1, 2, 2, 2, 2, 3]);
        assert_eq!(agenda.queue_turn(4, now.plus(60)), 1);
        assert_eq!(agenda.queue_turn(4, Timestamp::from_secs(10)), LONGEST_LINE, "a clock that was set back");
    }
}
