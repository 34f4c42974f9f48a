//! Letting people in, and being let in: the two need never be online together.

use kenes_core::book::{Admit, Certificate, Content, NextPen, OPEN_ADMITS, Role};
use kenes_core::envelope::Envelope;
use kenes_core::identity::{DeviceSecret, Identity, Name, recovery_key};
use kenes_core::ids::{CommitteeId, Hex, has_prefix};
use kenes_core::invite::{self, Applicant, EpochKey, Invite, JoinRequest, Letter, Welcome};
use kenes_core::seal::BoxSecret;
use kenes_core::sign::SigningKey;
use kenes_core::time::{DAY, Timestamp};

use crate::compose::{Writer, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::keystore::CommitteeKeys;
use crate::ledger::{Joining, Ledger, Waiting};
use crate::session::{Session, Work};
use crate::view::{Admitted, InviteView, RequestView};
use crate::words;

/// How long an invite is answered where nothing else is said, in seconds.
const DEFAULT_LIFE: u64 = 7 * DAY;
/// An invite lives no longer, in seconds.
const LONGEST_LIFE: u64 = 90 * DAY;
/// How many invites may be open.
const OPEN_INVITES: usize = 32;

impl Session {
    /// Makes an invite with a spare pen from the list; a new list is signed where none is left.
    pub(crate) async fn invite(
        &mut self,
        id: CommitteeId,
        uses: u16,
        expires: Option<Timestamp>,
    ) -> Result<InviteView, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        self.must_be_steward(&id)?;
        let past = |expires: Timestamp| expires <= now;
        self.committee_mut(&id)?.ledger.invites.retain(|invite| !past(invite.expires));
        if self.committee(&id)?.ledger.invites.len() >= OPEN_INVITES {
            return Err(DeskError::Full(id));
        }
        if self.committee(&id)?.ledger.spares.is_empty() {
            self.renew_list(id, now).await?;
        }
        let expires = expires.unwrap_or(now.plus(DEFAULT_LIFE)).min(now.plus(LONGEST_LIFE));
        if past(expires) {
            return Err(DeskError::InviteOver);
        }
        let (channel, inviter) = (self.keys(&id)?.channel, self.keys(&id)?.device.sign.public());
        let secret = BoxSecret::generate(&mut entropy::rng()?);
        let ledger = &mut self.committee_mut(&id)?.ledger;
        let list = ledger.list.as_ref().ok_or(DeskError::NotIn(id))?.id();
        let pen = ledger.spares.pop().ok_or(DeskError::Full(id))?;
        let uses = uses.max(1);
        let to = secret.public();
        let invite = Invite { version: invite::VERSION, committee: id, channel, list, pen, to, inviter, expires, uses };
        ledger.open_invite(&invite, secret);
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        Ok(InviteView { uri: invite.to_uri(), uses, expires })
    }

    pub(crate) fn must_be_steward(&self, id: &CommitteeId) -> Result<(), DeskError> {
        let committee = self.committee(id)?;
        let member = committee.member().ok_or(DeskError::NotIn(*id))?;
        match member.is_steward() && member.out.is_none() {
            true => Ok(()),
            false => Err(DeskError::NotAllowed(*id)),
        }
    }

    /// Asks to be let in. The request waits at the desk until the node has the list that its pen stands in.
    pub(crate) async fn join(&mut self, uri: &str, name: &str) -> Result<CommitteeId, DeskError> {
        let invite = Invite::from_uri(uri)?;
        let id = invite.committee;
        if self.committees.contains_key(&id) {
            return Err(DeskError::Joined(id));
        }
        let now = self.writing_time(id, None)?;
        if invite.expires <= now {
            return Err(DeskError::InviteOver);
        }
        let name = if name.trim().is_empty() { self.keystore.keys.name.clone() } else { name.to_owned() };
        let name = Name::new(&name, &mut entropy::rng()?)?;
        let keys = self.newcomer(&invite)?;
        let reply = BoxSecret::generate(&mut entropy::rng()?);
        let (envelope, hash, digest) = self.request(&invite, &keys, name, &reply, now)?;
        let mut ledger = Ledger::new(id, invite.channel);
        ledger.pen_no = 1;
        let unsent = Some(envelope.bytes().to_vec());
        ledger.joining = Some(Joining {
            reply_to: reply.public(),
            reply,
            hash,
            digest,
            inviter: invite.inviter,
            unsent,
            welcomed: false,
        });

        self.begin(keys, ledger, Some(invite.list), vec![]).await?;
        Ok(id)
    }

    fn newcomer(&self, invite: &Invite) -> Result<CommitteeKeys, DeskError> {
        let mut rng = entropy::rng()?;
        let vote = SigningKey::generate(&mut rng);
        let recovery = recovery_key(&self.keystore.keys.seed, invite.channel).public();
        let keys = CommitteeKeys {
            committee: invite.committee,
            channel: invite.channel,
            identity: Identity { vote: vote.public(), recovery },
            vote: Some(vote),
            device: DeviceSecret::generate(&mut rng),
            device_no: 1,
            keeper: None,
            admit_no: 0,
            suspend_no: 0,
            pens: vec![invite.pen.clone(), SigningKey::generate(&mut rng)],
        };
        Ok(keys)
    }

    fn request(
        &self,
        invite: &Invite,
        keys: &CommitteeKeys,
        name: Name,
        reply: &BoxSecret,
        now: Timestamp,
    ) -> Result<(Envelope, [u8; 32], [u8; 16]), DeskError> {
        let writer = Writer::with_pen(keys, invite.pen.clone(), now);
        let member = keys.identity.member();
        let certificate = Certificate::new(keys.committee, member, 0, &keys.device);
        let own_pen = keys.pens.last().ok_or(DeskError::NotIn(keys.committee))?;
        let request = JoinRequest {
            committee: invite.committee,
            invite: invite.id(),
            identity: keys.identity,
            device: writer.by_vote(Content::Device(certificate))?.bytes().to_vec(),
            pen: writer.by_device(Content::NextPen(NextPen { no: 0, pen: own_pen.public() }))?.bytes().to_vec(),
            name,
            reply: reply.public(),
        };
        let (hash, digest) = (request.hash(), request.digest());
        let vote = keys.vote.as_ref().ok_or(DeskError::NotAllowed(keys.committee))?;
        let signed = request.sign(vote, &recovery_key(&self.keystore.keys.seed, invite.channel));
        let envelope = writer.letter(&invite.to, &Letter::JoinRequest(Box::new(signed)))?;
        Ok((envelope, hash, digest))
    }

    /// The requests that wait for an answer.
    pub(crate) fn requests(&self, id: &CommitteeId) -> Result<Vec<RequestView>, DeskError> {
        let waiting = &self.committee(id)?.ledger.requests;
        Ok(waiting.iter().map(|waiting| view(id, waiting)).collect())
    }

    /// Lets in the one who is meant, by name or by the beginning of the request's hash.
    pub(crate) async fn admit(&mut self, id: CommitteeId, who: &str) -> Result<Admitted, DeskError> {
        self.pump().await?;
        let mut meant = self.requests(&id)?;
        meant.retain(|view| view.name == who || has_prefix(&Hex(&view.request), who));
        match meant.as_slice() {
            [one] => {
                let admitted = self.let_in(id, one.request).await?;
                self.pump().await?;
                Ok(admitted)
            }
            [] => Err(DeskError::Nobody),
            _ => Err(DeskError::Ambiguous),
        }
    }

    /// Admit, device and pen go into the book; the welcome to the newcomer.
    pub(crate) async fn let_in(&mut self, id: CommitteeId, request: [u8; 32]) -> Result<Admitted, DeskError> {
        self.must_be_steward(&id)?;
        let now = self.writing_time(id, None)?;
        let applicant = self.applicant(&id, request)?;
        self.must_have_room(&id)?;
        let mut work = Work { touched: [id].into(), ..Work::default() };
        let committee = self.committee(&id)?;
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let identity = applicant.request.identity;
        let name = applicant.request.name.clone();
        let admit = Admit { no: self.keys(&id)?.admit_no, identity, name: name.commitment() };
        let admit = writer.by_vote(Content::Admit(admit))?.verify()?;
        let current = match committee.current() {
            Some((epoch, secret)) => {
                let page = page_of(&[&admit, &applicant.device, &applicant.pen], vec![name.clone()]);
                work.envelopes.push(writer.page(&page, epoch, secret)?);
                EpochKey { epoch, secret: secret.clone() }
            }
            None => {
                let mut book = committee.book.clone();
                [admit, applicant.device, applicant.pen].into_iter().for_each(|object| {
                    book.insert(object);
                });
                book.learn(name.clone());
                let state = book.state().ok_or(DeskError::Record)?;
                let after = committee.rotations.keys().copied().collect();
                let new = writer.rotate(&book, &state, after)?;
                work.envelopes.extend(new.envelopes);
                EpochKey { epoch: new.id, secret: new.secret }
            }
        };
        let welcome = Welcome { request, current, past: vec![] };
        let letter = Letter::welcome(welcome, &self.keys(&id)?.device.sign);
        work.envelopes.push(writer.letter(&applicant.request.reply, &letter)?);
        self.change_keys(id, |keys| keys.admit_no += 1)?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        ledger.requests.retain(|waiting| waiting.request.request.hash() != request);
        if let Some(invite) = ledger.invite_mut(&applicant.request.invite) {
            invite.taken = invite.taken.saturating_add(1);
        }
        self.commit(work).await?;
        Ok(Admitted { member: identity.member(), name: name.text })
    }

    fn applicant(&self, id: &CommitteeId, hash: [u8; 32]) -> Result<Applicant, DeskError> {
        let waiting = self.committee(id)?.ledger.requests.iter();
        let found = waiting.map(|waiting| &waiting.request).find(|request| request.request.hash() == hash);
        found.cloned().and_then(|request| request.verify().ok()).ok_or(DeskError::Nobody)
    }

    fn must_have_room(&self, id: &CommitteeId) -> Result<(), DeskError> {
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        let probation = state.members.values().filter(|member| matches!(member.role, Role::Probation { .. })).count();
        if probation < OPEN_ADMITS { Ok(()) } else { Err(DeskError::Full(*id)) }
    }
}

fn view(id: &CommitteeId, waiting: &Waiting) -> RequestView {
    let request = &waiting.request.request;
    RequestView {
        committee: *id,
        request: request.hash(),
        name: request.name.text.clone(),
        words: words::of_digest(&request.digest()),
        uses: waiting.uses,
        held: waiting.held,
        received: waiting.received,
    }
}
