//! Epochs between desks: who begins them when nobody writes, and who gets the secret later. Time is turned by hand.

use std::collections::BTreeSet;

use kenes_core::book::Because;
use kenes_core::envelope::{Body, Envelope};
use kenes_core::epoch::{SLOW_STEP, STEP, WEEK};
use kenes_core::ids::EnvelopeId;
use kenes_core::time::{BUILT, DAY};
use kenes_desk::view::{AuthorStanding, Proposal, Standing};
use kenes_node::clock::Hands;

use super::town::*;

fn hands() -> Hands {
    Hands::showing(BUILT.plus(30 * DAY))
}

async fn towns_by<const N: usize>(hands: &Hands, names: [&str; N]) -> [Town; N] {
    let mut towns = vec![];
    for name in names {
        towns.push(town_by(name, Some(hands.clone())).await);
    }
    towns.try_into().unwrap_or_else(|_| unreachable!())
}

#[tokio::test(flavor = "multi_thread")]
async fn e1_after_a_suspension_in_each_half_one_desk_begins_an_epoch_that_answers_both() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан", "Тимур", "Зере"]);
    let [a, b, c, x, y] = towns_by(&hands, names).await;
    let committee = committee_of(&[&a, &b, &c, &x, &y], &names).await;
    a.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    b.desk.pause(committee, "Зере", Because::LostDevice).await.unwrap();
    let before = a.epochs().union(&b.epochs()).count();
    meet_all(&[&a, &b, &c]).await;
    // Nobody writes. Whoever's turn comes first begins it, and the others have no turn any more.
    pass(&hands, 5 * STEP, STEP, &[&a, &b, &c]).await;
    assert_eq!(a.epochs().len(), before + 1);
    c.post(committee, "екеуі де оқымайды").await.unwrap();
    assert_eq!(c.epochs().len(), before + 1);
    meet_all(&[&a, &b, &c, &x, &y]).await;
    for town in [&a, &b, &c] {
        assert_eq!(town.texts().await, ["екеуі де оқымайды"]);
    }
    assert!(x.texts().await.is_empty() && y.texts().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn e4_after_a_removal_that_nobody_answered_one_desk_does_and_what_the_removed_writes_is_refused() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан", "Тимур"]);
    let [a, b, c, x] = towns_by(&hands, names).await;
    let committee = committee_of(&[&a, &b, &c, &x], &names).await;
    x.post(committee, "before").await.unwrap();
    meet_all(&[&a, &b, &c, &x]).await;
    let sheet = a.desk.propose(committee, vec![Proposal::Remove("Тимур".into())]).await.unwrap();
    let late = town_by("Сәуле", Some(hands.clone())).await;
    a.let_in(&late, committee).await;
    meet_all(&[&a, &b, &c, &late]).await;
    // Two sign apart: neither signature alone is the third.
    for town in [&b, &c] {
        town.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    }
    let before = a.epochs();
    // Someone who has not heard of it writes as before.
    late.post(committee, "мен білмедім").await.unwrap();
    a.meet(&b).await;
    a.meet(&c).await;
    assert_eq!(a.desk.committee(committee).await.unwrap().minutes_no, 2);
    pass(&hands, 4 * STEP, STEP, &[&a, &b, &c, &late]).await;
    assert_eq!(a.epochs().difference(&before).count(), 1);
    x.post(committee, "after").await.unwrap();
    a.post(committee, "кейін").await.unwrap();
    meet_all(&[&a, &b, &c, &late, &x]).await;
    for town in [&a, &b, &c, &late] {
        assert_eq!(town.texts().await, ["before", "кейін", "мен білмедім"]);
        let said = town.bulletins().await;
        let of = |text: &str| said.iter().find(|bulletin| bulletin.text == text).unwrap().author.standing;
        assert_eq!((of("before"), of("мен білмедім")), (AuthorStanding::Suspended, AuthorStanding::Ok));
    }
    assert!(!x.texts().await.contains(&"кейін".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_after_an_epoch_began_one_desk_begins_another_though_nobody_writes() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан"]);
    let [a, b, c] = towns_by(&hands, names).await;
    let committee = committee_of(&[&a, &b, &c], &names).await;
    let before = a.epochs();
    pass(&hands, WEEK - DAY, DAY, &[&a, &b, &c]).await;
    assert_eq!(a.epochs(), before);
    pass(&hands, DAY, DAY, &[&a, &b, &c]).await;
    pass(&hands, 3 * SLOW_STEP, SLOW_STEP, &[&a, &b, &c]).await;
    assert_eq!(a.epochs().len(), before.len() + 1);
    b.post(committee, "аптадан кейін").await.unwrap();
    meet_all(&[&a, &b, &c]).await;
    assert_eq!(c.texts().await, ["аптадан кейін"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn e6_whoever_was_let_in_in_the_other_half_gets_a_share_from_one_desk() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан"]);
    let [a, b, c] = towns_by(&hands, names).await;
    let [q, p] = towns_by(&hands, ["Тимур", "Сәуле"]).await;
    let committee = committee_of(&[&a, &b, &c], &names).await;
    a.let_in(&q, committee).await;
    meet_all(&[&a, &b, &c]).await;
    a.let_in(&p, committee).await;
    b.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    b.post(committee, "келіңіз").await.unwrap();
    // Whatever was to be given before was given.
    pass(&hands, 3 * STEP, STEP, &[&b, &c]).await;
    pass(&hands, 3 * STEP, STEP, &[&a, &p]).await;
    let (before, epochs) = (a.letters(), b.epochs().len());
    meet_all(&[&a, &b, &c]).await;
    pass(&hands, 4 * STEP, STEP, &[&a, &b, &c]).await;
    meet_all(&[&a, &p]).await;
    assert_eq!(p.standing(committee).await, Standing::Probation);
    assert_eq!(p.texts().await, ["келіңіз"]);
    p.post(committee, "келдім").await.unwrap();
    meet_all(&[&a, &b, &c, &p]).await;
    assert_eq!(b.texts().await, ["келдім", "келіңіз"]);
    assert_eq!((a.letters() - before, a.epochs().len()), (1, epochs), "by one desk, and nobody rotated for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn e9_rotation_and_book_are_there_though_their_author_left_pages_out_and_is_gone() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан"]);
    let [a, b, c] = towns_by(&hands, names).await;
    let [q, p] = towns_by(&hands, ["Тимур", "Сәуле"]).await;
    let committee = committee_of(&[&a, &b, &c], &names).await;
    for newcomer in [&q, &p] {
        a.let_in(newcomer, committee).await;
    }
    meet_all(&[&a, &b, &c, &p]).await;
    pass(&hands, 4 * STEP, STEP, &[&a, &b, &c]).await;
    pass(&hands, 600, 600, &[&a, &b, &c]).await;
    let (before, epochs) = (b.envelopes(), b.epochs());
    b.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    let [epoch] = b.epochs().difference(&epochs).copied().collect::<Vec<_>>().try_into().unwrap();
    // The pages reach one other desk only; whoever began the epoch is gone.
    b.carry_to(&c).await;
    let pages = |envelope: &Envelope| !before.contains(&envelope.id()) && matches!(envelope.body(), Body::Sealed(_));
    b.carry_but(&a, pages).await;
    c.desk.committees().await.unwrap();
    let by_author = b.envelopes();
    let new = by_author.difference(&before).count();
    assert!(new > 1, "a rotation and pages");
    for _ in 0..4 {
        hands.turn(STEP);
        for town in [&a, &c] {
            town.desk.committees().await.unwrap();
            let other = if std::ptr::eq(town, &a) { &c } else { &a };
            town.carry_but(other, pages_of(&by_author, &before)).await;
        }
    }
    // What others carried is enough for whoever gets nothing of the author's.
    c.post(committee, "жауап").await.unwrap();
    c.carry_but(&p, |envelope| by_author.contains(&envelope.id()) && !before.contains(&envelope.id())).await;
    a.carry_but(&p, |envelope| by_author.contains(&envelope.id()) && !before.contains(&envelope.id())).await;
    assert_eq!(p.texts().await, ["жауап"]);
    assert_eq!(a.rotations_of(epoch), 3, "its author and two more, each once");
    let quiet = a.envelopes().len();
    pass(&hands, 4 * STEP, STEP, &[&a, &c]).await;
    assert!(a.envelopes().len() <= quiet + new, "what they carried is not carried again");
    pass(&hands, 3_600, 3_600, &[&a, &c]).await;
    assert_eq!(a.rotations_of(epoch), 3);
}

/// Envelopes of the author's own pages.
fn pages_of<'a>(
    by_author: &'a BTreeSet<EnvelopeId>,
    before: &'a BTreeSet<EnvelopeId>,
) -> impl Fn(&Envelope) -> bool + 'a {
    |envelope| {
        let new = by_author.contains(&envelope.id()) && !before.contains(&envelope.id());
        new && matches!(envelope.body(), Body::Sealed(_))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_under_another_epoch_is_added_by_one_desk_to_the_one_in_use() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан"]);
    let [a, b, c] = towns_by(&hands, names).await;
    let [q, p] = towns_by(&hands, ["Тимур", "Сәуле"]).await;
    let committee = committee_of(&[&a, &b, &c], &names).await;
    // In one half a newcomer is paused; in the other a sheet is put meanwhile, under the old epoch.
    a.let_in(&q, committee).await;
    a.let_in(&p, committee).await;
    meet_all(&[&a, &b, &c, &p]).await;
    let sheet = a.desk.propose(committee, vec![Proposal::Steward("Дина".into())]).await.unwrap();
    let of_the_other_half = a.envelopes();
    b.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    meet_all(&[&a, &b, &c]).await;
    pass(&hands, 6 * STEP, STEP, &[&a, &b, &c]).await;
    // One who was never brought what that half wrote reads it under the new epoch.
    b.carry_but(&p, |envelope| of_the_other_half.contains(&envelope.id())).await;
    let known = p.desk.minutes(committee, true).await.unwrap();
    assert_eq!(known.iter().map(|sheet| sheet.id).collect::<Vec<_>>(), [sheet.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn e8_a_member_back_after_forty_days_reads_by_a_relay_alone() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан"]);
    let [a, b, away] = towns_by(&hands, names).await;
    let [relay, q] = towns_by(&hands, ["", "Сәуле"]).await;
    let committee = committee_of(&[&a, &b, &away], &names).await;
    let folder = away.stop().await;
    a.let_in(&q, committee).await;
    let mut sheet = None;
    for day in 1..=40 {
        hands.turn(DAY);
        a.meet(&b).await;
        match day {
            20 => {
                sheet =
                    Some(a.desk.propose(committee, vec![Proposal::Admit { who: "Сәуле".into(), steward: false }]).await)
            }
            21 => drop(b.desk.sign(committee, &sheet.take().unwrap().unwrap().id.to_string()).await.unwrap()),
            35 => b.post(committee, "жиырма күн қалды").await.unwrap(),
            _ => {}
        }
        a.meet(&b).await;
    }
    assert!(a.epochs().len() > 5, "one a week");
    a.carry_to(&relay).await;
    let away = open_by(folder, Some(hands.clone())).await;
    relay.carry_to(&away).await;
    away.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(away.texts().await, ["жиырма күн қалды"]);
    assert_eq!(away.desk.committee(committee).await.unwrap().minutes_no, 2);
    assert_eq!(away.desk.members(committee).await.unwrap().iter().filter(|member| member.voter).count(), 4);
    away.post(committee, "қайттым").await.unwrap();
    away.carry_to(&relay).await;
    relay.carry_to(&a).await;
    assert_eq!(a.texts().await, ["жиырма күн қалды", "қайттым"]);
}
