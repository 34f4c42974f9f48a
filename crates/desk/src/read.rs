//! Reading what the node carries: every envelope once, in the order of arrival, from wherever it came.
//!
//! A cursor stands behind the last one read. What cannot be opened yet is noted by epoch, and read again when the
//! secret is learned. Bad content is passed over: its envelope was properly signed by a pen, which is all that the
//! node could know.

use std::collections::BTreeSet;

use kenes_core::book::{Bringer, Page, SignedObject, State};
use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{Body, Boxed, Envelope, Header, Rotate, Sealed, Shelf, Verified};
use kenes_core::epoch;
use kenes_core::identity::Name;
use kenes_core::ids::{ChannelId, CommitteeId, EpochId};
use kenes_core::invite::{self, LateShare, Letter, Welcome};
use kenes_core::op::SignedOp;
use kenes_core::seal::Secret;
use kenes_core::sign::{PublicKey, Signature, SigningKey};
use kenes_node::Arrival;

use crate::committee::{Committee, EPOCHS, EPOCHS_EACH};
use crate::error::DeskError;
use crate::index::Row;
use crate::ledger::Asked;
use crate::session::{Session, Work};
use crate::shelves::Shelves;
use crate::vault;
use crate::view::DeskEvent;

/// How many envelopes are read before what they said is made durable.
const AT_ONCE: usize = 256;
/// How often reading and answering may follow each other in one go.
pub(crate) const ROUNDS: usize = 16;

impl Session {
    /// Reads everything new, and does what follows from it, until nothing does.
    pub(crate) async fn pump(&mut self) -> Result<(), DeskError> {
        for _ in 0..ROUNDS {
            self.read_new().await?;
            if !self.tend().await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The same after an act that is done: whatever fails in it is no failure of the act, and is tried again.
    pub(crate) async fn catch_up(&mut self) {
        if let Err(error) = self.pump().await {
            tracing::warn!(%error, "what came could not be read yet");
        }
    }

    /// Reads everything new, and leaves what follows from it for later.
    pub(crate) async fn read_new(&mut self) -> Result<(), DeskError> {
        while self.read_some().await? {}
        Ok(())
    }

    /// Reads the next that are new; no where nothing is.
    pub(crate) async fn read_some(&mut self) -> Result<bool, DeskError> {
        let arrived = self.node.read_after(Arrival::from_number(self.cursor), AT_ONCE)?;
        let Some((last, _)) = arrived.last() else { return Ok(false) };
        self.cursor = last.number();
        let mut work = Work::default();
        for (arrival, envelope) in &arrived {
            self.take(*arrival, envelope, &mut work)?;
        }
        let committees = &mut self.committees;
        let touched = work.touched.iter();
        touched.for_each(|id| committees.get_mut(id).into_iter().for_each(Committee::finish_joining));
        self.vault.put(&mut work.batch, vault::Shelf::Cursor, &[], &self.cursor)?;
        self.commit(work).await?;
        Ok(true)
    }

    fn take(&mut self, arrival: Arrival, envelope: &Verified<Envelope>, work: &mut Work) -> Result<(), DeskError> {
        let header = envelope.header();
        // Minutes may name any channel to publish in: a committee's own is none of another's.
        let Some(id) = self.channels.get(&header.channel).copied() else {
            return match self.public_channels.get(&header.channel).copied() {
                Some(id) => self.take_outside(id, header, envelope.body(), work),
                None => Ok(()),
            };
        };
        match envelope.body() {
            Body::List(list) => self.take_list(id, header, list, work),
            Body::Rotate(rotate) => self.take_rotate(id, header, rotate, arrival, work),
            Body::Boxed(boxed) => self.take_boxed(id, header, boxed, arrival, work),
            Body::Sealed(sealed) => self.take_sealed(id, envelope, sealed, arrival, work),
            Body::Public(_) | Body::Page(_) => Ok(()),
        }
    }

    fn take_list(
        &mut self,
        id: CommitteeId,
        header: &Header,
        signed: &SignedList,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let pens: Vec<_> = self.keys(&id)?.pens.iter().map(SigningKey::public).collect();
        let (pen, now) = (pens.first().copied(), self.node.now().at);
        let committee = self.committee_mut(&id)?;
        if header.channel != committee.ledger.channel {
            return Ok(());
        }
        let exclusions = committee.state.iter().flat_map(|state| &state.exclusions);
        let out: BTreeSet<_> = exclusions.map(|exclusion| exclusion.member).collect();
        let ledger = &mut committee.ledger;
        if let (Some(joining), Some(pen)) = (&mut ledger.joining, pen) {
            joining.listed |= signed.list.has_pen(&pen);
        }
        let follows = match &ledger.list {
            Some(known) => signed.list.no == known.no + 1 && signed.list.prev == known.id(),
            None => signed.list.no == 0 && signed.list.prev == List::NONE && signed.list.channel() == ledger.channel,
        };
        if follows {
            ledger.list = Some(signed.list.clone());
            ledger.listed_pen = pens.into_iter().rev().find(|pen| signed.list.has_pen(pen)).or(ledger.listed_pen);
            (ledger.listed_at, ledger.listed_out) = (now, out.into_iter().collect());
            work.touched.insert(id);
        }
        Ok(())
    }

    fn take_rotate(
        &mut self,
        id: CommitteeId,
        header: &Header,
        rotate: &Rotate,
        arrival: Arrival,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let epoch = rotate.epoch();
        self.committee_mut(&id)?.inside.note_rotate(header, rotate);
        let committee = self.committee(&id)?;
        if committee.rotations().contains_key(&epoch) || committee.ledger.has_forgotten(&epoch) {
            return Ok(());
        }
        match self.open_rotate(&id, header.channel, rotate)? {
            Some((_, rotation)) if rotation.is_ahead_of(header.created) => Ok(()),
            Some((secret, rotation)) if rotation.committee == id && self.has_room_for(&id, &rotation)? => {
                self.learn_epoch(id, epoch, &secret, Some(rotation), work)
            }
            Some(_) => Ok(()),
            None => {
                // A secret that someone told and that is not this epoch's is forgotten.
                self.committee_mut(&id)?.secrets.remove(&epoch);
                self.note_unopened(id, epoch, arrival, work);
                Ok(())
            }
        }
    }

    /// Opens a rotation by a secret that was told, or by a share sealed to this device, now or before.
    fn open_rotate(
        &self,
        id: &CommitteeId,
        channel: ChannelId,
        rotate: &Rotate,
    ) -> Result<Option<(Secret, epoch::Rotation)>, DeskError> {
        let keys = self.keys(id)?;
        let told = self.committee(id)?.secrets.get(&rotate.epoch()).cloned();
        let mut own = [&keys.device.open].into_iter().chain(keys.openings.old());
        let shared = own.find_map(|key| epoch::open_share(rotate, channel, key).ok().flatten());
        Ok(told.into_iter().chain(shared).find_map(|secret| {
            let rotation = epoch::read_rotation(rotate, channel, &secret).ok()?;
            Some((secret, rotation.into_inner()))
        }))
    }

    /// Rotations by voters are kept up to a number each; others only as long as that leaves nobody short.
    fn has_room_for(&self, id: &CommitteeId, rotation: &epoch::Rotation) -> Result<bool, DeskError> {
        let committee = self.committee(id)?;
        let voter = |state: &State| state.owner(&rotation.author).is_some_and(|(_, member)| member.is_voter());
        let by_same = committee.rotations().values().filter(|known| known.author == rotation.author).count();
        let room = committee.secrets.len() < EPOCHS || committee.state.as_ref().is_some_and(voter);
        Ok(room && by_same < EPOCHS_EACH)
    }

    fn note_unopened(&mut self, id: CommitteeId, epoch: EpochId, arrival: Arrival, work: &mut Work) {
        if let Some(committee) = self.committees.get_mut(&id) {
            committee.ledger.note_unopened(epoch, arrival.number());
            work.touched.insert(id);
        }
    }

    /// Keeps an epoch's secret, and reads again what waited for it.
    fn learn_epoch(
        &mut self,
        id: CommitteeId,
        epoch: EpochId,
        secret: &Secret,
        rotation: Option<epoch::Rotation>,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        // A secret may be told again after its rotation was read.
        let rotation = rotation.or_else(|| self.committees.get(&id)?.rotations().get(&epoch).cloned());
        let committee = self.committee_mut(&id)?;
        committee.secrets.insert(epoch, secret.clone());
        if let Some(rotation) = rotation {
            committee.learn_rotation(epoch, rotation);
        }
        self.keep_epoch(&mut work.batch, id, epoch, self.node.now().at)?;
        let committee = self.committee_mut(&id)?;
        let from = committee.ledger.take_unopened(epoch);
        work.touched.insert(id);
        let of_epoch = |body: &Body| match body {
            Body::Sealed(sealed) => sealed.epoch == epoch,
            Body::Rotate(rotate) => rotate.epoch() == epoch,
            Body::Boxed(_) | Body::Public(_) | Body::List(_) | Body::Page(_) => false,
        };
        from.map_or(Ok(()), |from| self.read_again(id, from, of_epoch, work))
    }

    /// Reads the requests again that found no room when they came, once there may be room.
    pub(crate) async fn read_turned_away(&mut self, id: CommitteeId) -> Result<(), DeskError> {
        let now = self.node.now();
        let Some(from) = self.committee_mut(&id)?.ledger.make_room(now) else { return Ok(()) };
        let mut work = Work { touched: [id].into(), ..Work::default() };
        self.read_again(id, from, |body| matches!(body, Body::Boxed(_)), &mut work)?;
        self.commit(work).await
    }

    /// Reads what arrived since `from` and was read already, where it is wanted.
    fn read_again(
        &mut self,
        id: CommitteeId,
        from: u64,
        wanted: impl Fn(&Body) -> bool,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let mut cursor = from.saturating_sub(1);
        loop {
            let arrived = self.node.read_after(Arrival::from_number(cursor), AT_ONCE)?;
            for (arrival, envelope) in &arrived {
                // Those beyond the cursor are read when their turn comes.
                if arrival.number() > self.cursor {
                    return Ok(());
                }
                if wanted(envelope.body()) && self.channels.get(&envelope.header().channel) == Some(&id) {
                    self.take(*arrival, envelope, work)?;
                }
            }
            let Some((last, _)) = arrived.last() else { return Ok(()) };
            cursor = last.number();
        }
    }

    fn take_sealed(
        &mut self,
        id: CommitteeId,
        envelope: &Envelope,
        sealed: &Sealed,
        arrival: Arrival,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let header = envelope.header();
        let Some(secret) = self.committee(&id)?.secrets.get(&sealed.epoch) else {
            self.note_unopened(id, sealed.epoch, arrival, work);
            return Ok(());
        };
        let Ok(content) = epoch::open_under(header, sealed, secret) else { return Ok(()) };
        match sealed.shelf {
            Shelf::Book => self.take_page(id, envelope, sealed.epoch, &content, work),
            Shelf::Talk => self.take_op(id, header, sealed.epoch, &content, work),
        }
    }

    fn take_page(
        &mut self,
        id: CommitteeId,
        envelope: &Envelope,
        epoch: EpochId,
        content: &[u8],
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let Ok(page) = Page::decode(content) else { return Ok(()) };
        let (book, by) = (&self.committee(&id)?.book, Some(envelope.header().pen));
        let read = |bytes: &Vec<u8>| {
            let object = SignedObject::decode(bytes).ok()?;
            // A page repeats what is known: only what is new is verified.
            if book.holds(by, &object.id()) { None } else { object.verify().ok() }
        };
        let objects = page.objects.iter().filter_map(read).collect();
        self.take_objects(id, by, objects, page.names.clone(), work)?;
        let committee = self.committee_mut(&id)?;
        committee.note_page(epoch, envelope.id(), &page);
        if committee.note_signpost(envelope.header(), epoch, &page) {
            work.touched.insert(id);
        }
        Ok(())
    }

    /// Puts verified objects that a pen brought, and the names that open what they stand for, into a member's book.
    pub(crate) fn take_objects(
        &mut self,
        id: CommitteeId,
        by: Bringer,
        objects: Vec<Verified<SignedObject>>,
        names: Vec<Name>,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let vault = self.vault.clone();
        let committee = self.committee_mut(&id)?;
        let shelves = Shelves::inside(id);
        let changed = shelves.take(&mut committee.book, by, objects, names, (&vault, &mut work.batch))?;
        if changed {
            committee.evaluate();
            work.touched.insert(id);
            work.events.push(DeskEvent::Committee(id));
        }
        Ok(())
    }

    fn take_op(
        &mut self,
        id: CommitteeId,
        header: &Header,
        epoch: EpochId,
        content: &[u8],
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let Ok(signed) = SignedOp::decode(content) else { return Ok(()) };
        let op = signed.op();
        let in_place = op.committee == id && op.epoch == epoch && op.time.hour() == header.created;
        if in_place && self.keep_op(id, signed, work)? {
            self.committee_mut(&id)?.count_talk(epoch);
            work.touched.insert(id);
        }
        Ok(())
    }

    /// Keeps an op that was found where it belongs, if its device signed it; says whether it is new.
    pub(crate) fn keep_op(&mut self, id: CommitteeId, signed: SignedOp, work: &mut Work) -> Result<bool, DeskError> {
        let Ok(key) = signed.op().device.check() else { return Ok(false) };
        let Ok(signed) = signed.verify(&key) else { return Ok(false) };
        let row = Row::of(signed.id(), signed.op(), self.node.now().at);
        let own = self.keystore.committee(&id).is_some_and(|keys| keys.device.sign.public() == row.device);
        let new = self.index.insert(Row { read: own, ..row });
        if own {
            self.notice_own(id, &row, work)?;
        }
        let stored = || Ok::<_, DeskError>(self.vault.get::<Vec<u8>>(vault::Shelf::Op, row.id.as_bytes())?.whole());
        if new || stored()?.is_none() {
            self.vault.put(&mut work.batch, vault::Shelf::Op, row.id.as_bytes(), &signed.bytes().to_vec())?;
        }
        if new {
            self.tell_retraction(&row, own, work);
        }
        if new && self.is_shown(&row) {
            work.events.push(DeskEvent::Bulletin { id: row.id, committee: id });
        }
        Ok(new)
    }

    /// An op by this very device that it does not remember: this home was set back or copied, so a new device is
    /// certified before anything more is written, and an innocent restore looks like a fork only where something was
    /// written before.
    fn notice_own(&mut self, id: CommitteeId, row: &Row, work: &mut Work) -> Result<(), DeskError> {
        let twice = self.index.is_fork(row);
        let ledger = &mut self.committee_mut(&id)?.ledger;
        let next = if row.public { ledger.public_seq } else { ledger.seq };
        if twice || row.seq >= next {
            ledger.must_mint = true;
            work.touched.insert(id);
        }
        Ok(())
    }

    fn take_boxed(
        &mut self,
        id: CommitteeId,
        header: &Header,
        boxed: &Boxed,
        arrival: Arrival,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let keys = self.keys(&id)?;
        let ledger = &self.committee(&id)?.ledger;
        let reply = ledger.joining.as_ref().map(|joining| (joining.reply_to, &joining.reply));
        let device = (keys.device.open.public(), &keys.device.open);
        let before = keys.openings.old().map(|secret| (secret.public(), secret));
        let own =
            ledger.invites.iter().map(|invite| (invite.to, &invite.secret)).chain(reply).chain([device]).chain(before);
        let opened = own
            .filter(|(public, _)| invite::is_for(boxed, public))
            .find_map(|(_, secret)| invite::unseal(header, boxed, secret).ok());
        match opened {
            Some(Letter::JoinRequest(request)) => self.take_request(id, *request, arrival, work),
            Some(Letter::Welcome(welcome, signature)) => self.take_welcome(id, &welcome, &signature, work),
            Some(Letter::Return(back)) => self.take_return(id, *back, work),
            Some(Letter::Share(share, author, signature)) => self.take_share(id, &share, &author, &signature, work),
            None => {
                // Of its own a desk knows whom they are for.
                if keys.pens.iter().all(|pen| pen.public() != header.pen) {
                    self.committee_mut(&id)?.letters.note(header, boxed);
                }
                Ok(())
            }
        }
    }

    fn take_request(
        &mut self,
        id: CommitteeId,
        request: invite::SignedRequest,
        arrival: Arrival,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let now = self.node.now();
        let committee = self.committee_mut(&id)?;
        let member = request.request.identity.member();
        let inside = |state: &State| state.members.contains_key(&member);
        if committee.state.as_ref().is_some_and(inside) || request.request.committee != id {
            return Ok(());
        }
        let waits = committee.ledger.requests.len();
        if request.clone().verify().is_ok() && committee.ledger.take_request(request, arrival.number(), now) {
            work.touched.insert(id);
            if committee.ledger.requests.len() > waits {
                work.events.push(DeskEvent::Request(id));
            }
        }
        Ok(())
    }

    fn take_return(&mut self, id: CommitteeId, signed: invite::SignedReturn, work: &mut Work) -> Result<(), DeskError> {
        let now = self.node.now();
        if self.committee(&id)?.ledger.is_for_device(&signed.back.invite) {
            self.take_beside(id, signed, work);
            return Ok(());
        }
        let Ok(verified) = signed.clone().verify() else { return Ok(()) };
        let of_this = verified.back.committee == id;
        if of_this && self.committee_mut(&id)?.ledger.take_return(signed, &verified, now) {
            work.touched.insert(id);
        }
        Ok(())
    }

    fn take_welcome(
        &mut self,
        id: CommitteeId,
        welcome: &Welcome,
        signature: &Signature,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let Some(joining) = self.committee_mut(&id)?.ledger.joining.as_mut() else { return Ok(()) };
        let answers = |asked: &Asked| asked.hash == welcome.request && welcome.is_by(&asked.inviter, signature);
        if !joining.asked.iter().any(answers) {
            return Ok(());
        }
        joining.unsent = None;
        work.touched.insert(id);
        for key in welcome.past.iter().chain([&welcome.current]) {
            self.learn_epoch(id, key.epoch, &key.secret, None, work)?;
        }
        Ok(())
    }

    fn take_share(
        &mut self,
        id: CommitteeId,
        share: &LateShare,
        author: &PublicKey,
        signature: &Signature,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let committee = self.committee(&id)?;
        // Without the book, as after the loss of a store, nobody is known: then the rotation alone proves the secret.
        let by_voter = |state: &State| state.owner(author).is_some_and(|(_, member)| member.is_voter());
        let voter = committee.state.as_ref().is_none_or(by_voter);
        let known = committee.rotations().contains_key(&share.key.epoch);
        let new = !known && !committee.ledger.has_forgotten(&share.key.epoch) && committee.secrets.len() < EPOCHS;
        if voter && new && share.committee == id && share.is_by(author, signature) {
            self.learn_epoch(id, share.key.epoch, &share.key.secret, None, work)?;
        }
        Ok(())
    }
}
