//! Case E7: fifty desks that see one removal, and rotate by themselves when their turn comes. Seeded; each desk knows
//! what has reached it, hears of everything late, and some are locked.

use std::collections::BTreeMap;

use kenes_core::book::State;
use kenes_core::epoch::{self, Reason, Rotation, SLOW_STEP, STEP};
use kenes_core::ids::EpochId;
use kenes_core::sign::PublicKey;
use kenes_core::time::{BUILT, HOUR, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::hall::*;

const DESKS: u8 = 50;
const SEEDS: u64 = 10;
/// How often a desk looks whether something is due, in seconds.
const LOOK: u64 = 10;
/// How long something is on its way at most, and to a desk that is badly connected.
const NEAR: u64 = 15;
const FAR: u64 = 600;

/// The committee before somebody is removed, and after.
fn states() -> (State, State) {
    let people: Vec<u8> = (1..=DESKS).collect();
    let mut hall = Hall::found(&people);
    for n in &people {
        hall.device(*n, 0);
    }
    let before = hall.read_once();
    hall.adopt(1, 1, hall.genesis, vec![remove_entry(DESKS)], &people[..26]);
    (before, hall.read_once())
}

fn made(state: &State, author: PublicKey, after: &BTreeMap<EpochId, Rotation>, time: Timestamp) -> Rotation {
    Rotation {
        version: epoch::VERSION,
        committee: state.committee,
        channel: state.roster().channel,
        author,
        recipients: state.recipients().iter().map(|device| device.sign).collect(),
        after: after.keys().copied().collect(),
        under: state.roster().at,
        out: vec![],
        shares: [0; 32],
        time,
    }
}

struct Desk {
    device: PublicKey,
    locked: bool,
    /// How long what others do is on its way here.
    delay: u64,
    /// When it hears of the removal, and where it looks first.
    hears: u64,
    noticed: Option<([u8; 32], u64)>,
}

/// How many rotations there are after an hour.
fn rotations_after_a_removal(seed: u64, before: &State, after: &State) -> usize {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut below = |n: u64| rng.next_u64() % n;
    let first = (EpochId::from_bytes([0xff; 32]), made(before, device_key(1, 0), &BTreeMap::new(), BUILT));
    let mut desks: Vec<_> = (1..DESKS)
        .map(|n| {
            let delay = if below(10) == 0 { below(FAR) } else { below(NEAR) };
            Desk { device: device_key(n, 0), locked: below(3) == 0, delay, hears: below(10) + delay, noticed: None }
        })
        .collect();
    let mut written: Vec<(u64, EpochId, Rotation)> = vec![];
    for second in 0..HOUR {
        for desk in &mut desks {
            if desk.locked || (second + desk.hears) % LOOK != 0 || second < desk.hears {
                continue;
            }
            let heard = written.iter().filter(|(at, _, by)| by.author == desk.device || at + desk.delay <= second);
            let mut known: BTreeMap<_, _> = heard.map(|(_, id, rotation)| (*id, rotation.clone())).collect();
            known.insert(first.0, first.1.clone());
            let now = BUILT.plus(second);
            let Some(turn) = epoch::turn(after, &known, &desk.device, now, 0) else { continue };
            assert_eq!((turn.reason, turn.wait()), (Reason::NoneEligible, turn.rank as u64 * STEP));
            let since = desk.noticed.filter(|(trigger, _)| *trigger == turn.trigger).map_or(second, |(_, at)| at);
            desk.noticed = Some((turn.trigger, since));
            if since + turn.wait() <= second {
                let id = EpochId::from_bytes([written.len() as u8; 32]);
                written.push((second, id, made(after, desk.device, &known, now)));
            }
        }
    }
    let all = written.iter().map(|(_, id, rotation)| (*id, rotation.clone())).collect();
    assert!(epoch::preferred(&all, after).is_some(), "seed {seed}: nobody rotated");
    written.len()
}

#[test]
fn e7_fifty_desks_that_see_one_removal_make_at_most_three_rotations_in_nine_of_ten_seeds() {
    let (before, after) = states();
    let made: Vec<_> = (0..SEEDS).map(|seed| rotations_after_a_removal(seed, &before, &after)).collect();
    let few = made.iter().filter(|rotations| **rotations <= 3).count();
    assert!(few >= 9, "{made:?}");
}

#[test]
fn whoever_is_no_voter_or_is_out_has_no_turn_and_the_weekly_one_is_slow() {
    let (before, after) = states();
    let none = BTreeMap::new();
    assert_eq!(epoch::turn(&after, &none, &device_key(DESKS, 0), BUILT, 0), None);
    assert_eq!(epoch::turn(&after, &none, &device_key(1, 1), BUILT, 0), None);
    let known = [(EpochId::from_bytes([1; 32]), made(&before, device_key(1, 0), &none, BUILT))].into();
    let (early, late) = (BUILT.plus(epoch::WEEK - 1), BUILT.plus(epoch::WEEK));
    assert_eq!(epoch::turn(&before, &known, &device_key(2, 0), early, 0), None);
    let turns: Vec<_> = (1..=DESKS).filter_map(|n| epoch::turn(&before, &known, &device_key(n, 0), late, 0)).collect();
    assert!(turns.iter().all(|turn| turn.reason == Reason::Weekly && turn.trigger == [1; 32]));
    let mut waits: Vec<_> = turns.iter().map(epoch::Turn::wait).collect();
    waits.sort_unstable();
    assert_eq!(waits, (0..u64::from(DESKS)).map(|n| n * SLOW_STEP).collect::<Vec<_>>());
}
