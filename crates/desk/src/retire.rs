//! Forgetting: secrets of epochs that nobody writes under any more, once the committee's retention time has passed, and
//! the keys by which they could be had again.
//!
//! The store never surely deletes, so what makes a secret unreadable is the keystore file, which is only ever replaced
//! whole. Epochs are wrapped under the key of the week in which they were learned or used last; that key goes when its
//! week is long over. A rotation's share would open again with the key that it was sealed to, so that goes too: a device
//! asks for a new one each month, and deletes the old one when nothing sealed to it is wanted any more. Nothing is
//! forgotten by a clock that is not believed.

use bincode::{Decode, Encode};
use kenes_core::book::{Content, Opening};
use kenes_core::epoch::WEEK;
use kenes_core::ids::{CommitteeId, EpochId};
use kenes_core::seal::{BoxSecret, Secret};
use kenes_core::time::{DAY, Reading, Timestamp};
use kenes_node::Batch;

use crate::committee::{self, Committee, Epoch};
use crate::compose::{Writer, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::found::RETENTION_DAYS;
use crate::keystore::CommitteeKeys;
use crate::session::{Session, Work};
use crate::vault::Shelf;

/// How long a device has others seal to the same key, in seconds.
const OPENING_LIFE: u64 = 30 * DAY;

/// The keys that a device opens letters and shares with, beside the one of now.
#[derive(Clone, Default, Encode, Decode)]
pub(crate) struct Openings {
    /// The number of the one of now.
    no: u32,
    /// Since when it is that.
    since: Timestamp,
    /// Those before, and when each was replaced.
    old: Vec<(BoxSecret, Timestamp)>,
}

impl Openings {
    /// Those before the one of now, as long as they are kept.
    pub(crate) fn old(&self) -> impl Iterator<Item = &BoxSecret> {
        self.old.iter().map(|(secret, _)| secret)
    }

    /// Another device takes the place of the one with this key: what was sealed to that can still be read.
    pub(crate) fn of_another_device(mut self, open: BoxSecret, now: Timestamp) -> Self {
        self.old.push((open, now));
        Self { no: 0, since: now, old: self.old }
    }
}

impl CommitteeKeys {
    /// Whether the opening keys are to be changed: one begun, one replaced, or one forgotten.
    fn is_opening_due(&self, keep: u64, now: Reading) -> bool {
        let Openings { since, old, .. } = &self.openings;
        since.plus(OPENING_LIFE) <= now.at || old.iter().any(|(_, replaced)| now.is_past(replaced.plus(keep)))
    }

    fn renew_opening(&mut self, fresh: BoxSecret, keep: u64, reading: Reading) {
        let now = reading.at;
        let openings = &mut self.openings;
        if openings.since == Timestamp::default() {
            openings.since = now;
        } else if openings.since.plus(OPENING_LIFE) <= now {
            let before = std::mem::replace(&mut self.device.open, fresh);
            openings.old.push((before, now));
            (openings.no, openings.since) = (openings.no.saturating_add(1), now);
        }
        openings.old.retain(|(_, replaced)| !reading.is_past(replaced.plus(keep)));
    }
}

impl Committee {
    /// For how many seconds secrets are kept that nobody writes under any more.
    fn keeps_for(&self) -> u64 {
        let days = self.state.as_ref().map(|state| state.roster().retention_days);
        u64::from(days.unwrap_or(RETENTION_DAYS).max(1)) * DAY
    }
}

impl Session {
    /// Forgets epochs that are over, and publishes a new key to seal to where one is due.
    pub(crate) async fn retire(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        self.forget_epochs(id, now).await?;
        self.renew_opening(id, now).await
    }

    async fn forget_epochs(&mut self, id: CommitteeId, now: Timestamp) -> Result<(), DeskError> {
        let reading = self.node.now();
        let committee = self.committee_mut(&id)?;
        let Some((current, _)) = committee.current() else { return Ok(()) };
        let keep = committee.keeps_for();
        let (mut changed, mut over) = (vec![], vec![]);
        for epoch in committee.secrets.keys() {
            match committee.idle.get(epoch) {
                Some(_) if *epoch == current => changed.push((*epoch, None)),
                None if *epoch != current => changed.push((*epoch, Some(now))),
                Some(since) if reading.is_past(since.plus(keep)) => over.push(*epoch),
                Some(_) | None => {}
            }
        }
        if changed.is_empty() && over.is_empty() {
            return Ok(());
        }
        let mut work = Work { touched: [id].into(), ..Work::default() };
        for (epoch, since) in changed {
            self.committee_mut(&id)?.set_idle(epoch, since);
            self.keep_epoch(&mut work.batch, id, epoch, now)?;
        }
        for epoch in over {
            self.committee_mut(&id)?.forget_epoch(&epoch);
            self.vault.delete(&mut work.batch, Shelf::Epoch(id), epoch.as_bytes());
        }
        self.commit(work).await
    }

    /// Writes an epoch's record, wrapped under the key of this week.
    pub(crate) fn keep_epoch(
        &mut self,
        batch: &mut Batch,
        id: CommitteeId,
        epoch: EpochId,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let period = self.period(now)?;
        let committee = self.committee(&id)?;
        let secret = committee.secrets.get(&epoch).ok_or(DeskError::Record)?;
        let (rotation, idle) = (committee.rotations().get(&epoch).cloned(), committee.idle.get(&epoch).copied());
        let wrapped = committee::wrap(epoch, secret, &period, entropy::bytes()?, rotation, idle);
        self.vault.put(batch, Shelf::Epoch(id), epoch.as_bytes(), &wrapped.ok_or(DeskError::Record)?)
    }

    /// The key of this week; durable before anything is wrapped under it.
    fn period(&mut self, now: Timestamp) -> Result<(u32, Secret), DeskError> {
        let week = u32::try_from(now.as_secs() / WEEK).unwrap_or(u32::MAX);
        let newest = self.keystore.period().cloned();
        match newest {
            Some(newest) if newest.0 >= week || !self.node.now().is_believed() => Ok(newest),
            Some(_) | None => {
                let fresh = (week, Secret::generate(&mut entropy::rng()?));
                self.keystore.keys.periods.push(fresh.clone());
                if let Err(error) = self.keystore.save() {
                    self.keystore.keys.periods.pop();
                    return Err(error);
                }
                Ok(fresh)
            }
        }
    }

    /// Drops the keys of weeks that are long over; what is still needed of those is wrapped under the newest before.
    pub(crate) async fn drop_periods(&mut self) -> Result<(), DeskError> {
        let now = self.node.now();
        let keep = self.committees.values().map(Committee::keeps_for).max().unwrap_or_default();
        let newest = self.keystore.period().map(|(week, _)| *week);
        let is_over = |week: u32| now.is_past(Timestamp::from_secs((u64::from(week) + 1) * WEEK).plus(keep));
        let weeks = self.keystore.keys.periods.iter().map(|(week, _)| *week);
        let over: Vec<u32> = weeks.filter(|week| Some(*week) != newest && is_over(*week)).collect();
        if over.is_empty() {
            return Ok(());
        }
        let mut work = Work::default();
        for id in self.committees.keys().copied().collect::<Vec<_>>() {
            for epoch in self.vault.all::<Epoch>(Shelf::Epoch(id))?.whole {
                if over.contains(&epoch.period) && self.committee(&id)?.secrets.contains_key(&epoch.id) {
                    self.keep_epoch(&mut work.batch, id, epoch.id, now.at)?;
                }
            }
        }
        self.commit(work).await?;
        self.keystore.keys.periods.retain(|(week, _)| !over.contains(week));
        self.keystore.save()
    }

    /// Has others seal to a new key once the one of now is old, and forgets those that nothing is wanted of any more.
    async fn renew_opening(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        if !committee.writes() || committee.current().is_none() {
            return Ok(false);
        }
        let keep = committee.keeps_for();
        let reading = self.node.now();
        if self.keys(&id)?.is_opening_due(keep, reading) {
            let fresh = BoxSecret::generate(&mut entropy::rng()?);
            self.change_keys(id, |keys| keys.renew_opening(fresh, keep, reading))?;
        }
        let (committee, keys) = (self.committee(&id)?, self.keys(&id)?);
        let own = keys.device.public();
        let known = committee.member().and_then(|me| me.devices.iter().find(|device| device.sign == own.sign));
        let (Some(known), Some((epoch, secret))) = (known, committee.current()) else { return Ok(false) };
        if known.open == own.open {
            return Ok(false);
        }
        let writer = Writer::new(keys, committee, now)?;
        let opening = writer.by_device(Content::Opening(Opening { no: keys.openings.no, open: own.open }))?;
        let envelopes = vec![writer.page(&page_of(&[&opening], vec![]), epoch, secret)?];
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }
}
