//! Who is told of which channels: tags that are replayed, sent back or passed on.

use super::*;
use crate::relay::message::Tag;

/// The channels under tags, in a message of the machine's to that peer.
fn tags_said(stage: &mut Stage, to: PeerNo) -> Vec<Tag> {
    let place = stage.said.iter().position(|(peer, _, _)| *peer == to).unwrap();
    let (_, exchange, parcel) = stage.said.remove(place).unwrap();
    match exchange {
        Exchange::Request(_) => match wire::decode(&parcel.head, 1 << 20).unwrap() {
            Request::Channels { tags } => tags,
            other => panic!("{other:?}"),
        },
        Exchange::Reply(_) => match wire::decode(&parcel.head, 1 << 20).unwrap() {
            Reply::Channels { tags } => tags,
            other => panic!("{other:?}"),
        },
    }
}

/// A stage that has said hello to a peer, whose answer is `hello`.
fn said_hello(stage: &mut Stage, peer: PeerNo, hello: impl FnOnce(Hello) -> Hello) {
    stage.input(Input::PeerUp { peer, first: true, added: false, ends: ends(peer) });
    let Some((_, Exchange::Request(no), parcel)) = stage.said.pop_back() else { panic!("no request") };
    let Ok(Request::Hello(ours)) = wire::decode(&parcel.head, 1 << 20) else { panic!("no hello") };
    stage.reply(peer, no, &Reply::Hello(hello(ours)));
}

#[test]
fn whoever_answers_with_our_own_nonce_or_with_one_of_another_connection_is_let_go_untold() {
    let mut stage = Stage::with(&[], 0);
    said_hello(&mut stage, PeerNo(1), |ours| ours);
    assert_eq!(stage.gone, [Some(Reason::Malformed)]);
    assert!(stage.said.is_empty(), "it was told of channels");

    let mut stage = Stage::with(&[], 0);
    let mut first = None;
    said_hello(&mut stage, PeerNo(1), |ours| *first.insert(Hello { nonce: THEIRS, ..ours }));
    stage.said.clear();
    let nonce = stage.relay.peers[&PeerNo(1)].nonce;
    stage.input(Input::PeerUp { peer: PeerNo(2), first: false, added: false, ends: ends(PeerNo(2)) });
    assert_eq!(stage.ask(PeerNo(2), &Request::Hello(Hello { nonce, ..first.unwrap() }), &[]), None);
    assert_eq!(stage.gone, [Some(Reason::Malformed)]);
}

#[test]
fn our_tags_of_one_connection_say_nothing_on_another_whatever_nonces_it_has() {
    let mut stage = Stage::with(&[], 0);
    for peer in [PeerNo(1), PeerNo(2)] {
        said_hello(&mut stage, peer, |ours| Hello { nonce: THEIRS, ..ours });
    }
    let tags = tags_said(&mut stage, PeerNo(1));
    assert!(matches!(stage.ask(PeerNo(2), &Request::Channels { tags }, &[]), Some(Reply::Channels { .. })));
    assert!(stage.relay.peers.values().all(|peer| peer.matched.is_empty()));
}

/// It has a key of its own, and so a network id of its own, whatever else it passes on unchanged.
#[test]
fn a_man_in_the_middle_of_two_that_carry_the_same_channel_matches_with_neither_and_neither_names_it() {
    let (mut one, mut two) = (Stage::with(&[], 0), Stage::with(&[], 0));
    two.relay.rng = ChaCha20Rng::from_seed([9; 32]);
    let between = PeerNo(1);
    let up = |first, own: &[u8]| Input::PeerUp {
        peer: between,
        first,
        added: false,
        ends: Ends { ours: own.to_vec(), theirs: b"between".to_vec(), address: Vec::new() },
    };
    two.input(up(false, b"two"));
    one.input(up(true, b"one"));
    for _ in 0..2 {
        let (_, Exchange::Request(no), parcel) = one.said.pop_front().unwrap() else { panic!("no request") };
        two.input(Input::Message { peer: between, exchange: Exchange::Request(7), frame: parcel.head });
        let (_, _, parcel) = two.said.pop_front().unwrap();
        one.input(Input::Message { peer: between, exchange: Exchange::Reply(no), frame: parcel.head });
    }
    for stage in [&one, &two] {
        assert!(stage.said.is_empty() && stage.gone.is_empty());
        assert!(stage.relay.peers[&between].hello.is_some() && stage.relay.peers[&between].matched.is_empty());
    }
}
