//! What comes back with time: how much of something a peer, a pen or an address may have at once and in a while.

use std::collections::BTreeMap;

use super::input::Ends;
use super::limits::Limits;
use crate::envelope::Priority;
use crate::time::{HOUR, Timestamp};

/// Tokens that come back with time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    /// Less than none where more was spent than was left.
    left: i64,
    at: Timestamp,
}

impl Bucket {
    pub(super) const fn full(burst: u32, now: Timestamp) -> Self {
        Self { left: burst as i64, at: now }
    }

    /// Takes one token of those that `rate` a second bring back, up to `burst`.
    pub(super) fn take(&mut self, rate: u32, burst: u32, now: Timestamp) -> bool {
        self.take_above(0, rate, burst, now)
    }

    /// The same for an envelope. A quarter of the tokens is kept for control and for what is urgent.
    pub(super) fn take_for(&mut self, class: Priority, rate: u32, burst: u32, now: Timestamp) -> bool {
        let kept = match class {
            Priority::Control | Priority::Urgent => 0,
            Priority::Routine | Priority::Bulk => burst / 4,
        };
        self.take_above(i64::from(kept), rate, burst, now)
    }

    /// Spends more tokens for what was taken one for; those that are lacking have to come back before the next is taken.
    pub(super) fn spend(&mut self, tokens: u32) {
        self.left = self.left.saturating_sub(i64::from(tokens));
    }

    fn take_above(&mut self, kept: i64, rate: u32, burst: u32, now: Timestamp) -> bool {
        let back = now.since(self.at).saturating_mul(u64::from(rate));
        self.at = now;
        self.left = self.left.saturating_add_unsigned(back).min(i64::from(burst));
        let got = self.left > kept;
        self.left -= i64::from(got);
        got
    }
}

/// How many channels were introduced within the hour, from which addresses.
#[derive(Debug, Default)]
pub(super) struct Introductions {
    since: Timestamp,
    all: u32,
    /// No more of them than introductions.
    by_address: BTreeMap<Vec<u8>, u32>,
}

impl Introductions {
    pub(super) fn take(&mut self, address: &[u8], limits: &Limits, now: Timestamp) -> bool {
        if now.since(self.since) >= HOUR || now < self.since {
            *self = Self { since: now, ..Self::default() };
        }
        let from_there = self.by_address.get(address).copied().unwrap_or(0);
        if self.all >= limits.introductions || from_there >= limits.address_introductions {
            return false;
        }
        self.all += 1;
        self.by_address.insert(address.to_vec(), from_there + 1);
        true
    }
}

/// To whom a full look at a channel was served that is not due again yet.
///
/// To connect anew does not make it due. Network ids are free, and addresses are less so: of those that come from one
/// address few are served, of all together no more than a node has places.
#[derive(Debug, Default)]
pub(super) struct Looks {
    served: Vec<Look>,
}

#[derive(Debug)]
struct Look {
    id: Vec<u8>,
    /// None where the owner added the peer, for whom there is room of its own.
    address: Option<Vec<u8>>,
    at: Timestamp,
}

/// How many are served within that time, and how many of them from one address.
const LOOKS: usize = 64;
const ADDRESS_LOOKS: usize = 8;

impl Looks {
    /// Whether one more may be served to whoever is at the other end, `secs` being when one is due again.
    pub(super) fn take(&mut self, ends: &Ends, added: bool, secs: u64, now: Timestamp) -> bool {
        self.served.retain(|look| now.since(look.at) < secs && look.at <= now);
        let strangers = || self.served.iter().filter_map(|look| look.address.as_ref());
        let there = strangers().filter(|address| **address == ends.address).count();
        let room = match added {
            true => self.served.len() < 2 * LOOKS,
            false => there < ADDRESS_LOOKS && strangers().count() < LOOKS,
        };
        let served = self.served.iter().any(|look| look.id == ends.theirs);
        if served || !room {
            return false;
        }
        let address = (!added).then(|| ends.address.clone());
        self.served.push(Look { id: ends.theirs.clone(), address, at: now });
        true
    }
}

/// With whom a full check of a channel was done, and when.
///
/// A connection need not last as long as the time between two. Whoever is new is due when that time is over since the
/// last one with anybody, and the first of all at any moment within it, so that those who never stay long have one too.
#[derive(Debug, Default)]
pub(super) struct Fulls {
    last: Option<Timestamp>,
    /// By network ids, the earliest first.
    with: Vec<(Vec<u8>, Timestamp)>,
}

impl Fulls {
    /// Whether one is due with whoever has this id; `first` draws the moment from which the first of all is counted.
    pub(super) fn is_due(&mut self, id: &[u8], first: impl FnOnce() -> Timestamp, every: u64, now: Timestamp) -> bool {
        let any = *self.last.get_or_insert_with(first);
        let last = self.with.iter().find(|(other, _)| other == id).map_or(any, |(_, at)| *at);
        now.since(last) >= every
    }

    pub(super) fn note(&mut self, id: &[u8], now: Timestamp) {
        self.last = Some(now);
        self.with.retain(|(other, _)| other != id);
        self.with.push((id.to_vec(), now));
        self.with.drain(..self.with.len().saturating_sub(LOOKS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_kept_for_what_presses() {
        let mut bucket = Bucket::full(8, Timestamp::default());
        let mut take = |class| bucket.take_for(class, 1, 8, Timestamp::default());
        assert_eq!((0..9).filter(|_| take(Priority::Routine)).count(), 6);
        assert!(take(Priority::Urgent) && !take(Priority::Bulk) && take(Priority::Control) && !take(Priority::Control));
    }
}
