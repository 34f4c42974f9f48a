//! Whom single stewards let in on probation, and what becomes of those when the steward does not stay.

use std::collections::BTreeMap;

use super::{Evaluation, OPEN_ADMITS};
use crate::book::chain::Checkpoint;
use crate::book::content::Content;
use crate::book::object::Admit;
use crate::book::seen::Seen;
use crate::book::state::{Cause, Exclusion, Ground, Member, Role, Verdict, Why};
use crate::ids::{BookId, MemberId};
use crate::sign::PublicKey;

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

impl Evaluation<'_> {
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

    pub(super) fn admits(&mut self) {
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
}
