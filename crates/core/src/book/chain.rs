//! The adopted minutes: what follows what, and where forks are.
//!
//! Every sheet that enough voters of the one before it signed is a [`Step`]. Without cheating the steps are one line;
//! with it they may be a tree, and a walk goes up the branch that a desk stands on and no further than is certain.
//! Which members and devices that leaves, with single members' acts, is in the evaluation beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::Content;
use super::minutes::{Minutes, Offer, Pass, Vote};
use super::object::SignedObject;
use super::roster::{BadSheet, Roster};
use super::round::{self, Cheat, Justice, Slate};
use super::state::{Verdict, Why};
use crate::envelope::Verified;
use crate::ids::{BookId, MemberId};
use crate::sign::PublicKey;

/// Minutes that one holds fast to: a chain without them is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, bincode::Encode, bincode::Decode)]
pub struct Checkpoint {
    /// Their number.
    pub no: u32,
    /// Which.
    pub id: BookId,
}

/// Two adopted sheets of one number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fork {
    /// The minutes that both follow.
    pub after: BookId,
    /// The number.
    pub no: u32,
    /// The sheets.
    pub sheets: BTreeSet<BookId>,
}

/// A sheet that follows some minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Who wrote it.
    pub author: MemberId,
    /// Why it can never be minutes, if it cannot.
    pub bad: Option<BadSheet>,
}

/// Adopted minutes: what they settled, and all that is known about the number after them.
#[derive(Debug, Clone)]
pub struct Step {
    /// What is settled.
    pub roster: Roster,
    /// Sheets for the next number.
    pub sheets: BTreeMap<BookId, Sheet>,
    /// Offers, votes and passes for it.
    pub slate: Slate,
    /// Those sheets that were adopted: one, unless somebody cheated.
    pub adopted: BTreeSet<BookId>,
    /// Who signed twice, by keys that counted here.
    pub cheats: BTreeSet<Cheat>,
    /// Whether each object about the next number counts.
    pub verdicts: BTreeMap<BookId, Verdict>,
    /// Whose each key is that may sign here.
    keys: BTreeMap<PublicKey, MemberId>,
    /// How many sheets were judged for it, and not remembered from before the newest object.
    judged: usize,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        let own = (&self.roster, &self.sheets, &self.adopted, &self.cheats, &self.verdicts);
        own == (&other.roster, &other.sheets, &other.adopted, &other.cheats, &other.verdicts)
    }
}

impl Eq for Step {}

impl Step {
    /// Judges what follows minutes. What `before` says of sheets and offers, the same step as it was known with fewer
    /// objects, is not judged again: more objects never undo it.
    fn new<'a>(
        roster: Roster,
        following: impl Iterator<Item = &'a Verified<SignedObject>>,
        before: Option<&Self>,
    ) -> Self {
        let voters: BTreeSet<_> = roster.voters.keys().copied().collect();
        let mut slate = Slate::new(voters, roster.needed(), roster.chair);
        before.into_iter().for_each(|before| slate.remember(&before.slate));
        let mut step = Self {
            keys: roster.keys().collect(),
            judged: 0,
            roster,
            sheets: BTreeMap::new(),
            slate,
            adopted: BTreeSet::new(),
            cheats: BTreeSet::new(),
            verdicts: BTreeMap::new(),
        };
        let mut votes = vec![];
        for object in following {
            let Some(by) = step.voter(&object.author()) else {
                step.verdicts.insert(object.id(), Verdict::No(step.without_right(object.author())));
                continue;
            };
            if let Content::Minutes(minutes) = object.content() {
                step.sheet(object.id(), by, minutes, before);
            }
            if let Content::Offer(Offer { round, minutes, passes, .. }) = object.content() {
                let (round, minutes, passes) = (*round, *minutes, passes.clone());
                step.slate.offer(object.id(), round::Offer { by, round, minutes, passes });
            }
            if let Content::Vote(Vote { round, minutes, offer, .. }) = *object.content() {
                let vote = round::Vote { by, round, minutes, offer };
                step.slate.vote(object.id(), vote);
                votes.push((object.id(), vote));
            }
            if let Content::Pass(Pass { round, last, .. }) = *object.content() {
                step.slate.pass(object.id(), round::Pass { by, round, last });
                step.verdicts.insert(object.id(), Verdict::Counts);
            }
        }
        step.judge(votes);
        step
    }

    /// One that nothing follows yet.
    pub(super) fn alone(roster: Roster) -> Arc<Self> {
        Arc::new(Self::new(roster, std::iter::empty(), None))
    }

    /// The voter whose vote key or recovery key this is at this number.
    pub fn voter(&self, key: &PublicKey) -> Option<MemberId> {
        self.keys.get(key).copied()
    }

    /// How many sheets and offers were judged when the newest object about this number came.
    pub fn judged(&self) -> usize {
        self.judged + self.slate.weighed()
    }

    fn sheet(&mut self, id: BookId, author: MemberId, minutes: &Minutes, before: Option<&Self>) {
        let known = before.and_then(|before| before.sheets.get(&id)).map(|sheet| sheet.bad);
        self.judged += usize::from(known.is_none());
        let bad = known.unwrap_or_else(|| self.roster.after(id, author, minutes).err());
        self.verdicts.insert(id, bad.map_or(Verdict::Counts, |bad| Verdict::No(Why::Sheet(bad))));
        self.sheets.insert(id, Sheet { author, bad });
    }

    fn judge(&mut self, votes: Vec<(BookId, round::Vote)>) {
        let weighed = |justice| match justice {
            Justice::Justified => Verdict::Counts,
            Justice::Unjustified => Verdict::No(Why::Unjustified),
            Justice::Unknown => Verdict::No(Why::Waiting),
        };
        for (id, _) in self.slate.offers() {
            self.verdicts.insert(*id, weighed(self.slate.justice(id)));
        }
        for (id, vote) in votes {
            let verdict = match weighed(self.slate.justice(&vote.offer)) {
                Verdict::Counts if !self.slate.is_sound(&vote) => Verdict::No(Why::Unjustified),
                verdict => verdict,
            };
            self.verdicts.insert(id, verdict);
        }
        let sound = |id: &BookId| self.sheets.get(id).is_some_and(|sheet| sheet.bad.is_none());
        self.adopted = self.slate.adopted().into_iter().filter(sound).collect();
        self.cheats = self.slate.cheats();
    }

    fn without_right(&self, author: PublicKey) -> Why {
        let replaced = self.roster.voters.values().flat_map(|seat| &seat.replaced);
        let by = replaced.filter(|replaced| replaced.vote == author).map(|replaced| replaced.by.id).next();
        by.map_or(Why::NoRight, Why::KeyReplaced)
    }
}

/// Every step that is known, by its minutes.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    steps: BTreeMap<BookId, Arc<Step>>,
}

impl Chain {
    pub(super) fn get(&self, at: &BookId) -> Option<&Arc<Step>> {
        self.steps.get(at)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.steps.values()
    }

    /// Judges anew the number after `at`, and whatever is adopted there for the first time, and so on; gives the
    /// rosters that are new. What was adopted stays: more objects never undo it.
    pub(super) fn extend(&mut self, roster: Roster, objects: &Following) -> Vec<Arc<Step>> {
        let mut new = vec![];
        let mut open = vec![roster];
        while let Some(roster) = open.pop() {
            let at = roster.at;
            let known = self.steps.contains_key(&at);
            let before = self.steps.get(&at).map(Arc::as_ref);
            let step = Arc::new(Step::new(roster, objects.after(&at), before));
            for sheet in &step.adopted {
                let follows = |object: &Verified<SignedObject>| {
                    let Content::Minutes(minutes) = object.content() else { return None };
                    step.roster.after(*sheet, step.sheets.get(sheet)?.author, minutes).ok()
                };
                if !self.steps.contains_key(sheet) {
                    open.extend(objects.get(&at, sheet).and_then(follows));
                }
            }
            if !known {
                new.push(step.clone());
            }
            self.steps.insert(at, step);
        }
        new
    }

    /// From the genesis up the branch of `stand`, and beyond it as long as one sheet alone was adopted.
    pub(super) fn walk(&self, genesis: BookId, stand: Option<Checkpoint>, objects: &Following) -> Walk {
        let way = stand.map(|stand| self.way_to(stand, objects)).unwrap_or_default();
        let mut walk = Walk { steps: vec![], forks: BTreeSet::new(), stands: stand.is_none() };
        let mut next = self.steps.get(&genesis);
        while let Some(step) = next {
            let no = step.roster.no;
            walk.stands |= stand.is_some_and(|stand| stand.id == step.roster.at);
            walk.steps.push(step.clone());
            if step.adopted.len() > 1 {
                let fork = Fork { after: step.roster.at, no: no + 1, sheets: step.adopted.clone() };
                walk.forks.insert(fork);
            }
            let certain = match (way.get(&(no + 1)), step.adopted.len()) {
                (Some(sheet), _) if step.adopted.contains(sheet) => Some(sheet),
                (Some(_), _) => None,
                (None, 1) => step.adopted.first(),
                (None, _) => None,
            };
            next = certain.and_then(|sheet| self.steps.get(sheet));
        }
        walk
    }

    /// The minutes on the way to the stand, by number, as far down as the sheets are known.
    fn way_to(&self, stand: Checkpoint, objects: &Following) -> BTreeMap<u32, BookId> {
        let mut way = BTreeMap::new();
        let (mut no, mut id) = (stand.no, stand.id);
        while no > 0 && way.insert(no, id).is_none() {
            match objects.sheets.get(&id) {
                Some(prev) => (no, id) = (no - 1, *prev),
                None => break,
            }
        }
        way
    }
}

/// How far a desk can go, and what it saw on the way.
pub(super) struct Walk {
    pub(super) steps: Vec<Arc<Step>>,
    pub(super) forks: BTreeSet<Fork>,
    pub(super) stands: bool,
}

/// Sheets, offers, votes and passes, by the minutes that they follow.
#[derive(Debug, Clone, Default)]
pub(super) struct Following {
    objects: BTreeMap<BookId, BTreeMap<BookId, Verified<SignedObject>>>,
    /// What each sheet follows.
    sheets: BTreeMap<BookId, BookId>,
}

impl Following {
    pub(super) fn insert(&mut self, prev: BookId, object: Verified<SignedObject>) {
        if let Content::Minutes(_) = object.content() {
            self.sheets.insert(object.id(), prev);
        }
        self.objects.entry(prev).or_default().insert(object.id(), object);
    }

    pub(super) fn after(&self, at: &BookId) -> impl Iterator<Item = &Verified<SignedObject>> {
        self.objects.get(at).into_iter().flat_map(BTreeMap::values)
    }

    fn get(&self, at: &BookId, id: &BookId) -> Option<&Verified<SignedObject>> {
        self.objects.get(at)?.get(id)
    }
}
