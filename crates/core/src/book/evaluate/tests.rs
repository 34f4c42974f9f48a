//! Single members' acts, one by one. Whole committees over many numbers are in the crate's tests.

use rand_core::{Rng, SeedableRng};

use super::*;
use crate::book::minutes::{Entry, Minutes};
use crate::book::object::tests::{admit, consent, founder, genesis, identity, vote};
use crate::book::object::{Admit, Because, Certificate, ObjectError};
use crate::book::seen::{Reached, Seen};
use crate::identity::{DeviceSecret, Identity};
use crate::ids::{CommitteeId, OpId};

fn committee() -> CommitteeId {
    genesis([0; 32]).committee()
}

fn sign(content: Content, by: u8) -> Verified<SignedObject> {
    SignedObject::sign(committee(), content, &vote(by)).unwrap().verify().unwrap()
}

fn suspend(by: u8, no: u32, who: u8) -> Verified<SignedObject> {
    let member = identity(who).member();
    sign(Content::Suspend(Suspend { no, member, because: Because::Distrust, seen: vec![] }), by)
}

fn device(by: u8, no: u32, seed: u8) -> Verified<SignedObject> {
    let device = DeviceSecret::generate(&mut rand_chacha::ChaCha20Rng::from_seed([seed; 32]));
    sign(Content::Device(Certificate::new(committee(), identity(by).member(), no, &device)), by)
}

/// The state of the objects in every order of arrival up to seven, and in a thousand beyond.
fn state(objects: &[Verified<SignedObject>]) -> State {
    let mut all = vec![genesis([0; 32])];
    all.extend_from_slice(objects);
    let read = |order: &[Verified<SignedObject>]| {
        let mut book = crate::book::Book::new(committee());
        order.iter().for_each(|object| {
            book.insert(object.clone());
        });
        book.state().unwrap()
    };
    let expected = read(&all);
    let mut rng = rand_chacha::ChaCha20Rng::from_seed([7; 32]);
    for _ in 0..if all.len() > 7 { 1_000 } else { 5_040 } {
        for last in (1..all.len()).rev() {
            all.swap(last, rng.next_u64() as usize % (last + 1));
        }
        assert_eq!(read(&all), expected);
    }
    expected
}

fn verdict(state: &State, object: &Verified<SignedObject>) -> Verdict {
    state.verdict(&object.id())
}

#[test]
fn a_steward_lets_someone_in_on_probation() {
    let state = state(&[admit(committee(), &vote(1), 0, 2), device(2, 0, 20), device(1, 0, 10)]);
    let newcomer = &state.members[&identity(2).member()];
    assert!(matches!(newcomer.role, Role::Probation { .. }));
    assert_eq!((state.voters(), state.recipients().len()), (1, 2));
}

#[test]
fn nobody_is_let_in_who_bears_another_s_key() {
    let theirs = identity(2);
    let own = consent(committee(), 3);
    let stolen = [Identity { recovery: theirs.recovery, ..identity(3) }, Identity { vote: theirs.vote, ..identity(3) }];
    let elsewhere = (theirs, consent(CommitteeId::from_bytes([8; 32]), 2));
    for (identity, consent) in stolen.map(|identity| (identity, own)).into_iter().chain([elsewhere]) {
        let admit = Content::Admit(Admit { no: 0, identity, name: [0; 32], consent });
        let admit = SignedObject::sign(committee(), admit, &vote(1)).unwrap();
        assert_eq!(admit.verify().unwrap_err(), ObjectError::Consent);
        let entries = vec![Entry::Admit { identity, name: [0; 32], steward: false, consent }];
        let sheet = Content::Minutes(Minutes { no: 1, prev: genesis([0; 32]).id(), entries });
        let sheet = SignedObject::sign(committee(), sheet, &vote(1)).unwrap();
        assert_eq!(sheet.verify().unwrap_err(), ObjectError::Consent);
    }
}

/// Case S6.
#[test]
fn one_on_probation_neither_admits_nor_suspends() {
    let (admits, suspends) = (admit(committee(), &vote(2), 0, 3), suspend(2, 0, 1));
    let state = state(&[admit(committee(), &vote(1), 0, 2), admits.clone(), suspends.clone()]);
    assert_eq!(verdict(&state, &admits), Verdict::No(Why::NoRight));
    assert_eq!(verdict(&state, &suspends), Verdict::No(Why::NoRight));
    assert!(state.exclusions.is_empty());
}

#[test]
fn one_voter_puts_out_one_at_a_time_and_the_lowest_number_goes_first() {
    let (first, second) = (suspend(1, 3, 2), suspend(1, 4, 3));
    let people = [admit(committee(), &vote(1), 0, 2), admit(committee(), &vote(1), 1, 3)];
    let state = state(&[people.to_vec(), vec![second.clone(), first.clone()]].concat());
    assert!(state.is_excluded(&identity(2).member()) && !state.is_excluded(&identity(3).member()));
    assert_eq!(verdict(&state, &second), Verdict::No(Why::AnotherOpen(first.id())));
}

#[test]
fn two_suspensions_under_one_number_exclude_their_author() {
    let people = [admit(committee(), &vote(1), 0, 2), admit(committee(), &vote(1), 1, 3)];
    let state = state(&[people.to_vec(), vec![suspend(1, 0, 2), suspend(1, 0, 3)]].concat());
    assert!(state.is_excluded(&founder().member()));
}

/// Case S5, as far as this book goes.
#[test]
fn whom_a_suspended_steward_let_in_is_out_with_them() {
    let admitted = admit(committee(), &vote(1), 0, 2);
    let by = suspend(1, 0, 1);
    let state = state(&[admitted.clone(), by.clone()]);
    assert_eq!(verdict(&state, &admitted), Verdict::No(Why::AuthorOut(Ground::Act(by.id().into()))));
    assert!(state.is_excluded(&identity(2).member()) && state.recipients().is_empty());
}

#[test]
fn a_steward_has_five_open_admits_and_a_number_counts_once() {
    let mut objects: Vec<_> = (0..7).map(|no| admit(committee(), &vote(1), no, 10 + no as u8)).collect();
    objects.push(admit(committee(), &vote(1), 0, 30));
    let state = state(&objects);
    assert_eq!(state.members.len(), 1 + OPEN_ADMITS);
    assert_eq!(verdict(&state, &objects[6]), Verdict::No(Why::TooMany));
    let twice = [&objects[0], &objects[7]].map(|object| verdict(&state, object));
    assert_eq!(twice.iter().filter(|verdict| **verdict == Verdict::Counts).count(), 1);
}

#[test]
fn a_member_has_five_devices_and_nobody_certifies_another_s() {
    let mut objects: Vec<_> = (0..7).map(|no| device(1, no, no as u8)).collect();
    let foreign = device(1, 9, 0).content().clone();
    let Content::Device(certificate) = foreign else { unreachable!() };
    let theft = Certificate { member: identity(2).member(), no: 0, ..certificate };
    let stolen = SignedObject::sign(committee(), Content::Device(theft), &vote(2)).unwrap();
    assert_eq!(stolen.verify().unwrap_err(), ObjectError::Signature, "the device did not agree");
    objects.push(admit(committee(), &vote(1), 0, 2));
    let state = state(&objects);
    assert_eq!(state.members[&founder().member()].devices.len(), DEVICES);
    assert!(state.members[&identity(2).member()].devices.is_empty());
}

#[test]
fn what_a_suspended_device_says_after_the_last_op_named_is_refused() {
    let device = device(2, 0, 20);
    let Content::Device(Certificate { device: keys, .. }) = *device.content() else { unreachable!() };
    let last = OpId::from_bytes([4; 32]);
    let seen = vec![Seen { device: keys.sign, seq: 4, op: last }];
    let member = identity(2).member();
    let out = sign(Content::Suspend(Suspend { no: 0, member, because: Because::Arrested, seen }), 1);
    let state = state(&[admit(committee(), &vote(1), 0, 2), device, out]);
    let other = OpId::from_bytes([5; 32]);
    let said = |seq, id: OpId| {
        let found: Vec<_> = state.refusals(&keys.sign, |seen: &Seen| seen.reaches(seq, &id)).collect();
        assert!(found.len() <= 1);
        found.first().map_or(Reached::Yes, |(_, reached)| *reached)
    };
    assert_eq!(
        [said(4, last), said(3, other), said(4, other), said(5, other)],
        [Reached::Yes, Reached::Unknown, Reached::No, Reached::No]
    );
    assert!(state.recipients().is_empty());
}
