//! Who somebody is, compared by twelve words in person or by voice: what no signature can tell.
//!
//! It is this home's own knowledge. Nothing of it leaves the desk, and it ends by itself where the vote key is replaced.

use kenes_core::ids::CommitteeId;
use kenes_core::words;

use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::view::MemberView;

impl Session {
    /// Remembers that the owner compared these words with a member.
    pub(crate) async fn verify(&mut self, id: CommitteeId, who: &str, compared: &str) -> Result<MemberView, DeskError> {
        self.pump().await?;
        let member = self.find_member(&id, who)?;
        let committee = self.committee_mut(&id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let digest = state.members.get(&member).ok_or(DeskError::Nobody)?.digest(id);
        if words::to_digest(compared) != Some(digest) {
            return Err(DeskError::WordsDiffer);
        }
        let known = |of: &kenes_core::ids::MemberId| *of != member && state.members.contains_key(of);
        committee.ledger.verified.retain(|(of, _)| known(of));
        committee.ledger.verified.push((member, digest));
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        self.members(&id)?.into_iter().find(|view| view.member == member).ok_or(DeskError::Nobody)
    }
}
