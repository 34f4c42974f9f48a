//! A machine with one or two peers that are played by hand, message by message: what a single lie comes to.
//! Whole meshes, with liars in them, are in the simulation.

use std::collections::VecDeque;

use rand_core::SeedableRng;

use super::message::{Cause, End, Hello, Offer, Query, Reply, Request, Short, State, tag};
use super::reconcile::{Part, Span, Upto};
use super::*;
use crate::channel::List;
use crate::envelope::{Body, Envelope, Header, Priority, Sealed, Shelf, VERSION};
use crate::ids::EpochId;
use crate::sign::SigningKey;
use crate::time::{BUILT, DAY, HOUR};
use crate::wire;

mod carried;
mod gets;
mod last;
mod looks;
mod many;
mod places;
mod tags;
mod turns;
mod wants;

const NOW: Timestamp = BUILT.plus(30 * DAY);
/// What is made later is too early for anybody.
const LATEST: Timestamp = NOW.plus(2 * DAY);
const OURS: PeerNo = PeerNo(1);
const THEIRS: [u8; 32] = [0xff; 32];

fn pen(n: u8) -> SigningKey {
    SigningKey::from_seed([n; 32])
}

fn first() -> List {
    List::first([0; 16], vec![pen(9).public()], vec![pen(1).public()])
}

fn talk(by: u8, n: u64) -> Envelope {
    let (created, priority) = (NOW.hour(), Priority::Routine);
    let header = Header {
        version: VERSION,
        channel: first().channel(),
        pen: pen(by).public(),
        created,
        expires: created.plus(DAY),
        priority,
    };
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&n.to_le_bytes());
    let sealed = Sealed { epoch: EpochId::from_bytes([1; 32]), shelf: Shelf::Talk, nonce, ciphertext: vec![0; 528] };
    Envelope::seal(header, Body::Sealed(sealed), &pen(by)).unwrap()
}

fn ends(peer: PeerNo) -> Ends {
    Ends { ours: b"us".to_vec(), theirs: peer.0.to_le_bytes().to_vec(), address: b"there".to_vec() }
}

/// The machine, and what it asked for and was not given yet.
struct Stage {
    relay: Relay,
    now: Timestamp,
    keys: Keys,
    said: VecDeque<(PeerNo, Exchange, Parcel)>,
    gone: Vec<Option<Reason>>,
    stored: usize,
    candidates: usize,
    told: Vec<Event>,
}

impl Stage {
    /// A machine that has `envelopes` of its own and matches the peers in our one channel.
    fn with(envelopes: &[Envelope], peers: u64) -> Self {
        let lists = vec![(EnvelopeId::of(b"list"), first().sign(None, &[]))];
        let carried = Carried { channel: first().channel(), pinned: None, own: true, lists, floors: Vec::new() };
        let relay = Relay::new([1; 32], Limits::default(), vec![carried], envelopes.iter().map(Entry::of));
        let (said, gone, told) = (VecDeque::new(), Vec::new(), Vec::new());
        let mut stage = Self { relay, now: NOW, keys: Keys::default(), said, gone, stored: 0, candidates: 0, told };
        (1..=peers).for_each(|peer| stage.meet(PeerNo(peer)));
        stage
    }

    fn meet(&mut self, peer: PeerNo) {
        self.meet_as(peer, ends(peer), false);
    }

    fn meet_as(&mut self, peer: PeerNo, ends: Ends, added: bool) {
        self.input(Input::PeerUp { peer, first: false, added, ends });
        let hello = Hello { version: message::VERSION, nonce: THEIRS, clock: Some(NOW), open: false };
        assert!(matches!(self.ask(peer, &Request::Hello(hello), &[]), Some(Reply::Hello(_))));
        self.name(peer);
    }

    /// The peer names our one channel.
    fn name(&mut self, peer: PeerNo) {
        let state = self.relay.peers.get(&peer).unwrap();
        let (Ends { ours, theirs, .. }, nonce) = (state.ends.clone(), state.nonce);
        let (us, them) = (End { nonce: &nonce, id: &ours }, End { nonce: &THEIRS, id: &theirs });
        let tags = vec![tag(&first().channel(), them, us)];
        assert!(matches!(self.ask(peer, &Request::Channels { tags }, &[]), Some(Reply::Channels { .. })));
    }

    fn input(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for output in self.relay.handle(input, Reading::sure(self.now)) {
                match output {
                    Output::Check { batch, candidates } => {
                        self.candidates += candidates.len();
                        let mut rng = ChaCha20Rng::from_seed([2; 32]);
                        inputs.push_back(Input::Checked(check(batch, candidates, &mut self.keys, &mut rng)));
                    }
                    Output::Store { envelopes, .. } => self.stored += envelopes.len(),
                    Output::Send { peer, exchange, parcel } => self.said.push_back((peer, exchange, parcel)),
                    Output::Disconnect { fault, .. } => self.gone.push(fault),
                    Output::Tell(event) => self.told.push(event),
                    Output::Drop { .. } | Output::Carry { .. } | Output::WakeAt(_) => {}
                }
            }
        }
    }

    fn pass(&mut self, secs: u64) {
        self.now = self.now.plus(secs);
        self.input(Input::Tick);
    }

    fn frame(message: Vec<u8>, envelopes: &[Envelope]) -> Vec<u8> {
        let put = |mut frame: Vec<u8>, envelope: &Envelope| {
            frame.extend_from_slice(&(envelope.bytes().len() as u32).to_le_bytes());
            frame.extend_from_slice(envelope.bytes());
            frame
        };
        envelopes.iter().fold(message, put)
    }

    /// Sends a request; the reply, if there is one already.
    fn ask(&mut self, peer: PeerNo, request: &Request, envelopes: &[Envelope]) -> Option<Reply> {
        let frame = Self::frame(wire::encode(request), envelopes);
        self.input(Input::Message { peer, exchange: Exchange::Request(77), frame });
        let place = self.said.iter().position(|(to, exchange, _)| (*to, *exchange) == (peer, Exchange::Reply(77)))?;
        let (_, _, parcel) = self.said.remove(place)?;
        wire::decode(&parcel.head, 1 << 20).ok()
    }

    /// What the machine asks next, and under which number.
    fn asked(&mut self) -> Option<(PeerNo, u64, Request)> {
        let (peer, exchange, parcel) = self.said.pop_front()?;
        let Exchange::Request(no) = exchange else { panic!("a reply to nothing") };
        Some((peer, no, wire::decode(&parcel.head, 1 << 20).unwrap()))
    }

    fn reply(&mut self, peer: PeerNo, no: u64, reply: &Reply) {
        self.input(Input::Message { peer, exchange: Exchange::Reply(no), frame: wire::encode(reply) });
    }

    fn state(&self, count: u64, print: u8) -> Request {
        let channel = first().channel();
        let tips = vec![(0, first().id())];
        let own = Stock::new(channel, false, None, 0).state(Reading::sure(NOW));
        Request::State { channel, state: State { tips, count, print: [print; 16], clock: Some(NOW), ..own } }
    }

    fn push(&self) -> Request {
        Request::Push { channel: first().channel(), cause: Cause::Live, gone: Vec::new() }
    }

    fn charges(&self, wanted: Reason) -> usize {
        self.told.iter().filter(|event| matches!(event, Event::Charged { reason, .. } if *reason == wanted)).count()
    }
}

#[test]
fn a_sync_that_never_narrows_ends_after_sixteen_rounds() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 1);
    stage.ask(OURS, &stage.state(0, 1), &[]);
    let mut rounds = 0;
    while let Some((peer, no, Request::Query(Query { session, .. }))) = stage.asked() {
        rounds += 1;
        assert!(rounds <= 16);
        let spans = vec![Span { upto: Upto::End, part: Part::Print([rounds; 6]) }];
        stage.reply(peer, no, &Reply::Answer { session, spans });
    }
    assert_eq!(rounds, 16);
}

#[test]
fn a_turn_asks_no_more_once_its_bytes_are_spent() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 1);
    stage.relay.limits.turn_bytes = 30_000;
    stage.ask(OURS, &stage.state(0, 1), &[]);
    let mut rounds = 0;
    while let Some((_, no, Request::Query(Query { session, .. }))) = stage.asked() {
        rounds += 1;
        let spans = vec![Span { upto: Upto::End, part: Part::Print([rounds; 6]) }];
        let many: Vec<Envelope> = (0..15).map(|n| talk(1, 1_000 * u64::from(rounds) + n)).collect();
        let frame = Stage::frame(wire::encode(&Reply::Answer { session, spans }), &many);
        stage.input(Input::Message { peer: OURS, exchange: Exchange::Reply(no), frame });
        stage.said.retain(|(_, _, parcel)| matches!(wire::decode(&parcel.head, 1 << 20), Ok(Request::Query(_))));
    }
    assert_eq!(rounds, 3);
}

#[test]
fn an_answer_for_which_verification_has_no_room_is_left_to_the_next_turn() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 1);
    stage.relay.limits.peer_checking_bytes = 5_000;
    stage.ask(OURS, &stage.state(0, 1), &[]);
    let Some((_, no, Request::Query(Query { session, .. }))) = stage.asked() else { panic!("no query") };
    let many: Vec<Envelope> = (100..115).map(|n| talk(1, n)).collect();
    let frame = Stage::frame(wire::encode(&Reply::Answer { session, spans: Vec::new() }), &many);
    stage.input(Input::Message { peer: OURS, exchange: Exchange::Reply(no), frame });
    assert_eq!((stage.candidates, stage.charges(Reason::TooMuch)), (0, 0));
    stage.now = stage.now.plus(5);
    stage.input(Input::Tick);
    assert!(matches!(stage.asked(), Some((_, _, Request::State { .. }))), "it does not look again soon");
}

#[test]
fn a_query_as_long_as_a_frame_is_answered_within_one() {
    let base = Entry::of(&talk(1, 0));
    let mut entries: Vec<Entry> = (0..40_000u32)
        .map(|n| Entry { id: EnvelopeId::of(&n.to_le_bytes()), created: base.created.minus(10 * HOUR), ..base })
        .collect();
    entries.sort_by_key(|entry| entry.id);
    let lists = vec![(EnvelopeId::of(b"list"), first().sign(None, &[]))];
    let carried = Carried { channel: first().channel(), pinned: None, own: true, lists, floors: Vec::new() };
    let mut stage = Stage::with(&[], 0);
    stage.relay = Relay::new([1; 32], Limits::default(), vec![carried], entries.clone());
    stage.meet(OURS);
    let mark = |hours, id: &[u8]| {
        let length = id.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
        Span { upto: Upto::Mark { hours, prefix: id[..length].to_vec() }, part: Part::Print([9; 6]) }
    };
    let hour = base.created.as_secs() / HOUR - 10;
    let many = entries.iter().step_by(40).skip(1).enumerate();
    let mut spans: Vec<Span> =
        many.map(|(n, entry)| mark(if n == 0 { hour } else { 0 }, entry.id.as_bytes())).collect();
    spans.extend((1..23_000u64).map(|n| mark(u64::from(n == 1), &[&n.to_be_bytes()[..], &[1; 24]].concat())));
    spans.push(Span { upto: Upto::End, part: Part::List(Vec::new()) });
    let (channel, cut, ahead) = (first().channel(), NOW.minus(DAY), NOW.plus(2 * DAY));
    let query = Request::Query(Query { channel, session: 5, cut, ahead, full: false, spans });
    let frame = wire::encode(&query);
    assert!((1 << 19..=1 << 20).contains(&frame.len()), "{}", frame.len());
    stage.input(Input::Message { peer: OURS, exchange: Exchange::Request(77), frame });
    let (_, _, parcel) = stage.said.back().unwrap();
    let follow = parcel.envelopes.len() * message::framed(base.size);
    assert!(parcel.head.len() + follow <= 1 << 20, "{} + {follow}", parcel.head.len());
}

#[test]
fn what_a_peer_refuses_is_left_out_of_the_next_turn_with_it() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 1);
    let mut pushed = Vec::new();
    for turn in 0..4 {
        stage.ask(OURS, &stage.state(0, turn), &[]);
        let Some((_, no, Request::Query(Query { session, .. }))) = stage.asked() else { panic!("no turn") };
        let spans = vec![Span { upto: Upto::End, part: Part::List(Vec::new()) }];
        stage.reply(OURS, no, &Reply::Answer { session, spans });
        let push = stage.said.pop_front().map(|(_, exchange, parcel)| (exchange, parcel.envelopes.len()));
        if let Some((Exchange::Request(no), count)) = push {
            stage.reply(OURS, no, &Reply::Ack { stored: 0, refused: count as u32 });
        }
        pushed.push(push.map_or(0, |(_, count)| count));
        stage.said.clear();
    }
    assert_eq!(pushed, [20, 0, 20, 0]);
}

#[test]
fn a_lying_fingerprint_costs_one_turn_until_the_next_interval() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 1);
    for _ in 0..5 {
        stage.ask(OURS, &stage.state(0, 1), &[]);
        while let Some((peer, no, request)) = stage.asked() {
            match request {
                Request::Query(Query { session, .. }) => {
                    stage.reply(peer, no, &Reply::Answer { session, spans: Vec::new() });
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let synced = stage.told.iter().filter(|event| matches!(event, Event::Synced { .. })).count();
    assert_eq!(synced, 5);
    assert!(stage.gone.is_empty());
}

#[test]
fn an_answer_of_another_session_and_a_reply_of_another_kind_end_the_acquaintance() {
    for wrong in [Reply::Answer { session: 1, spans: Vec::new() }, Reply::Given, Reply::Wanted { bits: vec![1] }] {
        let mut stage = Stage::with(&[talk(1, 1)], 1);
        stage.ask(OURS, &stage.state(0, 1), &[]);
        let Some((peer, no, Request::Query(_))) = stage.asked() else { panic!("no query") };
        stage.reply(peer, no, &wrong);
        assert_eq!(stage.gone, [Some(Reason::Unasked)]);
    }
}

#[test]
fn a_reply_to_nothing_is_nothing() {
    let mut stage = Stage::with(&[], 1);
    stage.reply(OURS, 12_345, &Reply::Given);
    assert!(stage.gone.is_empty() && stage.said.is_empty());
}

#[test]
fn a_session_is_served_sixteen_rounds_and_no_more() {
    let mut stage = Stage::with(&[talk(1, 1)], 1);
    let channel = first().channel();
    let spans = vec![Span { upto: Upto::End, part: Part::Print([0; 6]) }];
    let query = |session| {
        Request::Query(Query { channel, session, cut: NOW, ahead: LATEST, full: false, spans: spans.clone() })
    };
    for _ in 0..16 {
        assert!(matches!(stage.ask(OURS, &query(5), &[]), Some(Reply::Answer { .. })));
    }
    assert_eq!(stage.ask(OURS, &query(5), &[]), Some(Reply::Busy));
    assert_eq!(stage.charges(Reason::BadSync), 1);
}

#[test]
fn two_that_sync_again_and_again_do_not_keep_a_third_waiting() {
    let mut stage = Stage::with(&[talk(1, 1)], 3);
    let channel = first().channel();
    let mut asked = 0;
    let mut begins = |stage: &mut Stage, peer| {
        asked += 1;
        let spans = vec![Span { upto: Upto::End, part: Part::Same }];
        let query = Query { channel, session: asked, cut: NOW, ahead: LATEST, full: false, spans };
        stage.ask(PeerNo(peer), &Request::Query(query), &[]) != Some(Reply::Busy)
    };
    assert!(begins(&mut stage, 1) && begins(&mut stage, 2) && !begins(&mut stage, 3));
    // The two begin again all the time, each before the third can.
    let tried = (0..60).find(|_| {
        stage.now = stage.now.plus(2);
        begins(&mut stage, 1);
        begins(&mut stage, 2);
        begins(&mut stage, 3)
    });
    assert!(tried.is_some_and(|tried| tried < 12), "{tried:?}");
}

#[test]
fn a_turn_sees_what_it_began_with_copies_a_channel_once_and_cannot_have_more_by_asking_anew() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 1);
    let channel = first().channel();
    let ask = |stage: &mut Stage, session, ahead, full| {
        let spans = vec![Span { upto: Upto::End, part: Part::Print([0; 6]) }];
        stage.ask(OURS, &Request::Query(Query { channel, session, cut: NOW, ahead, full, spans }), &[])
    };
    let copied = |stage: &Stage, session| stage.relay.sees_snapshot(OURS, &channel, session);
    stage.ask(OURS, &stage.state(20, 1), &[]);
    stage.said.clear();
    assert_eq!(ask(&mut stage, 1, NOW, false), Some(Reply::Busy), "a bound that no clock explains");
    let plain = ask(&mut stage, 2, LATEST, false);
    assert_eq!(ask(&mut stage, 2, NOW.minus(DAY), true), plain);
    assert!(!copied(&stage, 2));
    assert!(matches!(ask(&mut stage, 3, LATEST, true), Some(Reply::Answer { .. })) && copied(&stage, 3));
    // It lets go of the channel and matches in it again.
    stage.ask(OURS, &Request::Channels { tags: Vec::new() }, &[]);
    stage.name(OURS);
    stage.ask(OURS, &stage.state(20, 1), &[]);
    stage.said.clear();
    assert_eq!(ask(&mut stage, 4, LATEST, true), Some(Reply::Busy));
    assert!(matches!(ask(&mut stage, 5, LATEST, false), Some(Reply::Answer { .. })));
}

#[test]
fn sessions_are_rationed_and_so_is_what_makes_them_dear() {
    let mut stage = Stage::with(&[talk(1, 1)], 1);
    let channel = first().channel();
    let spans = vec![Span { upto: Upto::End, part: Part::Same }];
    let mut ask = |session, cut, full| {
        let query = Query { channel, session, cut, ahead: LATEST, full, spans: spans.clone() };
        stage.ask(OURS, &Request::Query(query), &[]) != Some(Reply::Busy)
    };
    assert!(!ask(1, NOW.plus(DAY), false), "a cut that no clock explains");
    assert!(ask(2, NOW, true) && !ask(3, NOW, true), "two full checks at once");
    let served = (10..200).filter(|session| ask(*session, NOW, false)).count();
    assert!(served <= 64, "{served}");
}

#[test]
fn bodies_that_were_not_asked_for_are_taken_up_to_the_burst() {
    let mut stage = Stage::with(&[], 1);
    for part in 0..5 {
        let flood: Vec<Envelope> = (0..100).map(|n| talk(1, part * 100 + n)).collect();
        let push = stage.push();
        stage.ask(OURS, &push, &flood);
    }
    // A quarter is kept for what presses.
    assert_eq!((stage.candidates, stage.stored), (150, 150));
    stage.now = stage.now.plus(1);
    let more: Vec<Envelope> = (600..700).map(|n| talk(1, n)).collect();
    let push = stage.push();
    stage.ask(OURS, &push, &more);
    assert_eq!(stage.stored, 200);
}

#[test]
fn an_envelope_of_a_later_version_is_ignored_and_costs_its_bearer_nothing() {
    let mut stage = Stage::with(&[], 1);
    let mut later = talk(1, 1).bytes().to_vec();
    later[0] = VERSION + 1;
    later.truncate(300);
    let framed = |bytes: &[u8]| [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
    for _ in 0..50 {
        let frame = [wire::encode(&stage.push()), framed(&later), framed(talk(1, 2).bytes())].concat();
        stage.input(Input::Message { peer: OURS, exchange: Exchange::Request(5), frame });
    }
    assert_eq!((stage.charges(Reason::Malformed), stage.stored, stage.gone.len()), (0, 1, 0));
}

#[test]
fn a_repeated_id_is_stored_once_and_a_corrupted_copy_does_not_suppress_the_true_one() {
    let mut stage = Stage::with(&[], 1);
    let mut bytes = talk(1, 1).bytes().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let corrupted = Envelope::decode(&bytes).unwrap();
    let push = stage.push();
    assert_eq!(stage.ask(OURS, &push, std::slice::from_ref(&corrupted)), Some(Reply::Ack { stored: 0, refused: 1 }));
    let frame = [corrupted, talk(1, 1), talk(1, 1), talk(1, 1)];
    assert_eq!(stage.ask(OURS, &push, &frame), Some(Reply::Ack { stored: 1, refused: 1 }));
    assert_eq!(stage.charges(Reason::BadSignature), 2);
}

#[test]
fn a_forger_is_let_go_and_its_forgeries_cost_nobody_else() {
    let mut stage = Stage::with(&[], 2);
    for n in 0..10 {
        let mut bytes = talk(1, n).bytes().to_vec();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let push = stage.push();
        stage.ask(OURS, &push, &[Envelope::decode(&bytes).unwrap()]);
    }
    assert_eq!(stage.gone, [Some(Reason::BadSignature)]);
    let push = stage.push();
    assert_eq!(stage.ask(PeerNo(2), &push, &[talk(1, 1)]), Some(Reply::Ack { stored: 1, refused: 0 }));
}

#[test]
fn an_unknown_pen_counts_against_whoever_was_told_our_lists_only() {
    let mut stage = Stage::with(&[], 1);
    let push = stage.push();
    assert_eq!(stage.ask(OURS, &push, &[talk(2, 1)]), Some(Reply::Ack { stored: 0, refused: 1 }));
    assert_eq!((stage.charges(Reason::UnknownPen), stage.candidates), (0, 0));
    stage.ask(OURS, &stage.state(0, 1), &[]);
    stage.ask(OURS, &push, &[talk(2, 1)]);
    assert_eq!((stage.charges(Reason::UnknownPen), stage.candidates), (1, 0));
}

#[test]
fn asking_for_channels_again_and_again_is_rationed() {
    let mut stage = Stage::with(&[], 1);
    let tags = Request::Channels { tags: vec![[0; 16]] };
    let served = (0..100).filter(|_| matches!(stage.ask(OURS, &tags, &[]), Some(Reply::Channels { .. }))).count();
    assert!(served < 40, "{served}");
}

#[test]
fn nothing_is_said_to_whoever_has_not_said_hello_or_says_it_twice() {
    let mut stage = Stage::with(&[talk(1, 1)], 1);
    stage.input(Input::PeerUp { peer: PeerNo(5), first: false, added: false, ends: ends(PeerNo(5)) });
    assert_eq!(stage.ask(PeerNo(5), &stage.state(0, 1), &[]), None);
    assert_eq!(stage.gone, [Some(Reason::Unasked)]);
    let hello = Hello { version: message::VERSION, nonce: THEIRS, clock: None, open: false };
    assert_eq!(stage.ask(OURS, &Request::Hello(hello), &[]), None);
    assert_eq!(stage.gone, [Some(Reason::Unasked), None], "who begins anew lost a connection, perhaps");
}

#[test]
fn a_frame_that_is_none_or_too_long_ends_the_acquaintance() {
    for (frame, reason) in [
        (vec![200; 5], Reason::Malformed),
        (Vec::new(), Reason::Malformed),
        (vec![0; Limits::default().frame + 1], Reason::TooMuch),
    ] {
        let mut stage = Stage::with(&[], 1);
        stage.input(Input::Message { peer: OURS, exchange: Exchange::Request(1), frame });
        assert_eq!(stage.gone, [Some(reason)]);
    }
}

#[test]
fn a_clock_that_is_set_back_delays_nothing_for_longer_than_before() {
    let mut stage = Stage::with(&[talk(1, 1)], 1);
    stage.now = NOW.minus(5 * DAY);
    stage.input(Input::Tick);
    stage.now = stage.now.plus(400);
    stage.input(Input::Tick);
    assert!(matches!(stage.asked(), Some((_, _, Request::State { .. }))), "no comparison after the interval");
}
