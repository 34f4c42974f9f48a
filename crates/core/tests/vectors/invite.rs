//! J: invites and the letters that answer them.

use kenes_core::book::{Certificate, Content, NextPen, SignedObject};
use kenes_core::envelope::{Body, Boxed, Header, Priority};
use kenes_core::identity::{Consent, Identity, Name};
use kenes_core::ids::{ChannelId, CommitteeId, EpochId, ListId};
use kenes_core::invite::{
    self, Absentee, EpochKey, Invite, JoinRequest, LateShare, Letter, PAST, Return, VERSION, Welcome,
};
use kenes_core::seal::Secret;
use kenes_core::sign::{Domain, PublicKey, Signature, SigningKey};
use kenes_core::time::{BUILT, DAY};
use kenes_core::wire;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::case::{Case, Fields, Rule, accept, name, reject};
use super::envelope::header;
use super::epoch::secret_device;
use super::seal::box_secret;
use super::uri::{Text, damaged, text};

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule { id: "J-1", name: "invites", says: "`text` is an invite.", check: invite, cases: invites },
        Rule {
            id: "J-2",
            name: "letters",
            says: "`boxed`, found under `header`, opens for the X25519 secret `key` to a letter of this kind.",
            check: letter,
            cases: letters,
        },
        Rule {
            id: "J-3",
            name: "requests",
            says: "`letter` is a request to join, whose parts were all signed and belong together.",
            check: request,
            cases: requests,
        },
        Rule {
            id: "J-4",
            name: "answers",
            says: "`letter` is a welcome or a late share that `device` signed.",
            check: answer,
            cases: answers,
        },
        Rule {
            id: "J-5",
            name: "returns",
            says: "`letter` is a member's return, whose parts were all signed and belong together.",
            check: back,
            cases: returns,
        },
    ]
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed([n; 32])
}

const COMMITTEE: CommitteeId = CommitteeId::from_bytes([7; 32]);

fn example() -> Invite {
    Invite {
        version: VERSION,
        committee: COMMITTEE,
        channel: ChannelId::from_bytes([9; 32]),
        list: ListId::from_bytes([2; 32]),
        pen: key(3),
        to: box_secret([21; 32]).public(),
        inviter: key(4).public(),
        expires: BUILT.plus(DAY),
        uses: 1,
        back: None,
    }
}

fn absentee() -> Absentee {
    Absentee {
        identity: Identity { vote: key(5).public(), recovery: key(6).public() },
        device_no: 1,
        before: vec![],
        beside: false,
    }
}

fn invite(input: &Fields) -> Result<Fields, String> {
    let invite = Invite::from_uri(input.text("text")).map_err(name)?;
    Ok(Fields::new().with_bytes("bytes", wire::encode(&invite)).with_bytes("id", invite.id().as_bytes()))
}

fn invites() -> Vec<Case> {
    let bytes = wire::encode(&example());
    let at = bytes.len() - 7;
    assert_eq!(bytes[at], 252);
    let nine_bytes = [&bytes[..at], &[253], &bytes[at + 1..at + 5], &[0; 4], &bytes[at + 5..]].concat();
    let invite = Text { scheme: "kenes:join:", checksum: "kenes v1 invite checksum", good: example().to_uri(), bytes };
    let mut cases = invite.cases();
    cases.extend([
        text(accept("for a member who comes back"), Invite { back: Some(absentee()), ..example() }.to_uri()),
        text(accept("for one who was let in two channels ago"), {
            let before = [7, 8].map(|n| ChannelId::from_bytes([n; 32])).to_vec();
            Invite { back: Some(Absentee { before, ..absentee() }), ..example() }.to_uri()
        }),
        text(
            accept("for another device of a member"),
            Invite { back: Some(Absentee { beside: true, ..absentee() }), ..example() }.to_uri(),
        ),
        damaged("its expiry in nine bytes", invite.of(nine_bytes)),
        damaged("for one who was let in nine channels ago", {
            let before = vec![ChannelId::from_bytes([7; 32]); 9];
            Invite { back: Some(Absentee { before, ..absentee() }), ..example() }.to_uri()
        }),
    ]);
    cases
}

fn signed_request(change: impl Fn(&mut JoinRequest)) -> invite::SignedRequest {
    let identity = Identity { vote: key(5).public(), recovery: key(6).public() };
    let mut request = JoinRequest {
        committee: COMMITTEE,
        invite: example().id(),
        identity,
        consent: Consent::new(COMMITTEE, &key(5), &key(6)),
        device: device(COMMITTEE, identity, &key(5)),
        pen: pen(COMMITTEE, &key(31)),
        name: Name { salt: [1; 16], text: "Дина".into() },
        reply: box_secret([22; 32]).public(),
    };
    change(&mut request);
    request.sign(&key(5))
}

fn device(committee: CommitteeId, identity: Identity, by: &SigningKey) -> Vec<u8> {
    let certificate = Certificate::new(committee, identity.member(), 0, &secret_device(31));
    SignedObject::sign(committee, Content::Device(certificate), by).unwrap().bytes().to_vec()
}

fn pen(committee: CommitteeId, by: &SigningKey) -> Vec<u8> {
    let content = Content::NextPen(NextPen { no: 0, pen: key(7).public() });
    SignedObject::sign(committee, content, by).unwrap().bytes().to_vec()
}

fn letter(input: &Fields) -> Result<Fields, String> {
    let header: Header = wire::decode(&input.bytes("header"), 200).map_err(name)?;
    let boxed: Boxed = wire::decode(&input.bytes("boxed"), 65_536).map_err(name)?;
    let letter = invite::unseal(&header, &boxed, &box_secret(input.array("key"))).map_err(name)?;
    let kind = match letter {
        Letter::JoinRequest(_) => "request",
        Letter::Welcome(..) => "welcome",
        Letter::Share(..) => "share",
        Letter::Return(_) => "return",
    };
    Ok(Fields::new().with("kind", kind))
}

fn epoch_key(n: u8) -> EpochKey {
    EpochKey { epoch: EpochId::from_bytes([n; 32]), secret: Secret::from_bytes([n; 32]) }
}

fn welcome(past: usize) -> Letter {
    let past = (0..past).map(|n| epoch_key(n as u8)).collect();
    Letter::welcome(Welcome { request: [1; 32], current: epoch_key(2), past }, &key(4))
}

fn share() -> Letter {
    Letter::share(LateShare { committee: COMMITTEE, key: epoch_key(3) }, &key(4))
}

fn letters() -> Vec<Case> {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let here = header(Priority::Control);
    let to = box_secret([21; 32]).public();
    let mut enclose = |letter: &Letter| match invite::enclose(&here, &to, letter, &mut rng) {
        Ok(Body::Boxed(boxed)) => boxed,
        _ => panic!("boxed"),
    };
    let request = enclose(&Letter::JoinRequest(Box::new(signed_request(|_| {}))));
    let (full, over) = (enclose(&welcome(PAST)), enclose(&welcome(PAST + 1)));
    let (welcome, share) = (enclose(&welcome(0)), enclose(&share()));
    let back = enclose(&Letter::Return(Box::new(plain_return(|_| {}).sign(&key(6)))));
    let case = |case: Case, header: &Header, boxed: &Boxed, key: [u8; 32]| {
        case.bytes("header", wire::encode(header)).bytes("boxed", wire::encode(boxed)).bytes("key", key)
    };
    let no = "Open(Key)";
    let moved = |what: &str, header: &Header| case(reject(what, no), header, &request, [21; 32]);
    let changed = |change: &dyn Fn(&mut Boxed)| {
        let mut boxed = request.clone();
        change(&mut boxed);
        boxed
    };
    vec![
        case(accept("a request"), &here, &request, [21; 32]),
        case(accept("a welcome"), &here, &welcome, [21; 32]),
        case(accept("a welcome with 64 past secrets"), &here, &full, [21; 32]),
        case(accept("a late share"), &here, &share, [21; 32]),
        case(accept("a return"), &here, &back, [21; 32]),
        case(reject("a welcome with 65 past secrets", "Mismatch"), &here, &over, [21; 32]),
        case(reject("for someone else", no), &here, &request, [22; 32]),
        moved("in another channel", &Header { channel: ChannelId::from_bytes([8; 32]), ..here }),
        moved("under another pen", &Header { pen: key(1).public(), ..here }),
        moved("with a longer life", &Header { expires: BUILT.plus(30 * DAY), ..here }),
        case(reject("one bit changed", no), &here, &changed(&|boxed| boxed.ciphertext[9] ^= 1), [21; 32]),
        case(
            reject("its tag cut by one byte", no),
            &here,
            &changed(&|boxed| {
                boxed.ciphertext.pop();
            }),
            [21; 32],
        ),
        case(reject("an encapsulated key of zeros", no), &here, &changed(&|boxed| boxed.enc = [0; 32]), [21; 32]),
    ]
}

fn request(input: &Fields) -> Result<Fields, String> {
    match wire::decode::<Letter>(&input.bytes("letter"), 65_536).map_err(name)? {
        Letter::JoinRequest(request) => {
            let applicant = request.verify().map_err(name)?;
            let output = Fields::new().with_bytes("hash", applicant.request.hash());
            Ok(output.with_bytes("digest", applicant.request.digest()))
        }
        Letter::Welcome(..) | Letter::Share(..) | Letter::Return(_) => Err("NoRequest".into()),
    }
}

fn requests() -> Vec<Case> {
    let case = |case: Case, request: invite::SignedRequest| {
        case.bytes("letter", wire::encode(&Letter::JoinRequest(Box::new(request))))
    };
    let bad =
        |what: &str, error: &str, change: &dyn Fn(&mut JoinRequest)| case(reject(what, error), signed_request(change));
    let foreign = CommitteeId::from_bytes([8; 32]);
    let other = Identity { vote: key(8).public(), recovery: key(9).public() };
    let [signature, mismatch] = ["Signature", "Mismatch"];
    vec![
        case(accept("whole"), signed_request(|_| {})),
        case(reject("a signature of zeros", signature), {
            invite::SignedRequest { signature: Signature::from_bytes([0; 64]), ..signed_request(|_| {}) }
        }),
        case(reject("signed by the recovery key", signature), signed_request(|_| {}).request.sign(&key(6))),
        bad("another vote key", signature, &|request| request.identity.vote = key(8).public()),
        bad("another recovery key", signature, &|request| request.identity.recovery = key(8).public()),
        bad("what the keys agreed to for another committee", signature, &|request| {
            request.consent = Consent::new(foreign, &key(5), &key(6));
        }),
        bad("to which the recovery key did not agree", signature, &|request| {
            request.consent.recovery = request.consent.vote;
        }),
        bad("to which the vote key did not agree", signature, &|request| {
            request.consent.vote = request.consent.recovery;
        }),
        bad("a name with an escape sequence", mismatch, &|request| request.name.text = "\u{1b}[2J".into()),
        bad("no name", mismatch, &|request| request.name.text.clear()),
        bad("a device of another committee", mismatch, &|request| {
            request.device = device(foreign, request.identity, &key(5));
        }),
        bad("a device of another member", mismatch, &|request| request.device = device(COMMITTEE, other, &key(5))),
        bad("a device that another key certified", mismatch, &|request| {
            request.device = device(COMMITTEE, request.identity, &key(8));
        }),
        bad("a pen that another device signed", mismatch, &|request| request.pen = pen(COMMITTEE, &key(32))),
        bad("a pen of another committee", mismatch, &|request| request.pen = pen(foreign, &key(31))),
        bad("a pen in the device's place", mismatch, &|request| request.device = request.pen.clone()),
        bad("no device", mismatch, &|request| request.device.clear()),
        bad("a device whose signature does not fit", signature, &|request| {
            let last = request.device.len() - 1;
            request.device[last] ^= 1;
        }),
        reject("a welcome instead", "NoRequest").bytes("letter", wire::encode(&welcome(0))),
        reject("a fifth kind of letter", "Malformed").bytes("letter", [4, 0, 0]),
    ]
}

fn plain_return(change: impl Fn(&mut Return)) -> Return {
    let identity = absentee().identity;
    let mut back = Return {
        committee: COMMITTEE,
        invite: example().id(),
        member: identity.member(),
        device: device(COMMITTEE, identity, &key(6)),
        pen: pen(COMMITTEE, &key(31)),
        reply: box_secret([22; 32]).public(),
    };
    change(&mut back);
    back
}

fn back(input: &Fields) -> Result<Fields, String> {
    match wire::decode::<Letter>(&input.bytes("letter"), 65_536).map_err(name)? {
        Letter::Return(back) => {
            let back = back.verify().map_err(name)?;
            Ok(Fields::new().with_bytes("hash", back.back.hash()))
        }
        Letter::JoinRequest(_) | Letter::Welcome(..) | Letter::Share(..) => Err("NoReturn".into()),
    }
}

fn returns() -> Vec<Case> {
    let letter =
        |case: Case, back: invite::SignedReturn| case.bytes("letter", wire::encode(&Letter::Return(Box::new(back))));
    let by = |case: Case, n: u8, change: &dyn Fn(&mut Return)| letter(case, plain_return(change).sign(&key(n)));
    let mismatch = |what: &str, change: &dyn Fn(&mut Return)| by(reject(what, "Mismatch"), 6, change);
    let beside = |back: &mut Return| back.device = device(COMMITTEE, absentee().identity, &key(31));
    let foreign = CommitteeId::from_bytes([8; 32]);
    let other = Identity { vote: key(8).public(), recovery: key(9).public() };
    let joined = || {
        let back = plain_return(|_| {});
        let signature = key(6).sign(Domain::JOIN, &wire::encode(&back));
        invite::SignedReturn { back, signature }
    };
    vec![
        by(accept("whole"), 6, &|_| {}),
        by(accept("a second device, certified by itself"), 31, &beside),
        by(reject("a second device, signed for by another key", "Signature"), 6, &beside),
        by(reject("by the vote key", "Signature"), 5, &|_| {}),
        letter(reject("signed as a request to join", "Signature"), joined()),
        mismatch("of another member", &|back| back.member = other.member()),
        mismatch("a device of another member", &|back| back.device = device(COMMITTEE, other, &key(6))),
        mismatch("a device of another committee", &|back| back.device = device(foreign, absentee().identity, &key(6))),
        mismatch("a pen that another device signed", &|back| back.pen = pen(COMMITTEE, &key(32))),
        mismatch("a pen of another committee", &|back| back.pen = pen(foreign, &key(31))),
        mismatch("a pen in the device's place", &|back| back.device = back.pen.clone()),
        by(reject("a device whose signature does not fit", "Signature"), 6, &|back| {
            let last = back.device.len() - 1;
            back.device[last] ^= 1;
        }),
        reject("a welcome instead", "NoReturn").bytes("letter", wire::encode(&welcome(0))),
    ]
}

fn answer(input: &Fields) -> Result<Fields, String> {
    let device = PublicKey::from_bytes(input.array("device"));
    let (fits, kind) = match wire::decode::<Letter>(&input.bytes("letter"), 65_536).map_err(name)? {
        Letter::Welcome(welcome, signature) => (welcome.is_by(&device, &signature), "welcome"),
        Letter::Share(share, by, signature) => (by == device && share.is_by(&by, &signature), "share"),
        Letter::JoinRequest(_) | Letter::Return(_) => return Err("NoAnswer".into()),
    };
    if fits { Ok(Fields::new().with("kind", kind)) } else { Err("BadSignature".into()) }
}

fn answers() -> Vec<Case> {
    let case = |case: Case, letter: &Letter, by: &SigningKey| {
        case.bytes("letter", wire::encode(letter)).bytes("device", by.public().as_bytes())
    };
    let unfit = "BadSignature";
    let Letter::Welcome(inner, _) = welcome(0) else { panic!("a welcome") };
    let as_share = key(4).sign(Domain::SHARE, &wire::encode(&inner));
    let Letter::Welcome(_, honest) = welcome(0) else { panic!("a welcome") };
    let other = Welcome { request: [9; 32], ..inner.clone() };
    vec![
        case(accept("a welcome"), &welcome(0), &key(4)),
        case(accept("a late share"), &share(), &key(4)),
        case(reject("a welcome by another device", unfit), &welcome(0), &key(5)),
        case(reject("a late share by another device", unfit), &share(), &key(5)),
        case(reject("a welcome signed as a share", unfit), &Letter::Welcome(inner, as_share), &key(4)),
        case(reject("a welcome that answers another request", unfit), &Letter::Welcome(other, honest), &key(4)),
        case(reject("a request instead", "NoAnswer"), &Letter::JoinRequest(Box::new(signed_request(|_| {}))), &key(4)),
    ]
}
