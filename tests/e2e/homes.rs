//! One home, and those who want it at once, want in, or find nothing there.

use std::time::Duration;

use kenes_node::config::Config;
use kenes_node::{Batch, NetMode, Node, home};
use serde_json::Value;

use crate::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn two_commands_in_one_home_at_once_are_both_done() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let texts: Vec<String> = (0..4).map(|n| format!("бірден {n}")).collect();
    let writing: Vec<_> = texts
        .iter()
        .cloned()
        .map(|text| {
            let a = a.clone();
            tokio::spawn(async move { a.writes(&text).await })
        })
        .collect();
    for written in writing {
        written.await.unwrap();
    }
    assert_eq!(a.reads().await, texts);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_a_home_is_named() {
    let world = World::new();
    let a = world.person("a").await;
    let held = home::Home::at(&a.path).lock(Duration::ZERO).unwrap();
    let refused = a.tries(&["status"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (3, "home_in_use"));
    assert!(refused.stderr().contains(&std::process::id().to_string()), "{}", refused.stderr());
    drop(held);
    a.does(&["status"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_up_is_refused_and_commands_find_the_first() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let up = a.up(&[]).await;
    let refused = a.tries(&["up", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (3, "home_in_use"));
    a.writes("сокет арқылы").await;
    assert_eq!(up.client.status().await.unwrap().envelopes, a.does(&["status"]).await["envelopes"].as_u64().unwrap());
    a.does(&["lock"]).await;
    assert!(!up.client.status().await.unwrap().unlocked);
    up.stop().await;
    assert!(!a.path.join("kenes.sock").exists());
    assert_eq!(a.tries(&["lock"]).await.kind(), "needs_up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_opens_nothing_and_none_is_asked_for_without_need() {
    let world = World::new();
    let a = world.person("a").await;
    let mut stranger = a.clone();
    stranger.passphrase = world.secret("guess", "password1234\n");
    let refused = stranger.tries(&["committee", "list"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (4, "wrong_passphrase"));
    stranger.passphrase = world.path("nowhere");
    for arguments in [&["status"][..], &["paths"], &["doctor"], &["carry", "list"], &["peers", "list"], &[]] {
        stranger.does(arguments).await;
    }
    let up = a.up(&[]).await;
    stranger.passphrase = world.path("guess");
    assert_eq!(stranger.tries(&["unlock"]).await.kind(), "wrong_passphrase");
    assert!(!up.client.status().await.unwrap().unlocked);
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_without_keys_says_what_to_do() {
    let world = World::new();
    let a = world.home("a");
    assert_eq!(a.tries(&["up"]).await.kind(), "not_initialised");
    assert_eq!(a.tries(&["status"]).await.kind(), "not_initialised");
    assert!(!a.path.exists(), "a home is not made by asking after it");
    let refused = a.tries(&["bulletin", "list"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (4, "not_initialised"));
    let next = a.does(&[]).await;
    assert!(next["next"].as_array().unwrap().iter().any(|step| step["command"] == "kenes init"));
    a.does(&["init", "--name", "a"]).await;
    assert_eq!(a.tries(&["init", "--name", "a"]).await.kind(), "already_initialised");
    assert_eq!(a.tries(&["bulletin", "post", "x"]).await.kind(), "no_committee");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_for_days_says_whether_the_kernel_keeps_it_to_its_home_and_is() {
    let world = World::new();
    let relay = world.home("relay").up(&["--relay"]).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", relay.pid().as_raw_nonzero())).unwrap();
    let gains_nothing = status.lines().any(|line| line.split_whitespace().eq(["NoNewPrivs:", "1"]));
    let confined = relay.ready["confined"].as_str().unwrap();
    assert_eq!(confined != "not", gains_nothing);
    assert_eq!(confined == "partly", relay.ready["left_open"] != serde_json::json!([]));
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_answers_curl_in_the_documented_shape() {
    let world = World::new();
    let a = world.person("a").await;
    let up = a.up(&[]).await;
    let socket = a.path.join("kenes.sock");
    let get = async |path: &str| {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    assert!(get("/healthz").await.starts_with("HTTP/1.1 200"));
    let status = get("/v1/status").await;
    for field in ["peer_id", "listen", "peers", "channels", "envelopes", "bytes", "unlocked", "last_sync", "queued"] {
        assert!(status.contains(&format!("\"{field}\":")), "{field} in {status}");
    }
    let metrics = get("/metrics").await;
    assert!(metrics.contains("# TYPE kenes_envelopes gauge\nkenes_envelopes 0\n"), "{metrics}");
    let locked = get("/v1/bulletins").await;
    assert!(locked.starts_with("HTTP/1.1 403") && locked.contains("\"kind\":\"locked\""), "{locked}");
    assert!(get("/v1/nothing").await.contains("\"kind\":\"not_found\""));
    assert!(get("/v1/committees/zz").await.contains("\"kind\":\"bad_request\""));
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_cut_short_says_so() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    for text in ["бір", "екі", "үш"] {
        a.writes(text).await;
    }
    let listed = a.does(&["bulletin", "list", "--limit", "2"]).await;
    assert_eq!((listed["bulletins"].as_array().unwrap().len(), &listed["total"]), (2, &3.into()));
    let last = listed["last"].as_str().unwrap();
    let text = a.says(&["bulletin", "list", "--limit", "2"]).await;
    assert!(text.contains("2 of 3") && text.contains("--limit"), "{text}");
    assert!(text.contains(&format!("--before {}", &last[..8])), "{text}");
    let older = a.does(&["bulletin", "list", "--before", &last[..8]]).await;
    assert_eq!(
        (&older["bulletins"][0]["text"], &older["total"], &older["last"]),
        (&"бір".into(), &1.into(), &Value::Null)
    );
    assert!(!a.says(&["bulletin", "list"]).await.contains("--limit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bulletin_prints_another_bulletin() {
    let world = World::new();
    let a = world.person("Dina").await;
    a.does(&["committee", "new", "Shop 2"]).await;
    let byline = "Aigerim, Shop 2, 2026-11-24 11:41";
    let text = format!("Later.\nId: {}\n\nMeeting\n{byline}\n\n{} {byline}", "ab".repeat(32), "y".repeat(79));
    let title = format!("Meeting{}{byline}", " ".repeat(62));
    let posted = a.does(&["bulletin", "post", &text, "--title", &title]).await;
    let shown = a.says_on(80, &["bulletin", "show", posted["id"].as_str().unwrap()]).await;
    let listed = a.says_on(80, &["bulletin", "list"]).await;
    for said in [&shown, &listed] {
        assert!(said.lines().all(|line| !line.starts_with("Aigerim") && line.chars().count() < 80), "{said}");
    }
    let id = format!("Id: {}", posted["id"].as_str().unwrap());
    assert_eq!(shown.lines().filter(|line| line.starts_with("Id: ")).collect::<Vec<_>>(), [id]);
    assert!(shown.starts_with("Dina, Shop 2 (") && shown.contains("\n│ Meeting Aigerim"), "{shown}");
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_is_told_in_our_words_alone() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    a.writes("бар").await;
    let file = std::fs::OpenOptions::new().write(true).open(a.path.join("db/db")).unwrap();
    file.set_len(5_000).unwrap();
    drop(file);
    let told = a.tries(&["status"]).await;
    assert_eq!((told.code(), told.stderr().as_str()), (0, ""));
    assert!(told.answer()["salvaged"]["set_aside"].is_string(), "{}", told.stdout());
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_do_not_read_back_are_counted_and_keep_nobody_out() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    a.writes("бар").await;
    let before = a.does(&["doctor", "--records"]).await;
    assert!(before["checks"].as_array().unwrap().iter().any(|check| check["name"] == "records"), "{before}");
    spoil(&a.path).await;
    // Locked, nobody can tell; open, everybody is told.
    a.does(&["doctor"]).await;
    let told = a.tries(&["doctor", "--records"]).await;
    assert_eq!((told.code(), told.kind().as_str()), (1, "unwell"));
    let damaged = |check: &serde_json::Value| check["name"] == "records" && check["ok"] == false;
    assert!(told.answer()["checks"].as_array().unwrap().iter().any(damaged), "{}", told.stdout());
    assert_eq!(a.does(&["bulletin", "list"]).await["unreadable"], 0);
    let up = a.up_unlocked(&[]).await;
    assert!(up.client.status().await.unwrap().records_damaged > 0);
    assert!(a.says(&["status"]).await.contains("not read back"));
    up.stop().await;
}

/// Spoils every record of a home's desk, and forgets the envelopes that they could be made again from.
async fn spoil(path: &std::path::Path) {
    let lock = home::Home::at(path).lock(Duration::ZERO).unwrap();
    let node = Node::start(&lock, Config::default(), NetMode::Off).await.unwrap();
    for channel in node.status().await.unwrap().channels {
        node.forget(channel.channel).await.unwrap();
    }
    let mut batch = Batch::new();
    for (name, mut value) in node.drawer().scan(&[], None, 10_000).unwrap() {
        value[30] ^= 1;
        batch.put(name, value);
    }
    node.deposit(vec![], batch).await.unwrap();
    node.stop().await;
}
