//! What a desk can no longer read, and what a newcomer may: retention and history. Time is turned by hand.

use kenes_core::book::History;
use kenes_core::epoch::{STEP, WEEK};
use kenes_core::time::{BUILT, DAY};
use kenes_desk::view::Proposal;
use kenes_node::clock::Hands;

use super::homes::copy_dir;
use super::town::*;

fn hands() -> Hands {
    Hands::showing(BUILT.plus(30 * DAY))
}

/// The folder of a home as it was, with the keystore of another time.
fn home_of(store: &tempfile::TempDir, keystore: &tempfile::TempDir) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    copy_dir(store.path(), home.path());
    std::fs::copy(keystore.path().join("keystore"), home.path().join("keystore")).unwrap();
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_home_opens_nothing_with_a_keystore_from_after_the_retention_time() {
    let (then, hands, names) = (hands(), hands(), ["Әйгерім", "Дина"]);
    let [a, b] = [town_by(names[0], Some(hands.clone())).await, town_by(names[1], Some(hands.clone())).await];
    let committee = committee_of(&[&a, &b], &names).await;
    // What somebody else wrote is in the store, and the desk was locked before it read it.
    let b = open_by(b.stop().await, Some(hands.clone())).await;
    a.post(committee, "ескі").await.unwrap();
    a.carry_to(&b).await;
    let folder = b.stop().await;
    let old = tempfile::tempdir().unwrap();
    copy_dir(folder.path(), old.path());
    let b = open_by(folder, Some(hands.clone())).await;
    b.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(b.texts().await, ["ескі"]);
    for _ in 0..8 {
        pass(&hands, WEEK + DAY, WEEK + DAY, &[&a, &b]).await;
    }
    b.post(committee, "жаңа").await.unwrap();
    a.meet(&b).await;
    assert_eq!(a.texts().await, ["ескі", "жаңа"]);
    let now = b.stop().await;
    let control = open_by(home_of(&old, &old), Some(then.clone())).await;
    control.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(control.texts().await, ["ескі"], "with the keystore of then it opens");
    let seized = open_by(home_of(&old, &now), Some(then)).await;
    seized.desk.unlock(passphrase()).await.unwrap();
    assert!(seized.texts().await.is_empty());
    // Not even by the rotations and letters that relays still carry.
    a.carry_to(&seized).await;
    assert!(!seized.texts().await.contains(&"ескі".to_owned()));
}

async fn reads_after_a_vote(history: History) -> (Vec<String>, Vec<String>) {
    let (hands, names) = (hands(), ["Әйгерім", "Дина"]);
    let [a, b] = [town_by(names[0], Some(hands.clone())).await, town_by(names[1], Some(hands.clone())).await];
    let committee = a.found().await;
    let policy = Proposal::Policy { quorum: None, history: Some(history), retention_days: None };
    a.desk.propose(committee, vec![policy]).await.unwrap();
    a.post(committee, "бұрынғы").await.unwrap();
    pass(&hands, WEEK, WEEK, &[&a]).await;
    a.post(committee, "биылғы").await.unwrap();
    a.let_in(&b, committee).await;
    let on_probation = b.texts().await;
    let confirm = Proposal::Admit { who: "Дина".into(), steward: false };
    a.desk.propose(committee, vec![confirm]).await.unwrap();
    pass(&hands, 2 * STEP, STEP, &[&a, &b]).await;
    (on_probation, b.texts().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_reads_the_past_once_voting_where_the_minutes_say_so() {
    let (on_probation, voting) = reads_after_a_vote(History::All).await;
    assert_eq!(on_probation, ["биылғы"]);
    assert_eq!(voting, ["биылғы", "бұрынғы"]);
    let (on_probation, voting) = reads_after_a_vote(History::None).await;
    assert_eq!(on_probation, ["биылғы"]);
    assert_eq!(voting, ["биылғы"]);
}
