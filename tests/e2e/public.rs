//! What a committee says in public, heard by whoever is no member, over a relay and with no member online.

use std::path::Path;

use crate::harness::{Home, Up, World};
use crate::minutes::{end, up_together, voters};

/// Whether any file under a folder has these bytes in it.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, text),
            false => std::fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes())),
        }
    })
}

async fn meets(home: &Home, relay: &Up) {
    let up = home.up_unlocked(&["--peer", &relay.address()]).await;
    up.until_level_with(relay).await;
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outsider_hears_a_spokesperson_by_link_and_is_told_of_a_recall_with_no_member_online() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c"]).await;
    let (b, c) = (&others[0], &others[1]);
    let refused = b.tries(&["bulletin", "post", "--public", "ерте"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "not_publishing"));
    assert_eq!(a.tries(&["committee", "link"]).await.kind(), "not_publishing");

    let town = up_together(&[&a, b, c]).await;
    a.does(&["minutes", "propose", "--publish", "--spokesperson", "b", "--until", "30d"]).await;
    assert_eq!(town[1].signs().await["status"], "adopted");
    for up in &town {
        up.until_minutes(2).await;
        up.until("a link", async |client| {
            let Ok(committees) = client.committees().await else { return false };
            client.link(committees.committees[0].id).await.is_ok()
        })
        .await;
    }
    // B may speak once the list that A keeps has B's pen.
    town[1]
        .until("a pen in public", async |_| {
            b.tries(&["bulletin", "post", "--public", "Ереуіл ертең."]).await.code() == 0
        })
        .await;
    assert_eq!(c.tries(&["bulletin", "post", "--public", "мен емес"]).await.kind(), "not_spokesperson");
    a.writes("Құпия жоспар.").await;
    town[0].until_bulletins(2).await;
    let link = a.does(&["committee", "link"]).await;
    end(town).await;

    let relay = world.relay("relay").await;
    for member in [&a, b] {
        meets(member, &relay).await;
    }
    let outsider = world.person("d").await;
    let followed = outsider.does(&["committee", "follow", link["uri"].as_str().unwrap()]).await;
    assert_eq!((&followed["standing"], &followed["held"]), (&"follower".into(), &link["words"]));
    let up = outsider.up_unlocked(&["--peer", &relay.address()]).await;
    up.until_bulletins(1).await;
    up.stop().await;
    let heard = outsider.does(&["bulletin", "list"]).await["bulletins"].clone();
    assert_eq!((heard.as_array().unwrap().len(), &heard[0]["text"]), (1, &"Ереуіл ертең.".into()));
    assert_eq!((&heard[0]["public"], &heard[0]["author"]["standing"]), (&true.into(), &"ok".into()));
    let list = outsider.does(&["committee", "list"]).await["committees"][0].clone();
    assert_eq!(
        (&list["name"], &list["standing"], &list["minutes_no"]),
        (&"Бірлік".into(), &"follower".into(), &2.into())
    );
    // What the outsider saves is proof for whoever has no home.
    let file = world.path("said.kenes");
    let file = file.to_str().unwrap();
    let id = heard[0]["id"].as_str().unwrap();
    outsider.does(&["bulletin", "save", id, file]).await;
    let proof = world.home("nobody").does(&["verify", file]).await;
    assert_eq!((&proof["valid"], &proof["text"], &proof["signed"]), (&true.into(), &"Ереуіл ертең.".into(), &2.into()));
    // The relay's disk shows what is public and nothing that is not.
    assert!(holds(&relay.home.path.join("db"), "Ереуіл ертең."));
    assert!(!holds(&relay.home.path.join("db"), "Құпия жоспар."));

    // A and C recall B, whose home has not heard of it and speaks on.
    let town = up_together(&[&a, c]).await;
    a.does(&["minutes", "propose", "--recall", "b"]).await;
    assert_eq!(town[1].signs().await["status"], "adopted");
    town[0].until_minutes(3).await;
    end(town).await;
    b.does(&["bulletin", "post", "--public", "Ереуіл болмайды."]).await;
    for member in [b, &a] {
        meets(member, &relay).await;
    }
    let up = outsider.up_unlocked(&["--peer", &relay.address()]).await;
    up.until_bulletins(2).await;
    up.until_minutes(3).await;
    up.stop().await;
    relay.stop().await;
    let heard = outsider.does(&["bulletin", "list"]).await["bulletins"].clone();
    let standing = |text: &str| {
        let all = heard.as_array().unwrap().iter();
        all.clone().find(|bulletin| bulletin["text"] == text).unwrap()["author"]["standing"].clone()
    };
    assert_eq!((standing("Ереуіл ертең."), standing("Ереуіл болмайды.")), ("former".into(), "recalled".into()));
    let forged = heard.as_array().unwrap().iter().find(|bulletin| bulletin["text"] == "Ереуіл болмайды.").unwrap();
    let other = world.path("forged.kenes");
    let refused = outsider.tries(&["bulletin", "save", forged["id"].as_str().unwrap(), other.to_str().unwrap()]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (6, "not_authentic"));
    assert!(!other.exists());
}
