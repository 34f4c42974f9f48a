//! A committee that moves to a channel that minutes name: who finds the way, by what, and who is in it at once.

use kenes_core::envelope::Body;
use kenes_core::ids::{ChannelId, CommitteeId};
use kenes_core::time::{BUILT, DAY, HOUR};
use kenes_desk::DeskError;
use kenes_desk::view::{NewResolution, Proposal, SheetStatus, Standing};
use kenes_node::Arrival;
use kenes_node::clock::Hands;
use zeroize::Zeroizing;

use super::town::*;

const NAMES: [&str; 3] = ["Әйгерім", "Дина", "Ерлан"];

async fn towns(hands: &Hands) -> [Town; 3] {
    let by = |name| town_by(name, Some(hands.clone()));
    [by(NAMES[0]).await, by(NAMES[1]).await, by(NAMES[2]).await]
}

fn hands() -> Hands {
    Hands::showing(BUILT.plus(30 * DAY))
}

async fn channel(town: &Town, committee: CommitteeId) -> ChannelId {
    town.desk.committee(committee).await.unwrap().channel
}

/// The first puts a sheet that names a new channel, and the second signs it.
async fn move_on(chair: &Town, other: &Town, committee: CommitteeId) {
    let sheet = chair.desk.propose(committee, vec![Proposal::NewChannel]).await.unwrap();
    chair.meet(other).await;
    let signed = other.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    assert_eq!(signed.status, SheetStatus::Adopted);
    chair.meet(other).await;
    chair.meet(other).await;
    assert_eq!(channel(chair, committee).await, channel(other, committee).await);
}

/// Whether a node carries a channel.
async fn carries(town: &Town, channel: ChannelId) -> bool {
    town.node.status().await.unwrap().channels.iter().any(|known| known.channel == channel)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_comes_back_after_forty_days_finds_the_way_from_what_a_relay_has_of_the_old_channel() {
    let hands = hands();
    let [a, b, away] = towns(&hands).await;
    let relay = town_by("", Some(hands.clone())).await;
    let committee = committee_of(&[&a, &b, &away], &NAMES).await;
    meet_all(&[&a, &b, &away]).await;
    let old = channel(&a, committee).await;
    move_on(&a, &b, committee).await;
    let new = channel(&a, committee).await;
    assert_ne!(old, new);
    // Weeks go by, in which the two of them meet and now and then come past the relay.
    for _ in 0..5 {
        pass(&hands, 8 * DAY, 4 * DAY, &[&a, &b]).await;
        a.post(committee, "мұндамыз").await.unwrap();
        a.carry_to(&relay).await;
    }
    pass(&hands, 2 * HOUR, HOUR, &[&a, &b]).await;
    a.post(committee, "кел").await.unwrap();
    a.carry_to(&relay).await;
    b.carry_to(&relay).await;
    assert_eq!(channel(&away, committee).await, old);
    // Whoever comes back knows the old channel only, and hears of it first and of nothing else.
    relay.carry_but(&away, |envelope| envelope.header().channel != old).await;
    assert_eq!(channel(&away, committee).await, new, "what decided the move is still there");
    relay.carry_to(&away).await;
    assert!(away.texts().await.contains(&"кел".to_owned()));
    assert_eq!(away.standing(committee).await, Standing::Voter);
    away.post(committee, "келдім").await.unwrap();
    away.carry_to(&relay).await;
    relay.carry_to(&b).await;
    assert!(b.texts().await.contains(&"келдім".to_owned()));
    // The old channel is let go in the end, and nothing of it is missed.
    assert!(carries(&a, old).await);
    pass(&hands, 70 * DAY, 7 * DAY, &[&a, &b]).await;
    assert!(!carries(&a, old).await && carries(&a, new).await);
    a.post(committee, "бәрі жақсы").await.unwrap();
    a.meet(&b).await;
    assert!(b.texts().await.contains(&"бәрі жақсы".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_let_in_after_the_list_was_made_writes_in_the_new_channel_from_its_next_list_on() {
    let hands = hands();
    let [a, b, c] = towns(&hands).await;
    let late = town_by("Сәуле", Some(hands.clone())).await;
    let towns = [&a, &b, &c];
    let committee = committee_of(&towns, &NAMES).await;
    let sheet = a.desk.propose(committee, vec![Proposal::NewChannel]).await.unwrap();
    a.let_in(&late, committee).await;
    late.post(committee, "сәлем").await.unwrap();
    a.meet(&b).await;
    b.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    meet_all(&[&a, &b, &c, &late]).await;
    assert_eq!(channel(&late, committee).await, channel(&a, committee).await);
    a.post(committee, "көштік").await.unwrap();
    a.meet(&late).await;
    assert!(late.texts().await.contains(&"көштік".to_owned()), "{:?}", late.texts().await);
    let early = late.post(committee, "мен де").await;
    assert!(matches!(early, Err(DeskError::NoPen(_))), "{early:?}");
    pass(&hands, 2 * HOUR, HOUR, &[&a, &late]).await;
    late.post(committee, "мен де").await.unwrap();
    meet_all(&[&late, &a, &b, &c]).await;
    assert!(c.texts().await.contains(&"мен де".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_votes_and_has_no_pen_yet_proposes_and_signs_what_leaves_by_file() {
    let hands = hands();
    let [a, b, c] = towns(&hands).await;
    let late = town_by("Сәуле", Some(hands.clone())).await;
    let committee = committee_of(&[&a, &b, &c], &NAMES).await;
    // Let in once the new channel's list was made, and confirmed before another follows.
    let sheet = a.desk.propose(committee, vec![Proposal::NewChannel]).await.unwrap();
    a.let_in(&late, committee).await;
    a.meet(&b).await;
    b.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    meet_all(&[&a, &b, &late]).await;
    let admits = vec![Proposal::Admit { who: "Сәуле".into(), steward: false }];
    let sheet = a.desk.propose(committee, admits).await.unwrap();
    a.meet(&b).await;
    b.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    meet_all(&[&a, &b, &late]).await;
    assert_eq!(late.standing(committee).await, Standing::Voter);
    assert!(matches!(late.post(committee, "сәлем").await, Err(DeskError::NoPen(_))));
    // The sheet and the request for a round go over by file, and the passes come back as ever.
    let proposed = late.desk.propose(committee, vec![Proposal::Steward("Дина".into())]).await.unwrap();
    assert!(proposed.by_hand && proposed.status == SheetStatus::Open);
    let carry = async |from: &Town, to: &Town| {
        let file = from.desk.export_sheet(committee, &proposed.id.to_string()).await.unwrap();
        to.desk.import_sheet(file).await.unwrap().minutes
    };
    late.meet(&a).await;
    assert!(!a.desk.minutes(committee, true).await.unwrap().iter().any(|open| open.id == proposed.id));
    assert!(!carry(&late, &a).await.by_hand);
    meet_all(&[&a, &b, &late]).await;
    // Its own desk tabled and signed it meanwhile, by itself.
    carry(&late, &a).await;
    a.desk.sign(committee, &proposed.id.to_string()).await.unwrap();
    a.meet(&b).await;
    let signed = b.desk.sign(committee, &proposed.id.to_string()).await.unwrap();
    assert_eq!((signed.status, signed.by_hand), (SheetStatus::Adopted, false));
    // What lay here goes into everybody's book once a list has its pen.
    let put = NewResolution { committee, title: "ас".into(), text: "асхана".into(), lasts: None };
    let put = late.desk.put_resolution(put).await.unwrap();
    assert!(put.by_hand);
    pass(&hands, 3 * HOUR, HOUR, &[&a, &b, &late]).await;
    assert!(!late.desk.resolution(&put.id.to_string()).await.unwrap().by_hand);
    assert_eq!(b.desk.resolution(&put.id.to_string()).await.unwrap().signed.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_of_the_old_channel_is_answered_no_more_and_a_new_one_lets_the_same_person_in() {
    let hands = hands();
    let [a, b, c] = towns(&hands).await;
    let committee = committee_of(&[&a, &b, &c], &NAMES).await;
    let joiner = town_by("Сәуле", Some(hands.clone())).await;
    let old = a.desk.invite(committee, 1, None).await.unwrap();
    move_on(&a, &b, committee).await;
    a.carry_to(&joiner).await;
    joiner.desk.join(&old.uri, "").await.unwrap();
    joiner.meet(&a).await;
    joiner.meet(&a).await;
    assert_eq!(joiner.standing(committee).await, Standing::Pending);
    assert!(a.desk.requests(committee).await.unwrap().is_empty());
    let new = a.desk.invite(committee, 1, None).await.unwrap();
    a.carry_to(&joiner).await;
    joiner.desk.join(&new.uri, "").await.unwrap();
    joiner.meet(&a).await;
    joiner.meet(&a).await;
    assert_eq!(joiner.standing(committee).await, Standing::Probation);
    assert_eq!(channel(&joiner, committee).await, channel(&a, committee).await);
    joiner.post(committee, "келдім").await.unwrap();
    joiner.meet(&a).await;
    assert_eq!(a.texts().await, ["келдім"]);
    // Nothing of hers was ever in the old channel, but the request that nobody answered.
    assert!(a.envelopes().is_superset(&joiner.envelopes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_bring_a_member_back_who_was_let_in_before_the_committee_moved() {
    let hands = hands();
    let [a, b, lost] = towns(&hands).await;
    let committee = committee_of(&[&a, &b, &lost], &NAMES).await;
    let words = lost.desk.words(passphrase()).await.unwrap();
    drop(lost.stop().await);
    for _ in 0..2 {
        move_on(&a, &b, committee).await;
        pass(&hands, 2 * HOUR, HOUR, &[&a, &b]).await;
    }
    let back = open_by(tempfile::tempdir().unwrap(), Some(hands.clone())).await;
    back.desk.restore(passphrase(), "Ерлан", Zeroizing::new(words.to_string())).await.unwrap();
    let invite = a.desk.invite_back(committee, "Ерлан", None).await.unwrap();
    back.desk.join(&invite.uri, "").await.unwrap();
    a.meet(&back).await;
    a.meet(&back).await;
    assert_eq!(back.standing(committee).await, Standing::Voter);
    back.post(committee, "қайттым").await.unwrap();
    back.meet(&a).await;
    assert_eq!(a.texts().await, ["қайттым"]);
    back.desk.vote_by_words(committee).await.unwrap();
    let sheet = a.desk.propose(committee, vec![Proposal::Steward("Дина".into())]).await.unwrap();
    a.meet(&back).await;
    let signed = back.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    assert_eq!(signed.status, SheetStatus::Adopted);
}

#[tokio::test(flavor = "multi_thread")]
async fn talk_of_those_who_had_not_heard_is_read_and_no_pen_or_keeper_stands_in_both_channels() {
    let hands = hands();
    let [a, b, c] = towns(&hands).await;
    let committee = committee_of(&[&a, &b, &c], &NAMES).await;
    let old = channel(&a, committee).await;
    move_on(&a, &b, committee).await;
    c.post(committee, "естімедім").await.unwrap();
    c.carry_to(&a).await;
    assert_eq!(a.texts().await, ["естімедім"]);
    meet_all(&[&a, &b, &c]).await;
    pass(&hands, 2 * HOUR, HOUR, &[&a, &b, &c]).await;
    c.post(committee, "естідім").await.unwrap();
    c.meet(&b).await;
    assert!(b.texts().await.contains(&"естідім".to_owned()));
    let new = channel(&a, committee).await;
    let lists = |of: ChannelId| {
        let all = a.node.read_after(Arrival::START, 10_000).unwrap();
        let of = all.into_iter().filter(move |(_, envelope)| envelope.header().channel == of);
        let keys = of.filter_map(|(_, envelope)| match envelope.body() {
            Body::List(signed) => Some([signed.list.pens.clone(), signed.list.keepers.clone()].concat()),
            Body::Sealed(_) | Body::Rotate(_) | Body::Boxed(_) | Body::Public(_) | Body::Page(_) => None,
        });
        keys.flatten().collect::<std::collections::BTreeSet<_>>()
    };
    assert!(lists(old).is_disjoint(&lists(new)));
}
