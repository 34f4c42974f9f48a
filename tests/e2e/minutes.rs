//! What a committee decides: confirmed by minutes, decided once across a split, and offered anew.

use std::path::Path;

use serde_json::Value;

use crate::harness::{Home, Up, World, committee, copy};

pub(crate) async fn up_together(homes: &[&Home]) -> Vec<Up> {
    let first = homes[0].up_unlocked(&[]).await;
    let address = first.address();
    let mut town = vec![first];
    for home in &homes[1..] {
        town.push(home.up_unlocked(&["--peer", &address]).await);
    }
    town
}

pub(crate) async fn end(town: Vec<Up>) {
    for up in town {
        up.stop().await;
    }
}

impl Up {
    /// Waits until the newest minutes here have this number.
    pub(crate) async fn until_minutes(&self, no: u32) {
        self.until(&format!("minutes No. {no}"), async |client| {
            let committees = client.committees().await;
            committees.is_ok_and(|found| found.committees.iter().any(|committee| committee.minutes_no == no))
        })
        .await;
    }

    /// Waits until a sheet may be signed here, and gives its id.
    pub(crate) async fn until_to_sign(&self) -> String {
        self.until("a sheet to sign", async |client| {
            let committees = client.committees().await;
            committees.is_ok_and(|found| found.committees.iter().any(|committee| committee.to_sign > 0))
        })
        .await;
        let open = self.home.does(&["minutes", "list", "--open"]).await;
        let sheets = open["minutes"].as_array().unwrap();
        let wanted = sheets.iter().find(|sheet| sheet["mine"] == false && sheet.get("obstacle").is_none());
        wanted.unwrap_or_else(|| panic!("nothing to sign in {open}"))["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn signs(&self) -> Value {
        let sheet = self.until_to_sign().await;
        self.home.does(&["minutes", "sign", &sheet]).await
    }
}

/// A founder and others who vote, all their processes ended again.
pub(crate) async fn voters(world: &World, others: &[&str]) -> (Home, Vec<Home>) {
    let (first, others_homes) = committee(world, "a", others).await;
    let mut propose = vec!["minutes", "propose", "--admit"];
    propose.extend_from_slice(others);
    assert_eq!(first.does(&propose).await["status"], "adopted");
    let homes: Vec<&Home> = std::iter::once(&first).chain(&others_homes).collect();
    let town = up_together(&homes).await;
    for up in &town {
        up.until_minutes(1).await;
    }
    end(town).await;
    (first, others_homes)
}

#[tokio::test(flavor = "multi_thread")]
async fn b2_b10_two_halves_decide_a_number_once_and_what_lost_is_offered_anew() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c", "d", "e"]).await;
    let [b, c, d, e] = others.as_slice() else { panic!("four others") };
    assert!(a.says(&["committee", "show"]).await.contains("5 members, 5 vote"), "confirmed by minutes");

    // The chair's half has two of five: what is tabled there is not adopted.
    let west = up_together(&[&a, b]).await;
    let lost = a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    assert_eq!((&lost["status"], &lost["needed"]), (&"open".into(), &3.into()));
    let signed = west[1].signs().await;
    assert_eq!((&signed["status"], signed["signed"].as_array().unwrap().len()), (&"open".into(), 2));

    // In the other half D takes the chair with passes that desks give by themselves, and three sign.
    let east = up_together(&[c, d, e]).await;
    let asked = d.does(&["minutes", "propose", "--policy", "retention=10"]).await;
    assert_eq!((&asked["status"], &asked["round"]), (&"open".into(), &Value::Null));
    east[0].signs().await;
    let adopted = east[2].signs().await;
    assert_eq!((&adopted["status"], &adopted["id"]), (&"adopted".into(), &asked["id"]));

    // They meet: one No. 2 for all, and the old signatures are for nothing.
    e.does(&["peers", "add", &west[0].address()]).await;
    for up in west.iter().chain(&east) {
        up.until_minutes(2).await;
        assert_eq!(up.home.does(&["minutes", "show", "2"]).await["id"], asked["id"]);
    }
    let id = lost["id"].as_str().unwrap();
    assert_eq!(a.does(&["minutes", "show", id]).await["status"], "superseded");
    let refused = b.tries(&["minutes", "sign", id]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "decided"));

    // D chairs now. A offers it anew, and it takes three new signatures.
    let anew = a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    assert_eq!((&anew["no"], &anew["round"]), (&3.into(), &Value::Null));
    let first = west[1].signs().await;
    assert_eq!((&first["id"], &first["status"]), (&anew["id"], &"open".into()));
    assert_eq!(east[1].signs().await["status"], "adopted");
    for up in west.iter().chain(&east) {
        up.until_minutes(3).await;
        assert_eq!(up.home.does(&["committee", "show"]).await["forks"], Value::Array(vec![]));
    }
    end(west).await;
    end(east).await;
}

fn file(world: &World, name: &str) -> String {
    world.path(name).to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voter_whom_nothing_reaches_signs_by_file_and_whoever_is_removed_is_told() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c"]).await;
    let [b, c] = others.as_slice() else { panic!("two others") };
    // Nobody is connected with anybody from here on.
    let (a_up, c_up) = (a.up_unlocked(&[]).await, c.up_unlocked(&[]).await);
    a.does(&["committee", "pause", "c", "--because", "distrust"]).await;
    let members = a.does(&["committee", "members"]).await;
    let paused = members["members"].as_array().unwrap().iter().find(|member| member["name"] == "c").unwrap();
    assert_eq!((&paused["out"][0]["cause"], &paused["voter"]), (&"paused_by_member".into(), &true.into()));
    let sheet = a.does(&["minutes", "propose", "--reinstate", "c"]).await;
    let id = sheet["id"].as_str().unwrap();
    assert_eq!((&sheet["status"], &sheet["needed"]), (&"open".into(), &2.into()));
    let (out, back) = (file(&world, "out"), file(&world, "back"));
    a.does(&["minutes", "export", id, &out]).await;

    let brought = c.does(&["minutes", "import", &out]).await;
    assert_eq!((&brought["received"], &brought["minutes"]["id"]), (&3.into(), &id.into()));
    assert_eq!(c.does(&["minutes", "sign", id]).await["status"], "adopted");
    c.does(&["minutes", "export", id, &back]).await;
    assert_eq!(a.does(&["minutes", "import", &back]).await["minutes"]["status"], "adopted");
    assert_eq!(a.does(&["minutes", "import", &back]).await["received"], 0, "it was here already");
    assert!(a.says(&["committee", "show"]).await.contains("3 members, 3 vote"), "nobody is paused any more");

    // B has been away longer: No. 3 makes sense only after No. 2.
    let removal = a.does(&["minutes", "propose", "--remove", "c"]).await;
    let (third, second) = (file(&world, "third"), file(&world, "second"));
    a.does(&["minutes", "export", removal["id"].as_str().unwrap(), &third]).await;
    a.does(&["minutes", "export", "2", &second]).await;
    let refused = b.tries(&["minutes", "import", &third]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "unfollowed"));
    for path in [&second, &third] {
        b.does(&["minutes", "import", path]).await;
    }
    assert_eq!(b.does(&["minutes", "sign", removal["id"].as_str().unwrap()]).await["status"], "adopted");
    let decided = file(&world, "decided");
    b.does(&["minutes", "export", "3", &decided]).await;

    // Whoever is out is told by which minutes, wherever it matters.
    c.does(&["minutes", "import", &decided]).await;
    let standing = c.does(&["committee", "list"]).await;
    assert_eq!(
        (&standing["committees"][0]["standing"], &standing["committees"][0]["out"][0]["details"]["no"]),
        (&"removed".into(), &"3".into())
    );
    for arguments in
        [&["bulletin", "post", "әлі де"][..], &["minutes", "propose", "--keep", "b"], &["committee", "invite"]]
    {
        let refused = c.tries(arguments).await;
        assert_eq!((refused.code(), refused.kind().as_str()), (1, "out"), "{arguments:?}");
        assert!(refused.stderr().contains("No. 3"), "{}", refused.stderr());
    }
    for screen in [["committee", "show"], ["committee", "list"]] {
        assert!(c.says(&screen).await.contains("You are out: minutes No. 3"), "{screen:?}");
    }
    assert!(c.says(&["status"]).await.contains("You are out: minutes No. 3"));
    a_up.stop().await;
    c_up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_sheet_or_is_altered_is_refused_with_a_sentence() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    let up = a.up_unlocked(&[]).await;
    let whole = file(&world, "whole");
    a.does(&["minutes", "export", "1", &whole]).await;
    assert_eq!(a.tries(&["minutes", "export", "1", &whole]).await.kind(), "file", "it is there already");
    assert_eq!(a.tries(&["minutes", "export", "7", &file(&world, "none")]).await.code(), 5);
    let bytes = std::fs::read(&whole).unwrap();
    let altered = |at: usize| {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        altered
    };
    let files: [(&str, &[u8], i32); 5] = [
        ("torn", &bytes[..bytes.len() - 9], 6),
        ("altered", &altered(bytes.len() - 1), 6),
        ("foreign", b"kenescrt and more", 6),
        ("empty", b"", 6),
        ("huge", &vec![0; 100 * 1024 * 1024], 2),
    ];
    for (name, bytes, code) in files {
        std::fs::write(world.path(name), bytes).unwrap();
        let refused = a.tries(&["minutes", "import", &file(&world, name)]).await;
        assert_eq!(refused.code(), code, "{name}: {}", refused.stderr());
        assert_eq!(refused.kind(), if code == 6 { "not_authentic" } else { "too_long" }, "{name}");
    }
    let pipe = file(&world, "pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [pipe.as_str(), "/dev/zero", a.path.to_str().unwrap()] {
        let refused = a.tries(&["minutes", "import", path]).await;
        assert_eq!((refused.code(), refused.kind().as_str()), (2, "not_a_file"), "{path}");
    }
    up.stop().await;
}

/// What a snapshot of the whole disk has of a home: the very same keystore file, and what is in its store.
fn snapshot(home: &Home, into: &Path) {
    copy(&home.path.join("db"), into);
    std::fs::hard_link(home.path.join("keystore"), into.with_extension("keystore")).unwrap();
}

/// Sets the disk back: each file is the one that it was, so that nothing about the home looks moved.
fn roll_back(home: &Home, snapshot: &Path) {
    std::fs::rename(snapshot.with_extension("keystore"), home.path.join("keystore")).unwrap();
    rewrite(&home.path.join("db"), snapshot);
}

/// Writes over what is in a folder, so that it is as another one.
fn rewrite(folder: &Path, as_in: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, before) = (entry.path(), as_in.join(entry.file_name()));
        match (entry.file_type().unwrap().is_dir(), before.exists()) {
            (true, true) => rewrite(&path, &before),
            (true, false) => std::fs::remove_dir_all(path).unwrap(),
            (false, true) => std::fs::write(path, std::fs::read(before).unwrap()).unwrap(),
            (false, false) => std::fs::remove_file(path).unwrap(),
        }
    }
    for entry in std::fs::read_dir(as_in).unwrap().map(Result::unwrap) {
        let path = folder.join(entry.file_name());
        if !path.exists() && entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), path).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b5_a_fork_moves_no_desk_and_is_told_on_every_screen_until_each_owner_says_where_to_stand() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c", "d", "x"]).await;
    let [b, c, d, x] = others.as_slice() else { panic!("four others") };
    let before = world.path("before");
    snapshot(x, &before);
    let west = up_together(&[&a, b, x]).await;
    a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    west[1].signs().await;
    let one = west[2].signs().await;
    assert_eq!(one["status"], "adopted");
    end(west).await;

    // X's whole disk is set back to before that: the desk knows nothing of having signed.
    roll_back(x, &before);
    let east = up_together(&[c, d, x]).await;
    let other = c.does(&["minutes", "propose", "--policy", "retention=10"]).await;
    east[1].signs().await;
    assert_eq!(east[2].signs().await["status"], "adopted");
    let west = up_together(&[&a, b]).await;
    c.does(&["peers", "add", &west[0].address()]).await;

    let (one, other) = (one["id"].as_str().unwrap(), other["id"].as_str().unwrap());
    for (up, stands) in [(&west[0], one), (&west[1], one), (&east[0], other), (&east[1], other)] {
        up.until("the fork", async |client| client.desk().await.is_ok_and(|desk| desk.forks.len() == 1)).await;
        let shown = up.home.does(&["committee", "show"]).await;
        assert_eq!(shown["forks"][0]["stand"], stands, "no desk moves by itself");
        for screen in [&["bulletin", "list"][..], &["committee", "members"], &["minutes", "list"], &["status"]] {
            let said = up.home.says(screen).await;
            assert!(
                said.contains("TWO MINUTES No. 2 WERE ADOPTED") && said.contains(&stands[..8]),
                "{screen:?}: {said}"
            );
        }
    }
    let members = a.does(&["committee", "members"]).await;
    let cheat = members["members"].as_array().unwrap().iter().find(|member| member["name"] == "x").unwrap();
    assert_eq!(cheat["out"][0]["cause"], "signed_two", "it costs whoever signed twice");

    // Each owner says so; then they go on together, and nothing of the other branch was merged.
    for up in west.iter().chain(&east[..2]) {
        up.home.does(&["minutes", "stand", one]).await;
        assert_eq!(up.home.does(&["committee", "show"]).await["forks"], Value::Array(vec![]));
    }
    let next = a.does(&["minutes", "propose", "--remove", "x"]).await;
    assert_eq!(next["no"], 3);
    east[0].signs().await;
    assert_eq!(east[1].signs().await["status"], "adopted");
    west[1].until_minutes(3).await;
    assert_eq!(b.does(&["minutes", "show", other]).await["status"], "contested");
    end(west).await;
    end(east).await;
}
