//! The round rule, model-checked: every schedule of few honest voters, random schedules of more, and cheats.
//!
//! A state is the set of what was signed. Delivery needs no model of its own: whoever may sign something on what
//! exists may be the one to whom just that was delivered. A crash between the journal and the sending has one: the
//! journal has what nobody else does, until its owner sends it again. Whether voters can go on is asked of them with
//! nothing but what they themselves signed, and saw when they did.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::journal::{Journal, Refusal};
use super::*;
use crate::wire;

fn member(n: usize) -> MemberId {
    MemberId::from_bytes([n as u8 + 1; 32])
}

fn sheet(n: u32) -> BookId {
    BookId::of(&wire::encode(&("sheet", n)))
}

/// A committee deciding one number: what was signed, and what each voter's journal says.
#[derive(Clone)]
struct World {
    size: usize,
    needed: usize,
    slate: Slate,
    journals: BTreeMap<MemberId, Journal>,
    voted: BTreeMap<(MemberId, u32), BookId>,
    offered: BTreeSet<(MemberId, u32)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Offer(Offer),
    Vote(MemberId, BookId),
    Pass(MemberId, u32),
}

impl World {
    fn new(size: usize, needed: usize) -> Self {
        let voters: BTreeSet<_> = (0..size).map(member).collect();
        let journals = voters.iter().map(|voter| (*voter, Journal::default())).collect();
        let slate = Slate::new(voters, needed, member(0));
        Self { size, needed, slate, journals, voted: BTreeMap::new(), offered: BTreeSet::new() }
    }

    fn key(&self) -> Vec<BookId> {
        let slate = &self.slate;
        slate.offers.keys().chain(slate.votes.keys()).chain(slate.passes.keys()).copied().collect()
    }

    fn put_offer(&mut self, offer: Offer) -> BookId {
        let id = BookId::of(&wire::encode(&("offer", offer.by, offer.round, offer.minutes, &offer.passes)));
        self.slate.offer(id, offer);
        id
    }

    fn put_vote(&mut self, by: MemberId, offer: BookId) -> BookId {
        let Offer { round, minutes, .. } = self.slate.offers[&offer];
        let id = BookId::of(&wire::encode(&("vote", by, offer)));
        self.slate.vote(id, Vote { by, round, minutes, offer });
        id
    }

    fn put_pass(&mut self, by: MemberId, round: u32, last: Option<BookId>) -> BookId {
        let id = BookId::of(&wire::encode(&("pass", by, round, last)));
        self.slate.pass(id, Pass { by, round, last });
        id
    }

    /// Everything that an honest voter may do now, up to `rounds`.
    fn honest(&self, rounds: u32) -> Vec<Act> {
        let mut acts = vec![];
        for (voter, journal) in &self.journals {
            for (id, offer) in &self.slate.offers {
                if journal.vote(&self.slate, offer.round, *id).is_ok_and(|next| next != *journal) {
                    acts.push(Act::Vote(*voter, *id));
                }
            }
            let passed = |round| self.slate.passes.values().any(|pass| pass.by == *voter && pass.round == round);
            let free = (1..=rounds).filter(|round| !passed(*round) && journal.pass(&self.slate, *round).is_ok());
            acts.extend(free.map(|round| Act::Pass(*voter, round)));
        }
        for round in 0..=rounds {
            let Some(owner) = self.slate.owner(round).filter(|owner| !self.offered.contains(&(*owner, round))) else {
                continue;
            };
            acts.extend(self.offers_in(owner, round).into_iter().map(Act::Offer));
        }
        acts
    }

    /// The offers that a round's owner could justify: with every quorum of passes, the owner's own sheet or another's.
    fn offers_in(&self, by: MemberId, round: u32) -> Vec<Offer> {
        if round == 0 {
            return vec![Offer { by, round, minutes: sheet(0), passes: vec![] }];
        }
        let passes: Vec<_> = self.slate.passes_for(round).into_keys().collect();
        let sheets: BTreeSet<_> = self.slate.offers.values().map(|offer| offer.minutes).chain([sheet(round)]).collect();
        let mut offers = vec![];
        for passes in subsets(&passes, self.needed) {
            for minutes in &sheets {
                let offer = Offer { by, round, minutes: *minutes, passes: passes.clone() };
                let mut with = self.clone();
                let id = with.put_offer(offer.clone());
                if with.slate.justice(&id) == Justice::Justified {
                    offers.push(offer);
                }
            }
        }
        offers
    }

    fn perform(&mut self, act: Act) {
        match act {
            Act::Offer(offer) => {
                self.offered.insert((offer.by, offer.round));
                self.put_offer(offer);
            }
            Act::Vote(voter, offer) => {
                let round = self.slate.offers[&offer].round;
                self.journals.insert(voter, self.journals[&voter].vote(&self.slate, round, offer).unwrap());
                let vote = self.put_vote(voter, offer);
                self.voted.insert((voter, round), vote);
            }
            Act::Pass(voter, round) => {
                let journal = self.journals[&voter].pass(&self.slate, round).unwrap();
                let last = journal.last.map(|(round, _)| self.voted[&(voter, round)]);
                self.journals.insert(voter, journal);
                self.put_pass(voter, round, last);
            }
        }
    }

    /// A quorum that can reach each other decides, whatever happened before, and whether they have heard of all of it
    /// or of nothing but what they needed for their own signatures.
    fn can_go_on(&self, quorum: &[MemberId]) {
        self.decides(quorum);
        self.seen_by(quorum).decides(quorum);
    }

    /// What these voters signed, and all that they must have seen then: votes have offers, offers passes, passes votes.
    fn seen_by(&self, quorum: &[MemberId]) -> Self {
        let mut open: Vec<_> = quorum.iter().flat_map(|voter| self.slate.signed_by(voter)).collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            open.extend(self.slate.offers.get(&id).into_iter().flat_map(|offer| offer.passes.iter().copied()));
            open.extend(self.slate.votes.get(&id).map(|vote| vote.offer));
            let pass = self.slate.passes.get(&id);
            open.extend(pass.and_then(|pass| pass.last));
            open.extend(pass.into_iter().flat_map(|pass| self.steps_to(pass.round)));
        }
        let mut slate = Slate::new(self.slate.voters.iter().copied().collect(), self.needed, member(0));
        let known = |id: &BookId| seen.contains(id);
        self.slate.offers.iter().filter(|(id, _)| known(id)).for_each(|(id, offer)| slate.offer(*id, offer.clone()));
        self.slate.votes.iter().filter(|(id, _)| known(id)).for_each(|(id, vote)| slate.vote(*id, *vote));
        self.slate.passes.iter().filter(|(id, _)| known(id)).for_each(|(id, pass)| slate.pass(*id, *pass));
        Self { slate, ..self.clone() }
    }

    /// Passes and offers by which a round was in reach that is too far from the first.
    fn steps_to(&self, round: u32) -> impl Iterator<Item = BookId> {
        let (far, height) = (round as usize > self.size, self.slate.height());
        let passes = self.slate.passes.iter().map(|(id, pass)| (*id, pass.round));
        let offers = self.slate.offers.iter().map(|(id, offer)| (*id, offer.round));
        passes.chain(offers).filter(move |(_, at)| far && *at < round && *at <= height).map(|(id, _)| id)
    }

    fn decides(&self, quorum: &[MemberId]) {
        let mut world = self.clone();
        let height = world.slate.height();
        let mine = |round: &u32| world.slate.owner(*round).is_some_and(|owner| quorum.contains(&owner));
        let round = (height + 1..).find(mine).unwrap();
        quorum.iter().for_each(|voter| world.perform(Act::Pass(*voter, round)));
        let owner = world.slate.owner(round).unwrap();
        let offer = world.offers_in(owner, round).into_iter().next().expect("a quorum of passes justifies something");
        let minutes = offer.minutes;
        let id = world.put_offer(offer);
        quorum.iter().for_each(|voter| world.perform(Act::Vote(*voter, id)));
        assert!(world.slate.adopted().contains(&minutes));
    }

    /// Hears of what is here.
    fn learn(&mut self, slate: &Slate) {
        slate.offers.iter().for_each(|(id, offer)| self.slate.offer(*id, offer.clone()));
        slate.votes.iter().for_each(|(id, vote)| self.slate.vote(*id, *vote));
        slate.passes.iter().for_each(|(id, pass)| self.slate.pass(*id, *pass));
    }

    fn must_hold(&self) {
        assert!(self.slate.adopted().len() <= 1, "two sheets adopted by honest voters");
        assert_eq!(self.slate.cheats(), BTreeSet::new(), "an honest voter looks like a cheat");
    }
}

fn subsets<T: Clone>(items: &[T], size: usize) -> Vec<Vec<T>> {
    match (size, items.split_first()) {
        (0, _) => vec![vec![]],
        (_, None) => vec![],
        (_, Some((first, rest))) => {
            let with = subsets(rest, size - 1).into_iter().map(|set| [vec![first.clone()], set].concat());
            with.chain(subsets(rest, size)).collect()
        }
    }
}

fn explore(world: World, rounds: u32, most: usize) -> usize {
    let quorums = subsets(&(0..world.size).map(member).collect::<Vec<_>>(), world.needed);
    let mut seen = BTreeSet::from([world.key()]);
    let mut open = vec![world];
    while let Some(world) = open.pop() {
        world.must_hold();
        quorums.iter().for_each(|quorum| world.can_go_on(quorum));
        for act in world.honest(rounds) {
            let mut next = world.clone();
            next.perform(act);
            if seen.len() < most && seen.insert(next.key()) {
                open.push(next);
            }
        }
    }
    seen.len()
}

#[test]
fn every_schedule_of_three_honest_voters_in_three_rounds_decides_at_most_once() {
    let states = explore(World::new(3, 2), 2, usize::MAX);
    println!("{states} states");
    assert!(states > 30_000, "only {states} states were explored");
}

#[test]
fn schedules_of_four_and_five_honest_voters_in_two_rounds_decide_at_most_once() {
    for (size, needed) in [(4, 3), (5, 3)] {
        let states = explore(World::new(size, needed), 1, 10_000);
        println!("{size} voters: {states} states");
        assert!(states > 1_000, "only {states} states were explored");
    }
}

#[test]
fn random_schedules_of_three_to_five_honest_voters_decide_at_most_once() {
    for seed in 0..150u8 {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let size = 3 + usize::from(seed) % 3;
        let mut world = World::new(size, size / 2 + 1);
        for _ in 0..30 {
            let mut acts = world.honest(4);
            if acts.is_empty() {
                break;
            }
            world.perform(acts.swap_remove(rng.next_u64() as usize % acts.len()));
            world.must_hold();
        }
        world.can_go_on(&(0..world.needed).map(member).collect::<Vec<_>>());
    }
}

/// Every signature may be remembered and not sent, by a desk that crashed in between; it goes on by what it remembers,
/// and sends it again at some time or never.
#[test]
fn b13_voters_who_crash_between_remembering_and_sending_decide_at_most_once_and_can_go_on() {
    let mut unsent_passes = 0;
    for seed in 0..150u8 {
        let mut rng = ChaCha20Rng::from_seed([seed ^ 0x55; 32]);
        let size = 3 + usize::from(seed) % 3;
        // What is known everywhere, and what each voter remembers of the own signatures.
        let mut world = World::new(size, size / 2 + 1);
        let mut unsent: Vec<(MemberId, Slate)> = vec![];
        for _ in 0..40 {
            if !unsent.is_empty() && rng.next_u64() % 3 == 0 {
                let (_, of_one) = unsent.swap_remove(rng.next_u64() as usize % unsent.len());
                world.learn(&of_one);
                continue;
            }
            let mut acts = world.honest(4);
            if acts.is_empty() {
                break;
            }
            let act = acts.swap_remove(rng.next_u64() as usize % acts.len());
            let (by, crashes) = (act_by(&act), rng.next_u64() % 2 == 0);
            let before = world.slate.clone();
            // Its own desk sees what it remembers.
            unsent.iter().filter(|(of, _)| *of == by).for_each(|(_, of_one)| world.learn(of_one));
            world.perform(act);
            world.must_hold();
            if crashes {
                unsent_passes += world.slate.passes.len() - before.passes.len();
                unsent.push((by, std::mem::replace(&mut world.slate, before)));
            }
        }
        for quorum in subsets(&(0..size).map(member).collect::<Vec<_>>(), world.needed) {
            let mut together = world.clone();
            unsent.iter().filter(|(of, _)| quorum.contains(of)).for_each(|(_, of_one)| together.learn(of_one));
            together.can_go_on(&quorum);
        }
        unsent.iter().for_each(|(_, of_one)| world.learn(of_one));
        world.must_hold();
    }
    assert!(unsent_passes > 100, "hardly anybody crashed: {unsent_passes}");
}

/// Some voters sign whatever exists, and may table twice; the rest are honest.
#[test]
fn two_decisions_of_one_number_take_a_proof_against_somebody_dishonest() {
    let mut forked = 0;
    for seed in 0..400u32 {
        let mut bytes = [7; 32];
        bytes[..4].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha20Rng::from_seed(bytes);
        let (size, needed) = (5, 3);
        let rogues = 1 + seed as usize % 3;
        let mut world = World::new(size, needed);
        for _ in 0..60 {
            let rogue = member(rng.next_u64() as usize % rogues);
            match rng.next_u64() % 4 {
                0 => rogue_acts(&mut world, rogue, &mut rng),
                _ => {
                    let mut acts = world.honest(4);
                    acts.retain(|act| act_by(act) >= member(rogues));
                    if !acts.is_empty() {
                        world.perform(acts.swap_remove(rng.next_u64() as usize % acts.len()));
                    }
                }
            }
        }
        let cheats = world.slate.cheats();
        assert!(cheats.iter().all(|cheat| cheat.by < member(rogues)), "an honest voter was proven a cheat");
        if world.slate.adopted().len() > 1 {
            forked += 1;
            assert!(!cheats.is_empty(), "a fork without a proof");
            let offers = &world.slate.offers;
            let twice = |cheat: &&Cheat| offers.contains_key(&cheat.one) && offers.contains_key(&cheat.other);
            let who: BTreeSet<_> = cheats.iter().map(|cheat| cheat.by).collect();
            assert!(cheats.iter().any(|cheat| twice(&cheat)) || who.len() >= 2 * needed - size);
        }
    }
    assert!(forked > 0, "no schedule forked: the test tests nothing");
}

/// One voter asks for rounds near and far, and one that nobody comes after; the others go on without him.
#[test]
fn no_voter_stops_the_others_by_asking_for_rounds_however_far() {
    for seed in 0..40u8 {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let size = 3 + usize::from(seed) % 3;
        let rogue = member(size - 1);
        let mut world = World::new(size, size / 2 + 1);
        for _ in 0..40 {
            let far = match rng.next_u64() % 4 {
                0 => u32::MAX,
                1 => u32::MAX - (rng.next_u64() % 9) as u32,
                2 => world.slate.height().saturating_add((rng.next_u64() % (3 * size as u64)) as u32),
                _ => rng.next_u64() as u32,
            };
            match rng.next_u64() % 6 {
                0 => drop(world.put_pass(rogue, far, None)),
                1 => drop(world.put_offer(Offer { by: rogue, round: far, minutes: sheet(7), passes: vec![] })),
                _ => {
                    let height = world.slate.height();
                    let mut acts = world.honest(height + size as u32);
                    let asked = world.slate.asked_for();
                    assert!(asked.iter().all(|round| *round <= height));
                    acts.retain(|act| act_by(act) != rogue);
                    let at = rng.next_u64() as usize % acts.len().max(1);
                    acts.into_iter().nth(at).into_iter().for_each(|act| world.perform(act));
                }
            }
            world.can_go_on(&(0..world.needed).map(member).collect::<Vec<_>>());
        }
        let honest = |cheat: &Cheat| cheat.by != rogue;
        assert!(!world.slate.cheats().iter().any(honest));
        assert!(world.slate.height() < 1_000, "he climbed to {}", world.slate.height());
    }
}

fn act_by(act: &Act) -> MemberId {
    match act {
        Act::Offer(offer) => offer.by,
        Act::Vote(by, _) | Act::Pass(by, _) => *by,
    }
}

fn rogue_acts(world: &mut World, rogue: MemberId, rng: &mut ChaCha20Rng) {
    let mut pick = |count: usize| (count > 0).then(|| rng.next_u64() as usize % count);
    match pick(3) {
        Some(0) => {
            let offers: Vec<_> = world.slate.offers.keys().copied().collect();
            if let Some(at) = pick(offers.len()) {
                world.put_vote(rogue, offers[at]);
            }
        }
        Some(1) => {
            let round = 1 + pick(4).unwrap_or_default() as u32;
            let own: Vec<_> =
                world.slate.votes.iter().filter(|(_, vote)| vote.by == rogue).map(|(id, _)| *id).collect();
            let last = pick(own.len() + 1).and_then(|at| own.get(at).copied());
            world.put_pass(rogue, round, last);
        }
        _ => {
            let round = pick(5).unwrap_or_default() as u32;
            if world.slate.owner(round) == Some(rogue) {
                let passes: Vec<_> = world.slate.passes_for(round).into_keys().take(world.needed).collect();
                let minutes = sheet(100 + pick(3).unwrap_or_default() as u32);
                let passes = if round == 0 { vec![] } else { passes };
                world.put_offer(Offer { by: rogue, round, minutes, passes });
            }
        }
    }
}

fn vote_all(world: &mut World, offer: BookId, voters: std::ops::Range<usize>) {
    voters.for_each(|voter| world.perform(Act::Vote(member(voter), offer)));
}

/// Case B1.
#[test]
fn three_of_five_adopt_the_chair_s_sheet_and_two_do_not() {
    let mut world = World::new(5, 3);
    let offer = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(0), passes: vec![] });
    vote_all(&mut world, offer, 0..2);
    assert_eq!(world.slate.adopted(), BTreeSet::new());
    vote_all(&mut world, offer, 2..3);
    assert_eq!(world.slate.adopted(), [sheet(0)].into());
}

/// Case B2.
#[test]
fn the_half_with_three_decides_though_the_chair_s_half_had_two() {
    let mut world = World::new(5, 3);
    let chair = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(0), passes: vec![] });
    vote_all(&mut world, chair, 0..2);
    for voter in 2..5 {
        world.perform(Act::Pass(member(voter), 2));
    }
    let passes = world.slate.passes_for(2).into_keys().collect();
    let other = world.put_offer(Offer { by: member(2), round: 2, minutes: sheet(9), passes });
    vote_all(&mut world, other, 2..5);
    assert_eq!(world.slate.adopted(), [sheet(9)].into());
    world.must_hold();
}

/// Case B3.
#[test]
fn what_one_pass_says_was_voted_for_must_be_carried_on() {
    let mut world = World::new(5, 3);
    let chair = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(0), passes: vec![] });
    vote_all(&mut world, chair, 0..2);
    for voter in 1..4 {
        world.perform(Act::Pass(member(voter), 1));
    }
    let passes: Vec<_> = world.slate.passes_for(1).into_keys().collect();
    let own = world.put_offer(Offer { by: member(1), round: 1, minutes: sheet(9), passes: passes.clone() });
    assert_eq!(world.slate.justice(&own), Justice::Unjustified);
    let carried = world.put_offer(Offer { by: member(1), round: 1, minutes: sheet(0), passes });
    vote_all(&mut world, carried, 1..4);
    assert_eq!(world.slate.adopted(), [sheet(0)].into());
}

/// Case B4.
#[test]
fn what_three_voted_for_is_all_that_the_other_four_may_carry() {
    let mut world = World::new(5, 3);
    let chair = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(0), passes: vec![] });
    vote_all(&mut world, chair, 0..3);
    for voter in 1..5 {
        world.perform(Act::Pass(member(voter), 3));
    }
    let sheets: BTreeSet<_> = world.offers_in(member(3), 3).into_iter().map(|offer| offer.minutes).collect();
    assert_eq!(sheets, [sheet(0)].into());
}

/// Case B13, as far as the journal goes.
#[test]
fn an_honest_desk_signs_neither_twice_nor_backwards() {
    let mut world = World::new(5, 3);
    let chair = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(0), passes: vec![] });
    let other = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(1), passes: vec![] });
    let voted = Journal::default().vote(&world.slate, 0, chair).unwrap();
    assert_eq!(voted.vote(&world.slate, 0, chair), Ok(voted), "after a crash the same vote is signed again");
    assert_eq!(voted.vote(&world.slate, 0, other), Err(Refusal::Voted));
    let passed = voted.pass(&world.slate, 2).unwrap();
    assert_eq!(passed.pass(&world.slate, 1), Err(Refusal::PassedOn));
    assert_eq!(Journal::default().pass(&world.slate, 0), Err(Refusal::NoSuchPass));
    assert_eq!(Journal::default().pass(&world.slate, 1).unwrap().vote(&world.slate, 0, chair), Err(Refusal::PassedOn));
    let unknown = Journal::default().vote(&world.slate, 0, sheet(5));
    assert_eq!(unknown, Err(Refusal::NotJustified(Justice::Unknown)));
}

#[test]
fn passes_of_strangers_doubles_and_too_few_justify_nothing() {
    let mut world = World::new(5, 3);
    let mut passes: Vec<_> = (2..4).map(|voter| world.put_pass(member(voter), 2, None)).collect();
    let few = world.put_offer(Offer { by: member(2), round: 2, minutes: sheet(9), passes: passes.clone() });
    assert_eq!(world.slate.justice(&few), Justice::Unjustified);
    let stranger = world.put_pass(member(9), 2, None);
    let foreign = [passes.clone(), vec![stranger]].concat();
    let foreign = world.put_offer(Offer { by: member(2), round: 2, minutes: sheet(9), passes: foreign });
    assert_eq!(world.slate.justice(&foreign), Justice::Unjustified);
    passes.push(sheet(77));
    let missing = world.put_offer(Offer { by: member(2), round: 2, minutes: sheet(9), passes });
    assert_eq!(world.slate.justice(&missing), Justice::Unknown);
}

/// Where the owner of a round tabled two sheets, only one that could have a quorum with those who are silent matters.
#[test]
fn of_two_sheets_of_one_round_the_one_that_just_could_have_been_adopted_is_carried_on() {
    let mut world = World::new(5, 3);
    let offers = [0, 1].map(|n| world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(n), passes: vec![] }));
    let votes = [(1, 0), (2, 0), (3, 1)].map(|(voter, offer)| (voter, world.put_vote(member(voter), offers[offer])));
    for (voter, vote) in votes {
        world.put_pass(member(voter), 4, Some(vote));
    }
    world.put_pass(member(4), 4, None);
    let (passes, carried) = world.slate.table(4, |_| false).unwrap();
    assert_eq!((passes.len(), carried), (4, Carried::Sheet(sheet(0))), "two, and the chair may have been the third");
    let other = world.put_offer(Offer { by: member(4), round: 4, minutes: sheet(9), passes });
    assert_eq!(world.slate.justice(&other), Justice::Unjustified);
}

#[test]
fn a_pass_that_conceals_a_later_vote_behind_an_earlier_one_is_a_proof() {
    let mut world = World::new(3, 2);
    let chair = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(0), passes: vec![] });
    let first = world.put_vote(member(2), chair);
    let passes: Vec<_> = [0, 1].map(|voter| world.put_pass(member(voter), 1, None)).into();
    let taken = world.put_offer(Offer { by: member(1), round: 1, minutes: sheet(1), passes });
    let second = world.put_vote(member(2), taken);
    let honest = world.put_pass(member(2), 2, Some(second));
    assert_eq!(world.slate.cheats(), BTreeSet::new());
    let older = world.put_pass(member(2), 3, Some(first));
    let cheats = world.slate.cheats();
    assert!(cheats.iter().all(|cheat| cheat.by == member(2)) && cheats.contains(&Cheat::new(member(2), second, older)));
    assert!(!cheats.iter().any(|cheat| [cheat.one, cheat.other].contains(&honest)));
}

/// What an offer by member 2 in round 2 is that carries on the chair's sheet, as member 4 voted for it, with passes by 2, 3
/// and 4, enough of them; after `flaw` changed the passes.
fn carried_on(flaw: impl Fn(&mut World, &mut Vec<BookId>)) -> Justice {
    let mut world = World::new(5, 3);
    let chair = world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(0), passes: vec![] });
    let vote = world.put_vote(member(4), chair);
    let mut passes: Vec<_> =
        [(4, Some(vote)), (2, None), (3, None)].map(|(by, last)| world.put_pass(member(by), 2, last)).into();
    flaw(&mut world, &mut passes);
    let offer = world.put_offer(Offer { by: member(2), round: 2, minutes: sheet(0), passes });
    world.slate.justice(&offer)
}

#[test]
fn passes_justify_what_enough_voters_left_to_be_tabled() {
    assert_eq!(carried_on(|_, _| ()), Justice::Justified);
}

#[test]
fn a_pass_for_another_round_justifies_nothing() {
    let flaw = |world: &mut World, passes: &mut Vec<BookId>| passes.push(world.put_pass(member(1), 3, None));
    assert_eq!(carried_on(flaw), Justice::Unjustified);
}

#[test]
fn one_voter_who_passes_twice_justifies_nothing_beside_enough_others() {
    let flaw = |world: &mut World, passes: &mut Vec<BookId>| passes.push(world.put_pass(member(4), 2, None));
    assert_eq!(carried_on(flaw), Justice::Unjustified);
}

#[test]
fn a_pass_that_names_another_s_vote_justifies_nothing() {
    let flaw = |world: &mut World, passes: &mut Vec<BookId>| {
        let foreign = world.slate.votes.keys().next().copied();
        passes[1] = world.put_pass(member(2), 2, foreign);
    };
    assert_eq!(carried_on(flaw), Justice::Unjustified);
}

/// Member 1 tables in a round of somebody else's what the chair tabled.
#[test]
fn a_pass_that_names_a_vote_for_an_unjustified_offer_justifies_nothing() {
    let flaw = |world: &mut World, passes: &mut Vec<BookId>| {
        let usurped = world.put_offer(Offer { by: member(1), round: 0, minutes: sheet(0), passes: vec![] });
        let vote = world.put_vote(member(3), usurped);
        passes[2] = world.put_pass(member(3), 2, Some(vote));
    };
    assert_eq!(carried_on(flaw), Justice::Unjustified);
}

#[test]
fn who_votes_for_both_of_a_chair_s_two_offers_is_proven_by_the_two_votes() {
    let mut world = World::new(5, 3);
    let offers = [0, 1].map(|n| world.put_offer(Offer { by: member(0), round: 0, minutes: sheet(n), passes: vec![] }));
    let votes = offers.map(|offer| world.put_vote(member(1), offer));
    world.put_vote(member(2), offers[0]);
    let proven = [Cheat::new(member(0), offers[0], offers[1]), Cheat::new(member(1), votes[0], votes[1])];
    assert_eq!(world.slate.cheats(), proven.into());
}
