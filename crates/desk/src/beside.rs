//! Another device of one's own: the desk that has the vote key, or the words, certifies it. It reads and writes as the
//! same member, under numbers of its own, and does not vote: a vote key leaves its device for no other.
//!
//! Whoever photographs the invite can ask as well, and would be the member. So it is never answered before its owner
//! compared the words of the request on the two screens, whatever the invite says.

use kenes_core::book::{Certificate, Content, DEVICES, Member, SignedObject};
use kenes_core::identity::{DeviceSecret, recovery_key};
use kenes_core::ids::CommitteeId;
use kenes_core::invite::{Absentee, EpochKey, Invite, Letter, SignedReturn, Welcome};
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;
use kenes_core::words;

use crate::committee::Committee;
use crate::compose::{Writer, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::keystore::CommitteeKeys;
use crate::ledger::Beside;
use crate::session::{Session, Work};
use crate::view::{Admitted, InviteView, RequestView, Standing};

impl Session {
    /// An invite for another device of this home's member, under a pen that the two share until the next list.
    pub(crate) async fn invite_device(
        &mut self,
        id: CommitteeId,
        expires: Option<Timestamp>,
    ) -> Result<InviteView, DeskError> {
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        self.must_be_the_one(&id)?;
        let committee = self.committee(&id)?;
        let member = committee.member().ok_or_else(|| committee.not_in())?;
        if !committee.writes() || self.certifier(&id)?.is_none() {
            return Err(committee.not_allowed());
        }
        if member.devices.len() >= DEVICES {
            return Err(DeskError::Full(id));
        }
        let absentee = Absentee { identity: member.identity, device_no: next_no(member), before: vec![], beside: true };
        let pen = committee.ledger.pen_of(&self.keys(&id)?.pens).cloned().ok_or_else(|| committee.not_allowed())?;
        self.open_invite(id, (now, expires), 1, pen, Some(absentee)).await
    }

    /// What may certify a device of this home's member: the vote key, or else the recovery key, where the words of this
    /// home are the member's.
    fn certifier(&self, id: &CommitteeId) -> Result<Option<SigningKey>, DeskError> {
        let keys = self.keys(id)?;
        Ok(keys.vote.clone().or_else(|| self.own_recovery(keys)))
    }

    /// The recovery key of the member, where the 24 words of this home give it. Those of a second device do not.
    pub(crate) fn own_recovery(&self, keys: &CommitteeKeys) -> Option<SigningKey> {
        let key = recovery_key(&self.keystore.keys.seed, keys.origin);
        Some(key).filter(|key| key.public() == keys.identity.recovery)
    }

    /// Whether this home is another device of a member who votes elsewhere.
    pub(crate) fn is_beside(&self, id: &CommitteeId) -> bool {
        self.keystore.committee(id).is_some_and(|keys| keys.vote.is_none() && self.own_recovery(keys).is_none())
    }

    /// Asks to be another device of the member whom an invite names: what it asks by is certified by the new device
    /// itself, and counts for nothing until the other certifies it.
    pub(crate) async fn come_beside(
        &mut self,
        invite: &Invite,
        absentee: Absentee,
        now: Timestamp,
    ) -> Result<CommitteeId, DeskError> {
        let id = invite.committee;
        self.make_way(&id).await?;
        let device = DeviceSecret::generate(&mut entropy::rng()?);
        let own = device.sign.clone();
        self.begin_again(invite, invite.channel, absentee, device, &own, now).await?;
        Ok(id)
    }

    /// The requests of own devices that wait for their owner.
    pub(crate) fn own_requests<'a>(&'a self, committee: &'a Committee) -> impl Iterator<Item = RequestView> + 'a {
        committee.ledger.besides().map(|asked| view(committee, asked))
    }

    /// Certifies another device of one's own, and gives it what this desk can read.
    pub(crate) async fn let_beside(&mut self, id: CommitteeId, request: [u8; 32]) -> Result<Admitted, DeskError> {
        let now = self.writing_time(id, None)?;
        self.must_be_the_one(&id)?;
        let committee = self.committee(&id)?;
        let signed = committee.ledger.besides().map(|asked| &asked.request).find(|asked| asked.back.hash() == request);
        let asked = signed.cloned().and_then(|signed| signed.verify().ok()).ok_or(DeskError::Nobody)?;
        let member = committee.member().ok_or_else(|| committee.not_in())?;
        let key = self.certifier(&id)?.ok_or_else(|| committee.not_allowed())?;
        if committee.standing() != Standing::Voter && committee.standing() != Standing::Probation {
            return Err(committee.not_allowed());
        }
        if member.devices.len() >= DEVICES {
            return Err(DeskError::Full(id));
        }
        let Content::Device(certificate) = asked.device.content() else { return Err(DeskError::Nobody) };
        let device = SignedObject::sign(id, Content::Device(*certificate), &key)?.verify()?;
        let (epoch, secret) = committee.current().ok_or(DeskError::NoEpoch(id))?;
        let key_of = |epoch| Some(EpochKey { epoch, secret: committee.secrets.get(&epoch)?.clone() });
        let past = committee.past(epoch).into_iter().filter_map(key_of).collect();
        let current = EpochKey { epoch, secret: secret.clone() };
        let letter = Letter::welcome(Welcome { request, current, past }, &self.keys(&id)?.device.sign);
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let page = writer.page(&page_of(&[&device, &asked.pen], vec![]), epoch, secret)?;
        let envelopes = vec![page, writer.letter(&asked.back.reply, &letter)?];
        let admitted = Admitted { member: committee.me, name: committee.name_of(&committee.me) };
        self.committee_mut(&id)?.ledger.invites.retain(|invite| invite.id != asked.back.invite);
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(admitted)
    }

    /// Takes the request of a device that says it is its owner's, by an invite for one.
    pub(crate) fn take_beside(&mut self, id: CommitteeId, signed: SignedReturn, work: &mut Work) {
        let now = self.node.now();
        let Ok(verified) = signed.clone().verify() else { return };
        let Content::Device(Certificate { device, .. }) = verified.device.content() else { return };
        let by_itself = verified.device.author() == device.sign;
        let Some(committee) = self.committees.get_mut(&id) else { return };
        let own = verified.back.committee == id && verified.back.member == committee.me;
        if own && by_itself && committee.ledger.take_beside(signed, now) {
            work.touched.insert(id);
            work.events.push(crate::view::DeskEvent::Request(id));
        }
    }
}

/// The number for a member's next device.
pub(crate) fn next_no(member: &Member) -> u32 {
    u32::try_from(member.devices.len() + member.retired.len()).unwrap_or(u32::MAX)
}

fn view(committee: &Committee, asked: &Beside) -> RequestView {
    let back = &asked.request.back;
    RequestView {
        committee: committee.id(),
        request: back.hash(),
        name: committee.name_of(&committee.me),
        words: words::of_digest(&back.digest()).join(" "),
        uses: 1,
        held: false,
        namesake: false,
        unusual: false,
        device: true,
        received: asked.received,
    }
}
