//! Nodes that meet.

use std::time::Duration;

use kenes_core::relay::Reason;
use kenes_core::sign::SigningKey;
use kenes_node::home::Home;
use kenes_node::{Arrival, Batch, NetMode, Node, NodeEvent};

use crate::support::{Channel, TestNode, WATCHDOG, config, first_lists, relay};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_at_one_node_reaches_another_while_connected_and_what_was_there_before() {
    let mut channel = Channel::new(1);
    let one = TestNode::start(config(&[])).await;
    one.begin(&channel).await;
    let before = channel.talks(300);
    one.put(before.clone()).await;

    let two = TestNode::start(config(&[one.address().await])).await;
    two.node.carry(channel.id, None).await.unwrap();
    two.until_it_has(&before).await;

    let live = channel.talks(5);
    one.put(live.clone()).await;
    two.until_it_has(&live).await;
    let back = channel.talks(5);
    two.put(back.clone()).await;
    one.until_it_has(&back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_carries_between_two_who_are_never_there_together() {
    let mut channel = Channel::new(2);
    let relay = TestNode::start(relay()).await;
    let address = relay.address().await;

    let writer = TestNode::start(config(std::slice::from_ref(&address))).await;
    writer.begin(&channel).await;
    let written = channel.talks(40);
    writer.put(written.clone()).await;
    relay.until_it_has(&written).await;
    writer.stop().await;

    let reader = TestNode::start(config(&[address])).await;
    reader.node.carry(channel.id, None).await.unwrap();
    reader.until_it_has(&written).await;
    let read = reader.node.read_after(Arrival::START, 100).unwrap();
    assert_eq!(read.len(), 41, "the list and all talk");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_halves_that_wrote_apart_are_equal_once_they_meet() {
    let mut channel = Channel::new(3);
    let relay = TestNode::start(relay()).await;
    let (one, two) = (TestNode::start(config(&[])).await, TestNode::start(config(&[])).await);
    one.begin(&channel).await;
    two.begin(&channel).await;
    let (here, there) = (channel.talks(150), channel.talks(170));
    one.put(here.clone()).await;
    two.put(there.clone()).await;
    let queued = one.node.status().await.unwrap().queued;
    assert_eq!(queued, 151);

    for node in [&one, &two] {
        node.node.add_peer(relay.address().await).await.unwrap();
    }
    one.until_it_has(&there).await;
    two.until_it_has(&here).await;
    relay.until("the relay has all", |status| status.envelopes == 321).await;
    one.until("nothing is queued", |status| status.queued == 0 && status.last_sync.is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_with_a_thousand_channels_in_common_sync_on_their_first_connection() {
    let mut channel = Channel::new(9);
    let (one, two) = (TestNode::start(relay()).await, TestNode::start(relay()).await);
    let lists = first_lists(1_023);
    for node in [&one, &two] {
        node.node.import(lists.clone()).await.unwrap();
        node.begin(&channel).await;
    }
    let said = channel.talks(20);
    one.put(said.clone()).await;
    two.node.add_peer(one.address().await).await.unwrap();
    let since = two.until("they are connected", |status| status.peers.len() == 1).await.peers[0].since;
    two.until_it_has(&said).await;
    let still = two.until("they are connected", |status| status.peers.len() == 1).await;
    assert_eq!((still.channels.len(), still.peers[0].since), (1_024, since));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_again_has_what_it_had_and_its_peers() {
    let mut channel = Channel::new(4);
    let relay = TestNode::start(relay()).await;
    let one = TestNode::start(config(&[])).await;
    one.begin(&channel).await;
    one.node.add_peer(relay.address().await).await.unwrap();
    let first = channel.talks(10);
    one.put(first.clone()).await;
    relay.until_it_has(&first).await;

    let one = TestNode::start_in(one.stop().await, config(&[])).await;
    one.until_it_has(&first).await;
    let second = channel.talks(10);
    one.put(second.clone()).await;
    relay.until_it_has(&second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_keeps_its_name_and_a_person_s_node_has_a_new_one_each_time() {
    for (config, same) in [(relay(), true), (config(&[]), false)] {
        let node = TestNode::start(config.clone()).await;
        let before = node.node.status().await.unwrap().peer_id.unwrap();
        let node = TestNode::start_in(node.stop().await, config).await;
        let after = node.node.status().await.unwrap().peer_id.unwrap();
        assert_eq!(before == after, same);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_says_what_it_moved() {
    let mut channel = Channel::new(5);
    let one = TestNode::start(config(&[])).await;
    one.begin(&channel).await;
    one.put(channel.talks(20)).await;
    let two = TestNode::start(config(&[one.address().await])).await;
    two.node.carry(channel.id, None).await.unwrap();
    let report = two.node.sync(WATCHDOG).await.unwrap();
    assert_eq!((report.peers, report.received, report.unfinished), (1, 20, false), "lists apart: {report:?}");
    assert_eq!(two.node.status().await.unwrap().envelopes, 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_a_network_stores_and_reads_and_its_records_commit_with_its_envelopes() {
    let mut channel = Channel::new(6);
    let folder = tempfile::tempdir().unwrap();
    let lock = Home::at(folder.path()).lock(WATCHDOG).unwrap();
    let node = Node::start(&lock, config(&[]), NetMode::Off).await.unwrap();
    let mut events = node.subscribe();
    node.carry(channel.id, None).await.unwrap();
    let mut records = Batch::new();
    records.put("head", "1");
    let deposited = node.deposit(vec![channel.list(), channel.talk(600)], records).await.unwrap();
    assert_eq!((deposited.stored, deposited.duplicate), (2, 0));
    assert!(matches!(events.recv().await, Ok(NodeEvent::Stored { .. })));
    assert_eq!(node.drawer().get(b"head").unwrap().unwrap(), b"1");

    let mut records = Batch::new();
    records.put("alone", "2");
    node.deposit(vec![], records).await.unwrap();
    let report = node.sync(Duration::ZERO).await.unwrap();
    assert_eq!((report.peers, report.unfinished), (0, true));
    node.clone().stop().await;
    assert!(matches!(node.status().await, Err(kenes_node::NodeError::Stopped)));
    drop(node);

    let node = Node::start(&lock, config(&[]), NetMode::Off).await.unwrap();
    assert_eq!(node.drawer().scan(b"", None, 10).unwrap().len(), 2);
    assert_eq!(node.read_after(Arrival::START, 10).unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_that_is_refused_says_why_and_commits_no_record() {
    let mut channel = Channel::new(7);
    let one = TestNode::start(config(&[])).await;
    one.begin(&channel).await;
    let stranger = channel.talk_by(&SigningKey::from_seed([99; 32]), 600);
    let mut records = Batch::new();
    records.put("head", "1");
    let deposited = one.node.deposit(vec![stranger.clone()], records).await.unwrap();
    assert_eq!(deposited.refused, vec![(stranger.id(), Reason::UnknownPen)]);
    assert_eq!(one.node.drawer().get(b"head").unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_forgotten_is_gone_after_a_restart_too() {
    let mut channel = Channel::new(8);
    let one = TestNode::start(config(&[])).await;
    one.begin(&channel).await;
    one.put(channel.talks(10)).await;
    one.node.forget(channel.id).await.unwrap();
    one.until("nothing is left", |status| status.envelopes == 0 && status.channels.is_empty()).await;
    let one = TestNode::start_in(one.stop().await, config(&[])).await;
    let status = one.node.status().await.unwrap();
    assert_eq!((status.envelopes, status.channels.len(), status.queued), (0, 0, 0));
}
