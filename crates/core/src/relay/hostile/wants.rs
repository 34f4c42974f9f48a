//! What is promised and not brought, brought in copies, or brought by too many.

use super::*;
use crate::channel::SignedList;

fn offers(envelopes: &[Envelope]) -> Request {
    let offers = envelopes.iter().map(|one| Offer::of(&Entry::of(one))).collect();
    Request::Announce { channel: first().channel(), offers }
}

fn said(numbers: std::ops::Range<u64>) -> Vec<Envelope> {
    numbers.map(|n| talk(1, n)).collect()
}

/// A peer that was asked how it stands answers; false where it was not asked.
fn stands(stage: &mut Stage, peer: PeerNo) -> bool {
    let Request::State { state, .. } = stage.state(0, 0) else { panic!("no state") };
    let place = stage.said.iter().position(|(to, exchange, parcel)| {
        let request = wire::decode::<Request>(&parcel.head, 1 << 20);
        *to == peer && matches!(exchange, Exchange::Request(_)) && matches!(request, Ok(Request::State { .. }))
    });
    let Some((_, Exchange::Request(no), _)) = place.and_then(|place| stage.said.remove(place)) else { return false };
    stage.reply(peer, no, &Reply::State(state));
    true
}

#[test]
fn copies_of_what_was_asked_for_once_are_not_verified_for_free() {
    let mut stage = Stage::with(&[], 1);
    let channel = first().channel();
    let announce = Request::Announce { channel, offers: vec![Offer::of(&Entry::of(&talk(1, 1)))] };
    stage.ask(OURS, &announce, &[]);
    let push = stage.push();
    stage.ask(OURS, &push, &vec![talk(1, 1); 1_000]);
    assert!(stage.candidates <= 200, "{}", stage.candidates);
    assert_eq!(stage.stored, 1);
}

#[test]
fn what_one_peer_withholds_is_asked_of_another() {
    let mut stage = Stage::with(&[], 2);
    let channel = first().channel();
    let offers = vec![Offer::of(&Entry::of(&talk(1, 1)))];
    let announce = Request::Announce { channel, offers };
    assert_eq!(stage.ask(OURS, &announce, &[]), Some(Reply::Wanted { bits: vec![1] }));
    assert_eq!(stage.ask(PeerNo(2), &announce, &[]), Some(Reply::Wanted { bits: vec![] }));
    stage.now = stage.now.plus(20);
    stage.input(Input::Tick);
    let (peer, no, request) = stage.asked().unwrap();
    assert_eq!((peer, request), (PeerNo(2), Request::Get { channel, ids: vec![Short::of(&talk(1, 1).id())] }));
    let frame = Stage::frame(wire::encode(&Reply::Given), &[talk(1, 1), talk(1, 2)]);
    stage.input(Input::Message { peer, exchange: Exchange::Reply(no), frame });
    assert_eq!(stage.stored, 1, "only what was asked for");
    assert_eq!(stage.charges(Reason::Withheld), 0, "its link may be slow");
    stage.pass(60);
    assert_eq!(stage.charges(Reason::Withheld), 0, "it may be broken");
    assert!(stands(&mut stage, OURS));
    assert_eq!(stage.charges(Reason::Withheld), 1);
}

#[test]
fn what_comes_corrupted_from_one_peer_is_asked_of_another_that_offered_it_meanwhile() {
    let mut stage = Stage::with(&[], 2);
    let channel = first().channel();
    let mut bytes = talk(1, 1).bytes().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let frame = Stage::frame(wire::encode(&stage.push()), &[Envelope::decode(&bytes).unwrap()]);
    let message = Input::Message { peer: OURS, exchange: Exchange::Request(5), frame };
    let mut outputs = stage.relay.handle(message, Reading::sure(NOW));
    let announce = Request::Announce { channel, offers: vec![Offer::of(&Entry::of(&talk(1, 1)))] };
    assert_eq!(stage.ask(PeerNo(2), &announce, &[]), Some(Reply::Wanted { bits: vec![] }));
    let Output::Check { batch, candidates } = outputs.remove(0) else { panic!("no check") };
    let checked = check(batch, candidates, &mut Keys::default(), &mut ChaCha20Rng::from_seed([2; 32]));
    stage.input(Input::Checked(checked));
    assert!(matches!(stage.asked(), Some((PeerNo(2), _, Request::Get { .. }))));
}

/// Copies of the list that everybody has, each with another end and a signature of nobody: they take no pen to make.
#[test]
fn copies_of_a_known_list_that_no_pen_signed_leave_no_wants_behind() {
    let mut stage = Stage::with(&[], 2);
    stage.relay.limits.wants = 50;
    let copies: Vec<Envelope> = (1..=50)
        .map(|hours| {
            let expires = NOW.hour().plus(hours * HOUR);
            let header = Header { expires, priority: Priority::Control, ..*talk(1, 1).header() };
            let copy = Envelope::seal(header, Body::List(first().sign(None, &[])), &pen(1)).unwrap();
            let mut bytes = copy.bytes().to_vec();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            Envelope::decode(&bytes).unwrap()
        })
        .collect();
    let channel = first().channel();
    let offers = copies.iter().map(|copy| Offer::of(&Entry::of(copy))).collect();
    stage.ask(OURS, &Request::Announce { channel, offers }, &[]);
    let push = stage.push();
    stage.ask(OURS, &push, &copies);
    let announce = Request::Announce { channel, offers: vec![Offer::of(&Entry::of(&talk(1, 1)))] };
    assert_eq!(stage.ask(PeerNo(2), &announce, &[]), Some(Reply::Wanted { bits: vec![1] }));
}

#[test]
fn what_came_and_is_not_verified_in_time_is_asked_of_another_and_nobody_is_charged() {
    let mut stage = Stage::with(&[], 2);
    let channel = first().channel();
    let frame = Stage::frame(wire::encode(&stage.push()), &[talk(1, 1)]);
    let message = Input::Message { peer: OURS, exchange: Exchange::Request(5), frame };
    assert!(matches!(stage.relay.handle(message, Reading::sure(NOW))[0], Output::Check { .. }));
    let announce = Request::Announce { channel, offers: vec![Offer::of(&Entry::of(&talk(1, 1)))] };
    assert_eq!(stage.ask(PeerNo(2), &announce, &[]), Some(Reply::Wanted { bits: vec![] }));
    stage.now = stage.now.plus(20);
    stage.input(Input::Tick);
    assert!(matches!(stage.asked(), Some((PeerNo(2), _, Request::Get { .. }))));
    assert_eq!(stage.charges(Reason::Withheld), 0);
}

#[test]
fn a_peer_that_goes_away_leaves_its_promises_to_another() {
    let mut stage = Stage::with(&[], 2);
    let channel = first().channel();
    let announce = Request::Announce { channel, offers: vec![Offer::of(&Entry::of(&talk(1, 1)))] };
    stage.ask(OURS, &announce, &[]);
    stage.ask(PeerNo(2), &announce, &[]);
    stage.input(Input::PeerDown { peer: OURS });
    assert!(matches!(stage.asked(), Some((PeerNo(2), _, Request::Get { .. }))));
}

#[test]
fn whoever_withholds_is_charged_by_the_envelope_and_for_a_while_wanted_from_only_after_others() {
    let mut stage = Stage::with(&[], 2);
    stage.ask(OURS, &offers(&said(0..5)), &[]);
    stage.pass(20);
    stage.pass(60);
    assert!(stands(&mut stage, OURS));
    assert_eq!(stage.charges(Reason::Withheld), 5);
    assert_eq!(stage.ask(OURS, &offers(&said(10..12)), &[]), Some(Reply::Wanted { bits: vec![] }));
    assert_eq!(stage.ask(PeerNo(2), &offers(&said(10..12)), &[]), Some(Reply::Wanted { bits: vec![3] }));
    stage.now = stage.now.plus(600);
    assert_eq!(stage.ask(OURS, &offers(&said(20..22)), &[]), Some(Reply::Wanted { bits: vec![3] }));
}

#[test]
fn a_link_that_stalls_once_is_not_let_go_for_all_that_it_was_to_bring() {
    let mut stage = Stage::with(&[], 1);
    stage.ask(OURS, &offers(&said(0..150)), &[]);
    stage.pass(20);
    stage.pass(60);
    assert!(stands(&mut stage, OURS));
    assert_eq!((stage.charges(Reason::Withheld), stage.gone.len()), (16, 0));
}

#[test]
fn a_link_that_broke_silently_is_charged_with_nothing_and_what_comes_late_after_all_is_owed_no_more() {
    let mut stage = Stage::with(&[], 1);
    let (all, push) = (said(0..150), stage.push());
    stage.ask(OURS, &offers(&all), &[]);
    stage.pass(20);
    stage.pass(60);
    stage.pass(40);
    assert_eq!(stage.charges(Reason::Withheld), 0, "it said nothing");
    stage.ask(OURS, &push, &all[..149]);
    assert!(stands(&mut stage, OURS));
    assert_eq!((stage.charges(Reason::Withheld), stage.stored), (1, 149));
    // The next time it says nothing any more, and is gone.
    stage.ask(OURS, &offers(&said(200..350)), &[]);
    stage.pass(600);
    stage.ask(OURS, &offers(&said(400..550)), &[]);
    stage.pass(20);
    stage.pass(60);
    stage.input(Input::PeerDown { peer: OURS });
    assert_eq!(stage.charges(Reason::Withheld), 1);
}

/// Comes, offers what it has or has not, brings so much of it, and goes away.
fn come_and_go(stage: &mut Stage, no: u64, brings: usize) {
    stage.meet_as(PeerNo(no), ends(OURS), false);
    let (all, push) = (said(10 * no..10 * no + 10), stage.push());
    stage.ask(PeerNo(no), &offers(&all), &[]);
    stage.ask(PeerNo(no), &push, &all[..brings]);
    stage.input(Input::PeerDown { peer: PeerNo(no) });
    stage.said.clear();
}

#[test]
fn whoever_goes_away_owing_again_and_again_and_brings_nothing_is_charged_from_the_third_time_on() {
    let mut stage = Stage::with(&[], 0);
    for no in 1..=10 {
        let before = stage.charges(Reason::Withheld);
        come_and_go(&mut stage, no, 0);
        assert_eq!(stage.charges(Reason::Withheld) - before, if no < 3 { 0 } else { 10 }, "time {no}");
        stage.pass(601);
    }
    // However fast it comes and goes, it is wanted from after all others for ten minutes, and so owes once in them.
    for no in 11..=20 {
        come_and_go(&mut stage, no, 0);
        stage.now = stage.now.plus(59);
    }
    assert_eq!(stage.charges(Reason::Withheld), 90);
}

#[test]
fn whose_link_breaks_again_and_again_and_brings_something_each_time_is_never_charged() {
    let mut stage = Stage::with(&[], 0);
    for no in 1..=20 {
        come_and_go(&mut stage, no, 1);
        stage.pass(61);
    }
    assert_eq!((stage.charges(Reason::Withheld), stage.stored, stage.gone.len()), (0, 20, 0));
}

#[test]
fn whose_link_breaks_now_and_then_is_never_charged() {
    let mut stage = Stage::with(&[], 0);
    for no in 1..=20 {
        come_and_go(&mut stage, no, 0);
        stage.pass(3_601);
    }
    assert_eq!(stage.charges(Reason::Withheld), 0);
}

#[test]
fn whoever_gives_way_to_others_is_not_taken_for_one_who_goes_away_owing() {
    let mut stage = Stage::with(&[], 0);
    stage.relay.limits.strangers = 1;
    for no in 1..=20 {
        stage.meet_as(PeerNo(2 * no), ends(OURS), false);
        stage.ask(PeerNo(2 * no), &offers(&said(10 * no..10 * no + 10)), &[]);
        stage.now = stage.now.plus(40);
        stage.input(Input::PeerUp { peer: PeerNo(2 * no + 1), first: false, added: false, ends: ends(PeerNo(99)) });
        assert!(!stage.relay.peers.contains_key(&PeerNo(2 * no)), "it stays");
        stage.input(Input::PeerDown { peer: PeerNo(2 * no + 1) });
        stage.said.clear();
    }
    assert_eq!(stage.charges(Reason::Withheld), 0);
}

#[test]
fn a_link_on_which_a_frame_takes_a_minute_is_never_charged() {
    let mut stage = Stage::with(&[], 1);
    for turn in 0..5 {
        let all = said(1_000 * turn..1_000 * turn + 150);
        assert!(matches!(stage.ask(OURS, &offers(&all), &[]), Some(Reply::Wanted { .. })));
        stage.pass(20);
        stage.pass(40);
        let push = stage.push();
        stage.ask(OURS, &push, &all);
        stage.pass(40);
        stage.pass(600);
        stands(&mut stage, OURS);
        stage.said.clear();
    }
    assert_eq!((stage.charges(Reason::Withheld), stage.stored, stage.gone.len()), (0, 750, 0));
}

#[test]
fn a_slow_link_that_brings_one_frame_after_the_other_is_not_charged_for_the_last_one() {
    let mut stage = Stage::with(&[], 1);
    let (all, push) = (said(0..150), stage.push());
    stage.ask(OURS, &offers(&all), &[]);
    stage.pass(20);
    for part in all.chunks(100) {
        stage.pass(20);
        stage.pass(20);
        stage.ask(OURS, &push, part);
    }
    stage.pass(60);
    stands(&mut stage, OURS);
    assert_eq!((stage.charges(Reason::Withheld), stage.stored), (0, 150));
}

#[test]
fn whoever_brings_a_little_of_what_it_promised_now_and_then_is_charged_for_the_rest() {
    let mut stage = Stage::with(&[], 1);
    let (all, push) = (said(0..150), stage.push());
    stage.ask(OURS, &offers(&all), &[]);
    for one in &all[..10] {
        stage.pass(10);
        stage.ask(OURS, &push, std::slice::from_ref(one));
    }
    stands(&mut stage, OURS);
    assert_eq!((stage.charges(Reason::Withheld), stage.stored), (16, 10));
}

#[test]
fn what_is_late_and_known_to_be_gone_or_of_a_channel_no_longer_carried_is_owed_no_more() {
    let mut stage = Stage::with(&[], 1);
    stage.ask(OURS, &offers(&said(0..5)), &[]);
    stage.pass(20);
    let (channel, gone) = (first().channel(), said(0..3).iter().map(|one| Short::of(&one.id())).collect());
    stage.ask(OURS, &Request::Push { channel, cause: Cause::Live, gone }, &[]);
    let nothing = Request::Channels { tags: vec![[7; 16]] };
    stage.ask(OURS, &nothing, &[]);
    stage.pass(60);
    stands(&mut stage, OURS);
    assert_eq!(stage.charges(Reason::Withheld), 0);
}

#[test]
fn what_nobody_else_offered_is_looked_for_with_all_others_soon() {
    let mut stage = Stage::with(&[], 3);
    stage.ask(OURS, &offers(&said(0..3)), &[]);
    stage.now = stage.now.plus(20);
    stage.input(Input::Tick);
    stage.said.clear();
    stage.now = stage.now.plus(6);
    stage.input(Input::Tick);
    let asked: BTreeSet<PeerNo> = std::iter::from_fn(|| stage.asked()).map(|(peer, _, _)| peer).collect();
    assert_eq!(asked, BTreeSet::from([PeerNo(2), PeerNo(3)]));
}

#[test]
fn of_what_is_given_each_is_taken_once_and_what_is_missing_is_asked_of_the_next_at_once() {
    let mut stage = Stage::with(&[], 3);
    let all = said(0..2);
    for peer in 1..=3 {
        stage.ask(PeerNo(peer), &offers(&all), &[]);
    }
    stage.now = stage.now.plus(20);
    stage.input(Input::Tick);
    let (peer, no, _) = stage.asked().unwrap();
    let frame = Stage::frame(wire::encode(&Reply::Given), &vec![all[0].clone(); 50]);
    stage.input(Input::Message { peer, exchange: Exchange::Reply(no), frame });
    assert_eq!((stage.candidates, stage.stored), (1, 1));
    let next = if peer == PeerNo(2) { PeerNo(3) } else { PeerNo(2) };
    let get = Request::Get { channel: first().channel(), ids: vec![Short::of(&all[1].id())] };
    assert!(matches!(stage.asked(), Some((peer, _, request)) if (peer, &request) == (next, &get)));
}

/// A peer gives what the machine gets from it, if it has it.
fn give(stage: &mut Stage, has: &[Envelope]) -> Vec<PeerNo> {
    let mut asked = Vec::new();
    while let Some((peer, no, request)) = stage.asked() {
        let Request::Get { ids, .. } = request else { continue };
        let given: Vec<Envelope> = has.iter().filter(|one| ids.contains(&Short::of(&one.id()))).cloned().collect();
        asked.push(peer);
        let frame = Stage::frame(wire::encode(&Reply::Given), &given);
        stage.input(Input::Message { peer, exchange: Exchange::Reply(no), frame });
    }
    asked
}

#[test]
fn what_the_store_lost_is_asked_of_one_matched_peer_after_the_other() {
    let had = said(0..3);
    let mut stage = Stage::with(&had, 3);
    [OURS, PeerNo(2)].into_iter().for_each(|peer| drop(stage.ask(peer, &stage.state(3, 1), &[])));
    stage.said.clear();
    stage.input(Input::Lost { envelopes: vec![had[1].id(), EnvelopeId::of(b"never here")] });
    assert!(!stage.relay.has(&first().channel(), &had[1].id()));
    // The third is not known to know of the match. The first has lost it too.
    let Some((OURS, no, Request::Get { .. })) = stage.asked() else { panic!("not asked") };
    stage.input(Input::Message { peer: OURS, exchange: Exchange::Reply(no), frame: wire::encode(&Reply::Given) });
    assert_eq!(give(&mut stage, &had), [PeerNo(2)]);
    assert!(stage.relay.has(&first().channel(), &had[1].id()));
    assert_eq!((stage.stored, stage.charges(Reason::Withheld)), (1, 0));
}

#[test]
fn a_list_that_the_store_lost_comes_back_from_whoever_is_matched_next_and_was_followed_meanwhile() {
    let signed: SignedList = first().sign(None, &[]);
    let header = Header { priority: Priority::Control, ..*talk(1, 1).header() };
    let list = Envelope::seal(header, Body::List(signed), &pen(1)).unwrap();
    let carried =
        Carried { channel: first().channel(), pinned: None, own: true, lists: Vec::new(), floors: Vec::new() };
    let mut stage = Stage::with(&[], 0);
    stage.relay = Relay::new([1; 32], Limits::default(), vec![carried], []);
    stage.input(Input::Deposit { envelopes: vec![list.clone()], ticket: Ticket(1), source: Source::Bundle });
    stage.input(Input::Lost { envelopes: vec![list.id()] });
    stage.meet(OURS);
    let push = stage.push();
    assert_eq!(stage.ask(OURS, &push, &[talk(1, 1)]), Some(Reply::Ack { stored: 1, refused: 0 }));
    stage.ask(OURS, &stage.state(1, 1), &[]);
    assert_eq!(give(&mut stage, std::slice::from_ref(&list)), [OURS]);
    assert!(stage.relay.has(&first().channel(), &list.id()));
    assert_eq!(stage.stored, 3);
}

#[test]
fn what_a_desk_deposits_waits_until_a_peer_has_it_for_certain() {
    let mut stage = Stage::with(&[], 1);
    let channel = first().channel();
    stage.ask(OURS, &stage.state(0, 1), &[]);
    stage.said.clear();
    let deposit = |stage: &mut Stage, n, reply: Reply| {
        stage.input(Input::Deposit { envelopes: vec![talk(1, n)], ticket: Ticket(n), source: Source::Desk });
        let Some((peer, no, Request::Push { .. })) = stage.asked() else { panic!("not pushed") };
        assert_eq!(stage.relay.unheard(&channel), 1, "it is on its way");
        stage.reply(peer, no, &reply);
        stage.said.clear();
        stage.relay.unheard(&channel)
    };
    assert_eq!(deposit(&mut stage, 1, Reply::Ack { stored: 1, refused: 0 }), 0);
    assert_eq!(deposit(&mut stage, 2, Reply::Ack { stored: 0, refused: 1 }), 1, "it was refused");
    stage.ask(OURS, &offers(&[talk(1, 2)]), &[]);
    assert_eq!(stage.relay.unheard(&channel), 0, "the peer offers it itself");
    assert_eq!(deposit(&mut stage, 3, Reply::Busy), 1);
    let state = stage.relay.channels.get_mut(&channel).unwrap().state(Reading::sure(NOW));
    stage.ask(OURS, &Request::State { channel, state }, &[]);
    assert_eq!(stage.relay.unheard(&channel), 0, "the peer has all");
    let acknowledged = stage.told.iter().filter(|event| matches!(event, Event::Acknowledged { .. })).count();
    assert_eq!(acknowledged, 3);
}

#[test]
fn what_was_left_to_sync_is_not_acknowledged() {
    let mut stage = Stage::with(&[], 1);
    let push = stage.push();
    let reply = stage.ask(OURS, &push, &said(0..160));
    assert_eq!(reply, Some(Reply::Ack { stored: 150, refused: 10 }));
}

#[test]
fn what_is_slow_or_not_there_any_more_costs_its_bearer_nothing() {
    let mut stage = Stage::with(&[], 2);
    stage.ask(OURS, &offers(&said(0..5)), &[]);
    stage.ask(PeerNo(2), &offers(&said(0..5)), &[]);
    stage.now = stage.now.plus(8);
    // One has come, one is gone, and is asked of the other at once; three are on their way.
    let (channel, gone) = (first().channel(), vec![Short::of(&talk(1, 1).id())]);
    stage.ask(OURS, &Request::Push { channel, cause: Cause::Live, gone: gone.clone() }, &said(0..1));
    let Some((PeerNo(2), no, Request::Get { ids, .. })) = stage.asked() else { panic!("not asked") };
    assert_eq!(ids, gone);
    let frame = Stage::frame(wire::encode(&Reply::Given), &said(1..2));
    stage.input(Input::Message { peer: PeerNo(2), exchange: Exchange::Reply(no), frame });
    stage.now = stage.now.plus(8);
    stage.input(Input::Tick);
    assert!(matches!(stage.asked(), Some((PeerNo(2), _, Request::Get { ids, .. })) if ids.len() == 3));
    assert_eq!(stage.ask(OURS, &offers(&said(10..11)), &[]), Some(Reply::Wanted { bits: vec![] }), "not yet");
    let push = stage.push();
    stage.pass(50);
    stage.ask(OURS, &push, &said(2..5));
    stage.pass(60);
    stands(&mut stage, OURS);
    let charged = |event: &Event| matches!(event, Event::Charged { peer: OURS, .. });
    assert!(!stage.told.iter().any(charged), "{:?}", stage.told);
}
