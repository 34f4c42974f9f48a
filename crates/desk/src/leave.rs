//! Leaving a committee: this home forgets its keys and what was written there. The book is not touched: who is in the
//! roster stays in it.

use std::collections::BTreeSet;

use kenes_core::ids::{ChannelId, CommitteeId};

use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::vault::Shelf;

impl Session {
    /// Forgets a committee: its keys first, then the rest.
    pub(crate) async fn forget(&mut self, id: CommitteeId) -> Result<(), DeskError> {
        self.forget_keys(id)?;
        self.finish_leaving().await
    }

    /// What is forgotten of the keys is remembered as left, until nothing else is here.
    fn forget_keys(&mut self, id: CommitteeId) -> Result<(), DeskError> {
        let before = self.keystore.keys.clone();
        let channels = self.channels_of(&id);
        if channels.is_empty() {
            return Err(DeskError::NoCommittee);
        }
        let keys = &mut self.keystore.keys;
        keys.committees.retain(|keys| keys.committee != id);
        keys.followed.retain(|followed| followed.committee != id);
        keys.left.extend(channels.iter().map(|channel| (id, *channel)));
        if let Err(error) = self.keystore.save() {
            self.keystore.keys = before;
            return Err(error);
        }
        for channel in channels {
            self.channels.remove(&channel);
            self.public_channels.remove(&channel);
        }
        self.committees.remove(&id);
        self.outside.remove(&id);
        Ok(())
    }

    /// Where a committee's envelopes travel that this home takes part in or follows: in private and in public.
    fn channels_of(&self, id: &CommitteeId) -> BTreeSet<ChannelId> {
        let keys = self.keystore.committee(id);
        let kept = keys.into_iter().flat_map(|keys| keys.public.kept.iter().map(|kept| kept.first.channel()));
        let outside = self.outside.get(id).map(|outside| outside.record.channel);
        let known = self.committees.get(id).into_iter().flat_map(|committee| committee.ledger.channels());
        let outside = outside.into_iter().chain(known);
        keys.map(|keys| keys.channel).into_iter().chain(kept).chain(outside).collect()
    }

    /// Forgets what is sealed under this desk's own keys of committees that were left, and what the node carries of
    /// them: also where a crash came between.
    pub(crate) async fn finish_leaving(&mut self) -> Result<(), DeskError> {
        for (id, channel) in self.keystore.keys.left.clone() {
            self.forget_records(id).await?;
            self.forget_channel(channel).await?;
            self.keystore.keys.left.retain(|left| *left != (id, channel));
            self.keystore.save()?;
        }
        Ok(())
    }

    async fn forget_records(&mut self, id: CommitteeId) -> Result<(), DeskError> {
        let mut work = Work::default();
        let private = [Shelf::Ledger(id), Shelf::Object(id), Shelf::Waiting(id), Shelf::Name(id), Shelf::Epoch(id)];
        let public = [Shelf::Outside(id), Shelf::Shown(id), Shelf::ShownWaiting(id), Shelf::ShownName(id)];
        for shelf in private.into_iter().chain(public) {
            self.vault.clear(&mut work.batch, shelf)?;
        }
        for op in self.index.forget(&id) {
            self.vault.delete(&mut work.batch, Shelf::Op, op.as_bytes());
        }
        self.commit(work).await
    }

    pub(crate) async fn forget_channel(&mut self, channel: ChannelId) -> Result<(), DeskError> {
        if self.needs(&channel) { Ok(()) } else { Ok(self.node.forget(channel).await?) }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Place, committee};
    use crate::view::{Draft, Filter};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_leave_that_a_crash_cut_off_hides_nothing_else_and_is_finished_later() {
        let place = Place::new().await;
        let mut session = place.session();
        let (left, kept) = (session.found(committee()).await.unwrap(), session.found(committee()).await.unwrap());
        for committee in [left, kept] {
            session.write(Draft::new(committee, "бір")).await.unwrap();
        }
        let channel = session.committee(&left).unwrap().ledger.channel;
        session.forget_keys(left).unwrap();
        // A crash here.
        let mut session = place.session();
        let listed = session.bulletins(&Filter::default()).unwrap();
        assert!(listed.bulletins.iter().map(|bulletin| bulletin.committee).eq([kept]) && listed.unreadable == 0);
        let before = session.vault.check().unwrap().all;
        session.finish_leaving().await.unwrap();
        assert!(session.vault.check().unwrap().all < before);
        let carried = |status: kenes_node::Status| status.channels.iter().any(|known| known.channel == channel);
        assert!(!carried(session.node.status().await.unwrap()));
        let session = place.session();
        assert!(session.keystore.keys.left.is_empty());
        assert_eq!(session.bulletins(&Filter::default()).unwrap().bulletins.len(), 1);
    }
}
