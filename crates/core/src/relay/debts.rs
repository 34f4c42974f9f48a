//! What a peer promised and did not bring in time: whether it withholds that, or its link is slow or broken.
//!
//! What is late is asked of others at once, in [`super::wants`]; here is only whose fault it is. A frame is there at once
//! or not at all, however long it took. So nobody is charged before the longest time that a frame may take is over, not
//! while a link brings as much as a slow one does, and not before the peer answers once more: a link that broke silently
//! answers nothing. Whoever goes away owing may have a link that breaks; only who does so again and again, and
//! brings nothing in between, is charged for that too.

use std::collections::BTreeSet;

use super::input::PeerNo;
use super::message::Short;
use super::output::Reason;
use super::stock::{Course, Stock};
use super::{Alarm, Relay};
use crate::ids::ChannelId;
use crate::time::Timestamp;

/// Seconds in which what is late has to come: no frame takes longer than that on a link that serves.
const TERM_SECS: u64 = 60;
/// A link that brings so many bytes a second of what is new does what it can.
const SLOW: u64 = 1_024;
/// For so many envelopes a peer is charged at one time: a link that stalls once is not let go.
const CHARGED: usize = 16;

/// What one peer owes.
#[derive(Debug, Default)]
pub(super) struct Debts {
    owed: BTreeSet<(ChannelId, Short)>,
    /// When the term began that they are due at the end of.
    since: Timestamp,
    /// Bytes of new envelopes that it brought in this term.
    brought: u64,
    /// The term is over: it is charged once it answers.
    due: bool,
}

impl Debts {
    fn begin_term(&mut self, now: Timestamp) {
        (self.since, self.brought, self.due) = (now, 0, false);
    }

    /// Its envelopes came, so many bytes, and some of them were new.
    pub(super) const fn count(&mut self, bytes: u64) {
        self.brought = self.brought.saturating_add(bytes);
    }
}

impl Relay {
    /// Notes that these are late.
    pub(super) fn owe(&mut self, peer: PeerNo, channel: ChannelId, ids: Vec<Short>) {
        let (now, most) = (self.now.at, self.limits.wants);
        let Some(debts) = self.peers.get_mut(&peer).map(|state| &mut state.debts) else { return };
        let first = debts.owed.is_empty();
        let room = most.saturating_sub(debts.owed.len());
        debts.owed.extend(ids.into_iter().take(room).map(|id| (channel, id)));
        if first {
            debts.begin_term(now);
            self.alarm(TERM_SECS, Alarm::Debts(peer));
        }
    }

    /// A peer brought what it may owe, or says that it cannot.
    pub(super) fn settle_debt(&mut self, peer: PeerNo, channel: ChannelId, id: Short) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.debts.owed.remove(&(channel, id));
        }
    }

    /// The term is over: asks whoever still owes how it stands, unless the link was at it all the time.
    pub(super) fn call_in(&mut self, peer: PeerNo) {
        let now = self.now.at;
        let Some(state) = self.peers.get_mut(&peer) else { return };
        // Whoever does not carry a channel any more owes nothing in it.
        state.debts.owed.retain(|(channel, _)| state.matched.contains_key(channel));
        let Some((channel, _)) = state.debts.owed.first().copied() else { return };
        if state.debts.brought >= SLOW * now.since(state.debts.since) {
            state.debts.begin_term(now);
            return self.alarm(TERM_SECS, Alarm::Debts(peer));
        }
        state.debts.due = true;
        self.ask_state(peer, channel);
    }

    /// A peer answered how it stands: it is there, and what it owes and is due it withholds.
    pub(super) fn judge(&mut self, peer: PeerNo) {
        let Some(state) = self.peers.get_mut(&peer).filter(|state| state.debts.due) else { return };
        let owed = std::mem::take(&mut state.debts).owed.len();
        (0..owed.min(CHARGED)).for_each(|_| self.charge(peer, Reason::Withheld));
    }

    /// A peer goes away. Where it owes, its link may have broken: so it is in doubt for a while, and charged only where
    /// that is a habit.
    pub(super) fn depart(&mut self, peer: PeerNo) {
        let now = self.now.at;
        let Some(state) = self.peers.get(&peer) else { return };
        let asked = |stock: &Stock| {
            stock.wants.values().filter(|wanted| wanted.from == peer && wanted.course == Course::Asked).count()
        };
        let stocks = state.matched.keys().filter_map(|channel| self.channels.get(channel));
        let owed = state.debts.owed.len() + stocks.map(asked).sum::<usize>();
        let Some(state) = self.peers.get_mut(&peer).filter(|_| owed > 0) else { return };
        if state.record.breaks(now) {
            // It is gone already, also where this is one fault too many: that is seen at the next one.
            for _ in 0..owed.min(CHARGED) {
                self.count_fault(peer, Reason::Withheld);
            }
        }
    }
}
