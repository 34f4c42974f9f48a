//! What is remembered of peers beyond their connections: to hang up forgives nothing.
//!
//! A network id is free, and an address is less so. Who comes under an id that is known has the points and doubts that
//! it left with. Points count by address too, and where very many were made nobody is let go for what others did; but the
//! first fault of whoever comes from there is its last.

use std::collections::BTreeMap;

use super::input::Ends;
use crate::time::Timestamp;

/// How many ids are remembered, and how many addresses.
const REMEMBERED: usize = 1_024;
/// An address is full of faults at so many times the points at which a peer is let go.
const CROWD: u32 = 4;

/// Points of fault, of which one is forgiven after so many seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Points {
    points: u32,
    since: Timestamp,
}

impl Points {
    /// Adds so many; all of them, after forgiveness.
    pub(super) fn add(&mut self, points: u32, forgive_secs: u64, now: Timestamp) -> u32 {
        let forgiven = now.since(self.since) / forgive_secs.max(1);
        if forgiven > 0 || now < self.since {
            self.since = now;
        }
        self.points = u64::from(self.points).saturating_sub(forgiven) as u32;
        self.points = self.points.saturating_add(points);
        self.points
    }

    pub(super) const fn count(&self) -> u32 {
        self.points
    }

    /// How many are left of them.
    pub(super) fn left(mut self, forgive_secs: u64, now: Timestamp) -> u32 {
        self.add(0, forgive_secs, now)
    }
}

/// What is held against a peer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Record {
    pub(super) points: Points,
    /// Until when it is asked first for nothing.
    doubted: Timestamp,
    /// How often running it went away owing and had brought nothing new since the time before, and when it last did.
    breaks: u32,
    broke: Timestamp,
}

impl Record {
    pub(super) fn doubt(&mut self, secs: u64, now: Timestamp) {
        self.doubted = self.doubted.max(now.plus(secs));
    }

    /// Whether it withheld something a while ago. A clock that was set back ends a doubt that would last too long.
    pub(super) fn is_doubted(&self, now: Timestamp) -> bool {
        now < self.doubted && self.doubted.since(now) <= DOUBT_SECS
    }

    /// It went away owing. Whether that is a habit by now, which its links alone do not explain.
    pub(super) fn breaks(&mut self, now: Timestamp) -> bool {
        if now.since(self.broke) > BREAK_SECS {
            self.breaks = 0;
        }
        self.breaks = self.breaks.saturating_add(1);
        self.broke = now;
        self.doubt(if self.breaks > 1 { DOUBT_SECS } else { HANG_UP_SECS }, now);
        self.breaks >= HABIT
    }

    /// It brought something new.
    pub(super) const fn brought(&mut self) {
        self.breaks = 0;
    }

    fn breaks_recently(&self, now: Timestamp) -> bool {
        self.breaks > 0 && now.since(self.broke) <= BREAK_SECS
    }

    fn is_empty(&mut self, forgive_secs: u64, now: Timestamp) -> bool {
        self.points.add(0, forgive_secs, now) == 0 && !self.is_doubted(now) && !self.breaks_recently(now)
    }
}

/// For how many seconds whoever was late is in doubt.
pub(super) const DOUBT_SECS: u64 = 600;
/// The same for whoever went away before it brought what it was asked for: a link may break.
const HANG_UP_SECS: u64 = 60;
/// So often running whoever goes away owing, and brings nothing in between, does it for its own sake.
const HABIT: u32 = 3;
/// Times further apart than this are not running.
const BREAK_SECS: u64 = 3_600;

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Past {
    ids: BTreeMap<Vec<u8>, Record>,
    addresses: BTreeMap<Vec<u8>, Points>,
}

impl Past {
    /// What was held against whoever is at the other end when it left.
    pub(super) fn recall(&self, ends: &Ends) -> Record {
        self.ids.get(&ends.theirs).copied().unwrap_or_default()
    }

    /// The points of whoever has this id and is not connected.
    pub(super) fn points(&self, id: &[u8]) -> Points {
        self.ids.get(id).map(|record| record.points).unwrap_or_default()
    }

    /// A peer is gone. Where too many are remembered, those go against whom least is held.
    pub(super) fn keep(&mut self, ends: &Ends, mut record: Record, forgive_secs: u64, now: Timestamp) {
        if record.is_empty(forgive_secs, now) {
            self.ids.remove(&ends.theirs);
            return;
        }
        self.ids.insert(ends.theirs.clone(), record);
        if self.ids.len() > REMEMBERED {
            self.ids.retain(|_, record| !record.is_empty(forgive_secs, now));
        }
        if self.ids.len() > REMEMBERED {
            let least =
                self.ids.iter().min_by_key(|(_, record)| (record.points.count(), record.breaks, record.doubted));
            let least = least.map(|(id, _)| id.clone());
            least.and_then(|id| self.ids.remove(&id));
        }
    }

    /// Points were made from an address; whether that is full of faults.
    pub(super) fn charge(
        &mut self,
        address: &[u8],
        points: u32,
        fault: u32,
        forgive_secs: u64,
        now: Timestamp,
    ) -> bool {
        let known = self.addresses.contains_key(address);
        if !known && self.addresses.len() >= REMEMBERED {
            self.addresses.retain(|_, points| points.add(0, forgive_secs, now) > 0);
        }
        if !known && self.addresses.len() >= REMEMBERED {
            let least =
                self.addresses.iter().min_by_key(|(_, points)| points.count()).map(|(address, _)| address.clone());
            least.and_then(|address| self.addresses.remove(&address));
        }
        let new = Points { points: 0, since: now };
        let points = self.addresses.entry(address.to_vec()).or_insert(new).add(points, forgive_secs, now);
        points >= CROWD.saturating_mul(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn ends(n: u32) -> Ends {
        Ends { ours: Vec::new(), theirs: n.to_le_bytes().to_vec(), address: Vec::new() }
    }

    #[test]
    fn what_is_held_against_a_peer_is_forgiven_with_time_and_not_by_its_absence() {
        let mut past = Past::default();
        let mut record = past.recall(&ends(1));
        record.points.add(50, 10, NOW);
        record.doubt(HANG_UP_SECS, NOW);
        past.keep(&ends(1), record, 10, NOW);
        let mut back = past.recall(&ends(1));
        assert!(back.is_doubted(NOW.plus(59)) && !back.is_doubted(NOW.plus(60)));
        assert_eq!(back.points.add(0, 10, NOW.plus(100)), 40);
        past.keep(&ends(1), back, 10, NOW.plus(1_000));
        assert_eq!(past.recall(&ends(1)).points.count(), 0);
        assert_eq!(past.recall(&ends(2)).points.count(), 0);
    }

    #[test]
    fn memory_is_bounded_and_the_worst_are_remembered_longest() {
        let mut past = Past::default();
        for n in 0..5_000u32 {
            let mut record = Record { points: Points { points: 0, since: NOW }, ..Record::default() };
            record.points.add(if n == 7 { 90 } else { 10 }, 10, NOW);
            past.keep(&ends(n), record, 10, NOW);
            past.charge(&n.to_le_bytes(), if n == 7 { 90 } else { 10 }, 100, 10, NOW);
        }
        assert_eq!((past.ids.len(), past.addresses.len()), (REMEMBERED, REMEMBERED));
        assert_eq!(past.recall(&ends(7)).points.count(), 90);
        assert!(past.charge(&7u32.to_le_bytes(), 310, 100, 10, NOW));
    }
}
