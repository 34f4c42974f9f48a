//! The store's version and the node's own records: what is carried, floors, the clock, the place.

use std::ops::{Bound, ControlFlow};

use kenes_core::ids::{ChannelId, ListId};
use kenes_core::relay::Floor;
use kenes_core::time::Timestamp;
use kenes_core::wire;

use super::StoreError;
use super::engine::{Engine, Writes};
use super::keys::{Arrival, Space, name};
use super::record::{self, Recorder};

/// The version of the layout that this program writes.
pub(super) const VERSION: u32 = 1;

/// How many records are read at a time.
const PAGE: usize = 256;

/// Writes the version into a new store, and refuses one of a later version.
pub(super) fn settle_version(engine: &Engine) -> Result<(), StoreError> {
    match version(engine)? {
        Some(VERSION) => Ok(()),
        Some(found) if found > VERSION => Err(StoreError::Newer { found, known: VERSION }),
        None if is_empty(engine)? => {
            let mut writes = Writes::default();
            stamp_version(engine, &mut writes)?;
            engine.write(writes)
        }
        Some(_) | None => Err(StoreError::Damaged),
    }
}

pub(super) fn version(engine: &Engine) -> Result<Option<u32>, StoreError> {
    let bytes = record::get(engine, Space::Node, name::SCHEMA)?;
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes))
}

pub(super) fn stamp_version(engine: &Engine, writes: &mut Writes) -> Result<(), StoreError> {
    Recorder::default().put(engine, writes, Space::Node, name::SCHEMA, &VERSION.to_le_bytes())
}

fn is_empty(engine: &Engine) -> Result<bool, StoreError> {
    let mut empty = true;
    engine.scan(Bound::Unbounded, |_, _| {
        empty = false;
        ControlFlow::Break(())
    })?;
    Ok(empty)
}

pub(super) fn number(engine: &Engine, name: &[u8]) -> Result<Option<u64>, StoreError> {
    let bytes = record::get(engine, Space::Node, name)?;
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes))
}

/// The first arrival that was never used.
pub(super) fn next(engine: &Engine) -> Result<Arrival, StoreError> {
    Ok(number(engine, name::NEXT)?.map_or(Arrival::START.next(), Arrival::from_number))
}

pub(super) fn clock(engine: &Engine) -> Result<Option<Timestamp>, StoreError> {
    Ok(number(engine, name::CLOCK)?.map(Timestamp::from_secs))
}

/// A channel as it is remembered, without what its envelopes say.
pub(super) struct Remembered {
    pub(super) channel: ChannelId,
    pub(super) pinned: Option<ListId>,
    pub(super) own: bool,
    pub(super) floors: Vec<Floor>,
}

pub(super) fn encode_channel(pinned: Option<ListId>, own: bool) -> Vec<u8> {
    wire::encode(&(pinned, own))
}

pub(super) fn encode_floors(floors: &Vec<Floor>) -> Vec<u8> {
    wire::encode(floors)
}

/// Every carried channel.
pub(super) fn channels(engine: &Engine) -> Result<Vec<Remembered>, StoreError> {
    let mut found = Vec::new();
    let mut after: Option<Vec<u8>> = None;
    loop {
        let page = record::scan(engine, Space::Node, name::CHANNELS, after.as_deref(), PAGE)?;
        for (name, value) in &page {
            found.extend(channel(engine, name, value)?);
        }
        match page.into_iter().next_back() {
            Some((name, _)) => after = Some(name),
            None => return Ok(found),
        }
    }
}

fn channel(engine: &Engine, name: &[u8], value: &[u8]) -> Result<Option<Remembered>, StoreError> {
    let id = name.strip_prefix(name::CHANNELS).and_then(|id| id.try_into().ok()).map(ChannelId::from_bytes);
    let (Some(channel), Ok((pinned, own))) = (id, wire::decode::<(Option<ListId>, bool)>(value, value.len())) else {
        return Ok(None);
    };
    let floors = record::get(engine, Space::Node, &name::floors(&channel))?.unwrap_or_default();
    let floors = wire::decode(&floors, floors.len()).unwrap_or_default();
    Ok(Some(Remembered { channel, pinned, own, floors }))
}
