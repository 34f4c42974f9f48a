//! How a channel's room is shared: who has how much of it, and who has to give way.
//!
//! Control and talk have half each. Within a half the room is shared max-min fairly by pen: whoever has most gives way
//! first. Pens outside the two newest lists share one part, pens of rival branches another, which all in all may not
//! be more than a quarter. Within a part, the oldest of the least pressing class goes first. Lists are outside of this.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::Standing;
use super::message::Short;
use crate::envelope::Priority;
use crate::sign::PublicKey;
use crate::time::Timestamp;

/// A place in the order of eviction.
pub(super) type Place = (Timestamp, Short);

#[derive(Debug)]
struct Purse {
    standing: Standing,
    /// In the order of [`Priority::ALL`].
    places: [BTreeSet<Place>; 4],
    bytes: [u64; 4],
}

/// What each pen has stored in a channel.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    purses: BTreeMap<PublicKey, Purse>,
}

/// The half of the quota that a class is in, as places in [`Priority::ALL`], least pressing first.
const HALVES: [&[usize]; 2] = [&[0], &[3, 2, 1]];

impl Ledger {
    pub(super) fn add(&mut self, pen: PublicKey, standing: Standing, class: Priority, place: Place, size: u32) {
        let new = || Purse { standing, places: Default::default(), bytes: [0; 4] };
        let purse = self.purses.entry(pen).or_insert_with(new);
        purse.places[class as usize].insert(place);
        purse.bytes[class as usize] += u64::from(size);
    }

    pub(super) fn remove(&mut self, pen: &PublicKey, class: Priority, place: &Place, size: u32) {
        let Some(purse) = self.purses.get_mut(pen) else { return };
        if purse.places[class as usize].remove(place) {
            purse.bytes[class as usize] -= u64::from(size);
        }
        if purse.places.iter().all(BTreeSet::is_empty) {
            self.purses.remove(pen);
        }
    }

    /// Looks up again how each pen stands, after the lists have changed.
    pub(super) fn restand(&mut self, standing: impl Fn(&PublicKey) -> Option<Standing>) {
        for (pen, purse) in &mut self.purses {
            purse.standing = standing(pen).unwrap_or(Standing::Rival);
        }
    }

    /// A pen's envelopes of one class up to and with `last`.
    pub(super) fn upto(&self, pen: PublicKey, class: Priority, last: Place) -> impl Iterator<Item = &Place> + use<'_> {
        self.purses.get(&pen).into_iter().flat_map(move |purse| purse.places[class as usize].range(..=last))
    }

    /// The pens that have anything stored.
    pub(super) fn pens(&self) -> impl Iterator<Item = &PublicKey> {
        self.purses.keys()
    }

    /// All of a pen's envelopes.
    pub(super) fn of_pen(&self, pen: &PublicKey) -> impl Iterator<Item = &Place> + use<'_> {
        self.purses.get(pen).into_iter().flat_map(|purse| purse.places.iter().flatten())
    }

    /// Who has to give way for a channel to come within `quota` bytes; none where it is.
    pub(super) fn excess(&self, quota: u64) -> Option<Short> {
        let rivals: u64 = self.of(Standing::Rival).map(|purse| purse.bytes.iter().sum::<u64>()).sum();
        if rivals > quota / 4 {
            let half = usize::from(self.of(Standing::Rival).all(|purse| purse.bytes[0] == 0));
            return self.oldest(half, |_, purse| purse.standing == Standing::Rival);
        }
        let over = |half: &usize| self.purses.values().map(|purse| purse.half(*half)).sum::<u64>() > quota / 2;
        (0..2).find(over).and_then(|half| self.largest(half))
    }

    /// Who has to give way where one must: of the fuller half.
    pub(super) fn any(&self) -> Option<Short> {
        let used = |half: &usize| self.purses.values().map(|purse| purse.half(*half)).sum::<u64>();
        (0..2).max_by_key(used).and_then(|half| self.largest(half))
    }

    fn of(&self, standing: Standing) -> impl Iterator<Item = &Purse> {
        self.purses.values().filter(move |purse| purse.standing == standing)
    }

    /// The oldest of the part that has most in a half.
    fn largest(&self, half: usize) -> Option<Short> {
        let pooled = |standing| self.of(standing).map(|purse| purse.half(half)).sum::<u64>();
        let (former, rival) = (pooled(Standing::Former), pooled(Standing::Rival));
        let current = self.purses.iter().filter(|(_, purse)| purse.standing == Standing::Current);
        let (pen, most) = current.map(|(pen, purse)| (*pen, purse.half(half))).max_by_key(|(_, bytes)| *bytes).unzip();
        let most = most.unwrap_or(0);
        if rival > 0 && rival >= former && rival >= most {
            return self.oldest(half, |_, purse| purse.standing == Standing::Rival);
        }
        if former > 0 && former >= most {
            return self.oldest(half, |_, purse| purse.standing == Standing::Former);
        }
        self.oldest(half, |of, _| Some(*of) == pen)
    }

    fn oldest(&self, half: usize, part: impl Fn(&PublicKey, &Purse) -> bool) -> Option<Short> {
        let purses = || self.purses.iter().filter(|(pen, purse)| part(pen, purse)).map(|(_, purse)| purse);
        let first = |class: &usize| purses().filter_map(|purse| purse.places[*class].first()).min();
        HALVES[half].iter().find_map(first).map(|(_, id)| *id)
    }
}

impl Purse {
    fn half(&self, half: usize) -> u64 {
        HALVES[half].iter().map(|class| self.bytes[*class]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::SigningKey;

    fn pen(n: u8) -> PublicKey {
        SigningKey::from_seed([n; 32]).public()
    }

    fn add(ledger: &mut Ledger, n: u8, standing: Standing, class: Priority, at: u64, size: u32) -> Short {
        let mut id = [n; 16];
        id[8..].copy_from_slice(&at.to_le_bytes());
        ledger.add(pen(n), standing, class, (Timestamp::from_secs(at), Short(id)), size);
        Short(id)
    }

    #[test]
    fn whoever_has_most_gives_way_with_the_oldest_of_the_least_pressing() {
        let mut ledger = Ledger::default();
        add(&mut ledger, 1, Standing::Current, Priority::Bulk, 1, 40);
        add(&mut ledger, 2, Standing::Current, Priority::Urgent, 2, 30);
        let routine = add(&mut ledger, 2, Standing::Current, Priority::Routine, 9, 30);
        add(&mut ledger, 2, Standing::Current, Priority::Routine, 10, 30);
        assert_eq!(ledger.excess(260), None);
        assert_eq!(ledger.excess(258), Some(routine));
    }

    #[test]
    fn control_and_talk_do_not_crowd_each_other_out() {
        let mut ledger = Ledger::default();
        let rotation = add(&mut ledger, 1, Standing::Current, Priority::Control, 5, 60);
        add(&mut ledger, 2, Standing::Current, Priority::Routine, 1, 50);
        assert_eq!(ledger.excess(100), Some(rotation));
        ledger.remove(&pen(1), Priority::Control, &(Timestamp::from_secs(5), rotation), 60);
        assert_eq!(ledger.excess(100), None);
    }

    #[test]
    fn rivals_have_a_quarter_at_most() {
        let mut ledger = Ledger::default();
        let rival = add(&mut ledger, 1, Standing::Rival, Priority::Routine, 5, 30);
        add(&mut ledger, 2, Standing::Current, Priority::Routine, 1, 15);
        assert_eq!(ledger.excess(100), Some(rival));
        assert_eq!(ledger.excess(120), None);
    }
}
