//! One node of the mesh: a real relay machine, a store in memory, and what performs its outputs.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use kenes_core::envelope::{self, Envelope, Verified};
use kenes_core::ids::{ChannelId, EnvelopeId, ListId};
use kenes_core::relay::{
    BatchNo, Candidate, Carried, Checked, Entry, Event, Exchange, Floor, Input, Keys, Limits, Output, Parcel, PeerNo,
    Reason, Refused, Relay, check,
};
use kenes_core::time::{Reading, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::pool::{START, pool};

/// What a node asks of the world.
pub(crate) enum Effect {
    Checked(Checked),
    Send { peer: PeerNo, exchange: Exchange, frame: Vec<u8> },
    Disconnect { peer: PeerNo, fault: Option<Reason> },
    WakeAt(Timestamp),
}

pub(crate) struct Node {
    pub(crate) relay: Relay,
    /// Seconds that its clock is ahead of the world's.
    pub(crate) skew: i64,
    pub(crate) store: BTreeMap<EnvelopeId, Verified<Envelope>>,
    /// What was stored since the world looked last.
    pub(crate) stored: Vec<EnvelopeId>,
    carried: BTreeMap<ChannelId, (Option<ListId>, bool)>,
    floors: BTreeMap<ChannelId, Vec<Floor>>,
    limits: Limits,
    pub(crate) next_peer: u64,
    pub(crate) told: Vec<Event>,
}

impl Node {
    pub(crate) fn new(seed: [u8; 32], limits: Limits, skew: i64) -> Self {
        Self {
            relay: Relay::new(seed, limits.clone(), Vec::new(), []),
            skew,
            store: BTreeMap::new(),
            stored: Vec::new(),
            carried: BTreeMap::new(),
            floors: BTreeMap::new(),
            limits,
            next_peer: 0,
            told: Vec::new(),
        }
    }

    /// Starts again from what is stored.
    pub(crate) fn restart(&mut self, seed: [u8; 32]) {
        let lists = |channel: &ChannelId| {
            let list = |(id, stored): (&EnvelopeId, &Verified<Envelope>)| match stored.body() {
                envelope::Body::List(list) if stored.header().channel == *channel => Some((*id, list.clone())),
                _ => None,
            };
            self.store.iter().filter_map(list).collect()
        };
        let carried = |(channel, (pinned, own)): (&ChannelId, &(Option<ListId>, bool))| Carried {
            channel: *channel,
            pinned: *pinned,
            own: *own,
            lists: lists(channel),
            floors: self.floors.get(channel).cloned().unwrap_or_default(),
        };
        let carried = self.carried.iter().map(carried).collect();
        let entries: Vec<Entry> = self.store.values().map(|stored| Entry::of(stored)).collect();
        self.relay = Relay::new(seed, self.limits.clone(), carried, entries);
    }

    pub(crate) fn reading(&self, world_secs: u64) -> Reading {
        let at = Timestamp::from_secs(world_secs.saturating_add_signed(self.skew));
        // Every node was last on at the start, with a clock that was right.
        Reading::judge(at, Some(START), world_secs.saturating_sub(START.as_secs()))
    }

    pub(crate) fn handle(&mut self, input: Input, world_secs: u64) -> Vec<Effect> {
        let reading = self.reading(world_secs);
        let outputs = self.relay.handle(input, reading);
        outputs.into_iter().filter_map(|output| self.perform(output, reading)).collect()
    }

    fn perform(&mut self, output: Output, reading: Reading) -> Option<Effect> {
        match output {
            Output::Check { batch, candidates } => {
                assert!(candidates.len() <= 256);
                return Some(Effect::Checked(verify(batch, candidates)));
            }
            Output::Store { envelopes, .. } => {
                for stored in envelopes {
                    assert!(is_genuine(&stored), "something that no pen signed was stored");
                    self.stored.push(stored.id());
                    let before = self.store.insert(stored.id(), stored);
                    assert!(before.is_none(), "stored twice");
                }
            }
            Output::Drop { envelopes, floors } => {
                for id in envelopes {
                    let gone = self.store.remove(&id).expect("dropped what was not stored");
                    let over = reading.is_past(gone.header().expires);
                    assert!(over || !floors.is_empty(), "dropped without a reason");
                }
                self.floors.extend(floors);
            }
            Output::Carry { channel, keep: true, pinned, own } => drop(self.carried.insert(channel, (pinned, own))),
            Output::Carry { channel, keep: false, .. } => drop(self.carried.remove(&channel)),
            Output::Send { peer, exchange, parcel } => {
                let frame = self.frame(&parcel);
                assert!(frame.len() <= self.limits.frame, "a frame of {} bytes", frame.len());
                return Some(Effect::Send { peer, exchange, frame });
            }
            Output::Disconnect { peer, fault } => return Some(Effect::Disconnect { peer, fault }),
            Output::Tell(event) => self.told.push(event),
            Output::WakeAt(at) => return Some(Effect::WakeAt(at)),
        }
        None
    }

    fn frame(&self, parcel: &Parcel) -> Vec<u8> {
        parcel.frame(|id| self.store.get(id).map(|stored| Arc::clone(stored.bytes())))
    }
}

/// Whether an honest pen signed it, asked anew but once for the same bytes.
fn is_genuine(envelope: &Envelope) -> bool {
    thread_local! {
        static FOUND: RefCell<HashMap<Vec<u8>, bool>> = RefCell::default();
    }
    let signed = || envelope.clone().verify(&envelope.header().pen.check().unwrap()).is_ok();
    let found = |found: &mut HashMap<Vec<u8>, bool>| *found.entry(envelope.bytes().to_vec()).or_insert_with(signed);
    pool().is_genuine(envelope) || FOUND.with_borrow_mut(found)
}

/// Verifies as any node does, remembering for all of them what was found about the same bytes.
fn verify(batch: BatchNo, candidates: Vec<Candidate>) -> Checked {
    thread_local! {
        static FOUND: RefCell<HashMap<Vec<u8>, Option<Refused>>> = RefCell::default();
        static KEYS: RefCell<Keys> = RefCell::default();
    }
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let mut checked = Checked { batch, verified: Vec::new(), refused: Vec::new() };
    for candidate in candidates {
        let envelope = candidate.envelope.clone();
        let key = envelope.bytes().to_vec();
        let found = FOUND.with_borrow(|found| found.get(&key).copied());
        let refused = found.unwrap_or_else(|| {
            let one = KEYS.with_borrow_mut(|keys| check(batch, vec![candidate], keys, &mut rng));
            let refused = one.refused.first().copied();
            FOUND.with_borrow_mut(|found| found.insert(key, refused));
            refused
        });
        match refused {
            Some(refused) => checked.refused.push(refused),
            None => checked.verified.extend(envelope::reread(envelope.id(), envelope.bytes())),
        }
    }
    checked
}
