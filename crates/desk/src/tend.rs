//! What a desk does by itself while it is unlocked: sends what waited, answers invites handed over in person, renews
//! devices, pens and lists, and gives late shares.

use kenes_core::book::{Certificate, Content, DEVICES, NewestList, NextPen};
use kenes_core::envelope::Envelope;
use kenes_core::identity::DeviceSecret;
use kenes_core::ids::{CommitteeId, EpochId};
use kenes_core::invite::{EpochKey, LateShare, Letter};
use kenes_core::op::Op;
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;

use crate::committee::Committee;
use crate::compose::{Writer, newest_list, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::found::SPARES;
use crate::keystore::CommitteeKeys;
use crate::session::{Session, Work};
use crate::view::Standing;

/// How many late shares are remembered, the oldest forgotten first.
const SHARED: usize = 4_096;

impl Session {
    /// Does what is due in every committee; says whether anything was.
    pub(crate) async fn tend(&mut self) -> Result<bool, DeskError> {
        let mut did = false;
        for id in self.committees.keys().copied().collect::<Vec<_>>() {
            // A clock that cannot be written by stops what would be dated, and nothing else.
            let Ok(now) = self.writing_time(id, None) else { continue };
            // What fails in one committee keeps nobody from reading, there or in another.
            match self.tend_one(id, now).await {
                Ok(one) => did |= one,
                Err(error) => tracing::warn!(%error, committee = %id, "what is due could not be done"),
            }
        }
        Ok(did)
    }

    async fn tend_one(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let mut did = self.send_request(id).await?;
        did |= self.mint(id, now).await?;
        did |= self.answer_in_person(id).await?;
        did |= self.publish_pen(id, now).await?;
        Ok(did | self.share_late(id, now).await?)
    }

    /// Sends the request to join once the node has a list that its pen stands in.
    async fn send_request(&mut self, id: CommitteeId) -> Result<bool, DeskError> {
        let ledger = &mut self.committee_mut(&id)?.ledger;
        let Some(joining) = ledger.joining.as_mut().filter(|joining| joining.listed) else { return Ok(false) };
        let Some(bytes) = joining.unsent.take() else { return Ok(false) };
        let envelope = Envelope::decode(&bytes)?;
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    /// Certifies a new device where this home is a copy or was set back, before anything else is written.
    async fn mint(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let (Some(member), true) = (committee.member(), committee.ledger.must_mint) else { return Ok(false) };
        let keys = self.keys(&id)?;
        let Some((epoch, secret)) = committee.current() else { return Ok(false) };
        if keys.vote.is_none() || member.devices.len() >= DEVICES {
            return Ok(false);
        }
        let erase = committee.ledger.moved && !is_sole_voter(committee);
        let mut next = keys.clone();
        next.device = DeviceSecret::generate(&mut entropy::rng()?);
        next.device_no = keys.device_no.max(member.devices.len() as u32) + 1;
        let pen = SigningKey::generate(&mut entropy::rng()?);
        next.pens.push(pen.clone());
        let writer = Writer::new(&next, committee, now)?;
        let certificate = Certificate::new(id, committee.me, keys.device_no, &next.device);
        let certificate = writer.by_vote(Content::Device(certificate))?;
        let next_pen = writer.by_device(Content::NextPen(NextPen { no: 0, pen: pen.public() }))?;
        let envelope = writer.page(&page_of(&[&certificate, &next_pen], vec![]), epoch, secret)?;
        // The new device is durable before it is certified; the vote key is erased after.
        self.change_keys(id, |keys| *keys = next)?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        (ledger.seq, ledger.prev, ledger.pen_no) = (0, Op::NONE, 1);
        (ledger.must_mint, ledger.moved) = (false, false);
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        if erase {
            self.change_keys(id, |keys| keys.vote = None)?;
        }
        Ok(true)
    }

    /// Admits whoever came first by an invite for one, which was handed over in person.
    async fn answer_in_person(&mut self, id: CommitteeId) -> Result<bool, DeskError> {
        let due = self.committee(&id)?.ledger.requests.iter().find(|waiting| waiting.uses == 1 && !waiting.held);
        let Some(hash) = due.map(|waiting| waiting.request.request.hash()) else { return Ok(false) };
        if self.must_be_steward(&id).is_err() || self.committee(&id)?.ledger.must_mint {
            return Ok(false);
        }
        match self.let_in(id, hash).await {
            Ok(_) => {
                let ledger = &mut self.committee_mut(&id)?.ledger;
                let taken =
                    |used: &_| ledger.invites.iter().any(|invite| invite.id == *used && invite.taken >= invite.uses);
                let held: Vec<_> =
                    ledger.requests.iter().map(|w| w.uses == 1 && taken(&w.request.request.invite)).collect();
                ledger.requests.iter_mut().zip(held).for_each(|(waiting, held)| waiting.held |= held);
                self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
                Ok(true)
            }
            // As many on probation as may be: the request waits until one is confirmed.
            Err(DeskError::Full(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Publishes the pen for the list after next, once the newest one stands in the newest list.
    async fn publish_pen(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let writes = matches!(committee.standing(), Standing::Voter | Standing::Probation);
        if !writes || committee.ledger.must_mint || !wants_next_pen(committee, self.keys(&id)?) {
            return Ok(false);
        }
        let Some((epoch, secret)) = committee.current() else { return Ok(false) };
        let pen = SigningKey::generate(&mut entropy::rng()?);
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let next = NextPen { no: committee.ledger.pen_no, pen: pen.public() };
        let object = writer.by_device(Content::NextPen(next))?;
        let envelope = writer.page(&page_of(&[&object], vec![]), epoch, secret)?;
        self.change_keys(id, |keys| keys.pens.push(pen))?;
        self.committee_mut(&id)?.ledger.pen_no += 1;
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    /// Signs a new list with the pens that were published and fresh spare ones.
    pub(crate) async fn renew_list(&mut self, id: CommitteeId, now: Timestamp) -> Result<(), DeskError> {
        let committee = self.committee(&id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let before = newest_list(committee)?;
        let mut rng = entropy::rng()?;
        let spares: Vec<_> = (0..SPARES).map(|_| SigningKey::generate(&mut rng)).collect();
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let own = committee.ledger.pen_of(&self.keys(&id)?.pens).ok_or(DeskError::NotIn(id))?;
        let signed = writer.next_list(before, state, own, &spares)?;
        let newest = NewestList { no: signed.list.no, list: signed.list.id() };
        let newest = writer.by_vote(Content::NewestList(newest))?;
        let mut envelopes = vec![writer.list(signed)?];
        if let Some((epoch, secret)) = committee.current() {
            envelopes.push(writer.page(&page_of(&[&newest], vec![]), epoch, secret)?);
        }
        self.committee_mut(&id)?.ledger.spares = spares;
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        self.read_new().await
    }

    /// Gives the current secret to devices that its rotation did not cover and no welcome reached.
    async fn share_late(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        if committee.standing() != Standing::Voter || committee.ledger.must_mint {
            return Ok(false);
        }
        let (Some((epoch, secret)), Some(state)) = (committee.current(), &committee.state) else { return Ok(false) };
        let covered = &committee.rotations[&epoch].recipients;
        let lacks = |device: &kenes_core::sign::PublicKey| {
            covered.binary_search(device).is_err() && !committee.ledger.shared.contains(&(epoch, *device))
        };
        let missing: Vec<_> = state.recipients().into_iter().filter(|device| lacks(&device.sign)).collect();
        if missing.is_empty() {
            return Ok(false);
        }
        let keys = self.keys(&id)?;
        let writer = Writer::new(keys, committee, now)?;
        let mut envelopes = vec![];
        for device in &missing {
            let share = LateShare { committee: id, key: EpochKey { epoch, secret: secret.clone() } };
            envelopes.push(writer.letter(&device.open, &Letter::share(share, &keys.device.sign))?);
        }
        self.remember_shared(id, missing.iter().map(|device| (epoch, device.sign)))?;
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    pub(crate) fn remember_shared(
        &mut self,
        id: CommitteeId,
        shared: impl Iterator<Item = (EpochId, kenes_core::sign::PublicKey)>,
    ) -> Result<(), DeskError> {
        let known = &mut self.committee_mut(&id)?.ledger.shared;
        known.extend(shared);
        let over = known.len().saturating_sub(SHARED);
        known.drain(..over);
        Ok(())
    }
}

/// Whether the newest pen stands in the newest list, so that the one after it is to be published.
fn wants_next_pen(committee: &Committee, keys: &CommitteeKeys) -> bool {
    keys.pens.last().is_some_and(|pen| committee.ledger.lists(pen))
}

fn is_sole_voter(committee: &Committee) -> bool {
    committee.state.as_ref().is_some_and(|state| state.voters() == 1) && committee.standing() == Standing::Voter
}
