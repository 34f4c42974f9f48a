//! Tests of invites and letters.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::book::{Certificate, NextPen};
use crate::envelope::{self, Priority};
use crate::identity::DeviceSecret;
use crate::ids::MemberId;
use crate::time::{BUILT, DAY};

const COMMITTEE: CommitteeId = CommitteeId::from_bytes([7; 32]);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([1; 32])
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed([n; 32])
}

fn invite() -> Invite {
    Invite {
        version: VERSION,
        committee: COMMITTEE,
        channel: ChannelId::from_bytes([1; 32]),
        list: ListId::from_bytes([2; 32]),
        pen: key(3),
        to: BoxSecret::generate(&mut rng()).public(),
        inviter: key(4).public(),
        expires: BUILT.plus(DAY),
        uses: 1,
        back: None,
    }
}

fn request() -> SignedRequest {
    let identity = Identity { vote: key(5).public(), recovery: key(6).public() };
    let device = DeviceSecret::generate(&mut rng());
    let certificate = Certificate::new(COMMITTEE, identity.member(), 0, &device);
    let pen = NextPen { no: 0, pen: key(7).public() };
    let sign = |content, key| SignedObject::sign(COMMITTEE, content, key).unwrap().bytes().to_vec();
    let request = JoinRequest {
        committee: COMMITTEE,
        invite: invite().id(),
        identity,
        consent: Consent::new(COMMITTEE, &key(5), &key(6)),
        device: sign(Content::Device(certificate), &key(5)),
        pen: sign(Content::NextPen(pen), &device.sign),
        name: Name::new("Дина", &mut rng()).unwrap(),
        reply: BoxSecret::generate(&mut rng()).public(),
    };
    request.sign(&key(5))
}

fn header() -> Header {
    Header {
        version: envelope::VERSION,
        channel: ChannelId::from_bytes([1; 32]),
        pen: key(3).public(),
        created: BUILT,
        expires: BUILT.plus(DAY),
        priority: Priority::Control,
    }
}

#[test]
fn an_invite_survives_any_case_and_line_breaks() {
    let uri = invite().to_uri();
    let mangled = uri.to_ascii_uppercase().chars().flat_map(|c| [c, '\n']).collect::<String>();
    for text in [uri, mangled] {
        let again = Invite::from_uri(&text).unwrap();
        assert_eq!(wire::encode(&again), wire::encode(&invite()));
    }
}

#[test]
fn a_changed_or_missing_character_is_noticed() {
    let uri = invite().to_uri();
    for at in SCHEME.len()..uri.len() {
        let mut changed = uri.clone().into_bytes();
        changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
        assert!(Invite::from_uri(std::str::from_utf8(&changed).unwrap()).is_err());
        assert!(Invite::from_uri(&uri[..at]).is_err());
    }
    assert_eq!(Invite::from_uri("https://example.org").unwrap_err(), InviteError::Scheme);
}

#[test]
fn a_request_holds_only_with_all_its_signatures() {
    assert!(request().verify().is_ok());
    let unsigned = request().request.sign(&key(6));
    assert_eq!(unsigned.verify().unwrap_err(), LetterError::Signature);
    let mut stolen = request().request;
    stolen.identity.recovery = key(9).public();
    assert_eq!(stolen.sign(&key(5)).verify().unwrap_err(), LetterError::Signature);
    let mut foreign = request().request;
    foreign.pen = SignedObject::sign(COMMITTEE, Content::NextPen(NextPen { no: 0, pen: key(8).public() }), &key(8))
        .unwrap()
        .bytes()
        .to_vec();
    assert_eq!(foreign.sign(&key(5)).verify().unwrap_err(), LetterError::Mismatch);
}

fn back() -> Return {
    let identity = Identity { vote: key(5).public(), recovery: key(6).public() };
    let device = DeviceSecret::generate(&mut rng());
    let certificate = Certificate::new(COMMITTEE, identity.member(), 1, &device);
    let pen = NextPen { no: 0, pen: key(7).public() };
    let sign = |content, key| SignedObject::sign(COMMITTEE, content, key).unwrap().bytes().to_vec();
    Return {
        committee: COMMITTEE,
        invite: invite().id(),
        member: identity.member(),
        device: sign(Content::Device(certificate), &key(6)),
        pen: sign(Content::NextPen(pen), &device.sign),
        reply: BoxSecret::generate(&mut rng()).public(),
    }
}

#[test]
fn a_return_holds_only_with_the_recovery_key_that_certified_its_device() {
    let whole = back().sign(&key(6)).verify().unwrap();
    assert_eq!(whole.device.author(), key(6).public());
    assert_eq!(back().sign(&key(5)).verify().unwrap_err(), LetterError::Signature);
    let other = Return { member: MemberId::from_bytes([1; 32]), ..back() };
    assert_eq!(other.sign(&key(6)).verify().unwrap_err(), LetterError::Mismatch);
}

#[test]
fn a_letter_opens_for_its_recipient_in_its_own_envelope() {
    let (mine, other) = (BoxSecret::generate(&mut rng()), BoxSecret::generate(&mut ChaCha20Rng::from_seed([2; 32])));
    let current = EpochKey { epoch: EpochId::from_bytes([1; 32]), secret: Secret::from_bytes([2; 32]) };
    let welcome = Welcome { request: [0; 32], current, past: vec![] };
    let letter = Letter::welcome(welcome.clone(), &key(4));
    let Body::Boxed(boxed) = enclose(&header(), &mine.public(), &letter, &mut rng()).unwrap() else { unreachable!() };
    assert!(is_for(&boxed, &mine.public()) && !is_for(&boxed, &other.public()));
    assert_eq!(unseal(&header(), &boxed, &mine).unwrap(), letter);
    assert!(unseal(&header(), &boxed, &other).is_err());
    let moved = Header { expires: BUILT.plus(2 * DAY), ..header() };
    assert!(unseal(&moved, &boxed, &mine).is_err());
    let Letter::Welcome(_, signature) = letter else { unreachable!() };
    assert!(welcome.is_by(&key(4).public(), &signature) && !welcome.is_by(&key(5).public(), &signature));
}

#[test]
fn a_share_that_came_late_is_by_the_device_that_signed_it_alone() {
    let key_of = EpochKey { epoch: EpochId::from_bytes([1; 32]), secret: Secret::from_bytes([2; 32]) };
    let share = LateShare { committee: CommitteeId::from_bytes([3; 32]), key: key_of };
    let Letter::Share(share, by, signature) = Letter::share(share, &key(4)) else { unreachable!() };
    assert!(by == key(4).public() && share.is_by(&by, &signature));
    assert!(!share.is_by(&key(5).public(), &signature));
}
