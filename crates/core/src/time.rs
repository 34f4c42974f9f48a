//! Moments in seconds, and how far a clock may be believed. Nothing here reads a clock: a [`Reading`] is passed in.

use bincode::{Decode, Encode};

/// One hour in seconds.
pub const HOUR: u64 = 3_600;
/// One day in seconds.
pub const DAY: u64 = 24 * HOUR;
/// No working clock shows less than this: 1 November 2026, when this version was written.
pub const BUILT: Timestamp = Timestamp(1_793_491_200);
/// How far ahead of a plausible clock an envelope may claim to be made before it is set aside.
pub const AHEAD: u64 = 48 * HOUR;
/// How far a clock may stand behind its own last reading before it is doubted.
pub const BEHIND: u64 = 48 * HOUR;

/// Seconds since 1970-01-01T00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
pub struct Timestamp(u64);

impl Timestamp {
    /// A moment, in seconds since 1970.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs)
    }

    /// Seconds since 1970.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The start of the hour that this moment lies in.
    pub const fn hour(self) -> Self {
        Self(self.0 - self.0 % HOUR)
    }

    /// Whether this is the start of an hour: what the outside of an envelope may show.
    pub const fn is_hour(self) -> bool {
        self.0.is_multiple_of(HOUR)
    }

    /// `secs` later, or the end of time.
    pub const fn plus(self, secs: u64) -> Self {
        Self(self.0.saturating_add(secs))
    }

    /// `secs` earlier, or 1970.
    pub const fn minus(self, secs: u64) -> Self {
        Self(self.0.saturating_sub(secs))
    }

    /// The seconds from `earlier` until this moment, 0 where it is not earlier.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// What the clock shows, and whether to believe it.
///
/// A clock below [`BUILT`] or more than [`BEHIND`] behind its own last reading is doubted: it expires nothing and
/// refuses nothing as coming from the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The system clock.
    pub at: Timestamp,
    /// Whether it may expire or set aside anything.
    pub plausible: bool,
}

impl Reading {
    /// Judges the system clock against the last reading that this node made durable, if any.
    pub fn judge(system: Timestamp, last: Option<Timestamp>) -> Self {
        let behind = last.is_some_and(|last| system.plus(BEHIND) < last);
        Self { at: system, plausible: system >= BUILT && !behind }
    }

    /// A clock that is believed.
    pub const fn sure(at: Timestamp) -> Self {
        Self { at, plausible: true }
    }

    /// Whether something that ends at `expires` is over.
    pub fn is_past(&self, expires: Timestamp) -> bool {
        self.plausible && expires <= self.at
    }

    /// Whether something made at `created` is too far ahead to be taken now.
    pub fn is_ahead(&self, created: Timestamp) -> bool {
        self.plausible && created > self.at.plus(AHEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_1970_expires_nothing_and_calls_nothing_future() {
        let now = Reading::judge(Timestamp::from_secs(5), None);
        assert!(!now.is_past(BUILT));
        assert!(!now.is_ahead(BUILT.plus(400 * DAY)));
    }

    #[test]
    fn a_clock_far_behind_its_last_reading_is_doubted() {
        let last = BUILT.plus(10 * DAY);
        assert!(Reading::judge(last.minus(2 * DAY), Some(last)).plausible);
        assert!(!Reading::judge(last.minus(2 * DAY + 1), Some(last)).plausible);
    }

    #[test]
    fn a_plausible_clock_expires_what_is_over_and_sets_aside_what_is_far_ahead() {
        let now = Reading::judge(BUILT.plus(DAY), None);
        assert!(now.is_past(BUILT.plus(DAY)) && !now.is_past(BUILT.plus(DAY + 1)));
        assert!(now.is_ahead(BUILT.plus(3 * DAY + 1)) && !now.is_ahead(BUILT.plus(3 * DAY)));
    }
}
