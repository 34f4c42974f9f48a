//! Links that are slow, stall or break under what is long, and peers that share very many channels. Everyone here is honest:
//! nobody is charged, and no queue of the transport runs over, which the world asserts.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use kenes_core::channel::List;
use kenes_core::envelope::{Envelope, Priority};
use kenes_core::ids::ChannelId;
use kenes_core::relay::{Input, Limits};
use kenes_core::time::{DAY, HOUR};

use crate::few_seeds;
use crate::pool::{self, START, list, pen, pool, talk};
use crate::world::{Weather, World};

/// Of which lengths what is said is, in bytes: all are longer than what is pushed unasked.
const LENGTHS: [usize; 3] = [5_000, 16_000, 60_000];

fn said(channel: ChannelId, by: u8, n: u64, length: usize) -> Envelope {
    let life = (START.minus(n % 5 * HOUR), START.plus(14 * DAY));
    pool::said((channel, &pen(by)), n, life, Priority::Routine, length)
}

/// Long envelopes of the one channel, signed once.
fn long() -> &'static [Envelope] {
    static LONG: OnceLock<Vec<Envelope>> = OnceLock::new();
    let one = |n: u64| said(pool().channel, (n % 8) as u8, n, LENGTHS[n as usize % LENGTHS.len()]);
    LONG.get_or_init(|| (0..200).map(one).collect())
}

/// A channel of one pen's, and the envelope of its list.
fn channel(n: u64) -> (ChannelId, Envelope) {
    let mut nonce = [3; 16];
    nonce[..8].copy_from_slice(&n.to_le_bytes());
    let first = List::first(nonce, vec![pen(100).public()], vec![pen(0).public()]);
    (first.channel(), list(first.channel(), &pen(0), first.sign(None, &[])))
}

fn unlucky(seed: u64) {
    const NODES: usize = 8;
    let (delay, pace) = ([400, 2_000, 6_000][seed as usize % 3], [u64::MAX, 400_000, 80_000][seed as usize / 3 % 3]);
    let mut world = World::new(seed, NODES, &Limits::default(), Weather { loss: seed % 5, delay, pace });
    world.found();
    for node in 0..NODES {
        let chord = world.below(NODES as u64) as usize;
        world.wish(node, (node + 1) % NODES);
        world.wish(node, chord);
    }
    world.pass(600);
    for (round, part) in long()[..60].chunks(10).enumerate() {
        let (node, wait) = (world.below(NODES as u64) as usize, world.below(12));
        world.deposit(node, part.to_vec());
        world.pass(wait);
        if round == 3 {
            let node = world.below(NODES as u64) as usize;
            world.restart(node);
        }
    }
    let written = world.acknowledged();
    let done = world.pass_until(7_200, |world| (0..NODES).all(|node| world.ids(node).is_superset(&written)));
    let counts: Vec<usize> = (0..NODES).map(|node| world.ids(node).len()).collect();
    assert!(done, "of {}: {counts:?}", written.len());
    assert_eq!(world.charges, []);
}

#[test]
fn long_envelopes_over_slow_links_that_break_come_to_all_and_cost_nobody_anything() {
    few_seeds(unlucky);
}

fn breaks(seed: u64) {
    const MIDDLE: usize = 3;
    let last = MIDDLE + 1;
    let mut world = World::new(seed, MIDDLE + 2, &Limits::default(), Weather::new(0, 300));
    world.found();
    for node in 1..=MIDDLE {
        world.wish(0, node);
        world.wish(node, last);
    }
    world.pass(600);
    for part in long().chunks(100) {
        world.deposit(0, part.to_vec());
        world.pass(1);
    }
    let wait = 1 + world.below(6);
    world.pass(wait);
    world.cut(|a, b| (a, b) == (1 + seed as usize % MIDDLE, last));
    let all: BTreeSet<_> = long().iter().map(Envelope::id).collect();
    assert!(world.pass_until(600, |world| world.ids(last).is_superset(&all)));
    assert_eq!(world.charges, []);
}

#[test]
fn what_one_of_three_was_to_bring_as_its_link_broke_the_others_bring_and_charge_nobody_for_the_asking() {
    few_seeds(breaks);
}

/// Three bring what is long and new to one, over links each of which breaks again and again in the middle of it, and says
/// so to nobody.
fn swallowed(seed: u64) {
    const MIDDLE: usize = 3;
    let last = MIDDLE + 1;
    let mut world = World::new(seed, MIDDLE + 2, &Limits::default(), Weather { pace: 150_000, ..Weather::new(0, 300) });
    world.found();
    for node in 1..=MIDDLE {
        world.wish(0, node);
        world.wish(node, last);
    }
    world.pass(600);
    for part in long().chunks(10) {
        world.deposit(0, part.to_vec());
        let (wait, node) = (1 + world.below(8), 1 + world.below(MIDDLE as u64) as usize);
        world.pass(wait);
        world.swallow(node, last);
        let wait = world.below(60);
        world.pass(wait);
    }
    let all: BTreeSet<_> = long().iter().map(Envelope::id).collect();
    assert!(world.pass_until(3_600, |world| world.ids(last).is_superset(&all)));
    world.pass(600);
    assert_eq!(world.charges, []);
}

#[test]
fn links_that_break_silently_again_and_again_in_the_middle_of_a_transfer_cost_nobody_anything() {
    few_seeds(swallowed);
}

#[test]
fn a_link_that_stalls_in_four_channels_at_once_is_charged_with_nothing() {
    for stall in [16, 30, 50] {
        let mut world = World::new(stall, 2, &Limits::default(), Weather::new(0, 1_000));
        let channels: Vec<(ChannelId, Envelope)> = (0..4).map(channel).collect();
        for node in 0..2 {
            for (channel, list) in &channels {
                world.input(node, Input::Carry { channel: *channel, keep: true, pinned: None });
                world.settle(node, vec![list.clone()]);
            }
        }
        world.wish(0, 1);
        world.pass(60);
        let mut written = BTreeSet::new();
        for (channel, _) in &channels {
            let all: Vec<Envelope> = (0..30).map(|n| said(*channel, 0, n, 16_000)).collect();
            written.extend(all.iter().map(Envelope::id));
            world.deposit(0, all);
        }
        world.pass(1);
        world.stall(stall);
        assert!(world.pass_until(300, |world| world.ids(1).is_superset(&written)), "{stall} seconds");
        world.pass(300);
        assert_eq!((&world.charges[..], world.meetings()), (&[][..], 1), "{stall} seconds");
    }
}

/// Very many channels, and in each something that only one of two has.
#[test]
fn two_with_very_many_channels_in_common_end_equal_on_one_connection() {
    let mut world = World::new(3, 2, &Limits::default(), Weather::new(0, 3_000));
    let mut written = BTreeSet::new();
    for n in 0..400u64 {
        let (channel, list) = channel(n);
        let said = talk(channel, &pen(0), n, START.minus(HOUR), 9 * DAY);
        written.extend([list.id(), said.id()]);
        for node in 0..2 {
            world.input(node, Input::Carry { channel, keep: true, pinned: None });
            let here = if node as u64 == n % 2 { vec![list.clone(), said.clone()] } else { vec![list.clone()] };
            world.deposit(node, here);
        }
    }
    world.pass(1);
    world.wish(0, 1);
    assert!(world.pass_until(1_200, |world| (0..2).all(|node| world.ids(node) == written)));
    assert_eq!((world.meetings(), &world.charges[..]), (1, &[][..]));
}
