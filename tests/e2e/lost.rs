//! A home that is destroyed on purpose, and its owner who comes back with 24 words.

use rustix::process::{Signal, kill_process};

use crate::harness::{World, committee};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wiped_a_home_comes_back_by_words_and_an_invite_over_a_relay() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b", "c"]).await;
    let (b, c) = (&others[0], &others[1]);
    let words = b.does(&["keys", "backup"]).await["recovery_words"].clone();
    let words: Vec<&str> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words.len(), 24);

    // In a hurry: the process that has the home loses its keys at once, and the rest when it has ended.
    let up = b.up_unlocked(&[]).await;
    assert_eq!(b.tries(&["wipe"]).await.code(), 2, "nobody is there to be asked");
    assert_eq!(b.does(&["wipe", "--yes"]).await["rest"], false);
    assert_eq!(b.tries(&["bulletin", "list"]).await.kind(), "not_initialised");
    up.stop().await;
    assert_eq!(b.does(&["wipe", "--yes"]).await["rest"], true);
    assert!(!b.path.exists());

    let back = world.home("back");
    let paper = world.secret("words", &words.chunks(4).map(|line| line.join(" ") + "\n").collect::<String>());
    let restore = ["keys", "restore", "--name", "b", "--words-file", paper.to_str().unwrap()];
    let mistaken = world.secret("mistaken", &words[1..].join(" "));
    let refused = back.tries(&["keys", "restore", "--name", "b", "--words-file", mistaken.to_str().unwrap()]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (2, "bad_words"));
    back.does(&restore).await;
    assert_eq!(back.tries(&restore).await.kind(), "already_initialised");

    let invite = a.does(&["committee", "invite", "--for", "b"]).await;
    let uri = invite["uri"].as_str().unwrap();
    let thief = world.person("thief").await;
    assert_eq!(thief.tries(&["committee", "join", uri]).await.kind(), "other_words");
    assert_eq!(c.tries(&["committee", "invite", "--for", "b"]).await.kind(), "not_allowed");
    back.does(&["committee", "join", uri]).await;

    let relay = world.relay("relay").await;
    let at = ["--peer", &relay.address()];
    let up = a.up_unlocked(&at).await;
    up.until_level_with(&relay).await;
    up.stop().await;
    let up = back.up_unlocked(&at).await;
    up.until_asked().await;
    up.until_level_with(&relay).await;
    up.stop().await;
    a.writes("қайта келгенге").await;
    let up = a.up_unlocked(&at).await;
    up.until("the return to be answered", async |client| {
        let Ok(committees) = client.committees().await else { return false };
        let Ok(members) = client.members(committees.committees[0].id).await else { return false };
        members.members.iter().any(|member| member.name == "b" && member.devices.len() == 2)
    })
    .await;
    up.until_level_with(&relay).await;
    up.stop().await;
    let up = back.up_unlocked(&at).await;
    up.until_bulletins(1).await;
    up.stop().await;
    assert_eq!(back.reads().await, ["қайта келгенге"]);
    assert_eq!(back.does(&["committee", "show"]).await["standing"], "probation");
    let keys = back.does(&["keys", "show"]).await;
    assert_eq!(keys["keys"][0]["devices"].as_array().unwrap().len(), 2);
    assert!(back.says(&["keys", "devices"]).await.contains("this one"));
    assert_eq!(back.tries(&["keys", "vote", "--yes"]).await.kind(), "not_allowed", "one on probation has no vote");
    relay.stop().await;

    // A process that has the home and does not answer keeps no keys from being destroyed.
    let up = c.up_unlocked(&[]).await;
    kill_process(up.pid(), Signal::STOP).unwrap();
    assert_eq!(c.does(&["wipe", "--yes"]).await["rest"], false);
    assert!(!c.path.join("keystore").exists());
    kill_process(up.pid(), Signal::CONT).unwrap();
    up.kill().await;
    assert_eq!(c.does(&["wipe", "--yes"]).await["rest"], true);
}
