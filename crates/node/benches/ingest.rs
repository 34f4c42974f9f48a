//! P4: how fast envelopes become durable, beside how fast they are decoded, hashed and verified in memory.
//!
//! `cargo bench -p kenes-node --bench ingest`; `KENES_BENCH_ENVELOPES` and `KENES_BENCH_RUNS` set the size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
#[path = "../tests/node/support.rs"]
mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use kenes_core::envelope::Envelope;
use kenes_core::relay::{BatchNo, Candidate, Keys, check};
use kenes_node::config::{Config, ConfigLimits};
use kenes_node::home::Home;
use kenes_node::store::{Change, Store};
use kenes_node::{NetMode, Node};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use support::{Channel, WATCHDOG, config, rounds};
use tokio::task::JoinSet;

/// As many as a machine hands out for verification together.
const BATCH: usize = 256;
/// Batches under way at once, as from several peers.
const UNDER_WAY: usize = 8;

fn main() {
    let (count, runs) = (rounds("KENES_BENCH_ENVELOPES", 100_000), rounds("KENES_BENCH_RUNS", 5));
    let mut channel = Channel::with_pens(1, 50);
    let list = channel.list();
    let bytes: Vec<Vec<u8>> = channel.talks(count as usize).iter().map(|envelope| envelope.bytes().to_vec()).collect();
    let logical: usize = bytes.iter().map(Vec::len).sum();
    println!("{count} envelopes, {} bytes each, of 50 pens, {runs} runs, medians", logical / bytes.len());

    let (mut memory, mut store, mut whole, mut disk) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for _ in 0..runs {
        let folder = tempfile::tempdir().unwrap();
        memory.push(in_memory(&bytes));
        store.push(in_store(&bytes));
        whole.push(runtime.block_on(through_node(folder.path(), channel.id, &list, &bytes)));
        disk = size_of(folder.path());
    }
    println!("| what | envelopes/s | ratio |");
    println!("| --- | --- | --- |");
    let line = |what: &str, took: &[Duration]| {
        let ratios = memory.iter().zip(took).map(|(memory, took)| memory.as_secs_f64() / took.as_secs_f64());
        let rates = took.iter().map(|took| count as f64 / took.as_secs_f64());
        println!("| {what} | {:.0} | {:.2} |", median(rates), median(ratios));
    };
    line("in memory, one thread: decode, hash, verify by 256", &memory);
    line("the store alone: verified envelopes, fsync every 1,024", &store);
    line("durable ingest: the whole node, decode to fsync", &whole);
    println!("disk: {:.2} x the envelopes' bytes", disk as f64 / logical as f64);
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

fn in_memory(bytes: &[Vec<u8>]) -> Duration {
    let (mut keys, mut rng) = (Keys::default(), ChaCha20Rng::from_seed([1; 32]));
    let begun = Instant::now();
    for batch in bytes.chunks(BATCH) {
        let candidates = batch.iter().map(|bytes| candidate(bytes)).collect();
        assert!(check(BatchNo(0), candidates, &mut keys, &mut rng).refused.is_empty());
    }
    begun.elapsed()
}

fn candidate(bytes: &[u8]) -> Candidate {
    Candidate { envelope: Envelope::decode(bytes).unwrap(), before: None }
}

fn in_store(bytes: &[Vec<u8>]) -> Duration {
    let (mut keys, mut rng) = (Keys::default(), ChaCha20Rng::from_seed([1; 32]));
    let candidates = bytes.iter().map(|bytes| candidate(bytes)).collect();
    let mut verified = check(BatchNo(0), candidates, &mut keys, &mut rng).verified;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Home::at(folder.path()), ConfigLimits::default().cache_bytes).unwrap().store;
    let begun = Instant::now();
    while !verified.is_empty() {
        let rest = verified.split_off(verified.len().min(1_024));
        store.apply(&[Change::Keep(std::mem::replace(&mut verified, rest))]).unwrap();
    }
    begun.elapsed()
}

async fn through_node(
    home: &Path,
    channel: kenes_core::ids::ChannelId,
    list: &Envelope,
    bytes: &[Vec<u8>],
) -> Duration {
    let lock = Home::at(home).lock(WATCHDOG).unwrap();
    let limits = ConfigLimits { channel_bytes: 1 << 40, total_bytes: 1 << 40, ..ConfigLimits::default() };
    let node = Node::start(&lock, Config { limits, ..config(&[]) }, NetMode::Off).await.unwrap();
    node.carry(channel, None).await.unwrap();
    node.import(vec![list.clone()]).await.unwrap();
    let begun = Instant::now();
    let mut under_way = JoinSet::new();
    for batch in bytes.chunks(BATCH) {
        if under_way.len() == UNDER_WAY {
            under_way.join_next().await;
        }
        let (node, batch) = (node.clone(), batch.to_vec());
        under_way.spawn(async move {
            let envelopes = batch.iter().map(|bytes| Envelope::decode(bytes).unwrap()).collect();
            assert_eq!(node.import(envelopes).await.unwrap().stored as usize, batch.len());
        });
    }
    under_way.join_all().await;
    let took = begun.elapsed();
    node.stop().await;
    took
}

fn size_of(folder: &Path) -> u64 {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let size = |entry: std::fs::DirEntry| match entry.file_type().unwrap().is_dir() {
        true => size_of(&entry.path()),
        false => entry.metadata().unwrap().len(),
    };
    inside.map(size).sum()
}
