//! Clocks that are wrong: one in 1970, one a week ahead, one three weeks ahead for the time of a command. Uses Debian's `faketime`; without it, says so and is done.

use std::path::PathBuf;

use crate::harness::{World, committee};

/// The library of `faketime`. It is loaded by itself: the command of that name would stand between a test and the
/// process that it has to stop.
pub(crate) fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let library = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1")).find(|path| path.exists());
    if library.is_none() {
        println!("skipped: `faketime` is not installed");
    }
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_in_1970_and_one_a_week_ahead_carry_for_each_other() {
    let Some(library) = faketime() else { return };
    let world = World::new();
    let (a, mut others) = committee(&world, "a", &["past", "future"]).await;
    others[0].clock = Some((library.clone(), "@1970-01-02 03:00:00"));
    others[1].clock = Some((library, "+7d"));
    let (past, future) = (&others[0], &others[1]);
    let written = a.writes("дұрыс сағаттан").await;

    let up = a.up_unlocked(&[]).await;
    let to_a = ["--peer", &up.address()];
    let in_the_past = past.up_unlocked(&to_a).await;
    let in_the_future = future.up_unlocked(&to_a).await;
    in_the_past.until_bulletins(1).await;
    in_the_future.until_bulletins(1).await;
    let status = past.does(&["status"]).await;
    assert_eq!(status["clock_plausible"], false);
    assert!(status["envelopes"].as_u64().unwrap() > 0, "nothing expires by a clock that cannot be right");

    // A clock that cannot be right writes under nobody's date; the owner's word for it is taken.
    let refused = past.tries(&["bulletin", "post", "қай заман?"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "clock_doubted"));
    let today = a.does(&["status"]).await["clock"].as_str().unwrap().to_owned();
    past.does(&["bulletin", "post", "иесінің сөзімен", "--date", &today]).await;
    up.until_bulletins(2).await;
    let list = a.does(&["bulletin", "list"]).await;
    assert!(list["bulletins"].as_array().unwrap().iter().any(|bulletin| bulletin["id"] == written.as_str()));
    in_the_past.stop().await;
    in_the_future.stop().await;
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_clock_a_week_ahead_wrote_is_set_aside_and_not_punished() {
    let Some(library) = faketime() else { return };
    let world = World::new();
    let (a, mut others) = committee(&world, "a", &["future"]).await;
    others[0].clock = Some((library, "+7d"));
    let future = &others[0];
    future.writes("келешектен").await;
    let up = a.up_unlocked(&[]).await;
    let ahead = future.up_unlocked(&["--peer", &up.address()]).await;
    up.until("a peer whose clock is ahead", async |client| {
        let Ok(status) = client.status().await else { return false };
        status.peers.iter().any(|peer| peer.clock_ahead.is_some_and(|ahead| ahead > 6 * 86_400))
    })
    .await;
    a.writes("бүгіннен").await;
    ahead.until_bulletins(2).await;
    let status = up.client.status().await.unwrap();
    assert!(status.peers.iter().all(|peer| peer.charges == 0), "a wrong clock is no fault");
    assert_eq!(a.reads().await, ["бүгіннен"]);
    ahead.stop().await;
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_under_a_clock_three_weeks_ahead_loses_nothing_and_locks_nobody_out() {
    let Some(library) = faketime() else { return };
    let world = World::new();
    let relay = world.relay("relay").await;
    let (mut a, others) = committee(&world, "a", &["b"]).await;
    a.writes("жоғалмасын").await;
    for ahead in ["+20d", "+3d"] {
        a.clock = Some((library.clone(), ahead));
        assert_eq!(a.reads().await, ["жоғалмасын"]);
        assert_eq!(a.does(&["clock"]).await["doubt"], "far_ahead");
        assert_eq!(a.does(&["status"]).await["clock_doubt"], "far_ahead");
        a.clock = None;
        assert_eq!(a.does(&["clock"]).await["doubt"], serde_json::Value::Null);
    }
    a.does(&["committee", "invite"]).await;
    let to_relay = ["--peer", &relay.address()];
    for home in [&a, &others[0]] {
        let up = home.up_unlocked(&to_relay).await;
        up.until_level_with(&relay).await;
        up.stop().await;
    }
    assert_eq!(others[0].reads().await, ["жоғалмасын"]);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_whose_clock_was_believed_while_it_was_ahead_says_that_it_is_right_now() {
    let Some(library) = faketime() else { return };
    let world = World::new();
    let (mut a, _) = committee(&world, "a", &[]).await;
    a.clock = Some((library.clone(), "+20d"));
    assert_eq!(a.does(&["clock", "right"]).await["doubt"], serde_json::Value::Null);
    a.clock = None;
    let refused = a.tries(&["bulletin", "post", "қазір"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "clock_doubted"));
    assert!(a.says(&["bulletin", "post", "қазір"]).await.contains("kenes clock right"));
    assert_eq!(a.does(&["clock"]).await["doubt"], "behind");
    a.does(&["clock", "right"]).await;
    a.writes("қазір").await;
    a.clock = Some((library, "@1970-01-02 03:00:00"));
    assert_eq!(a.tries(&["clock", "right"]).await.kind(), "clock_doubted");
}
