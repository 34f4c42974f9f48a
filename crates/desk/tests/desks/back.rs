//! Coming back from 24 words when the home is gone.

use kenes_core::book::Because;
use kenes_core::words::WordsError;
use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, Proposal, SheetStatus, Standing, Votes};
use zeroize::Zeroizing;

use super::town::*;

fn votes(who: &str) -> Proposal {
    Proposal::Admit { who: who.into(), steward: false }
}

fn keeps_for(days: u16) -> Proposal {
    Proposal::Policy { quorum: None, history: None, retention_days: Some(days) }
}

async fn restored(words: &str) -> Town {
    let town = open(tempfile::tempdir().unwrap()).await;
    town.desk.restore(passphrase(), "Дина", Zeroizing::new(words.to_owned())).await.unwrap();
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_lost_everything_comes_back_by_words_and_votes_again_by_minutes() {
    let (aigerim, dina, timur) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&timur, committee).await;
    aigerim.desk.propose(committee, vec![votes("Дина"), votes("Тимур")]).await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.meet(&timur).await;
    let words = dina.desk.words(passphrase()).await.unwrap();
    assert!(matches!(dina.desk.words("бөтен сөз".to_owned().into()).await, Err(DeskError::WrongPassphrase)));
    drop(dina.stop().await);

    let dina = restored(&words).await;
    assert!(dina.desk.committees().await.unwrap().is_empty());
    let invite = aigerim.desk.invite_back(committee, "Дина", None).await.unwrap();
    let foreign = timur.desk.leave(committee).await;
    assert!(foreign.is_ok());
    assert!(matches!(timur.desk.join(&invite.uri, "").await, Err(DeskError::OtherWords)));
    dina.desk.join(&invite.uri, "").await.unwrap();
    assert_eq!(dina.standing(committee).await, Standing::Pending);
    aigerim.meet(&dina).await;
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Voter);

    dina.post(committee, "қайттым").await.unwrap();
    dina.meet(&aigerim).await;
    let author = aigerim.bulletins().await.remove(0).author;
    assert_eq!((author.name.as_str(), author.standing), ("Дина", AuthorStanding::Ok));
    let keys = dina.desk.own_keys().await.unwrap().remove(0);
    assert_eq!((keys.votes, keys.devices.len()), (Votes::No, 2));

    let open = aigerim.desk.propose(committee, vec![keeps_for(7)]).await.unwrap();
    aigerim.meet(&dina).await;
    let refused = dina.desk.sign(committee, &open.id.to_string()).await;
    assert!(matches!(refused, Err(DeskError::NoVoteKey(_))), "{refused:?}");
    dina.desk.vote_by_words(committee).await.unwrap();
    let adopted = dina.desk.sign(committee, &open.id.to_string()).await.unwrap();
    assert_eq!((adopted.no, adopted.status), (2, SheetStatus::Adopted));
    let paused = dina.desk.pause(committee, "Тимур", Because::Arrested).await;
    assert!(matches!(paused, Err(DeskError::NoVoteKey(_))), "the recovery key pauses nobody: {paused:?}");

    dina.desk.ask_for_key(committee).await.unwrap();
    dina.meet(&aigerim).await;
    let replaced = aigerim.desk.propose(committee, vec![Proposal::NewKey("Дина".into())]).await.unwrap();
    aigerim.meet(&dina).await;
    let replaced = dina.desk.sign(committee, &replaced.id.to_string()).await.unwrap();
    assert_eq!((replaced.no, replaced.status), (3, SheetStatus::Adopted));
    assert_eq!(dina.desk.own_keys().await.unwrap()[0].votes, Votes::ByKey);
    dina.desk.pause(committee, "Тимур", Because::Arrested).await.unwrap();
    dina.meet(&aigerim).await;
    let members = aigerim.desk.members(committee).await.unwrap();
    assert!(members.iter().any(|member| member.name == "Тимур" && member.standing == Standing::Suspended));
    assert!(aigerim.bulletins().await.iter().all(|bulletin| bulletin.author.standing == AuthorStanding::Ok));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_lost_device_signed_the_recovery_key_does_not() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    let others = ["Тимур", "Ержан"];
    for name in others {
        aigerim.let_in(&town(name).await, committee).await;
    }
    aigerim.desk.propose(committee, ["Дина"].iter().chain(&others).map(|who| votes(who)).collect()).await.unwrap();
    aigerim.meet(&dina).await;
    // Nobody has what Dina signs on the device that is then lost, but for a stick that comes late.
    let open = aigerim.desk.propose(committee, vec![keeps_for(7)]).await.unwrap();
    aigerim.carry_to(&dina).await;
    let words = dina.desk.words(passphrase()).await.unwrap();
    let back = restored(&words).await;
    let invite = aigerim.desk.invite_back(committee, "Дина", None).await.unwrap();
    back.desk.join(&invite.uri, "").await.unwrap();
    aigerim.meet(&back).await;
    aigerim.meet(&back).await;
    back.desk.vote_by_words(committee).await.unwrap();
    dina.desk.sign(committee, &open.id.to_string()).await.unwrap();
    dina.meet(&back).await;
    assert_eq!(back.desk.own_keys().await.unwrap()[0].votes, Votes::No, "it votes no longer");
    let refused = back.desk.vote_by_words(committee).await;
    assert!(matches!(refused, Err(DeskError::SignedElsewhere(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_stand_for_nothing_make_no_keystore() {
    let town = open(tempfile::tempdir().unwrap()).await;
    let words = Zeroizing::new("abandon ".repeat(23));
    let refused = town.desk.restore(passphrase(), "Дина", words).await;
    assert!(matches!(refused, Err(DeskError::Words(WordsError::Count(23)))));
    town.desk.init(passphrase(), "Дина").await.unwrap();
}
