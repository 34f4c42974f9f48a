//! The one module that knows sled: an ordered map of short values that is durable when it says so.
//!
//! sled's `flush` reaches the system and not the disk, so every write is flushed and then the file `db` synced. sled
//! panics on some damaged files, so every call into it is caught, and a panic is damage like any other.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::ops::{Bound, ControlFlow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use super::StoreError;

/// How long a file that this process just closed may stay locked by sled's own threads.
const REOPEN: Duration = Duration::from_secs(5);
const REOPEN_POLL: Duration = Duration::from_millis(10);

/// Writes that become visible and durable together or not at all. A later write to a key replaces an earlier one.
#[derive(Default)]
pub(super) struct Writes {
    batch: sled::Batch,
    bytes: usize,
}

impl Writes {
    pub(super) fn put(&mut self, key: &[u8], value: &[u8]) {
        debug_assert!(value.len() <= super::keys::PIECE, "a value of {} bytes", value.len());
        self.bytes += key.len() + value.len();
        self.batch.insert(key, value);
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
    db: sled::Db,
    file: File,
}

impl Engine {
    /// Opens the map in the folder `path`, or makes it. `cache` is in bytes.
    pub(super) fn open(path: &Path, cache: u64) -> Result<Self, StoreError> {
        let new = !path.join("db").exists();
        remove_unfinished_snapshots(path)?;
        let config = sled::Config::new().path(path).cache_capacity(cache).flush_every_ms(None);
        let db = open_patiently(&config)?;
        let engine = Self { db, file: File::open(path.join("db"))? };
        if new {
            engine.sync()?;
            sync_folder(path)?;
            path.parent().map_or(Ok(()), sync_folder)?;
        }
        Ok(engine)
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(guarded(|| self.db.get(key))?.map(|value| value.to_vec()))
    }

    /// Shows every pair from `from` on, in order, until `each` breaks.
    pub(super) fn scan(
        &self,
        from: Bound<&[u8]>,
        mut each: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        guarded(|| {
            for pair in self.db.range::<&[u8], _>((from, Bound::Unbounded)) {
                let (key, value) = pair?;
                if each(&key, &value).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Writes all of it. Durable on return.
    pub(super) fn write(&self, writes: Writes) -> Result<(), StoreError> {
        guarded(|| self.db.apply_batch(writes.batch))?;
        self.sync()
    }

    fn sync(&self) -> Result<(), StoreError> {
        guarded(|| self.db.flush())?;
        Ok(self.file.sync_all()?)
    }
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
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) if !is_damage(&error) => Err(StoreError::Io(error)),
        Ok(Err(_)) | Err(_) => Err(StoreError::Damaged),
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

/// Makes the names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    Ok(File::open(path)?.sync_all()?)
}
