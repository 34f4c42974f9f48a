//! What goes on while something runs: watching, syncing, and the end of both when it stops.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

use crate::harness::{Home, World, committee};
use crate::shape;

const LINE: Duration = Duration::from_secs(60);

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    let line = timeout(LINE, lines.next_line()).await.expect("no line in time").unwrap().expect("it has ended");
    serde_json::from_str(&line).unwrap()
}

/// A command that goes on, and what it prints.
fn watch(home: &Home, arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = home.command(arguments).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_new_bulletin_is_shown_once_as_it_comes_and_given_to_a_command() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let b = &others[0];
    assert_eq!(b.tries(&["bulletin", "watch"]).await.kind(), "needs_up");
    let up = b.up_unlocked(&[]).await;
    let file = world.path("seen");
    let exec = format!("cat >> '{}'; echo >> '{}'", file.display(), file.display());
    let (mut watching, mut lines) = watch(b, &["bulletin", "watch", "--exec", &exec]);
    // Listening has begun once the command has: what B writes itself shows up too.
    let mut first = None;
    while first.is_none() {
        b.writes("өзім").await;
        first = timeout(Duration::from_secs(1), lines.next_line()).await.ok();
    }
    let first: Value = serde_json::from_str(&first.unwrap().unwrap().unwrap()).unwrap();
    assert_eq!(first["text"], "өзім");

    let id = a.writes("шұғыл емес").await;
    let coming = a.up(&["--peer", &up.address()]).await;
    let seen = loop {
        let seen = line(&mut lines).await;
        if seen["text"] != "өзім" {
            break seen;
        }
    };
    shape::hold(&["bulletin", "watch"], &seen);
    assert_eq!((&seen["id"], &seen["text"]), (&id.as_str().into(), &"шұғыл емес".into()));
    coming.stop().await;
    up.stop().await;
    let ended = timeout(LINE, watching.wait()).await.expect("it ends with `up`").unwrap();
    assert_eq!(ended.code(), Some(3));
    let given = std::fs::read_to_string(&file).unwrap();
    assert!(given.lines().any(|line| serde_json::from_str::<Value>(line).unwrap()["id"] == id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_says_that_the_keys_are_locked_and_shows_what_came_meanwhile_once_they_are_open() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let b = &others[0];
    let up = b.up_unlocked(&[]).await;
    let mut watching = b.speaking(&["bulletin", "watch"]).spawn().unwrap();
    let mut remarks = BufReader::new(watching.stderr.take().unwrap()).lines();
    let mut shown = BufReader::new(watching.stdout.take().unwrap()).lines();
    until(&mut remarks, "Waiting").await;
    b.does(&["lock"]).await;
    until(&mut remarks, "locked").await;
    let before = up.client.status().await.unwrap().envelopes;
    a.writes("құлыптаулы кезде").await;
    let coming = a.up(&["--peer", &up.address()]).await;
    up.until_envelopes(before + 1).await;
    b.does(&["unlock"]).await;
    until(&mut shown, "құлыптаулы кезде").await;
    until(&mut remarks, "open again").await;
    coming.stop().await;
    up.stop().await;
}

async fn until<R: tokio::io::AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>, wanted: &str) {
    let found = async { while !lines.next_line().await.unwrap().expect("it has ended").contains(wanted) {} };
    timeout(LINE, found).await.unwrap_or_else(|_| panic!("{wanted:?} was never said"));
}

#[tokio::test(flavor = "multi_thread")]
async fn status_is_told_anew_whenever_it_changes() {
    let world = World::new();
    let a = world.person("a").await;
    let up = a.up(&[]).await;
    let (_watching, mut lines) = watch(&a, &["status", "--watch"]);
    let status = line(&mut lines).await;
    shape::hold(&["status", "--watch"], &status);
    assert_eq!(status["unlocked"], false);
    a.does(&["unlock"]).await;
    while line(&mut lines).await["unlocked"] != true {}
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_says_what_it_moved_and_that_nobody_was_met() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let b = &others[0];
    assert_eq!(a.tries(&["sync"]).await.kind(), "needs_up");
    let up = a.up(&[]).await;
    let alone = a.tries(&["sync", "--wait", "1"]).await;
    assert_eq!((alone.code(), alone.kind().as_str()), (8, "nobody_met"));
    let other = b.up(&[]).await;
    let report = a.does(&["sync", &other.address(), "--wait", "30"]).await;
    for field in ["received", "duplicate", "refused", "torn", "sent", "overhead_bytes"] {
        assert!(!report[field].is_null(), "{field} in {report}");
    }
    assert_eq!((&report["refused"], &report["torn"]), (&0.into(), &false.into()));
    other.stop().await;
    up.stop().await;
}
