//! R: rotations, shares, and what is sealed under an epoch.

use std::collections::BTreeSet;

use kenes_core::envelope::{Body, Header, Priority, Rotate, Sealed, Share, Shelf};
use kenes_core::epoch::{self, AFTER, Draft, OUT, Rotation, VERSION};
use kenes_core::identity::DeviceSecret;
use kenes_core::ids::{self, BookId, ChannelId, CommitteeId, EpochId, ExclusionId};
use kenes_core::seal::{self, BoxSecret, Secret};
use kenes_core::sign::{Domain, PublicKey, SigningKey};
use kenes_core::time::{BUILT, DAY};
use kenes_core::wire;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::case::{Case, Fields, Rule, accept, name, number, reject};
use super::envelope::header;
use super::seal::box_secret;

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            id: "R-1",
            name: "commitments",
            says: "`commit` binds the secret `secret` in the channel `channel`.",
            check: commitment,
            cases: commitments,
        },
        Rule {
            id: "R-2",
            name: "shares",
            says: "The rotation `rotate`, found in `channel`, has a share for the X25519 secret `key`; it opens to `secret`.",
            check: share,
            cases: shares,
        },
        Rule {
            id: "R-3",
            name: "rotations",
            says: "The rotation `rotate`, found in `channel`, opens under `secret` to what its author signed; this is its epoch.",
            check: rotation,
            cases: rotations,
        },
        Rule {
            id: "R-4",
            name: "sealed",
            says: "`sealed`, found under `header`, opens under `secret` to `content`.",
            check: sealed,
            cases: sealings,
        },
    ]
}

const CHANNEL: ChannelId = ChannelId::from_bytes([9; 32]);
const COMMITTEE: CommitteeId = CommitteeId::from_bytes([7; 32]);
const UNDER: BookId = BookId::from_bytes([6; 32]);

fn rng(n: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([n; 32])
}

fn device(n: u8) -> DeviceSecret {
    DeviceSecret { sign: SigningKey::from_seed([n; 32]), open: box_secret([n + 100; 32]) }
}

fn commitment(input: &Fields) -> Result<Fields, String> {
    let secret = Secret::from_bytes(input.array("secret"));
    let found = epoch::commitment(ChannelId::from_bytes(input.array("channel")), &secret);
    if found == input.array("commit") { Ok(Fields::new()) } else { Err("Commitment".into()) }
}

fn commitments() -> Vec<Case> {
    let commit = epoch::commitment(CHANNEL, &Secret::from_bytes([3; 32]));
    let case = |case: Case, secret: [u8; 32], channel: [u8; 32]| {
        case.bytes("secret", secret).bytes("channel", channel).bytes("commit", commit)
    };
    vec![
        case(accept("this secret in this channel"), [3; 32], [9; 32]),
        case(reject("another secret", "Commitment"), [4; 32], [9; 32]),
        case(reject("another channel", "Commitment"), [3; 32], [8; 32]),
    ]
}

fn draft(recipients: &[u8]) -> Draft {
    Draft {
        channel: CHANNEL,
        committee: COMMITTEE,
        recipients: recipients.iter().map(|n| device(*n).public()).collect(),
        after: BTreeSet::from([EpochId::from_bytes([1; 32])]),
        under: UNDER,
        out: BTreeSet::new(),
        time: BUILT,
    }
}

fn rotate() -> (Rotate, Secret) {
    epoch::rotate(draft(&[1, 2, 3]), &device(1).sign, &mut rng(1)).unwrap()
}

fn share(input: &Fields) -> Result<Fields, String> {
    let rotate: Rotate = wire::decode(&input.bytes("rotate"), 65_536).map_err(name)?;
    let channel = ChannelId::from_bytes(input.array("channel"));
    let secret = epoch::open_share(&rotate, channel, &box_secret(input.array("key"))).map_err(name)?.ok_or("None")?;
    Ok(Fields::new().with_bytes("secret", secret.as_bytes()))
}

/// A share of a secret of our own choosing.
fn forged(to: &BoxSecret, secret: &[u8], commit: &[u8; 32]) -> Share {
    let place = [CHANNEL.as_bytes().as_slice(), commit].concat();
    let (enc, ciphertext) = seal::to_one(&to.public(), secret, &place, &[], &mut rng(9)).unwrap();
    Share { hint: seal::hint(&to.public(), &enc), enc, ciphertext: ciphertext.try_into().unwrap() }
}

fn shares() -> Vec<Case> {
    let (rotate, _) = rotate();
    let case = |case: Case, rotate: &Rotate, channel: ChannelId, key: u8| {
        case.bytes("rotate", wire::encode(rotate)).bytes("channel", channel.as_bytes()).bytes("key", [key + 100; 32])
    };
    let mine = |rotate: &Rotate, n: u8| {
        let key = device(n).open.public();
        rotate.shares.iter().position(|share| share.hint == seal::hint(&key, &share.enc)).unwrap()
    };
    let with = |change: &dyn Fn(&mut Rotate)| {
        let mut rotate = rotate.clone();
        change(&mut rotate);
        rotate
    };
    let other = with(&|rotate| {
        let place = mine(rotate, 2);
        rotate.shares[place] = forged(&device(2).open, &[1; 32], &rotate.commit);
    });
    let none = "None";
    vec![
        case(accept("the first recipient"), &rotate, CHANNEL, 1),
        case(accept("the second"), &rotate, CHANNEL, 2),
        case(accept("the third"), &rotate, CHANNEL, 3),
        case(reject("a stranger", none), &rotate, CHANNEL, 4),
        case(reject("in another channel", none), &rotate, ChannelId::from_bytes([8; 32]), 1),
        case(reject("of another secret than the commitment is for", "Commitment"), &other, CHANNEL, 2),
        case(
            reject("one bit of it changed", none),
            &with(&|rotate| {
                let place = mine(rotate, 1);
                rotate.shares[place].ciphertext[0] ^= 1;
            }),
            CHANNEL,
            1,
        ),
        case(
            reject("under another hint", none),
            &with(&|rotate| {
                let place = mine(rotate, 1);
                rotate.shares[place].hint[0] ^= 1;
            }),
            CHANNEL,
            1,
        ),
        case(
            reject("an encapsulated key of zeros", none),
            &with(&|rotate| {
                let place = mine(rotate, 1);
                rotate.shares[place].enc = [0; 32];
                rotate.shares[place].hint = seal::hint(&device(1).open.public(), &[0; 32]);
            }),
            CHANNEL,
            1,
        ),
        case(reject("with another commitment", none), &with(&|rotate| rotate.commit[0] ^= 1), CHANNEL, 1),
    ]
}

fn rotation(input: &Fields) -> Result<Fields, String> {
    let rotate: Rotate = wire::decode(&input.bytes("rotate"), 65_536).map_err(name)?;
    let channel = ChannelId::from_bytes(input.array("channel"));
    epoch::read_rotation(&rotate, channel, &Secret::from_bytes(input.array("secret"))).map_err(name)?;
    Ok(Fields::new().with_bytes("epoch", rotate.epoch().as_bytes()))
}

/// Seals a rotation's op of our own making beside the shares of an honest one.
fn inside(change: impl Fn(&mut Rotation), by: &SigningKey, domain: Domain) -> Rotate {
    let (honest, secret) = rotate();
    let mut rotation = Rotation {
        channel: CHANNEL,
        version: VERSION,
        committee: COMMITTEE,
        author: device(1).sign.public(),
        recipients: sorted([1, 2, 3].map(|n| device(n).sign.public()).to_vec()),
        after: vec![],
        under: UNDER,
        out: vec![],
        shares: ids::derive("kenes v1 epoch shares", &wire::encode(&honest.shares)),
        time: BUILT,
    };
    change(&mut rotation);
    let bytes = wire::encode(&rotation);
    let content = [bytes.as_slice(), by.sign(domain, &bytes).as_bytes()].concat();
    let key = secret.derive("kenes v1 epoch rotation", &[CHANNEL.as_bytes()]);
    let place = [CHANNEL.as_bytes().as_slice(), &honest.commit].concat();
    let sealed = seal::seal(&key, &honest.nonce, &content, &place).unwrap();
    Rotate { sealed, ..honest }
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

fn rotations() -> Vec<Case> {
    let (honest, secret) = rotate();
    let secret = *secret.as_bytes();
    let case = |case: Case, rotate: &Rotate, channel: ChannelId, secret: [u8; 32]| {
        case.bytes("rotate", wire::encode(rotate)).bytes("channel", channel.as_bytes()).bytes("secret", secret)
    };
    let author = device(1).sign;
    let bad = |what: &str, error: &str, rotate: &Rotate| case(reject(what, error), rotate, CHANNEL, secret);
    let made = |change: &dyn Fn(&mut Rotation)| inside(change, &author, Domain::ROTATION);
    let keys = |count: u64| (1..=count).map(|n| PublicKey::from_bytes(number(n))).collect::<Vec<_>>();
    let epochs = |count: usize| (1..=count as u64).map(|n| EpochId::from_bytes(number(n))).collect::<Vec<_>>();
    let outs = |count: usize| (1..=count as u64).map(|n| ExclusionId::from_bytes(number(n))).collect::<Vec<_>>();
    let mut fewer = honest.clone();
    fewer.shares.pop();
    let mut twice = honest.clone();
    twice.shares[1] = twice.shares[0];
    let mut changed = honest.clone();
    changed.sealed[3] ^= 1;
    let mut small = [0; 32];
    small[0] = 1;
    vec![
        case(accept("an honest one"), &honest, CHANNEL, secret),
        case(accept("one of our own making"), &made(&|_| {}), CHANNEL, secret),
        case(reject("under another secret", "Commitment"), &honest, CHANNEL, [1; 32]),
        case(reject("in another channel", "Commitment"), &honest, ChannelId::from_bytes([8; 32]), secret),
        bad("one bit of the sealed part changed", "Open(Key)", &changed),
        bad("under another nonce", "Open(Key)", &Rotate { nonce: [0; 24], ..honest.clone() }),
        bad("version 2", "Version(2)", &made(&|rotation| rotation.version = 2)),
        bad(
            "made for another channel",
            "Channel",
            &made(&|rotation| rotation.channel = ChannelId::from_bytes([8; 32])),
        ),
        bad("a share left out", "Shares", &fewer),
        bad("a share twice", "Shares", &twice),
        bad("about other shares", "Shares", &made(&|rotation| rotation.shares[0] ^= 1)),
        bad("recipients in falling order", "Names", &made(&|rotation| rotation.recipients.reverse())),
        bad("a recipient twice", "Names", &made(&|rotation| rotation.recipients[1] = rotation.recipients[0])),
        bad("513 recipients", "Names", &made(&|rotation| rotation.recipients = keys(513))),
        bad(
            "an epoch before it twice",
            "Names",
            &made(&|rotation| rotation.after = vec![EpochId::from_bytes([1; 32]); 2]),
        ),
        bad("33 epochs before it", "Names", &made(&|rotation| rotation.after = epochs(AFTER + 1))),
        bad("257 exclusions", "Names", &made(&|rotation| rotation.out = outs(OUT + 1))),
        bad("signed by another device", "Signature", &inside(|_| {}, &device(2).sign, Domain::ROTATION)),
        bad("signed as an op", "Signature", &inside(|_| {}, &author, Domain::OP)),
        bad("an author of small order", "Signature", &made(&|rotation| rotation.author = PublicKey::from_bytes(small))),
    ]
}

fn sealed(input: &Fields) -> Result<Fields, String> {
    let header: Header = wire::decode(&input.bytes("header"), 200).map_err(name)?;
    let sealed: Sealed = wire::decode(&input.bytes("sealed"), 65_536).map_err(name)?;
    let content = epoch::open_under(&header, &sealed, &Secret::from_bytes(input.array("secret"))).map_err(name)?;
    Ok(Fields::new().with_bytes("content", content))
}

fn sealings() -> Vec<Case> {
    let (secret, epoch) = (Secret::from_bytes([3; 32]), EpochId::from_bytes([4; 32]));
    let make = |header: &Header, shelf: Shelf| {
        let body = epoch::seal_under(header, epoch, &secret, shelf, "Сағат алтыда.".as_bytes(), &mut rng(1)).unwrap();
        let Body::Sealed(sealed) = body else { panic!("sealed") };
        sealed
    };
    let (routine, control) = (header(Priority::Routine), header(Priority::Control));
    let (talk, book) = (make(&routine, Shelf::Talk), make(&control, Shelf::Book));
    let case = |case: Case, header: &Header, sealed: &Sealed, secret: [u8; 32]| {
        case.bytes("header", wire::encode(header)).bytes("sealed", wire::encode(sealed)).bytes("secret", secret)
    };
    let moved = |what: &str, header: &Header| case(reject(what, "Key"), header, &talk, [3; 32]);
    let other = |what: &str, sealed: &Sealed| case(reject(what, "Key"), &routine, sealed, [3; 32]);
    vec![
        case(accept("talk"), &routine, &talk, [3; 32]),
        case(accept("a book page"), &control, &book, [3; 32]),
        case(reject("under another secret", "Key"), &routine, &talk, [4; 32]),
        moved("in another channel", &Header { channel: ChannelId::from_bytes([8; 32]), ..routine }),
        moved("under another pen", &Header { pen: SigningKey::from_seed([1; 32]).public(), ..routine }),
        moved("with a longer life", &Header { expires: BUILT.plus(30 * DAY), ..routine }),
        moved("made at another time", &Header { created: BUILT.minus(DAY), ..routine }),
        moved("with another priority", &Header { priority: Priority::Urgent, ..routine }),
        other("said to be of another epoch", &Sealed { epoch: EpochId::from_bytes([5; 32]), ..talk.clone() }),
        other("talk on the shelf of the book", &Sealed { shelf: Shelf::Book, ..talk.clone() }),
        other("with another nonce", &Sealed { nonce: [0; 24], ..talk.clone() }),
        other(
            "its tag cut by one byte",
            &Sealed { ciphertext: talk.ciphertext[..talk.ciphertext.len() - 1].to_vec(), ..talk.clone() },
        ),
    ]
}

/// A device, as an object certifies it.
pub(crate) fn secret_device(n: u8) -> DeviceSecret {
    device(n)
}
