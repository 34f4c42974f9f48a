//! A real node among peers that mean no good, over real connections: what each attack comes to, and that whoever is
//! honest is served all the while. What the machine alone makes of a lie is in `core::relay::hostile`.

use kenes_core::ids::ListId;
use kenes_core::relay::Reason;
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;
use kenes_node::{Multiaddr, PeerId, Status};
use libp2p::futures::future::join_all;

use crate::attackers::forge::{Forger, spoil};
use crate::attackers::messages::{Cause, Offer, Part, Query, Reply, Request, Span, State, Upto, frame, short};
use crate::attackers::peer::{Attacker, Face, Mind, polite};
use crate::attackers::raw::{self, DATA, PING, Raw, SYN, WINDOW};
use crate::support::{Channel, Dice, TestNode, config};

/// Ten of them, as in the goals of this project.
const SYBILS: usize = 10;
const LONGEST_FRAME: usize = 1 << 20;

/// A node, an honest peer that added it, and the channel that both carry.
struct Scene {
    victim: TestNode,
    honest: TestNode,
    channel: Channel,
    address: Multiaddr,
}

impl Scene {
    async fn new(seed: u8) -> Self {
        let channel = Channel::new(seed);
        let victim = TestNode::start(config(&[])).await;
        victim.begin(&channel).await;
        let address = victim.address().await;
        let honest = TestNode::start(config(std::slice::from_ref(&address))).await;
        honest.node.carry(channel.id, None).await.unwrap();
        honest.until("they are level", |status| status.last_sync.is_some()).await;
        Self { victim, honest, channel, address }
    }

    fn now(&self) -> Timestamp {
        self.victim.node.now().at
    }

    fn face(&self) -> Face {
        Face::new(self.channel.id, (0, self.list()), self.now())
    }

    fn list(&self) -> ListId {
        ListId::from_bytes(*self.channel.id.as_bytes())
    }

    async fn meet(&self, mind: Option<Mind>) -> Attacker {
        Attacker::meet(&self.address, self.face(), mind).await.expect("it is not let in")
    }

    fn push(&self) -> Request {
        Request::Push { channel: self.channel.id, cause: Cause::Live, gone: Vec::new() }
    }

    /// What is written on either side arrives on the other.
    async fn serves(&mut self) {
        let (here, there) = (self.channel.talks(5), self.channel.talks(5));
        self.victim.put(here.clone()).await;
        self.honest.put(there.clone()).await;
        self.honest.until_it_has(&here).await;
        self.victim.until_it_has(&there).await;
    }

    async fn until_named(&self, id: PeerId, reason: Reason) -> Status {
        let named = |status: &Status| faults(status, id).iter().any(|(of, count)| *of == reason && *count > 0);
        self.victim.until("who did wrong is named", named).await
    }
}

fn faults(status: &Status, id: PeerId) -> Vec<(Reason, u64)> {
    let known = status.penalised.iter().find(|known| known.peer_id == id);
    known.map(|known| known.faults.clone()).unwrap_or_default()
}

fn kept_out(status: &Status, id: PeerId) -> bool {
    status.penalised.iter().any(|known| known.peer_id == id && known.kept_out_until.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_a_frame_over_the_limit_is_let_go_and_named() {
    let mut scene = Scene::new(101).await;
    let attacker = scene.meet(None).await;
    assert_eq!(attacker.send(vec![6; LONGEST_FRAME + 1]).await, None);
    attacker.gone().await;
    let status = scene.until_named(attacker.id, Reason::TooMuch).await;
    assert!(kept_out(&status, attacker.id));
    scene.serves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_of_any_bytes_stops_a_node_or_what_it_does_for_others() {
    let mut scene = Scene::new(102).await;
    let mut dice = Dice::new();
    for kind in 0..16 {
        let attacker = Attacker::connect(&scene.address, scene.face(), None).await;
        // From an address where many faults were made, one more is the last.
        let Some(attacker) = attacker else { continue };
        attacker.greet().await;
        for _ in 0..4 {
            let length = dice.below(5_000);
            let body = (0..length).map(|_| dice.below(256) as u8);
            let bytes: Vec<u8> = std::iter::once(kind).chain(body).collect();
            attacker.throw(bytes).await;
        }
        // What is answered after them was read after them, if the connection stands at all.
        attacker.send(vec![kind]).await;
    }
    scene.serves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forger_a_stranger_to_the_lists_and_one_who_garbles_are_each_let_go_and_named() {
    let mut scene = Scene::new(103).await;
    let stranger = SigningKey::from_seed([250; 32]);
    let mut forger = Forger::new(scene.channel.id, stranger, scene.now());
    let true_ones = scene.channel.talks(30);
    for (what, reason) in [
        (true_ones.iter().map(spoil).collect::<Vec<_>>(), Reason::BadSignature),
        ((0..60).map(|_| forger.junk().bytes().to_vec()).collect(), Reason::UnknownPen),
        (vec![vec![1; 300]; 30], Reason::Malformed),
    ] {
        let attacker = scene.meet(None).await;
        attacker.bring(&scene.push(), &what).await;
        attacker.gone().await;
        let status = scene.until_named(attacker.id, reason).await;
        assert!(kept_out(&status, attacker.id));
        assert_eq!(status.envelopes, 1, "nothing but the list is stored");
    }
    // A corrupted copy suppresses nothing.
    scene.honest.put(true_ones.clone()).await;
    scene.victim.until_it_has(&true_ones).await;
    scene.serves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_once_costs_its_bearer_time_and_nobody_anything_else_however_often_it_is_replayed() {
    let mut scene = Scene::new(104).await;
    let heard = scene.channel.talks(40);
    scene.victim.put(heard.clone()).await;
    let bytes: Vec<Vec<u8>> = heard.iter().map(|envelope| envelope.bytes().to_vec()).collect();
    let attacker = scene.meet(None).await;
    for _ in 0..20 {
        let push = scene.push();
        assert!(matches!(attacker.bring(&push, &bytes).await, Some(Reply::Ack { stored: 0, .. })));
    }
    let status = scene.victim.node.status().await.unwrap();
    assert_eq!((status.envelopes, status.counters.stored), (41, 41));
    scene.serves().await;
}

/// Whoever lies in reconciliation, in every part of it at once.
fn liar(face: Face) -> Mind {
    let mut lies = 0u64;
    Box::new(move |request| {
        lies += 1;
        let reply = match request {
            Request::State { .. } => Reply::State(State { count: 1 << 40, ..face.state(0, lies as u8) }),
            Request::Query(Query { session, .. }) => {
                let part = match lies % 4 {
                    0 => Part::Print([lies as u8; 6]),
                    1 => Part::List(vec![[lies as u8; 4]; 40]),
                    2 => Part::Give(vec![[lies as u8; 4]; 40]),
                    _ => Part::Want(vec![0xff; 40]),
                };
                let session = if lies.is_multiple_of(7) { session ^ 1 } else { session };
                Reply::Answer { session, spans: vec![Span { upto: Upto::End, part }] }
            }
            Request::Announce { offers, .. } => Reply::Wanted { bits: vec![0xff; offers.len()] },
            other => polite(&face, other),
        };
        Some(frame(&reply, []))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_who_lie_in_every_part_of_a_sync_take_nothing_from_anybody_honest() {
    let mut scene = Scene::new(105).await;
    let before = scene.channel.talks(100);
    scene.victim.put(before).await;
    let mut sybils = Vec::new();
    for _ in 0..SYBILS {
        let face = scene.face();
        if let Some(attacker) = Attacker::meet(&scene.address, face.clone(), Some(liar(face))).await {
            sybils.push(attacker);
        }
    }
    let (channel, now) = (scene.channel.id, scene.now());
    // Each asks for everything, in sessions of its own, with prints that are of nothing, and never narrows.
    let query = |session: u64| {
        let spans = vec![Span { upto: Upto::End, part: Part::Print([session as u8; 6]) }];
        let full = session.is_multiple_of(2);
        frame(&Request::Query(Query { channel, session, cut: now, ahead: now.plus(86_400), full, spans }), [])
    };
    for session in 1..60 {
        join_all(sybils.iter().filter(|sybil| !sybil.is_gone()).map(|sybil| sybil.send(query(session)))).await;
    }
    scene.serves().await;
    let status = scene.victim.node.status().await.unwrap();
    assert!(status.penalised.iter().all(|known| sybils.iter().any(|sybil| sybil.id == known.peer_id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_who_offer_what_they_never_bring_delay_nothing_that_somebody_honest_has() {
    let mut scene = Scene::new(106).await;
    let written = scene.channel.talks(20);
    let offers: Vec<Offer> = written
        .iter()
        .map(|envelope| Offer { id: short(envelope), priority: envelope.header().priority, size: 600 })
        .collect();
    let mut sybils = Vec::new();
    for _ in 0..SYBILS {
        let quiet: Mind = Box::new(|_| None);
        let attacker = scene.meet(Some(quiet)).await;
        let announce = Request::Announce { channel: scene.channel.id, offers: offers.clone() };
        attacker.say(&announce).await;
        sybils.push(attacker);
    }
    // The victim now wants all of them from somebody who says nothing any more.
    scene.honest.put(written.clone()).await;
    scene.victim.until_it_has(&written).await;
    scene.serves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn yamux_spoken_badly_costs_that_connection_at_most() {
    let mut scene = Scene::new(107).await;
    // More streams than there may be, none of which is ever used; and the same with data, so that each is worth a handler.
    let mut empty = Raw::connect(&scene.address).await.unwrap();
    let syns: Vec<u8> = (0..4_096).flat_map(|n| raw::frame(WINDOW, SYN, 2 * n + 1, 0, &[])).collect();
    empty.write(&syns).await;
    let mut begun = Raw::connect(&scene.address).await.unwrap();
    for _ in 0..4_096 {
        if begun.begin(&[]).await.is_none() {
            break;
        }
    }
    // More on one stream than its window has room for.
    let mut over = Raw::connect(&scene.address).await.unwrap();
    let stream = over.fresh();
    over.frame(DATA, SYN, stream, 512 << 10, &vec![0; 512 << 10]).await;
    over.gone().await;
    // A length of 4 GiB, on a stream that is opened by it.
    let mut long = Raw::connect(&scene.address).await.unwrap();
    let stream = long.fresh();
    long.frame(DATA, SYN, stream, u32::MAX, &[0; 64]).await;
    long.gone().await;
    // A window that overflows, again and again.
    let mut wide = Raw::connect(&scene.address).await.unwrap();
    let stream = wide.begin(&[]).await.unwrap();
    for _ in 0..8 {
        wide.frame(WINDOW, 0, stream, u32::MAX, &[]).await;
    }
    // A type and a version that yamux does not have.
    for head in [[0, 9], [7, 0]] {
        let mut odd = Raw::connect(&scene.address).await.unwrap();
        odd.write(&[&head[..], &[0; 10]].concat()).await;
        odd.gone().await;
    }
    // Pings, of which each asks for an answer that nobody reads.
    let mut pings = Raw::connect(&scene.address).await.unwrap();
    let many: Vec<u8> = (0..10_000).flat_map(|n| raw::frame(PING, SYN, 0, n, &[])).collect();
    pings.write(&many).await;
    scene.serves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_are_begun_on_every_stream_of_ten_connections_and_never_end_keep_nobody_waiting() {
    let mut scene = Scene::new(108).await;
    let mut held = Vec::new();
    for _ in 0..SYBILS {
        let mut slow = Raw::connect(&scene.address).await.unwrap();
        for _ in 0..30 {
            // A push of which 200 KiB have come.
            if slow.begin(&vec![6; 200 << 10]).await.is_none() {
                break;
            }
        }
        held.push(slow);
    }
    let long = (0..30).map(|_| scene.channel.talk(50_000)).collect::<Vec<_>>();
    scene.honest.put(long.clone()).await;
    scene.victim.until_it_has(&long).await;
    scene.serves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_on_which_nothing_is_ever_said_keep_nobody_out() {
    let mut scene = Scene::new(109).await;
    let silent = join_all((0..60).map(|_| raw::tcp(&scene.address))).await;
    assert!(silent.iter().flatten().count() > 50);
    let newcomer = TestNode::start(config(std::slice::from_ref(&scene.address))).await;
    newcomer.node.carry(scene.channel.id, None).await.unwrap();
    let written = scene.channel.talks(10);
    scene.victim.put(written.clone()).await;
    newcomer.until_it_has(&written).await;
    scene.serves().await;
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_say_hello_again_and_again_under_new_names_is_no_way_to_anything() {
    let mut scene = Scene::new(110).await;
    for _ in 0..60 {
        let attacker = Attacker::connect(&scene.address, scene.face(), None).await.unwrap();
        attacker.say(&Request::Hello(attacker.face.hello())).await;
        // A second one begins anew, and is the end of this connection.
        attacker.say(&Request::Hello(attacker.face.hello())).await;
        attacker.gone().await;
    }
    let status = scene.victim.until("they are gone", |status| status.peers.len() == 1).await;
    assert!(status.penalised.is_empty(), "nobody is charged with what a broken link looks like");
    scene.serves().await;
}
