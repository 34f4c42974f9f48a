//! B, from sheets on: what decides a number, resolutions, and what whole books say.

use kenes_core::book::{
    Admit, Assent, Ballot, Because, Book, Certificate, Content, Entry, Founder, Genesis, History, Minutes, NewKey,
    Offer, Page, Pass, Quorum, Resolution, SEEN, Seen, SignedObject, Suspend, Vote, minutes,
};
use kenes_core::identity::{Consent, Device, DeviceSecret, Identity, agree_to_vote};
use kenes_core::ids::{BookId, ChannelId, CommitteeId, MemberId, OpId};
use kenes_core::sign::{Domain, PublicKey, SigningKey};
use kenes_core::time::BUILT;
use kenes_core::wire;

use super::book::{COMMITTEE, bad, consent, good, identity, object_rule, raw, raw_in};
use super::case::{Case, Fields, Rule, accept, name, number, reject};
use super::seal::box_secret;

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        object_rule("B-6", "sheets", sheets),
        object_rule("B-7", "sightings", sightings),
        object_rule("B-8", "offers", offers),
        object_rule("B-9", "words", words),
        object_rule("B-10", "resolutions", resolutions),
        Rule {
            id: "B-11",
            name: "states",
            says: "The book of `committee` that holds the objects of the page `bytes` stands at the minutes `at`, whose number is `no`; so many vote, an epoch names `out` and goes to the devices `recipients`, each in order.",
            check: state,
            cases: states,
        },
    ]
}

const PREV: BookId = BookId::from_bytes([3; 32]);
const WHO: MemberId = MemberId::from_bytes([4; 32]);

fn content(kind: u16, content: impl bincode::Encode) -> Vec<u8> {
    raw(kind, COMMITTEE, wire::encode(&content))
}

fn sheet(no: u32, entries: Vec<Entry>) -> Vec<u8> {
    content(6, Minutes { no, prev: PREV, entries })
}

fn one(entry: Entry) -> Vec<u8> {
    sheet(1, vec![entry])
}

fn keep(n: u64) -> Entry {
    Entry::Keep { member: MemberId::from_bytes(number(n)) }
}

fn no_key() -> PublicKey {
    PublicKey::from_bytes([0; 32])
}

fn sheets() -> Vec<Case> {
    let policy =
        |num, den| one(Entry::Policy { quorum: Quorum { num, den }, history: History::None, retention_days: 9 });
    let agreed = consent(COMMITTEE, 2);
    let by = |identity, consent| one(Entry::Admit { identity, name: [8; 32], steward: true, consent });
    let admit = |vote, recovery| by(Identity { vote, recovery }, agreed);
    let replace = |member, vote| {
        let proof = agree_to_vote(COMMITTEE, WHO, &key(2));
        one(Entry::ReplaceKey { member, vote, proof, open: None, seen: vec![] })
    };
    let Identity { vote, recovery } = identity(2);
    let other = identity(3);
    let whole = one(keep(1));
    let channel = ChannelId::from_bytes([2; 32]);
    let mut thirteen = wire::encode(&(1u32, PREV, 1u64));
    thirteen.push(13);
    thirteen.extend([4; 32]);
    vec![
        good("one that admits", admit(vote, recovery)),
        good("one that makes a steward", one(Entry::Steward { member: WHO, steward: true })),
        good("one that settles suspensions", one(Entry::Reinstate { author: WHO, upto: u32::MAX })),
        good("one that keeps", whole.clone()),
        good("one that replaces a key", replace(WHO, vote)),
        good("one that lets someone publish", one(Entry::Spokesperson { member: WHO, until: BUILT })),
        good("one that moves to another channel", one(Entry::Channel { channel })),
        good("one that publishes", one(Entry::Publish { channel })),
        good("number 2^32-1", sheet(u32::MAX, vec![keep(1)])),
        good("256 entries", sheet(1, (1..=minutes::ENTRIES as u64).map(keep).collect())),
        bad("number 0", "Sheet", sheet(0, vec![keep(1)])),
        bad("no entries", "Sheet", sheet(1, vec![])),
        bad("257 entries", "Sheet", sheet(1, (1..=minutes::ENTRIES as u64 + 1).map(keep).collect())),
        bad("an entry of a fourteenth kind", "Wire(Malformed)", raw(6, COMMITTEE, thirteen)),
        good("a quorum of two thirds", policy(2, 3)),
        bad("a quorum of one third", "Quorum", policy(1, 3)),
        bad("a quorum of three quarters", "Quorum", policy(3, 4)),
        bad("a quorum of nothing", "Quorum", policy(0, 0)),
        bad("one that admits a vote key of small order", "Key", admit(no_key(), recovery)),
        bad("one that admits a recovery key of small order", "Key", admit(vote, no_key())),
        bad("one that admits a vote key that is somebody else's", "Consent", admit(other.vote, recovery)),
        bad("one that admits a recovery key that is somebody else's", "Consent", admit(vote, other.recovery)),
        bad("one that admits to which the recovery key did not agree", "Consent", {
            by(identity(2), Consent { recovery: agreed.vote, ..agreed })
        }),
        bad("one that admits to which the vote key did not agree", "Consent", {
            by(identity(2), Consent { vote: agreed.recovery, ..agreed })
        }),
        bad("one that replaces a key by one of small order", "Key", replace(WHO, no_key())),
        bad("one that replaces a key by what is no point", "Key", replace(WHO, PublicKey::from_bytes([2; 32]))),
        bad("one that replaces a key by somebody else's", "Consent", replace(WHO, other.vote)),
        bad("one that replaces a key by one that was for somebody else", "Consent", replace(other.member(), vote)),
        bad("one byte follows", "Wire(Trailing)", {
            let content = wire::encode(&Minutes { no: 1, prev: PREV, entries: vec![keep(1)] });
            raw(6, COMMITTEE, [content.as_slice(), &[0]].concat())
        }),
        bad("cut short", "Wire(Malformed)", whole[..whole.len() - 65].to_vec()),
    ]
}

fn seen(n: u64) -> Seen {
    Seen { device: PublicKey::from_bytes(number(n)), seq: 7, op: OpId::from_bytes(number(n)) }
}

fn up_to(count: usize) -> Vec<Seen> {
    (1..=count as u64).map(seen).collect()
}

/// Each entry that names the last op of devices, by what it is called.
fn naming(seen: &[Seen]) -> [(&'static str, Vec<u8>); 7] {
    let (named, none) = (seen.to_vec(), vec![]);
    let device = vec![PublicKey::from_bytes(number(1))];
    let recall = |seen, published| one(Entry::Recall { devices: device.clone(), seen, published });
    [
        ("a removal", one(Entry::Remove { member: WHO, seen: named.clone(), published: none.clone() })),
        ("a removal, of public ops", one(Entry::Remove { member: WHO, seen: none.clone(), published: named.clone() })),
        ("a recall", recall(named.clone(), none.clone())),
        ("a recall, of public ops", recall(none, named.clone())),
        ("a drop", one(Entry::Drop { member: WHO, seen: named.clone() })),
        ("a replaced key", {
            let (vote, proof) = (identity(2).vote, agree_to_vote(COMMITTEE, WHO, &key(2)));
            one(Entry::ReplaceKey { member: WHO, vote, proof, open: Some(PREV), seen: named.clone() })
        }),
        ("a spokesperson's end", one(Entry::Silence { member: WHO, published: named })),
    ]
}

fn sightings() -> Vec<Case> {
    let mut cases = vec![];
    let lists = [
        ("two devices", vec![seen(1), seen(2)], None),
        ("64 devices", up_to(SEEN), None),
        ("devices in falling order", vec![seen(2), seen(1)], Some("Seen")),
        ("a device under two numbers", vec![seen(1), Seen { seq: 8, ..seen(1) }], Some("Seen")),
        ("65 devices", up_to(SEEN + 1), Some("Seen")),
    ];
    for (what, list, error) in lists {
        for (entry, bytes) in naming(&list) {
            let name = format!("{entry}: {what}");
            cases.push(match error {
                None => good(&name, bytes),
                Some(error) => bad(&name, error, bytes),
            });
        }
    }
    let recall = |devices: Vec<u64>| {
        let devices = devices.into_iter().map(|n| PublicKey::from_bytes(number(n))).collect();
        one(Entry::Recall { devices, seen: vec![], published: vec![] })
    };
    cases.extend([
        good("a recall of 64 devices that said nothing", recall((1..=64).collect())),
        bad("a recall of one device twice", "Seen", recall(vec![1, 1])),
        bad("a recall of devices in falling order", "Seen", recall(vec![2, 1])),
        bad("a recall of 65 devices", "Seen", recall((1..=65).collect())),
    ]);
    cases
}

fn offers() -> Vec<Case> {
    let sheet = BookId::from_bytes([5; 32]);
    let pass = |n: u64| BookId::from_bytes(number(n));
    let of = |round, passes: Vec<BookId>| content(7, Offer { prev: PREV, round, minutes: sheet, passes });
    let many = |count: usize| of(1, (1..=count as u64).map(pass).collect());
    vec![
        good("in round 0", of(0, vec![])),
        good("in round 1, with two passes", of(1, vec![pass(1), pass(2)])),
        good("in round 2^32-1", of(u32::MAX, vec![pass(1)])),
        good("512 passes", many(minutes::PASSES)),
        good("in round 0 with a pass: well formed, and never justified", of(0, vec![pass(1)])),
        bad("passes in falling order", "Passes", of(1, vec![pass(2), pass(1)])),
        bad("a pass twice", "Passes", of(1, vec![pass(1), pass(1)])),
        bad("513 passes", "Passes", many(minutes::PASSES + 1)),
        bad("a round in three bytes", "Wire(NotCanonical)", {
            raw(7, COMMITTEE, [PREV.as_bytes().as_slice(), &[251, 1, 0], sheet.as_bytes(), &[0]].concat())
        }),
    ]
}

/// What is signed in a few words: votes, passes, assents, ballots.
fn words() -> Vec<Case> {
    let id = BookId::from_bytes([5; 32]);
    let vote = Vote { prev: PREV, round: 0, minutes: id, offer: BookId::from_bytes([6; 32]) };
    let pass = |last| Pass { prev: PREV, round: 1, last };
    let ballot = Ballot { resolution: id, adopt: true };
    let wanted = NewKey::new(COMMITTEE, WHO, &key(2));
    let (short, trailing) = ("Wire(Malformed)", "Wire(Trailing)");
    let mut cases = vec![
        good("a vote", content(8, vote)),
        good("a pass by one who has not voted", content(9, pass(None))),
        good("a pass that names a vote", content(9, pass(Some(id)))),
        bad("a pass on to round 0", "Round", content(9, Pass { round: 0, ..pass(None) })),
        good("an assent", content(10, Assent { genesis: id })),
        good("a new key", content(13, wanted)),
        bad("a new key of small order", "Key", content(13, NewKey { vote: no_key(), ..wanted })),
        good("a ballot for", content(12, ballot)),
        good("a ballot against", content(12, Ballot { adopt: false, ..ballot })),
        bad("a ballot that says 2", short, raw(12, COMMITTEE, [id.as_bytes().as_slice(), &[2]].concat())),
        bad("a pass whose last vote is neither there nor not", short, {
            raw(9, COMMITTEE, [PREV.as_bytes().as_slice(), &[1, 2]].concat())
        }),
        bad("a vote under the kind of a pass", short, content(9, vote)),
        bad("a ballot under the kind of an assent", trailing, content(10, ballot)),
        bad(
            "a vote that names no committee",
            "Committee",
            raw(8, CommitteeId::from_bytes([0; 32]), wire::encode(&vote)),
        ),
    ];
    let kinds: [(u16, &str, Vec<u8>); 4] = [
        (8, "a vote", wire::encode(&vote)),
        (9, "a pass", wire::encode(&pass(Some(id)))),
        (10, "an assent", wire::encode(&Assent { genesis: id })),
        (12, "a ballot", wire::encode(&ballot)),
    ];
    for (kind, what, bytes) in kinds {
        let whole = raw(kind, COMMITTEE, bytes.clone());
        cases.push(bad(&format!("{what} cut short"), short, raw(kind, COMMITTEE, bytes[..bytes.len() - 1].to_vec())));
        cases.push(bad(&format!("{what}, and a byte"), trailing, raw(kind, COMMITTEE, [&bytes[..], &[0]].concat())));
        for (domain, signed) in [(Domain::OP, "an op"), (Domain::DEVICE, "a device"), (Domain::LIST, "a list")] {
            let bytes = raw_in(domain, kind, COMMITTEE, bytes.clone());
            cases.push(bad(&format!("{what} signed as {signed}"), "Signature", bytes));
        }
        let mut moved = whole;
        moved[3] ^= 1;
        cases.push(bad(&format!("{what} for another committee, under the same signature"), "Signature", moved));
    }
    cases
}

fn resolutions() -> Vec<Case> {
    let of = |title: &str, text: &str| {
        let (title, text) = (title.into(), text.into());
        content(11, Resolution { under: PREV, nonce: [2; 16], title, text, deadline: Some(BUILT) })
    };
    let titled = |title: &str| of(title, "Жұмысты тоқтатамыз.");
    let long = |bytes: usize| of("Ереуіл", &"a".repeat(bytes));
    let wrong = |what: &str, title: &str| bad(what, "Motion", titled(title));
    vec![
        good("a title and a text", titled("Ереуіл")),
        good("no text", of("Ереуіл", "")),
        good("a text of many lines", of("Ереуіл", "1.\n2.\n")),
        good("no deadline", {
            let (title, text) = ("Ереуіл".into(), String::new());
            content(11, Resolution { under: PREV, nonce: [2; 16], title, text, deadline: None })
        }),
        good("a title of 256 bytes", titled(&"a".repeat(minutes::LONGEST_MOTION_TITLE))),
        good("a text of 24,576 bytes", long(minutes::LONGEST_MOTION)),
        wrong("no title", ""),
        wrong("a title of white space", " \u{a0} "),
        wrong("a title of two lines", "a\nb"),
        wrong("a title with an escape sequence", "a\u{1b}[31mb"),
        wrong("a title that turns its direction", "a\u{202e}b"),
        wrong("a title of 257 bytes", &"a".repeat(minutes::LONGEST_MOTION_TITLE + 1)),
        bad("a text of 24,577 bytes", "Motion", long(minutes::LONGEST_MOTION + 1)),
        bad("a title that is no UTF-8", "Wire(Malformed)", {
            raw(11, COMMITTEE, [PREV.as_bytes().as_slice(), &[2; 16], &[1, 0xff, 0, 0]].concat())
        }),
    ]
}

fn state(input: &Fields) -> Result<Fields, String> {
    let page = Page::decode(&input.bytes("bytes")).map_err(name)?;
    let mut book = Book::new(CommitteeId::from_bytes(input.array("committee")));
    for bytes in &page.objects {
        book.insert(SignedObject::decode(bytes).and_then(SignedObject::verify).map_err(name)?);
    }
    let state = book.state().ok_or("Unfounded")?;
    let roster = state.roster();
    let out: Vec<_> = state.put_out_by().iter().map(|out| *out.as_bytes()).collect();
    let recipients: Vec<_> = state.recipients().iter().map(|device: &Device| *device.sign.as_bytes()).collect();
    Ok(Fields::new()
        .with_bytes("at", roster.at.as_bytes())
        .with("no", roster.no)
        .with("voters", roster.voters.len())
        .with_bytes("out", out.concat())
        .with_bytes("recipients", recipients.concat()))
}

/// A book that is being written: its people are numbers.
#[derive(Clone)]
struct Writing {
    committee: CommitteeId,
    genesis: BookId,
    objects: Vec<Vec<u8>>,
}

impl Writing {
    /// Three founders; the first signs the genesis, and each has a device.
    fn three() -> Self {
        let founder = |n: u8| Founder { identity: identity(n), name: [n; 32], steward: true };
        let genesis = Genesis {
            nonce: [0; 16],
            channel: ChannelId::from_bytes([9; 32]),
            name: [5; 32],
            territory: vec!["Маңғыстау".into()],
            industry: String::new(),
            founders: [1, 2, 3].map(founder).to_vec(),
            quorum: Quorum::MAJORITY,
            history: History::All,
            retention_days: 14,
            continues: None,
        };
        let signed = SignedObject::found(genesis, &key(1)).unwrap();
        let (committee, genesis) = (signed.committee(), signed.id());
        let mut book = Self { committee, genesis, objects: vec![signed.bytes().to_vec()] };
        for n in [2, 3] {
            book.put(n, Content::Assent(Assent { genesis }));
        }
        for n in 1..=3 {
            book.device(n);
        }
        book
    }

    fn put(&mut self, by: u8, content: Content) -> BookId {
        let object = SignedObject::sign(self.committee, content, &key(by)).unwrap();
        self.objects.push(object.bytes().to_vec());
        object.id()
    }

    fn device(&mut self, of: u8) {
        let device = DeviceSecret { sign: key(of + 50), open: box_secret([of; 32]) };
        self.put(of, Content::Device(Certificate::new(self.committee, identity(of).member(), 0, &device)));
    }

    fn sheet(&mut self, by: u8, entries: Vec<Entry>) -> BookId {
        self.put(by, Content::Minutes(Minutes { no: 1, prev: self.genesis, entries }))
    }

    fn offer(&mut self, by: u8, round: u32, minutes: BookId, mut passes: Vec<BookId>) -> (BookId, u32, BookId) {
        passes.sort_unstable();
        (self.put(by, Content::Offer(Offer { prev: self.genesis, round, minutes, passes })), round, minutes)
    }

    fn vote(&mut self, by: u8, (offer, round, minutes): (BookId, u32, BookId)) -> BookId {
        self.put(by, Content::Vote(Vote { prev: self.genesis, round, minutes, offer }))
    }

    fn pass(&mut self, by: u8, last: Option<BookId>) -> BookId {
        self.put(by, Content::Pass(Pass { prev: self.genesis, round: 1, last }))
    }

    fn suspend(&mut self, by: u8, no: u32, who: u8) {
        let member = identity(who).member();
        self.put(by, Content::Suspend(Suspend { no, member, because: Because::Distrust, seen: vec![] }));
    }

    fn case(self, case: Case) -> Case {
        let page = wire::encode(&Page { objects: self.objects, names: vec![] });
        case.bytes("committee", self.committee.as_bytes()).bytes("bytes", page)
    }
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed([n; 32])
}

/// Who owns round 1 of three: the second by id.
fn owner() -> u8 {
    let mut people = [1, 2, 3];
    people.sort_by_key(|n| identity(*n).member());
    people[1]
}

fn states() -> Vec<Case> {
    let three = Writing::three();
    let remove = |who| vec![Entry::Remove { member: identity(who).member(), seen: vec![], published: vec![] }];
    let with = |what: &str, change: &dyn Fn(&mut Writing)| {
        let mut book = three.clone();
        change(&mut book);
        book.case(accept(what))
    };
    let without = |what: &str, keep: &[usize]| {
        let objects = keep.iter().map(|at| three.objects[*at].clone()).collect();
        Writing { objects, ..three.clone() }.case(reject(what, "Unfounded"))
    };
    let tabled = |book: &mut Writing, voters: &[u8]| {
        let sheet = book.sheet(1, remove(3));
        let offer = book.offer(1, 0, sheet, vec![]);
        voters.iter().map(|n| book.vote(*n, offer)).collect::<Vec<_>>()
    };
    let carried = |book: &mut Writing, other: bool| {
        let first = tabled(book, &[1])[0];
        let passes = vec![book.pass(1, Some(first)), book.pass(2, None)];
        let sheet = if other { book.sheet(owner(), vec![keep(9)]) } else { book.sheet(1, remove(3)) };
        let offer = book.offer(owner(), 1, sheet, passes);
        for voter in [1, 2] {
            book.vote(voter, offer);
        }
    };
    let another = Writing { committee: COMMITTEE, ..three.clone() };
    vec![
        without("nothing", &[]),
        without("a genesis that one founder did not sign", &[0, 1]),
        without("assents without their genesis", &[1, 2]),
        another.case(reject("another committee's", "Unfounded")),
        with("three founders", &|_| {}),
        with("the chair's sheet with one vote of three", &|book| drop(tabled(book, &[1]))),
        with("the chair's sheet with two votes of three", &|book| drop(tabled(book, &[1, 2]))),
        with("a sheet that a pass names, carried on in round 1", &|book| carried(book, false)),
        with("a sheet in the place of one that a pass names: both who signed it are proven", &|book| {
            carried(book, true);
        }),
        with("two offers, and two votes, in one round put their authors out by member and vote key", &|book| {
            tabled(book, &[1, 2]);
            let other = book.sheet(1, vec![keep(9)]);
            let offer = book.offer(1, 0, other, vec![]);
            book.vote(2, offer);
        }),
        with("a vote for what was not its author's to table puts him out by member and vote key", &|book| {
            tabled(book, &[1, 2]);
            let other = book.sheet(2, vec![keep(9)]);
            let offer = book.offer(2, 0, other, vec![]);
            book.vote(2, offer);
        }),
        with("a suspension puts out by its own id", &|book| book.suspend(1, 0, 2)),
        with("two suspensions under one number put their author out by member and number", &|book| {
            [2, 3].iter().for_each(|who| book.suspend(1, 7, *who));
        }),
        with("a ballot for and one against put out by member and vote key", &|book| {
            let (title, text) = ("Ереуіл".into(), String::new());
            let under = book.genesis;
            let resolution =
                book.put(1, Content::Resolution(Resolution { under, nonce: [2; 16], title, text, deadline: None }));
            for adopt in [true, false] {
                book.put(2, Content::Ballot(Ballot { resolution, adopt }));
            }
        }),
        with("one let in on probation reads", &|book| {
            let consent = consent(book.committee, 4);
            book.put(1, Content::Admit(Admit { no: 0, identity: identity(4), name: [4; 32], consent }));
            book.device(4);
        }),
    ]
}
