//! Reading envelopes back: joined from their pieces, and shown only if they are what was stored.

use std::ops::{Bound, ControlFlow};

use kenes_core::envelope::{self, Envelope, LONGEST, Verified};
use kenes_core::ids::EnvelopeId;
use kenes_core::relay::Entry;
use kenes_core::wire;

use super::StoreError;
use super::engine::Engine;
use super::index::Slot;
use super::keys::{self, Arrival, Key};
use super::pack::{self, Content};

/// An entry's pack says where in its own pack a short envelope stands, then what is remembered of it.
pub(super) fn entry_item(place: u8, entry: &Entry) -> Vec<u8> {
    let mut item = vec![place];
    item.extend_from_slice(&wire::encode(entry));
    item
}

/// What an item of a pack of entries says.
pub(super) fn parse_entry(item: &[u8]) -> Option<(u8, Entry)> {
    let (place, entry) = item.split_first()?;
    Some((*place, wire::decode(entry, entry.len()).ok()?))
}

/// The bytes that stand where an envelope should, whatever they are: the caller checks them against its id.
pub(super) fn bytes_of(engine: &Engine, slot: &Slot) -> Result<Vec<u8>, StoreError> {
    if !slot.is_short() {
        return chunks_at(engine, slot.arrival);
    }
    let pack = keys::pack(Content::Envelopes, pack::first(slot.arrival, slot.place));
    let item = engine.peek(&pack, |pack| pack::item(pack, slot.place).map(<[u8]>::to_vec))?;
    Ok(item.flatten().unwrap_or_default())
}

/// The bytes of the long envelope that came at `arrival`.
pub(super) fn chunks_at(engine: &Engine, arrival: Arrival) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    engine.scan(Bound::Included(&keys::chunk(arrival, 0)), |key, piece| match Key::parse(key) {
        Some(Key::Chunk(at, _)) if at == arrival && bytes.len() <= LONGEST => {
            bytes.extend_from_slice(piece);
            ControlFlow::Continue(())
        }
        Some(Key::Chunk(..) | Key::Pack(..) | Key::Head(..) | Key::Tail(..)) | None => ControlFlow::Break(()),
    })?;
    Ok(bytes)
}

/// The envelope `id`, which stands in `slot`; none where what stands there is not it.
pub(super) fn envelope_in(
    engine: &Engine,
    slot: &Slot,
    id: EnvelopeId,
) -> Result<Option<Verified<Envelope>>, StoreError> {
    Ok(envelope::reread(id, &bytes_of(engine, slot)?))
}

/// Shows every entry that came after `after`, in the order of arrival, until `each` breaks. What does not decode shows
/// as none.
pub(super) fn entries_after(
    engine: &Engine,
    after: Arrival,
    mut each: impl FnMut(Option<(Slot, Entry)>) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    // The pack in which the next one stands may begin this much earlier.
    let from = pack::first(after, pack::MOST as u8);
    engine.scan(Bound::Included(&keys::pack(Content::Entries, from)), |key, value| {
        let Some(Key::Pack(Content::Entries, first)) = Key::parse(key) else { return ControlFlow::Break(()) };
        let Some(items) = pack::decode(value) else { return each(None) };
        for (n, item) in items.iter().enumerate().filter(|(_, item)| !item.is_empty()) {
            let arrival = first.plus(n);
            if arrival > after {
                each(
                    parse_entry(item)
                        .map(|(place, entry)| (Slot { arrival, size: entry.size, entry_place: n as u8, place }, entry)),
                )?;
            }
        }
        ControlFlow::Continue(())
    })
}
