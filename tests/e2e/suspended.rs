//! Two who pause each other, whom one of them lets in meanwhile, and how the committee settles it.

use std::cell::OnceCell;

use serde_json::json;

use crate::clocks::faketime;
use crate::harness::{Home, Up, World, committee};

/// All of them at a relay.
async fn gather(relay: &Up, homes: &[&Home]) -> Vec<Up> {
    let mut town = vec![];
    for home in homes {
        town.push(home.up_unlocked(&["--peer", &relay.address()]).await);
    }
    town
}

async fn part(town: Vec<Up>, relay: &Up) {
    for up in town {
        up.until_level_with(relay).await;
        up.stop().await;
    }
}

/// An invite, once there is a spare pen for it.
async fn invite(up: &Up) -> String {
    let made = OnceCell::new();
    up.until("a spare pen", async |_| {
        let outcome = up.home.tries(&["committee", "invite", "--uses", "1"]).await;
        outcome.code() == 0 && made.set(outcome.answer()["uri"].as_str().unwrap().to_owned()).is_ok()
    })
    .await;
    made.into_inner().unwrap()
}

/// Asks by an invite and is gone again.
async fn asks(home: &Home, uri: &str, relay: &Up) {
    home.does(&["committee", "join", uri]).await;
    let up = home.up_unlocked(&["--peer", &relay.address()]).await;
    up.until_asked().await;
    up.until_level_with(relay).await;
    up.stop().await;
}

/// Takes what is signed for a sheet from one home to another by a file.
async fn hands_over(world: &World, sheet: &str, from: &Home, to: &Home, no: usize) {
    let file = world.path(&format!("file {no}"));
    let file = file.to_str().unwrap();
    from.does(&["minutes", "export", sheet, file]).await;
    to.does(&["minutes", "import", file]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l4_s1_s5_s7_two_who_pause_each_other_settle_it_by_file_and_whom_one_let_in_is_kept_or_goes() {
    let Some(library) = faketime() else { return };
    let world = World::new();
    let relay = world.relay("relay").await;
    let (a, others) = committee(&world, "a", &["b", "c", "d"]).await;
    let propose = ["minutes", "propose", "--yes", "--admit", "b", "c", "d", "--steward", "b"];
    assert_eq!(a.does(&propose).await["status"], "adopted");
    // A list follows another after an hour: then B has spare pens of his own in it.
    let [a, b, c, d] = [&a, &others[0], &others[1], &others[2]].map(|home| home.by(&library, "+3h"));
    let town = gather(&relay, &[&a, &b, &c, &d]).await;
    for up in &town {
        up.until_minutes(1).await;
    }
    let uris = [invite(&town[1]).await, invite(&town[1]).await];
    part(town, &relay).await;

    // L4. P and Q ask at the relay while B is away; B answers there, having gone by when they are away.
    let (p, q) = (world.person("p").await, world.person("q").await);
    for (home, uri) in [(&p, &uris[0]), (&q, &uris[1])] {
        asks(home, uri, &relay).await;
    }
    // S1. In his half A pauses B, who knows nothing of it, lets them in, and pauses A.
    a.does(&["committee", "pause", "b", "--because", "distrust"]).await;
    let up = b.up_unlocked(&["--peer", &relay.address()]).await;
    up.until_members(6).await;
    b.writes("қош келдіңдер").await;
    b.does(&["committee", "pause", "a", "--because", "distrust"]).await;
    part(vec![up], &relay).await;
    for home in [&p, &q] {
        let up = home.up_unlocked(&["--peer", &relay.address()]).await;
        up.until_bulletins(1).await;
        part(vec![up], &relay).await;
        assert_eq!(home.reads().await, ["қош келдіңдер"]);
        assert_eq!(home.does(&["committee", "show"]).await["standing"], "probation");
    }

    // They meet by C. Both are out, and both vote; S5: whom B let in is out with B.
    let town = gather(&relay, &[&a, &c]).await;
    town[1]
        .until("both pauses", async |_| {
            c.member("a").await["out"] != json!([]) && c.member("b").await["out"] != json!([])
        })
        .await;
    for name in ["a", "b"] {
        let member = c.member(name).await;
        assert_eq!((&member["voter"], &member["standing"]), (&true.into(), &"suspended".into()));
        assert_eq!(member["out"][0]["cause"], "paused_by_member");
    }
    for home in [&a, &c] {
        let p = home.member("p").await;
        assert_eq!((&p["standing"], &p["out"][0]["cause"]), (&"suspended".into(), &"let_in_by_out".into()));
    }
    c.writes("тек c мен d").await;
    part(town, &relay).await;
    part(gather(&relay, &[&p, &b]).await, &relay).await;
    for home in [&p, &b] {
        assert_eq!(home.reads().await, ["қош келдіңдер"]);
    }
    assert!(a.reads().await.is_empty());

    // Three of four must sign, and D is away: C takes the chair by files, and the two who are out sign by hand.
    let sheet = c.does(&["minutes", "propose", "--yes", "--reinstate", "a", "b"]).await;
    assert_eq!((&sheet["status"], &sheet["needed"]), (&"open".into(), &3.into()));
    let sheet = sheet["id"].as_str().unwrap();
    for (n, home) in [&a, &b].into_iter().enumerate() {
        hands_over(&world, sheet, &c, home, 2 * n).await;
        hands_over(&world, sheet, home, &c, 2 * n + 1).await;
    }
    assert_eq!(
        c.does(&["minutes", "show", sheet]).await["signed"].as_array().unwrap().len(),
        1,
        "tabled, on three passes"
    );
    for (n, home) in [&a, &b].into_iter().enumerate() {
        hands_over(&world, sheet, &c, home, 4 + 2 * n).await;
        home.does(&["minutes", "sign", "--yes", sheet]).await;
        hands_over(&world, sheet, home, &c, 5 + 2 * n).await;
    }
    assert_eq!(c.does(&["minutes", "show", "2"]).await["id"], sheet);
    c.writes("бәріміз").await;
    let town = gather(&relay, &[&c, &a, &b, &d, &p, &q]).await;
    for up in &town {
        up.until("what C wrote for all", async |_| up.home.reads().await.contains(&"бәріміз".to_owned())).await;
    }
    assert_eq!(a.member("p").await["standing"], "probation", "present again");

    // S7. B is removed, P is kept, and nobody speaks of Q.
    let removal = c.does(&["minutes", "propose", "--remove", "b", "--keep", "p"]).await;
    assert_eq!(removal["no"], 3);
    town[1].signs().await;
    assert_eq!(town[3].signs().await["status"], "adopted");
    town[0].until_minutes(3).await;
    c.writes("b мен q-сыз").await;
    town[4].until("what is not for Q", async |_| p.reads().await.contains(&"b мен q-сыз".to_owned())).await;
    part(town, &relay).await;
    for home in [&b, &q] {
        assert!(!home.reads().await.contains(&"b мен q-сыз".to_owned()), "{}", home.path.display());
    }
    assert_eq!(c.member("p").await["standing"], "probation");
    let q = c.member("q").await;
    assert_eq!((&q["standing"], &q["out"][0]["cause"]), (&"removed".into(), &"let_in_by_out".into()));
    relay.stop().await;
}
