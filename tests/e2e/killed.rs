//! A desk that is killed while it signs, and a keystore that is put back: never two votes of one voter.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::SystemTime;

use kenes_web::api::MinutesQuery;
use kenes_web::client::Client;
use serde_json::json;
use tokio::time::{Duration, Instant};

use crate::harness::{Home, Up, World};
use crate::minutes::voters;

/// When in the course of a signature its desk's process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// As soon as it is asked to sign.
    Asked,
    /// Once the keystore was replaced: it remembers, and has sent nothing yet.
    Remembered,
    /// Once something was written to the store after that: it may be on its way.
    Stored,
}

/// What changes when the keystore is replaced: it is another file.
fn keystore(home: &Path) -> u64 {
    std::fs::metadata(home.join("keystore")).map_or(0, |found| found.ino())
}

/// What changes when the store is written to.
fn store(home: &Path) -> (u64, Option<SystemTime>) {
    let mut files = std::fs::read_dir(home.join("db")).into_iter().flatten().flatten();
    let log = files.find(|entry| entry.file_name() == "db").and_then(|entry| entry.metadata().ok());
    log.map_or((0, None), |log| (log.blocks(), log.modified().ok()))
}

async fn changes<T: PartialEq>(what: impl Fn() -> T, before: T) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while what() == before {
        assert!(Instant::now() < deadline, "nothing was written");
        tokio::task::yield_now().await;
    }
}

/// Has it signed, and kills it then.
async fn signs_and_is_killed(up: Up, sheet: &str, moment: Moment) {
    let home = up.home.clone();
    let (keys, stored) = (keystore(&home.path), store(&home.path));
    let mut signing = home.command(&["minutes", "sign", "--yes", sheet]).spawn().unwrap();
    match moment {
        Moment::Asked => {}
        Moment::Remembered => changes(|| keystore(&home.path), keys).await,
        Moment::Stored => {
            changes(|| keystore(&home.path), keys).await;
            changes(|| store(&home.path), stored).await;
        }
    }
    up.kill().await;
    signing.wait().await.unwrap();
}

/// Whether minutes of this number are there; where not, signs what may be signed.
async fn decides(home: &Home, client: &Client, no: u32) -> bool {
    let Ok(committees) = client.committees().await else { return false };
    let committee = &committees.committees[0];
    if committee.minutes_no == no {
        return true;
    }
    let open = client.minutes(MinutesQuery { committee: committee.id, open: true }).await.unwrap();
    for sheet in open.minutes.iter().filter(|sheet| !sheet.mine && sheet.obstacle.is_none()) {
        home.tries(&["minutes", "sign", "--yes", &sheet.id.to_string()]).await;
    }
    false
}

async fn proposes(up: &Up, days: u32) {
    up.home.does(&["minutes", "propose", "--policy", &format!("retention={days}")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b13_a_desk_killed_while_it_signs_signs_one_sheet_and_a_keystore_put_back_costs_its_vote_key() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c"]).await;
    let [b, c] = others.as_slice() else { panic!("two others") };
    let mut chair = a.up_unlocked(&[]).await;
    let mut no = 2;
    for moment in [Moment::Remembered, Moment::Asked, Moment::Stored] {
        // The chair's sheet comes to B, whose desk is killed while it signs.
        let rest = if chair.home.path == a.path { c } else { &a };
        proposes(&chair, 10 + no).await;
        let dying = b.up_unlocked(&["--peer", &chair.address()]).await;
        let sheet = dying.until_to_sign().await;
        signs_and_is_killed(dying, &sheet, moment).await;
        let cut_off = chair.home.clone();
        chair.stop().await;

        // B comes back where the third of them takes the chair for another sheet, and neither hears the chair.
        let taker = rest.up_unlocked(&[]).await;
        proposes(&taker, 40 + no).await;
        let back = b.up_unlocked(&["--peer", &taker.address()]).await;
        back.until("a decision", async |client| decides(b, client, no).await).await;
        taker.until_minutes(no).await;
        // All meet: one sheet for all, and nobody signed two.
        let heard = cut_off.up_unlocked(&["--peer", &taker.address()]).await;
        heard.until_minutes(no).await;
        let number = no.to_string();
        let adopted = b.does(&["minutes", "show", &number]).await;
        for up in [&heard, &taker, &back] {
            assert_eq!(up.home.does(&["minutes", "show", &number]).await["id"], adopted["id"], "{moment:?}");
            assert_eq!(up.home.does(&["committee", "show"]).await["forks"], json!([]), "{moment:?}");
            assert_eq!(up.home.member("b").await["out"], json!([]), "{moment:?}");
        }
        let remembered = adopted["id"] == sheet.as_str();
        assert!(!matches!(moment, Moment::Remembered | Moment::Stored) || remembered, "what it remembers, it sends");
        back.stop().await;
        let (next, other) = if remembered { (heard, taker) } else { (taker, heard) };
        other.stop().await;
        chair = next;
        no += 1;
    }

    // The keystore of before a signature is put back: the desk cannot know what it signed, and signs nothing more.
    let keystore = b.path.join("keystore");
    let before = std::fs::read(&keystore).unwrap();
    proposes(&chair, 10 + no).await;
    let up = b.up_unlocked(&["--peer", &chair.address()]).await;
    assert_eq!(up.signs().await["status"], "adopted");
    chair.until_minutes(no).await;
    up.stop().await;
    let older = world.secret("older", "");
    std::fs::write(&older, before).unwrap();
    std::fs::rename(older, keystore).unwrap();
    let up = b.up_unlocked(&["--peer", &chair.address()]).await;
    up.until("the vote key erased", async |client| {
        client.committees().await.is_ok_and(|found| found.committees[0].keyless)
    })
    .await;
    let refused = b.tries(&["minutes", "propose", "--policy", "retention=9"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "no_vote_key"));

    // Its owner asks for another, the others sign for it, and it votes again.
    let asked = b.does(&["minutes", "key"]).await;
    let rest = if chair.home.path == a.path { c } else { &a };
    let third = rest.up_unlocked(&["--peer", &chair.address()]).await;
    chair
        .until("what B asks for", async |_| chair.home.member("b").await["new_keys"][0]["words"] == asked["words"])
        .await;
    chair.home.does(&["minutes", "propose", "--new-key", "b"]).await;
    assert_eq!(third.signs().await["status"], "adopted");
    third.stop().await;
    up.until("a vote key again", async |client| {
        client.committees().await.is_ok_and(|found| !found.committees[0].keyless)
    })
    .await;
    proposes(&chair, 20 + no).await;
    assert_eq!(up.signs().await["status"], "adopted");
    assert_eq!(chair.home.does(&["committee", "show"]).await["forks"], json!([]));
    up.stop().await;
    chair.stop().await;
}
