//! What an honest desk remembers of its own signatures on one number, and so what it still may sign.
//!
//! It is to be durable before a signature leaves the desk; then no crash makes an honest voter look like a cheat.

use bincode::{Decode, Encode};

use super::{Justice, Slate};
use crate::ids::BookId;

/// The voter's own record of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct Journal {
    /// No vote in a lower round any more.
    pub floor: u32,
    /// The latest vote: its round and its offer.
    pub last: Option<(u32, BookId)>,
}

/// Why an honest desk does not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The offer does not follow from what it rests on, or that is not all here.
    NotJustified(Justice),
    /// It passed on to a later round.
    PassedOn,
    /// It voted in this round or a later one already.
    Voted,
    /// Nobody passes for round 0.
    NoSuchPass,
    /// Further above the rounds in reach than honest desks pass on.
    TooFar,
}

impl Journal {
    /// The record after a vote for this offer, to be made durable before the vote is signed.
    pub fn vote(self, slate: &Slate, round: u32, offer: BookId) -> Result<Self, Refusal> {
        match slate.justice(&offer) {
            Justice::Justified => {}
            justice @ (Justice::Unjustified | Justice::Unknown) => return Err(Refusal::NotJustified(justice)),
        }
        if round < self.floor {
            return Err(Refusal::PassedOn);
        }
        match self.last {
            Some(last) if last == (round, offer) => Ok(self),
            Some((voted, _)) if voted >= round => Err(Refusal::Voted),
            Some(_) | None => Ok(Self { floor: round, last: Some((round, offer)) }),
        }
    }

    /// The record after a pass for this round, to be made durable before the pass is signed.
    pub fn pass(self, slate: &Slate, round: u32) -> Result<Self, Refusal> {
        if round == 0 {
            return Err(Refusal::NoSuchPass);
        }
        if !slate.may_pass_on_to(round) {
            return Err(Refusal::TooFar);
        }
        if round < self.floor {
            return Err(Refusal::PassedOn);
        }
        match self.last {
            Some((voted, _)) if voted >= round => Err(Refusal::Voted),
            Some(_) | None => Ok(Self { floor: round, ..self }),
        }
    }
}
