//! What a minute book costs: read from nothing, one object more, and a rotation; each beside the checks of the same
//! signatures alone.
//!
//! `cargo bench -p kenes-core --bench book`. A committee founded by a few admits voters until it has so many, then
//! adopts minutes, every eighth in round 1; everyone has two devices, and there are suspensions and resolutions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kenes_core::book::{
    Assent, Ballot, Because, Book, Certificate, Content, Entry, Founder, Genesis, History, Minutes, Offer, Pass,
    Quorum, Resolution, SignedObject, Suspend, Vote,
};
use kenes_core::envelope::Verified;
use kenes_core::epoch::{self, Draft};
use kenes_core::identity::{Consent, Device, DeviceSecret, Identity};
use kenes_core::ids::{BookId, ChannelId, MemberId};
use kenes_core::seal::BoxSecret;
use kenes_core::sign::SigningKey;
use kenes_core::time::BUILT;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const RUNS: usize = 7;
const FOUNDERS: u32 = 5;
const CHANNEL: ChannelId = ChannelId::from_bytes([9; 32]);

fn main() {
    println!("{:<44} {:>9} {:>12} {:>8}", "what", "ms", "signatures", "ratio");
    for (members, minutes) in [(50, 200), (500, 200)] {
        book(members, minutes);
    }
    rotation(500);
}

fn book(members: u32, minutes: usize) {
    let objects = Writer::write(members, minutes);
    let bytes: Vec<_> = objects.iter().map(|object| object.bytes().to_vec()).collect();
    let committee = objects[0].committee();
    let signatures = median(|| {
        let started = Instant::now();
        bytes.iter().for_each(|bytes| drop(SignedObject::decode(bytes).unwrap().verify().unwrap()));
        started.elapsed()
    });
    let fill = |count: usize| {
        let mut book = Book::new(committee);
        objects[..count].iter().for_each(|object| book.insert(object.clone()));
        book
    };
    let whole = median(|| {
        let started = Instant::now();
        let state = fill(objects.len()).state().unwrap();
        let took = started.elapsed();
        assert_eq!(state.voters(), members as usize);
        took
    });
    show(&format!("{members} members, {} objects, from nothing", objects.len()), whole, signatures);
    let last = objects.len() - 1;
    let mut before = fill(last);
    before.state();
    let one = median(|| {
        let mut book = before.clone();
        let object = objects[last].clone();
        let started = Instant::now();
        book.insert(object);
        book.state().unwrap();
        started.elapsed()
    });
    let check = median(|| {
        let started = Instant::now();
        drop(SignedObject::decode(&bytes[last]).unwrap().verify().unwrap());
        started.elapsed()
    });
    show(&format!("{members} members, one object more"), one, check);
}

fn rotation(devices: usize) {
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let secrets: Vec<_> = (0..devices).map(|_| DeviceSecret::generate(&mut rng)).collect();
    let recipients: Vec<Device> = secrets.iter().map(DeviceSecret::public).collect();
    let draft = Draft {
        channel: CHANNEL,
        committee: kenes_core::ids::CommitteeId::from_bytes([7; 32]),
        recipients: recipients.clone(),
        after: BTreeSet::new(),
        under: BookId::from_bytes([6; 32]),
        out: BTreeSet::new(),
        time: BUILT,
    };
    let took = median(|| {
        let (draft, mut rng) = (draft.clone(), ChaCha20Rng::from_seed([4; 32]));
        let started = Instant::now();
        epoch::rotate(draft, &secrets[0].sign, &mut rng).unwrap();
        started.elapsed()
    });
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let boxes = median(|| {
        let started = Instant::now();
        for _ in 0..devices {
            let key = BoxSecret::generate(&mut rng).public();
            kenes_core::seal::to_one(&key, &[1; 32], b"place", &[], &mut rng).unwrap();
        }
        started.elapsed()
    });
    show(&format!("a rotation for {devices} devices"), took, boxes);
}

fn median(mut run: impl FnMut() -> Duration) -> Duration {
    let mut taken: Vec<_> = (0..RUNS).map(|_| run()).collect();
    taken.sort_unstable();
    taken[RUNS / 2]
}

fn show(what: &str, took: Duration, yardstick: Duration) {
    let [took, yardstick] = [took, yardstick].map(|time| time.as_secs_f64() * 1_000.0);
    println!("{what:<44} {took:>9.3} {yardstick:>12.3} {:>8.3}", took / yardstick);
}

struct Person {
    vote: SigningKey,
    recovery: SigningKey,
    identity: Identity,
}

/// Signs the whole life of a committee.
struct Writer {
    people: Vec<Person>,
    objects: Vec<Verified<SignedObject>>,
    /// The newest minutes, and how many vote after them.
    at: BookId,
    no: u32,
    voters: usize,
}

impl Writer {
    fn write(members: u32, minutes: usize) -> Vec<Verified<SignedObject>> {
        let mut writer = Self::found(members);
        for from in (FOUNDERS..members).step_by(20) {
            let admit = |n: u32| {
                let Person { vote, recovery, identity } = &writer.people[n as usize];
                let consent = Consent::new(writer.objects[0].committee(), vote, recovery);
                Entry::Admit { identity: *identity, name: [1; 32], steward: n.is_multiple_of(4), consent }
            };
            let entries: Vec<_> = (from..members.min(from + 20)).map(admit).collect();
            let more = entries.len();
            writer.adopt(0, entries);
            writer.voters += more;
        }
        writer.devices();
        while (writer.no as usize) < minutes {
            let entry = Entry::Policy { quorum: Quorum::MAJORITY, history: History::All, retention_days: 14 };
            writer.adopt(u32::from(writer.no.is_multiple_of(8)), vec![entry]);
            if writer.no.is_multiple_of(20) {
                writer.resolve();
            }
        }
        for n in 0..members / 10 {
            let member = writer.member(n as usize + 1);
            let suspend = Suspend { no: 0, member, because: Because::Arrested, seen: vec![] };
            writer.put((members - 1 - n) as usize, Content::Suspend(suspend));
        }
        writer.objects
    }

    fn found(members: u32) -> Self {
        let person = |n: u32| {
            let key = |kind: u8| {
                let mut seed = [kind; 32];
                seed[..4].copy_from_slice(&n.to_le_bytes());
                SigningKey::from_seed(seed)
            };
            let (vote, recovery) = (key(1), key(2));
            Person { identity: Identity { vote: vote.public(), recovery: recovery.public() }, vote, recovery }
        };
        let people: Vec<_> = (0..members).map(person).collect();
        let founder = |person: &Person| Founder { identity: person.identity, name: [1; 32], steward: true };
        let genesis = Genesis {
            nonce: [1; 16],
            channel: CHANNEL,
            name: [0; 32],
            territory: vec![],
            industry: String::new(),
            founders: people[..FOUNDERS as usize].iter().map(founder).collect(),
            quorum: Quorum::MAJORITY,
            history: History::All,
            retention_days: 14,
            continues: None,
        };
        let signed = SignedObject::found(genesis, &people[0].vote).unwrap().verify().unwrap();
        let at = signed.id();
        let mut writer = Self { people, objects: vec![signed], at, no: 0, voters: FOUNDERS as usize };
        for n in 1..FOUNDERS as usize {
            writer.put(n, Content::Assent(Assent { genesis: at }));
        }
        writer
    }

    fn member(&self, n: usize) -> MemberId {
        self.people[n].identity.member()
    }

    fn put(&mut self, by: usize, content: Content) -> BookId {
        let committee = self.objects[0].committee();
        let object = SignedObject::sign(committee, content, &self.people[by].vote).unwrap().verify().unwrap();
        self.objects.push(object);
        self.objects[self.objects.len() - 1].id()
    }

    fn adopt(&mut self, round: u32, entries: Vec<Entry>) {
        let needed = Quorum::MAJORITY.needed(self.voters);
        let mut order: Vec<_> = (0..self.voters).collect();
        order.sort_unstable_by_key(|n| self.member(*n));
        let owner = if round == 0 { 0 } else { order[round as usize % self.voters] };
        let (prev, no) = (self.at, self.no + 1);
        // The first person writes each sheet, whoever tables it, and so stays the chair.
        let minutes = self.put(0, Content::Minutes(Minutes { no, prev, entries }));
        let passing = if round == 0 { 0 } else { needed };
        let mut passes: Vec<_> =
            (0..passing).map(|n| self.put(n, Content::Pass(Pass { prev, round, last: None }))).collect();
        passes.sort_unstable();
        let offer = self.put(owner, Content::Offer(Offer { prev, round, minutes, passes }));
        for n in 0..needed {
            self.put(n, Content::Vote(Vote { prev, round, minutes, offer }));
        }
        (self.at, self.no) = (minutes, no);
    }

    fn devices(&mut self) {
        for n in 0..self.people.len() {
            for no in 0..2 {
                let device = DeviceSecret::generate(&mut ChaCha20Rng::seed_from_u64(2 * n as u64 + u64::from(no)));
                let certificate = Certificate::new(self.objects[0].committee(), self.member(n), no, &device);
                self.put(n, Content::Device(certificate));
            }
        }
    }

    fn resolve(&mut self) {
        let (title, text) = ("Ереуіл".to_owned(), "Жұмысты тоқтатамыз.".repeat(20));
        let resolution = Resolution { under: self.at, nonce: [2; 16], title, text, deadline: None };
        let resolution = self.put(1, Content::Resolution(resolution));
        for n in 0..Quorum::MAJORITY.needed(self.voters) {
            self.put(n, Content::Ballot(Ballot { resolution, adopt: true }));
        }
    }
}
