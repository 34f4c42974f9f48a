//! P5: how long a node takes to catch up with another process on loopback, beside ingesting the same in one process.
//!
//! `cargo bench -p kenes-node --bench catchup`; `KENES_BENCH_ENVELOPES` and `KENES_BENCH_RUNS` set the size. The other
//! process is this bench, started again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
#[path = "../tests/node/support.rs"]
mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kenes_core::envelope::Envelope;
use kenes_core::ids::ChannelId;
use kenes_node::config::{Config, ConfigLimits};
use kenes_node::home::{Home, HomeLock};
use kenes_node::{Multiaddr, NetMode, Node};
use support::{Channel, WATCHDOG, config, rounds};
use tokio::task::JoinSet;

const SERVE: &str = "KENES_BENCH_SERVE";
const BATCH: usize = 256;
const UNDER_WAY: usize = 8;
const LONGEST: Duration = Duration::from_secs(600);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match std::env::var(SERVE) {
        Ok(home) => runtime.block_on(serve(Path::new(&home))),
        Err(_) => runtime.block_on(measure()),
    }
}

/// Says where it listens, and runs until it is killed.
async fn serve(home: &Path) {
    let (_lock, node) = start(home, &[], NetMode::On).await;
    println!("{}", node.status().await.unwrap().listen[0]);
    node.stopped().await;
}

async fn measure() {
    let (count, runs) = (rounds("KENES_BENCH_ENVELOPES", 100_000), rounds("KENES_BENCH_RUNS", 3));
    let mut channel = Channel::with_pens(1, 50);
    let (id, list, talk) = (channel.id, channel.list(), channel.talks(count as usize));
    println!("{count} envelopes, {} bytes each, of 50 pens, {runs} runs, medians", talk[0].bytes().len());
    let (mut ingests, mut catchups, mut processor, mut wire) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let full = tempfile::tempdir().unwrap();
        ingests.push(ingest(full.path(), id, &list, &talk).await);
        let mut server = Server::start(full.path());
        let empty = tempfile::tempdir().unwrap();
        let (address, before) = (server.address(), cpu("self") + cpu(server.pid()));
        let (took, bytes) = catch_up(empty.path(), id, address, count + 1).await;
        catchups.push(took);
        processor.push(cpu("self") + cpu(server.pid()) - before);
        wire = bytes;
    }
    let ratio = median(ingests.iter().zip(&catchups).map(|(ingest, took)| took.as_secs_f64() / ingest.as_secs_f64()));
    let seconds = |took: &[Duration]| median(took.iter().map(Duration::as_secs_f64));
    let useful: usize = talk.iter().map(|envelope| envelope.bytes().len()).sum();
    println!("| what | seconds | ratio |");
    println!("| --- | --- | --- |");
    println!("| ingest in one process | {:.2} | 1 |", seconds(&ingests));
    println!("| catch-up over loopback, durable | {:.2} | {ratio:.2} |", seconds(&catchups));
    println!("processor time of both: {:.2} s", seconds(&processor));
    println!("frames, both ways: {:.3} x the envelopes' bytes", wire as f64 / useful as f64);
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn start(home: &Path, peers: &[Multiaddr], mode: NetMode) -> (HomeLock, Node) {
    let lock = Home::at(home).lock(WATCHDOG).unwrap();
    let limits = ConfigLimits { channel_bytes: 1 << 40, total_bytes: 1 << 40, ..ConfigLimits::default() };
    let node = Node::start(&lock, Config { limits, ..config(peers) }, mode).await.unwrap();
    (lock, node)
}

async fn ingest(home: &Path, channel: ChannelId, list: &Envelope, talk: &[Envelope]) -> Duration {
    let (_lock, node) = start(home, &[], NetMode::Off).await;
    node.carry(channel, None).await.unwrap();
    node.import(vec![list.clone()]).await.unwrap();
    let begun = Instant::now();
    let mut under_way = JoinSet::new();
    for batch in talk.chunks(BATCH) {
        if under_way.len() == UNDER_WAY {
            under_way.join_next().await;
        }
        let (node, bytes) = (node.clone(), batch.iter().map(|one| one.bytes().clone()).collect::<Vec<_>>());
        under_way.spawn(async move {
            let envelopes = bytes.iter().map(|bytes| Envelope::decode(bytes).unwrap()).collect();
            node.import(envelopes).await.unwrap();
        });
    }
    under_way.join_all().await;
    let took = begun.elapsed();
    node.stop().await;
    took
}

/// From the start of an empty node until all is durable in it; and the bytes of all frames.
async fn catch_up(home: &Path, channel: ChannelId, from: Multiaddr, count: u64) -> (Duration, u64) {
    let (_lock, node) = start(home, &[from], NetMode::On).await;
    let begun = Instant::now();
    node.carry(channel, None).await.unwrap();
    let mut events = node.subscribe();
    loop {
        let status = node.status().await.unwrap();
        if status.envelopes >= count {
            let took = begun.elapsed();
            node.stop().await;
            return (took, status.counters.bytes_in + status.counters.bytes_out);
        }
        assert!(begun.elapsed() < LONGEST, "{status:#?}");
        let _ = tokio::time::timeout(Duration::from_millis(50), events.recv()).await;
    }
}

/// The processor time that a process has taken, as Linux counts it: in hundredths of a second.
fn cpu(process: impl std::fmt::Display) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

/// The other process, killed when this is dropped.
struct Server(Child);

impl Server {
    fn start(home: &Path) -> Self {
        let this = std::env::current_exe().unwrap();
        Self(Command::new(this).env(SERVE, home).stdout(Stdio::piped()).spawn().unwrap())
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }

    fn address(&mut self) -> Multiaddr {
        let mut line = String::new();
        BufReader::new(self.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        line.trim().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}
