//! The signing rule of an honest desk: what a voter may still sign about one number, given what that voter signed.
//!
//! Everything here is decided on a copy: the caller makes the [`Hand`] that comes back durable *before* the content
//! beside it is signed and leaves the desk. Then no crash makes an honest voter look like a cheat. The rule of rounds
//! itself is in [`super::round`].

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use thiserror::Error;

use super::chain::Step;
use super::content::Content;
use super::minutes::{Offer, Pass, Vote};
use super::object::SignedObject;
use super::roster::BadSheet;
use super::round::journal::{self, Journal};
use super::round::{Carried, Justice};
use crate::ids::{BookId, MemberId};

/// Why an honest desk does not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not a voter after these minutes.
    #[error("it is for those who vote after these minutes")]
    NotAVoter,
    /// No such sheet follows these minutes.
    #[error("no such sheet is open")]
    NoSuchSheet,
    /// The sheet can never be minutes.
    #[error("the sheet can never be minutes: {0}")]
    Void(BadSheet),
    /// Nobody has tabled it yet.
    #[error("nobody has tabled the sheet yet")]
    NotTabled,
    /// It was tabled against the rule of rounds, or on grounds that are not all here.
    #[error("what the offer rests on is missing or forbids it")]
    NotJustified,
    /// This desk promised to vote in no earlier round.
    #[error("this desk passed on to round {0} and votes in no earlier one")]
    PassedOn(u32),
    /// This desk voted for another sheet in this round or a later one.
    #[error("this desk voted in round {0} already")]
    Voted(u32),
    /// The round is someone else's.
    #[error("the round belongs to someone else")]
    NotOwner,
    /// This desk tabled another sheet in that round.
    #[error("this desk tabled another sheet in that round already")]
    Tabled,
    /// Too few have passed on to that round.
    #[error("too few have passed on to that round")]
    TooFewPasses,
    /// Another sheet may have been decided already, and must be tabled in its place.
    #[error("another sheet may have been decided already, and goes first")]
    MustCarry(BookId),
    /// Nobody passes on to the first round, or to one far above those in reach.
    #[error("nobody passes on to the first round, nor to one far above those in reach")]
    NoSuchRound,
}

/// What a voter's desk remembers of its own signatures on the number after some minutes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hand {
    /// Those minutes.
    pub prev: BookId,
    journal: Journal,
    /// What it tabled, by round: a second offer in a round, though of the same sheet, would be a cheat.
    tabled: BTreeMap<u32, Offer>,
    /// Its latest vote.
    vote: Option<BookId>,
    /// The objects that it signed: to be sent again should they not have left, and anything else under its key was
    /// signed elsewhere.
    signed: BTreeMap<BookId, Vec<u8>>,
}

impl Hand {
    /// Nothing signed yet.
    pub fn new(prev: BookId) -> Self {
        let (tabled, signed) = (BTreeMap::new(), BTreeMap::new());
        Self { prev, journal: Journal::default(), tabled, vote: None, signed }
    }

    /// Whether it signed this.
    pub fn has_signed(&self, object: &BookId) -> bool {
        self.signed.contains_key(object)
    }

    /// Whether it voted or passed at all.
    pub fn is_free(&self) -> bool {
        self.journal == Journal::default()
    }

    /// Remembers what was just signed and has not left yet.
    pub fn remember(&mut self, object: &SignedObject) {
        if let Content::Vote(_) = object.content() {
            self.vote = Some(object.id());
        }
        self.signed.insert(object.id(), object.bytes().to_vec());
    }

    /// What it signed, by id.
    pub fn signed(&self) -> impl Iterator<Item = (&BookId, &[u8])> {
        self.signed.iter().map(|(id, bytes)| (id, bytes.as_slice()))
    }

    /// A vote for a sheet, in the highest round in which it may be voted for.
    pub fn vote(&self, step: &Step, me: &MemberId, sheet: &BookId) -> Result<(Self, Content), Refusal> {
        self.is_about(step, me)?;
        match step.sheets.get(sheet) {
            None => return Err(Refusal::NoSuchSheet),
            Some(known) => known.bad.map_or(Ok(()), |bad| Err(Refusal::Void(bad)))?,
        }
        let tabled = step.slate.offers().filter(|(_, offer)| offer.minutes == *sheet);
        let (sound, unsound): (Vec<_>, Vec<_>) =
            tabled.partition(|(id, _)| step.slate.justice(id) == Justice::Justified);
        let Some((id, offer)) = sound.into_iter().max_by_key(|(id, offer)| (offer.round, **id)) else {
            return Err(if unsound.is_empty() { Refusal::NotTabled } else { Refusal::NotJustified });
        };
        let journal = self.journal.vote(&step.slate, offer.round, *id).map_err(|why| self.refusal(why))?;
        let vote = Vote { prev: self.prev, round: offer.round, minutes: *sheet, offer: *id };
        Ok((Self { journal, ..self.clone() }, Content::Vote(vote)))
    }

    /// A pass on to a round.
    pub fn pass(&self, step: &Step, me: &MemberId, round: u32) -> Result<(Self, Content), Refusal> {
        self.is_about(step, me)?;
        let journal = self.journal.pass(&step.slate, round).map_err(|why| self.refusal(why))?;
        Ok((Self { journal, ..self.clone() }, Content::Pass(Pass { prev: self.prev, round, last: self.vote })))
    }

    /// An offer of a sheet in a round of one's own.
    pub fn table(&self, step: &Step, me: &MemberId, round: u32, sheet: BookId) -> Result<(Self, Content), Refusal> {
        self.is_about(step, me)?;
        if step.slate.owner(round) != Some(*me) {
            return Err(Refusal::NotOwner);
        }
        match self.tabled.get(&round) {
            Some(before) if before.minutes != sheet => return Err(Refusal::Tabled),
            Some(before) => return Ok((self.clone(), Content::Offer(before.clone()))),
            None => {}
        }
        match step.sheets.get(&sheet) {
            None => return Err(Refusal::NoSuchSheet),
            Some(known) => known.bad.map_or(Ok(()), |bad| Err(Refusal::Void(bad)))?,
        }
        let passes = if round == 0 { vec![] } else { self.passes(step, round, &sheet)? };
        let mut next = self.clone();
        let offer = Offer { prev: self.prev, round, minutes: sheet, passes };
        next.tabled.insert(round, offer.clone());
        Ok((next, Content::Offer(offer)))
    }

    /// Whether it has tabled something in a round.
    pub fn has_tabled(&self, round: u32) -> bool {
        self.tabled.contains_key(&round)
    }

    fn passes(&self, step: &Step, round: u32, sheet: &BookId) -> Result<Vec<BookId>, Refusal> {
        let void = |id: &BookId| step.sheets.get(id).is_some_and(|sheet| sheet.bad.is_some());
        match step.slate.table(round, void) {
            None => Err(Refusal::TooFewPasses),
            Some((passes, Carried::Any)) => Ok(passes),
            Some((passes, Carried::Sheet(carried))) if carried == *sheet => Ok(passes),
            Some((_, Carried::Sheet(carried))) => Err(Refusal::MustCarry(carried)),
            Some((_, Carried::Unclear)) => Err(Refusal::TooFewPasses),
        }
    }

    fn is_about(&self, step: &Step, me: &MemberId) -> Result<(), Refusal> {
        let votes = step.roster.at == self.prev && step.roster.voters.contains_key(me);
        if votes { Ok(()) } else { Err(Refusal::NotAVoter) }
    }

    fn refusal(&self, why: journal::Refusal) -> Refusal {
        let voted = self.journal.last.map_or(0, |(round, _)| round);
        match why {
            journal::Refusal::NotJustified(_) => Refusal::NotJustified,
            journal::Refusal::PassedOn => Refusal::PassedOn(self.journal.floor),
            journal::Refusal::Voted => Refusal::Voted(voted),
            journal::Refusal::NoSuchPass | journal::Refusal::TooFar => Refusal::NoSuchRound,
        }
    }
}
