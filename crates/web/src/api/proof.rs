//! What a certificate proves, and what must be said beside it.
//!
//! It proves that the voters of *some* committee said something. Anyone can found one under a famous name: whose it is,
//! its words say, to whoever compares them.

use kenes_core::book;
use kenes_core::certificate::{self, Caveat, Word, words_of};
use kenes_core::ids::{BookId, CommitteeId, MemberId};
use serde::{Deserialize, Serialize};

use super::moment::Moment;

/// What a certificate is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofKind {
    /// The committee's own minutes.
    Minutes,
    /// A resolution that it adopted.
    Resolution,
    /// A public bulletin by one of its spokespersons.
    Bulletin,
}

/// Minutes to hold fast to: their number, their id, and the twelve words that stand for both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Their number.
    pub no: u32,
    /// Their id.
    pub id: BookId,
    /// To be compared with a banner, a paper, or over a telephone.
    pub words: Vec<String>,
}

impl From<book::Checkpoint> for Checkpoint {
    fn from(checkpoint: book::Checkpoint) -> Self {
        let words = words_of(checkpoint).map(str::to_owned).to_vec();
        Self { no: checkpoint.no, id: checkpoint.id, words }
    }
}

/// What this home has to say about whose certificate it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtHome {
    /// Its owner belongs to the committee, and it was judged beside the committee's own book.
    Known,
    /// Its owner belongs to another committee, of the same name or one that looks like it.
    Namesake,
    /// It knows nothing of the committee.
    Unknown,
    /// It was not asked: there is none, or it is locked.
    NotAsked,
}

/// What must be said beside a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Fewer than three vote: it rests on one key.
    OneKey,
    /// Nothing was given to hold fast to: the chain may be of keys that were captured later.
    NoCheckpoint,
    /// It is under minutes older than those held fast to: whoever got hold of old keys since could have signed it late.
    SignedLate,
    /// There are newer minutes than those that it is under.
    NewerMinutes,
    /// The spokesperson is one no longer.
    NoLongerSpokesperson,
    /// Minutes ended its author's office since; that it was written before, only its number and its own date say.
    Undated,
    /// `count` of those who signed are out by newer minutes.
    SignersRemoved,
    /// `count` of those who signed are paused or have cheated, by this home's book.
    SignersOut,
    /// It says that it continues another committee, `committee`; nothing proves it.
    Continues,
    /// No certificate shows who was paused, what was taken back, or what was decided since it was made.
    OnlyThis,
}

/// A warning, and how many or which it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What is to be said.
    pub kind: WarningKind,
    /// How many it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Which other committee it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committee: Option<CommitteeId>,
}

impl Warning {
    fn of(caveat: &Caveat) -> Self {
        let (kind, count, committee) = match caveat {
            Caveat::OneKey => (WarningKind::OneKey, None, None),
            Caveat::NoCheckpoint => (WarningKind::NoCheckpoint, None, None),
            Caveat::SignedLate => (WarningKind::SignedLate, None, None),
            Caveat::NewerMinutes => (WarningKind::NewerMinutes, None, None),
            Caveat::NoLongerSpokesperson => (WarningKind::NoLongerSpokesperson, None, None),
            Caveat::Undated => (WarningKind::Undated, None, None),
            Caveat::SignersRemoved(count) => (WarningKind::SignersRemoved, Some(*count), None),
            Caveat::SignersOut(count) => (WarningKind::SignersOut, Some(*count), None),
            Caveat::Continues(committee) => (WarningKind::Continues, None, Some(*committee)),
        };
        Self { kind, count, committee }
    }
}

/// `POST /v1/certificates`: a certificate to be judged beside what this home knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The file in Base64.
    pub certificate: String,
    /// The minutes that its reader holds fast to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

/// Minutes that a reader holds fast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Their number.
    pub no: u32,
    /// Their id.
    pub id: BookId,
}

impl From<book::Checkpoint> for Held {
    fn from(checkpoint: book::Checkpoint) -> Self {
        Self { no: checkpoint.no, id: checkpoint.id }
    }
}

impl From<Held> for book::Checkpoint {
    fn from(held: Held) -> Self {
        Self { no: held.no, id: held.id }
    }
}

/// What a certificate proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Always true here: what proves nothing is refused.
    pub valid: bool,
    /// What it is about.
    pub kind: ProofKind,
    /// Which committee.
    pub committee: CommitteeId,
    /// What it calls itself. Anyone can call a committee so.
    pub committee_name: String,
    /// Where it says it is, the widest part first.
    pub territory: Vec<String>,
    /// Its industry, as it says.
    pub industry: Option<String>,
    /// The resolution or bulletin.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// A bulletin's author. The name is not in the certificate.
    pub author: Option<MemberId>,
    /// When a bulletin was written, by its author's clock.
    pub written: Option<Moment>,
    /// Until when a bulletin matters.
    pub expires: Option<Moment>,
    /// So many signed: the resolution, or the minutes that made the spokesperson, or the newest minutes.
    pub signed: usize,
    /// So many it took.
    pub needed: usize,
    /// Of so many who vote.
    pub roster_size: usize,
    /// The minutes by which it is the committee's word.
    pub under: Checkpoint,
    /// The newest minutes known of: the certificate's own or, where it knows newer ones, this home's.
    pub newest: Checkpoint,
    /// The minutes held fast to, by words that were given or by this home.
    pub checkpoint: Option<Checkpoint>,
    /// What this home has to say about whose it is.
    pub home: AtHome,
    /// What must be said beside it.
    pub warnings: Vec<Warning>,
}

impl Proof {
    /// What a certificate proved to whoever holds fast to `checkpoint`.
    pub fn of(proof: certificate::Proof, checkpoint: Option<book::Checkpoint>, home: AtHome) -> Self {
        let newest = checkpoint.filter(|held| held.no > proof.newest().no).unwrap_or(proof.newest());
        let only_this = Warning { kind: WarningKind::OnlyThis, count: None, committee: None };
        let warnings = proof.caveats.iter().map(Warning::of).chain([only_this]).collect();
        let bare = Self {
            valid: true,
            kind: ProofKind::Minutes,
            committee: proof.committee,
            committee_name: proof.name,
            territory: proof.territory,
            industry: given(proof.industry),
            id: None,
            title: None,
            text: None,
            author: None,
            written: None,
            expires: None,
            signed: proof.signed,
            needed: proof.needed,
            roster_size: proof.roster,
            under: proof.under.into(),
            newest: newest.into(),
            checkpoint: checkpoint.map(Checkpoint::from),
            home,
            warnings,
        };
        bare.saying(proof.word)
    }

    fn saying(self, word: Word) -> Self {
        match word {
            Word::Minutes => self,
            Word::Resolution { id, title, text } => Self {
                kind: ProofKind::Resolution,
                id: Some(id.to_string()),
                title: given(title),
                text: Some(text),
                ..self
            },
            Word::Bulletin { id, by, time, expires, title, text, .. } => Self {
                kind: ProofKind::Bulletin,
                id: Some(id.to_string()),
                title: given(title),
                text: Some(text),
                author: Some(by),
                written: Some(time.into()),
                expires: Some(expires.into()),
                ..self
            },
        }
    }
}

fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
