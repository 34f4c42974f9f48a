//! B, to the end: sheets in files, and the words that stand for a new vote key.

use kenes_core::book::sheet_file::{LONGEST, MAGIC, VERSION};
use kenes_core::book::{Content, Entry, FirstList, NewKey, SheetFile, SignedObject};
use kenes_core::channel::List;
use kenes_core::identity::Name;
use kenes_core::ids::{BookId, CommitteeId};
use kenes_core::wire;
use kenes_core::words;

use super::case::{Case, Fields, Rule, accept, name, reject};
use super::hall::{Hall, id, vote_key};

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            id: "B-12",
            name: "files",
            says: "`bytes` is the sheet `sheet` of `committee` in a file, which follows the minutes `prev`, with so many objects and names.",
            check,
            cases,
        },
        Rule {
            id: "B-13",
            name: "keys",
            says: "`bytes` is an object of `committee` that asks minutes for the vote key `vote`, which has these words.",
            check: key_words,
            cases: keys,
        },
    ]
}

fn check(input: &Fields) -> Result<Fields, String> {
    let bytes = input.bytes("bytes");
    let file = SheetFile::decode(&bytes).map_err(name)?;
    assert_eq!(file.encode().as_deref(), Ok(bytes.as_slice()));
    let ids = Fields::new().with_bytes("committee", file.committee.as_bytes());
    let ids = ids.with_bytes("prev", file.prev.as_bytes()).with_bytes("sheet", file.sheet.as_bytes());
    Ok(ids.with("objects", file.objects.len()).with("names", file.names.len()))
}

fn good(what: &str, bytes: &[u8]) -> Case {
    accept(what).bytes("bytes", bytes)
}

fn bad(what: &str, error: &str, bytes: &[u8]) -> Case {
    reject(what, error).bytes("bytes", bytes)
}

/// A file as anybody may write one.
#[derive(Clone)]
struct Raw {
    committee: CommitteeId,
    sheet: BookId,
    objects: Vec<SignedObject>,
    names: Vec<Name>,
}

impl Raw {
    fn bytes(&self) -> Vec<u8> {
        let objects: Vec<_> = self.objects.iter().map(|object| object.bytes().to_vec()).collect();
        framed(VERSION, &wire::encode(&(self.committee, self.sheet, objects, self.names.clone())))
    }
}

fn framed(version: u8, body: &[u8]) -> Vec<u8> {
    [MAGIC.as_slice(), &[version], &(body.len() as u32).to_le_bytes(), body].concat()
}

fn newcomer() -> Name {
    Name { salt: [5; 16], text: "Дина".into() }
}

/// A sheet that admits someone, tabled, with two votes, and a sheet of the number after it.
fn tabled() -> (Raw, SignedObject) {
    let mut hall = Hall::found(&[1, 2, 3]);
    let (identity, consent) = (super::hall::identity(4), hall.consent(4));
    let admit = Entry::Admit { identity, name: newcomer().commitment(), steward: false, consent };
    let sheet = hall.adopt(1, 1, hall.genesis, vec![admit], &[1, 2]);
    let next = hall.sheet(2, 2, sheet, vec![Entry::Keep { member: id(4) }]);
    let about = |object: &SignedObject| object.content().prev() == Some(hall.genesis);
    let all = hall.objects.iter().map(|object| SignedObject::clone(object));
    let mut objects: Vec<_> = all.filter(about).collect();
    objects.sort_by_key(|object| (object.kind(), object.id()));
    let next = SignedObject::clone(hall.object(next));
    (Raw { committee: hall.committee, sheet, objects, names: vec![newcomer()] }, next)
}

/// A sheet that names another channel, with that channel's first list.
fn moving() -> Raw {
    let mut hall = Hall::found(&[1, 2, 3]);
    let keys = vec![vote_key(9).public()];
    let list = List::first([3; 16], keys.clone(), keys);
    let sheet = hall.sheet(1, 1, hall.genesis, vec![Entry::Channel { channel: list.channel() }]);
    let first = hall.put(1, Content::FirstList(FirstList { list }));
    let objects = [sheet, first].map(|id| SignedObject::clone(hall.object(id))).to_vec();
    Raw { committee: hall.committee, sheet, objects, names: vec![] }
}

fn cases() -> Vec<Case> {
    let (whole, next) = tabled();
    let moving = moving();
    let bytes = whole.bytes();
    let changed = |change: &dyn Fn(&mut Raw)| {
        let mut changed = whole.clone();
        change(&mut changed);
        changed.bytes()
    };
    let altered = |at: usize| {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        altered
    };
    let stranger = SignedObject::sign(CommitteeId::from_bytes([9; 32]), next.content().clone(), &vote_key(2));
    let founding = SignedObject::clone(&Hall::found(&[1, 2, 3]).objects[0]);
    let long = framed(VERSION, &vec![0; LONGEST]);
    let other_name = Name { salt: [6; 16], ..newcomer() };
    vec![
        good("a sheet, its offer and two votes", &bytes),
        good(
            "a sheet alone, without names",
            &changed(&|raw| {
                raw.objects.truncate(1);
                raw.names.clear();
            }),
        ),
        good("a sheet that names a channel, and the channel's first list", &moving.bytes()),
        bad(
            "the first list of a channel that no sheet names",
            "Misplaced",
            &changed(&|raw| {
                let signed = SignedObject::sign(raw.committee, moving.objects[1].content().clone(), &vote_key(1));
                raw.objects.push(signed.unwrap());
            }),
        ),
        bad("of another kind", "Foreign", &[b"kenescrt".as_slice(), &bytes[8..]].concat()),
        bad("of another version", "Version(2)", &framed(2, &bytes[13..])),
        bad(
            "torn",
            &format!("Torn {{ found: {}, whole: {} }}", bytes.len() - 1, bytes.len()),
            &bytes[..bytes.len() - 1],
        ),
        bad("torn before its length", "Torn { found: 9, whole: 13 }", &bytes[..9]),
        bad("something after it", "Trailing", &[bytes.as_slice(), &[0]].concat()),
        bad("too long", "TooLong", &long[..13]),
        bad("no body", "Form(Malformed)", &framed(VERSION, &[])),
        bad(
            "a signature altered",
            "Altered",
            &changed(&|raw| {
                let mut last = raw.objects.last().unwrap().bytes().to_vec();
                *last.last_mut().unwrap() ^= 1;
                *raw.objects.last_mut().unwrap() = SignedObject::decode(&last).unwrap();
            }),
        ),
        bad("another committee", "Misplaced", &altered(13)),
        bad(
            "an object of another committee",
            "Misplaced",
            &changed(&|raw| raw.objects.push(stranger.clone().unwrap())),
        ),
        bad("an object about the next number", "Misplaced", &changed(&|raw| raw.objects.insert(1, next.clone()))),
        bad("an object about no number", "Misplaced", &changed(&|raw| raw.objects.insert(0, founding.clone()))),
        bad("objects out of order", "Order", &changed(&|raw| raw.objects.swap(0, 1))),
        bad("an object twice", "Order", &changed(&|raw| raw.objects.insert(1, raw.objects[0].clone()))),
        bad(
            "the sheet is not there",
            "NoSheet",
            &changed(&|raw| {
                raw.objects.remove(0);
                raw.names.clear();
            }),
        ),
        bad("about something that is no sheet", "NoSheet", &changed(&|raw| raw.sheet = raw.objects[1].id())),
        bad("a name that nothing commits to", "Misplaced", &changed(&|raw| raw.names = vec![other_name.clone()])),
        bad("a name twice", "Order", &changed(&|raw| raw.names.push(newcomer()))),
    ]
}

fn key_words(input: &Fields) -> Result<Fields, String> {
    let object = SignedObject::decode(&input.bytes("bytes")).map_err(name)?.verify().map_err(name)?;
    let Content::NewKey(wanted) = object.content() else { return Err("another kind".into()) };
    let digest = NewKey::digest(object.committee(), &wanted.vote);
    let ids = Fields::new().with_bytes("committee", object.committee().as_bytes());
    let ids = ids.with_bytes("vote", wanted.vote.as_bytes()).with_bytes("digest", digest);
    Ok(ids.with("words", words::of_digest(&digest).join(" ")))
}

fn keys() -> Vec<Case> {
    let asked = |committee: u8, wanted: NewKey| {
        let signed =
            SignedObject::sign(CommitteeId::from_bytes([committee; 32]), Content::NewKey(wanted), &vote_key(3));
        signed.unwrap().bytes().to_vec()
    };
    let of = |committee: u8, key| NewKey::new(CommitteeId::from_bytes([committee; 32]), id(3), &vote_key(key));
    let wanted = |committee, key| asked(committee, of(committee, key));
    let mut altered = wanted(7, 1);
    *altered.last_mut().unwrap() ^= 1;
    let stolen = |what, key: NewKey| bad(what, "Consent", &asked(7, key));
    vec![
        good("a key", &wanted(7, 1)),
        good("the same of another committee", &wanted(8, 1)),
        good("another", &wanted(7, 2)),
        bad("signed by nobody", "Signature", &altered),
        bad("no key", "Key", &asked(7, NewKey { vote: "00".repeat(32).parse().unwrap(), ..of(7, 1) })),
        stolen("somebody else's key", NewKey { vote: vote_key(2).public(), ..of(7, 1) }),
        stolen("a key that agreed to vote for somebody else", NewKey { member: id(2), ..of(7, 1) }),
        stolen("a key that agreed to vote in another committee", of(8, 1)),
    ]
}
