//! What comes back with time: how much of something a peer, a pen or an address may have at once and in a while.

use std::collections::BTreeMap;

use super::limits::Limits;
use crate::envelope::Priority;
use crate::time::{HOUR, Timestamp};

/// Tokens that come back with time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    left: u64,
    at: Timestamp,
}

impl Bucket {
    pub(super) const fn full(burst: u32, now: Timestamp) -> Self {
        Self { left: burst as u64, at: now }
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
        self.take_above(u64::from(kept), rate, burst, now)
    }

    fn take_above(&mut self, kept: u64, rate: u32, burst: u32, now: Timestamp) -> bool {
        let back = now.since(self.at).saturating_mul(u64::from(rate));
        self.at = now;
        self.left = self.left.saturating_add(back).min(u64::from(burst));
        let got = self.left > kept;
        self.left -= u64::from(got);
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
