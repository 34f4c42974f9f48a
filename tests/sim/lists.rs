//! Lists that come late, lists of two branches, and nodes with unequal room. Everyone here is honest, so nobody is charged with anything,
//! whatever comes before or after what.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use kenes_core::channel::List;
use kenes_core::envelope::Envelope;
use kenes_core::ids::{ChannelId, EnvelopeId, ListId};
use kenes_core::relay::{Input, Limits};
use kenes_core::time::{DAY, HOUR};

use crate::all_seeds;
use crate::node::Node;
use crate::pool::{START, list, pen, talk};
use crate::world::{Weather, World};

const NODES: usize = 6;
/// What each pen has to say.
const SAYINGS: u64 = 30;

/// A channel whose keeper signed list 2 late, and another list 2 beside it.
struct Lineage {
    channel: ChannelId,
    /// Lists 0 and 1, with the pens 0 to 3.
    founding: Vec<Envelope>,
    /// Lists 2 and 3, with the pens 4 to 7 as well, and 8 from the last.
    ours: Vec<Envelope>,
    /// A rival of list 2 and what follows it, with the pens 20 to 23.
    rival: Vec<Envelope>,
    talk: Vec<Vec<Envelope>>,
}

impl Lineage {
    fn by(&self, pen: u8) -> &[Envelope] {
        &self.talk[usize::from(pen)]
    }
}

fn lineage() -> &'static Lineage {
    static LINEAGE: OnceLock<Lineage> = OnceLock::new();
    LINEAGE.get_or_init(|| {
        let keeper = pen(100);
        let pens = |range: std::ops::Range<u8>| range.map(|n| pen(n).public()).collect::<Vec<_>>();
        let first = List::first([3; 16], vec![keeper.public()], pens(0..4));
        let channel = first.channel();
        let mut nonce = 0;
        let mut after = |before: &List, range: std::ops::Range<u8>| {
            nonce += 1;
            before.next([nonce; 16], vec![keeper.public()], pens(range))
        };
        // A pen of the list before may bring the next one, though that has it no more.
        let bring =
            |by: u8, next: &List, before: &List| list(channel, &pen(by), next.clone().sign(Some(before), &[pen(100)]));
        let second = after(&first, 0..4);
        let (third, other) = (after(&second, 1..8), after(&second, 20..22));
        let (fourth, another) = (after(&third, 1..9), after(&other, 21..24));
        let founding = vec![list(channel, &pen(0), first.clone().sign(None, &[])), bring(1, &second, &first)];
        let ours = vec![bring(0, &third, &second), bring(1, &fourth, &third)];
        let rival = vec![bring(3, &other, &second), bring(20, &another, &other)];
        let hours = |n: u64| START.minus(DAY).plus(n % 24 * HOUR);
        let said =
            |by: u8| (0..SAYINGS).map(move |n| talk(channel, &pen(by), u64::from(by) * 1_000 + n, hours(n), 14 * DAY));
        let talk = (0..24).map(|by| if (9..20).contains(&by) { Vec::new() } else { said(by).collect() }).collect();
        Lineage { channel, founding, ours, rival, talk }
    })
}

/// Nodes that carry the channel and know its first lists, in frames and turns of a few envelopes where `small`.
fn founded(seed: u64, small: bool) -> World {
    let mut limits = Limits::default();
    if small {
        (limits.frame, limits.turn_bytes, limits.live_frame) = (16 << 10, 24 << 10, 8 << 10);
    }
    let mut world = World::new(seed, NODES, &limits, Weather::new(seed % 3, 400));
    carry(&mut world);
    world
}

fn carry(world: &mut World) {
    for node in 0..NODES {
        world.input(node, Input::Carry { channel: lineage().channel, keep: true, pinned: None });
        world.settle(node, lineage().founding.clone());
    }
}

/// A ring with a chord from each node, among those from `first` to `last`.
fn connect(world: &mut World, first: usize, last: usize) {
    for node in first..=last {
        let chord = first + world.below((last - first + 1) as u64) as usize;
        world.wish(node, if node == last { first } else { node + 1 });
        world.wish(node, chord);
    }
}

/// All have everything, and then have little more to say about it.
fn end_equal(world: &mut World, seed: u64) {
    let written = world.acknowledged();
    let all = |world: &World| {
        let first = world.ids(0);
        first.is_superset(&written) && (1..NODES).all(|node| world.ids(node) == first)
    };
    let done = world.pass_until(3_600, all);
    let counts: Vec<usize> = (0..NODES).map(|node| world.ids(node).len()).collect();
    assert!(done, "of {} envelopes: {counts:?}", written.len());
    assert_eq!(world.charges, [], "seed {seed}");
    world.pass(30);
    let (turns, bytes) = (world.turns(), world.bytes);
    world.pass(1_200);
    assert!(world.turns() - turns <= 2 * NODES, "{} turns about nothing", world.turns() - turns);
    assert!(world.bytes - bytes < 200_000, "{} bytes about nothing", world.bytes - bytes);
}

#[test]
fn a_list_signed_while_nodes_sync_and_gossip_costs_nobody_anything() {
    all_seeds(|seed| {
        let mut world = founded(seed, seed % 2 == 0);
        let spoken = (0..4).flat_map(|by| lineage().by(by)).cloned().collect::<Vec<_>>();
        for part in spoken.chunks(20) {
            let node = world.below(NODES as u64) as usize;
            world.deposit(node, part.to_vec());
        }
        world.pass(2);
        connect(&mut world, 0, NODES - 1);
        let (wait, first) = (world.below(12), world.below(NODES as u64) as usize);
        world.pass(wait);
        // The list and what its pens write come together; then they write wherever it has got to.
        for (n, list) in lineage().ours.iter().enumerate() {
            let both = [std::slice::from_ref(list), &lineage().by(7 + n as u8)[..12]].concat();
            world.deposit(first, both.clone());
            let second = world.below(NODES as u64) as usize;
            if n == 0 || world.ids(second).contains(&lineage().ours[0].id()) {
                world.deposit(second, both);
            }
            for round in 0..6 {
                let node = world.below(NODES as u64) as usize;
                if world.ids(node).contains(&list.id()) {
                    world.deposit(node, lineage().by(4 + round % 3)[4 * usize::from(round)..][..4].to_vec());
                }
                world.pass(1);
            }
        }
        end_equal(&mut world, seed);
    });
}

#[test]
fn two_branches_of_lists_become_known_to_all_and_cost_nobody_anything() {
    all_seeds(|seed| {
        let mut world = founded(seed, seed % 2 == 0);
        let half = NODES / 2;
        connect(&mut world, 0, half - 1);
        connect(&mut world, half, NODES - 1);
        let (ours, theirs) = (1 + world.below(2) as usize, 1 + world.below(2) as usize);
        world.deposit(0, lineage().ours[..ours].to_vec());
        world.deposit(half, lineage().rival[..theirs].to_vec());
        world.pass(40);
        let said = |world: &mut World, by: u8, node: usize, count: usize| {
            world.deposit(node, lineage().by(by)[..count].to_vec());
        };
        said(&mut world, 4, 1, 20);
        said(&mut world, 0, 2, 30);
        said(&mut world, 21, half + 1, 20);
        said(&mut world, 1, half + 2, 30);
        world.pass(5);
        // They meet in two places, and go on writing.
        world.wish(0, half);
        world.wish(2, half + 2);
        let wait = world.below(4);
        world.pass(wait);
        said(&mut world, 5, 0, 10);
        said(&mut world, 20, half, 10);
        world.pass(3);
        said(&mut world, 6, 3, 10);
        if seed % 5 == 0 {
            world.restart(half);
        }
        let tips: Vec<_> = (0..NODES).map(|node| tip(&world, node)).collect();
        end_equal(&mut world, seed);
        assert!((0..NODES).all(|node| world.nodes[node].relay.channels().all(|status| status.forked)));
        assert_eq!((0..NODES).map(|node| tip(&world, node)).collect::<Vec<_>>(), tips, "a node left its branch");
    });
}

fn tip(world: &World, node: usize) -> Option<(u32, ListId)> {
    world.nodes[node].relay.channels().next().and_then(|status| status.tip)
}

#[test]
fn nodes_with_unequal_room_keep_what_they_can_and_offer_nothing_in_vain() {
    all_seeds(|seed| {
        let mut world = founded(seed, false);
        // Room for some twenty, some forty, and any number of envelopes.
        let rooms = [30_000, 60_000, 256 << 20];
        for (node, room) in (0..NODES).zip(rooms.iter().cycle()) {
            world.nodes[node] = Node::new([node as u8; 32], Limits { channel_bytes: *room, ..Limits::default() }, 0);
        }
        carry(&mut world);
        connect(&mut world, 0, NODES - 1);
        world.wish(2, 5);
        world.pass(10);
        for round in 0..6usize {
            for by in 0..4 {
                // The older ones last: they come to be below floors that were compared before.
                let place = (5 - round) * 5;
                let node = world.below(NODES as u64) as usize;
                world.deposit(node, lineage().by(by)[place..place + 5].to_vec());
            }
            world.pass(20);
        }
        let written: BTreeSet<EnvelopeId> = (0..4).flat_map(|by| lineage().by(by)).map(Envelope::id).collect();
        let roomy: Vec<usize> = (0..NODES).filter(|node| node % 3 == 2).collect();
        world.pass(1_200);
        let most = roomy.iter().map(|node| world.ids(*node).intersection(&written).count()).collect::<Vec<_>>();
        assert!(most.windows(2).all(|pair| pair[0] == pair[1]), "{most:?}");
        for node in 0..NODES {
            assert!(world.ids(node).len() >= 2 + 30_000 / 2 / 729, "node {node} keeps {}", world.ids(node).len());
        }
        assert_eq!(world.charges, [], "seed {seed}");
        let (turns, bytes) = (world.turns(), world.bytes);
        world.pass(1_200);
        // They never get equal, so that each compares once in an interval, and finds nothing to send.
        assert!(world.turns() - turns <= 10 * NODES, "{} turns about nothing", world.turns() - turns);
        assert!(world.bytes - bytes < 60_000, "{} bytes about nothing", world.bytes - bytes);
    });
}

/// Two branches of so many lists after a first one, with some pens in each.
fn branches(length: usize) -> (Vec<Envelope>, [Vec<Envelope>; 2]) {
    let keeper = pen(100);
    let first = List::first([5; 16], vec![keeper.public()], vec![pen(0).public()]);
    let channel = first.channel();
    let branch = |nonce: u8| {
        let pens = || (0..8).map(|n| pen(n).public()).collect::<Vec<_>>();
        let mut before = first.clone();
        let next = |_| {
            let next = before.next([nonce; 16], vec![keeper.public()], pens());
            let signed = next.clone().sign(Some(&before), std::slice::from_ref(&keeper));
            before = next;
            list(channel, &pen(0), signed)
        };
        (0..length).map(next).collect::<Vec<_>>()
    };
    (vec![list(channel, &pen(0), first.clone().sign(None, &[]))], [branch(1), branch(2)])
}

#[test]
fn long_branches_are_told_frame_by_frame_and_once() {
    // Of so many, all are taken, or not: beyond a number rivals are refused.
    for (length, taken) in [(50, 50), (90, 64)] {
        let (founding, both) = branches(length);
        let mut world = World::calm(2, &Limits { frame: 16 << 10, ..Limits::default() });
        for (node, branch) in both.iter().enumerate() {
            world.input(node, Input::Carry { channel: founding[0].header().channel, keep: true, pinned: None });
            world.settle(node, founding.clone());
            world.settle(node, branch.clone());
        }
        let size: usize = both.iter().flatten().map(|list| list.bytes().len()).sum();
        assert!(size > 2 * length * 256);
        world.wish(0, 1);
        let told = world.pass_until(300, |world| (0..2).all(|node| world.ids(node).len() == 1 + length + taken));
        assert!(told, "{:?}", (0..2).map(|node| world.ids(node).len()).collect::<Vec<_>>());
        world.pass(60);
        assert!(world.bytes < 3 * size as u64, "{} bytes for {size}", world.bytes);
        let bytes = world.bytes;
        world.pass(3_600);
        assert!(world.bytes - bytes < 20_000, "{} bytes about nothing", world.bytes - bytes);
        assert_eq!(world.charges, []);
    }
}

#[test]
fn a_long_chain_of_lists_is_taken_whole_whatever_may_come_in_a_second() {
    let (founding, [chain, _]) = branches(260);
    let mut world = World::calm(2, &Limits::default());
    for node in 0..2 {
        world.input(node, Input::Carry { channel: founding[0].header().channel, keep: true, pinned: None });
    }
    world.settle(0, [founding, chain].concat());
    world.wish(0, 1);
    assert!(world.pass_until(30, |world| world.ids(1).len() == 261), "{}", world.ids(1).len());
}

#[test]
fn two_who_begin_to_carry_at_the_same_moment_wait_for_each_other_no_longer_than_it_takes_to_say_so() {
    let (founding, [chain, _]) = branches(20);
    // Slow enough that each asks before it is asked.
    let mut world = World::new(1, 2, &Limits::default(), Weather::new(0, 200));
    world.wish(0, 1);
    world.pass(20);
    for node in 0..2 {
        world.input(node, Input::Carry { channel: founding[0].header().channel, keep: true, pinned: None });
    }
    world.settle(0, [founding, chain].concat());
    assert!(world.pass_until(30, |world| world.ids(1).len() == 21), "{}", world.ids(1).len());
    assert_eq!(world.charges, []);
}
