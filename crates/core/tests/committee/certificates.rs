//! Certificates: what they prove to an outsider, and how each forgery is refused.

use std::collections::{BTreeMap, BTreeSet};

use kenes_core::book::{Ballot, Checkpoint, Content, Entry, NotSpoken, Reached, Resolution, SignedObject};
use kenes_core::certificate::{Caveat, Certificate, CertificateError, GatherError, Part, Proof, Word, words_of};
use kenes_core::envelope::Verified;
use kenes_core::identity::Name;
use kenes_core::ids::{BookId, EpochId};
use kenes_core::op::{Op, SignedOp};
use kenes_core::time::{BUILT, DAY, Timestamp};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::hall::*;
use super::parts::{Parts, Subject, framed};

const TEXT: &str = "Жұмысты тоқтатамыз. Талап — жалақы.";

fn policy(days: u16) -> Vec<Entry> {
    use kenes_core::book::{History, Quorum};
    vec![Entry::Policy { quorum: Quorum::MAJORITY, history: History::None, retention_days: days }]
}

/// A committee of five under No. 1, by three of four, and a resolution that four of them adopted.
fn adopted() -> (Hall, BookId, BookId) {
    let mut hall = Hall::found(&[1, 2, 3, 4]);
    let first = hall.adopt(1, 1, hall.genesis, vec![hall.admit_entry(5)], &[1, 2, 3]);
    let motion = hall.resolution(2, first, TEXT);
    for n in [1, 2, 4, 5] {
        hall.ballot(n, motion, true);
    }
    (hall, first, motion)
}

fn of_resolution(hall: &Hall, motion: BookId) -> Certificate {
    let mut book = hall.book();
    let state = book.state().unwrap();
    Certificate::of_resolution(&book, &state, &motion).unwrap()
}

fn judge(bytes: &[u8]) -> Result<Proof, CertificateError> {
    Certificate::decode(bytes)?.verify(None)
}

fn refusal(bytes: &[u8]) -> CertificateError {
    judge(bytes).unwrap_err()
}

fn at(no: u32, id: BookId) -> Option<Checkpoint> {
    Some(Checkpoint { no, id })
}

#[test]
fn a_resolution_is_proven_with_exactly_as_many_signatures_as_it_takes() {
    let (hall, first, motion) = adopted();
    let certificate = of_resolution(&hall, motion);
    let read = Certificate::decode(certificate.bytes()).unwrap();
    assert_eq!(read, certificate);
    let proof = read.verify(at(1, first)).unwrap();
    assert_eq!((proof.signed, proof.needed, proof.roster), (3, 3, 5));
    assert_eq!((proof.committee, proof.name.as_str()), (hall.committee, "Мұнайшылар"));
    assert_eq!((proof.under, proof.newest()), (Checkpoint { no: 1, id: first }, Checkpoint { no: 1, id: first }));
    let word = Word::Resolution { id: motion, title: "Ереуіл".into(), text: TEXT.into() };
    assert_eq!(proof.word, word);
    assert!(proof.caveats.is_empty());
    let proof = read.verify(None).unwrap();
    assert_eq!(proof.caveats, [Caveat::NoCheckpoint].into());
    let parts = Parts::of(&certificate);
    assert_eq!((parts.assents.len(), parts.numbers.len(), parts.numbers[0].3.len()), (3, 1, 3));
    let members = [1, 2, 3, 4, 5].map(|n: u8| Name { salt: [n; 16], text: String::new() });
    assert!(members.iter().all(|name| name.commitment() != parts.name.commitment()), "one name is opened");
}

#[test]
fn b12_an_outsider_is_told_that_a_newer_number_removes_a_signer() {
    let (mut hall, first, motion) = adopted();
    let second = hall.adopt(1, 2, first, vec![remove_entry(2)], &[1, 3, 5]);
    let third = hall.adopt(1, 3, second, vec![remove_entry(4)], &[1, 3, 5]);
    let proof = of_resolution(&hall, motion).verify(at(1, first)).unwrap();
    // Two of the four who signed still vote, and come first.
    assert_eq!(proof.caveats, [Caveat::NewerMinutes, Caveat::SignersRemoved(1)].into());
    assert_eq!((proof.signed, proof.needed, proof.roster), (3, 3, 5), "of those who voted then");
    let late = of_resolution(&hall, motion).verify(at(3, third)).unwrap();
    assert_eq!(late.caveats, [Caveat::SignedLate, Caveat::NewerMinutes, Caveat::SignersRemoved(1)].into());
    assert_eq!(late.newest().no, 3);
}

#[test]
fn whoever_has_the_book_is_told_what_no_certificate_knows() {
    let (mut hall, first, motion) = adopted();
    let certificate = of_resolution(&hall, motion);
    let beside = |hall: &Hall| {
        certificate.verify_beside(&hall.read_once(), None, |_, _| Reached::Unknown).map(|proof| proof.caveats)
    };
    assert_eq!(beside(&hall), Ok([].into()), "nothing new");
    let signers = certificate.verify(None).unwrap().signers;
    let signer = [2, 4, 5].into_iter().find(|n| signers.contains(&id(*n))).unwrap();
    let other = [2, 4, 5].into_iter().find(|n| *n != signer).unwrap();
    hall.suspend(other, 0, signer);
    assert_eq!(beside(&hall), Ok([Caveat::SignersOut(1)].into()));
    // B12: minutes that the certificate does not know remove one who signed.
    hall.adopt(1, 2, first, vec![remove_entry(signer)], &[1, 3, other]);
    let late = [Caveat::SignedLate, Caveat::NewerMinutes, Caveat::SignersRemoved(1)];
    assert_eq!(beside(&hall), Ok(late.into()));
    assert_eq!(certificate.verify(at(1, first)).unwrap().caveats, [].into(), "which an outsider does not learn");
    // A book that took another way, and another committee's.
    let mut captured = Hall::found(&[1, 2, 3, 4]);
    captured.adopt(1, 1, captured.genesis, policy(9), &[1, 2, 3]);
    assert_eq!(beside(&captured), Err(CertificateError::WithoutCheckpoint(1)));
    assert_eq!(beside(&Hall::found(&[6, 7, 8])), Err(CertificateError::WithoutCheckpoint(0)));
    // A book that is behind: the chain leads on from where it stands.
    assert_eq!(beside(&Hall::found(&[1, 2, 3, 4])), Ok([].into()));
}

#[test]
fn a_book_that_is_behind_takes_nothing_from_what_its_reader_holds_fast_to() {
    let (mut hall, first, motion) = adopted();
    let behind = Hall::found(&[1, 2, 3, 4]).read_once();
    let second = hall.adopt(1, 2, first, policy(9), &[1, 3, 5]);
    let certificate = of_resolution(&hall, motion);
    let told = |held| certificate.verify_beside(&behind, held, |_, _| Reached::Unknown).map(|proof| proof.caveats);
    assert_eq!(told(None), Ok([Caveat::NewerMinutes].into()));
    assert_eq!(told(at(2, second)), Ok([Caveat::NewerMinutes, Caveat::SignedLate].into()));
    assert_eq!(told(at(2, first)), Err(CertificateError::WithoutCheckpoint(2)));
}

#[test]
fn words_name_the_minutes_that_they_stand_for() {
    let (hall, first, motion) = adopted();
    let certificate = of_resolution(&hall, motion);
    let digest = |no, id| kenes_core::certificate::digest_of(Checkpoint { no, id });
    assert_eq!(certificate.worded(&digest(1, first)), at(1, first));
    assert_eq!(certificate.worded(&digest(0, hall.genesis)), at(0, hall.genesis));
    assert_eq!(certificate.worded(&digest(2, first)), None);
}

#[test]
fn minutes_of_a_later_round_are_proven_with_what_justifies_them() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let owner = hall.read_once().newest.slate.owner(1).unwrap();
    let owner = (1..=5).find(|n| id(*n) == owner).unwrap();
    let sheet = hall.sheet(1, 1, hall.genesis, policy(3));
    let tabled = hall.offer(1, hall.genesis, 0, sheet, &[]);
    let [voted, _] = [2, 3].map(|n| hall.vote(n, tabled));
    let passes = [(2, Some(voted)), (4, None), (5, None)].map(|(n, last)| hall.pass(n, hall.genesis, 1, last));
    let carried = hall.offer(owner, hall.genesis, 1, sheet, &passes);
    hall.vote_all(&[2, 4, 5], carried);
    let mut book = hall.book();
    let state = book.state().unwrap();
    let certificate = Certificate::of_minutes(&book, &state, state.roster().no).unwrap();
    let proof = certificate.verify(at(1, sheet)).unwrap();
    assert_eq!((proof.word, proof.signed, proof.needed, proof.roster), (Word::Minutes, 3, 3, 5));
    let parts = Parts::of(&certificate);
    let (_, offers, passes, votes) = &parts.numbers[0];
    assert_eq!((offers.len(), passes.len(), votes.len()), (2, 3, 4), "a vote by 3 in round 0 proves nothing here");
    let mut lacking = parts.clone();
    let pass = hall.object(carried).content().clone();
    let Content::Offer(pass) = pass else { unreachable!() };
    lacking.numbers[0].2.retain(|bytes| SignedObject::decode(bytes).unwrap().id() != pass.passes[0]);
    assert_eq!(refusal(&lacking.bytes()), CertificateError::Unjustified(Part::Offer(1)));
}

#[test]
fn one_signature_too_few_proves_nothing() {
    let (hall, _, motion) = adopted();
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.ballots().pop();
    let too_few = |part| CertificateError::TooFew { part, signed: 2, needed: 3 };
    assert_eq!(refusal(&parts.bytes()), too_few(Part::Ballot));
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.numbers[0].3.pop();
    assert_eq!(refusal(&parts.bytes()), too_few(Part::Vote(1)), "and not what the newcomer signs above it");
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.assents.pop();
    assert_eq!(refusal(&parts.bytes()), CertificateError::Founders(1));
}

#[test]
fn one_signature_repeated_is_named() {
    let (mut hall, _, motion) = adopted();
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    let ballots = parts.ballots();
    ballots[1] = ballots[0].clone();
    assert_eq!(refusal(&parts.bytes()), CertificateError::Repeated(Part::Ballot));
    parts.ballots().swap(0, 2);
    assert_eq!(refusal(&parts.bytes()), CertificateError::Order(Part::Ballot));
    // One person's two keys are two signatures and one vote.
    let again = Content::Ballot(Ballot { resolution: motion, adopt: true });
    hall.put_by(&recovery_key(1), again);
    let by = [vote_key(1), recovery_key(1), vote_key(2)].map(|key| key.public());
    let ballots = hall.objects.iter().filter(|object| object.kind() == 12 && by.contains(&object.author()));
    let ballots: BTreeMap<_, _> = ballots.map(|object| (object.id(), object.bytes().to_vec())).collect();
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    *parts.ballots() = ballots.into_values().collect();
    assert_eq!(refusal(&parts.bytes()), CertificateError::TooFew { part: Part::Ballot, signed: 2, needed: 3 });
}

#[test]
fn a_signature_by_someone_who_does_not_vote_refuses_the_whole() {
    let (mut hall, first, motion) = adopted();
    hall.admit(1, 0, 6);
    let by_probation = hall.ballot(6, motion, true);
    let by_stranger = hall.ballot(9, motion, true);
    for void in [by_probation, by_stranger] {
        let mut parts = Parts::of(&of_resolution(&hall, motion));
        parts.ballots().push(hall.object(void).bytes().to_vec());
        parts.ballots().sort_by_key(|ballot| SignedObject::decode(ballot).unwrap().id());
        assert_eq!(refusal(&parts.bytes()), CertificateError::NotAVoter(Part::Ballot), "beside enough others");
    }
    let offer = *hall.read_once().steps[0].slate.offers().next().unwrap().0;
    let stranger = hall.vote(9, offer);
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.numbers[0].3[0] = hall.object(stranger).bytes().to_vec();
    parts.numbers[0].3.sort_by_key(|vote| SignedObject::decode(vote).unwrap().id());
    assert_eq!(refusal(&parts.bytes()), CertificateError::NotAVoter(Part::Vote(1)));
    let foreign = hall.resolution(9, first, TEXT);
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.subject = Subject::Resolution(hall.object(foreign).bytes().to_vec(), vec![]);
    assert_eq!(refusal(&parts.bytes()), CertificateError::NotAVoter(Part::Resolution));
}

#[test]
fn a_text_changed_by_one_byte_is_not_what_was_signed() {
    let (hall, _, motion) = adopted();
    let certificate = of_resolution(&hall, motion);
    let text = TEXT.as_bytes();
    let begins = certificate.bytes().windows(text.len()).position(|window| window == text).unwrap();
    for place in begins..begins + text.len() {
        let mut bytes = certificate.bytes().to_vec();
        bytes[place] ^= 1;
        assert_eq!(refusal(&bytes), CertificateError::Altered(Part::Resolution));
    }
}

#[test]
fn no_byte_of_a_certificate_can_be_changed_or_cut() {
    let (hall, _, motion) = adopted();
    let whole = of_resolution(&hall, motion).bytes().to_vec();
    for cut in 0..whole.len() {
        let torn = refusal(&whole[..cut]);
        assert!(matches!(torn, CertificateError::Torn { found, .. } if found == cut), "{cut}: {torn}");
    }
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        assert!(judge(&changed).is_err(), "a change at {place} goes unnoticed");
    }
    assert_eq!(refusal(&[whole.as_slice(), b"\n"].concat()), CertificateError::Trailing);
    assert_eq!(refusal(b"# not a certificate\n"), CertificateError::Foreign);
    assert!(matches!(refusal(&framed(b"kenes")), CertificateError::Form(_)));
    let mut newer = whole.clone();
    newer[8] = 2;
    assert_eq!(refusal(&newer), CertificateError::Version(2));
}

/// Everything that was signed, put together at random, as whoever collected it all could: nothing that comes out says
/// more than the book does.
#[test]
fn no_certificate_put_together_from_what_was_really_signed_says_more_than_the_book() {
    let (mut hall, first, motion) = adopted();
    let failed = hall.resolution(1, first, "Ереуіл жоқ.");
    for (n, adopt) in [(1, true), (2, true), (3, false), (4, false)] {
        hall.ballot(n, failed, adopt);
    }
    let early = hall.resolution(3, hall.genesis, "Бұрын");
    for n in [3, 5, 1] {
        hall.ballot(n, early, true);
    }
    hall.adopt(1, 2, first, vec![remove_entry(4)], &[1, 2]);
    let whole = Parts::of(&of_resolution(&hall, motion));
    let of_kind = |kind| {
        let objects = hall.objects.iter().filter(move |object| object.kind() == kind);
        objects.map(|object| (object.id(), object.bytes().to_vec())).collect::<BTreeMap<_, _>>()
    };
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let mut some = |kind: u16, most: usize| -> Vec<Vec<u8>> {
        let all: Vec<_> = of_kind(kind).into_iter().collect();
        let mut chosen: BTreeMap<BookId, Vec<u8>> = BTreeMap::new();
        for _ in 0..1 + rng.next_u64() as usize % most {
            let (id, bytes) = &all[rng.next_u64() as usize % all.len()];
            chosen.insert(*id, bytes.clone());
        }
        chosen.into_values().collect()
    };
    let mut valid = 0;
    for n in 0..4_000 {
        let mut parts = whole.clone();
        let resolution = some(11, 1).remove(0);
        parts.subject = Subject::Resolution(resolution, some(12, 4));
        if n % 3 == 0 {
            parts.numbers.push((some(6, 1).remove(0), some(7, 2), vec![], some(8, 3)));
        }
        if n % 5 == 0 {
            parts.assents = some(10, 3);
        }
        if let Ok(proof) = judge(&parts.bytes()) {
            valid += 1;
            assert!(matches!(proof.word, Word::Resolution { id, .. } if id == motion), "{proof:?}");
            assert_eq!(proof.newest().no, 1, "No. 2 was not adopted");
        }
    }
    assert!(valid > 5, "of which some are as they should be: {valid}");
}

#[test]
fn a_chain_without_the_checkpoint_is_refused_whoever_signed_it() {
    // All keys of the first roster make another No. 1 after No. 2 (case B6).
    let (mut hall, first, motion) = adopted();
    let second = hall.adopt(1, 2, first, vec![remove_entry(4)], &[1, 2, 3]);
    let mut captured = Hall::found(&[1, 2, 3, 4]);
    let forged = captured.adopt(1, 1, captured.genesis, policy(9), &[1, 2, 3]);
    let lie = captured.resolution(1, forged, "Ереуіл аяқталды.");
    for n in [1, 2, 3] {
        captured.ballot(n, lie, true);
    }
    let certificate = of_resolution(&captured, lie);
    assert_eq!(certificate.verify(None).unwrap().committee, hall.committee, "without a checkpoint nobody can tell");
    assert_eq!(certificate.verify(at(1, first)), Err(CertificateError::WithoutCheckpoint(1)));
    let short = CertificateError::EndsBefore { newest: 1, checkpoint: 2 };
    assert_eq!(certificate.verify(at(2, second)), Err(short));
    let proof = of_resolution(&hall, motion).verify(at(2, second)).unwrap();
    assert!(proof.caveats.contains(&Caveat::SignedLate));
    let words = proof.chain.iter().map(|checkpoint| words_of(*checkpoint).join(" "));
    let words: BTreeSet<_> = words.collect();
    assert!(words.len() == 3 && !words.contains(&words_of(Checkpoint { no: 1, id: forged }).join(" ")));
}

#[test]
fn what_belongs_to_another_committee_or_another_name_is_refused() {
    let (hall, _, motion) = adopted();
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.name.text = "Үкімет".into();
    assert_eq!(refusal(&parts.bytes()), CertificateError::Name);
    let mut other = Hall::found(&[4, 5, 6]);
    let elsewhere = other.resolution(4, other.genesis, TEXT);
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.subject = Subject::Resolution(other.object(elsewhere).bytes().to_vec(), vec![]);
    assert_eq!(refusal(&parts.bytes()), CertificateError::Misplaced(Part::Resolution));
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.numbers[0].3[0] = parts.ballots()[0].clone();
    assert_eq!(refusal(&parts.bytes()), CertificateError::Misplaced(Part::Vote(1)));
    let mut parts = Parts::of(&of_resolution(&hall, motion));
    parts.numbers.clear();
    assert_eq!(refusal(&parts.bytes()), CertificateError::Under, "and nobody there knows the newcomer");
}

#[test]
fn what_rests_on_one_key_says_so() {
    let mut hall = Hall::found(&[1]);
    let motion = hall.put(
        1,
        Content::Resolution(Resolution {
            under: hall.genesis,
            nonce: [0; 16],
            title: "Ереуіл".into(),
            text: TEXT.into(),
            deadline: None,
        }),
    );
    hall.ballot(1, motion, true);
    let proof = of_resolution(&hall, motion).verify(None).unwrap();
    assert_eq!((proof.signed, proof.needed, proof.roster), (1, 1, 1));
    assert!(proof.caveats.contains(&Caveat::OneKey));
}

#[test]
fn what_is_not_adopted_has_no_certificate() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let motion = hall.resolution(1, hall.genesis, TEXT);
    hall.ballot(1, motion, true);
    let mut book = hall.book();
    let state = book.state().unwrap();
    let of = |id| Certificate::of_resolution(&book, &state, &id).unwrap_err();
    assert_eq!(of(motion), GatherError::NotAdopted { signed: 1, needed: 2 });
    assert_eq!(of(hall.genesis), GatherError::Nothing);
    let mut unnamed = kenes_core::book::Book::new(hall.committee);
    hall.objects.iter().for_each(|object| unnamed.insert(object.clone()));
    let state = unnamed.state().unwrap();
    assert_eq!(Certificate::of_minutes(&unnamed, &state, state.roster().no).unwrap_err(), GatherError::Incomplete);
}

const UNTIL: Timestamp = BUILT.plus(80 * DAY);

/// Somebody's public bulletin, the `seq`-th of the first device.
fn said(hall: &Hall, by: u8, seq: u64, time: Timestamp) -> Verified<SignedOp> {
    hall.says(by, seq, time, Op::PUBLIC)
}

/// Three voters; the second speaks for them since No. 1.
fn with_spokesperson() -> (Hall, BookId) {
    let mut hall = Hall::found(&[1, 2, 3]);
    let entry = Entry::Spokesperson { member: id(2), until: UNTIL };
    let first = hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 3]);
    hall.device(2, 0);
    hall.device(3, 0);
    (hall, first)
}

fn of_bulletin(hall: &Hall, op: &Verified<SignedOp>) -> Result<Certificate, GatherError> {
    let mut book = hall.book();
    let state = book.state().unwrap();
    Certificate::of_bulletin(&book, &state, op)
}

fn not_spoken(result: Result<Certificate, GatherError>) -> NotSpoken {
    match result.unwrap_err() {
        GatherError::Void(CertificateError::NotSpoken(why)) => why,
        other => panic!("{other}"),
    }
}

#[test]
fn a_spokesperson_s_public_bulletin_is_proven_and_nobody_else_s() {
    let (mut hall, first) = with_spokesperson();
    let op = said(&hall, 2, 0, BUILT);
    let certificate = of_bulletin(&hall, &op).unwrap();
    let proof = Certificate::decode(certificate.bytes()).unwrap().verify(at(1, first)).unwrap();
    assert_eq!((proof.signed, proof.needed, proof.roster, proof.under.no), (2, 2, 3, 1));
    assert!(matches!(&proof.word, Word::Bulletin { by, text, .. } if *by == id(2) && text == "Келіссөз ертең."));
    assert!(proof.caveats.is_empty());
    assert_eq!(not_spoken(of_bulletin(&hall, &said(&hall, 3, 0, BUILT))), NotSpoken::NoOffice);
    assert_eq!(not_spoken(of_bulletin(&hall, &said(&hall, 1, 0, BUILT))), NotSpoken::Device);
    assert_eq!(not_spoken(of_bulletin(&hall, &said(&hall, 2, 0, UNTIL.plus(1)))), NotSpoken::NoOffice, "over");
    assert_eq!(not_spoken(of_bulletin(&hall, &said(&hall, 2, 0, UNTIL.minus(91 * DAY)))), NotSpoken::NoOffice);
    let sealed = hall.says(2, 0, BUILT, EpochId::from_bytes([4; 32]));
    assert_eq!(not_spoken(of_bulletin(&hall, &sealed)), NotSpoken::NotPublic, "what was meant for the committee alone");
    // An office that stands is not late, whatever else was decided since.
    let second = hall.adopt(1, 2, first, policy(9), &[1, 3]);
    assert!(of_bulletin(&hall, &op).unwrap().verify(at(2, second)).unwrap().caveats.is_empty());
}

#[test]
fn a_forged_bulletin_is_refused_by_whoever_checks_it() {
    let (hall, _) = with_spokesperson();
    let of = |op: &Verified<SignedOp>| {
        let mut parts = Parts::of(&of_bulletin(&hall, &said(&hall, 2, 0, BUILT)).unwrap());
        if let Subject::Bulletin(_, bytes) = &mut parts.subject {
            *bytes = op.bytes().to_vec();
        }
        parts
    };
    assert_eq!(refusal(&of(&said(&hall, 3, 0, BUILT)).bytes()), CertificateError::Misplaced(Part::Device));
    let late = refusal(&of(&said(&hall, 2, 0, UNTIL.plus(1))).bytes());
    assert_eq!(late, CertificateError::NotSpoken(NotSpoken::NoOffice));
    let mut parts = of(&said(&hall, 2, 0, BUILT));
    if let Subject::Bulletin(_, bytes) = &mut parts.subject {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    }
    assert_eq!(refusal(&parts.bytes()), CertificateError::Altered(Part::Bulletin));
    let other = Hall::found(&[2, 3]);
    let elsewhere = refusal(&of(&said(&other, 2, 0, BUILT)).bytes());
    assert_eq!(elsewhere, CertificateError::Misplaced(Part::Bulletin));
}

#[test]
fn what_a_spokesperson_said_before_a_recall_stands_and_what_came_after_does_not() {
    let last = |hall: &Hall| said(hall, 2, 1, BUILT);
    let published = || vec![seen_in(&last(&with_spokesperson().0))];
    let recalls = [
        Entry::Silence { member: id(2), published: published() },
        Entry::Remove { member: id(2), seen: vec![], published: published() },
        Entry::Recall { devices: vec![device_key(2, 0)], seen: vec![], published: published() },
    ];
    for recall in recalls {
        let (mut hall, first) = with_spokesperson();
        let second = hall.adopt(1, 2, first, vec![recall.clone()], &[1, 3]);
        let by = Checkpoint { no: 2, id: second };
        let proof = of_bulletin(&hall, &last(&hall)).unwrap().verify(at(2, second)).unwrap();
        assert!(proof.caveats.contains(&Caveat::NoLongerSpokesperson), "{recall:?}");
        assert!(!proof.caveats.contains(&Caveat::Undated), "the very one that was named: {recall:?}");
        let told = |proof: &Proof| match proof.word {
            Word::Bulletin { office, ended, .. } => Some((office.by.no, office.until, ended)),
            Word::Minutes | Word::Resolution { .. } => None,
        };
        assert_eq!(told(&proof), Some((1, UNTIL, Some(by))), "{recall:?}");
        // What may be older than the one named may have been written yesterday.
        let early = of_bulletin(&hall, &said(&hall, 2, 0, BUILT)).unwrap();
        assert!(early.verify(at(2, second)).unwrap().caveats.contains(&Caveat::Undated), "{recall:?}");
        let state = hall.book().state().unwrap();
        for (reached, undated) in [(Reached::Yes, false), (Reached::Unknown, true)] {
            let proof = early.verify_beside(&state, None, |_, _| reached).unwrap();
            assert_eq!(proof.caveats.contains(&Caveat::Undated), undated, "{recall:?}");
        }
        let refused = early.verify_beside(&state, None, |_, _| Reached::No).unwrap_err();
        assert_eq!(refused, CertificateError::NotSpoken(NotSpoken::Recalled(by)), "beside the chain: {recall:?}");
        let beside = not_spoken(of_bulletin(&hall, &said(&hall, 2, 1, BUILT.plus(1))));
        assert_eq!(beside, NotSpoken::Recalled(by), "another under that number: {recall:?}");
        let after = not_spoken(of_bulletin(&hall, &said(&hall, 2, 2, BUILT)));
        assert_eq!(after, NotSpoken::Recalled(by), "{recall:?}");
    }
    let (mut hall, first) = with_spokesperson();
    let key = vote_key(40);
    hall.adopt(1, 2, first, vec![hall.replace_entry(2, &key, vec![])], &[1, 3]);
    assert_eq!(not_spoken(of_bulletin(&hall, &said(&hall, 2, 0, BUILT))), NotSpoken::Device, "by a key since replaced");
    hall.device_by(&key, 2, 0);
    assert!(of_bulletin(&hall, &said(&hall, 2, 0, BUILT)).is_ok());
}

#[test]
fn an_office_that_was_renewed_covers_what_was_said_in_the_one_before() {
    let (mut hall, first) = with_spokesperson();
    let entry = Entry::Spokesperson { member: id(2), until: UNTIL.plus(80 * DAY) };
    hall.adopt(1, 2, first, vec![entry], &[1, 3]);
    let early = of_bulletin(&hall, &said(&hall, 2, 0, BUILT)).unwrap().verify(None).unwrap();
    let late = of_bulletin(&hall, &said(&hall, 2, 0, UNTIL.plus(DAY))).unwrap().verify(None).unwrap();
    assert_eq!((early.under.no, late.under.no), (1, 2));
}

#[test]
fn a_certificate_that_would_be_dear_to_judge_is_refused_before_it_is() {
    // Large sheets under many numbers: each is judged on top of all before it.
    let mut hall = Hall::found(&[1]);
    let devices = |from: u64| {
        let keys = (from..from + 60).map(|n| {
            let mut key = [0; 32];
            key[24..].copy_from_slice(&n.to_be_bytes());
            kenes_core::sign::PublicKey::from_bytes(key)
        });
        Entry::Recall { devices: keys.collect(), seen: vec![], published: vec![] }
    };
    let mut before = hall.genesis;
    let sheet = |no: u32| (0..16).map(|n| devices(u64::from(no) * 10_000 + n * 100)).collect::<Vec<_>>();
    for no in 1..=3 {
        before = hall.adopt(1, no, before, sheet(no), &[1]);
    }
    let mut book = hall.book();
    let state = book.state().unwrap();
    let mut parts = Parts::of(&Certificate::of_minutes(&book, &state, state.roster().no).unwrap());
    let heavy = parts.numbers[0].clone();
    assert!(heavy.0.len() > 30_000);
    parts.numbers = vec![heavy; 80];
    assert_eq!(Certificate::decode(&parts.bytes()).unwrap_err(), CertificateError::TooLong);
    parts.numbers.truncate(20);
    assert_eq!(refusal(&parts.bytes()), CertificateError::Misplaced(Part::Sheet(2)));
}
