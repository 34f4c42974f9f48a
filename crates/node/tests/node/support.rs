//! Homes, channels and envelopes to test with.

use std::time::Duration;

use kenes_core::channel::List;
use kenes_core::envelope::{Body, Envelope, Header, Priority, Sealed, Shelf, VERSION};
use kenes_core::ids::{ChannelId, EpochId};
use kenes_core::seal;
use kenes_core::sign::SigningKey;
use kenes_core::time::{DAY, Timestamp};
use kenes_node::config::Config;
use kenes_node::home::{Home, HomeLock};
use kenes_node::{Batch, Multiaddr, NetMode, Node, Status};
use tokio::time::{Instant, timeout};

/// No test waits longer for anything.
pub(crate) const WATCHDOG: Duration = Duration::from_secs(60);

/// A channel with its pens, and its first list.
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    pens: Vec<SigningKey>,
    list: Envelope,
    now: Timestamp,
    made: u64,
}

impl Channel {
    pub(crate) fn new(seed: u8) -> Self {
        Self::with_pens(seed, 1)
    }

    /// Talk is by each of `pens` in turn.
    pub(crate) fn with_pens(seed: u8, pens: u8) -> Self {
        let pens: Vec<_> =
            (0..pens).map(|n| SigningKey::from_seed([seed.wrapping_mul(101).wrapping_add(n); 32])).collect();
        let public = pens.iter().map(SigningKey::public).collect();
        let list = List::first([seed; 16], vec![pens[0].public()], public);
        let now = kenes_node::clock::Clock::new(Default::default()).read().at.hour();
        let id = list.channel();
        let header = header(id, &pens[0], now, 400, Priority::Control);
        let list = Envelope::seal(header, Body::List(list.sign(None, &[])), &pens[0]).unwrap();
        Self { id, pens, list, now, made: 0 }
    }

    /// Goes on as if `count` had been made.
    pub(crate) fn skip(mut self, count: u64) -> Self {
        self.made = count;
        self
    }

    pub(crate) fn list(&self) -> Envelope {
        self.list.clone()
    }

    /// Talk that nobody can open, about `length` bytes of it.
    pub(crate) fn talk(&mut self, length: usize) -> Envelope {
        let pen = self.pens[self.made as usize % self.pens.len()].clone();
        self.talk_by(&pen, length)
    }

    pub(crate) fn talk_by(&mut self, pen: &SigningKey, length: usize) -> Envelope {
        self.made += 1;
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&self.made.to_le_bytes());
        let length = (length..).find(|length| seal::is_padded(*length)).unwrap();
        let body = Sealed {
            epoch: EpochId::from_bytes([1; 32]),
            shelf: Shelf::Talk,
            nonce,
            ciphertext: vec![self.made as u8; length],
        };
        let header = header(self.id, pen, self.now, 14, Priority::Routine);
        Envelope::seal(header, Body::Sealed(body), pen).unwrap()
    }

    pub(crate) fn talks(&mut self, count: usize) -> Vec<Envelope> {
        (0..count).map(|_| self.talk(600)).collect()
    }
}

/// The first lists of so many channels.
pub(crate) fn first_lists(count: u32) -> Vec<Envelope> {
    let now = kenes_node::clock::Clock::new(Default::default()).read().at.hour();
    let pen = SigningKey::from_seed([7; 32]);
    let list = |n: u32| {
        let mut nonce = [0; 16];
        nonce[..4].copy_from_slice(&n.to_le_bytes());
        let list = List::first(nonce, vec![pen.public()], vec![pen.public()]);
        let header = header(list.channel(), &pen, now, 400, Priority::Control);
        Envelope::seal(header, Body::List(list.sign(None, &[])), &pen).unwrap()
    };
    (0..count).map(list).collect()
}

fn header(channel: ChannelId, pen: &SigningKey, created: Timestamp, days: u64, priority: Priority) -> Header {
    Header { version: VERSION, channel, pen: pen.public(), created, expires: created.plus(days * DAY), priority }
}

/// A node in a home of its own.
pub(crate) struct TestNode {
    pub(crate) node: Node,
    pub(crate) lock: HomeLock,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn config(peers: &[Multiaddr]) -> Config {
    let listen = vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()];
    Config { listen, peers: peers.to_vec(), mdns: false, ..Config::default() }
}

pub(crate) fn relay() -> Config {
    Config { relay: true, ..config(&[]) }
}

impl TestNode {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), config).await
    }

    pub(crate) async fn start_in(folder: tempfile::TempDir, config: Config) -> Self {
        let lock = Home::at(folder.path().join("home")).lock(WATCHDOG).unwrap();
        let node = Node::start(&lock, config, NetMode::On).await.unwrap();
        Self { node, lock, folder }
    }

    /// Stops it; its home stays.
    pub(crate) async fn stop(self) -> tempfile::TempDir {
        self.node.stop().await;
        drop(self.lock);
        self.folder
    }

    pub(crate) async fn address(&self) -> Multiaddr {
        self.node.status().await.unwrap().listen[0].clone()
    }

    pub(crate) async fn begin(&self, channel: &Channel) {
        self.node.carry(channel.id, None).await.unwrap();
        self.put(vec![channel.list()]).await;
    }

    pub(crate) async fn put(&self, envelopes: Vec<Envelope>) {
        let count = envelopes.len() as u64;
        let deposited = self.node.deposit(envelopes, Batch::new()).await.unwrap();
        assert_eq!((deposited.stored, deposited.refused), (count, vec![]));
    }

    /// Waits until `holds` does.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Status) -> bool) -> Status {
        let mut events = self.node.subscribe();
        let deadline = Instant::now() + WATCHDOG;
        loop {
            let status = self.node.status().await.unwrap();
            if holds(&status) {
                return status;
            }
            assert!(Instant::now() < deadline, "waited in vain until {what}: {status:#?}");
            // Whatever happens next, or a moment without anything, is a reason to look again.
            let _ = timeout(Duration::from_millis(100), events.recv()).await;
        }
    }

    pub(crate) async fn until_it_has(&self, envelopes: &[Envelope]) {
        let all = |_: &Status| envelopes.iter().all(|one| self.node.envelope(&one.id()).unwrap().is_some());
        self.until("it has all envelopes", all).await;
    }
}

/// Numbers that look random and come from one seed.
pub(crate) struct Dice(u64);

impl Dice {
    /// A seed of its own for each run, unless `KENES_SEED` gives one; it is printed, and shown where a test fails.
    pub(crate) fn new() -> Self {
        let given = std::env::var("KENES_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from(std::process::id()).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        println!("KENES_SEED={seed}");
        Self(seed | 1)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

/// How many rounds to go: what the environment says, or else `usual`.
pub(crate) fn rounds(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}
