//! Every place taken, by names that cost nothing: who gets in all the same, and who keeps a place.

use super::*;

/// Places for so many strangers.
const PLACES: usize = 8;

fn at(address: &str, peer: u64) -> Ends {
    Ends { address: address.as_bytes().to_vec(), ..ends(PeerNo(peer)) }
}

/// A machine with every place taken: by peers that know our channel, or by such as do not.
fn full(knowing: bool, address: impl Fn(u64) -> String) -> Stage {
    let mut stage = Stage::with(&[], 0);
    stage.relay.limits.strangers = PLACES;
    for peer in 1..=PLACES as u64 {
        let ends = at(&address(peer), peer);
        match knowing {
            true => stage.meet_as(PeerNo(peer), ends, false),
            false => stage.input(Input::PeerUp { peer: PeerNo(peer), first: false, added: false, ends }),
        }
        stage.now = stage.now.plus(1);
    }
    stage
}

fn here(stage: &Stage, peer: u64) -> bool {
    stage.relay.peers.contains_key(&PeerNo(peer))
}

#[test]
fn whoever_the_owner_added_has_a_place_whatever_others_have_taken_and_never_gives_way() {
    let mut stage = full(true, |peer| format!("there {peer}"));
    for peer in 100..110 {
        stage.meet_as(PeerNo(peer), at("owner", peer), true);
    }
    for peer in 200..300 {
        stage.now = stage.now.plus(7);
        stage.input(Input::PeerUp { peer: PeerNo(peer), first: false, added: false, ends: at("far", peer) });
    }
    assert!((100..110).all(|peer| here(&stage, peer)));
    assert_eq!(stage.relay.peers.values().filter(|peer| !peer.added).count(), PLACES);
}

#[test]
fn many_names_at_one_address_give_way_to_whoever_comes_from_another_at_once() {
    let mut stage = full(true, |_| "there".to_owned());
    stage.meet_as(PeerNo(50), at("elsewhere", 50), false);
    assert!(here(&stage, 50), "a newcomer from an address of its own is let in");
    // They come again and again, and displace nobody but themselves.
    for peer in 100..400 {
        stage.now = stage.now.plus(1);
        stage.input(Input::PeerUp { peer: PeerNo(peer), first: false, added: false, ends: at("there", peer) });
    }
    assert!(here(&stage, 50));
    assert_eq!(stage.relay.peers.len(), PLACES);
    assert!(stage.gone.iter().all(Option::is_none), "to give way is no fault");
}

#[test]
fn whoever_carries_nothing_of_ours_gives_way_first_after_a_short_while() {
    let mut stage = full(false, |peer| format!("there {peer}"));
    stage.now = stage.now.minus(3);
    stage.meet_as(PeerNo(1), at("there 1", 1), false);
    stage.now = stage.now.plus(8);
    for peer in 50..50 + PLACES as u64 / 2 {
        stage.meet_as(PeerNo(peer), at(&format!("honest {peer}"), peer), false);
    }
    assert!((50..50 + PLACES as u64 / 2).all(|peer| here(&stage, peer)));
    assert!(here(&stage, 1), "it has a channel in common with us");
}

#[test]
fn of_those_at_addresses_of_their_own_the_one_that_idles_longest_gives_way_and_who_brings_something_stays() {
    let mut stage = full(true, |peer| format!("there {peer}"));
    // All are as new as each other: whoever comes now has to come again.
    stage.input(Input::PeerUp { peer: PeerNo(50), first: false, added: false, ends: at("late", 50) });
    assert!(!here(&stage, 50));
    let push = stage.push();
    stage.ask(PeerNo(5), &push, &[talk(1, 1)]);
    for peer in 60..90 {
        stage.now = stage.now.plus(STAY);
        stage.meet_as(PeerNo(peer), at(&format!("churn {peer}"), peer), false);
        assert!(here(&stage, peer), "{peer} was not let in");
    }
    assert!(here(&stage, 5), "it brought something new");
    assert!(here(&stage, 1) && here(&stage, 2), "they have stayed longest");
    assert!(!here(&stage, 3) && !here(&stage, 8));
}

/// Longer than anybody has a place for itself.
const STAY: u64 = 31;

#[test]
fn a_node_that_starts_among_sybils_alone_takes_what_the_first_honest_one_brings() {
    let mut stage = full(true, |peer| format!("there {peer}"));
    stage.now = stage.now.plus(STAY);
    stage.meet_as(PeerNo(50), at("honest", 50), false);
    let push = stage.push();
    assert_eq!(stage.ask(PeerNo(50), &push, &[talk(1, 1)]), Some(Reply::Ack { stored: 1, refused: 0 }));
}
