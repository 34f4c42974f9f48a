//! Cases S: suspensions, whom they put out, and how minutes settle them.

use kenes_core::book::{
    Admit, BadSheet, Because, Cause, Certificate, Content, Entry, NewKey, NewestList, NextPen, OPEN_ADMITS, Role,
    Suspend, Verdict, Why,
};
use kenes_core::ids::{BookId, ListId};

use super::hall::*;

fn reinstate(author: u8, upto: u32) -> Entry {
    Entry::Reinstate { author: id(author), upto }
}

#[test]
fn s1_two_who_suspend_each_other_are_both_out_and_both_vote() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.suspend(1, 0, 2);
    hall.suspend(2, 0, 1);
    let state = hall.state();
    assert!(state.is_excluded(&id(1)) && state.is_excluded(&id(2)) && !state.is_excluded(&id(3)));
    let sheet = hall.adopt(1, 1, hall.genesis, vec![reinstate(1, 0), reinstate(2, 0)], &[1, 2]);
    let state = hall.state();
    assert_eq!(state.roster().at, sheet);
    assert!(state.exclusions.is_empty());
}

#[test]
fn s2_three_who_suspend_each_other_in_a_ring_are_all_out_until_minutes_settle_it() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.suspend(1, 0, 2);
    hall.suspend(2, 0, 3);
    hall.suspend(3, 0, 1);
    assert_eq!(hall.state().exclusions.len(), 3);
    hall.adopt(1, 1, hall.genesis, vec![reinstate(1, 0), reinstate(3, 0)], &[1, 3]);
    let state = hall.state();
    assert!(!state.is_excluded(&id(1)) && !state.is_excluded(&id(2)) && state.is_excluded(&id(3)));
}

#[test]
fn s3_one_puts_out_one_at_any_time_whatever_was_signed_before() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let acts = [(1, 2), (2, 3), (3, 4)].map(|(no, who)| hall.suspend(1, no, who));
    let state = hall.state();
    assert!(state.is_excluded(&id(2)) && !state.is_excluded(&id(3)) && !state.is_excluded(&id(4)));
    assert_eq!(state.verdict(&acts[1]), Verdict::No(Why::AnotherOpen(acts[0])));
    hall.adopt(1, 1, hall.genesis, vec![reinstate(1, 1)], &[2, 3, 4]);
    let state = hall.state();
    assert!(!state.is_excluded(&id(2)) && state.is_excluded(&id(3)) && !state.is_excluded(&id(4)));
    assert_eq!(state.verdict(&acts[0]), Verdict::No(Why::Settled));
    let late = hall.suspend(1, 0, 5);
    let state = hall.state();
    assert_eq!(state.verdict(&late), Verdict::No(Why::Settled), "a lower number comes too late");
    assert!(state.is_excluded(&id(3)) && !state.is_excluded(&id(5)));
}

#[test]
fn s4_a_removed_member_s_suspensions_are_void() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.adopt(1, 1, hall.genesis, vec![remove_entry(3)], &[1, 2]);
    let void = hall.suspend(3, 0, 1);
    let state = hall.state();
    assert!(!state.is_excluded(&id(1)));
    assert_eq!(state.verdict(&void), Verdict::No(Why::NoRight));
}

#[test]
fn s5_whom_a_suspended_steward_lets_in_is_out_until_the_steward_is_back() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(2, 0, 6);
    hall.device(6, 0);
    hall.suspend_after(1, 0, 2, vec![seen(6, 0, 4)]);
    let state = hall.state();
    assert!(state.is_excluded(&id(6)));
    let cause = state.exclusions.iter().find(|exclusion| exclusion.member == id(6)).unwrap().cause;
    assert_eq!(cause, Cause::LetInBy(id(2)));
    assert!(
        state.refuses(&device_key(6, 0), numbered(4)).is_none()
            && state.refuses(&device_key(6, 0), numbered(5)).is_some()
    );
    hall.adopt(1, 1, hall.genesis, vec![reinstate(1, 0)], &[1, 2]);
    let state = hall.state();
    assert!(!state.is_excluded(&id(6)) && matches!(state.members[&id(6)].role, Role::Probation { .. }));
}

#[test]
fn s6_one_on_probation_neither_lets_in_nor_puts_out() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(1, 0, 6);
    let void = [hall.admit(6, 0, 7), hall.suspend(6, 0, 1)];
    let state = hall.state();
    assert_eq!(void.map(|id| state.verdict(&id)), [Verdict::No(Why::NoRight); 2]);
    assert!(!state.members.contains_key(&id(7)) && state.exclusions.is_empty());
}

#[test]
fn s7_of_those_whom_a_removed_steward_let_in_the_kept_stay() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(2, 0, 6);
    hall.admit(2, 1, 7);
    hall.device(7, 0);
    let entries = vec![remove_entry(2), Entry::Keep { member: id(6) }];
    let sheet = hall.adopt(1, 1, hall.genesis, entries, &[1, 3]);
    let state = hall.state();
    assert!(matches!(state.members[&id(6)].role, Role::Probation { .. }) && !state.is_excluded(&id(6)));
    let Role::Former { by } = state.members[&id(7)].role else { panic!("still there") };
    assert!(by.id == sheet && state.is_excluded(&id(7)));
    assert!(state.recipients().iter().all(|device| device.sign != device_key(7, 0)));
    hall.adopt(1, 2, sheet, vec![hall.admit_entry(6), Entry::Drop { member: id(7), seen: vec![] }], &[1, 3]);
    let state = hall.state();
    assert!(state.members[&id(6)].is_voter() && !state.members[&id(7)].is_present());
}

#[test]
fn s8_nine_put_out_nine_and_three_put_out_three() {
    let people: Vec<u8> = (1..=30).collect();
    let mut hall = Hall::found(&people);
    for n in 0..9 {
        hall.suspend(10 + n, 0, 1 + n);
    }
    let state = hall.state();
    assert_eq!((1..=30).filter(|n| state.is_excluded(&id(*n))).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
    let mut hall = Hall::found(&people);
    for n in 0..9 {
        hall.suspend(28 + n % 3, (n / 3).into(), 1 + n);
    }
    let state = hall.state();
    assert_eq!((1..=30).filter(|n| state.is_excluded(&id(*n))).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn two_suspensions_under_one_number_put_their_author_out_until_minutes_settle_the_number() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.suspend(1, 0, 2);
    hall.suspend(1, 0, 3);
    let state = hall.state();
    assert!(state.is_excluded(&id(1)));
    assert_eq!([2, 3].iter().filter(|n| state.is_excluded(&id(**n))).count(), 1);
    hall.adopt(1, 1, hall.genesis, vec![reinstate(1, 0)], &[2, 3]);
    assert!(hall.state().exclusions.is_empty());
}

#[test]
fn a_confirmed_newcomer_makes_room_for_another() {
    let mut hall = Hall::found(&[1, 2, 3]);
    for n in 0..6 {
        hall.admit(1, n, 10 + n as u8);
    }
    assert!(!hall.state().members.contains_key(&id(15)));
    hall.adopt(1, 1, hall.genesis, vec![hall.admit_entry(10)], &[1, 2]);
    let state = hall.state();
    assert!(state.members[&id(10)].is_voter() && state.members.contains_key(&id(15)));
}

#[test]
fn a_removed_steward_lets_in_nobody_more_under_a_crowd_of_names() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.adopt(1, 1, hall.genesis, vec![remove_entry(3)], &[1, 2]);
    for n in 0..20 {
        hall.admit(3, n, 10 + n as u8);
    }
    assert_eq!(hall.state().members.len(), 3 + OPEN_ADMITS);
}

#[test]
fn whoever_took_a_key_since_replaced_takes_no_numbers_from_the_new_one() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let new = vote_key(40);
    let entry = hall.replace_entry(2, &new, vec![]);
    hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
    for n in 0..20 {
        hall.admit(2, n, 10 + n as u8);
    }
    for n in 0..5 {
        let who = 50 + n as u8;
        let admit = Admit { no: n, identity: identity(who), name: [0; 32], consent: hall.consent(who) };
        hall.put_by(&new, Content::Admit(admit));
    }
    let state = hall.state();
    for n in 50..55 {
        assert!(matches!(state.members[&id(n)].role, Role::Probation { .. }) && !state.is_excluded(&id(n)));
    }
}

fn replace_and_let_stand(hall: &Hall, who: u8, vote: u8, open: Option<BookId>) -> Entry {
    let NewKey { member, vote, proof } = hall.new_key(who, &vote_key(vote));
    Entry::ReplaceKey { member, vote, proof, open, seen: vec![] }
}

#[test]
fn a_suspension_by_a_key_since_replaced_stays_if_minutes_say_so_until_minutes_settle_it() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(1, 0, 6);
    let pause = hall.suspend(2, 0, 6);
    let entry = replace_and_let_stand(&hall, 2, 40, Some(pause));
    let first = hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
    let late = hall.suspend(2, 1, 3);
    let state = hall.state();
    assert!(state.is_excluded(&id(6)) && !state.is_excluded(&id(3)));
    assert_eq!(state.open_suspension(&id(2)), Some((pause, id(6))));
    assert_eq!(state.verdict(&late), Verdict::No(Why::KeyReplaced(first)), "by whoever has the old key");
    // The new key counts from nothing: that is no second suspension under one number, and waits its turn.
    let own = |no, who| Content::Suspend(Suspend { no, member: id(who), because: Because::Distrust, seen: vec![] });
    let waits = hall.put_by(&vote_key(40), own(0, 1));
    let state = hall.state();
    assert!(!state.is_excluded(&id(2)) && !state.is_excluded(&id(1)));
    assert_eq!(state.verdict(&waits), Verdict::No(Why::AnotherOpen(pause)));
    let next = hall.put_by(&vote_key(40), own(1, 3));
    let entries = hall.read_once().settling(&hall.book(), &id(6));
    assert_eq!(entries, [reinstate(2, 0)]);
    hall.adopt(1, 2, first, entries, &[1, 3]);
    let state = hall.state();
    assert!(!state.is_excluded(&id(6)) && state.is_excluded(&id(3)));
    assert_eq!(state.verdict(&next), Verdict::Counts);
}

#[test]
fn of_a_key_replaced_twice_only_what_the_later_minutes_let_stand_stays() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(1, 0, 6);
    let pause = hall.suspend(2, 0, 6);
    let entry = replace_and_let_stand(&hall, 2, 40, Some(pause));
    let first = hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
    for (open, stays) in [(Some(pause), true), (None, false)] {
        let mut hall = hall.clone();
        let entry = replace_and_let_stand(&hall, 2, 41, open);
        hall.adopt(1, 2, first, vec![entry], &[1, 3]);
        assert_eq!(hall.state().is_excluded(&id(6)), stays);
    }
}

#[test]
fn a_recalled_device_speaks_no_longer_and_what_it_said_before_stays() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.device(2, 0);
    hall.device(2, 1);
    let entry = Entry::Recall { devices: vec![device_key(2, 0)], seen: vec![seen(2, 0, 7)], published: vec![] };
    hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 2]);
    let state = hall.state();
    assert!(!state.is_excluded(&id(2)), "the member stays");
    assert_eq!(state.recipients().len(), 1);
    assert!(
        state.refuses(&device_key(2, 0), numbered(7)).is_none()
            && state.refuses(&device_key(2, 0), numbered(8)).is_some()
    );
    assert!(state.refuses(&device_key(2, 1), numbered(100)).is_none());
    assert_eq!(state.owner(&device_key(2, 0)).unwrap().0, id(2));
}

#[test]
fn a_new_key_certifies_its_owner_s_devices_again_and_the_old_one_none() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.device(2, 0);
    hall.device(2, 1);
    let new = vote_key(40);
    let seen = vec![seen(2, 0, 3)];
    let entry = hall.replace_entry(2, &new, seen);
    hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
    hall.device_by(&new, 2, 1);
    hall.device(2, 2);
    let state = hall.state();
    let member = &state.members[&id(2)];
    assert_eq!(member.devices.iter().map(|device| device.sign).collect::<Vec<_>>(), [device_key(2, 1)]);
    assert!(
        state.refuses(&device_key(2, 0), numbered(3)).is_none()
            && state.refuses(&device_key(2, 0), numbered(4)).is_some()
    );
    assert!(state.refuses(&device_key(2, 1), numbered(9)).is_none());
    assert!(state.refuses(&device_key(2, 2), numbered(0)).is_some(), "certified by whoever took the old key");
}

#[test]
fn a_member_asks_for_a_few_keys_at_most_and_for_none_that_was_used() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.device(2, 0);
    for n in 0..10 {
        let wanted = hall.new_key(2, &vote_key(60 + n));
        hall.put_by(&device(2, 0).sign, Content::NewKey(wanted));
    }
    let used = hall.put_by(&recovery_key(2), Content::NewKey(hall.new_key(2, &vote_key(3))));
    let stranger = hall.put(9, Content::NewKey(hall.new_key(2, &vote_key(80))));
    let state = hall.state();
    assert_eq!(state.new_keys[&id(2)].len(), 8);
    assert_eq!(state.verdict(&used), Verdict::No(Why::Settled));
    assert_eq!(state.verdict(&stranger), Verdict::No(Why::Elsewhere));
}

#[test]
fn what_a_wanted_key_certifies_is_kept_until_minutes_put_the_key_in_place() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.device(2, 0);
    let new = vote_key(60);
    hall.put_by(&device(2, 0).sign, Content::NewKey(hall.new_key(2, &new)));
    let certified = hall.device_by(&new, 2, 0);
    assert_eq!(hall.state().verdict(&certified), Verdict::No(Why::NoRight), "kept, and counted for nothing yet");
    let entry = hall.replace_entry(2, &new, vec![]);
    hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
    let state = hall.state();
    assert_eq!(state.verdict(&certified), Verdict::Counts);
    assert!(state.refuses(&device_key(2, 0), numbered(9)).is_none(), "the device speaks on under the new key");
}

#[test]
fn the_last_number_there_is_is_settled_like_any() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.suspend(3, u32::MAX, 2);
    let entries = hall.read_once().settling(&hall.book(), &id(2));
    hall.adopt(1, 1, hall.genesis, entries, &[1, 2]);
    assert!(!hall.state().is_excluded(&id(2)));
}

#[test]
fn a_recalled_device_asks_for_no_key_in_its_owner_s_name() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.device(2, 0);
    hall.device(2, 1);
    let recall = Entry::Recall { devices: vec![device_key(2, 1)], seen: vec![], published: vec![] };
    hall.adopt(1, 1, hall.genesis, vec![recall], &[1, 3]);
    let own = hall.put_by(&device(2, 0).sign, Content::NewKey(hall.new_key(2, &vote_key(60))));
    let thief = hall.put_by(&device(2, 1).sign, Content::NewKey(hall.new_key(2, &vote_key(61))));
    let state = hall.state();
    assert_eq!((state.verdict(&own), state.verdict(&thief)), (Verdict::Counts, Verdict::No(Why::NoRight)));
}

#[test]
fn what_is_settled_stays_settled_though_later_minutes_name_a_lower_number() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.suspend(3, 2, 2);
    let first = hall.adopt(1, 1, hall.genesis, vec![reinstate(3, 3)], &[1, 2]);
    hall.adopt(1, 2, first, vec![reinstate(3, 0)], &[1, 2]);
    assert!(!hall.state().is_excluded(&id(2)));
}

#[test]
fn who_is_kept_after_having_been_dropped_is_back_and_a_voter_is_not_dropped() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(1, 0, 4);
    let first = hall.adopt(1, 1, hall.genesis, vec![Entry::Drop { member: id(4), seen: vec![] }], &[1, 2]);
    assert!(hall.state().is_excluded(&id(4)));
    let second = hall.adopt(1, 2, first, vec![Entry::Keep { member: id(4) }], &[1, 2]);
    assert!(!hall.state().is_excluded(&id(4)));
    let voter = hall.sheet(1, 3, second, vec![Entry::Drop { member: id(3), seen: vec![] }]);
    assert_eq!(hall.state().verdict(&voter), Verdict::No(Why::Sheet(BadSheet::Nobody(id(3)))));
}

#[test]
fn a_steward_who_is_one_again_vouches_again_for_those_let_in() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(2, 0, 4);
    let steward = |steward| Entry::Steward { member: id(2), steward };
    let first = hall.adopt(1, 1, hall.genesis, vec![steward(false)], &[1, 3]);
    assert!(hall.state().is_excluded(&id(4)));
    hall.adopt(1, 2, first, vec![steward(true)], &[1, 3]);
    assert!(!hall.state().is_excluded(&id(4)));
}

#[test]
fn whom_a_replaced_key_let_in_is_out_until_minutes_keep_them() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(2, 0, 4);
    let replace = hall.replace_entry(2, &vote_key(60), vec![]);
    let first = hall.adopt(1, 1, hall.genesis, vec![replace], &[1, 3]);
    assert!(hall.state().is_excluded(&id(4)));
    hall.adopt(1, 2, first, vec![Entry::Keep { member: id(4) }], &[1, 3]);
    assert!(!hall.state().is_excluded(&id(4)));
}

#[test]
fn what_a_paused_member_asks_for_the_list_is_not_heard() {
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.device(2, 0);
    let list = |n| NewestList { no: 7, list: ListId::from_bytes([n; 32]) };
    hall.put_by(&device(2, 0).sign, Content::NextPen(NextPen { no: 0, pen: vote_key(70).public() }));
    hall.put(2, Content::NewestList(list(9)));
    let before = hall.state();
    assert_eq!((before.newest_list, before.pens.len()), (Some(list(9)), 1));
    hall.suspend(1, 0, 2);
    hall.put(1, Content::NewestList(list(1)));
    let after = hall.state();
    assert_eq!((after.newest_list, after.pens.len()), (Some(list(1)), 0));
}

#[test]
fn a_device_key_that_two_members_claim_is_the_first_certificate_s() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let shared = device(2, 0);
    let claim = |who: u8, no: u32| Content::Device(Certificate::new(hall.committee, id(who), no, &shared));
    let (first, second) = (claim(2, 0), claim(3, 1));
    let first = hall.put(2, first);
    let second = hall.put(3, second);
    let state = hall.state();
    assert_eq!(state.verdict(&first), Verdict::Counts);
    assert_eq!(state.verdict(&second), Verdict::No(Why::KeyUsedBefore));
    assert_eq!(state.owner(&shared.sign.public()).map(|(member, _)| member), Some(id(2)));
}
