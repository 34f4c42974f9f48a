//! Beginning an epoch: before writing where none is eligible, and by itself when this desk's turn comes. In which order
//! desks have their turns is in [`kenes_core::epoch::turn`]; since when something is due is remembered here, so that
//! also a desk that is open for minutes at a time has its turn.

use bincode::{Decode, Encode};
use kenes_core::epoch::{self, Reason, Turn};
use kenes_core::ids::{CommitteeId, EpochId};
use kenes_core::time::{HOUR, Timestamp};

use crate::committee::Committee;
use crate::compose::Writer;
use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::view::{DeskEvent, Standing};

/// How soon a desk does the same again, in seconds, should it not have been enough.
const AGAIN: u64 = HOUR;

/// Since when this desk knows that something is due, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Noticed {
    pub(crate) trigger: [u8; 32],
    pub(crate) since: Timestamp,
}

impl Noticed {
    /// What was noticed before, if it is the same and no clock was set back since; else what is noticed now.
    pub(crate) fn of(before: Option<Self>, trigger: [u8; 32], now: Timestamp) -> Self {
        let same = before.filter(|noticed| noticed.trigger == trigger && noticed.since <= now.plus(AGAIN));
        same.unwrap_or(Self { trigger, since: now })
    }

    /// The same, done now: it is not done again at once.
    pub(crate) fn done(self, now: Timestamp) -> Self {
        Self { since: now.plus(AGAIN), ..self }
    }
}

impl Session {
    /// Makes the rotation that is due, once those that go first have had their time and none was faster.
    pub(crate) async fn rotate_when_due(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        // That a week is over is for a clock to say that is believed: by one that is ahead, the others would not have the
        // new epoch for as long.
        let believed = self.node.now().is_believed();
        let turn = self.turn(&id, now)?.filter(|turn| believed || turn.reason != Reason::Weekly);
        let ledger = &mut self.committee_mut(&id)?.ledger;
        let Some(turn) = turn else {
            ledger.noticed = None;
            return Ok(false);
        };
        let noticed = Noticed::of(ledger.noticed, turn.trigger, now);
        let due = noticed.since.plus(turn.wait()) <= now;
        let noticed = if due { noticed.done(now) } else { noticed };
        let new = ledger.noticed.replace(noticed) != Some(noticed);
        if due {
            tracing::info!(committee = %id, reason = ?turn.reason, "a new epoch is due, and it is this desk's turn");
            self.rotate(id, now).await?;
        } else if new {
            self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        }
        Ok(due)
    }

    fn turn(&self, id: &CommitteeId, now: Timestamp) -> Result<Option<Turn>, DeskError> {
        let committee = self.committee(id)?;
        let Some(state) = committee.state.as_ref().filter(|_| committee.may_rotate()) else { return Ok(None) };
        let device = self.keys(id)?.device.sign.public();
        Ok(epoch::turn(state, committee.rotations(), &device, now, committee.talk_now()))
    }

    /// Begins an epoch. Only a voter may; others wait for one.
    pub(crate) async fn rotate(&mut self, id: CommitteeId, now: Timestamp) -> Result<(), DeskError> {
        let committee = self.committee(&id)?;
        if !committee.may_rotate() {
            return Err(DeskError::NoEpoch(id));
        }
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let new = writer.rotate(&committee.book, state, writer.to_follow(committee))?;
        let events = vec![DeskEvent::Committee(id)];
        self.commit(Work { envelopes: new.envelopes, touched: [id].into(), events, ..Work::default() }).await?;
        self.read_new().await
    }
}

impl Committee {
    /// Whether this home's member may begin an epoch.
    pub(crate) fn may_rotate(&self) -> bool {
        self.standing() == Standing::Voter && !self.ledger.must_mint && self.is_in_place() && !self.ledger.is_penless()
    }

    /// Counts one more bulletin under an epoch.
    pub(crate) fn count_talk(&mut self, epoch: EpochId) {
        let current = || self.current().map(|(epoch, _)| epoch);
        match self.ledger.talk {
            Some((counted, count)) if counted == epoch => self.ledger.talk = Some((epoch, count.saturating_add(1))),
            Some(_) | None if current() == Some(epoch) => self.ledger.talk = Some((epoch, 1)),
            Some(_) | None => {}
        }
    }

    /// How many bulletins are known under the epoch to write under.
    fn talk_now(&self) -> usize {
        let current = self.current().map(|(epoch, _)| epoch);
        self.ledger.talk.filter(|(epoch, _)| current == Some(*epoch)).map_or(0, |(_, count)| count as usize)
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::epoch::{QUIET, TALK, WEEK};
    use kenes_core::time::{BUILT, DAY};
    use kenes_node::clock::Hands;

    use super::*;
    use crate::fixture::{Place, committee};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thousand_bulletins_wear_an_epoch_out_once_another_would_be_preferred() {
        let hands = Hands::showing(BUILT.plus(DAY));
        let place = Place::by(Some(hands.clone())).await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        let (first, _) = session.committees[&id].current().unwrap();
        session.committee_mut(&id).unwrap().ledger.talk = Some((first, TALK as u32 - 1));
        session.committee_mut(&id).unwrap().count_talk(first);
        hands.turn(QUIET - 1);
        session.pump().await.unwrap();
        assert_eq!(session.committees[&id].current().unwrap().0, first);
        hands.turn(1);
        session.pump().await.unwrap();
        let (second, _) = session.committees[&id].current().unwrap();
        assert_ne!(second, first);
        // It has no bulletins yet, and is a week old before another is due.
        hands.turn(WEEK - 1);
        session.pump().await.unwrap();
        assert_eq!(session.committees[&id].current().unwrap().0, second);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_clock_that_leapt_ahead_begins_no_epoch_for_a_week_that_may_not_be_over() {
        let hands = Hands::showing(BUILT.plus(DAY));
        let place = Place::by(Some(hands.clone())).await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        let (first, _) = session.committees[&id].current().unwrap();
        hands.leap(20 * DAY);
        session.pump().await.unwrap();
        assert_eq!(session.committees[&id].current().unwrap().0, first);
        session.node.trust_clock().await.unwrap();
        session.pump().await.unwrap();
        assert_ne!(session.committees[&id].current().unwrap().0, first);
    }

    #[test]
    fn what_is_due_is_due_since_it_was_noticed_first_unless_it_was_done_or_the_clock_set_back() {
        let (now, trigger) = (BUILT.plus(DAY), [1; 32]);
        let first = Noticed::of(None, trigger, now);
        assert_eq!(Noticed::of(Some(first), trigger, now.plus(DAY)), first);
        assert_eq!(Noticed::of(Some(first), [2; 32], now.plus(DAY)).since, now.plus(DAY));
        let done = first.done(now);
        assert_eq!(Noticed::of(Some(done), trigger, now.plus(1)).since, now.plus(AGAIN));
        assert_eq!(Noticed::of(Some(done), trigger, now.minus(DAY)).since, now.minus(DAY));
    }
}
