//! Damaged records of this desk's own: counted, and made again from the envelopes that the node still has. A desk does
//! without those that stay so.

use crate::error::DeskError;
use crate::session::Session;
use crate::view::Records;

impl Session {
    /// Reads every record. Where some are damaged, those that can be are made again; says how it stands then.
    pub(crate) async fn check_records(&mut self) -> Result<Records, DeskError> {
        let mut records = self.vault.check()?;
        if records.damaged > 0 {
            self.recount_sessions().await?;
            self.read_from_start().await;
            records = self.vault.check()?;
        }
        self.damaged = records.damaged;
        Ok(records)
    }

    /// Counts what stays damaged, where unlocking found some and everything was read again for its sake.
    pub(crate) fn count_damaged(&mut self) {
        if self.damaged == 0 {
            return;
        }
        self.healed = true;
        match self.vault.check() {
            Ok(records) => self.damaged = records.damaged,
            Err(error) => tracing::warn!(%error, "the desk's records could not be counted"),
        }
        tracing::warn!(damaged = self.damaged, "records of this desk were damaged, and so many still are");
    }

    /// Makes again what can be where a record was found damaged, at most once while the desk is open.
    pub(crate) async fn heal_once(&mut self) -> Result<(), DeskError> {
        if !std::mem::replace(&mut self.healed, true) {
            self.check_records().await?;
        }
        Ok(())
    }

    async fn read_from_start(&mut self) {
        self.cursor = 0;
        self.catch_up().await;
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::ids::CommitteeId;
    use kenes_node::Batch;

    use crate::error::DeskError;
    use crate::fixture::{Place, committee};
    use crate::session::{Session, Work};
    use crate::vault::Shelf;
    use crate::view::{Draft, Filter};

    /// As many as fill three pages of the index.
    const BULLETINS: usize = 36;

    async fn written(session: &mut Session) -> CommitteeId {
        let id = session.found(committee()).await.unwrap();
        for n in 0..BULLETINS {
            session.write(draft(id, &n.to_string())).await.unwrap();
        }
        id
    }

    fn draft(committee: CommitteeId, text: &str) -> Draft {
        Draft::new(committee, text)
    }

    async fn put(session: &mut Session, records: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) {
        let mut batch = Batch::new();
        for (name, value) in records {
            batch.put(name, value);
        }
        let done = session.node.deposit(vec![], batch).await.unwrap();
        assert!(done.refused.is_empty());
    }

    fn spoilt(value: &[u8]) -> Vec<u8> {
        let mut value = value.to_vec();
        value[30] ^= 1;
        value
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whichever_record_is_damaged_the_desk_opens_and_everything_is_there_again() {
        let place = Place::new().await;
        let id = written(&mut place.session()).await;
        let mut session = place.session();
        let mut records = session.vault.sealed();
        assert!(records.len() > 2 * BULLETINS);
        // Without its ledger a desk certifies another device, to which no rotation before that gave a share.
        records.sort_by_key(|(name, _)| session.vault.is_of(Shelf::Ledger(id), name));
        for (name, value) in records {
            put(&mut session, [(name.clone(), spoilt(&value))]).await;
            session.reload().unwrap();
            session.carry_all().await.unwrap();
            session.catch_up().await;
            session.check_records().await.unwrap();
            let listed = session.bulletins(&Filter::default()).unwrap();
            assert_eq!((listed.bulletins.len(), listed.unreadable), (BULLETINS, 0));
            assert_eq!(session.committee(&id).unwrap().name(), "Бірлік");
            assert_eq!(session.members(&id).unwrap().len(), 1);
            assert_eq!(session.vault.check().unwrap().damaged, 0);
        }
        session.write(draft(id, "one more")).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_can_be_had_from_nowhere_is_counted_and_hides_nothing_else() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = written(&mut session).await;
        // The envelopes are gone as well, and so are the copies of them.
        let channel = session.committee(&id).unwrap().ledger.channel;
        session.node.forget(channel).await.unwrap();
        let mut work = Work::default();
        session.vault.clear(&mut work.batch, Shelf::Outbox).unwrap();
        session.commit(work).await.unwrap();
        let damaged: Vec<_> = session.vault.sealed().into_iter().map(|(name, value)| (name, spoilt(&value))).collect();
        let (all, kept) = (damaged.len(), 3);
        put(&mut session, damaged.into_iter().skip(kept)).await;
        session.reload().unwrap();
        session.catch_up().await;
        session.count_damaged();
        assert!(session.damaged >= all - kept - 1, "{} of {all}", session.damaged);
        let listed = session.bulletins(&Filter::default()).unwrap();
        assert!(listed.bulletins.len() <= kept);
        assert!(matches!(session.members(&id), Err(DeskError::NotIn(_)) | Ok(_)));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_bulletin_that_does_not_read_is_counted_where_it_would_stand() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = written(&mut session).await;
        session.node.forget(session.committee(&id).unwrap().ledger.channel).await.unwrap();
        let mut batch = Batch::new();
        let lost = session.bulletins(&Filter::default()).unwrap().bulletins[5].id;
        session.vault.put(&mut batch, Shelf::Op, lost.as_bytes(), &7u8).unwrap();
        session.commit(Work { batch, ..Work::default() }).await.unwrap();
        session.heal_once().await.unwrap();
        let listed = session.bulletins(&Filter::default()).unwrap();
        assert_eq!((listed.bulletins.len(), listed.unreadable), (BULLETINS - 1, 1));
        let few = Filter { limit: Some(5), ..Filter::default() };
        assert_eq!(session.bulletins(&few).unwrap().unreadable, 0);
    }
}
