//! What an author makes of a bulletin later, and what others do not.

use kenes_core::book::Because;
use kenes_core::ids::{CommitteeId, OpId};
use kenes_core::time::DAY;
use kenes_desk::DeskError;
use kenes_desk::view::{BulletinStatus, BulletinView, Draft, Filter, Proposal, Rewording};
use kenes_node::{Arrival, Batch};

use super::town::*;

/// Brings what `from` has, the newest first, and lets the desk read after each.
async fn carry_backwards(from: &Town, to: &Town) {
    let mut all = from.node.read_after(Arrival::START, 10_000).unwrap();
    all.reverse();
    for (_, envelope) in all {
        if to.node.envelope(&envelope.id()).unwrap().is_none() {
            to.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
            to.desk.committees().await.unwrap();
        }
    }
}

async fn seen(town: &Town, id: OpId) -> BulletinView {
    town.desk.bulletin(&id.to_string()).await.unwrap()
}

async fn says(town: &Town, committee: CommitteeId, text: &str, public: bool) -> OpId {
    town.desk.post(Draft { public, ..Draft::new(committee, text) }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_and_a_retraction_are_shown_alike_whichever_came_first() {
    let (aigerim, dina, timur) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&timur, committee).await;
    aigerim.meet(&dina).await;
    let first = says(&dina, committee, "Жиын алтыда", false).await;
    let second = dina.desk.correct(&first.to_string(), Rewording::new("Жиын жетіде")).await.unwrap();
    // By the id of either wording, and what was written first is named.
    let third = dina.desk.correct(&second.to_string(), Rewording::new("Жиын сегізде")).await.unwrap();
    dina.carry_to(&aigerim).await;
    carry_backwards(&dina, &timur).await;
    for town in [&dina, &aigerim, &timur] {
        let shown = [seen(town, first).await, seen(town, second).await, seen(town, third).await];
        let statuses = shown.each_ref().map(|bulletin| bulletin.status);
        assert_eq!(statuses, [BulletinStatus::Corrected, BulletinStatus::Corrected, BulletinStatus::Current]);
        assert_eq!(shown.each_ref().map(|bulletin| bulletin.corrected_by), [Some(third), Some(third), None]);
        assert_eq!(shown.each_ref().map(|bulletin| bulletin.corrects), [None, Some(first), Some(first)]);
        assert_eq!(town.texts().await.len(), 3, "nothing goes silently");
    }
    // Whoever has read it hears that it holds no longer; all its wordings go with it, and nothing brings them back.
    let all = [first, second, third];
    for town in [&aigerim, &timur] {
        town.desk.mark_read(&all).await.unwrap();
    }
    let taken_back = dina.desk.retract(&third.to_string(), None).await.unwrap();
    assert_eq!((taken_back.id, taken_back.status), (third, BulletinStatus::Retracted));
    let again = dina.desk.correct(&first.to_string(), Rewording::new("Жиын болады")).await;
    assert!(matches!(again, Err(DeskError::TakenBack)), "{again:?}");
    let before = dina.envelopes().len();
    dina.desk.retract(&first.to_string(), None).await.unwrap();
    assert_eq!(dina.envelopes().len(), before, "said once");
    dina.carry_to(&aigerim).await;
    carry_backwards(&dina, &timur).await;
    for town in [&dina, &aigerim, &timur] {
        for id in all {
            assert_eq!(seen(town, id).await.status, BulletinStatus::Retracted);
        }
    }
    for town in [&aigerim, &timur] {
        let unread = town.desk.bulletins(&Filter { unread: true, ..Filter::default() }).await.unwrap().bulletins;
        assert_eq!(unread.iter().map(|bulletin| bulletin.id).collect::<Vec<_>>(), [first]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_its_author_changes_a_bulletin_and_whoever_was_paused_takes_back_nothing() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    let said = says(&dina, committee, "Жиын алтыда", false).await.to_string();
    aigerim.meet(&dina).await;
    let refused = aigerim.desk.correct(&said, Rewording::new("Жиын болмайды")).await;
    assert!(matches!(refused, Err(DeskError::NotAuthor)), "{refused:?}");
    assert!(matches!(aigerim.desk.retract(&said, None).await, Err(DeskError::NotAuthor)));
    assert!(matches!(aigerim.desk.retract(&"ab".repeat(32), None).await, Err(DeskError::NoBulletin)));
    // Dina's phone is in other hands, and has not heard of the pause.
    aigerim.desk.pause(committee, "Дина", Because::Arrested).await.unwrap();
    dina.desk.retract(&said, None).await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(aigerim.bulletins().await[0].status, BulletinStatus::Current);
    assert_eq!(dina.bulletins().await[0].status, BulletinStatus::Retracted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_takes_back_on_another_device_what_the_lost_one_wrote() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    let said = says(&dina, committee, "Жиын алтыда", false).await;
    aigerim.meet(&dina).await;
    let before = seen(&aigerim, said).await.author.device;
    let dina = dina.lose_store().await;
    aigerim.meet(&dina).await;
    aigerim.meet(&dina).await;
    dina.desk.retract(&said.to_string(), None).await.unwrap();
    let own = dina.desk.own_keys().await.unwrap().remove(0).device;
    assert_ne!(own, before);
    aigerim.meet(&dina).await;
    assert_eq!(seen(&aigerim, said).await.status, BulletinStatus::Retracted);
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_are_told_what_a_spokesperson_corrects_and_no_recalled_one_takes_anything_back() {
    const NAMES: [&str; 3] = ["Әйгерім", "Дина", "Тимур"];
    let (aigerim, dina, timur) = (town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await);
    let towns = [&aigerim, &dina, &timur];
    let committee = committee_of(&towns, &NAMES).await;
    let decide = async |proposals: Vec<Proposal>| {
        let sheet = aigerim.desk.propose(committee, proposals).await.unwrap();
        aigerim.meet(&timur).await;
        timur.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
        aigerim.meet(&timur).await;
    };
    let until = aigerim.node.now().at.plus(30 * DAY);
    decide(vec![Proposal::Publish, Proposal::Spokesperson { who: "Дина".into(), until }]).await;
    meet_all(&towns).await;
    meet_all(&towns).await;
    let first = says(&dina, committee, "Ереуіл ертең", true).await;
    let second = dina.desk.correct(&first.to_string(), Rewording::new("Ереуіл жұмада")).await.unwrap();
    let other = says(&dina, committee, "Алаңға келіңіз", true).await;
    meet_all(&towns).await;
    let link = aigerim.desk.link(committee).await.unwrap();
    let (early, late) = (town("ерте").await, town("кеш").await);
    for outsider in [&early, &late] {
        outsider.desk.follow_link(&link.uri).await.unwrap();
    }
    let channel = early.desk.committee(committee).await.unwrap().channel;
    let inside = |envelope: &kenes_core::envelope::Envelope| envelope.header().channel != channel;
    let backwards = async |from: &Town| {
        let mut all = from.node.read_after(Arrival::START, 10_000).unwrap();
        all.reverse();
        // What nobody can verify yet is refused, and comes again: one list more each time.
        for _ in 0..5 {
            for (_, envelope) in &all {
                if !inside(envelope) {
                    late.node.deposit(vec![envelope.clone().into_inner()], Batch::new()).await.unwrap();
                    late.desk.committees().await.unwrap();
                }
            }
        }
    };
    dina.carry_but(&early, inside).await;
    backwards(&dina).await;
    for outsider in [&early, &late] {
        let (old, new) = (seen(outsider, first).await, seen(outsider, second).await);
        assert_eq!((old.status, old.corrected_by), (BulletinStatus::Corrected, Some(second)));
        assert_eq!((new.status, new.corrects, new.public), (BulletinStatus::Current, Some(first), true));
        assert!(matches!(outsider.desk.retract(&first.to_string(), None).await, Err(DeskError::Follows(_))));
    }
    dina.desk.retract(&second.to_string(), None).await.unwrap();
    dina.meet(&aigerim).await;
    // The others recall her; her phone has not heard, and takes back what was said.
    decide(vec![Proposal::Recall { who: "Дина".into(), since: None }]).await;
    dina.desk.retract(&other.to_string(), None).await.unwrap();
    dina.carry_but(&early, inside).await;
    aigerim.carry_but(&early, inside).await;
    aigerim.carry_but(&late, inside).await;
    backwards(&dina).await;
    for outsider in [&early, &late] {
        assert_eq!(seen(outsider, first).await.status, BulletinStatus::Retracted);
        assert_eq!(seen(outsider, second).await.status, BulletinStatus::Retracted);
        assert_eq!(seen(outsider, other).await.status, BulletinStatus::Current);
    }
}
