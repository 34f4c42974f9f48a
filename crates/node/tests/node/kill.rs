//! R1: a process that stores and drops is killed at random moments. What it acknowledged is there, and the store opens.
//!
//! `KENES_KILL_ROUNDS=1000` does more.

use std::collections::HashSet;

use crate::support::{Dice, rounds};
use crate::witness::{Witness, inspect};

/// A fresh home after this many rounds.
const HOME_ROUNDS: u64 = 50;

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let mut dice = Dice::new();
    let (mut acknowledged, mut killed_early) = (0, 0);
    let mut folder = tempfile::tempdir().unwrap();
    let mut known = HashSet::new();
    for round in 0..rounds("KENES_KILL_ROUNDS", 100) {
        if round % HOME_ROUNDS == 0 {
            folder = tempfile::tempdir().unwrap();
            known.clear();
        }
        let mut witness = Witness::start(folder.path(), round, &[100, 600, 5_000, 60_000]);
        witness.until_some_moment(&mut dice);
        let new = witness.kill();
        killed_early += u64::from(new.is_empty());
        acknowledged += new.len();
        known.extend(new);
        inspect(folder.path(), &known, round);
    }
    println!("{acknowledged} envelopes acknowledged, {killed_early} rounds without any, none lost");
    assert!(acknowledged > 0);
}
