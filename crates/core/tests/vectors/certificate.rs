//! K: certificates, and the words that stand for minutes.

use kenes_core::book::{Ballot, Checkpoint, Content, Entry, History, Quorum, SignedObject};
use kenes_core::certificate::{Caveat, Certificate, LONGEST, MAGIC, words_of};
use kenes_core::ids::{BookId, EpochId};
use kenes_core::op::Op;
use kenes_core::time::{BUILT, DAY, Timestamp};

use super::case::{Case, Fields, Rule, accept, name, reject};
use super::hall::{Hall, device_key, id, recovery_key, seen_in};
use super::parts::{Parts, Subject, framed};

const TEXT: &str = "Жұмысты тоқтатамыз.";
const UNTIL: Timestamp = BUILT.plus(80 * DAY);

pub(crate) fn rules() -> Vec<Rule> {
    let rule = |id, name, cases| Rule {
        id,
        name,
        says: "`bytes` is a certificate that proves what it is about, to whoever holds fast to the minutes `checkpoint` with the number `no`, or to nothing.",
        check,
        cases,
    };
    vec![
        rule("K-1", "form", form),
        rule("K-2", "chains", chains),
        rule("K-3", "resolutions", resolutions),
        rule("K-4", "bulletins", bulletins),
        Rule {
            id: "K-5",
            name: "words",
            says: "The minutes `id` with the number `no` have these words; or `text` is no twelve words.",
            check: words,
            cases: word_cases,
        },
    ]
}

fn check(input: &Fields) -> Result<Fields, String> {
    let certificate = Certificate::decode(&input.bytes("bytes")).map_err(name)?;
    let checkpoint = input
        .optional("checkpoint")
        .map(|id| Checkpoint { no: input.number("no") as u32, id: BookId::from_bytes(id.try_into().unwrap()) });
    let proof = certificate.verify(checkpoint).map_err(name)?;
    let output = Fields::new().with_bytes("committee", proof.committee.as_bytes()).with("name", proof.name.as_str());
    let output = output.with("signed", proof.signed).with("needed", proof.needed).with("roster", proof.roster);
    let output = output.with("under", proof.under.no).with("newest", proof.newest().no);
    let undated = proof.caveats.contains(&Caveat::Undated);
    Ok(if undated { output.with("undated", undated) } else { output })
}

fn good(what: &str, bytes: &[u8]) -> Case {
    accept(what).bytes("bytes", bytes)
}

fn bad(what: &str, error: &str, bytes: &[u8]) -> Case {
    reject(what, error).bytes("bytes", bytes)
}

fn policy(days: u16) -> Vec<Entry> {
    vec![Entry::Policy { quorum: Quorum::MAJORITY, history: History::None, retention_days: days }]
}

/// Three founders, No. 1, and a resolution that two of them adopted under it.
fn adopted() -> (Hall, BookId, BookId) {
    let mut hall = Hall::found(&[1, 2, 3]);
    let first = hall.adopt(1, 1, hall.genesis, policy(9), &[1, 2]);
    let motion = hall.resolution(1, first, TEXT);
    for voter in [1, 3] {
        hall.ballot(voter, motion, true);
    }
    (hall, first, motion)
}

fn of(hall: &Hall, motion: BookId) -> Parts {
    let mut book = hall.book();
    let state = book.state().unwrap();
    Parts::of(&Certificate::of_resolution(&book, &state, &motion).unwrap())
}

fn whole() -> Vec<u8> {
    let (hall, _, motion) = adopted();
    of(&hall, motion).bytes()
}

fn sorted(objects: &mut [Vec<u8>]) {
    objects.sort_by_key(|bytes| SignedObject::decode(bytes).unwrap().id());
}

fn changed(change: impl FnOnce(&mut Parts, &mut Hall, BookId)) -> Vec<u8> {
    let (mut hall, _, motion) = adopted();
    let mut parts = of(&hall, motion);
    change(&mut parts, &mut hall, motion);
    parts.bytes()
}

fn form() -> Vec<Case> {
    let whole = whole();
    let with = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        bytes
    };
    let mut cases = vec![
        good("a resolution", &whole),
        good("the minutes alone", &changed(|parts, _, _| parts.subject = Subject::Minutes)),
        bad("text", "Foreign", b"kenes is not a certificate"),
        bad("another first byte", "Foreign", &with(0, b'K')),
        bad("version 2", "Version(2)", &with(MAGIC.len(), 2)),
        bad("a byte follows", "Trailing", &[whole.as_slice(), &[0]].concat()),
        bad("4 MiB and a byte", "TooLong", &framed(&vec![0; LONGEST - MAGIC.len() - 5 + 1])),
        bad("a length of 4 GiB", "TooLong", &[MAGIC.as_slice(), &[1, 255, 255, 255, 255]].concat()),
        bad("nothing inside", "Form(Malformed)", &framed(&[])),
        bad("a fourth subject", "Form(Malformed)", &{
            let minutes = changed(|parts, _, _| parts.subject = Subject::Minutes);
            framed(&[&minutes[MAGIC.len() + 5..minutes.len() - 1], &[3]].concat())
        }),
        bad("a byte follows inside", "Form(Trailing)", &framed(&[&whole[MAGIC.len() + 5..], &[0]].concat())),
        bad("a vote in the place of an assent", "Misplaced(Assent)", &{
            changed(|parts, _, _| parts.assents[0] = parts.numbers[0].3[0].clone())
        }),
        bad("an object cut short", "Altered(Genesis)", &changed(|parts, _, _| parts.genesis.truncate(200))),
    ];
    for cut in [0, 1, 7, 8, 9, 12, 13, 500, whole.len() - 1] {
        let error = format!("Torn {{ found: {cut}, whole: {} }}", if cut < 13 { 13 } else { whole.len() });
        cases.push(bad(&format!("cut after {cut} bytes"), &error, &whole[..cut]));
    }
    cases
}

fn chains() -> Vec<Case> {
    let (hall, first, motion) = adopted();
    let from = |case: Case, no: u32, id: BookId| case.bytes("checkpoint", id.as_bytes()).value("no", no);
    let whole = of(&hall, motion).bytes();
    let at = |case, no, id| from(case, no, id);
    let mut later = hall.clone();
    let second = later.adopt(1, 2, first, policy(3), &[1, 3]);
    vec![
        at(good("through No. 0", &whole), 0, hall.genesis),
        at(good("through No. 1", &whole), 1, first),
        at(good("under minutes older than the checkpoint", &of(&later, motion).bytes()), 2, second),
        at(bad("another No. 1", "WithoutCheckpoint(1)", &whole), 1, second),
        at(bad("another committee's No. 0", "WithoutCheckpoint(0)", &whole), 0, first),
        at(bad("it ends before", "EndsBefore { newest: 1, checkpoint: 2 }", &whole), 2, second),
        bad("another name", "Name", &changed(|parts, _, _| parts.name.text = "Үкімет".into())),
        bad("a founder's signature missing", "Founders(1)", &changed(|parts, _, _| drop(parts.assents.pop()))),
        bad("a vote missing", "TooFew { part: Vote(1), signed: 1, needed: 2 }", &{
            changed(|parts, _, _| drop(parts.numbers[0].3.pop()))
        }),
        bad("a vote twice", "Repeated(Vote(1))", &{
            changed(|parts, _, _| parts.numbers[0].3[1] = parts.numbers[0].3[0].clone())
        }),
        bad("votes in falling order", "Order(Vote(1))", &changed(|parts, _, _| parts.numbers[0].3.swap(0, 1))),
        bad("a stranger's vote beside enough others", "NotAVoter(Vote(1))", &{
            changed(|parts, hall, _| {
                let offer = *hall.read_once().steps[0].slate.offers().next().unwrap().0;
                let vote = hall.vote(9, offer);
                parts.numbers[0].3.push(hall.object(vote).bytes().to_vec());
                sorted(&mut parts.numbers[0].3);
            })
        }),
        bad("the offer missing", "Unjustified(Vote(1))", &changed(|parts, _, _| parts.numbers[0].1.clear())),
        bad("an offer that is not the chair's", "Unjustified(Offer(1))", &{
            changed(|parts, hall, _| {
                let offer = hall.offer(2, hall.genesis, 0, hall.genesis, &[]);
                parts.numbers[0].1.push(hall.object(offer).bytes().to_vec());
                sorted(&mut parts.numbers[0].1);
            })
        }),
        bad("a number twice", "Misplaced(Sheet(2))", &{
            changed(|parts, _, _| parts.numbers.push(parts.numbers[0].clone()))
        }),
        bad("a number missing", "Misplaced(Sheet(1))", &{
            let mut parts = of(&later, motion);
            parts.numbers.remove(0);
            parts.bytes()
        }),
        bad("a signature under a sheet changed", "Altered(Sheet(1))", &{
            changed(|parts, _, _| {
                if let Some(last) = parts.numbers[0].0.last_mut() {
                    *last ^= 1;
                }
            })
        }),
    ]
}

fn resolutions() -> Vec<Case> {
    let push = |parts: &mut Parts, bytes: &[u8]| {
        parts.ballots().push(bytes.to_vec());
        sorted(parts.ballots());
    };
    let too_few = "TooFew { part: Ballot, signed: 1, needed: 2 }";
    vec![
        good("two of three", &whole()),
        good("three of three, where two are enough", &{
            changed(|parts, hall, motion| {
                let third = hall.ballot(2, motion, true);
                push(parts, hall.object(third).bytes());
            })
        }),
        bad("one signature too few", too_few, &changed(|parts, _, _| drop(parts.ballots().pop()))),
        bad("one signature repeated", "Repeated(Ballot)", &{
            changed(|parts, _, _| {
                let ballots = parts.ballots();
                ballots[1] = ballots[0].clone();
            })
        }),
        bad("one person's two keys", too_few, &{
            changed(|parts, hall, motion| {
                let again = Content::Ballot(Ballot { resolution: motion, adopt: true });
                let twice = hall.put_by(&recovery_key(1), again);
                let own = |bytes: &Vec<u8>| {
                    SignedObject::decode(bytes).unwrap().author() == super::hall::vote_key(1).public()
                };
                parts.ballots().retain(own);
                push(parts, hall.object(twice).bytes());
            })
        }),
        bad("a signature by someone who does not vote, beside enough others", "NotAVoter(Ballot)", &{
            changed(|parts, hall, motion| {
                let stranger = hall.ballot(9, motion, true);
                push(parts, hall.object(stranger).bytes());
            })
        }),
        bad("a ballot against it", "Misplaced(Ballot)", &{
            changed(|parts, hall, motion| {
                let against = hall.ballot(2, motion, false);
                push(parts, hall.object(against).bytes());
            })
        }),
        bad("a ballot for another", "Misplaced(Ballot)", &{
            changed(|parts, hall, _| {
                let other = hall.ballot(2, hall.genesis, true);
                push(parts, hall.object(other).bytes());
            })
        }),
        bad("a text changed by one byte", "Altered(Resolution)", &{
            changed(|parts, _, _| {
                let Subject::Resolution(bytes, _) = &mut parts.subject else { unreachable!() };
                let at = bytes.windows(TEXT.len()).position(|window| window == TEXT.as_bytes()).unwrap();
                bytes[at + 1] ^= 1;
            })
        }),
        bad("put by someone who does not vote", "NotAVoter(Resolution)", &{
            changed(|parts, hall, _| {
                let first = hall.read_once().roster().at;
                let foreign = hall.resolution(9, first, TEXT);
                parts.subject = Subject::Resolution(hall.object(foreign).bytes().to_vec(), vec![]);
            })
        }),
        bad("under minutes that are not there", "Under", &changed(|parts, _, _| parts.numbers.clear())),
        bad("another committee's", "Misplaced(Resolution)", &{
            changed(|parts, _, _| {
                let mut other = Hall::found(&[1, 2]);
                let elsewhere = other.resolution(1, other.genesis, TEXT);
                parts.subject = Subject::Resolution(other.object(elsewhere).bytes().to_vec(), vec![]);
            })
        }),
    ]
}

/// What minutes decide in a hall.
type Decides<'a> = &'a dyn Fn(&Hall) -> Vec<Entry>;

/// Two founders; the second speaks for them by No. 1, and more minutes may follow.
fn spoken(op: impl Fn(&Hall) -> Vec<u8>, entries: impl Fn(&Hall) -> Vec<Entry>) -> Vec<u8> {
    let mut hall = Hall::found(&[1, 2, 3]);
    let entry = Entry::Spokesperson { member: id(2), until: UNTIL };
    let first = hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
    let device = hall.device(2, 0);
    let entries = entries(&hall);
    if !entries.is_empty() {
        hall.adopt(1, 2, first, entries, &[1, 3]);
    }
    let mut book = hall.book();
    let state = book.state().unwrap();
    let mut parts = Parts::of(&Certificate::of_minutes(&book, &state, state.roster().no).unwrap());
    parts.subject = Subject::Bulletin(hall.object(device).bytes().to_vec(), op(&hall));
    parts.bytes()
}

fn bulletins() -> Vec<Case> {
    let said =
        |by: u8, seq: u64, time: Timestamp| move |hall: &Hall| hall.says(by, seq, time, Op::PUBLIC).bytes().to_vec();
    let none = |_: &Hall| vec![];
    let published = |hall: &Hall| vec![seen_in(&hall.says(2, 1, BUILT, Op::PUBLIC))];
    let silence = |hall: &Hall| vec![Entry::Silence { member: id(2), published: published(hall) }];
    let recall =
        |hall: &Hall| vec![Entry::Recall { devices: vec![device_key(2, 0)], seen: vec![], published: published(hall) }];
    let not = |why: &str| format!("NotSpoken({why})");
    let after = "NotSpoken(Recalled(";
    let mut cases = vec![
        good("a spokesperson's", &spoken(said(2, 0, BUILT), none)),
        good("the last that a recall lets stand", &spoken(said(2, 1, BUILT), silence)),
        good("one that may be earlier than the last that a recall lets stand", &spoken(said(2, 0, BUILT), silence)),
        good("the last of a recalled device that counts", &spoken(said(2, 1, BUILT), recall)),
        bad("of another device than the one certified", "Misplaced(Device)", &spoken(said(3, 0, BUILT), none)),
        bad("after the office is over", &not("NoOffice"), &spoken(said(2, 0, UNTIL.plus(1)), none)),
        bad("more than 90 days before it is", &not("NoOffice"), &spoken(said(2, 0, UNTIL.minus(90 * DAY + 1)), none)),
        bad("sealed for the committee", &not("NotPublic"), &{
            spoken(|hall| hall.says(2, 0, BUILT, EpochId::from_bytes([4; 32])).bytes().to_vec(), none)
        }),
        bad("its signature changed", "Altered(Bulletin)", &{
            spoken(
                |hall| {
                    let mut bytes = hall.says(2, 0, BUILT, Op::PUBLIC).bytes().to_vec();
                    let last = bytes.len() - 1;
                    bytes[last] ^= 1;
                    bytes
                },
                none,
            )
        }),
        bad("of another committee", "Misplaced(Bulletin)", &{
            spoken(|_| Hall::found(&[2]).says(2, 0, BUILT, Op::PUBLIC).bytes().to_vec(), none)
        }),
    ];
    let recalls: [(_, Decides<'_>); 2] =
        [("a recall of the spokesperson", &silence), ("a recall of the device", &recall)];
    for (what, entries) in recalls {
        let beside = spoken(said(2, 1, BUILT.plus(1)), entries);
        let error = name(Certificate::decode(&beside).unwrap().verify(None).unwrap_err());
        cases.push(bad(&format!("another under the number of the last before {what}"), &error, &beside));
        let bytes = spoken(said(2, 2, BUILT), entries);
        let error = name(Certificate::decode(&bytes).unwrap().verify(None).unwrap_err());
        assert!(error.starts_with(after), "{error}");
        cases.push(bad(&format!("after {what}"), &error, &bytes));
    }
    cases
}

fn words(input: &Fields) -> Result<Fields, String> {
    if input.0.contains_key("text") {
        let digest = kenes_core::words::to_digest(input.text("text")).ok_or("NotWords")?;
        return Ok(Fields::new().with_bytes("digest", digest));
    }
    let checkpoint = Checkpoint { no: input.number("no") as u32, id: BookId::from_bytes(input.array("id")) };
    Ok(Fields::new().with("words", words_of(checkpoint).join(" ")))
}

fn word_cases() -> Vec<Case> {
    let of = |what: &str, no: u32, id: u8| accept(what).value("no", no).bytes("id", [id; 32]);
    let text = |case: Case, text: String| case.value("text", text);
    let words = words_of(Checkpoint { no: 7, id: BookId::from_bytes([7; 32]) });
    let mut wrong = words;
    wrong.swap(0, 1);
    let not = |what: &str| reject(what, "NotWords");
    vec![
        of("No. 7", 7, 7),
        of("another number", 8, 7),
        of("other minutes", 7, 8),
        text(accept("capitals and spaces"), format!("  {} ", words.join("  ").to_uppercase())),
        text(not("eleven"), words[1..].join(" ")),
        text(not("thirteen"), format!("{} abandon", words.join(" "))),
        text(not("two exchanged"), wrong.join(" ")),
        text(not("a word of no list"), words.join(" ").replace(words[3], "кеңес")),
        text(not("nothing"), String::new()),
    ]
}
