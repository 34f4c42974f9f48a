//! Noticing that this home is a copy, was moved or set back, or lost part of its store, before anything is written.
//!
//! A folder that was copied or moved has another mark; so has a keystore or a store that was laid in the place of the
//! old one; and where one of the two was written over by an older one, they count different sessions. What sets back all of it at
//! once, like a snapshot of the whole disk, is noticed by this desk's own ops that others have and it does not: see
//! [`crate::read`].

use kenes_core::ids::CommitteeId;
use kenes_node::home::Place;

use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::vault::{Found, Shelf};

impl Session {
    /// The owner's answer where this home was copied or moved and holds a committee's only vote: the home that keeps it
    /// goes on as a restored one does; in any other the vote key is erased. Says in how many committees it was asked.
    pub(crate) async fn keep_vote(&mut self, keep: bool) -> Result<usize, DeskError> {
        let asked: Vec<_> = self.committees.keys().copied().filter(|id| self.asks_which_copy(id)).collect();
        for id in &asked {
            if !keep {
                self.change_keys(*id, |keys| keys.vote = None)?;
            }
            self.committee_mut(id)?.ledger.moved = false;
        }
        self.commit(Work { touched: asked.iter().copied().collect(), ..Work::default() }).await?;
        self.catch_up().await;
        Ok(asked.len())
    }

    /// Where this home is elsewhere than when it last wrote, a copy was laid in its place, or its store was damaged, a new
    /// device is to be certified in every committee. The place is remembered only after that is durable.
    pub(crate) async fn settle(&mut self, fingerprint: [u8; 32], place: Place) -> Result<(), DeskError> {
        let (store, keys) = (self.sessions_in_store()?, self.keystore.keys.sessions);
        let moved = place == Place::Elsewhere
            || self.keystore.keys.place != fingerprint
            || self.keystore.laid
            || store > keys.saturating_add(1);
        let salvaged = place == Place::Salvaged;
        if !moved && !salvaged && store >= keys {
            return Ok(());
        }
        let all: Vec<CommitteeId> = self.committees.keys().copied().collect();
        for committee in self.committees.values_mut() {
            committee.ledger.must_mint = true;
            committee.ledger.moved |= moved;
        }
        if salvaged {
            // What the store lost of the desk's records is read again from the envelopes that it still has.
            self.cursor = 0;
        }
        let mut work = Work { touched: all.into_iter().collect(), ..Work::default() };
        let sessions = store.max(keys);
        self.vault.put(&mut work.batch, Shelf::Sessions, &[], &sessions)?;
        self.commit(work).await?;
        self.keystore.keys.place = fingerprint;
        self.keystore.keys.sessions = sessions;
        self.keystore.save()?;
        Ok(self.node.settle().await?)
    }

    /// Counts in the store as the keystore does, where the record of it is damaged.
    pub(crate) async fn recount_sessions(&mut self) -> Result<(), DeskError> {
        if self.vault.get::<u64>(Shelf::Sessions, &[])?.damaged() == 0 {
            return Ok(());
        }
        let mut work = Work::default();
        self.vault.put(&mut work.batch, Shelf::Sessions, &[], &self.keystore.keys.sessions)?;
        self.commit(work).await
    }

    /// In how many sessions this desk has written, as the store counts.
    fn sessions_in_store(&self) -> Result<u64, DeskError> {
        Ok(match self.vault.get(Shelf::Sessions, &[])? {
            Found::Whole(sessions) => sessions,
            // That records are damaged is no sign of an older store.
            Found::Damaged => self.keystore.keys.sessions,
            Found::Nothing => 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::op::Op;

    use crate::fixture::{Place, committee};
    use crate::view::Draft;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_desk_that_reads_a_number_of_its_own_twice_goes_on_as_a_new_device() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        let draft = |text: &str| Draft::new(id, text);
        session.write(draft("бір")).await.unwrap();
        let before = session.keys(&id).unwrap().device.sign.public();
        // As after a snapshot of everything was rolled back.
        let ledger = &mut session.committee_mut(&id).unwrap().ledger;
        (ledger.seq, ledger.prev) = (0, Op::NONE);
        session.write(draft("екі")).await.unwrap();
        assert_ne!(session.keys(&id).unwrap().device.sign.public(), before);
        assert!(!session.committee(&id).unwrap().ledger.must_mint);
        session.write(draft("үш")).await.unwrap();
    }
}
