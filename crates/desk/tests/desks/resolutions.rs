//! Resolutions between desks: adopted in half a town, proven to whoever has nothing else, and never said two ways.

use kenes_core::book::{BallotRefusal, ObjectError};
use kenes_core::certificate::{Caveat, Certificate, CertificateError, GatherError, Word};
use kenes_core::ids::{BookId, CommitteeId};
use kenes_desk::DeskError;
use kenes_desk::view::{AtHome, NewResolution, Person, Proposal, ResolutionStatus, ResolutionView};

use super::town::*;

fn text_of(committee: CommitteeId, text: &str) -> NewResolution {
    NewResolution { committee, title: "Ереуіл".into(), text: text.into(), lasts: Some(3 * 86_400) }
}

fn names(people: &[Person]) -> Vec<&str> {
    let mut names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
    names.sort_unstable();
    names
}

impl Town {
    async fn puts(&self, committee: CommitteeId, text: &str) -> ResolutionView {
        self.desk.put_resolution(text_of(committee, text)).await.unwrap()
    }

    async fn sees(&self, id: BookId) -> ResolutionView {
        self.desk.resolution(&id.to_string()).await.unwrap()
    }
}

/// Three who vote, by minutes that the first signed.
async fn three() -> ([Town; 3], CommitteeId) {
    let (aigerim, dina, timur) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&timur, committee).await;
    let votes = |who: &str| Proposal::Admit { who: who.into(), steward: false };
    aigerim.desk.propose(committee, vec![votes("Дина"), votes("Тимур")]).await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.meet(&timur).await;
    ([aigerim, dina, timur], committee)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolution_is_adopted_by_two_of_three_while_the_third_is_away_and_proven_to_an_outsider() {
    let ([aigerim, dina, timur], committee) = three().await;
    let put = dina.puts(committee, "Жұмысты тоқтатамыз.").await;
    assert_eq!((put.no, put.status, put.needed, put.mine), (1, ResolutionStatus::Open, 2, Some(true)));
    assert_eq!((names(&put.signed), names(&put.missing)), (vec!["Дина"], vec!["Тимур", "Әйгерім"]));
    let early = dina.desk.certify(&put.id.to_string()).await.unwrap_err();
    assert!(matches!(early, DeskError::Unproven(GatherError::NotAdopted { signed: 1, needed: 2 })), "{early}");
    dina.meet(&timur).await;
    let open = timur.desk.resolutions(committee, true).await.unwrap();
    assert_eq!((open.total, open.resolutions[0].id, open.resolutions[0].mine), (1, put.id, None));
    assert!(open.resolutions[0].may && open.resolutions[0].deadline == put.deadline && put.deadline.is_some());
    let adopted = timur.desk.cast(&put.id.to_string()[..8], true).await.unwrap();
    assert_eq!((adopted.status, names(&adopted.signed)), (ResolutionStatus::Adopted, vec!["Дина", "Тимур"]));
    assert_eq!(timur.desk.resolutions(committee, true).await.unwrap().total, 0);

    let made = timur.desk.certify(&put.id.to_string()).await.unwrap();
    let outsider = Certificate::decode(&made.bytes).unwrap().verify(made.checkpoint).unwrap();
    assert_eq!((outsider.signed, outsider.needed, outsider.roster), (2, 2, 3));
    assert!(outsider.caveats.is_empty() && made.checkpoint.unwrap().no == 1, "{:?}", outsider.caveats);
    assert!(
        matches!(&outsider.word, Word::Resolution { id, text, .. } if *id == put.id && text == "Жұмысты тоқтатамыз.")
    );
    // Whoever was away learns of it, and may be against it still.
    timur.meet(&aigerim).await;
    assert_eq!(aigerim.sees(put.id).await.status, ResolutionStatus::Adopted);
    let against = aigerim.desk.cast(&put.id.to_string(), false).await.unwrap();
    assert_eq!((against.status, names(&against.against)), (ResolutionStatus::Adopted, vec!["Әйгерім"]));
    assert!(against.missing.is_empty());
    // Each home judges it beside its own book; one of another committee of that name says so.
    let judged = aigerim.desk.judge(&made.bytes, None).await.unwrap();
    assert_eq!((judged.home, judged.checkpoint, judged.proof.caveats.len()), (AtHome::Known, made.checkpoint, 0));
    let other = town("Ержан").await;
    other.found().await;
    assert_eq!(other.desk.judge(&made.bytes, None).await.unwrap().home, AtHome::Namesake);
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_a_home_that_knows_newer_minutes_says_that_they_remove_a_signer() {
    let ([aigerim, dina, timur], committee) = three().await;
    let put = aigerim.puts(committee, "Бірінші").await;
    aigerim.meet(&timur).await;
    timur.desk.cast(&put.id.to_string(), true).await.unwrap();
    timur.meet(&aigerim).await;
    aigerim.meet(&dina).await;
    let old = dina.desk.certify(&put.id.to_string()).await.unwrap();
    aigerim.desk.propose(committee, vec![Proposal::Remove("Тимур".into())]).await.unwrap();
    aigerim.meet(&dina).await;
    let sheet = dina.desk.minutes(committee, true).await.unwrap().remove(0);
    dina.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    // The old file says nothing of it; the home that reads it does, and so does a certificate made since.
    let outsider = Certificate::decode(&old.bytes).unwrap().verify(old.checkpoint).unwrap();
    assert!(outsider.caveats.is_empty());
    let judged = dina.desk.judge(&old.bytes, None).await.unwrap();
    let said = [Caveat::SignedLate, Caveat::NewerMinutes, Caveat::SignersRemoved(1)];
    assert_eq!((judged.proof.caveats, judged.proof.under.no), (said.into(), 1));
    let made = dina.desk.certify(&put.id.to_string()).await.unwrap();
    assert_eq!(made.checkpoint.unwrap().no, 1, "the newest minutes after which three vote");
    let outsider = Certificate::decode(&made.bytes).unwrap().verify(made.checkpoint).unwrap();
    assert_eq!(outsider.caveats, [Caveat::NewerMinutes, Caveat::SignersRemoved(1)].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_desk_said_on_a_resolution_it_says_again_and_never_the_other() {
    let ([aigerim, dina, timur], committee) = three().await;
    let put = aigerim.puts(committee, "Бірінші").await.id.to_string();
    aigerim.meet(&dina).await;
    let said = dina.desk.cast(&put, false).await.unwrap();
    assert_eq!((said.mine, names(&said.against)), (Some(false), vec!["Дина"]));
    let before = dina.node.status().await.unwrap().envelopes;
    let again = dina.desk.cast(&put, false).await.unwrap();
    assert_eq!(
        (again.mine, dina.node.status().await.unwrap().envelopes),
        (Some(false), before),
        "nothing more is sent"
    );
    let refused = |refused: Result<ResolutionView, DeskError>, adopt: bool| {
        let said = BallotRefusal::Said { adopt };
        assert!(matches!(refused, Err(DeskError::Ballot(why)) if why == said), "{refused:?}");
    };
    refused(dina.desk.cast(&put, true).await, false);
    refused(aigerim.desk.cast(&put, false).await, true);
    // After it was stopped, and after its store was lost.
    let dina = open(dina.stop().await).await;
    dina.desk.unlock(passphrase()).await.unwrap();
    refused(dina.desk.cast(&put, true).await, false);
    dina.meet(&timur).await;
    let dina = dina.lose_store().await;
    dina.meet(&timur).await;
    dina.meet(&timur).await;
    refused(dina.desk.cast(&put, true).await, false);
    timur.desk.cast(&put, false).await.unwrap();
    timur.meet(&aigerim).await;
    let seen = aigerim.desk.resolution(&put).await.unwrap();
    assert_eq!((seen.status, names(&seen.against)), (ResolutionStatus::Rejected, vec!["Дина", "Тимур"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_keystore_that_was_put_back_signs_no_ballot_beside_the_one_that_it_forgot() {
    let ([aigerim, dina, _], committee) = three().await;
    let put = aigerim.puts(committee, "Бірінші").await.id.to_string();
    aigerim.meet(&dina).await;
    let folder = dina.stop().await;
    let old = std::fs::read(folder.path().join("keystore")).unwrap();
    let dina = open(folder).await;
    dina.desk.unlock(passphrase()).await.unwrap();
    dina.desk.cast(&put, true).await.unwrap();
    dina.meet(&aigerim).await;
    let folder = dina.stop().await;
    std::fs::write(folder.path().join("keystore"), old).unwrap();
    let dina = open(folder).await;
    dina.desk.unlock(passphrase()).await.unwrap();
    let refused = dina.desk.cast(&put, false).await;
    assert!(matches!(refused, Err(DeskError::NoVoteKey(_))), "{refused:?}");
    dina.meet(&aigerim).await;
    let seen = aigerim.desk.resolution(&put).await.unwrap();
    assert_eq!((names(&seen.signed), seen.against.len()), (vec!["Дина", "Әйгерім"], 0), "and nobody cheated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_came_back_by_words_says_nothing_on_resolutions_until_minutes_give_it_a_key() {
    let ([aigerim, dina, timur], committee) = three().await;
    let put = aigerim.puts(committee, "Бірінші").await.id.to_string();
    aigerim.meet(&dina).await;
    // What the lost device said comes late, by a stick.
    dina.desk.cast(&put, false).await.unwrap();
    let words = dina.desk.words(passphrase()).await.unwrap();
    let back = open(tempfile::tempdir().unwrap()).await;
    back.desk.restore(passphrase(), "Дина", words).await.unwrap();
    let invite = aigerim.desk.invite_back(committee, "Дина", None).await.unwrap();
    back.desk.join(&invite.uri, "").await.unwrap();
    aigerim.meet(&back).await;
    aigerim.meet(&back).await;
    back.desk.vote_by_words(committee).await.unwrap();
    let no_key = |refused: Result<ResolutionView, DeskError>| {
        assert!(matches!(refused, Err(DeskError::NoVoteKey(_))), "{refused:?}");
    };
    no_key(back.desk.cast(&put, true).await);
    no_key(back.desk.put_resolution(text_of(committee, "x")).await);
    dina.meet(&timur).await;
    timur.meet(&aigerim).await;
    assert_eq!(names(&aigerim.desk.resolution(&put).await.unwrap().against), ["Дина"]);
    // Under the minutes that give it a key it votes like anyone.
    aigerim.meet(&back).await;
    back.desk.ask_for_key(committee).await.unwrap();
    back.meet(&aigerim).await;
    aigerim.desk.propose(committee, vec![Proposal::NewKey("Дина".into())]).await.unwrap();
    aigerim.meet(&timur).await;
    let sheet = timur.desk.minutes(committee, true).await.unwrap().remove(0);
    timur.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    timur.meet(&aigerim).await;
    aigerim.meet(&back).await;
    no_key(back.desk.cast(&put, true).await);
    let fresh = aigerim.puts(committee, "Екінші").await;
    aigerim.meet(&back).await;
    assert_eq!(fresh.no, 2);
    let cast = back.desk.cast(&fresh.id.to_string(), true).await.unwrap();
    assert_eq!(cast.status, ResolutionStatus::Adopted);
    back.meet(&aigerim).await;
    assert!(aigerim.desk.members(committee).await.unwrap().iter().all(|member| member.out.is_empty()), "no cheat");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_votes_puts_resolutions_and_ballots_and_only_what_can_be_one_is_put() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    let put = aigerim.puts(committee, "Жалғыз").await;
    assert_eq!((put.no, put.status, put.needed), (0, ResolutionStatus::Adopted, 1));
    let alone = aigerim.desk.certify(&put.id.to_string()).await.unwrap();
    assert_eq!((alone.checkpoint, alone.proof.caveats.contains(&Caveat::OneKey)), (None, true));
    aigerim.meet(&dina).await;
    let refused = dina.desk.put_resolution(text_of(committee, "x")).await;
    assert!(matches!(refused, Err(DeskError::NotAllowed(_))), "{refused:?}");
    let refused = dina.desk.cast(&put.id.to_string(), true).await;
    assert!(matches!(refused, Err(DeskError::NotAllowed(_))), "{refused:?}");
    assert!(!dina.sees(put.id).await.may);
    assert!(matches!(dina.desk.resolution("ffffffff").await, Err(DeskError::NoResolution)));
    let long = "x".repeat(24 * 1024 + 1);
    for (title, text) in [("", "x"), ("\u{202E}", "x"), ("екі\nжол", "x"), (&long, "x"), ("x", &long)] {
        let new = NewResolution { title: title.into(), ..text_of(committee, text) };
        let refused = aigerim.desk.put_resolution(new).await;
        assert!(matches!(refused, Err(DeskError::Object(ObjectError::Motion))), "{refused:?}");
    }
    assert!(matches!(aigerim.desk.put_resolution(text_of(committee, " \n")).await, Err(DeskError::Op(_))));
    let forged = aigerim.desk.judge(&alone.bytes[..90], None).await;
    assert!(matches!(forged, Err(DeskError::Certificate(CertificateError::Torn { found: 90, .. }))), "{forged:?}");
}
