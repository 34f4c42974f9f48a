//! A sheet in a file: what was signed about it, for a voter whom no epoch reaches, and for the vote on its way back.
//!
//! It proves nothing by itself. Its objects go into the book of whoever reads it, where the rule of rounds judges them
//! like any others. It is not sealed: whoever finds the file reads it.

use std::collections::BTreeSet;

use bincode::{Decode, Encode};
use thiserror::Error;

use super::round::Justice;
use super::{Book, Content, SignedObject, Step};
use crate::envelope::Verified;
use crate::identity::Name;
use crate::ids::{BookId, ChannelId, CommitteeId};
use crate::wire::{self, WireError};

/// What such a file begins with.
pub const MAGIC: [u8; 8] = *b"kenessht";
/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The longest in bytes.
pub const LONGEST: usize = 1024 * 1024;

const HEAD: usize = MAGIC.len() + 1 + 4;
/// Offers of the sheet that are put in, those of the latest rounds.
const OFFERS: usize = 4;

/// Why bytes are no such file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SheetFileError {
    /// It does not begin as one.
    #[error("this is no sheet in a file")]
    Foreign,
    /// A version that this code does not know.
    #[error("a sheet in a file of version {0}, which this program does not know")]
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
    #[error("a sheet in a file has at most {LONGEST} bytes")]
    TooLong,
    /// Its form is damaged.
    #[error("it is damaged: {0}")]
    Form(#[from] WireError),
    /// Something in it is not what was signed.
    #[error("something in it is not what was signed")]
    Altered,
    /// Something in it is not about the sheet's number, or of another committee.
    #[error("something in it does not belong there")]
    Misplaced,
    /// Objects or names out of order, or one twice.
    #[error("something in it stands out of order")]
    Order,
    /// The sheet that it is about is not in it.
    #[error("the sheet that it is about is not in it")]
    NoSheet,
}

#[derive(Encode, Decode)]
struct Body {
    committee: CommitteeId,
    sheet: BookId,
    objects: Vec<Vec<u8>>,
    names: Vec<Name>,
}

/// A sheet, and what was signed about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFile {
    /// Of which committee.
    pub committee: CommitteeId,
    /// The minutes that the sheet follows.
    pub prev: BookId,
    /// The sheet.
    pub sheet: BookId,
    /// It, and what was signed about it: each verified, by kind and id.
    pub objects: Vec<Verified<SignedObject>>,
    /// The names that open what is committed to in it.
    pub names: Vec<Name>,
}

impl SheetFile {
    /// What a book holds about a sheet that follows `step`: its offers with what they rest on, the votes for it, and,
    /// while its author asks for a round, the passes on to that round. Nothing, where the sheet is not there.
    pub fn of(book: &Book, step: &Step, sheet: &BookId) -> Option<Self> {
        let author = step.sheets.get(sheet)?.author;
        let mut offers: Vec<_> = step.slate.offers().filter(|(_, offer)| offer.minutes == *sheet).collect();
        offers.retain(|(id, _)| step.slate.justice(id) == Justice::Justified);
        offers.sort_unstable_by_key(|(id, offer)| std::cmp::Reverse((offer.round, **id)));
        let mut open: Vec<BookId> = offers.iter().take(OFFERS).map(|(id, _)| **id).collect();
        let asked = step.slate.asked_for().into_iter().next_back();
        let own = asked.filter(|round| step.slate.owner(*round) == Some(author));
        open.extend(own.into_iter().flat_map(|round| step.slate.passes_for(round).into_keys()));
        let mut ids = BTreeSet::from([*sheet]);
        while let Some(id) = open.pop() {
            if !ids.insert(id) {
                continue;
            }
            let content = book.object(&id)?.content();
            if let Content::Offer(offer) = content {
                open.push(offer.minutes);
                open.extend(&offer.passes);
                let signers = step.slate.signers(&id).into_iter().filter(|_| offer.minutes == *sheet);
                open.extend(signers.filter_map(|voter| step.slate.vote_of(&voter, &id)));
            }
            if let Content::Pass(pass) = content {
                open.extend(pass.last);
            }
            if let Content::Vote(vote) = content {
                open.push(vote.offer);
            }
        }
        let sheets: Vec<_> = ids.iter().filter_map(|id| book.object(id)).cloned().collect();
        let named = named_channels(&sheets);
        let mut objects = sheets;
        objects.extend(named.iter().filter_map(|channel| book.first_list(channel)).map(|(object, _)| object.clone()));
        objects.sort_unstable_by_key(|object| (object.kind(), object.id()));
        let committed: BTreeSet<_> = objects.iter().flat_map(|object| object.content().commitments()).collect();
        let names = committed.iter().filter_map(|commitment| book.name(commitment)).cloned().collect();
        Some(Self { committee: book.committee(), prev: step.roster.at, sheet: *sheet, objects, names })
    }

    /// The file.
    pub fn encode(&self) -> Result<Vec<u8>, SheetFileError> {
        let objects = self.objects.iter().map(|object| object.bytes().to_vec()).collect();
        let body = Body { committee: self.committee, sheet: self.sheet, objects, names: self.names.clone() };
        let body = wire::encode(&body);
        if HEAD + body.len() > LONGEST {
            return Err(SheetFileError::TooLong);
        }
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        Ok([MAGIC.as_slice(), &[VERSION], &length.to_le_bytes(), &body].concat())
    }

    /// Reads a file and verifies every signature in it.
    pub fn decode(bytes: &[u8]) -> Result<Self, SheetFileError> {
        let Body { committee, sheet, objects, names } = wire::decode(frame(bytes)?, LONGEST)?;
        let mut read: Vec<Verified<SignedObject>> = vec![];
        let mut at = None;
        for bytes in &objects {
            let object = SignedObject::decode(bytes).map_err(|_| SheetFileError::Altered)?;
            let in_place = match (object.content(), object.content().prev()) {
                (_, Some(prev)) => *at.get_or_insert(prev) == prev,
                (Content::FirstList(first), None) => named_channels(&read).contains(&first.list.channel()),
                (_, None) => false,
            };
            if object.committee() != committee || !in_place {
                return Err(SheetFileError::Misplaced);
            }
            let rank = |object: &SignedObject| (object.kind(), object.id());
            if read.last().is_some_and(|last| rank(last) >= rank(&object)) {
                return Err(SheetFileError::Order);
            }
            read.push(object.verify().map_err(|_| SheetFileError::Altered)?);
        }
        let is_sheet = |object: &Verified<SignedObject>| matches!(object.content(), Content::Minutes(_));
        let there = read.iter().any(|object| object.id() == sheet && is_sheet(object));
        let prev = at.filter(|_| there).ok_or(SheetFileError::NoSheet)?;
        check_names(&names, &read)?;
        Ok(Self { committee, prev, sheet, objects: read, names })
    }
}

/// The channels that sheets among these name.
fn named_channels(objects: &[Verified<SignedObject>]) -> BTreeSet<ChannelId> {
    let sheet = |object: &Verified<SignedObject>| {
        if let Content::Minutes(minutes) = object.content() { minutes.channels().collect() } else { vec![] }
    };
    objects.iter().flat_map(sheet).collect()
}

/// What stands behind magic, version and length.
fn frame(bytes: &[u8]) -> Result<&[u8], SheetFileError> {
    let begins = bytes.len().min(MAGIC.len());
    if bytes[..begins] != MAGIC[..begins] {
        return Err(SheetFileError::Foreign);
    }
    let torn = |whole| SheetFileError::Torn { found: bytes.len(), whole };
    let (head, body) = bytes.split_at_checked(HEAD).ok_or(torn(HEAD))?;
    let (version, length) = head[MAGIC.len()..].split_first().ok_or(torn(HEAD))?;
    if *version != VERSION {
        return Err(SheetFileError::Version(*version));
    }
    let length = length.iter().rev().fold(0, |length, byte| length << 8 | usize::from(*byte));
    if HEAD + length > LONGEST {
        return Err(SheetFileError::TooLong);
    }
    match body.len() {
        found if found < length => Err(torn(HEAD + length)),
        found if found > length => Err(SheetFileError::Trailing),
        _ => Ok(body),
    }
}

/// Each opens what an object commits to, by commitment, none twice.
fn check_names(names: &[Name], objects: &[Verified<SignedObject>]) -> Result<(), SheetFileError> {
    let committed: BTreeSet<_> = objects.iter().flat_map(|object| object.content().commitments()).collect();
    let mut last = None;
    for name in names {
        let commitment = name.commitment();
        if !committed.contains(&commitment) || name.check().is_err() {
            return Err(SheetFileError::Misplaced);
        }
        if last.replace(commitment).is_some_and(|last| last >= commitment) {
            return Err(SheetFileError::Order);
        }
    }
    Ok(())
}
