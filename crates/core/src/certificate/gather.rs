//! Making a certificate: the smallest set of a book's objects that proves what is asked.

use std::collections::BTreeSet;
use std::sync::Arc;

use thiserror::Error;

use super::{Certificate, CertificateError, Content, NumberBytes, SubjectBytes, write};
use crate::book::round::Justice;
use crate::book::{self, Book, Page, State, Step, Verdict, Why};
use crate::envelope::Verified;
use crate::ids::{BookId, MemberId};
use crate::op::SignedOp;
use crate::sign::PublicKey;

/// Why no certificate can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GatherError {
    /// No such resolution or minutes, or none on the way to where this desk stands.
    #[error("no such resolution or minutes")]
    Nothing,
    /// It is not adopted.
    #[error("{signed} of {needed} needed are for it")]
    NotAdopted {
        /// So many are for it.
        signed: usize,
        /// So many it takes.
        needed: usize,
    },
    /// The book lacks something that the proof rests on, such as the committee's name.
    #[error("the minute book lacks what the proof rests on")]
    Incomplete,
    /// What would be made would prove nothing, or is too long.
    #[error("{0}")]
    Void(#[from] CertificateError),
}

impl Certificate {
    /// Proves an adopted resolution.
    pub fn of_resolution(book: &Book, state: &State, id: &BookId) -> Result<Self, GatherError> {
        let motion = state.motions.get(id).ok_or(GatherError::Nothing)?;
        if !motion.is_adopted() {
            return Err(GatherError::NotAdopted { signed: motion.adopt.len(), needed: motion.needed });
        }
        // Those who still vote before those who do not: whoever checks it will ask.
        let gone = |voter: &MemberId| !state.roster().voters.contains_key(voter);
        let mut ballots: Vec<_> = motion.adopt.iter().map(|(voter, ballot)| (gone(voter), *ballot)).collect();
        ballots.sort_unstable();
        let ballots: BTreeSet<_> = ballots.iter().take(motion.needed).map(|(_, ballot)| *ballot).collect();
        let subject = SubjectBytes::Resolution { resolution: bytes(book, id)?, ballots: all(book, &ballots)? };
        gather(book, state, subject)
    }

    /// Proves that a public bulletin is said in the committee's name.
    pub fn of_bulletin(book: &Book, state: &State, op: &Verified<SignedOp>) -> Result<Self, GatherError> {
        book::spoken(state, op).map_err(CertificateError::from)?;
        let device = device(book, state, &op.op().device).ok_or(GatherError::Incomplete)?;
        gather(book, state, SubjectBytes::Bulletin { device, op: op.bytes().to_vec() })
    }

    /// Proves the minutes themselves, up to those of a number.
    pub fn of_minutes(book: &Book, state: &State, no: u32) -> Result<Self, GatherError> {
        let upto = state.steps.iter().position(|step| step.roster.no == no).ok_or(GatherError::Nothing)?;
        gather_from(book, state, &state.steps[..=upto], SubjectBytes::Minutes)
    }
}

/// The certificate of a device that speaks, or did until it was recalled.
fn device(book: &Book, state: &State, device: &PublicKey) -> Option<Vec<u8>> {
    let certifies = |object: &&Verified<book::SignedObject>| {
        let book::Content::Device(certificate) = object.content() else { return false };
        let counts = matches!(state.verdict(&object.id()), Verdict::Counts | Verdict::No(Why::Recalled(_)));
        certificate.device.sign == *device && counts
    };
    book.objects().find(certifies).map(|object| object.bytes().to_vec())
}

/// What a committee shows of its book in public: pages of all that its certificates rest on, but for what is `known`
/// there. Whoever has them all judges by them what the committee says: its minutes, its spokespersons and their devices.
/// No name is opened but the committee's, and no act of a single member is in it. Where two sheets of a number were
/// adopted, both are shown.
pub fn shown(book: &Book, state: &State, known: impl Fn(&BookId) -> bool) -> Result<Vec<Page>, GatherError> {
    let name = book.name(&state.genesis.name).ok_or(GatherError::Incomplete)?;
    let founding = state.steps.first().ok_or(GatherError::Incomplete)?.roster.at;
    let mut ids = vec![founding];
    ids.extend(assents(book, state, founding));
    for step in &state.steps {
        for sheet in &step.adopted {
            let Grounds { offers, passes, votes } = grounds(book, step, *sheet)?;
            ids.extend([*sheet].into_iter().chain(offers).chain(passes).chain(votes));
        }
    }
    ids.extend(spokespersons_devices(book, state));
    let wanted = ids.iter().filter(|id| !known(id)).filter_map(|id| book.object(id));
    let named = wanted.map(|object| (object, if object.id() == founding { vec![name] } else { vec![] }));
    let mut pages = book::pages_of(named);
    pages.retain(|page| !page.objects.is_empty());
    Ok(pages)
}

/// The certificates of every device of whoever speaks or spoke for the committee.
fn spokespersons_devices(book: &Book, state: &State) -> BTreeSet<BookId> {
    let speakers: BTreeSet<_> = state.steps.iter().flat_map(|step| step.roster.spokespersons.keys()).collect();
    let known = |id: &BookId| {
        matches!(state.verdict(id), Verdict::Counts | Verdict::No(Why::Recalled(_) | Why::KeyReplaced(_)))
    };
    let of_speaker = |object: &&Verified<book::SignedObject>| matches!(object.content(), book::Content::Device(device) if speakers.contains(&device.member));
    book.objects().filter(of_speaker).map(|object| object.id()).filter(known).collect()
}

fn gather(book: &Book, state: &State, subject: SubjectBytes) -> Result<Certificate, GatherError> {
    gather_from(book, state, &state.steps, subject)
}

fn gather_from(
    book: &Book,
    state: &State,
    steps: &[Arc<Step>],
    subject: SubjectBytes,
) -> Result<Certificate, GatherError> {
    let founding = steps.first().ok_or(GatherError::Incomplete)?.roster.at;
    let numbers: Result<Vec<_>, _> = steps.windows(2).map(|pair| number(book, &pair[0], pair[1].roster.at)).collect();
    let content = Content {
        name: book.name(&state.genesis.name).cloned().ok_or(GatherError::Incomplete)?,
        genesis: bytes(book, &founding)?,
        assents: all(book, &assents(book, state, founding))?,
        numbers: numbers?,
        subject,
    };
    Ok(Certificate::decode(&write(&content))?)
}

/// One signature under the genesis for each founder who did not write it.
fn assents(book: &Book, state: &State, genesis: BookId) -> BTreeSet<BookId> {
    let author = book.object(&genesis).map(|object| object.author());
    let founders = state.genesis.founders.iter().map(|founder| founder.identity.vote);
    let mut awaited: BTreeSet<PublicKey> = founders.filter(|key| Some(*key) != author).collect();
    let assents = |object: &&Verified<book::SignedObject>| matches!(object.content(), book::Content::Assent(assent) if assent.genesis == genesis);
    book.objects().filter(assents).filter(|object| awaited.remove(&object.author())).map(|object| object.id()).collect()
}

/// What decided the number after `step`.
fn number(book: &Book, step: &Step, sheet: BookId) -> Result<NumberBytes, GatherError> {
    let Grounds { offers, passes, votes } = grounds(book, step, sheet)?;
    Ok(NumberBytes {
        sheet: bytes(book, &sheet)?,
        offers: all(book, &offers)?,
        passes: all(book, &passes)?,
        votes: all(book, &votes)?,
    })
}

/// The least that an adopted sheet rests on.
fn grounds(book: &Book, step: &Step, sheet: BookId) -> Result<Grounds, GatherError> {
    let needed = step.roster.needed();
    let deciding = step.slate.offers().filter(|(id, offer)| {
        let justified = step.slate.justice(id) == Justice::Justified;
        offer.minutes == sheet && justified && step.slate.signers(id).len() >= needed
    });
    let grounds = deciding.map(|(id, _)| Grounds::of(book, step, *id, needed));
    grounds.flatten().min_by_key(Grounds::size).ok_or(GatherError::Incomplete)
}

/// What a decided offer rests on.
#[derive(Default)]
struct Grounds {
    offers: BTreeSet<BookId>,
    passes: BTreeSet<BookId>,
    votes: BTreeSet<BookId>,
}

impl Grounds {
    /// Exactly enough votes for it; and if it is of a later round its passes, the last votes that they name, and the
    /// offers of those, down to round 0.
    fn of(book: &Book, step: &Step, offer: BookId, needed: usize) -> Option<Self> {
        let mut grounds = Self::default();
        let signers = step.slate.signers(&offer);
        for voter in signers.iter().take(needed) {
            grounds.votes.insert(step.slate.vote_of(voter, &offer)?);
        }
        let mut open = vec![offer];
        while let Some(offer) = open.pop() {
            if !grounds.offers.insert(offer) {
                continue;
            }
            let book::Content::Offer(tabled) = book.object(&offer)?.content() else { return None };
            for id in &tabled.passes {
                let book::Content::Pass(pass) = book.object(id)?.content() else { return None };
                grounds.passes.insert(*id);
                let Some(last) = pass.last else { continue };
                let book::Content::Vote(vote) = book.object(&last)?.content() else { return None };
                grounds.votes.insert(last);
                open.push(vote.offer);
            }
        }
        Some(grounds)
    }

    fn size(&self) -> usize {
        self.offers.len() + self.passes.len() + self.votes.len()
    }
}

fn bytes(book: &Book, id: &BookId) -> Result<Vec<u8>, GatherError> {
    book.object(id).map(|object| object.bytes().to_vec()).ok_or(GatherError::Incomplete)
}

fn all(book: &Book, ids: &BTreeSet<BookId>) -> Result<Vec<Vec<u8>>, GatherError> {
    ids.iter().map(|id| bytes(book, id)).collect()
}
