//! Who is asked for what somebody else offered and does not bring, and in how many requests.

use super::*;

fn long(n: u64) -> Envelope {
    let said = talk(1, n);
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&n.to_le_bytes());
    let ciphertext = vec![0; 16_384 + 16];
    let sealed = Sealed { epoch: EpochId::from_bytes([1; 32]), shelf: Shelf::Talk, nonce, ciphertext };
    Envelope::seal(*said.header(), Body::Sealed(sealed), &pen(1)).unwrap()
}

/// Offers as they are, or as a liar says that they are.
fn offers(all: &[Envelope], lie: impl Fn(Offer) -> Offer) -> Request {
    let offers = all.iter().map(|one| lie(Offer::of(&Entry::of(one)))).collect();
    Request::Announce { channel: first().channel(), offers }
}

fn short(one: &Envelope) -> Short {
    Short::of(&one.id())
}

/// The machine's gets from each peer, each answered by an honest machine that has `all`; how often each was asked.
fn give(stage: &mut Stage, all: &[Envelope]) -> BTreeMap<PeerNo, usize> {
    let mut honest = BTreeMap::<PeerNo, Stage>::new();
    let mut count = BTreeMap::new();
    while let Some((peer, no, request)) = stage.asked() {
        if !matches!(request, Request::Get { .. }) {
            continue;
        }
        *count.entry(peer).or_default() += 1;
        let other = honest.entry(peer).or_insert_with(|| Stage::with(all, 1));
        other.input(Input::Message { peer: OURS, exchange: Exchange::Request(no), frame: wire::encode(&request) });
        let (_, _, parcel) = other.said.pop_back().unwrap();
        let given: Vec<Envelope> = all.iter().filter(|one| parcel.envelopes.contains(&one.id())).cloned().collect();
        let frame = Stage::frame(parcel.head, &given);
        assert!(other.told.iter().all(|event| !matches!(event, Event::Charged { .. })), "{:?}", other.told);
        stage.input(Input::Message { peer, exchange: Exchange::Reply(no), frame });
    }
    count
}

#[test]
fn what_somebody_had_and_says_is_gone_is_asked_of_the_next_in_one_request() {
    let all: Vec<Envelope> = (0..200).map(|n| talk(1, n)).collect();
    let mut stage = Stage::with(&[], 2);
    let control = |offer| Offer { priority: Priority::Control, ..offer };
    stage.ask(OURS, &offers(&all, control), &[]);
    stage.ask(PeerNo(2), &offers(&all, |offer| offer), &[]);
    let gone = all.iter().map(short).collect();
    stage.ask(OURS, &Request::Push { channel: first().channel(), cause: Cause::Live, gone }, &[]);
    assert_eq!(give(&mut stage, &all), BTreeMap::from([(PeerNo(2), 1)]));
    assert_eq!((stage.stored, stage.gone.len()), (200, 0));
}

#[test]
fn what_a_broken_link_was_to_bring_is_asked_of_the_next_half_a_frame_at_a_time() {
    let all: Vec<Envelope> = (0..200).map(long).collect();
    let mut stage = Stage::with(&[], 3);
    for part in [&all[..150], &all[150..]] {
        (1..=3).for_each(|peer| drop(stage.ask(PeerNo(peer), &offers(part, |offer| offer), &[])));
        stage.now = stage.now.plus(1);
    }
    stage.input(Input::PeerDown { peer: OURS });
    let open = stage.said.len();
    assert_eq!(open, 1, "one get is open at a time");
    assert_eq!(give(&mut stage, &all), BTreeMap::from([(PeerNo(2), 7)]));
    assert_eq!((stage.stored, stage.gone.len()), (200, 0));
}

#[test]
fn whatever_length_a_liar_says_nobody_honest_is_asked_in_vain_or_charges_us() {
    for size in [1, 65_536] {
        let all: Vec<Envelope> = (0..150).map(long).collect();
        let mut stage = Stage::with(&[], 2);
        stage.ask(OURS, &offers(&all, |offer| Offer { size, ..offer }), &[]);
        stage.ask(PeerNo(2), &offers(&all, |offer| offer), &[]);
        stage.input(Input::PeerDown { peer: OURS });
        give(&mut stage, &all);
        assert_eq!((stage.stored, stage.gone.len()), (150, 0), "of {size} bytes each");
    }
}

#[test]
fn gets_beyond_the_rate_are_put_off_and_cost_nothing() {
    let mut stage = Stage::with(&[talk(1, 1)], 1);
    let get = Request::Get { channel: first().channel(), ids: vec![short(&talk(1, 1))] };
    let given = (0..200).filter(|_| stage.ask(OURS, &get, &[]) == Some(Reply::Given)).count();
    assert_eq!((given, stage.charges(Reason::TooMuch)), (64, 0));
}

#[test]
fn what_nobody_else_offered_and_the_one_who_did_has_no_more_is_looked_for_soon() {
    let mut stage = Stage::with(&[], 2);
    stage.ask(OURS, &offers(&[talk(1, 1)], |offer| offer), &[]);
    let gone = vec![short(&talk(1, 1))];
    stage.ask(OURS, &Request::Push { channel: first().channel(), cause: Cause::Live, gone }, &[]);
    stage.pass(6);
    assert!(matches!(stage.asked(), Some((PeerNo(2), _, Request::State { .. }))));
    assert!(stage.asked().is_none());
}

/// The two are there before and after each other, under their own names or new ones.
#[test]
fn two_that_offer_first_and_hang_up_again_and_again_hold_nothing_back() {
    for anew in [false, true] {
        let mut stage = Stage::with(&[], 0);
        let (honest, announce) = (PeerNo(1_000), offers(&[talk(1, 1)], |offer| offer));
        let meet = |stage: &mut Stage, no: u64| {
            let name = if anew { PeerNo(no) } else { PeerNo(no % 2) };
            stage.meet_as(PeerNo(no), ends(name), false);
            stage.ask(PeerNo(no), &announce, &[]);
        };
        meet(&mut stage, 2);
        stage.meet(honest);
        stage.ask(honest, &announce, &[]);
        meet(&mut stage, 3);
        stage.now = stage.now.plus(14);
        stage.input(Input::PeerDown { peer: PeerNo(2) });
        assert!(matches!(stage.asked(), Some((peer, _, Request::Get { .. })) if peer == honest));
    }
}

#[test]
fn whoever_hung_up_owing_is_wanted_from_after_others_for_a_minute() {
    let mut stage = Stage::with(&[], 1);
    let announce = |n| offers(&[talk(1, n)], |offer| offer);
    stage.ask(OURS, &announce(1), &[]);
    stage.input(Input::PeerDown { peer: OURS });
    stage.meet_as(PeerNo(5), ends(OURS), false);
    assert_eq!(stage.ask(PeerNo(5), &announce(2), &[]), Some(Reply::Wanted { bits: vec![] }));
    stage.pass(60);
    assert_eq!(stage.ask(PeerNo(5), &announce(3), &[]), Some(Reply::Wanted { bits: vec![1] }));
}

fn forged(n: u64) -> Envelope {
    let mut bytes = talk(1, n).bytes().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    Envelope::decode(&bytes).unwrap()
}

#[test]
fn points_outlast_the_connection() {
    let mut stage = Stage::with(&[], 0);
    for no in 1..=2 {
        stage.meet_as(PeerNo(no), ends(OURS), false);
        let push = stage.push();
        stage.ask(PeerNo(no), &push, &(0..6).map(|n| forged(10 * no + n)).collect::<Vec<_>>());
        stage.input(Input::PeerDown { peer: PeerNo(no) });
    }
    assert_eq!(stage.gone, [Some(Reason::BadSignature)]);
}

#[test]
fn from_an_address_full_of_faults_the_first_fault_is_the_last_and_who_makes_none_stays() {
    let mut stage = Stage::with(&[], 0);
    stage.meet(PeerNo(1_000));
    for no in 1..=50 {
        stage.meet(PeerNo(no));
        let push = stage.push();
        stage.ask(PeerNo(no), &push, &(0..9).map(|n| forged(10 * no + n)).collect::<Vec<_>>());
        stage.input(Input::PeerDown { peer: PeerNo(no) });
    }
    assert!(stage.charges(Reason::BadSignature) <= 90, "{}", stage.charges(Reason::BadSignature));
    assert_eq!(stage.gone.len(), 46);
    assert!(stage.relay.peers.contains_key(&PeerNo(1_000)));
}
