//! Two nodes with real stores, of which one loses something to its disk. What nodes do otherwise is tested from outside.

use kenes_core::channel::List;
use kenes_core::envelope::{Body, Header, Priority, VERSION};
use kenes_core::sign::SigningKey;
use kenes_core::time::DAY;
use tokio::time::{Instant, timeout};

use super::*;
use crate::clock::ClockWarning;

const WATCHDOG: Duration = Duration::from_secs(60);

struct Stand {
    node: Node,
    _lock: HomeLock,
    _folder: tempfile::TempDir,
}

async fn start(peers: Vec<Multiaddr>) -> Stand {
    let folder = tempfile::tempdir().unwrap();
    let lock = Home::at(folder.path().join("home")).lock(WATCHDOG).unwrap();
    let listen = vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()];
    let config = Config { listen, peers, mdns: false, ..Config::default() };
    let node = Node::start(&lock, config, NetMode::On).await.unwrap();
    Stand { node, _lock: lock, _folder: folder }
}

/// A channel's list with so many pens that it is long, and something long said in it.
fn channel_with_talk() -> (ChannelId, Envelope, Envelope) {
    let (channel, list, mut said) = talk(1);
    (channel, list, said.remove(0))
}

/// The same with `count` long envelopes.
fn talk(count: u8) -> (ChannelId, Envelope, Vec<Envelope>) {
    let pen = SigningKey::from_seed([5; 32]);
    let others = (100..250).map(|n| SigningKey::from_seed([n; 32]).public());
    let list = List::first([1; 16], vec![pen.public()], others.chain([pen.public()]).collect());
    let created = Clock::new(Default::default()).read().at.hour();
    let header = |priority| {
        let (channel, expires) = (list.channel(), created.plus(14 * DAY));
        Header { version: VERSION, channel, pen: pen.public(), created, expires, priority }
    };
    let first = Envelope::seal(header(Priority::Control), Body::List(list.clone().sign(None, &[])), &pen).unwrap();
    let said = |n| Envelope::seal(header(Priority::Routine), Body::Public(vec![n; 9_000]), &pen).unwrap();
    (list.channel(), first, (0..count).map(said).collect())
}

async fn until_it_has(node: &Node, id: EnvelopeId) {
    let (mut events, deadline) = (node.subscribe(), Instant::now() + WATCHDOG);
    while node.envelope(&id).unwrap().is_none() {
        assert!(Instant::now() < deadline, "{:#?}", node.status().await.unwrap());
        // Whatever happens next, or a moment without anything, is a reason to look again.
        let _ = timeout(Duration::from_millis(100), events.recv()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disk_lost_comes_back_from_a_peer_without_a_restart() {
    let (channel, list, said) = channel_with_talk();
    let one = start(Vec::new()).await;
    one.node.carry(channel, None).await.unwrap();
    one.node.deposit(vec![list.clone(), said.clone()], Batch::new()).await.unwrap();
    let two = start(one.node.status().await.unwrap().listen).await;
    two.node.carry(channel, None).await.unwrap();
    until_it_has(&two.node, said.id()).await;
    for (damaged, lost) in [&said, &list].into_iter().enumerate() {
        two.node.store.damage(&lost.id());
        assert_eq!(two.node.envelope(&lost.id()).unwrap(), None);
        assert_eq!(two.node.status().await.unwrap().damaged, damaged as u64 + 1);
        until_it_has(&two.node, lost.id()).await;
    }
    assert_eq!(two.node.status().await.unwrap().envelopes, 2);
}

/// A home whose node is started and stopped, as by single commands, by one clock.
struct Commands {
    hands: Hands,
    config: Config,
    lock: HomeLock,
    _folder: tempfile::TempDir,
}

impl Commands {
    fn new(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lock = Home::at(folder.path().join("home")).lock(WATCHDOG).unwrap();
        let hands = Hands::showing(Clock::new(Default::default()).read().at);
        Self { hands, config, lock, _folder: folder }
    }

    async fn one<T>(&self, command: impl AsyncFnOnce(&Node) -> T) -> T {
        let node = Node::start_by(&self.lock, self.config.clone(), NetMode::Off, Some(self.hands.clone())).await;
        let node = node.unwrap();
        let done = command(&node).await;
        node.stop().await;
        done
    }

    /// Whether an envelope is stored, once everything that is due was done.
    async fn has(&self, id: EnvelopeId) -> bool {
        self.one(async |_| ()).await;
        self.one(async |node| node.envelope(&id).unwrap().is_some()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_under_a_clock_three_weeks_ahead_drops_nothing_and_leaves_nothing_behind() {
    let (channel, list, said) = channel_with_talk();
    let home = Commands::new(Config::default());
    home.one(async |node| {
        node.carry(channel, None).await.unwrap();
        node.deposit(vec![list.clone(), said.clone()], Batch::new()).await.unwrap();
    })
    .await;
    home.hands.leap(20 * DAY);
    assert!(home.has(said.id()).await);
    let leapt = home.one(async |node| node.clock()).await;
    assert_eq!(leapt.warning, Some(ClockWarning::FarAhead));
    home.hands.set_back(20 * DAY);
    let right = home.one(async |node| node.clock()).await;
    assert_eq!((right.warning, right.reading.is_believed()), (None, true));
    assert!(home.has(said.id()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_was_off_for_three_weeks_is_bounded_at_once_and_expires_again_by_itself() {
    let (channel, list, said) = talk(40);
    let limits = crate::config::ConfigLimits { channel_bytes: 128 * 1024, ..Config::default().limits };
    let home = Commands::new(Config { limits, ..Config::default() });
    home.one(async |node| {
        node.carry(channel, None).await.unwrap();
        node.deposit(vec![list.clone(), said[0].clone()], Batch::new()).await.unwrap();
    })
    .await;
    home.hands.leap(20 * DAY);
    assert!(home.has(said[0].id()).await);
    let kept = home.one(async |node| {
        for envelope in &said[1..] {
            node.import(vec![envelope.clone()]).await.unwrap();
        }
        let channels = node.status().await.unwrap().channels;
        (channels[0].count, channels[0].bytes)
    });
    let (count, bytes) = kept.await;
    assert!((2..20).contains(&count) && bytes <= 128 * 1024, "{count} envelopes of {bytes} bytes");
    home.hands.turn(3 * DAY);
    for envelope in &said {
        assert!(!home.has(envelope.id()).await);
    }
}
