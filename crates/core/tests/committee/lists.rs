//! Case L1, as far as the book has it: drafts of lists and keepers' signatures, in whatever order they come.

use kenes_core::book::{Content, Keeping, ListSignature, NextList, State, Verdict, Why};
use kenes_core::channel::{List, ListError};
use kenes_core::ids::ListId;
use kenes_core::sign::{PublicKey, SigningKey};

use super::hall::*;

fn keeper(n: u8) -> SigningKey {
    SigningKey::from_seed([n + 50; 32])
}

fn keeping(no: u32, n: u8) -> Content {
    Content::Keeping(Keeping { no, keeper: keeper(n).public(), spares: vec![vote_key(n + 70).public()] })
}

fn lists() -> (List, List) {
    let public = |range: std::ops::Range<u8>| range.map(|n| keeper(n).public()).collect::<Vec<PublicKey>>();
    let before = List::first([0; 16], public(1..5), vec![vote_key(90).public()]);
    let next = before.next([1; 16], public(1..4), vec![vote_key(91).public()]);
    (before, next)
}

fn signature(list: &List, by: u8) -> Content {
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
