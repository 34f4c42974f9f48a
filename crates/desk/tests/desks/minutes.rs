//! Minutes between desks: confirming, going on without the chair, removing.

use kenes_core::book::{Because, Refusal};
use kenes_core::time::DAY;
use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, EntryView, Out, Proposal, SheetStatus, Standing};

use super::homes::copy_dir;
use super::town::*;

fn votes(who: &str) -> Proposal {
    Proposal::Admit { who: who.into(), steward: false }
}

fn keeps_for(days: u16) -> Proposal {
    Proposal::Policy { quorum: None, history: None, retention_days: Some(days) }
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_confirm_members_go_on_without_the_chair_and_remove_an_informer() {
    let (aigerim, dina, informer) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&informer, committee).await;
    let first = aigerim.desk.propose(committee, vec![votes("Дина"), votes("Тимур")]).await.unwrap();
    assert_eq!((first.no, first.status, first.needed), (1, SheetStatus::Adopted, 1));
    aigerim.meet(&dina).await;
    aigerim.meet(&informer).await;
    for town in [&dina, &informer] {
        assert_eq!(town.standing(committee).await, Standing::Voter);
        assert_eq!(town.desk.committee(committee).await.unwrap().minutes_no, 1);
    }
    // The chair is away. Dina asks for a round of her own; the other desk, which has signed nothing, passes by itself.
    let asked = dina.desk.propose(committee, vec![keeps_for(30)]).await.unwrap();
    assert_eq!((asked.status, asked.round), (SheetStatus::Open, None));
    dina.meet(&informer).await;
    dina.meet(&informer).await;
    let tabled = informer.desk.minutes(committee, true).await.unwrap().remove(0);
    assert_eq!((tabled.id, tabled.signed.len(), tabled.needed, tabled.obstacle), (asked.id, 1, 2, None));
    let signed = informer.desk.sign(committee, &tabled.id.to_string()).await.unwrap();
    assert_eq!((signed.no, signed.status), (2, SheetStatus::Adopted));
    informer.meet(&aigerim).await;
    assert_eq!(aigerim.desk.minutes_of(committee, "2").await.unwrap().id, asked.id);
    // Dina wrote No. 2 and chairs No. 3: she tables it at once.
    informer.post(committee, "before").await.unwrap();
    informer.meet(&dina).await;
    dina.desk.propose(committee, vec![Proposal::Remove("Тимур".into())]).await.unwrap();
    dina.meet(&aigerim).await;
    let sheet = aigerim.desk.minutes(committee, true).await.unwrap().remove(0);
    let removed = aigerim.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    assert_eq!((removed.no, removed.status), (3, SheetStatus::Adopted));
    aigerim.post(committee, "кейін").await.unwrap();
    // The removed desk has not heard yet; what it still writes is not heard either.
    informer.post(committee, "after").await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.meet(&informer).await;
    aigerim.meet(&dina).await;
    assert_eq!(informer.texts().await, ["before"]);
    assert_eq!(informer.desk.committee(committee).await.unwrap().out, [Out::Removed { no: 3 }], "it is told");
    let refused = informer.post(committee, "later").await;
    assert!(matches!(&refused, Err(DeskError::Out(out)) if **out == Out::Removed { no: 3 }), "{refused:?}");
    for town in [&aigerim, &dina] {
        assert_eq!(town.texts().await, ["before", "кейін"]);
        assert_eq!(town.desk.members(committee).await.unwrap().iter().filter(|member| member.voter).count(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_signs_one_sheet_of_a_number_and_says_why_it_signs_no_other() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.desk.propose(committee, vec![votes("Дина")]).await.unwrap();
    aigerim.meet(&dina).await;
    let first = aigerim.desk.propose(committee, vec![keeps_for(7)]).await.unwrap();
    assert_eq!((first.status, first.mine, first.round), (SheetStatus::Open, true, Some(0)));
    let nobody = aigerim.desk.propose(committee, vec![Proposal::Keep("Ержан".into())]).await;
    assert!(matches!(nobody, Err(DeskError::Nobody)));
    let second = aigerim.desk.propose(committee, vec![keeps_for(8)]).await.unwrap();
    assert_eq!((second.status, second.mine, second.round), (SheetStatus::Open, false, None));
    let refused = aigerim.desk.sign(committee, &second.id.to_string()).await;
    assert!(matches!(refused, Err(DeskError::Unsigned(Refusal::NotTabled))));
    aigerim.meet(&dina).await;
    dina.desk.sign(committee, &first.id.to_string()).await.unwrap();
    dina.meet(&aigerim).await;
    assert_eq!(aigerim.desk.minutes_of(committee, "2").await.unwrap().id, first.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_someone_wrote_whom_a_paused_steward_let_in_stays_and_what_follows_is_not_heard() {
    let (aigerim, dina, timur) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&timur, committee).await;
    aigerim.desk.propose(committee, vec![votes("Дина")]).await.unwrap();
    timur.post(committee, "before").await.unwrap();
    timur.meet(&aigerim).await;
    aigerim.meet(&dina).await;
    assert_eq!(dina.texts().await, ["before"]);
    dina.desk.pause(committee, "Әйгерім", Because::Arrested).await.unwrap();
    timur.post(committee, "after").await.unwrap();
    timur.meet(&dina).await;
    assert_eq!(dina.texts().await, ["before"]);
    assert_eq!(dina.bulletins().await[0].author.standing, AuthorStanding::Suspended);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_stands_after_a_restart_where_it_stood_however_much_a_confirmed_member_wrote() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.desk.propose(committee, vec![votes("Дина")]).await.unwrap();
    aigerim.meet(&dina).await;
    let second = aigerim.desk.propose(committee, vec![keeps_for(7)]).await.unwrap();
    aigerim.meet(&dina).await;
    dina.desk.sign(committee, &second.id.to_string()).await.unwrap();
    dina.meet(&aigerim).await;
    // More than someone on probation may.
    let now = aigerim.node.now().at;
    for n in 1..15 {
        let entry = || Proposal::Spokesperson { who: "Дина".into(), until: now.plus(DAY * n) };
        dina.desk.propose(committee, (0..256).map(|_| entry()).collect()).await.unwrap();
        dina.meet(&aigerim).await;
    }
    let before = aigerim.desk.minutes(committee, true).await.unwrap();
    assert_eq!(before.len(), 14);
    for town in [aigerim, dina] {
        let again = open(town.stop().await).await;
        again.desk.unlock(passphrase()).await.unwrap();
        assert_eq!(again.desk.committee(committee).await.unwrap().minutes_no, 2);
        assert_eq!(again.desk.minutes(committee, true).await.unwrap().len(), before.len());
        again.post(committee, "сәлем").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_key_that_was_erased_is_replaced_once_its_owner_asks_and_the_others_sign() {
    let (aigerim, dina, timur) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    for newcomer in [&dina, &timur] {
        aigerim.let_in(newcomer, committee).await;
    }
    aigerim.desk.propose(committee, vec![votes("Дина"), votes("Тимур")]).await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.meet(&timur).await;
    let wanted = aigerim.desk.propose(committee, vec![Proposal::NewKey("Дина".into())]).await;
    assert!(matches!(wanted, Err(DeskError::NoKeyWanted)), "nobody asked");
    // Her home is copied: elsewhere it has no vote key any more, and says so.
    let copy = tempfile::tempdir().unwrap();
    copy_dir(dina.stop().await.path(), copy.path());
    let dina = open(copy).await;
    dina.desk.unlock(passphrase()).await.unwrap();
    assert!(dina.desk.committee(committee).await.unwrap().keyless);
    let refused = dina.desk.propose(committee, vec![keeps_for(9)]).await;
    assert!(matches!(refused, Err(DeskError::NoVoteKey(_))), "{refused:?}");
    let asked = dina.desk.ask_for_key(committee).await.unwrap();
    assert_eq!(dina.desk.ask_for_key(committee).await.unwrap(), asked, "the same key, asked for again");
    dina.meet(&aigerim).await;
    let members = aigerim.desk.members(committee).await.unwrap();
    let shown = members.iter().find(|member| member.name == "Дина").unwrap();
    assert_eq!(shown.new_keys, std::slice::from_ref(&asked), "the same words on both screens");
    let put = aigerim.desk.propose(committee, vec![Proposal::NewKey("Дина".into())]).await.unwrap();
    let [EntryView::NewKey { words, key, .. }] = put.entries.as_slice() else { panic!("{:?}", put.entries) };
    assert_eq!((words, *key), (&asked.words, asked.key));
    aigerim.meet(&timur).await;
    let adopted = timur.desk.sign(committee, &put.id.to_string()).await.unwrap();
    assert_eq!((adopted.no, adopted.status), (2, SheetStatus::Adopted));
    timur.meet(&dina).await;
    timur.meet(&dina).await;
    assert!(!dina.desk.committee(committee).await.unwrap().keyless);
    // She votes with it, and what she writes is heard.
    timur.meet(&aigerim).await;
    let next = aigerim.desk.propose(committee, vec![keeps_for(9)]).await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.desk.sign(committee, &next.id.to_string()).await.unwrap().status, SheetStatus::Adopted);
    dina.post(committee, "қайта келдім").await.unwrap();
    dina.meet(&aigerim).await;
    assert_eq!(aigerim.texts().await, ["қайта келдім"]);
}
