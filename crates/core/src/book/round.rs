//! How one number of minutes is decided: offers, votes and passes, in rounds.
//!
//! It is Paxos (Lamport, *Paxos Made Simple*, 2001) with people as acceptors and a chair as leader. Round 0 belongs to
//! the chair, who tables a sheet without asking. Any later round belongs to one voter by number, who needs passes from
//! a quorum first, and must carry on what may already have been decided. A [`Slate`] is all that is known about one
//! number; nothing in it depends on the order of arrival or on a clock. Who may vote and what a sheet says is not
//! known here.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{BookId, MemberId};

pub mod journal;

/// A sheet tabled in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Who tabled it.
    pub by: MemberId,
    /// In which round.
    pub round: u32,
    /// The sheet.
    pub minutes: BookId,
    /// Passes for this round, by a quorum; none in round 0.
    pub passes: Vec<BookId>,
}

/// A signature for an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vote {
    /// Whose.
    pub by: MemberId,
    /// The offer's round.
    pub round: u32,
    /// The offer's sheet.
    pub minutes: BookId,
    /// The offer.
    pub offer: BookId,
}

/// "I vote in no round before this one any more; this was my latest vote."
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// Whose.
    pub by: MemberId,
    /// The round that it is for.
    pub round: u32,
    /// The latest vote, if there was one.
    pub last: Option<BookId>,
}

/// Whether an offer may be voted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Justice {
    /// It may.
    Justified,
    /// It may not, whatever else is learned.
    Unjustified,
    /// Something that it rests on is not here.
    Unknown,
}

/// Two things of one voter's that no honest desk signs both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cheat {
    /// Who.
    pub by: MemberId,
    /// The first of the two.
    pub one: BookId,
    /// The second; for a vote on an unjustified offer, the offer.
    pub other: BookId,
}

/// All that is known about one number.
#[derive(Debug, Clone, Default)]
pub struct Slate {
    voters: Vec<MemberId>,
    needed: usize,
    chair: Option<MemberId>,
    offers: BTreeMap<BookId, Offer>,
    votes: BTreeMap<BookId, Vote>,
    passes: BTreeMap<BookId, Pass>,
}

impl Slate {
    /// A number to be decided by `needed` of `voters`. The chair may have left the voters.
    pub fn new(voters: BTreeSet<MemberId>, needed: usize, chair: MemberId) -> Self {
        let chair = voters.contains(&chair).then_some(chair);
        Self { voters: voters.into_iter().collect(), needed, chair, ..Self::default() }
    }

    /// Adds an offer. One by someone who does not vote counts for nothing.
    pub fn offer(&mut self, id: BookId, offer: Offer) {
        self.offers.insert(id, offer);
    }

    /// Adds a vote.
    pub fn vote(&mut self, id: BookId, vote: Vote) {
        self.votes.insert(id, vote);
    }

    /// Adds a pass.
    pub fn pass(&mut self, id: BookId, pass: Pass) {
        self.passes.insert(id, pass);
    }

    /// Whose round this is.
    pub fn owner(&self, round: u32) -> Option<MemberId> {
        match round {
            0 => self.chair,
            _ => self.voters.get(round as usize % self.voters.len().max(1)).copied(),
        }
    }

    /// Whether someone votes on this number.
    pub fn is_voter(&self, who: &MemberId) -> bool {
        self.voters.binary_search(who).is_ok()
    }

    /// Whether an offer may be voted for.
    pub fn justice(&self, offer: &BookId) -> Justice {
        // Rounds fall strictly along the way down, so it ends; nothing is asked twice for one offer.
        self.justice_within(offer, &mut BTreeMap::new())
    }

    fn justice_within(&self, id: &BookId, known: &mut BTreeMap<BookId, Justice>) -> Justice {
        let Some(offer) = self.offers.get(id) else { return Justice::Unknown };
        if let Some(justice) = known.get(id) {
            return *justice;
        }
        let justice = self.weigh(offer, known);
        known.insert(*id, justice);
        justice
    }

    fn weigh(&self, offer: &Offer, known: &mut BTreeMap<BookId, Justice>) -> Justice {
        if self.owner(offer.round) != Some(offer.by) {
            return Justice::Unjustified;
        }
        if offer.round == 0 {
            return if offer.passes.is_empty() { Justice::Justified } else { Justice::Unjustified };
        }
        let mut by = BTreeSet::new();
        let mut lasts = Vec::new();
        let mut complete = true;
        for id in &offer.passes {
            match self.read_pass(id, offer.round, known) {
                Read::Sound(pass, last) => {
                    if !by.insert(pass.by) {
                        return Justice::Unjustified;
                    }
                    lasts.extend(last);
                }
                Read::Unsound => return Justice::Unjustified,
                Read::Missing => complete = false,
            }
        }
        if !complete {
            return Justice::Unknown;
        }
        let enough = by.len() >= self.needed;
        if enough && self.carries_on(offer.minutes, by.len(), &lasts) {
            Justice::Justified
        } else {
            Justice::Unjustified
        }
    }

    /// A pass for `round`, and the vote that it names.
    fn read_pass(&self, id: &BookId, round: u32, known: &mut BTreeMap<BookId, Justice>) -> Read {
        let Some(pass) = self.passes.get(id) else { return Read::Missing };
        if pass.round != round || !self.is_voter(&pass.by) {
            return Read::Unsound;
        }
        let Some(last) = pass.last else { return Read::Sound(*pass, None) };
        let Some(vote) = self.votes.get(&last) else { return Read::Missing };
        if vote.by != pass.by || vote.round >= round {
            return Read::Unsound;
        }
        match self.offer_of(vote) {
            Some(true) => {}
            Some(false) => return Read::Unsound,
            None => return Read::Missing,
        }
        match self.justice_within(&vote.offer, known) {
            Justice::Justified => Read::Sound(*pass, Some(*vote)),
            Justice::Unjustified => Read::Unsound,
            Justice::Unknown => Read::Missing,
        }
    }

    /// Whether a vote says what its offer says; nothing, where the offer is not here.
    fn offer_of(&self, vote: &Vote) -> Option<bool> {
        self.offers.get(&vote.offer).map(|offer| offer.round == vote.round && offer.minutes == vote.minutes)
    }

    /// Whether `minutes` may be tabled after `passes` passes with these latest votes.
    fn carries_on(&self, minutes: BookId, passes: usize, lasts: &[Vote]) -> bool {
        let Some(highest) = lasts.iter().map(|vote| vote.round).max() else { return true };
        let mut counts: BTreeMap<BookId, usize> = BTreeMap::new();
        for vote in lasts.iter().filter(|vote| vote.round == highest) {
            *counts.entry(vote.minutes).or_default() += 1;
        }
        if counts.len() == 1 {
            return counts.contains_key(&minutes);
        }
        // Two sheets in one round: its owner cheated. Only one that could have a quorum, counting the silent, matters.
        let silent = self.voters.len() - passes;
        let mut possible = counts.iter().filter(|(_, count)| **count + silent >= self.needed).map(|(sheet, _)| *sheet);
        match (possible.next(), possible.next()) {
            (None, _) => true,
            (Some(sheet), None) => sheet == minutes,
            (Some(_), Some(_)) => false,
        }
    }

    /// The sheets for which a quorum voted on one justified offer: one, unless somebody cheated.
    pub fn adopted(&self) -> BTreeSet<BookId> {
        let signed = |offer: &BookId| self.signers(offer).len() >= self.needed;
        let offers = self.offers.iter().filter(|(id, _)| signed(id) && self.justice(id) == Justice::Justified);
        offers.map(|(_, offer)| offer.minutes).collect()
    }

    /// The voters who signed an offer.
    pub fn signers(&self, offer: &BookId) -> BTreeSet<MemberId> {
        let for_it =
            |vote: &&Vote| vote.offer == *offer && self.is_voter(&vote.by) && self.offer_of(vote) == Some(true);
        self.votes.values().filter(for_it).map(|vote| vote.by).collect()
    }

    /// The highest round that anything here is about.
    pub fn highest_round(&self) -> u32 {
        let offers = self.offers.values().map(|offer| offer.round);
        offers.chain(self.passes.values().map(|pass| pass.round)).max().unwrap_or(0)
    }

    /// The passes for a round, by voters, whose latest votes are here and sound.
    pub fn passes_for(&self, round: u32) -> BTreeMap<BookId, Pass> {
        let mut known = BTreeMap::new();
        let ids = self.passes.iter().filter(|(_, pass)| pass.round == round);
        ids.filter(|(id, _)| matches!(self.read_pass(id, round, &mut known), Read::Sound(..)))
            .map(|(id, pass)| (*id, *pass))
            .collect()
    }

    /// Who signed what no honest desk does.
    pub fn cheats(&self) -> BTreeSet<Cheat> {
        let mut cheats = BTreeSet::new();
        let mut twice = |by: MemberId, one: BookId, other: BookId| {
            if self.is_voter(&by) && one != other {
                cheats.insert(Cheat { by, one: one.min(other), other: one.max(other) });
            }
        };
        for (id, vote) in &self.votes {
            let same_round = |other: &Vote| other.by == vote.by && other.round == vote.round;
            self.votes.iter().filter(|(_, other)| same_round(other)).for_each(|(other, _)| twice(vote.by, *id, *other));
            if self.offer_of(vote) == Some(false) || self.justice(&vote.offer) == Justice::Unjustified {
                twice(vote.by, *id, vote.offer);
            }
            let own = self.passes.iter().filter(|(_, pass)| pass.by == vote.by && vote.round < pass.round);
            own.filter(|(_, pass)| self.denies(pass, id, vote)).for_each(|(pass, _)| twice(vote.by, *id, *pass));
        }
        for (id, offer) in &self.offers {
            let same_round = |other: &Offer| other.by == offer.by && other.round == offer.round;
            let owner = self.owner(offer.round) == Some(offer.by);
            let others = self.offers.iter().filter(|(_, other)| owner && same_round(other));
            others.for_each(|(other, _)| twice(offer.by, *id, *other));
        }
        for (id, pass) in &self.passes {
            let same_round = |other: &Pass| other.by == pass.by && other.round == pass.round;
            self.passes
                .iter()
                .filter(|(_, other)| same_round(other))
                .for_each(|(other, _)| twice(pass.by, *id, *other));
        }
        cheats
    }

    /// Whether a pass says that there was no such vote.
    fn denies(&self, pass: &Pass, id: &BookId, vote: &Vote) -> bool {
        match pass.last {
            None => true,
            Some(last) if last == *id => false,
            Some(last) => self.votes.get(&last).is_some_and(|last| last.round < vote.round),
        }
    }
}

enum Read {
    Sound(Pass, Option<Vote>),
    Unsound,
    Missing,
}

#[cfg(test)]
mod tests;
