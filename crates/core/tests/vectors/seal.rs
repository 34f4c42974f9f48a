//! P and C-4 to C-6: padding, packing, symmetric sealing, HPKE to one recipient, hints.

use kenes_core::seal::{self, BoxKey, BoxSecret, LONGEST_CONTENT, OpenError, Secret, TAG, padded};
use kenes_core::wire;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::case::{Case, Fields, Rule, accept, name, reject};

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            id: "P-1",
            name: "padding",
            says: "A ciphertext of `length` bytes, its tag included, may hold padded content.",
            check: padding,
            cases: paddings,
        },
        Rule {
            id: "P-2",
            name: "packing",
            says: "`packed` unpacks to `content`. (Sealed here under a key and nonce of zeros, to be opened as C-4 says.)",
            check: unpack,
            cases: packings,
        },
        Rule {
            id: "C-4",
            name: "sealing",
            says: "`ciphertext` opens under `key`, `nonce` and `aad` and unpacks to `content`.",
            check: open,
            cases: openings,
        },
        Rule {
            id: "C-5",
            name: "boxes",
            says: "`enc` and `ciphertext` open for the X25519 secret `secret` under `info` and `aad`, to `plain`.",
            check: unbox,
            cases: boxes,
        },
        Rule { id: "C-6", name: "hints", says: "`hint` is the hint for `key` under `enc`.", check: hint, cases: hints },
    ]
}

fn padding(input: &Fields) -> Result<Fields, String> {
    if seal::is_padded(input.number("length") as usize) { Ok(Fields::new()) } else { Err("NotPadded".into()) }
}

fn paddings() -> Vec<Case> {
    let case = |case: Case, content: usize| case.value("length", content + TAG);
    let mut cases = vec![
        reject("nothing", "NotPadded").value("length", 0),
        reject("a tag alone", "NotPadded").value("length", TAG),
        reject("shorter than a tag", "NotPadded").value("length", TAG - 1),
        case(reject("511", "NotPadded"), 511),
        case(accept("512, the floor"), 512),
        case(reject("513", "NotPadded"), 513),
    ];
    for content in [513, 545, 1_000, 1_025, 4_097, 10_000, 33_000, 60_000] {
        let size = padded(content);
        cases.push(case(accept(&format!("{size}, to which {content} is padded")), size));
        cases.push(case(reject(&format!("{}", size - 1), "NotPadded"), size - 1));
        cases.push(case(reject(&format!("{}", size + 1), "NotPadded"), size + 1));
    }
    cases
}

const ZERO: Secret = Secret::from_bytes([0; 32]);

fn unpack(input: &Fields) -> Result<Fields, String> {
    let ciphertext = seal::encrypt(&ZERO, &[0; 24], &input.bytes("packed"), b"").unwrap();
    let content = seal::open(&ZERO, &[0; 24], &ciphertext, b"").map_err(name)?;
    Ok(Fields::new().with_bytes("content", content))
}

fn pack(content: &[u8]) -> Vec<u8> {
    let ciphertext = seal::seal(&ZERO, &[0; 24], content, b"").unwrap();
    seal::decrypt(&ZERO, &[0; 24], &ciphertext, b"").unwrap()
}

/// A packed content of our own making: a form, its bytes, and zeros up to the proper size.
fn form(number: u32, rest: Vec<u8>) -> Vec<u8> {
    let mut bytes = [wire::encode(&number), rest].concat();
    bytes.resize(padded(bytes.len()), 0);
    bytes
}

const BULLETIN: &str =
    "Жиын. Ертең сағат 18:00-де цех алдында жиналамыз, барлық жолдастар келсін. Собрание завтра в 18:00.";

fn packings() -> Vec<Case> {
    let good = |what: &str, packed: Vec<u8>| accept(what).bytes("packed", packed);
    let bad = |what: &str, error: &str, packed: Vec<u8>| reject(what, error).bytes("packed", packed);
    let plain = |content: Vec<u8>| form(0, wire::encode(&content));
    let frame = |content: &[u8]| zstd::bulk::compress(content, 19).unwrap();
    let zstd = |frame: Vec<u8>| form(1, wire::encode(&frame));
    let dictionary = |version: u8, frame: Vec<u8>| form(2, wire::encode(&(version, frame)));
    let made = pack(BULLETIN.as_bytes());
    assert_eq!(made[..2], [2, 1], "this bulletin takes the dictionary");
    let mut hidden = plain(b"short".to_vec());
    hidden[300] = 1;
    let mut damaged = made.clone();
    damaged[9] ^= 0x40;
    let [wrong, padding] = ["Pack(Malformed)", "Pack(Padding)"];
    let bomb = frame(&vec![0; LONGEST_CONTENT + 1]);
    vec![
        good("plain, empty", plain(vec![])),
        good("plain", plain(b"short".to_vec())),
        good("zstd", zstd(frame(&[b'a'; 2_000]))),
        good("zstd, the longest there is", zstd(frame(&vec![b'a'; LONGEST_CONTENT]))),
        good("zstd, where plain would be shorter", zstd(frame(b"short"))),
        good("a bulletin under dictionary 1", made.clone()),
        bad("nothing", wrong, vec![]),
        bad("zeros beyond what the size takes", padding, [plain(b"short".to_vec()), vec![0; 32]].concat()),
        bad("too little padding", padding, plain(b"short".to_vec())[..511].to_vec()),
        bad("no padding", padding, plain(b"short".to_vec())[..7].to_vec()),
        bad("something in the padding", padding, hidden),
        bad("a fourth form", wrong, form(3, wire::encode(&b"short".to_vec()))),
        bad("the form in three bytes", wrong, [vec![251, 0, 0], vec![0; 509]].concat()),
        bad("a length beyond the rest", wrong, [vec![0, 252, 0, 0, 1, 0], vec![0; 506]].concat()),
        bad("one byte too long", wrong, plain(vec![1; LONGEST_CONTENT + 1])),
        bad("zstd, one byte too long", "Pack(Compression)", zstd(bomb)),
        bad("zstd, a bomb of 50 MB", "Pack(Compression)", zstd(frame(&vec![0; 50_000_000]))),
        bad("zstd, no frame", "Pack(Compression)", zstd(vec![1, 2, 3])),
        bad("zstd, cut short", "Pack(Compression)", zstd(frame(&[b'a'; 2_000])[..8].to_vec())),
        bad("dictionary 0", "Pack(Dictionary(0))", dictionary(0, frame(b"x"))),
        bad("dictionary 2", "Pack(Dictionary(2))", dictionary(2, frame(b"x"))),
        bad("under dictionary 1, damaged", "Pack(Compression)", damaged),
    ]
}

fn open(input: &Fields) -> Result<Fields, String> {
    let key = Secret::from_bytes(input.array("key"));
    let content = seal::open(&key, &input.array("nonce"), &input.bytes("ciphertext"), &input.bytes("aad"));
    Ok(Fields::new().with_bytes("content", content.map_err(name)?))
}

fn openings() -> Vec<Case> {
    let (key, nonce, aad) = (Secret::from_bytes([3; 32]), [4; 24], b"the place");
    let sealed = seal::seal(&key, &nonce, BULLETIN.as_bytes(), aad).unwrap();
    let case = |case: Case, key: [u8; 32], nonce: [u8; 24], aad: &[u8], ciphertext: &[u8]| {
        case.bytes("key", key).bytes("nonce", nonce).bytes("aad", aad).bytes("ciphertext", ciphertext)
    };
    let bad = |what: &str, ciphertext: &[u8]| case(reject(what, "Key"), [3; 32], nonce, aad, ciphertext);
    let changed = |at: usize| {
        let mut bytes = sealed.clone();
        bytes[at] ^= 1;
        bytes
    };
    assert_eq!(seal::open(&key, &[5; 24], &sealed, aad), Err(OpenError::Key));
    vec![
        case(accept("a bulletin"), [3; 32], nonce, aad, &sealed),
        case(reject("another key", "Key"), [2; 32], nonce, aad, &sealed),
        case(reject("another nonce", "Key"), [3; 32], [5; 24], aad, &sealed),
        case(reject("another place", "Key"), [3; 32], nonce, b"another", &sealed),
        bad("one bit of the text changed", &changed(0)),
        bad("one bit of the tag changed", &changed(sealed.len() - 1)),
        bad("the tag cut by one byte", &sealed[..sealed.len() - 1]),
        bad("the tag cut off", &sealed[..sealed.len() - TAG]),
        bad("fifteen bytes", &sealed[..15]),
        bad("nothing", &[]),
        bad("one byte more", &[sealed.as_slice(), &[0]].concat()),
    ]
}

/// An X25519 secret as it is kept: 32 bytes.
pub(crate) fn box_secret(bytes: [u8; 32]) -> BoxSecret {
    wire::decode(&bytes, 32).unwrap()
}

fn unbox(input: &Fields) -> Result<Fields, String> {
    let secret = box_secret(input.array("secret"));
    let plain = secret.open(&input.array("enc"), &input.bytes("ciphertext"), &input.bytes("info"), &input.bytes("aad"));
    Ok(Fields::new().with_bytes("plain", plain.ok_or("Key")?))
}

fn boxes() -> Vec<Case> {
    let mine = box_secret([11; 32]);
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let (enc, ciphertext) =
        seal::to_one(&mine.public(), b"thirty-two bytes of some secret.", b"info", b"aad", &mut rng).unwrap();
    let case = |case: Case, secret: [u8; 32], enc: [u8; 32], ciphertext: &[u8]| {
        case.bytes("secret", secret).bytes("enc", enc).bytes("ciphertext", ciphertext)
    };
    let here = |case: Case| case.bytes("info", b"info").bytes("aad", b"aad");
    let bad = |what: &str, enc: [u8; 32], ciphertext: &[u8]| here(case(reject(what, "Key"), [11; 32], enc, ciphertext));
    let mut one = [0; 32];
    one[0] = 1;
    let mut order_eight = [0; 32];
    order_eight.copy_from_slice(
        &data_encoding::HEXLOWER.decode(b"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800").unwrap(),
    );
    let mut changed = ciphertext.clone();
    changed[0] ^= 1;
    vec![
        here(case(accept("for me"), [11; 32], enc, &ciphertext)),
        here(case(reject("for someone else", "Key"), [12; 32], enc, &ciphertext)),
        case(reject("another info", "Key"), [11; 32], enc, &ciphertext).bytes("info", b"other").bytes("aad", b"aad"),
        case(reject("another aad", "Key"), [11; 32], enc, &ciphertext).bytes("info", b"info").bytes("aad", b"other"),
        bad("an encapsulated key of zeros, whose shared secret is zeros", [0; 32], &ciphertext),
        bad("an encapsulated key of order 1", one, &ciphertext),
        bad("an encapsulated key of order 8", order_eight, &ciphertext),
        bad(
            "an encapsulated key of p, which is zero",
            {
                let mut p = [0xff; 32];
                (p[0], p[31]) = (0xed, 0x7f);
                p
            },
            &ciphertext,
        ),
        bad("one bit changed", enc, &changed),
        bad("the tag cut by one byte", enc, &ciphertext[..ciphertext.len() - 1]),
        bad("fifteen bytes", enc, &ciphertext[..15]),
        bad("nothing", enc, &[]),
    ]
}

fn hint(input: &Fields) -> Result<Fields, String> {
    let found = seal::hint(&BoxKey::from_bytes(input.array("key")), &input.array("enc"));
    if found == input.array("hint") { Ok(Fields::new()) } else { Err("Different".into()) }
}

fn hints() -> Vec<Case> {
    let key = box_secret([11; 32]).public();
    let right = seal::hint(&key, &[7; 32]);
    let case = |case: Case, key: &BoxKey, enc: [u8; 32]| {
        case.bytes("key", key.as_bytes()).bytes("enc", enc).bytes("hint", right)
    };
    vec![
        case(accept("the recipient's"), &key, [7; 32]),
        case(reject("another recipient's", "Different"), &box_secret([12; 32]).public(), [7; 32]),
        case(reject("another encapsulation's", "Different"), &key, [8; 32]),
    ]
}
