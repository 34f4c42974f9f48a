//! Certificates: a committee's word in one file, which anyone checks with nothing else at hand.
//!
//! A certificate holds the minutes from the genesis to the newest that its maker knew, with what decided each, and what
//! it is about: a resolution with the ballots that adopted it, a spokesperson's public bulletin, or the minutes
//! themselves. [`Certificate::decode`] reads the form, [`Certificate::verify`] judges, by the same [`Book`] that a desk
//! judges by. What a certificate cannot prove is that the committee is who its name says: anyone can found one.
//!
//! Making one is in `gather`, judging in `judge`, judging beside the committee's book in `beside`, what comes out in
//! `proof`.
//!
//! [`Book`]: crate::book::Book

use std::sync::Arc;

use bincode::{Decode, Encode};
use thiserror::Error;

use crate::book::{BadSheet, Checkpoint, NotSpoken, SignedObject};
use crate::identity::Name;
use crate::ids::{self, BookId, CommitteeId};
use crate::op::SignedOp;
use crate::wire::{self, WireError};
use crate::words;

mod beside;
mod gather;
mod judge;
mod proof;

pub use gather::{GatherError, shown};
pub use proof::{Caveat, Proof, Word};

/// What a certificate begins with.
pub const MAGIC: [u8; 8] = *b"kenescrt";
/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The longest certificate in bytes.
pub const LONGEST: usize = 4 * 1024 * 1024;
/// The most that judging may cost: every number is judged on top of all sheets before it, so it is the sum, over all
/// numbers, of the bytes of the sheets up to there.
pub const HEAVIEST: usize = 8 * 1024 * 1024;

const HEAD: usize = MAGIC.len() + 1 + 4;

/// One part of a certificate. Numbers are those of the minutes that it helps to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// No. 0.
    Genesis,
    /// A founder's signature under it.
    Assent,
    /// Minutes.
    Sheet(u32),
    /// A sheet tabled in a round.
    Offer(u32),
    /// What justifies an offer of a later round.
    Pass(u32),
    /// A signature for an offer.
    Vote(u32),
    /// The resolution.
    Resolution,
    /// A signature for it.
    Ballot,
    /// The certificate of the device that signed the bulletin.
    Device,
    /// The bulletin.
    Bulletin,
}

impl Part {
    /// The kind of book object that stands in such a place; a bulletin is none.
    const fn kind(self) -> Option<u16> {
        match self {
            Self::Genesis => Some(0),
            Self::Device => Some(3),
            Self::Sheet(_) => Some(6),
            Self::Offer(_) => Some(7),
            Self::Vote(_) => Some(8),
            Self::Pass(_) => Some(9),
            Self::Assent => Some(10),
            Self::Resolution => Some(11),
            Self::Ballot => Some(12),
            Self::Bulletin => None,
        }
    }

    /// The number of the minutes that it helps to decide; nothing, for what the certificate is about.
    const fn no(self) -> Option<u32> {
        match self {
            Self::Genesis | Self::Assent => Some(0),
            Self::Sheet(no) | Self::Offer(no) | Self::Pass(no) | Self::Vote(no) => Some(no),
            Self::Resolution | Self::Ballot | Self::Device | Self::Bulletin => None,
        }
    }
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// It does not begin as one.
    #[error("this is no certificate")]
    Foreign,
    /// A version that this code does not know.
    #[error("a certificate of version {0}, which this program does not know")]
    Version(u8),
    /// It breaks off.
    #[error("it is torn: {found} of {whole} bytes are here")]
    Torn {
        /// So many bytes are here.
        found: usize,
        /// So many there should be.
        whole: usize,
    },
    /// Bytes follow it.
    #[error("something follows the certificate")]
    Trailing,
    /// Longer than [`LONGEST`], or heavier than [`HEAVIEST`].
    #[error("a certificate has at most {LONGEST} bytes, and not so many minutes")]
    TooLong,
    /// Its form is damaged.
    #[error("it is damaged: {0}")]
    Form(#[from] WireError),
    /// A part is not what was signed.
    #[error("{0:?} is not what was signed")]
    Altered(Part),
    /// A part is about something else, or of another committee.
    #[error("{0:?} does not belong here")]
    Misplaced(Part),
    /// A part stands there twice.
    #[error("{0:?} stands there twice")]
    Repeated(Part),
    /// Parts of one sort do not stand by id, ascending.
    #[error("{0:?} stands out of order")]
    Order(Part),
    /// The name is not the one that the genesis stands for.
    #[error("the committee's name is not the one in its genesis")]
    Name,
    /// Founders whose signatures are missing.
    #[error("{0} founders have not signed the genesis")]
    Founders(usize),
    /// A part is signed by someone who does not vote there.
    #[error("{0:?} is signed by someone who does not vote")]
    NotAVoter(Part),
    /// The rule of rounds does not allow this.
    #[error("{0:?} rests on what the rule of rounds does not allow")]
    Unjustified(Part),
    /// These can never be minutes.
    #[error("No. {no} can never be minutes: {bad}")]
    Sheet {
        /// Their number.
        no: u32,
        /// Why.
        bad: BadSheet,
    },
    /// Too few signed: votes for minutes or ballots for a resolution.
    #[error("{signed} of {needed} needed signed: {part:?}")]
    TooFew {
        /// What is too few.
        part: Part,
        /// So many are there.
        signed: usize,
        /// So many it takes.
        needed: usize,
    },
    /// It is under minutes that the chain does not have.
    #[error("it is under minutes that are not in the certificate")]
    Under,
    /// The chain has other minutes in the place of the checkpoint.
    #[error("it has another No. {0} than the checkpoint")]
    WithoutCheckpoint(u32),
    /// The chain ends before the checkpoint.
    #[error("it knows the minutes up to No. {newest} only, and the checkpoint is No. {checkpoint}")]
    EndsBefore {
        /// The newest that it knows.
        newest: u32,
        /// The checkpoint's number.
        checkpoint: u32,
    },
    /// The bulletin is not said in the committee's name.
    #[error("{0}")]
    NotSpoken(#[from] NotSpoken),
    /// Nothing to read in the bulletin.
    #[error("there is nothing to read in the bulletin")]
    NoText,
}

/// What the certificate is about, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
enum SubjectBytes {
    Minutes,
    Resolution { resolution: Vec<u8>, ballots: Vec<Vec<u8>> },
    Bulletin { device: Vec<u8>, op: Vec<u8> },
}

/// What decided one number, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct NumberBytes {
    sheet: Vec<u8>,
    offers: Vec<Vec<u8>>,
    passes: Vec<Vec<u8>>,
    votes: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Content {
    name: Name,
    genesis: Vec<u8>,
    assents: Vec<Vec<u8>>,
    numbers: Vec<NumberBytes>,
    subject: SubjectBytes,
}

/// What the certificate is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    Minutes,
    Resolution(BookId),
    Bulletin(Box<SignedOp>),
}

/// A certificate, well formed, and not yet judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    bytes: Arc<[u8]>,
    committee: CommitteeId,
    name: Name,
    objects: Vec<(Part, SignedObject)>,
    /// The genesis and the minutes after it, by their numbers.
    numbers: Vec<BookId>,
    subject: Subject,
}

impl Certificate {
    /// Reads a certificate and checks all that needs no signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        let (content, whole) = frame(bytes)?;
        let content: Content = wire::decode(content, LONGEST)?;
        let genesis = SignedObject::decode(&content.genesis);
        let genesis = genesis.map_err(|_| CertificateError::Altered(Part::Genesis))?;
        let mut certificate = Self {
            bytes: bytes[..whole].into(),
            committee: genesis.committee(),
            name: content.name,
            objects: vec![],
            numbers: vec![],
            subject: Subject::Minutes,
        };
        let genesis = certificate.take(Part::Genesis, genesis)?;
        certificate.numbers.push(genesis);
        certificate.read_all(Part::Assent, &content.assents)?;
        let mut weight = 0;
        for (no, number) in (1..).zip(&content.numbers) {
            // Every number from this one on is judged on top of its sheet.
            let carried = content.numbers.len() - certificate.numbers.len() + 1;
            weight += number.sheet.len() * carried;
            if weight > HEAVIEST {
                return Err(CertificateError::TooLong);
            }
            let sheet = certificate.read(Part::Sheet(no), &number.sheet)?;
            certificate.numbers.push(sheet);
            certificate.read_all(Part::Offer(no), &number.offers)?;
            certificate.read_all(Part::Pass(no), &number.passes)?;
            certificate.read_all(Part::Vote(no), &number.votes)?;
        }
        certificate.subject = certificate.read_subject(&content.subject)?;
        Ok(certificate)
    }

    fn read_subject(&mut self, subject: &SubjectBytes) -> Result<Subject, CertificateError> {
        match subject {
            SubjectBytes::Minutes => Ok(Subject::Minutes),
            SubjectBytes::Resolution { resolution, ballots } => {
                let id = self.read(Part::Resolution, resolution)?;
                self.read_all(Part::Ballot, ballots)?;
                Ok(Subject::Resolution(id))
            }
            SubjectBytes::Bulletin { device, op } => {
                self.read(Part::Device, device)?;
                let op = SignedOp::decode(op).map_err(|_| CertificateError::Altered(Part::Bulletin))?;
                Ok(Subject::Bulletin(Box::new(op)))
            }
        }
    }

    fn read(&mut self, part: Part, bytes: &[u8]) -> Result<BookId, CertificateError> {
        let object = SignedObject::decode(bytes).map_err(|_| CertificateError::Altered(part))?;
        self.take(part, object)
    }

    fn take(&mut self, part: Part, object: SignedObject) -> Result<BookId, CertificateError> {
        if part.kind() != Some(object.kind()) {
            return Err(CertificateError::Misplaced(part));
        }
        let id = object.id();
        self.objects.push((part, object));
        Ok(id)
    }

    fn read_all(&mut self, part: Part, all: &[Vec<u8>]) -> Result<(), CertificateError> {
        all.iter().try_for_each(|bytes| self.read(part, bytes).map(drop))
    }

    /// The committee that it says it is of.
    pub fn committee(&self) -> CommitteeId {
        self.committee
    }

    /// The bytes as received.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What stands behind magic, version and length, and where it ends.
fn frame(bytes: &[u8]) -> Result<(&[u8], usize), CertificateError> {
    let begins = bytes.len().min(MAGIC.len());
    if bytes[..begins] != MAGIC[..begins] {
        return Err(CertificateError::Foreign);
    }
    let torn = |whole| CertificateError::Torn { found: bytes.len(), whole };
    let (head, content) = bytes.split_at_checked(HEAD).ok_or(torn(HEAD))?;
    let (version, length) = head[MAGIC.len()..].split_first().ok_or(torn(HEAD))?;
    if *version != VERSION {
        return Err(CertificateError::Version(*version));
    }
    let length = length.iter().rev().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let whole = HEAD + length;
    if whole > LONGEST {
        return Err(CertificateError::TooLong);
    }
    match content.len() {
        found if found < length => Err(torn(whole)),
        found if found > length => Err(CertificateError::Trailing),
        _ => Ok((content, whole)),
    }
}

fn write(content: &Content) -> Vec<u8> {
    let content = wire::encode(content);
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    [MAGIC.as_slice(), &[VERSION], &length.to_le_bytes(), &content].concat()
}

/// The twelve words that stand for minutes, to be compared with a poster or over a telephone. They bind the committee
/// and all minutes before.
pub fn words_of(checkpoint: Checkpoint) -> [&'static str; words::COMPARED] {
    words::of_digest(&digest_of(checkpoint))
}

impl Certificate {
    /// The minutes in its chain that these words stand for, if any.
    pub fn worded(&self, digest: &[u8; 16]) -> Option<Checkpoint> {
        self.chain().into_iter().rev().find(|checkpoint| digest_of(*checkpoint) == *digest)
    }
}

/// What the twelve words stand for.
pub fn digest_of(checkpoint: Checkpoint) -> [u8; 16] {
    let hash = ids::derive("kenes v1 checkpoint words", &wire::encode(&checkpoint));
    std::array::from_fn(|n| hash[n])
}
