//! The honest desk: what it signs, what it refuses and why, and what a crash between remembering and sending costs.

use std::collections::BTreeMap;

use kenes_core::book::{BadSheet, Content, Hand, Refusal, SignedObject};
use kenes_core::ids::BookId;

use super::hall::*;
use super::minutes::policy;

/// A hall whose people sign by the rule only, each remembering what he signed.
struct Honest {
    hall: Hall,
    hands: BTreeMap<u8, Hand>,
}

impl Honest {
    fn new(people: &[u8]) -> Self {
        let hall = Hall::found(people);
        let hands = people.iter().map(|n| (*n, Hand::new(hall.genesis))).collect();
        Self { hall, hands }
    }

    fn owner(&self, round: u32) -> u8 {
        let owner = self.hall.read_once().newest.slate.owner(round).unwrap();
        *self.hands.keys().find(|n| id(**n) == owner).unwrap()
    }

    /// Remembers, then signs, and sends unless it crashes in between.
    fn sign(&mut self, by: u8, decided: Result<(Hand, Content), Refusal>, sends: bool) -> Result<BookId, Refusal> {
        let (mut hand, content) = decided?;
        let object = SignedObject::sign(self.hall.committee, content, &vote_key(by)).unwrap().verify().unwrap();
        hand.remember(&object);
        self.hands.insert(by, hand);
        let signed = object.id();
        if sends && self.hall.objects.iter().all(|known| known.id() != signed) {
            self.hall.objects.push(object);
        }
        Ok(signed)
    }

    fn vote(&mut self, by: u8, sheet: BookId, sends: bool) -> Result<BookId, Refusal> {
        let step = self.hall.read_once().newest;
        let decided = self.hands[&by].vote(&step, &id(by), &sheet);
        self.sign(by, decided, sends)
    }

    fn pass(&mut self, by: u8, round: u32) -> Result<BookId, Refusal> {
        let step = self.hall.read_once().newest;
        let decided = self.hands[&by].pass(&step, &id(by), round);
        self.sign(by, decided, true)
    }

    fn table(&mut self, by: u8, round: u32, sheet: BookId) -> Result<BookId, Refusal> {
        let step = self.hall.read_once().newest;
        let decided = self.hands[&by].table(&step, &id(by), round, sheet);
        self.sign(by, decided, true)
    }
}

#[test]
fn a_chair_tables_one_sheet_and_a_voter_signs_one() {
    let mut honest = Honest::new(&[1, 2, 3]);
    let genesis = honest.hall.genesis;
    let [one, other] = [3, 4].map(|days| honest.hall.sheet(1, 1, genesis, policy(days)));
    assert_eq!(honest.vote(2, one, true), Err(Refusal::NotTabled));
    assert_eq!(honest.table(2, 0, one), Err(Refusal::NotOwner));
    honest.table(1, 0, one).unwrap();
    assert_eq!(honest.table(1, 0, other), Err(Refusal::Tabled));
    honest.vote(2, one, true).unwrap();
    assert_eq!(honest.vote(2, other, true), Err(Refusal::NotTabled));
    assert_eq!(honest.vote(2, BookId::from_bytes([1; 32]), true), Err(Refusal::NoSuchSheet));
    let void = honest.hall.sheet(3, 1, genesis, vec![remove_entry(9)]);
    assert_eq!(honest.vote(3, void, true), Err(Refusal::Void(BadSheet::Nobody(id(9)))));
}

/// Case B13, as far as it is pure: to sign again what was remembered and not sent gives the same bytes.
#[test]
fn b13_a_crash_between_remembering_and_sending_never_makes_two_votes() {
    let mut honest = Honest::new(&[1, 2, 3]);
    let genesis = honest.hall.genesis;
    let sheet = honest.hall.sheet(1, 1, genesis, policy(3));
    honest.table(1, 0, sheet).unwrap();
    let lost = honest.vote(2, sheet, false).unwrap();
    let bytes = honest.hands[&2].signed().find(|(id, _)| **id == lost).unwrap().1.to_vec();
    let again = honest.vote(2, sheet, true).unwrap();
    assert_eq!(lost, again);
    assert_eq!(honest.hall.object(again).bytes(), bytes);
    // Whoever passes on after a vote that never left names it all the same.
    let crashed = honest.vote(3, sheet, false).unwrap();
    let round = (1..=3).find(|round| honest.owner(*round) == 3).unwrap();
    let pass = honest.pass(3, round).unwrap();
    let Content::Pass(pass) = honest.hall.object(pass).content().clone() else { panic!("no pass") };
    assert_eq!(pass.last, Some(crashed));
    assert!(honest.hall.state().cheats.is_empty());
}

#[test]
fn whoever_takes_the_chair_carries_on_what_may_have_been_decided() {
    let mut honest = Honest::new(&[1, 2, 3, 4, 5]);
    let genesis = honest.hall.genesis;
    let sheet = honest.hall.sheet(1, 1, genesis, policy(3));
    honest.table(1, 0, sheet).unwrap();
    honest.vote(1, sheet, true).unwrap();
    honest.vote(2, sheet, true).unwrap();
    let step = honest.hall.read_once().newest;
    let (taker, round) = [3, 4, 5].map(|n| (n, step.slate.next_round_of(&id(n)).unwrap()))[0];
    assert_eq!(honest.owner(round), taker);
    let own = honest.hall.sheet(taker, 1, genesis, policy(9));
    honest.pass(taker, round).unwrap();
    assert_eq!(honest.hall.read_once().newest.slate.asked_for(), [round].into());
    assert_eq!(honest.table(taker, round, own), Err(Refusal::TooFewPasses));
    honest.pass(4, round).unwrap();
    honest.pass(2, round).unwrap();
    assert_eq!(honest.table(taker, round, own), Err(Refusal::MustCarry(sheet)));
    honest.table(taker, round, sheet).unwrap();
    assert_eq!(honest.pass(2, 0), Err(Refusal::NoSuchRound));
    for voter in [2, 3, 4] {
        honest.vote(voter, sheet, true).unwrap();
    }
    let state = honest.hall.state();
    assert_eq!(state.roster().at, sheet);
    assert!(state.cheats.is_empty());
}

#[test]
fn whoever_passed_on_votes_in_no_earlier_round() {
    let mut honest = Honest::new(&[1, 2, 3]);
    let genesis = honest.hall.genesis;
    let sheet = honest.hall.sheet(1, 1, genesis, policy(3));
    honest.table(1, 0, sheet).unwrap();
    honest.pass(2, 1).unwrap();
    assert_eq!(honest.vote(2, sheet, true), Err(Refusal::PassedOn(1)));
    assert_eq!(honest.pass(2, 1), honest.pass(2, 1), "the same promise again is the same bytes");
}

#[test]
fn a_sheet_tabled_again_in_a_round_is_the_same_offer_whoever_passed_on_meanwhile() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let prev = hall.genesis;
    let slate = hall.read_once().newest.slate.clone();
    let owner = (1..=5u8).find(|n| slate.owner(1) == Some(id(*n))).unwrap();
    let others: Vec<u8> = (1..=5).filter(|n| *n != owner).collect();
    let sheet = hall.sheet(owner, 1, prev, policy(3));
    for by in [owner, others[0], others[1]] {
        hall.pass(by, prev, 1, None);
    }
    let (hand, first) = Hand::new(prev).table(&hall.read_once().newest, &id(owner), 1, sheet).unwrap();
    hall.put(owner, first.clone());
    hall.pass(others[2], prev, 1, None);
    let (_, again) = hand.table(&hall.read_once().newest, &id(owner), 1, sheet).unwrap();
    assert_eq!(again, first);
    hall.put(owner, again);
    assert!(hall.read_once().cheats.is_empty());
}
