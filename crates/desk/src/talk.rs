//! Writing bulletins.

use kenes_core::envelope::{LONGEST_LIFE, Priority};
use kenes_core::ids::{CommitteeId, OpId};
use kenes_core::op::{self, HEADS, Op, Post, Talk};
use kenes_core::time::{DAY, Timestamp};

use crate::compose::Writer;
use crate::error::DeskError;
use crate::index::Row;
use crate::session::{Session, Work};
use crate::view::{Draft, Standing};

impl Session {
    /// Writes a bulletin, in the clear or sealed.
    pub(crate) async fn write(&mut self, draft: Draft) -> Result<OpId, DeskError> {
        if draft.public { self.speak(draft).await } else { self.post(draft).await }
    }

    /// Writes a sealed bulletin: signed, sealed and durable when this returns, whoever is connected.
    pub(crate) async fn post(&mut self, draft: Draft) -> Result<OpId, DeskError> {
        self.pump().await?;
        let id = draft.committee;
        let now = self.writing_time(id, draft.date)?;
        self.must_write(&id)?;
        if self.committee(&id)?.current().is_none() {
            self.rotate(id, now).await?;
        }
        let committee = self.committee(&id)?;
        let (epoch, secret) = committee.current().ok_or(DeskError::NoEpoch(id))?;
        let keys = self.keys(&id)?;
        let device = keys.device.sign.public();
        let op = Op {
            version: op::VERSION,
            committee: id,
            device,
            seq: committee.ledger.seq,
            prev: committee.ledger.prev,
            heads: self.index.heads(id, &device, HEADS),
            epoch,
            time: now,
            talk: self.talk(draft, now)?,
        };
        let signed = op.sign(&keys.device.sign)?;
        let envelope = Writer::new(keys, committee, now)?.talk(&signed, secret)?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        (ledger.seq, ledger.prev) = (ledger.seq + 1, signed.id());
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        self.catch_up().await;
        Ok(signed.id())
    }

    pub(crate) fn talk(&self, draft: Draft, now: Timestamp) -> Result<Talk, DeskError> {
        let retention = self.committee(&draft.committee)?.state.as_ref().map(|state| state.genesis.retention_days);
        let default = now.plus(u64::from(retention.unwrap_or(14)) * DAY);
        let expires = draft.expires.unwrap_or(default);
        if expires <= now || expires > now.hour().plus(LONGEST_LIFE) {
            return Err(DeskError::Expiry);
        }
        let priority = if draft.urgent { Priority::Urgent } else { Priority::Routine };
        let post = Post { title: draft.title, text: draft.text, priority, expires };
        // In public only what is public is named.
        let named = |row: &Row| row.committee == draft.committee && (row.public || !draft.public);
        Ok(match draft.reply_to {
            Some(to) if !self.index.get(&to).is_some_and(named) => {
                return Err(DeskError::NoBulletin);
            }
            Some(to) => Talk::Reply { to, post },
            None => Talk::Post(post),
        })
    }

    pub(crate) fn must_write(&self, id: &CommitteeId) -> Result<(), DeskError> {
        self.must_be_the_one(id)?;
        let committee = self.committee(id)?;
        if committee.ledger.must_mint {
            return Err(DeskError::NoEpoch(*id));
        }
        match committee.standing() {
            Standing::Voter | Standing::Probation => Ok(()),
            Standing::Pending | Standing::Suspended | Standing::Removed | Standing::Follower => Err(committee.not_in()),
        }
    }
}
