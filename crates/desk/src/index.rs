//! The index of bulletins: a row for each op that was ever opened, so that listing opens nothing again.
//!
//! Rows are kept in sealed pages in the order in which ops were opened; a page is rewritten until it is full. The ops
//! themselves are records of their own, read only to be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use bincode::{Decode, Encode};
use kenes_core::book::{Reached, Seen};
use kenes_core::envelope::Priority;
use kenes_core::ids::{CommitteeId, OpId};
use kenes_core::op::{Op, Talk};
use kenes_core::sign::PublicKey;
use kenes_core::time::Timestamp;
use kenes_node::Batch;

use crate::error::DeskError;
use crate::vault::{Shelf, Vault};
use crate::view::COUNTED_GAP;
use lineage::Lineage;

mod lineage;

const ROWS: usize = 16;
/// How many numbers of a device may be missing in a row before the next is not believed.
const GAP: u64 = COUNTED_GAP;
/// From how many named ops the chain back is remembered.
const LINEAGES: usize = 1_024;

/// What an op does to the list of bulletins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Act {
    Post,
    Reply(OpId),
    Correct(OpId),
    Retract(OpId),
}

/// What is known of an op without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Row {
    pub(crate) id: OpId,
    pub(crate) committee: CommitteeId,
    pub(crate) device: PublicKey,
    pub(crate) seq: u64,
    /// The device's op before.
    pub(crate) prev: OpId,
    pub(crate) time: Timestamp,
    pub(crate) received: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) priority: Priority,
    pub(crate) act: Act,
    pub(crate) read: bool,
    /// In the clear, in the public channel.
    pub(crate) public: bool,
}

impl Row {
    pub(crate) fn of(id: OpId, op: &Op, received: Timestamp) -> Self {
        let act = match &op.talk {
            Talk::Post(_) => Act::Post,
            Talk::Reply { to, .. } => Act::Reply(*to),
            Talk::Correct { of, .. } => Act::Correct(*of),
            Talk::Retract { of } => Act::Retract(*of),
        };
        let post = op.talk.post();
        Self {
            id,
            committee: op.committee,
            device: op.device,
            seq: op.seq,
            prev: op.prev,
            time: op.time,
            received,
            expires: post.map_or(op.time, |post| post.expires),
            priority: post.map_or(Priority::Routine, |post| post.priority),
            act,
            read: false,
            public: op.is_public(),
        }
    }

    fn line(&self) -> Line {
        (self.committee, self.public, self.device)
    }

    /// This op, to be named as the last of its device.
    pub(crate) fn seen(&self) -> Seen {
        Seen { device: self.device, seq: self.seq, op: self.id }
    }

    /// The op before it, to be named in the same way; nothing, where it is the first.
    pub(crate) fn before(&self) -> Option<Seen> {
        Some(Seen { device: self.device, seq: self.seq.checked_sub(1)?, op: self.prev })
    }
}

/// What a device says in one of a committee's two channels: each has numbers of its own.
type Line = (CommitteeId, bool, PublicKey);

/// Rows that are kept together, and which in the order of pages they are.
#[derive(Encode, Decode)]
struct Page {
    no: u32,
    rows: Vec<Row>,
}

/// What one device said in one committee.
#[derive(Default)]
struct Said {
    /// Which ops have each number, as they came.
    numbers: BTreeMap<u64, Vec<OpId>>,
    /// The latest time that one of them claims.
    latest: Timestamp,
}

/// All rows, and what follows from them.
#[derive(Default)]
pub(crate) struct Index {
    rows: Vec<Row>,
    by_id: BTreeMap<OpId, usize>,
    by_device: BTreeMap<Line, Said>,
    changed_by: BTreeMap<OpId, Vec<OpId>>,
    dirty: BTreeSet<usize>,
    /// What is reached from ops that were named, each in its line: found when asked for, and gone on with since.
    lineages: Mutex<BTreeMap<(Line, u64, OpId), Lineage>>,
}

impl Index {
    /// Reads the pages back; says how many are lost or damaged. Where one is, the rows of those behind it move up.
    pub(crate) fn load(vault: &Vault) -> Result<(Self, usize), DeskError> {
        let mut index = Self::default();
        let shelved = vault.all::<Page>(Shelf::Index)?;
        let mut pages = shelved.whole;
        pages.sort_unstable_by_key(|page| page.no);
        let (read, end) = (pages.len(), pages.last().map_or(0, |page| page.no as usize + 1));
        let all = end.max(read + shelved.damaged);
        for row in pages.into_iter().flat_map(|page| page.rows) {
            index.insert(row);
        }
        index.dirty = if read < all { (0..all).collect() } else { BTreeSet::new() };
        Ok((index, all - read))
    }

    /// Adds a row unless its op is known; says whether it was new.
    pub(crate) fn insert(&mut self, row: Row) -> bool {
        let new = !self.by_id.contains_key(&row.id);
        if new {
            self.add(row);
        }
        new
    }

    fn add(&mut self, row: Row) {
        let at = self.rows.len();
        self.by_id.insert(row.id, at);
        let said = self.by_device.entry(row.line()).or_default();
        said.numbers.entry(row.seq).or_default().push(row.id);
        said.latest = said.latest.max(row.time);
        match row.act {
            Act::Correct(of) | Act::Retract(of) => self.changed_by.entry(of).or_default().push(row.id),
            Act::Post | Act::Reply(_) => {}
        }
        self.rows.push(row);
        self.dirty.insert(at / ROWS);
    }

    pub(crate) fn get(&self, id: &OpId) -> Option<&Row> {
        self.by_id.get(id).and_then(|at| self.rows.get(*at))
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Marks as read; says whether it was not.
    pub(crate) fn mark_read(&mut self, id: &OpId) -> bool {
        self.mark(id, true)
    }

    /// Marks as not read, since something became of it.
    pub(crate) fn mark_unread(&mut self, id: &OpId) -> bool {
        self.mark(id, false)
    }

    fn mark(&mut self, id: &OpId, read: bool) -> bool {
        let Some(at) = self.by_id.get(id).copied() else { return false };
        let Some(row) = self.rows.get_mut(at).filter(|row| row.read != read) else { return false };
        row.read = read;
        self.dirty.insert(at / ROWS);
        true
    }

    /// Forgets the rows of a committee; gives their ops.
    pub(crate) fn forget(&mut self, committee: &CommitteeId) -> Vec<OpId> {
        let before = std::mem::take(self);
        let (gone, kept): (Vec<Row>, Vec<Row>) = before.rows.into_iter().partition(|row| row.committee == *committee);
        kept.into_iter().for_each(|row| self.add(row));
        // Pages that nothing is left for become empty.
        self.dirty.extend(0..(self.rows.len() + gone.len()).div_ceil(ROWS));
        gone.into_iter().map(|row| row.id).collect()
    }

    /// Puts the pages that changed into a batch.
    pub(crate) fn flush(&mut self, vault: &Vault, batch: &mut Batch) -> Result<(), DeskError> {
        for page in std::mem::take(&mut self.dirty) {
            let rows: Vec<Row> = self.rows.iter().skip(page * ROWS).take(ROWS).copied().collect();
            let no = page as u32;
            vault.put(batch, Shelf::Index, &no.to_be_bytes(), &Page { no, rows })?;
        }
        Ok(())
    }

    /// How many ops of the same device are missing just before this one, where it is no more than [`GAP`]; one more
    /// stands for any number beyond, which may be made up. What came before the first known is not missed: it may be
    /// older than this desk's membership.
    pub(crate) fn gap_before(&self, row: &Row) -> u64 {
        let said = self.by_device.get(&row.line());
        let before = said.and_then(|said| said.numbers.range(..row.seq).next_back());
        before.map_or(0, |(seq, _)| row.seq - seq - 1).min(GAP + 1)
    }

    /// Whether the device gave this number twice.
    pub(crate) fn is_fork(&self, row: &Row) -> bool {
        let said = self.by_device.get(&row.line());
        said.and_then(|said| said.numbers.get(&row.seq)).is_some_and(|ops| ops.len() > 1)
    }

    /// Whether an op of a device is the one that somebody named as its last, or one before it, as far as the chain back
    /// from there is here. Nothing that comes later makes another of a yes or a no.
    pub(crate) fn reached(&self, seen: &Seen, row: &Row) -> Reached {
        if row.device != seen.device || row.seq > seen.seq {
            return Reached::No;
        }
        let key = (row.line(), seen.seq, seen.op);
        let mut lineages = self.lineages.lock().unwrap_or_else(PoisonError::into_inner);
        if lineages.len() >= LINEAGES && !lineages.contains_key(&key) {
            lineages.clear();
        }
        let lineage = lineages.entry(key).or_insert_with(|| Lineage::back_from(seen));
        lineage.follow(|id| self.get(id), |link| link.line() == row.line());
        lineage.reaches(row)
    }

    /// A device's last op that is reached from its first known one with at most [`GAP`] numbers missing in a row: one of a
    /// number far beyond is not named as the last.
    pub(crate) fn last_of(&self, committee: CommitteeId, device: &PublicKey) -> Option<&Row> {
        self.last_on((committee, false, *device))
    }

    /// The same in the public channel.
    pub(crate) fn last_public(&self, committee: CommitteeId, device: &PublicKey) -> Option<&Row> {
        self.last_on((committee, true, *device))
    }

    /// A device's last op before the first that claims this time or a later one.
    pub(crate) fn last_before(
        &self,
        committee: CommitteeId,
        device: &PublicKey,
        public: bool,
        time: Timestamp,
    ) -> Option<&Row> {
        let line = (committee, public, *device);
        let later = self.rows.iter().filter(|row| row.line() == line && row.time >= time).map(|row| row.seq).min();
        let last = self.last_on(line);
        let Some(first) = later else { return last };
        let before = self.by_device.get(&line)?.numbers.range(..first).next_back();
        let before = before.and_then(|(_, ops)| self.get(ops.first()?));
        [before?, last?].into_iter().min_by_key(|row| row.seq)
    }

    /// Of several under one number the first that came.
    fn last_on(&self, line: Line) -> Option<&Row> {
        let numbers = &self.by_device.get(&line)?.numbers;
        let mut known = numbers.keys().copied();
        let first = known.next()?;
        let near = |last: u64, next: u64| if next - last - 1 > GAP { Err(last) } else { Ok(next) };
        let last = known.try_fold(first, near).unwrap_or_else(|last| last);
        self.get(numbers.get(&last)?.first()?)
    }

    /// The latest time that each device claims to have written at in a committee.
    pub(crate) fn latest_times(&self, committee: CommitteeId) -> impl Iterator<Item = (&PublicKey, Timestamp)> {
        let lowest = PublicKey::from_bytes([0; 32]);
        let said = self.by_device.range((committee, false, lowest)..);
        said.take_while(move |((of, ..), _)| *of == committee).map(|((.., device), said)| (device, said.latest))
    }

    /// Corrections and retractions that name an op, whoever made them.
    pub(crate) fn changes_of(&self, id: &OpId) -> impl Iterator<Item = &Row> {
        self.changed_by.get(id).into_iter().flatten().filter_map(|change| self.get(change))
    }

    /// The newest op of each device but one, at most `most`, ascending.
    pub(crate) fn heads(&self, committee: CommitteeId, but: &PublicKey, most: usize) -> Vec<OpId> {
        self.heads_on(committee, false, but, most)
    }

    /// The same of public ops, and of none that is not.
    pub(crate) fn public_heads(&self, committee: CommitteeId, but: &PublicKey, most: usize) -> Vec<OpId> {
        self.heads_on(committee, true, but, most)
    }

    fn heads_on(&self, committee: CommitteeId, public: bool, but: &PublicKey, most: usize) -> Vec<OpId> {
        let mut newest: BTreeMap<PublicKey, &Row> = BTreeMap::new();
        let others = |row: &&Row| row.committee == committee && row.public == public && row.device != *but;
        for row in self.rows.iter().filter(others) {
            let known = newest.entry(row.device).or_insert(row);
            if row.seq > known.seq {
                *known = row;
            }
        }
        let mut rows: Vec<_> = newest.into_values().collect();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.time));
        let mut heads: Vec<_> = rows.into_iter().take(most).map(|row| row.id).collect();
        heads.sort_unstable();
        heads
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(device: u8, seq: u64, time: u64) -> Row {
        let mut id = [device; 32];
        id[..8].copy_from_slice(&seq.to_be_bytes());
        let time = Timestamp::from_secs(time);
        Row {
            id: OpId::from_bytes(id),
            committee: CommitteeId::from_bytes([1; 32]),
            device: PublicKey::from_bytes([device; 32]),
            seq,
            prev: OpId::from_bytes([0; 32]),
            time,
            received: time,
            expires: time,
            priority: Priority::Routine,
            act: Act::Post,
            read: false,
            public: false,
        }
    }

    #[test]
    fn a_number_far_beyond_is_neither_believed_nor_counted_as_missing() {
        let mut index = Index::default();
        let far = row(1, 1_000_000, 9);
        for row in [row(1, 3, 1), row(1, 4, 2), row(1, 37, 3), far, row(2, u64::MAX - 1, 4)] {
            assert!(index.insert(row));
        }
        let committee = far.committee;
        assert_eq!(index.last_of(committee, &far.device).map(|row| row.seq), Some(37));
        assert_eq!(index.gap_before(&far), GAP + 1);
        assert_eq!(index.gap_before(&row(1, 37, 3)), 32);
        assert_eq!(index.gap_before(&row(1, 3, 1)), 0);
        index.insert(row(1, 71, 5));
        assert_eq!(index.last_of(committee, &far.device).map(|row| row.seq), Some(37));
        index.insert(row(1, 70, 5));
        assert_eq!(index.last_of(committee, &far.device).map(|row| row.seq), Some(71));
        let times: Vec<_> = index.latest_times(committee).map(|(_, time)| time.as_secs()).collect();
        assert_eq!(times, [9, 4]);
    }
}
