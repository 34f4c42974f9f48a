//! From what a person wants decided to entries of a sheet, with the last op known of every device that they end.

use kenes_core::book::{Entry, LONGEST_OFFICE, NewKey, Quorum, Role, SEEN, Seen, State};
use kenes_core::ids::{CommitteeId, MemberId, has_prefix};
use kenes_core::sign::{PublicKey, Signature};
use kenes_core::time::{DAY, Timestamp};

use super::one;
use crate::error::DeskError;
use crate::session::Session;
use crate::view::Proposal;

impl Session {
    pub(super) fn entries(
        &self,
        id: &CommitteeId,
        proposals: Vec<Proposal>,
        now: Timestamp,
    ) -> Result<Vec<Entry>, DeskError> {
        let mut entries = vec![];
        for proposal in proposals {
            entries.extend(self.entry(id, proposal, now)?);
        }
        Ok(entries)
    }

    fn entry(&self, id: &CommitteeId, proposal: Proposal, now: Timestamp) -> Result<Vec<Entry>, DeskError> {
        let state = self.committee(id)?.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        Ok(match proposal {
            Proposal::Admit { who, steward } => {
                let member = self.find_member(id, &who)?;
                let known = state.members.get(&member).ok_or(DeskError::Nobody)?;
                let consent = self.committee(id)?.book.consent_of(&member).ok_or(DeskError::Nobody)?;
                vec![Entry::Admit { identity: known.identity, name: known.name, steward, consent }]
            }
            Proposal::Remove(who) => {
                let member = self.find_member(id, &who)?;
                match state.members.get(&member).map(|member| member.role) {
                    Some(Role::Voter { .. }) => {
                        let seen = self.last_ops(id, state, member)?;
                        vec![Entry::Remove { member, seen, published: self.published(id, state, &member) }]
                    }
                    Some(Role::Probation { .. }) => vec![Entry::Drop { member, seen: self.seen(id, &member)? }],
                    Some(Role::Former { .. }) | None => return Err(DeskError::Nobody),
                }
            }
            Proposal::Steward(who) => vec![Entry::Steward { member: self.find_member(id, &who)?, steward: true }],
            Proposal::Retire(who) => vec![Entry::Steward { member: self.find_member(id, &who)?, steward: false }],
            Proposal::Spokesperson { who, until } => {
                if until <= now || until > now.plus(LONGEST_OFFICE) {
                    return Err(DeskError::Office(LONGEST_OFFICE / DAY));
                }
                vec![Entry::Spokesperson { member: self.find_member(id, &who)?, until }]
            }
            Proposal::Publish => {
                let kept = self.keys(id)?.public.kept.last();
                vec![Entry::Publish { channel: kept.ok_or(DeskError::NotPublishing(*id))?.first.channel() }]
            }
            Proposal::Recall { who, since } => vec![self.recall(id, state, &who, since.as_deref())?],
            // Which one follows from the rest of the sheet.
            Proposal::NewChannel => vec![],
            Proposal::Reinstate(who) => self.reinstate(id, state, &who)?,
            Proposal::Keep(who) => vec![Entry::Keep { member: self.find_member(id, &who)? }],
            Proposal::NewKey(who) => {
                let NewKey { member, vote, proof } = self.wanted_key(id, state, &who)?;
                let open = state.open_suspension(&member).map(|(suspension, _)| suspension);
                vec![Entry::ReplaceKey { member, vote, proof, open, seen: self.seen(id, &member)? }]
            }
            Proposal::Policy { quorum, history, retention_days } => {
                let roster = state.roster();
                let quorum = quorum.map_or(roster.quorum, |(num, den)| Quorum { num, den });
                let history = history.unwrap_or(roster.history);
                let retention_days = retention_days.unwrap_or(roster.retention_days);
                vec![Entry::Policy { quorum, history, retention_days }]
            }
        })
    }

    /// The key that a member asks for; where there are several, the one that begins so.
    fn wanted_key(&self, id: &CommitteeId, state: &State, who: &str) -> Result<NewKey, DeskError> {
        let of = |member: MemberId| {
            move |(vote, proof): (&PublicKey, &Signature)| NewKey { member, vote: *vote, proof: *proof }
        };
        let wanted = state.new_keys.iter().flat_map(|(member, keys)| keys.iter().map(of(*member)));
        if let Some(meant) = one(wanted.clone().filter(|wanted| has_prefix(&wanted.vote, who)))? {
            return Ok(meant);
        }
        let member = self.find_member(id, who)?;
        one(wanted.filter(|wanted| wanted.member == member))?.ok_or(DeskError::NoKeyWanted)
    }

    /// Every suspension by which someone is out, settled up to its number.
    fn reinstate(&self, id: &CommitteeId, state: &State, who: &str) -> Result<Vec<Entry>, DeskError> {
        let member = self.find_member(id, who)?;
        let settled = state.settling(&self.committee(id)?.book, &member);
        if settled.is_empty() { Err(DeskError::Nobody) } else { Ok(settled) }
    }

    /// The last op known of each device of a member, and of those whom the member let in.
    pub(crate) fn last_ops(&self, id: &CommitteeId, state: &State, member: MemberId) -> Result<Vec<Seen>, DeskError> {
        let mut seen = self.seen(id, &member)?;
        for newcomer in self.let_in_by(id, state, member)? {
            seen.extend(self.seen(id, &newcomer)?);
        }
        seen.sort_unstable();
        seen.truncate(SEEN);
        Ok(seen)
    }

    fn let_in_by(&self, id: &CommitteeId, state: &State, steward: MemberId) -> Result<Vec<MemberId>, DeskError> {
        let vote: Option<PublicKey> = state.members.get(&steward).map(|member| member.vote);
        let book = &self.committee(id)?.book;
        let by_steward = |role: Role| match role {
            Role::Probation { by } => book.object(&by).map(|admit| admit.author()) == vote,
            Role::Voter { .. } | Role::Former { .. } => false,
        };
        let newcomers = state.members.iter().filter(|(_, member)| by_steward(member.role));
        Ok(newcomers.map(|(id, _)| *id).collect())
    }
}
