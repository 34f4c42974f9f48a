//! The one module that knows sled: an ordered map of short values that is durable when it says so.
//!
//! Values are framed as [`super::piece`] says, so that a damaged file still gives them up. sled's `flush` reaches the
//! system and not the disk, so every write is flushed and then the file `db` synced. sled panics on some damaged files,
//! so every call into it is caught, and a panic is damage like any other.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::ops::{Bound, ControlFlow};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::StoreError;
use super::caught::caught;
use super::{nudge, piece};
use crate::whole::{folder_of, sync_folder};

/// How long a file that this process just closed may stay locked by sled's own threads.
const REOPEN: Duration = Duration::from_secs(5);
const REOPEN_POLL: Duration = Duration::from_millis(10);

/// Where the map keeps the number of its last write. No other key begins so.
const LAST_WRITE: &[u8] = b"!";

/// Writes that become visible and durable together or not at all. A later write to a key replaces an earlier one.
pub(super) struct Writes {
    seq: u64,
    batch: sled::Batch,
    bytes: usize,
}

impl Writes {
    /// Sets a key of at most [`piece::LONGEST_KEY`] to a value of at most [`piece::LONGEST_VALUE`] bytes.
    pub(super) fn put(&mut self, key: &[u8], value: &[u8]) {
        let piece = piece::frame(self.seq, key, value);
        self.bytes += key.len() + piece.len();
        self.batch.insert(key, piece);
    }

    pub(super) fn remove(&mut self, key: &[u8]) {
        self.bytes += key.len();
        self.batch.remove(key);
    }

    /// How much was written so far, keys and values.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The map.
pub(super) struct Engine {
    /// None once it is being closed.
    db: Option<sled::Db>,
    file: File,
    last_write: AtomicU64,
}

impl Engine {
    /// Opens the map in the folder `path`, or makes it. `cache` is in bytes.
    pub(super) fn open(path: &Path, cache: u64) -> Result<Self, StoreError> {
        let new = !path.join("db").exists();
        remove_unfinished_snapshots(path)?;
        let engine = Self::open_as(path, &config_of(path, cache))?;
        // What sled wrote to open it, a snapshot under a new name above all, is relied upon by all that is written next.
        File::open(path.join("conf"))?.sync_all()?;
        engine.sync()?;
        sync_folder(path)?;
        if new {
            sync_folder(folder_of(path))?;
        }
        Ok(engine)
    }

    /// Opens one that is there and is removed when it is closed.
    pub(super) fn open_passing(path: &Path, cache: u64) -> Result<Self, StoreError> {
        Self::open_as(path, &config_of(path, cache).temporary(true))
    }

    fn open_as(path: &Path, config: &sled::Config) -> Result<Self, StoreError> {
        let db = open_patiently(config)?;
        let file = File::open(path.join("db"))?;
        let last_write = guarded(|| db.get(LAST_WRITE))?;
        let last_write = last_write.and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(0, u64::from_le_bytes);
        Ok(Self { db: Some(db), file, last_write: AtomicU64::new(last_write) })
    }

    fn db(&self) -> Result<&sled::Db, StoreError> {
        self.db.as_ref().ok_or(StoreError::Failed)
    }

    /// The value of this key, if it is there and whole.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let db = self.db()?;
        let found = guarded(|| db.get(key))?;
        Ok(found.and_then(|bytes| value_of(key, &bytes).map(<[u8]>::to_vec)))
    }

    /// Looks at the value of this key without summing it: for values that are checked in another way.
    pub(super) fn peek<T>(&self, key: &[u8], look: impl FnOnce(&[u8]) -> T) -> Result<Option<T>, StoreError> {
        let db = self.db()?;
        let found = guarded(|| db.get(key))?;
        Ok(found.as_deref().and_then(piece::split).filter(|piece| piece.key == key).map(|piece| look(piece.value)))
    }

    /// Shows every whole pair from `from` on, in order, until `each` breaks.
    pub(super) fn scan(
        &self,
        from: Bound<&[u8]>,
        mut each: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded(|| {
            for pair in db.range::<&[u8], _>((from, Bound::Unbounded)) {
                let (key, bytes) = pair?;
                if value_of(&key, &bytes).is_some_and(|value| each(&key, value).is_break()) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Begins a set of writes, newer than all begun before.
    pub(super) fn begin(&self) -> Writes {
        let seq = self.last_write.fetch_add(1, Ordering::Relaxed) + 1;
        Writes { seq, batch: sled::Batch::default(), bytes: 0 }
    }

    /// Writes all of it. Durable on return.
    pub(super) fn write(&self, mut writes: Writes) -> Result<(), StoreError> {
        writes.batch.insert(LAST_WRITE, &writes.seq.to_le_bytes());
        let db = self.db()?;
        guarded(|| db.apply_batch(writes.batch))?;
        self.sync()
    }

    fn sync(&self) -> Result<(), StoreError> {
        let db = self.db()?;
        guarded(|| nudge::flush(db))?;
        Ok(self.file.sync_all()?)
    }
}

impl Drop for Engine {
    /// sled writes once more when it is closed, and panics where the disk is gone or full, or waits for ever. Nothing is
    /// lost by that: what was acknowledged is synced. A failure that is noted already is not waited for.
    fn drop(&mut self) {
        let db = self.db.take();
        caught(|| db.as_ref().map(nudge::flush));
        caught(|| drop(db));
    }
}

fn value_of<'a>(key: &[u8], bytes: &'a [u8]) -> Option<&'a [u8]> {
    piece::parse(bytes).filter(|piece| piece.key == key).map(|piece| piece.value)
}

fn config_of(path: &Path, cache: u64) -> sled::Config {
    sled::Config::new().path(path).cache_capacity(cache).flush_every_ms(None)
}

fn open_patiently(config: &sled::Config) -> Result<sled::Db, StoreError> {
    let deadline = Instant::now() + REOPEN;
    loop {
        match guarded(|| config.open()) {
            Err(StoreError::Io(error)) if is_locked(&error) && Instant::now() < deadline => {
                std::thread::sleep(REOPEN_POLL);
            }
            done => return done,
        }
    }
}

/// sled wraps a taken lock into an error of kind `Other` that says so in words only.
fn is_locked(error: &io::Error) -> bool {
    error.kind() == ErrorKind::WouldBlock || error.to_string().contains("could not acquire lock")
}

fn guarded<T>(call: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, StoreError> {
    match caught(call) {
        Some(Ok(value)) => Ok(value),
        Some(Err(sled::Error::Io(error))) if !is_damage(&error) => Err(StoreError::Io(error)),
        Some(Err(_)) | None => Err(StoreError::Damaged),
    }
}

/// What a reader of damaged files runs into, as opposed to a full, read-only or foreign disk.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput)
}

/// sled would take a snapshot that it was still writing for the newest one, and find it damaged.
fn remove_unfinished_snapshots(path: &Path) -> Result<(), StoreError> {
    each_snapshot(path, |name| name.ends_with(".generating"))
}

/// Removes every snapshot, so that sled reads its whole log instead.
pub(super) fn remove_snapshots(path: &Path) -> Result<(), StoreError> {
    each_snapshot(path, |_| true)
}

fn each_snapshot(path: &Path, remove: impl Fn(&str) -> bool) -> Result<(), StoreError> {
    let folder = match fs::read_dir(path) {
        Ok(folder) => folder,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for file in folder {
        let file = file?;
        let name = file.file_name();
        if name.to_str().is_some_and(|name| name.starts_with("snap.") && remove(name)) {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}
