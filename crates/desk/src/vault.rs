//! The desk's records in the node's drawer: sealed values under names that tell nothing.
//!
//! A record's name is two keyed hashes: one of what kind of record it is and whose, one of which. A value is sealed
//! with XChaCha20-Poly1305 and bound to its name, so that records cannot be exchanged.

use bincode::{Decode, Encode};
use kenes_core::ids::CommitteeId;
use kenes_core::seal::{self, Secret};
use kenes_core::wire;
use kenes_node::{Batch, Drawer};
use zeroize::Zeroizing;

use crate::entropy;
use crate::error::DeskError;
use crate::view::Records;

/// What kind of record, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Shelf {
    /// How far the desk has read the node's envelopes. One.
    Cursor,
    /// What the desk knows of one committee. One each.
    Ledger(CommitteeId),
    /// Objects of a minute book, by id.
    Object(CommitteeId),
    /// Objects that wait for what makes sense of them, by whose pen brought them and id.
    Waiting(CommitteeId),
    /// Names, by commitment.
    Name(CommitteeId),
    /// Epoch secrets and rotations, by epoch.
    Epoch(CommitteeId),
    /// Ops, by id.
    Op,
    /// Pages of the index of bulletins, by number.
    Index,
    /// The desk's own envelopes, by id.
    Outbox,
    /// In how many sessions the desk has written. One.
    Sessions,
    /// What is remembered of a committee's public channel. One each.
    Outside(CommitteeId),
    /// Objects of a minute book that are shown in public, by id.
    Shown(CommitteeId),
    /// Those that wait to be taken among them.
    ShownWaiting(CommitteeId),
    /// Names that are shown in public, by commitment.
    ShownName(CommitteeId),
}

const PART: usize = 16;
const NONCE: usize = 24;
const SCAN: usize = 256;

/// What reads of a shelf, in no order that means anything, and how many records of it do not.
pub(crate) struct Shelved<T> {
    pub(crate) whole: Vec<T>,
    pub(crate) damaged: usize,
}

/// One record.
pub(crate) enum Found<T> {
    Whole(T),
    Damaged,
    Nothing,
}

impl<T> Found<T> {
    /// The record, where it is there and reads.
    pub(crate) fn whole(self) -> Option<T> {
        match self {
            Self::Whole(record) => Some(record),
            Self::Damaged | Self::Nothing => None,
        }
    }

    /// One where the record is there and does not read.
    pub(crate) const fn damaged(&self) -> usize {
        matches!(self, Self::Damaged) as usize
    }
}

/// Seals and opens records.
#[derive(Clone)]
pub(crate) struct Vault {
    drawer: Drawer,
    names: Secret,
    values: Secret,
}

impl Vault {
    pub(crate) fn new(drawer: Drawer, master: &Secret) -> Self {
        let names = master.derive("kenes v1 desk record names", &[]);
        let values = master.derive("kenes v1 desk record values", &[]);
        Self { drawer, names, values }
    }

    fn hash(&self, bytes: &[u8]) -> [u8; PART] {
        let hash = self.names.derive("kenes v1 desk record name", &[bytes]);
        std::array::from_fn(|n| hash.as_bytes()[n])
    }

    fn prefix(&self, shelf: Shelf) -> [u8; PART] {
        self.hash(&wire::encode(&shelf))
    }

    fn name(&self, shelf: Shelf, which: &[u8]) -> Vec<u8> {
        [self.prefix(shelf), self.hash(which)].concat()
    }

    /// Adds a record to a batch.
    pub(crate) fn put<T: Encode>(
        &self,
        batch: &mut Batch,
        shelf: Shelf,
        which: &[u8],
        value: &T,
    ) -> Result<(), DeskError> {
        let name = self.name(shelf, which);
        let nonce: [u8; NONCE] = entropy::bytes()?;
        let plain = Zeroizing::new(wire::encode(value));
        let sealed = seal::encrypt(&self.values, &nonce, &plain, &name).ok_or(DeskError::Record)?;
        batch.put(name, [nonce.as_slice(), &sealed].concat());
        Ok(())
    }

    /// Removes a record.
    pub(crate) fn delete(&self, batch: &mut Batch, shelf: Shelf, which: &[u8]) {
        batch.delete(self.name(shelf, which));
    }

    /// Removes every record of a shelf.
    pub(crate) fn clear(&self, batch: &mut Batch, shelf: Shelf) -> Result<(), DeskError> {
        self.each(&self.prefix(shelf), |name, _| {
            batch.delete(name);
        })
    }

    /// Removes the records of a shelf that do not read.
    pub(crate) fn clear_damaged(&self, batch: &mut Batch, shelf: Shelf) -> Result<(), DeskError> {
        self.each(&self.prefix(shelf), |name, value| {
            if self.unseal(name, value).is_none() {
                batch.delete(name);
            }
        })
    }

    /// Whether there is a record, whole or damaged.
    pub(crate) fn has(&self, shelf: Shelf, which: &[u8]) -> Result<bool, DeskError> {
        Ok(self.drawer.get(&self.name(shelf, which))?.is_some())
    }

    /// A record. One that is damaged is no failure: what else there is reads.
    pub(crate) fn get<T: Encode + Decode<()>>(&self, shelf: Shelf, which: &[u8]) -> Result<Found<T>, DeskError> {
        let name = self.name(shelf, which);
        let Some(value) = self.drawer.get(&name)? else { return Ok(Found::Nothing) };
        Ok(self.open(&name, &value).map_or(Found::Damaged, Found::Whole))
    }

    /// Every record of a shelf that reads.
    pub(crate) fn all<T: Encode + Decode<()>>(&self, shelf: Shelf) -> Result<Shelved<T>, DeskError> {
        let mut shelved = Shelved { whole: vec![], damaged: 0 };
        self.each(&self.prefix(shelf), |name, value| match self.open(name, value) {
            Some(record) => shelved.whole.push(record),
            None => shelved.damaged += 1,
        })?;
        Ok(shelved)
    }

    /// Reads every record of every shelf; says how many there are and how many of them are damaged.
    pub(crate) fn check(&self) -> Result<Records, DeskError> {
        let mut records = Records::default();
        self.each(&[], |name, value| {
            records.all += 1;
            records.damaged += usize::from(self.unseal(name, value).is_none());
        })?;
        Ok(records)
    }

    fn each(&self, prefix: &[u8], mut each: impl FnMut(&[u8], &[u8])) -> Result<(), DeskError> {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let records = self.drawer.scan(prefix, after.as_deref(), SCAN)?;
            let Some((last, _)) = records.last() else { return Ok(()) };
            after = Some(last.clone());
            records.iter().for_each(|(name, value)| each(name, value));
        }
    }

    fn open<T: Encode + Decode<()>>(&self, name: &[u8], value: &[u8]) -> Option<T> {
        wire::decode(&self.unseal(name, value)?, wire::MOST).ok()
    }

    fn unseal(&self, name: &[u8], value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = value.split_first_chunk::<NONCE>()?;
        seal::decrypt(&self.values, nonce, sealed, name).map(Zeroizing::new)
    }

    #[cfg(test)]
    pub(crate) fn is_of(&self, shelf: Shelf, name: &[u8]) -> bool {
        name.starts_with(&self.prefix(shelf))
    }

    /// Every record as it stands on the disk, for tests that spoil it.
    #[cfg(test)]
    pub(crate) fn sealed(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut records = vec![];
        self.each(&[], |name, value| records.push((name.to_vec(), value.to_vec()))).unwrap();
        records
    }
}
