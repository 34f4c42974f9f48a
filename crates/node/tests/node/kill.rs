//! R1: a process that stores and drops is killed at random moments. What it acknowledged is there, and the store opens.
//!
//! The process is this test binary, started again for its ignored test [`child`]. `KENES_KILL_ROUNDS=1000` does more.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kenes_core::ids::EnvelopeId;
use kenes_node::config::{Config, ConfigLimits};
use kenes_node::home::Home;
use kenes_node::store::Store;
use kenes_node::{Arrival, Batch, NetMode, Node};

use crate::support::{Channel, Dice, WATCHDOG, config, rounds};

const HOME: &str = "KENES_KILL_HOME";
const ROUND: &str = "KENES_KILL_ROUND";
/// A fresh home after this many rounds.
const HOME_ROUNDS: u64 = 50;
const CACHE: u64 = 16 << 20;

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
        let new = run_and_kill(folder.path(), round, &mut dice);
        killed_early += u64::from(new.is_empty());
        acknowledged += new.len();
        known.extend(new);
        inspect(folder.path(), &known, round);
    }
    println!("{acknowledged} envelopes acknowledged, {killed_early} rounds without any, none lost");
    assert!(acknowledged > 0);
}

/// What the process acknowledged before it died.
fn run_and_kill(home: &Path, round: u64, dice: &mut Dice) -> Vec<EnvelopeId> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(HOME, home)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let wanted = dice.below(40) as usize;
    let moment = Duration::from_micros(dice.below(4_000));
    let mut acknowledged = Vec::new();
    let mut begun = false;
    while !begun || acknowledged.len() < wanted {
        let line = lines.next().expect("the child ended by itself").unwrap();
        begun |= line.ends_with("begun");
        acknowledged.extend(line.strip_prefix("ack ").map(|id| id.parse::<EnvelopeId>().unwrap()));
    }
    let deadline = Instant::now() + moment;
    while Instant::now() < deadline {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged
        .extend(lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("ack ")?.parse::<EnvelopeId>().ok()));
    acknowledged
}

fn inspect(home: &Path, acknowledged: &HashSet<EnvelopeId>, round: u64) {
    let opened = Store::open(&Home::at(home), CACHE).unwrap();
    assert_eq!(opened.salvaged, None, "round {round}");
    let store = opened.store;
    for id in acknowledged {
        assert!(store.envelope(id).unwrap().is_some(), "round {round}: {id} is lost");
        assert!(store.drawer().get(id.as_bytes()).unwrap().is_some(), "round {round}: the record of {id} is lost");
    }
    let safe = Channel::new(1).id;
    let mut cursor = Arrival::START;
    loop {
        let page = store.read_after(cursor, 256).unwrap();
        let Some((last, _)) = page.last() else { break };
        cursor = *last;
        for (_, envelope) in page.iter().filter(|(_, envelope)| envelope.header().channel == safe) {
            let record = store.drawer().get(envelope.id().as_bytes()).unwrap();
            let is_list = envelope.body().kind() == kenes_core::envelope::Kind::List;
            assert!(record.is_some() || is_list, "round {round}: an envelope without its record");
        }
    }
    assert_eq!(store.held().damaged, 0, "round {round}");
}

/// Stores into one channel, and into another one that it drops again and again, until it is killed.
#[test]
#[ignore = "it is the process that the test above kills"]
fn child() {
    let (Ok(home), Ok(round)) = (std::env::var(HOME), std::env::var(ROUND)) else { return };
    let round: u64 = round.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let lock = Home::at(home).lock(WATCHDOG).unwrap();
        let limits = ConfigLimits { channel_bytes: 1 << 40, total_bytes: 1 << 40, ..ConfigLimits::default() };
        let settings = Config { limits, ..config(&[]) };
        let node = Node::start(&lock, settings, NetMode::Off).await.unwrap();
        let (mut safe, mut short) = (Channel::new(1).skip(round << 32), Channel::new(2).skip(round << 32));
        for channel in [&safe, &short] {
            node.carry(channel.id, None).await.unwrap();
            node.deposit(vec![channel.list()], Batch::new()).await.unwrap();
        }
        println!("begun");
        for n in 0..10_000_u64 {
            let length = [100, 600, 5_000, 60_000][(n % 4) as usize];
            let (kept, gone) = (safe.talk(length), short.talk(length));
            let mut records = Batch::new();
            records.put(*kept.id().as_bytes(), vec![n as u8; length]);
            let (one, other) = tokio::join!(
                node.deposit(vec![kept.clone()], records),
                node.deposit(vec![gone.clone()], Batch::new()),
            );
            assert_eq!((one.unwrap().stored, other.unwrap().stored), (1, 1));
            println!("ack {}", kept.id());
            std::io::stdout().flush().unwrap();
            if n % 16 == 15 {
                node.forget(short.id).await.unwrap();
                node.carry(short.id, None).await.unwrap();
                node.deposit(vec![short.list()], Batch::new()).await.unwrap();
            }
        }
    });
}
