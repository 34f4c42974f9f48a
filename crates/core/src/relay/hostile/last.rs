//! Attacks that need time, or numbers at their ends: good conduct that is to be cashed in, replays, moments that cannot be.

use super::*;
use crate::relay::input::{Floor, Mark};

#[test]
fn good_conduct_buys_nothing() {
    let mut stage = Stage::with(&[], 2);
    // For a day it is the best of peers.
    for n in 0..200 {
        stage.pass(360);
        let push = stage.push();
        stage.ask(OURS, &push, &[talk(1, n)]);
    }
    assert_eq!((stage.stored, stage.gone.len()), (200, 0));
    // Then it forges, and is let go as soon as anybody would be.
    let mut forged = 0;
    while stage.gone.is_empty() {
        let mut bytes = talk(1, 1_000 + forged).bytes().to_vec();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let push = stage.push();
        stage.ask(OURS, &push, &[Envelope::decode(&bytes).unwrap()]);
        forged += 1;
    }
    assert_eq!((forged, stage.gone.as_slice()), (10, &[Some(Reason::BadSignature)][..]));
}

#[test]
fn all_that_was_ever_heard_replayed_after_it_is_over_brings_nothing_back_and_is_nobodys_fault() {
    let mut stage = Stage::with(&[], 2);
    let heard: Vec<Envelope> = (0..20).map(|n| talk(1, n)).collect();
    let push = stage.push();
    stage.ask(OURS, &push, &heard);
    assert_eq!(stage.stored, 20);
    stage.pass(2 * DAY);
    for _ in 0..50 {
        stage.now = stage.now.plus(1);
        let push = stage.push();
        assert_eq!(stage.ask(PeerNo(2), &push, &heard), Some(Reply::Ack { stored: 0, refused: 20 }));
    }
    assert_eq!((stage.stored, stage.candidates), (20, 20), "not even a signature was looked at");
    assert!(stage.gone.is_empty(), "whoever is behind in time sends the same in good faith");
}

/// The end of every number that a peer may say: nothing overflows, waits for ever or stops for others.
#[test]
fn numbers_at_their_ends_in_every_message_stop_nothing_and_put_nothing_off() {
    let (channel, never) = (first().channel(), Timestamp::from_secs(u64::MAX));
    let mark = Mark { created: never, id: EnvelopeId::from_bytes([0xff; 32]) };
    let floor = Floor { pen: pen(1).public(), class: Priority::Control, mark };
    for at in [never, Timestamp::default()] {
        let mut stage = Stage::with(&(0..20).map(|n| talk(1, n)).collect::<Vec<_>>(), 2);
        let Request::State { state, .. } = stage.state(u64::MAX, 9) else { panic!("no state") };
        let tips = vec![(u32::MAX, first().id()), (0, first().id())];
        let spans =
            vec![Span { upto: Upto::Mark { hours: u64::MAX, prefix: vec![0xff; 32] }, part: Part::Print([9; 6]) }];
        let query = Query { channel, session: u64::MAX, cut: at, ahead: at, full: true, spans };
        let offer = Offer { id: Short([0xff; 16]), priority: Priority::Control, size: u32::MAX };
        for request in [
            Request::State { channel, state: State { clock: Some(at), ..state.clone() } },
            Request::State { channel, state: State { tips, clock: Some(at), ..state } },
            Request::Floors { channel, floors: vec![floor] },
            Request::Announce { channel, offers: vec![offer] },
            Request::Query(query),
            Request::Push { channel, cause: Cause::Turn { session: u64::MAX }, gone: vec![Short([0xff; 16])] },
            Request::Get { channel, ids: vec![Short([0xff; 16])] },
        ] {
            stage.ask(OURS, &request, &[]);
        }
        // Whatever that came to, the other peer is served now, and what is due is due.
        stage.pass(1);
        let push = stage.push();
        assert_eq!(stage.ask(PeerNo(2), &push, &[talk(1, 100)]), Some(Reply::Ack { stored: 1, refused: 0 }));
        stage.said.clear();
        stage.pass(400);
        let to_other = |said: &(PeerNo, Exchange, Parcel)| said.0 == PeerNo(2);
        assert!(stage.said.iter().any(to_other), "nothing is compared after the interval");
    }
}
