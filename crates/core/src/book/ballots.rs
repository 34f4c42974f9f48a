//! The signing rule of an honest desk on resolutions: what it once said on one it may say again, and never the other.
//!
//! As with a [`Hand`](super::Hand), the caller makes the [`Ballots`] that come back durable *before* the content beside
//! them is signed. Then no crash makes an honest voter look like a cheat.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use thiserror::Error;

use super::content::Content;
use super::minutes::Ballot;
use crate::ids::BookId;

/// How many ballots a desk remembers. None is ever forgotten: it signs no more than these.
pub const MOST_BALLOTS: usize = 4_096;

/// Why an honest desk does not sign a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BallotRefusal {
    /// It said the other.
    #[error("this desk said the other already: for it, or against it, is said once")]
    Said {
        /// Whether it was for the resolution.
        adopt: bool,
    },
    /// It remembers as many as it may.
    #[error("this desk remembers {MOST_BALLOTS} ballots, and signs no more than it remembers")]
    TooMany,
}

/// What a voter's desk said on resolutions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Ballots(BTreeMap<BookId, bool>);

impl Ballots {
    /// What it said on a resolution, if anything.
    pub fn on(&self, resolution: &BookId) -> Option<bool> {
        self.0.get(resolution).copied()
    }

    /// All that it said.
    pub fn iter(&self) -> impl Iterator<Item = (BookId, bool)> {
        self.0.iter().map(|(resolution, adopt)| (*resolution, *adopt))
    }

    /// A ballot for or against a resolution, and what is remembered then.
    pub fn cast(&self, resolution: BookId, adopt: bool) -> Result<(Self, Content), BallotRefusal> {
        match self.on(&resolution) {
            Some(said) if said != adopt => return Err(BallotRefusal::Said { adopt: said }),
            None if self.0.len() >= MOST_BALLOTS => return Err(BallotRefusal::TooMany),
            Some(_) | None => {}
        }
        let mut next = self.clone();
        next.0.insert(resolution, adopt);
        Ok((next, Content::Ballot(Ballot { resolution, adopt })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    fn resolution(n: u16) -> BookId {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&n.to_le_bytes());
        BookId::from_bytes(bytes)
    }

    #[test]
    fn what_was_said_once_is_said_again_and_never_the_other() {
        let (ballots, content) = Ballots::default().cast(resolution(1), true).unwrap();
        assert_eq!(content, Content::Ballot(Ballot { resolution: resolution(1), adopt: true }));
        assert_eq!(ballots.cast(resolution(1), true), Ok((ballots.clone(), content)));
        assert_eq!(ballots.cast(resolution(1), false), Err(BallotRefusal::Said { adopt: true }));
        let read: Ballots = wire::decode(&wire::encode(&ballots), 64).unwrap();
        assert_eq!(read.cast(resolution(1), false), Err(BallotRefusal::Said { adopt: true }), "read back from a file");
        assert!(read.cast(resolution(2), false).is_ok());
    }

    #[test]
    fn no_ballot_is_forgotten_to_make_room_for_another() {
        let mut ballots = Ballots::default();
        for n in 0..MOST_BALLOTS {
            ballots.0.insert(resolution(n as u16), n % 2 == 0);
        }
        assert_eq!(ballots.cast(resolution(u16::MAX), true), Err(BallotRefusal::TooMany));
        assert!(ballots.cast(resolution(4), true).is_ok());
        assert_eq!(ballots.cast(resolution(4), false), Err(BallotRefusal::Said { adopt: true }));
    }
}
