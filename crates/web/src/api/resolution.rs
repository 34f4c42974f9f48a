//! Resolutions: put, said yes or no to, proven.

use kenes_core::ids::{BookId, CommitteeId};
use serde::{Deserialize, Serialize};

use super::minutes::Person;
use super::moment::Moment;
use super::proof::{Checkpoint, Proof};

/// What became of a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolutionStatus {
    /// It may still be adopted.
    Open,
    /// Enough are for it.
    Adopted,
    /// So many are against it that it cannot be adopted any more.
    Rejected,
}

/// A resolution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// Its id.
    pub id: BookId,
    /// Of which committee.
    pub committee: CommitteeId,
    /// The committee's name.
    pub committee_name: String,
    /// The number of the minutes whose voters decide.
    pub no: u32,
    /// Who put it.
    pub author: Person,
    /// In one line.
    pub title: String,
    /// The text.
    pub text: String,
    /// Until when its author asks for votes. It decides nothing.
    pub deadline: Option<Moment>,
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
    /// What this desk's owner said: for it, against it, or nothing.
    pub mine: Option<bool>,
    /// Whether this desk's owner votes on it.
    pub may: bool,
    /// Whether what this desk's owner says leaves by file only: it has no pen in the channel, or no epoch to write under.
    #[serde(default)]
    pub by_hand: bool,
}

/// `GET /v1/resolutions`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resolutions {
    /// Those under the newest minutes first.
    pub resolutions: Vec<Resolution>,
    /// How many there are, those that were left out included.
    pub total: usize,
}

/// Which resolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolutionsQuery {
    /// Of which committee.
    pub committee: CommitteeId,
    /// Only what may still be decided.
    #[serde(default)]
    pub open: bool,
}

/// Where a resolution is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    /// In this committee only.
    #[serde(default)]
    pub committee: Option<CommitteeId>,
}

/// `POST /v1/resolutions`. Who puts a resolution, is for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewResolution {
    /// To which committee.
    pub committee: CommitteeId,
    /// In one line.
    pub title: String,
    /// The text.
    pub text: String,
    /// For how many seconds from now its author asks for votes; shown, and decides nothing.
    #[serde(default)]
    pub lasts: Option<u64>,
}

/// `POST /v1/resolutions/{id}/ballot`. What was said stays said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// For it, or against it.
    pub adopt: bool,
}

/// The answer to `GET /v1/resolutions/{id}/file`, and `POST /v1/resolutions/import`: a resolution with what was said on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolutionFile {
    /// The file, in Base64.
    pub file: String,
}

/// What a file brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolutionBrought {
    /// How many signed things in it were new here.
    pub received: usize,
    /// How many were here already.
    pub duplicate: usize,
    /// The resolution, as it stands now.
    pub resolution: Resolution,
}

/// `GET /v1/resolutions/{id}/certificate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certified {
    /// The file in Base64.
    pub certificate: String,
    /// The newest minutes after which at least three vote, for others to hold fast to.
    pub checkpoint: Option<Checkpoint>,
    /// What whoever holds fast to these minutes, or to nothing, is told.
    pub proof: Proof,
}
