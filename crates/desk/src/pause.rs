//! Taking someone out of the next epoch, at once.

use kenes_core::book::{Because, Cause, Content, Exclusion, Seen, Suspend};
use kenes_core::identity::Device;
use kenes_core::ids::{CommitteeId, MemberId};

use crate::compose::Writer;
use crate::error::DeskError;
use crate::index::Row;
use crate::session::{Session, Work};
use crate::view::{Paused, Standing};

impl Session {
    /// Suspends a member and rotates: what is written from now on is not for them.
    pub(crate) async fn pause(&mut self, id: CommitteeId, who: &str, because: Because) -> Result<Paused, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        let member = self.find_member(&id, who)?;
        self.must_suspend(&id, &member)?;
        let committee = self.committee(&id)?;
        let name = committee.name_of(&member);
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let seen = self.last_ops(&id, state, member)?;
        let no = self.keys(&id)?.suspend_no.max(state.next_suspension(&committee.book, &committee.me));
        let suspend = Suspend { no, member, because, seen };
        let suspend = writer.by_vote(Content::Suspend(suspend))?.verify()?;
        // The suspended holds the old secret: the suspension itself goes into the new epoch only.
        let mut book = committee.book.clone();
        book.insert(suspend);
        let state = book.state_from(committee.ledger.stand).ok_or(DeskError::Record)?;
        let new = writer.rotate(&book, &state, writer.to_follow(committee))?;
        self.change_keys(id, |keys| keys.suspend_no = no.saturating_add(1))?;
        self.commit(Work { envelopes: new.envelopes, touched: [id].into(), ..Work::default() }).await?;
        self.pump().await?;
        // Never say that someone is shut out before this desk itself writes where they cannot read.
        let committee = self.committee(&id)?;
        let out = committee.state.as_ref().is_some_and(|state| state.is_excluded(&member));
        if !out || committee.current().map(|(epoch, _)| epoch) != Some(new.id) {
            return Err(DeskError::NoEpoch(id));
        }
        Ok(Paused { member, name, because, recipients: new.recipients })
    }

    fn must_suspend(&self, id: &CommitteeId, member: &MemberId) -> Result<(), DeskError> {
        self.must_be_the_one(id)?;
        if !self.has_vote_key(id)? {
            return Err(DeskError::NoVoteKey(*id));
        }
        let committee = self.committee(id)?;
        if committee.standing() != Standing::Voter || *member == committee.me {
            return Err(committee.not_allowed());
        }
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        let own = |exclusion: &Exclusion| matches!(exclusion.cause, Cause::Suspended { by, .. } if by == committee.me);
        if state.exclusions.iter().any(own) { Err(DeskError::SuspensionOpen(*id)) } else { Ok(()) }
    }

    /// The last op believed of each of a member's devices.
    pub(crate) fn seen(&self, id: &CommitteeId, member: &MemberId) -> Result<Vec<Seen>, DeskError> {
        let state = self.committee(id)?.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        let devices = state.members.get(member).map(|member| member.devices.as_slice()).unwrap_or_default();
        let last = |device: &Device| self.index.last_of(*id, &device.sign).map(Row::seen);
        let mut seen: Vec<_> = devices.iter().filter_map(last).collect();
        seen.sort_unstable();
        Ok(seen)
    }
}

#[cfg(test)]
mod tests;
