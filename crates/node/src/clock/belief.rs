//! How far the clock is believed: judged by what was believed of it before and by how long the machine has been up since.
//!
//! What was believed never follows a leap at its first sight. A leap is believed once the clock has gone on from it for
//! [`HOLD`]: by the machine's own uptime, or by its own word where the machine was started anew in between. Nothing here
//! reads a clock.

use bincode::{Decode, Encode};
use kenes_core::time::{BUILT, DAY, HOUR, Reading, Timestamp, Trust};

use super::ClockWarning;

/// For how long a clock must have gone on from where it leapt to before it is believed, in seconds.
pub const HOLD: u64 = 3 * DAY;

/// What the clock showed, and when, by how long the machine had been up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Seen {
    /// What it showed.
    pub at: Timestamp,
    /// Which start of the machine this was after.
    pub boot: [u8; 16],
    /// Seconds that the machine had been up, asleep or awake.
    pub up: u64,
}

impl Seen {
    /// Seconds that passed since `earlier`; none where the machine was started in between and nobody knows.
    fn since(&self, earlier: &Self) -> Option<u64> {
        (self.boot == earlier.boot).then(|| self.up.checked_sub(earlier.up)).flatten()
    }

    /// Whether the clock went on from `earlier`, as far as can be told, and neither fell back nor leapt again.
    fn goes_on_from(&self, earlier: &Self) -> bool {
        let judged = Reading::judge(self.at, Some(earlier.at), self.since(earlier).unwrap_or(u64::MAX));
        judged.is_believed()
    }

    /// Whether it did so for long enough.
    fn holds(&self, earlier: &Self) -> bool {
        self.since(earlier).unwrap_or_else(|| self.at.since(earlier.at)) >= HOLD
    }
}

/// What is remembered of the clock, also over a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct Belief {
    /// When it was last believed.
    believed: Option<Seen>,
    /// The first sight of the leap that it made since.
    leap: Option<Seen>,
}

impl Belief {
    /// What was shown when the clock was last believed.
    pub fn last(&self) -> Option<Timestamp> {
        self.believed.map(|seen| seen.at)
    }

    /// What the clock will show when its leap is believed, where it has made one.
    pub fn holds_at(&self) -> Option<Timestamp> {
        self.leap.map(|seen| seen.at.plus(HOLD))
    }

    /// How far `now` is believed.
    pub fn judge(&self, now: &Seen) -> Reading {
        let passed = self.believed.and_then(|last| now.since(&last)).unwrap_or_default();
        Reading::judge(now.at, self.last(), passed)
    }

    /// What is wrong with it, if anything is.
    pub fn warning(&self, now: &Seen) -> Option<ClockWarning> {
        match self.judge(now).trust {
            Trust::Doubted if now.at < BUILT => Some(ClockWarning::BeforeBuild),
            Trust::Doubted => Some(ClockWarning::Behind),
            Trust::Leapt => Some(ClockWarning::FarAhead),
            Trust::Believed => None,
        }
    }

    /// Takes note of `now`; whether that is to be made durable, at most once an hour while all is well.
    pub fn learn(&mut self, now: Seen) -> bool {
        let before = *self;
        match self.warning(&now) {
            // What a clock shows that cannot be right says nothing about another reading.
            Some(ClockWarning::BeforeBuild) => {}
            Some(ClockWarning::FarAhead) => match self.leap {
                Some(first) if now.goes_on_from(&first) && now.holds(&first) => self.trust(now),
                Some(first) if now.goes_on_from(&first) => {}
                Some(_) | None => self.leap = Some(now),
            },
            Some(ClockWarning::Behind | ClockWarning::PeerApart) => self.leap = None,
            None => {
                self.leap = None;
                if self.last().is_none_or(|last| now.at >= last.plus(HOUR)) {
                    self.believed = Some(now);
                }
            }
        }
        *self != before
    }

    /// Believes `now`, whatever was shown before.
    pub fn trust(&mut self, now: Seen) {
        *self = Self { believed: Some(now), leap: None };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown `days` after the build, by a machine that has been up for `up` days.
    fn seen(days: u64, boot: u8, up: u64) -> Seen {
        Seen { at: BUILT.plus(days * DAY), boot: [boot; 16], up: up * DAY }
    }

    fn believing(now: Seen) -> Belief {
        let mut belief = Belief::default();
        belief.trust(now);
        belief
    }

    #[test]
    fn a_reading_is_remembered_at_most_once_an_hour() {
        let (mut belief, first) = (Belief::default(), seen(1, 1, 1));
        assert!(belief.learn(first));
        assert!(!belief.learn(Seen { at: first.at.plus(HOUR - 1), ..first }));
        assert!(belief.learn(Seen { at: first.at.plus(HOUR), ..first }));
        assert_eq!(belief.last(), Some(first.at.plus(HOUR)));
    }

    #[test]
    fn a_clock_before_the_build_or_fallen_back_is_warned_of_and_not_remembered() {
        let mut belief = believing(seen(9, 1, 1));
        let of_1970 = Seen { at: Timestamp::from_secs(9), ..seen(9, 1, 1) };
        assert_eq!(belief.warning(&of_1970), Some(ClockWarning::BeforeBuild));
        assert_eq!(belief.warning(&seen(6, 1, 1)), Some(ClockWarning::Behind));
        assert!(!belief.learn(of_1970) && !belief.learn(seen(6, 1, 1)));
        assert_eq!(belief.warning(&seen(8, 1, 1)), None);
    }

    #[test]
    fn one_reading_three_weeks_ahead_is_neither_believed_nor_in_the_way_of_the_right_time() {
        let mut belief = believing(seen(1, 1, 1));
        for boot in [1, 2] {
            let leapt = seen(21, boot, 1);
            assert!(belief.learn(leapt));
            assert_eq!(belief.warning(&leapt), Some(ClockWarning::FarAhead));
            assert!(!belief.judge(&leapt).is_past(BUILT));
            assert_eq!((belief.last(), belief.holds_at()), (Some(BUILT.plus(DAY)), Some(BUILT.plus(24 * DAY))));
            assert!(belief.judge(&seen(1, boot, 1)).is_believed());
            belief.learn(seen(1, boot, 1));
            assert_eq!(belief.holds_at(), None);
        }
    }

    #[test]
    fn a_machine_that_was_off_for_weeks_is_believed_again_after_three_days_up() {
        let mut belief = believing(seen(1, 1, 1));
        belief.learn(seen(22, 2, 0));
        belief.learn(seen(24, 2, 2));
        assert_eq!(belief.warning(&seen(24, 2, 2)), Some(ClockWarning::FarAhead));
        assert!(belief.learn(seen(25, 2, 3)));
        assert!(belief.judge(&seen(25, 2, 3)).is_believed());
    }

    #[test]
    fn a_machine_that_is_on_for_a_moment_only_is_believed_again_three_days_later() {
        let mut belief = believing(seen(1, 1, 1));
        belief.learn(seen(22, 2, 0));
        belief.learn(seen(24, 3, 0));
        assert_eq!(belief.warning(&seen(24, 3, 0)), Some(ClockWarning::FarAhead));
        belief.learn(seen(25, 4, 0));
        assert_eq!(belief.last(), Some(BUILT.plus(25 * DAY)));
    }

    #[test]
    fn two_leaps_in_one_hour_do_not_vouch_for_each_other() {
        let mut belief = believing(seen(1, 1, 1));
        belief.learn(seen(21, 1, 1));
        belief.learn(seen(30, 1, 1));
        assert_eq!(belief.last(), Some(BUILT.plus(DAY)));
        assert_eq!(belief.holds_at(), Some(BUILT.plus(33 * DAY)));
    }

    #[test]
    fn a_machine_that_was_up_or_asleep_all_the_while_has_not_leapt() {
        let mut belief = believing(seen(1, 1, 1));
        assert!(belief.judge(&seen(22, 1, 22)).is_believed());
        assert!(belief.learn(seen(22, 1, 22)));
        assert!(!belief.judge(&seen(25, 1, 22)).is_believed());
    }
}
