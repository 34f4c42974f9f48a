//! What a sync costs on the wire, beside negentropy 0.5 on the same sets: bytes, rounds and time.
//!
//! `cargo bench -p kenes-core --bench sync`; `-- 1000000` for another number of envelopes. Two relay machines talk in
//! one thread; only what one of them lacks are real, signed envelopes, the rest are entries with random ids.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{Body, Envelope, Header, Kind, Priority, Sealed, Shelf, VERSION};
use kenes_core::ids::{ChannelId, EnvelopeId, EpochId};
use kenes_core::relay::{Carried, Ends, Entry, Exchange, Input, Keys, Limits, Output, PeerNo, Relay, check};
use kenes_core::sign::SigningKey;
use kenes_core::time::{BUILT, DAY, HOUR, Reading, Timestamp};
use negentropy::{Id, Negentropy, NegentropyStorageVector};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const NOW: Timestamp = BUILT.plus(30 * DAY);
const MISSING: usize = 1_000;
/// How far back the sets go, in hours.
const SPAN: u64 = 13 * 24;

fn main() {
    let given: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![100_000] } else { given };
    println!(
        "{:<34} {:>9} {:>7} {:>10} {:>7} {:>8} | {:>10} {:>7} {:>6}",
        "case", "useful", "kenes", "overhead", "rounds", "ms", "negentropy", "ratio", "rounds"
    );
    for size in sizes {
        for (name, place) in [
            ("nothing to do", Place::Nowhere),
            ("newest 1,000 on one side", Place::Newest),
            ("newest 500 on each side", Place::NewestBoth),
            ("1,000 scattered on one side", Place::Scattered),
            ("500 scattered on each side", Place::ScatteredBoth),
        ] {
            run(name, size, place);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Nowhere,
    Newest,
    NewestBoth,
    Scattered,
    ScatteredBoth,
}

struct Sets {
    channel: ChannelId,
    list: (EnvelopeId, SignedList),
    common: Vec<Entry>,
    ours: Vec<Envelope>,
    theirs: Vec<Envelope>,
}

fn sets(size: usize, place: Place) -> Sets {
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let pen = SigningKey::from_seed([1; 32]);
    let first = List::first([0; 16], vec![pen.public()], vec![pen.public()]);
    let channel = first.channel();
    let missing = if place == Place::Nowhere { 0 } else { MISSING };
    let hour = |at: usize| NOW.hour().minus(SPAN * HOUR).plus(at as u64 * SPAN / size as u64 * HOUR);
    let entry = |at: usize, rng: &mut ChaCha20Rng| {
        let mut id = [0; 32];
        rng.fill_bytes(&mut id);
        let id = EnvelopeId::from_bytes(id);
        let created = hour(at);
        let expires = created.plus(30 * DAY);
        Entry {
            id,
            channel,
            pen: pen.public(),
            created,
            expires,
            priority: Priority::Routine,
            kind: Kind::Talk,
            size: 730,
        }
    };
    let common = (0..size - missing).map(|at| entry(at, &mut rng)).collect();
    let real: Vec<Envelope> = (0..missing)
        .map(|n| {
            let at = match place {
                Place::Nowhere | Place::Newest | Place::NewestBoth => size - missing + n,
                Place::Scattered | Place::ScatteredBoth => (rng.next_u64() % size as u64) as usize,
            };
            talk(channel, &pen, n as u64, hour(at))
        })
        .collect();
    let both = matches!(place, Place::NewestBoth | Place::ScatteredBoth);
    let (ours, theirs) = real.into_iter().enumerate().partition::<Vec<_>, _>(|(n, _)| !both || n % 2 == 0);
    let strip = |of: Vec<(usize, Envelope)>| of.into_iter().map(|(_, envelope)| envelope).collect();
    let list = (EnvelopeId::of(b"list"), first.sign(None, &[]));
    Sets { channel, list, common, ours: strip(ours), theirs: strip(theirs) }
}

fn talk(channel: ChannelId, pen: &SigningKey, n: u64, created: Timestamp) -> Envelope {
    let expires = created.plus(30 * DAY);
    let header = Header { version: VERSION, channel, pen: pen.public(), created, expires, priority: Priority::Routine };
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&n.to_le_bytes());
    let sealed = Sealed { epoch: EpochId::from_bytes([1; 32]), shelf: Shelf::Talk, nonce, ciphertext: vec![0; 528] };
    Envelope::seal(header, Body::Sealed(sealed), pen).unwrap()
}

fn run(name: &str, size: usize, place: Place) {
    let sets = sets(size, place);
    let useful: usize = sets.ours.iter().chain(&sets.theirs).map(|envelope| envelope.bytes().len()).sum();
    let ours = kenes(&sets);
    let theirs = negentropy(&sets);
    let ratio = |bytes: usize| match useful {
        0 => "-".into(),
        _ => format!("{:.3}", bytes as f64 / useful as f64),
    };
    println!(
        "{:<34} {:>9} {:>7} {:>10} {:>7} {:>8} | {:>10} {:>7} {:>6}",
        format!("{size}: {name}"),
        useful,
        ratio(ours.bytes),
        ours.bytes - useful,
        ours.rounds,
        ours.millis,
        theirs.bytes - useful,
        ratio(theirs.bytes),
        theirs.rounds,
    );
}

struct Cost {
    bytes: usize,
    rounds: usize,
    millis: u128,
}

struct Side {
    relay: Relay,
    store: BTreeMap<EnvelopeId, Arc<[u8]>>,
    had: usize,
}

fn side(seed: u8, sets: &Sets, own: &[Envelope]) -> Side {
    let carried =
        Carried { channel: sets.channel, pinned: None, own: true, lists: vec![sets.list.clone()], floors: Vec::new() };
    let entries = sets.common.iter().copied().chain(own.iter().map(Entry::of));
    let limits = Limits { channel_bytes: 4 << 30, ..Limits::default() };
    let relay = Relay::new([seed; 32], limits, vec![carried], entries);
    let store = own.iter().map(|envelope| (envelope.id(), Arc::clone(envelope.bytes()))).collect();
    Side { relay, store, had: own.len() }
}

/// Two machines meet and sync. Bytes are counted from the first statement of how the channel stands; rounds are
/// states and queries, each with its reply.
fn kenes(sets: &Sets) -> Cost {
    let mut sides = [side(1, sets, &sets.theirs), side(2, sets, &sets.ours)];
    let all = sets.ours.len() + sets.theirs.len();
    let now = Reading::sure(NOW);
    let mut queue = VecDeque::new();
    let mut keys = Keys::default();
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    let mut cost = Cost { bytes: 0, rounds: 0, millis: 0 };
    for at in [0, 1] {
        let id = |at: usize| vec![at as u8; 38];
        let ends = Ends { ours: id(at), theirs: id(1 - at), address: Vec::new() };
        queue.push_back((at, Input::PeerUp { peer: PeerNo(1), first: at == 0, added: false, ends }));
    }
    let started = Instant::now();
    while let Some((at, input)) = queue.pop_front() {
        for output in sides[at].relay.handle(input, now) {
            match output {
                Output::Check { batch, candidates } => {
                    queue.push_front((at, Input::Checked(check(batch, candidates, &mut keys, &mut rng))));
                }
                Output::Store { envelopes, .. } => {
                    for envelope in envelopes {
                        sides[at].store.insert(envelope.id(), Arc::clone(envelope.bytes()));
                    }
                }
                Output::Send { peer, exchange, parcel } => {
                    let frame = parcel.frame(|id| sides[at].store.get(id).cloned());
                    let meeting = frame[0] < 2 && parcel.envelopes.is_empty() && frame.len() < 64;
                    cost.bytes += if meeting { 0 } else { frame.len() };
                    let asks = matches!(exchange, Exchange::Request(_)) && matches!(frame[0], STATE | QUERY);
                    cost.rounds += usize::from(asks && (sides[0].store.len() < all || all == 0 || frame[0] == QUERY));
                    queue.push_back((1 - at, Input::Message { peer, exchange, frame }));
                }
                Output::Disconnect { fault, .. } => panic!("disconnected: {fault:?}"),
                Output::Drop { .. } | Output::Carry { .. } | Output::Tell(_) | Output::WakeAt(_) => {}
            }
        }
    }
    cost.millis = started.elapsed().as_millis();
    for side in &sides {
        assert_eq!(side.store.len(), all, "not all arrived, of {}", side.had);
    }
    cost
}

const STATE: u8 = 2;
const QUERY: u8 = 7;

/// The side that is ahead starts, as here; what it lacks it asks for by id, and envelopes travel behind their lengths.
fn negentropy(sets: &Sets) -> Cost {
    let storage = |own: &[Envelope]| {
        let mut storage = NegentropyStorageVector::new();
        let entries = sets.common.iter().copied().chain(own.iter().map(Entry::of));
        entries.for_each(|entry| {
            storage.insert(entry.created.as_secs(), Id::from_byte_array(*entry.id.as_bytes())).unwrap()
        });
        storage.seal().unwrap();
        storage
    };
    let (ahead, behind) = (storage(&sets.ours), storage(&sets.theirs));
    let started = Instant::now();
    let mut ahead = Negentropy::borrowed(&ahead, 1 << 20).unwrap();
    let mut behind = Negentropy::borrowed(&behind, 1 << 20).unwrap();
    let (mut have, mut need) = (Vec::new(), Vec::new());
    let mut query = ahead.initiate().unwrap();
    let mut cost = Cost { bytes: 0, rounds: 0, millis: 0 };
    loop {
        let answer = behind.reconcile(&query).unwrap();
        cost.bytes += query.len() + answer.len();
        cost.rounds += 1;
        match ahead.reconcile_with_ids(&answer, &mut have, &mut need).unwrap() {
            Some(next) => query = next,
            None => break,
        }
    }
    cost.millis = started.elapsed().as_millis();
    assert_eq!((have.len(), need.len()), (sets.ours.len(), sets.theirs.len()));
    let envelopes: usize = sets.ours.iter().chain(&sets.theirs).map(|envelope| envelope.bytes().len() + 4).sum();
    cost.bytes += envelopes + 32 * need.len();
    cost
}
