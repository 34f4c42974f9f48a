//! Tests of epochs: the cases E1 to E5 as far as a committee without minutes has them.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::book::{Admit, Founder, Genesis, Ground, History, Quorum};
use crate::book::{Because, Book, Certificate, Content, SignedObject, Suspend};
use crate::envelope::{self, Priority};
use crate::identity::{Consent, DeviceSecret, Identity};
use crate::time::{BUILT, DAY};

struct Person {
    vote: SigningKey,
    identity: Identity,
    device: DeviceSecret,
}

fn rng(n: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([n; 32])
}

fn person(n: u8) -> Person {
    let vote = SigningKey::from_seed([n; 32]);
    let recovery = SigningKey::from_seed([n + 100; 32]);
    let identity = Identity { vote: vote.public(), recovery: recovery.public() };
    Person { vote, identity, device: DeviceSecret::generate(&mut rng(n)) }
}

const CHANNEL: ChannelId = ChannelId::from_bytes([9; 32]);

fn book() -> Book {
    let founder = person(1);
    let genesis = Genesis {
        nonce: [0; 16],
        channel: CHANNEL,
        name: [0; 32],
        territory: vec![],
        industry: String::new(),
        founders: vec![Founder { identity: founder.identity, name: [1; 32], steward: true }],
        quorum: Quorum::MAJORITY,
        history: History::None,
        retention_days: 14,
        continues: None,
    };
    let genesis = SignedObject::found(genesis, &founder.vote).unwrap();
    let mut book = Book::new(genesis.committee());
    book.insert(genesis.verify().unwrap());
    let certified = Content::Device(certificate(book.committee(), 1));
    add(&mut book, 1, certified);
    for n in [2, 3] {
        let recovery = SigningKey::from_seed([n + 100; 32]);
        let consent = Consent::new(book.committee(), &person(n).vote, &recovery);
        let admit = Admit { no: n.into(), identity: person(n).identity, name: [n; 32], consent };
        add(&mut book, 1, Content::Admit(admit));
        let certified = Content::Device(certificate(book.committee(), n));
        add(&mut book, n, certified);
    }
    book
}

fn certificate(committee: CommitteeId, n: u8) -> Certificate {
    Certificate::new(committee, person(n).identity.member(), 0, &person(n).device)
}

fn add(book: &mut Book, by: u8, content: Content) -> BookId {
    let object = SignedObject::sign(book.committee(), content, &person(by).vote).unwrap().verify().unwrap();
    let id = object.id();
    book.insert(object);
    id
}

fn suspend(book: &mut Book, who: u8) -> BookId {
    let member = person(who).identity.member();
    add(book, 1, Content::Suspend(Suspend { no: 0, member, because: Because::LostDevice, seen: vec![] }))
}

fn draft(book: &mut Book) -> Draft {
    let state = book.state().unwrap();
    Draft {
        channel: CHANNEL,
        committee: book.committee(),
        recipients: state.recipients(),
        after: BTreeSet::new(),
        under: state.newest.roster.at,
        out: state.put_out_by(),
        time: BUILT,
    }
}

fn made(draft: Draft, by: u8, seed: u8) -> (EpochId, Rotation) {
    let (body, secret) = rotate(draft, &person(by).device.sign, &mut rng(seed)).unwrap();
    (body.epoch(), read_rotation(&body, CHANNEL, &secret).unwrap().into_inner())
}

#[test]
fn every_recipient_opens_the_same_secret_and_nobody_else_any() {
    let (body, secret) = rotate(draft(&mut book()), &person(1).device.sign, &mut rng(1)).unwrap();
    assert_eq!(body.shares.len(), 4);
    for n in 1..=3 {
        assert_eq!(open_share(&body, CHANNEL, &person(n).device.open).unwrap().unwrap(), secret);
    }
    assert_eq!(open_share(&body, CHANNEL, &person(4).device.open), Ok(None));
}

/// Case E5.
#[test]
fn e5_a_share_that_does_not_match_the_commitment_is_refused() {
    let mut body = rotate(draft(&mut book()), &person(1).device.sign, &mut rng(1)).unwrap().0;
    let victim = person(2).device.open.public();
    let other = share(&victim, &Secret::from_bytes([1; 32]), CHANNEL, &body.commit, &mut rng(2)).unwrap();
    let place = body.shares.iter().position(|share| share.hint == seal::hint(&victim, &share.enc)).unwrap();
    body.shares[place] = other;
    assert_eq!(open_share(&body, CHANNEL, &person(2).device.open), Err(EpochError::Commitment));
    let secret = open_share(&body, CHANNEL, &person(3).device.open).unwrap().unwrap();
    assert_eq!(read_rotation(&body, CHANNEL, &secret).unwrap_err(), EpochError::Shares);
}

/// Case E1, with the suspensions that this book has.
#[test]
fn a_rotation_that_does_not_know_an_exclusion_is_not_written_under() {
    let mut book = book();
    let before = made(draft(&mut book), 1, 1);
    assert_eq!(eligible(&before.1, &book.state().unwrap()), Ok(()));
    let by = suspend(&mut book, 3);
    let state = book.state().unwrap();
    assert_eq!(eligible(&before.1, &state), Err(Unfit::Recipient(person(3).identity.member())));
    let keeps = Draft { recipients: vec![person(1).device.public()], out: BTreeSet::new(), ..draft(&mut book) };
    assert_eq!(eligible(&made(keeps, 1, 2).1, &state), Err(Unfit::Unanswered(Ground::Act(by.into()))));
    assert_eq!(preferred(&[before].into(), &state), None);
    let answer = made(draft(&mut book), 1, 3);
    let id = answer.0;
    assert_eq!(preferred(&[answer].into(), &state), Some(id));
}

/// Case E2.
#[test]
fn of_twin_rotations_all_prefer_the_same() {
    let mut book = book();
    let second = Certificate::new(book.committee(), person(1).identity.member(), 1, &person(4).device);
    add(&mut book, 1, Content::Device(second));
    let twins = [made(draft(&mut book), 1, 1), made(draft(&mut book), 4, 2)];
    let lowest = twins[0].0.min(twins[1].0);
    assert_eq!(preferred(&twins.into(), &book.state().unwrap()), Some(lowest));
}

#[test]
fn a_rotation_that_follows_another_is_preferred_to_it() {
    let mut book = book();
    let first = made(draft(&mut book), 1, 1);
    let week = BUILT.plus(7 * DAY);
    let second = made(Draft { after: [first.0].into(), time: week, ..draft(&mut book) }, 1, 2);
    let id = second.0;
    assert_eq!(preferred(&[first, second].into(), &book.state().unwrap()), Some(id));
}

/// Case E3, with the roles that this book has.
#[test]
fn a_rotation_by_a_probationer_or_without_a_voter_is_not_written_under() {
    let mut book = book();
    let state = book.state().unwrap();
    assert_eq!(eligible(&made(draft(&mut book), 2, 1).1, &state), Err(Unfit::Author));
    let without = Draft { recipients: vec![person(2).device.public()], ..draft(&mut book) };
    assert_eq!(eligible(&made(without, 1, 2).1, &state), Err(Unfit::Author));
}

#[test]
fn what_is_sealed_opens_in_its_own_envelope_only() {
    let secret = Secret::from_bytes([3; 32]);
    let epoch = EpochId::from_bytes([4; 32]);
    let header = Header {
        version: envelope::VERSION,
        channel: CHANNEL,
        pen: person(1).vote.public(),
        created: BUILT,
        expires: BUILT.plus(DAY),
        priority: Priority::Routine,
    };
    let body = seal_under(&header, epoch, &secret, Shelf::Talk, b"text", &mut rng(1)).unwrap();
    let Body::Sealed(sealed) = body else { unreachable!() };
    assert_eq!(open_under(&header, &sealed, &secret).unwrap(), b"text");
    let later = Header { expires: BUILT.plus(2 * DAY), ..header };
    assert_eq!(open_under(&later, &sealed, &secret), Err(OpenError::Key));
    let moved = Sealed { shelf: Shelf::Book, ..sealed };
    assert_eq!(open_under(&header, &moved, &secret), Err(OpenError::Key));
}

#[test]
fn a_rotation_that_claims_to_be_made_after_its_envelope_is_told_apart() {
    let rotation = made(draft(&mut book()), 1, 1).1;
    assert!(!rotation.is_ahead_of(BUILT) && !rotation.is_ahead_of(BUILT.plus(DAY)));
    assert!(rotation.is_ahead_of(BUILT.minus(DAY)));
    let absurd = Rotation { time: Timestamp::from_secs(u64::MAX), ..rotation };
    assert!(absurd.is_ahead_of(BUILT));
}
