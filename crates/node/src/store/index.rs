//! What the store remembers of each envelope in memory: where it stands and how long it is. Rebuilt at every start.

use std::collections::HashMap;

use kenes_core::ids::EnvelopeId;

use super::keys::Arrival;
use super::pack::LONGEST_ITEM;

/// Where an envelope stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) arrival: Arrival,
    pub(super) size: u32,
    /// How many items stand before its entry in their pack.
    pub(super) entry_place: u8,
    /// How many stand before the envelope itself in its pack, if it is short.
    pub(super) place: u8,
}

impl Slot {
    /// Whether the envelope stands in a pack.
    pub(super) const fn is_short(&self) -> bool {
        self.size as usize <= LONGEST_ITEM
    }
}

/// Everything that is durable, by id.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: HashMap<EnvelopeId, Slot>,
    bytes: u64,
    /// The last arrival that a reader may see.
    last: Arrival,
    /// What was found damaged, to be removed with the next write.
    spoilt: Vec<Slot>,
    damaged: u64,
    /// What was found damaged, until whoever keeps an account of what is here takes note.
    lost: Vec<EnvelopeId>,
}

impl Index {
    pub(super) fn get(&self, id: &EnvelopeId) -> Option<Slot> {
        self.slots.get(id).copied()
    }

    pub(super) fn add(&mut self, id: EnvelopeId, slot: Slot) {
        self.last = self.last.max(slot.arrival);
        if self.slots.insert(id, slot).is_none() {
            self.bytes += u64::from(slot.size);
        }
    }

    pub(super) fn remove(&mut self, id: &EnvelopeId) -> Option<Slot> {
        let slot = self.slots.remove(id)?;
        self.bytes = self.bytes.saturating_sub(u64::from(slot.size));
        Some(slot)
    }

    /// Forgets an envelope that does not read back.
    pub(super) fn spoil(&mut self, id: &EnvelopeId) {
        if let Some(slot) = self.remove(id) {
            self.spoilt.push(slot);
            self.damaged += 1;
            self.lost.push(*id);
        }
    }

    pub(super) fn take_spoilt(&mut self) -> Vec<Slot> {
        std::mem::take(&mut self.spoilt)
    }

    pub(super) const fn has_lost(&self) -> bool {
        !self.lost.is_empty()
    }

    pub(super) fn take_lost(&mut self) -> Vec<EnvelopeId> {
        std::mem::take(&mut self.lost)
    }

    pub(super) fn last(&self) -> Arrival {
        self.last
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn damaged(&self) -> u64 {
        self.damaged
    }
}
