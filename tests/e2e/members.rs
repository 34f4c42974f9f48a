//! Who is let in, and who is paused.

use std::os::unix::fs::PermissionsExt;

use kenes_web::client::Client;
use serde_json::Value;

use crate::harness::{Outcome, World, committee};

fn words(value: &Value) -> Vec<String> {
    value["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

async fn has_requests(client: &Client, count: usize) -> bool {
    client.committees().await.is_ok_and(|found| found.committees.iter().any(|committee| committee.requests == count))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_for_several_is_answered_only_once_the_words_were_compared() {
    let world = World::new();
    let (a, b, c) = (world.person("a").await, world.person("b").await, world.person("c").await);
    a.does(&["committee", "new", "Бірлік"]).await;
    let invite = a.does(&["committee", "invite", "--uses", "2"]).await;
    let up = a.up_unlocked(&[]).await;
    let mut asking = Vec::new();
    for home in [&b, &c] {
        let pending = home.does(&["committee", "join", invite["uri"].as_str().unwrap()]).await;
        assert_eq!(pending["standing"], "pending");
        asking.push(home.up_unlocked(&["--peer", &up.address()]).await);
    }
    up.until("two requests", async |client| has_requests(client, 2).await).await;
    let requests = a.does(&["committee", "requests"]).await;
    let requests = requests["requests"].as_array().unwrap();
    for (home, name) in [(&b, "b"), (&c, "c")] {
        let here = requests.iter().find(|request| request["name"] == name).unwrap();
        let there = home.does(&["committee", "show"]).await;
        assert_eq!(words(here).len(), 12);
        assert_eq!(words(here), words(&there), "the same words on both screens");
        assert_eq!((&here["uses"], &here["held"]), (&2.into(), &false.into()));
    }
    assert_ne!(words(&requests[0]), words(&requests[1]));
    assert_eq!(a.tries(&["committee", "decline", "d"]).await.code(), 5);
    assert_eq!(a.does(&["committee", "decline", "c"]).await["name"], "c");
    assert_eq!(a.does(&["committee", "requests"]).await["requests"].as_array().unwrap().len(), 1);

    let admitted = a.does(&["committee", "admit", "b"]).await;
    assert_eq!(admitted["name"], "b");
    asking[0].until_members(2).await;
    assert_eq!(b.does(&["committee", "show"]).await["standing"], "probation");
    assert_eq!(c.does(&["committee", "show"]).await["standing"], "pending");
    assert_eq!(a.does(&["committee", "members"]).await["members"].as_array().unwrap().len(), 2);
    for up in asking {
        up.stop().await;
    }
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_of_ones_committee_is_dropped_only_by_leaving_it() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let channel = a.does(&["carry", "list"]).await["channels"][0]["channel"].as_str().unwrap().to_owned();
    let up = a.up(&[]).await;
    let refused = a.tries(&["carry", "drop", &channel]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "own_channel"));
    up.stop().await;
    assert_eq!(a.tries(&["committee", "leave"]).await.kind(), "nobody_to_ask");
    a.does(&["committee", "leave", "--yes"]).await;
    assert_eq!(a.does(&["committee", "list"]).await["committees"].as_array().unwrap().len(), 0);
    assert_eq!(a.does(&["carry", "list"]).await["channels"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_paused_reads_nothing_that_is_written_afterwards() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b", "c"]).await;
    let (b, c) = (&others[0], &others[1]);
    a.writes("бәріне").await;
    let up = a.up_unlocked(&[]).await;
    let to_a = ["--peer", &up.address()];
    let (with_b, with_c) = (b.up_unlocked(&to_a).await, c.up_unlocked(&to_a).await);
    with_b.until_bulletins(1).await;
    with_c.until_bulletins(1).await;
    let before = with_c.client.status().await.unwrap().envelopes;

    let paused = a.does(&["committee", "pause", "c", "--because", "lost-device"]).await;
    assert_eq!((&paused["name"], &paused["recipients"]), (&"c".into(), &2.into()));
    a.writes("c оқымайды").await;
    with_b.until_bulletins(2).await;
    // Its node carries what it cannot open: the rotation, its pages and the bulletin.
    with_c.until_envelopes(before + 2).await;
    with_c.until_level_with(&up).await;
    assert_eq!(c.reads().await, ["бәріне"]);
    assert_eq!(b.reads().await, ["c оқымайды", "бәріне"]);
    let members = a.does(&["committee", "members"]).await;
    let standing = members["members"].as_array().unwrap().iter().find(|member| member["name"] == "c").unwrap();
    assert_eq!(standing["standing"], "suspended");
    for up in [with_b, with_c, up] {
        up.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_goes_through_a_file_or_standard_input_and_no_command_line() {
    let world = World::new();
    let (a, b, c) = (world.person("a").await, world.person("b").await, world.person("c").await);
    a.does(&["committee", "new", "Бірлік"]).await;
    let file = world.path("invite");
    let path = file.to_str().unwrap();
    let saved = a.does(&["committee", "invite", "--out", path]).await;
    assert_eq!((saved["file"].as_str(), &saved["uri"]), (Some(path), &serde_json::Value::Null));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(a.tries(&["committee", "invite", "--out", path]).await.kind(), "file");
    assert_eq!(b.does(&["committee", "join", "--file", path]).await["standing"], "pending");
    let invite = std::fs::File::open(&file).unwrap();
    let joins = c.command(&["committee", "join", "-"]).stdin(invite).output().await.unwrap();
    assert_eq!(Outcome::of(joins).answer()["standing"], "pending");
    assert_eq!(c.tries(&["committee", "join"]).await.kind(), "usage");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_compared_are_said_beside_a_member_and_what_they_write() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let b = &others[0];
    let own = |members: &Value| {
        let members = members["members"].as_array().unwrap();
        words(members.iter().find(|member| member["me"] == true).unwrap()).join(" ")
    };
    let (theirs, mine) = (own(&b.does(&["committee", "members"]).await), own(&a.does(&["committee", "members"]).await));
    let refused = a.tries(&["committee", "verify", "b", "--words", &mine]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (6, "words_differ"));
    // Where nobody can be asked, nothing was compared.
    assert_eq!(a.tries(&["committee", "verify", "b"]).await.kind(), "nobody_to_ask");
    assert!(!a.says(&["committee", "members"]).await.contains("compared"));
    assert_eq!(a.does(&["committee", "verify", "b", "--words", &theirs]).await["verified"], true);
    assert!(a.says(&["committee", "members"]).await.contains("compared"));
}
