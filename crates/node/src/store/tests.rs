//! The store through its own door: what is kept, in which order, and what a restart finds.

use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{Body, Envelope, Header, Kind, Priority, VERSION, Verified};
use kenes_core::ids::ChannelId;
use kenes_core::relay::Floor;
use kenes_core::sign::SigningKey;
use kenes_core::time::{BUILT, DAY};

use super::*;
use crate::clock::belief::{Belief, Seen};
use pack::Content;

const CACHE: u64 = 16 << 20;

fn pen() -> SigningKey {
    SigningKey::from_seed([5; 32])
}

fn channel() -> ChannelId {
    ChannelId::from_bytes([6; 32])
}

fn verified(body: Body, priority: Priority) -> Verified<Envelope> {
    let (created, expires) = (BUILT, BUILT.plus(14 * DAY));
    let header = Header { version: VERSION, channel: channel(), pen: pen().public(), created, expires, priority };
    let envelope = Envelope::seal(header, body, &pen()).unwrap();
    envelope.verify(&pen().public().check().unwrap()).unwrap()
}

fn public(n: u32, length: usize) -> Verified<Envelope> {
    let mut bytes = n.to_le_bytes().to_vec();
    bytes.resize(length, n as u8);
    verified(Body::Public(bytes), Priority::Routine)
}

fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path().join("home"));
    home.create().unwrap();
    (folder, home)
}

fn open(home: &Home) -> Opened {
    Store::open(home, CACHE).unwrap()
}

#[test]
fn what_was_kept_is_there_after_a_restart_in_the_order_of_arrival() {
    let (_folder, home) = home();
    let kept: Vec<_> = (0..50).map(|n| public(n, 100 + 2_000 * n as usize % 60_000)).collect();
    let store = open(&home).store;
    store.apply(&[Change::Keep(kept[..20].to_vec())]).unwrap();
    store.apply(&[Change::Keep(kept.clone())]).unwrap();
    drop(store);

    let opened = open(&home);
    assert_eq!(opened.entries, kept.iter().map(|envelope| Entry::of(envelope)).collect::<Vec<_>>());
    assert_eq!(opened.salvaged, None);
    let mut read = Vec::new();
    let mut cursor = Arrival::START;
    loop {
        let page = opened.store.read_after(cursor, 7).unwrap();
        let Some((last, _)) = page.last() else { break };
        cursor = *last;
        read.extend(page.into_iter().map(|(_, envelope)| envelope));
    }
    assert_eq!(read, kept);
    assert_eq!(opened.store.envelope(&kept[3].id()).unwrap().as_ref(), Some(&kept[3]));
}

#[test]
fn an_arrival_is_never_given_out_twice() {
    let (_folder, home) = home();
    let store = open(&home).store;
    store.apply(&[Change::Keep(vec![public(1, 10)])]).unwrap();
    let (first, _) = store.read_after(Arrival::START, 1).unwrap().remove(0);
    store.apply(&[Change::Drop { envelopes: vec![public(1, 10).id()], floors: vec![] }]).unwrap();
    drop(store);
    let store = open(&home).store;
    store.apply(&[Change::Keep(vec![public(2, 10)])]).unwrap();
    let (second, _) = store.read_after(first, 1).unwrap().remove(0);
    assert!(second > first);
}

#[test]
fn what_was_dropped_is_gone_with_its_pieces_and_floors_stay() {
    let (_folder, home) = home();
    let big = public(1, 60_000);
    let floor = Floor { pen: pen().public(), class: Priority::Routine, mark: Entry::of(&big).mark() };
    let store = open(&home).store;
    store.apply(&[Change::Carry { channel: channel(), pinned: None, own: true }]).unwrap();
    store.apply(&[Change::Keep(vec![big.clone()])]).unwrap();
    store.apply(&[Change::Drop { envelopes: vec![big.id()], floors: vec![(channel(), vec![floor])] }]).unwrap();
    assert_eq!(store.envelope(&big.id()).unwrap(), None);
    assert_eq!(store.held(), Held::default());
    assert_eq!(read::chunks_at(store.engine(), Arrival::from_number(1)).unwrap(), b"");
    drop(store);
    let opened = open(&home);
    assert_eq!(opened.entries, vec![]);
    assert_eq!(opened.channels[0].floors, vec![floor]);
    opened.store.apply(&[Change::Forget(channel())]).unwrap();
    drop(opened);
    assert_eq!(open(&home).channels, vec![]);
}

#[test]
fn short_envelopes_share_values_and_each_is_dropped_alone() {
    let (_folder, home) = home();
    let store = open(&home).store;
    let kept: Vec<_> = (0..200).map(|n| public(n, 20 + 11 * n as usize)).collect();
    let drop = |some: &[&Verified<Envelope>]| {
        let envelopes = some.iter().map(|envelope| envelope.id()).collect();
        store.apply(&[Change::Drop { envelopes, floors: vec![] }]).unwrap();
    };
    let again = public(1_000, 50);
    store.apply(&[Change::Keep(kept[..90].to_vec())]).unwrap();
    let both = [
        Change::Keep(kept[90..].to_vec()),
        Change::Keep(vec![again.clone()]),
        Change::Drop { envelopes: vec![again.id(), kept[0].id(), kept[150].id()], floors: vec![] },
    ];
    store.apply(&both).unwrap();
    drop(&[&kept[1], &kept[2], &kept[199]]);
    let gone = [0, 1, 2, 150, 199];
    let left: Vec<_> = (0..200).filter(|n| !gone.contains(n)).map(|n| kept[n].clone()).collect();
    let read = |store: &Store| {
        let page = store.read_after(Arrival::START, 1_000).unwrap();
        page.into_iter().map(|(_, envelope)| envelope).collect::<Vec<_>>()
    };
    assert_eq!(read(&store), left);
    drop(&left.iter().collect::<Vec<_>>());
    let mut packs = 0;
    let count = |key: &[u8], _: &[u8]| {
        packs += usize::from(matches!(keys::Key::parse(key), Some(keys::Key::Pack(..))));
        ControlFlow::Continue(())
    };
    store.engine().scan(std::ops::Bound::Unbounded, count).unwrap();
    assert_eq!(packs, 0);
    assert_eq!(store.held(), Held::default());
}

#[test]
fn a_channel_comes_back_with_the_lists_that_its_envelopes_bring() {
    let (_folder, home) = home();
    let list = List::first([1; 16], vec![pen().public()], vec![pen().public()]);
    let (created, expires) = (BUILT, BUILT.plus(14 * DAY));
    let id = list.channel();
    let header =
        Header { version: VERSION, channel: id, pen: pen().public(), created, expires, priority: Priority::Control };
    let signed: SignedList = list.clone().sign(None, &[]);
    let envelope = Envelope::seal(header, Body::List(signed.clone()), &pen()).unwrap();
    let envelope = envelope.verify(&pen().public().check().unwrap()).unwrap();
    assert_eq!(envelope.body().kind(), Kind::List);
    let store = open(&home).store;
    let pinned = Some(list.id());
    let changes = [Change::Carry { channel: id, pinned, own: false }, Change::Keep(vec![envelope.clone()])];
    store.apply(&changes).unwrap();
    drop(store);
    let lists = vec![(envelope.id(), signed)];
    let carried = Carried { channel: id, pinned, own: false, lists, floors: vec![] };
    assert_eq!(open(&home).channels, vec![carried]);
}

#[test]
fn records_of_any_size_are_replaced_and_removed_without_a_trace() {
    let (_folder, home) = home();
    let store = open(&home).store;
    let mut batch = Batch::new();
    batch.put("big", vec![7; LONGEST_VALUE]).put("bigger", "x").put("small", "");
    store.apply(&[Change::Records(batch)]).unwrap();
    let drawer = store.drawer();
    assert_eq!(drawer.get(b"big").unwrap(), Some(vec![7; LONGEST_VALUE]));
    assert_eq!(drawer.scan(b"big", Some(b"big"), 9).unwrap(), vec![(b"bigger".to_vec(), b"x".to_vec())]);
    assert_eq!(drawer.scan(b"", None, 9).unwrap().len(), 1, "what is read at once is bounded");
    assert_eq!(drawer.scan(b"", Some(b"big"), 9).unwrap().len(), 2);

    let mut batch = Batch::new();
    batch.put("big", vec![1; 5_000]).put("big", vec![2; 10]).delete("small").delete("never");
    store.apply(&[Change::Records(batch)]).unwrap();
    assert_eq!(drawer.get(b"big").unwrap(), Some(vec![2; 10]));
    assert_eq!(drawer.get(b"small").unwrap(), None);
    let mut tails = 0;
    let count = |key: &[u8], _: &[u8]| {
        tails += usize::from(matches!(keys::Key::parse(key), Some(keys::Key::Tail(..))));
        ControlFlow::Continue(())
    };
    store.engine().scan(std::ops::Bound::Unbounded, count).unwrap();
    assert_eq!(tails, 0);
}

#[test]
fn a_record_that_is_too_long_is_refused_and_the_store_goes_on() {
    let (_folder, home) = home();
    let store = open(&home).store;
    let mut batch = Batch::new();
    batch.put("fine", "x").put("long", vec![0; LONGEST_VALUE + 1]);
    let error = store.apply(&[Change::Records(batch)]).unwrap_err();
    assert!(matches!(error, StoreError::TooLong) && !error.is_fatal());
    assert_eq!(store.drawer().get(b"fine").unwrap(), None);
    let mut batch = Batch::new();
    batch.put("fine", "x");
    store.apply(&[Change::Records(batch)]).unwrap();
    assert!(store.drawer().get(b"fine").unwrap().is_some());
}

#[test]
fn a_store_of_a_later_version_is_refused_in_words_and_left_alone() {
    let (_folder, home) = home();
    let engine = Engine::open(&home.store(), CACHE).unwrap();
    let mut writes = engine.begin();
    writes.put(&keys::head(Space::Node, name::SCHEMA), &[&[0, 0][..], &7_u32.to_le_bytes()].concat());
    engine.write(writes).unwrap();
    drop(engine);
    let error = Store::open(&home, CACHE).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 7, known: 1 }));
    assert!(error.to_string().contains("newer kenes"));
    assert!(home.store().exists());
}

#[test]
fn an_envelope_that_does_not_read_back_is_dropped_and_never_shown() {
    let (_folder, home) = home();
    let store = open(&home).store;
    let (good, bad) = (public(1, 9_000), public(2, 9_000));
    store.apply(&[Change::Keep(vec![bad.clone(), good.clone()])]).unwrap();
    let mut writes = store.engine().begin();
    writes.put(&keys::chunk(Arrival::from_number(1), 1), &[9; keys::PIECE]);
    store.engine().write(writes).unwrap();

    let read = store.read_after(Arrival::START, 1).unwrap();
    assert_eq!(read, vec![(Arrival::from_number(2), good.clone())]);
    assert_eq!(store.envelope(&bad.id()).unwrap(), None);
    assert_eq!(store.held().damaged, 1);
    store.apply(&[Change::Keep(vec![bad.clone()])]).unwrap();
    drop(store);
    let opened = open(&home);
    assert_eq!(opened.entries, vec![Entry::of(&good), Entry::of(&bad)], "and can be kept again");
}

#[test]
fn entries_can_be_made_again_from_the_envelopes() {
    let (_folder, home) = home();
    let store = open(&home).store;
    let kept: Vec<_> = (0..9).map(|n| public(n, if n < 4 { 5_000 } else { 900 })).collect();
    store.apply(&[Change::Keep(kept.clone())]).unwrap();
    let mut writes = store.engine().begin();
    writes.put(&keys::pack(Content::Entries, Arrival::from_number(1)), b"?");
    writes.remove(&keys::chunk(Arrival::from_number(2), 1));
    store.engine().write(writes).unwrap();
    drop(store);
    let rebuilt = rebuild(&home, CACHE).unwrap();
    assert_eq!((rebuilt.envelopes, rebuilt.lost), (8, 1));
    let opened = open(&home);
    assert_eq!((opened.entries.len(), opened.salvaged), (8, None));
    assert_eq!(opened.entries[0], Entry::of(&kept[0]));
}

#[test]
fn what_the_node_noted_down_comes_back_and_can_be_forgotten() {
    let (_folder, home) = home();
    let store = open(&home).store;
    assert_eq!(schema::notes(store.engine()).unwrap(), Notes::default());
    let mut clock = Belief::default();
    clock.learn(Seen { at: BUILT, boot: [3; 16], up: 4 });
    let (address, peer) = ("/ip4/10.0.0.1/tcp/1".to_owned(), "12D3".to_owned());
    store
        .apply(&[
            Change::Clock(clock),
            Change::Synced(BUILT.plus(DAY)),
            Change::Queued(channel(), 3),
            Change::Peer { address: address.clone(), wanted: true },
            Change::Block { peer: peer.clone(), blocked: true },
        ])
        .unwrap();
    drop(store);
    let opened = open(&home);
    let noted = Notes {
        clock,
        synced: Some(BUILT.plus(DAY)),
        queued: vec![(channel(), 3)],
        peers: vec![address.clone()],
        blocked: vec![peer.clone()],
    };
    assert_eq!(opened.notes, noted);
    let forget =
        [Change::Queued(channel(), 0), Change::Peer { address, wanted: false }, Change::Block { peer, blocked: false }];
    opened.store.apply(&forget).unwrap();
    drop(opened);
    let kept = Notes { clock, synced: Some(BUILT.plus(DAY)), ..Notes::default() };
    assert_eq!(open(&home).notes, kept);
}

#[test]
fn a_home_copied_elsewhere_is_noticed_until_its_desk_has_settled() {
    let (folder, home) = home();
    assert_eq!(open(&home).place, Place::Same);
    let copy = Home::at(folder.path().join("copy"));
    copy.create().unwrap();
    std::fs::rename(home.store(), copy.store()).unwrap();
    let opened = open(&copy);
    assert_eq!(opened.place, Place::Elsewhere);
    opened.store.apply(&[opened.store.settled_here()]).unwrap();
    drop(opened);
    assert_eq!(open(&copy).place, Place::Same);
}
