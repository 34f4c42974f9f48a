//! Records: named values of up to a few MiB, cut into pieces that the map can hold. Whose they are and what they mean is
//! [`super::schema`]'s and [`super::drawer`]'s.

use std::collections::HashMap;
use std::ops::{Bound, ControlFlow};

use super::engine::{Engine, Writes};
use super::keys::{self, HEAD, Key, PIECE, Space};
use super::{LONGEST_VALUE, StoreError};

/// A record's name and value.
pub type Record = (Vec<u8>, Vec<u8>);

/// Reads a whole record. One of which a tail is missing is damaged, and as good as absent.
pub(super) fn get(engine: &Engine, space: Space, name: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    match engine.get(&keys::head(space, name))? {
        Some(head) => join(engine, space, name, &head),
        None => Ok(None),
    }
}

fn join(engine: &Engine, space: Space, name: &[u8], head: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let Some((tails, first)) = split_head(head) else {
        return Ok(None);
    };
    let mut value = first.to_vec();
    for n in 0..tails {
        match engine.get(&keys::tail(space, name, n))? {
            Some(piece) => value.extend_from_slice(&piece),
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// How many tails a head claims, and the value's first bytes.
pub(super) fn split_head(head: &[u8]) -> Option<(u16, &[u8])> {
    let (tails, first) = head.split_first_chunk::<2>()?;
    Some((u16::from_le_bytes(*tails), first))
}

/// At most `limit` records whose names begin with `prefix` and come after `after`, in the order of their names, and
/// together no longer than about [`LONGEST_VALUE`].
pub(super) fn scan(
    engine: &Engine,
    space: Space,
    prefix: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Result<Vec<Record>, StoreError> {
    let first = keys::head(space, prefix);
    let after = after.map(|after| keys::head(space, after)).filter(|after| *after >= first);
    let from = after.as_deref().map_or(Bound::Included(first.as_slice()), Bound::Excluded);
    let mut heads = Vec::new();
    let mut bytes = 0;
    engine.scan(from, |key, head| {
        let within = key.starts_with(&first) && heads.len() < limit && bytes < LONGEST_VALUE;
        let (Some(Key::Head(_, name)), true) = (Key::parse(key), within) else {
            return ControlFlow::Break(());
        };
        bytes += split_head(head).map_or(0, |(tails, first)| first.len() + usize::from(tails) * PIECE);
        heads.push((name.to_vec(), head.to_vec()));
        ControlFlow::Continue(())
    })?;
    let mut records = Vec::with_capacity(heads.len());
    for (name, head) in heads {
        if let Some(value) = join(engine, space, &name, &head)? {
            records.push((name, value));
        }
    }
    Ok(records)
}

/// Puts records into a set of writes, minding the tails that an earlier value leaves behind.
#[derive(Default)]
pub(super) struct Recorder {
    /// How many tails each record touched so far has, once these writes are done.
    tails: HashMap<(Space, Vec<u8>), u16>,
}

impl Recorder {
    pub(super) fn put(
        &mut self,
        engine: &Engine,
        writes: &mut Writes,
        space: Space,
        name: &[u8],
        value: &[u8],
    ) -> Result<(), StoreError> {
        let (first, rest) = value.split_at(value.len().min(HEAD));
        let tails = u16::try_from(rest.len().div_ceil(PIECE)).map_err(|_| StoreError::TooLong)?;
        writes.put(&keys::head(space, name), &[&tails.to_le_bytes(), first].concat());
        for (n, piece) in (0..tails).zip(rest.chunks(PIECE)) {
            writes.put(&keys::tail(space, name, n), piece);
        }
        self.cut(engine, writes, space, name, tails)
    }

    pub(super) fn delete(
        &mut self,
        engine: &Engine,
        writes: &mut Writes,
        space: Space,
        name: &[u8],
    ) -> Result<(), StoreError> {
        writes.remove(&keys::head(space, name));
        self.cut(engine, writes, space, name, 0)
    }

    fn cut(
        &mut self,
        engine: &Engine,
        writes: &mut Writes,
        space: Space,
        name: &[u8],
        tails: u16,
    ) -> Result<(), StoreError> {
        let before = match self.tails.insert((space, name.to_vec()), tails) {
            Some(before) => before,
            None => {
                let head = engine.get(&keys::head(space, name))?;
                head.as_deref().and_then(split_head).map_or(0, |(tails, _)| tails)
            }
        };
        for n in tails..before {
            writes.remove(&keys::tail(space, name, n));
        }
        Ok(())
    }
}
