//! What a certificate proves, and what must be said beside it.

use std::collections::BTreeSet;

use crate::book::{Checkpoint, Office};
use crate::ids::{BookId, CommitteeId, MemberId, OpId};
use crate::time::Timestamp;

/// What a certificate proves: that the voters of some committee said this. Not who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Which committee.
    pub committee: CommitteeId,
    /// What it calls itself. Anyone can call a committee so.
    pub name: String,
    /// Where it says it is, the widest part first.
    pub territory: Vec<String>,
    /// Its industry, as it says.
    pub industry: String,
    /// What it said.
    pub word: Word,
    /// So many signed: the resolution, or the minutes that made a spokesperson, or the newest minutes.
    pub signed: usize,
    /// So many it took.
    pub needed: usize,
    /// Of so many.
    pub roster: usize,
    /// Who signed the resolution, or who the bulletin is by; nobody, for minutes.
    pub signers: BTreeSet<MemberId>,
    /// The minutes by which it is the committee's word.
    pub under: Checkpoint,
    /// The minutes from No. 0 to the newest that the certificate knows.
    pub chain: Vec<Checkpoint>,
    /// What must be said beside it.
    pub caveats: BTreeSet<Caveat>,
}

impl Proof {
    /// The newest minutes that the certificate knows.
    pub fn newest(&self) -> Checkpoint {
        self.chain.last().copied().unwrap_or(self.under)
    }
}

/// What a committee said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Its own minutes, and nothing else.
    Minutes,
    /// A resolution that it adopted.
    Resolution {
        /// Which.
        id: BookId,
        /// In one line.
        title: String,
        /// The text.
        text: String,
    },
    /// A public bulletin by one of its spokespersons.
    Bulletin {
        /// Which.
        id: OpId,
        /// Who. The name is not in the certificate.
        by: MemberId,
        /// When, by the author's clock.
        time: Timestamp,
        /// The office that it was said in: since which minutes, and until when.
        office: Office,
        /// The minutes that ended that office since, or recalled the device, where any did.
        ended: Option<Checkpoint>,
        /// Until when it matters.
        expires: Timestamp,
        /// May be empty.
        title: String,
        /// The text.
        text: String,
    },
}

/// What must be said beside a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caveat {
    /// Fewer than three vote: it rests on one key.
    OneKey,
    /// No checkpoint was given: the chain may be of keys that were captured later.
    NoCheckpoint,
    /// It is under minutes older than the checkpoint: whoever got hold of old keys since could have signed it late.
    SignedLate,
    /// The certificate knows newer minutes than those that it is under.
    NewerMinutes,
    /// Minutes recalled the bulletin's author since, and let this one stand; or the office was not renewed.
    NoLongerSpokesperson,
    /// Minutes ended the office since and named the last bulletin before; nothing here shows that this one came before it,
    /// but its number and its own date.
    Undated,
    /// So many of those who signed are out by newer minutes.
    SignersRemoved(usize),
    /// So many of those who signed are out of the epoch, by a suspension or a cheat. Only who has the committee's book
    /// is told.
    SignersOut(usize),
    /// It says that it continues another committee; nothing proves it.
    Continues(CommitteeId),
}
