//! What a desk does by itself while it is unlocked: sends what waited, answers invites handed over in person, renews
//! devices, pens and lists, and gives late shares.

use kenes_core::book::{Certificate, Content, DEVICES, NextPen, SignedObject};
use kenes_core::envelope::Envelope;
use kenes_core::identity::DeviceSecret;
use kenes_core::ids::CommitteeId;
use kenes_core::op::Op;
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::Timestamp;

use crate::compose::{Writer, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::ledger::Waiting;
use crate::names;
use crate::session::{Session, Work};

impl Session {
    /// Does what is due in every committee; says whether anything was.
    pub(crate) async fn tend(&mut self) -> Result<bool, DeskError> {
        let mut did = false;
        for id in self.outside.keys().copied().filter(|id| !self.committees.contains_key(id)).collect::<Vec<_>>() {
            match self.tend_followed(id).await {
                Ok(one) => did |= one,
                Err(error) => tracing::warn!(%error, committee = %id, "what is followed could not be"),
            }
        }
        for id in self.committees.keys().copied().collect::<Vec<_>>() {
            // A clock that cannot be written by stops what would be dated, and nothing else.
            let Ok(now) = self.writing_time(id, None) else { continue };
            // What fails in one committee keeps nobody from reading, there or in another.
            match self.tend_one(id, now).await {
                Ok(one) => did |= one,
                Err(error) => tracing::warn!(%error, committee = %id, "what is due could not be done"),
            }
        }
        if let Err(error) = self.drop_periods().await {
            tracing::warn!(%error, "what is over could not be forgotten yet");
        }
        Ok(did)
    }

    async fn tend_one(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let mut did = self.send_request(id).await?;
        if self.asks_which_copy(&id) {
            return Ok(did);
        }
        self.read_turned_away(id).await?;
        did |= self.move_when_decided(id, now).await?;
        did |= self.let_go(id).await?;
        if self.committee(&id)?.ledger.is_penless() {
            // What is signed needs no pen: it leaves by file.
            did |= self.tend_minutes(id, now).await?;
            return Ok(did | self.tend_ballots(id, now).await?);
        }
        did |= self.mint(id, now).await?;
        did |= self.tend_minutes(id, now).await?;
        did |= self.tend_ballots(id, now).await?;
        did |= self.rotate_when_due(id, now).await?;
        did |= self.tend_public(id, now).await?;
        did |= self.answer_in_person(id).await?;
        did |= self.answer_return(id, now).await?;
        did |= self.publish_pen(id, now).await?;
        did |= self.tend_lists(id, now).await?;
        did |= self.share_late(id, now).await?;
        did |= self.spread(id, now).await?;
        did |= self.put_signposts(id, now).await?;
        Ok(did | self.retire(id, now).await?)
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
        if member.devices.len() >= DEVICES {
            return Ok(false);
        }
        let erase = committee.ledger.moved;
        let mut next = keys.clone();
        next.openings = next.openings.of_another_device(keys.device.open.clone(), now);
        next.device = DeviceSecret::generate(&mut entropy::rng()?);
        next.device_no = keys.device_no.max(member.devices.len() as u32) + 1;
        let pen = SigningKey::generate(&mut entropy::rng()?);
        next.pens.push(pen.clone());
        let writer = Writer::new(&next, committee, now)?;
        let certificate = Certificate::new(id, committee.me, keys.device_no, &next.device);
        // Where the vote was erased, the recovery key certifies.
        let certificate = match &next.vote {
            Some(_) => writer.by_vote(Content::Device(certificate))?,
            None => {
                // A second device can certify nothing: its owner invites it again.
                let Some(recovery) = self.own_recovery(keys) else { return Ok(false) };
                SignedObject::sign(id, Content::Device(certificate), &recovery)?
            }
        };
        let next_pen = writer.by_device(Content::NextPen(NextPen { no: 0, pen: pen.public() }))?;
        let envelope = writer.page(&page_of(&[&certificate, &next_pen], vec![]), epoch, secret)?;
        // The new device is durable before it is certified; the vote key is erased after.
        self.change_keys(id, |keys| *keys = next)?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        (ledger.seq, ledger.prev, ledger.pen_no) = (0, Op::NONE, 1);
        (ledger.public_seq, ledger.public_prev) = (0, Op::NONE);
        (ledger.must_mint, ledger.moved, ledger.announced) = (false, false, Some(pen.public()));
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        if erase {
            self.change_keys(id, |keys| keys.vote = None)?;
        }
        Ok(true)
    }

    /// Admits whoever came first by an invite for one, which was handed over in person.
    async fn answer_in_person(&mut self, id: CommitteeId) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let free = |waiting: &Waiting| {
            names::is_plain(waiting.name()) && !committee.has_name_like(waiting.name(), &waiting.member())
        };
        let due = |waiting: &&Waiting| waiting.uses == 1 && !waiting.held && free(waiting);
        let due = committee.ledger.requests.iter().find(due);
        let Some(hash) = due.map(|waiting| waiting.request.request.hash()) else { return Ok(false) };
        if self.must_be_steward(&id).is_err() || committee.ledger.must_mint {
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

    /// Publishes the pen for the list after next, once the newest one stands in the newest list. One that was made and
    /// then cut off from being published is published first.
    async fn publish_pen(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        if !committee.writes() || committee.current().is_none() {
            return Ok(false);
        }
        let Some(last) = self.keys(&id)?.pens.last() else { return Ok(false) };
        let (listed, last) = (committee.ledger.lists(last), last.public());
        if !listed && committee.ledger.announced == Some(last) {
            return Ok(false);
        }
        let pen = if listed { self.make_pen(id)? } else { last };
        let committee = self.committee(&id)?;
        let Some((epoch, secret)) = committee.current() else { return Ok(false) };
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let object = writer.by_device(Content::NextPen(NextPen { no: committee.ledger.pen_no, pen }))?;
        let envelope = writer.page(&page_of(&[&object], vec![]), epoch, secret)?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        (ledger.pen_no, ledger.announced) = (ledger.pen_no + 1, Some(pen));
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    fn make_pen(&mut self, id: CommitteeId) -> Result<PublicKey, DeskError> {
        let pen = SigningKey::generate(&mut entropy::rng()?);
        let public = pen.public();
        self.change_keys(id, |keys| keys.pens.push(pen))?;
        Ok(public)
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Place, committee};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_pen_that_was_saved_and_not_published_is_published_next() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        session.renew_list(id, session.node.now().at).await.unwrap();
        // A crash between saving the pen and publishing it.
        let pen = session.make_pen(id).unwrap();
        session.pump().await.unwrap();
        let device = session.keys(&id).unwrap().device.sign.public();
        assert_eq!(session.committees[&id].state.as_ref().unwrap().pens[&device], pen);
        session.renew_list(id, session.node.now().at).await.unwrap();
        session.pump().await.unwrap();
        assert_ne!(session.committees[&id].state.as_ref().unwrap().pens[&device], pen);
    }
}
