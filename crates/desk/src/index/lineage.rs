//! The chain back from an op that somebody named as a device's last: by each op's `prev`, as far as the ops are here.
//!
//! Whoever holds a device numbers as he likes, also below what was named. What he writes later is on no such chain: its
//! links are hashes of what was said before.

use std::collections::BTreeSet;

use kenes_core::book::{Reached, Seen};
use kenes_core::ids::OpId;

use super::Row;

/// What is reached from an op that was named.
pub(super) struct Lineage {
    reached: BTreeSet<OpId>,
    /// The next link back, which is not here; none, where the chain ends.
    next: Option<(u64, OpId)>,
}

impl Lineage {
    pub(super) fn back_from(seen: &Seen) -> Self {
        Self { reached: BTreeSet::new(), next: Some((seen.seq, seen.op)) }
    }

    /// Goes on along the links that are here by now. Where an op names one before it that is another's, or numbered
    /// otherwise, the chain ends.
    pub(super) fn follow<'a>(&mut self, row_of: impl Fn(&OpId) -> Option<&'a Row>, own: impl Fn(&Row) -> bool) {
        while let Some((seq, id)) = self.next {
            let Some(row) = row_of(&id) else { return };
            let fits = row.seq == seq && own(row);
            self.next = seq.checked_sub(1).filter(|_| fits).map(|before| (before, row.prev));
            self.reached.extend(fits.then_some(id));
        }
    }

    /// Whether an op of the device is on the chain. Below a link that is not here nobody knows.
    pub(super) fn reaches(&self, row: &Row) -> Reached {
        match self.next {
            _ if self.reached.contains(&row.id) => Reached::Yes,
            Some((seq, id)) if (seq, id) == (row.seq, row.id) => Reached::Yes,
            Some((seq, _)) if row.seq < seq => Reached::Unknown,
            Some(_) | None => Reached::No,
        }
    }
}

#[cfg(test)]
mod tests;
