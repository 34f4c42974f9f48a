//! Certificates in the hands of people who have nothing else: what they are told, and how each forgery is refused. The
//! files are those of the vectors, made and forged by the core.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::AsyncWriteExt;

use crate::harness::{Home, Outcome, World};

/// The file of a case, and what it is to be judged by.
struct Case {
    file: String,
    checkpoint: Option<String>,
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    if let Some(parts) = value.as_array() {
        return parts.iter().flat_map(bytes).collect();
    }
    match value["times"].as_u64() {
        Some(times) => bytes(&value["repeat"]).repeat(usize::try_from(times).unwrap()),
        None => unhex(value.as_str().unwrap()),
    }
}

fn case(world: &World, rule: &str, name: &str) -> Case {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/vectors");
    let document = std::fs::read_to_string(format!("{vectors}/{rule}.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let case = document["cases"].as_array().unwrap().iter().find(|case| case["name"] == name);
    let input = &case.unwrap_or_else(|| panic!("no case {name}"))["input"];
    let file = world.path(&format!("{rule} {name}"));
    std::fs::write(&file, bytes(&input["bytes"])).unwrap();
    let checkpoint = input["no"].as_u64().map(|no| format!("{no}@{}", input["checkpoint"].as_str().unwrap()));
    Case { file: file.to_str().unwrap().to_owned(), checkpoint }
}

fn kinds(proof: &Value) -> Vec<&str> {
    proof["warnings"].as_array().unwrap().iter().map(|warning| warning["kind"].as_str().unwrap()).collect()
}

fn words(checkpoint: &Value) -> String {
    let words: Vec<_> = checkpoint["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words.len(), 12);
    words.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outsider_without_a_home_is_told_whose_word_it_is_and_what_nobody_can_tell() {
    let world = World::new();
    let outsider = world.home("nowhere");
    let Case { file, .. } = case(&world, "k-3-resolutions", "two of three");
    let proof = outsider.does(&["verify", &file]).await;
    for (field, value) in [
        ("valid", Value::from(true)),
        ("kind", "resolution".into()),
        ("committee_name", "Мұнайшылар".into()),
        ("signed", 2.into()),
        ("needed", 2.into()),
        ("roster_size", 3.into()),
        ("home", "not_asked".into()),
    ] {
        assert_eq!(proof[field], value, "{field}");
    }
    assert_eq!((&proof["under"]["no"], &proof["checkpoint"]), (&1.into(), &Value::Null));
    assert_eq!(kinds(&proof), ["no_checkpoint", "only_this"]);
    let told = outsider.says(&["verify", &file]).await;
    for said in
        ["calls itself “Мұнайшылар”", "2 of the 3", "No. 1", "it takes 2", "Anyone can call", &words(&proof["under"])]
    {
        assert!(told.contains(said), "no {said} in {told}");
    }
    assert!(told.contains(proof["text"].as_str().unwrap()) && !told.to_lowercase().contains("verified"), "{told}");
    // Whoever has the committee's words has something to hold fast to.
    for checkpoint in ["under", "newest"] {
        let words = words(&proof[checkpoint]).to_uppercase();
        let proof = outsider.does(&["verify", &file, "--words", &words]).await;
        assert_eq!((kinds(&proof), &proof["checkpoint"]["no"]), (vec!["only_this"], &1.into()));
    }
    for lang in ["kk", "ru"] {
        let told = outsider.says(&["--lang", lang, "verify", &file]).await;
        assert!(told.contains("Мұнайшылар") && !told.contains("verify-") && !told.contains("Anyone"), "{told}");
    }
    assert!(!outsider.path.exists(), "and no home was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_are_proven_by_command_up_to_the_number_asked_for() {
    let world = World::new();
    let (a, outsider) = (world.person("a").await, world.home("nowhere"));
    a.does(&["committee", "new", "Мұнайшылар", "--territory", "Маңғыстау"]).await;
    let mut ids = vec![];
    for days in ["retention=20", "retention=30"] {
        ids.push(a.does(&["minutes", "propose", "--policy", days]).await["id"].clone());
    }
    let [one, two] = ["one", "two"].map(|name| world.path(name).to_str().unwrap().to_owned());
    let made = a.does(&["minutes", "certificate", "1", &one]).await;
    assert_eq!((&made["kind"], &made["under"]["id"]), (&"minutes".into(), &ids[0]));
    a.does(&["minutes", "certificate", "2", &two]).await;
    for (file, no, id) in [(&one, 1, &ids[0]), (&two, 2, &ids[1])] {
        let proof = outsider.does(&["verify", file]).await;
        let under = &proof["under"];
        assert_eq!((&proof["kind"], &under["no"], &under["id"]), (&"minutes".into(), &no.into(), id));
        assert_eq!((&proof["signed"], &proof["roster_size"]), (&1.into(), &1.into()));
        assert_eq!((&proof["newest"], kinds(&proof)), (under, vec!["one_key", "no_checkpoint", "only_this"]));
        let proof = outsider.does(&["verify", file, "--words", &words(under)]).await;
        assert_eq!(proof["checkpoint"]["id"], *id);
        assert!(outsider.says(&["verify", file]).await.contains(&format!("No. {no}")));
    }
    // It ends before what somebody holds fast to who has heard more.
    let held = format!("2@{}", ids[1].as_str().unwrap());
    assert!(void(&outsider, &[&one, "--checkpoint", &held]).await.contains("up to No. 1 only"));
    for (no, file, code) in [("3", "three", 5), ("one", "three", 2), ("1", "one", 1)] {
        let file = world.path(file);
        assert_eq!(a.tries(&["minutes", "certificate", no, file.to_str().unwrap()]).await.code(), code, "{no}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_is_read_like_a_file() {
    let world = World::new();
    let outsider = world.home("nowhere");
    let Case { file, .. } = case(&world, "k-4-bulletins", "a spokesperson's");
    let through = async |bytes: Vec<u8>| {
        let mut child = outsider.command(&["verify", "-"]).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // Whoever has read enough may be gone before all is written.
        let writing = tokio::spawn(async move { drop(stdin.write_all(&bytes).await) });
        let output = child.wait_with_output().await.unwrap();
        writing.await.unwrap();
        Outcome::of(output)
    };
    let proof = through(std::fs::read(&file).unwrap()).await.answer();
    assert_eq!((&proof["kind"], &proof["valid"]), (&"bulletin".into(), &true.into()));
    assert!(proof["written"].is_string() && proof["expires"].is_string() && proof["author"].is_string());
    let endless = through(vec![7; 6 * 1024 * 1024]).await;
    assert_eq!((endless.code(), endless.kind().as_str()), (2, "too_long"));
    let nothing = through(vec![]).await;
    assert_eq!((nothing.code(), nothing.kind().as_str()), (6, "not_authentic"));
}

async fn void(home: &Home, arguments: &[&str]) -> String {
    let refused = home.tries(&[&["verify"], arguments].concat()).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (6, "not_authentic"), "{arguments:?}");
    assert_eq!(refused.answer()["valid"], false);
    let error: Value = serde_json::from_str(&refused.stderr()).unwrap();
    error["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_forgery_is_refused_by_what_is_wrong_with_it() {
    let world = World::new();
    let outsider = world.home("nowhere");
    for (rule, name, said) in [
        ("k-3-resolutions", "one signature too few", "too few signed: 1, and it takes 2"),
        ("k-3-resolutions", "one signature repeated", "a signature for the resolution stands there twice"),
        ("k-3-resolutions", "one person's two keys", "too few signed: 1, and it takes 2"),
        (
            "k-3-resolutions",
            "a signature by someone who does not vote, beside enough others",
            "a signature for the resolution is by someone who does not vote there",
        ),
        ("k-3-resolutions", "a text changed by one byte", "the resolution was changed after it was signed"),
        ("k-2-chains", "another No. 1", "another No. 1"),
        ("k-2-chains", "it ends before", "up to No. 1 only, and you hold to No. 2"),
        ("k-2-chains", "another name", "the committee's name is not the one that its founders signed"),
        ("k-2-chains", "a founder's signature missing", "signatures of founders are missing (1)"),
        ("k-1-form", "cut after 500 bytes", "it breaks off; 500 of 2307 bytes"),
        ("k-1-form", "text", "it is no certificate"),
        ("k-1-form", "a byte follows", "something follows behind its end"),
        ("k-1-form", "version 2", "version 2"),
        ("k-4-bulletins", "after a recall of the spokesperson", "No. 2 recalled whoever wrote the bulletin"),
    ] {
        let Case { file, checkpoint } = case(&world, rule, name);
        let mut arguments = vec![file.as_str()];
        if let Some(checkpoint) = &checkpoint {
            arguments.extend(["--checkpoint", checkpoint]);
        }
        let message = void(&outsider, &arguments).await;
        assert!(message.contains(said), "{name}: {message}");
        for lang in ["kk", "ru"] {
            let message = void(&outsider, &[&arguments[..], &["--lang", lang]].concat()).await;
            let latin = message.chars().any(|c| c.is_ascii_alphabetic());
            assert!(!latin && !message.contains(['{', '}', '?']), "{name} in {lang}: {message}");
        }
    }
    // Words of another committee.
    let Case { file, .. } = case(&world, "k-3-resolutions", "two of three");
    let others = "fiction column father medal grow student alert season top liquid moon tackle";
    assert!(void(&outsider, &[&file, "--words", others]).await.contains("none of its minutes has these words"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_or_too_long_is_refused_without_being_read_whole() {
    let world = World::new();
    let outsider = world.home("nowhere");
    let huge = world.path("huge");
    std::fs::File::create(&huge).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let pipe = world.path("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
    let Case { file, .. } = case(&world, "k-3-resolutions", "two of three");
    let here = world.path("");
    for (arguments, code, kind) in [
        (&[huge.to_str().unwrap()][..], 2, "too_long"),
        (&[pipe.to_str().unwrap()], 2, "not_a_file"),
        (&[here.to_str().unwrap()], 2, "not_a_file"),
        (&["/dev/zero"], 2, "not_a_file"),
        (&["/nowhere/at/all"], 1, "file"),
        (&[&file, "--words", "бір екі үш"], 2, "bad_value"),
        (&[&file, "--checkpoint", "1"], 2, "usage"),
        (&[&file, "--checkpoint", &format!("1@{}", "ab".repeat(32)), "--words", "x"], 2, "usage"),
        (&[], 2, "usage"),
    ] {
        let refused = outsider.tries(&[&["verify"], arguments].concat()).await;
        assert_eq!((refused.code(), refused.kind().as_str()), (code, kind), "{arguments:?}");
        assert_eq!(refused.stdout(), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_is_open_says_whether_it_knows_the_committee() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Басқа"]).await;
    let Case { file, .. } = case(&world, "k-3-resolutions", "two of three");
    assert_eq!(a.does(&["verify", &file]).await["home"], "unknown");
    a.does(&["committee", "new", "МҰНАЙШЫЛАР"]).await;
    assert_eq!(a.does(&["verify", &file]).await["home"], "namesake");
    assert!(a.says(&["verify", &file]).await.contains("ANOTHER ONE"));
    let up = a.up_unlocked(&[]).await;
    assert_eq!(a.does(&["verify", &file]).await["home"], "namesake", "through the process that runs");
    let forged = case(&world, "k-3-resolutions", "a text changed by one byte").file;
    assert!(void(&a, &[&forged]).await.contains("the resolution was changed"));
    up.stop().await;
}
