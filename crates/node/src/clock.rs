//! The clock: the one place that reads the system's, and how far it is believed.
//!
//! No envelope and no peer ever moves it. What it showed is remembered at most once an hour, so that a clock that fell
//! back is doubted; a reading that leapt ahead is not remembered over one that was believed, unless the owner says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kenes_core::time::{AHEAD, BEHIND, BUILT, DAY, HOUR, Reading, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// A node that was off for longer finds a clock that may as well be wrong.
const LONGEST_ABSENCE: u64 = 60 * DAY;

/// What is wrong with the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockWarning {
    /// It shows a moment before this program was written.
    BeforeBuild,
    /// It shows a moment more than two days before one that it showed earlier.
    Behind,
    /// It has leapt ahead of what it showed earlier.
    FarAhead,
    /// It and a peer's are more than an hour apart.
    PeerApart,
}

/// Hands that are turned from outside, in place of the system's clock: months of a committee pass in a test within a
/// second. Clones are the same hands.
#[derive(Debug, Clone)]
pub struct Hands(Arc<AtomicU64>);

impl Hands {
    /// Hands that show `at`.
    pub fn showing(at: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(at.as_secs())))
    }

    /// Turns them on by `secs`.
    pub fn turn(&self, secs: u64) {
        self.0.fetch_add(secs, Ordering::Relaxed);
    }

    /// What they show.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// The face of a node's clock, for whoever only reads it. Clones show the same.
#[derive(Debug, Clone)]
pub struct Face {
    /// What was shown when it was last believed, in seconds since 1970; 0 where it never was.
    last: Arc<AtomicU64>,
    /// The system's clock, where there are none.
    hands: Option<Hands>,
}

impl Face {
    /// What the clock shows, and whether it may be believed.
    pub fn read(&self) -> Reading {
        Reading::judge(self.shown(), self.last())
    }

    fn shown(&self) -> Timestamp {
        self.hands.as_ref().map_or_else(system, Hands::at)
    }

    fn last(&self) -> Option<Timestamp> {
        let secs = self.last.load(Ordering::Relaxed);
        (secs > 0).then(|| Timestamp::from_secs(secs))
    }

    fn set(&self, last: Timestamp) {
        self.last.store(last.as_secs(), Ordering::Relaxed);
    }
}

/// The clock of this node.
#[derive(Debug)]
pub struct Clock {
    face: Face,
    /// A believed reading of this process, and how long the machine was up then.
    anchor: Option<(Timestamp, Duration)>,
}

impl Clock {
    /// A clock that last showed `last` when it was believed.
    pub fn new(last: Option<Timestamp>) -> Self {
        let secs = last.map_or(0, Timestamp::as_secs);
        Self { face: Face { last: Arc::new(AtomicU64::new(secs)), hands: None }, anchor: None }
    }

    /// The same with hands that somebody else turns.
    pub fn with(self, hands: Option<Hands>) -> Self {
        Self { face: Face { hands, ..self.face }, ..self }
    }

    /// Its face.
    pub fn face(&self) -> Face {
        self.face.clone()
    }

    /// What the clock shows, and whether it may be believed.
    pub fn read(&self) -> Reading {
        self.face.read()
    }

    /// How long until the clock shows `at`.
    pub fn until(&self, at: Timestamp) -> Duration {
        match &self.face.hands {
            Some(hands) => Duration::from_secs(at.since(hands.at())),
            None => Duration::from_secs(at.as_secs()).saturating_sub(since_1970()),
        }
    }

    /// What is wrong, if anything is.
    pub fn warning(&self) -> Option<ClockWarning> {
        self.judge(self.face.shown(), uptime())
    }

    /// The reading to be remembered now, if one is due; it is taken as remembered.
    pub fn remember(&mut self) -> Option<Timestamp> {
        self.remember_at(self.face.shown(), uptime())
    }

    /// The owner's word that the clock is right: what it shows is remembered whatever it showed before.
    pub fn trust(&mut self) -> Option<Timestamp> {
        let at = self.face.shown();
        (at >= BUILT).then(|| {
            self.face.set(at);
            self.anchor = Some((at, uptime()));
            at
        })
    }

    fn judge(&self, at: Timestamp, up: Duration) -> Option<ClockWarning> {
        if at < BUILT {
            return Some(ClockWarning::BeforeBuild);
        }
        if self.face.last().is_some_and(|last| at.plus(BEHIND) < last) {
            return Some(ClockWarning::Behind);
        }
        let leapt = match (self.anchor, self.face.last()) {
            (Some((then, taken)), _) => at > then.plus(up.saturating_sub(taken).as_secs()).plus(AHEAD),
            (None, Some(last)) => at > last.plus(LONGEST_ABSENCE),
            (None, None) => false,
        };
        leapt.then_some(ClockWarning::FarAhead)
    }

    fn remember_at(&mut self, at: Timestamp, up: Duration) -> Option<Timestamp> {
        if self.judge(at, up).is_some() {
            return None;
        }
        self.anchor = Some((at, up));
        let due = self.face.last().is_none_or(|last| at >= last.plus(HOUR));
        due.then(|| {
            self.face.set(at);
            at
        })
    }
}

/// How long the machine has been up, asleep or awake.
fn uptime() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
}

fn system() -> Timestamp {
    Timestamp::from_secs(since_1970().as_secs())
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_remembered_at_most_once_an_hour() {
        let (mut clock, moment) = (Clock::new(None), uptime());
        assert_eq!(clock.remember_at(BUILT, moment), Some(BUILT));
        assert_eq!(clock.remember_at(BUILT.plus(HOUR - 1), moment), None);
        assert_eq!(clock.remember_at(BUILT.plus(HOUR), moment), Some(BUILT.plus(HOUR)));
    }

    #[test]
    fn a_clock_before_the_build_or_fallen_back_is_warned_of_and_not_remembered() {
        let (mut clock, moment) = (Clock::new(Some(BUILT.plus(9 * DAY))), uptime());
        assert_eq!(clock.judge(Timestamp::from_secs(9), moment), Some(ClockWarning::BeforeBuild));
        assert_eq!(clock.judge(BUILT.plus(DAY), moment), Some(ClockWarning::Behind));
        assert_eq!(clock.remember_at(BUILT.plus(DAY), moment), None);
        assert_eq!(clock.judge(BUILT.plus(8 * DAY), moment), None);
    }

    #[test]
    fn a_clock_that_leapt_ahead_is_not_remembered_over_one_that_was_believed() {
        let (mut clock, moment) = (Clock::new(None), uptime());
        clock.remember_at(BUILT, moment);
        assert_eq!(clock.remember_at(BUILT.plus(7 * DAY), moment), None);
        assert_eq!(clock.judge(BUILT.plus(7 * DAY), moment), Some(ClockWarning::FarAhead));
        let mut later = Clock::new(Some(BUILT));
        assert_eq!(later.remember_at(BUILT.plus(61 * DAY), moment), None);
        assert_eq!(later.remember_at(BUILT.plus(59 * DAY), moment), Some(BUILT.plus(59 * DAY)));
    }

    #[test]
    fn the_owner_s_word_counts_more() {
        let mut clock = Clock::new(Some(BUILT.plus(90_000 * DAY)));
        assert_eq!(clock.warning(), Some(ClockWarning::Behind));
        assert!(clock.trust().is_some());
        assert_eq!(clock.warning(), None);
    }
}
