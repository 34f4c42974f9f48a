//! Turns of sync that a peer provokes, puts off or is kept from, and what it has us keep beside them.

use super::*;
use crate::relay::input::{Floor, Mark};
use crate::sign::PublicKey;

fn many(count: u32) -> Vec<Entry> {
    let base = Entry::of(&talk(1, 0));
    let entry = |n: u32| {
        let created = base.created.minus(u64::from(n % 200) * HOUR);
        Entry { id: EnvelopeId::of(&n.to_le_bytes()), created, expires: base.created.plus(10 * DAY), ..base }
    };
    (0..count).map(entry).collect()
}

/// A peer says of itself what we are, so that nothing is left but a full check.
fn mirror(stage: &mut Stage) -> State {
    stage.relay.channels.get_mut(&first().channel()).unwrap().state(Reading::sure(stage.now))
}

#[test]
fn our_turns_that_a_peer_provokes_with_a_wrong_clock_copy_a_channel_no_more_often_than_its_own() {
    let lists = vec![(EnvelopeId::of(b"list"), first().sign(None, &[]))];
    let carried = Carried { channel: first().channel(), pinned: None, own: true, lists, floors: Vec::new() };
    let mut stage = Stage::with(&[], 0);
    stage.relay = Relay::new([1; 32], Limits::default(), vec![carried], many(2_000));
    stage.meet(OURS);
    let mut turns = 0;
    for n in 0..200u8 {
        stage.now = stage.now.plus(u64::from(n % 4 == 0));
        let Request::State { channel, state } = stage.state(0, n) else { panic!("no state") };
        let clock = Some(Timestamp::from_secs(1 << 60));
        stage.ask(OURS, &Request::State { channel, state: State { clock, ..state } }, &[]);
        while let Some((_, no, request)) = stage.asked() {
            if let Request::Query(Query { session, .. }) = request {
                turns += 1;
                stage.reply(OURS, no, &Reply::Answer { session, spans: Vec::new() });
            }
        }
    }
    // 64 at once and four a second, of which each copy takes eight.
    assert!((8..=40).contains(&turns), "{turns} copies in 50 seconds");
}

#[test]
fn a_peer_that_tries_every_six_seconds_has_its_turn_as_well() {
    let mut stage = Stage::with(&[talk(1, 1)], 3);
    stage.relay.limits.resync_secs = 1_000_000;
    let channel = first().channel();
    let mut asked = 0;
    let mut begins = |stage: &mut Stage, peer| {
        asked += 1;
        let spans = vec![Span { upto: Upto::End, part: Part::Same }];
        let query = Query { channel, session: asked, cut: NOW, ahead: LATEST, full: false, spans };
        stage.ask(PeerNo(peer), &Request::Query(query), &[]) != Some(Reply::Busy)
    };
    assert!(begins(&mut stage, 1) && begins(&mut stage, 2) && !begins(&mut stage, 3));
    let turn = (1..300u64).find(|secs| {
        stage.now = stage.now.plus(1);
        if secs % 2 == 0 {
            begins(&mut stage, 1);
            begins(&mut stage, 2);
        }
        secs % 6 == 0 && begins(&mut stage, 3)
    });
    assert!(turn.is_some_and(|secs| secs <= 30), "{turn:?}");
}

/// Answers the machine for so long; the minutes of its full checks. `busy` says of which it will not hear.
fn full_checks(stage: &mut Stage, secs: u64, busy: impl Fn(usize) -> bool) -> Vec<u64> {
    let (mut fulls, began) = (Vec::new(), stage.now);
    while stage.now.since(began) < secs {
        stage.pass(5);
        while let Some((peer, no, request)) = stage.asked() {
            let reply = match request {
                Request::State { .. } => Reply::State(mirror(stage)),
                Request::Query(Query { full: true, session, .. }) => {
                    fulls.push(stage.now.since(began) / 60);
                    match busy(fulls.len()) {
                        true => Reply::Busy,
                        false => Reply::Answer { session, spans: Vec::new() },
                    }
                }
                other => panic!("{other:?}"),
            };
            stage.reply(peer, no, &reply);
        }
    }
    fulls
}

fn ask_state(stage: &mut Stage, peer: PeerNo) {
    let state = mirror(stage);
    stage.ask(peer, &Request::State { channel: first().channel(), state }, &[]);
}

#[test]
fn a_full_check_that_a_peer_is_too_busy_for_is_tried_again_soon_and_not_at_once() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 1);
    ask_state(&mut stage, OURS);
    let fulls = full_checks(&mut stage, 12 * HOUR, |times| times <= 3);
    assert!((4..=6).contains(&fulls.len()), "{fulls:?}");
    assert!(fulls[0] <= 6 * 60 + 10, "{fulls:?}");
    assert!(fulls[..4].windows(2).all(|pair| (10..=20).contains(&(pair[1] - pair[0]))), "{fulls:?}");
    assert!(fulls[3..].windows(2).all(|pair| pair[1] - pair[0] >= 6 * 60), "{fulls:?}");
}

#[test]
fn whoever_never_stays_for_hours_is_checked_in_full_too() {
    let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 0);
    let mut fulls = 0;
    for no in 1..=13 {
        stage.meet(PeerNo(no));
        ask_state(&mut stage, PeerNo(no));
        fulls += full_checks(&mut stage, HOUR, |_| false).len();
        stage.input(Input::PeerDown { peer: PeerNo(no) });
        stage.said.clear();
    }
    assert!((2..=3).contains(&fulls), "{fulls} in 13 hours with 13 peers");
}

#[test]
fn a_query_that_comes_too_early_is_set_aside_only_where_it_is_short() {
    for (names, set_aside) in [(10, true), (4_000, true), (100_000, false)] {
        let mut stage = Stage::with(&[], 0);
        stage.input(Input::PeerUp { peer: OURS, first: true, added: false, ends: ends(OURS) });
        let (_, no, _) = stage.asked().unwrap();
        let hello = Hello { version: message::VERSION, nonce: THEIRS, clock: Some(NOW), open: false };
        stage.reply(OURS, no, &Reply::Hello(hello));
        let (_, no, _) = stage.asked().unwrap();
        let (Ends { ours, theirs, .. }, nonce) = (ends(OURS), stage.relay.peers[&OURS].nonce);
        let (us, them) = (End { nonce: &nonce, id: &ours }, End { nonce: &THEIRS, id: &theirs });
        stage.reply(OURS, no, &Reply::Channels { tags: vec![tag(&first().channel(), them, us)] });
        let spans = vec![Span { upto: Upto::End, part: Part::List(vec![[7; 4]; names]) }];
        let query = Query { channel: first().channel(), session: 1, cut: NOW, ahead: LATEST, full: false, spans };
        stage.ask(OURS, &Request::Query(query), &[]);
        let early = stage.relay.peers[&OURS].matched.values().filter(|matched| matched.early.is_some()).count();
        assert_eq!(early == 1, set_aside, "{names} names");
    }
}

fn floors(count: u32) -> Vec<Floor> {
    let mark = Mark { created: NOW, id: EnvelopeId::of(b"evicted") };
    let pen = |n: u32| PublicKey::from_bytes(*EnvelopeId::of(&n.to_le_bytes()).as_bytes());
    (0..count).map(|n| Floor { pen: pen(n), class: Priority::Bulk, mark }).collect()
}

#[test]
fn floors_are_told_to_whoever_is_matched_only_and_rationed() {
    let mut stage = Stage::with(&[], 0);
    stage.input(Input::PeerUp { peer: OURS, first: false, added: false, ends: ends(OURS) });
    let hello = Hello { version: message::VERSION, nonce: THEIRS, clock: Some(NOW), open: false };
    stage.ask(OURS, &Request::Hello(hello), &[]);
    let ask = Request::Floors { channel: first().channel(), floors: floors(10) };
    assert_eq!(stage.ask(OURS, &ask, &[]), Some(Reply::Unknown));
    stage.name(OURS);
    let told = (0..200).filter(|_| matches!(stage.ask(OURS, &ask, &[]), Some(Reply::Floors { .. }))).count();
    assert_eq!(told, 64);
    stage.pass(10);
    assert!(matches!(stage.ask(OURS, &ask, &[]), Some(Reply::Floors { .. })));
}
