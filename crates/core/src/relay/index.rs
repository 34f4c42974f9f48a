//! The envelopes of one channel in the order by (created, id), summed so that any range can be compared in few bytes.
//!
//! A range's tally is the count of its envelopes and the sum of their ids modulo 2^256, as in negentropy. Marks stand
//! in chunks that keep their own tally, so that inserting, removing and tallying stay cheap at a million envelopes.
//! Plain sums can be made to collide by whoever may write; [`super::snapshot`] has the sums that cannot.

use std::ops::Range;

use super::input::Mark;
use crate::ids;

/// The most marks in a chunk; a full one is split in two.
const CHUNK: usize = 512;

/// How many envelopes a range holds, and the sum of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) count: u64,
    sum: [u64; 4],
}

impl Tally {
    pub(super) fn of(id: &[u8; 32]) -> Self {
        let mut sum = [0; 4];
        for (limb, bytes) in sum.iter_mut().zip(id.as_chunks::<8>().0) {
            *limb = u64::from_le_bytes(*bytes);
        }
        Self { count: 1, sum }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.count = self.count.wrapping_add(other.count);
        let mut carry = false;
        for (limb, more) in self.sum.iter_mut().zip(other.sum) {
            let (low, first) = limb.overflowing_add(more);
            let (low, second) = low.overflowing_add(u64::from(carry));
            (*limb, carry) = (low, first | second);
        }
    }

    pub(super) fn sub(&mut self, other: Self) {
        self.count = self.count.wrapping_sub(other.count);
        let mut borrow = false;
        for (limb, less) in self.sum.iter_mut().zip(other.sum) {
            let (low, first) = limb.overflowing_sub(less);
            let (low, second) = low.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (low, first | second);
        }
    }

    /// The canonical bytes that fingerprints are made of: the sum, then the count, little-endian.
    pub(super) fn bytes(&self) -> [u8; 40] {
        let mut bytes = [0; 40];
        for (slot, limb) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.sum.iter().chain([&self.count])) {
            *slot = limb.to_le_bytes();
        }
        bytes
    }

    /// The fingerprint that channels are compared by.
    pub(super) fn print(&self) -> [u8; 16] {
        let mut print = [0; 16];
        print.copy_from_slice(&ids::derive("kenes v1 sync fingerprint", &self.bytes())[..16]);
        print
    }
}

#[derive(Debug, Default)]
struct Chunk {
    marks: Vec<Mark>,
    tally: Tally,
}

impl Chunk {
    fn of(marks: Vec<Mark>) -> Self {
        let tally = tally_of(&marks);
        Self { marks, tally }
    }
}

pub(super) fn tally_of(marks: &[Mark]) -> Tally {
    let mut tally = Tally::default();
    marks.iter().for_each(|mark| tally.add(Tally::of(mark.id.as_bytes())));
    tally
}

/// Marks in ascending order, none twice.
#[derive(Debug, Default)]
pub(super) struct Index {
    chunks: Vec<Chunk>,
    /// How many marks stand before each chunk.
    starts: Vec<usize>,
    total: Tally,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.total.count as usize
    }

    pub(super) const fn total(&self) -> Tally {
        self.total
    }

    /// Adds a mark; false where it stood there already.
    pub(super) fn insert(&mut self, mark: Mark) -> bool {
        let at = self.chunk_of(&mark).min(self.chunks.len().saturating_sub(1));
        let Some(chunk) = self.chunks.get_mut(at) else {
            self.chunks.push(Chunk::of(vec![mark]));
            self.starts.push(0);
            self.total.add(Tally::of(mark.id.as_bytes()));
            return true;
        };
        let Err(place) = chunk.marks.binary_search(&mark) else { return false };
        chunk.marks.insert(place, mark);
        chunk.tally.add(Tally::of(mark.id.as_bytes()));
        self.total.add(Tally::of(mark.id.as_bytes()));
        if chunk.marks.len() > CHUNK {
            let upper = chunk.marks.split_off(CHUNK / 2);
            chunk.tally = tally_of(&chunk.marks);
            self.chunks.insert(at + 1, Chunk::of(upper));
            self.starts.insert(at + 1, 0);
        }
        self.restart(at);
        true
    }

    /// Takes a mark away; false where there was none.
    pub(super) fn remove(&mut self, mark: &Mark) -> bool {
        let at = self.chunk_of(mark);
        let Some(chunk) = self.chunks.get_mut(at) else { return false };
        let Ok(place) = chunk.marks.binary_search(mark) else { return false };
        chunk.marks.remove(place);
        chunk.tally.sub(Tally::of(mark.id.as_bytes()));
        self.total.sub(Tally::of(mark.id.as_bytes()));
        if chunk.marks.is_empty() {
            self.chunks.remove(at);
            self.starts.remove(at);
        }
        self.restart(at);
        true
    }

    /// How many marks are below `bound`.
    pub(super) fn rank(&self, bound: &Mark) -> usize {
        let at = self.chunk_of(bound);
        let before = self.starts.get(at).copied().unwrap_or(self.len());
        before + self.chunks.get(at).map_or(0, |chunk| chunk.marks.partition_point(|mark| mark < bound))
    }

    /// The marks at these places, in order.
    pub(super) fn marks(&self, places: Range<usize>) -> impl Iterator<Item = &Mark> {
        self.slices(places).flat_map(|(chunk, within)| &chunk.marks[within])
    }

    /// The tally of the marks at these places.
    pub(super) fn tally(&self, places: Range<usize>) -> Tally {
        let mut tally = Tally::default();
        for (chunk, within) in self.slices(places) {
            match within.len() == chunk.marks.len() {
                true => tally.add(chunk.tally),
                false => tally.add(tally_of(&chunk.marks[within])),
            }
        }
        tally
    }

    /// The first chunk that may hold `mark`: the first whose last mark is not below it.
    fn chunk_of(&self, mark: &Mark) -> usize {
        self.chunks.partition_point(|chunk| chunk.marks.last().is_some_and(|last| last < mark))
    }

    /// Counts anew what stands before each chunk from `at` on.
    fn restart(&mut self, at: usize) {
        let mut before = match at.checked_sub(1) {
            Some(last) => self.starts[last] + self.chunks[last].marks.len(),
            None => 0,
        };
        for (start, chunk) in self.starts[at..].iter_mut().zip(&self.chunks[at..]) {
            *start = before;
            before += chunk.marks.len();
        }
    }

    fn slices(&self, places: Range<usize>) -> impl Iterator<Item = (&Chunk, Range<usize>)> {
        let at = self.starts.partition_point(|start| *start <= places.start).saturating_sub(1);
        let chunks = self.starts[at.min(self.starts.len())..].iter().zip(&self.chunks[at.min(self.chunks.len())..]);
        chunks.take_while(move |(first, _)| **first < places.end).filter_map(move |(first, chunk)| {
            let (from, to) = (places.start.max(*first), places.end.min(first + chunk.marks.len()));
            (from < to).then(|| (chunk, from - first..to - first))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ids::EnvelopeId;
    use crate::time::Timestamp;

    fn mark(n: u64) -> Mark {
        Mark { created: Timestamp::from_secs(n / 7), id: EnvelopeId::of(&n.to_le_bytes()) }
    }

    #[test]
    fn any_range_is_tallied_as_if_one_by_one() {
        let mut index = Index::default();
        let mut model = BTreeSet::new();
        for n in 0..5_000u64 {
            let n = n * 2_654_435_761 % 5_003;
            assert_eq!(index.insert(mark(n)), model.insert(mark(n)));
        }
        for n in (0..5_003).step_by(3) {
            assert_eq!(index.remove(&mark(n)), model.remove(&mark(n)));
        }
        let sorted: Vec<Mark> = model.into_iter().collect();
        assert_eq!(index.len(), sorted.len());
        assert_eq!(index.total(), tally_of(&sorted));
        for (from, to) in [(0, 0), (0, sorted.len()), (1, 2), (500, 1_700), (3_000, sorted.len())] {
            assert_eq!(index.tally(from..to), tally_of(&sorted[from..to]));
            assert!(index.marks(from..to).eq(&sorted[from..to]));
        }
        assert!((0..sorted.len()).step_by(97).all(|place| index.rank(&sorted[place]) == place));
    }

    #[test]
    fn what_is_added_and_taken_away_leaves_nothing() {
        let mut index = Index::default();
        (0..2_000).for_each(|n| assert!(index.insert(mark(n))));
        (0..2_000).for_each(|n| assert!(index.remove(&mark(n))));
        assert_eq!(index.total(), Tally::default());
        assert_eq!(index.total().print(), Index::default().total().print());
    }
}
