//! From the adopted minutes and single members' acts to a state that explains itself.
//!
//! The order of evaluation makes the state unique: minutes, up to where one stands; suspensions by voters, suspended
//! ones included; admits by stewards who are not out; devices; who is out; pens and lists; resolutions. Nothing depends
//! on the order of arrival or on a clock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Book;
use super::chain::{Step, Walk};
use super::content::Content;
use super::minutes::Ballot;
use super::object::{Genesis, NewestList, SignedObject, Suspend};
use super::roster::{Removed, Roster, Seat};
use super::round::Cheat;
use super::seen::Seen;
use super::state::{Cause, Exclusion, Ground, Member, Motion, Role, State, Verdict, Why};
use crate::envelope::Verified;
use crate::ids::{BookId, ExclusionId, MemberId};
use crate::sign::PublicKey;
use crate::wire;

mod admits;
mod devices;
mod keeping;

/// How many of a steward's admits may be open, the lowest numbers: what one captured steward can let in.
pub const OPEN_ADMITS: usize = 5;
/// How many devices of a member speak, the lowest numbers.
pub const DEVICES: usize = 5;
/// How many devices of a member that speak no longer are remembered, the lowest numbers.
pub const RETIRED_DEVICES: usize = 64;
/// How many new vote keys of a member are shown to choose from, those with the lowest ids.
const NEW_KEYS: usize = 8;

pub(super) fn evaluate(book: &Book, genesis: &Genesis, walk: Walk) -> Option<State> {
    let newest = walk.steps.last()?.clone();
    let mut evaluation = Evaluation {
        book,
        state: State {
            committee: book.committee(),
            members: seats(&newest.roster),
            genesis: genesis.clone(),
            newest,
            steps: walk.steps,
            stands: walk.stands,
            forks: walk.forks,
            cheats: BTreeSet::new(),
            exclusions: BTreeSet::new(),
            pens: BTreeMap::new(),
            public_pens: BTreeMap::new(),
            new_keys: BTreeMap::new(),
            newest_list: None,
            keepings: BTreeMap::new(),
            drafts: BTreeMap::new(),
            motions: BTreeMap::new(),
            acts: BTreeMap::new(),
        },
    };
    evaluation.founding();
    evaluation.resolutions();
    evaluation.cheats();
    evaluation.removals();
    evaluation.suspensions();
    evaluation.admits();
    evaluation.devices();
    evaluation.mark_who_is_out();
    evaluation.openings();
    evaluation.keepings();
    evaluation.drafts();
    evaluation.first_lists();
    evaluation.pens_and_lists();
    evaluation.public_pens();
    evaluation.new_keys();
    Some(evaluation.state)
}

/// Who votes, and who did.
fn seats(roster: &Roster) -> BTreeMap<MemberId, Member> {
    let member = |seat: &Seat, role| Member {
        identity: seat.identity,
        vote: seat.vote,
        name: seat.name,
        role,
        devices: vec![],
        retired: vec![],
        out: None,
    };
    let former = |removed: &Removed| member(&removed.seat, Role::Former { by: removed.by });
    let voters = roster.voters.iter().map(|(id, seat)| (*id, member(seat, Role::Voter { steward: seat.steward })));
    voters.chain(roster.removed.iter().map(|(id, removed)| (*id, former(removed)))).collect()
}

/// Where a suspension stands among its author's: whether it is by the vote key of now, and its number.
type Place = (bool, u32);

struct Evaluation<'a> {
    book: &'a Book,
    state: State,
}

impl<'a> Evaluation<'a> {
    fn judge(&mut self, id: BookId, verdict: Verdict) {
        self.state.acts.insert(id, verdict);
    }

    fn refuse(&mut self, id: BookId, why: Why) {
        self.judge(id, Verdict::No(why));
    }

    fn objects(&self, kind: u16) -> impl Iterator<Item = &'a Verified<SignedObject>> + use<'a> {
        self.book.acts(kind)
    }

    fn exclude(&mut self, member: MemberId, by: Ground, cause: Cause, seen: Option<Vec<Seen>>) {
        self.state.exclusions.insert(Exclusion { by, member, cause, seen });
    }

    fn ground_of(&self, member: &MemberId) -> Option<Ground> {
        let whole = |exclusion: &&Exclusion| exclusion.member == *member && exclusion.device().is_none();
        self.state.exclusions.iter().find(whole).map(|exclusion| exclusion.by)
    }

    fn founding(&mut self) {
        let founders = self.state.genesis.founders.clone();
        for object in self.objects(0) {
            self.judge(object.id(), Verdict::Counts);
        }
        for object in self.objects(10) {
            let founds = founders.iter().any(|founder| founder.identity.vote == object.author());
            let verdict = if founds { Verdict::Counts } else { Verdict::No(Why::NoRight) };
            self.judge(object.id(), verdict);
        }
        for object in self.book.unknown_kinds() {
            self.refuse(object.id(), Why::UnknownKind);
        }
    }

    fn resolutions(&mut self) {
        let steps: BTreeMap<_, _> = self.state.steps.iter().map(|step| (step.roster.at, step.clone())).collect();
        for object in self.objects(11) {
            let Content::Resolution(resolution) = object.content() else { continue };
            let Some(step) = steps.get(&resolution.under) else {
                self.refuse(object.id(), Why::Elsewhere);
                continue;
            };
            let Some(author) = step.voter(&object.author()) else {
                self.refuse(object.id(), Why::NoRight);
                continue;
            };
            let motion = Motion {
                author,
                no: step.roster.no,
                under: resolution.under,
                needed: step.roster.needed(),
                voters: step.roster.voters.keys().copied().collect(),
                adopt: BTreeMap::new(),
                reject: BTreeMap::new(),
            };
            self.state.motions.insert(object.id(), motion);
            self.judge(object.id(), Verdict::Counts);
        }
        for object in self.objects(12) {
            let Content::Ballot(ballot) = object.content() else { continue };
            let verdict = self.ballot(object, ballot, &steps);
            self.judge(object.id(), verdict);
        }
    }

    fn ballot(&mut self, object: &SignedObject, ballot: &Ballot, steps: &BTreeMap<BookId, Arc<Step>>) -> Verdict {
        let Some(motion) = self.state.motions.get_mut(&ballot.resolution) else {
            return Verdict::No(Why::Waiting);
        };
        let Some(voter) = steps.get(&motion.under).and_then(|step| step.voter(&object.author())) else {
            return Verdict::No(Why::NoRight);
        };
        let side = if ballot.adopt { &mut motion.adopt } else { &mut motion.reject };
        side.entry(voter).or_insert(object.id());
        if let (Some(one), Some(other)) = (motion.adopt.get(&voter), motion.reject.get(&voter)) {
            let (one, other) = (*one.min(other), *one.max(other));
            self.state.cheats.insert(Cheat { by: voter, one, other });
        }
        Verdict::Counts
    }

    /// A cheat costs the holder of that key the epoch, and one who holds it no longer nothing.
    fn cheats(&mut self) {
        let mut cheats = std::mem::take(&mut self.state.cheats);
        cheats.extend(self.book.cheats());
        let roster = &self.state.newest.roster;
        cheats.retain(|cheat| {
            let Some(seat) = roster.voters.get(&cheat.by) else { return false };
            let author = |id: &BookId| self.book.object(id).map(|object| object.author());
            let held_once = |key: PublicKey| seat.replaced.iter().any(|replaced| replaced.vote == key);
            ![cheat.one, cheat.other].iter().filter_map(author).any(held_once)
        });
        let cheaters: BTreeSet<_> = cheats.iter().map(|cheat| cheat.by).collect();
        self.state.cheats = cheats;
        for member in cheaters {
            let Some(vote) = self.state.members.get(&member).map(|member| member.vote) else { continue };
            let by = ExclusionId::of(&wire::encode(&(member, vote)));
            self.exclude(member, Ground::Act(by), Cause::Cheated, None);
        }
    }

    fn removals(&mut self) {
        let newest = self.state.newest.clone();
        for (member, removed) in &newest.roster.removed {
            self.exclude(*member, Ground::Minutes(removed.by), Cause::Removed, Some(removed.seen.clone()));
        }
        for (member, (by, seen)) in &newest.roster.dropped {
            self.exclude(*member, Ground::Minutes(*by), Cause::Removed, Some(seen.clone()));
        }
    }

    /// One open suspension a voter: one by a key since replaced that minutes let stand, or the lowest number not
    /// settled, then the lowest id. Two under one number by one key exclude their author.
    fn suspensions(&mut self) {
        let newest = self.state.newest.clone();
        let roster = &newest.roster;
        let stands = |object: &SignedObject| {
            let mut seats = roster.voters.iter();
            seats.find(|(_, seat)| seat.lets_stand(&object.author(), &object.id())).map(|(id, _)| *id)
        };
        let mut by_author: BTreeMap<MemberId, Vec<(Place, BookId, &Suspend)>> = BTreeMap::new();
        for object in self.objects(2) {
            let Content::Suspend(suspend) = object.content() else { continue };
            let (author, by_key_of_now) = match (self.voter(&object.author()), stands(object)) {
                (Ok(author), _) => (author, true),
                (Err(_), Some(author)) => (author, false),
                (Err(why), None) => {
                    self.refuse(object.id(), why);
                    continue;
                }
            };
            let settled = roster.settled.get(&author).is_some_and(|upto| suspend.no <= *upto);
            let gone = roster.removed.contains_key(&suspend.member) || roster.dropped.contains_key(&suspend.member);
            if settled || gone {
                self.refuse(object.id(), Why::Settled);
            } else {
                by_author.entry(author).or_default().push(((by_key_of_now, suspend.no), object.id(), suspend));
            }
        }
        for (author, mut acts) in by_author {
            acts.sort_unstable_by_key(|(no, id, _)| (*no, *id));
            if let Some(pair) = acts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                let by = ExclusionId::of(&wire::encode(&(author, pair[0].2.no)));
                self.exclude(author, Ground::Act(by), Cause::TwoUnderOneNumber, None);
            }
            let (lowest, open, suspend) = acts[0];
            let cause = Cause::Suspended { by: author, because: suspend.because };
            self.exclude(suspend.member, Ground::Act(open.into()), cause, Some(suspend.seen.clone()));
            self.judge(open, Verdict::Counts);
            for (no, id, _) in &acts[1..] {
                self.refuse(*id, if *no == lowest { Why::NumberTwice(open) } else { Why::AnotherOpen(open) });
            }
        }
    }

    /// The voter whose vote key this is now, or why it is nobody's.
    fn voter(&self, key: &PublicKey) -> Result<MemberId, Why> {
        match self.state.by_vote(key) {
            Some((id, member)) if member.is_voter() => Ok(id),
            Some(_) => Err(Why::NoRight),
            None => {
                let mut seats = self.state.newest.roster.voters.values().flat_map(|seat| &seat.replaced);
                let by = seats.find(|replaced| replaced.vote == *key).map(|replaced| replaced.by.id);
                Err(by.map_or(Why::NoRight, Why::KeyReplaced))
            }
        }
    }

    fn mark_who_is_out(&mut self) {
        let whole = self.state.exclusions.iter().filter(|exclusion| exclusion.device().is_none());
        let out: Vec<_> = whole.map(|exclusion| (exclusion.member, exclusion.by)).collect();
        for (member, by) in out {
            if let Some(member) = self.state.members.get_mut(&member) {
                member.out.get_or_insert(by);
            }
        }
    }

    fn pens_and_lists(&mut self) {
        let mut newest: BTreeMap<PublicKey, (u32, BookId)> = BTreeMap::new();
        for object in self.objects(4) {
            let Content::NextPen(next) = object.content() else { continue };
            let verdict = self.may_ask_for_a_pen(&object.author());
            self.judge(object.id(), verdict);
            let rank = (next.no, object.id());
            if verdict == Verdict::Counts && newest.get(&object.author()).is_none_or(|known| *known < rank) {
                newest.insert(object.author(), rank);
                self.state.pens.insert(object.author(), next.pen);
            }
        }
        for object in self.objects(5) {
            let Content::NewestList(list) = object.content() else { continue };
            let steward = self.state.by_vote(&object.author()).filter(|(_, member)| member.is_steward());
            let verdict = match steward.map(|(_, member)| member.out) {
                None => Verdict::No(Why::NoRight),
                Some(Some(by)) => Verdict::No(Why::AuthorOut(by)),
                Some(None) => Verdict::Counts,
            };
            let higher = |known: &NewestList| (known.no, known.list) < (list.no, list.list);
            if verdict == Verdict::Counts && self.state.newest_list.as_ref().is_none_or(higher) {
                self.state.newest_list = Some(*list);
            }
            self.judge(object.id(), verdict);
        }
    }

    /// One of each device, by the lowest id: a device that asks for another fills no list.
    fn public_pens(&mut self) {
        for object in self.objects(14) {
            let Content::PublicPen(asked) = object.content() else { continue };
            let device = object.author();
            let votes = self.state.owner(&device).is_some_and(|(_, member)| member.is_voter());
            let verdict = match self.may_ask_for_a_pen(&device) {
                Verdict::Counts if !votes => Verdict::No(Why::NoRight),
                Verdict::Counts if self.state.public_pens.contains_key(&device) => Verdict::No(Why::TooMany),
                verdict => verdict,
            };
            if verdict == Verdict::Counts {
                self.state.public_pens.insert(device, asked.pen);
            }
            self.judge(object.id(), verdict);
        }
    }

    fn new_keys(&mut self) {
        for object in self.objects(13) {
            let Content::NewKey(new) = object.content() else { continue };
            let recovers = |member: &&Member| member.identity.recovery == object.author();
            let by_recovery = self.state.members.values().find(recovers).map(|member| member.identity.member());
            let speaks = |member: &&Member| member.devices.iter().any(|known| known.sign == object.author());
            let by_device = self.state.owner(&object.author()).map(|(_, member)| member).filter(speaks);
            let member = by_device.map(|member| member.identity.member()).or(by_recovery);
            let votes = |id: &MemberId| *id == new.member && self.state.members.get(id).is_some_and(Member::is_voter);
            let Some(member) = member.filter(votes) else {
                self.refuse(object.id(), Why::NoRight);
                continue;
            };
            if self.state.newest.roster.has_used(&new.vote) {
                self.refuse(object.id(), Why::Settled);
                continue;
            }
            let wanted = self.state.new_keys.entry(member).or_default();
            let room = wanted.len() < NEW_KEYS;
            if room {
                wanted.insert(new.vote, new.proof);
            }
            self.judge(object.id(), if room { Verdict::Counts } else { Verdict::No(Why::TooMany) });
        }
    }

    fn may_ask_for_a_pen(&self, device: &PublicKey) -> Verdict {
        let Some((_, member)) = self.state.owner(device) else { return Verdict::No(Why::NoRight) };
        match member.out {
            Some(by) => Verdict::No(Why::AuthorOut(by)),
            None if member.devices.iter().all(|known| known.sign != *device) => Verdict::No(Why::NoRight),
            None => Verdict::Counts,
        }
    }
}

#[cfg(test)]
mod tests;
