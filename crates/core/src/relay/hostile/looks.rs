//! Whoever has a channel looked through again and again, under one name or many.

use super::*;

/// Whether a full look is served to a peer that connects just now.
fn looks(stage: &mut Stage, peer: u64, id: &[u8], address: &[u8], added: bool) -> bool {
    let peer = PeerNo(peer);
    stage.meet_as(peer, Ends { theirs: id.to_vec(), address: address.to_vec(), ..ends(peer) }, added);
    let (channel, cut, spans) = (first().channel(), stage.now, vec![Span { upto: Upto::End, part: Part::Same }]);
    let query = Query { channel, session: peer.0, cut, ahead: stage.now.plus(2 * DAY), full: true, spans };
    let reply = stage.ask(peer, &Request::Query(query), &[]);
    stage.input(Input::PeerDown { peer });
    match reply {
        Some(Reply::Answer { .. }) => true,
        Some(Reply::Busy) => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn to_connect_anew_makes_no_full_look_due() {
    let mut stage = Stage::with(&[talk(1, 1)], 0);
    assert!(looks(&mut stage, 1, b"one", b"here", false));
    for peer in 2..10 {
        assert!(!looks(&mut stage, peer, b"one", &[peer as u8], false), "from another address too");
    }
    stage.now = stage.now.plus(3 * HOUR);
    assert!(looks(&mut stage, 10, b"one", b"here", false));
}

#[test]
fn full_looks_under_new_names_are_few_from_one_address_and_bounded_in_all() {
    let mut stage = Stage::with(&[talk(1, 1)], 0);
    let mut served = |addresses: u64, peers: std::ops::Range<u64>| {
        let address = |peer: u64| (peer % addresses).to_le_bytes();
        peers.filter(|peer| looks(&mut stage, *peer, &peer.to_le_bytes(), &address(*peer), false)).count()
    };
    assert_eq!(served(1, 0..100), 8);
    assert_eq!(served(1_000, 100..400), 56);
    assert!(looks(&mut stage, 400, b"added", b"there", true), "nobody keeps out whom the owner added");
    assert_eq!(stage.relay.peers.len() + stage.gone.len(), 0);
}
