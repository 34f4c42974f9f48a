//! The desk's drawer: sealed records that the store keeps beside the envelopes and cannot read.

use std::fmt;

use super::keys::Space;
use super::record::{self, Record};
use super::{LONGEST_NAME, LONGEST_VALUE, Store, StoreError};

/// Reads the desk's records. They are written only through a [`Batch`], so that each write commits whole, with the
/// envelopes that belong to it.
#[derive(Clone)]
pub struct Drawer {
    store: Store,
}

impl Drawer {
    pub(super) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// The record of this name.
    pub fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        record::get(self.store.engine(), Space::Desk, name).inspect_err(|error| self.store.suspect(error))
    }

    /// At most `limit` records whose names begin with `prefix`, in the order of their names, from the one that follows
    /// `after`. What is read at once is bounded in bytes too, so that fewer may come; none come only at the end.
    pub fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Record>, StoreError> {
        record::scan(self.store.engine(), Space::Desk, prefix, after, limit)
            .inspect_err(|error| self.store.suspect(error))
    }
}

impl fmt::Debug for Drawer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Drawer")
    }
}

/// Changes to the desk's records that commit together. A later change to a name replaces an earlier one.
#[derive(Clone, Default)]
pub struct Batch {
    changes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// No change.
    pub const fn new() -> Self {
        Self { changes: Vec::new() }
    }

    /// Sets a record: a name of at most [`LONGEST_NAME`], a value of at most [`LONGEST_VALUE`] bytes.
    pub fn put(&mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> &mut Self {
        self.changes.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a record, if it is there.
    pub fn delete(&mut self, name: impl Into<Vec<u8>>) -> &mut Self {
        self.changes.push((name.into(), None));
        self
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Adds the changes of another batch after these.
    pub fn append(&mut self, mut other: Self) -> &mut Self {
        self.changes.append(&mut other.changes);
        self
    }

    /// Refuses what is too long, before any of it is written.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let fits = |(name, value): &(Vec<u8>, Option<Vec<u8>>)| {
            name.len() <= LONGEST_NAME && value.as_ref().is_none_or(|value| value.len() <= LONGEST_VALUE)
        };
        if self.changes.iter().all(fits) { Ok(()) } else { Err(StoreError::TooLong) }
    }

    /// About how many bytes it writes.
    pub(super) fn weight(&self) -> usize {
        self.changes.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, Vec::len)).sum()
    }

    pub(super) fn changes(&self) -> &[(Vec<u8>, Option<Vec<u8>>)] {
        &self.changes
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({} changes)", self.changes.len())
    }
}
