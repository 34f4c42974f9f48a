//! A hall of people with known keys, who sign objects of a book; and what the book says in whatever order they come.

use kenes_core::book::{
    Admit, Assent, Ballot, Because, Book, Certificate, Checkpoint, Content, Entry, Founder, Genesis, History, Minutes,
    NewKey, Offer, Page, Pass, Quorum, Reached, Resolution, Seen, SignedObject, State, Suspend, Vote,
};
use kenes_core::envelope::{Priority, Verified};
use kenes_core::identity::{Consent, DeviceSecret, Identity, Name};
use kenes_core::ids::{BookId, ChannelId, CommitteeId, EpochId, MemberId, OpId};
use kenes_core::op::{Op, Post, SignedOp, Talk};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{DAY, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// How many orders are tried where there are too many for all.
const SHUFFLES: usize = 1_000;
/// Up to so many objects, every order is tried.
const EXHAUSTIVE: usize = 7;

pub(crate) fn vote_key(n: u8) -> SigningKey {
    SigningKey::from_seed([n; 32])
}

pub(crate) fn recovery_key(n: u8) -> SigningKey {
    SigningKey::from_seed([n ^ 0x80; 32])
}

pub(crate) fn identity(n: u8) -> Identity {
    Identity { vote: vote_key(n).public(), recovery: recovery_key(n).public() }
}

pub(crate) fn id(n: u8) -> MemberId {
    identity(n).member()
}

/// The `no`-th device of a person.
pub(crate) fn device(n: u8, no: u8) -> DeviceSecret {
    DeviceSecret::generate(&mut ChaCha20Rng::from_seed([n.wrapping_mul(7).wrapping_add(no); 32]))
}

pub(crate) fn device_key(n: u8, no: u8) -> PublicKey {
    device(n, no).sign.public()
}

/// An op of the `no`-th device of a person, named by its number; which one it is makes no difference.
pub(crate) fn seen(n: u8, no: u8, seq: u64) -> Seen {
    Seen { device: device_key(n, no), seq, op: OpId::from_bytes([n; 32]) }
}

/// That very op.
pub(crate) fn seen_in(op: &SignedOp) -> Seen {
    Seen { device: op.op().device, seq: op.op().seq, op: op.id() }
}

/// Of a device that said one thing after the other, whether its op of this number was said up to the one named.
pub(crate) fn numbered(seq: u64) -> impl Fn(&Seen) -> Reached {
    move |seen| if seq <= seen.seq { Reached::Yes } else { Reached::No }
}

/// What every committee founded here is called.
pub(crate) fn name() -> Name {
    Name { salt: [6; 16], text: "Мұнайшылар".into() }
}

pub(crate) fn remove_entry(n: u8) -> Entry {
    Entry::Remove { member: id(n), seen: vec![], published: vec![] }
}

/// Everything that was signed, and the order in which minutes were adopted.
#[derive(Clone)]
pub(crate) struct Hall {
    pub(crate) committee: CommitteeId,
    pub(crate) genesis: BookId,
    pub(crate) objects: Vec<Verified<SignedObject>>,
}

impl Hall {
    /// A committee founded by these people, all of them stewards; the first signs the genesis and is the first chair.
    pub(crate) fn found(people: &[u8]) -> Self {
        Self::found_with(people, Quorum::MAJORITY)
    }

    pub(crate) fn found_with(people: &[u8], quorum: Quorum) -> Self {
        let founder = |n: &u8| Founder { identity: identity(*n), name: [*n; 32], steward: true };
        let genesis = Genesis {
            nonce: [1; 16],
            channel: ChannelId::from_bytes([9; 32]),
            name: name().commitment(),
            territory: vec!["Маңғыстау".into()],
            industry: "мұнай".into(),
            founders: people.iter().map(founder).collect(),
            quorum,
            history: History::All,
            retention_days: 14,
            continues: None,
        };
        let signed = SignedObject::found(genesis, &vote_key(people[0])).unwrap().verify().unwrap();
        let mut hall = Self { committee: signed.committee(), genesis: signed.id(), objects: vec![signed] };
        for person in &people[1..] {
            hall.put(*person, Content::Assent(Assent { genesis: hall.genesis }));
        }
        hall
    }

    /// Signs with a key, and keeps what was signed; gives its id.
    pub(crate) fn put_by(&mut self, key: &SigningKey, content: Content) -> BookId {
        let object = SignedObject::sign(self.committee, content, key).unwrap().verify().unwrap();
        let id = object.id();
        self.objects.push(object);
        id
    }

    pub(crate) fn put(&mut self, by: u8, content: Content) -> BookId {
        self.put_by(&vote_key(by), content)
    }

    pub(crate) fn sheet(&mut self, by: u8, no: u32, prev: BookId, entries: Vec<Entry>) -> BookId {
        self.put(by, Content::Minutes(Minutes { no, prev, entries }))
    }

    pub(crate) fn offer(&mut self, by: u8, prev: BookId, round: u32, minutes: BookId, passes: &[BookId]) -> BookId {
        let mut passes = passes.to_vec();
        passes.sort_unstable();
        self.put(by, Content::Offer(Offer { prev, round, minutes, passes }))
    }

    pub(crate) fn vote(&mut self, by: u8, offer: BookId) -> BookId {
        self.vote_by(&vote_key(by), offer)
    }

    pub(crate) fn vote_by(&mut self, key: &SigningKey, offer: BookId) -> BookId {
        let Content::Offer(tabled) = self.object(offer).content().clone() else { panic!("no offer") };
        let Offer { prev, round, minutes, .. } = tabled;
        self.put_by(key, Content::Vote(Vote { prev, round, minutes, offer }))
    }

    pub(crate) fn pass(&mut self, by: u8, prev: BookId, round: u32, last: Option<BookId>) -> BookId {
        self.put(by, Content::Pass(Pass { prev, round, last }))
    }

    /// The chair tables a sheet and these vote for it.
    pub(crate) fn adopt(&mut self, chair: u8, no: u32, prev: BookId, entries: Vec<Entry>, voters: &[u8]) -> BookId {
        let sheet = self.sheet(chair, no, prev, entries);
        let offer = self.offer(chair, prev, 0, sheet, &[]);
        self.vote_all(voters, offer);
        sheet
    }

    pub(crate) fn vote_all(&mut self, voters: &[u8], offer: BookId) {
        for voter in voters {
            self.vote(*voter, offer);
        }
    }

    pub(crate) fn admit(&mut self, by: u8, no: u32, who: u8) -> BookId {
        let consent = self.consent(who);
        self.put(by, Content::Admit(Admit { no, identity: identity(who), name: [who; 32], consent }))
    }

    /// What somebody signs to be let in.
    pub(crate) fn consent(&self, n: u8) -> Consent {
        Consent::new(self.committee, &vote_key(n), &recovery_key(n))
    }

    pub(crate) fn admit_entry(&self, n: u8) -> Entry {
        Entry::Admit { identity: identity(n), name: [n; 32], steward: false, consent: self.consent(n) }
    }

    /// Puts another vote key in the place of somebody's.
    pub(crate) fn replace_entry(&self, who: u8, vote: &SigningKey, seen: Vec<Seen>) -> Entry {
        let NewKey { member, vote, proof } = self.new_key(who, vote);
        Entry::ReplaceKey { member, vote, proof, open: None, seen }
    }

    pub(crate) fn new_key(&self, who: u8, vote: &SigningKey) -> NewKey {
        NewKey::new(self.committee, id(who), vote)
    }

    pub(crate) fn suspend(&mut self, by: u8, no: u32, who: u8) -> BookId {
        self.suspend_after(by, no, who, vec![])
    }

    pub(crate) fn suspend_after(&mut self, by: u8, no: u32, who: u8, seen: Vec<Seen>) -> BookId {
        self.put(by, Content::Suspend(Suspend { no, member: id(who), because: Because::Distrust, seen }))
    }

    /// Certifies the `no`-th device of a person, by the vote key.
    pub(crate) fn device(&mut self, who: u8, no: u8) -> BookId {
        self.device_by(&vote_key(who), who, no)
    }

    pub(crate) fn device_by(&mut self, key: &SigningKey, who: u8, no: u8) -> BookId {
        let certificate = Certificate::new(self.committee, id(who), no.into(), &device(who, no));
        self.put_by(key, Content::Device(certificate))
    }

    pub(crate) fn resolution(&mut self, by: u8, under: BookId, text: &str) -> BookId {
        let (title, text) = ("Ереуіл".into(), text.into());
        self.put(by, Content::Resolution(Resolution { under, nonce: [0; 16], title, text, deadline: None }))
    }

    pub(crate) fn ballot(&mut self, by: u8, resolution: BookId, adopt: bool) -> BookId {
        self.put(by, Content::Ballot(Ballot { resolution, adopt }))
    }

    /// The `seq`-th bulletin of somebody's first device.
    pub(crate) fn says(&self, by: u8, seq: u64, time: Timestamp, epoch: EpochId) -> Verified<SignedOp> {
        let text = "Келіссөз ертең.".into();
        let post = Post { title: "Хабар".into(), text, priority: Priority::Routine, expires: time.plus(DAY) };
        let op = Op {
            version: 1,
            committee: self.committee,
            device: device_key(by, 0),
            seq,
            prev: if seq == 0 { Op::NONE } else { OpId::from_bytes([1; 32]) },
            heads: vec![],
            epoch,
            time,
            talk: Talk::Post(post),
        };
        let key = device(by, 0).sign;
        op.sign(&key).unwrap().verify(&key.public().check().unwrap()).unwrap()
    }

    /// What both halves have, once they meet.
    pub(crate) fn met(&self, other: &Self) -> Self {
        let mut both = self.clone();
        let new = other.objects.iter().filter(|object| self.objects.iter().all(|known| known.id() != object.id()));
        both.objects.extend(new.cloned());
        both
    }

    pub(crate) fn object(&self, id: BookId) -> &Verified<SignedObject> {
        self.objects.iter().find(|object| object.id() == id).unwrap()
    }

    /// What the book says, the same in every order of arrival: all at once, and with the state asked for on the way.
    pub(crate) fn state(&self) -> State {
        self.state_from(None)
    }

    pub(crate) fn state_from(&self, stand: Option<Checkpoint>) -> State {
        self.state_if_any(stand).expect("a founded committee")
    }

    pub(crate) fn state_if_any(&self, stand: Option<Checkpoint>) -> Option<State> {
        let first = self.read(self.objects.iter(), stand, false);
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        every_order(self.objects.len(), |order| {
            let objects = order.iter().map(|at| &self.objects[*at]);
            assert!(self.read(objects.clone(), stand, false) == first, "the order {order:?} tells another story");
            let ask = rng.next_u32().is_multiple_of(4);
            assert!(self.read(objects, stand, ask) == first, "growing by steps tells another story: {order:?}");
        });
        first
    }

    /// A book of everything, with the committee's name.
    pub(crate) fn book(&self) -> Book {
        let mut book = Book::new(self.committee);
        self.objects.iter().for_each(|object| book.insert(object.clone()));
        book.taken();
        book.learn(name());
        book
    }

    /// A book of what these pages hold, read as a stranger reads it.
    pub(crate) fn book_of<'a>(&self, pages: impl IntoIterator<Item = &'a Page>) -> Book {
        let mut book = Book::new(self.committee);
        for page in pages {
            for bytes in &page.objects {
                book.insert(SignedObject::decode(bytes).unwrap().verify().unwrap());
            }
            for name in &page.names {
                book.learn(name.clone());
            }
        }
        book.taken();
        book.learn_early();
        book
    }

    /// What the book says, in the order in which things were signed.
    pub(crate) fn read_once(&self) -> State {
        self.read(self.objects.iter(), None, false).expect("a founded committee")
    }

    fn read<'a>(
        &self,
        objects: impl Iterator<Item = &'a Verified<SignedObject>>,
        stand: Option<Checkpoint>,
        ask: bool,
    ) -> Option<State> {
        let mut book = Book::new(self.committee);
        for object in objects {
            book.insert(object.clone());
            if ask {
                book.state_from(stand);
            }
        }
        book.state_from(stand)
    }
}

/// Every order of so many things; a thousand shuffles, where those are too many.
pub(crate) fn every_order(count: usize, mut each: impl FnMut(&[usize])) {
    let mut order: Vec<_> = (0..count).collect();
    if count <= EXHAUSTIVE {
        return permutations(&mut order, 0, &mut each);
    }
    let mut rng = ChaCha20Rng::from_seed([8; 32]);
    for _ in 0..SHUFFLES {
        shuffle(&mut order, &mut rng);
        each(&order);
    }
}

fn permutations(order: &mut Vec<usize>, from: usize, each: &mut impl FnMut(&[usize])) {
    if from == order.len() {
        return each(order);
    }
    for at in from..order.len() {
        order.swap(from, at);
        permutations(order, from + 1, each);
        order.swap(from, at);
    }
}

pub(crate) fn shuffle<T>(items: &mut [T], rng: &mut impl Rng) {
    for at in (1..items.len()).rev() {
        items.swap(at, rng.next_u64() as usize % (at + 1));
    }
}
