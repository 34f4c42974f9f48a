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

/// How far what a clock shows may be acted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// It cannot be right: below [`BUILT`], or more than [`BEHIND`] behind what was believed before. Nothing is dated by
    /// it.
    Doubted,
    /// It is more than [`AHEAD`] ahead of what was believed before and the time that is known to have passed since:
    /// the machine was off, or the clock is wrong. What is written may be dated by it.
    Leapt,
    /// Nothing speaks against it. No other clock expires anything or refuses anything as coming from the future.
    Believed,
}

/// What the clock shows, and how far to believe it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The system clock.
    pub at: Timestamp,
    /// How far it may be acted by.
    pub trust: Trust,
}

impl Reading {
    /// Judges the system clock against the last reading that was believed, if any, since when `passed` seconds are known
    /// to have passed, and maybe more.
    pub fn judge(system: Timestamp, last: Option<Timestamp>, passed: u64) -> Self {
        let trust = match last {
            _ if system < BUILT => Trust::Doubted,
            Some(last) if system.plus(BEHIND) < last => Trust::Doubted,
            Some(last) if system > last.plus(passed).plus(AHEAD) => Trust::Leapt,
            Some(_) | None => Trust::Believed,
        };
        Self { at: system, trust }
    }

    /// A clock that is believed.
    pub const fn sure(at: Timestamp) -> Self {
        Self { at, trust: Trust::Believed }
    }

    /// Whether it can be right: whether anything may be dated by it.
    pub fn is_plausible(&self) -> bool {
        self.trust != Trust::Doubted
    }

    /// Whether anything may be dropped by it, and others told to go by it.
    pub fn is_believed(&self) -> bool {
        self.trust == Trust::Believed
    }

    /// Whether something that ends at `expires` is over, so that it may be dropped or refused for good.
    pub fn is_past(&self, expires: Timestamp) -> bool {
        self.is_believed() && expires <= self.at
    }

    /// Whether something that ends at `expires` may be over: enough to wait with what cannot be taken back.
    pub fn may_be_past(&self, expires: Timestamp) -> bool {
        self.is_plausible() && expires <= self.at
    }

    /// Whether something made at `created` is too far ahead to be taken now.
    pub fn is_ahead(&self, created: Timestamp) -> bool {
        self.is_believed() && created > self.at.plus(AHEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_1970_expires_nothing_and_calls_nothing_future() {
        let now = Reading::judge(Timestamp::from_secs(5), None, 0);
        assert!(!now.is_past(BUILT));
        assert!(!now.is_ahead(BUILT.plus(400 * DAY)));
    }

    #[test]
    fn a_clock_far_behind_its_last_reading_is_doubted() {
        let last = BUILT.plus(10 * DAY);
        assert!(Reading::judge(last.minus(2 * DAY), Some(last), 0).is_plausible());
        assert!(!Reading::judge(last.minus(2 * DAY + 1), Some(last), 0).is_plausible());
    }

    #[test]
    fn a_plausible_clock_expires_what_is_over_and_sets_aside_what_is_far_ahead() {
        let now = Reading::judge(BUILT.plus(DAY), None, 0);
        assert!(now.is_past(BUILT.plus(DAY)) && !now.is_past(BUILT.plus(DAY + 1)));
        assert!(now.is_ahead(BUILT.plus(3 * DAY + 1)) && !now.is_ahead(BUILT.plus(3 * DAY)));
    }
    #[test]
    fn a_clock_that_leapt_ahead_ends_nothing_and_may_be_written_by() {
        let (last, passed) = (BUILT.plus(10 * DAY), 5 * DAY);
        assert!(Reading::judge(last.plus(7 * DAY), Some(last), passed).is_believed());
        let leapt = Reading::judge(last.plus(7 * DAY + 1), Some(last), passed);
        assert_eq!(leapt.trust, Trust::Leapt);
        assert!(leapt.is_plausible() && !leapt.is_past(last) && leapt.may_be_past(last));
        assert!(!leapt.is_ahead(leapt.at.plus(3 * DAY)));
    }
}
