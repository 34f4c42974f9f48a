//! From the adopted minutes and single members' acts to a state that explains itself.
//!
//! The order of evaluation makes the state unique: minutes, up to where one stands; suspensions by voters, suspended
//! ones included; admits by stewards who are not out; devices; who is out; pens and lists; resolutions. Nothing depends
//! on the order of arrival or on a clock.

use std::collections::{BTreeMap, BTreeSet};

use super::Book;
use super::chain::{Checkpoint, Walk};
use super::minutes::Ballot;
use super::object::{Admit, Certificate, Content, Genesis, NewestList, Seen, SignedObject, Suspend};
use super::roster::{Removed, Roster, Seat};
use super::round::Cheat;
use super::state::{Cause, Exclusion, Ground, Member, Motion, Role, State, Verdict, Why};
use crate::envelope::Verified;
use crate::ids::{BookId, ExclusionId, MemberId};
use crate::sign::PublicKey;
use crate::wire;

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
            new_keys: BTreeMap::new(),
            newest_list: None,
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
    evaluation.pens_and_lists();
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

struct Evaluation<'a> {
    book: &'a Book,
    state: State,
}

/// An admit with what became of the steward who signed it.
struct Open {
    id: BookId,
    admit: Admit,
    sponsor: Sponsor,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sponsor {
    /// Lets people in.
    Good,
    /// Let people in once, and minutes keep this one.
    Kept,
    /// Lets people in, and is out for now.
    Out(Ground, MemberId),
    /// Lets nobody in any more.
    Ended(Checkpoint, MemberId),
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
        for object in self.objects(11) {
            let Content::Resolution(resolution) = object.content() else { continue };
            let Some(step) = self.state.step(&resolution.under).cloned() else {
                self.refuse(object.id(), Why::Elsewhere);
                continue;
            };
            let Some(author) = step.roster.voter(&object.author()) else {
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
            let verdict = self.ballot(object, ballot);
            self.judge(object.id(), verdict);
        }
    }

    fn ballot(&mut self, object: &SignedObject, ballot: &Ballot) -> Verdict {
        let under = self.state.motions.get(&ballot.resolution).map(|motion| motion.under);
        let Some(step) = under.and_then(|under| self.state.step(&under)).cloned() else {
            return Verdict::No(Why::Waiting);
        };
        let Some(voter) = step.roster.voter(&object.author()) else { return Verdict::No(Why::NoRight) };
        let Some(motion) = self.state.motions.get_mut(&ballot.resolution) else {
            return Verdict::No(Why::Waiting);
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

    /// One open suspension a voter: the lowest number not settled, then the lowest id. Two under one number exclude
    /// their author.
    fn suspensions(&mut self) {
        let newest = self.state.newest.clone();
        let roster = &newest.roster;
        let mut by_author: BTreeMap<MemberId, Vec<(u32, BookId, &Suspend)>> = BTreeMap::new();
        for object in self.objects(2) {
            let Content::Suspend(suspend) = object.content() else { continue };
            let author = match self.voter(&object.author()) {
                Ok(author) => author,
                Err(why) => {
                    self.refuse(object.id(), why);
                    continue;
                }
            };
            let settled = roster.settled.get(&author).is_some_and(|from| suspend.no < *from);
            let gone = roster.removed.contains_key(&suspend.member) || roster.dropped.contains_key(&suspend.member);
            if settled || gone {
                self.refuse(object.id(), Why::Settled);
            } else {
                by_author.entry(author).or_default().push((suspend.no, object.id(), suspend));
            }
        }
        for (author, mut acts) in by_author {
            acts.sort_unstable_by_key(|(no, id, _)| (*no, *id));
            if let Some(pair) = acts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                let by = ExclusionId::of(&wire::encode(&(author, pair[0].0)));
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

    /// The steward who signed an admit, and what became of that steward; nothing, if it never was one.
    fn sponsor(&self, key: &PublicKey, newcomer: &MemberId) -> Option<Sponsor> {
        let roster = &self.state.newest.roster;
        let removed = roster.removed.iter().map(|(id, removed)| (id, &removed.seat));
        let mut seats = roster.voters.iter().chain(removed);
        let (id, seat) =
            seats.find(|(_, seat)| seat.vote == *key || seat.replaced.iter().any(|replaced| replaced.vote == *key))?;
        let replaced = seat.replaced.iter().find(|replaced| replaced.vote == *key).map(|replaced| replaced.by);
        let ended = roster.retired.get(id).copied().or(replaced);
        match ended {
            Some(_) if roster.kept.contains(newcomer) => Some(Sponsor::Kept),
            Some(by) => Some(Sponsor::Ended(by, *id)),
            None if !seat.steward => None,
            None => Some(self.ground_of(id).map_or(Sponsor::Good, |by| Sponsor::Out(by, *id))),
        }
    }

    fn admits(&mut self) {
        // By key: whoever took one that minutes replaced takes no numbers from the new one.
        let mut by_key: BTreeMap<PublicKey, Vec<(u32, Open)>> = BTreeMap::new();
        for object in self.objects(1) {
            let Content::Admit(admit) = object.content() else { continue };
            match self.sponsor(&object.author(), &admit.identity.member()) {
                Some(sponsor) => {
                    let open = Open { id: object.id(), admit: *admit, sponsor };
                    by_key.entry(object.author()).or_default().push((admit.no, open));
                }
                None => self.refuse(object.id(), Why::NoRight),
            }
        }
        let mut open = vec![];
        for mut acts in by_key.into_values() {
            acts.sort_unstable_by_key(|(no, open)| (*no, open.id));
            open.extend(self.open_admits(acts));
        }
        open.sort_unstable_by_key(|open| (open.sponsor, open.id));
        open.into_iter().for_each(|open| self.let_in(open));
    }

    /// Of one key's admits, those under the lowest numbers that minutes have not settled, one a number.
    fn open_admits(&mut self, acts: Vec<(u32, Open)>) -> Vec<Open> {
        let mut open = vec![];
        let mut last: Option<(u32, BookId)> = None;
        let mut taken = 0;
        for (no, act) in acts {
            let first = last.filter(|(before, _)| *before == no).map(|(_, first)| first);
            if let Some(first) = first {
                self.refuse(act.id, Why::NumberTwice(first));
                continue;
            }
            last = Some((no, act.id));
            let counted = !self.is_settled(&act);
            if counted && taken == OPEN_ADMITS {
                self.refuse(act.id, Why::TooMany);
                continue;
            }
            taken += usize::from(counted);
            open.push(act);
        }
        open
    }

    fn is_settled(&self, act: &Open) -> bool {
        let roster = &self.state.newest.roster;
        let member = act.admit.identity.member();
        let decided = roster.voters.contains_key(&member) || roster.removed.contains_key(&member);
        decided || roster.dropped.contains_key(&member) || roster.kept.contains(&member)
    }

    fn let_in(&mut self, open: Open) {
        let Open { id, admit, sponsor } = open;
        let member = admit.identity.member();
        if let Some(known) = self.state.members.get(&member) {
            let settled = matches!(known.role, Role::Voter { .. } | Role::Former { .. });
            return self.judge(id, if settled { Verdict::No(Why::Settled) } else { Verdict::Counts });
        }
        let keys = [admit.identity.vote, admit.identity.recovery];
        let taken = |known: &Member| {
            [known.identity.vote, known.identity.recovery, known.vote].iter().any(|key| keys.contains(key))
        };
        if keys[0] == keys[1] || self.state.members.values().any(taken) {
            return self.refuse(id, Why::KeyUsedBefore);
        }
        let dropped = self.state.newest.roster.dropped.get(&member).map(|(by, _)| *by);
        let role = match (dropped, sponsor) {
            (Some(by), _) | (None, Sponsor::Ended(by, _)) => Role::Former { by },
            (None, Sponsor::Good | Sponsor::Kept | Sponsor::Out(..)) => Role::Probation { by: id },
        };
        let verdict = match (dropped, sponsor) {
            (Some(_), _) | (None, Sponsor::Ended(..)) => Verdict::No(Why::Settled),
            (None, Sponsor::Out(by, _)) => Verdict::No(Why::AuthorOut(by)),
            (None, Sponsor::Good | Sponsor::Kept) => Verdict::Counts,
        };
        self.judge(id, verdict);
        match sponsor {
            Sponsor::Out(by, steward) => {
                let seen = self.named_with(&steward);
                self.exclude(member, by, Cause::LetInBy(steward), seen);
            }
            Sponsor::Ended(by, steward) => {
                let seen = self.named_with(&steward);
                self.exclude(member, Ground::Minutes(by), Cause::LetInBy(steward), seen);
            }
            Sponsor::Good | Sponsor::Kept => {}
        }
        let newcomer = Member {
            identity: admit.identity,
            vote: admit.identity.vote,
            name: admit.name,
            role,
            devices: vec![],
            retired: vec![],
            out: None,
        };
        self.state.members.insert(member, newcomer);
    }

    /// Whoever put a steward out named the last ops of those whom the steward had let in beside the steward's own.
    fn named_with(&self, steward: &MemberId) -> Option<Vec<Seen>> {
        let whole = |exclusion: &&Exclusion| exclusion.member == *steward && exclusion.device().is_none();
        self.state.exclusions.iter().filter(whole).find_map(|exclusion| exclusion.seen.clone())
    }

    fn devices(&mut self) {
        let newest = self.state.newest.clone();
        let mut certified: Vec<_> = self
            .objects(3)
            .filter_map(|object| match object.content() {
                Content::Device(certificate) => Some((certificate.no, object.id(), object.author(), certificate)),
                _ => None,
            })
            .collect();
        certified.sort_unstable_by_key(|(no, id, ..)| (*no, *id));
        let mut used = BTreeMap::new();
        let mut old = vec![];
        for (_, id, author, certificate) in certified {
            let Some(member) = self.state.members.get_mut(&certificate.member) else {
                self.refuse(id, Why::NoRight);
                continue;
            };
            if ![member.vote, member.identity.recovery].contains(&author) {
                old.push((id, author, certificate));
                continue;
            }
            let device = certificate.device.sign;
            let recalled = newest.roster.recalled.get(&device);
            let first = *used.entry(device).or_insert(certificate.member) == certificate.member;
            let again = member.devices.iter().chain(&member.retired).any(|known| known.sign == device);
            let verdict = match recalled {
                _ if !first => Verdict::No(Why::KeyUsedBefore),
                _ if again => Verdict::Counts,
                Some(recalled) => {
                    retire(member, certificate);
                    Verdict::No(Why::Recalled(recalled.by.id))
                }
                None if member.devices.len() == DEVICES => Verdict::No(Why::TooMany),
                None => {
                    member.devices.push(certificate.device);
                    Verdict::Counts
                }
            };
            self.judge(id, verdict);
            if let (Some(recalled), true, false) = (recalled, first, again) {
                let seen = recalled.last.map(|seq| Seen { device, seq }).into_iter().collect();
                let by = Ground::Minutes(recalled.by);
                self.exclude(certificate.member, by, Cause::Recalled(device), Some(seen));
            }
        }
        old.into_iter().for_each(|(id, author, certificate)| self.by_old_key(id, author, certificate, &mut used));
    }

    /// A device that only a key since replaced certified: it spoke, and speaks no longer.
    fn by_old_key(
        &mut self,
        id: BookId,
        author: PublicKey,
        certificate: &Certificate,
        used: &mut BTreeMap<PublicKey, MemberId>,
    ) {
        let newest = self.state.newest.clone();
        let roster = &newest.roster;
        let removed = roster.removed.get(&certificate.member).map(|removed| &removed.seat);
        let seat = roster.voters.get(&certificate.member).or(removed);
        let replaced = seat.and_then(|seat| seat.replaced.iter().find(|replaced| replaced.vote == author));
        let Some(replaced) = replaced else { return self.refuse(id, Why::NoRight) };
        let device = certificate.device.sign;
        if *used.entry(device).or_insert(certificate.member) != certificate.member {
            return self.refuse(id, Why::KeyUsedBefore);
        }
        self.refuse(id, Why::KeyReplaced(replaced.by.id));
        let Some(member) = self.state.members.get_mut(&certificate.member) else { return };
        let known = member.devices.iter().chain(&member.retired).any(|known| known.sign == device);
        if !known && retire(member, certificate) {
            let by = Ground::Minutes(replaced.by);
            let cause = Cause::KeyReplaced(device);
            self.exclude(certificate.member, by, cause, Some(replaced.seen.clone()));
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

    fn new_keys(&mut self) {
        for object in self.objects(13) {
            let Content::NewKey(new) = object.content() else { continue };
            let recovers = |member: &&Member| member.identity.recovery == object.author();
            let by_recovery = self.state.members.values().find(recovers).map(|member| member.identity.member());
            let member = self.state.owner(&object.author()).map(|(id, _)| id).or(by_recovery);
            let votes = |id: &MemberId| self.state.members.get(id).is_some_and(Member::is_voter);
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
                wanted.insert(new.vote);
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

/// Remembers a device that speaks no longer; says whether there was room.
fn retire(member: &mut Member, certificate: &Certificate) -> bool {
    let room = member.retired.len() < RETIRED_DEVICES;
    if room {
        member.retired.push(certificate.device);
    }
    room
}

#[cfg(test)]
mod tests;
