//! A process that stores, drops and acknowledges until it is ended, and what must be there afterwards.
//!
//! It is this test binary, started again for its ignored test [`child`].

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Lines, Read, Seek, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use kenes_core::ids::EnvelopeId;
use kenes_node::config::{Config, ConfigLimits};
use kenes_node::home::Home;
use kenes_node::store::Store;
use kenes_node::{Arrival, Batch, NetMode, Node};

use crate::support::{Channel, Dice, WATCHDOG, config};

const HOME: &str = "KENES_WITNESS_HOME";
const ROUND: &str = "KENES_WITNESS_ROUND";
const LENGTHS: &str = "KENES_WITNESS_LENGTHS";
/// No round waits for more acknowledgements before the end.
const MOST: u64 = 40;
/// Nor longer after the last one that it waits for, in microseconds.
const MOMENT: u64 = 4_000;
const CACHE: u64 = 16 << 20;

/// The running process.
pub(crate) struct Witness {
    child: Child,
    /// What it says to people.
    said: File,
    lines: Lines<BufReader<ChildStdout>>,
    acknowledged: Vec<EnvelopeId>,
}

impl Witness {
    /// Starts it in a home, with envelopes of about these lengths in turn. No two rounds in a home make the same ones.
    pub(crate) fn start(home: &Path, round: u64, lengths: &[usize]) -> Self {
        let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
        let said = tempfile::tempfile().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["witness::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
            .env(HOME, home)
            .env(ROUND, round.to_string())
            .env(LENGTHS, lengths.join(" "))
            .stdout(Stdio::piped())
            .stderr(said.try_clone().unwrap())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, said, lines, acknowledged: Vec::new() }
    }

    /// Returns at a moment that nobody could foresee, when it has begun.
    pub(crate) fn until_some_moment(&mut self, dice: &mut Dice) {
        let (wanted, moment) = (dice.below(MOST) as usize, Duration::from_micros(dice.below(MOMENT)));
        let mut begun = false;
        while !begun || self.acknowledged.len() < wanted {
            let line = self.lines.next().expect("the process ended by itself").unwrap();
            begun |= line.ends_with("begun");
            self.acknowledged.extend(acknowledged(&line));
        }
        let deadline = Instant::now() + moment;
        while Instant::now() < deadline {
            std::hint::spin_loop();
        }
    }

    /// Kills it; what it acknowledged until its end.
    pub(crate) fn kill(mut self) -> Vec<EnvelopeId> {
        self.child.kill().unwrap();
        self.end()
    }

    /// Waits until it ends by itself; what it acknowledged.
    pub(crate) fn end(mut self) -> Vec<EnvelopeId> {
        self.child.wait().unwrap();
        let mut said = String::new();
        self.said.rewind().and_then(|()| self.said.read_to_string(&mut said)).unwrap();
        assert!(!said.contains("panicked"), "{said}");
        self.acknowledged.extend(self.lines.map_while(Result::ok).filter_map(|line| acknowledged(&line)));
        self.acknowledged
    }
}

fn acknowledged(line: &str) -> Option<EnvelopeId> {
    line.strip_prefix("ack ")?.parse().ok()
}

/// Opens the store of that home, and sees that all of these are in it, whole, with their records, and nothing by halves.
pub(crate) fn inspect(home: &Path, acknowledged: &HashSet<EnvelopeId>, round: u64) {
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

/// Stores into one channel, and into another one that it drops again and again, until it is ended.
#[test]
#[ignore = "it is the process that other tests end"]
fn child() {
    let (Ok(home), Ok(round), Ok(lengths)) = (std::env::var(HOME), std::env::var(ROUND), std::env::var(LENGTHS)) else {
        return;
    };
    let round: u64 = round.parse().unwrap();
    let lengths: Vec<usize> = lengths.split(' ').map(|length| length.parse().unwrap()).collect();
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
        let disk = File::open(lock.home().store().join("db")).unwrap();
        println!("begun");
        for (n, length) in (0..10_000_u64).zip(lengths.into_iter().cycle()) {
            let (kept, gone) = (safe.talk(length), short.talk(length));
            let mut records = Batch::new();
            records.put(*kept.id().as_bytes(), vec![n as u8; length]);
            let (one, other) = tokio::join!(
                node.deposit(vec![kept.clone()], records),
                node.deposit(vec![gone.clone()], Batch::new()),
            );
            // Without power there is no disk to write to, and nobody is told that anything was written.
            let (Ok(one), Ok(other)) = (one, other) else { return };
            assert_eq!((one.stored, other.stored), (1, 1));
            // A machine whose power goes tells nobody anything after. This process runs on, and XFS lets a sync that was
            // under way end well, though it is not done; one that begins after does not.
            if disk.sync_all().is_err() {
                std::process::exit(0);
            }
            println!("ack {}", kept.id());
            std::io::stdout().flush().unwrap();
            if n % 16 == 15 {
                let again = async {
                    node.forget(short.id).await?;
                    node.carry(short.id, None).await?;
                    node.deposit(vec![short.list()], Batch::new()).await
                };
                if again.await.is_err() {
                    return;
                }
            }
        }
    });
}
