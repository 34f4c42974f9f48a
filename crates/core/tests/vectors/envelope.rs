//! E: envelopes.

use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{
    Body, Boxed, Envelope, Header, LONGEST, LONGEST_LIFE, Priority, Rotate, SHARES, Sealed, Share, Shelf, VERSION,
};
use kenes_core::ids::{ChannelId, EpochId};
use kenes_core::sign::{Domain, PublicKey, Signature, SigningKey};
use kenes_core::time::{BUILT, DAY, HOUR, Timestamp};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, reject};

pub(crate) fn rules() -> Vec<Rule> {
    let rule = |id, name, cases| Rule {
        id,
        name,
        says: "`bytes` is an envelope: well formed, signed by its pen, with this id and this kind of body.",
        check: envelope,
        cases,
    };
    vec![
        rule("E-1", "form", form),
        rule("E-2", "version", version),
        rule("E-3", "hours", hours),
        rule("E-4", "life", life),
        rule("E-5", "priority", priority),
        rule("E-6", "sizes", sizes),
        rule("E-7", "shares", shares),
        rule("E-8", "limit", limit),
        rule("E-9", "signature", signature),
    ]
}

fn envelope(input: &Fields) -> Result<Fields, String> {
    let envelope = Envelope::decode(&input.bytes("bytes")).map_err(name)?;
    let pen = envelope.header().pen.check().map_err(name)?;
    let verified = envelope.verify(&pen).map_err(name)?;
    let kind = name(verified.body().kind());
    Ok(Fields::new().with_bytes("id", verified.id().as_bytes()).with("kind", kind))
}

fn pen() -> SigningKey {
    SigningKey::from_seed([3; 32])
}

pub(crate) fn header(priority: Priority) -> Header {
    Header {
        version: VERSION,
        channel: ChannelId::from_bytes([9; 32]),
        pen: pen().public(),
        created: BUILT,
        expires: BUILT.plus(14 * DAY),
        priority,
    }
}

/// Signs whatever it is given.
fn raw(header: impl bincode::Encode, body: impl bincode::Encode) -> Vec<u8> {
    let mut bytes = [wire::encode(&header), wire::encode(&body)].concat();
    let signature = pen().sign(Domain::ENVELOPE, &bytes);
    bytes.extend_from_slice(signature.as_bytes());
    bytes
}

fn talk(length: usize) -> Body {
    let epoch = EpochId::from_bytes([1; 32]);
    Body::Sealed(Sealed { epoch, shelf: Shelf::Talk, nonce: [5; 24], ciphertext: vec![7; length] })
}

fn book(length: usize) -> Body {
    let epoch = EpochId::from_bytes([1; 32]);
    Body::Sealed(Sealed { epoch, shelf: Shelf::Book, nonce: [5; 24], ciphertext: vec![7; length] })
}

fn rotate(shares: usize, sealed: usize) -> Body {
    let share = Share { hint: [2; 4], enc: [2; 32], ciphertext: [2; 48] };
    Body::Rotate(Rotate { commit: [4; 32], shares: vec![share; shares], nonce: [5; 24], sealed: vec![6; sealed] })
}

fn boxed(length: usize) -> Body {
    Body::Boxed(Boxed { hint: [1; 4], enc: [2; 32], ciphertext: vec![3; length] })
}

fn list() -> Body {
    let keys = vec![SigningKey::from_seed([1; 32]).public()];
    Body::List(SignedList { list: List::first([0; 16], keys.clone(), keys), signatures: vec![] })
}

fn sealed(priority: Priority, body: Body) -> Vec<u8> {
    raw(header(priority), body)
}

fn good(what: &str, bytes: &[u8]) -> Case {
    accept(what).bytes("bytes", bytes)
}

fn bad(what: &str, error: &str, bytes: &[u8]) -> Case {
    reject(what, error).bytes("bytes", bytes)
}

const ROUTINE: Priority = Priority::Routine;
const CONTROL: Priority = Priority::Control;

fn form() -> Vec<Case> {
    let whole = sealed(ROUTINE, talk(528));
    let mut cases = vec![
        good("talk", &whole),
        good("a book page", &sealed(CONTROL, book(528))),
        good("a rotation", &sealed(CONTROL, rotate(2, 528))),
        good("boxed", &sealed(CONTROL, boxed(528))),
        good("public", &sealed(ROUTINE, Body::Public(b"an op".to_vec()))),
        good("a list", &sealed(CONTROL, list())),
        good("a book page in the clear", &sealed(CONTROL, Body::Page(b"a page".to_vec()))),
    ];
    let malformed = "Wire(Malformed)";
    for cut in [0, 1, 2, 33, 65, 66, 70, 75, 76, 77, 100, 200, 600, whole.len() - 64, whole.len() - 1] {
        cases.push(bad(&format!("cut after {cut} bytes"), malformed, &whole[..cut]));
    }
    let unknown = [wire::encode(&6u32), vec![0; 40]].concat();
    let epoch_shelf = (0u32, EpochId::from_bytes([1; 32]), 2u32, [5u8; 24], vec![7u8; 528]);
    let overlong = [vec![251, 3, 0], wire::encode(&b"an op".to_vec())].concat();
    cases.extend([
        bad("one byte follows", "Wire(Trailing)", &[whole.as_slice(), &[0]].concat()),
        bad("a seventh kind of body", malformed, &[wire::encode(&header(ROUTINE)), unknown, vec![0; 64]].concat()),
        bad("a third shelf", malformed, &raw(header(ROUTINE), epoch_shelf)),
        bad("the kind of body in three bytes", "Wire(NotCanonical)", &{
            [wire::encode(&header(ROUTINE)), overlong, vec![0; 64]].concat()
        }),
        bad("a ciphertext of 2^64-1 bytes", "Wire(TooLong)", &{
            let start = wire::encode(&(header(ROUTINE), 0u32, EpochId::from_bytes([1; 32]), 0u32, [5u8; 24]));
            [start, wire::encode(&u64::MAX), vec![7; 600]].concat()
        }),
        bad("2^64-1 shares", "Wire(TooLong)", &{
            let start = wire::encode(&(header(CONTROL), 1u32, [4u8; 32]));
            [start, wire::encode(&u64::MAX), vec![7; 600]].concat()
        }),
        bad("text instead", "Version(208)", "Жиын сағат алтыда".as_bytes()),
    ]);
    cases
}

fn version() -> Vec<Case> {
    let of = |version| raw(Header { version, ..header(ROUTINE) }, talk(528));
    vec![
        good("1", &of(1)),
        bad("0", "Version(0)", &of(0)),
        bad("2", "Version(2)", &of(2)),
        bad("255", "Version(255)", &of(255)),
        bad("2, and then nothing that version 1 knows", "Version(2)", b"\x02 and more"),
    ]
}

fn hours() -> Vec<Case> {
    let of = |created, expires| raw(Header { created, expires, ..header(ROUTINE) }, talk(528));
    let end = BUILT.plus(DAY);
    vec![
        good("whole hours", &of(BUILT, end)),
        bad("created a second past", "NotHours", &of(BUILT.plus(1), end)),
        bad("created a second before", "NotHours", &of(BUILT.minus(1), end)),
        bad("expires at half past", "NotHours", &of(BUILT, end.plus(1_800))),
        bad("expires at 2^64-1", "NotHours", &of(BUILT, Timestamp::from_secs(u64::MAX))),
    ]
}

fn life() -> Vec<Case> {
    let of = |created, expires| raw(Header { created, expires, ..header(ROUTINE) }, talk(528));
    let last = Timestamp::from_secs(u64::MAX).hour();
    vec![
        good("one hour", &of(BUILT, BUILT.plus(HOUR))),
        good("400 days", &of(BUILT, BUILT.plus(LONGEST_LIFE))),
        good("of 1970, which a clock that is wrong may write", &of(Timestamp::default(), Timestamp::from_secs(HOUR))),
        bad("none", "Life", &of(BUILT, BUILT)),
        bad("reversed", "Life", &of(BUILT.plus(DAY), BUILT)),
        bad("400 days and an hour", "Life", &of(BUILT, BUILT.plus(LONGEST_LIFE + HOUR))),
        bad("from 1970 to the end of time", "Life", &of(Timestamp::default(), last)),
    ]
}

fn priority() -> Vec<Case> {
    let mut cases = vec![];
    for claimed in Priority::ALL {
        for (what, body) in [
            ("talk", talk(528)),
            ("public", Body::Public(b"an op".to_vec())),
            ("book page", book(528)),
            ("rotation", rotate(1, 528)),
            ("boxed", boxed(528)),
            ("list", list()),
            ("open page", Body::Page(b"a page".to_vec())),
        ] {
            let control = body.kind().is_control();
            let name = format!("{what} as {}", name(claimed).to_lowercase());
            let bytes = sealed(claimed, body);
            cases.push(match control == (claimed == CONTROL) {
                true => good(&name, &bytes),
                false => bad(&name, "Priority", &bytes),
            });
        }
    }
    let (header, body) = (header(ROUTINE), talk(528));
    let fifth = (header.version, header.channel, header.pen, header.created, header.expires, 4u32);
    cases.push(bad("a fifth priority", "Wire(Malformed)", &raw(fifth, body)));
    cases
}

fn sizes() -> Vec<Case> {
    let mut cases = vec![];
    for length in [0, 15, 16, 511 + 16, 513 + 16, 529 + 16, 60_000] {
        for (what, priority, body) in [
            ("talk", ROUTINE, talk(length)),
            ("a book page", CONTROL, book(length)),
            ("boxed", CONTROL, boxed(length)),
            ("a rotation's sealed part", CONTROL, rotate(1, length)),
        ] {
            let name = format!("{what} of {length} bytes");
            cases.push(bad(&name, "NotPadded", &sealed(priority, body)));
        }
    }
    for length in [512 + 16, 544 + 16, 61_440 + 16] {
        cases.push(good(&format!("talk of {length} bytes"), &sealed(ROUTINE, talk(length))));
    }
    cases
}

fn shares() -> Vec<Case> {
    let of = |count| sealed(CONTROL, rotate(count, 528));
    vec![
        good("one", &of(1)),
        good("four", &of(4)),
        good("512", &of(SHARES)),
        bad("none", "Shares", &of(0)),
        bad("three", "Shares", &of(3)),
        bad("511", "Shares", &of(SHARES - 1)),
        bad("513", "Shares", &of(SHARES + 1)),
    ]
}

fn limit() -> Vec<Case> {
    let public = |length: usize| sealed(ROUTINE, Body::Public(vec![1; length]));
    let around = public(60_000).len() - 60_000;
    let most = LONGEST - around;
    vec![
        good("65,536 bytes", &public(most)),
        bad("65,537 bytes", "Wire(TooLong)", &public(most + 1)),
        bad("1,024 shares, a power of two, in 86 KB", "Wire(TooLong)", &sealed(CONTROL, rotate(1_024, 528))),
        bad("ten million zeros", "Wire(TooLong)", &vec![0; 10_000_000]),
    ]
}

fn signature() -> Vec<Case> {
    let whole = sealed(ROUTINE, talk(528));
    let signed = whole.len() - Signature::SIZE;
    let with = |signature: Signature| [&whole[..signed], signature.as_bytes().as_slice()].concat();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let by = |pen: PublicKey| raw(Header { pen, ..header(ROUTINE) }, talk(528));
    let mut small = [0; 32];
    small[0] = 1;
    let unfit = "BadSignature";
    vec![
        good("the pen's", &whole),
        bad("zeros", unfit, &with(Signature::from_bytes([0; 64]))),
        bad("for a list", unfit, &with(pen().sign(Domain::LIST, &whole[..signed]))),
        bad("over everything, the old signature included", unfit, &with(pen().sign(Domain::ENVELOPE, &whole))),
        bad("another pen's", unfit, &with(SigningKey::from_seed([4; 32]).sign(Domain::ENVELOPE, &whole[..signed]))),
        bad("another channel", unfit, &flipped(1)),
        bad("another priority", unfit, &flipped(header_length() - 1)),
        bad("another text", unfit, &flipped(signed - 1)),
        bad("a pen of small order", "Torsion", &by(PublicKey::from_bytes(small))),
        bad("a pen that is no point", "NotCanonical", &by(PublicKey::from_bytes([2; 32]))),
    ]
}

fn header_length() -> usize {
    wire::encode(&header(ROUTINE)).len()
}
