//! What a set of objects means: a pure function from the set to a state that explains itself.
//!
//! The order of evaluation makes the state unique: the genesis; suspensions by voters, suspended ones included; admits
//! by stewards who are not suspended; devices; pens and lists. Nothing depends on the order of arrival or on a clock.

use std::collections::{BTreeMap, BTreeSet};

use super::object::{Admit, Because, Content, Founder, Genesis, NewestList, Seen, SignedObject, Suspend};
use crate::envelope::Verified;
use crate::identity::{Commitment, Device, Identity};
use crate::ids::{BookId, CommitteeId, MemberId};
use crate::sign::PublicKey;

/// How many of a steward's admits may be open, the lowest numbers: what one captured steward can let in.
pub const OPEN_ADMITS: usize = 5;
/// How many devices a member may have, the lowest numbers.
pub const DEVICES: usize = 5;

/// Why an object does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// A kind that this program does not know.
    UnknownKind,
    /// Its author is nobody who may do this.
    NoRight,
    /// Its author is suspended, by this object.
    AuthorSuspended(BookId),
    /// Its author did something else under the same number; this is the other one.
    NumberTwice(BookId),
    /// Its author has an earlier one open.
    AnotherOpen(BookId),
    /// Too many by one author or for one member.
    TooMany,
    /// A key that the book already gives to someone else.
    KeyUsedBefore,
}

/// Whether an object counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Counts,
    /// It does not, and why.
    No(Why),
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Votes; a steward also admits and keeps the list.
    Voter {
        /// Whether a steward.
        steward: bool,
    },
    /// Reads and writes, and waits to be confirmed.
    Probation {
        /// The admit that let this member in.
        by: BookId,
    },
}

/// Someone in the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Keys.
    pub identity: Identity,
    /// Stands for the name.
    pub name: Commitment,
    /// What the member may do.
    pub role: Role,
    /// Devices, by the member's own numbers.
    pub devices: Vec<Device>,
    /// The suspension in force against the member, if any.
    pub suspended: Option<BookId>,
}

impl Member {
    /// Whether the member votes.
    pub fn is_voter(&self) -> bool {
        matches!(self.role, Role::Voter { .. })
    }

    /// Whether the member may admit and keeps the list.
    pub fn is_steward(&self) -> bool {
        matches!(self.role, Role::Voter { steward: true })
    }
}

/// Someone is out of the next epoch. One object may put out several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exclusion {
    /// By which object.
    pub by: BookId,
    /// Who.
    pub member: MemberId,
    /// Why.
    pub because: Because,
    /// The last op that counts of each device; nothing, where no op is refused.
    pub seen: Option<Vec<Seen>>,
}

/// What the book says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Whose book.
    pub committee: CommitteeId,
    /// The minutes No. 0.
    pub genesis: Genesis,
    /// Everyone in the roster, suspended ones included.
    pub members: BTreeMap<MemberId, Member>,
    /// Who is out, and by which object.
    pub exclusions: BTreeSet<Exclusion>,
    /// The newest pen that each device asks for.
    pub pens: BTreeMap<PublicKey, PublicKey>,
    /// The highest list that a steward names.
    pub newest_list: Option<NewestList>,
    /// Whether each object counts, and why not.
    pub verdicts: BTreeMap<BookId, Verdict>,
}

impl State {
    /// The member with this device, and whether nothing excludes them.
    pub fn owner(&self, device: &PublicKey) -> Option<(MemberId, &Member)> {
        let has = |member: &Member| member.devices.iter().any(|known| known.sign == *device);
        self.members.iter().find(|(_, member)| has(member)).map(|(id, member)| (*id, member))
    }

    /// The member with this vote key.
    pub fn by_vote(&self, vote: &PublicKey) -> Option<(MemberId, &Member)> {
        self.members.iter().find(|(_, member)| member.identity.vote == *vote).map(|(id, member)| (*id, member))
    }

    /// Whether someone is out of the next epoch.
    pub fn is_excluded(&self, member: &MemberId) -> bool {
        self.exclusions.iter().any(|exclusion| exclusion.member == *member)
    }

    /// The objects that put somebody out: what a new rotation must answer.
    pub fn put_out_by(&self) -> BTreeSet<BookId> {
        self.exclusions.iter().map(|exclusion| exclusion.by).collect()
    }

    /// The exclusion under which an op of this device and number is refused, if any.
    pub fn refuses(&self, device: &PublicKey, seq: u64) -> Option<&Exclusion> {
        // Asked of every bulletin in a list: where nobody is out, nobody is looked for.
        if self.exclusions.is_empty() {
            return None;
        }
        let (member, _) = self.owner(device)?;
        let of_member = |exclusion: &&Exclusion| exclusion.member == member;
        let after = |exclusion: &Exclusion| {
            let last = |seen: &Vec<Seen>| seen.iter().find(|seen| seen.device == *device).map(|seen| seen.seq);
            exclusion.seen.as_ref().is_some_and(|seen| last(seen).is_none_or(|last| seq > last))
        };
        self.exclusions.iter().filter(of_member).find(|exclusion| after(exclusion))
    }

    /// The devices to which a new epoch's secret belongs: of everyone in the roster whom nothing excludes.
    pub fn recipients(&self) -> Vec<Device> {
        let present = self.members.iter().filter(|(id, _)| !self.is_excluded(id));
        let mut devices: Vec<_> = present.flat_map(|(_, member)| member.devices.iter().copied()).collect();
        devices.sort_unstable();
        devices.dedup();
        devices
    }

    /// How many vote.
    pub fn voters(&self) -> usize {
        self.members.values().filter(|member| member.is_voter()).count()
    }
}

/// Evaluates a set of verified objects; nothing, where the genesis is missing or not signed by its founder.
pub(super) fn evaluate<'a>(
    committee: CommitteeId,
    objects: impl Iterator<Item = &'a Verified<SignedObject>> + Clone,
) -> Option<State> {
    let genesis = objects.clone().find_map(|object| match object.content() {
        Content::Genesis(genesis) if object.committee() == committee => Some((object.author(), genesis.clone())),
        _ => None,
    });
    let (author, genesis) = genesis?;
    // A genesis of several founders waits for each one's own signature, which is an object of a kind still unknown here.
    let [founder] = genesis.founders.as_slice() else { return None };
    if founder.identity.vote != author {
        return None;
    }
    let state = State {
        committee,
        members: founders(&genesis),
        genesis,
        exclusions: BTreeSet::new(),
        pens: BTreeMap::new(),
        newest_list: None,
        verdicts: BTreeMap::new(),
    };
    let mut evaluation = Evaluation { state, objects: objects.collect() };
    evaluation.suspensions();
    evaluation.admits();
    evaluation.devices();
    evaluation.suspended();
    evaluation.pens_and_lists();
    evaluation.the_rest();
    Some(evaluation.state)
}

fn founders(genesis: &Genesis) -> BTreeMap<MemberId, Member> {
    let member = |founder: &Founder| Member {
        identity: founder.identity,
        name: founder.name,
        role: Role::Voter { steward: founder.steward },
        devices: vec![],
        suspended: None,
    };
    genesis.founders.iter().map(|founder| (founder.identity.member(), member(founder))).collect()
}

struct Evaluation<'a> {
    state: State,
    objects: Vec<&'a Verified<SignedObject>>,
}

impl Evaluation<'_> {
    fn judge(&mut self, id: BookId, verdict: Verdict) {
        self.state.verdicts.insert(id, verdict);
    }

    /// One open suspension a voter: the lowest number, then the lowest id. Two under one number exclude their author.
    fn suspensions(&mut self) {
        let mut by_author: BTreeMap<MemberId, Vec<(u32, BookId, &Suspend)>> = BTreeMap::new();
        let mut without_right = vec![];
        for &object in &self.objects {
            let Content::Suspend(suspend) = object.content() else { continue };
            match self.state.by_vote(&object.author()) {
                Some((author, member)) if member.is_voter() => {
                    by_author.entry(author).or_default().push((suspend.no, object.id(), suspend));
                }
                Some(_) | None => without_right.push(object.id()),
            }
        }
        without_right.into_iter().for_each(|id| self.judge(id, Verdict::No(Why::NoRight)));
        for (author, mut acts) in by_author {
            acts.sort_unstable_by_key(|(no, id, _)| (*no, *id));
            let twice = acts.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1);
            if let Some(by) = twice {
                let exclusion = Exclusion { by, member: author, because: Because::Distrust, seen: None };
                self.state.exclusions.insert(exclusion);
            }
            let (_, open, suspend) = acts[0];
            let (member, because, seen) = (suspend.member, suspend.because, Some(suspend.seen.clone()));
            self.state.exclusions.insert(Exclusion { by: open, member, because, seen });
            self.judge(open, Verdict::Counts);
            for (no, id, _) in &acts[1..] {
                let same = *no == acts[0].0;
                self.judge(*id, Verdict::No(if same { Why::NumberTwice(open) } else { Why::AnotherOpen(open) }));
            }
        }
    }

    fn admits(&mut self) {
        let mut by_author: BTreeMap<MemberId, Vec<(u32, BookId, Admit)>> = BTreeMap::new();
        for object in self.objects.clone() {
            let Content::Admit(admit) = object.content() else { continue };
            let verdict = match self.state.by_vote(&object.author()) {
                Some((author, member)) if member.is_steward() => match self.suspension_of(&author) {
                    Some(by) => Verdict::No(Why::AuthorSuspended(by)),
                    None => {
                        by_author.entry(author).or_default().push((admit.no, object.id(), *admit));
                        Verdict::Counts
                    }
                },
                Some(_) | None => Verdict::No(Why::NoRight),
            };
            self.judge(object.id(), verdict);
        }
        let mut open = vec![];
        for mut acts in by_author.into_values() {
            acts.sort_unstable_by_key(|(no, id, _)| (*no, *id));
            let mut last: Option<(u32, BookId)> = None;
            let mut taken = 0;
            for (no, id, admit) in acts {
                match last {
                    Some((before, first)) if before == no => self.judge(id, Verdict::No(Why::NumberTwice(first))),
                    _ if taken == OPEN_ADMITS => self.judge(id, Verdict::No(Why::TooMany)),
                    _ => {
                        taken += 1;
                        open.push((id, admit));
                    }
                }
                last = Some((no, id));
            }
        }
        open.sort_unstable_by_key(|(id, _)| *id);
        open.into_iter().for_each(|(id, admit)| self.let_in(id, admit));
    }

    fn let_in(&mut self, by: BookId, admit: Admit) {
        let member = admit.identity.member();
        if self.state.members.contains_key(&member) {
            return;
        }
        let keys = [admit.identity.vote, admit.identity.recovery];
        let taken = |known: &Member| keys.contains(&known.identity.vote) || keys.contains(&known.identity.recovery);
        if keys[0] == keys[1] || self.state.members.values().any(taken) {
            return self.judge(by, Verdict::No(Why::KeyUsedBefore));
        }
        let role = Role::Probation { by };
        let newcomer = Member { identity: admit.identity, name: admit.name, role, devices: vec![], suspended: None };
        self.state.members.insert(member, newcomer);
    }

    fn devices(&mut self) {
        let mut certified: Vec<_> = self
            .objects
            .iter()
            .filter_map(|object| match object.content() {
                Content::Device(certificate) => Some((certificate.no, object.id(), object.author(), *certificate)),
                _ => None,
            })
            .collect();
        certified.sort_unstable_by_key(|(no, id, ..)| (*no, *id));
        let mut used = BTreeSet::new();
        for (_, id, author, certificate) in certified {
            let Some(member) = self.state.members.get_mut(&certificate.member) else {
                self.judge(id, Verdict::No(Why::NoRight));
                continue;
            };
            let verdict = if ![member.identity.vote, member.identity.recovery].contains(&author) {
                Verdict::No(Why::NoRight)
            } else if member.devices.len() == DEVICES {
                Verdict::No(Why::TooMany)
            } else if !used.insert(certificate.device.sign) {
                Verdict::No(Why::KeyUsedBefore)
            } else {
                member.devices.push(certificate.device);
                Verdict::Counts
            };
            self.judge(id, verdict);
        }
    }

    fn suspension_of(&self, member: &MemberId) -> Option<BookId> {
        self.state.exclusions.iter().find(|exclusion| exclusion.member == *member).map(|exclusion| exclusion.by)
    }

    fn suspended(&mut self) {
        let out: Vec<_> = self.state.exclusions.iter().map(|exclusion| (exclusion.member, exclusion.by)).collect();
        for (member, by) in out {
            if let Some(member) = self.state.members.get_mut(&member) {
                member.suspended.get_or_insert(by);
            }
        }
    }

    fn pens_and_lists(&mut self) {
        let mut newest: BTreeMap<PublicKey, (u32, BookId)> = BTreeMap::new();
        for object in self.objects.clone() {
            match object.content() {
                Content::NextPen(next) if self.state.owner(&object.author()).is_some() => {
                    let rank = (next.no, object.id());
                    if newest.get(&object.author()).is_none_or(|known| *known < rank) {
                        newest.insert(object.author(), rank);
                        self.state.pens.insert(object.author(), next.pen);
                    }
                    self.judge(object.id(), Verdict::Counts);
                }
                Content::NewestList(list) => {
                    let steward = self.state.by_vote(&object.author()).filter(|(_, member)| member.is_steward());
                    let verdict = match steward.map(|(_, member)| member.suspended) {
                        None => Verdict::No(Why::NoRight),
                        Some(Some(by)) => Verdict::No(Why::AuthorSuspended(by)),
                        Some(None) => {
                            let higher = |known: &NewestList| (known.no, known.list) < (list.no, list.list);
                            if self.state.newest_list.as_ref().is_none_or(higher) {
                                self.state.newest_list = Some(*list);
                            }
                            Verdict::Counts
                        }
                    };
                    self.judge(object.id(), verdict);
                }
                Content::NextPen(_) => self.judge(object.id(), Verdict::No(Why::NoRight)),
                Content::Genesis(_) | Content::Admit(_) | Content::Suspend(_) | Content::Device(_) => {}
                Content::Unknown { .. } => self.judge(object.id(), Verdict::No(Why::UnknownKind)),
            }
        }
    }

    fn the_rest(&mut self) {
        for object in self.objects.clone() {
            if let Content::Genesis(_) = object.content() {
                self.judge(object.id(), Verdict::Counts);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::book::object::tests::{admit, founder, genesis, identity, vote};
    use crate::book::object::{Certificate, ObjectError};
    use crate::identity::DeviceSecret;

    fn committee() -> CommitteeId {
        genesis([0; 32]).committee()
    }

    fn sign(content: Content, by: u8) -> Verified<SignedObject> {
        SignedObject::sign(committee(), content, &vote(by)).unwrap().verify().unwrap()
    }

    fn suspend(by: u8, no: u32, who: u8) -> Verified<SignedObject> {
        let member = identity(who).member();
        sign(Content::Suspend(Suspend { no, member, because: Because::Distrust, seen: vec![] }), by)
    }

    fn device(by: u8, no: u32, seed: u8) -> Verified<SignedObject> {
        let device = DeviceSecret::generate(&mut rand_chacha::ChaCha20Rng::from_seed([seed; 32]));
        sign(Content::Device(Certificate::new(committee(), identity(by).member(), no, &device)), by)
    }

    /// The state of the objects in every order of arrival up to seven, and in a thousand beyond.
    fn state(objects: &[Verified<SignedObject>]) -> State {
        let mut all = vec![genesis([0; 32])];
        all.extend_from_slice(objects);
        let read = |order: &[Verified<SignedObject>]| {
            let mut book = crate::book::Book::new(committee());
            order.iter().for_each(|object| {
                book.insert(object.clone());
            });
            book.state().unwrap()
        };
        let expected = read(&all);
        let mut rng = rand_chacha::ChaCha20Rng::from_seed([7; 32]);
        for _ in 0..if all.len() > 7 { 1_000 } else { 5_040 } {
            for last in (1..all.len()).rev() {
                all.swap(last, rng.next_u64() as usize % (last + 1));
            }
            assert_eq!(read(&all), expected);
        }
        expected
    }

    fn verdict(state: &State, object: &Verified<SignedObject>) -> Verdict {
        state.verdicts[&object.id()]
    }

    #[test]
    fn a_steward_lets_someone_in_on_probation() {
        let state = state(&[admit(committee(), &vote(1), 0, 2), device(2, 0, 20), device(1, 0, 10)]);
        let newcomer = &state.members[&identity(2).member()];
        assert!(matches!(newcomer.role, Role::Probation { .. }));
        assert_eq!((state.voters(), state.recipients().len()), (1, 2));
    }

    /// Case S6.
    #[test]
    fn one_on_probation_neither_admits_nor_suspends() {
        let (admits, suspends) = (admit(committee(), &vote(2), 0, 3), suspend(2, 0, 1));
        let state = state(&[admit(committee(), &vote(1), 0, 2), admits.clone(), suspends.clone()]);
        assert_eq!(verdict(&state, &admits), Verdict::No(Why::NoRight));
        assert_eq!(verdict(&state, &suspends), Verdict::No(Why::NoRight));
        assert!(state.exclusions.is_empty());
    }

    #[test]
    fn one_voter_puts_out_one_at_a_time_and_the_lowest_number_goes_first() {
        let (first, second) = (suspend(1, 3, 2), suspend(1, 4, 3));
        let people = [admit(committee(), &vote(1), 0, 2), admit(committee(), &vote(1), 1, 3)];
        let state = state(&[people.to_vec(), vec![second.clone(), first.clone()]].concat());
        assert!(state.is_excluded(&identity(2).member()) && !state.is_excluded(&identity(3).member()));
        assert_eq!(verdict(&state, &second), Verdict::No(Why::AnotherOpen(first.id())));
    }

    #[test]
    fn two_suspensions_under_one_number_exclude_their_author() {
        let people = [admit(committee(), &vote(1), 0, 2), admit(committee(), &vote(1), 1, 3)];
        let state = state(&[people.to_vec(), vec![suspend(1, 0, 2), suspend(1, 0, 3)]].concat());
        assert!(state.is_excluded(&founder().member()));
    }

    /// Case S5, as far as this book goes.
    #[test]
    fn whom_a_suspended_steward_admitted_is_absent() {
        let admitted = admit(committee(), &vote(1), 0, 2);
        let by = suspend(1, 0, 1);
        let state = state(&[admitted.clone(), by.clone()]);
        assert_eq!(verdict(&state, &admitted), Verdict::No(Why::AuthorSuspended(by.id())));
        assert!(!state.members.contains_key(&identity(2).member()));
    }

    #[test]
    fn a_steward_has_five_open_admits_and_a_number_counts_once() {
        let mut objects: Vec<_> = (0..7).map(|no| admit(committee(), &vote(1), no, 10 + no as u8)).collect();
        objects.push(admit(committee(), &vote(1), 0, 30));
        let state = state(&objects);
        assert_eq!(state.members.len(), 1 + OPEN_ADMITS);
        assert_eq!(verdict(&state, &objects[6]), Verdict::No(Why::TooMany));
        let twice = [&objects[0], &objects[7]].map(|object| verdict(&state, object));
        assert_eq!(twice.iter().filter(|verdict| **verdict == Verdict::Counts).count(), 1);
    }

    #[test]
    fn a_member_has_five_devices_and_nobody_certifies_another_s() {
        let mut objects: Vec<_> = (0..7).map(|no| device(1, no, no as u8)).collect();
        let foreign = device(1, 9, 0).content().clone();
        let Content::Device(certificate) = foreign else { unreachable!() };
        let theft = Certificate { member: identity(2).member(), no: 0, ..certificate };
        let stolen = SignedObject::sign(committee(), Content::Device(theft), &vote(2)).unwrap();
        assert_eq!(stolen.verify().unwrap_err(), ObjectError::Signature, "the device did not agree");
        objects.push(admit(committee(), &vote(1), 0, 2));
        let state = state(&objects);
        assert_eq!(state.members[&founder().member()].devices.len(), DEVICES);
        assert!(state.members[&identity(2).member()].devices.is_empty());
    }

    #[test]
    fn what_a_suspended_device_says_after_the_last_op_named_is_refused() {
        let device = device(2, 0, 20);
        let Content::Device(Certificate { device: keys, .. }) = *device.content() else { unreachable!() };
        let seen = vec![Seen { device: keys.sign, seq: 4 }];
        let member = identity(2).member();
        let out = sign(Content::Suspend(Suspend { no: 0, member, because: Because::Arrested, seen }), 1);
        let state = state(&[admit(committee(), &vote(1), 0, 2), device, out]);
        assert!(state.refuses(&keys.sign, 4).is_none() && state.refuses(&keys.sign, 5).is_some());
        assert!(state.recipients().is_empty());
    }
}
