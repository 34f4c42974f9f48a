//! The store: envelopes, what the node remembers of them, and the desk's sealed records, durable in one file.
//!
//! One map holds everything, so that one write commits an envelope together with the desk's record of it. A write is
//! acknowledged only once the disk has it. Every envelope is checked against its id when it is read; one that does not
//! match is dropped and counted, and never shown. What is in the envelopes is not known here.

mod carve;
mod caught;
mod drawer;
mod engine;
mod index;
mod keys;
mod memory;
mod nudge;
mod pack;
mod piece;
mod read;
mod rebuild;
mod record;
mod room;
mod salvage;
mod schema;
mod write;

use std::collections::HashMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use kenes_core::channel::SignedList;
use kenes_core::envelope::{Body, Envelope, Kind, Verified};
use kenes_core::ids::{ChannelId, EnvelopeId};
use kenes_core::relay::{Carried, Entry};
use kenes_core::sign::Signature;
use thiserror::Error;

pub use drawer::{Batch, Drawer};
pub use keys::Arrival;
pub use rebuild::Rebuilt;
pub use record::Record;
pub use salvage::Salvaged;
pub use schema::Notes;
pub use write::Change;

use crate::home::{Home, HomeError, Place, takes_nothing};
use engine::Engine;
use index::{Index, Slot};
use keys::{Space, name};
use room::Room;
use write::Draft;

/// The longest name of a record of the desk's, in bytes.
pub const LONGEST_NAME: usize = 512;
/// The longest value of a record of the desk's, in bytes.
pub const LONGEST_VALUE: usize = 1024 * 1024;

/// How much is read at once, in bytes, when many envelopes are asked for.
const READ_AT_ONCE: usize = 8 * 1024 * 1024;

/// Why the store did not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A later version of the program wrote it.
    #[error("the store has version {found}, and this program knows version {known}: use the newer kenes that wrote it")]
    Newer {
        /// What the store says.
        found: u32,
        /// What this program writes.
        known: u32,
    },
    /// Its files are damaged. The next opening sets them aside and saves what can be read.
    #[error("the store is damaged; start again to save what can be read")]
    Damaged,
    /// A name or a value of a record is longer than it may be.
    #[error("a record is longer than {LONGEST_VALUE} bytes, or its name than {LONGEST_NAME}")]
    TooLong,
    /// An earlier write failed, and nothing is written any more.
    #[error("the store takes no more writes after one that failed")]
    Failed,
    /// The disk does not serve: full, read-only, or not ours.
    #[error("the disk does not serve: {0}")]
    Io(#[from] io::Error),
    /// The home cannot be read.
    #[error(transparent)]
    Home(#[from] HomeError),
}

impl StoreError {
    /// Whether the store is of no use until it is opened again.
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::Newer { .. } | Self::Damaged | Self::Failed | Self::Io(_) | Self::Home(_) => true,
            Self::TooLong => false,
        }
    }
}

/// A store just opened, and all that the relay machine starts from.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Every envelope in it, in the order of arrival.
    pub entries: Vec<Entry>,
    /// Every channel carried.
    pub channels: Vec<Carried>,
    /// What the node noted down.
    pub notes: Notes,
    /// Whether the home stands where its desk last settled.
    pub place: Place,
    /// What was saved, where the store was found damaged.
    pub salvaged: Option<Salvaged>,
}

/// How much is in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Envelopes.
    pub envelopes: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Envelopes that did not read back and were dropped, since the start.
    pub damaged: u64,
}

/// A handle to the store; all handles are of one.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    index: RwLock<Index>,
    /// Held while writing, so that writes follow each other.
    writing: Mutex<Writing>,
    place: [u8; 32],
    suspect: PathBuf,
    /// Why nothing is written, where this is a copy to read from.
    refuses: Option<ErrorKind>,
    /// Whose disk it is.
    folder: PathBuf,
}

struct Writing {
    next: Arrival,
    failed: bool,
}

impl Store {
    /// Opens the store of a home whose lock the caller holds, or makes it. `cache` is the memory for its pages, in bytes.
    ///
    /// A damaged store is set aside as `db.damaged-<n>`, and what still reads is saved into a new one. Blocks the thread.
    pub fn open(home: &Home, cache: u64) -> Result<Opened, StoreError> {
        let salvaged = salvage::finish_or_begin(home, cache)?;
        match Self::load(home, cache) {
            Ok(opened) => Ok(Opened { salvaged, ..opened }),
            Err(StoreError::Damaged) if salvaged.is_none() => {
                let salvaged = salvage::set_aside(home, cache)?;
                Ok(Opened { salvaged: Some(salvaged), ..Self::load(home, cache)? })
            }
            Err(error) => Err(error),
        }
    }

    /// The same for whoever only reads, also where the disk is full or read-only: then whatever is asked to be written is
    /// refused for that reason, and what a node notes by itself is let go.
    pub fn open_to_read(home: &Home, cache: u64) -> Result<Opened, StoreError> {
        match Self::open(home, cache) {
            Err(StoreError::Io(error)) if takes_nothing(&error) => match memory::open_copy(home, cache) {
                Ok(Some(engine)) => Self::load_from(home, engine, Some(error.kind())),
                Ok(None) | Err(_) => Err(StoreError::Io(error)),
            },
            opened => opened,
        }
    }

    fn load(home: &Home, cache: u64) -> Result<Opened, StoreError> {
        let engine = Engine::open(&home.store(), cache)?;
        schema::settle_version(&engine)?;
        Self::load_from(home, engine, None)
    }

    fn load_from(home: &Home, engine: Engine, refuses: Option<ErrorKind>) -> Result<Opened, StoreError> {
        let (index, entries) = load_entries(&engine)?;
        let place = home.fingerprint_with_store()?;
        let store = Self {
            inner: Arc::new(Inner {
                writing: Mutex::new(Writing { next: schema::next(&engine)?, failed: false }),
                refuses,
                engine,
                index: RwLock::new(index),
                place,
                suspect: salvage::suspect_mark(home),
                folder: home.root().to_owned(),
            }),
        };
        let channels = store.load_channels(&entries)?;
        let notes = schema::notes(store.engine())?;
        let place = store.settle_new()?;
        Ok(Opened { store, entries, channels, notes, place, salvaged: None })
    }

    fn load_channels(&self, entries: &[Entry]) -> Result<Vec<Carried>, StoreError> {
        let mut lists: HashMap<ChannelId, Vec<(EnvelopeId, SignedList)>> = HashMap::new();
        for entry in entries.iter().filter(|entry| entry.kind == Kind::List) {
            let list = self.envelope(&entry.id)?.map(Verified::into_inner);
            if let Some(Body::List(list)) = list.map(|envelope| envelope.body().clone()) {
                lists.entry(entry.channel).or_default().push((entry.id, list));
            }
        }
        let carried = schema::channels(self.engine())?.into_iter().map(|known| Carried {
            lists: lists.remove(&known.channel).unwrap_or_default(),
            channel: known.channel,
            pinned: known.pinned,
            own: known.own,
            floors: known.floors,
        });
        Ok(carried.collect())
    }

    /// Makes changes durable, all or none, in their order. Blocks the thread until the disk has them.
    ///
    /// After a write that failed nothing more is taken: only what the disk has is known then.
    pub fn apply(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut writing = self.writing();
        if writing.failed {
            return Err(StoreError::Failed);
        }
        if let Some(kind) = self.inner.refuses {
            let asked = changes.iter().any(Change::is_asked_for);
            return if asked { Err(StoreError::Io(kind.into())) } else { Ok(()) };
        }
        let room = room::on_disk_of(&self.inner.folder);
        if !changes.is_empty() && !changes.iter().any(|change| change.is_worth(room)) {
            return Ok(());
        }
        let spoilt = self.index_mut().take_spoilt();
        let ready = {
            let index = self.index();
            let mut draft = Draft::new(self.engine(), &index, writing.next);
            let cleared = spoilt.into_iter().try_for_each(|slot| draft.clear(slot));
            let applied = cleared.and_then(|()| changes.iter().try_for_each(|change| draft.apply(change)));
            applied.and_then(|()| draft.finish())
        };
        let ready = ready.inspect_err(|error| writing.failed = error.is_fatal())?;
        if ready.writes.bytes() > 0 {
            let written = self.engine().write(ready.writes).inspect_err(|error| self.suspect(error));
            written.inspect_err(|_| writing.failed = true)?;
        }
        writing.next = ready.next;
        self.learn(ready.staged);
        Ok(())
    }

    fn learn(&self, staged: HashMap<EnvelopeId, Option<Slot>>) {
        let mut index = self.index_mut();
        for (id, slot) in staged {
            match slot {
                Some(slot) => index.add(id, slot),
                None => drop(index.remove(&id)),
            }
        }
    }

    /// Refuses where nothing can be written, for the reason that the disk gave, or where it has no room for more: then
    /// nothing has failed, and all is taken again once there is room.
    pub(crate) fn must_take_writes(&self) -> Result<(), StoreError> {
        self.must_have(&[Room::Enough])
    }

    /// The same for whoever only removes.
    pub(crate) fn must_take_removals(&self) -> Result<(), StoreError> {
        self.must_have(&[Room::Enough, Room::Scarce])
    }

    fn must_have(&self, enough: &[Room]) -> Result<(), StoreError> {
        let refused = |kind: ErrorKind| Err(StoreError::Io(kind.into()));
        match self.inner.refuses {
            Some(kind) => refused(kind),
            None if enough.contains(&room::on_disk_of(&self.inner.folder)) => Ok(()),
            None => refused(ErrorKind::StorageFull),
        }
    }

    /// The envelope of this id, if it is here and reads back.
    pub fn envelope(&self, id: &EnvelopeId) -> Result<Option<Verified<Envelope>>, StoreError> {
        let Some(slot) = self.index().get(id) else {
            return Ok(None);
        };
        let found = read::envelope_in(self.engine(), &slot, *id).inspect_err(|error| self.suspect(error))?;
        if found.is_none() && self.index().get(id) == Some(slot) {
            self.index_mut().spoil(id);
        }
        Ok(found)
    }

    /// The bytes of the envelope of this id, to be passed on: checked against the id, and not looked into.
    pub fn bytes(&self, id: &EnvelopeId) -> Result<Option<Arc<[u8]>>, StoreError> {
        let Some(slot) = self.index().get(id) else {
            return Ok(None);
        };
        let bytes = read::bytes_of(self.engine(), &slot).inspect_err(|error| self.suspect(error))?;
        let whole = bytes.len().checked_sub(Signature::SIZE).map(|signed| EnvelopeId::of(&bytes[..signed]));
        if whole == Some(*id) {
            return Ok(Some(bytes.into()));
        }
        if self.index().get(id) == Some(slot) {
            self.index_mut().spoil(id);
        }
        Ok(None)
    }

    /// Whether the envelope of this id is here.
    pub fn has(&self, id: &EnvelopeId) -> bool {
        self.index().get(id).is_some()
    }

    /// At most `limit` envelopes that came after `cursor`, in the order of arrival; what is read at once is bounded in
    /// bytes too, so that fewer may come, but none only at the end. The last one's arrival is the next cursor.
    pub fn read_after(&self, cursor: Arrival, limit: usize) -> Result<Vec<(Arrival, Verified<Envelope>)>, StoreError> {
        let mut read = Vec::new();
        let mut cursor = cursor;
        while read.is_empty() {
            let entries = self.entries_after(cursor, limit)?;
            let Some((last, _)) = entries.last() else { break };
            cursor = *last;
            for (arrival, id) in entries {
                read.extend(self.envelope(&id)?.map(|envelope| (arrival, envelope)));
            }
        }
        Ok(read)
    }

    fn entries_after(&self, cursor: Arrival, limit: usize) -> Result<Vec<(Arrival, EnvelopeId)>, StoreError> {
        let last = self.index().last();
        let (mut found, mut bytes) = (Vec::new(), 0);
        let each = |entry: Option<(Slot, Entry)>| {
            let Some((slot, entry)) = entry else { return ControlFlow::Continue(()) };
            if slot.arrival > last || found.len() == limit || bytes >= READ_AT_ONCE {
                return ControlFlow::Break(());
            }
            bytes += entry.size as usize;
            found.push((slot.arrival, entry.id));
            ControlFlow::Continue(())
        };
        read::entries_after(self.engine(), cursor, each).inspect_err(|error| self.suspect(error))?;
        Ok(found)
    }

    /// The arrival of the newest envelope that is here or was here since the start.
    pub fn last_arrival(&self) -> Arrival {
        self.index().last()
    }

    /// What did not read back and was dropped since this was last asked.
    pub fn take_lost(&self) -> Vec<EnvelopeId> {
        let lost = self.index().has_lost();
        if lost { self.index_mut().take_lost() } else { Vec::new() }
    }

    /// Spoils what stands on the disk for a long envelope.
    #[cfg(test)]
    pub(crate) fn damage(&self, id: &EnvelopeId) {
        let slot = self.index().get(id).unwrap();
        let mut writes = self.engine().begin();
        writes.put(&keys::chunk(slot.arrival, 0), b"not what was written");
        self.engine().write(writes).unwrap();
    }

    /// How much is here.
    pub fn held(&self) -> Held {
        let index = self.index();
        Held { envelopes: index.len() as u64, bytes: index.bytes(), damaged: index.damaged() }
    }

    /// The desk's records.
    pub fn drawer(&self) -> Drawer {
        Drawer::new(self.clone())
    }

    /// Whether the home stands where its desk last settled.
    pub fn place(&self) -> Result<Place, StoreError> {
        if record::get(self.engine(), Space::Node, name::SALVAGED)?.is_some() {
            return Ok(Place::Salvaged);
        }
        let settled = record::get(self.engine(), Space::Node, name::PLACE)?;
        Ok(if settled.as_deref() == Some(self.inner.place.as_slice()) { Place::Same } else { Place::Elsewhere })
    }

    /// The change that says: the desk knows where the home stands now.
    pub fn settled_here(&self) -> Change {
        Change::Settle(self.inner.place)
    }

    /// A new store is where it is.
    fn settle_new(&self) -> Result<Place, StoreError> {
        if record::get(self.engine(), Space::Node, name::PLACE)?.is_none() && self.place()? != Place::Salvaged {
            self.apply(&[self.settled_here()])?;
        }
        self.place()
    }

    /// Leaves a mark where a read found damage, so that the next opening saves what can be read.
    fn suspect(&self, error: &StoreError) {
        if matches!(error, StoreError::Damaged) {
            salvage::mark_suspect(&self.inner.suspect);
        }
    }

    fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.inner.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.inner.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({:?})", self.held())
    }
}

/// Goes through a store that nobody has open, makes its entries again from the envelopes, and removes what is not whole.
pub fn rebuild(home: &Home, cache: u64) -> Result<Rebuilt, StoreError> {
    let engine = Engine::open(&home.store(), cache)?;
    schema::settle_version(&engine)?;
    rebuild::rebuild(&engine)
}

/// Builds the index. An entry that does not decode is damage.
fn load_entries(engine: &Engine) -> Result<(Index, Vec<Entry>), StoreError> {
    let (mut index, mut entries) = (Index::default(), Vec::new());
    let mut readable = true;
    read::entries_after(engine, Arrival::START, |entry| match entry {
        Some((slot, entry)) => {
            index.add(entry.id, slot);
            entries.push(entry);
            ControlFlow::Continue(())
        }
        None => {
            readable = false;
            ControlFlow::Break(())
        }
    })?;
    if readable { Ok((index, entries)) } else { Err(StoreError::Damaged) }
}

#[cfg(test)]
mod tests;
