//! What a recall leaves of what a device or a spokesperson said, since a bulletin that is named.

use kenes_core::ids::{CommitteeId, OpId};
use kenes_core::time::Timestamp;
use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, EntryView, Proposal, Undone};

use super::public::*;
use super::town::*;

const NAMES: [&str; 3] = ["Әйгерім", "Дина", "Тимур"];

fn recall(who: &str, since: OpId) -> Proposal {
    Proposal::Recall { who: who.to_owned(), since: Some(since.to_string()[..12].to_owned()) }
}

async fn three() -> ([Town; 3], CommitteeId) {
    let towns = [town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await];
    let committee = committee_of(&towns.each_ref(), &NAMES).await;
    (towns, committee)
}

async fn find(town: &Town, text: &str) -> (OpId, Timestamp) {
    let found = town.bulletins().await.into_iter().find(|bulletin| bulletin.text == text).unwrap();
    (found.id, found.written)
}

fn standing(text: &str, standing: AuthorStanding) -> (String, AuthorStanding) {
    (text.to_owned(), standing)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spokesperson_is_recalled_since_a_bulletin_that_others_have_read() {
    let ([aigerim, dina, timur], committee) = three().await;
    publishes(&[&aigerim, &dina, &timur], committee).await;
    let outsider = town("Бейтаныс").await;
    outsider.desk.follow_link(&aigerim.desk.link(committee).await.unwrap().uri).await.unwrap();
    says(&dina, committee, "1 шын").await.unwrap();
    // From here on somebody else has her phone.
    let forged = says(&dina, committee, "2 жалған").await.unwrap();
    says(&dina, committee, "3 жалған").await.unwrap();
    meet_all(&[&aigerim, &dina, &timur]).await;
    hear(&outsider, &timur, committee).await;
    assert!(standings(&outsider).await.iter().all(|(_, standing)| *standing == AuthorStanding::Ok));

    timur.post(committee, "менікі").await.unwrap();
    timur.meet(&aigerim).await;
    let (other, _) = find(&aigerim, "менікі").await;
    let by_other = aigerim.desk.propose(committee, vec![recall("Дина", other)]).await;
    assert!(matches!(by_other, Err(DeskError::OtherAuthor)), "{by_other:?}");
    let draft = aigerim.desk.draft_minutes(committee, vec![recall("Дина", forged)]).await.unwrap();
    let [EntryView::Silence { undone, .. }] = draft.entries.as_slice() else { panic!("{draft:?}") };
    let (_, written) = find(&aigerim, "2 жалған").await;
    assert_eq!(*undone, Undone { count: 2, since: Some((written, forged)) });
    decide(&[&aigerim, &timur], committee, vec![recall("Дина", forged)]).await;
    hear(&outsider, &aigerim, committee).await;
    let expected = [
        standing("1 шын", AuthorStanding::Former),
        standing("2 жалған", AuthorStanding::Recalled),
        standing("3 жалған", AuthorStanding::Recalled),
    ];
    assert_eq!(standings(&outsider).await, expected);
    assert_eq!(standings(&timur).await[..3], expected);
    assert!(matches!(outsider.desk.certificate(&forged.to_string()).await, Err(DeskError::NotPublic(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_recalled_device_said_among_members_is_marked_from_the_bulletin_on() {
    let ([aigerim, dina, timur], committee) = three().await;
    dina.post(committee, "1 шын").await.unwrap();
    dina.post(committee, "2 жалған").await.unwrap();
    dina.meet(&timur).await;
    timur.meet(&aigerim).await;
    let (forged, _) = find(&timur, "2 жалған").await;
    let device = dina.desk.own_keys().await.unwrap()[0].device.to_string();
    decide(&[&aigerim, &timur], committee, vec![recall(&device[..8], forged)]).await;
    // Whoever has the phone has not heard of it, and writes on in the old epoch.
    dina.post(committee, "3 жалған").await.unwrap();
    dina.carry_to(&timur).await;
    let expected = [
        standing("1 шын", AuthorStanding::Ok),
        standing("2 жалған", AuthorStanding::Recalled),
        standing("3 жалған", AuthorStanding::Recalled),
    ];
    assert_eq!(standings(&timur).await, expected);
    assert_eq!(standings(&aigerim).await[..2], expected[..2]);
    let shown = timur.desk.minutes_of(committee, "2").await.unwrap();
    let [EntryView::Recall { undone, devices, .. }] = shown.entries.as_slice() else { panic!("{shown:?}") };
    assert_eq!((undone.count, undone.since.map(|(_, id)| id), devices.len()), (2, Some(forged), 1));
}
