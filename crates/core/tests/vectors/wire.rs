//! W: the canonical encoding and identifiers.

use kenes_core::envelope::Priority;
use kenes_core::ids::{self, EnvelopeId};
use kenes_core::wire::{self, WireError};

use super::case::{Case, Fields, Rule, accept, hex, name, reject};

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            id: "W-1",
            name: "varints",
            says: "Decode `bytes` as one unsigned number of the type `type`; it is `value`.",
            check: number,
            cases: numbers,
        },
        Rule {
            id: "W-2",
            name: "whole",
            says: "Decode `bytes` as a u8 followed by a list of u8, and encode that again.",
            check: pair,
            cases: pairs,
        },
        Rule {
            id: "W-3",
            name: "lengths",
            says: "Decode `bytes`, at most `limit` long, as a list of 32-byte arrays; there are `count`.",
            check: list,
            cases: lists,
        },
        Rule {
            id: "W-4",
            name: "choices",
            says: "Decode `bytes` as the `type`: a priority, a truth value, or an optional 32-byte array.",
            check: choice,
            cases: choices,
        },
        Rule { id: "W-5", name: "text", says: "Decode `bytes` as text.", check: text, cases: texts },
        Rule {
            id: "W-6",
            name: "ids",
            says: "The identifier of `bytes` under `context` is `id`.",
            check: id,
            cases: identifiers,
        },
        Rule {
            id: "W-7",
            name: "hex",
            says: "Read `text` as an identifier; its bytes are `id`.",
            check: hexadecimal,
            cases: hexadecimals,
        },
    ]
}

fn number(input: &Fields) -> Result<Fields, String> {
    let bytes = input.bytes("bytes");
    let value = match input.text("type") {
        "u16" => wire::decode::<u16>(&bytes, wire::MOST).map(u64::from),
        "u32" => wire::decode::<u32>(&bytes, wire::MOST).map(u64::from),
        _ => wire::decode::<u64>(&bytes, wire::MOST),
    };
    Ok(Fields::new().with("value", value.map_err(name)?))
}

fn numbers() -> Vec<Case> {
    let good = |n: u64| accept(&format!("{n}")).value("type", "u64").bytes("bytes", wire::encode(&n));
    let bad = |what: &str, kind: &str, bytes: &[u8], error: WireError| {
        reject(what, &name(error)).value("type", kind).bytes("bytes", bytes)
    };
    let mut cases: Vec<Case> =
        [0, 1, 250, 251, 65_535, 65_536, u32::MAX.into(), 1 << 32, u64::MAX].map(good).into_iter().collect();
    let [overlong, none] = [WireError::NotCanonical, WireError::Malformed];
    cases.extend([
        bad("7 in three bytes", "u64", &[251, 7, 0], overlong),
        bad("250 in three bytes", "u64", &[251, 250, 0], overlong),
        bad("7 in five bytes", "u64", &[252, 7, 0, 0, 0], overlong),
        bad("65535 in five bytes", "u64", &[252, 255, 255, 0, 0], overlong),
        bad("7 in nine bytes", "u64", &[253, 7, 0, 0, 0, 0, 0, 0, 0], overlong),
        bad("2^32-1 in nine bytes", "u64", &[253, 255, 255, 255, 255, 0, 0, 0, 0], overlong),
        bad("seventeen bytes", "u64", &[[254, 7].as_slice(), &[0; 15]].concat(), none),
        bad("a reserved first byte", "u64", &[255], none),
        bad("an eleven-byte LEB128", "u64", &[[0xff; 10].as_slice(), &[1]].concat(), none),
        bad("too large for u16", "u16", &[252, 0, 0, 1, 0], none),
        bad("too large for u32", "u32", &[253, 0, 0, 0, 0, 1, 0, 0, 0], none),
        bad("nothing", "u64", &[], none),
        bad("cut short", "u64", &[253, 1, 2, 3, 4, 5, 6, 7], none),
    ]);
    cases
}

fn pair(input: &Fields) -> Result<Fields, String> {
    let value = wire::decode::<(u8, Vec<u8>)>(&input.bytes("bytes"), wire::MOST).map_err(name)?;
    Ok(Fields::new().with_bytes("again", wire::encode(&value)))
}

fn pairs() -> Vec<Case> {
    let whole = [9, 3, 1, 2, 3];
    let mut cases = vec![accept("whole").bytes("bytes", whole)];
    for cut in 0..whole.len() {
        let name = format!("cut after {cut} bytes");
        cases.push(reject(&name, "Malformed").bytes("bytes", &whole[..cut]));
    }
    cases.push(reject("one byte follows", "Trailing").bytes("bytes", [9, 3, 1, 2, 3, 0]));
    cases.push(reject("another value follows", "Trailing").bytes("bytes", whole.repeat(2)));
    cases
}

fn list(input: &Fields) -> Result<Fields, String> {
    let limit = input.number("limit") as usize;
    let value = wire::decode::<Vec<[u8; 32]>>(&input.bytes("bytes"), limit).map_err(name)?;
    Ok(Fields::new().with("count", value.len()))
}

fn lists() -> Vec<Case> {
    let case = |case: Case, limit: u64, bytes: &[u8]| case.value("limit", limit).bytes("bytes", bytes);
    let two = wire::encode(&vec![[1u8; 32], [2; 32]]);
    let lying = |count: u64| [wire::encode(&count).as_slice(), &[7; 64]].concat();
    vec![
        case(accept("none"), 100, &[0]),
        case(accept("two"), 65, &two),
        case(reject("one byte over the limit", "TooLong"), 64, &two),
        case(reject("one more than there are", "Malformed"), 1_000, &lying(3)),
        case(reject("one fewer than there are", "Trailing"), 1_000, &lying(1)),
        case(reject("a million, and two are there", "TooLong"), 1_000, &lying(1_000_000)),
        case(reject("2^64-1", "TooLong"), 1_000, &lying(u64::MAX)),
        case(reject("2^64-1 and nothing follows", "TooLong"), 1_000, &wire::encode(&u64::MAX)),
        case(reject("two, counted in nine bytes", "NotCanonical"), 1_000, &{
            [[253, 2, 0, 0, 0, 0, 0, 0, 0].as_slice(), &two[1..]].concat()
        }),
    ]
}

fn choice(input: &Fields) -> Result<Fields, String> {
    let bytes = input.bytes("bytes");
    let value = match input.text("type") {
        "priority" => wire::decode::<Priority>(&bytes, 64).map(name),
        "truth value" => wire::decode::<bool>(&bytes, 64).map(name),
        _ => wire::decode::<Option<[u8; 32]>>(&bytes, 64).map(|value| value.map_or("none".into(), |v| hex(&v))),
    };
    Ok(Fields::new().with("value", value.map_err(name)?))
}

fn choices() -> Vec<Case> {
    let case = |case: Case, kind: &str, bytes: &[u8]| case.value("type", kind).bytes("bytes", bytes);
    let some = [[1].as_slice(), &[5; 32]].concat();
    let other = [[2].as_slice(), &[5; 32]].concat();
    vec![
        case(accept("the first priority"), "priority", &[0]),
        case(accept("the last priority"), "priority", &[3]),
        case(reject("one beyond the last priority", "Malformed"), "priority", &[4]),
        case(reject("priority 2^32-1", "Malformed"), "priority", &[252, 255, 255, 255, 255]),
        case(reject("priority 1 in three bytes", "NotCanonical"), "priority", &[251, 1, 0]),
        case(accept("false"), "truth value", &[0]),
        case(accept("true"), "truth value", &[1]),
        case(reject("a third truth value", "Malformed"), "truth value", &[2]),
        case(accept("nothing"), "optional", &[0]),
        case(accept("something"), "optional", &some),
        case(reject("a third kind of optional", "Malformed"), "optional", &other),
        case(reject("something that is missing", "Malformed"), "optional", &[1]),
    ]
}

fn text(input: &Fields) -> Result<Fields, String> {
    let text = wire::decode::<String>(&input.bytes("bytes"), 1_000).map_err(name)?;
    Ok(Fields::new().with("text", text))
}

fn texts() -> Vec<Case> {
    let with = |bytes: &[u8]| [&[bytes.len() as u8], bytes].concat();
    let bad = |what: &str, bytes: &[u8]| reject(what, "Malformed").bytes("bytes", with(bytes));
    vec![
        accept("empty").bytes("bytes", [0]),
        accept("Kazakh, by bytes and not by letters").bytes("bytes", wire::encode(&"кеңес".to_owned())),
        bad("a byte that UTF-8 never has", &[0xff]),
        bad("a letter cut in half", &"қ".as_bytes()[..1]),
        bad("a surrogate", &[0xed, 0xa0, 0x80]),
        bad("an overlong slash", &[0xc0, 0xaf]),
        bad("beyond the last code point", &[0xf4, 0x90, 0x80, 0x80]),
        reject("longer than what follows", "Malformed").bytes("bytes", [3, b'a', b'b']),
    ]
}

const CONTEXTS: [&str; 9] = [
    "kenes v1 channel id",
    "kenes v1 list id",
    "kenes v1 envelope id",
    "kenes v1 op id",
    "kenes v1 book id",
    "kenes v1 committee id",
    "kenes v1 member id",
    "kenes v1 epoch id",
    "kenes v1 invite id",
];

fn id_of(context: &str, bytes: &[u8]) -> [u8; 32] {
    let found = match context {
        "kenes v1 channel id" => *ids::ChannelId::of(bytes).as_bytes(),
        "kenes v1 list id" => *ids::ListId::of(bytes).as_bytes(),
        "kenes v1 envelope id" => *ids::EnvelopeId::of(bytes).as_bytes(),
        "kenes v1 op id" => *ids::OpId::of(bytes).as_bytes(),
        "kenes v1 book id" => *ids::BookId::of(bytes).as_bytes(),
        "kenes v1 committee id" => *ids::CommitteeId::of(bytes).as_bytes(),
        "kenes v1 member id" => *ids::MemberId::of(bytes).as_bytes(),
        "kenes v1 epoch id" => *ids::EpochId::of(bytes).as_bytes(),
        "kenes v1 invite id" => *ids::InviteId::of(bytes).as_bytes(),
        other => panic!("no type has {other}"),
    };
    assert_eq!(found, blake3::derive_key(context, bytes));
    found
}

fn id(input: &Fields) -> Result<Fields, String> {
    let found = id_of(input.text("context"), &input.bytes("bytes"));
    if found == input.array("id") { Ok(Fields::new()) } else { Err("Different".into()) }
}

fn identifiers() -> Vec<Case> {
    let case =
        |case: Case, context: &str, id: [u8; 32]| case.value("context", context).bytes("bytes", "abc").bytes("id", id);
    let mut cases: Vec<Case> =
        CONTEXTS.iter().map(|context| case(accept(context), context, id_of(context, b"abc"))).collect();
    for pair in CONTEXTS.windows(2) {
        let name = format!("the {} as a {}", &pair[0][9..], &pair[1][9..]);
        cases.push(case(reject(&name, "Different"), pair[1], id_of(pair[0], b"abc")));
    }
    let context = CONTEXTS[2];
    cases.push(case(reject("the id of other bytes", "Different"), context, id_of(context, b"abd")));
    cases.push(case(reject("the plain hash", "Different"), context, *blake3::hash(b"abc").as_bytes()));
    cases
}

fn hexadecimal(input: &Fields) -> Result<Fields, String> {
    let id: EnvelopeId = input.text("text").parse().map_err(name)?;
    Ok(Fields::new().with_bytes("id", id.as_bytes()))
}

fn hexadecimals() -> Vec<Case> {
    let good = "0123456789abcdef".repeat(4);
    let case = |case: Case, text: &str| case.value("text", text);
    vec![
        case(accept("small letters"), &good),
        case(accept("capitals"), &good.to_uppercase()),
        case(reject("one digit short", "NotHex"), &good[1..]),
        case(reject("one digit more", "NotHex"), &format!("{good}0")),
        case(reject("no digit", "NotHex"), &good.replacen('a', "g", 1)),
        case(reject("a sign", "NotHex"), &good.replacen("01", "+1", 1)),
        case(reject("64 bytes of other letters", "NotHex"), &"қ".repeat(32)),
        case(reject("nothing", "NotHex"), ""),
        case(reject("a space before", "NotHex"), &format!(" {}", &good[1..])),
    ]
}
