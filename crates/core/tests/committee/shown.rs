//! What a committee shows in public, and what a stranger makes of it: the minutes, and who speaks in its name.

use kenes_core::book::{Book, Checkpoint, Content, Entry, NotSpoken, Page, PublicPen, State, spoken};
use kenes_core::certificate::{Certificate, shown};
use kenes_core::envelope::Verified;
use kenes_core::ids::BookId;
use kenes_core::link::may_name;
use kenes_core::op::{Op, SignedOp};
use kenes_core::time::{BUILT, DAY, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::hall::*;

const UNTIL: Timestamp = BUILT.plus(80 * DAY);

fn said(hall: &Hall, by: u8, seq: u64) -> Verified<SignedOp> {
    hall.says(by, seq, BUILT, Op::PUBLIC)
}

/// Three voters, the second speaks for them since No. 1; beside it what only members know.
fn publishing() -> (Hall, BookId) {
    let mut hall = Hall::found(&[1, 2, 3]);
    let entry = Entry::Spokesperson { member: id(2), until: UNTIL };
    let first = hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 2, 3]);
    for who in [1, 2, 3] {
        hall.device(who, 0);
    }
    hall.admit(1, 0, 9);
    hall.suspend(1, 0, 3);
    hall.resolution(1, first, "Ішкі мәселе.");
    (hall, first)
}

fn shows(hall: &Hall, but: &[BookId]) -> Vec<Page> {
    let mut book = hall.book();
    let state = book.state().unwrap();
    shown(&book, &state, |id| but.contains(id)).unwrap()
}

/// Each object in a page of its own.
fn apart(pages: &[Page]) -> Vec<Page> {
    let of = |page: &Page| {
        let names = page.names.clone();
        page.objects.iter().map(move |object| Page { objects: vec![object.clone()], names: names.clone() }).collect()
    };
    pages.iter().flat_map(|page| -> Vec<Page> { of(page) }).collect()
}

fn state(book: &mut Book, stand: Option<Checkpoint>) -> State {
    book.state_from(stand).unwrap()
}

#[test]
fn a_stranger_learns_the_minutes_and_who_speaks_and_nothing_that_members_do_alone() {
    let (hall, first) = publishing();
    let pages = shows(&hall, &[]);
    let mut book = hall.book_of(&pages);
    let kinds: Vec<u16> = book.objects().map(|object| object.kind()).collect();
    assert!([1, 2, 4, 5, 11, 12, 13, 14].iter().all(|kind| !kinds.contains(kind)), "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == 8).count(), 2, "as many votes as it takes");
    assert_eq!(kinds.iter().filter(|kind| **kind == 3).count(), 1, "the spokesperson's device alone");
    let names: Vec<_> = pages.iter().flat_map(|page| &page.names).collect();
    assert_eq!(names, [&name()]);
    let stand = Checkpoint { no: 1, id: first };
    let told = state(&mut book, Some(stand));
    assert!(told.stands && may_name(&told) && told.roster().no == 1);
    assert_eq!(spoken(&told, &said(&hall, 2, 0)).unwrap().by, id(2));
    assert_eq!(spoken(&told, &said(&hall, 3, 0)), Err(NotSpoken::Device), "a voter who is no spokesperson");
    // What a stranger holds is enough to make the certificate for the next.
    let certificate = Certificate::of_bulletin(&book, &told, &said(&hall, 2, 0)).unwrap();
    assert_eq!(certificate.verify(Some(stand)).unwrap().name, name().text);
}

#[test]
fn whatever_comes_first_a_stranger_believes_the_same() {
    let (mut hall, first) = publishing();
    let silence = Entry::Silence { member: id(2), published: vec![seen_in(&said(&hall, 2, 1))] };
    let second = hall.adopt(1, 2, first, vec![silence], &[1, 3]);
    let mut parts = apart(&shows(&hall, &[]));
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let stand = Checkpoint { no: 1, id: first };
    for _ in 0..300 {
        shuffle(&mut parts, &mut rng);
        // Half of it came, and was judged, before the other half.
        let half = parts.len() / 2;
        let mut early = hall.book_of(&parts[..half]);
        if let Some(told) = early.state_from(Some(stand)) {
            assert!(told.roster().no <= 2 && told.forks.is_empty());
        }
        let told = state(&mut hall.book_of(&parts), Some(stand));
        assert_eq!((told.roster().no, told.roster().at, told.stands), (2, second, true));
        assert!(!spoken(&told, &said(&hall, 2, 1)).unwrap().still, "before the recall");
        let after = spoken(&told, &said(&hall, 2, 2));
        assert_eq!(after, Err(NotSpoken::Recalled(Checkpoint { no: 2, id: second })));
    }
}

#[test]
fn only_what_is_not_shown_yet_is_shown_again() {
    let (mut hall, first) = publishing();
    let before = hall.book_of(&shows(&hall, &[]));
    let known: Vec<_> = before.objects().map(|object| object.id()).collect();
    assert!(shows(&hall, &known).is_empty());
    let entry = Entry::Spokesperson { member: id(3), until: UNTIL };
    hall.adopt(1, 2, first, vec![entry], &[1, 3]);
    let pages = shows(&hall, &known);
    let objects: usize = pages.iter().map(|page| page.objects.len()).sum();
    assert_eq!(objects, 1 + 1 + 2 + 1, "a sheet, an offer, two votes and a device");
    assert!(pages.iter().all(|page| page.names.is_empty()));
}

#[test]
fn a_fork_stops_a_stranger_at_the_checkpoint_whoever_shows_it() {
    let (mut hall, first) = publishing();
    // The first and the third vote for one No. 2, and with the second for another.
    let one = hall.sheet(1, 2, first, vec![Entry::Silence { member: id(2), published: vec![] }]);
    let other = hall.sheet(1, 2, first, vec![hall.admit_entry(8)]);
    for (sheet, voters) in [(one, [1, 3]), (other, [1, 2])] {
        let offer = hall.offer(1, first, 0, sheet, &[]);
        hall.vote_all(&voters, offer);
    }
    let told = state(&mut hall.book_of(&shows(&hall, &[])), Some(Checkpoint { no: 1, id: first }));
    assert_eq!((told.roster().no, told.stands), (1, true));
    assert_eq!(told.forks.first().map(|fork| (fork.no, fork.sheets.clone())), Some((2, [one, other].into())));
    // Whoever held one of the two stays there, and sees the fork too.
    let told = state(&mut hall.book_of(&shows(&hall, &[])), Some(Checkpoint { no: 2, id: one }));
    assert_eq!((told.roster().at, told.stands, told.forks.len()), (one, true, 1));
}

#[test]
fn a_chain_without_the_checkpoint_is_believed_in_nothing() {
    let (hall, _) = publishing();
    let told =
        state(&mut hall.book_of(&shows(&hall, &[])), Some(Checkpoint { no: 1, id: BookId::from_bytes([4; 32]) }));
    assert!(!told.stands && !may_name(&told));
}

#[test]
fn a_voter_s_device_has_one_pen_in_public_and_nobody_else_s_has_any() {
    let mut hall = Hall::found(&[1, 2]);
    hall.admit(1, 0, 9);
    for who in [1, 2, 9] {
        hall.device(who, 0);
    }
    let mut ask = |who: u8, pen: u8| {
        let content = Content::PublicPen(PublicPen { pen: vote_key(pen).public() });
        hall.put_by(&device(who, 0).sign, content)
    };
    let asked = [ask(1, 50), ask(1, 51)];
    ask(9, 52);
    ask(2, 53);
    hall.suspend(1, 0, 2);
    let first = if asked[0] < asked[1] { 50 } else { 51 };
    let pens = hall.state().public_pens;
    assert_eq!(pens, [(device_key(1, 0), vote_key(first).public())].into());
}
