//! Cases L1 and L5, as far as the book has them: drafts of lists, keepers' signatures and channels that minutes name, in
//! whatever order they come.

use std::collections::BTreeMap;

use kenes_core::book::{Content, Entry, FirstList, Keeping, ListSignature, Minutes, NextList, State, Verdict, Why};
use kenes_core::channel::{List, ListError};
use kenes_core::epoch::{self, Rotation, Unfit};
use kenes_core::ids::{ChannelId, EpochId, ListId};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::BUILT;

use super::hall::*;

fn keeper(n: u8) -> SigningKey {
    SigningKey::from_seed([n + 50; 32])
}

pub(crate) fn keeping(no: u32, n: u8) -> Content {
    keeping_in(ChannelId::from_bytes([9; 32]), no, n)
}

fn keeping_in(channel: ChannelId, no: u32, n: u8) -> Content {
    Content::Keeping(Keeping { no, channel, keeper: keeper(n).public(), spares: vec![vote_key(n + 70).public()] })
}

pub(crate) fn lists() -> (List, List) {
    let public = |range: std::ops::Range<u8>| range.map(|n| keeper(n).public()).collect::<Vec<PublicKey>>();
    let before = List::first([0; 16], public(1..5), vec![vote_key(90).public()]);
    let next = before.next([1; 16], public(1..4), vec![vote_key(91).public()]);
    (before, next)
}

pub(crate) fn signature(list: &List, by: u8) -> Content {
    let (keeper, signature) = (keeper(by).public(), list.signature(&keeper(by)));
    Content::ListSignature(ListSignature { list: list.id(), keeper, signature })
}

fn follows(state: &State, list: ListId, before: &List) -> Result<(), ListError> {
    let drafted = &state.drafts[&list];
    let signatures = drafted.list.fitting(before, drafted.signed());
    drafted.list.clone().with(before, signatures).verify(Some(before))
}

#[test]
fn l1_half_of_the_keepers_make_no_list_and_a_majority_does_whoever_else_signs_badly() {
    let (before, next) = lists();
    let mut hall = Hall::found(&[1, 2, 3, 4]);
    hall.put(1, Content::NextList(NextList { list: next.clone() }));
    hall.put(2, signature(&next, 2));
    hall.put(1, signature(&next, 1));
    assert_eq!(follows(&hall.state(), next.id(), &before), Err(ListError::NoMajority));
    // Someone says that another keeper signed, with a signature that does not fit.
    let ListSignature { list, signature: foreign, .. } = match signature(&before, 3) {
        Content::ListSignature(signed) => ListSignature { list: next.id(), ..signed },
        other => panic!("{other:?}"),
    };
    hall.put(4, Content::ListSignature(ListSignature { list, keeper: keeper(3).public(), signature: foreign }));
    assert_eq!(follows(&hall.state(), next.id(), &before), Err(ListError::NoMajority));
    hall.put(3, signature(&next, 3));
    assert_eq!(follows(&hall.state(), next.id(), &before), Ok(()));
}

#[test]
fn only_stewards_who_are_not_out_keep_lists_and_of_many_drafts_the_highest_are_looked_at() {
    let (before, next) = lists();
    let mut hall = Hall::found(&[1, 2, 3]);
    hall.admit(1, 0, 6);
    let (old, new) = (hall.put(1, keeping(0, 1)), hall.put(1, keeping(1, 2)));
    let [foreign, out] = [hall.put(6, keeping(0, 6)), hall.put(3, keeping(0, 3))];
    hall.suspend(1, 0, 3);
    let signed = hall.put(2, signature(&before, 2));
    let state = hall.state();
    let steward = |n: u8| state.keepings.get(&id(n)).map(|keeping| keeping.keeper);
    assert_eq!([steward(1), steward(3), steward(6)], [Some(keeper(2).public()), None, None]);
    assert!([old, new].iter().all(|object| state.verdict(object) == Verdict::Counts));
    assert_eq!(state.verdict(&foreign), Verdict::No(Why::NoRight));
    assert!(matches!(state.verdict(&out), Verdict::No(Why::AuthorOut(_))));
    assert_eq!(state.verdict(&signed), Verdict::No(Why::Waiting), "a signature under nothing that was drafted");
    let later = |no: u32| List { no, ..next.clone() };
    let drafts: Vec<_> = (1..7).map(|no| hall.put(2, Content::NextList(NextList { list: later(no) }))).collect();
    hall.put(3, Content::NextList(NextList { list: later(9) }));
    let state = hall.state();
    assert_eq!(state.drafts.values().map(|draft| draft.list.no).max(), Some(6));
    assert_eq!(state.drafts.len(), 4);
    assert_eq!(state.verdict(&drafts[0]), Verdict::No(Why::TooMany));
}

/// What an honest desk of this member makes of its state.
fn rotation(state: &State, by: u8) -> Rotation {
    Rotation {
        version: epoch::VERSION,
        committee: state.committee,
        channel: state.roster().channel,
        author: device_key(by, 0),
        recipients: state.recipients().iter().map(|device| device.sign).collect(),
        after: vec![],
        under: state.roster().at,
        out: vec![],
        shares: [0; 32],
        time: BUILT,
    }
}

#[test]
fn l5_minutes_that_name_another_channel_leave_its_first_list_in_the_book_and_no_old_epoch_to_write_under() {
    let (before, next) = lists();
    let mut hall = Hall::found(&[1, 2, 3]);
    for n in 1..=3 {
        hall.device(n, 0);
    }
    let old = hall.state();
    // The keeper of before, whom nobody can put out of the lists, and a draft of his; who votes names another channel.
    hall.put(1, keeping(0, 1));
    let by_then = hall.put(2, keeping(9, 2));
    hall.put(1, Content::NextList(NextList { list: next }));
    let first = List::first([7; 16], vec![keeper(2).public()], vec![vote_key(92).public()]);
    let elsewhere = List::first([8; 16], vec![keeper(1).public()], vec![vote_key(92).public()]);
    // Whoever brings the list, also somebody who is put out by the same minutes.
    let brought = hall.put(1, Content::FirstList(FirstList { list: first.clone() }));
    hall.put(1, Content::FirstList(FirstList { list: elsewhere.clone() }));
    let entries = vec![remove_entry(1), Entry::Channel { channel: first.channel() }];
    let foreseen = Minutes { no: 1, prev: hall.genesis, entries: entries.clone() };
    let foreseen = hall.book().state_after(None, id(1), &foreseen).unwrap().unwrap();
    let sheet = hall.adopt(1, 1, hall.genesis, entries, &[2, 3]);
    let state = hall.state();
    assert_eq!((state.roster().at, state.roster().channel), (sheet, first.channel()));
    assert_eq!(state.channels(), [old.roster().channel, first.channel()]);
    let book = hall.book();
    let (object, list) = book.first_list(&first.channel()).unwrap();
    assert_eq!((object.id(), list), (brought, &first));
    assert_eq!(state.verdict(&brought), Verdict::Counts);
    assert!(book.first_list(&before.channel()).is_none());
    assert!(state.keepings.is_empty() && state.drafts.is_empty(), "nobody keeps the new one with what was for the old");
    assert_eq!(state.verdict(&by_then), Verdict::No(Why::Elsewhere));
    hall.put(2, keeping_in(first.channel(), 0, 2));
    assert_eq!(hall.state().keepings[&id(2)].keeper, keeper(2).public());
    // What a sheet would decide is known before it is signed.
    assert_eq!((foreseen.recipients(), &foreseen.keepings), (state.recipients(), &state.keepings));
    // A new epoch is begun before anything is written, and only in the new channel.
    let [by_then, astray] = [rotation(&old, 2), Rotation { channel: old.roster().channel, ..rotation(&state, 2) }];
    assert_eq!([&by_then, &astray].map(|made| epoch::eligible(made, &state)), [Err(Unfit::Channel); 2]);
    let all =
        BTreeMap::from([by_then, astray].map(|made| (EpochId::from_bytes([made.recipients.len() as u8; 32]), made)));
    assert_eq!(epoch::preferred(&all, &state), None);
    assert_eq!(epoch::eligible(&rotation(&state, 2), &state), Ok(()));
}
