//! Making the entries again from the envelopes, and removing what is not whole. Everything else in the store that is
//! derived is derived at each start.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::{Bound, ControlFlow};

use kenes_core::envelope::{self, Envelope, LONGEST, Verified};
use kenes_core::relay::Entry;

use super::StoreError;
use super::engine::{Engine, Writes};
use super::keys::{self, Arrival, Key, Space};
use super::pack::{self, Content};
use super::write::Packs;
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
///
/// Envelopes stay where they are; all entries are made again and replace the old ones in one write.
pub(super) fn rebuild(engine: &Engine) -> Result<Rebuilt, StoreError> {
    let known = known(engine)?;
    let mut found = Found { known: &known, whole: BTreeMap::new(), lost: 0 };
    each_pack(engine, |first, items, writes| found.short(first, items, writes))?;
    let mut writes = engine.begin();
    for arrival in long_arrivals(engine)? {
        found.long(arrival, &read::chunks_at(engine, arrival)?, &mut writes);
    }
    engine.write(writes)?;
    let Found { whole, mut lost, .. } = found;
    lost += known.keys().filter(|arrival| !whole.contains_key(arrival)).count() as u64;
    let envelopes = whole.len() as u64;
    replace_entries(engine, whole)?;
    rebuild_records(engine, Space::Node)?;
    let (records, lost_records) = rebuild_records(engine, Space::Desk)?;
    Ok(Rebuilt { envelopes, lost, records, lost_records })
}

/// Every entry that decodes.
fn known(engine: &Engine) -> Result<HashMap<Arrival, Entry>, StoreError> {
    let mut known = HashMap::new();
    read::entries_after(engine, Arrival::START, |entry| {
        known.extend(entry.map(|(slot, entry)| (slot.arrival, entry)));
        ControlFlow::Continue(())
    })?;
    Ok(known)
}

/// The envelopes that are whole, where each stands in its pack, and how many left traces and are not.
struct Found<'a> {
    known: &'a HashMap<Arrival, Entry>,
    whole: BTreeMap<Arrival, (u8, Entry)>,
    lost: u64,
}

impl Found<'_> {
    fn short(&mut self, first: Arrival, mut items: Vec<Vec<u8>>, writes: &mut Writes) {
        let mut spoilt = false;
        for (place, item) in (0..).zip(&mut items).filter(|(_, item)| !item.is_empty()) {
            if !self.keep(first.plus(usize::from(place)), place, item) {
                item.clear();
                spoilt = true;
            }
        }
        let key = keys::pack(Content::Envelopes, first);
        if items.iter().all(Vec::is_empty) {
            writes.remove(&key);
        } else if spoilt {
            writes.put(&key, &pack::encode(&items));
        }
    }

    fn long(&mut self, arrival: Arrival, bytes: &[u8], writes: &mut Writes) {
        if !self.keep(arrival, 0, bytes) {
            (0..keys::chunks_of(LONGEST)).for_each(|n| writes.remove(&keys::chunk(arrival, n)));
        }
    }

    /// An envelope is known again by its entry's id or, where that is lost too, by its pen's signature.
    fn keep(&mut self, arrival: Arrival, place: u8, bytes: &[u8]) -> bool {
        let known = self.known.get(&arrival).and_then(|entry| envelope::reread(entry.id, bytes));
        match known.or_else(|| verified(bytes)) {
            Some(envelope) => drop(self.whole.insert(arrival, (place, Entry::of(&envelope)))),
            None if self.known.contains_key(&arrival) => return false,
            None => {
                self.lost += 1;
                return false;
            }
        }
        true
    }
}

fn verified(bytes: &[u8]) -> Option<Verified<Envelope>> {
    let envelope = Envelope::decode(bytes).ok()?;
    let pen = envelope.header().pen.check().ok()?;
    envelope.verify(&pen).ok()
}

/// Shows every pack of envelopes, with a place to write changes to it.
fn each_pack(engine: &Engine, mut each: impl FnMut(Arrival, Vec<Vec<u8>>, &mut Writes)) -> Result<(), StoreError> {
    let mut from = keys::pack(Content::Envelopes, Arrival::START);
    loop {
        let (mut page, mut bytes) = (Vec::new(), 0);
        engine.scan(Bound::Excluded(&from), |key, value| {
            let Some(Key::Pack(Content::Envelopes, first)) = Key::parse(key) else { return ControlFlow::Break(()) };
            bytes += value.len();
            page.push((first, value.to_vec()));
            if bytes < STRIDE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from = keys::pack(Content::Envelopes, *last);
        let mut writes = engine.begin();
        for (first, value) in &page {
            let items = pack::decode(value).unwrap_or_default().into_iter().map(<[u8]>::to_vec).collect();
            each(*first, items, &mut writes);
        }
        engine.write(writes)?;
    }
}

/// The arrival of every long envelope of which anything is there.
fn long_arrivals(engine: &Engine) -> Result<BTreeSet<Arrival>, StoreError> {
    let mut found = BTreeSet::new();
    engine.scan(Bound::Included(&keys::chunk(Arrival::START, 0)), |key, _| match Key::parse(key) {
        Some(Key::Chunk(arrival, _)) => {
            found.insert(arrival);
            ControlFlow::Continue(())
        }
        Some(Key::Pack(..) | Key::Head(..) | Key::Tail(..)) | None => ControlFlow::Break(()),
    })?;
    Ok(found)
}

fn replace_entries(engine: &Engine, whole: BTreeMap<Arrival, (u8, Entry)>) -> Result<(), StoreError> {
    let mut writes = engine.begin();
    engine.scan(Bound::Included(&keys::pack(Content::Entries, Arrival::START)), |key, _| match Key::parse(key) {
        Some(Key::Pack(Content::Entries, _)) => {
            writes.remove(key);
            ControlFlow::Continue(())
        }
        Some(Key::Chunk(..) | Key::Pack(..) | Key::Head(..) | Key::Tail(..)) | None => ControlFlow::Break(()),
    })?;
    let mut packs = Packs::new(engine);
    for (arrival, (place, entry)) in whole {
        packs.add(Content::Entries, arrival, read::entry_item(place, &entry));
    }
    packs.write(&mut writes);
    engine.write(writes)
}

/// Removes every record of which a tail is missing, and every tail without its head.
fn rebuild_records(engine: &Engine, space: Space) -> Result<(u64, u64), StoreError> {
    let (mut names, mut tails) = (Vec::new(), Vec::new());
    engine.scan(Bound::Unbounded, |key, _| {
        match Key::parse(key) {
            Some(Key::Head(found, name)) if found == space => names.push(name.to_vec()),
            Some(Key::Tail(found, name, n)) if found == space => tails.push((name.to_vec(), n)),
            Some(Key::Chunk(..) | Key::Pack(..) | Key::Head(..) | Key::Tail(..)) | None => {}
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
