//! Minutes as a person reads them: names in place of ids, who signed, who is missing, and why this desk would not.

use std::collections::BTreeSet;

use kenes_core::book::{Content, Entry, Fork, Hand, Minutes, NewKey, Refusal, State, Step};
use kenes_core::ids::{BookId, CommitteeId, MemberId, has_prefix};
use kenes_core::sign::PublicKey;
use kenes_core::words;

use super::one;
use super::recall::{devices_of, undone};
use crate::committee::Committee;
use crate::error::DeskError;
use crate::index::Index;
use crate::session::Session;
use crate::view::{EntryView, ForkView, MinutesView, Obstacle, Person, SheetStatus};

impl Session {
    /// All minutes and open sheets, the newest number first; only what may still be signed, where `open`.
    pub(crate) fn minutes(&self, id: &CommitteeId, open: bool) -> Result<Vec<MinutesView>, DeskError> {
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        // Whatever follows older minutes is decided.
        let steps = state.steps.iter().rev().take(if open { 1 } else { usize::MAX });
        let sheets = steps.flat_map(|step| step.sheets.keys().map(move |sheet| (step, sheet)));
        let views = sheets.filter_map(|(step, sheet)| self.view_of(committee, step, sheet).transpose());
        let views = views.filter(|view| !open || view.as_ref().is_ok_and(|view| view.status == SheetStatus::Open));
        views.collect()
    }

    /// The minutes of one number, or a sheet by the beginning of its id.
    pub(crate) fn find_minutes(&self, id: &CommitteeId, which: &str) -> Result<MinutesView, DeskError> {
        let all = self.minutes(id, false)?;
        let no: Option<u32> = which.parse().ok();
        let numbered = |view: &&MinutesView| Some(view.no) == no && view.status == SheetStatus::Adopted;
        if let Some(view) = all.iter().find(numbered) {
            return Ok(view.clone());
        }
        one(all.into_iter().filter(|view| has_prefix(&view.id, which)))?.ok_or(DeskError::NoMinutes)
    }

    pub(super) fn minutes_view(&self, id: &CommitteeId, sheet: &BookId) -> Result<MinutesView, DeskError> {
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        let step = state.steps.iter().rev().find(|step| step.sheets.contains_key(sheet));
        let step = step.ok_or(DeskError::NoMinutes)?;
        self.view_of(committee, step, sheet)?.ok_or(DeskError::NoMinutes)
    }

    fn view_of(&self, committee: &Committee, step: &Step, sheet: &BookId) -> Result<Option<MinutesView>, DeskError> {
        let (Some(known), Some(object)) = (step.sheets.get(sheet), committee.book.object(sheet)) else {
            return Ok(None);
        };
        let Content::Minutes(minutes) = object.content() else { return Ok(None) };
        let tabled = step.slate.offers().filter(|(_, offer)| offer.minutes == *sheet);
        let offer = tabled.max_by_key(|(id, offer)| (offer.round, **id));
        let signers = offer.map(|(id, _)| step.slate.signers(id)).unwrap_or_default();
        let missing: BTreeSet<_> = step.roster.voters.keys().filter(|id| !signers.contains(id)).copied().collect();
        let hands = &self.keys(&committee.id())?.hands;
        let hand = hands.iter().find(|hand| hand.prev == step.roster.at).cloned();
        let hand = hand.unwrap_or_else(|| Hand::new(step.roster.at));
        let mut asked = step.slate.asked_for().into_iter().rev();
        let round = asked.find(|round| step.slate.owner(*round) == Some(known.author));
        Ok(Some(MinutesView {
            id: *sheet,
            no: minutes.no,
            author: committee.person(&known.author),
            status: status(step, sheet),
            round: offer.map(|(_, offer)| offer.round),
            passes: round.map_or(0, |round| step.slate.passes_for(round).len()),
            mine: signers.contains(&committee.me),
            signed: signers.iter().map(|id| committee.person(id)).collect(),
            missing: missing.iter().map(|id| committee.person(id)).collect(),
            needed: step.roster.needed(),
            entries: committee.entries_of(minutes, &self.index),
            obstacle: self.obstacle(committee, step, sheet, &hand),
            by_hand: self.goes_by_hand(committee),
        }))
    }

    /// Why this desk would not sign an open sheet.
    fn obstacle(&self, committee: &Committee, step: &Step, sheet: &BookId, hand: &Hand) -> Option<Obstacle> {
        if status(step, sheet) != SheetStatus::Open {
            return None;
        }
        match self.vote_on(&committee.id()) {
            Ok(_) => hand.vote(step, &committee.me, sheet).err().map(Obstacle::Rule),
            Err(DeskError::NoVoteKey(_)) => Some(Obstacle::NoVoteKey),
            Err(DeskError::Forked(_)) => Some(Obstacle::Forked),
            Err(DeskError::Adrift(_)) => Some(Obstacle::Adrift),
            Err(_) if step.roster.voters.contains_key(&committee.me) => Some(Obstacle::Unsettled),
            Err(_) => Some(Obstacle::Rule(Refusal::NotAVoter)),
        }
    }
}

fn status(step: &Step, sheet: &BookId) -> SheetStatus {
    let bad = step.sheets.get(sheet).and_then(|sheet| sheet.bad);
    match (bad, step.adopted.len(), step.adopted.contains(sheet)) {
        (Some(bad), _, _) => SheetStatus::Void(bad),
        (None, 0, _) => SheetStatus::Open,
        (None, 1, true) => SheetStatus::Adopted,
        (None, _, true) => SheetStatus::Contested,
        (None, _, false) => SheetStatus::Superseded,
    }
}

impl Committee {
    pub(crate) fn person(&self, member: &MemberId) -> Person {
        Person { member: *member, name: self.name_of(member) }
    }

    /// Forks of which the owner has not said where to stand.
    pub(crate) fn open_forks(&self) -> Vec<ForkView> {
        let Some(state) = &self.state else { return vec![] };
        let open = state.forks.iter().filter(|fork| !self.ledger.forks.contains(&fork.sheets));
        open.map(|fork| fork_view(state, fork)).collect()
    }

    /// Twelve words that stand for a vote key which a member asks for.
    pub(crate) fn key_words(&self, vote: PublicKey) -> String {
        words::of_digest(&NewKey::digest(self.id(), &vote)).join(" ")
    }

    pub(super) fn entries_of(&self, minutes: &Minutes, index: &Index) -> Vec<EntryView> {
        minutes.entries.iter().map(|entry| self.entry_view(entry, index)).collect()
    }

    fn entry_view(&self, entry: &Entry, index: &Index) -> EntryView {
        let person = |member: &MemberId| self.person(member);
        match entry {
            Entry::Admit { identity, name, steward, .. } => {
                let name = self.book.name(name).map(|name| name.text.clone()).unwrap_or_default();
                EntryView::Admit { who: Person { member: identity.member(), name }, steward: *steward }
            }
            Entry::Remove { member, .. } => EntryView::Remove(person(member)),
            Entry::Steward { member, steward } => EntryView::Steward { who: person(member), steward: *steward },
            Entry::Policy { quorum, history, retention_days } => EntryView::Policy {
                quorum: (quorum.num, quorum.den),
                history: *history,
                retention_days: *retention_days,
            },
            Entry::Recall { devices, seen, published } => {
                let owner = devices.first().and_then(|device| self.state.as_ref()?.owner(device));
                let [among, public] = [(false, seen), (true, published)]
                    .map(|(public, stands)| undone(index, self.id(), devices, public, stands));
                let who = owner.map(|(id, _)| person(&id));
                EntryView::Recall { who, devices: devices.clone(), undone: among.and(public) }
            }
            Entry::Reinstate { author, upto } => EntryView::Reinstate { author: person(author), upto: *upto },
            Entry::Keep { member } => EntryView::Keep(person(member)),
            Entry::Drop { member, .. } => EntryView::Drop(person(member)),
            Entry::ReplaceKey { member, vote, open, .. } => {
                let lifted = self.state.as_ref().and_then(|state| state.open_suspension(member));
                let lifts = lifted.filter(|(suspension, _)| Some(*suspension) != *open).map(|(_, who)| person(&who));
                EntryView::NewKey { who: person(member), key: *vote, words: self.key_words(*vote), lifts }
            }
            Entry::Spokesperson { member, until } => EntryView::Spokesperson { who: person(member), until: *until },
            Entry::Silence { member, published } => {
                let devices = self.state.as_ref().map(|state| devices_of(state, member)).unwrap_or_default();
                let undone = undone(index, self.id(), &devices, true, published);
                EntryView::Silence { who: person(member), undone }
            }
            Entry::Channel { channel } => EntryView::Channel(*channel),
            Entry::Publish { channel } => EntryView::Publish(*channel),
        }
    }
}

/// Two adopted sheets of a number, and which of them lies on the way to where one stands.
pub(crate) fn fork_view(state: &State, fork: &Fork) -> ForkView {
    let stand = fork.sheets.iter().find(|sheet| state.step(sheet).is_some()).copied();
    ForkView { no: fork.no, sheets: fork.sheets.iter().copied().collect(), stand }
}
