//! B and N: objects of the minute book, pages, names.

use kenes_core::book::{
    Admit, Because, Certificate, Content, FOUNDERS, FirstList, Founder, Genesis, History, Keeping, LONGEST_OBJECT,
    LONGEST_PAGE, ListSignature, NewestList, NextList, NextPen, Opening, Page, PublicPen, Quorum, SEEN, Seen,
    SignedObject, Suspend,
};
use kenes_core::channel::List;
use kenes_core::identity::{Consent, Device, DeviceSecret, Identity, LONGEST_NAME, Name};
use kenes_core::ids::{ChannelId, CommitteeId, ListId, OpId};
use kenes_core::sign::{Domain, PublicKey, Signature, SigningKey};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, number, reject};
use super::seal::box_secret;

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        object_rule("B-1", "form", form),
        object_rule("B-2", "genesis", genesis_cases),
        object_rule("B-3", "suspensions", suspensions),
        object_rule("B-4", "signature", signature),
        Rule { id: "B-5", name: "pages", says: "`bytes` is a page of a book.", check: page, cases: pages },
        Rule {
            id: "N-1",
            name: "names",
            says: "The name with `salt` and the bytes `text`, which are UTF-8, is a name, and this stands for it.",
            check: commitment,
            cases: names,
        },
    ]
}

/// A rule about single objects.
pub(super) fn object_rule(id: &'static str, name: &'static str, cases: fn() -> Vec<Case>) -> Rule {
    let says = "`bytes` is an object of a minute book, well formed and signed by the key that it names.";
    Rule { id, name, says, check: object, cases }
}

pub(super) fn object(input: &Fields) -> Result<Fields, String> {
    let object = SignedObject::decode(&input.bytes("bytes")).map_err(name)?;
    let object = object.verify().map_err(name)?;
    let output = Fields::new().with_bytes("id", object.id().as_bytes()).with("kind", object.kind());
    Ok(output.with_bytes("committee", object.committee().as_bytes()))
}

fn vote() -> SigningKey {
    SigningKey::from_seed([1; 32])
}

pub(super) fn identity(n: u8) -> Identity {
    let key = |n| SigningKey::from_seed([n; 32]).public();
    Identity { vote: key(n), recovery: key(n + 100) }
}

/// What both keys of a person sign to be let in.
pub(super) fn consent(committee: CommitteeId, n: u8) -> Consent {
    let key = |n| SigningKey::from_seed([n; 32]);
    Consent::new(committee, &key(n), &key(n + 100))
}

fn genesis() -> Genesis {
    Genesis {
        nonce: [0; 16],
        channel: ChannelId::from_bytes([9; 32]),
        name: [5; 32],
        territory: vec!["Маңғыстау".into(), "Жаңаөзен".into()],
        industry: "мұнай".into(),
        founders: vec![Founder { identity: identity(1), name: [6; 32], steward: true }],
        quorum: Quorum::MAJORITY,
        history: History::All,
        retention_days: 14,
        continues: None,
    }
}

pub(super) const COMMITTEE: CommitteeId = CommitteeId::from_bytes([7; 32]);
const NONE: CommitteeId = CommitteeId::from_bytes([0; 32]);

/// Signs whatever it is given.
pub(super) fn raw(kind: u16, committee: CommitteeId, content: Vec<u8>) -> Vec<u8> {
    raw_in(Domain::BOOK, kind, committee, content)
}

pub(super) fn raw_in(domain: Domain, kind: u16, committee: CommitteeId, content: Vec<u8>) -> Vec<u8> {
    let bytes = wire::encode(&(kind, committee, vote().public(), content));
    let signature = vote().sign(domain, &bytes);
    [bytes.as_slice(), signature.as_bytes()].concat()
}

fn made(content: Content) -> Vec<u8> {
    SignedObject::sign(COMMITTEE, content, &vote()).unwrap().bytes().to_vec()
}

pub(super) fn good(what: &str, bytes: Vec<u8>) -> Case {
    accept(what).bytes("bytes", bytes)
}

pub(super) fn bad(what: &str, error: &str, bytes: Vec<u8>) -> Case {
    reject(what, error).bytes("bytes", bytes)
}

fn suspend(seen: Vec<Seen>) -> Suspend {
    Suspend { no: 0, member: identity(2).member(), because: Because::Arrested, seen }
}

fn made_raw(kind: u16, content: &impl bincode::Encode) -> Vec<u8> {
    raw(kind, COMMITTEE, wire::encode(content))
}

fn keeping(spares: &[u8]) -> Keeping {
    let mut spares: Vec<_> = spares.iter().map(|n| SigningKey::from_seed([*n; 32]).public()).collect();
    spares.sort_unstable();
    Keeping { no: 0, channel: ChannelId::from_bytes([9; 32]), keeper: vote().public(), spares }
}

fn first_list() -> List {
    List::first([2; 16], vec![vote().public()], vec![vote().public()])
}

fn list() -> List {
    let keys = vec![vote().public()];
    List { no: 1, prev: ListId::from_bytes([4; 32]), ..List::first([2; 16], keys.clone(), keys) }
}

fn form() -> Vec<Case> {
    let admit = Admit { no: 3, identity: identity(2), name: [8; 32], consent: consent(COMMITTEE, 2) };
    let without = |what: &str, identity: Identity, consent: Consent| {
        bad(what, "Consent", made(Content::Admit(Admit { identity, consent, ..admit })))
    };
    let device = DeviceSecret { sign: vote(), open: box_secret([9; 32]) };
    let certificate = Certificate::new(COMMITTEE, identity(2).member(), 0, &device);
    let whole = made(Content::Admit(admit));
    let content = wire::encode(&admit);
    let malformed = "Wire(Malformed)";
    let mut cases = vec![
        good("a genesis", raw(0, NONE, wire::encode(&genesis()))),
        good("an admit", whole.clone()),
        without(
            "an admit of somebody else's vote key",
            Identity { vote: identity(3).vote, ..identity(2) },
            admit.consent,
        ),
        without(
            "an admit of somebody else's recovery key",
            Identity { recovery: identity(3).recovery, ..identity(2) },
            admit.consent,
        ),
        without(
            "an admit to which the keys agreed for another committee",
            identity(2),
            consent(CommitteeId::from_bytes([8; 32]), 2),
        ),
        without("an admit whose two signatures are exchanged", identity(2), {
            Consent { vote: admit.consent.recovery, recovery: admit.consent.vote }
        }),
        without("an admit to which the recovery key did not agree", identity(2), {
            Consent { recovery: admit.consent.vote, ..admit.consent }
        }),
        without("an admit to which the vote key did not agree", identity(2), {
            Consent { vote: admit.consent.recovery, ..admit.consent }
        }),
        bad("an admit of a vote key of small order", "Key", {
            let identity = Identity { vote: "00".repeat(32).parse().unwrap(), ..identity(2) };
            made(Content::Admit(Admit { identity, ..admit }))
        }),
        good("a suspension", made(Content::Suspend(suspend(vec![])))),
        good("a device", made(Content::Device(certificate))),
        bad(
            "a device that agreed to belong to someone else",
            "Signature",
            made(Content::Device(Certificate { member: identity(3).member(), ..certificate })),
        ),
        bad(
            "a device to which nothing can be sealed",
            "Key",
            made(Content::Device(Certificate {
                device: Device { open: "00".repeat(32).parse().unwrap(), ..certificate.device },
                ..certificate
            })),
        ),
        bad(
            "a pen of small order",
            "Key",
            made(Content::NextPen(NextPen { no: 0, pen: "00".repeat(32).parse().unwrap() })),
        ),
        good("a next pen", made(Content::NextPen(NextPen { no: 0, pen: vote().public() }))),
        good("a pen for the public channel", made(Content::PublicPen(PublicPen { pen: vote().public() }))),
        bad(
            "a public pen of small order",
            "Key",
            made(Content::PublicPen(PublicPen { pen: "00".repeat(32).parse().unwrap() })),
        ),
        good("a newest list", made(Content::NewestList(NewestList { no: 4, list: ListId::from_bytes([4; 32]) }))),
        good("a key to seal to", made(Content::Opening(Opening { no: 1, open: certificate.device.open }))),
        bad("a key to which nothing can be sealed", "Key", {
            made(Content::Opening(Opening { no: 1, open: "00".repeat(32).parse().unwrap() }))
        }),
        good("what a steward keeps lists with", made(Content::Keeping(keeping(&[2, 3, 4, 5])))),
        bad("five spare pens", "Spares", made_raw(16, &keeping(&[2, 3, 4, 5, 6]))),
        bad("a spare pen twice", "Spares", {
            let spares = vec![vote().public(); 2];
            made_raw(16, &Keeping { spares, ..keeping(&[]) })
        }),
        bad("a keeper of small order", "Key", {
            made(Content::Keeping(Keeping { keeper: "00".repeat(32).parse().unwrap(), ..keeping(&[]) }))
        }),
        good("a list that is to follow", made(Content::NextList(NextList { list: list() }))),
        bad("a list without pens", "List", made_raw(17, &NextList { list: List { pens: vec![], ..list() } })),
        bad("a list number 1000", "List", made_raw(17, &NextList { list: List { no: 1_000, ..list() } })),
        good("a channel's first list", made(Content::FirstList(FirstList { list: first_list() }))),
        bad("a second list as a first one", "List", made_raw(19, &FirstList { list: list() })),
        bad("a first list without keepers", "List", {
            made_raw(19, &FirstList { list: List { keepers: vec![], ..first_list() } })
        }),
        bad("a first list that follows another", "List", {
            made_raw(19, &FirstList { list: List { prev: ListId::from_bytes([4; 32]), ..first_list() } })
        }),
        good("a keeper's signature", {
            let (keeper, signature) = (vote().public(), vote().sign(Domain::LIST, b""));
            made(Content::ListSignature(ListSignature { list: list().id(), keeper, signature }))
        }),
        good("a kind that nobody knows yet, kept as it is", raw(700, COMMITTEE, vec![1, 2, 3])),
        good("kind 65535", raw(u16::MAX, COMMITTEE, vec![])),
        bad("a byte follows the object", "Wire(Trailing)", [whole.as_slice(), &[0]].concat()),
        bad(
            "a byte follows the admit inside",
            "Wire(Trailing)",
            raw(1, COMMITTEE, [content.as_slice(), &[0]].concat()),
        ),
        bad("an admit cut short inside", malformed, raw(1, COMMITTEE, content[..content.len() - 1].to_vec())),
        bad("an admit under the kind of a device", malformed, raw(3, COMMITTEE, content[..90].to_vec())),
        bad("an admit's number in three bytes", "Wire(NotCanonical)", {
            raw(1, COMMITTEE, [&[251, 3, 0], &content[1..]].concat())
        }),
        bad("a suspension for a fourth reason", malformed, {
            raw(2, COMMITTEE, wire::encode(&(0u32, identity(2).member(), 3u32, Vec::<Seen>::new())))
        }),
        bad("one byte over the limit", "Wire(TooLong)", vec![0; LONGEST_OBJECT + 1]),
        bad("a content of 2^64-1 bytes", "Wire(TooLong)", {
            [wire::encode(&(1u16, COMMITTEE, vote().public())), wire::encode(&u64::MAX), vec![0; 64]].concat()
        }),
    ];
    for cut in [0, 1, 20, 33, 66, 70, whole.len() - 64, whole.len() - 1] {
        cases.push(bad(&format!("cut after {cut} bytes"), malformed, whole[..cut].to_vec()));
    }
    cases
}

fn genesis_cases() -> Vec<Case> {
    let with = |change: fn(&mut Genesis)| {
        let mut genesis = genesis();
        change(&mut genesis);
        raw(0, NONE, wire::encode(&genesis))
    };
    let founder = |n: u64| {
        let key = |n: u64| PublicKey::from_bytes(number(n));
        Founder { identity: Identity { vote: key(2 * n), recovery: key(2 * n + 1) }, name: [0; 32], steward: false }
    };
    let many =
        |count: u64| raw(0, NONE, wire::encode(&Genesis { founders: (1..=count).map(founder).collect(), ..genesis() }));
    let quorum = |num, den| raw(0, NONE, wire::encode(&Genesis { quorum: Quorum { num, den }, ..genesis() }));
    let [founders, unfair, place] = ["Founders", "Quorum", "Place"];
    vec![
        good("one founder", with(|_| {})),
        good("64 founders", many(FOUNDERS as u64)),
        good("two thirds", quorum(2, 3)),
        good("one that continues another", with(|genesis| genesis.continues = Some(COMMITTEE))),
        bad("no founder", founders, with(|genesis| genesis.founders.clear())),
        bad("65 founders", founders, many(FOUNDERS as u64 + 1)),
        bad("one founder twice", founders, with(|genesis| genesis.founders.push(genesis.founders[0]))),
        bad("a vote key that is its own recovery key", founders, {
            with(|genesis| genesis.founders[0].identity.recovery = genesis.founders[0].identity.vote)
        }),
        bad("a quorum of one third", unfair, quorum(1, 3)),
        bad("a quorum of three quarters", unfair, quorum(3, 4)),
        bad("a quorum of nothing", unfair, quorum(0, 0)),
        bad("a quorum of 0 of 1", unfair, quorum(0, 1)),
        bad("nine parts of a territory", place, with(|genesis| genesis.territory = vec!["a".into(); 9])),
        bad("a part of 129 bytes", place, with(|genesis| genesis.territory = vec!["a".repeat(129)])),
        bad("an industry of 129 bytes", place, with(|genesis| genesis.industry = "a".repeat(129))),
        bad("one that names a committee", "Committee", raw(0, COMMITTEE, wire::encode(&genesis()))),
        bad("another object that names none", "Committee", raw(700, NONE, vec![])),
    ]
}

fn suspensions() -> Vec<Case> {
    let seen = |n: u64| Seen { device: PublicKey::from_bytes(number(n)), seq: 7, op: OpId::from_bytes(number(n)) };
    let of = |seen: Vec<Seen>| raw(2, COMMITTEE, wire::encode(&suspend(seen)));
    vec![
        good("no device", of(vec![])),
        good("two devices", of(vec![seen(1), seen(2)])),
        good("64 devices", of((1..=SEEN as u64).map(seen).collect())),
        bad("devices in falling order", "Seen", of(vec![seen(2), seen(1)])),
        bad("a device twice", "Seen", of(vec![seen(1), seen(1)])),
        bad("a device under two numbers", "Seen", of(vec![seen(1), Seen { seq: 8, ..seen(1) }])),
        bad("65 devices", "Seen", of((1..=SEEN as u64 + 1).map(seen).collect())),
    ]
}

fn signature() -> Vec<Case> {
    let whole = raw(700, COMMITTEE, vec![1, 2, 3]);
    let bytes = &whole[..whole.len() - Signature::SIZE];
    let with = |signature: Signature| [bytes, signature.as_bytes().as_slice()].concat();
    let bad = |what: &str, bytes: Vec<u8>| bad(what, "Signature", bytes);
    let by = |author: PublicKey| [wire::encode(&(700u16, COMMITTEE, author, vec![1u8])), vec![0; 64]].concat();
    let mut small = [0; 32];
    small[0] = 1;
    vec![
        good("the author's", whole.clone()),
        bad("another's", with(SigningKey::from_seed([2; 32]).sign(Domain::BOOK, bytes))),
        bad("for an op", with(vote().sign(Domain::OP, bytes))),
        bad("of zeros", with(Signature::from_bytes([0; 64]))),
        bad("an author of small order, whom zeros would sign for", by(PublicKey::from_bytes(small))),
        bad("an author that is no point", by(PublicKey::from_bytes([2; 32]))),
    ]
}

fn page(input: &Fields) -> Result<Fields, String> {
    let page = Page::decode(&input.bytes("bytes")).map_err(name)?;
    Ok(Fields::new().with("objects", page.objects.len()).with("names", page.names.len()))
}

fn pages() -> Vec<Case> {
    let full = Page {
        objects: vec![raw(700, COMMITTEE, vec![1]), raw(701, COMMITTEE, vec![2])],
        names: vec![Name { salt: [1; 16], text: "Дина".into() }],
    };
    let whole = wire::encode(&full);
    let mut cases = vec![
        accept("two objects and a name").bytes("bytes", &whole),
        accept("nothing").bytes("bytes", [0, 0]),
        reject("a byte follows", "Trailing").bytes("bytes", [whole.as_slice(), &[0]].concat()),
        reject("2^64-1 objects", "TooLong").bytes("bytes", wire::encode(&u64::MAX)),
        reject("one byte over the limit", "TooLong").bytes("bytes", vec![0; LONGEST_PAGE + 1]),
        reject("a name that is no UTF-8", "Malformed")
            .bytes("bytes", [&[0, 1], [1; 16].as_slice(), &[1, 0xff]].concat()),
    ];
    for cut in [0, 1, 2, 80, whole.len() - 1] {
        cases.push(reject(&format!("cut after {cut} bytes"), "Malformed").bytes("bytes", &whole[..cut]));
    }
    cases
}

fn commitment(input: &Fields) -> Result<Fields, String> {
    let text = String::from_utf8(input.bytes("text")).unwrap();
    let name_of = Name { salt: input.array("salt"), text };
    name_of.check().map_err(name)?;
    Ok(Fields::new().with_bytes("commitment", name_of.commitment()))
}

fn names() -> Vec<Case> {
    let case = |case: Case, text: &str| case.bytes("salt", [3; 16]).bytes("text", text);
    let wild = |what: &str, text: &str| case(reject(what, "Control"), text);
    vec![
        case(accept("Kazakh"), "Әйгерім"),
        case(accept("128 bytes"), &"a".repeat(LONGEST_NAME)),
        case(reject("129 bytes", "TooLong"), &"a".repeat(LONGEST_NAME + 1)),
        case(reject("65 Cyrillic letters", "TooLong"), &"ж".repeat(65)),
        case(reject("nothing", "Empty"), ""),
        case(reject("white space", "Empty"), " \u{a0} "),
        wild("a line break", "a\nb"),
        wild("an escape sequence", "a\u{1b}[31mb"),
        wild("a NUL", "a\0b"),
        wild("a delete", "a\u{7f}"),
        wild("a C1 control", "a\u{9b}31m"),
        wild("a right-to-left override", "a\u{202e}b"),
        wild("an isolate", "a\u{2066}b"),
        wild("a right-to-left mark", "a\u{200f}b"),
        wild("a line separator", "a\u{2028}b"),
        wild("a byte order mark", "\u{feff}a"),
    ]
}
