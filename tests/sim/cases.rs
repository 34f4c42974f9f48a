//! Named cases: who has how much room, which lists count, what is told to whom, and what a single hostile frame does.

use std::collections::BTreeSet;

use kenes_core::channel::List;
use kenes_core::envelope::{Envelope, Priority};
use kenes_core::ids::{ChannelId, EnvelopeId};
use kenes_core::relay::{Ends, Event, Exchange, Input, Limits, PeerNo, Reason, Source, Ticket};
use kenes_core::time::{DAY, HOUR};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::pool::{START, list, pen, pool, talk};
use crate::world::{Weather, World};

/// A channel of one's own for a case: keeper 100, and a list for each range of pens given.
struct Channel {
    id: ChannelId,
    lists: Vec<List>,
    carried: Vec<Envelope>,
}

fn channel(lists: &[(u8, u8)]) -> Channel {
    let keeper = pen(100);
    let pens = |(from, to): &(u8, u8)| (*from..*to).map(|n| pen(n).public()).collect::<Vec<_>>();
    let first = List::first([1; 16], vec![keeper.public()], pens(&lists[0]));
    let mut channel = Channel { id: first.channel(), lists: vec![first.clone()], carried: Vec::new() };
    channel.carried.push(list(channel.id, &pen(lists[0].0), first.sign(None, &[])));
    for (no, range) in lists.iter().enumerate().skip(1) {
        let before = channel.lists[no - 1].clone();
        let next = before.next([no as u8 + 1; 16], vec![keeper.public()], pens(range));
        channel.lists.push(next.clone());
        channel.carried.push(list(channel.id, &pen(range.0), next.sign(Some(&before), &[pen(100)])));
    }
    channel
}

impl Channel {
    fn talk(&self, by: u8, numbers: std::ops::Range<u64>) -> Vec<Envelope> {
        let said = |n: u64| {
            talk(self.id, &pen(by), u64::from(by) * 1_000 + n, START.minus(DAY).plus(n * HOUR / 4).hour(), 9 * DAY)
        };
        numbers.map(said).collect()
    }
}

fn ids(envelopes: &[Envelope]) -> BTreeSet<EnvelopeId> {
    envelopes.iter().map(Envelope::id).collect()
}

/// Room for about forty envelopes of talk.
fn tight() -> Limits {
    Limits { channel_bytes: 60_000, ..Limits::default() }
}

fn carrying(count: usize, limits: &Limits, channel: &Channel) -> World {
    let mut world = World::calm(count, limits);
    for node in 0..count {
        world.input(node, Input::Carry { channel: channel.id, keep: true, pinned: None });
        world.settle(node, channel.carried.clone());
    }
    world
}

#[test]
fn l2_a_pen_that_floods_displaces_nothing_but_its_own() {
    let channel = channel(&[(0, 5)]);
    let mut world = carrying(2, &tight(), &channel);
    let quiet: Vec<Envelope> = (0..4).flat_map(|by| channel.talk(by, 0..5)).collect();
    let flood = channel.talk(4, 10..110);
    world.settle(0, quiet.clone());
    for part in flood.chunks(20) {
        world.settle(0, part.to_vec());
    }
    assert!(world.ids(0).is_superset(&ids(&quiet)));
    assert!(world.ids(0).contains(&flood[99].id()) && !world.ids(0).contains(&flood[0].id()));

    // Another node gets what is kept, and nothing that is not; the floods' own past is not asked for again.
    world.settle(1, flood[..30].to_vec());
    world.wish(0, 1);
    assert!(world.pass_until(60, |world| world.ids(1).is_superset(&ids(&quiet))));
    world.pass(120);
    let before = world.bytes;
    world.pass(600);
    assert!(world.bytes - before < 10_000, "{} bytes of talk about nothing", world.bytes - before);
    assert!(world.ids(0).is_superset(&ids(&quiet)) && world.ids(1).is_superset(&ids(&quiet)));
}

#[test]
fn l3_pens_outside_the_two_newest_lists_are_confined_to_one_share() {
    let channel = channel(&[(0, 4), (4, 8), (4, 8)]);
    let mut world = carrying(1, &tight(), &channel);
    let current: Vec<Envelope> = (4..8).flat_map(|by| channel.talk(by, 0..8)).collect();
    world.settle(0, current.clone());
    for by in 0..4 {
        world.settle(0, channel.talk(by, 50..80));
    }
    assert!(world.ids(0).is_superset(&ids(&current)));
    let former = (0..4).flat_map(|by| channel.talk(by, 50..80)).filter(|said| world.ids(0).contains(&said.id()));
    assert!((1..=10).contains(&former.count()));
}

/// What a node with little room keeps of these, in a thousand orders of arrival.
fn in_any_order(channel: &Channel, said: &[Envelope], holds: impl Fn(&BTreeSet<EnvelopeId>)) {
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let mut said = said.to_vec();
    for _ in 0..1_000 {
        for at in (1..said.len()).rev() {
            said.swap(at, rng.next_u64() as usize % (at + 1));
        }
        let mut world = carrying(1, &tight(), channel);
        said.chunks(16).for_each(|part| world.settle(0, part.to_vec()));
        holds(&world.ids(0));
    }
}

#[test]
fn l2_whatever_a_flood_comes_before_or_after_the_newest_of_others_are_there() {
    let channel = channel(&[(0, 5)]);
    let quiet: Vec<Envelope> = (0..4).flat_map(|by| channel.talk(by, 0..5)).collect();
    let flood = channel.talk(4, 10..50);
    in_any_order(&channel, &[quiet.clone(), flood.clone()].concat(), |kept| {
        assert!(kept.is_superset(&ids(&quiet)));
        assert!(kept.contains(&flood[39].id()) && !kept.is_superset(&ids(&flood)));
    });
}

#[test]
fn l3_whatever_comes_first_former_pens_have_one_share_together() {
    let channel = channel(&[(0, 4), (4, 8), (4, 8)]);
    let current: Vec<Envelope> = (4..8).flat_map(|by| channel.talk(by, 0..8)).collect();
    let former: Vec<Envelope> = (0..4).flat_map(|by| channel.talk(by, 50..58)).collect();
    in_any_order(&channel, &[current.clone(), former.clone()].concat(), |kept| {
        assert!(kept.is_superset(&ids(&current)));
        assert!((1..=10).contains(&former.iter().filter(|said| kept.contains(&said.id())).count()));
    });
}

#[test]
fn l1_a_list_that_its_keepers_did_not_sign_is_refused() {
    let channel = channel(&[(0, 4)]);
    let mut world = carrying(1, &Limits::default(), &channel);
    let next = channel.lists[0].next([9; 16], vec![pen(100).public()], vec![pen(9).public()]);
    let unsigned = next.clone().sign(Some(&channel.lists[0]), &[]);
    world.settle(0, vec![list(channel.id, &pen(0), unsigned)]);
    assert!(refusals(&world, 0).contains(&Reason::BadList));
    world.settle(0, vec![talk(channel.id, &pen(9), 1, START, DAY)]);
    assert!(refusals(&world, 0).contains(&Reason::UnknownPen));
    world.settle(0, vec![list(channel.id, &pen(0), next.sign(Some(&channel.lists[0]), &[pen(100)]))]);
    world.settle(0, vec![talk(channel.id, &pen(9), 1, START, DAY)]);
    assert_eq!(world.ids(0).len(), 3);
}

#[test]
fn l5_a_rival_branch_has_a_quarter_of_the_room_and_raises_an_alarm_also_after_a_restart() {
    let ours = channel(&[(0, 4), (0, 4)]);
    let mut world = carrying(1, &tight(), &ours);
    // Few enough that rivals would find room for more than a quarter.
    let kept: Vec<Envelope> = (0..4).flat_map(|by| ours.talk(by, 0..3)).collect();
    world.settle(0, kept.clone());
    let rival = ours.lists[0].next([66; 16], vec![pen(100).public()], (20..30).map(|n| pen(n).public()).collect());
    let signed = rival.clone().sign(Some(&ours.lists[0]), &[pen(100)]);
    world.settle(0, vec![list(ours.id, &pen(20), signed)]);
    assert!(world.nodes[0].told.contains(&Event::ListFork { channel: ours.id }));
    for round in 0..2 {
        for by in 20..30 {
            world.settle(0, ours.talk(by, 50 + round..60 + round));
        }
        assert!(world.ids(0).is_superset(&ids(&kept)));
        assert!(world.ids(0).len() - kept.len() - 3 <= 60_000 / 4 / 729);
        let status = world.nodes[0].relay.channels().next().unwrap();
        assert_eq!(status.tip, Some((1, ours.lists[1].id())));
        assert!(status.forked && status.pinned.is_some());
        world.restart(0);
    }
}

#[test]
fn the_owner_may_turn_to_the_other_branch() {
    let ours = channel(&[(0, 4), (0, 4)]);
    let mut world = carrying(1, &Limits::default(), &ours);
    let rival = ours.lists[0].next([66; 16], vec![pen(100).public()], vec![pen(20).public()]);
    let signed = rival.clone().sign(Some(&ours.lists[0]), &[pen(100)]);
    world.settle(0, vec![list(ours.id, &pen(20), signed)]);
    world.input(0, Input::Carry { channel: ours.id, keep: true, pinned: Some(rival.id()) });
    assert_eq!(world.nodes[0].relay.channels().next().unwrap().tip, Some((1, rival.id())));
    world.restart(0);
    assert_eq!(world.nodes[0].relay.channels().next().unwrap().tip, Some((1, rival.id())));
}

#[test]
fn an_open_relay_carries_what_is_introduced_and_passes_it_to_who_comes_later() {
    let channel = channel(&[(0, 4), (0, 8)]);
    let mut world = World::calm(3, &Limits::default());
    world.nodes[1] = crate::node::Node::new([3; 32], Limits { open: true, ..Limits::default() }, 0);
    world.added = true;
    world.input(0, Input::Carry { channel: channel.id, keep: true, pinned: None });
    world.input(2, Input::Carry { channel: channel.id, keep: true, pinned: None });
    world.wish(0, 1);
    world.pass(5);
    // The relay is met before there is anything to show it.
    world.settle(0, channel.carried.clone());
    world.settle(0, channel.talk(5, 0..20));
    assert!(world.pass_until(60, |world| world.ids(1) == world.ids(0)), "the relay has {}", world.ids(1).len());
    world.cut(|_, _| true);
    world.restart(1);
    world.wish(1, 2);
    assert!(world.pass_until(60, |world| world.ids(2) == world.ids(0)), "the other has {}", world.ids(2).len());
    let carried = world.nodes[1].relay.channels().next().unwrap();
    assert!(!carried.own && world.nodes[2].relay.channels().next().unwrap().own);
}

#[test]
fn a_node_that_is_not_open_carries_nothing_for_others() {
    let channel = channel(&[(0, 4)]);
    let mut world = World::calm(2, &Limits::default());
    world.added = true;
    world.settle(0, Vec::new());
    world.input(0, Input::Carry { channel: channel.id, keep: true, pinned: None });
    world.settle(0, channel.carried.clone());
    world.wish(0, 1);
    world.pass(60);
    assert!(world.ids(1).is_empty() && world.nodes[1].relay.channels().next().is_none());
}

#[test]
fn a_desk_s_deposit_is_stored_whole_or_not_at_all() {
    let channel = channel(&[(0, 4)]);
    let mut world = carrying(1, &Limits::default(), &channel);
    let good = channel.talk(0, 0..1);
    let foreign = channel.talk(9, 0..1);
    let both = [good.clone(), foreign].concat();
    world.input(0, Input::Deposit { envelopes: both, ticket: Ticket(7), source: Source::Desk });
    world.pass(1);
    assert_eq!(world.ids(0).len(), 1);
    world.input(0, Input::Deposit { envelopes: good, ticket: Ticket(8), source: Source::Desk });
    world.pass(1);
    assert_eq!(world.ids(0).len(), 2);
}

#[test]
fn late_joiner_receives_old_bulletins_the_pressing_ones_first() {
    let mut world = World::calm(2, &Limits::default());
    world.found();
    for part in pool().talk.chunks(60) {
        world.settle(0, part.to_vec());
    }
    world.wish(0, 1);
    assert!(world.pass_until(60, |world| world.ids(1) == world.ids(0)));
}

#[test]
fn urgent_and_fresh_envelopes_arrive_without_being_asked_for() {
    let mut world = World::calm(3, &Limits::default());
    world.found();
    world.wish(0, 1);
    world.wish(1, 2);
    world.pass(30);
    let before = world.bytes;
    world.settle(0, vec![pool().talk[17].clone()]);
    world.pass(1);
    assert!(world.ids(2).contains(&pool().talk[17].id()));
    // Two pushes of 729 bytes, their acknowledgements, and nothing announced back.
    assert!(world.bytes - before < 2 * 729 + 200, "{} bytes", world.bytes - before);
}

/// Two informers, who are free to write, flood a relay; whoever reads there hears from others as ever.
#[test]
fn floods_by_some_pens_do_not_delay_what_others_write() {
    let channel = channel(&[(0, 5)]);
    let mut world = carrying(5, &Limits::default(), &channel);
    let (relay, reader, honest) = (2, 3, 4);
    for informer in [0, 1] {
        let shameless = Limits { pen_rate: 10_000, pen_burst: 10_000, ..Limits::default() };
        world.nodes[informer] = crate::node::Node::new([informer as u8; 32], shameless, 0);
        world.input(informer, Input::Carry { channel: channel.id, keep: true, pinned: None });
        world.settle(informer, channel.carried.clone());
    }
    let said = |by: u8, n: u64| talk(channel.id, &pen(by), u64::from(by) * 10_000 + 17 * n + 1, START, DAY);
    [0, 1, reader, honest].into_iter().for_each(|node| world.wish(node, relay));
    world.pass(30);
    let mut late = Vec::new();
    for second in 0..30u64 {
        for by in [0, 1] {
            world.deposit(usize::from(by), (0..60).map(|n| said(by, second * 60 + n)).collect());
        }
        let said = said(3, second);
        world.deposit(honest, vec![said.clone()]);
        world.pass(1);
        late.extend((!world.ids(reader).contains(&said.id())).then_some(second));
    }
    assert!(world.ids(relay).len() > 2_000, "the flood did not come through");
    assert!(late.is_empty(), "late: {late:?}");
}

#[test]
fn an_envelope_far_ahead_of_the_clock_is_set_aside_and_nobody_is_charged() {
    let channel = channel(&[(0, 4)]);
    let mut world = carrying(2, &Limits::default(), &channel);
    world.nodes[0].skew = 7 * DAY as i64;
    let ahead = talk(channel.id, &pen(0), 1, START.plus(7 * DAY), DAY);
    world.settle(0, vec![ahead.clone()]);
    world.wish(0, 1);
    world.pass(300);
    assert!(world.ids(0).contains(&ahead.id()) && !world.ids(1).contains(&ahead.id()));
    assert!(world.nodes.iter().all(|node| !node.told.iter().any(|event| matches!(event, Event::Charged { .. }))));
    assert!(world.nodes[1].told.iter().any(|event| matches!(event, Event::ClockApart { .. })));
}

#[test]
fn no_frame_of_any_bytes_stops_the_machine() {
    let mut rng = ChaCha20Rng::from_seed([8; 32]);
    for round in 0..3_000u64 {
        let mut world = World::calm(1, &Limits { open: round % 2 == 0, ..Limits::default() });
        let first = round % 3 == 0;
        if !first && round % 10 == 1 {
            world.found();
        }
        let ends = Ends { ours: vec![0], theirs: vec![1], address: Vec::new() };
        world.input(0, Input::PeerUp { peer: PeerNo(1), first, added: true, ends });
        // A hello, so that the rest is listened to: kind, version, nonce, no clock, open.
        let hello = [&[0, 1][..], &[7; 32], &[0, 1]].concat();
        let exchange = if first { Exchange::Reply(1) } else { Exchange::Request(1) };
        world.input(0, Input::Message { peer: PeerNo(1), exchange, frame: hello });
        assert!(world.nodes[0].relay.peers().next().is_some_and(|peer| peer.open));
        for no in 2..12 {
            let mut frame = vec![0; (rng.next_u64() % 200) as usize + 1];
            rng.fill_bytes(&mut frame);
            frame[0] %= 9;
            let exchange = if rng.next_u64() % 2 == 0 { Exchange::Request(no) } else { Exchange::Reply(no % 4) };
            world.input(0, Input::Message { peer: PeerNo(1), exchange, frame });
        }
    }
}

fn refusals(world: &World, node: usize) -> Vec<Reason> {
    let refused = |event: &Event| match event {
        Event::Deposited { refused, .. } => refused.iter().map(|(_, reason)| *reason).collect(),
        _ => Vec::new(),
    };
    world.nodes[node].told.iter().flat_map(refused).collect()
}

/// What envelopes cost on the wire while everyone is connected, in the machine's own frames.
#[test]
fn live_meshes_say_less_than_twice_what_is_useful() {
    for (nodes, strides) in [(8, [1, 2, 3, 4]), (50, [1, 4, 9, 16])] {
        // On one Wi-Fi the way is short beside checking and storing.
        let mut world = World::new(1, nodes, &Limits::default(), Weather::new(0, 3));
        world.found();
        for a in 0..nodes {
            for stride in strides {
                world.wish(a, (a + stride) % nodes);
            }
        }
        world.pass(60);
        let (before, mut useful) = (world.bytes, 0);
        for (n, said) in
            pool().talk.iter().filter(|said| said.header().priority == Priority::Routine).take(60).enumerate()
        {
            world.deposit(n % nodes, vec![said.clone()]);
            useful += said.bytes().len() as u64 * (nodes as u64 - 1);
            world.pass(1);
        }
        assert!((0..nodes).all(|node| world.ids(node).len() == 62));
        let ratio = (world.bytes - before) as f64 / useful as f64;
        println!("{nodes} nodes: {ratio:.2} times the useful bytes");
        assert!(ratio < 2.0, "{ratio}");
    }
}
