//! The property: any set of objects says one thing, in whatever order, how often and in whatever portions it came, with
//! whatever was asked in between, and whether one stands somewhere or not.
//!
//! `KENES_BOOK_SETS=5000` tries so many sets; `KENES_BOOK_SEED=7` begins there, and a failure names its seed.

use kenes_core::book::{
    Admit, Assent, Ballot, Because, Book, Certificate, Checkpoint, Content, Entry, History, Minutes, NewestList,
    NextList, NextPen, Opening, Quorum, SignedObject, State, Suspend, Vote,
};
use kenes_core::envelope::Verified;
use kenes_core::identity::{Consent, Identity};
use kenes_core::ids::{BookId, ChannelId, ListId};
use kenes_core::sign::SigningKey;
use kenes_core::time::BUILT;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::hall::*;
use super::lists;

const SETS: u64 = 300;
const OBJECTS: usize = 60;
const PEOPLE: u8 = 8;
/// How often each set is told anew.
const TELLINGS: usize = 8;

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn any_set_says_one_thing_whatever_the_order_and_the_portions() {
    let first = from_environment("KENES_BOOK_SEED", 0);
    let mut reached = [0; 9];
    for seed in first..first + from_environment("KENES_BOOK_SETS", SETS) {
        let mut author = Author::new(seed);
        author.write();
        let state = author.check();
        let happened = [
            state.roster().no > 0,
            !state.forks.is_empty(),
            !state.cheats.is_empty(),
            state.exclusions.len() > 2,
            state.members.values().any(|member| member.is_present() && !member.is_voter()),
            !state.motions.is_empty(),
            state.drafts.values().any(|draft| draft.signed().next().is_some()),
            !state.keepings.is_empty(),
            !state.new_keys.is_empty(),
        ];
        reached.iter_mut().zip(happened).for_each(|(count, happened)| *count += usize::from(happened));
    }
    println!("adopted, forked, cheated, excluded, on probation, moved, drafted, kept, asked: {reached:?}");
    if std::env::var_os("KENES_BOOK_SEED").is_none() {
        assert!(reached.iter().all(|count| *count > 0), "the sets are too tame: {reached:?}");
    }
}

/// Writes a random book: sensible things most of the time, so that something is adopted, and all else as well.
struct Author {
    seed: u64,
    rng: ChaCha20Rng,
    hall: Hall,
    /// The sheets, and what they follow: number and id.
    sheets: Vec<(Checkpoint, BookId)>,
    offers: Vec<BookId>,
    votes: Vec<BookId>,
    passes: Vec<(BookId, u32, BookId)>,
    motions: Vec<BookId>,
}

impl Author {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let founders = 1 + (rng.next_u32() % 5) as u8;
        let people: Vec<u8> = (1..=founders).collect();
        let thirds = Quorum { num: 2, den: 3 };
        let hall = Hall::found_with(&people, if rng.next_u32().is_multiple_of(3) { thirds } else { Quorum::MAJORITY });
        let (sheets, offers, votes, passes, motions) = Default::default();
        Self { seed, rng, hall, sheets, offers, votes, passes, motions }
    }

    fn below(&mut self, most: usize) -> usize {
        self.rng.next_u32() as usize % most.max(1)
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn someone(&mut self) -> u8 {
        1 + self.below(PEOPLE.into()) as u8
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        if items.is_empty() { None } else { Some(items[self.below(items.len())]) }
    }

    /// Vote keys, recovery keys, and keys that replaced some.
    fn key(&mut self) -> SigningKey {
        let who = self.someone();
        match self.below(8) {
            0 => recovery_key(who),
            1 => vote_key(40 + who % 2),
            2 => device(who, 0).sign,
            _ => vote_key(who),
        }
    }

    fn state(&self) -> State {
        read(&self.hall.objects, &self.hall, None).expect("founded")
    }

    fn write(&mut self) {
        while self.hall.objects.len() < OBJECTS {
            match self.below(16) {
                0..=2 => self.decide(),
                12 => self.agree(1),
                13 => {
                    let sheets = 1 + self.below(2);
                    self.agree(sheets);
                }
                3 => self.agree(1),
                4 => self.stray_word(),
                5 | 6 => self.suspend(),
                7 => self.let_in(),
                8 | 9 => self.certify(),
                10 => self.resolve(),
                14 => self.keep_lists(),
                15 => self.ask(),
                _ => self.oddity(),
            }
        }
        self.hall.objects.truncate(OBJECTS);
    }

    /// Minutes to build upon: the newest as a rule, any other now and then.
    fn prev(&mut self) -> Checkpoint {
        let genesis = Checkpoint { no: 0, id: self.hall.genesis };
        let known: Vec<_> = self.sheets.iter().map(|(sheet, _)| *sheet).chain([genesis]).collect();
        match self.chance(4) {
            true => self.pick(&known).unwrap_or(genesis),
            false => {
                let roster = self.state().roster().clone();
                Checkpoint { no: roster.no, id: roster.at }
            }
        }
    }

    /// A sheet, tabled in some round after some passes, and some votes for it.
    fn decide(&mut self) {
        let prev = self.prev();
        let state = self.state();
        let slate = state.step(&prev.id).map(|step| step.slate.clone());
        let round = if self.chance(3) { 1 + self.below(3) as u32 } else { 0 };
        let owner = slate.and_then(|slate| slate.owner(round));
        let author = (1..=PEOPLE).find(|n| Some(id(*n)) == owner).filter(|_| !self.chance(8));
        let author = author.unwrap_or_else(|| self.someone());
        let carried = self.sheets.iter().filter(|(_, after)| *after == prev.id).map(|(sheet, _)| sheet.id);
        let carried: Vec<_> = carried.collect();
        let sheet = match self.pick(&carried).filter(|_| round > 0) {
            Some(sheet) => sheet,
            None => self.sheet(author, prev),
        };
        let mut passes = vec![];
        for _ in 0..if round > 0 { 1 + self.below(5) } else { 0 } {
            passes.push(self.pass(prev.id, round));
        }
        passes.extend(self.passes.iter().filter(|pass| (pass.0, pass.1) == (prev.id, round)).map(|pass| pass.2));
        passes.sort_unstable();
        passes.dedup();
        let offer = self.hall.offer(author, prev.id, round, sheet, &passes);
        self.offers.push(offer);
        for _ in 0..1 + self.below(6) {
            self.vote(offer);
        }
    }

    /// Whoever votes now signs the chair's sheet; or two of them, and so cheats.
    fn agree(&mut self, sheets: usize) {
        let roster = self.state().roster().clone();
        let prev = Checkpoint { no: roster.no, id: roster.at };
        let there = |n: &u8| roster.voter(&vote_key(*n).public()).is_some();
        let Some(chair) = (1..=PEOPLE).find(|n| id(*n) == roster.chair).filter(there) else { return };
        for _ in 0..sheets {
            let sheet = self.sheet(chair, prev);
            let offer = self.hall.offer(chair, prev.id, 0, sheet, &[]);
            self.offers.push(offer);
            for voter in (1..=PEOPLE).filter(there).take(roster.needed()) {
                let vote = self.hall.vote(voter, offer);
                self.votes.push(vote);
            }
        }
    }

    fn sheet(&mut self, author: u8, prev: Checkpoint) -> BookId {
        let no = if self.chance(20) { prev.no + 2 } else { prev.no + 1 };
        let count = 1 + self.below(3);
        let entries = (0..count).map(|_| self.entry()).collect();
        let sheet = self.hall.put(author, Content::Minutes(Minutes { no, prev: prev.id, entries }));
        self.sheets.push((Checkpoint { no, id: sheet }, prev.id));
        sheet
    }

    fn entry(&mut self) -> Entry {
        let who = self.someone();
        let member = id(who);
        let seen = vec![seen(who, 0, 3)];
        match self.below(15) {
            0..=2 => {
                let (steward, consent) = (self.chance(2), self.hall.consent(who));
                Entry::Admit { identity: identity(who), name: [who; 32], steward, consent }
            }
            3 => Entry::Remove { member, seen, published: vec![] },
            4 => Entry::Steward { member, steward: self.chance(2) },
            5 => Entry::Recall { devices: vec![device_key(who, 0)], seen, published: vec![] },
            6 => Entry::Reinstate { author: member, upto: self.below(3) as u32 },
            7 => Entry::Keep { member },
            8 => Entry::Drop { member, seen },
            9 => self.hall.replace_entry(who, &vote_key(40 + who % 2), seen),
            10 => Entry::Spokesperson { member, until: BUILT },
            11 => Entry::Silence { member, published: seen },
            12 => Entry::Channel { channel: ChannelId::from_bytes([who; 32]) },
            13 => Entry::Publish { channel: ChannelId::from_bytes([who ^ 0x40; 32]) },
            _ => {
                Entry::Policy { quorum: Quorum { num: 2, den: 3 }, history: History::None, retention_days: who.into() }
            }
        }
    }

    /// True, or a lie about the last vote.
    fn pass(&mut self, prev: BookId, round: u32) -> BookId {
        let round = round.max(1);
        let (by, votes) = (self.someone(), self.votes.clone());
        let key = vote_key(by).public();
        let last = votes.iter().rev().find(|vote| self.hall.object(**vote).author() == key).copied();
        let last = if self.chance(6) { self.pick(&votes) } else { last };
        let last = last.filter(|_| !self.chance(4));
        let pass = self.hall.pass(by, prev, round, last);
        self.passes.push((prev, round, pass));
        pass
    }

    fn vote(&mut self, offer: BookId) {
        let key = self.key();
        let vote = self.hall.vote_by(&key, offer);
        self.votes.push(vote);
    }

    /// A vote for any offer, or one that says something else than its offer, or a pass alone.
    fn stray_word(&mut self) {
        let (offers, sheets) = (self.offers.clone(), self.sheets.clone());
        match (self.below(3), self.pick(&offers), self.pick(&sheets)) {
            (0, Some(offer), _) => self.vote(offer),
            (1, Some(offer), Some((sheet, prev))) => {
                let (key, round) = (self.key(), self.below(3) as u32);
                let vote = Content::Vote(Vote { prev, round, minutes: sheet.id, offer });
                let vote = self.hall.put_by(&key, vote);
                self.votes.push(vote);
            }
            _ => {
                let (prev, round) = (self.prev().id, self.below(3) as u32);
                self.pass(prev, round);
            }
        }
    }

    fn suspend(&mut self) {
        let (key, who, no) = (self.key(), self.someone(), self.below(3) as u32);
        let seen = if self.chance(2) { vec![seen(who, 0, 3)] } else { vec![] };
        let suspend = Suspend { no, member: id(who), because: Because::Distrust, seen };
        self.hall.put_by(&key, Content::Suspend(suspend));
    }

    /// Anyone by anyone: known keys, another's recovery key, one's own twice.
    fn let_in(&mut self) {
        let (key, who, no) = (self.key(), self.someone(), self.below(7) as u32);
        let (vote, recovery) = (vote_key(who), recovery_key(if self.chance(5) { self.someone() } else { who }));
        let identity = Identity { vote: vote.public(), recovery: recovery.public() };
        let consent = Consent::new(self.hall.committee, &vote, &recovery);
        self.hall.put_by(&key, Content::Admit(Admit { no, identity, name: [who; 32], consent }));
    }

    /// One's own device as a rule, another's now and then.
    fn certify(&mut self) {
        let (who, of, no) = (self.someone(), self.someone(), self.below(7) as u8);
        let of = if self.chance(4) { of } else { who };
        let certificate = Certificate::new(self.hall.committee, id(who), no.into(), &device(of, no % 3));
        let key = if self.chance(4) { self.key() } else { vote_key(who) };
        self.hall.put_by(&key, Content::Device(certificate));
    }

    fn resolve(&mut self) {
        if self.motions.is_empty() || self.chance(3) {
            let (by, under) = (self.someone(), self.prev().id);
            let motion = self.hall.resolution(by, under, "Жұмысты тоқтатамыз.");
            self.motions.push(motion);
        }
        let motions = self.motions.clone();
        if let Some(motion) = self.pick(&motions) {
            let (key, adopt) = (self.key(), self.chance(2));
            self.hall.put_by(&key, Content::Ballot(Ballot { resolution: motion, adopt }));
        }
    }

    /// Keeper keys and spare pens, a draft of the next list, and keepers' signatures, of whoever's.
    fn keep_lists(&mut self) {
        let (before, next) = lists::lists();
        let by = self.someone();
        self.hall.put(by, Content::NextList(NextList { list: next.clone() }));
        for _ in 0..1 + self.below(4) {
            let (key, n) = (if self.chance(2) { vote_key(1) } else { self.key() }, self.below(4) as u8);
            let content = match self.below(4) {
                0 => lists::keeping(n.into(), n),
                1 => lists::signature(&before, n),
                _ => lists::signature(&next, n),
            };
            self.hall.put_by(&key, content);
        }
    }

    /// A device asks to be sealed to by another key; or its owner for another vote key, which certifies the device.
    fn ask(&mut self) {
        let (who, no) = (self.someone(), self.below(3) as u32);
        let key = if self.chance(4) { self.key() } else { device(who, 0).sign };
        if self.chance(2) {
            let open = device(who, 3 + no as u8).open.public();
            self.hall.put_by(&key, Content::Opening(Opening { no, open }));
            return;
        }
        let vote = vote_key(40 + who % 2);
        let wanted = self.hall.new_key(who, &vote);
        self.hall.put_by(&key, Content::NewKey(wanted));
        self.hall.device_by(&vote, who, 0);
    }

    fn oddity(&mut self) {
        let (key, who, n) = (self.key(), self.someone(), self.below(3) as u8);
        let content = match self.below(5) {
            0 => Content::Unknown { kind: 700 + u16::from(n), bytes: vec![n; 3] },
            1 => Content::Assent(Assent { genesis: self.hall.genesis }),
            2 => Content::NewestList(NewestList { no: n.into(), list: ListId::from_bytes([n; 32]) }),
            3 => {
                let pen = Content::NextPen(NextPen { no: n.into(), pen: vote_key(90 + n).public() });
                self.hall.put_by(&device(who, n).sign, pen);
                return;
            }
            _ => {
                let mut foreign = Hall::found(&[who]);
                foreign.suspend(who, n.into(), 1);
                return self.hall.objects.extend(foreign.objects);
            }
        };
        self.hall.put_by(&key, content);
    }

    /// Tells the set in other ways, and compares.
    fn check(&mut self) -> State {
        let mut stands = vec![None, Some(Checkpoint { no: 9, id: BookId::from_bytes([9; 32]) })];
        stands.extend(self.sheets.iter().map(|(sheet, _)| Some(*sheet)).take(4));
        let objects = self.hall.objects.clone();
        let told: Vec<_> = stands.iter().map(|stand| read(&objects, &self.hall, *stand)).collect();
        for telling in 0..TELLINGS {
            let mut book = self.tell(&objects, &stands);
            for (stand, told) in stands.iter().zip(&told) {
                let again = book.state_from(*stand);
                assert!(again == *told, "seed {}, telling {telling}, standing on {stand:?}", self.seed);
            }
        }
        told.into_iter().next().flatten().expect("founded")
    }

    /// In portions, each shuffled and with repetitions, merged two by two in any grouping, asked now and then.
    fn tell(&mut self, objects: &[Verified<SignedObject>], stands: &[Option<Checkpoint>]) -> Book {
        let mut portions: Vec<Vec<_>> = vec![vec![]; 1 + self.below(6)];
        for object in objects {
            for _ in 0..if self.chance(5) { 2 } else { 1 } {
                let at = self.below(portions.len());
                portions[at].push(object.clone());
            }
        }
        let mut books: Vec<_> =
            portions.into_iter().map(|portion| (Book::new(self.hall.committee), vec![], portion)).collect();
        for (book, had, portion) in &mut books {
            self.pour(book, had, portion.clone(), stands);
        }
        while books.len() > 1 {
            let at = self.below(books.len());
            let (_, given, _) = books.swap_remove(at);
            let at = self.below(books.len());
            let (book, had, _) = &mut books[at];
            self.pour(book, had, given, stands);
        }
        books.swap_remove(0).0
    }

    fn pour(
        &mut self,
        book: &mut Book,
        had: &mut Vec<Verified<SignedObject>>,
        mut given: Vec<Verified<SignedObject>>,
        stands: &[Option<Checkpoint>],
    ) {
        shuffle(&mut given, &mut self.rng);
        for object in given {
            book.insert(object.clone());
            had.push(object);
            match self.below(12) {
                0 => drop(book.taken()),
                1 => {
                    let stand = self.pick(stands).flatten();
                    book.state_from(stand);
                }
                _ => {}
            }
        }
    }
}

fn read(objects: &[Verified<SignedObject>], hall: &Hall, stand: Option<Checkpoint>) -> Option<State> {
    let mut book = Book::new(hall.committee);
    objects.iter().for_each(|object| book.insert(object.clone()));
    book.state_from(stand)
}

/// Whom a member lets in who votes only later, and what the newcomer says, in any order; and a device certified by a
/// recovery key that two members claim.
#[test]
fn who_is_heard_does_not_depend_on_what_came_first() {
    let mut hall = Hall::found(&[1]);
    hall.admit(1, 0, 2);
    hall.admit(2, 0, 3);
    hall.device(3, 0);
    hall.device(2, 1);
    let admit = Admit { no: 1, identity: identity(4), name: [4; 32], consent: hall.consent(4) };
    hall.put_by(&device(2, 1).sign, Content::Admit(admit));
    hall.suspend(4, 0, 1);
    hall.put_by(&device(3, 0).sign, Content::NextPen(NextPen { no: 0, pen: vote_key(90).public() }));
    let admit = Entry::Admit { identity: identity(2), name: [2; 32], steward: true, consent: hall.consent(2) };
    hall.adopt(1, 1, hall.genesis, vec![admit], &[1]);
    let state = hall.state();
    assert_eq!(state.pens.get(&device_key(3, 0)), Some(&vote_key(90).public()));

    let mut hall = Hall::found(&[1]);
    let shared = Identity { recovery: recovery_key(2).public(), ..identity(3) };
    let consent = Consent::new(hall.committee, &vote_key(3), &recovery_key(2));
    hall.admit(1, 0, 2);
    hall.put(1, Content::Admit(Admit { no: 1, identity: shared, name: [3; 32], consent }));
    hall.device_by(&recovery_key(2), 2, 0);
    hall.put_by(&device(2, 0).sign, Content::NextPen(NextPen { no: 0, pen: vote_key(90).public() }));
    hall.state();
}
