//! Late joiners, restarts, and desks that are locked while their node carries.

use crate::harness::{World, committee, join};

#[tokio::test(flavor = "multi_thread")]
async fn a_late_joiner_reads_what_was_written_before() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    for n in 0..5 {
        a.writes(&format!("ескі хабар {n}")).await;
    }
    let up = a.up_unlocked(&[]).await;
    let late = world.person("late").await;
    join(&a, &late).await;
    let joining = late.up_unlocked(&["--peer", &up.address()]).await;
    joining.until_bulletins(5).await;
    joining.stop().await;
    up.stop().await;
    assert_eq!(late.reads().await, a.reads().await);
    late.writes("жаңа хабар").await;
    assert_eq!(late.reads().await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_by_a_restart_or_a_kill() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let b = &others[0];
    let relay = world.relay("relay").await;
    let name = relay.ready["peer_id"].clone();
    let up = a.up_unlocked(&["--peer", &relay.address()]).await;
    a.writes("бірінші").await;
    up.until_level_with(&relay).await;
    // Each is killed at once after it has acknowledged something.
    a.writes("екінші").await;
    up.kill().await;
    assert_eq!(a.reads().await, ["бірінші", "екінші"]);
    relay.kill().await;

    let relay = world.relay("relay").await;
    assert_eq!(relay.ready["peer_id"], name, "a relay keeps its name");
    let to_relay = ["--peer", &relay.address()];
    let up = a.up(&to_relay).await;
    up.until_level_with(&relay).await;
    up.stop().await;
    let up = b.up_unlocked(&to_relay).await;
    up.until_bulletins(2).await;
    up.stop().await;
    assert_eq!(b.reads().await, ["бірінші", "екінші"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_desk_s_node_carries_all_the_same() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b", "c"]).await;
    let (carrier, c) = (&others[0], &others[1]);
    let before = carrier.does(&["status"]).await["envelopes"].as_u64().unwrap();

    // B's keys stay locked from beginning to end, and yet what A wrote goes through B to C.
    let locked = carrier.up(&[]).await;
    let to_carrier = ["--peer", &locked.address()];
    a.writes("қолдан қолға").await;
    let up = a.up(&to_carrier).await;
    up.until_level_with(&locked).await;
    up.stop().await;
    locked.until_envelopes(before + 1).await;
    let refused = carrier.command(&["bulletin", "list"]);
    let refused = without_passphrase(refused).await;
    assert_eq!(refused, 4, "reading needs the keys");
    let up = c.up_unlocked(&to_carrier).await;
    up.until_bulletins(1).await;
    up.stop().await;
    assert_eq!(carrier.does(&["status"]).await["unlocked"], false);
    locked.stop().await;
    assert_eq!(c.reads().await, ["қолдан қолға"]);
}

/// The exit code of a command that is given an empty passphrase.
async fn without_passphrase(mut command: tokio::process::Command) -> i32 {
    command.args(["--passphrase-file", "/dev/null"]);
    command.output().await.unwrap().status.code().unwrap()
}
