//! Bad input at the surface: refused in words, with the promised exit code, and without harm.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::harness::{Home, Outcome, World};

async fn refused(home: &Home, arguments: &[&str]) -> (i32, String) {
    let outcome = home.tries(arguments).await;
    (outcome.code(), outcome.kind())
}

fn is(code: i32, kind: &str) -> (i32, String) {
    (code, kind.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn command_lines_that_cannot_be_are_refused_in_json_too() {
    let world = World::new();
    let home = world.home("a");
    for arguments in [
        &["nope"][..],
        &["bulletin"],
        &["bulletin", "list", "--limit", "0"],
        &["bulletin", "list", "--limit", "-5"],
        &["bulletin", "post", "x", "--expires", "forever"],
        &["committee", "new"],
        &["committee", "new", "x", "--quorum", "9/10"],
        &["committee", "invite", "--uses", "1000"],
        &["committee", "pause", "x", "--because", "rain"],
        &["--lang", "xx", "status"],
        &["-q", "-v", "status"],
    ] {
        assert_eq!(refused(&home, arguments).await, is(2, "usage"), "{arguments:?}");
    }
    assert!(!home.path.exists(), "and nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_addresses_and_taken_ports_are_refused_with_advice() {
    let world = World::new();
    let relay = world.relay("relay").await;
    let other = world.home("other");
    let up = async |listen: &str| refused(&other, &["up", "--relay", "--no-mdns", "--listen", listen]).await;
    assert_eq!(up(&relay.address()).await, is(1, "port_taken"));
    for address in ["127.0.0.1:4070", "/ip4/127.0.0.1", "/ip4/300.1.1.1/tcp/1", "/ip4/127.0.0.1/tcp/99999", ""] {
        assert_eq!(up(address).await, is(2, "bad_address"), "{address}");
    }
    for address in ["127.0.0.1:4070", "/ip4/127.0.0.1/tcp/0", "/ip4/0.0.0.0/tcp/4070", "\u{1b}[2J"] {
        assert_eq!(refused(&relay.home, &["peers", "add", address]).await, is(2, "bad_address"), "{address}");
    }
    assert_eq!(refused(&relay.home, &["carry", "add", "abc"]).await, is(2, "bad_value"));
    assert_eq!(refused(&relay.home, &["unlock"]).await, is(4, "no_desk"));
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_socket_is_replaced_and_an_over_long_path_named() {
    let world = World::new();
    let home = world.home("relay");
    make_folder(&home.path, 0o700);
    drop(std::os::unix::net::UnixListener::bind(home.path.join("kenes.sock")).unwrap());
    let up = home.up(&["--relay"]).await;
    home.does(&["status"]).await;
    up.stop().await;

    let deep = world.home(&"k".repeat(120));
    let refused = deep.tries(&["up", "--relay"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "socket_path"));
    assert!(refused.stderr().contains("107"), "{}", refused.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_cannot_speak_on_the_socket() {
    let world = World::new();
    let up = world.relay("relay").await;
    let socket = up.home.path.join("kenes.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let program = world.path("kenes");
    std::fs::copy(env!("CARGO_BIN_EXE_kenes"), &program).unwrap();
    // Whoever may start programs as another user.
    let asks = async || {
        let mut stranger = tokio::process::Command::new("setpriv");
        stranger.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        stranger.arg("--home").arg(&up.home.path).args(["--json", "--no-input", "status"]);
        stranger.stdin(std::process::Stdio::null()).output().await.map(Outcome::of)
    };
    if !rustix::process::geteuid().is_root() || asks().await.is_err() {
        eprintln!("skipped: only root, and by setpriv, can try it as another user");
        return up.stop().await;
    }
    let open = |path: &Path, mode| std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    open(&world.path(""), 0o755);
    assert_ne!(asks().await.unwrap().code(), 0, "the folder and the socket are closed");
    // Closed by nothing but whose connection it is.
    open(&up.home.path, 0o755);
    open(&socket, 0o666);
    let refused = asks().await.unwrap();
    assert_eq!((refused.code(), refused.kind().as_str(), refused.stdout().as_str()), (3, "garbled", ""));
    up.home.does(&["status"]).await;
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_no_configuration_has_is_named_with_the_nearest() {
    let world = World::new();
    let home = world.home("a");
    make_folder(&home.path, 0o700);
    let config = |text: &str| std::fs::write(home.path.join("config.toml"), text).unwrap();
    config("[node]\nlisten_on = [\"/ip4/127.0.0.1/tcp/0\"]\n");
    let outcome = home.tries(&["status"]).await;
    assert_eq!((outcome.code(), outcome.kind().as_str()), (2, "unknown_key"));
    assert!(outcome.stderr().contains("node.listen_on") && outcome.stderr().contains("node.listen."));
    for text in ["[limits]\nconnections = -1\n", "[node]\nlisten = 7\n", "[node\n", "[interface]\nlang = \"xx\"\n"] {
        config(text);
        assert_eq!(refused(&home, &["status"]).await, is(2, "bad_config"), "{text}");
    }
    config(&format!("{}[node]\nrelay = true\n", "# more and more\n".repeat(20_000)));
    assert_eq!(refused(&home, &["status"]).await, is(2, "bad_config"), "what was cut off would have meant something");
    config("[interface]\nlang = \"kk\"\n[limits]\nconnections = 5\n");
    let found = home.tries(&["doctor"]).await.answer();
    let setting = |name: &str| {
        let settings = found["settings"].as_array().unwrap();
        settings.iter().find(|setting| setting["name"] == name).unwrap().clone()
    };
    let file = home.path.join("config.toml").display().to_string();
    assert_eq!((&setting("lang")["value"], &setting("lang")["origin"]), (&"kk".into(), &file.as_str().into()));
    assert_eq!(setting("limits.connections")["value"], "5");
    assert_eq!(setting("limits.streams")["origin"], "-");
    assert_eq!(setting("home")["origin"], "--home");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_texts_that_would_play_with_the_terminal_are_shown_harmlessly() {
    let world = World::new();
    let hostile = "\u{1b}[2J\u{1b}]0;x\u{7}\u{202E}олақ\u{2066}\u{9b}31m";
    let a = world.person("a").await;
    assert_eq!(refused(&world.home("b"), &["init", "--name", hostile]).await, is(2, "bad_name"));
    assert_eq!(refused(&a, &["committee", "new", hostile]).await, is(2, "bad_name"));
    a.does(&["committee", "new", "Бірлік"]).await;
    a.does(&["bulletin", "post", hostile, "--title", hostile]).await;
    for arguments in [&["bulletin", "list"][..], &["bulletin", "show", "0"], &["-c", hostile, "committee", "show"]] {
        let mut arguments = arguments.to_vec();
        let listed = a.does(&["bulletin", "list"]).await;
        if arguments[1] == "show" && arguments[0] == "bulletin" {
            arguments[2] = listed["bulletins"][0]["id"].as_str().unwrap();
        }
        assert_eq!(listed["bulletins"][0]["text"], hostile, "JSON means what was written");
        let json = a.tries(&arguments).await;
        let text = a.says(&arguments).await;
        for output in [json.stdout(), json.stderr(), text] {
            let harmful = |c: char| {
                (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!output.contains(harmful), "{output:?}");
        }
    }
}

/// The same for people who read another language: no English, and nothing left unsaid.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_whole_in_the_language_asked_for() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let invite = a.does(&["committee", "invite"]).await["uri"].as_str().unwrap().to_owned();
    let long = "x".repeat(33_000);
    let nobody = "ab".repeat(32);
    for arguments in [
        &["up", "--listen", "nowhere"][..],
        &["up", "--listen", "/ip4/203.0.113.9/tcp/0", "--no-mdns"],
        &["unlock"],
        &["init", "--name", "b"],
        &["committee", "admit", "ешкім"],
        &["committee", "pause", "ешкім", "--because", "arrested"],
        &["committee", "new", "\u{202E}"],
        &["committee", "new", " "],
        &["committee", "new", "x", "--territory", &long],
        &["committee", "join", &invite],
        &["committee", "join", "kenes:join:abc"],
        &["-c", "Басқа", "committee", "show"],
        &["bulletin", "show", &nobody],
        &["bulletin", "show", "abc"],
        &["bulletin", "post", ""],
        &["bulletin", "post", &long],
        &["bulletin", "post", "x", "--title", &long],
        &["bulletin", "post", "--file", "/nowhere/at/all"],
        &["bulletin", "post", "--file", "/"],
        &["bulletin", "post", "x", "--date", "1999-12-31"],
        &["bulletin", "list", "--since", "ertede"],
        &["carry", "add", "abc"],
        &["peers", "add", "abc"],
        &["peers", "drop", "abc"],
        &["peers", "block", "abc"],
        &["sync"],
    ] {
        for lang in ["kk", "ru"] {
            let mut arguments = arguments.to_vec();
            arguments.extend(["--lang", lang]);
            let refused = a.tries(&arguments).await;
            assert_ne!(refused.code(), 0, "{arguments:?}");
            let document: serde_json::Value = serde_json::from_str(&refused.stderr()).unwrap();
            let error = document["error"].as_object().unwrap();
            assert!(error.values().all(serde_json::Value::is_string), "no nulls: {document}");
            let message = error["message"].as_str().unwrap();
            let cyrillic = message.chars().any(|c| matches!(c, '\u{400}'..='\u{4FF}'));
            assert!(cyrillic && !message.contains(['{', '}', '?']), "{arguments:?} in {lang}: {message}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_invites_and_ids_that_are_none_are_refused() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let id = a.writes("бар").await;
    assert_eq!(refused(&a, &["bulletin", "post", "  \n "]).await, is(2, "no_text"));
    assert_eq!(refused(&a, &["bulletin", "show", "ffffffffffff"]).await, is(5, "not_found"));
    assert_eq!(refused(&a, &["bulletin", "show", "../../etc"]).await, is(5, "not_found"));
    for short in ["", "a", &id[..3]] {
        assert_eq!(refused(&a, &["bulletin", "show", short]).await, is(2, "short_id"), "{short}");
        assert_eq!(refused(&a, &["bulletin", "reply", short, "x"]).await, is(2, "short_id"), "{short}");
    }
    assert_eq!(refused(&a, &["bulletin", "post", "x", "--date", "2020-01-01"]).await, is(2, "too_early"));
    assert_eq!(refused(&a, &["bulletin", "post", "x", "--title", &"x".repeat(513)]).await, is(2, "too_long"));
    assert_eq!(refused(&a, &["bulletin", "reply", "ffffffffffff", "x"]).await, is(5, "not_found"));
    assert_eq!(refused(&a, &["-c", "Басқа", "committee", "show"]).await, is(5, "not_found"));
    assert_eq!(refused(&a, &["committee", "admit", "ешкім"]).await, is(5, "not_found"));
    assert_eq!(refused(&a, &["bulletin", "list", "--since", "кеше"]).await, is(2, "bad_value"));
    assert_eq!(refused(&a, &["committee", "join", "https://example.org"]).await, is(2, "bad_invite"));
    let invite = a.does(&["committee", "invite"]).await["uri"].as_str().unwrap().to_owned();
    let flipped = invite.replace(&invite[20..22], if &invite[20..22] == "aa" { "bb" } else { "aa" });
    let b = world.person("b").await;
    assert_eq!(refused(&b, &["committee", "join", &flipped]).await, is(2, "bad_invite"));
    assert_eq!(refused(&b, &["committee", "join", &invite[..invite.len() - 1]]).await, is(2, "bad_invite"));
    assert_eq!(refused(&a, &["committee", "join", &invite]).await, is(1, "joined"));
    let binary = world.path("binary");
    std::fs::write(&binary, [0xff, 0xfe, 0x00]).unwrap();
    assert_eq!(refused(&a, &["bulletin", "post", "--file", binary.to_str().unwrap()]).await, is(2, "not_text"));
    assert_eq!(refused(&a, &["bulletin", "post", "--file", "/dev/zero"]).await, is(2, "too_long"));
    assert_eq!(refused(&a, &["bulletin", "post", "--file", "/nowhere/at/all"]).await, is(1, "file"));
    assert_eq!(a.does(&["bulletin", "show", &id]).await["text"], "бар");
}

fn make_folder(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::create_dir_all(path).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_others_can_read_is_refused_with_advice() {
    let world = World::new();
    let home = world.person("a").await;
    make_folder(&home.path, 0o755);
    for arguments in [&["committee", "new", "x"][..], &["status"], &["up"], &["init", "--name", "a"]] {
        assert_eq!(refused(&home, arguments).await, is(2, "open_to_others"), "{arguments:?}");
    }
    assert_eq!(refused(&home, &["doctor"]).await, is(1, "unwell"));
    make_folder(&home.path, 0o700);
    home.does(&["doctor"]).await;
}
