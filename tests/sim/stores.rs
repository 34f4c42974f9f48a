//! Two stores with any contents end equal after repeated turns, each within its bounds on rounds and bytes.

use kenes_core::envelope::Envelope;
use kenes_core::relay::{Event, Limits};
use kenes_core::time::{DAY, HOUR};
use proptest::prelude::*;

use crate::pool::pool;
use crate::world::World;

/// How many times what was missing a sync may cost in bytes that are no envelopes, and what it may cost at least.
const OVERHEAD: u64 = 4_000;

fn limits(small: bool) -> Limits {
    match small {
        // A few envelopes a frame and a few frames a turn, so that everything takes many turns.
        true => Limits { frame: 16 << 10, turn_bytes: 24 << 10, ..Limits::default() },
        false => Limits::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_stores_with_any_contents_end_equal(
        ours in proptest::collection::vec(any::<bool>(), pool().talk.len()),
        theirs in proptest::collection::vec(any::<bool>(), pool().talk.len()),
        both in 0..3u8,
        skew in -30..30i64,
        small in any::<bool>(),
    ) {
        let mut world = World::calm(2, &limits(small));
        world.nodes[1].skew = skew * HOUR as i64;
        world.found();
        let chosen = |which: &[bool]| -> Vec<Envelope> {
            let kept = pool().talk.iter().zip(which).enumerate();
            kept.filter(|(n, (_, chosen))| **chosen || n % 3 < usize::from(both)).map(|(_, (said, _))| said.clone()).collect()
        };
        world.settle(1, pool().lists.clone());
        world.settle(0, chosen(&ours));
        world.settle(1, chosen(&theirs));
        let union: std::collections::BTreeSet<_> = world.ids(0).union(&world.ids(1)).copied().collect();
        let before = world.bytes;
        world.wish(0, 1);
        prop_assert!(world.pass_until(DAY, |world| world.ids(0) == union && world.ids(1) == union));
        // What one side lacks travels once; talk about it is bounded, turn by turn.
        let lacking = |node: usize| union.len() - world.ids(node).len();
        prop_assert_eq!(lacking(0) + lacking(1), 0);
        let moved: u64 = synced(&world, 0).map(|(received, sent, _)| received + sent).sum();
        let overhead: u64 = synced(&world, 0).map(|(_, _, overhead)| overhead).sum();
        let turns = 1 + moved * 800 / limits(small).turn_bytes;
        prop_assert!(overhead <= turns * OVERHEAD, "{} bytes about {} envelopes", overhead, moved);
        prop_assert!(world.bytes - before <= moved * 740 + 3 * turns * OVERHEAD);
    }
}

fn synced(world: &World, node: usize) -> impl Iterator<Item = (u64, u64, u64)> {
    world.nodes[node].told.iter().filter_map(|event| match event {
        Event::Synced { report, .. } => Some((report.received, report.sent, report.overhead_bytes)),
        _ => None,
    })
}
