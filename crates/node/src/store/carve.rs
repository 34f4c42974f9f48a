//! Finding pieces in a file whose map cannot be read: wherever they lie, the newest under each key.
//!
//! What was removed may come back, as long as its place in the file has not been used again. For envelopes that is
//! harmless; the desk is told that its store was salvaged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::StoreError;
use super::engine::Engine;
use super::piece::{self, Piece};

/// How much is looked at together, in bytes.
const WINDOW: usize = 8 * 1024 * 1024;
/// More than the longest piece.
const OVERLAP: usize = 8 * 1024;
/// How much is written at a time, in bytes.
const STRIDE: usize = 4 * 1024 * 1024;

/// Where the newest piece under a key lies.
struct Place {
    seq: u64,
    at: u64,
    length: usize,
}

/// Copies into `target` what it lacks and the file `db` in the folder `source` still holds.
pub(super) fn carve(source: &Path, target: &Engine) -> Result<(), StoreError> {
    let file = match File::open(source.join("db")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let mut writes = target.begin();
    for (key, place) in survey(&file)? {
        if target.get(&key)?.is_some() {
            continue;
        }
        let mut bytes = vec![0; place.length];
        file.read_exact_at(&mut bytes, place.at)?;
        if let Some(Piece { value, .. }) = piece::parse(&bytes) {
            writes.put(&key, value);
        }
        if writes.bytes() >= STRIDE {
            target.write(std::mem::replace(&mut writes, target.begin()))?;
        }
    }
    target.write(writes)
}

fn survey(file: &File) -> io::Result<BTreeMap<Vec<u8>, Place>> {
    let length = file.metadata()?.len();
    let mut found: BTreeMap<Vec<u8>, Place> = BTreeMap::new();
    let mut window = vec![0; WINDOW + OVERLAP];
    let mut start = 0;
    while start < length {
        let size = read_up_to(file, &mut window, start)?;
        for (at, piece) in piece::find_all(&window[..size], WINDOW) {
            let known = found.get(piece.key).map_or(0, |known| known.seq);
            if piece.seq >= known {
                let place = Place { seq: piece.seq, at: start + at as u64, length: piece::length(&piece) };
                found.insert(piece.key.to_vec(), place);
            }
        }
        start += WINDOW as u64;
    }
    Ok(found)
}

fn read_up_to(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, at + filled as u64)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
