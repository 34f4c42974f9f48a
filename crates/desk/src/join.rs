//! Letting people in, and being let in: the two need never be online together.

use kenes_core::book::{Admit, Certificate, Content, NextPen, OPEN_ADMITS, Role};
use kenes_core::identity::{Consent, DeviceSecret, Identity, Name, recovery_key};
use kenes_core::ids::{CommitteeId, Hex};
use kenes_core::invite::{self, Absentee, Applicant, EpochKey, Invite, JoinRequest, Letter, Welcome};
use kenes_core::seal::BoxSecret;
use kenes_core::sign::SigningKey;
use kenes_core::time::{DAY, Timestamp};
use kenes_core::words;

use crate::committee::Committee;
use crate::compose::{Writer, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::keystore::CommitteeKeys;
use crate::ledger::{Asked, Joining, Ledger, Waiting};
use crate::meant::{Known, meant};
use crate::names;
use crate::session::{Session, Work};
use crate::view::{Admitted, InviteView, RequestView, Standing};

/// How long an invite is answered where nothing else is said, in seconds.
const DEFAULT_LIFE: u64 = 7 * DAY;
/// An invite lives no longer, in seconds.
const LONGEST_LIFE: u64 = 90 * DAY;
/// How many invites may be open.
const OPEN_INVITES: usize = 32;

impl Session {
    /// An invite for whoever holds it.
    pub(crate) async fn invite(
        &mut self,
        id: CommitteeId,
        uses: u16,
        expires: Option<Timestamp>,
    ) -> Result<InviteView, DeskError> {
        self.pump().await?;
        self.make_invite(id, uses, expires, None).await
    }

    /// Makes an invite with a spare pen from the list; a new list is signed where none is left.
    pub(crate) async fn make_invite(
        &mut self,
        id: CommitteeId,
        uses: u16,
        expires: Option<Timestamp>,
        back: Option<Absentee>,
    ) -> Result<InviteView, DeskError> {
        let now = self.writing_time(id, None)?;
        self.must_be_steward(&id)?;
        if self.committee(&id)?.ledger.listed_spare().is_none() {
            self.renew_list(id, now).await?;
        }
        let ledger = &self.committee(&id)?.ledger;
        let spare = ledger.listed_spare().ok_or(DeskError::NoSparePen(id))?;
        let pen = ledger.spares[spare].clone();
        self.open_invite(id, (now, expires), uses.max(1), pen, back).await
    }

    /// Makes an invite with this pen, which is a spare one no more.
    pub(crate) async fn open_invite(
        &mut self,
        id: CommitteeId,
        (now, expires): (Timestamp, Option<Timestamp>),
        uses: u16,
        pen: SigningKey,
        back: Option<Absentee>,
    ) -> Result<InviteView, DeskError> {
        let clock = self.node.now();
        self.committee_mut(&id)?.ledger.invites.retain(|invite| !clock.is_past(invite.expires));
        if self.committee(&id)?.ledger.invites.len() >= OPEN_INVITES {
            return Err(DeskError::Full(id));
        }
        let expires = expires.unwrap_or(now.plus(DEFAULT_LIFE)).min(now.plus(LONGEST_LIFE));
        if expires <= now {
            return Err(DeskError::InviteOver);
        }
        let (channel, inviter) = (self.keys(&id)?.channel, self.keys(&id)?.device.sign.public());
        let secret = BoxSecret::generate(&mut entropy::rng()?);
        let ledger = &mut self.committee_mut(&id)?.ledger;
        let list = ledger.list.as_ref().ok_or(DeskError::NotIn(id))?.id();
        ledger.spares.retain(|spare| spare.public() != pen.public());
        let to = secret.public();
        let version = invite::VERSION;
        let invite = Invite { version, committee: id, channel, list, pen, to, inviter, expires, uses, back };
        ledger.open_invite(&invite, secret);
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        Ok(InviteView { uri: invite.to_uri(), uses, expires })
    }

    pub(crate) fn must_be_steward(&self, id: &CommitteeId) -> Result<(), DeskError> {
        self.must_be_the_one(id)?;
        let committee = self.committee(id)?;
        let member = committee.member().ok_or_else(|| committee.not_in())?;
        let acts = member.is_steward() && member.out.is_none() && self.has_vote_key(id)?;
        if acts { Ok(()) } else { Err(committee.not_allowed()) }
    }

    /// Whether the vote key is here. The recovery key votes in its place, and does nothing else in it.
    pub(crate) fn has_vote_key(&self, id: &CommitteeId) -> Result<bool, DeskError> {
        let keys = self.keys(id)?;
        Ok(keys.vote.as_ref().is_some_and(|vote| vote.public() != keys.identity.recovery))
    }

    /// Asks to be let in. The request waits at the desk until the node has the list that its pen stands in. Asked again
    /// before it was answered, by the same invite or another, the new request takes the place of the old one.
    pub(crate) async fn join(&mut self, uri: &str, name: &str) -> Result<CommitteeId, DeskError> {
        let invite = Invite::from_uri(uri)?;
        let id = invite.committee;
        let now = self.writing_time(id, None)?;
        if invite.expires <= now {
            return Err(DeskError::InviteOver);
        }
        self.must_be_free(&invite.channel, &id)?;
        if let Some(absentee) = invite.back.clone() {
            return self.come_back(&invite, absentee, now).await;
        }
        let name = if name.trim().is_empty() { self.keystore.keys.name.clone() } else { name.to_owned() };
        let name = Name::new(&name, &mut entropy::rng()?)?;
        match self.committees.get(&id) {
            Some(known) if known.standing() != Standing::Pending => return Err(DeskError::Joined(id)),
            Some(known) if known.ledger.channel == invite.channel => return self.ask_again(&invite, name, now).await,
            // The channel of an invite is believed only until another is tried.
            Some(_) => self.forget(id).await?,
            None => {}
        }
        let keys = self.newcomer(&invite)?;
        let mut ledger = Ledger::new(id, invite.channel);
        (ledger.pen_no, ledger.announced) = (1, keys.pens.last().map(SigningKey::public));
        ledger.joining = Some(self.ask(&invite, &keys, name, None, now)?);
        self.begin(keys, ledger, Some(invite.list), vec![]).await?;
        Ok(id)
    }

    /// The same keys ask once more, so that an answer to either request is an answer.
    async fn ask_again(&mut self, invite: &Invite, name: Name, now: Timestamp) -> Result<CommitteeId, DeskError> {
        let id = invite.committee;
        let before = self.committee(&id)?.ledger.joining.clone();
        let known = before.as_ref().and_then(|known| known.name.clone());
        let name = known.filter(|known| known.text == name.text).unwrap_or(name);
        self.change_keys(id, |keys| keys.pens.first_mut().into_iter().for_each(|pen| *pen = invite.pen.clone()))?;
        let joining = self.ask(invite, self.keys(&id)?, name, before, now)?;
        self.committee_mut(&id)?.ledger.joining = Some(joining);
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        self.node.carry(invite.channel, Some(invite.list)).await?;
        // The lists that its pen may stand in were read before it was known.
        self.cursor = 0;
        self.catch_up().await;
        Ok(id)
    }

    fn newcomer(&self, invite: &Invite) -> Result<CommitteeKeys, DeskError> {
        let mut rng = entropy::rng()?;
        let vote = SigningKey::generate(&mut rng);
        let recovery = recovery_key(&self.keystore.keys.seed, invite.channel).public();
        let identity = Identity { vote: vote.public(), recovery };
        let device = DeviceSecret::generate(&mut rng);
        let pens = vec![invite.pen.clone(), SigningKey::generate(&mut rng)];
        Ok(CommitteeKeys::new((invite.committee, invite.channel), identity, Some(vote), device, pens))
    }

    /// Makes a request, beside what is remembered of those before.
    fn ask(
        &self,
        invite: &Invite,
        keys: &CommitteeKeys,
        name: Name,
        before: Option<Joining>,
        now: Timestamp,
    ) -> Result<Joining, DeskError> {
        let (reply, asked) = match before {
            Some(before) => (before.reply, before.asked),
            None => (BoxSecret::generate(&mut entropy::rng()?), vec![]),
        };
        let writer = Writer::with_pen(keys, invite.pen.clone(), now);
        let certificate = Certificate::new(keys.committee, keys.identity.member(), 0, &keys.device);
        let vote = keys.vote.as_ref().ok_or(DeskError::NotAllowed(keys.committee))?;
        let recovery = recovery_key(&self.keystore.keys.seed, invite.channel);
        let own_pen = keys.pens.last().ok_or(DeskError::NotIn(keys.committee))?;
        let request = JoinRequest {
            committee: invite.committee,
            invite: invite.id(),
            identity: keys.identity,
            consent: Consent::new(invite.committee, vote, &recovery),
            device: writer.by_vote(Content::Device(certificate))?.bytes().to_vec(),
            pen: writer.by_device(Content::NextPen(NextPen { no: 0, pen: own_pen.public() }))?.bytes().to_vec(),
            name: name.clone(),
            reply: reply.public(),
        };
        let (hash, digest) = (request.hash(), request.digest());
        let signed = request.sign(vote);
        let envelope = writer.letter(&invite.to, &Letter::JoinRequest(Box::new(signed)))?;
        let unsent = Some(envelope.bytes().to_vec());
        let reply_to = reply.public();
        let (name, digest) = (Some(name), Some(digest));
        let mut joining = Joining { reply, reply_to, name, digest, asked, listed: false, unsent };
        joining.remember(Asked { hash, inviter: invite.inviter });
        Ok(joining)
    }

    /// The requests that wait for an answer.
    pub(crate) fn requests(&self, id: &CommitteeId) -> Result<Vec<RequestView>, DeskError> {
        let committee = self.committee(id)?;
        let newcomers = committee.ledger.requests.iter().map(|waiting| view(committee, waiting));
        Ok(newcomers.chain(self.own_requests(committee)).collect())
    }

    /// The request that is meant, by name or by its hash or the beginning of it.
    fn find_request(&self, id: &CommitteeId, who: &str) -> Result<RequestView, DeskError> {
        let known =
            |view: RequestView| Known { id: Hex(&view.request).to_string(), name: view.name.clone(), one: view };
        meant(self.requests(id)?.into_iter().map(known).collect(), who)
    }

    /// Lets in the one who is meant.
    pub(crate) async fn admit(&mut self, id: CommitteeId, who: &str) -> Result<Admitted, DeskError> {
        self.pump().await?;
        let meant = self.find_request(&id, who)?;
        let admitted = match meant.device {
            true => self.let_beside(id, meant.request).await?,
            false => self.let_in(id, meant.request).await?,
        };
        self.catch_up().await;
        Ok(admitted)
    }

    /// Puts a request aside, and shows it no more. Whoever made it is told nothing.
    pub(crate) async fn decline(&mut self, id: CommitteeId, who: &str) -> Result<RequestView, DeskError> {
        self.pump().await?;
        let meant = self.find_request(&id, who)?;
        self.committee_mut(&id)?.ledger.decline(meant.request);
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        self.catch_up().await;
        Ok(meant)
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
        let (no, consent) = (self.keys(&id)?.admit_no, applicant.request.consent);
        let admit = Admit { no, identity, name: name.commitment(), consent };
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
                let state = book.state_from(committee.ledger.stand).ok_or(DeskError::Record)?;
                let after = writer.to_follow(committee);
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
        ledger.close_requests(&identity.member());
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

fn view(committee: &Committee, waiting: &Waiting) -> RequestView {
    let request = &waiting.request.request;
    RequestView {
        committee: committee.id(),
        request: request.hash(),
        name: request.name.text.clone(),
        words: words::of_digest(&request.digest()).join(" "),
        uses: waiting.uses,
        held: waiting.held,
        namesake: committee.has_name_like(waiting.name(), &waiting.member()),
        unusual: !names::is_plain(waiting.name()),
        device: false,
        received: waiting.received,
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::ids::{ChannelId, ListId};
    use kenes_core::link;

    use super::*;
    use crate::fixture::{Place, committee};

    #[tokio::test(flavor = "multi_thread")]
    async fn an_invite_or_a_link_takes_over_no_channel_in_which_another_committee_travels() {
        let place = Place::new().await;
        let mut session = place.session();
        let own = session.found(committee()).await.unwrap();
        let channel = session.keys(&own).unwrap().channel;
        let text = invite_to(&place, channel).to_uri();
        let refused = session.join(&text, "").await;
        assert!(matches!(refused, Err(DeskError::OwnChannel(other)) if other == own), "{refused:?}");
        let link = link::Link {
            version: link::VERSION,
            committee: CommitteeId::from_bytes([7; 32]),
            channel,
            list: ListId::from_bytes([9; 32]),
            checkpoint: kenes_core::book::Checkpoint { no: 1, id: kenes_core::ids::BookId::from_bytes([1; 32]) },
        };
        let refused = session.follow(&link.to_uri()).await;
        assert!(matches!(refused, Err(DeskError::OwnChannel(other)) if other == own), "{refused:?}");
        // What is written is read on, at once and after all is read back.
        for mut session in [session, place.session()] {
            assert_eq!((session.committees.len(), session.channels[&channel]), (1, own));
            session.write(crate::view::Draft::new(own, "жиын")).await.unwrap();
            assert!(session.bulletins(&Default::default()).unwrap().bulletins.iter().all(|read| read.committee == own));
        }
        assert_eq!(place.session().bulletins(&Default::default()).unwrap().bulletins.len(), 2);
    }

    fn invite_to(place: &Place, channel: ChannelId) -> Invite {
        Invite {
            version: invite::VERSION,
            committee: CommitteeId::from_bytes([7; 32]),
            channel,
            list: ListId::from_bytes([9; 32]),
            pen: SigningKey::from_seed([4; 32]),
            to: BoxSecret::generate(&mut entropy::rng().unwrap()).public(),
            inviter: SigningKey::from_seed([5; 32]).public(),
            expires: place.node.now().at.plus(DAY),
            uses: 1,
            back: None,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn joining_that_a_crash_cut_off_is_forgotten_and_can_be_begun_again() {
        let place = Place::new().await;
        let invite = invite_to(&place, ChannelId::from_bytes([8; 32]));
        let mut session = place.session();
        let begun = session.newcomer(&invite).unwrap();
        session.keystore.keys.committees.push(begun);
        session.keystore.save().unwrap();

        let mut session = place.session();
        assert!(session.committees.is_empty());
        session.join(&invite.to_uri(), "").await.unwrap();
        let session = place.session();
        assert!(!session.keystore.keys.committees[0].begun);
        assert_eq!(session.committees[&invite.committee].standing(), Standing::Pending);
    }
}
