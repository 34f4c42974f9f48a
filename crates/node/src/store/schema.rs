//! The store's version and the node's own records: what is carried, floors, the clock, the place.

use std::ops::{Bound, ControlFlow};

use kenes_core::ids::{ChannelId, ListId};
use kenes_core::relay::Floor;
use kenes_core::time::Timestamp;
use kenes_core::wire;

use crate::clock::belief::Belief;

use super::StoreError;
use super::engine::{Engine, Writes};
use super::keys::{Arrival, Space, name};
use super::record::{self, Record, Recorder};

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
            let mut writes = engine.begin();
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

/// What the node noted down for its next start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// How far the clock was believed.
    pub clock: Belief,
    /// When a sync last ended well.
    pub synced: Option<Timestamp>,
    /// How many envelopes of each channel no peer has acknowledged yet.
    pub queued: Vec<(ChannelId, u64)>,
    /// Addresses to dial.
    pub peers: Vec<String>,
    /// Ids of peers that are kept out.
    pub blocked: Vec<String>,
}

pub(super) fn notes(engine: &Engine) -> Result<Notes, StoreError> {
    let moment = |name| Ok::<_, StoreError>(number(engine, name)?.map(Timestamp::from_secs));
    let texts = |prefix: &[u8]| {
        let text = |(name, _): Record| String::from_utf8(name.get(prefix.len()..)?.to_vec()).ok();
        Ok::<_, StoreError>(all(engine, prefix)?.into_iter().filter_map(text).collect())
    };
    let queued = |(name, value): Record| {
        let channel = channel_of(&name, name::QUEUED)?;
        Some((channel, u64::from_le_bytes(value.try_into().ok()?)))
    };
    let clock = record::get(engine, Space::Node, name::CLOCK)?;
    Ok(Notes {
        clock: clock.and_then(|bytes| wire::decode(&bytes, bytes.len()).ok()).unwrap_or_default(),
        synced: moment(name::SYNCED)?,
        queued: all(engine, name::QUEUED)?.into_iter().filter_map(queued).collect(),
        peers: texts(name::PEERS)?,
        blocked: texts(name::BLOCKED)?,
    })
}

/// Every record of the node's whose name begins with `prefix`.
fn all(engine: &Engine, prefix: &[u8]) -> Result<Vec<Record>, StoreError> {
    let mut found: Vec<Record> = Vec::new();
    loop {
        let after = found.last().map(|(name, _)| name.as_slice());
        let page = record::scan(engine, Space::Node, prefix, after, PAGE)?;
        if page.is_empty() {
            return Ok(found);
        }
        found.extend(page);
    }
}

fn channel_of(name: &[u8], prefix: &[u8]) -> Option<ChannelId> {
    name.strip_prefix(prefix)?.try_into().ok().map(ChannelId::from_bytes)
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
    for (name, value) in all(engine, name::CHANNELS)? {
        let Some(channel) = channel_of(&name, name::CHANNELS) else { continue };
        let Ok((pinned, own)) = wire::decode::<(Option<ListId>, bool)>(&value, value.len()) else { continue };
        let floors = record::get(engine, Space::Node, &name::floors(&channel))?.unwrap_or_default();
        let floors = wire::decode(&floors, floors.len()).unwrap_or_default();
        found.push(Remembered { channel, pinned, own, floors });
    }
    Ok(found)
}
