//! Late shares: the secret of an epoch for a device that its rotation did not cover, such as a newcomer's. One desk gives
//! it, and not all: they have turns, and whoever sees a letter to that device lets days pass in place of half minutes.
//! A letter says to nobody else what is in it, so it only delays: who floods a device with letters keeps no share from
//! it, since whoever goes first waits for nobody.

use std::collections::VecDeque;

use kenes_core::book::History;
use kenes_core::envelope::{Boxed, Envelope, Header};
use kenes_core::epoch::{self, Rotation, STEP};
use kenes_core::identity::Device;
use kenes_core::ids::{CommitteeId, EpochId};
use kenes_core::invite::{EpochKey, LateShare, Letter, PAST};
use kenes_core::seal::{self, BoxKey};
use kenes_core::sign::PublicKey;
use kenes_core::time::{DAY, Timestamp};

use crate::committee::Committee;
use crate::compose::Writer;
use crate::error::DeskError;
use crate::ledger::{Lacking, Ledger};
use crate::session::{Session, Work};

/// How many late shares are remembered, the oldest forgotten first.
const SHARED: usize = 4_096;
/// How many letters to others are remembered, the oldest forgotten first.
const LETTERS: usize = 1_024;
/// How many shares are given at once.
const AT_ONCE: usize = 64;

/// Letters to others that went by: what tells whether one of them is for a certain device.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    seen: VecDeque<(Timestamp, [u8; 4], [u8; 32])>,
}

impl Letters {
    pub(crate) fn note(&mut self, header: &Header, boxed: &Boxed) {
        self.seen.truncate(LETTERS - 1);
        self.seen.push_front((header.created, boxed.hint, boxed.enc));
    }

    /// Whether one is for this key, made in that hour or later.
    fn any_for(&self, key: &BoxKey, since: Timestamp) -> bool {
        let later = self.seen.iter().filter(|(created, ..)| *created >= since.hour());
        later.into_iter().any(|(_, hint, enc)| *hint == seal::hint(key, enc))
    }
}

impl Session {
    /// Gives secrets to devices that lack them, when it is this desk's turn.
    pub(crate) async fn share_late(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let own = self.keys(&id)?.device.sign.public();
        let committee = self.committee_mut(&id)?;
        let missing = committee.without_share(&own);
        let new = committee.ledger.notice_lacking(&missing, now);
        let mut due = committee.due_shares(missing, &own, now);
        due.truncate(AT_ONCE);
        if due.is_empty() && !new {
            return Ok(false);
        }
        let envelopes =
            due.iter().map(|(epoch, device)| self.share(&id, *epoch, device, now)).collect::<Result<_, _>>()?;
        self.committee_mut(&id)?.ledger.remember_shared(due.iter().map(|(epoch, device)| (*epoch, device.sign)));
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(!due.is_empty())
    }

    fn share(&self, id: &CommitteeId, epoch: EpochId, to: &Device, now: Timestamp) -> Result<Envelope, DeskError> {
        let (keys, committee) = (self.keys(id)?, self.committee(id)?);
        let secret = committee.secrets.get(&epoch).cloned().ok_or(DeskError::NoEpoch(*id))?;
        let share = LateShare { committee: *id, key: EpochKey { epoch, secret } };
        Writer::new(keys, committee, now)?.letter(&to.open, &Letter::share(share, &keys.device.sign))
    }
}

impl Committee {
    /// Others' devices that are to have a secret that this desk has, were covered by no rotation, and were not sent it from here.
    fn without_share(&self, own: &PublicKey) -> Vec<(EpochId, Device)> {
        let Some(state) = self.state.as_ref().filter(|_| self.may_rotate()) else { return vec![] };
        let Some((current, _)) = self.current() else { return vec![] };
        let past = match state.roster().history {
            History::All => self.past(current),
            History::None => vec![],
        };
        let voting = epoch::rotators(state);
        let entitled = |epoch: EpochId, device: &Device| {
            // On probation one reads the epoch in use, and none before it.
            epoch == current || voting.binary_search(&device.sign).is_ok()
        };
        let others = state.recipients().into_iter().filter(|device| device.sign != *own).collect::<Vec<_>>();
        let each = [current].into_iter().chain(past).flat_map(|epoch| others.iter().map(move |to| (epoch, *to)));
        each.filter(|(epoch, device)| entitled(*epoch, device) && self.lacks(*epoch, device)).collect()
    }

    fn lacks(&self, epoch: EpochId, device: &Device) -> bool {
        let covers = |rotation: &Rotation| rotation.recipients.binary_search(&device.sign).is_ok();
        let uncovered = self.rotations().get(&epoch).is_some_and(|rotation| !covers(rotation));
        uncovered && !self.ledger.shared.contains(&(epoch, device.sign))
    }

    /// The newest epochs but one, by what their rotations claim, of which the secrets are kept.
    pub(crate) fn past(&self, current: EpochId) -> Vec<EpochId> {
        let known = self.rotations().iter().filter(|(id, _)| **id != current && self.secrets.contains_key(id));
        let mut past: Vec<_> = known.map(|(id, rotation)| (rotation.time, *id)).collect();
        past.sort_unstable_by_key(|epoch| std::cmp::Reverse(*epoch));
        past.into_iter().take(PAST).map(|(_, id)| id).collect()
    }

    /// Those of them for which this desk has waited long enough. One desk gives a device all that it lacks. Whoever goes
    /// first waits for nobody where it is about the epoch in use; the past can wait for a day.
    fn due_shares(&self, missing: Vec<(EpochId, Device)>, own: &PublicKey, now: Timestamp) -> Vec<(EpochId, Device)> {
        let devices = self.state.as_ref().map(epoch::rotators).unwrap_or_default();
        let Some((current, _)) = self.current() else { return vec![] };
        let is_due = |(of, device): &(EpochId, Device)| {
            let since = self.ledger.lacking.iter().find(|known| known.epoch == *of && known.device == device.sign);
            let rank = epoch::rank(&epoch::share_trigger(&current, &device.sign), own, &devices);
            let (Some(Lacking { since, .. }), Some(rank)) = (since, rank) else { return false };
            let past = *of != current;
            let begun = self.rotations().get(of).filter(|_| !past).map_or(*since, |rotation| rotation.time);
            let wait = match self.letters.any_for(&device.open, begun) {
                true => (rank as u64 + u64::from(past)) * DAY,
                false => rank as u64 * STEP,
            };
            since.plus(wait) <= now
        };
        missing.into_iter().filter(is_due).collect()
    }
}

impl Ledger {
    /// Notes who lacks a share, and forgets who no longer does; says whether anything changed.
    fn notice_lacking(&mut self, missing: &[(EpochId, Device)], now: Timestamp) -> bool {
        let before = self.lacking.clone();
        let since = |epoch: &EpochId, device: &PublicKey| {
            let known = before.iter().find(|known| known.epoch == *epoch && known.device == *device);
            known.map_or(now, |known| known.since.min(now))
        };
        let lacking = missing.iter().map(|(epoch, device)| {
            let since = since(epoch, &device.sign);
            Lacking { epoch: *epoch, device: device.sign, since }
        });
        self.lacking = lacking.collect();
        self.lacking != before
    }

    fn remember_shared(&mut self, shared: impl Iterator<Item = (EpochId, PublicKey)>) {
        self.shared.extend(shared);
        let over = self.shared.len().saturating_sub(SHARED);
        self.shared.drain(..over);
    }
}
