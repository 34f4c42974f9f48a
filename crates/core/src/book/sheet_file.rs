//! A sheet in a file: what was signed about it, for a voter whom no epoch reaches, and for the vote on its way back.
//!
//! It proves nothing by itself. Its objects go into the book of whoever reads it, where the rule of rounds judges them
//! like any others. It is not sealed: whoever finds the file reads it.

use std::collections::BTreeSet;

use bincode::{Decode, Encode};

use super::round::Justice;
pub use super::signed_file::{LONGEST, MOST_EACH, VERSION};
use super::signed_file::{SignedFileError, by_voters, enclose, frame, verified};
use super::{Book, Content, Roster, SignedObject, Step};
use crate::envelope::Verified;
use crate::identity::Name;
use crate::ids::{BookId, ChannelId, CommitteeId};
use crate::wire;

/// What such a file begins with.
pub const MAGIC: [u8; 8] = *b"kenessht";

/// Offers of the sheet that are put in, those of the latest rounds.
const OFFERS: usize = 4;

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
    pub fn encode(&self) -> Result<Vec<u8>, SignedFileError> {
        let objects = self.objects.iter().map(|object| object.bytes().to_vec()).collect();
        let body = Body { committee: self.committee, sheet: self.sheet, objects, names: self.names.clone() };
        enclose(MAGIC, &wire::encode(&body))
    }

    /// Reads a file and verifies every signature in it.
    pub fn decode(bytes: &[u8]) -> Result<Self, SignedFileError> {
        let Body { committee, sheet, objects, names } = wire::decode(frame(MAGIC, bytes)?, LONGEST)?;
        let mut at = None;
        let in_place = |object: &SignedObject, read: &[Verified<SignedObject>]| match (
            object.content(),
            object.content().prev(),
        ) {
            (_, Some(prev)) => *at.get_or_insert(prev) == prev,
            (Content::FirstList(first), None) => named_channels(read).contains(&first.list.channel()),
            (_, None) => false,
        };
        let read = verified(committee, &objects, in_place)?;
        let is_sheet = |object: &Verified<SignedObject>| matches!(object.content(), Content::Minutes(_));
        let there = read.iter().any(|object| object.id() == sheet && is_sheet(object));
        let prev = at.filter(|_| there).ok_or(SignedFileError::NoSheet)?;
        check_names(&names, &read)?;
        Ok(Self { committee, prev, sheet, objects: read, names })
    }

    /// What is in it by those who vote after the minutes that its sheet follows, and the names that this commits to:
    /// anybody can sign a vote, and nobody else's is passed on.
    pub fn by_voters(&self, prev: &Roster) -> (Vec<Verified<SignedObject>>, Vec<Name>) {
        let objects = by_voters(&self.objects, prev);
        let committed: BTreeSet<_> = objects.iter().flat_map(|object| object.content().commitments()).collect();
        let names = self.names.iter().filter(|name| committed.contains(&name.commitment())).cloned().collect();
        (objects, names)
    }
}

/// The channels that sheets among these name.
fn named_channels(objects: &[Verified<SignedObject>]) -> BTreeSet<ChannelId> {
    let sheet = |object: &Verified<SignedObject>| {
        if let Content::Minutes(minutes) = object.content() { minutes.channels().collect() } else { vec![] }
    };
    objects.iter().flat_map(sheet).collect()
}

/// Each opens what an object commits to, by commitment, none twice.
fn check_names(names: &[Name], objects: &[Verified<SignedObject>]) -> Result<(), SignedFileError> {
    let committed: BTreeSet<_> = objects.iter().flat_map(|object| object.content().commitments()).collect();
    let mut last = None;
    for name in names {
        let commitment = name.commitment();
        if !committed.contains(&commitment) || name.check().is_err() {
            return Err(SignedFileError::Misplaced);
        }
        if last.replace(commitment).is_some_and(|last| last >= commitment) {
            return Err(SignedFileError::Order);
        }
    }
    Ok(())
}
