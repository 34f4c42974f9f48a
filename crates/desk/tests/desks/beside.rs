//! A second device of one member, on purpose.

use kenes_core::ids::CommitteeId;
use kenes_core::sign::PublicKey;
use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, Proposal, Standing, Votes};

use super::town::*;

const NAMES: [&str; 3] = ["Әйгерім", "Дина", "Тимур"];

async fn device_of(town: &Town) -> PublicKey {
    town.desk.own_keys().await.unwrap()[0].device
}

/// Dina, who is no steward, takes in another machine of hers.
async fn second(dina: &Town, committee: CommitteeId) -> Town {
    let laptop = town("Дина").await;
    let invite = dina.desk.invite_device(committee, None).await.unwrap();
    laptop.desk.join(&invite.uri, "").await.unwrap();
    dina.meet(&laptop).await;
    let asked = dina.desk.requests(committee).await.unwrap().remove(0);
    let shown = laptop.desk.committee(committee).await.unwrap().words.unwrap();
    assert!(asked.device && asked.words == shown, "the same words on both screens");
    assert_eq!(laptop.standing(committee).await, Standing::Pending, "and nothing before they were compared");
    dina.desk.admit(committee, "Дина").await.unwrap();
    dina.meet(&laptop).await;
    assert_eq!(laptop.standing(committee).await, Standing::Voter);
    laptop
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_of_one_member_read_and_write_without_a_fork_and_one_of_them_votes() {
    let (aigerim, dina, timur) = (town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await);
    let committee = committee_of(&[&aigerim, &dina, &timur], &NAMES).await;
    dina.post(committee, "телефоннан").await.unwrap();
    let laptop = second(&dina, committee).await;
    laptop.post(committee, "ноутбуктен 1").await.unwrap();
    laptop.post(committee, "ноутбуктен 2").await.unwrap();
    dina.post(committee, "тағы телефоннан").await.unwrap();
    meet_all(&[&laptop, &dina, &aigerim, &timur]).await;
    let all = ["ноутбуктен 1", "ноутбуктен 2", "тағы телефоннан", "телефоннан"];
    let (phone_s, laptop_s) = (device_of(&dina).await, device_of(&laptop).await);
    assert_ne!(phone_s, laptop_s);
    for town in [&aigerim, &timur, &dina, &laptop] {
        let read = town.bulletins().await;
        let mut texts: Vec<_> = read.iter().map(|bulletin| bulletin.text.as_str()).collect();
        texts.sort_unstable();
        assert_eq!(texts, all);
        for bulletin in &read {
            assert_eq!((bulletin.author.name.as_str(), bulletin.author.standing), ("Дина", AuthorStanding::Ok));
            let from = if bulletin.text.starts_with("ноут") { laptop_s } else { phone_s };
            assert_eq!((bulletin.author.device, bulletin.seen_gap), (from, 0));
        }
    }
    // It is one member with one vote, which stays where it was.
    let members = aigerim.desk.members(committee).await.unwrap();
    assert_eq!((members.len(), members.iter().filter(|member| member.voter).count()), (3, 3));
    let keys = laptop.desk.own_keys().await.unwrap().remove(0);
    assert_eq!((keys.votes, keys.devices.len()), (Votes::No, 2));
    let view = laptop.desk.committee(committee).await.unwrap();
    assert!(view.beside && !view.keyless);
    let keeps = Proposal::Policy { quorum: None, history: None, retention_days: Some(9) };
    let sheet = aigerim.desk.propose(committee, vec![keeps]).await.unwrap();
    meet_all(&[&aigerim, &dina, &laptop]).await;
    let refused = laptop.desk.sign(committee, &sheet.id.to_string()).await;
    assert!(matches!(refused, Err(DeskError::NoVoteKey(_))), "{refused:?}");
    // Its words are no other's: the recovery key is the phone's.
    assert!(matches!(laptop.desk.vote_by_words(committee).await, Err(DeskError::OtherWords)));
    // It lets in no third.
    let refused = laptop.desk.invite_device(committee, None).await;
    assert!(matches!(refused, Err(DeskError::NotAllowed(_))), "{refused:?}");
    dina.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_device_of_several_is_recalled_and_the_other_goes_on() {
    let (aigerim, dina, timur) = (town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await);
    let committee = committee_of(&[&aigerim, &dina, &timur], &NAMES).await;
    let laptop = second(&dina, committee).await;
    laptop.post(committee, "әлі өзім").await.unwrap();
    meet_all(&[&laptop, &dina, &aigerim, &timur]).await;
    let device = device_of(&laptop).await.to_string();
    let recall = Proposal::Recall { who: device[..8].to_owned(), since: None };
    let sheet = aigerim.desk.propose(committee, vec![recall]).await.unwrap();
    aigerim.meet(&timur).await;
    timur.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    meet_all(&[&aigerim, &timur, &dina]).await;
    // Whoever has the laptop now writes on, and reads nothing new.
    laptop.post(committee, "ұрыдан").await.unwrap();
    dina.post(committee, "телефоннан").await.unwrap();
    meet_all(&[&laptop, &dina, &aigerim, &timur]).await;
    let mut read: Vec<_> = aigerim.bulletins().await.into_iter().map(|b| (b.text, b.author.standing)).collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("телефоннан".to_owned(), AuthorStanding::Ok),
        ("ұрыдан".to_owned(), AuthorStanding::Recalled),
        ("әлі өзім".to_owned(), AuthorStanding::Ok),
    ];
    let mut expected = expected.to_vec();
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(read, expected);
    assert!(!laptop.texts().await.contains(&"телефоннан".to_owned()));
    let keys = dina.desk.own_keys().await.unwrap().remove(0);
    assert_eq!((keys.devices.len(), keys.retired.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_copied_the_invite_for_a_device_is_told_from_the_owner_s_and_can_be_declined() {
    let (aigerim, dina, timur) = (town(NAMES[0]).await, town(NAMES[1]).await, town(NAMES[2]).await);
    let committee = committee_of(&[&aigerim, &dina, &timur], &NAMES).await;
    let (thief, laptop) = (town("ұры").await, town("Дина").await);
    let invite = dina.desk.invite_device(committee, None).await.unwrap();
    for home in [&thief, &laptop] {
        home.desk.join(&invite.uri, "").await.unwrap();
        dina.meet(home).await;
    }
    assert_eq!(dina.desk.requests(committee).await.unwrap().len(), 2, "neither is let in by itself");
    let words = |town: &Town| {
        let desk = town.desk.clone();
        async move { desk.committee(committee).await.unwrap().words.unwrap() }
    };
    let of_thief = words(&thief).await;
    let requests = dina.desk.requests(committee).await.unwrap();
    let theirs = requests.iter().find(|request| request.words == of_thief).unwrap();
    let id = |request: [u8; 32]| kenes_core::ids::Hex(&request).to_string();
    dina.desk.decline(committee, &id(theirs.request)).await.unwrap();
    let left = dina.desk.requests(committee).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].words, words(&laptop).await);
    dina.desk.admit(committee, &id(left[0].request)).await.unwrap();
    dina.meet(&laptop).await;
    dina.meet(&thief).await;
    assert_eq!(laptop.standing(committee).await, Standing::Voter);
    assert_eq!(thief.standing(committee).await, Standing::Pending);
    // The invite is used up.
    let late = town("кеш").await;
    late.desk.join(&invite.uri, "").await.unwrap();
    dina.meet(&late).await;
    assert!(dina.desk.requests(committee).await.unwrap().is_empty());
}
