//! The public channel between desks: who publishes, who follows, and what a follower is told.

use kenes_core::book::Checkpoint;
use kenes_core::certificate::{Caveat, Certificate, Word};
use kenes_core::envelope::Body;
use kenes_core::ids::{CommitteeId, OpId};
use kenes_core::link::Link;
use kenes_core::op::SignedOp;
use kenes_core::time::DAY;
use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, Draft, Proposal, SheetStatus, Standing};
use kenes_node::{Arrival, Batch};

use super::town::*;

const NAMES: [&str; 3] = ["Әйгерім", "Дина", "Тимур"];

pub(crate) async fn says(town: &Town, committee: CommitteeId, text: &str) -> Result<OpId, DeskError> {
    let draft = Draft { public: true, ..Draft::new(committee, text) };
    town.desk.post(draft).await
}

/// The first of these puts a sheet, the second signs it, and everyone hears of it.
pub(crate) async fn decide(towns: &[&Town], committee: CommitteeId, proposals: Vec<Proposal>) {
    let sheet = towns[0].desk.propose(committee, proposals).await.unwrap();
    towns[0].meet(towns[1]).await;
    let signed = towns[1].desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    assert_eq!(signed.status, SheetStatus::Adopted);
    meet_all(towns).await;
}

pub(crate) async fn publishes(towns: &[&Town], committee: CommitteeId) {
    let until = towns[0].node.now().at.plus(30 * DAY);
    let speaks = Proposal::Spokesperson { who: "Дина".into(), until };
    decide(towns, committee, vec![Proposal::Publish, speaks]).await;
    meet_all(towns).await;
}

pub(crate) async fn standings(town: &Town) -> Vec<(String, AuthorStanding)> {
    let mut found: Vec<_> = town.bulletins().await.into_iter().map(|b| (b.text, b.author.standing)).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// What is in the public channel that an outsider carries comes from a member's node, and nothing else.
pub(crate) async fn hear(outsider: &Town, from: &Town, committee: CommitteeId) {
    let channel = outsider.desk.committee(committee).await.unwrap().channel;
    for (_, envelope) in from.node.read_after(Arrival::START, 10_000).unwrap() {
        if envelope.header().channel == channel {
            outsider.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
    }
}

fn public_ops(town: &Town) -> Vec<SignedOp> {
    let all = town.node.read_after(Arrival::START, 10_000).unwrap();
    let op = |body: &Body| if let Body::Public(bytes) = body { SignedOp::decode(bytes).ok() } else { None };
    all.iter().filter_map(|(_, envelope)| op(envelope.body())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_by_a_link_reads_what_a_spokesperson_says_and_nothing_sealed() {
    let (aigerim, dina, timur) = (town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await);
    let outsider = town("Бейтаныс").await;
    let towns = [&aigerim, &dina, &timur];
    let committee = committee_of(&towns, &NAMES).await;
    assert!(matches!(aigerim.desk.link(committee).await, Err(DeskError::NotPublishing(_))));
    assert!(matches!(says(&dina, committee, "ерте").await, Err(DeskError::NotPublishing(_))));
    publishes(&towns, committee).await;
    assert!(matches!(says(&timur, committee, "мен емес").await, Err(DeskError::NotSpokesperson(_))));
    dina.post(committee, "құпия").await.unwrap();
    let said = says(&dina, committee, "Ереуіл ертең басталады.").await.unwrap();
    meet_all(&towns).await;

    let link = timur.desk.link(committee).await.unwrap();
    assert_eq!((link.no, link.voters, link.words.split(' ').count()), (2, 3, 12));
    assert_eq!(outsider.desk.follow_link(&link.uri).await.unwrap(), committee);
    let waiting = outsider.desk.committee(committee).await.unwrap();
    assert_eq!((waiting.standing, waiting.adrift, waiting.held), (Standing::Follower, true, Some(link.words)));
    hear(&outsider, &timur, committee).await;
    let followed = outsider.desk.committee(committee).await.unwrap();
    assert_eq!((followed.name.as_str(), followed.minutes_no, followed.voters), ("Жаңаөзен мұнайшылары", 2, 3));
    assert!(!followed.adrift && followed.forks.is_empty());
    assert_eq!(outsider.texts().await, ["Ереуіл ертең басталады."]);
    let read = outsider.bulletins().await.remove(0);
    assert!(read.public && read.author.name.is_empty() && read.author.standing == AuthorStanding::Ok);
    // A member reads both, and is told which is which.
    let mut here: Vec<_> = timur.bulletins().await.into_iter().map(|b| (b.text, b.public, b.author.name)).collect();
    here.sort();
    let dina_s = "Дина".to_owned();
    assert_eq!(here, [("Ереуіл ертең басталады.".into(), true, dina_s.clone()), ("құпия".into(), false, dina_s)]);
    // Numbers in public tell nothing of what members say among themselves.
    let ops = public_ops(&outsider);
    assert_eq!((ops.len(), ops[0].op().seq, ops[0].op().heads.len(), ops[0].id()), (1, 0, 0, said));
    let carried = outsider.node.read_after(Arrival::START, 10_000).unwrap();
    let clear = |body: &Body| matches!(body, Body::List(_) | Body::Page(_) | Body::Public(_));
    assert!(carried.iter().all(|(_, envelope)| clear(envelope.body())));
    let bytes: Vec<u8> = carried.iter().flat_map(|(_, envelope)| envelope.bytes().to_vec()).collect();
    let shows = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(shows("Ереуіл ертең басталады.") && shows("Жаңаөзен мұнайшылары"));
    assert!(NAMES.iter().chain(&["құпия"]).all(|hidden| !shows(hidden)));
    assert!(matches!(outsider.desk.members(committee).await, Err(DeskError::Follows(_))));
    assert!(matches!(outsider.post(committee, "мен де").await, Err(DeskError::Follows(_))));

    // What an outsider saves is proof for the next, who has nothing.
    let certificate = outsider.desk.certificate(&said.to_string()).await.unwrap();
    let Link { checkpoint, .. } = Link::from_uri(&link.uri).unwrap();
    let proof = Certificate::decode(&certificate.bytes).unwrap().verify(Some(checkpoint)).unwrap();
    assert_eq!((proof.signed, proof.needed, proof.roster), (2, 2, 3));
    assert!(matches!(proof.word, Word::Bulletin { id, .. } if id == said) && proof.caveats.is_empty());
    // It reads all that back, and forgets it when asked.
    let outsider = open(outsider.stop().await).await;
    outsider.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(outsider.texts().await, ["Ереуіл ертең басталады."]);
    outsider.desk.leave(committee).await.unwrap();
    assert!(outsider.desk.committees().await.unwrap().is_empty() && outsider.texts().await.is_empty());
    assert!(outsider.node.read_after(Arrival::START, 10).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_recalled_spokesperson_says_afterwards_is_marked_whichever_came_first() {
    let (aigerim, dina, timur) = (town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await);
    let committee = committee_of(&[&aigerim, &dina, &timur], &NAMES).await;
    publishes(&[&aigerim, &dina, &timur], committee).await;
    let before = says(&dina, committee, "бұрын").await.unwrap();
    meet_all(&[&aigerim, &dina, &timur]).await;
    let link = aigerim.desk.link(committee).await.unwrap();
    let (early, late) = (town("ерте").await, town("кеш").await);
    for outsider in [&early, &late] {
        outsider.desk.follow_link(&link.uri).await.unwrap();
    }
    // Dina's phone is in other hands now, and has not heard that the others recall her.
    decide(&[&aigerim, &timur], committee, vec![Proposal::Recall { who: "Дина".into(), since: None }]).await;
    says(&dina, committee, "кейін").await.unwrap();
    // One hears her first, the other the minutes.
    hear(&early, &dina, committee).await;
    assert_eq!(standings(&early).await, [("бұрын".into(), AuthorStanding::Ok), ("кейін".into(), AuthorStanding::Ok)]);
    hear(&late, &aigerim, committee).await;
    assert_eq!(standings(&late).await, [("бұрын".into(), AuthorStanding::Former)]);
    hear(&early, &aigerim, committee).await;
    hear(&late, &dina, committee).await;
    let expected = [("бұрын".to_owned(), AuthorStanding::Former), ("кейін".to_owned(), AuthorStanding::Recalled)];
    for outsider in [&early, &late] {
        assert_eq!(standings(outsider).await, expected);
        let held = outsider.desk.committee(committee).await.unwrap();
        assert_eq!(held.minutes_no, 3);
    }
    // The one stays provable, and says that she speaks no longer; the other is no proof of anything.
    let certificate = late.desk.certificate(&before.to_string()).await.unwrap();
    let proof = Certificate::decode(&certificate.bytes).unwrap().verify(None).unwrap();
    assert!(proof.caveats.contains(&Caveat::NoLongerSpokesperson));
    let after = late.bulletins().await.into_iter().find(|b| b.text == "кейін").unwrap();
    assert!(matches!(late.desk.certificate(&after.id.to_string()).await, Err(DeskError::NotPublic(_))));
    // At her own desk too, once it hears.
    aigerim.meet(&dina).await;
    assert_eq!(standings(&dina).await, expected);
    assert!(matches!(says(&dina, committee, "тағы").await, Err(DeskError::NotSpokesperson(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_go_along_to_another_channel_and_a_link_of_other_minutes_is_refused() {
    let (aigerim, dina, timur) = (town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await);
    let towns = [&aigerim, &dina, &timur];
    let committee = committee_of(&towns, &NAMES).await;
    publishes(&towns, committee).await;
    let outsider = town("Бейтаныс").await;
    let link = dina.desk.link(committee).await.unwrap();
    outsider.desk.follow_link(&link.uri).await.unwrap();
    hear(&outsider, &dina, committee).await;
    let first = outsider.desk.committee(committee).await.unwrap().public;
    decide(&towns, committee, vec![Proposal::Publish]).await;
    meet_all(&towns).await;
    says(&dina, committee, "жаңа жерде").await.unwrap();
    // The minutes are shown where the followers are, and so they learn where to go.
    for _ in 0..2 {
        hear(&outsider, &dina, committee).await;
    }
    let moved = outsider.desk.committee(committee).await.unwrap();
    assert_eq!((moved.minutes_no, moved.public != first), (3, true));
    assert_eq!(outsider.texts().await, ["жаңа жерде"]);
    // Followed again by an older link or the same, it holds on to what it has; by one of other minutes it does not go.
    outsider.desk.follow_link(&link.uri).await.unwrap();
    let parsed = Link::from_uri(&link.uri).unwrap();
    let forged = Checkpoint { no: 2, id: kenes_core::ids::BookId::from_bytes([7; 32]) };
    let other = Link { checkpoint: forged, ..parsed }.to_uri();
    assert!(matches!(outsider.desk.follow_link(&other).await, Err(DeskError::OtherMinutes(_))));
    assert_eq!(outsider.desk.committee(committee).await.unwrap().minutes_no, 3);
    assert!(matches!(dina.desk.follow_link(&link.uri).await, Err(DeskError::Joined(_))));
    assert!(matches!(outsider.desk.follow_link(&link.uri[..90]).await, Err(DeskError::Link(_))));
    // Whoever holds fast to minutes that are not in the chain believes nothing of it.
    let stranger = town("Басқа").await;
    stranger.desk.follow_link(&other).await.unwrap();
    for _ in 0..2 {
        hear(&stranger, &dina, committee).await;
    }
    let held = stranger.desk.committee(committee).await.unwrap();
    assert!(held.adrift && stranger.texts().await.is_empty());
}
