//! What scripts rely on: every command is given once, by a real process, and its answer is what `docs/scripts.md` says.
//!
//! Every other test here holds the answers that it asks for to that page as well; this one sees that none is left out.

use std::cell::RefCell;
use std::collections::BTreeSet;

use kenes_web::api::Standing;
use serde_json::Value;

use crate::harness::{Home, Up, World};
use crate::minutes::{end, up_together, voters};
use crate::shape;

/// Those whose answers do not end by themselves, or take a story of their own, and the tests that hold them.
const ELSEWHERE: [&str; 3] = [
    // b5_a_fork_moves_no_desk_and_is_told_on_every_screen_until_each_owner_says_where_to_stand
    "kenes minutes stand",
    // each_new_bulletin_is_shown_once_as_it_comes_and_given_to_a_command
    "kenes bulletin watch",
    // the_story_is_told_to_its_end_and_every_step_of_it_holds
    "kenes demo",
];

/// Gives commands, and remembers which.
struct Walk<'a> {
    world: &'a World,
    given: RefCell<BTreeSet<&'static str>>,
}

impl Walk<'_> {
    async fn does(&self, home: &Home, arguments: &[&str]) -> Value {
        self.given.borrow_mut().insert(shape::command(arguments));
        home.does(arguments).await
    }

    /// Those that answer in a word that the rest of the walk needs.
    async fn takes(&self, home: &Home, arguments: &[&str], field: &str) -> String {
        text(&self.does(home, arguments).await[field])
    }

    fn file(&self, name: &str) -> String {
        self.world.path(name).to_str().unwrap().to_owned()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_answers_as_the_page_for_scripts_says() {
    let world = World::new();
    let walk = Walk { world: &world, given: RefCell::default() };
    let solo = begin(&walk).await;
    write(&walk, &solo).await;
    decide(&walk, &solo).await;
    meet(&walk, &solo).await;
    let (a, others) = voters(&world, &["b", "c"]).await;
    pass(&walk, &a, &others[0]).await;
    publish(&walk, &a, &others[0]).await;
    lose(&walk, &a, &others[0]).await;
    let given = walk.given.into_inner();
    let left: Vec<&str> = shape::answers().iter().map(|answer| answer.name.as_str()).collect();
    let left: Vec<&str> = left.into_iter().filter(|name| !given.contains(name) && !ELSEWHERE.contains(name)).collect();
    assert!(left.is_empty(), "never given: {left:?}");
}

/// What can be asked of a home before there is a committee in it.
async fn begin(walk: &Walk<'_>) -> Home {
    let solo = walk.world.home("solo");
    walk.does(&solo, &[]).await;
    walk.does(&solo, &["init", "--name", "Әйгерім"]).await;
    for asked in ["paths", "doctor", "status", "clock"] {
        walk.does(&solo, &[asked]).await;
    }
    walk.does(&solo, &["clock", "right"]).await;
    walk.does(&solo, &["home", "copy", "--yes"]).await;
    walk.does(&solo, &["home", "only"]).await;
    for asked in ["show", "devices", "backup"] {
        walk.does(&solo, &["keys", asked]).await;
    }
    let up = solo.up(&[]).await;
    walk.given.borrow_mut().insert("kenes up");
    walk.does(&solo, &["unlock"]).await;
    walk.does(&solo, &["lock"]).await;
    up.stop().await;
    solo
}

async fn write(walk: &Walk<'_>, solo: &Home) {
    let new = ["committee", "new", "Бірлік", "--territory", "KZ/Маңғыстау", "--industry", "мұнай"];
    walk.does(solo, &new).await;
    for asked in ["list", "show", "members", "requests", "invite"] {
        walk.does(solo, &["committee", asked]).await;
    }
    walk.does(solo, &["committee", "invite", "--out", &walk.file("invite")]).await;
    let id = walk.takes(solo, &["bulletin", "post", "мәтін", "--title", "Т", "--urgent"], "id").await;
    let reply = walk.takes(solo, &["bulletin", "reply", &id, "жауап"], "id").await;
    walk.does(solo, &["bulletin", "correct", &id[..8], "мәтін, түзетілген"]).await;
    let shown = walk.does(solo, &["bulletin", "show", &id]).await;
    assert_eq!((&shown["status"], &shown["priority"]), (&"corrected".into(), &"urgent".into()));
    assert_eq!(walk.does(solo, &["bulletin", "retract", &reply, "--yes"]).await["status"], "retracted");
    assert_eq!(walk.does(solo, &["bulletin", "list"]).await["total"], 3);
}

/// A sole founder decides alone, and at once.
async fn decide(walk: &Walk<'_>, solo: &Home) {
    let policy = ["quorum=3/5", "history=all", "retention=20"];
    walk.does(solo, &[&["minutes", "propose", "--policy"][..], &policy].concat()).await;
    walk.does(solo, &["minutes", "list"]).await;
    walk.does(solo, &["minutes", "show", "1"]).await;
    walk.does(solo, &["minutes", "key"]).await;
    walk.does(solo, &["minutes", "certificate", "1", &walk.file("minutes")]).await;
    walk.does(solo, &["minutes", "export", "1", &walk.file("sheet")]).await;
    walk.does(solo, &["minutes", "import", &walk.file("sheet")]).await;
    let id = walk.takes(solo, &["resolution", "propose", "--title", "Қарар", "мәтін", "--until", "2d"], "id").await;
    walk.does(solo, &["resolution", "list"]).await;
    walk.does(solo, &["resolution", "show", &id]).await;
    walk.does(solo, &["resolution", "export", &id, &walk.file("resolution")]).await;
    walk.does(solo, &["resolution", "import", &walk.file("resolution")]).await;
    walk.does(solo, &["resolution", "certificate", &id, &walk.file("certificate")]).await;
    walk.does(solo, &["verify", &walk.file("certificate")]).await;
    std::fs::write(walk.file("void"), "no certificate").unwrap();
    let void = solo.tries(&["verify", &walk.file("void")]).await;
    assert_eq!((void.code(), void.kind().as_str()), (6, "not_authentic"));
    shape::hold(&["verify"], &void.answer());
}

/// Whom the home meets, lets in, pauses and leaves.
async fn meet(walk: &Walk<'_>, solo: &Home) {
    let relay = walk.world.relay("relay").await;
    let up = solo.up_unlocked(&["--peer", &relay.address()]).await;
    let joining = asked(walk, solo, &relay, &up, "Дина").await;
    walk.does(solo, &["committee", "admit", "Дина"]).await;
    joining.until_members(2).await;
    let member = solo.member("Дина").await;
    let words = member["words"].as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(" ");
    walk.does(solo, &["committee", "verify", "Дина", "--words", &words]).await;
    walk.does(solo, &["committee", "pause", "Дина", "--because", "lost-device"]).await;
    let declined = asked(walk, solo, &relay, &up, "Бөтен").await;
    walk.does(solo, &["committee", "decline", "Бөтен"]).await;
    for up in [joining, declined] {
        up.stop().await;
    }
    walk.does(solo, &["sync", "--wait", "30"]).await;
    walk.does(solo, &["status"]).await;
    let peer = walk.does(solo, &["peers", "list"]).await["peers"][0].clone();
    let other = "/ip4/127.0.0.1/tcp/9";
    walk.does(solo, &["peers", "add", other]).await;
    walk.does(solo, &["peers", "drop", other]).await;
    walk.does(solo, &["peers", "block", &text(&peer["peer_id"])]).await;
    let channel = walk.does(&relay.home, &["carry", "list"]).await["channels"][0]["channel"].clone();
    walk.does(&relay.home, &["carry", "drop", &text(&channel)]).await;
    walk.does(&relay.home, &["carry", "add", &text(&channel)]).await;
    up.stop().await;
    relay.stop().await;
    walk.does(solo, &["committee", "leave", "--yes"]).await;
    walk.does(solo, &["wipe", "--yes"]).await;
}

/// Somebody with an invite for several, whose request has come.
async fn asked(walk: &Walk<'_>, solo: &Home, relay: &Up, up: &Up, name: &str) -> Up {
    let invite = walk.takes(solo, &["committee", "invite", "--uses", "2"], "uri").await;
    let home = walk.world.home(name);
    walk.does(&home, &["init", "--name", name]).await;
    walk.does(&home, &["committee", "join", &invite]).await;
    let joining = home.up_unlocked(&["--peer", &relay.address()]).await;
    up.until("a request", async |client| {
        client.committees().await.is_ok_and(|found| found.committees.iter().any(|one| one.requests == 1))
    })
    .await;
    walk.does(solo, &["committee", "requests"]).await;
    joining
}

/// B wants another sheet than A, who chairs and has signed; and both vote on a resolution.
async fn pass(walk: &Walk<'_>, a: &Home, b: &Home) {
    let town = up_together(&[a, b]).await;
    let tabled = walk.takes(a, &["minutes", "propose", "--policy", "retention=20"], "id").await;
    let wanted = walk.takes(b, &["minutes", "propose", "--policy", "retention=10"], "id").await;
    town[0].until("what B wants", async |_| a.tries(&["minutes", "show", &wanted]).await.code() == 0).await;
    assert_eq!(walk.does(a, &["minutes", "pass", &wanted, "--yes"]).await["id"], wanted.as_str());
    for (up, home) in [(&town[1], b), (&town[0], a)] {
        up.until("what A tabled, in the new round", async |_| {
            let signed = home.tries(&["minutes", "sign", &tabled, "--yes"]).await;
            signed.code() == 0 && signed.answer()["round"].as_u64().is_some_and(|round| round > 0)
        })
        .await;
    }
    town[1].until_minutes(2).await;
    let put = walk.takes(a, &["resolution", "propose", "--title", "Қарар", "мәтін"], "id").await;
    town[1].until("the resolution", async |_| b.tries(&["resolution", "show", &put]).await.code() == 0).await;
    assert_eq!(walk.does(b, &["resolution", "vote", &put, "reject"]).await["mine"], false);
    end(town).await;
}

/// A link takes three who vote.
async fn publish(walk: &Walk<'_>, a: &Home, b: &Home) {
    let town = up_together(&[a, b]).await;
    let office = ["minutes", "propose", "--publish", "--spokesperson", "a", "--until", "30d"];
    walk.does(a, &office).await;
    let sheet = town[1].until_to_sign().await;
    assert_eq!(walk.does(b, &["minutes", "sign", &sheet]).await["status"], "adopted");
    town[0]
        .until("a link and a pen in public", async |client| {
            let Ok(committees) = client.committees().await else { return false };
            client.link(committees.committees[0].id).await.is_ok()
                && a.tries(&["bulletin", "post", "--public", "жария"]).await.code() == 0
        })
        .await;
    let uri = walk.takes(a, &["committee", "link"], "uri").await;
    let follower = walk.world.person("follower").await;
    walk.does(&follower, &["committee", "follow", &uri]).await;
    let public = a.does(&["bulletin", "list"]).await["bulletins"][0].clone();
    assert_eq!(public["public"], true);
    walk.does(a, &["bulletin", "save", &text(&public["id"]), &walk.file("said")]).await;
    walk.does(a, &["verify", &walk.file("said")]).await;
    end(town).await;
}

/// B loses everything but 24 words, and votes by them.
async fn lose(walk: &Walk<'_>, a: &Home, b: &Home) {
    let words = b.does(&["keys", "backup"]).await["recovery_words"].clone();
    let words: Vec<String> = words.as_array().unwrap().iter().map(text).collect();
    b.does(&["wipe", "--yes"]).await;
    let paper = walk.world.secret("paper", &words.join(" "));
    let back = walk.world.home("back");
    let paper = paper.to_str().unwrap();
    walk.does(&back, &["keys", "restore", "--name", "b", "--words-file", paper]).await;
    let invite = walk.takes(a, &["committee", "invite", "--for", "b"], "uri").await;
    walk.does(&back, &["committee", "join", &invite]).await;
    let town = up_together(&[a, &back]).await;
    town[1]
        .until("the vote", async |client| {
            let found = client.committees().await;
            found.is_ok_and(|found| found.committees.iter().any(|one| one.standing == Standing::Voter))
        })
        .await;
    assert_eq!(back.does(&["keys", "show"]).await["keys"][0]["votes"], "no");
    walk.does(&back, &["keys", "vote", "--yes"]).await;
    assert_eq!(back.does(&["keys", "show"]).await["keys"][0]["votes"], "by_words");
    end(town).await;
}
