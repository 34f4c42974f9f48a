//! O: ops.

use kenes_core::envelope::Priority;
use kenes_core::ids::{CommitteeId, EpochId, OpId};
use kenes_core::op::{HEADS, LONGEST_TEXT, LONGEST_TITLE, Op, Post, SignedOp, Talk, VERSION};
use kenes_core::sign::{Domain, Signature, SigningKey};
use kenes_core::time::{BUILT, DAY, Timestamp};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, number, reject};

pub(crate) fn rules() -> Vec<Rule> {
    let rule = |id, name, cases| Rule {
        id,
        name,
        says: "`bytes` is an op, well formed and signed by the device that it names.",
        check: op,
        cases,
    };
    vec![
        rule("O-1", "form", form),
        rule("O-2", "numbers", numbers),
        rule("O-3", "bulletins", bulletins),
        rule("O-4", "signature", signature),
    ]
}

fn op(input: &Fields) -> Result<Fields, String> {
    let op = SignedOp::decode(&input.bytes("bytes")).map_err(name)?;
    let device = op.op().device.check().map_err(name)?;
    let op = op.verify(&device).map_err(name)?;
    Ok(Fields::new().with_bytes("id", op.id().as_bytes()))
}

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed([4; 32])
}

fn post() -> Post {
    Post {
        title: "Жиын".into(),
        text: "Сағат алтыда, цех алдында.".into(),
        priority: Priority::Routine,
        expires: BUILT.plus(DAY),
    }
}

fn example() -> Op {
    Op {
        version: VERSION,
        committee: CommitteeId::from_bytes([1; 32]),
        device: key().public(),
        seq: 0,
        prev: Op::NONE,
        heads: vec![],
        epoch: EpochId::from_bytes([2; 32]),
        time: BUILT.plus(61),
        talk: Talk::Post(post()),
    }
}

fn signed(op: &Op) -> Vec<u8> {
    let bytes = wire::encode(op);
    let signature = key().sign(Domain::OP, &bytes);
    [bytes.as_slice(), signature.as_bytes()].concat()
}

fn good(what: &str, op: &Op) -> Case {
    accept(what).bytes("bytes", signed(op))
}

fn bad(what: &str, error: &str, op: &Op) -> Case {
    reject(what, error).bytes("bytes", signed(op))
}

fn form() -> Vec<Case> {
    let id = OpId::from_bytes([8; 32]);
    let with = |talk: Talk| Op { talk, ..example() };
    let whole = signed(&example());
    let malformed = "Wire(Malformed)";
    let mut cases = vec![
        good("a bulletin", &example()),
        good("a reply", &with(Talk::Reply { to: id, post: post() })),
        good("a correction", &with(Talk::Correct { of: id, post: post() })),
        good("a retraction", &with(Talk::Retract { of: id })),
        bad("version 0", "Version(0)", &Op { version: 0, ..example() }),
        bad("version 2", "Version(2)", &Op { version: 2, ..example() }),
        reject("one byte follows", "Wire(Trailing)").bytes("bytes", [whole.as_slice(), &[0]].concat()),
        reject("the title is no UTF-8", malformed).bytes("bytes", {
            let mut bytes = whole.clone();
            let at = bytes.windows(2).position(|pair| pair == "Ж".as_bytes()).unwrap();
            bytes[at + 1] = 0;
            bytes
        }),
        reject("a fifth kind of talk", malformed).bytes("bytes", {
            let mut bytes = whole.clone();
            let at = bytes.windows(8).position(|part| part == "Жиын".as_bytes()).unwrap();
            bytes[at - 2] = 4;
            bytes
        }),
        reject("longer than any op", "Wire(TooLong)").bytes("bytes", vec![1; LONGEST_TEXT + LONGEST_TITLE + 4_097]),
    ];
    for cut in [0, 1, 33, 65, 66, 98, 100, 131, 140, whole.len() - 64, whole.len() - 1] {
        cases.push(reject(&format!("cut after {cut} bytes"), malformed).bytes("bytes", &whole[..cut]));
    }
    cases
}

fn numbers() -> Vec<Case> {
    let id = OpId::from_bytes([8; 32]);
    let heads = |count: u64| (1..=count).map(|n| OpId::from_bytes(number(n))).collect::<Vec<_>>();
    let headed = |heads| Op { heads, ..example() };
    let falling: Vec<_> = heads(2).into_iter().rev().collect();
    vec![
        good("number 1 after another op", &Op { seq: 1, prev: id, ..example() }),
        good("32 heads", &headed(heads(HEADS as u64))),
        bad("number 0 after another op", "Chain", &Op { prev: id, ..example() }),
        bad("number 1 after none", "Chain", &Op { seq: 1, ..example() }),
        good("number 2^64-2", &Op { seq: u64::MAX - 1, prev: id, ..example() }),
        bad("number 2^64-1, after which there is none", "Seq", &Op { seq: u64::MAX, prev: id, ..example() }),
        bad("heads in falling order", "Heads", &headed(falling)),
        bad("a head twice", "Heads", &headed([heads(1), heads(1)].concat())),
        bad("33 heads", "Heads", &headed(heads(HEADS as u64 + 1))),
    ]
}

fn bulletins() -> Vec<Case> {
    let with = |change: fn(&mut Post)| {
        let mut post = post();
        change(&mut post);
        Op { talk: Talk::Post(post), ..example() }
    };
    let reply = |change: fn(&mut Post)| {
        let mut post = post();
        change(&mut post);
        Op { talk: Talk::Reply { to: OpId::from_bytes([8; 32]), post }, ..example() }
    };
    vec![
        good("no title", &with(|post| post.title.clear())),
        good("urgent", &with(|post| post.priority = Priority::Urgent)),
        good("a text of 32,768 bytes", &with(|post| post.text = "a".repeat(LONGEST_TEXT))),
        bad("a text of 32,769 bytes", "TooLong", &with(|post| post.text = "a".repeat(LONGEST_TEXT + 1))),
        bad("a title of 513 bytes", "TooLong", &with(|post| post.title = "a".repeat(LONGEST_TITLE + 1))),
        bad("a text of 16,385 Cyrillic letters, which are two bytes each", "TooLong", &{
            with(|post| post.text = "ж".repeat(LONGEST_TEXT / 2 + 1))
        }),
        bad("no text", "Empty", &with(|post| post.text.clear())),
        bad("white space for a text", "Empty", &with(|post| post.text = " \n\t".into())),
        bad("an empty reply", "Empty", &reply(|post| post.text.clear())),
        bad("control", "Priority", &with(|post| post.priority = Priority::Control)),
        bad("bulk", "Priority", &with(|post| post.priority = Priority::Bulk)),
        bad("over before it is written", "Life", &with(|post| post.expires = BUILT)),
        bad("over when it is written", "Life", &with(|post| post.expires = BUILT.plus(61))),
        bad("over in 1970", "Life", &with(|post| post.expires = Timestamp::default())),
    ]
}

fn signature() -> Vec<Case> {
    let whole = signed(&example());
    let bytes = &whole[..whole.len() - Signature::SIZE];
    let with = |signature: Signature| [bytes, signature.as_bytes().as_slice()].concat();
    let bad = |what: &str, bytes: Vec<u8>| reject(what, "BadSignature").bytes("bytes", bytes);
    let other = SigningKey::from_seed([5; 32]);
    vec![
        accept("the device's").bytes("bytes", &whole),
        bad("another device's", with(other.sign(Domain::OP, bytes))),
        bad("for an object of the book", with(key().sign(Domain::BOOK, bytes))),
        bad("of zeros", with(Signature::from_bytes([0; 64]))),
        bad("for another committee", {
            let signature =
                key().sign(Domain::OP, &wire::encode(&Op { committee: CommitteeId::from_bytes([2; 32]), ..example() }));
            with(signature)
        }),
        bad("for another epoch", {
            let signature =
                key().sign(Domain::OP, &wire::encode(&Op { epoch: EpochId::from_bytes([3; 32]), ..example() }));
            with(signature)
        }),
    ]
}
