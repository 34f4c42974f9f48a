//! A channel as one session sees it: without what one side does not keep, or under keyed sums.
//!
//! Made anew for each message of such a session, at a cost that grows with the channel; sessions of this kind are
//! rare and rationed. Ordinary ones read the [`super::index`] itself.

use std::ops::Range;

use super::index::Tally;
use super::input::Mark;
use super::reconcile::Salt;

/// Marks in ascending order, and the tally of all before each.
#[derive(Debug)]
pub(super) struct Snapshot {
    marks: Vec<Mark>,
    tallies: Vec<Tally>,
}

impl Snapshot {
    /// `marks` must ascend. With a salt, what is summed are hashes under it, which nobody could prepare for.
    pub(super) fn new(marks: Vec<Mark>, keyed: Option<&Salt>) -> Self {
        let mut total = Tally::default();
        let mut tallies = Vec::with_capacity(marks.len() + 1);
        tallies.push(total);
        for mark in &marks {
            total.add(match keyed {
                Some(salt) => Tally::of(&salt.hash(mark.id.as_bytes())),
                None => Tally::of(mark.id.as_bytes()),
            });
            tallies.push(total);
        }
        Self { marks, tallies }
    }

    pub(super) const fn len(&self) -> usize {
        self.marks.len()
    }

    pub(super) fn rank(&self, bound: &Mark) -> usize {
        self.marks.partition_point(|mark| mark < bound)
    }

    pub(super) fn marks(&self, places: Range<usize>) -> &[Mark] {
        self.marks.get(places).unwrap_or_default()
    }

    pub(super) fn tally(&self, places: Range<usize>) -> Tally {
        let mut tally = self.tallies.get(places.end).copied().unwrap_or_default();
        tally.sub(self.tallies.get(places.start).copied().unwrap_or_default());
        tally
    }
}
