//! Cases E, as far as they follow from the book and from rotations alone; sealing is tested beside the code.

use std::collections::BTreeMap;

use kenes_core::book::{Book, Cause, Content, Entry, Ground, Opening, State};
use kenes_core::epoch::{self, QUIET, Reason, Rotation, TALK, Unfit, WEEK};
use kenes_core::ids::{BookId, ChannelId, EpochId};
use kenes_core::time::BUILT;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::hall::*;

/// These people, each with a device.
fn hall(people: &[u8]) -> Hall {
    let mut hall = Hall::found(people);
    for n in people {
        hall.device(*n, 0);
    }
    hall
}

/// What an honest desk of this member makes of its state.
fn rotation(state: &State, by: u8, after: &[EpochId], time: u64) -> Rotation {
    Rotation {
        version: epoch::VERSION,
        committee: state.committee,
        channel: state.roster().channel,
        author: device_key(by, 0),
        recipients: state.recipients().iter().map(|device| device.sign).collect(),
        after: after.to_vec(),
        under: state.roster().at,
        out: state.put_out_by().into_iter().collect(),
        shares: [0; 32],
        time: BUILT.plus(time),
    }
}

fn epoch(n: u8) -> EpochId {
    EpochId::from_bytes([n; 32])
}

fn all(rotations: &[&Rotation]) -> BTreeMap<EpochId, Rotation> {
    rotations.iter().zip(1..).map(|(rotation, n)| (epoch(n), (*rotation).clone())).collect()
}

/// The epoch to write under once objects and rotations are all here: the same in whatever order they come, also where
/// a desk looks on the way.
fn preferred(hall: &Hall, rotations: &BTreeMap<EpochId, Rotation>) -> Option<EpochId> {
    let told = epoch::preferred(rotations, &hall.read_once());
    let mut rng = ChaCha20Rng::from_seed([6; 32]);
    every_order(hall.objects.len() + rotations.len(), |order| {
        let ask = rng.next_u32().is_multiple_of(8);
        let (mut book, mut here, mut now) = (Book::new(hall.committee), BTreeMap::new(), None);
        for (step, at) in order.iter().enumerate() {
            match at.checked_sub(hall.objects.len()) {
                None => book.insert(hall.objects[*at].clone()),
                Some(at) => here.extend(rotations.iter().nth(at).map(|(id, rotation)| (*id, rotation.clone()))),
            }
            if ask || step + 1 == order.len() {
                now = book.state().and_then(|state| epoch::preferred(&here, &state));
            }
        }
        assert_eq!(now, told, "in the order {order:?}");
    });
    told
}

#[test]
fn e1_of_two_rotations_that_each_answer_one_exclusion_neither_is_eligible() {
    let first = hall(&[1, 2, 3, 4]);
    let (mut one, mut other, mut both) = (first.clone(), first.clone(), first);
    one.suspend(1, 0, 3);
    other.suspend(2, 0, 4);
    both.suspend(1, 0, 3);
    both.suspend(2, 0, 4);
    let (one, other) = (rotation(&one.state(), 1, &[], 0), rotation(&other.state(), 2, &[], 0));
    let state = both.state();
    let rotations = all(&[&one, &other]);
    assert!(rotations.values().all(|rotation| epoch::eligible(rotation, &state).is_err()));
    assert_eq!(epoch::due(&state, &rotations, BUILT, 0), Some((Reason::NoneEligible, None)));
    assert_eq!(preferred(&both, &rotations), None);
    let answer = rotation(&state, 1, &[epoch(1), epoch(2)], 0);
    assert_eq!(preferred(&both, &all(&[&one, &other, &answer])), Some(epoch(3)));
}

#[test]
fn e2_of_twin_rotations_the_lowest_id_is_preferred_by_all() {
    let hall = hall(&[1, 2, 3]);
    let state = hall.state();
    let twins = all(&[&rotation(&state, 1, &[], 0), &rotation(&state, 2, &[], 60)]);
    assert_eq!(preferred(&hall, &twins), Some(epoch(1)));
}

#[test]
fn e3_nothing_is_written_under_a_rotation_that_does_not_answer_minutes_or_comes_from_the_wrong_hands() {
    let mut hall = hall(&[1, 2, 3]);
    hall.admit(2, 0, 6);
    hall.device(6, 0);
    let before = hall.state();
    let old = rotation(&before, 1, &[], 0);
    assert_eq!(epoch::eligible(&old, &before), Ok(()));
    assert_eq!(epoch::eligible(&rotation(&before, 6, &[], 0), &before), Err(Unfit::Author));
    let mut without = rotation(&before, 1, &[], 0);
    without.recipients.retain(|device| *device != device_key(3, 0));
    assert_eq!(epoch::eligible(&without, &before), Err(Unfit::LeftOut(id(3))));
    without.recipients.retain(|device| *device != device_key(1, 0));
    assert_eq!(epoch::eligible(&without, &before), Err(Unfit::Author), "to all but its author");

    let mut removed = hall.clone();
    removed.adopt(1, 1, hall.genesis, vec![remove_entry(2)], &[1, 3]);
    let state = removed.state();
    assert!(epoch::eligible(&old, &state).is_err(), "the removed and whom they let in have shares");
    let answer = rotation(&state, 1, &[], 0);
    assert_eq!(answer.recipients.len(), 2);
    assert_eq!(epoch::eligible(&answer, &state), Ok(()));
    assert_eq!(epoch::eligible(&rotation(&state, 2, &[], 0), &state), Err(Unfit::Author));
    assert_eq!(preferred(&removed, &all(&[&old])), None, "nobody answered the removal yet");
    let own = rotation(&state, 2, &[epoch(1)], 60);
    let informed = rotation(&state, 1, &[epoch(1), epoch(2)], 120);
    assert_eq!(preferred(&removed, &all(&[&old, &own])), None, "whoever is removed answers in vain");
    assert_eq!(preferred(&removed, &all(&[&old, &own, &informed])), Some(epoch(3)));
    let unaware = Rotation { under: hall.genesis, ..answer };
    assert!(matches!(epoch::eligible(&unaware, &state), Err(Unfit::Unanswered(_))));

    let mut suspended = hall.clone();
    suspended.suspend(1, 0, 2);
    let state = suspended.state();
    assert!(!rotation(&state, 1, &[], 0).recipients.contains(&device_key(6, 0)), "out with whoever let them in");
}

#[test]
fn e3_whoever_had_the_secret_by_a_welcome_is_answered_by_a_new_rotation_too() {
    let mut hall = hall(&[1, 2, 3]);
    let before = rotation(&hall.state(), 1, &[], 0);
    // No share for the newcomer in it, and yet the secret is known there.
    hall.admit(2, 0, 6);
    hall.device(6, 0);
    assert_eq!(epoch::eligible(&before, &hall.state()), Ok(()));
    let by = hall.suspend(1, 0, 6);
    let state = hall.state();
    assert_eq!(epoch::eligible(&before, &state), Err(Unfit::Unanswered(Ground::Act(by.into()))));
    assert_eq!(preferred(&hall, &all(&[&before])), None);
    let answer = rotation(&state, 2, &[epoch(1)], 60);
    assert_eq!(preferred(&hall, &all(&[&before, &answer])), Some(epoch(2)));
}

#[test]
fn e3_a_rotation_older_than_a_recall_or_a_replaced_key_is_not_written_under() {
    let hall = hall(&[1, 2, 3]);
    let old = rotation(&hall.state(), 1, &[], 0);
    let recall = Entry::Recall { devices: vec![device_key(2, 0)], seen: vec![], published: vec![] };
    let replace = hall.replace_entry(2, &vote_key(40), vec![]);
    for entry in [recall, replace] {
        let mut hall = hall.clone();
        hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
        let state = hall.state();
        assert_eq!(epoch::eligible(&old, &state), Err(Unfit::Recipient(id(2))));
        assert_eq!(epoch::eligible(&rotation(&state, 1, &[], 0), &state), Ok(()));
    }
}

#[test]
fn e4_what_the_removed_says_beyond_the_op_named_is_refused_and_nobody_else_s() {
    let mut hall = hall(&[1, 2, 3, 4]);
    let seen = vec![seen(4, 0, 7)];
    let entry = Entry::Remove { member: id(4), seen, published: vec![] };
    let before = hall.state();
    let old = rotation(&before, 1, &[], 0);
    hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 2, 3]);
    let state = hall.state();
    // Whoever has not heard still writes under the old epoch, and is taken.
    assert_eq!(epoch::eligible(&old, &before), Ok(()));
    assert!((1..=3).all(|n| state.refuses(&device_key(n, 0), numbered(1_000)).is_none()));
    // What the removed said up to the op named stands, and is marked; he himself stays known as its author.
    assert!(state.refuses(&device_key(4, 0), numbered(7)).is_none());
    let refused = state.refuses(&device_key(4, 0), numbered(8)).expect("beyond the op named");
    assert_eq!((refused.member, refused.cause), (id(4), Cause::Removed));
    assert_eq!(state.owner(&device_key(4, 0)).map(|(member, _)| member), Some(id(4)));
    assert_eq!(preferred(&hall, &all(&[&old])), None, "whoever has heard rotates first");
}

#[test]
fn e6_whoever_came_in_the_other_half_lacks_a_share_and_the_epoch_stays() {
    let mut hall = hall(&[1, 2, 3]);
    let made = rotation(&hall.state(), 1, &[], 0);
    hall.admit(2, 0, 6);
    hall.device(6, 0);
    let state = hall.state();
    assert_eq!(preferred(&hall, &all(&[&made])), Some(epoch(1)), "one on probation is given a share");
    assert!(state.recipients().iter().any(|device| !made.recipients.contains(&device.sign)));
    let devices = epoch::rotators(&state);
    let mut ranks: Vec<_> = devices.iter().filter_map(|device| epoch::rank(&[7; 32], device, &devices)).collect();
    ranks.sort_unstable();
    assert_eq!(ranks, [0, 1, 2], "by one desk, and the others after it");
    assert_eq!(epoch::rank(&[7; 32], &device_key(6, 0), &devices), None);
}

#[test]
fn e9_an_informer_who_rotates_each_minute_moves_nobody() {
    let hall = hall(&[1, 2, 3]);
    let state = hall.state();
    let honest = rotation(&state, 1, &[], 0);
    let mut rotations = all(&[&honest]);
    for n in 2..60 {
        let after: Vec<_> = (1..n).map(epoch).collect();
        let mut repeated = rotation(&state, 3, &after, 60 * u64::from(n));
        repeated.after = after;
        rotations.insert(epoch(n), repeated);
    }
    assert_eq!(epoch::preferred(&rotations, &state), Some(epoch(1)));
    let (early, late) = (BUILT.plus(WEEK - 1), BUILT.plus(WEEK));
    assert_eq!(epoch::due(&state, &rotations, early, 0), None);
    assert_eq!(epoch::due(&state, &rotations, early, TALK), Some((Reason::Worn, Some(epoch(1)))));
    assert_eq!(epoch::due(&state, &rotations, BUILT.plus(QUIET - 1), TALK), None, "a new one would not be preferred");
    assert_eq!(epoch::due(&state, &rotations, late, 0), Some((Reason::Weekly, Some(epoch(1)))));
    let weekly = rotation(&state, 2, &[epoch(1), epoch(59)], QUIET);
    rotations.insert(epoch(90), weekly);
    assert_eq!(epoch::preferred(&rotations, &state), Some(epoch(90)), "what moves nobody holds nobody up");
}

#[test]
fn e9_the_weekly_rotation_follows_the_one_in_use_however_many_others_there_are() {
    let state = hall(&[1, 2, 3]).state();
    let mut rotations = all(&[&rotation(&state, 1, &[], 0)]);
    for n in 2..60 {
        rotations.insert(epoch(n), rotation(&state, 3, &[epoch(1)], 60 * u64::from(n)));
    }
    let current = epoch::preferred(&rotations, &state);
    assert_eq!(current, Some(epoch(1)));
    let after = epoch::to_follow(&rotations, current, &device_key(2, 0));
    assert!(after.len() == epoch::AFTER && after.contains(&epoch(1)) && after.contains(&epoch(59)));
    let after: Vec<_> = after.into_iter().collect();
    rotations.insert(epoch(90), rotation(&state, 2, &after, WEEK));
    assert_eq!(epoch::preferred(&rotations, &state), Some(epoch(90)));
}

#[test]
fn a_device_is_sealed_to_by_the_newest_key_that_it_asks_for_and_one_who_is_out_asks_in_vain() {
    let mut hall = hall(&[1, 2, 3]);
    let key = |n: u8| device(n, 9).open.public();
    for (by, no, open) in [(1, 1, key(5)), (1, 2, key(4)), (1, 1, key(6)), (2, 1, key(7)), (3, 7, key(8))] {
        hall.put_by(&device(by, 0).sign, Content::Opening(Opening { no, open }));
    }
    hall.put_by(&vote_key(3), Content::Opening(Opening { no: 9, open: key(9) }));
    hall.suspend(1, 0, 3);
    let state = hall.state();
    let open = |n: u8| state.members[&id(n)].devices[0].open;
    assert_eq!([open(1), open(2), open(3)], [key(4), key(7), device(3, 0).open.public()]);
    assert!(state.recipients().iter().any(|to| to.sign == device_key(1, 0) && to.open == key(4)));
}

#[test]
fn e9_an_informer_who_follows_nobody_and_tries_ids_moves_everybody_once_and_then_nobody() {
    let state = hall(&[1, 2, 3]).state();
    let now = 10 * WEEK;
    let mut rotations: BTreeMap<_, _> = [(epoch(90), rotation(&state, 1, &[], now))].into();
    let mut moves = 0;
    for n in 0..40 {
        let before = epoch::preferred(&rotations, &state);
        rotations.insert(epoch(80 - n), rotation(&state, 3, &[], now + 60 * u64::from(n)));
        moves += usize::from(epoch::preferred(&rotations, &state) != before);
    }
    assert_eq!((moves, epoch::preferred(&rotations, &state)), (2, Some(epoch(90))), "there, and back again");
    for n in 0..30 {
        rotations.insert(epoch(40 - n), rotation(&state, 3, &[], now - QUIET * u64::from(n) / 4));
        assert_eq!(epoch::preferred(&rotations, &state), Some(epoch(90)), "nor by claiming to be older");
    }
    // What is six days older than another is not as new as that, whatever its id.
    let stale = rotation(&state, 2, &[], now - QUIET);
    rotations.insert(epoch(1), stale.clone());
    assert_eq!(epoch::preferred(&rotations, &state), Some(epoch(90)));
    rotations.insert(epoch(1), Rotation { time: BUILT.plus(now - QUIET + 1), ..stale });
    assert_eq!(epoch::preferred(&rotations, &state), Some(epoch(1)), "a twin, by one who did not hear of the other");
}

#[test]
fn e9_whoever_seals_to_devices_that_nobody_has_moves_nobody() {
    let state = hall(&[1, 2, 3]).state();
    let with_ghosts = |after: &[EpochId], time, ghosts: u8| {
        let mut rotation = rotation(&state, 3, after, time);
        rotation.recipients.extend((0..ghosts).map(|n| device_key(9, n)));
        rotation.recipients.sort_unstable();
        rotation
    };
    let honest = rotation(&state, 1, &[], 0);
    let following = with_ghosts(&[epoch(1)], 60, 1);
    assert_eq!(epoch::preferred(&all(&[&honest, &following]), &state), Some(epoch(1)));
    let beside = with_ghosts(&[], 60, 7);
    assert_eq!(epoch::preferred(&all(&[&honest, &beside]), &state), Some(epoch(1)), "a twin with the higher id");
}

#[test]
fn e9_a_desk_names_its_own_rotations_however_many_others_there_are() {
    let state = hall(&[1, 2, 3]).state();
    let mut rotations = all(&[&rotation(&state, 1, &[], 0), &rotation(&state, 2, &[], 0)]);
    for n in 3..90 {
        rotations.insert(epoch(n), rotation(&state, 3, &[], 60 * u64::from(n)));
    }
    let after = epoch::to_follow(&rotations, Some(epoch(1)), &device_key(2, 0));
    assert!(after.len() == epoch::AFTER && after.contains(&epoch(1)) && after.contains(&epoch(2)));
}

#[test]
fn e9_whoever_leaves_someone_on_probation_out_in_between_moves_nobody_either() {
    let mut hall = hall(&[1, 2, 3]);
    hall.admit(1, 0, 6);
    hall.device(6, 0);
    let state = hall.state();
    let honest = rotation(&state, 1, &[], 0);
    let mut fewer = rotation(&state, 3, &[epoch(1)], 60);
    fewer.recipients.retain(|device| *device != device_key(6, 0));
    let again = rotation(&state, 3, &[epoch(1), epoch(2)], 120);
    assert_eq!(preferred(&hall, &all(&[&honest, &fewer, &again])), Some(epoch(1)));
}

#[test]
fn a_rotation_under_minutes_of_another_branch_or_of_another_committee_is_not_written_under() {
    let mut hall = Hall::found(&[1, 2, 3]);
    for n in 1..=3 {
        hall.device(n, 0);
    }
    let first = hall.adopt(1, 1, hall.genesis, super::minutes::policy(3), &[1, 2]);
    let state = hall.state();
    let good = rotation(&state, 1, &[], 0);
    assert_eq!(epoch::eligible(&good, &state), Ok(()));
    let elsewhere = BookId::from_bytes([8; 32]);
    let off = Rotation { under: elsewhere, ..good.clone() };
    assert_eq!(epoch::eligible(&off, &state), Err(epoch::Unfit::Elsewhere(elsewhere)));
    let foreign = Rotation { committee: Hall::found(&[4]).committee, ..good.clone() };
    assert_eq!(epoch::eligible(&foreign, &state), Err(epoch::Unfit::Foreign));
    let astray = Rotation { channel: ChannelId::from_bytes([8; 32]), ..good.clone() };
    assert_eq!(epoch::eligible(&astray, &state), Err(epoch::Unfit::Channel));
    assert_eq!(good.under, first);
}
