//! Resolutions by command: put, said yes or no to, and proven to somebody who has nothing but the file.

use serde_json::Value;

use crate::harness::{Home, World};

fn warnings(proof: &Value) -> Vec<&str> {
    proof["warnings"].as_array().unwrap().iter().map(|warning| warning["kind"].as_str().unwrap()).collect()
}

async fn refused(home: &Home, arguments: &[&str], code: i32, kind: &str) {
    let refused = home.tries(arguments).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (code, kind), "{arguments:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolution_is_put_shown_and_proven_and_its_text_plays_with_nobodys_terminal() {
    let world = World::new();
    let (a, outsider) = (world.person("a").await, world.home("nowhere"));
    a.does(&["committee", "new", "Бірлік", "--territory", "Маңғыстау/Жаңаөзен", "--industry", "мұнай"]).await;
    let hostile = "\u{1b}[2J\u{1b}]0;x\u{7}\u{202E}олақ\u{2066}\u{9b}31m\r\nекінші жол";
    let put = a.does(&["resolution", "propose", "--title", "Ереуіл", hostile, "--until", "3d"]).await;
    assert_eq!(
        (&put["status"], &put["no"], &put["needed"], &put["mine"]),
        (&"adopted".into(), &0.into(), &1.into(), &true.into())
    );
    assert_eq!((&put["signed"][0]["name"], &put["text"]), (&"a".into(), &hostile.into()));
    let id = put["id"].as_str().unwrap();
    assert_eq!(a.does(&["resolution", "show", &id[..8]]).await, put);
    assert_eq!(a.does(&["resolution", "list"]).await["resolutions"][0], put);
    assert_eq!(a.does(&["resolution", "list", "--open"]).await["total"], 0);
    assert_eq!(a.does(&["resolution", "vote", id, "adopt"]).await, put, "said again");
    refused(&a, &["resolution", "vote", id, "reject"], 1, "said_other").await;

    let file = world.path("certificate");
    let file = file.to_str().unwrap();
    let saved = a.does(&["resolution", "certificate", id, file]).await;
    assert_eq!((&saved["file"], &saved["text"], &saved["valid"]), (&file.into(), &hostile.into(), &true.into()));
    assert_eq!(std::fs::metadata(file).unwrap().len(), saved["bytes"].as_u64().unwrap());
    let proof = outsider.does(&["verify", file]).await;
    assert_eq!((&proof["text"], &proof["committee_name"]), (&hostile.into(), &"Бірлік".into()));
    assert_eq!(warnings(&proof), ["one_key", "no_checkpoint", "only_this"]);
    assert_eq!(a.does(&["verify", file]).await["home"], "known");
    for told in [outsider.says(&["verify", file]).await, a.says(&["resolution", "show", id]).await] {
        let harmful =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        assert!(!told.contains(harmful) && told.contains("екінші жол"), "{told:?}");
    }
    refused(&a, &["resolution", "certificate", id, file], 1, "file").await;
    let piped = a.tries(&["resolution", "certificate", id, "-"]).await;
    assert!(piped.code() == 0 && piped.bytes() == std::fs::read(file).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn resolutions_that_cannot_be_are_refused() {
    let world = World::new();
    let a = world.person("a").await;
    refused(&a, &["resolution", "propose", "--title", "x", "x"], 5, "no_committee").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let long = "x".repeat(24 * 1024 + 1);
    for (arguments, code, kind) in [
        (&["propose", "x"][..], 2, "usage"),
        (&["propose", "--title", "x", ""], 2, "no_text"),
        (&["propose", "--title", " ", "x"], 2, "not_possible"),
        (&["propose", "--title", "\u{1b}[2J", "x"], 2, "not_possible"),
        (&["propose", "--title", &long, "x"], 2, "too_long"),
        (&["propose", "--title", "x", &long], 2, "too_long"),
        (&["propose", "--title", "x", "--file", "/dev/zero"], 2, "too_long"),
        (&["propose", "--title", "x", "--file", "/nowhere/at/all"], 1, "file"),
        (&["vote", "ffffffff", "adopt"], 5, "not_found"),
        (&["vote", "ffffffff", "maybe"], 2, "usage"),
        (&["vote", "abc", "adopt"], 2, "short_id"),
        (&["show", "../../etc"], 5, "not_found"),
        (&["certificate", "ffffffff", "x"], 5, "not_found"),
    ] {
        refused(&a, &[&["resolution"], arguments].concat(), code, kind).await;
    }
    assert_eq!(a.does(&["resolution", "list"]).await["total"], 0);
    assert!(a.says(&["--lang", "kk", "resolution", "list"]).await.contains("Қарар жоқ"));
}
