//! The minute book: a set of small signed objects that every desk keeps in full, and what that set means.
//!
//! [`Book`] is the set; [`Book::state`] is a pure function from it, and from the minutes that one holds fast to, to a
//! [`State`]: the same set gives the same state in whatever order it arrived. Minutes, votes and passes decide who the
//! committee is ([`round`], [`chain`], [`roster`]); single members' acts let people in and put them out for the time
//! being. A kind that this code does not know is kept, passed on, and counts for nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bincode::{Decode, Encode};

use crate::channel::List;
use crate::envelope::Verified;
use crate::identity::{Commitment, Consent, Identity, Name};
use crate::ids::{BookId, ChannelId, CommitteeId, MemberId};
use crate::sign::PublicKey;
use crate::wire::{self, WireError};

pub mod ballot_file;
mod ballots;
pub mod chain;
mod content;
mod evaluate;
pub mod hand;
mod keeping;
pub mod minutes;
mod object;
pub mod roster;
pub mod round;
mod seen;
pub mod sheet_file;
mod signed_file;
mod spokesperson;
mod state;
mod waiting;

pub use ballot_file::BallotFile;
pub use ballots::{BallotRefusal, Ballots, MOST_BALLOTS};
pub use chain::{Checkpoint, Fork, Sheet, Step};
pub use content::Content;
pub use evaluate::{DEVICES, OPEN_ADMITS, RETIRED_DEVICES};
pub use hand::{Hand, Refusal};
pub use keeping::{Drafted, FirstList, Keeping, ListSignature, NextList, SPARES};
pub use minutes::{
    Assent, Ballot, Entry, LONGEST_MOTION, LONGEST_MOTION_TITLE, Minutes, Offer, Pass, Resolution, Vote,
};
pub use object::{
    Admit, Because, Certificate, FOUNDERS, Founder, Genesis, History, LONGEST_OBJECT, NewKey, NewestList, NextPen,
    ObjectError, Opening, PublicPen, Quorum, SignedObject, Suspend,
};
pub use roster::{BadSheet, ENOUGH, Office, Roster};
pub use seen::{Reached, SEEN, Seen};
pub use sheet_file::SheetFile;
pub use signed_file::SignedFileError;
pub use spokesperson::{LONGEST_OFFICE, NotSpoken, Spoken, spoken, spoken_by};
pub use state::{Cause, Exclusion, Ground, Member, Motion, Role, State, Verdict, Why};
pub use waiting::{Bringer, WAITING_BYTES, Waits};

/// The longest page of a book in bytes, so that it fits an envelope even where it does not compress.
pub const LONGEST_PAGE: usize = 60 * 1024;
/// The most bytes of objects that one book takes by someone who votes or ever voted.
pub const VOTER_BYTES: usize = 16 * 1024 * 1024;
/// The most by anyone else: what a hostile member can make every desk keep, and nobody else's acts go short for it. It
/// counts against whoever let them in as well, so that nobody's share grows by letting people in.
pub const MEMBER_BYTES: usize = 64 * 1024;
/// The most names that nothing commits to yet.
const AHEAD: usize = 8_192;

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
    genesis: Option<BookId>,
    /// What decides a number, by the minutes that it follows; the rest by kind.
    following: chain::Following,
    acts: BTreeMap<u16, BTreeSet<BookId>>,
    chain: chain::Chain,
    /// Minutes about whose next number something came since it was judged.
    touched: BTreeSet<BookId>,
    /// Whose each key is: of everyone who ever voted, and of those whom they admitted.
    owners: BTreeMap<PublicKey, MemberId>,
    /// What objects here commit to.
    committed: BTreeSet<Commitment>,
    voters: BTreeSet<MemberId>,
    /// The keys that ever counted for them.
    voting: BTreeSet<PublicKey>,
    /// Admits by keys that never counted for a voter so far: whom they would let be heard.
    unheard: BTreeMap<PublicKey, Vec<Identity>>,
    /// Who let somebody in who did not vote yet.
    sponsors: BTreeMap<MemberId, MemberId>,
    used: BTreeMap<MemberId, usize>,
    waiting: waiting::Waiting,
    /// Whether something that waits may be taken now.
    grown: bool,
    /// Names that came before what commits to them.
    early_names: VecDeque<Name>,
    taken: Vec<Verified<SignedObject>>,
}

impl Book {
    /// An empty book, to be filled in any order.
    pub fn new(committee: CommitteeId) -> Self {
        Self {
            committee,
            objects: BTreeMap::new(),
            names: BTreeMap::new(),
            genesis: None,
            following: chain::Following::default(),
            acts: BTreeMap::new(),
            chain: chain::Chain::default(),
            touched: BTreeSet::new(),
            owners: BTreeMap::new(),
            committed: BTreeSet::new(),
            voters: BTreeSet::new(),
            voting: BTreeSet::new(),
            unheard: BTreeMap::new(),
            sponsors: BTreeMap::new(),
            used: BTreeMap::new(),
            waiting: waiting::Waiting::default(),
            grown: false,
            early_names: VecDeque::new(),
            taken: Vec::new(),
        }
    }

    /// Whose book this is.
    pub fn committee(&self) -> CommitteeId {
        self.committee
    }

    /// The book of objects that were all in it once, in whatever order they are read back: none is too many.
    pub fn restore(committee: CommitteeId, objects: impl IntoIterator<Item = Verified<SignedObject>>) -> Self {
        let mut book = Self::new(committee);
        objects.into_iter().filter(|object| object.committee() == committee).for_each(|object| {
            book.waiting.add(None, object);
        });
        book.grown = true;
        book.settle_by(|_, _, _| true);
        book.waiting.fit();
        (book.taken, _) = (vec![], book.waiting.changed());
        book
    }

    /// Adds an object that was made here or came by hand. One of another committee is not taken; one by a key that the
    /// book does not know yet, or beyond its author's share, waits.
    pub fn insert(&mut self, object: Verified<SignedObject>) {
        self.insert_by(None, object);
    }

    /// Adds an object that somebody's pen brought, which pays for it while it waits.
    pub fn insert_by(&mut self, by: Bringer, object: Verified<SignedObject>) {
        if object.committee() != self.committee || self.contains(&object.id()) {
            return;
        }
        match self.owner_of(&object) {
            Some(owner) if self.has_room(&owner, &object) => return self.take(owner, object),
            Some(_) | None => {}
        }
        if self.waiting.is_full_for(&object) {
            self.settle();
        }
        self.waiting.add(by, object);
        self.waiting.fit();
    }

    /// Whether the object is here, or waits under this pen.
    pub fn holds(&self, by: Bringer, id: &BookId) -> bool {
        self.contains(id) || self.waiting.holds(by, id)
    }

    /// The objects that are in the book now and were not when this was last asked: one may make sense of others that
    /// came before it.
    pub fn taken(&mut self) -> Vec<Verified<SignedObject>> {
        self.settle();
        std::mem::take(&mut self.taken)
    }

    /// What began to wait, and what waits no more, since this was last asked.
    pub fn waits(&mut self) -> Waits {
        self.settle();
        self.waiting.changed()
    }

    /// Judges what was touched, and takes what waited for it, until nothing changes any more.
    fn settle(&mut self) {
        self.settle_by(Self::has_room);
    }

    fn settle_by(&mut self, has_room: impl Fn(&Self, &MemberId, &SignedObject) -> bool + Copy) {
        loop {
            self.judge();
            if !std::mem::take(&mut self.grown) || self.waiting.is_empty() {
                return;
            }
            let mut waiting = std::mem::take(&mut self.waiting);
            let takes = |object: &Verified<SignedObject>| {
                self.owner_of(object).is_some_and(|owner| has_room(self, &owner, object)) || self.contains(&object.id())
            };
            let ready = waiting.ready(takes);
            self.waiting = waiting;
            for (by, object) in ready {
                match self.owner_of(&object) {
                    _ if self.contains(&object.id()) => {}
                    Some(owner) if has_room(self, &owner, &object) => self.take(owner, object),
                    Some(_) | None => self.waiting.add(by, object),
                }
            }
        }
    }

    /// Whether an author's share holds one more.
    fn has_room(&self, owner: &MemberId, object: &SignedObject) -> bool {
        let used = |member: &MemberId| self.used.get(member).copied().unwrap_or_default() + object.bytes().len();
        if self.voters.contains(owner) || matches!(object.content(), Content::Genesis(_)) {
            return used(owner) <= VOTER_BYTES;
        }
        let sponsor = self.sponsors.get(owner);
        used(owner) <= MEMBER_BYTES && sponsor.is_none_or(|sponsor| used(sponsor) <= VOTER_BYTES)
    }

    fn judge(&mut self) {
        let mut new = BTreeMap::new();
        let by_minutes = |step: Arc<chain::Step>| (step.roster.at, step);
        if let Some(roster) = self.founded() {
            new.extend(self.chain.extend(roster, &self.following).into_iter().map(by_minutes));
        }
        for at in std::mem::take(&mut self.touched) {
            // A number that was reached just now was judged with all that is known about it.
            let known = self.chain.get(&at).filter(|_| !new.contains_key(&at));
            if let Some(roster) = known.map(|step| step.roster.clone()) {
                new.extend(self.chain.extend(roster, &self.following).into_iter().map(by_minutes));
            }
        }
        new.values().flat_map(|step| step.roster.keys()).for_each(|(key, member)| self.know_voter(key, member));
    }

    /// A key counts for a voter: whomever it admitted is heard, whichever came first.
    fn know_voter(&mut self, key: PublicKey, member: MemberId) {
        self.grown |= self.owners.insert(key, member) != Some(member);
        self.grown |= self.voters.insert(member);
        self.voting.insert(key);
        for identity in self.unheard.remove(&key).unwrap_or_default() {
            self.let_in(member, &identity);
        }
    }

    /// The first roster, once every founder has signed and as long as nothing is judged.
    fn founded(&self) -> Option<Roster> {
        if !self.chain.is_empty() || !self.awaited_founders().is_empty() {
            return None;
        }
        let object = self.objects.get(&self.genesis?)?;
        let Content::Genesis(genesis) = object.content() else { return None };
        let chair = self.owner_of(object)?;
        Some(Roster::of_genesis(genesis, object.id(), chair))
    }

    /// The founders who have not signed the genesis yet: without them there is no committee.
    pub fn awaited_founders(&self) -> BTreeSet<MemberId> {
        let Some(object) = self.genesis.and_then(|id| self.objects.get(&id)) else { return BTreeSet::new() };
        let Content::Genesis(genesis) = object.content() else { return BTreeSet::new() };
        let to_it = Content::Assent(Assent { genesis: object.id() });
        let assents = self.acts(10).filter(|assent| *assent.content() == to_it);
        let signed: BTreeSet<_> = assents.map(|assent| assent.author()).chain([object.author()]).collect();
        let awaited = genesis.founders.iter().filter(|founder| !signed.contains(&founder.identity.vote));
        awaited.map(|founder| founder.identity.member()).collect()
    }

    fn owner_of(&self, object: &SignedObject) -> Option<MemberId> {
        if let Content::Genesis(genesis) = object.content() {
            let by = |founder: &&Founder| founder.identity.vote == object.author();
            return genesis.founders.iter().find(by).map(|founder| founder.identity.member());
        }
        self.owners.get(&object.author()).copied()
    }

    fn take(&mut self, owner: MemberId, object: Verified<SignedObject>) {
        if let Content::Genesis(genesis) = object.content() {
            for founder in &genesis.founders {
                for key in [founder.identity.vote, founder.identity.recovery] {
                    self.know_voter(key, founder.identity.member());
                }
            }
            self.genesis = Some(object.id());
        }
        let sponsor = self.sponsors.get(&owner).filter(|_| !self.voters.contains(&owner)).copied();
        for member in [Some(owner), sponsor].into_iter().flatten() {
            *self.used.entry(member).or_default() += object.bytes().len();
        }
        if let Content::Admit(Admit { identity, .. }) = object.content() {
            match self.voting.contains(&object.author()) {
                true => self.let_in(owner, identity),
                false => self.unheard.entry(object.author()).or_default().push(*identity),
            }
        }
        // Whosever it says to be: one key may be claimed for two, and who came first decides nothing.
        if let Content::Device(certificate) = object.content() {
            self.know([certificate.device.sign], owner);
        }
        // What the key certifies beforehand is here when minutes put it in place.
        if let Content::NewKey(new) = object.content() {
            self.know([new.vote], owner);
        }
        self.committed.extend(object.content().commitments());
        match object.content().prev() {
            Some(prev) => {
                self.following.insert(prev, object.clone());
                self.touched.insert(prev);
            }
            None => drop(self.acts.entry(object.kind()).or_default().insert(object.id())),
        }
        self.objects.insert(object.id(), object.clone());
        self.taken.push(object);
    }

    fn let_in(&mut self, sponsor: MemberId, identity: &Identity) {
        self.sponsors.entry(identity.member()).or_insert(sponsor);
        self.know([identity.vote, identity.recovery], identity.member());
    }

    fn know<const N: usize>(&mut self, keys: [PublicKey; N], member: MemberId) {
        for key in keys {
            self.grown |= !self.owners.contains_key(&key);
            self.owners.entry(key).or_insert(member);
        }
    }

    /// Keeps a proper name if some object commits to it, or until one does; says whether it is in the book now and was
    /// not before.
    pub fn learn(&mut self, name: Name) -> bool {
        let commitment = name.commitment();
        if name.check().is_err() || self.names.contains_key(&commitment) {
            return false;
        }
        if self.committed.contains(&commitment) {
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

    /// An object.
    pub fn object(&self, id: &BookId) -> Option<&Verified<SignedObject>> {
        self.objects.get(id)
    }

    /// All objects, by id.
    pub fn objects(&self) -> impl Iterator<Item = &Verified<SignedObject>> {
        self.objects.values()
    }

    /// Acts of one kind: everything but what decides a number.
    fn acts(&self, kind: u16) -> impl Iterator<Item = &Verified<SignedObject>> {
        self.acts.get(&kind).into_iter().flatten().filter_map(|id| self.objects.get(id))
    }

    /// What someone whom a steward let in signed to be let in, for minutes that confirm it.
    pub fn consent_of(&self, member: &MemberId) -> Option<Consent> {
        let consent = |object: &Verified<SignedObject>| {
            let Content::Admit(admit) = object.content() else { return None };
            (admit.identity.member() == *member).then_some(admit.consent)
        };
        self.acts(1).find_map(consent)
    }

    fn unknown_kinds(&self) -> impl Iterator<Item = &Verified<SignedObject>> {
        let acts = self.acts.values().flatten().filter_map(|id| self.objects.get(id));
        acts.filter(|object| object.content().is_unknown())
    }

    /// Proofs of cheating about any number, on every branch.
    fn cheats(&self) -> impl Iterator<Item = round::Cheat> {
        self.chain.steps().flat_map(|step| step.cheats.iter().copied())
    }

    /// The first list of a channel, and what it came in, where somebody put it into this book.
    pub fn first_list(&self, channel: &ChannelId) -> Option<(&Verified<SignedObject>, &List)> {
        let first = |object: &'_ Verified<SignedObject>| {
            if let Content::FirstList(first) = object.content() { Some(first.list.channel()) } else { None }
        };
        let object = self.acts(19).find(|object| first(object) == Some(*channel))?;
        if let Content::FirstList(first) = object.content() { Some((object, &first.list)) } else { None }
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether nothing is here.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// What this book says to whoever stands nowhere yet.
    pub fn state(&mut self) -> Option<State> {
        self.state_from(None)
    }

    /// What this book says to whoever holds fast to `stand`; nothing as long as the genesis, or a founder's signature
    /// under it, is missing.
    pub fn state_from(&mut self, stand: Option<Checkpoint>) -> Option<State> {
        self.settle();
        let object = self.objects.get(&self.genesis?)?;
        let Content::Genesis(genesis) = object.content() else { return None };
        evaluate::evaluate(self, genesis, self.chain.walk(object.id(), stand, &self.following))
    }

    /// What this book would say to whoever stands at `stand`, were a sheet of this member's adopted there next.
    pub fn state_after(
        &mut self,
        stand: Option<Checkpoint>,
        author: MemberId,
        sheet: &Minutes,
    ) -> Result<Option<State>, BadSheet> {
        self.settle();
        let Some(object) = self.genesis.and_then(|id| self.objects.get(&id)) else { return Ok(None) };
        let Content::Genesis(genesis) = object.content() else { return Ok(None) };
        let mut walk = self.chain.walk(object.id(), stand, &self.following);
        let Some(newest) = walk.steps.last() else { return Ok(None) };
        let roster = newest.roster.after(BookId::from_bytes([0; 32]), author, sheet)?;
        walk.steps.push(chain::Step::alone(roster));
        Ok(evaluate::evaluate(self, genesis, walk))
    }

    /// The whole book in pages, each within [`LONGEST_PAGE`]. Every name stands behind an object that commits to it.
    pub fn pages(&self) -> Vec<Page> {
        self.pages_with(|_| true)
    }

    /// The same of those objects that are wanted.
    pub fn pages_with(&self, wanted: impl Fn(&BookId) -> bool) -> Vec<Page> {
        let wanted = self.ordered().into_iter().filter(|object| wanted(&object.id()));
        let named = wanted.map(|object| {
            let commitments = object.content().commitments();
            (object, commitments.iter().filter_map(|commitment| self.names.get(commitment)).collect())
        });
        pages_of(named)
    }

    /// Every object behind what makes sense of it: the genesis, the numbers in their order, then everything else.
    fn ordered(&self) -> Vec<&Verified<SignedObject>> {
        let mut numbers: Vec<_> = self.chain.steps().map(|step| (step.roster.no, step.roster.at)).collect();
        numbers.sort_unstable();
        let founding = self.acts(0).chain(self.acts(10));
        let decided: Vec<_> = founding.chain(numbers.iter().flat_map(|(_, at)| self.following.after(at))).collect();
        let there: BTreeSet<_> = decided.iter().map(|object| object.id()).collect();
        let mut rest: Vec<_> = self.objects.values().filter(|object| !there.contains(&object.id())).collect();
        rest.sort_by_key(|object| (object.kind(), object.id()));
        decided.into_iter().chain(rest).collect()
    }
}

/// Objects and the names to stand behind each, in as few pages as hold them; one at least.
pub(crate) fn pages_of<'a>(
    objects: impl IntoIterator<Item = (&'a Verified<SignedObject>, Vec<&'a Name>)>,
) -> Vec<Page> {
    let mut pages = vec![Page::default()];
    let mut room = LONGEST_PAGE - 16;
    for (object, names) in objects {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::object::tests::{admit, consent, founder, genesis, identity, vote};
    use crate::sign::SigningKey;

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
            book.insert(junk(9, n));
            book.insert(junk(2, n));
        }
        assert!(book.taken().iter().all(|object| object.author() != vote(9).public()), "a key that nobody admitted");
        let bytes: usize = book.objects().map(|object| object.bytes().len()).sum();
        assert!(bytes < MEMBER_BYTES + 2_000 && !book.waiting.is_empty());
        book.insert(admit(book.committee(), &vote(1), 1, 3));
        assert_eq!(book.taken().len(), 1);
    }

    fn junk(committee: CommitteeId, by: u8, n: u32, size: usize) -> Verified<SignedObject> {
        let content = Content::Unknown { kind: 700, bytes: [n.to_le_bytes().to_vec(), vec![0; size]].concat() };
        SignedObject::sign(committee, content, &vote(by)).unwrap().verify().unwrap()
    }

    #[test]
    fn what_came_early_by_an_honest_pen_is_not_pushed_out_by_a_flood_under_another() {
        let first = genesis([0; 32]);
        let (honest, flood) = (Some(vote(100).public()), Some(vote(101).public()));
        let mut book = Book::new(first.committee());
        let early = junk(first.committee(), 2, 0, 200);
        for n in 0..600 {
            book.insert_by(flood, junk(first.committee(), 9, n, 20_000));
            book.insert_by(flood, early.clone());
        }
        book.insert_by(honest, early.clone());
        for n in 600..900 {
            book.insert_by(flood, junk(first.committee(), 9, n, 20_000));
        }
        let waits = book.waits();
        let bytes: usize = waits.came.iter().map(|(_, object)| object.bytes().len()).sum();
        assert!(bytes <= WAITING_BYTES && bytes > WAITING_BYTES - 30_000, "{bytes}");
        book.insert(first.clone());
        book.insert(admit(first.committee(), &vote(1), 0, 2));
        assert!(book.taken().iter().any(|object| object.id() == early.id()));
        assert!(book.waits().gone.contains(&(honest, early.id())));
    }

    #[test]
    fn letting_people_in_gives_nobody_more_room_than_one_share() {
        let first = genesis([0; 32]);
        let mut book = Book::new(first.committee());
        book.insert(first.clone());
        let big = |by: &SigningKey, n: u32| {
            let content = Content::Unknown { kind: 700, bytes: [n.to_le_bytes().to_vec(), vec![0; 20_000]].concat() };
            SignedObject::sign(first.committee(), content, by).unwrap().verify().unwrap()
        };
        for no in 0..400u32 {
            let key = |part: u8| {
                SigningKey::from_seed(std::array::from_fn(|n| if n == 4 { part } else { no.to_le_bytes()[n % 4] }))
            };
            let identity = Identity { vote: key(1).public(), recovery: key(2).public() };
            let consent = Consent::new(first.committee(), &key(1), &key(2));
            let admit = Content::Admit(Admit { no, identity, name: [0; 32], consent });
            book.insert(SignedObject::sign(first.committee(), admit, &vote(1)).unwrap().verify().unwrap());
            (0..3).for_each(|n| book.insert(big(&key(1), n)));
        }
        let bytes: usize = book.objects().map(|object| object.bytes().len()).sum();
        assert!(bytes <= VOTER_BYTES + MEMBER_BYTES, "{bytes}");
    }

    #[test]
    fn what_comes_before_the_one_who_lets_it_in_is_taken_then() {
        let name = Name { salt: [3; 16], text: "Дина".into() };
        let first = genesis([0; 32]);
        let content = Content::Admit(Admit {
            no: 0,
            identity: identity(2),
            name: name.commitment(),
            consent: consent(first.committee(), 2),
        });
        let admitted = SignedObject::sign(first.committee(), content, &vote(1)).unwrap().verify().unwrap();
        let mut book = Book::new(first.committee());
        assert!(!book.learn(name.clone()));
        book.insert(admit(first.committee(), &vote(2), 0, 3));
        book.insert(admitted);
        assert!(book.taken().is_empty());
        book.insert(first);
        assert_eq!(book.taken().len(), 3);
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
