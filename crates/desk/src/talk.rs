//! Writing bulletins.

use kenes_core::envelope::{LONGEST_LIFE, Priority};
use kenes_core::ids::{CommitteeId, OpId};
use kenes_core::op::{self, HEADS, Op, Post, SignedOp, Talk};
use kenes_core::time::{DAY, Timestamp};

use crate::compose::Writer;
use crate::error::DeskError;
use crate::index::Row;
use crate::session::{Session, Work};
use crate::view::{Draft, Standing};

impl Session {
    /// Writes a bulletin, in the clear or sealed.
    pub(crate) async fn write(&mut self, draft: Draft) -> Result<OpId, DeskError> {
        let (id, public, date) = (draft.committee, draft.public, draft.date);
        self.utter(id, public, date, |session, now| session.talk(draft, now)).await
    }

    /// Says something in the clear or sealed: signed and durable when this returns, whoever is connected.
    pub(crate) async fn utter(
        &mut self,
        id: CommitteeId,
        public: bool,
        date: Option<Timestamp>,
        what: impl FnOnce(&Self, Timestamp) -> Result<Talk, DeskError>,
    ) -> Result<OpId, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, date)?;
        if public { self.speak(id, now, what).await } else { self.utter_sealed(id, now, what).await }
    }

    async fn utter_sealed(
        &mut self,
        id: CommitteeId,
        now: Timestamp,
        what: impl FnOnce(&Self, Timestamp) -> Result<Talk, DeskError>,
    ) -> Result<OpId, DeskError> {
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
            talk: what(self, now)?,
        };
        let signed = op.sign(&keys.device.sign)?;
        let envelope = Writer::new(keys, committee, now)?.talk(&signed, self.priority_of(&signed), secret)?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        (ledger.seq, ledger.prev) = (ledger.seq + 1, signed.id());
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        self.catch_up().await;
        Ok(signed.id())
    }

    /// How soon an op should reach people: a retraction as soon as what it takes back.
    pub(crate) fn priority_of(&self, op: &SignedOp) -> Priority {
        match &op.op().talk {
            Talk::Retract { of } => self.index.get(of).map_or(Priority::Routine, |row| row.priority),
            Talk::Post(post) | Talk::Reply { post, .. } | Talk::Correct { post, .. } => post.priority,
        }
    }

    /// Until when a bulletin matters, where nobody says.
    pub(crate) fn default_end(&self, committee: &CommitteeId, now: Timestamp) -> Result<Timestamp, DeskError> {
        let retention = self.committee(committee)?.state.as_ref().map(|state| state.genesis.retention_days);
        Ok(now.plus(u64::from(retention.unwrap_or(14)) * DAY))
    }

    fn talk(&self, draft: Draft, now: Timestamp) -> Result<Talk, DeskError> {
        let expires = draft.expires.map_or_else(|| self.default_end(&draft.committee, now), Ok)?;
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
