//! What to do with a damaged store: set it aside untouched, and save what can still be read into a new one.
//!
//! The damaged files stay as `db.damaged-<n>`; a copy of them is read, because reading changes them. The new store is
//! built beside its place and renamed into it, so that an interruption at any moment is made good at the next opening.

use std::fs;
use std::io;
use std::ops::{Bound, ControlFlow};
use std::path::{Path, PathBuf};

use super::carve::carve;
use super::engine::{Engine, remove_snapshots};
use super::keys::{Arrival, Key, Space, name};
use super::rebuild::{Rebuilt, rebuild};
use super::record::Recorder;
use super::{StoreError, schema};
use crate::home::Home;
use crate::whole::sync_folder;

/// How much is copied at a time, in bytes.
const STRIDE: usize = 4 * 1024 * 1024;
/// No home keeps more damaged stores than this.
const MOST_ASIDE: u32 = 1_000;
/// Keys begin after this one.
const FIRST: [u8; 9] = [b'A', 0, 0, 0, 0, 0, 0, 0, 0];

/// What was saved of a damaged store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Where the damaged files are now.
    pub aside: PathBuf,
    /// What the new store holds, and what was not whole. More may be lost that left no trace.
    pub rebuilt: Rebuilt,
}

/// Where a read leaves word that the files are damaged.
pub(super) fn suspect_mark(home: &Home) -> PathBuf {
    home.root().join("db.suspect")
}

/// Leaves that word. Where even this fails, the next read of the same place finds the damage again.
pub(super) fn mark_suspect(mark: &Path) {
    if let Err(error) = fs::write(mark, b"") {
        tracing::warn!(%error, "a damaged store could not be marked as such");
    }
}

/// Saves a store that a read found damaged, or goes on with a salvage that was interrupted.
pub(super) fn finish_or_begin(home: &Home, cache: u64) -> Result<Option<Salvaged>, StoreError> {
    match (home.store().exists(), suspect_mark(home).exists(), newest_aside(home)) {
        (true, true, _) => set_aside(home, cache).map(Some),
        (false, _, Some(aside)) => save(home, &aside, cache).map(Some),
        (true, false, _) | (false, _, None) => Ok(None),
    }
}

/// Sets the store aside and saves what can be read of it.
pub(super) fn set_aside(home: &Home, cache: u64) -> Result<Salvaged, StoreError> {
    let aside = free_aside(home)?;
    fs::rename(home.store(), &aside)?;
    sync_folder(home.root())?;
    tracing::warn!(aside = %aside.display(), "the store is damaged and was set aside; saving what can be read");
    save(home, &aside, cache)
}

fn aside(home: &Home, n: u32) -> PathBuf {
    home.root().join(format!("db.damaged-{n}"))
}

fn newest_aside(home: &Home) -> Option<PathBuf> {
    (1..=MOST_ASIDE).map(|n| aside(home, n)).take_while(|path| path.exists()).last()
}

fn free_aside(home: &Home) -> Result<PathBuf, StoreError> {
    let free = (1..=MOST_ASIDE).map(|n| aside(home, n)).find(|path| !path.exists());
    free.ok_or_else(|| io::Error::other("a thousand damaged stores are in this home already").into())
}

fn save(home: &Home, aside: &Path, cache: u64) -> Result<Salvaged, StoreError> {
    let (copy, new) = (home.root().join("db.copy"), home.root().join("db.new"));
    remove_folder(&new)?;
    let rebuilt = {
        let target = Engine::open(&new, cache)?;
        let mut whole = false;
        if let Some(source) = open_copy(aside, &copy, cache)? {
            refuse_newer(&source).inspect_err(|_| put_back(home, aside))?;
            whole = copy_readable(&source, &target)?;
        }
        if !whole {
            carve(aside, &target)?;
        }
        let rebuilt = rebuild(&target)?;
        mark_salvaged(&target)?;
        rebuilt
    };
    remove_folder(&copy)?;
    fs::rename(&new, home.store())?;
    sync_folder(home.root())?;
    remove_file(&suspect_mark(home))?;
    Ok(Salvaged { aside: aside.to_owned(), rebuilt })
}

/// Opens a copy of damaged files, if they open at all: as they are, or from their log alone.
fn open_copy(aside: &Path, copy: &Path, cache: u64) -> Result<Option<Engine>, StoreError> {
    for with_snapshots in [true, false] {
        remove_folder(copy)?;
        copy_folder(aside, copy)?;
        if !with_snapshots {
            remove_snapshots(copy)?;
        }
        match Engine::open(copy, cache) {
            Ok(engine) if engine.scan(Bound::Unbounded, |_, _| ControlFlow::Break(())).is_ok() => {
                return Ok(Some(engine));
            }
            Ok(_) | Err(StoreError::Damaged) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn refuse_newer(source: &Engine) -> Result<(), StoreError> {
    match schema::version(source) {
        Ok(Some(found)) if found > schema::VERSION => Err(StoreError::Newer { found, known: schema::VERSION }),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn put_back(home: &Home, aside: &Path) {
    if let Err(error) = fs::rename(aside, home.store()) {
        tracing::warn!(%error, aside = %aside.display(), "a store of a later version could not be put back");
    }
}

/// Copies every pair that can be read. Where reading fails it goes on behind the last key by 1, 2, 4, 8, …, so that
/// not much more is passed over than what is damaged. Whether nothing was.
fn copy_readable(source: &Engine, target: &Engine) -> Result<bool, StoreError> {
    let mut last = FIRST.to_vec();
    let (mut leap, mut whole) = (0, true);
    let mut from = last.clone();
    loop {
        let (mut writes, mut copied) = (target.begin(), 0_usize);
        let outcome = source.scan(Bound::Excluded(&from), |key, value| {
            if Key::parse(key).is_some() {
                writes.put(key, value);
            }
            last = key.to_vec();
            copied += 1;
            if writes.bytes() < STRIDE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        target.write(writes)?;
        if copied > 0 {
            leap = 0;
        }
        match outcome {
            Ok(()) if copied == 0 => return Ok(whole),
            Ok(()) => from.clone_from(&last),
            Err(_) => match ahead(&last, leap) {
                Some(key) => (from, leap, whole) = (key, leap + 1, false),
                None => return Ok(false),
            },
        }
    }
}

/// `key` plus 2^`bit`, as a number of the same length, if there is one.
fn ahead(key: &[u8], bit: usize) -> Option<Vec<u8>> {
    let mut sum = key.to_vec();
    let place = sum.len().checked_sub(1 + bit / 8)?;
    let mut carry = 1_u16 << (bit % 8);
    for byte in sum[..=place].iter_mut().rev() {
        carry += u16::from(*byte);
        *byte = carry as u8;
        carry >>= 8;
    }
    (carry == 0).then_some(sum)
}

/// Says in the new store that it is one, and lets its numbers go on far behind any that the old one gave out.
fn mark_salvaged(target: &Engine) -> Result<(), StoreError> {
    let (mut writes, mut recorder) = (target.begin(), Recorder::default());
    let mut highest = schema::next(target)?;
    super::read::entries_after(target, Arrival::START, |entry| {
        highest = entry.map_or(highest, |(slot, _)| highest.max(slot.arrival));
        ControlFlow::Continue(())
    })?;
    schema::stamp_version(target, &mut writes)?;
    recorder.put(target, &mut writes, Space::Node, name::SALVAGED, b"")?;
    recorder.put(target, &mut writes, Space::Node, name::NEXT, &highest.leap().number().to_le_bytes())?;
    target.write(writes)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        let target = to.join(file.file_name());
        let kind = file.file_type()?;
        if kind.is_dir() {
            copy_folder(&file.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(file.path(), &target)?;
        }
    }
    Ok(())
}

fn remove_folder(path: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(path))
}

fn remove_file(path: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_file(path))
}

fn absent_is_fine(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_adds_a_power_of_two_and_ends_with_the_key_s_length() {
        assert_eq!(ahead(&[1, 255], 0), Some(vec![2, 0]));
        assert_eq!(ahead(&[1, 0], 9), Some(vec![3, 0]));
        assert_eq!(ahead(&[255, 255], 0), None);
        assert_eq!(ahead(&[1, 0], 16), None);
    }
}
