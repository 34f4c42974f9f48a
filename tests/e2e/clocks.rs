//! Clocks that are wrong: one in 1970, one a week ahead. Uses Debian's `faketime`; without it, says so and is done.

use std::path::PathBuf;

use crate::harness::{World, committee};

/// The library of `faketime`. It is loaded by itself: the command of that name would stand between a test and the
/// process that it has to stop.
fn faketime() -> Option<PathBuf> {
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
