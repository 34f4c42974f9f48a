//! Signed objects in a file that goes by hand: magic, version, length, and what follows. What is in one is in
//! [`super::sheet_file`] and [`super::ballot_file`].
//!
//! Such a file proves nothing by itself. Its objects go into the book of whoever reads it, and are judged there like any
//! others. It is not sealed: whoever finds the file reads it.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{Roster, SignedObject};
use crate::envelope::Verified;
use crate::ids::{CommitteeId, MemberId};
use crate::wire::WireError;

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The longest in bytes.
pub const LONGEST: usize = 1024 * 1024;
/// How many objects of one voter in a file are passed on; about one number an honest one signs far fewer.
pub const MOST_EACH: usize = 64;

const MAGIC: usize = 8;
const HEAD: usize = MAGIC + 1 + 4;

/// Why bytes are no such file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignedFileError {
    /// It does not begin as one.
    #[error("this is no file of that kind")]
    Foreign,
    /// A version that this code does not know.
    #[error("a file of version {0}, which this program does not know")]
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
    #[error("something follows it")]
    Trailing,
    /// Longer than [`LONGEST`].
    #[error("such a file has at most {LONGEST} bytes")]
    TooLong,
    /// Its form is damaged.
    #[error("it is damaged: {0}")]
    Form(#[from] WireError),
    /// Something in it is not what was signed.
    #[error("something in it is not what was signed")]
    Altered,
    /// Something in it is about something else, or of another committee.
    #[error("something in it does not belong there")]
    Misplaced,
    /// Objects or names out of order, or one twice.
    #[error("something in it stands out of order")]
    Order,
    /// The sheet that it is about is not in it.
    #[error("the sheet that it is about is not in it")]
    NoSheet,
    /// The resolution that it is about is not in it.
    #[error("the resolution that it is about is not in it")]
    NoResolution,
}

/// The file with this in it.
pub(super) fn enclose(magic: [u8; MAGIC], body: &[u8]) -> Result<Vec<u8>, SignedFileError> {
    if HEAD + body.len() > LONGEST {
        return Err(SignedFileError::TooLong);
    }
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    Ok([magic.as_slice(), &[VERSION], &length.to_le_bytes(), body].concat())
}

/// What stands behind magic, version and length.
pub(super) fn frame(magic: [u8; MAGIC], bytes: &[u8]) -> Result<&[u8], SignedFileError> {
    let begins = bytes.len().min(MAGIC);
    if bytes[..begins] != magic[..begins] {
        return Err(SignedFileError::Foreign);
    }
    let torn = |whole| SignedFileError::Torn { found: bytes.len(), whole };
    let (head, body) = bytes.split_at_checked(HEAD).ok_or(torn(HEAD))?;
    let (version, length) = head[MAGIC..].split_first().ok_or(torn(HEAD))?;
    if *version != VERSION {
        return Err(SignedFileError::Version(*version));
    }
    let length = length.iter().rev().fold(0, |length, byte| length << 8 | usize::from(*byte));
    if HEAD + length > LONGEST {
        return Err(SignedFileError::TooLong);
    }
    match body.len() {
        found if found < length => Err(torn(HEAD + length)),
        found if found > length => Err(SignedFileError::Trailing),
        _ => Ok(body),
    }
}

/// Objects of one committee that belong there, beside those before them, each signed by its author, by kind and then by id, none twice.
pub(super) fn verified(
    committee: CommitteeId,
    objects: &[Vec<u8>],
    mut belongs: impl FnMut(&SignedObject, &[Verified<SignedObject>]) -> bool,
) -> Result<Vec<Verified<SignedObject>>, SignedFileError> {
    let mut read: Vec<Verified<SignedObject>> = vec![];
    for bytes in objects {
        let object = SignedObject::decode(bytes).map_err(|_| SignedFileError::Altered)?;
        if object.committee() != committee || !belongs(&object, &read) {
            return Err(SignedFileError::Misplaced);
        }
        let rank = |object: &SignedObject| (object.kind(), object.id());
        if read.last().is_some_and(|last| rank(last) >= rank(&object)) {
            return Err(SignedFileError::Order);
        }
        read.push(object.verify().map_err(|_| SignedFileError::Altered)?);
    }
    Ok(read)
}

/// Those that voters of a roster signed, the first [`MOST_EACH`] of each: whoever reads a file passes on no others.
pub(super) fn by_voters(objects: &[Verified<SignedObject>], roster: &Roster) -> Vec<Verified<SignedObject>> {
    let voters: BTreeMap<_, _> = roster.keys().collect();
    let mut counts: BTreeMap<MemberId, usize> = BTreeMap::new();
    let mut has_room = |object: &&Verified<SignedObject>| {
        let count = voters.get(&object.author()).map(|voter| counts.entry(*voter).or_default());
        count.is_some_and(|count| {
            *count += 1;
            *count <= MOST_EACH
        })
    };
    objects.iter().filter(|object| has_room(object)).cloned().collect()
}
