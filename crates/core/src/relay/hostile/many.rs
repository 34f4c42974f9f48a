//! A peer with very many channels in common: what is open with it at one time, and that all have their turn.

use super::*;

fn list(n: u16) -> List {
    let mut nonce = [7; 16];
    nonce[..2].copy_from_slice(&n.to_le_bytes());
    List::first(nonce, vec![pen(9).public()], vec![pen(1).public()])
}

/// A machine with `count` channels of its own, all of which a peer that is to speak second carries too.
fn stage(count: u16) -> Stage {
    let carried = |list: List| {
        let channel = list.channel();
        let lists = vec![(EnvelopeId::of(channel.as_bytes()), list.sign(None, &[]))];
        Carried { channel, pinned: None, own: true, lists, floors: Vec::new() }
    };
    let mut stage = Stage::with(&[], 0);
    let all: Vec<Carried> = (0..count).map(list).map(carried).collect();
    let channels: Vec<ChannelId> = all.iter().map(|one| one.channel).collect();
    stage.relay = Relay::new([1; 32], Limits::default(), all, []);
    stage.input(Input::PeerUp { peer: OURS, first: true, added: false, ends: ends(OURS) });
    let (_, no, _) = stage.asked().unwrap();
    let hello = Hello { version: message::VERSION, nonce: THEIRS, clock: Some(NOW), open: false };
    stage.reply(OURS, no, &Reply::Hello(hello));
    let (_, no, _) = stage.asked().unwrap();
    let (Ends { ours, theirs, .. }, nonce) = (ends(OURS), stage.relay.peers[&OURS].nonce);
    let (us, them) = (End { nonce: &nonce, id: &ours }, End { nonce: &THEIRS, id: &theirs });
    let mut tags: Vec<_> = channels.iter().map(|channel| tag(channel, them, us)).collect();
    tags.sort_unstable();
    stage.reply(OURS, no, &Reply::Channels { tags });
    stage
}

/// How a peer stands that has `count` envelopes in a channel, none of them here.
fn state(stage: &mut Stage, channel: &ChannelId, count: u64) -> State {
    let ours = stage.relay.channels.get_mut(channel).unwrap().state(Reading::sure(NOW));
    State { count, print: if count == 0 { ours.print } else { [9; 16] }, ..ours }
}

#[test]
fn a_thousand_channels_are_gone_through_a_few_at_a_time() {
    let mut stage = stage(1_024);
    let mut asked = BTreeSet::new();
    while !stage.said.is_empty() {
        assert!(stage.said.len() <= 16, "{} requests are open", stage.said.len());
        let Some((_, no, Request::State { channel, .. })) = stage.asked() else { panic!("no state") };
        assert!(asked.insert(channel), "asked twice");
        let state = state(&mut stage, &channel, 0);
        stage.reply(OURS, no, &Reply::State(state));
    }
    assert_eq!(asked.len(), 1_024);
    let synced = stage.told.iter().filter(|event| matches!(event, Event::Synced { .. })).count();
    assert_eq!((synced, stage.gone.len()), (1_024, 0));
}

#[test]
fn a_peer_that_does_not_answer_has_no_more_waiting_for_it_whatever_is_new_and_however_much_it_asks() {
    let mut stage = stage(600);
    for n in 0..600 {
        let channel = list(n).channel();
        let state = state(&mut stage, &channel, 5);
        stage.ask(OURS, &Request::State { channel, state }, &[]);
        let header = Header { channel, ..*talk(1, 1).header() };
        let said = Envelope::seal(header, talk(1, 1).body().clone(), &pen(1)).unwrap();
        stage.input(Input::Deposit { envelopes: vec![said], ticket: Ticket(n.into()), source: Source::Desk });
    }
    for _ in 0..40 {
        stage.pass(1);
    }
    stage.input(Input::SyncNow);
    assert!(stage.said.len() <= 16, "{} requests are open", stage.said.len());
}

#[test]
fn where_all_of_many_channels_differ_turns_stand_in_a_line_and_all_come() {
    let mut stage = stage(300);
    let (mut turned, mut states, mut open) = (BTreeSet::new(), 0, VecDeque::new());
    for _ in 0..120 {
        while let Some((_, no, request)) = stage.asked() {
            match request {
                Request::State { channel, .. } => {
                    states += 1;
                    // The peer has more, and is to begin. It does not.
                    let count = if turned.contains(&channel) { 0 } else { 5 };
                    let theirs = state(&mut stage, &channel, count);
                    stage.reply(OURS, no, &Reply::State(theirs));
                }
                Request::Query(Query { channel, session, .. }) => open.push_back((no, channel, session)),
                other => panic!("{other:?}"),
            }
            assert!(open.len() <= 8, "{} turns are open", open.len());
            while open.len() == 8 || (stage.said.is_empty() && !open.is_empty()) {
                let (no, channel, session) = open.pop_front().unwrap();
                turned.insert(channel);
                stage.reply(OURS, no, &Reply::Answer { session, spans: Vec::new() });
            }
        }
        stage.pass(1);
    }
    assert_eq!((turned.len(), stage.gone.len()), (300, 0));
    assert!(states < 1_500, "{states} states for 300 channels");
}

#[test]
fn the_floors_that_are_kept_of_one_peer_are_bounded_over_all_channels() {
    use crate::relay::input::{Floor, Mark};
    let mut stage = stage(10);
    let mark = Mark { created: NOW, id: EnvelopeId::of(b"evicted") };
    let pen = |n: u32| crate::sign::PublicKey::from_bytes(*EnvelopeId::of(&n.to_le_bytes()).as_bytes());
    let floors: Vec<Floor> = (0..4_096).map(|n| Floor { pen: pen(n), class: Priority::Bulk, mark }).collect();
    for n in 0..10 {
        let channel = list(n).channel();
        let told = stage.ask(OURS, &Request::Floors { channel, floors: floors.clone() }, &[]);
        assert!(matches!(told, Some(Reply::Floors { .. })));
    }
    let kept: usize = stage.relay.peers[&OURS].matched.values().map(|matched| matched.floors.len()).sum();
    assert_eq!(kept, 4 * 4_096);
}
