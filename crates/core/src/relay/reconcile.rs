//! Range-based set reconciliation between two sorted sets of marks: one step, for either side.
//!
//! After Aljoscha Meyer, *Range-Based Set Reconciliation* (2023), and negentropy, which showed that sums of ids do as
//! fingerprints. Other than there, both sides learn: small ranges are listed under short salted ids, and whoever sees
//! the other's list sends what is lacking and asks for what it lacks. Nothing here knows peers, turns or envelopes.
//!
//! A short fingerprint or id can be wrong by chance, once in 2^48 comparisons or 2^32 pairs; salts differ from session
//! to session, so the next turn finds what one has missed, and only equal 16-byte fingerprints end the turns.

use std::collections::BTreeMap;
use std::ops::Range;

use bincode::{Decode, Encode};

use super::index::{Index, Tally};
use super::input::Mark;
use super::snapshot::Snapshot;
use crate::ids::{ChannelId, derive};

mod spans;

use spans::{Bound, Reader, Writer};

/// A range with more than this many is split, not compared with a list: listed ranges are small on both sides, or
/// empty on one.
const LARGE: usize = 2_048;
/// How many marks one step looks at for a peer that asks, and for an answer to ourselves.
const WORK: [usize; 2] = [32 * 1_024, 256 * 1_024];

/// A message with room for fewer bytes is full.
const LEAST: usize = 256;

/// What short ids and fingerprints of one session are made with.
#[derive(Clone, Copy)]
pub(super) struct Salt(pub(super) [u8; 32]);

impl Salt {
    pub(super) fn of(channel: &ChannelId, ours: &[u8; 32], theirs: &[u8; 32], session: u64) -> Self {
        let nonces = if ours < theirs { [&ours[..], &theirs[..]] } else { [&theirs[..], &ours[..]] };
        let bytes = [nonces[0], nonces[1], &channel.as_bytes()[..], &session.to_le_bytes()].concat();
        Self(derive("kenes v1 sync salt", &bytes))
    }

    pub(super) fn hash(&self, bytes: &[u8]) -> [u8; 32] {
        blake3::keyed_hash(&self.0, bytes).into()
    }

    fn nick(&self, mark: &Mark) -> Nick {
        let [a, b, c, d, ..] = self.hash(mark.id.as_bytes());
        [a, b, c, d]
    }

    fn print(&self, tally: &Tally) -> Print {
        let [a, b, c, d, e, f, ..] = self.hash(&tally.bytes());
        [a, b, c, d, e, f]
    }
}

/// An envelope's name for one session.
pub(super) type Nick = [u8; 4];
/// A range's fingerprint for one session.
pub(super) type Print = [u8; 6];

/// A range, from the end of the one before, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct Span {
    pub(super) upto: Upto,
    pub(super) part: Part,
}

/// Where a span ends: the first mark that is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) enum Upto {
    /// So many hours after the end of the span before, and ids that begin with these bytes or are above.
    Mark { hours: u64, prefix: Vec<u8> },
    /// Beyond all marks.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) enum Part {
    /// Nothing left to settle.
    Same,
    /// The fingerprint of what the sender has.
    Print(Print),
    /// All that the sender has.
    List(Vec<Nick>),
    /// From whoever asks, about a list in the answer before: what to send.
    Give(Vec<Nick>),
    /// From whoever answers, about a list in the query: a bit for each that is wanted, the lowest first.
    Want(Vec<u8>),
}

/// A sorted set, as it is or as one session sees it.
pub(super) enum View<'a> {
    Live(&'a Index),
    Fixed(&'a Snapshot),
}

impl View<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Live(index) => index.len(),
            Self::Fixed(snapshot) => snapshot.len(),
        }
    }

    fn rank(&self, bound: &Mark) -> usize {
        match self {
            Self::Live(index) => index.rank(bound),
            Self::Fixed(snapshot) => snapshot.rank(bound),
        }
    }

    fn tally(&self, places: Range<usize>) -> Tally {
        match self {
            Self::Live(index) => index.tally(places),
            Self::Fixed(snapshot) => snapshot.tally(places),
        }
    }

    fn marks(&self, places: Range<usize>) -> Vec<Mark> {
        match self {
            Self::Live(index) => index.marks(places).copied().collect(),
            Self::Fixed(snapshot) => snapshot.marks(places).to_vec(),
        }
    }
}

/// What one step comes to.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// What to say next; empty where all is settled.
    pub(super) spans: Vec<Span>,
    /// What the other side lacks.
    pub(super) send: Vec<Mark>,
}

/// The other side's spans make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Senseless;

/// The opening query. `budget` bounds the spans in bytes, as in [`step`].
pub(super) fn open(view: &View<'_>, salt: &Salt, budget: usize) -> Vec<Span> {
    let mut writer = Writer::new(salt, budget);
    writer.divide(view, 0..view.len(), &Bound::End);
    writer.finish()
}

/// Answers the other side's spans; `asking` where they are the answer to a query of ours.
pub(super) fn step(
    view: &View<'_>,
    salt: &Salt,
    spans: &[Span],
    asking: bool,
    budget: usize,
) -> Result<Step, Senseless> {
    let mut step = Step::default();
    let mut writer = Writer::new(salt, budget);
    let mut reader = Reader::default();
    let mut work = WORK[usize::from(asking)];
    let (mut from, mut full) = (0, false);
    for span in spans {
        let bound = reader.read(&span.upto)?;
        if writer.room() < LEAST {
            // All that follows is said by one print.
            full = true;
            continue;
        }
        let to = match &bound {
            Bound::At(mark) => view.rank(mark),
            Bound::End => view.len(),
        };
        let places = from..to;
        from = to;
        match &span.part {
            Part::Same => writer.skip(&bound),
            Part::Print(print) if salt.print(&view.tally(places.clone())) == *print => writer.skip(&bound),
            Part::Print(_) => writer.divide(view, places, &bound),
            Part::List(theirs) if theirs.is_empty() => {
                // The newest first; the next turn brings what is too much for this one.
                let taken = places.len().min(work);
                work -= taken;
                step.send.extend(view.marks(places.end - taken..places.end));
                writer.skip(&bound);
            }
            Part::List(_) if places.len() > LARGE.min(work) => writer.divide(view, places, &bound),
            Part::List(theirs) => {
                work -= places.len();
                let (ours, mut lacked) = compare(&view.marks(places), theirs, salt);
                // What is too much for this message is lacking in the next turn too.
                lacked.truncate(if asking { writer.room() / size_of::<Nick>() } else { lacked.len() });
                step.send.extend(ours);
                match (lacked.is_empty(), asking) {
                    (true, _) => writer.skip(&bound),
                    (false, true) => writer.say(&bound, Part::Give(lacked.iter().map(|at| theirs[*at]).collect())),
                    (false, false) => writer.say(&bound, Part::Want(bits(&lacked))),
                }
            }
            Part::Give(_) | Part::Want(_) if places.len() > LARGE.min(work) => writer.skip(&bound),
            Part::Give(nicks) if !asking => {
                work -= places.len();
                step.send.extend(pick(&view.marks(places), nicks, salt));
                writer.skip(&bound);
            }
            Part::Want(bits) if asking => {
                work -= places.len();
                let ours = view.marks(places);
                step.send.extend(ours.iter().enumerate().filter(|(at, _)| has_bit(bits, *at)).map(|(_, mark)| mark));
                writer.skip(&bound);
            }
            Part::Give(_) | Part::Want(_) => return Err(Senseless),
        }
    }
    if !reader.ended {
        return Err(Senseless);
    }
    if full {
        writer.say(&Bound::End, Part::Print(salt.print(&view.tally(from..view.len()))));
    }
    step.spans = writer.finish();
    Ok(step)
}

/// Our marks that `theirs` lacks, and the places in `theirs` of what we lack.
fn compare(ours: &[Mark], theirs: &[Nick], salt: &Salt) -> (Vec<Mark>, Vec<usize>) {
    let mut named: BTreeMap<Nick, &Mark> = ours.iter().map(|mark| (salt.nick(mark), mark)).collect();
    let lacked = (0..theirs.len()).filter(|at| named.remove(&theirs[*at]).is_none()).collect();
    (named.into_values().copied().collect(), lacked)
}

fn pick(ours: &[Mark], nicks: &[Nick], salt: &Salt) -> Vec<Mark> {
    let named: BTreeMap<Nick, &Mark> = ours.iter().map(|mark| (salt.nick(mark), mark)).collect();
    nicks.iter().filter_map(|nick| named.get(nick).map(|mark| **mark)).collect()
}

pub(super) fn bits(places: &[usize]) -> Vec<u8> {
    let mut bits = vec![0; places.last().map_or(0, |last| last / 8 + 1)];
    places.iter().for_each(|at| bits[at / 8] |= 1 << (at % 8));
    bits
}

pub(super) fn has_bit(bits: &[u8], at: usize) -> bool {
    bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::ids::EnvelopeId;
    use crate::time::{HOUR, Timestamp};
    use crate::wire;

    const SALT: Salt = Salt([7; 32]);
    const BUDGET: usize = 512 << 10;

    fn mark(n: u32) -> Mark {
        let created = Timestamp::from_secs(u64::from(n / 300) * HOUR);
        Mark { created, id: EnvelopeId::of(&n.to_le_bytes()) }
    }

    fn index(marks: impl IntoIterator<Item = Mark>) -> Index {
        let mut index = Index::default();
        marks.into_iter().for_each(|mark| assert!(index.insert(mark)));
        index
    }

    /// Two sets sync in turns as peers do; the rounds that it took, and the bytes of spans.
    fn sync(ours: &mut Index, theirs: &mut Index, budget: usize) -> (usize, usize) {
        let (mut rounds, mut bytes) = (0, 0);
        for turn in 0..200u8 {
            let salt = Salt([turn; 32]);
            let mut spans = open(&View::Live(ours), &salt, budget);
            for _ in 0..16 {
                rounds += 1;
                let answer = step(&View::Live(theirs), &salt, &spans, false, budget).unwrap();
                bytes += wire::encode(&spans).len() + wire::encode(&answer.spans).len();
                let next = match answer.spans.is_empty() {
                    true => Step::default(),
                    false => step(&View::Live(ours), &salt, &answer.spans, true, budget).unwrap(),
                };
                answer.send.iter().for_each(|mark| assert!(ours.insert(*mark)));
                next.send.iter().for_each(|mark| assert!(theirs.insert(*mark)));
                spans = next.spans;
                if spans.is_empty() {
                    break;
                }
            }
            if ours.total() == theirs.total() {
                return (rounds, bytes);
            }
        }
        panic!("never equal: {} and {}", ours.len(), theirs.len());
    }

    proptest! {
        #[test]
        fn any_two_sets_end_equal_and_hold_what_either_held(
            ours in proptest::collection::btree_set(0..3_000u32, 0..600),
            theirs in proptest::collection::btree_set(0..3_000u32, 0..600),
            budget in prop_oneof![Just(BUDGET), Just(1_000usize)],
        ) {
            let union: BTreeSet<Mark> = ours.union(&theirs).map(|n| mark(*n)).collect();
            let (mut ours, mut theirs) = (index(ours.into_iter().map(mark)), index(theirs.into_iter().map(mark)));
            sync(&mut ours, &mut theirs, budget);
            prop_assert!(ours.marks(0..ours.len()).eq(&union));
            prop_assert!(theirs.marks(0..theirs.len()).eq(&union));
        }

        #[test]
        fn no_spans_of_any_kind_are_more_than_senseless(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let view = index((0..200).map(mark));
            if let Ok((spans, _)) = wire::decode_prefix::<Vec<Span>>(&bytes) {
                for asking in [false, true] {
                    let _ = step(&View::Live(&view), &SALT, &spans, asking, BUDGET);
                }
            }
        }
    }

    #[test]
    fn a_hundred_thousand_with_the_newest_thousand_missing_take_three_rounds_and_few_bytes() {
        let mut ours = index((0..100_000).map(mark));
        let mut theirs = index((0..99_000).map(mark));
        let (rounds, bytes) = sync(&mut ours, &mut theirs, BUDGET);
        assert!(rounds <= 3 && bytes < 6_000, "{rounds} rounds, {bytes} bytes");
    }

    #[test]
    fn ends_that_do_not_ascend_or_go_on_after_the_end_are_senseless() {
        let view = index((0..10).map(mark));
        let upto = |hours, prefix: &[u8]| Upto::Mark { hours, prefix: prefix.to_vec() };
        let span = |upto: &Upto| Span { upto: upto.clone(), part: Part::Same };
        for ends in [
            vec![upto(1, &[1]), upto(0, &[1]), Upto::End],
            vec![upto(1, &[2]), upto(0, &[1]), Upto::End],
            vec![Upto::End, Upto::End],
            vec![upto(u64::MAX, &[]), Upto::End],
            vec![upto(1, &[0; 33]), Upto::End],
            vec![upto(1, &[1, 0]), Upto::End],
            vec![upto(1, &[1])],
        ] {
            let spans: Vec<Span> = ends.iter().map(span).collect();
            assert_eq!(step(&View::Live(&view), &SALT, &spans, false, BUDGET).unwrap_err(), Senseless, "{ends:?}");
        }
    }

    #[test]
    fn a_million_ranges_are_answered_within_the_budget() {
        let view = index((0..50_000).map(mark));
        let mut spans: Vec<Span> = (0..166)
            .flat_map(|hour| (1..250u8).map(move |first| (u64::from(first == 1 && hour > 0), first)))
            .map(|(hours, first)| Span { upto: Upto::Mark { hours, prefix: vec![first] }, part: Part::Print([1; 6]) })
            .collect();
        spans.push(Span { upto: Upto::End, part: Part::List(Vec::new()) });
        let answer = step(&View::Live(&view), &SALT, &spans, false, 20_000).unwrap();
        // Beyond the budget each range costs a fingerprint, as it did whoever asked.
        assert!(wire::encode(&answer.spans).len() <= 20_000 + wire::encode(&spans).len());
        assert!(answer.send.len() <= WORK[0]);
    }

    #[test]
    fn spans_that_would_be_answered_beyond_any_frame_are_answered_by_one_print_of_the_rest() {
        let view = index((0..10).map(mark));
        let prefix =
            |n: u64| [&[1; 24][..], &n.to_be_bytes()].concat().iter().map(|byte| byte | 1).collect::<Vec<u8>>();
        let mut spans: Vec<Span> = (0..2_000u64)
            .map(|n| Span { upto: Upto::Mark { hours: 1 + n % 2, prefix: prefix(n) }, part: Part::Print([1; 6]) })
            .collect();
        spans.push(Span { upto: Upto::End, part: Part::List(vec![[1; 4]; 50_000]) });
        for (asking, budget) in [(false, 4_000), (true, 4_000), (true, 200_000)] {
            let answer = step(&View::Live(&view), &SALT, &spans, asking, budget).unwrap();
            assert!(wire::encode(&answer.spans).len() <= 2 * budget, "{asking}, {budget}");
            assert_eq!(answer.spans.last().unwrap().upto, Upto::End);
        }
    }

    #[test]
    fn sums_that_collide_are_told_apart_under_keyed_hashes() {
        let at = |id: [u8; 32]| Mark { created: Timestamp::default(), id: EnvelopeId::from_bytes(id) };
        let word = |n: u8| {
            let mut id = [0; 32];
            id[0] = n;
            at(id)
        };
        // 1 + 4 = 2 + 3.
        let (ours, theirs) = ([word(1), word(4)], [word(2), word(3)]);
        assert_eq!(index(ours).total().print(), index(theirs).total().print());
        let keyed = |marks: &[Mark]| Snapshot::new(marks.to_vec(), Some(&SALT)).tally(0..2);
        assert_ne!(keyed(&ours), keyed(&theirs));
    }
}
