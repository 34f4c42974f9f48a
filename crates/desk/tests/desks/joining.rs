//! Joining: invites, requests, who is let in, and who leaves.

use std::collections::BTreeSet;

use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, Standing};
use kenes_node::{Arrival, Batch};

use super::town::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_joins_by_carried_envelopes_and_both_read_each_other() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.post(committee, "Жиын сағат алтыда.").await.unwrap();
    aigerim.let_in(&dina, committee).await;
    dina.post(committee, "Мы придём.").await.unwrap();
    aigerim.meet(&dina).await;
    for town in [&aigerim, &dina] {
        assert_eq!(town.texts().await, ["Жиын сағат алтыда.", "Мы придём."]);
        assert!(town.bulletins().await.iter().all(|b| b.author.standing == AuthorStanding::Ok && b.seen_gap == 0));
    }
    let names: Vec<_> = dina.desk.members(committee).await.unwrap().into_iter().map(|member| member.name).collect();
    assert!(names.contains(&"Әйгерім".to_owned()) && names.contains(&"Дина".to_owned()));
    assert_eq!(dina.desk.committee(committee).await.unwrap().name, "Жаңаөзен мұнайшылары");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_writes_after_a_restart_in_whatever_order_the_welcome_came() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    for seed in 0..6 {
        let name = format!("Дина {seed}");
        let newcomer = town(&name).await;
        let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
        newcomer.desk.join(&invite.uri, "").await.unwrap();
        aigerim.carry_to(&newcomer).await;
        newcomer.desk.committees().await.unwrap();
        newcomer.carry_to(&aigerim).await;
        aigerim.desk.committees().await.unwrap();
        // What answered the request comes last first, and in between.
        let mut all = aigerim.node.read_after(Arrival::START, 10_000).unwrap();
        let third = all.len() / 3 * (seed % 3);
        all.rotate_left(third);
        if seed >= 3 {
            all.reverse();
        }
        for (_, envelope) in all {
            newcomer.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
            newcomer.desk.committees().await.unwrap();
        }
        if seed == 5 {
            // A steward has five on probation at most: the sixth waits.
            assert_eq!(newcomer.standing(committee).await, Standing::Pending);
            continue;
        }
        assert_eq!(newcomer.standing(committee).await, Standing::Probation);
        let again = open(newcomer.stop().await).await;
        again.desk.unlock(passphrase()).await.unwrap();
        again.post(committee, "бар").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_for_several_is_answered_only_by_its_owner_after_comparing_words() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 3, None).await.unwrap();
    dina.desk.join(&invite.uri, "Дина С.").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Pending);
    let [request] = aigerim.desk.requests(committee).await.unwrap().try_into().unwrap();
    assert_eq!(request.words, dina.desk.committee(committee).await.unwrap().words.unwrap());
    assert!(matches!(aigerim.desk.admit(committee, "Никто").await, Err(DeskError::Nobody)));
    aigerim.desk.admit(committee, "Дина С.").await.unwrap();
    aigerim.carry_to(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_second_by_an_invite_for_one_is_held() {
    let (aigerim, dina, copier) = (town("Әйгерім").await, town("Дина").await, town("Дина").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    for newcomer in [&dina, &copier] {
        newcomer.desk.join(&invite.uri, "").await.unwrap();
        aigerim.meet(newcomer).await;
    }
    assert_eq!(dina.standing(committee).await, Standing::Probation);
    assert_eq!(copier.standing(committee).await, Standing::Pending);
    let [request] = aigerim.desk.requests(committee).await.unwrap().try_into().unwrap();
    assert!(request.held);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_done_also_where_whoever_asked_hung_up() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    {
        let mut asks = std::pin::pin!(aigerim.found());
        tokio::select! {
            biased;
            _ = &mut asks => {}
            () = std::future::ready(()) => {}
        }
    }
    let committee = aigerim.until_one_committee().await;
    assert_eq!(aigerim.standing(committee).await, Standing::Voter);
    aigerim.post(committee, "бір").await.unwrap();
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    {
        let mut asks = std::pin::pin!(dina.desk.join(&invite.uri, ""));
        tokio::select! {
            biased;
            _ = &mut asks => {}
            () = std::future::ready(()) => {}
        }
    }
    assert_eq!(dina.until_one_committee().await, committee);
    aigerim.meet(&dina).await;
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_asks_once_and_an_answer_to_either_request_is_an_answer() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    let many = aigerim.desk.invite(committee, 3, None).await.unwrap();
    let other = aigerim.desk.invite(committee, 3, None).await.unwrap();
    dina.desk.join(&many.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    let first = aigerim.desk.requests(committee).await.unwrap();
    // By the same invite it is the same request, though in another envelope.
    dina.desk.join(&many.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    let again = aigerim.desk.requests(committee).await.unwrap();
    assert_eq!(again.iter().map(|one| one.request).collect::<Vec<_>>(), [first[0].request]);
    // The first is answered while another is on its way.
    dina.desk.join(&other.uri, "").await.unwrap();
    aigerim.desk.admit(committee, "Дина").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
    assert!(aigerim.desk.requests(committee).await.unwrap().is_empty());
    assert!(matches!(dina.desk.join(&other.uri, "").await, Err(DeskError::Joined(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_is_still_good_after_the_list_was_renewed() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    for _ in 0..6 {
        aigerim.desk.invite(committee, 1, None).await.unwrap();
    }
    aigerim.carry_to(&dina).await;
    dina.desk.join(&invite.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_keeps_neither_keys_nor_bulletins_and_may_come_again() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let (committee, own) = (aigerim.found().await, dina.found().await);
    dina.post(own, "өз").await.unwrap();
    aigerim.let_in(&dina, committee).await;
    aigerim.post(committee, "бір").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.texts().await.len(), 2);
    dina.desk.leave(committee).await.unwrap();
    assert_eq!(dina.texts().await, ["өз"]);
    assert!(matches!(dina.desk.leave(committee).await, Err(DeskError::NoCommittee)));
    assert_eq!(dina.node.status().await.unwrap().channels.len(), 1);
    let dina = open(dina.stop().await).await;
    dina.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(dina.desk.committees().await.unwrap().len(), 1);
    assert_eq!(dina.texts().await, ["өз"]);
    let invite = aigerim.desk.invite(committee, 2, None).await.unwrap();
    dina.desk.join(&invite.uri, "Дина қайта").await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.desk.admit(committee, "Дина қайта").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.texts().await, ["бір", "өз"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_that_many_ask_by_fills_no_others_room_and_declining_makes_room() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    let spread = aigerim.desk.invite(committee, 4, None).await.unwrap();
    let other = aigerim.desk.invite(committee, 4, None).await.unwrap();
    for n in 0..10 {
        let asking = town(&format!("Кім {n}")).await;
        asking.desk.join(&spread.uri, "").await.unwrap();
        aigerim.meet(&asking).await;
    }
    let dina = town("Дина").await;
    dina.desk.join(&other.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    let names = async || {
        let requests = aigerim.desk.requests(committee).await.unwrap();
        requests.into_iter().map(|request| request.name).collect::<Vec<_>>()
    };
    let before = names().await;
    assert_eq!((before.len(), before.contains(&"Дина".to_owned())), (9, true));
    assert!(!before.contains(&"Кім 8".to_owned()));
    assert!(matches!(aigerim.desk.decline(committee, "Кім 8").await, Err(DeskError::Nobody)));
    aigerim.desk.decline(committee, "Кім 3").await.unwrap();
    let after = names().await;
    assert_eq!((after.len(), after.contains(&"Кім 8".to_owned())), (9, true));
    assert!(!after.contains(&"Кім 3".to_owned()));
    aigerim.desk.admit(committee, "Кім 8").await.unwrap();
    let last = names().await;
    assert_eq!((last.len(), last.contains(&"Кім 9".to_owned())), (9, true));
    // Eight are declined: whoever else has that invite is not heard any more.
    for n in [0, 1, 2, 4, 5, 6, 7] {
        aigerim.desk.decline(committee, &format!("Кім {n}")).await.unwrap();
    }
    let [late, welcome] = [town("Кеш").await, town("Қонақ").await];
    late.desk.join(&spread.uri, "").await.unwrap();
    welcome.desk.join(&other.uri, "").await.unwrap();
    aigerim.meet(&late).await;
    aigerim.meet(&welcome).await;
    assert_eq!(BTreeSet::from_iter(names().await), ["Дина", "Кім 9", "Қонақ"].map(String::from).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_under_a_members_name_is_not_let_in_without_asking() {
    let (aigerim, other) = (town("Әйгерім").await, town("айгерим ").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    other.desk.join(&invite.uri, "").await.unwrap();
    aigerim.meet(&other).await;
    aigerim.meet(&other).await;
    assert_eq!(other.standing(committee).await, Standing::Pending);
    let [request] = aigerim.desk.requests(committee).await.unwrap().try_into().unwrap();
    assert!(request.namesake && !request.held);
    aigerim.desk.admit(committee, "айгерим").await.unwrap();
    other.post(committee, "мен").await.unwrap_err();
    aigerim.meet(&other).await;
    assert!(aigerim.desk.members(committee).await.unwrap().iter().all(|member| member.namesake));
    other.post(committee, "мен").await.unwrap();
    other.meet(&aigerim).await;
    assert!(aigerim.bulletins().await[0].author.namesake);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_under_a_name_in_look_alike_or_strange_letters_is_not_let_in_without_asking() {
    let aigerim = town("Aigerim").await;
    let committee = aigerim.found().await;
    for name in ["Ai\u{261}erim", "Aigerim\u{345}", "\u{1d00}i\u{501}a", "Дinа", "Дина (1a2b3c4d)"] {
        let other = town(name).await;
        let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
        other.desk.join(&invite.uri, "").await.unwrap();
        aigerim.meet(&other).await;
        aigerim.meet(&other).await;
        assert_eq!(other.standing(committee).await, Standing::Pending, "{name}");
        let [request] = aigerim.desk.requests(committee).await.unwrap().try_into().unwrap();
        assert_eq!((request.unusual, request.namesake), (true, name.starts_with("Ai")), "{name}");
        aigerim.desk.decline(committee, name).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_compared_mark_a_member_and_what_they_write_at_this_desk_alone() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    dina.post(committee, "келдім").await.unwrap();
    aigerim.meet(&dina).await;
    let words = async |town: &Town, name: &str| {
        let members = town.desk.members(committee).await.unwrap();
        members.into_iter().find(|member| member.name == name).map(|member| member.words).unwrap()
    };
    let (own, others) = (words(&dina, "Дина").await, words(&dina, "Әйгерім").await);
    assert_eq!(own, words(&aigerim, "Дина").await);
    assert!(own != others && own.split(' ').count() == 12);
    for wrong in [others.as_str(), "", "бір екі үш"] {
        let refused = aigerim.desk.verify(committee, "Дина", wrong).await;
        assert!(matches!(refused, Err(DeskError::WordsDiffer)), "{wrong}");
    }
    assert!(!aigerim.bulletins().await[0].author.verified);
    assert!(aigerim.desk.verify(committee, "Дина", &own.to_uppercase()).await.unwrap().verified);
    let aigerim = open(aigerim.stop().await).await;
    aigerim.desk.unlock(passphrase()).await.unwrap();
    assert!(aigerim.bulletins().await[0].author.verified);
    assert!(!dina.bulletins().await[0].author.verified);
}
