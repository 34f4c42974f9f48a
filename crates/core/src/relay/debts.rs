//! What a peer promised and did not bring in time: whether it withholds that, or its link is slow.
//!
//! What is late is asked of others at once, in [`super::wants`]; here is only whose fault it is. A frame is there at once
//! or not at all, however long it took. So nobody is charged before the longest time that a frame may take is over, and
//! not while a link brings as much as a slow one does.

use std::collections::BTreeSet;

use super::input::PeerNo;
use super::message::Short;
use super::output::Reason;
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
}

impl Debts {
    fn begin_term(&mut self, now: Timestamp) {
        (self.since, self.brought) = (now, 0);
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

    /// The term is over: charges whoever still owes, unless the link was at it all the time.
    pub(super) fn call_in(&mut self, peer: PeerNo) {
        let now = self.now.at;
        let Some(state) = self.peers.get_mut(&peer) else { return };
        // Whoever does not carry a channel any more owes nothing in it.
        state.debts.owed.retain(|(channel, _)| state.matched.contains_key(channel));
        if state.debts.owed.is_empty() {
            return;
        }
        if state.debts.brought >= SLOW * now.since(state.debts.since) {
            state.debts.begin_term(now);
            return self.alarm(TERM_SECS, Alarm::Debts(peer));
        }
        let owed = std::mem::take(&mut state.debts.owed);
        (0..owed.len().min(CHARGED)).for_each(|_| self.charge(peer, Reason::Withheld));
    }
}
