//! M: what peers say to each other. A machine that carries one channel is met by a peer whose frames are played.

use kenes_core::channel::List;
use kenes_core::envelope::{LONGEST, Priority};
use kenes_core::ids::{self, ChannelId, EnvelopeId, ListId};
use kenes_core::relay::{Carried, Ends, Event, Exchange, Input, Limits, Mark, Output, PeerNo, Relay};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{BUILT, DAY, Reading, Timestamp};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, number, reject};

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            id: "M-1",
            name: "hello",
            says: "`frame` is the first request of a peer. The reply has the number `reply`.",
            check: first_frame,
            cases: hellos,
        },
        Rule {
            id: "M-2",
            name: "requests",
            says: "`frame` is a request of a peer with which we match in the channel `channel`. The reply has the number `reply`.",
            check: later_frame,
            cases: requests,
        },
        Rule {
            id: "M-3",
            name: "tags",
            says: "`tag` names the channel `channel` to a node of the id `receiver` that drew `receiver_nonce`, said by a peer of the id `sender` that drew `sender_nonce`.",
            check: named,
            cases: tags,
        },
    ]
}

const NOW: Timestamp = BUILT.plus(30 * DAY);
const PEER: PeerNo = PeerNo(1);
const THEIRS: [u8; 32] = [0xff; 32];
/// Network ids: bytes of any length, here of the usual one.
const OUR_ID: [u8; 38] = [1; 38];
const THEIR_ID: [u8; 38] = [2; 38];

fn list() -> List {
    let public = |n| SigningKey::from_seed([n; 32]).public();
    List::first([0; 16], vec![public(9)], vec![public(1)])
}

fn channel() -> ChannelId {
    list().channel()
}

/// A machine, its peer, and how many requests that made.
struct Stage(Relay, u64);

impl Stage {
    fn new() -> Self {
        let lists = vec![(EnvelopeId::of(b"list"), list().sign(None, &[]))];
        let carried = Carried { channel: channel(), pinned: None, own: true, lists, floors: Vec::new() };
        let mut relay = Relay::new([1; 32], Limits::default(), vec![carried], []);
        let ends = Ends { ours: OUR_ID.to_vec(), theirs: THEIR_ID.to_vec(), address: Vec::new() };
        relay.handle(Input::PeerUp { peer: PEER, first: false, added: false, ends }, Reading::sure(NOW));
        Self(relay, 0)
    }

    /// The reply's head, or what the peer is charged with.
    fn ask(&mut self, frame: Vec<u8>) -> Result<Vec<u8>, String> {
        let exchange = Exchange::Request(self.1);
        self.1 += 1;
        let mut reply = None;
        for output in self.0.handle(Input::Message { peer: PEER, exchange, frame }, Reading::sure(NOW)) {
            match output {
                Output::Disconnect { fault, .. } => return Err(fault.map_or("LetGo".into(), name)),
                Output::Tell(Event::Charged { reason, .. }) => return Err(name(reason)),
                Output::Send { exchange: Exchange::Reply(_), parcel, .. } => reply = Some(parcel.head),
                _ => {}
            }
        }
        reply.ok_or_else(|| "Silence".into())
    }
}

fn number_of(reply: &[u8]) -> Fields {
    Fields::new().with("reply", reply[0])
}

fn first_frame(input: &Fields) -> Result<Fields, String> {
    Stage::new().ask(input.bytes("frame")).map(|reply| number_of(&reply))
}

fn later_frame(input: &Fields) -> Result<Fields, String> {
    let mut stage = Stage::new();
    let hello = stage.ask(hello(1)).unwrap();
    let named = |id: &[u8]| [&[id.len() as u8], id].concat();
    let channel = input.bytes("channel");
    let bound = [&THEIRS[..], &hello[2..34], &named(&THEIR_ID), &named(&OUR_ID), channel.as_slice()].concat();
    let tag: [u8; 16] = ids::derive("kenes v1 channel tag", &bound)[..16].try_into().unwrap();
    stage.ask(wire::encode(&(1u32, vec![tag]))).unwrap();
    stage.ask(input.bytes("frame")).map(|reply| number_of(&reply))
}

fn named(input: &Fields) -> Result<Fields, String> {
    let mut stage = Stage::new();
    stage.ask(hello(1)).unwrap();
    stage.ask(wire::encode(&(1u32, vec![<[u8; 16]>::try_from(input.bytes("tag")).unwrap()]))).unwrap();
    let matched = stage.0.peers().any(|peer| peer.matched.iter().any(|(channel, _)| *channel == self::channel()));
    if matched { Ok(Fields::new()) } else { Err("Unnamed".into()) }
}

fn tags() -> Vec<Case> {
    let ours: [u8; 32] = Stage::new().ask(hello(1)).unwrap()[2..34].try_into().unwrap();
    let tag = |bound: Vec<u8>| ids::derive("kenes v1 channel tag", &bound)[..16].to_vec();
    let bound = |nonces: [&[u8; 32]; 2], ids: [&[u8]; 2], channel: ChannelId| {
        wire::encode(&(nonces[0], nonces[1], ids[0], ids[1], channel))
    };
    let case = |case: Case, bound: Vec<u8>| {
        let case = case.bytes("channel", channel().as_bytes()).bytes("sender", THEIR_ID).bytes("receiver", OUR_ID);
        case.bytes("sender_nonce", THEIRS).bytes("receiver_nonce", ours).bytes("tag", tag(bound))
    };
    let bad = |what: &str, bound: Vec<u8>| case(reject(what, "Unnamed"), bound);
    let (ids, nonces): ([&[u8]; 2], _) = ([&THEIR_ID, &OUR_ID], [&THEIRS, &ours]);
    vec![
        case(accept("a tag for this connection"), bound(nonces, ids, channel())),
        bad("the receiver's own tag, sent back", bound([&ours, &THEIRS], [&OUR_ID, &THEIR_ID], channel())),
        bad("nonces in the other order", bound([&ours, &THEIRS], ids, channel())),
        bad("ids in the other order", bound(nonces, [&OUR_ID, &THEIR_ID], channel())),
        bad("a tag for another receiver", bound(nonces, [&THEIR_ID, &[3; 38]], channel())),
        bad("a tag by another sender", bound(nonces, [&[3; 38], &OUR_ID], channel())),
        bad("a tag without ids", [&THEIRS[..], &ours, channel().as_bytes()].concat()),
        bad("ids without their lengths", [&THEIRS[..], &ours, &THEIR_ID, &OUR_ID, channel().as_bytes()].concat()),
        bad("another channel", bound(nonces, ids, ChannelId::from_bytes([8; 32]))),
    ]
}

fn hello(version: u8) -> Vec<u8> {
    wire::encode(&(0u32, version, THEIRS, Some(NOW), false))
}

fn hellos() -> Vec<Case> {
    let case = |case: Case, frame: &[u8]| case.bytes("frame", frame);
    let none = |what: &str, frame: &[u8]| case(reject(what, "Malformed"), frame);
    let good = hello(1);
    let doubting = wire::encode(&(0u32, 1u8, THEIRS, None::<Timestamp>, true));
    vec![
        case(accept("hello"), &good),
        case(accept("hello of an open relay that doubts its clock"), &doubting),
        case(reject("version 2", "LetGo"), &hello(2)),
        case(reject("channels before hello", "Unasked"), &wire::encode(&(1u32, vec![[7u8; 16]]))),
        none("nothing", &[]),
        none("cut after the nonce", &good[..34]),
        none("the number of the request in three bytes", &[&[251, 0, 0], &good[1..]].concat()),
        none("the clock in nine bytes", &[&good[..35], &[253], &good[36..40], &[0; 5]].concat()),
        none("a third truth value", &[&good[..good.len() - 1], &[2]].concat()),
        none("three bytes follow, which are no length", &[good.as_slice(), &[1, 0, 0]].concat()),
        none("a tenth kind of request", &[&[9], &good[1..]].concat()),
        none("text", b"GET / HTTP/1.1\r\n\r\n"),
    ]
}

type Span = (Option<(u64, Vec<u8>)>, u32);

/// Spans of which nothing more is said than `Same`.
fn query(spans: &[Span]) -> Vec<u8> {
    let ahead = NOW.plus(2 * DAY);
    let mut bytes = wire::encode(&(7u32, channel(), 5u64, NOW, ahead, false, spans.len() as u64));
    for (upto, part) in spans {
        match upto {
            Some((hours, prefix)) => bytes.extend(wire::encode(&(0u32, *hours, prefix.clone()))),
            None => bytes.extend(wire::encode(&1u32)),
        }
        bytes.extend(wire::encode(part));
    }
    bytes
}

fn requests() -> Vec<Case> {
    let case = |case: Case, frame: Vec<u8>| case.bytes("channel", channel().as_bytes()).bytes("frame", frame);
    let good = |what: &str, frame: Vec<u8>| case(accept(what), frame);
    let bad = |what: &str, error: &str, frame: Vec<u8>| case(reject(what, error), frame);
    let none = |what: &str, frame: Vec<u8>| bad(what, "Malformed", frame);
    let senseless = |what: &str, spans: &[Span]| bad(what, "BadSync", query(spans));
    let tags = |tags: Vec<[u8; 16]>| wire::encode(&(1u32, tags));
    let state = wire::encode(&(2u32, channel(), Some((0u32, list().id())), 0u64, [0u8; 16], [0u8; 8], Some(NOW)));
    let other = ChannelId::from_bytes([8; 32]);
    let floor = |n: u64| {
        (
            PublicKey::from_bytes(number(n)),
            Priority::Routine,
            Mark { created: NOW, id: EnvelopeId::from_bytes([1; 32]) },
        )
    };
    let floors = |floors: Vec<(PublicKey, Priority, Mark)>| wire::encode(&(3u32, channel(), floors));
    let offer = |n: u8| ([n; 16], Priority::Routine, 700u32);
    let offers = |offers: Vec<([u8; 16], Priority, u32)>| wire::encode(&(5u32, channel(), offers));
    let push = |rest: &[u8]| [wire::encode(&(6u32, channel(), 0u32, 0u64)).as_slice(), rest].concat();
    let framed = |bytes: &[u8]| [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
    let at = |hours: u64, prefix: &[u8]| (Some((hours, prefix.to_vec())), 0u32);
    let end: Span = (None, 0);
    vec![
        good("channels", tags(vec![[1; 16], [2; 16]])),
        none("tags in falling order", tags(vec![[2; 16], [1; 16]])),
        none("a tag twice", tags(vec![[1; 16]; 2])),
        good("state", state.clone()),
        none("state, cut short", state[..state.len() - 1].to_vec()),
        good(
            "state of a channel that is not carried here",
            wire::encode(&(2u32, other, None::<(u32, ListId)>, 0u64, [0u8; 16], [0u8; 8], None::<Timestamp>)),
        ),
        good("floors", floors(vec![floor(1), floor(2)])),
        none("a floor of a fifth class", {
            let mut bytes = floors(vec![floor(1)]);
            bytes[1 + 32 + 1 + 32] = 4;
            bytes
        }),
        good("introduce, to a node that is not open", wire::encode(&(4u32, other))),
        good("announce", offers(vec![offer(1), offer(2)])),
        bad("513 offers", "TooMuch", offers((0..513u32).map(|_| offer(1)).collect())),
        none("2^64-1 offers", [wire::encode(&(5u32, channel())), wire::encode(&u64::MAX)].concat()),
        good("push of nothing", push(&[])),
        none("push of what is no envelope", push(&framed(b"\x01no envelope"))),
        good("push of what is of a later version", push(&framed(b"\x02 and more"))),
        none("push of an empty envelope", push(&framed(b""))),
        none("push of an envelope cut short", push(&[9, 0, 0, 0, 1])),
        none("push of an envelope of 64 KiB and a byte", push(&framed(&vec![0; LONGEST + 1]))),
        none("push of an envelope of 4 GiB", push(&[0xff; 4])),
        none("push for a fourth cause", wire::encode(&(6u32, channel(), 3u32, 0u64))),
        good("a query about everything", query(std::slice::from_ref(&end))),
        good("a query about two spans", query(&[at(500_000, &[1]), end.clone()])),
        senseless("a query that does not reach the end", &[at(500_000, &[1])]),
        senseless("a query about nothing", &[]),
        senseless("a query that goes on after the end", &[end.clone(), end.clone()]),
        senseless("a bound twice", &[at(500_000, &[1]), at(0, &[1]), end.clone()]),
        senseless("bounds in falling order", &[at(500_000, &[2]), at(0, &[1]), end.clone()]),
        senseless("a bound that ends in a zero byte", &[at(500_000, &[1, 0]), end.clone()]),
        senseless("a bound of 33 bytes", &[at(500_000, &[1; 33]), end.clone()]),
        senseless("a bound beyond all time", &[at(u64::MAX, &[1]), end.clone()]),
        none("a third kind of bound", {
            let mut bytes = query(&[]);
            bytes.pop();
            [bytes, vec![1, 2, 0]].concat()
        }),
        none("a sixth kind of part", query(&[(None, 5)])),
        good("get what is not here", wire::encode(&(8u32, channel(), vec![[1u8; 16]]))),
        bad("hello a second time", "LetGo", hello(1)),
    ]
}
