//! Leaving a committee: this home forgets its keys and what was written there. The book is not touched: who is in the
//! roster stays in it.

use kenes_core::ids::CommitteeId;

use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::vault::Shelf;

impl Session {
    /// Forgets a committee: its keys first, then what is sealed under this desk's own, then what the node carries.
    pub(crate) async fn forget(&mut self, id: CommitteeId) -> Result<(), DeskError> {
        let keys = self.keys(&id)?.clone();
        let channel = keys.channel;
        self.keystore.keys.committees.retain(|keys| keys.committee != id);
        if let Err(error) = self.keystore.save() {
            self.keystore.keys.committees.push(keys);
            return Err(error);
        }
        self.committees.remove(&id);
        self.channels.remove(&channel);
        let mut work = Work::default();
        for shelf in [Shelf::Ledger(id), Shelf::Object(id), Shelf::Name(id), Shelf::Epoch(id)] {
            self.vault.clear(&mut work.batch, shelf)?;
        }
        for op in self.index.forget(&id) {
            self.vault.delete(&mut work.batch, Shelf::Op, op.as_bytes());
        }
        self.commit(work).await?;
        Ok(self.node.forget(channel).await?)
    }
}
