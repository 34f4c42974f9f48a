//! The minute book: a set of small signed objects that every desk keeps in full, and what that set means.
//!
//! [`Book`] is the set; [`Book::state`] is a pure function from it to a [`State`]: the same set gives
//! the same state in whatever order it arrived. Here the book holds the genesis, the stewards' acts, devices and pens;
//! minutes, offers and votes are further kinds, and a kind that this code does not know is kept, passed on, and counts
//! for nothing.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};

use crate::envelope::Verified;
use crate::identity::{Commitment, Name};
use crate::ids::{BookId, CommitteeId};
use crate::wire::{self, WireError};

mod evaluate;
mod object;
pub mod round;

pub use evaluate::{DEVICES, Exclusion, Member, OPEN_ADMITS, Role, State, Verdict, Why};
pub use object::{
    Admit, Because, Certificate, Content, FOUNDERS, Founder, Genesis, History, LONGEST_OBJECT, NewestList, NextPen,
    ObjectError, Quorum, SEEN, Seen, SignedObject, Suspend,
};

/// The longest page of a book in bytes, so that it fits an envelope even where it does not compress.
pub const LONGEST_PAGE: usize = 60 * 1024;
/// The most objects that one book takes: a bound on what a hostile member can make every desk keep.
pub const MOST_OBJECTS: usize = 20_000;

/// A page: objects and the names that open their commitments, as they travel sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Page {
    /// Signed objects, each in its canonical bytes.
    pub objects: Vec<Vec<u8>>,
    /// Names that some object commits to.
    pub names: Vec<Name>,
}

impl Page {
    /// Reads a page; its objects are still bytes, to be decoded and verified one by one.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(bytes, LONGEST_PAGE)
    }
}

/// Every object of one committee's minute book that this desk has, verified, and the names that it can open.
#[derive(Debug, Clone)]
pub struct Book {
    committee: CommitteeId,
    objects: BTreeMap<BookId, Verified<SignedObject>>,
    names: BTreeMap<Commitment, Name>,
}

impl Book {
    /// An empty book, to be filled in any order.
    pub fn new(committee: CommitteeId) -> Self {
        Self { committee, objects: BTreeMap::new(), names: BTreeMap::new() }
    }

    /// Whose book this is.
    pub fn committee(&self) -> CommitteeId {
        self.committee
    }

    /// Adds an object; says whether it is new. One of another committee, or beyond [`MOST_OBJECTS`], is not taken.
    pub fn insert(&mut self, object: Verified<SignedObject>) -> bool {
        if object.committee() != self.committee || self.objects.len() >= MOST_OBJECTS {
            return false;
        }
        self.objects.insert(object.id(), object).is_none()
    }

    /// Keeps a name if it is a proper one that some object commits to; says whether it is new.
    pub fn learn(&mut self, name: Name) -> bool {
        let commitment = name.commitment();
        let meant = self.objects.values().any(|object| object.content().commits_to(&commitment));
        meant && name.check().is_ok() && self.names.insert(commitment, name).is_none()
    }

    /// The name behind a commitment, where it is known.
    pub fn name(&self, commitment: &Commitment) -> Option<&Name> {
        self.names.get(commitment)
    }

    /// Whether the object is here.
    pub fn contains(&self, id: &BookId) -> bool {
        self.objects.contains_key(id)
    }

    /// All objects, by id.
    pub fn objects(&self) -> impl Iterator<Item = &Verified<SignedObject>> {
        self.objects.values()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether nothing is here.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// What this book says; nothing as long as the genesis is missing.
    pub fn state(&self) -> Option<State> {
        evaluate::evaluate(self.committee, self.objects.values())
    }

    /// The whole book in pages, each within [`LONGEST_PAGE`]. Every name stands behind an object that commits to it.
    pub fn pages(&self) -> Vec<Page> {
        let mut pages = vec![Page::default()];
        let mut room = LONGEST_PAGE - 16;
        let mut ordered: Vec<_> = self.objects.values().collect();
        ordered.sort_by_key(|object| (object.kind(), object.id()));
        for object in ordered {
            let names: Vec<_> = self.names.values().filter(|n| object.content().commits_to(&n.commitment())).collect();
            let size = object.bytes().len() + 8 + names.iter().map(|name| name.text.len() + 24).sum::<usize>();
            if size > room && pages.last().is_some_and(|page| !page.objects.is_empty()) {
                pages.push(Page::default());
                room = LONGEST_PAGE - 16;
            }
            room = room.saturating_sub(size);
            if let Some(page) = pages.last_mut() {
                page.objects.push(object.bytes().to_vec());
                page.names.extend(names.into_iter().cloned());
            }
        }
        pages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::object::tests::{admit, founder, genesis, vote};

    #[test]
    fn a_book_survives_its_pages_with_its_names() {
        let name = Name { salt: [3; 16], text: "Мұнайшылар".into() };
        let first = genesis(name.commitment());
        let mut book = Book::new(first.committee());
        book.insert(first);
        for n in 0..200 {
            book.insert(admit(book.committee(), &vote(1), n, 10 + n as u8));
        }
        assert!(book.learn(name.clone()) && !book.learn(Name { salt: [4; 16], ..name }));
        let mut again = Book::new(book.committee());
        for page in book.pages() {
            let bytes = wire::encode(&page);
            let page = Page::decode(&bytes).unwrap();
            for object in &page.objects {
                again.insert(SignedObject::decode(object).unwrap().verify().unwrap());
            }
            page.names.into_iter().for_each(|name| assert!(again.learn(name)));
        }
        assert!(again.objects().eq(book.objects()));
        assert_eq!(again.state(), book.state());
        assert_eq!(again.state().unwrap().members.len(), 1 + evaluate::OPEN_ADMITS);
        assert_eq!(
            founder().member(),
            *again.state().unwrap().members.keys().find(|id| **id == founder().member()).unwrap()
        );
    }
}
