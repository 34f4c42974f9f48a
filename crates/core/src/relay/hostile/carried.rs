//! What a relay carries for others, and for how long: introductions, their lists, and who has to give way.

use super::*;
use crate::channel::SignedList;

fn list_of(n: u8) -> List {
    List::first([n; 16], vec![pen(9).public()], vec![pen(1).public()])
}

fn carrier(channel: ChannelId, signed: SignedList, hours: u64) -> Envelope {
    let priority = Priority::Control;
    let header = Header { channel, priority, expires: NOW.hour().plus(hours * HOUR), ..*talk(1, 1).header() };
    Envelope::seal(header, Body::List(signed), &pen(1)).unwrap()
}

fn talk_in(channel: ChannelId, n: u64, hours_ago: u64) -> Envelope {
    let said = talk(1, n);
    let created = NOW.hour().minus(hours_ago * HOUR);
    let header = Header { channel, created, expires: NOW.hour().plus(9 * DAY), ..*said.header() };
    Envelope::seal(header, said.body().clone(), &pen(1)).unwrap()
}

/// An open relay that carries one channel of its own, with peers that match in it.
fn open_relay(peers: u64) -> Stage {
    let mut stage = Stage::with(&[], peers);
    stage.relay.limits.open = true;
    stage
}

impl Stage {
    fn introduce(&mut self, peer: PeerNo, n: u8) -> Option<Reply> {
        let channel = list_of(n).channel();
        let list = carrier(channel, list_of(n).sign(None, &[]), 300);
        let reply = self.ask(peer, &Request::Introduce { channel }, &[list]);
        self.said.clear();
        reply
    }

    fn carries(&self, n: u8) -> bool {
        self.relay.carries(&list_of(n).channel())
    }

    fn deposit(&mut self, envelopes: Vec<Envelope>, source: Source) -> (u64, Vec<Reason>) {
        self.input(Input::Deposit { envelopes, ticket: Ticket(1), source });
        match self.told.pop() {
            Some(Event::Deposited { stored, refused, .. }) => {
                (stored, refused.into_iter().map(|(_, reason)| reason).collect())
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn behind_an_introduction_nothing_passes_but_lists_and_those_within_the_rate() {
    let mut stage = Stage::with(&[], 1);
    let introduce = Request::Introduce { channel: first().channel() };
    let flood: Vec<Envelope> = (0..400).map(|n| talk(1, n)).collect();
    stage.ask(OURS, &introduce, &flood[..20]);
    assert_eq!((stage.candidates, stage.charges(Reason::Unasked)), (0, 20));
    let list = |n: u64| {
        let next = first().next([n as u8; 16], vec![pen(9).public()], vec![pen(1).public()]);
        let header =
            Header { priority: Priority::Control, expires: NOW.hour().plus((n + 1) * HOUR), ..*talk(1, 1).header() };
        Envelope::seal(header, Body::List(next.sign(Some(&first()), &[pen(9)])), &pen(1)).unwrap()
    };
    stage.ask(OURS, &introduce, &(0..400).map(list).collect::<Vec<_>>());
    assert_eq!(stage.candidates, 200);
}

#[test]
fn an_introduced_channel_that_holds_nothing_but_lists_gives_way_to_the_next_the_oldest_first() {
    let mut stage = open_relay(1);
    stage.relay.limits.channels = 3;
    for n in [11, 12] {
        assert!(matches!(stage.introduce(OURS, n), Some(Reply::Ack { stored: 1, refused: 0 })));
    }
    let channel = list_of(11).channel();
    stage.ask(OURS, &Request::Push { channel, cause: Cause::Live, gone: Vec::new() }, &[talk_in(channel, 1, 0)]);
    assert!(matches!(stage.introduce(OURS, 13), Some(Reply::Ack { .. })));
    assert!(stage.carries(11) && !stage.carries(12) && stage.carries(13));
    let channel = list_of(13).channel();
    stage.ask(OURS, &Request::Push { channel, cause: Cause::Live, gone: Vec::new() }, &[talk_in(channel, 1, 0)]);
    assert_eq!(stage.introduce(OURS, 14), Some(Reply::Unknown), "nothing is idle");
    assert!(stage.carries(11) && stage.carries(13) && stage.relay.carries(&first().channel()));
}

#[test]
fn introductions_are_rationed_by_the_hour_from_one_address_and_in_all() {
    let mut stage = open_relay(0);
    (stage.relay.limits.address_introductions, stage.relay.limits.introductions) = (2, 3);
    let come = |stage: &mut Stage, peer: u64, address: &[u8]| {
        let (peer, ends) = (PeerNo(peer), Ends { address: address.to_vec(), ..ends(PeerNo(peer)) });
        stage.input(Input::PeerUp { peer, first: false, added: false, ends });
        let hello = Hello { version: message::VERSION, nonce: THEIRS, clock: Some(NOW), open: false };
        stage.ask(peer, &Request::Hello(hello), &[]);
        peer
    };
    let taken = |stage: &mut Stage, peer, n| matches!(stage.introduce(peer, n), Some(Reply::Ack { .. }));
    let one = come(&mut stage, 1, b"here");
    assert!(taken(&mut stage, one, 11) && taken(&mut stage, one, 12));
    // Another key does not help, another address does until all is given.
    let two = come(&mut stage, 2, b"here");
    assert_eq!(stage.introduce(two, 13), Some(Reply::Busy));
    let three = come(&mut stage, 3, b"there");
    assert!(taken(&mut stage, three, 13));
    assert_eq!(stage.introduce(three, 14), Some(Reply::Busy));
    stage.now = stage.now.plus(HOUR);
    assert!(taken(&mut stage, two, 14));
}

#[test]
fn lists_of_an_introduced_channel_are_bounded_in_bytes_and_nobody_is_charged() {
    let mut stage = open_relay(1);
    stage.relay.limits.list_bytes = 2_000;
    stage.introduce(OURS, 11);
    let (mut before, channel) = (list_of(11), list_of(11).channel());
    let mut lists = Vec::new();
    for n in 0..8 {
        let next = before.next([n; 16], vec![pen(9).public()], vec![pen(1).public()]);
        lists.push(carrier(channel, next.clone().sign(Some(&before), &[pen(9)]), 300));
        before = next;
    }
    let reply = stage.ask(OURS, &Request::Push { channel, cause: Cause::Lists, gone: Vec::new() }, &lists);
    let Some(Reply::Ack { stored, refused }) = reply else { panic!("{reply:?}") };
    assert!((1..8).contains(&stored) && stored + refused == 8, "{stored} and {refused}");
    assert_eq!(stage.charges(Reason::TooMuch), 0);
}

#[test]
fn where_all_is_full_introduced_channels_without_talk_go_before_any_talk() {
    let mut stage = open_relay(1);
    for n in [11, 12, 13] {
        stage.introduce(OURS, n);
    }
    let list = carrier(list_of(11).channel(), list_of(11).sign(None, &[]), 300).bytes().len() as u64;
    let said: Vec<Envelope> = (0..4).map(|n| talk(1, n)).collect();
    stage.relay.limits.total_bytes = 4 * said[0].bytes().len() as u64 + 2 * list;
    let push = stage.push();
    assert_eq!(stage.ask(OURS, &push, &said), Some(Reply::Ack { stored: 4, refused: 0 }));
    assert!(!stage.carries(11) && stage.carries(12) && stage.carries(13));
    stage.relay.limits.total_bytes = 2 * said[0].bytes().len() as u64;
    assert!(matches!(stage.ask(OURS, &push, &[talk(1, 9)]), Some(Reply::Ack { .. })));
    assert!(!stage.carries(12) && !stage.carries(13));
    assert_eq!(stage.relay.channels().next().map(|channel| channel.count), Some(2));
}

#[test]
fn what_is_evicted_at_once_does_not_count_as_stored() {
    let channel = first().channel();
    let newer: Vec<Envelope> = (0..3).map(|n| talk_in(channel, n, 1)).collect();
    let mut stage = Stage::with(&newer, 1);
    stage.relay.limits.channel_bytes = 2 * newer.iter().map(|said| said.bytes().len() as u64).sum::<u64>();
    let push = stage.push();
    let older = talk_in(channel, 9, 5);
    assert_eq!(stage.ask(OURS, &push, std::slice::from_ref(&older)), Some(Reply::Ack { stored: 0, refused: 1 }));
    assert_eq!((stage.stored, stage.gone.len()), (0, 0));
    let older = [talk_in(channel, 10, 2), talk_in(channel, 11, 0)];
    assert_eq!(stage.deposit(older.to_vec(), Source::Bundle), (1, vec![Reason::BelowFloor]));
    // A desk's is stored whole or not at all.
    let both = [12, 13, 14].map(|n| talk_in(channel, n, 0));
    stage.relay.limits.channel_bytes = 2 * 2 * newer[0].bytes().len() as u64;
    let before = stage.stored;
    let (stored, refused) = stage.deposit(both.to_vec(), Source::Desk);
    assert_eq!((stored, stage.stored - before), (0, 0), "{refused:?}");
    assert_eq!(refused.len(), 3);
}

#[test]
fn a_bundle_begins_no_channel_that_could_not_be_introduced() {
    let bundle = |n: u8| {
        let channel = list_of(n).channel();
        vec![carrier(channel, list_of(n).sign(None, &[]), 300), talk_in(channel, 1, 0)]
    };
    let mut stage = Stage::with(&[], 0);
    let unknown = (0, vec![Reason::UnknownChannel; 2]);
    assert_eq!(stage.deposit(bundle(11), Source::Bundle), unknown, "not open");
    stage.relay.limits.open = true;
    stage.relay.limits.carry_only = vec![list_of(12).channel()];
    assert_eq!(stage.deposit(bundle(11), Source::Bundle), unknown, "carries only another");
    assert_eq!(stage.deposit(bundle(12), Source::Bundle), (2, Vec::new()));
    stage.relay.limits.carry_only.clear();
    stage.relay.limits.channels = 2;
    assert_eq!(stage.deposit(bundle(11), Source::Bundle), unknown, "no place");
    stage.relay.limits.channels = 3;
    let mut forged = bundle(11).remove(0).bytes().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    stage.deposit(vec![Envelope::decode(&forged).unwrap()], Source::Bundle);
    assert!(!stage.carries(11), "what no list began is carried");
}

/// Somebody at an address of its own, who introduces channels and fills them.
struct Patron(PeerNo);

impl Patron {
    fn new(stage: &mut Stage, no: u64) -> Self {
        stage.meet_as(PeerNo(no), Ends { address: no.to_le_bytes().to_vec(), ..ends(PeerNo(no)) }, false);
        Self(PeerNo(no))
    }

    fn fill(&self, stage: &mut Stage, n: u8, numbers: std::ops::Range<u64>) {
        let channel = list_of(n).channel();
        for part in numbers.map(|no| talk_in(channel, no, 0)).collect::<Vec<_>>().chunks(20) {
            stage.now = stage.now.plus(1);
            stage.ask(self.0, &Request::Push { channel, cause: Cause::Live, gone: Vec::new() }, part);
            stage.said.clear();
        }
    }
}

/// An open relay with room for so many envelopes of talk.
fn small_relay(envelopes: u64) -> Stage {
    let mut stage = open_relay(0);
    stage.relay.limits.total_bytes = envelopes * talk(1, 1).bytes().len() as u64;
    (stage.relay.limits.introduced, stage.relay.limits.resync_secs) = (100, 1_000_000);
    stage
}

#[test]
fn many_channels_from_one_address_displace_no_more_than_half_of_one_from_another() {
    let mut stage = small_relay(200);
    let (honest, liar) = (Patron::new(&mut stage, 1), Patron::new(&mut stage, 2));
    stage.introduce(honest.0, 11);
    honest.fill(&mut stage, 11, 0..120);
    for n in 20..60 {
        stage.introduce(liar.0, n);
        liar.fill(&mut stage, n, 0..10);
    }
    let count = |stage: &Stage, n| stage.relay.channels[&list_of(n).channel()].count();
    assert!(count(&stage, 11) >= 80, "{} of 120 are left", count(&stage, 11));
    // With time they are young no longer, and share in the same way.
    stage.now = stage.now.plus(2 * DAY - HOUR);
    for n in 20..60 {
        liar.fill(&mut stage, n, 10..12);
    }
    assert!(count(&stage, 11) >= 80, "{} of 120 are left", count(&stage, 11));
}

#[test]
fn a_full_relay_takes_new_channels_and_keeps_an_eighth_for_them() {
    let mut stage = small_relay(200);
    let liar = Patron::new(&mut stage, 1);
    for n in [21, 22] {
        stage.introduce(liar.0, n);
        liar.fill(&mut stage, n, 0..150);
    }
    stage.now = stage.now.plus(DAY);
    let honest = Patron::new(&mut stage, 2);
    for n in 11..15 {
        assert!(matches!(stage.introduce(honest.0, n), Some(Reply::Ack { stored: 1, .. })));
    }
    honest.fill(&mut stage, 11, 0..20);
    for n in [21, 22] {
        liar.fill(&mut stage, n, 150..250);
    }
    let count = |n| stage.relay.channels[&list_of(n).channel()].count();
    assert_eq!(count(11), 20);
    assert!((11..15).all(|n| stage.carries(n)) && count(21) + count(22) > 150);
}

#[test]
fn what_the_owner_asked_for_gives_way_last() {
    let mut stage = small_relay(20);
    let liar = Patron::new(&mut stage, 1);
    let push = stage.push();
    let said: Vec<Envelope> = (0..15).map(|n| talk(1, n)).collect();
    stage.ask(liar.0, &push, &said);
    stage.introduce(liar.0, 11);
    liar.fill(&mut stage, 11, 0..30);
    assert!(said.iter().all(|one| stage.relay.has(&first().channel(), &one.id())));
}

#[test]
fn no_address_has_all_places_to_itself() {
    let mut stage = small_relay(200);
    stage.relay.limits.address_channels = 5;
    let (one, other) = (Patron::new(&mut stage, 1), Patron::new(&mut stage, 2));
    for n in 20..40 {
        stage.introduce(one.0, n);
        one.fill(&mut stage, n, 0..1);
    }
    assert_eq!((20..40).filter(|n| stage.carries(*n)).count(), 5);
    assert!(matches!(stage.introduce(other.0, 11), Some(Reply::Ack { .. })));
}
