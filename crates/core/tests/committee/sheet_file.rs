//! A sheet in a file: it brings what its votes rest on, and no more.

use kenes_core::book::{Book, Entry, History, Quorum, SheetFile};

use super::hall::{Hall, id};

fn policy(days: u16) -> Vec<Entry> {
    vec![Entry::Policy { quorum: Quorum::MAJORITY, history: History::None, retention_days: days }]
}

/// What a book says that has nothing but the founding and a file.
fn book_with(hall: &Hall, file: &SheetFile) -> Book {
    let mut book = Book::new(hall.committee);
    let founding = hall.objects.iter().filter(|object| object.content().prev().is_none());
    founding.chain(&file.objects).for_each(|object| book.insert(object.clone()));
    book.taken();
    book
}

#[test]
fn a_sheet_in_a_file_brings_what_it_rests_on_down_to_the_first_round() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let prev = hall.genesis;
    let other = hall.sheet(2, 1, prev, policy(8));
    let first = hall.sheet(1, 1, prev, policy(9));
    let offer = hall.offer(1, prev, 0, first, &[]);
    let last = hall.vote(1, offer);
    let step = hall.read_once().newest;
    let round = step.slate.next_round_of(&id(2)).unwrap();
    let passes = [(1, Some(last)), (2, None), (3, None)].map(|(who, last)| hall.pass(who, prev, round, last));
    let carried = hall.offer(2, prev, round, first, &passes);
    hall.vote_all(&[2, 3, 4], carried);
    let (mut book, step) = (hall.book(), hall.read_once().steps[0].clone());
    let file = SheetFile::of(&book, &step, &first).unwrap();
    assert_eq!(SheetFile::decode(&file.encode().unwrap()), Ok(file.clone()));
    assert!(file.objects.iter().all(|object| object.id() != other), "another sheet is not in it");
    let told = book_with(&hall, &file).state().unwrap();
    assert_eq!((told.roster().at, told.roster().no), (first, 1));
    assert_eq!(told.roster().at, book.state().unwrap().roster().at);
    assert!(SheetFile::of(&book, &step, &carried).is_none(), "an offer is no sheet");
}

#[test]
fn a_sheet_that_nobody_tabled_travels_with_the_passes_that_its_author_asks_for() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let prev = hall.genesis;
    let sheet = hall.sheet(2, 1, prev, policy(9));
    let round = hall.read_once().newest.slate.next_round_of(&id(2)).unwrap();
    let asked = hall.pass(2, prev, round, None);
    let file = SheetFile::of(&hall.book(), &hall.read_once().newest, &sheet).unwrap();
    let ids: Vec<_> = file.objects.iter().map(|object| object.id()).collect();
    assert_eq!(ids, [sheet, asked]);
}
