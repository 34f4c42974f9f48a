//! Judging a certificate: every signature, then every place, then what a [`Book`] of its objects says.
//!
//! Nothing in a certificate may be void: a vote or a ballot that does not count refuses it, even where enough others do.

use std::collections::BTreeSet;

use super::{Caveat, Certificate, CertificateError, Part, Proof, Subject, Word};
use crate::book::{
    self, Ballot, Book, Checkpoint, Content, ENOUGH, Genesis, Motion, Reached, Resolution, State, Step, Verdict, Why,
};
use crate::envelope::Verified;
use crate::ids::{BookId, MemberId};
use crate::op::SignedOp;

impl Certificate {
    /// What it proves to whoever holds fast to these minutes, which must all be in its chain, or to nothing.
    pub fn verify(&self, held: impl IntoIterator<Item = Checkpoint>) -> Result<Proof, CertificateError> {
        let mut book = self.book()?;
        self.in_place()?;
        let mut checkpoint = None;
        for held in held {
            self.passes_through(held)?;
            checkpoint = checkpoint.max(Some(held));
        }
        let state = book.state_from(checkpoint);
        let state = state.ok_or_else(|| CertificateError::Founders(book.awaited_founders().len()))?;
        self.nothing_void(&book, &state)?;
        if !state.stands {
            return Err(CertificateError::WithoutCheckpoint(checkpoint.map_or(0, |checkpoint| checkpoint.no)));
        }
        let proof = match &self.subject {
            Subject::Minutes => self.proof(&state, state.roster().no, Word::Minutes),
            Subject::Resolution(id) => self.resolution(&state, id)?,
            Subject::Bulletin(op) => self.bulletin(&state, op)?,
        };
        Ok(proof.beside(&state, checkpoint))
    }

    /// The minutes from No. 0 to the newest that it knows.
    pub fn chain(&self) -> Vec<Checkpoint> {
        (0..).zip(&self.numbers).map(|(no, id)| Checkpoint { no, id: *id }).collect()
    }

    /// A book of all that is in it, every signature verified.
    fn book(&self) -> Result<Book, CertificateError> {
        let mut book = Book::new(self.committee);
        for (part, object) in &self.objects {
            let verified = object.clone().verify().map_err(|_| CertificateError::Altered(*part))?;
            if object.committee() != book.committee() {
                return Err(CertificateError::Misplaced(*part));
            }
            book.insert(verified);
        }
        for pair in self.objects.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let (part, one, other) = (pair[0].0, pair[0].1.id(), pair[1].1.id());
            match one.cmp(&other) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Err(CertificateError::Repeated(part)),
                std::cmp::Ordering::Greater => return Err(CertificateError::Order(part)),
            }
        }
        Ok(book)
    }

    /// Whether each part is about what its place says.
    fn in_place(&self) -> Result<(), CertificateError> {
        for (part, object) in &self.objects {
            if !self.fits(*part, object.content()) {
                let unnamed = *part == Part::Genesis;
                return Err(if unnamed { CertificateError::Name } else { CertificateError::Misplaced(*part) });
            }
        }
        Ok(())
    }

    fn fits(&self, part: Part, content: &Content) -> bool {
        let before = |no: u32| self.numbers.get(no as usize - 1).copied();
        let numbered = |no| matches!(content, Content::Minutes(minutes) if minutes.no == no);
        match part {
            Part::Genesis => {
                let named = |genesis: &Genesis| genesis.name == self.name.commitment() && self.name.check().is_ok();
                matches!(content, Content::Genesis(genesis) if named(genesis))
            }
            Part::Assent => matches!(content, Content::Assent(assent) if self.numbers.first() == Some(&assent.genesis)),
            Part::Sheet(no) => numbered(no) && content.prev() == before(no),
            Part::Offer(no) | Part::Pass(no) | Part::Vote(no) => content.prev() == before(no),
            Part::Ballot => {
                let adopts = |ballot: &Ballot| ballot.adopt && self.subject == Subject::Resolution(ballot.resolution);
                matches!(content, Content::Ballot(ballot) if adopts(ballot))
            }
            Part::Device => matches!(
                (content, &self.subject),
                (Content::Device(device), Subject::Bulletin(op)) if device.device.sign == op.op().device
            ),
            Part::Resolution | Part::Bulletin => true,
        }
    }

    fn passes_through(&self, checkpoint: Checkpoint) -> Result<(), CertificateError> {
        match self.numbers.get(checkpoint.no as usize) {
            Some(id) if *id == checkpoint.id => Ok(()),
            Some(_) => Err(CertificateError::WithoutCheckpoint(checkpoint.no)),
            None => {
                let newest = self.chain().last().map_or(0, |newest| newest.no);
                Err(CertificateError::EndsBefore { newest, checkpoint: checkpoint.no })
            }
        }
    }

    /// Whether every number is adopted, from the first on, and every part counts.
    fn nothing_void(&self, book: &Book, state: &State) -> Result<(), CertificateError> {
        let reached = &state.newest;
        let next = reached.roster.no + 1;
        let mut known = self.objects.iter().filter(|(part, _)| part.no().is_some_and(|no| no <= next));
        known.try_for_each(|(part, object)| counts(book, state, *part, object))?;
        if let Some(sheet) = self.numbers.get(next as usize) {
            let (part, needed) = (Part::Vote(next), reached.roster.needed());
            return Err(CertificateError::TooFew { part, signed: signers(reached, sheet).len(), needed });
        }
        let mut subject = self.objects.iter().filter(|(part, _)| part.no().is_none());
        subject.try_for_each(|(part, object)| counts(book, state, *part, object))
    }

    fn object(&self, wanted: Part) -> Option<&book::SignedObject> {
        self.objects.iter().find(|(part, _)| *part == wanted).map(|(_, object)| object)
    }

    fn resolution(&self, state: &State, id: &BookId) -> Result<Proof, CertificateError> {
        let Some(Content::Resolution(Resolution { title, text, .. })) =
            self.object(Part::Resolution).map(|object| object.content())
        else {
            return Err(CertificateError::Misplaced(Part::Resolution));
        };
        let Motion { no, needed, adopt, .. } = state.motions.get(id).ok_or(CertificateError::Under)?;
        if adopt.len() < *needed {
            return Err(CertificateError::TooFew { part: Part::Ballot, signed: adopt.len(), needed: *needed });
        }
        let word = Word::Resolution { id: *id, title: title.clone(), text: text.clone() };
        let mut proof = self.proof(state, *no, word);
        proof.roster = state.steps.get(*no as usize).map_or(0, |step| step.roster.voters.len());
        (proof.signed, proof.needed) = (adopt.len(), *needed);
        proof.signers = adopt.keys().copied().collect();
        proof.caveats.extend(removed(&proof, state));
        Ok(proof)
    }

    fn bulletin(&self, state: &State, op: &SignedOp) -> Result<Proof, CertificateError> {
        verified(op)?;
        let Some(post) = op.op().talk.post() else { return Err(CertificateError::NoText) };
        if op.op().committee != state.committee {
            return Err(CertificateError::Misplaced(Part::Bulletin));
        }
        let spoken = book::spoken(state, op)?;
        let word = Word::Bulletin {
            id: op.id(),
            by: spoken.by,
            time: op.op().time,
            office: spoken.office,
            ended: spoken.ended,
            expires: post.expires,
            title: post.title.clone(),
            text: post.text.clone(),
        };
        let mut proof = self.proof(state, spoken.office.by.no, word);
        proof.signers = [spoken.by].into();
        if !spoken.still {
            proof.caveats.insert(Caveat::NoLongerSpokesperson);
        }
        if spoken.reached != Reached::Yes {
            proof.caveats.insert(Caveat::Undated);
        }
        Ok(proof)
    }

    /// A proof by the minutes numbered `no`, signed by those who adopted them: the founders, for No. 0.
    fn proof(&self, state: &State, no: u32, word: Word) -> Proof {
        let Genesis { territory, industry, founders, continues, .. } = &state.genesis;
        let id = self.numbers.get(no as usize).copied().unwrap_or(state.roster().at);
        let before = no.checked_sub(1).and_then(|before| state.steps.get(before as usize));
        let (signed, needed, roster) = match before {
            Some(step) => (signers(step, &id).len(), step.roster.needed(), step.roster.voters.len()),
            None => (founders.len(), founders.len(), founders.len()),
        };
        Proof {
            committee: state.committee,
            name: self.name.text.clone(),
            territory: territory.clone(),
            industry: industry.clone(),
            word,
            signed,
            needed,
            roster,
            signers: BTreeSet::new(),
            under: Checkpoint { no, id },
            chain: self.chain(),
            caveats: continues.iter().map(|other| Caveat::Continues(*other)).collect(),
        }
    }
}

impl Proof {
    /// With what must be said beside it, for whoever holds fast to `checkpoint`.
    fn beside(mut self, state: &State, checkpoint: Option<Checkpoint>) -> Self {
        let voters = |no: u32| state.steps.get(no as usize).map_or(0, |step| step.roster.voters.len());
        let held = checkpoint.map(|checkpoint| checkpoint.no);
        // An office that stands is the newest minutes' word, whichever gave it.
        let speaks =
            matches!(self.word, Word::Bulletin { .. }) && !self.caveats.contains(&Caveat::NoLongerSpokesperson);
        let word_of = if speaks { self.newest().no } else { self.under.no };
        let few = voters(self.under.no).min(self.roster).min(held.map_or(usize::MAX, voters)) < ENOUGH;
        let caveats = [
            (few, Caveat::OneKey),
            (held.is_none(), Caveat::NoCheckpoint),
            (held.is_some_and(|held| word_of < held), Caveat::SignedLate),
            (word_of < self.newest().no, Caveat::NewerMinutes),
        ];
        self.caveats.extend(caveats.into_iter().filter(|(holds, _)| *holds).map(|(_, caveat)| caveat));
        self
    }
}

/// Those who signed a resolution and do not vote any more.
pub(super) fn removed(proof: &Proof, state: &State) -> Option<Caveat> {
    let resolved = matches!(proof.word, Word::Resolution { .. });
    let gone = proof.signers.iter().filter(|voter| !state.roster().voters.contains_key(voter)).count();
    (resolved && gone > 0).then_some(Caveat::SignersRemoved(gone))
}

/// The voters who signed one offer of a sheet; of the offer that most signed.
fn signers(step: &Step, sheet: &BookId) -> BTreeSet<MemberId> {
    let offers = step.slate.offers().filter(|(_, offer)| offer.minutes == *sheet);
    offers.map(|(id, _)| step.slate.signers(id)).max_by_key(BTreeSet::len).unwrap_or_default()
}

/// Why a part does not count, if it does not.
fn counts(book: &Book, state: &State, part: Part, object: &book::SignedObject) -> Result<(), CertificateError> {
    match (part, state.verdict(&object.id())) {
        (_, Verdict::Counts) => Ok(()),
        // What becomes of the device is judged with the bulletin.
        (Part::Device, Verdict::No(Why::Recalled(_) | Why::KeyReplaced(_))) => Ok(()),
        (Part::Sheet(no), Verdict::No(Why::Sheet(bad))) => Err(CertificateError::Sheet { no, bad }),
        (Part::Resolution, Verdict::No(Why::Elsewhere)) if book.contains(&object.id()) => Err(CertificateError::Under),
        // The book does not even keep what is by a key that it does not know.
        (_, Verdict::No(Why::NoRight | Why::KeyReplaced(_) | Why::Elsewhere)) => Err(CertificateError::NotAVoter(part)),
        (_, Verdict::No(_)) => Err(CertificateError::Unjustified(part)),
    }
}

fn verified(op: &SignedOp) -> Result<Verified<SignedOp>, CertificateError> {
    let altered = CertificateError::Altered(Part::Bulletin);
    let device = op.op().device.check().map_err(|_| altered)?;
    op.clone().verify(&device).map_err(|_| altered)
}
