//! The channel's lists between stewards' desks: who keeps them, who is in them, and who can invite.

use std::collections::BTreeSet;

use kenes_core::book::Because;
use kenes_core::ids::CommitteeId;
use kenes_core::sign::PublicKey;
use kenes_core::time::{BUILT, DAY, HOUR};
use kenes_desk::DeskError;
use kenes_desk::view::{Proposal, Standing};
use kenes_node::Arrival;
use kenes_node::clock::Hands;

use super::town::*;

fn hands() -> Hands {
    Hands::showing(BUILT.plus(30 * DAY))
}

/// A committee of these, all of them stewards.
async fn stewards_of(hands: &Hands, towns: &[&Town], names: &[&str]) -> CommitteeId {
    let committee = committee_of(towns, names).await;
    let steward = |name: &&str| Proposal::Steward((*name).to_owned());
    let sheet = towns[0].desk.propose(committee, names[1..].iter().map(steward).collect()).await.unwrap();
    for town in &towns[1..] {
        towns[0].meet(town).await;
        let signed = town.desk.minutes_of(committee, "2").await;
        if signed.is_err() {
            town.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
        }
        towns[0].meet(town).await;
    }
    meet_all(towns).await;
    pass(hands, 4 * HOUR, HOUR, towns).await;
    committee
}

/// The pens that envelopes of this node since a moment are signed by.
fn pens_since(town: &Town, before: &BTreeSet<kenes_core::ids::EnvelopeId>) -> BTreeSet<PublicKey> {
    let all = town.node.read_after(Arrival::START, 10_000).unwrap();
    all.iter().filter(|(_, e)| !before.contains(&e.id())).map(|(_, e)| e.header().pen).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn l4_a_second_steward_invites_with_spare_pens_of_his_own_and_the_joiner_meets_a_relay_only() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина"]);
    let [a, b] = [town_by(names[0], Some(hands.clone())).await, town_by(names[1], Some(hands.clone())).await];
    let [relay, joiner] = [town_by("", Some(hands.clone())).await, town_by("Сәуле", Some(hands.clone())).await];
    let committee = committee_of(&[&a, &b], &names).await;
    assert!(matches!(b.desk.invite(committee, 1, None).await, Err(DeskError::NotAllowed(_))));
    let steward = vec![Proposal::Steward("Дина".into())];
    let sheet = a.desk.propose(committee, steward).await.unwrap();
    a.meet(&b).await;
    b.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    assert!(matches!(b.desk.invite(committee, 1, None).await, Err(DeskError::NoSparePen(_))));
    pass(&hands, 2 * HOUR, HOUR, &[&a, &b]).await;
    assert_eq!(a.newest_list().list.keepers.len(), 1, "of two, either alone could hold up every list");
    // The founder is away from here on. Inviter and joiner are never connected, nor at the same time with the relay.
    let invite = b.desk.invite(committee, 1, None).await.unwrap();
    b.carry_to(&relay).await;
    relay.carry_to(&joiner).await;
    joiner.desk.join(&invite.uri, "").await.unwrap();
    joiner.carry_to(&relay).await;
    relay.carry_to(&b).await;
    b.desk.committees().await.unwrap();
    b.post(committee, "қош келдің").await.unwrap();
    b.carry_to(&relay).await;
    relay.carry_to(&joiner).await;
    assert_eq!(joiner.standing(committee).await, Standing::Probation);
    assert_eq!(joiner.texts().await, ["қош келдің"]);
    joiner.post(committee, "келдім").await.unwrap();
    joiner.carry_to(&relay).await;
    relay.carry_to(&b).await;
    assert_eq!(b.texts().await, ["келдім", "қош келдің"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn l1_three_keepers_sign_a_list_together_and_a_removal_is_followed_by_one() {
    let (hands, names) = (hands(), ["Әйгерім", "Дина", "Ерлан"]);
    let mut towns = vec![];
    for name in names {
        towns.push(town_by(name, Some(hands.clone())).await);
    }
    let [a, b, c] = towns.try_into().unwrap_or_else(|_| unreachable!());
    let committee = stewards_of(&hands, &[&a, &b, &c], &names).await;
    assert_eq!(a.newest_list().list.keepers.len(), 3);
    let informer = town_by("Тимур", Some(hands.clone())).await;
    b.let_in(&informer, committee).await;
    meet_all(&[&a, &b, &c]).await;
    // A month is over: the next list has the newcomer's own pen, and takes two of three keepers, who meet one by one.
    hands.turn(30 * DAY);
    let before = a.newest_list();
    a.desk.committees().await.unwrap();
    assert_eq!(a.newest_list().list.no, before.list.no, "one keeper alone makes no list");
    pass(&hands, 3 * DAY, DAY, &[&a, &b, &c]).await;
    let monthly = c.newest_list();
    assert_eq!(monthly.list.no, before.list.no + 1);
    assert!(monthly.signatures.len() >= 2);
    c.meet(&informer).await;
    informer.meet(&c).await;
    let known = informer.envelopes();
    informer.post(committee, "мен").await.unwrap();
    let pens = pens_since(&informer, &known);
    assert!(pens.iter().all(|pen| monthly.list.has_pen(pen)), "he writes under a pen of this list");
    meet_all(&[&a, &b, &c]).await;
    a.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    meet_all(&[&a, &b, &c]).await;
    pass(&hands, 3 * DAY, DAY, &[&a, &b, &c]).await;
    let after = b.newest_list();
    assert_eq!(after.list.no, monthly.list.no + 1, "after a removal, and no other after that");
    assert!(pens.iter().all(|pen| !after.list.has_pen(pen)));
    let known = a.envelopes();
    for town in [&a, &b, &c] {
        town.post(committee, "біз").await.unwrap();
    }
    meet_all(&[&a, &b, &c]).await;
    assert!(pens_since(&a, &known).iter().all(|pen| after.list.has_pen(pen)), "everyone else is in it");
    // Any of the three still invites.
    c.desk.invite(committee, 1, None).await.unwrap();
}

/// Three stewards with a list of all three keepers; of the next one the first has drafted what the second has signed, and
/// the signature is with the second alone.
async fn begun(hands: &Hands) -> ([Town; 3], Town, CommitteeId) {
    let names = ["Әйгерім", "Дина", "Ерлан"];
    let by = |name| town_by(name, Some(hands.clone()));
    let towns = [by(names[0]).await, by(names[1]).await, by(names[2]).await];
    let [a, b, c] = &towns;
    let committee = stewards_of(hands, &[a, b, c], &names).await;
    assert_eq!(a.newest_list().list.keepers.len(), 3);
    let informer = by("Тимур").await;
    b.let_in(&informer, committee).await;
    meet_all(&[a, b, c]).await;
    // A month is over, and whoever goes before the first in turn is away.
    hands.turn(30 * DAY);
    a.desk.committees().await.unwrap();
    hands.turn(2 * DAY);
    a.desk.committees().await.unwrap();
    a.carry_to(b).await;
    b.desk.committees().await.unwrap();
    (towns, informer, committee)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_a_keeper_began_with_is_finished_though_somebody_in_it_is_out_by_now() {
    let hands = hands();
    let ([a, b, _away], informer, committee) = begun(&hands).await;
    let before = a.newest_list().list;
    // Before the first hears what the second signed, somebody in the draft is paused. The third is never seen again.
    a.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    pass(&hands, 3 * DAY, DAY, &[&a, &b]).await;
    let after = b.newest_list().list;
    assert_eq!(after.no, before.no + 2, "it is finished, and another follows it");
    let between = a.lists().into_iter().find(|signed| signed.list.no == before.no + 1).unwrap();
    assert_eq!((after.prev, between.list.prev), (between.list.id(), before.id()));
    let known = informer.envelopes();
    informer.post(committee, "мен").await.unwrap();
    assert!(pens_since(&informer, &known).iter().all(|pen| !after.has_pen(pen)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_a_keeper_began_with_is_finished_though_whoever_drafted_it_is_out_by_now() {
    let hands = hands();
    let ([_taken, b, c], _, committee) = begun(&hands).await;
    let before = b.newest_list().list;
    b.desk.pause(committee, "Әйгерім", Because::Arrested).await.unwrap();
    pass(&hands, 4 * DAY, DAY, &[&b, &c]).await;
    let after = c.newest_list().list;
    assert!(after.no >= before.no + 2, "it is drafted anew and finished, and another follows it");
    assert!(after.keepers.iter().any(|keeper| before.keepers.contains(keeper)) && after.keepers.len() == 1);
}
