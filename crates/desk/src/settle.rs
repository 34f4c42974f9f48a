//! Noticing that this home is a copy, was moved, or lost part of its store, before anything is written.

use kenes_core::ids::CommitteeId;
use kenes_node::home::Place;

use crate::error::DeskError;
use crate::session::{Session, Work};

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

    /// Where this home is elsewhere than when it last wrote, or its store was damaged, a new device is to be certified
    /// in every committee. The place is remembered only after that is durable.
    pub(crate) async fn settle(&mut self, fingerprint: [u8; 32], place: Place) -> Result<(), DeskError> {
        let moved = place == Place::Elsewhere || self.keystore.keys.place != fingerprint;
        let salvaged = place == Place::Salvaged;
        if !moved && !salvaged {
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
        self.commit(Work { touched: all.into_iter().collect(), ..Work::default() }).await?;
        self.keystore.keys.place = fingerprint;
        self.keystore.save()?;
        Ok(self.node.settle().await?)
    }
}
