//! Ten identities of one informer who knows a committee's channel and has a pen in it, against a running home: honest
//! bulletins arrive, memory and disk stay within what the settings allow, and the owner reads who did what.

use std::path::Path;
use std::time::Duration;

use kenes_core::envelope::Priority;
use kenes_core::invite::Invite;
use kenes_core::relay::Reason;
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;
use kenes_node::Multiaddr;
use kenes_web::api::{Event, NewBulletin, Urgency};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use crate::attackers::flood::Flood;
use crate::attackers::forge::Forger;
use crate::attackers::messages::{Cause, Offer, Part, Query, Reply, Request, Span, Upto, frame};
use crate::attackers::peer::{Attacker, Face, Mind, polite};
use crate::harness::{Home, Up, World, committee};

/// What the victim's settings allow, in bytes: of one channel, and of all of them.
const CHANNEL: u64 = 2 << 20;
const ALL: u64 = 4 << 20;
/// What its process may take, in kibibytes.
const MEMORY: u64 = 256 << 10;

/// A running home with a member, both running, and what an informer learnt from an invite.
struct Scene {
    _world: World,
    founder: Home,
    up: Up,
    member: Home,
    member_up: Up,
    face: Face,
    pen: SigningKey,
    address: Multiaddr,
}

impl Scene {
    async fn new() -> Self {
        Self::with(&["b"]).await.0
    }

    /// The same with several members, of whom the first is the scene's.
    async fn with(names: &[&str]) -> (Self, Vec<Home>) {
        let world = World::new();
        let (founder, mut members) = committee(&world, "a", names).await;
        let settings = format!("[limits]\nchannel_bytes = {CHANNEL}\ntotal_bytes = {ALL}\n");
        let path = founder.path.join("config.toml");
        std::fs::write(&path, settings).unwrap();
        let invite = founder.does(&["committee", "invite", "--uses", "3"]).await;
        let invite = Invite::from_uri(invite["uri"].as_str().unwrap()).unwrap();
        let up = founder.up_unlocked(&[]).await;
        let member = members.remove(0);
        let member_up = member.up_unlocked(&["--peer", &up.address()]).await;
        member_up.until_level_with(&up).await;
        let now = Timestamp::from_secs(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs());
        let address = up.address().parse().unwrap();
        let list = Attacker::spy(&address, invite.channel, now).await.expect("nobody tells of the lists");
        let face = Face::new(invite.channel, list, now);
        (Self { _world: world, founder, up, member, member_up, face, pen: invite.pen, address }, members)
    }

    fn push(&self) -> Request {
        Request::Push { channel: self.face.channel, cause: Cause::Live, gone: Vec::new() }
    }

    /// One more identity.
    async fn meet(&self, mind: Option<Mind>) -> Attacker {
        let face = Face::new(self.face.channel, self.face.list, self.face.clock);
        Attacker::meet(&self.address, face, mind).await.expect("it is not let in")
    }

    /// What each writes reaches the other.
    async fn both_are_heard(&self, round: usize) {
        for n in 0..5 {
            self.founder.writes(&format!("мұнда {round} {n}")).await;
            self.member.writes(&format!("онда {round} {n}")).await;
        }
        self.up.until_bulletins(10 * (round + 1)).await;
        self.member_up.until_bulletins(10 * (round + 1)).await;
    }

    async fn within_limits(&self) {
        let status = self.up.client.status().await.unwrap();
        assert!(status.bytes <= ALL, "{} bytes of envelopes", status.bytes);
        let memory = memory_of(&self.up);
        println!(
            "memory {} KiB at most, {} bytes stored, {} on disk",
            memory,
            status.bytes,
            disk_of(&self.founder.path)
        );
        assert!(memory <= MEMORY, "{memory} KiB");
        assert!(disk_of(&self.founder.path) <= 16 * ALL);
    }
}

/// The most memory that a process had, in kibibytes.
fn memory_of(up: &Up) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", up.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn disk_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries
        .map(|entry| match entry.file_type().unwrap().is_dir() {
            true => disk_of(&entry.path()),
            false => entry.metadata().map_or(0, |metadata| metadata.len()),
        })
        .sum()
}

/// Whoever did such a thing, as programs read it.
fn named(status: &Value, id: &str, reason: Reason) -> bool {
    let known = status["penalised"].as_array().unwrap().iter().find(|known| known["peer_id"] == id);
    let faults = known.and_then(|known| known["faults"].as_array());
    faults.is_some_and(|faults| faults.iter().any(|fault| fault["reason"] == reason.name()))
}

/// Says that it has nothing, and answers every query with something that is not so, in the end of another session.
fn liar(face: Face) -> Mind {
    let mut queries = 0u64;
    Box::new(move |request| {
        let reply = match request {
            Request::State { .. } => Reply::State(face.state(0, 7)),
            Request::Query(Query { session, .. }) => {
                queries += 1;
                // A print that is of nothing, so that there is a next round; then a list, of another session.
                let (session, part) = match queries {
                    1 => (session, Part::Print([7; 6])),
                    _ => (session ^ 1, Part::List(vec![[7; 4]; 40])),
                };
                Reply::Answer { session, spans: vec![Span { upto: Upto::End, part }] }
            }
            other => polite(&face, other),
        };
        Some(frame(&reply, []))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_identities_of_an_informer_keep_nobody_from_being_heard_and_the_owner_reads_who_did_what() {
    let scene = Scene::new().await;
    let channel = scene.face.channel;
    let mut informer = Forger::new(channel, scene.pen.clone(), scene.face.clock);
    let mut stranger = Forger::new(channel, SigningKey::from_seed([0xee; 32]), scene.face.clock);
    let push = scene.push();

    // One goes quiet: it is asked, and says nothing any more.
    let quiet = scene.meet(Some(Box::new(|_| None))).await;
    // One offers what it never sends, the bulletins of others among it, as far as it can foresee their ids: not at all.
    let teaser = scene.meet(Some(Box::new(|_| None))).await;
    let offers = (0..200u8).map(|n| Offer { id: [n; 16], priority: Priority::Urgent, size: 900 }).collect();
    teaser.say(&Request::Announce { channel, offers }).await;
    // One lies in every part of a comparison.
    let face = Face::new(channel, scene.face.list, scene.face.clock);
    let liar = Attacker::meet(&scene.address, face.clone(), Some(liar(face))).await.unwrap();
    // One asks for everything, again and again.
    let greedy = scene.meet(None).await;
    let everything = |session| {
        let spans = vec![Span { upto: Upto::End, part: Part::Print([0; 6]) }];
        let (cut, ahead) = (scene.face.clock, scene.face.clock.plus(86_400));
        Request::Query(Query { channel, session, cut, ahead, full: true, spans })
    };
    for session in 0..200 {
        greedy.say(&everything(session)).await;
        if greedy.say(&Request::Channels { tags: vec![[0; 16]] }).await.is_none() {
            break;
        }
    }
    scene.both_are_heard(0).await;

    // One floods with its own pen, long ones, of more than the channel may hold.
    let flood: Vec<Vec<u8>> =
        (0..100).map(|_| informer.junk_of(60_000, scene.face.clock.hour()).bytes().to_vec()).collect();
    let flooder = scene.meet(None).await;
    for some in flood.chunks(10) {
        flooder.bring(&push, some).await;
    }
    // One forges, one writes by a pen that is on no list, one garbles, one replays, one sends a frame without end.
    let forger = scene.meet(None).await;
    let forged: Vec<Vec<u8>> = (0..40).map(|_| informer.forged()).collect();
    forger.bring(&push, &forged).await;
    let outsider = scene.meet(None).await;
    let unlisted: Vec<Vec<u8>> = (0..60).map(|_| stranger.junk().bytes().to_vec()).collect();
    outsider.bring(&push, &unlisted).await;
    let garbler = scene.meet(None).await;
    garbler.bring(&push, &vec![vec![1; 700]; 20]).await;
    let endless = scene.meet(None).await;
    endless.send(vec![6; 3 << 20]).await;
    let replayer = scene.meet(None).await;
    for _ in 0..10 {
        replayer.bring(&push, &flood[..10]).await;
    }
    scene.both_are_heard(1).await;
    scene.within_limits().await;

    scene.up.until("the end of the liar", async |_| liar.is_gone()).await;
    let status = scene.founder.does(&["status"]).await;
    for (who, reason) in [
        (&forger, Reason::BadSignature),
        (&outsider, Reason::UnknownPen),
        (&garbler, Reason::Malformed),
        (&endless, Reason::TooMuch),
        (&greedy, Reason::TooMuch),
    ] {
        assert!(named(&status, &who.id.to_string(), reason), "{reason:?} is not told of: {}", status["penalised"]);
    }
    let honest = scene.member_up.ready["peer_id"].as_str().unwrap();
    assert!(status["penalised"].as_array().unwrap().iter().all(|known| known["peer_id"] != honest));
    assert!(status["peers"].as_array().unwrap().iter().any(|peer| peer["peer_id"] == honest && peer["charges"] == 0));
    for (lang, words) in [("en", "forged signatures"), ("ru", "поддельная подпись"), ("kk", "жалған қол")]
    {
        let shown = scene.founder.says(&["--lang", lang, "status"]).await;
        assert!(shown.contains(words), "{shown}");
    }
    drop((quiet, teaser, liar, flooder, replayer));
    scene.member_up.stop().await;
    scene.up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_flood_of_ten_every_bulletin_arrives_and_memory_and_disk_stay_within_bounds() {
    let scene = Scene::new().await;
    let flood = Flood::begin(&scene.address, &scene.face, &scene.pen, Duration::from_millis(50));
    for round in 0..3 {
        scene.both_are_heard(round).await;
    }
    let sent = &flood.sent;
    println!("invalid {:?}, valid and of no use {:?}, turned away {:?}", sent.invalid, sent.valid, sent.turned_away);
    drop(flood);
    scene.within_limits().await;
    let status = scene.up.client.status().await.unwrap();
    assert!(status.let_go > 0 && !status.penalised.is_empty());
    scene.member_up.stop().await;
    scene.up.stop().await;
}

/// How long bulletins take from one member to another whose only way is the victim.
async fn latencies(scene: &Scene, to: &Up, what: &str, count: usize) -> Vec<Duration> {
    let committee = scene.member_up.client.committees().await.unwrap().committees[0].id;
    let mut events = to.client.events().await.unwrap();
    let mut clock = tokio::time::interval(Duration::from_millis(150));
    let mut taken = Vec::new();
    for n in 0..count {
        clock.tick().await;
        let text = format!("{what} {n}");
        let new = NewBulletin {
            committee,
            title: None,
            text: text.clone(),
            priority: Urgency::Routine,
            lives: None,
            reply_to: None,
            date: None,
            public: false,
        };
        let begun = Instant::now();
        scene.member_up.client.post_bulletin(&new).await.unwrap();
        let arrives = async {
            loop {
                match events.next().await.unwrap().expect("the other ends") {
                    Event::Bulletin { bulletin } if bulletin.text == text => return,
                    _ => {}
                }
            }
        };
        timeout(Duration::from_secs(90), arrives).await.unwrap_or_else(|_| panic!("{text} never arrived"));
        taken.push(begun.elapsed());
    }
    taken.sort_unstable();
    taken
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

/// Prints how long bulletins take, through a home that ten peers flood and through the same in quiet.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures, for minutes; the figures mean something on a quiet machine"]
async fn what_a_flood_of_ten_costs_beside_the_same_in_quiet() {
    let (scene, members) = Scene::with(&["b", "c"]).await;
    let to = members[0].up_unlocked(&["--peer", &scene.up.address()]).await;
    to.until_level_with(&scene.up).await;
    let count = number("KENES_FLOOD_BULLETINS", 200) as usize;
    let quiet = latencies(&scene, &to, "тыныш", count).await;
    let memory = memory_of(&scene.up);
    let flood = Flood::begin(
        &scene.address,
        &scene.face,
        &scene.pen,
        Duration::from_millis(number("KENES_FLOOD_PAUSE_MS", 500)),
    );
    let begun = Instant::now();
    let flooded = latencies(&scene, &to, "тасқын", count).await;
    let seconds = begun.elapsed().as_secs_f64();
    let rate = |sent: &std::sync::atomic::AtomicU64| sent.load(std::sync::atomic::Ordering::Relaxed) as f64 / seconds;
    let of = |taken: &[Duration], part: f64| taken[((taken.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    println!(
        "{:.0} invalid and {:.0} valid and useless a second, {:.1} turned away",
        rate(&flood.sent.invalid),
        rate(&flood.sent.valid),
        rate(&flood.sent.turned_away)
    );
    for (name, taken, memory) in [("quiet", &quiet, memory), ("flooded", &flooded, memory_of(&scene.up))] {
        println!(
            "{name:>8}: {} of {count} arrived, p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms, memory {} MiB",
            taken.len(),
            of(taken, 0.5),
            of(taken, 0.99),
            of(taken, 1.0),
            memory >> 10
        );
    }
    println!("p99 is {:.1} times that of quiet", of(&flooded, 0.99) / of(&quiet, 0.99));
    drop(flood);
    scene.within_limits().await;
    to.stop().await;
    scene.member_up.stop().await;
    scene.up.stop().await;
}
