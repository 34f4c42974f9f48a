//! Two nodes with real stores, of which one loses something to its disk. What nodes do otherwise is tested from outside.

use kenes_core::channel::List;
use kenes_core::envelope::{Body, Header, Priority, VERSION};
use kenes_core::sign::SigningKey;
use kenes_core::time::DAY;
use tokio::time::{Instant, timeout};

use super::*;

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
    let pen = SigningKey::from_seed([5; 32]);
    let others = (100..250).map(|n| SigningKey::from_seed([n; 32]).public());
    let list = List::first([1; 16], vec![pen.public()], others.chain([pen.public()]).collect());
    let created = Clock::new(None).read().at.hour();
    let header = |priority| {
        let (channel, expires) = (list.channel(), created.plus(14 * DAY));
        Header { version: VERSION, channel, pen: pen.public(), created, expires, priority }
    };
    let first = Envelope::seal(header(Priority::Control), Body::List(list.clone().sign(None, &[])), &pen).unwrap();
    let said = Envelope::seal(header(Priority::Routine), Body::Public(vec![7; 9_000]), &pen).unwrap();
    (list.channel(), first, said)
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
