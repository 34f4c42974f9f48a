//! The minute book: a set of small signed objects that every desk keeps in full, and what that set means.
//!
//! [`Book`] is the set; [`Book::state`] is a pure function from it to a [`State`]: the same set gives
//! the same state in whatever order it arrived. Here the book holds the genesis, the stewards' acts, devices and pens;
//! minutes, offers and votes are further kinds, and a kind that this code does not know is kept, passed on, and counts
//! for nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bincode::{Decode, Encode};

use crate::envelope::Verified;
use crate::identity::{Commitment, Identity, Name};
use crate::ids::{BookId, CommitteeId, MemberId};
use crate::sign::PublicKey;
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
/// The most bytes of objects that one book takes by a founder, who can admit and suspend.
pub const FOUNDER_BYTES: usize = 16 * 1024 * 1024;
/// The most by anyone else: what a hostile member can make every desk keep, and nobody else's acts go short for it.
pub const MEMBER_BYTES: usize = 64 * 1024;
/// The most objects by keys that the book does not know yet; and as many names that nothing commits to yet.
const AHEAD: usize = 512;

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
    founders: BTreeSet<MemberId>,
    /// Whose each key is. Only what a founder admits adds somebody.
    owners: BTreeMap<PublicKey, MemberId>,
    used: BTreeMap<MemberId, usize>,
    /// Objects and names that came before what makes sense of them.
    early: VecDeque<Verified<SignedObject>>,
    early_names: VecDeque<Name>,
}

impl Book {
    /// An empty book, to be filled in any order.
    pub fn new(committee: CommitteeId) -> Self {
        Self {
            committee,
            objects: BTreeMap::new(),
            names: BTreeMap::new(),
            founders: BTreeSet::new(),
            owners: BTreeMap::new(),
            used: BTreeMap::new(),
            early: VecDeque::new(),
            early_names: VecDeque::new(),
        }
    }

    /// Whose book this is.
    pub fn committee(&self) -> CommitteeId {
        self.committee
    }

    /// Adds an object; gives all that are in the book now and were not before, for one may make sense of others that
    /// came earlier. One of another committee, by a key that the book does not know, or beyond its author's share, is
    /// not taken.
    pub fn insert(&mut self, object: Verified<SignedObject>) -> Vec<Verified<SignedObject>> {
        let mut taken = Vec::new();
        if object.committee() != self.committee || self.contains(&object.id()) {
            return taken;
        }
        if self.owner_of(&object).is_none() {
            if self.early.iter().all(|early| early.id() != object.id()) {
                self.early.push_back(object);
            }
            self.early.drain(..self.early.len().saturating_sub(AHEAD));
            return taken;
        }
        taken.extend(self.take(object));
        while let Some(at) = self.early.iter().position(|early| self.owner_of(early).is_some()) {
            taken.extend(self.early.remove(at).and_then(|early| self.take(early)));
        }
        taken
    }

    fn owner_of(&self, object: &SignedObject) -> Option<MemberId> {
        match object.content() {
            Content::Genesis(genesis) => {
                let by = |founder: &&Founder| founder.identity.vote == object.author();
                genesis.founders.iter().find(by).map(|founder| founder.identity.member())
            }
            Content::Admit(_)
            | Content::Suspend(_)
            | Content::Device(_)
            | Content::NextPen(_)
            | Content::NewestList(_)
            | Content::Unknown { .. } => self.owners.get(&object.author()).copied(),
        }
    }

    fn take(&mut self, object: Verified<SignedObject>) -> Option<Verified<SignedObject>> {
        let owner = self.owner_of(&object)?;
        if let Content::Genesis(genesis) = object.content() {
            for founder in &genesis.founders {
                self.founders.insert(founder.identity.member());
                self.know(founder.identity);
            }
        }
        let founder = self.founders.contains(&owner);
        let used = self.used.entry(owner).or_default();
        if *used + object.bytes().len() > if founder { FOUNDER_BYTES } else { MEMBER_BYTES } {
            return None;
        }
        *used += object.bytes().len();
        match object.content() {
            Content::Admit(admit) if founder => self.know(admit.identity),
            Content::Device(certificate) if certificate.member == owner => {
                self.owners.entry(certificate.device.sign).or_insert(owner);
            }
            Content::Genesis(_)
            | Content::Admit(_)
            | Content::Suspend(_)
            | Content::Device(_)
            | Content::NextPen(_)
            | Content::NewestList(_)
            | Content::Unknown { .. } => {}
        }
        self.objects.insert(object.id(), object.clone());
        Some(object)
    }

    fn know(&mut self, identity: Identity) {
        for key in [identity.vote, identity.recovery] {
            self.owners.entry(key).or_insert(identity.member());
        }
    }

    /// Keeps a proper name if some object commits to it, or until one does; says whether it is in the book now and was
    /// not before.
    pub fn learn(&mut self, name: Name) -> bool {
        let commitment = name.commitment();
        if name.check().is_err() || self.names.contains_key(&commitment) {
            return false;
        }
        if self.objects.values().any(|object| object.content().commits_to(&commitment)) {
            return self.names.insert(commitment, name).is_none();
        }
        if !self.early_names.contains(&name) {
            self.early_names.push_back(name);
        }
        self.early_names.drain(..self.early_names.len().saturating_sub(AHEAD));
        false
    }

    /// The names that came earlier than what commits to them and are in the book now.
    pub fn learn_early(&mut self) -> Vec<Name> {
        let early = std::mem::take(&mut self.early_names);
        early.into_iter().filter(|name| self.learn(name.clone())).collect()
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
            let names: Vec<_> =
                object.content().commitments().iter().filter_map(|commitment| self.names.get(commitment)).collect();
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
    use crate::book::object::tests::{admit, founder, genesis, identity, vote};

    #[test]
    fn nobody_fills_a_book_so_that_a_suspension_finds_no_room() {
        let first = genesis([0; 32]);
        let mut book = Book::new(first.committee());
        let junk = |by: u8, n: u16| {
            let content = Content::Unknown { kind: 700, bytes: [n.to_le_bytes().to_vec(), vec![0; 200]].concat() };
            SignedObject::sign(first.committee(), content, &vote(by)).unwrap().verify().unwrap()
        };
        book.insert(first.clone());
        book.insert(admit(book.committee(), &vote(1), 0, 2));
        for n in 0..1_000 {
            assert!(book.insert(junk(9, n)).is_empty(), "a key that nobody admitted");
            book.insert(junk(2, n));
        }
        let bytes: usize = book.objects().map(|object| object.bytes().len()).sum();
        assert!(bytes < MEMBER_BYTES + 2_000 && book.early.len() == AHEAD);
        assert_eq!(book.insert(admit(book.committee(), &vote(1), 1, 3)).len(), 1);
    }

    #[test]
    fn what_comes_before_the_one_who_lets_it_in_is_taken_then() {
        let name = Name { salt: [3; 16], text: "Дина".into() };
        let first = genesis([0; 32]);
        let content = Content::Admit(Admit { no: 0, identity: identity(2), name: name.commitment() });
        let admitted = SignedObject::sign(first.committee(), content, &vote(1)).unwrap().verify().unwrap();
        let mut book = Book::new(first.committee());
        assert!(!book.learn(name.clone()));
        assert!(book.insert(admit(first.committee(), &vote(2), 0, 3)).is_empty());
        assert!(book.insert(admitted).is_empty());
        assert_eq!(book.insert(first).len(), 3);
        assert_eq!(book.learn_early(), [name]);
    }

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
