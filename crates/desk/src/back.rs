//! Coming back after everything was lost: the 24 words certify a new device, a steward's invite brings it the epoch.
//!
//! The vote does not come back with it. Minutes give a new vote key; until then, and only on the owner's word that the
//! lost device signed nothing about the number at hand, the recovery key votes in its place.

use kenes_core::book::{Certificate, Content, DEVICES, Hand, NextPen, SignedObject};
use kenes_core::identity::{Device, DeviceSecret, recovery_key};
use kenes_core::ids::{ChannelId, CommitteeId};
use kenes_core::invite::{Absentee, CHANNELS, EpochKey, Invite, Letter, Return, Welcome};
use kenes_core::seal::BoxSecret;
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;

use crate::beside::next_no;
use crate::committee::standing_of;
use crate::compose::{Writer, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::keystore::CommitteeKeys;
use crate::ledger::{Asked, Joining, Ledger};
use crate::session::{Session, Work};
use crate::view::{InviteView, KeysView, Standing, Votes};

impl Session {
    /// An invite that brings one member back, and nobody else: it is answered to the recovery key alone.
    pub(crate) async fn invite_back(
        &mut self,
        id: CommitteeId,
        who: &str,
        expires: Option<Timestamp>,
    ) -> Result<InviteView, DeskError> {
        self.pump().await?;
        self.must_be_steward(&id)?;
        let member = self.find_member(&id, who)?;
        let state = self.committee(&id)?.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let member = state.members.get(&member).ok_or(DeskError::Nobody)?;
        match standing_of(member) {
            Standing::Voter | Standing::Probation => {}
            Standing::Pending | Standing::Suspended | Standing::Removed | Standing::Follower => {
                return Err(DeskError::MemberOut(id));
            }
        }
        if member.devices.len() >= DEVICES {
            return Err(DeskError::Full(id));
        }
        let mut before = state.channels();
        before.retain(|channel| *channel != state.roster().channel);
        before.truncate(CHANNELS);
        let absentee = Absentee { identity: member.identity, device_no: next_no(member), before, beside: false };
        self.make_invite(id, 1, expires, Some(absentee)).await
    }

    /// Asks to be given the epoch again, by an invite for this home's member.
    pub(crate) async fn come_back(
        &mut self,
        invite: &Invite,
        absentee: Absentee,
        now: Timestamp,
    ) -> Result<CommitteeId, DeskError> {
        if absentee.beside {
            return self.come_beside(invite, absentee, now).await;
        }
        let id = invite.committee;
        let seed = &self.keystore.keys.seed;
        let of = |channel: &ChannelId| (*channel, recovery_key(seed, *channel));
        let mut known = std::iter::once(&invite.channel).chain(&absentee.before).map(of);
        let (origin, recovery) =
            known.find(|(_, key)| key.public() == absentee.identity.recovery).ok_or(DeskError::OtherWords)?;
        self.make_way(&id).await?;
        let device = DeviceSecret::generate(&mut entropy::rng()?);
        self.begin_again(invite, origin, absentee, device, &recovery, now).await?;
        Ok(id)
    }

    /// Whoever is in already needs no invite; of what was only asked for before, nothing is kept.
    pub(crate) async fn make_way(&mut self, id: &CommitteeId) -> Result<(), DeskError> {
        match self.committees.get(id) {
            Some(known) if known.standing() != Standing::Pending => Err(DeskError::Joined(*id)),
            Some(_) => self.forget(*id).await,
            None => Ok(()),
        }
    }

    /// Begins with a new device of a member who is in the committee already, certified by this key.
    pub(crate) async fn begin_again(
        &mut self,
        invite: &Invite,
        origin: ChannelId,
        absentee: Absentee,
        device: DeviceSecret,
        certifier: &SigningKey,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let id = invite.committee;
        let pens = vec![invite.pen.clone(), SigningKey::generate(&mut entropy::rng()?)];
        let keys = CommitteeKeys::new((id, invite.channel), absentee.identity, None, device, pens);
        let keys = CommitteeKeys { origin, device_no: absentee.device_no.saturating_add(1), ..keys };
        let mut ledger = Ledger::new(id, invite.channel);
        (ledger.pen_no, ledger.announced) = (1, keys.pens.last().map(SigningKey::public));
        ledger.joining = Some(ask(invite, &keys, absentee, certifier, now)?);
        self.begin(keys, ledger, Some(invite.list), vec![]).await
    }

    /// Gives a member who came back a place in the book for the new device, and the epoch.
    pub(crate) async fn answer_return(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        // By a clock that may be wrong nobody is let in by itself.
        let clock = self.node.now();
        let open = committee.ledger.invites.iter().filter(|invite| !clock.may_be_past(invite.expires));
        let came = open.filter_map(|invite| invite.came.clone().map(|came| (invite.id, came))).next();
        let Some((invite, came)) = came else { return Ok(false) };
        if self.must_be_steward(&id).is_err() || committee.ledger.must_mint {
            return Ok(false);
        }
        let Some((epoch, secret)) = committee.current() else { return Ok(false) };
        let member = committee.state.as_ref().and_then(|state| state.members.get(&came.back.member));
        let present = member.is_some_and(|member| member.out.is_none() && member.devices.len() < DEVICES);
        let mut work = Work { touched: [id].into(), ..Work::default() };
        if let (true, Ok(verified)) = (present, came.verify()) {
            let writer = Writer::new(self.keys(&id)?, committee, now)?;
            work.envelopes.push(writer.page(&page_of(&[&verified.device, &verified.pen], vec![]), epoch, secret)?);
            let current = EpochKey { epoch, secret: secret.clone() };
            let welcome = Welcome { request: verified.back.hash(), current, past: vec![] };
            let letter = Letter::welcome(welcome, &self.keys(&id)?.device.sign);
            work.envelopes.push(writer.letter(&verified.back.reply, &letter)?);
        }
        self.committee_mut(&id)?.ledger.invites.retain(|open| open.id != invite);
        self.commit(work).await?;
        Ok(true)
    }

    /// The owner's word that the lost device signed nothing about the number at hand: from now on the recovery key
    /// votes, until minutes put a new vote key in place.
    pub(crate) async fn vote_by_words(&mut self, id: CommitteeId) -> Result<(), DeskError> {
        self.pump().await?;
        let committee = self.committee(&id)?;
        if committee.standing() != Standing::Voter || self.keys(&id)?.vote.is_some() {
            return Err(DeskError::NotAllowed(id));
        }
        let recovery = self.own_recovery(self.keys(&id)?).ok_or(DeskError::OtherWords)?;
        let step = &committee.state.as_ref().ok_or(DeskError::NotIn(id))?.newest;
        let hands = &self.keys(&id)?.hands;
        let hand = hands.iter().find(|hand| hand.prev == step.roster.at);
        let elsewhere = |object| !hand.is_some_and(|hand: &Hand| hand.has_signed(object));
        if step.slate.signed_by(&committee.me).iter().any(elsewhere) {
            return Err(DeskError::SignedElsewhere(id));
        }
        self.change_keys(id, |keys| keys.vote = Some(recovery))
    }

    /// This home's own keys in every committee.
    pub(crate) fn own_keys(&self) -> Vec<KeysView> {
        self.keystore.keys.committees.iter().filter_map(|keys| self.keys_view(keys)).collect()
    }

    fn keys_view(&self, keys: &CommitteeKeys) -> Option<KeysView> {
        let committee = self.committees.get(&keys.committee)?;
        let member = committee.member();
        let public = |devices: &[Device]| devices.iter().map(|device| device.sign).collect();
        let votes = match (&keys.vote, self.has_vote_key(&keys.committee)) {
            (None, _) | (_, Err(_)) => Votes::No,
            (Some(_), Ok(true)) => Votes::ByKey,
            (Some(_), Ok(false)) => Votes::ByWords,
        };
        Some(KeysView {
            committee: keys.committee,
            committee_name: committee.name(),
            member: keys.identity.member(),
            device: keys.device.sign.public(),
            devices: member.map(|member| public(&member.devices)).unwrap_or_default(),
            retired: member.map(|member| public(&member.retired)).unwrap_or_default(),
            votes,
            asked_for: keys.next_vote.as_ref().map(SigningKey::public),
        })
    }
}

fn ask(
    invite: &Invite,
    keys: &CommitteeKeys,
    absentee: Absentee,
    certifier: &SigningKey,
    now: Timestamp,
) -> Result<Joining, DeskError> {
    let reply = BoxSecret::generate(&mut entropy::rng()?);
    let writer = Writer::with_pen(keys, invite.pen.clone(), now);
    let certificate = Certificate::new(keys.committee, absentee.identity.member(), absentee.device_no, &keys.device);
    let own_pen = keys.pens.last().ok_or(DeskError::NotIn(keys.committee))?;
    let back = Return {
        committee: invite.committee,
        invite: invite.id(),
        member: absentee.identity.member(),
        device: SignedObject::sign(keys.committee, Content::Device(certificate), certifier)?.bytes().to_vec(),
        pen: writer.by_device(Content::NextPen(NextPen { no: 0, pen: own_pen.public() }))?.bytes().to_vec(),
        reply: reply.public(),
    };
    let (hash, digest) = (back.hash(), absentee.beside.then(|| back.digest()));
    let envelope = writer.letter(&invite.to, &Letter::Return(Box::new(back.sign(certifier))))?;
    let (reply_to, unsent) = (reply.public(), Some(envelope.bytes().to_vec()));
    let asked = vec![Asked { hash, inviter: invite.inviter }];
    Ok(Joining { reply, reply_to, name: None, digest, asked, listed: false, unsent })
}
