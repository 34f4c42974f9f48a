//! A resolution in a file, with what voters said on it: for a voter whom no epoch reaches, and for the ballot on its way
//! back.

use bincode::{Decode, Encode};

use super::signed_file::{LONGEST, SignedFileError, by_voters, enclose, frame, verified};
use super::{Book, Content, Motion, Roster, SignedObject};
use crate::envelope::Verified;
use crate::ids::{BookId, CommitteeId};
use crate::wire;

/// What such a file begins with.
pub const MAGIC: [u8; 8] = *b"kenesbal";

#[derive(Encode, Decode)]
struct Body {
    committee: CommitteeId,
    resolution: BookId,
    objects: Vec<Vec<u8>>,
}

/// A resolution, and the ballots on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotFile {
    /// Of which committee.
    pub committee: CommitteeId,
    /// The minutes whose voters decide.
    pub under: BookId,
    /// The resolution.
    pub resolution: BookId,
    /// It, and the ballots on it: each verified, by kind and id.
    pub objects: Vec<Verified<SignedObject>>,
}

impl BallotFile {
    /// What a book holds about a resolution. Nothing, where that is not there.
    pub fn of(book: &Book, resolution: &BookId, motion: &Motion) -> Option<Self> {
        let ballots = motion.adopt.values().chain(motion.reject.values());
        let all = [resolution].into_iter().chain(ballots).map(|id| book.object(id).cloned());
        let mut objects: Vec<_> = all.collect::<Option<_>>()?;
        objects.sort_unstable_by_key(|object| (object.kind(), object.id()));
        objects.dedup_by_key(|object| object.id());
        Some(Self { committee: book.committee(), under: motion.under, resolution: *resolution, objects })
    }

    /// The file.
    pub fn encode(&self) -> Result<Vec<u8>, SignedFileError> {
        let objects = self.objects.iter().map(|object| object.bytes().to_vec()).collect();
        enclose(MAGIC, &wire::encode(&Body { committee: self.committee, resolution: self.resolution, objects }))
    }

    /// Reads a file and verifies every signature in it.
    pub fn decode(bytes: &[u8]) -> Result<Self, SignedFileError> {
        let Body { committee, resolution, objects } = wire::decode(frame(MAGIC, bytes)?, LONGEST)?;
        let mut under = None;
        let about = |object: &SignedObject, _: &[Verified<SignedObject>]| match object.content() {
            Content::Resolution(put) => {
                under = Some(put.under);
                object.id() == resolution
            }
            content => matches!(content, Content::Ballot(ballot) if ballot.resolution == resolution),
        };
        let objects = verified(committee, &objects, about)?;
        let under = under.ok_or(SignedFileError::NoResolution)?;
        Ok(Self { committee, under, resolution, objects })
    }

    /// What is in it by those who vote under its minutes: anybody can sign a ballot, and nobody else's is passed on.
    pub fn by_voters(&self, under: &Roster) -> Vec<Verified<SignedObject>> {
        by_voters(&self.objects, under)
    }
}
