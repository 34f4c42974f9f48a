//! Resolutions as a desk shows them and is asked for them.

use kenes_core::book::Checkpoint;
use kenes_core::certificate::Proof;
use kenes_core::ids::{BookId, CommitteeId};
use kenes_core::time::Timestamp;

use super::Person;

/// A resolution to be put.
#[derive(Debug, Clone)]
pub struct NewResolution {
    /// Where.
    pub committee: CommitteeId,
    /// In one line.
    pub title: String,
    /// The text, at most 24 KiB.
    pub text: String,
    /// For how many seconds from now its author asks for votes; shown, and decides nothing.
    pub lasts: Option<u64>,
}

/// What became of a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolutionStatus {
    /// It may still be adopted.
    Open,
    /// Enough are for it.
    Adopted,
    /// So many are against it that it cannot be adopted any more.
    Rejected,
}

/// A resolution.
#[derive(Debug, Clone)]
pub struct ResolutionView {
    /// Its id.
    pub id: BookId,
    /// Where.
    pub committee: CommitteeId,
    /// The committee's name.
    pub committee_name: String,
    /// The number of the minutes whose voters decide.
    pub no: u32,
    /// Who put it.
    pub author: Person,
    /// In one line.
    pub title: String,
    /// The text, as written: to be shown harmlessly.
    pub text: String,
    /// Until when its author asks for votes; it decides nothing.
    pub deadline: Option<Timestamp>,
    /// What became of it.
    pub status: ResolutionStatus,
    /// Who is for it.
    pub signed: Vec<Person>,
    /// Who is against it.
    pub against: Vec<Person>,
    /// Who votes and has said nothing that is known here.
    pub missing: Vec<Person>,
    /// How many it takes.
    pub needed: usize,
    /// What this home's owner said: for it, against it, or nothing.
    pub mine: Option<bool>,
    /// Whether this home's owner votes on it, by the key that is here.
    pub may: bool,
    /// Whether what this home's owner says leaves by file only.
    pub by_hand: bool,
}

/// Resolutions of a committee.
#[derive(Debug, Clone)]
pub struct Resolutions {
    /// Those under the newest minutes first.
    pub resolutions: Vec<ResolutionView>,
    /// How many there are, those that were left out included.
    pub total: usize,
}

/// What a file brought.
#[derive(Debug, Clone)]
pub struct Brought {
    /// The resolution, as it stands now.
    pub resolution: ResolutionView,
    /// How many signed things in it were new here.
    pub received: usize,
    /// How many were here already.
    pub duplicate: usize,
}

/// What proves a committee's word.
#[derive(Debug, Clone)]
pub struct CertificateView {
    /// The file.
    pub bytes: Vec<u8>,
    /// What whoever holds fast to `checkpoint`, or to nothing, is told.
    pub proof: Proof,
    /// The newest minutes after which at least three vote: what others may hold fast to.
    pub checkpoint: Option<Checkpoint>,
}
