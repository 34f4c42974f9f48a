//! Making the entries again from the envelopes, and removing what is not whole. Everything else in the store that is
//! derived is derived at each start.

use std::collections::BTreeSet;
use std::ops::{Bound, ControlFlow};

use kenes_core::envelope::{self, Envelope, LONGEST, Verified};
use kenes_core::relay::Entry;
use kenes_core::wire;

use super::StoreError;
use super::engine::{Engine, Writes};
use super::keys::{self, Arrival, Key, Space};
use super::write::put_envelope;
use super::{read, record};

/// How much is written at a time, in bytes.
const STRIDE: usize = 4 * 1024 * 1024;

/// What a rebuilt store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Envelopes that are whole.
    pub envelopes: u64,
    /// Envelopes that were not, and are gone. Peers may still have them.
    pub lost: u64,
    /// Records of the desk's that are whole.
    pub records: u64,
    /// Records of the desk's that were not, and are gone.
    pub lost_records: u64,
}

/// Goes through the whole store and leaves in it what is whole.
pub(super) fn rebuild(engine: &Engine) -> Result<Rebuilt, StoreError> {
    let mut rebuilt = Rebuilt::default();
    let mut writes = engine.begin();
    for arrival in arrivals(engine)? {
        match whole(engine, arrival)? {
            Some(envelope) => {
                put_envelope(&mut writes, arrival, &envelope);
                rebuilt.envelopes += 1;
            }
            None => {
                clear(&mut writes, arrival);
                rebuilt.lost += 1;
            }
        }
        if writes.bytes() >= STRIDE {
            engine.write(std::mem::replace(&mut writes, engine.begin()))?;
        }
    }
    engine.write(writes)?;
    rebuild_records(engine, Space::Node)?;
    (rebuilt.records, rebuilt.lost_records) = rebuild_records(engine, Space::Desk)?;
    Ok(rebuilt)
}

/// Every arrival of which anything is there.
fn arrivals(engine: &Engine) -> Result<BTreeSet<Arrival>, StoreError> {
    let mut found = BTreeSet::new();
    engine.scan(Bound::Unbounded, |key, _| {
        match Key::parse(key) {
            Some(Key::Chunk(arrival, _) | Key::Entry(arrival)) => drop(found.insert(arrival)),
            Some(Key::Head(..) | Key::Tail(..)) | None => {}
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// The envelope at `arrival`, known again by its entry's id or, where that is lost too, by its pen's signature.
fn whole(engine: &Engine, arrival: Arrival) -> Result<Option<Verified<Envelope>>, StoreError> {
    let bytes = read::bytes_at(engine, arrival)?;
    let entry = engine.get(&keys::entry(arrival))?;
    let entry = entry.and_then(|entry| wire::decode::<Entry>(&entry, entry.len()).ok());
    let known = entry.and_then(|entry| envelope::reread(entry.id, &bytes));
    Ok(known.or_else(|| verified(&bytes)))
}

fn verified(bytes: &[u8]) -> Option<Verified<Envelope>> {
    let envelope = Envelope::decode(bytes).ok()?;
    let pen = envelope.header().pen.check().ok()?;
    envelope.verify(&pen).ok()
}

fn clear(writes: &mut Writes, arrival: Arrival) {
    writes.remove(&keys::entry(arrival));
    for n in 0..keys::chunks_of(LONGEST) {
        writes.remove(&keys::chunk(arrival, n));
    }
}

/// Removes every record of which a tail is missing, and every tail without its head.
fn rebuild_records(engine: &Engine, space: Space) -> Result<(u64, u64), StoreError> {
    let (mut names, mut tails) = (Vec::new(), Vec::new());
    engine.scan(Bound::Unbounded, |key, _| {
        match Key::parse(key) {
            Some(Key::Head(found, name)) if found == space => names.push(name.to_vec()),
            Some(Key::Tail(found, name, n)) if found == space => tails.push((name.to_vec(), n)),
            Some(Key::Chunk(..) | Key::Entry(_) | Key::Head(..) | Key::Tail(..)) | None => {}
        }
        ControlFlow::Continue(())
    })?;
    let (mut whole, mut lost) = (BTreeSet::new(), 0);
    let mut writes = engine.begin();
    for name in names {
        if record::get(engine, space, &name)?.is_some() {
            whole.insert(name);
        } else {
            writes.remove(&keys::head(space, &name));
            lost += 1;
        }
    }
    for (name, n) in tails.iter().filter(|(name, _)| !whole.contains(name)) {
        writes.remove(&keys::tail(space, name, *n));
    }
    engine.write(writes)?;
    Ok((whole.len() as u64, lost))
}
