//! R2, for the files beside the store: power goes while a process replaces one again and again. What is there afterwards
//! is whole, and no older than what was acknowledged last; a new home is there with what was acknowledged in it.
//!
//! The process is this test binary, started again for its ignored test [`child`].

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use kenes_node::home::Home;
use kenes_node::whole;

use crate::disk::{Disk, FileSystem};
use crate::support::{Dice, rounds};

const HOME: &str = "KENES_FILES_HOME";
/// No more acknowledgements are waited for before a cut.
const MOST: u64 = 20;

#[test]
fn a_replaced_file_is_whole_and_no_older_than_acknowledged_when_power_goes() {
    let mut dice = Dice::new();
    for kind in FileSystem::ALL {
        let disk = match Disk::new(kind) {
            Ok(disk) => disk,
            Err(reason) => return eprintln!("skipped: no disk can be mounted and cut here: {reason}"),
        };
        let mut total = 0;
        for cut in 0..rounds("KENES_POWER_CUTS", 10) {
            let home = disk.root().join(format!("{cut}/above/home"));
            let acknowledged = replace_until_a_cut(&disk, &home, &mut dice);
            disk.again();
            total += acknowledged;
            match fs::read(Home::at(&home).keystore()) {
                Ok(bytes) => {
                    let number = u64::from_le_bytes(bytes[..8].try_into().unwrap());
                    assert!(number >= acknowledged, "cut {cut}: {number} is older than {acknowledged}");
                    assert!(bytes == content(number), "cut {cut}: number {number} is not whole");
                }
                Err(error) => assert_eq!((acknowledged, error.kind()), (0, io::ErrorKind::NotFound), "cut {cut}"),
            }
        }
        println!("{kind:?}: {total} replacements acknowledged, none lost, none by halves");
    }
}

/// The last number acknowledged.
fn replace_until_a_cut(disk: &Disk, home: &Path, dice: &mut Dice) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["files::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let number = |line: String| line.strip_prefix("ack ")?.parse::<u64>().ok();
    let (wanted, mut last) = (dice.below(MOST), 0);
    while last < wanted {
        last = lines.by_ref().find_map(number).expect("the process ended by itself");
    }
    disk.cut(&Home::at(home).keystore(), dice.below(2) == 0, &[]);
    last = lines.filter_map(number).last().unwrap_or(last);
    child.wait().unwrap();
    last
}

/// What is written under that number: of different lengths, and of no two alike.
fn content(number: u64) -> Vec<u8> {
    number.to_le_bytes().repeat(512 * (1 + number as usize % 8))
}

#[test]
#[ignore = "it is the process that the other test ends"]
fn child() {
    let Ok(home) = std::env::var(HOME) else { return };
    let home = Home::at(home);
    let replace = |number: u64| -> io::Result<()> {
        whole::replace(&home.keystore(), |_| Ok::<_, io::Error>(content(number)))?;
        // A machine whose power goes tells nobody anything after: only a sync that begins after that fails here.
        File::open(home.keystore())?.sync_all()
    };
    if home.create().is_err() {
        return;
    }
    for number in 1..10_000 {
        if replace(number).is_err() {
            return;
        }
        println!("ack {number}");
        io::stdout().flush().unwrap();
    }
}
