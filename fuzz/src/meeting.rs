//! A meeting of two nodes of whom one lies as the input says: it runs the real machine, and each of its frames is changed
//! on the way. Unlike frames of any bytes, these come past the greeting.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};

use kenes_core::channel::List;
use kenes_core::envelope::{Body, Envelope, Header, Priority, Sealed, Shelf, VERSION, Verified};
use kenes_core::ids::{ChannelId, EnvelopeId, EpochId};
use kenes_core::relay::{Ends, Exchange, Input, Keys, Limits, Output, PeerNo, Relay, Source, Ticket, check};
use kenes_core::sign::SigningKey;
use kenes_core::time::{BUILT, DAY, HOUR, Reading, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const NOW: Timestamp = BUILT.plus(30 * DAY);
const PEER: PeerNo = PeerNo(1);
/// Frames that arrive before the meeting is over.
const FRAMES: usize = 64;

/// Whatever one says, the other does not panic, sends no frame over the limit, and stores nothing that is not signed. How
/// many envelopes each has in the end.
pub fn meet(script: &[u8]) -> [usize; 2] {
    let (channel, envelopes) = channel();
    let (shared, own) = envelopes.split_at(1);
    let mut script = script.iter().copied();
    let mut nodes = [Node::new([1; 32]), Node::new([2; 32])];
    let mut frames = VecDeque::new();
    for (place, node) in nodes.iter_mut().enumerate() {
        let held = own.iter().skip(place).step_by(2).cloned().collect();
        frames.extend(node.input(Input::Carry { channel: *channel, keep: true, pinned: None }, place));
        for (no, envelopes) in [shared.to_vec(), held].into_iter().enumerate() {
            let ticket = Ticket(no as u64);
            frames.extend(node.input(Input::Deposit { envelopes, ticket, source: Source::Bundle }, place));
        }
        let ends = Ends { ours: vec![place as u8], theirs: vec![1 - place as u8], address: vec![1 - place as u8] };
        frames.extend(node.input(Input::PeerUp { peer: PEER, first: place == 0, added: true, ends }, place));
    }
    for _ in 0..FRAMES {
        let Some((from, exchange, mut frame)) = frames.pop_front() else { break };
        if from == 1 {
            twist(&mut frame, &mut script);
        }
        let to = 1 - from;
        frames.extend(nodes[to].input(Input::Message { peer: PEER, exchange, frame }, to));
    }
    nodes.map(|node| node.store.len())
}

struct Node {
    relay: Relay,
    store: BTreeMap<EnvelopeId, Verified<Envelope>>,
    keys: Keys,
}

/// Who sends, and what.
type Sent = (usize, Exchange, Vec<u8>);

impl Node {
    fn new(seed: [u8; 32]) -> Self {
        let limits = Limits { open: true, ..Limits::default() };
        Self { relay: Relay::new(seed, limits, Vec::new(), []), store: BTreeMap::new(), keys: Keys::default() }
    }

    fn input(&mut self, input: Input, place: usize) -> Vec<Sent> {
        let reading = Reading::judge(NOW, Some(NOW), 1);
        let mut inputs = VecDeque::from([input]);
        let mut sent = Vec::new();
        while let Some(input) = inputs.pop_front() {
            for output in self.relay.handle(input, reading) {
                match output {
                    Output::Check { batch, candidates } => {
                        let mut rng = ChaCha20Rng::from_seed([3; 32]);
                        inputs.push_back(Input::Checked(check(batch, candidates, &mut self.keys, &mut rng)));
                    }
                    Output::Store { envelopes, .. } => {
                        for envelope in envelopes {
                            let honest = &channel().1;
                            assert!(honest.iter().any(|one| one.bytes() == envelope.bytes()), "nobody signed this");
                            self.store.insert(envelope.id(), envelope);
                        }
                    }
                    Output::Drop { envelopes, .. } => envelopes.iter().for_each(|id| drop(self.store.remove(id))),
                    Output::Send { exchange, parcel, .. } => {
                        let frame = parcel.frame(|id| self.store.get(id).map(|stored| Arc::clone(stored.bytes())));
                        assert!(frame.len() <= Limits::default().frame);
                        // The transport numbers requests anew at each end; here both ends use the asker's number.
                        sent.push((place, exchange, frame));
                    }
                    _ => {}
                }
            }
        }
        sent
    }
}

/// Changes a frame as the next bytes of the script say: nothing, a byte, its end, or something more.
fn twist(frame: &mut Vec<u8>, script: &mut impl Iterator<Item = u8>) {
    let mut next = || script.next().unwrap_or_default();
    let kind = next();
    let at = usize::from(next()) | usize::from(next()) << 8;
    let at = at % frame.len().max(1);
    match kind % 8 {
        1 => frame.iter_mut().skip(at).take(1).for_each(|byte| *byte = next()),
        2 => frame.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (next() % 8)),
        3 => frame.truncate(at),
        4 => frame.insert(at, next()),
        5 => frame.extend((0..usize::from(next())).map(|_| kind)),
        6 => frame.iter_mut().skip(at).take(8).for_each(|byte| *byte = next()),
        _ => {}
    }
}

/// A channel of one list, the envelope of that, and talk.
fn channel() -> &'static (ChannelId, Vec<Envelope>) {
    static CHANNEL: OnceLock<(ChannelId, Vec<Envelope>)> = OnceLock::new();
    CHANNEL.get_or_init(|| {
        let pen = SigningKey::from_seed([4; 32]);
        let list = List::first([5; 16], vec![pen.public()], vec![pen.public()]);
        let channel = list.channel();
        let seal = |priority, created: Timestamp, body| {
            let expires = created.plus(20 * DAY);
            let header = Header { version: VERSION, channel, pen: pen.public(), created, expires, priority };
            Envelope::seal(header, body, &pen).expect("an envelope within its limits")
        };
        let talk = |n: u8| {
            let sealed = Sealed {
                epoch: EpochId::from_bytes([6; 32]),
                shelf: Shelf::Talk,
                nonce: [n; 24],
                ciphertext: vec![n; 528],
            };
            seal(Priority::Routine, NOW.minus(u64::from(n) * HOUR).hour(), Body::Sealed(sealed))
        };
        let list = seal(Priority::Control, NOW.minus(DAY).hour(), Body::List(list.sign(None, &[])));
        (channel, std::iter::once(list).chain((0..24).map(talk)).collect())
    })
}
