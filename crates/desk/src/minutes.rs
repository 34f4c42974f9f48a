//! Minutes at a desk: to put sheets, to sign them, to take the chair, to stand on a branch. What may be signed is the
//! rule of [`kenes_core::book::hand`]; here it becomes durable in the keystore before a signature leaves.

use std::sync::Arc;

use kenes_core::book::{Certificate, Checkpoint, Fork};
use kenes_core::book::{Content, Entry, FirstList, Hand, Minutes, NewKey, Page, Refusal, SignedObject, Step};
use kenes_core::channel::List;
use kenes_core::envelope::Verified;
use kenes_core::ids::{BookId, CommitteeId, MemberId, has_prefix};
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;

use crate::committee::Committee;
use crate::compose::{Writer, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::view::{DeskEvent, KeyAsked, MinutesDraft, MinutesView, Proposal, Standing};

mod entries;
mod file;
mod recall;
mod show;

pub(crate) use show::fork_view;

/// For how many numbers a desk remembers what it signed.
const HANDS: usize = 64;
/// How many bytes of objects go into one page beside others.
const PAGE: usize = 48 * 1024;

/// A sheet that could become minutes, and who would put it where.
struct Put {
    step: Arc<Step>,
    me: MemberId,
    minutes: Minutes,
    /// The first list of the channel that it names, if it names a new one.
    first: Option<List>,
}

impl Session {
    /// Puts a sheet. The chair tables and signs it at once; anyone else asks for passes first.
    pub(crate) async fn propose(
        &mut self,
        id: CommitteeId,
        proposals: Vec<Proposal>,
    ) -> Result<MinutesView, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        self.begin_channels(id, &proposals, now).await?;
        let Put { minutes, first, .. } = self.sheet(&id, proposals, now)?;
        let keys = self.keys(&id)?;
        let sheet = keys.by_vote(Content::Minutes(minutes))?.verify()?;
        let proposed = sheet.id();
        let first =
            first.map(|list| keys.by_vote(Content::FirstList(FirstList { list }))?.verify().map_err(DeskError::from));
        let objects = first.into_iter().chain([Ok(sheet)]).collect::<Result<_, _>>()?;
        self.committee_mut(&id)?.ledger.sheet = Some(proposed);
        self.publish(id, objects, now).await?;
        self.bring_forward(id, proposed, now).await?;
        self.pump().await?;
        self.minutes_view(&id, &proposed)
    }

    /// What a sheet would decide, were it put now.
    pub(crate) async fn draft_minutes(
        &mut self,
        id: CommitteeId,
        proposals: Vec<Proposal>,
    ) -> Result<MinutesDraft, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        self.begin_channels(id, &proposals, now).await?;
        let Put { step, me, minutes, .. } = self.sheet(&id, proposals, now)?;
        let free = !self.hand(&id, step.roster.at)?.has_tabled(0);
        Ok(MinutesDraft {
            no: minutes.no,
            entries: self.committee(&id)?.entries_of(&minutes, &self.index),
            needed: step.roster.needed(),
            tables: free && step.slate.owner(0) == Some(me),
        })
    }

    /// A sheet can only name channels that there are, or that are begun with it.
    async fn begin_channels(
        &mut self,
        id: CommitteeId,
        proposals: &[Proposal],
        now: Timestamp,
    ) -> Result<(), DeskError> {
        if self.vote_on(&id).is_err() {
            return Ok(());
        }
        if proposals.iter().any(|proposal| matches!(proposal, Proposal::Publish)) {
            self.begin_public_channel(id, now).await?;
        }
        if proposals.iter().any(|proposal| matches!(proposal, Proposal::NewChannel)) {
            self.prepare_channel(id)?;
        }
        Ok(())
    }

    /// The sheet that these proposals make, where it could become minutes.
    fn sheet(&mut self, id: &CommitteeId, proposals: Vec<Proposal>, now: Timestamp) -> Result<Put, DeskError> {
        let (step, me) = self.vote_on(id)?;
        let moves = proposals.iter().any(|proposal| matches!(proposal, Proposal::NewChannel));
        let entries = self.entries(id, proposals, now)?;
        let mut minutes = Minutes { no: step.roster.no + 1, prev: step.roster.at, entries };
        // Whose pens the channel begins with follows from all that the sheet decides.
        let first = if moves { Some(self.first_list(*id, me, &minutes)?) } else { None };
        minutes.entries.extend(first.as_ref().map(|list| Entry::Channel { channel: list.channel() }));
        step.roster.after(BookId::from_bytes([0; 32]), me, &minutes)?;
        Ok(Put { step, me, minutes, first })
    }

    /// Tables a sheet in the chair's round, or asks for the next round of one's own.
    async fn bring_forward(&mut self, id: CommitteeId, sheet: BookId, now: Timestamp) -> Result<(), DeskError> {
        let (step, me) = self.vote_on(&id)?;
        match self.hand(&id, step.roster.at)?.table(&step, &me, 0, sheet) {
            Ok(decided) => {
                let offer = self.sign_by_hand(id, decided)?;
                self.publish(id, vec![offer], now).await?;
                match self.sign_sheet(id, sheet, now).await {
                    // Someone had this desk pass on before: it goes on in a later round.
                    Err(DeskError::Unsigned(Refusal::PassedOn(_))) => self.ask_for_round(id, now).await,
                    signed => signed,
                }
            }
            Err(Refusal::NotOwner | Refusal::Tabled) => self.ask_for_round(id, now).await,
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Asks the others to pass on to the next round of one's own, by passing on to it first.
    async fn ask_for_round(&mut self, id: CommitteeId, now: Timestamp) -> Result<(), DeskError> {
        let (step, me) = self.vote_on(&id)?;
        let round = step.slate.next_round_of(&me).ok_or(DeskError::Unsigned(Refusal::NotAVoter))?;
        let decided = self.hand(&id, step.roster.at)?.pass(&step, &me, round)?;
        let pass = self.sign_by_hand(id, decided)?;
        self.publish(id, vec![pass], now).await
    }

    /// Signs an open sheet.
    pub(crate) async fn sign(&mut self, id: CommitteeId, sheet: &str) -> Result<MinutesView, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        let sheet = self.find_sheet(&id, sheet)?;
        self.sign_sheet(id, sheet, now).await?;
        self.pump().await?;
        self.minutes_view(&id, &sheet)
    }

    async fn sign_sheet(&mut self, id: CommitteeId, sheet: BookId, now: Timestamp) -> Result<(), DeskError> {
        let (step, me) = self.vote_on(&id)?;
        self.must_lead_somewhere(&id, &sheet)?;
        let decided = self.hand(&id, step.roster.at)?.vote(&step, &me, &sheet)?;
        let vote = self.sign_by_hand(id, decided)?;
        self.publish(id, vec![vote], now).await
    }

    /// Passes on to the round that the author of a sheet asked for.
    pub(crate) async fn pass(&mut self, id: CommitteeId, sheet: &str) -> Result<MinutesView, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        let sheet = self.find_sheet(&id, sheet)?;
        let (step, me) = self.vote_on(&id)?;
        let author = step.sheets.get(&sheet).map(|sheet| sheet.author);
        let asked = step.slate.asked_for();
        let round = asked.into_iter().rev().find(|round| step.slate.owner(*round) == author);
        let round = round.ok_or(DeskError::Unsigned(Refusal::NoSuchRound))?;
        let decided = self.hand(&id, step.roster.at)?.pass(&step, &me, round)?;
        let pass = self.sign_by_hand(id, decided)?;
        self.publish(id, vec![pass], now).await?;
        self.pump().await?;
        self.minutes_view(&id, &sheet)
    }

    /// Stands on one of several adopted sheets of one number: the owner's word after a fork, where this desk stands
    /// already too.
    pub(crate) async fn stand(&mut self, id: CommitteeId, minutes: &str) -> Result<MinutesView, DeskError> {
        self.pump().await?;
        let committee = self.committee_mut(&id)?;
        let forks = committee.state.as_ref().map(|state| state.forks.clone()).unwrap_or_default();
        let meant = |fork: Fork| {
            let sheets: Vec<_> = fork.sheets.iter().filter(|sheet| has_prefix(*sheet, minutes)).copied().collect();
            sheets.into_iter().map(move |sheet| (sheet, fork.clone()))
        };
        let (sheet, fork) = one(forks.into_iter().flat_map(meant))?.ok_or(DeskError::NoMinutes)?;
        let stands = committee.state.as_ref().is_some_and(|state| state.step(&sheet).is_some());
        if !stands {
            let before = committee.ledger.stand.replace(Checkpoint { no: fork.no, id: sheet });
            committee.evaluate();
            if committee.state.as_ref().is_none_or(|state| !state.stands) {
                committee.ledger.stand = before;
                committee.evaluate();
                return Err(DeskError::NoMinutes);
            }
        }
        committee.ledger.forks.insert(fork.sheets);
        let events = vec![DeskEvent::Committee(id)];
        self.commit(Work { touched: [id].into(), events, ..Work::default() }).await?;
        self.minutes_view(&id, &sheet)
    }

    /// Asks minutes to put a fresh vote key in place of one that is lost or was erased; the same again, where that was
    /// asked for and is open. Says the twelve words that its owner tells the others.
    pub(crate) async fn ask_for_key(&mut self, id: CommitteeId) -> Result<KeyAsked, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        if self.committee(&id)?.standing() != Standing::Voter {
            return Err(self.committee(&id)?.not_allowed());
        }
        let vote = match &self.keys(&id)?.next_vote {
            Some(asked) => asked.clone(),
            None => {
                let fresh = SigningKey::generate(&mut entropy::rng()?);
                self.change_keys(id, |keys| keys.next_vote = Some(fresh.clone()))?;
                fresh
            }
        };
        let (committee, keys) = (self.committee(&id)?, self.keys(&id)?);
        let wanted = keys.by_device(Content::NewKey(NewKey::new(id, committee.me, &vote)))?.verify()?;
        // The device is certified by the new key beforehand: its owner stays in the epoch when the old one ends.
        let no = keys.device_no.saturating_sub(1);
        let certificate = Content::Device(Certificate::new(id, committee.me, no, &keys.device));
        let certificate = SignedObject::sign(id, certificate, &vote)?.verify()?;
        self.publish(id, vec![wanted, certificate], now).await?;
        let (key, words) = (vote.public(), self.committee(&id)?.key_words(vote.public()));
        Ok(KeyAsked { key, words })
    }

    /// What is due about minutes: to send again what did not leave, to pass on where this desk has signed nothing, to
    /// table what enough passed on for, and to use a new key.
    pub(crate) async fn tend_minutes(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        if self.take_new_key(id)? || self.drop_strange_key(id)? {
            return Ok(true);
        }
        let Ok((step, me)) = self.vote_on(&id) else { return Ok(false) };
        // What a desk signs by itself begins no epoch: all would at once.
        if self.committee(&id)?.current().is_none() {
            return Ok(false);
        }
        let hand = self.hand(&id, step.roster.at)?;
        let unsent = self.unsent(&id, &hand)?;
        if !unsent.is_empty() {
            self.publish(id, unsent, now).await?;
            return Ok(true);
        }
        let asked = step.slate.asked_for().into_iter().next_back();
        let of_another = asked.filter(|round| step.slate.owner(*round) != Some(me));
        let decided = of_another.filter(|_| hand.is_free()).and_then(|round| hand.pass(&step, &me, round).ok());
        if let Some(decided) = decided {
            let pass = self.sign_by_hand(id, decided)?;
            self.publish(id, vec![pass], now).await?;
            return Ok(true);
        }
        self.table_if_due(id, &step, me, now).await
    }

    async fn table_if_due(
        &mut self,
        id: CommitteeId,
        step: &Step,
        me: MemberId,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        let hand = self.hand(&id, step.roster.at)?;
        let asked = step.slate.asked_for().into_iter();
        let mut own = asked.filter(|round| step.slate.owner(*round) == Some(me) && !hand.has_tabled(*round));
        let (Some(round), Some(sheet)) = (own.next_back(), self.committee(&id)?.ledger.sheet) else {
            return Ok(false);
        };
        let (tabled, decided) = match hand.table(step, &me, round, sheet) {
            Err(Refusal::MustCarry(carried)) => (carried, hand.table(step, &me, round, carried)),
            decided => (sheet, decided),
        };
        let Ok(decided) = decided else { return Ok(false) };
        let offer = self.sign_by_hand(id, decided)?;
        self.publish(id, vec![offer], now).await?;
        if step.sheets.get(&tabled).is_some_and(|sheet| sheet.author == me) {
            self.sign_sheet(id, tabled, now).await?;
        }
        Ok(true)
    }

    /// A new vote key, once minutes have put it in place.
    fn take_new_key(&mut self, id: CommitteeId) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let Some(state) = &committee.state else { return Ok(false) };
        let seat = state.roster().voters.get(&committee.me).map(|seat| seat.vote);
        let next = self.keys(&id)?.next_vote.as_ref().map(SigningKey::public);
        if next.is_none() || next != seat {
            return Ok(false);
        }
        self.change_keys(id, |keys| keys.vote = keys.next_vote.take())?;
        Ok(true)
    }

    /// Erases the vote key where something was signed with it that this desk does not remember: it is in other hands,
    /// or this home is an old copy. Minutes must replace it.
    fn drop_strange_key(&mut self, id: CommitteeId) -> Result<bool, DeskError> {
        let Some(vote) = self.keys(&id)?.vote.as_ref().map(SigningKey::public) else { return Ok(false) };
        let committee = self.committee(&id)?;
        let Some(state) = &committee.state else { return Ok(false) };
        let step = &state.newest;
        let hand = self.hand(&id, step.roster.at)?;
        let by_words = vote == self.keys(&id)?.identity.recovery;
        let strange = step.slate.signed_by(&committee.me).into_iter().any(|object| {
            let own = by_words || committee.book.object(&object).is_some_and(|object| object.author() == vote);
            own && !hand.has_signed(&object)
        });
        let strange = strange || self.has_strange_ballot(&id)?;
        if strange {
            tracing::warn!(committee = %id, "the vote key signed what this desk does not remember: it is erased");
            self.change_keys(id, |keys| keys.vote = None)?;
        }
        Ok(strange)
    }

    /// Where this desk stands and who votes there, if this home's member does and may sign.
    pub(crate) fn vote_on(&self, id: &CommitteeId) -> Result<(Arc<Step>, MemberId), DeskError> {
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        if !state.stands {
            return Err(DeskError::Adrift(*id));
        }
        if state.newest.adopted.len() > 1 {
            return Err(DeskError::Forked(*id));
        }
        if !state.roster().voters.contains_key(&committee.me) {
            return Err(committee.not_allowed());
        }
        if committee.ledger.must_mint {
            return Err(DeskError::NoEpoch(*id));
        }
        match self.keys(id)?.vote {
            Some(_) => Ok((state.newest.clone(), committee.me)),
            None => Err(DeskError::NoVoteKey(*id)),
        }
    }

    fn hand(&self, id: &CommitteeId, prev: BookId) -> Result<Hand, DeskError> {
        let hands = &self.keys(id)?.hands;
        Ok(hands.iter().find(|hand| hand.prev == prev).cloned().unwrap_or_else(|| Hand::new(prev)))
    }

    /// Signs what a hand decided, once the hand is durable.
    fn sign_by_hand(
        &mut self,
        id: CommitteeId,
        (mut hand, content): (Hand, Content),
    ) -> Result<Verified<SignedObject>, DeskError> {
        let object = self.keys(&id)?.by_vote(content)?.verify()?;
        hand.remember(&object);
        self.change_keys(id, |keys| {
            keys.hands.retain(|known| known.prev != hand.prev);
            keys.hands.push(hand);
            let over = keys.hands.len().saturating_sub(HANDS);
            keys.hands.drain(..over);
        })?;
        Ok(object)
    }

    fn unsent(&self, id: &CommitteeId, hand: &Hand) -> Result<Vec<Verified<SignedObject>>, DeskError> {
        let book = &self.committee(id)?.book;
        let missing = hand.signed().filter(|(id, _)| !book.contains(id));
        let objects = missing.map(|(_, bytes)| SignedObject::decode(bytes)?.verify());
        Ok(objects.collect::<Result<_, _>>()?)
    }

    /// Puts objects into this desk's book and, under the epoch to write under, into everyone's. Where there is none, a
    /// voter begins one with the whole book; whoever may not, or has no pen, keeps them here, to be handed over by file.
    pub(crate) async fn publish(
        &mut self,
        id: CommitteeId,
        objects: Vec<Verified<SignedObject>>,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let mut work = Work { touched: [id].into(), events: vec![DeskEvent::Committee(id)], ..Work::default() };
        let vault = self.vault.clone();
        let committee = self.committee_mut(&id)?;
        let no = |committee: &Committee| committee.state.as_ref().map(|state| state.roster().no);
        let before = (no(committee), committee.current().map(|(epoch, secret)| (epoch, secret.clone())));
        objects.iter().for_each(|object| committee.book.insert(object.clone()));
        committee.keep_book(&vault, &mut work.batch)?;
        committee.evaluate();
        work.envelopes = self.carrying(id, &objects, now)?;
        let committee = self.committee(&id)?;
        if let (true, Some((epoch, secret))) = (no(committee) > before.0, before.1)
            && let (None, Some(writer)) = (committee.current(), self.writer(&id, now)?)
        {
            // What minutes decided is no secret from whomever they put out, who has no later epoch.
            for page in pages_of(&objects) {
                work.envelopes.push(writer.page(&page, epoch, &secret)?);
            }
        }
        self.commit(work).await?;
        self.read_new().await
    }

    fn carrying(
        &self,
        id: CommitteeId,
        objects: &[Verified<SignedObject>],
        now: Timestamp,
    ) -> Result<Vec<kenes_core::envelope::Envelope>, DeskError> {
        let committee = self.committee(&id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let Some(writer) = self.writer(&id, now)? else { return Ok(vec![]) };
        match committee.current() {
            Some((epoch, secret)) => pages_of(objects).iter().map(|page| writer.page(page, epoch, secret)).collect(),
            None if committee.may_rotate() => {
                let after = writer.to_follow(committee);
                Ok(writer.rotate(&committee.book, state, after)?.envelopes)
            }
            None => Ok(vec![]),
        }
    }

    /// What signs envelopes for a committee, where this desk has a pen there.
    fn writer(&self, id: &CommitteeId, now: Timestamp) -> Result<Option<Writer<'_>>, DeskError> {
        let (keys, committee) = (self.keys(id)?, self.committee(id)?);
        let pen = committee.ledger.pen_of(&keys.pens);
        Ok(pen.map(|pen| Writer::with_pen(keys, pen.clone(), now)))
    }

    /// Whether what this desk signs leaves it by file only: it has no pen, or no epoch to write under and may begin none.
    pub(crate) fn goes_by_hand(&self, committee: &Committee) -> bool {
        let pens = self.keys(&committee.id()).map(|keys| keys.pens.as_slice()).unwrap_or_default();
        committee.ledger.pen_of(pens).is_none() || (committee.current().is_none() && !committee.may_rotate())
    }

    pub(crate) fn find_sheet(&self, id: &CommitteeId, sheet: &str) -> Result<BookId, DeskError> {
        let state = self.committee(id)?.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        let meant = |step: &Arc<Step>| {
            let no = step.roster.no + 1;
            let sheets: Vec<_> = step.sheets.keys().filter(|known| has_prefix(*known, sheet)).copied().collect();
            sheets.into_iter().map(move |sheet| (no, sheet))
        };
        let (no, sheet) = one(state.steps.iter().flat_map(meant))?.ok_or(DeskError::NoMinutes)?;
        if no > state.roster().no { Ok(sheet) } else { Err(DeskError::Decided(no)) }
    }
}

/// The only one; nothing where there is none, and an error where it could mean more than one.
pub(crate) fn one<T>(mut meant: impl Iterator<Item = T>) -> Result<Option<T>, DeskError> {
    match (meant.next(), meant.next()) {
        (only, None) => Ok(only),
        (_, Some(_)) => Err(DeskError::Ambiguous),
    }
}

/// Objects in as few pages as hold them.
fn pages_of(objects: &[Verified<SignedObject>]) -> Vec<Page> {
    let mut pages: Vec<Vec<&SignedObject>> = vec![];
    let mut room = 0;
    for object in objects {
        let size = object.bytes().len();
        if size > room {
            pages.push(vec![]);
            room = PAGE;
        }
        room = room.saturating_sub(size);
        if let Some(page) = pages.last_mut() {
            page.push(object);
        }
    }
    pages.iter().map(|objects| page_of(objects, vec![])).collect()
}
