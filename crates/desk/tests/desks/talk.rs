//! What is written: who reads it, in which order, and what is refused.

use std::collections::BTreeSet;

use kenes_core::book::Because;
use kenes_core::ids::OpId;
use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, Filter};

use super::town::*;

#[tokio::test(flavor = "multi_thread")]
async fn one_who_is_paused_reads_nothing_written_since_and_is_not_heard() {
    let (aigerim, dina, informer) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&informer, committee).await;
    informer.post(committee, "before").await.unwrap();
    informer.meet(&aigerim).await;
    let paused = aigerim.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    assert_eq!(paused.recipients, 2);
    aigerim.post(committee, "кейін").await.unwrap();
    informer.post(committee, "after").await.unwrap();
    aigerim.meet(&informer).await;
    aigerim.meet(&dina).await;
    assert_eq!(informer.texts().await, ["after", "before"]);
    for town in [&aigerim, &dina] {
        assert_eq!(town.texts().await, ["before", "кейін"]);
    }
    let before = dina.bulletins().await.into_iter().find(|bulletin| bulletin.text == "before").unwrap();
    assert_eq!(before.author.standing, AuthorStanding::Suspended);
    dina.post(committee, "біз біргеміз").await.unwrap();
    dina.meet(&aigerim).await;
    dina.meet(&informer).await;
    assert_eq!(aigerim.texts().await.len(), 3);
    assert_eq!(informer.texts().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_over_32_kib_or_a_life_over_400_days_is_refused() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    assert!(matches!(aigerim.post(committee, &"ж".repeat(16 * 1024 + 1)).await, Err(DeskError::Op(_))));
    aigerim.post(committee, &"ж".repeat(16 * 1024)).await.unwrap();
    assert_eq!(aigerim.texts().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_wrote_within_a_second_stays_in_order() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    let written: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    for text in &written {
        aigerim.post(committee, text).await.unwrap();
    }
    let read: Vec<String> = aigerim.bulletins().await.into_iter().rev().map(|bulletin| bulletin.text).collect();
    assert_eq!(read, written);
    let limited = Filter { limit: Some(3), ..Filter::default() };
    assert_eq!(aigerim.desk.count(&limited).await.unwrap(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_bounded_in_bytes_and_what_is_older_is_asked_for_next() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    let long = "\u{1}".repeat(32 * 1024);
    for _ in 0..130 {
        aigerim.post(committee, &long).await.unwrap();
    }
    let mut filter = Filter { limit: Some(1_000), ..Filter::default() };
    let (mut seen, mut answers) = (BTreeSet::new(), 0);
    loop {
        assert_eq!(aigerim.desk.count(&filter).await.unwrap(), 130 - seen.len());
        let listed = aigerim.desk.bulletins(&filter).await.unwrap();
        let bytes: usize = listed.bulletins.iter().map(|bulletin| bulletin.text.len()).sum();
        assert!(bytes <= 4 * 1024 * 1024 + 32 * 1024 && !listed.bulletins.is_empty());
        answers += 1;
        seen.extend(listed.bulletins.iter().map(|bulletin| bulletin.id));
        match listed.last {
            Some(last) => filter.before = Some(last),
            None => break,
        }
    }
    assert_eq!((seen.len(), answers), (130, 2));
    filter.before = Some(OpId::from_bytes([9; 32]));
    assert!(matches!(aigerim.desk.bulletins(&filter).await, Err(DeskError::NoBulletin)));
}
