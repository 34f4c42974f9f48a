//! The whole mesh in one thread: real relay machines, real envelopes, simulated links, replayable from a seed.
//!
//! `KENES_SIM_SEED=n` replays one seed; `KENES_SIM_SEEDS=n` runs so many of them instead of 300.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod liar;
mod links;
mod lists;
mod node;
mod plot;
mod pool;
mod stores;
mod towns;
mod world;

use kenes_core::relay::Limits;
use kenes_core::time::{DAY, HOUR};

use liar::Liar;
use pool::pool;
use world::{Weather, World};

const NODES: usize = 50;

/// Two towns with one relay between them, loss, restarts, wrong clocks and a liar: what the honest wrote, all of
/// them have in the end, and nothing else.
#[test]
fn honest_nodes_joined_by_an_honest_path_end_with_equal_sets() {
    all_seeds(story);
}

/// Tells a story from every seed that is asked for, on two threads.
fn all_seeds(story: fn(u64)) {
    seeds(story, 1);
}

/// The same from a twentieth of them: where much is said.
fn few_seeds(story: fn(u64)) {
    seeds(story, 20);
}

fn seeds(story: fn(u64), part: u64) {
    let one = std::env::var("KENES_SIM_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    let count = std::env::var("KENES_SIM_SEEDS").ok().and_then(|count| count.parse::<u64>().ok()).unwrap_or(300);
    let seeds: Vec<u64> = one.map_or_else(|| (0..count / part).collect(), |seed| vec![seed]);
    let halves: Vec<Vec<u64>> =
        (0..2).map(|half| seeds.iter().copied().filter(|seed| seed % 2 == half).collect()).collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = halves
            .into_iter()
            .map(|seeds| scope.spawn(move || seeds.into_iter().for_each(|seed| told(story, seed))))
            .collect();
        for thread in threads {
            thread.join().expect("a seed failed; it is named above");
        }
    });
}

fn told(story: fn(u64), seed: u64) {
    if std::panic::catch_unwind(|| story(seed)).is_err() {
        panic!("seed {seed} failed; replay: KENES_SIM_SEED={seed} cargo test -p kenes-core --test sim");
    }
}

fn story(seed: u64) {
    let weather = Weather::new(seed % 4, 200);
    let mut world = World::new(seed, NODES, &Limits::default(), weather);
    let relay = NODES - 1;
    let liars: Vec<usize> = vec![3, NODES / 2 + 3];
    for liar in &liars {
        world.liars.insert(*liar, Liar::new(seed));
    }
    skew(&mut world);
    world.found();
    let town = |node: usize| if node == relay { 2 } else { usize::from(node >= NODES / 2) };
    for node in 0..relay {
        // A ring in each town, whose first is connected to the relay, and some chords.
        let (first, last) = if town(node) == 0 { (0, NODES / 2 - 1) } else { (NODES / 2, relay - 1) };
        let next = if node == last { first } else { node + 1 };
        let chord = first as u64 + world.below((last - first) as u64);
        world.wish(node, next);
        world.wish(node, chord as usize);
    }
    world.wish(0, relay);
    world.wish(relay, NODES / 2);
    assert!(world.pass_until(600, |world| honest(world).all(|node| world.nodes[node].store.len() == 2)), "no lists");

    // The towns fall apart, and go on writing.
    let cut = world.cut(|a, b| a == relay || b == relay);
    let brief = &pool().brief[seed as usize % pool().brief.len()];
    world.deposit(1, vec![brief.clone()]);
    for round in 0..4 {
        for _ in 0..6 {
            let spoken = &pool().talk[world.below(pool().talk.len() as u64) as usize];
            let honest: Vec<usize> = honest(&world).filter(|node| *node != relay).collect();
            let author = honest[world.below(honest.len() as u64) as usize];
            world.deposit(author, vec![spoken.clone()]);
        }
        if round == 2 {
            let node = (7 + seed as usize) % NODES;
            world.restart(node);
        }
        world.pass(20);
    }
    cut.into_iter().for_each(|(a, b)| world.wish(a, b));
    let mut written = world.acknowledged();
    assert!(written.remove(&brief.id()));
    let all = |world: &World| honest(world).all(|node| world.ids(node).is_superset(&written));
    let done = world.pass_until(3_600, all);
    let lacking: Vec<(usize, usize)> = honest(&world).map(|node| (node, world.ids(node).len())).collect();
    assert!(done, "of {} envelopes: {lacking:?}", written.len());

    // At the full hour what was brief is over, wherever the clock may be believed, and nothing else is.
    world.pass(HOUR / 3);
    for node in honest(&world) {
        let kept = world.ids(node);
        let believes = (0..=2 * DAY as i64).contains(&world.nodes[node].skew);
        assert!(kept.is_superset(&written) && kept.len() == written.len() + usize::from(kept.contains(&brief.id())));
        assert!(!(believes && kept.contains(&brief.id())), "node {node} keeps what is over");
    }
}

/// A clock of 1970, one three weeks ahead, one a day ahead and one a day behind.
fn skew(world: &mut World) {
    let now = pool::START.as_secs() as i64;
    world.nodes[5].skew = -now;
    world.nodes[8].skew = 21 * DAY as i64;
    world.nodes[11].skew = DAY as i64;
    world.nodes[17].skew = -(DAY as i64);
}

fn honest(world: &World) -> impl Iterator<Item = usize> {
    (0..world.nodes.len()).filter(|node| !world.liars.contains_key(node))
}
