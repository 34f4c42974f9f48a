//! How one number of minutes is decided: offers, votes and passes, in rounds.
//!
//! It is Paxos (Lamport, *Paxos Made Simple*, 2001) with people as acceptors and a chair as leader. Round 0 belongs to
//! the chair, who tables a sheet without asking. Any later round belongs to one voter by number, who needs passes from
//! a quorum first, and must carry on what may already have been decided. A [`Slate`] is all that is known about one
//! number; nothing in it depends on the order of arrival or on a clock. Who may vote and what a sheet says is not
//! known here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

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

/// What an offer with certain passes must table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// Whatever its owner likes.
    Any,
    /// This sheet, which may have been decided already.
    Sheet(BookId),
    /// It cannot be told from these passes.
    Unclear,
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
    /// What was found of offers when less was known, and holds for ever.
    settled: BTreeMap<BookId, Justice>,
    judged: OnceLock<Judged>,
}

/// What follows from a slate, asked for once.
#[derive(Debug, Clone, Default)]
struct Judged {
    offers: BTreeMap<BookId, Justice>,
    signers: BTreeMap<BookId, BTreeSet<MemberId>>,
    height: u32,
    /// How many offers were weighed for it, and not remembered.
    weighed: usize,
}

impl Slate {
    /// A number to be decided by `needed` of `voters`. The chair may have left the voters.
    pub fn new(voters: BTreeSet<MemberId>, needed: usize, chair: MemberId) -> Self {
        let chair = voters.contains(&chair).then_some(chair);
        Self { voters: voters.into_iter().collect(), needed, chair, ..Self::default() }
    }

    /// Takes over what another slate about the same number, of which this one holds all, found of its offers: whatever
    /// is more to be learned changes only what was not known.
    pub fn remember(&mut self, fewer: &Self) {
        let found = fewer.judged().offers.iter().filter(|(_, justice)| **justice != Justice::Unknown);
        self.settled.extend(found);
        self.judged.take();
    }

    /// How many offers had to be weighed for what is known, beside those remembered.
    pub fn weighed(&self) -> usize {
        self.judged().weighed
    }

    /// Adds an offer. One by someone who does not vote counts for nothing.
    pub fn offer(&mut self, id: BookId, offer: Offer) {
        self.offers.insert(id, offer);
        self.judged.take();
    }

    /// Adds a vote.
    pub fn vote(&mut self, id: BookId, vote: Vote) {
        self.votes.insert(id, vote);
        self.judged.take();
    }

    /// Adds a pass.
    pub fn pass(&mut self, id: BookId, pass: Pass) {
        self.passes.insert(id, pass);
        self.judged.take();
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
        self.judged().offers.get(offer).copied().unwrap_or(Justice::Unknown)
    }

    fn judged(&self) -> &Judged {
        self.judged.get_or_init(|| self.judge())
    }

    /// Offers rest on offers of lower rounds only, so one walk up the rounds judges all.
    fn judge(&self) -> Judged {
        let mut judged = Judged::default();
        let mut offers: Vec<_> = self.offers.iter().collect();
        offers.sort_unstable_by_key(|(id, offer)| (offer.round, **id));
        for (id, offer) in offers {
            let settled = self.settled.get(id).copied();
            judged.weighed += usize::from(settled.is_none());
            let justice = settled.unwrap_or_else(|| self.weigh(offer, &judged.offers));
            judged.offers.insert(*id, justice);
        }
        for vote in self.votes.values().filter(|vote| self.is_voter(&vote.by) && self.offer_of(vote) == Some(true)) {
            judged.signers.entry(vote.offer).or_default().insert(vote.by);
        }
        judged.height = self.climb();
        judged
    }

    fn weigh(&self, offer: &Offer, lower: &BTreeMap<BookId, Justice>) -> Justice {
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
            match self.read_pass(id, offer.round, lower) {
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

    /// A pass for `round`, and the vote that it names; `lower` judges the offers of the rounds before it.
    fn read_pass(&self, id: &BookId, round: u32, lower: &BTreeMap<BookId, Justice>) -> Read {
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
        match lower.get(&vote.offer) {
            Some(Justice::Justified) => Read::Sound(*pass, Some(*vote)),
            Some(Justice::Unjustified) => Read::Unsound,
            Some(Justice::Unknown) | None => Read::Missing,
        }
    }

    /// Whether a vote says what its offer says; nothing, where the offer is not here.
    fn offer_of(&self, vote: &Vote) -> Option<bool> {
        self.offers.get(&vote.offer).map(|offer| offer.round == vote.round && offer.minutes == vote.minutes)
    }

    /// Whether `minutes` may be tabled after `passes` passes with these latest votes.
    fn carries_on(&self, minutes: BookId, passes: usize, lasts: &[Vote]) -> bool {
        match self.carried(passes, lasts) {
            Carried::Any => true,
            Carried::Sheet(sheet) => sheet == minutes,
            Carried::Unclear => false,
        }
    }

    /// What `passes` passes with these latest votes leave to be tabled.
    fn carried(&self, passes: usize, lasts: &[Vote]) -> Carried {
        let Some(highest) = lasts.iter().map(|vote| vote.round).max() else { return Carried::Any };
        let mut counts: BTreeMap<BookId, usize> = BTreeMap::new();
        for vote in lasts.iter().filter(|vote| vote.round == highest) {
            *counts.entry(vote.minutes).or_default() += 1;
        }
        if let (1, Some(sheet)) = (counts.len(), counts.keys().next()) {
            return Carried::Sheet(*sheet);
        }
        // Two sheets in one round: its owner cheated. Only one that could have a quorum, counting the silent, matters.
        let silent = self.voters.len() - passes;
        let mut possible = counts.iter().filter(|(_, count)| **count + silent >= self.needed).map(|(sheet, _)| *sheet);
        match (possible.next(), possible.next()) {
            (None, _) => Carried::Any,
            (Some(sheet), None) => Carried::Sheet(sheet),
            (Some(_), Some(_)) => Carried::Unclear,
        }
    }

    /// Passes by enough voters to table something in `round`, and what; nothing, where there are too few. Passes on
    /// sheets that `avoid` says can never be minutes are left out where there are enough without them.
    pub fn table(&self, round: u32, avoid: impl Fn(&BookId) -> bool) -> Option<(Vec<BookId>, Carried)> {
        let last = |pass: &Pass| pass.last.and_then(|last| self.votes.get(&last)).copied();
        let mut by: BTreeMap<MemberId, (BookId, Pass)> = BTreeMap::new();
        for (id, pass) in self.passes_for(round) {
            by.entry(pass.by).or_insert((id, pass));
        }
        let sound = |(_, pass): &&(BookId, Pass)| last(pass).is_none_or(|vote| !avoid(&vote.minutes));
        let mut chosen: Vec<_> = by.values().filter(sound).copied().collect();
        if chosen.len() < self.needed {
            chosen = by.into_values().collect();
        }
        if chosen.len() < self.needed {
            return None;
        }
        let lasts: Vec<_> = chosen.iter().filter_map(|(_, pass)| last(pass)).collect();
        let mut passes: Vec<_> = chosen.iter().map(|(id, _)| *id).collect();
        passes.sort_unstable();
        Some((passes, self.carried(chosen.len(), &lasts)))
    }

    /// The highest round that is in reach: one can climb to it by rounds that voters passed on to or tabled in, none of
    /// them more than as many rounds above the one before as there are voters. Honest desks pass on no further than that
    /// above what they know, so whatever they passed on to is in reach of whoever knows what they knew; and who jumps
    /// to the end of the numbers jumps alone.
    pub fn height(&self) -> u32 {
        self.judged().height
    }

    fn climb(&self) -> u32 {
        let passes = self.passes.values().filter(|pass| self.is_voter(&pass.by)).map(|pass| pass.round);
        let offers = self.offers.values().filter(|offer| self.owner(offer.round) == Some(offer.by));
        let rounds: BTreeSet<_> = passes.chain(offers.map(|offer| offer.round)).collect();
        rounds.into_iter().fold(0, |height, round| if self.is_step(height, round) { round } else { height })
    }

    fn is_step(&self, height: u32, round: u32) -> bool {
        round.saturating_sub(height) as usize <= self.voters.len()
    }

    /// Whether an honest desk that knows this slate passes on so far.
    pub fn may_pass_on_to(&self, round: u32) -> bool {
        self.is_step(self.height(), round)
    }

    /// Rounds in reach that their owners asked for: they passed on to them, and tabled nothing there yet.
    pub fn asked_for(&self) -> BTreeSet<u32> {
        let own = self.passes.values().filter(|pass| pass.round > 0 && self.owner(pass.round) == Some(pass.by));
        let own = own.filter(|pass| pass.round <= self.height());
        let tabled: BTreeSet<_> = self.offers.values().map(|offer| (offer.by, offer.round)).collect();
        own.filter(|pass| !tabled.contains(&(pass.by, pass.round))).map(|pass| pass.round).collect()
    }

    /// The next round of a voter's above all that are in reach, where it would be the first to ask.
    pub fn next_round_of(&self, voter: &MemberId) -> Option<u32> {
        let at = self.voters.binary_search(voter).ok()? as u32;
        let size = self.voters.len() as u32;
        let after = self.height().checked_add(1)?;
        after.checked_add((at + size - after % size) % size)
    }

    /// The sheets for which a quorum voted on one justified offer: one, unless somebody cheated.
    pub fn adopted(&self) -> BTreeSet<BookId> {
        let judged = self.judged();
        let signed = |offer: &BookId| judged.signers.get(offer).is_some_and(|by| by.len() >= self.needed);
        let offers = self.offers.iter().filter(|(id, _)| signed(id) && self.justice(id) == Justice::Justified);
        offers.map(|(_, offer)| offer.minutes).collect()
    }

    /// The voters who signed an offer.
    pub fn signers(&self, offer: &BookId) -> BTreeSet<MemberId> {
        self.judged().signers.get(offer).cloned().unwrap_or_default()
    }

    /// The vote of a voter for an offer; the lowest id, where both of a voter's keys signed.
    pub fn vote_of(&self, voter: &MemberId, offer: &BookId) -> Option<BookId> {
        self.votes.iter().find(|(_, vote)| vote.by == *voter && vote.offer == *offer).map(|(id, _)| *id)
    }

    /// Every offer that is known, with who tabled what.
    pub fn offers(&self) -> impl Iterator<Item = (&BookId, &Offer)> {
        self.offers.iter()
    }

    /// Whether a vote counts where its offer does: a voter's, and it says what its offer says.
    pub fn is_sound(&self, vote: &Vote) -> bool {
        self.is_voter(&vote.by) && self.offer_of(vote) == Some(true)
    }

    /// What a voter has signed here that anyone knows of.
    pub fn signed_by(&self, voter: &MemberId) -> BTreeSet<BookId> {
        let votes = self.votes.iter().filter(|(_, vote)| vote.by == *voter).map(|(id, _)| *id);
        let passes = self.passes.iter().filter(|(_, pass)| pass.by == *voter).map(|(id, _)| *id);
        let offers = self.offers.iter().filter(|(_, offer)| offer.by == *voter).map(|(id, _)| *id);
        votes.chain(passes).chain(offers).collect()
    }

    /// The passes for a round, by voters, whose latest votes are here and sound.
    pub fn passes_for(&self, round: u32) -> BTreeMap<BookId, Pass> {
        let lower = &self.judged().offers;
        let ids = self.passes.iter().filter(|(_, pass)| pass.round == round);
        ids.filter(|(id, _)| matches!(self.read_pass(id, round, lower), Read::Sound(..)))
            .map(|(id, pass)| (*id, *pass))
            .collect()
    }

    /// Proofs against voters who signed what no honest desk does: at least one against each.
    pub fn cheats(&self) -> BTreeSet<Cheat> {
        let voters = |by: &MemberId| self.is_voter(by);
        let votes = self.votes.iter().map(|(id, vote)| (vote.by, vote.round, *id));
        let offers = self.offers.iter().filter(|(_, offer)| self.owner(offer.round) == Some(offer.by));
        let passes = self.passes.iter().map(|(id, pass)| (pass.by, pass.round, *id));
        let mut cheats = twice(votes.filter(|(by, ..)| voters(by)));
        cheats.extend(twice(offers.map(|(id, offer)| (offer.by, offer.round, *id))));
        cheats.extend(twice(passes.filter(|(by, ..)| voters(by))));
        for (id, vote) in self.votes.iter().filter(|(_, vote)| voters(&vote.by)) {
            if self.offer_of(vote) == Some(false) || self.justice(&vote.offer) == Justice::Unjustified {
                cheats.insert(Cheat::new(vote.by, *id, vote.offer));
            }
        }
        cheats.extend(self.denials());
        cheats
    }

    /// Passes that say that there was no such vote.
    fn denials(&self) -> BTreeSet<Cheat> {
        let mut rounds: BTreeMap<MemberId, BTreeMap<u32, BookId>> = BTreeMap::new();
        for (id, vote) in self.votes.iter().filter(|(_, vote)| self.is_voter(&vote.by)) {
            rounds.entry(vote.by).or_default().entry(vote.round).or_insert(*id);
        }
        let denied = |(id, pass): (&BookId, &Pass)| {
            let (round, vote) = rounds.get(&pass.by)?.range(..pass.round).next_back()?;
            let denied = match pass.last {
                None => true,
                Some(last) if last == *vote => false,
                Some(last) => self.votes.get(&last).is_some_and(|last| last.round < *round),
            };
            denied.then(|| Cheat::new(pass.by, *vote, *id))
        };
        self.passes.iter().filter_map(denied).collect()
    }
}

impl Cheat {
    fn new(by: MemberId, one: BookId, other: BookId) -> Self {
        Self { by, one: one.min(other), other: one.max(other) }
    }
}

/// Of those who signed two things in one round, the two with the lowest ids.
fn twice(signed: impl Iterator<Item = (MemberId, u32, BookId)>) -> BTreeSet<Cheat> {
    let signed: BTreeSet<_> = signed.collect();
    let pairs = signed.iter().zip(signed.iter().skip(1));
    let same = pairs.filter(|(one, other)| (one.0, one.1) == (other.0, other.1));
    same.map(|(one, other)| Cheat::new(one.0, one.2, other.2)).collect()
}

enum Read {
    Sound(Pass, Option<Vote>),
    Unsound,
    Missing,
}

#[cfg(test)]
mod tests;
