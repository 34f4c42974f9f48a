//! R2: power goes, at random moments, from the disk of a process that stores and drops. What it acknowledged is there
//! when the disk has started again, and the store opens.
//!
//! `KENES_POWER_CUTS=200` makes so many cuts with each length on ext4 and then on XFS.

use std::collections::HashSet;
use std::time::Instant;

use crate::disk::{Disk, FileSystem};
use crate::support::{Dice, rounds};
use crate::witness::{Witness, inspect};

/// Bodies of 1 and of 16 KiB, and the longest that an envelope has room for.
const LENGTHS: [usize; 3] = [1_024, 16 * 1_024, 62 * 1_024];
/// A fresh disk after so many cuts.
const DISK_CUTS: u64 = 25;
/// No more ranges than this are written out of order before a cut.
const PARTS: u64 = 4;

#[test]
fn nothing_acknowledged_is_lost_when_power_goes() {
    if let Err(reason) = Disk::new(FileSystem::Ext4).and_then(|_| Disk::new(FileSystem::Xfs)) {
        return eprintln!("skipped: no disk can be mounted and cut here: {reason}");
    }
    let mut dice = Dice::new();
    for kind in FileSystem::ALL {
        for length in LENGTHS {
            cut_again_and_again(kind, length, &mut dice);
        }
    }
}

fn cut_again_and_again(kind: FileSystem, length: usize, dice: &mut Dice) {
    let (cuts, started) = (rounds("KENES_POWER_CUTS", 3), Instant::now());
    let mut disk = Disk::new(kind).unwrap();
    let (mut known, mut acknowledged, mut cut_early) = (HashSet::new(), 0, 0);
    for cut in 0..cuts {
        if cut % DISK_CUTS == 0 {
            disk = Disk::new(kind).unwrap();
            known.clear();
        }
        let home = disk.root().join("home");
        let mut witness = Witness::start(&home, cut, &[length]);
        witness.until_some_moment(dice);
        let store = home.join("db/db");
        disk.cut(&store, dice.below(2) == 0, &parts(store.metadata().map_or(0, |file| file.len()), dice));
        let new = witness.end();
        cut_early += u64::from(new.is_empty());
        acknowledged += new.len();
        known.extend(new);
        disk.again();
        inspect(&home, &known, cut);
    }
    let took = started.elapsed().as_secs();
    println!(
        "{kind:?}, {length} bytes: {cuts} cuts, {acknowledged} acknowledged, {cut_early} cuts before any, \
         none lost, every store opened, {took} s"
    );
    assert!(acknowledged > 0);
}

/// Parts of a file of that length, towards its end where most is new.
fn parts(length: u64, dice: &mut Dice) -> Vec<(u64, u64)> {
    let part = |dice: &mut Dice| {
        let from = length - dice.below(length.min(4 << 20)) - 1;
        (from / 4_096 * 4_096, 4_096 * (1 + dice.below(64)))
    };
    let count = if length == 0 { 0 } else { dice.below(PARTS + 1) };
    (0..count).map(|_| part(dice)).collect()
}
