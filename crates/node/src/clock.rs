//! The clock: the one place that reads the system's. How far it is believed is judged in [`belief`].
//!
//! No envelope and no peer ever moves it. What is believed is remembered at most once an hour.

pub mod belief;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kenes_core::ids;
use kenes_core::time::{BUILT, Reading, Timestamp};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;

use belief::{Belief, Seen};

/// What is wrong with the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockWarning {
    /// It shows a moment before this program was written.
    BeforeBuild,
    /// It shows a moment more than two days before one that it showed earlier.
    Behind,
    /// It has leapt ahead of what it showed earlier: nothing expires by it until it has gone on from there for a while.
    FarAhead,
    /// It and a peer's are more than an hour apart.
    PeerApart,
}

/// How the clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// What it shows, and how far it is believed.
    pub reading: Reading,
    /// What it showed when it was last believed.
    pub last: Option<Timestamp>,
    /// What is wrong with it, peers aside.
    pub warning: Option<ClockWarning>,
    /// What it will show when it is believed again, where it has leapt ahead.
    pub holds_at: Option<Timestamp>,
}

/// Hands that are turned from outside, in place of the system's clock: months pass in a test within a second.
/// Clones are the same hands.
#[derive(Debug, Clone)]
pub struct Hands {
    shown: Arc<AtomicU64>,
    /// How long the machine has been up, as far as they tell.
    up: Arc<AtomicU64>,
}

impl Hands {
    /// Hands that show `at`.
    pub fn showing(at: Timestamp) -> Self {
        Self { shown: Arc::new(AtomicU64::new(at.as_secs())), up: Arc::default() }
    }

    /// Lets `secs` pass.
    pub fn turn(&self, secs: u64) {
        self.up.fetch_add(secs, Ordering::Relaxed);
        self.leap(secs);
    }

    /// Sets them ahead by `secs` that do not pass.
    pub fn leap(&self, secs: u64) {
        self.shown.fetch_add(secs, Ordering::Relaxed);
    }

    /// Sets them back by `secs`.
    pub fn set_back(&self, secs: u64) {
        self.shown.fetch_sub(secs, Ordering::Relaxed);
    }

    /// What they show.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_secs(self.shown.load(Ordering::Relaxed))
    }
}

/// What the clock is read by.
#[derive(Debug, Clone)]
struct Dial {
    /// Which start of the machine this is.
    boot: [u8; 16],
    /// In place of the system's clock, where there are any.
    hands: Option<Hands>,
}

impl Dial {
    fn see(&self) -> Seen {
        let (at, up) = match &self.hands {
            Some(hands) => (hands.at(), hands.up.load(Ordering::Relaxed)),
            None => (Timestamp::from_secs(since_1970().as_secs()), uptime().as_secs()),
        };
        Seen { at, boot: self.boot, up }
    }
}

/// The face of a node's clock, for whoever only reads it. Clones show the same.
#[derive(Debug, Clone)]
pub struct Face {
    dial: Dial,
    belief: watch::Receiver<Belief>,
}

impl Face {
    /// What the clock shows, and how far it is believed.
    pub fn read(&self) -> Reading {
        self.belief.borrow().judge(&self.dial.see())
    }

    /// How it stands.
    pub fn state(&self) -> ClockState {
        let (belief, now) = (*self.belief.borrow(), self.dial.see());
        let warning = belief.warning(&now);
        let holds_at = belief.holds_at().filter(|_| warning == Some(ClockWarning::FarAhead));
        ClockState { reading: belief.judge(&now), last: belief.last(), warning, holds_at }
    }
}

/// The clock of this node.
#[derive(Debug)]
pub struct Clock {
    dial: Dial,
    belief: watch::Sender<Belief>,
}

impl Clock {
    /// A clock of which this was remembered.
    pub fn new(belief: Belief) -> Self {
        Self { dial: Dial { boot: boot(), hands: None }, belief: watch::channel(belief).0 }
    }

    /// The same with hands that somebody else turns.
    pub fn with(mut self, hands: Option<Hands>) -> Self {
        self.dial.hands = hands;
        self
    }

    /// Its face.
    pub fn face(&self) -> Face {
        Face { dial: self.dial.clone(), belief: self.belief.subscribe() }
    }

    /// What the clock shows, and how far it is believed.
    pub fn read(&self) -> Reading {
        self.belief.borrow().judge(&self.dial.see())
    }

    /// How long until the clock shows `at`.
    pub fn until(&self, at: Timestamp) -> Duration {
        match &self.dial.hands {
            Some(hands) => Duration::from_secs(at.since(hands.at())),
            None => Duration::from_secs(at.as_secs()).saturating_sub(since_1970()),
        }
    }

    /// What is wrong, if anything is.
    pub fn warning(&self) -> Option<ClockWarning> {
        self.belief.borrow().warning(&self.dial.see())
    }

    /// Takes note of what the clock shows; what is to be made durable of that, if anything.
    pub fn remember(&mut self) -> Option<Belief> {
        let (mut belief, now) = (*self.belief.borrow(), self.dial.see());
        belief.learn(now).then(|| {
            self.belief.send_replace(belief);
            belief
        })
    }

    /// The owner's word that the clock is right: what it shows is believed whatever it showed before, unless no clock can
    /// be right that shows it. Gives what is to be made durable.
    pub fn trust(&mut self) -> Option<Belief> {
        let (mut belief, now) = (*self.belief.borrow(), self.dial.see());
        (now.at >= BUILT).then(|| {
            belief.trust(now);
            self.belief.send_replace(belief);
            belief
        })
    }
}

/// Which start of the machine this is, so that two processes after one know how much time passed between them. Where the
/// system does not say, it is another for each process.
fn boot() -> [u8; 16] {
    let told = std::fs::read("/proc/sys/kernel/random/boot_id").ok();
    let random = || {
        let mut random = [0; 16];
        // Without randomness nothing starts at all.
        let _ = getrandom::fill(&mut random);
        random.to_vec()
    };
    let hash = ids::derive("kenes v1 boot", &told.unwrap_or_else(random));
    std::array::from_fn(|n| hash[n])
}

/// How long the machine has been up, asleep or awake.
fn uptime() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use kenes_core::time::DAY;

    use super::*;

    #[test]
    fn a_face_shows_what_the_clock_learns() {
        let hands = Hands::showing(BUILT);
        let mut clock = Clock::new(Belief::default()).with(Some(hands.clone()));
        let face = clock.face();
        assert!(clock.remember().is_some() && clock.remember().is_none());
        hands.leap(20 * DAY);
        assert!(clock.remember().is_some());
        let state = face.state();
        assert_eq!((state.warning, state.last), (Some(ClockWarning::FarAhead), Some(BUILT)));
        assert_eq!(state.holds_at, Some(BUILT.plus(23 * DAY)));
        hands.turn(3 * DAY);
        assert!(!face.read().is_believed());
        clock.remember();
        assert!(face.read().is_believed());
    }

    #[test]
    fn the_owner_s_word_counts_more() {
        let hands = Hands::showing(BUILT.plus(90 * DAY));
        let mut clock = Clock::new(Belief::default()).with(Some(hands.clone()));
        clock.remember();
        hands.set_back(60 * DAY);
        assert_eq!(clock.warning(), Some(ClockWarning::Behind));
        assert!(clock.trust().is_some());
        assert_eq!(clock.warning(), None);
        hands.set_back(31 * DAY);
        assert_eq!(clock.trust(), None);
        assert_eq!(clock.warning(), Some(ClockWarning::BeforeBuild));
    }
}
