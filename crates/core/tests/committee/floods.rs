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
fn one_object_more_is_judged_by_itself_however_many_sheets_and_offers_one_voter_made() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let owned = (1..4).find(|round| hall.read_once().newest.slate.owner(*round) == Some(id(3))).unwrap();
    for days in 0..300 {
        let sheet = hall.sheet(3, 1, hall.genesis, vec![remove_entry(days as u8), remove_entry(9)]);
        let passes = [1, 2, 3].map(|by| hall.pass(by, hall.genesis, owned, None));
        hall.offer(3, hall.genesis, owned, sheet, &passes);
    }
    let mut book = book(&hall);
    assert!(book.state().unwrap().newest.judged() > 300, "of the sheets and offers all, at first");
    let honest = hall.sheet(1, 1, hall.genesis, vec![remove_entry(3)]);
    let offer = hall.offer(1, hall.genesis, 0, honest, &[]);
    let judged = |book: &mut Book, hall: &Hall| {
        let known = book.len();
        book.insert(hall.objects.last().unwrap().clone());
        assert_eq!(book.len(), known + 1);
        book.state().unwrap().newest.judged()
    };
    book.insert(hall.object(honest).clone());
    assert_eq!(book.state().unwrap().newest.judged(), 1);
    assert_eq!(judged(&mut book, &hall), 1, "the offer, and no sheet");
    hall.vote(1, offer);
    assert_eq!(judged(&mut book, &hall), 0, "a vote alone judges nothing again");
    hall.vote(2, offer);
    judged(&mut book, &hall);
    assert_eq!(book.state().unwrap().roster().at, honest);
    assert_eq!(book.state(), Book::restore(hall.committee, book.objects().cloned()).state());
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
