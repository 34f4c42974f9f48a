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

/// What kind of record, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Shelf {
    /// How far the desk has read the node's envelopes. One.
    Cursor,
    /// What the desk knows of one committee. One each.
    Ledger(CommitteeId),
    /// Objects of a minute book, by id.
    Object(CommitteeId),
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
}

const PART: usize = 16;
const NONCE: usize = 24;
const SCAN: usize = 256;

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
        self.each(shelf, |name, _| {
            batch.delete(name);
        })
    }

    /// Whether there is a record, whole or damaged.
    pub(crate) fn has(&self, shelf: Shelf, which: &[u8]) -> Result<bool, DeskError> {
        Ok(self.drawer.get(&self.name(shelf, which))?.is_some())
    }

    /// A record, if it is there.
    pub(crate) fn get<T: Encode + Decode<()>>(&self, shelf: Shelf, which: &[u8]) -> Result<Option<T>, DeskError> {
        let name = self.name(shelf, which);
        self.drawer.get(&name)?.map(|value| self.open(&name, &value)).transpose()
    }

    /// Every record of a shelf, in no order that means anything.
    pub(crate) fn all<T: Encode + Decode<()>>(&self, shelf: Shelf) -> Result<Vec<T>, DeskError> {
        let mut found = vec![];
        self.each(shelf, |name, value| found.push(self.open(name, value)))?;
        found.into_iter().collect()
    }

    fn each(&self, shelf: Shelf, mut each: impl FnMut(&[u8], &[u8])) -> Result<(), DeskError> {
        let prefix = self.prefix(shelf);
        let mut after: Option<Vec<u8>> = None;
        loop {
            let records = self.drawer.scan(&prefix, after.as_deref(), SCAN)?;
            let Some((last, _)) = records.last() else { return Ok(()) };
            after = Some(last.clone());
            records.iter().for_each(|(name, value)| each(name, value));
        }
    }

    fn open<T: Encode + Decode<()>>(&self, name: &[u8], value: &[u8]) -> Result<T, DeskError> {
        let (nonce, sealed) = value.split_first_chunk::<NONCE>().ok_or(DeskError::Record)?;
        let plain = seal::decrypt(&self.values, nonce, sealed, name).map(Zeroizing::new).ok_or(DeskError::Record)?;
        wire::decode(&plain, wire::MOST).map_err(|_| DeskError::Record)
    }
}
