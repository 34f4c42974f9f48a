//! A person's own keys: what may be shown of them, and how they come back from words.

use kenes_core::ids::MemberId;
use kenes_core::sign::PublicKey;
use serde::{Deserialize, Serialize};

use super::committee::CommitteeId;
use super::desk::Passphrase;

/// `POST /v1/desk/restore`: a home from 24 words that were written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Restore {
    /// What opens the keystore from now on.
    pub passphrase: Passphrase,
    /// What this person goes by in committees, unless said otherwise there.
    pub name: String,
    /// The words, separated by white space.
    pub words: Passphrase,
}

/// With which key this home votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Votes {
    /// The vote key is here.
    ByKey,
    /// The recovery key stands in until minutes put a new vote key in place.
    ByWords,
    /// Not at all.
    No,
}

/// This home's own keys in one committee, by their public halves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnKeys {
    /// Which.
    pub committee: CommitteeId,
    /// Its name; empty until its book has come here.
    pub committee_name: String,
    /// Who this home's owner is there.
    pub member: MemberId,
    /// This home's device.
    pub device: PublicKey,
    /// Every device of this member that speaks.
    pub devices: Vec<PublicKey>,
    /// Those that speak no longer.
    pub retired: Vec<PublicKey>,
    /// With which key this home votes.
    pub votes: Votes,
    /// The vote key that minutes were asked to put in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_for: Option<PublicKey>,
}

/// `GET /v1/keys`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Keys {
    /// One entry a committee.
    pub keys: Vec<OwnKeys>,
}
