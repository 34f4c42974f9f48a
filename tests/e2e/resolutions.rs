//! Resolutions by command: put, said yes or no to, and proven to somebody who has nothing but the file.

use kenes_web::api::ResolutionsQuery;
use serde_json::Value;

use crate::harness::{Home, Up, World, committee};

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

#[tokio::test(flavor = "multi_thread")]
async fn two_committees_of_one_name_are_told_apart_and_an_id_means_one_in_the_committee_named_alone() {
    let world = World::new();
    let a = world.person("a").await;
    for _ in 0..2 {
        a.does(&["committee", "new", "Бірлік"]).await;
    }
    let list = a.does(&["committee", "list"]).await["committees"].clone();
    let ids: Vec<&str> = list.as_array().unwrap().iter().map(|committee| committee["id"].as_str().unwrap()).collect();
    let (told, list) = (a.says(&["resolution", "list"]).await, a.says(&["committee", "list"]).await);
    let show = a.says(&["-c", ids[0], "committee", "show"]).await;
    for id in &ids {
        assert!(told.contains(&format!("Бірлік ({})", &id[..8])) && list.contains(&id[..8]), "{told}{list}");
    }
    assert!(show.contains(&ids[0][..8]), "{show}");
    for id in &ids {
        a.does(&["-c", id, "bulletin", "post", "жиын"]).await;
    }
    let up = a.up_unlocked(&[]).await;
    for told in [a.says(&["status"]).await, a.says(&["bulletin", "list"]).await] {
        assert!(ids.iter().all(|id| told.contains(&format!("Бірлік ({})", &id[..8]))), "{told}");
    }
    up.stop().await;
    refused(&a, &["-c", "Бірлік", "resolution", "list"], 2, "ambiguous").await;
    let put = a.does(&["-c", &ids[0][..8], "resolution", "propose", "--title", "Ереуіл", "x"]).await;
    assert_eq!(put["committee"], ids[0]);
    let (id, file) = (put["id"].as_str().unwrap(), world.path("elsewhere"));
    for command in [&["vote", id, "adopt"][..], &["show", id], &["certificate", id, file.to_str().unwrap()]] {
        refused(&a, &[&["-c", ids[1], "resolution"], command].concat(), 5, "not_found").await;
    }
    assert_eq!(a.does(&["-c", ids[0], "resolution", "vote", &id[..8], "adopt"]).await["id"], put["id"]);
    assert!(!file.exists());
}

fn at(world: &World, name: &str) -> String {
    world.path(name).to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_voter_whom_nothing_reaches_votes_by_file() {
    let world = World::new();
    let relay = world.relay("relay").await;
    let (a, b, c) = three(&world, &relay).await;
    relay.stop().await;
    a.does(&["committee", "pause", "c", "--because", "distrust"]).await;
    let put = a.does(&["resolution", "propose", "--title", "Ереуіл", "Жұмысты тоқтатамыз."]).await;
    let id = put["id"].as_str().unwrap();
    let (out, back, bare) = (at(&world, "out"), at(&world, "back"), at(&world, "bare"));
    let saved = a.does(&["resolution", "export", &id[..8], &out]).await;
    assert_eq!(saved["bytes"].as_u64().unwrap(), std::fs::metadata(&out).unwrap().len());

    let brought = c.does(&["resolution", "import", &out]).await;
    assert_eq!((&brought["received"], &brought["resolution"]["status"]), (&2.into(), &"open".into()));
    assert_eq!(c.does(&["resolution", "vote", id, "adopt"]).await["status"], "adopted");
    c.does(&["resolution", "export", id, &back]).await;
    let brought = a.does(&["resolution", "import", &back]).await;
    assert_eq!((&brought["received"], &brought["duplicate"]), (&1.into(), &2.into()));
    assert_eq!(brought["resolution"]["status"], "adopted");
    assert_eq!(a.does(&["resolution", "import", &back]).await["received"], 0, "it was here already");

    // B lacks the minutes of what was put since; and the other way round it is no file of minutes.
    a.does(&["minutes", "propose", "--reinstate", "c"]).await;
    let sheet = a.does(&["minutes", "list", "--open"]).await["minutes"][0]["id"].as_str().unwrap().to_owned();
    a.does(&["minutes", "export", &sheet, &bare]).await;
    c.does(&["minutes", "import", &bare]).await;
    assert_eq!(c.does(&["minutes", "sign", &sheet]).await["status"], "adopted");
    let later = c.does(&["resolution", "propose", "--title", "Кейін", "x"]).await["id"].as_str().unwrap().to_owned();
    let ahead = at(&world, "ahead");
    c.does(&["resolution", "export", &later, &ahead]).await;
    refused(&b, &["resolution", "import", &ahead], 1, "unfollowed").await;
    refused(&b, &["resolution", "import", &bare], 6, "not_authentic").await;
    refused(&b, &["minutes", "import", &back], 6, "not_authentic").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_resolution_or_is_altered_is_refused_with_a_sentence() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let put = a.does(&["resolution", "propose", "--title", "Ереуіл", "x"]).await;
    let (id, whole) = (put["id"].as_str().unwrap(), at(&world, "whole"));
    a.does(&["resolution", "export", id, &whole]).await;
    refused(&a, &["resolution", "export", id, &whole], 1, "file").await;
    refused(&a, &["resolution", "export", "ffffffff", &at(&world, "none")], 5, "not_found").await;
    let bytes = std::fs::read(&whole).unwrap();
    let mut altered = bytes.clone();
    *altered.last_mut().unwrap() ^= 1;
    let files: [(&str, &[u8], i32, &str); 5] = [
        ("torn", &bytes[..bytes.len() - 9], 6, "not_authentic"),
        ("altered", &altered, 6, "not_authentic"),
        ("foreign", b"kenescrt and more", 6, "not_authentic"),
        ("empty", b"", 6, "not_authentic"),
        ("huge", &vec![0; 100 * 1024 * 1024], 2, "too_long"),
    ];
    for (name, bytes, code, kind) in files {
        std::fs::write(world.path(name), bytes).unwrap();
        refused(&a, &["resolution", "import", &at(&world, name)], code, kind).await;
    }
    let pipe = at(&world, "pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [pipe.as_str(), "/dev/zero", a.path.to_str().unwrap()] {
        refused(&a, &["resolution", "import", path], 2, "not_a_file").await;
    }
    assert_eq!(a.does(&["resolution", "import", &whole]).await["duplicate"], 2);
}

async fn until_no(up: &Up, no: u32) {
    up.until(&format!("minutes No. {no}"), async |client| {
        let committees = client.committees().await;
        committees.is_ok_and(|found| found.committees.iter().any(|committee| committee.minutes_no == no))
    })
    .await;
}

/// Waits until a resolution is here that this home's owner may say something on.
async fn until_asked(up: &Up) {
    up.until("a resolution to vote on", async |client| {
        let Ok(committees) = client.committees().await else { return false };
        let Some(committee) = committees.committees.first().map(|committee| committee.id) else { return false };
        let open = client.resolutions(&ResolutionsQuery { committee, open: true }).await;
        open.is_ok_and(|open| open.resolutions.iter().any(|resolution| resolution.mine.is_none()))
    })
    .await;
}

/// Brings a home to the relay, until both have the same; and gone again.
async fn passes_by(home: &Home, relay: &Up, no: u32) {
    let up = home.up_unlocked(&["--peer", &relay.address()]).await;
    until_no(&up, no).await;
    up.until_level_with(relay).await;
    up.stop().await;
}

/// Three who vote since No. 1, each of whom has been at the relay and is gone.
async fn three(world: &World, relay: &Up) -> (Home, Home, Home) {
    let (a, others) = committee(world, "a", &["b", "c"]).await;
    assert_eq!(a.does(&["minutes", "propose", "--yes", "--admit", "b", "c"]).await["status"], "adopted");
    let [b, c] = others.as_slice() else { panic!("two others") };
    for home in [&a, b, c] {
        passes_by(home, relay, 1).await;
    }
    (a, b.clone(), c.clone())
}

fn words(checkpoint: &Value) -> String {
    let words = checkpoint["words"].as_array().unwrap().iter();
    words.map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_three_adopt_across_a_split_and_an_outsider_checks_it_with_nothing_but_words() {
    let world = World::new();
    let relay = world.relay("relay").await;
    let (a, b, c) = three(&world, &relay).await;
    // A is cut off. B writes with nothing running, and is gone again before C comes.
    let put = b.does(&["resolution", "propose", "--title", "Ереуіл", "Жұмысты тоқтатамыз."]).await;
    assert_eq!((&put["status"], &put["needed"], &put["no"]), (&"open".into(), &2.into(), &1.into()));
    let id = put["id"].as_str().unwrap();
    let missing: Vec<_> = put["missing"].as_array().unwrap().iter().map(|voter| voter["name"].as_str()).collect();
    assert!(missing.len() == 2 && missing.contains(&Some("a")) && missing.contains(&Some("c")), "{put}");
    refused(&b, &["resolution", "certificate", id, world.path("early").to_str().unwrap()], 1, "not_adopted").await;
    passes_by(&b, &relay, 1).await;
    let at_relay = c.up_unlocked(&["--peer", &relay.address()]).await;
    until_asked(&at_relay).await;
    let told = c.says(&["resolution", "list", "--open"]).await;
    assert!(told.contains("You have not said anything yet") && told.contains("Ереуіл"), "{told}");
    assert_eq!(c.does(&["committee", "show"]).await["to_vote"], 1);
    assert_eq!(c.does(&["resolution", "vote", id, "adopt"]).await["status"], "adopted");
    assert_eq!(c.does(&["committee", "show"]).await["to_vote"], 0);
    at_relay.until_level_with(&relay).await;
    at_relay.stop().await;

    let file = world.path("certificate");
    let file = file.to_str().unwrap();
    let saved = c.does(&["resolution", "certificate", id, file]).await;
    let (outsider, held) = (world.home("nowhere"), words(&saved["checkpoint"]));
    assert_eq!(words(&c.does(&["committee", "show"]).await["checkpoint"]), held, "for banners");
    assert!(c.says(&["committee", "show"]).await.contains(&held));
    let proof = outsider.does(&["verify", file, "--words", &held]).await;
    assert_eq!((&proof["signed"], &proof["needed"], &proof["roster_size"]), (&2.into(), &2.into(), &3.into()));
    assert_eq!((warnings(&proof), &proof["text"]), (vec!["only_this"], &"Жұмысты тоқтатамыз.".into()));

    // One byte of the text, and somebody else's committee of the same name.
    let mut forged = std::fs::read(file).unwrap();
    let text = "тоқтатамыз".as_bytes();
    let at = forged.windows(text.len()).position(|window| window == text).unwrap();
    forged[at + 1] ^= 1;
    let path = world.path("forged");
    std::fs::write(&path, forged).unwrap();
    refused(&outsider, &["verify", path.to_str().unwrap()], 6, "not_authentic").await;
    let impostor = world.person("impostor").await;
    impostor.does(&["committee", "new", "Бірлік"]).await;
    let false_one = impostor.does(&["resolution", "propose", "--title", "Ереуіл", "Ереуіл аяқталды."]).await;
    let path = world.path("impostor's");
    let path = path.to_str().unwrap();
    impostor.does(&["resolution", "certificate", false_one["id"].as_str().unwrap(), path]).await;
    assert_eq!(warnings(&outsider.does(&["verify", path]).await), ["one_key", "no_checkpoint", "only_this"]);
    refused(&outsider, &["verify", path, "--words", &held], 6, "not_authentic").await;
    assert_eq!(b.does(&["verify", path]).await["home"], "namesake");

    // A comes back, learns of it, and may be against it.
    passes_by(&a, &relay, 1).await;
    assert_eq!(a.does(&["resolution", "show", id]).await["status"], "adopted");
    assert_eq!(a.does(&["resolution", "vote", id, "reject"]).await["against"][0]["name"], "a");
    assert_eq!(warnings(&a.does(&["verify", file]).await), ["only_this"]);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_whoever_knows_the_minutes_that_remove_a_signer_is_told_and_the_proof_stands() {
    let world = World::new();
    let relay = world.relay("relay").await;
    let (a, b, c) = three(&world, &relay).await;
    let signed = async |propose: &[&str], no: u32| {
        let sheet = a.does(&[&["minutes", "propose", "--yes"], propose].concat()).await["id"].clone();
        passes_by(&a, &relay, no - 1).await;
        passes_by(&b, &relay, no - 1).await;
        let adopted = b.does(&["minutes", "sign", "--yes", sheet.as_str().unwrap()]).await;
        assert_eq!(adopted["status"], "adopted");
        passes_by(&b, &relay, no).await;
        passes_by(&a, &relay, no).await;
    };
    signed(&["--policy", "retention=20"], 2).await;
    passes_by(&c, &relay, 2).await;
    let put = c.does(&["resolution", "propose", "--title", "Ереуіл", "Жұмысты тоқтатамыз."]).await;
    assert_eq!(put["no"], 2);
    let id = put["id"].as_str().unwrap();
    passes_by(&c, &relay, 2).await;
    passes_by(&a, &relay, 2).await;
    assert_eq!(a.does(&["resolution", "vote", id, "adopt"]).await["status"], "adopted");
    let (old, new) = (world.path("under 2"), world.path("made at 3"));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let saved = a.does(&["resolution", "certificate", id, old]).await;
    let held = words(&saved["checkpoint"]);
    signed(&["--remove", "c"], 3).await;

    // Who has the old file learns nothing new; who has the book does, and so does who gets a file made since.
    let outsider = world.home("nowhere");
    assert_eq!(warnings(&outsider.does(&["verify", old, "--words", &held]).await), ["only_this"]);
    let at_home = a.does(&["verify", old]).await;
    assert_eq!(
        (&at_home["valid"], &at_home["under"]["no"], &at_home["newest"]["no"]),
        (&true.into(), &2.into(), &3.into())
    );
    assert_eq!(warnings(&at_home), ["signed_late", "newer_minutes", "signers_removed", "only_this"]);
    assert_eq!(at_home["warnings"][2]["count"], 1);
    assert!(
        a.says(&["verify", old]).await.contains("One of those who signed is out by now (the newest minutes are No. 3)")
    );
    a.does(&["resolution", "certificate", id, new]).await;
    let since = outsider.does(&["verify", new, "--words", &held]).await;
    assert_eq!(
        (warnings(&since), &since["checkpoint"]["no"]),
        (vec!["newer_minutes", "signers_removed", "only_this"], &2.into())
    );
    relay.stop().await;
}
