//! Reading envelopes back: joined from their pieces, and shown only if they are what was stored.

use std::ops::{Bound, ControlFlow};

use kenes_core::envelope::{self, Envelope, LONGEST, Verified};
use kenes_core::ids::EnvelopeId;
use kenes_core::relay::Entry;
use kenes_core::wire;

use super::StoreError;
use super::engine::Engine;
use super::keys::{self, Arrival, Key};

/// No entry takes more bytes than this.
const LONGEST_ENTRY: usize = 512;

/// The bytes that stand at `arrival`, whatever they are.
pub(super) fn bytes_at(engine: &Engine, arrival: Arrival) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    engine.scan(Bound::Included(&keys::chunk(arrival, 0)), |key, piece| match Key::parse(key) {
        Some(Key::Chunk(at, _)) if at == arrival && bytes.len() <= LONGEST => {
            bytes.extend_from_slice(piece);
            ControlFlow::Continue(())
        }
        Some(Key::Chunk(..) | Key::Entry(_) | Key::Head(..) | Key::Tail(..)) | None => ControlFlow::Break(()),
    })?;
    Ok(bytes)
}

/// The envelope `id`, which stands at `arrival`; none where what stands there is not it.
pub(super) fn envelope_at(
    engine: &Engine,
    arrival: Arrival,
    id: EnvelopeId,
) -> Result<Option<Verified<Envelope>>, StoreError> {
    Ok(envelope::reread(id, &bytes_at(engine, arrival)?))
}

/// Shows every entry that came after `after`, in the order of arrival, until `each` breaks. An entry that does not
/// decode shows as none.
pub(super) fn entries_after(
    engine: &Engine,
    after: Arrival,
    mut each: impl FnMut(Arrival, Option<Entry>) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    engine.scan(Bound::Excluded(&keys::entry(after)), |key, value| match Key::parse(key) {
        Some(Key::Entry(arrival)) => each(arrival, wire::decode(value, LONGEST_ENTRY).ok()),
        Some(Key::Chunk(..) | Key::Head(..) | Key::Tail(..)) | None => ControlFlow::Break(()),
    })
}
