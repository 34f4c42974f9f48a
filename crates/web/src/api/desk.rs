//! The desk: whether a person's keys are at hand, and how they come to be.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::committee::CommitteeId;
use super::minutes::Fork;

/// Whether a person's keys are at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskState {
    /// There is no keystore yet.
    Uninitialised,
    /// There is one, and nobody has opened it.
    Locked,
    /// It is open.
    Unlocked,
    /// This process is a relay: it has none.
    Absent,
}

/// `GET /v1/desk`, and the answer to locking and unlocking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Whether keys are at hand.
    pub state: DeskState,
    /// Committees in which two minutes of one number were adopted; none that is known of while it is locked.
    #[serde(default)]
    pub forks: Vec<Forked>,
}

/// A committee in which two minutes of one number were adopted, and its owner has not said where to stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forked {
    /// Which committee.
    pub committee: CommitteeId,
    /// Its name.
    pub name: String,
    /// The number, and between which sheets.
    pub fork: Fork,
}

/// A passphrase on its way to the desk: wiped when dropped, shown by nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes a passphrase.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The passphrase.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Passphrase {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(secret)")
    }
}

/// `POST /v1/desk/init`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Init {
    /// What opens the keystore from now on.
    pub passphrase: Passphrase,
    /// What this person goes by in committees, unless said otherwise there.
    pub name: String,
}

/// The 24 words that bring a member back after everything else is lost. They are shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryWords {
    /// The words, separated by single spaces.
    pub words: Passphrase,
}

impl fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryWords(secret)")
    }
}

/// `POST /v1/desk/unlock`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unlock {
    /// What opens the keystore.
    pub passphrase: Passphrase,
}

/// `POST /v1/desk/copy`: the owner's answer where this home was copied or moved and holds a committee's only vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// Whether this home keeps the vote, and every copy of it is gone. Otherwise the vote key is erased here.
    pub keep_vote: bool,
}

/// The answer to [`Copied`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopySettled {
    /// In how many committees it was to be decided.
    pub committees: usize,
}

/// `POST /v1/desk/check`: what the desk keeps beside the envelopes, read through, and made again where it was damaged
/// and the node has what it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Records {
    /// How many records there are.
    pub records: usize,
    /// How many of them do not read back.
    pub damaged: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_debug_output_shows_a_passphrase() {
        let unlock = Unlock { passphrase: Passphrase::new("жұмыла көтерген".into()) };
        let init = Init { passphrase: unlock.passphrase.clone(), name: "A".into() };
        let words = RecoveryWords { words: unlock.passphrase.clone() };
        assert!(![format!("{unlock:?}"), format!("{init:?}"), format!("{words:?}")].concat().contains("жұмыла"));
    }
}
