//! R3: files that were damaged. Nothing crashes, nothing altered is shown, and what can be read is saved.
//!
//! `KENES_DAMAGE_ROUNDS=1000` does more.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use kenes_core::envelope::{Body, Envelope, Header, LONGEST, Priority, VERSION, Verified};
use kenes_core::ids::{ChannelId, EnvelopeId};
use kenes_core::sign::SigningKey;
use kenes_core::time::{BUILT, DAY};
use kenes_node::home::{Home, Place};
use kenes_node::store::{Change, Opened, Store, StoreError};
use kenes_node::{Arrival, Batch};

use crate::support::{Dice, rounds};

const CACHE: u64 = 16 << 20;
const ENVELOPES: u32 = 400;
const RECORDS: u32 = 50;

fn public(n: u32, length: usize) -> Verified<Envelope> {
    let pen = SigningKey::from_seed([7; 32]);
    let mut bytes = n.to_le_bytes().to_vec();
    bytes.resize(length, n as u8);
    let header = Header {
        version: VERSION,
        channel: ChannelId::from_bytes([3; 32]),
        pen: pen.public(),
        created: BUILT,
        expires: BUILT.plus(14 * DAY),
        priority: Priority::Routine,
    };
    let envelope = Envelope::seal(header, Body::Public(bytes), &pen).unwrap();
    envelope.verify(&pen.public().check().unwrap()).unwrap()
}

#[test]
fn a_fill_with_the_largest_envelopes_of_which_half_are_dropped_leaves_no_blobs() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path());
    let store = Store::open(&home, CACHE).unwrap().store;
    let all: Vec<_> = (0..300).map(|n| public(n, LONGEST - 300)).collect();
    for some in all.chunks(20) {
        store.apply(&[Change::Keep(some.to_vec())]).unwrap();
    }
    let half: Vec<EnvelopeId> = all.iter().step_by(2).map(|envelope| envelope.id()).collect();
    for some in half.chunks(20) {
        store.apply(&[Change::Drop { envelopes: some.to_vec(), floors: vec![] }]).unwrap();
    }
    drop(store);
    let opened = Store::open(&home, CACHE).unwrap();
    assert_eq!(opened.entries.len(), 150);
    assert!(opened.store.read_after(Arrival::START, 10).unwrap().len() == 10);
    let blobs = fs::read_dir(home.store().join("blobs")).map(|blobs| blobs.count()).unwrap_or(0);
    assert_eq!(blobs, 0);
}

#[test]
fn damaged_files_neither_crash_the_store_nor_show_anything_altered() {
    let mut dice = Dice::new();
    let folder = tempfile::tempdir().unwrap();
    let sound = Home::at(folder.path().join("sound"));
    let written = fill(&sound);
    let mut tally: HashMap<&str, (u64, u64, u64)> = HashMap::new();
    for round in 0..rounds("KENES_DAMAGE_ROUNDS", 60) {
        let home = Home::at(folder.path().join("damaged"));
        copy(sound.root(), home.root());
        let kind = damage(&home.store(), round, &mut dice);
        let (envelopes, salvaged) = survivors(&home, &written);
        let (count, kept, saved) = tally.entry(kind).or_default();
        (*count, *kept, *saved) = (*count + 1, *kept + envelopes, *saved + u64::from(salvaged));
        fs::remove_dir_all(home.root()).unwrap();
    }
    for (kind, (count, kept, salvaged)) in tally {
        let share = 100.0 * kept as f64 / (count * u64::from(ENVELOPES)) as f64;
        println!("{kind:>20}: {count} times, {salvaged} salvaged, {share:.1} % of envelopes kept");
        assert!(share > 90.0 || kind == "cut off", "{kind}: what could be read was not saved");
    }
}

fn fill(home: &Home) -> HashMap<EnvelopeId, Verified<Envelope>> {
    home.create().unwrap();
    let store = Store::open(home, CACHE).unwrap().store;
    let all: Vec<_> = (0..ENVELOPES).map(|n| public(n, 200 + (n as usize * 37) % 9_000)).collect();
    for some in all.chunks(25) {
        store.apply(&[Change::Keep(some.to_vec())]).unwrap();
    }
    for n in 0..RECORDS {
        let mut batch = Batch::new();
        batch.put(format!("record {n}"), vec![n as u8; 3_000 * (n as usize % 5)]);
        store.apply(&[Change::Records(batch)]).unwrap();
    }
    all.into_iter().map(|envelope| (envelope.id(), envelope)).collect()
}

/// Does one kind of harm to the files in `store`.
fn damage(store: &Path, round: u64, dice: &mut Dice) -> &'static str {
    let db = store.join("db");
    let mut bytes = fs::read(&db).unwrap();
    let length = bytes.len() as u64;
    match round % 6 {
        0 => {
            let at = dice.below(length) as usize;
            bytes[at] ^= 1 << dice.below(8);
            fs::write(&db, bytes).unwrap();
            "a bit flipped"
        }
        1 => {
            for _ in 0..64 {
                let at = dice.below(length) as usize;
                bytes[at] ^= 1 << dice.below(8);
            }
            fs::write(&db, bytes).unwrap();
            "64 bits flipped"
        }
        2 => {
            bytes.truncate(dice.below(length) as usize);
            fs::write(&db, bytes).unwrap();
            "cut off"
        }
        3 => {
            let page = dice.below(length / 4_096) as usize * 4_096;
            bytes[page..page + 4_096].fill(0);
            fs::write(&db, bytes).unwrap();
            "a page zeroed"
        }
        4 => {
            fs::write(store.join("snap.FFFFFFFFFFFFFFFF.generating"), b"half").unwrap();
            "snapshot unfinished"
        }
        _ => {
            fs::write(store.join("snap.FFFFFFFFFFFFFFFF"), vec![9; 100]).unwrap();
            "snapshot damaged"
        }
    }
}

/// How many envelopes are left, and whether a salvage was needed. Damage that shows only when it is read is saved by
/// the next opening.
fn survivors(home: &Home, written: &HashMap<EnvelopeId, Verified<Envelope>>) -> (u64, bool) {
    let mut salvaged = false;
    for _ in 0..3 {
        let opened = Store::open(home, CACHE).unwrap();
        if let Some(saved) = &opened.salvaged {
            salvaged = true;
            assert!(saved.aside.exists());
            assert_eq!(opened.place, Place::Salvaged);
        }
        match read_all(&opened, written) {
            Ok(count) => return (count, salvaged),
            Err(StoreError::Damaged) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("a salvaged store does not read");
}

fn read_all(opened: &Opened, written: &HashMap<EnvelopeId, Verified<Envelope>>) -> Result<u64, StoreError> {
    let (store, mut count, mut cursor) = (&opened.store, 0, Arrival::START);
    loop {
        let page = store.read_after(cursor, 64)?;
        let Some((last, _)) = page.last() else { break };
        cursor = *last;
        for (_, envelope) in &page {
            assert_eq!(written.get(&envelope.id()), Some(envelope), "something altered was shown");
            count += 1;
        }
    }
    for n in 0..RECORDS {
        if let Some(value) = store.drawer().get(format!("record {n}").as_bytes())? {
            assert_eq!(value, vec![n as u8; 3_000 * (n as usize % 5)], "an altered record was shown");
        }
    }
    store.apply(&[Change::Keep(vec![public(9_999, 100)])])?;
    Ok(count)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target: PathBuf = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &target);
        } else {
            fs::copy(file.path(), target).unwrap();
        }
    }
}
