//! Changes, and how many of them become one durable write.

use std::collections::btree_map::Entry as Entered;
use std::collections::{BTreeMap, HashMap};

use kenes_core::envelope::{Envelope, Verified};
use kenes_core::ids::{ChannelId, EnvelopeId, ListId};
use kenes_core::relay::{Entry, Floor};
use kenes_core::time::Timestamp;
use kenes_core::wire;

use super::drawer::Batch;
use super::engine::{Engine, Writes};
use super::index::{Index, Slot};
use super::keys::{self, Arrival, PIECE, Space, name};
use super::pack::{self, Content};
use super::record::Recorder;
use super::room::Room;
use super::{StoreError, read, schema};
use crate::clock::belief::Belief;

/// One thing to change in the store.
#[derive(Debug)]
pub enum Change {
    /// Keep these. One that is here already changes nothing.
    Keep(Vec<Verified<Envelope>>),
    /// Forget these, and remember the floors of the channels named.
    Drop {
        /// Which.
        envelopes: Vec<EnvelopeId>,
        /// All floors of each channel, from now on.
        floors: Vec<(ChannelId, Vec<Floor>)>,
    },
    /// Remember that a channel is carried.
    Carry {
        /// Which.
        channel: ChannelId,
        /// The list to hold fast to.
        pinned: Option<ListId>,
        /// Whether the desk or the owner asked for it.
        own: bool,
    },
    /// Remember a channel no longer; its envelopes are dropped by themselves.
    Forget(ChannelId),
    /// Change the desk's records.
    Records(Batch),
    /// Remember how far the clock is believed.
    Clock(Belief),
    /// Remember when a sync last ended well.
    Synced(Timestamp),
    /// Remember how many envelopes of a channel no peer has acknowledged yet.
    Queued(ChannelId, u64),
    /// Remember an address to dial, or forget it.
    Peer {
        /// Where.
        address: String,
        /// Whether to dial it.
        wanted: bool,
    },
    /// Remember that a peer is kept out, or that it is not.
    Block {
        /// Its id.
        peer: String,
        /// Whether it is kept out.
        blocked: bool,
    },
    /// Remember where the home stands, and that its desk knows.
    Settle([u8; 32]),
}

impl Change {
    /// Whether somebody asked for it and waits for it to be durable; a node notes the rest by itself.
    pub(super) const fn is_asked_for(&self) -> bool {
        match self {
            Self::Keep(_)
            | Self::Carry { .. }
            | Self::Forget(_)
            | Self::Records(_)
            | Self::Peer { .. }
            | Self::Block { .. }
            | Self::Settle(_) => true,
            Self::Drop { .. } | Self::Clock(_) | Self::Synced(_) | Self::Queued(..) => false,
        }
    }

    /// Whether it is written with so much room on the disk, where nothing that was asked for goes with it. What is not
    /// removed comes back with the next start, and goes again.
    pub(super) fn is_worth(&self, room: Room) -> bool {
        match self {
            Self::Drop { .. } => room != Room::Gone,
            Self::Clock(_) | Self::Synced(_) | Self::Queued(..) => room == Room::Enough,
            Self::Keep(_)
            | Self::Carry { .. }
            | Self::Forget(_)
            | Self::Records(_)
            | Self::Peer { .. }
            | Self::Block { .. }
            | Self::Settle(_) => true,
        }
    }

    /// About how many bytes it writes.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Keep(envelopes) => envelopes.iter().map(|envelope| envelope.bytes().len()).sum(),
            Self::Records(batch) => batch.weight(),
            Self::Drop { envelopes, .. } => envelopes.len() * size_of::<EnvelopeId>(),
            Self::Carry { .. } | Self::Forget(_) | Self::Clock(_) | Self::Synced(_) | Self::Queued(..) => 0,
            Self::Peer { .. } | Self::Block { .. } | Self::Settle(_) => 0,
        }
    }
}

/// Changes on their way into one write.
pub(super) struct Draft<'a> {
    engine: &'a Engine,
    index: &'a Index,
    writes: Writes,
    recorder: Recorder,
    next: Arrival,
    /// What this draft adds or removes.
    staged: HashMap<EnvelopeId, Option<Slot>>,
    packs: Packs<'a>,
}

/// A draft that is ready to be written, and what the index is to learn once it is.
pub(super) struct Ready {
    pub(super) writes: Writes,
    pub(super) staged: HashMap<EnvelopeId, Option<Slot>>,
    pub(super) next: Arrival,
}

impl<'a> Draft<'a> {
    pub(super) fn new(engine: &'a Engine, index: &'a Index, next: Arrival) -> Self {
        let (writes, recorder) = (engine.begin(), Recorder::default());
        Self { engine, index, writes, recorder, next, staged: HashMap::new(), packs: Packs::new(engine) }
    }

    pub(super) fn apply(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::Keep(envelopes) => envelopes.iter().for_each(|envelope| self.keep(envelope)),
            Change::Drop { envelopes, floors } => {
                envelopes.iter().try_for_each(|id| self.drop(id))?;
                for (channel, floors) in floors {
                    self.record(Space::Node, &name::floors(channel), &schema::encode_floors(floors))?;
                }
            }
            Change::Carry { channel, pinned, own } => {
                self.record(Space::Node, &name::channel(channel), &schema::encode_channel(*pinned, *own))?;
            }
            Change::Forget(channel) => {
                self.delete(Space::Node, &name::channel(channel))?;
                self.delete(Space::Node, &name::floors(channel))?;
                self.delete(Space::Node, &name::queued(channel))?;
            }
            Change::Records(batch) => {
                batch.check()?;
                for (name, value) in batch.changes() {
                    match value {
                        Some(value) => self.record(Space::Desk, name, value)?,
                        None => self.delete(Space::Desk, name)?,
                    }
                }
            }
            Change::Clock(belief) => self.record(Space::Node, name::CLOCK, &wire::encode(belief))?,
            Change::Synced(at) => self.record(Space::Node, name::SYNCED, &at.as_secs().to_le_bytes())?,
            Change::Queued(channel, 0) => self.delete(Space::Node, &name::queued(channel))?,
            Change::Queued(channel, count) => {
                self.record(Space::Node, &name::queued(channel), &count.to_le_bytes())?;
            }
            Change::Peer { address, wanted: true } => self.record(Space::Node, &name::peer(address), b"")?,
            Change::Peer { address, wanted: false } => self.delete(Space::Node, &name::peer(address))?,
            Change::Block { peer, blocked: true } => self.record(Space::Node, &name::blocked(peer), b"")?,
            Change::Block { peer, blocked: false } => self.delete(Space::Node, &name::blocked(peer))?,
            Change::Settle(place) => {
                self.record(Space::Node, name::PLACE, place)?;
                self.delete(Space::Node, name::SALVAGED)?;
            }
        }
        Ok(())
    }

    /// Removes an envelope, whether it reads back or not.
    pub(super) fn clear(&mut self, slot: Slot) -> Result<(), StoreError> {
        self.packs.remove(Content::Entries, slot.arrival, slot.entry_place)?;
        if slot.is_short() {
            return self.packs.remove(Content::Envelopes, slot.arrival, slot.place);
        }
        for n in 0..keys::chunks_of(slot.size as usize) {
            self.writes.remove(&keys::chunk(slot.arrival, n));
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Ready, StoreError> {
        if self.staged.values().any(Option::is_some) {
            self.record(Space::Node, name::NEXT, &self.next.number().to_le_bytes())?;
        }
        self.packs.write(&mut self.writes);
        Ok(Ready { writes: self.writes, staged: self.staged, next: self.next })
    }

    fn keep(&mut self, envelope: &Verified<Envelope>) {
        let id = envelope.id();
        if self.place_of(&id).is_some() {
            return;
        }
        let arrival = self.next;
        self.next = arrival.next();
        let slot = put_envelope(&mut self.writes, &mut self.packs, arrival, envelope);
        self.staged.insert(id, Some(slot));
    }

    fn drop(&mut self, id: &EnvelopeId) -> Result<(), StoreError> {
        if let Some(slot) = self.place_of(id) {
            self.clear(slot)?;
            self.staged.insert(*id, None);
        }
        Ok(())
    }

    fn place_of(&self, id: &EnvelopeId) -> Option<Slot> {
        self.staged.get(id).copied().unwrap_or_else(|| self.index.get(id))
    }

    fn record(&mut self, space: Space, name: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.recorder.put(self.engine, &mut self.writes, space, name, value)
    }

    fn delete(&mut self, space: Space, name: &[u8]) -> Result<(), StoreError> {
        self.recorder.delete(self.engine, &mut self.writes, space, name)
    }
}

/// Puts an envelope and its entry where that arrival stands.
fn put_envelope(writes: &mut Writes, packs: &mut Packs<'_>, arrival: Arrival, envelope: &Envelope) -> Slot {
    let mut slot = Slot { arrival, size: envelope.bytes().len() as u32, entry_place: 0, place: 0 };
    if slot.is_short() {
        slot.place = packs.add(Content::Envelopes, arrival, envelope.bytes().to_vec());
    } else {
        for (n, piece) in (0..).zip(envelope.bytes().chunks(PIECE)) {
            writes.put(&keys::chunk(arrival, n), piece);
        }
    }
    slot.entry_place = packs.add(Content::Entries, arrival, read::entry_item(slot.place, &Entry::of(envelope)));
    slot
}

/// Packs that are begun or changed, until they are written.
pub(super) struct Packs<'a> {
    engine: &'a Engine,
    changed: BTreeMap<(Content, Arrival), Vec<Vec<u8>>>,
    /// Where the last pack of each content that was begun here begins.
    open: [Option<Arrival>; 2],
}

impl<'a> Packs<'a> {
    pub(super) fn new(engine: &'a Engine) -> Self {
        Self { engine, changed: BTreeMap::new(), open: [None; 2] }
    }

    /// Puts an item into the pack that is open, or begins another; how many items stand before it.
    pub(super) fn add(&mut self, content: Content, arrival: Arrival, item: Vec<u8>) -> u8 {
        let open = &mut self.open[content as usize];
        if let Some(first) = *open
            && let Some(items) = self.changed.get_mut(&(content, first))
            && first.plus(items.len()) == arrival
            && pack::has_room(items, item.len())
        {
            items.push(item);
            return (items.len() - 1) as u8;
        }
        *open = Some(arrival);
        self.changed.insert((content, arrival), vec![item]);
        0
    }

    /// Leaves an item's place empty.
    fn remove(&mut self, content: Content, arrival: Arrival, place: u8) -> Result<(), StoreError> {
        let first = pack::first(arrival, place);
        let items = match self.changed.entry((content, first)) {
            Entered::Occupied(known) => known.into_mut(),
            Entered::Vacant(vacant) => {
                let value = self.engine.get(&keys::pack(content, first))?.unwrap_or_default();
                let items = pack::decode(&value).unwrap_or_default();
                vacant.insert(items.into_iter().map(<[u8]>::to_vec).collect())
            }
        };
        if let Some(item) = items.get_mut(usize::from(place)) {
            item.clear();
        }
        Ok(())
    }

    /// Writes them; one of which nothing is left is removed.
    pub(super) fn write(self, writes: &mut Writes) {
        for ((content, first), items) in self.changed {
            let key = keys::pack(content, first);
            match items.iter().all(Vec::is_empty) {
                true => writes.remove(&key),
                false => writes.put(&key, &pack::encode(&items)),
            }
        }
    }
}
