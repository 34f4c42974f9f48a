//! Books of one who may sign and signs a great deal: what it means is found without recursion, and costs him alone.

use kenes_core::book::Book;
use kenes_core::book::round::Justice;

use super::hall::*;

fn book(hall: &Hall) -> Book {
    let mut book = Book::new(hall.committee);
    hall.objects.iter().rev().for_each(|object| book.insert(object.clone()));
    book
}

#[test]
fn a_chain_of_a_thousand_rounds_is_judged_to_its_end() {
    let mut hall = Hall::found(&[1]);
    let sheet = hall.sheet(1, 1, hall.genesis, vec![remove_entry(9)]);
    let mut offer = hall.offer(1, hall.genesis, 0, sheet, &[]);
    for round in 1..1_000 {
        let last = hall.vote(1, offer);
        let pass = hall.pass(1, hall.genesis, round, Some(last));
        offer = hall.offer(1, hall.genesis, round, sheet, &[pass]);
    }
    let state = book(&hall).state().unwrap();
    assert_eq!(state.newest.slate.justice(&offer), Justice::Justified);
    assert!(state.cheats.is_empty() && state.roster().no == 0, "the sheet is about nobody");
}

#[test]
fn many_votes_by_one_are_one_vote_and_cost_one_exclusion() {
    let mut hall = Hall::found(&[1, 2, 3]);
    for days in 0..500 {
        let sheet = hall.sheet(1, 1, hall.genesis, vec![remove_entry(3), remove_entry(days as u8)]);
        let offer = hall.offer(1, hall.genesis, days % 7, sheet, &[]);
        hall.vote_all(&[2], offer);
    }
    let state = book(&hall).state().unwrap();
    assert_eq!(state.roster().no, 0);
    assert!(state.is_excluded(&id(1)) && state.is_excluded(&id(2)) && !state.is_excluded(&id(3)));
    assert_eq!(state.exclusions.len(), 2);
}
