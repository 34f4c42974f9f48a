//! C-1 to C-3: keys, signatures under ZIP 215, and domains.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use kenes_core::sign::{self, CheckedKey, Domain, PublicKey, Signature, Signed, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sha2::{Digest, Sha512};

use super::case::{Case, Fields, Rule, accept, name, reject};

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule { id: "C-1", name: "keys", says: "`key` may sign.", check: key, cases: keys },
        Rule {
            id: "C-2",
            name: "signatures",
            says: "`signature` is `key`'s over `bytes` for an op: alone, in a batch of its own, and beside others.",
            check: signature,
            cases: signatures,
        },
        Rule {
            id: "C-3",
            name: "domains",
            says: "`signature` is `key`'s over `bytes` in the domain `domain`.",
            check: domain,
            cases: domains,
        },
    ]
}

const DOMAINS: [(&str, Domain); 12] = [
    ("envelope", Domain::ENVELOPE),
    ("list", Domain::LIST),
    ("op", Domain::OP),
    ("book", Domain::BOOK),
    ("device", Domain::DEVICE),
    ("rotation", Domain::ROTATION),
    ("member", Domain::MEMBER),
    ("key", Domain::KEY),
    ("join", Domain::JOIN),
    ("welcome", Domain::WELCOME),
    ("share", Domain::SHARE),
    ("return", Domain::RETURN),
];

fn key(input: &Fields) -> Result<Fields, String> {
    PublicKey::from_bytes(input.array("key")).check().map(|_| Fields::new()).map_err(name)
}

fn keys() -> Vec<Case> {
    let mut cases = vec![
        accept("an honest key").bytes("key", SigningKey::from_seed([1; 32]).public().as_bytes()),
        accept("the base point").bytes("key", ED25519_BASEPOINT_POINT.compress().as_bytes()),
    ];
    for (n, point) in EIGHT_TORSION.iter().enumerate() {
        let case = reject(&format!("small order, {n} of 8"), "Torsion");
        cases.push(case.bytes("key", point.compress().as_bytes()));
    }
    for (n, torsion) in EIGHT_TORSION.iter().enumerate().skip(1) {
        let mixed = ED25519_BASEPOINT_POINT + torsion;
        cases.push(reject(&format!("mixed order, {n} of 7"), "Torsion").bytes("key", mixed.compress().as_bytes()));
    }
    let field = |low: u8, high: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (low, high);
        bytes
    };
    let mut minus_zero = [0; 32];
    (minus_zero[0], minus_zero[31]) = (1, 0x80);
    cases.extend([
        reject("y = p, which is 0", "NotCanonical").bytes("key", field(0xed, 0x7f)),
        reject("y = p + 1, which is 1", "NotCanonical").bytes("key", field(0xee, 0x7f)),
        reject("y = p + 1 with the other sign", "NotCanonical").bytes("key", field(0xee, 0xff)),
        reject("y = 1 with the sign of a zero x", "NotCanonical").bytes("key", minus_zero),
        reject("y = 2, not on the curve", "NotCanonical").bytes("key", {
            let mut two = [0; 32];
            two[0] = 2;
            two
        }),
    ]);
    cases
}

fn parts(input: &Fields) -> Result<(CheckedKey, Vec<u8>, Signature), String> {
    let key = PublicKey::from_bytes(input.array("key")).check().map_err(name)?;
    Ok((key, input.bytes("bytes"), Signature::from_bytes(input.array("signature"))))
}

fn signature(input: &Fields) -> Result<Fields, String> {
    let (key, bytes, signature) = parts(input)?;
    let single = key.verify(Domain::OP, &bytes, &signature);
    let signed = || Signed { key, domain: Domain::OP, bytes: &bytes, signature };
    let honest = SigningKey::from_seed([77; 32]);
    let beside = || Signed {
        key: honest.public().check().unwrap(),
        domain: Domain::OP,
        bytes: b"beside",
        signature: honest.sign(Domain::OP, b"beside"),
    };
    // A verifier that forgets the cofactor lets a crafted signature through one time in eight: so, often.
    for seed in 0..32 {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        assert_eq!(sign::verify_all(&[signed()], &mut rng), single, "a batch of one");
        assert_eq!(sign::verify_all(&[beside(), signed(), beside()], &mut rng), single, "a batch of three");
    }
    single.map(|()| Fields::new()).map_err(name)
}

const TEXT: &[u8] = b"the hall at six";
const SEED: [u8; 32] = [1; 32];

fn secret_scalar() -> Scalar {
    let hash = Sha512::digest(SEED);
    let mut bytes: [u8; 32] = hash[..32].try_into().unwrap();
    bytes[0] &= 248;
    bytes[31] = bytes[31] & 63 | 64;
    Scalar::from_bytes_mod_order(bytes)
}

/// Signs [`TEXT`] with a nonce of our choice, under whatever encoding of the nonce's point.
fn craft(nonce: Scalar, encoded: [u8; 32]) -> [u8; 64] {
    let public = SigningKey::from_seed(SEED).public();
    let message = [b"kenes/v1/op\0".as_slice(), TEXT].concat();
    let hash = Sha512::new().chain_update(encoded).chain_update(public.as_bytes()).chain_update(message).finalize();
    let challenge = Scalar::from_bytes_mod_order_wide(&hash.into());
    let s = nonce + challenge * secret_scalar();
    [encoded, s.to_bytes()].concat().try_into().unwrap()
}

fn encode(point: EdwardsPoint) -> [u8; 32] {
    point.compress().to_bytes()
}

fn signatures() -> Vec<Case> {
    let key = SigningKey::from_seed(SEED);
    let honest = *key.sign(Domain::OP, TEXT).as_bytes();
    let case = |case: Case, signature: &[u8; 64]| {
        case.bytes("key", key.public().as_bytes()).bytes("bytes", TEXT).bytes("signature", signature)
    };
    let bad = |what: &str, signature: &[u8; 64]| case(reject(what, "BadSignature"), signature);
    let mut cases = vec![case(accept("honest"), &honest)];
    let nonce = Scalar::from(123_456_789u64);
    for (n, torsion) in EIGHT_TORSION.iter().enumerate() {
        let name = format!("R with a part of small order, {n} of 8: valid, where a rule without the cofactor says no");
        cases.push(case(accept(&name), &craft(nonce, encode(ED25519_BASEPOINT_POINT * nonce + torsion))));
    }
    for (n, torsion) in EIGHT_TORSION.iter().enumerate() {
        let name = format!("R of small order, {n} of 8: valid");
        cases.push(case(accept(&name), &craft(Scalar::ZERO, encode(*torsion))));
    }
    let mut overlong = [0xff; 32];
    (overlong[0], overlong[31]) = (0xee, 0x7f);
    cases.push(case(accept("R in a second encoding, y = p + 1: valid"), &craft(Scalar::ZERO, overlong)));
    let mut no_point = honest;
    no_point[..32].copy_from_slice(&{
        let mut two = [0; 32];
        two[0] = 2;
        two
    });
    let mut flipped = honest;
    flipped[40] ^= 1;
    let mut half = honest;
    half[32..].fill(0);
    let mut other = craft(nonce, encode(ED25519_BASEPOINT_POINT * nonce));
    other[..32].copy_from_slice(&encode(ED25519_BASEPOINT_POINT * (nonce + Scalar::ONE)));
    cases.extend([
        bad("S plus the order of the group", &plus_order(honest)),
        bad("S = 2^256 - 1", &[honest[..32].to_vec(), vec![0xff; 32]].concat().try_into().unwrap()),
        bad("all zeros", &[0; 64]),
        bad("S of zeros", &half),
        bad("R is no point", &no_point),
        bad("one bit of S changed", &flipped),
        bad("another R", &other),
        bad("another key's", SigningKey::from_seed([2; 32]).sign(Domain::OP, TEXT).as_bytes()),
        bad("over another text", key.sign(Domain::OP, b"the hall at five").as_bytes()),
        bad("without a domain", &craft_plain(&key)),
    ]);
    cases
}

fn plus_order(mut signature: [u8; 64]) -> [u8; 64] {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    signature
}

fn craft_plain(key: &SigningKey) -> [u8; 64] {
    ed25519_zebra::SigningKey::from(*key.seed()).sign(TEXT).into()
}

fn domain(input: &Fields) -> Result<Fields, String> {
    let (key, bytes, signature) = parts(input)?;
    let (_, domain) = DOMAINS.iter().find(|(name, _)| *name == input.text("domain")).unwrap();
    key.verify(*domain, &bytes, &signature).map(|()| Fields::new()).map_err(name)
}

fn domains() -> Vec<Case> {
    let key = SigningKey::from_seed(SEED);
    let case = |case: Case, domain: &str, signature: Signature| {
        let case = case.value("domain", domain).bytes("key", key.public().as_bytes());
        case.bytes("bytes", TEXT).bytes("signature", signature.as_bytes())
    };
    let mut cases: Vec<Case> =
        DOMAINS.iter().map(|(name, domain)| case(accept(name), name, key.sign(*domain, TEXT))).collect();
    for (n, (name, domain)) in DOMAINS.iter().enumerate() {
        for (other, _) in [DOMAINS[(n + 1) % 9], DOMAINS[(n + 3) % 9]] {
            let what = format!("a signature for {name} under {other}");
            cases.push(case(reject(&what, "BadSignature"), other, key.sign(*domain, TEXT)));
        }
    }
    cases
}
