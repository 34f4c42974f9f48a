//! Resolutions at a desk: to put one, to say yes or no to one, and to hand out what proves it. What may be said is the
//! rule of [`kenes_core::book::Ballots`]; here it becomes durable in the keystore before a ballot leaves.

mod file;

use std::collections::BTreeSet;

use kenes_core::book::{BallotRefusal, Checkpoint, Content, ENOUGH, Motion, Resolution, SignedObject, State};
use kenes_core::certificate::{Certificate, GatherError};
use kenes_core::envelope::Verified;
use kenes_core::ids::{BookId, CommitteeId, MemberId, has_prefix};
use kenes_core::op::OpError;
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;

use crate::committee::Committee;
use crate::entropy;
use crate::error::DeskError;
use crate::minutes::one;
use crate::session::Session;
use crate::view::{CertificateView, NewResolution, Person, ResolutionStatus, ResolutionView, Resolutions};

/// How many resolutions one list shows.
const LISTED: usize = 500;
impl Session {
    /// Puts a resolution. Who puts it is for it.
    pub(crate) async fn put_resolution(&mut self, new: NewResolution) -> Result<ResolutionView, DeskError> {
        let id = new.committee;
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        if new.text.trim().is_empty() {
            return Err(OpError::Empty.into());
        }
        let (step, me) = self.vote_on(&id)?;
        let vote = self.keys(&id)?.vote.as_ref().map(SigningKey::public);
        if step.roster.voters.get(&me).map(|seat| seat.vote) != vote {
            return Err(DeskError::NoVoteKey(id));
        }
        let deadline = new.lasts.map(|lasts| now.plus(lasts));
        let (under, nonce, title, text) = (step.roster.at, entropy::bytes()?, new.title, new.text);
        let content = Content::Resolution(Resolution { under, nonce, title, text, deadline });
        let resolution = self.keys(&id)?.by_vote(content)?.verify()?;
        let put = resolution.id();
        let ballot = self.sign_ballot(id, put, true)?;
        self.publish(id, vec![resolution, ballot], now).await?;
        self.pump().await?;
        self.resolution_view(&id, &put)
    }

    /// Says yes or no to a resolution, by the beginning of its id. What was said stays said.
    pub(crate) async fn cast(&mut self, resolution: &str, adopt: bool) -> Result<ResolutionView, DeskError> {
        self.pump().await?;
        let (id, motion) = self.find_resolution(None, resolution)?;
        let now = self.writing_time(id, None)?;
        self.may_cast(&id, &motion)?;
        match self.heard(&id, &motion)? {
            Some(said) if said != adopt => return Err(BallotRefusal::Said { adopt: said }.into()),
            Some(_) => {}
            None => {
                let ballot = self.sign_ballot(id, motion, adopt)?;
                self.publish(id, vec![ballot], now).await?;
                self.pump().await?;
            }
        }
        self.resolution_view(&id, &motion)
    }

    /// What the book has from this home's member on a resolution, by whatever key.
    fn heard(&self, id: &CommitteeId, motion: &BookId) -> Result<Option<bool>, DeskError> {
        let committee = self.committee(id)?;
        let motion = committee.state.as_ref().and_then(|state| state.motions.get(motion));
        Ok(motion.and_then(|motion| said(motion, &committee.me)))
    }

    /// Refuses a ballot of anyone who does not vote under the minutes of a resolution, by the key that is here.
    fn may_cast(&self, id: &CommitteeId, motion: &BookId) -> Result<(), DeskError> {
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        if !state.stands {
            return Err(DeskError::Adrift(*id));
        }
        let vote = self.keys(id)?.vote.as_ref().ok_or(DeskError::NoVoteKey(*id))?;
        let step = state.motions.get(motion).and_then(|motion| state.step(&motion.under));
        let seat = step.and_then(|step| step.roster.voters.get(&committee.me));
        match seat.filter(|_| !committee.ledger.must_mint) {
            Some(seat) if seat.vote == vote.public() => Ok(()),
            // What a lost device said on resolutions nobody can know: the recovery key says nothing on any.
            Some(_) => Err(DeskError::NoVoteKey(*id)),
            None => Err(DeskError::NotAllowed(*id)),
        }
    }

    /// Signs a ballot once what it says is durable.
    fn sign_ballot(
        &mut self,
        id: CommitteeId,
        resolution: BookId,
        adopt: bool,
    ) -> Result<Verified<SignedObject>, DeskError> {
        let (ballots, content) = self.keys(&id)?.ballots.cast(resolution, adopt)?;
        self.change_keys(id, |keys| keys.ballots = ballots)?;
        Ok(self.keys(&id)?.by_vote(content)?.verify()?)
    }

    /// Sends a ballot that was signed, or was about to be, and did not leave.
    pub(crate) async fn tend_ballots(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let Some(state) = &committee.state else { return Ok(false) };
        let silent = |motion: &Motion| said(motion, &committee.me).is_none();
        let unsent = |resolution: &BookId| state.motions.get(resolution).is_some_and(silent);
        let due = self.keys(&id)?.ballots.iter().find(|(resolution, _)| unsent(resolution));
        let Some((resolution, adopt)) = due.filter(|(resolution, _)| self.may_cast(&id, resolution).is_ok()) else {
            return Ok(false);
        };
        let ballot = self.sign_ballot(id, resolution, adopt)?;
        let sent = ballot.id();
        self.publish(id, vec![ballot], now).await?;
        Ok(self.committee(&id)?.book.contains(&sent))
    }

    /// Whether the vote key said something on a resolution that this desk does not remember.
    pub(crate) fn has_strange_ballot(&self, id: &CommitteeId) -> Result<bool, DeskError> {
        let keys = self.keys(id)?;
        let (committee, Some(vote)) = (self.committee(id)?, keys.vote.as_ref()) else { return Ok(false) };
        let own =
            |ballot: &BookId| committee.book.object(ballot).is_some_and(|ballot| ballot.author() == vote.public());
        let strange = |(id, motion): (&BookId, &Motion)| {
            let ballots = [(true, &motion.adopt), (false, &motion.reject)];
            let mine = ballots.iter().filter_map(|(adopt, said)| Some((*adopt, said.get(&committee.me)?)));
            mine.into_iter().any(|(adopt, ballot)| own(ballot) && keys.ballots.on(id) != Some(adopt))
        };
        Ok(committee.state.iter().flat_map(|state| &state.motions).any(strange))
    }

    /// Resolutions of a committee, those under the newest minutes first; only what may still be decided, where `open`.
    pub(crate) fn resolutions(&self, id: &CommitteeId, open: bool) -> Result<Resolutions, DeskError> {
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        let wanted = |(_, motion): &(&BookId, &Motion)| !open || status(motion) == ResolutionStatus::Open;
        let mut ids: Vec<_> =
            state.motions.iter().filter(wanted).map(|(id, motion)| (u32::MAX - motion.no, *id)).collect();
        ids.sort_unstable();
        let shown = ids.iter().take(LISTED).map(|(_, resolution)| self.resolution_view(id, resolution));
        Ok(Resolutions { resolutions: shown.collect::<Result<_, _>>()?, total: ids.len() })
    }

    /// On how many open resolutions this home's owner may say something and has not.
    pub(crate) fn to_vote(&self, committee: &Committee) -> usize {
        let id = committee.id();
        let said = |resolution: &BookId| self.keys(&id).is_ok_and(|keys| keys.ballots.on(resolution).is_some());
        let open = |(_, motion): &(&BookId, &Motion)| status(motion) == ResolutionStatus::Open;
        let motions = committee.state.iter().flat_map(|state| &state.motions).filter(open);
        let waits = |(resolution, motion): &(&BookId, &Motion)| {
            let heard = said(resolution) || self::said(motion, &committee.me).is_some();
            !heard && self.may_cast(&id, resolution).is_ok()
        };
        motions.filter(waits).count()
    }

    /// A resolution by the beginning of its id, of whichever committee.
    pub(crate) fn resolution(&self, resolution: &str) -> Result<ResolutionView, DeskError> {
        let (id, motion) = self.find_resolution(None, resolution)?;
        self.resolution_view(&id, &motion)
    }

    pub(crate) fn find_resolution(
        &self,
        within: Option<CommitteeId>,
        resolution: &str,
    ) -> Result<(CommitteeId, BookId), DeskError> {
        let wanted = |committee: &&Committee| within.is_none_or(|id| committee.id() == id);
        let each = |committee: &Committee| {
            let motions = committee.state.iter().flat_map(|state| state.motions.keys());
            let meant = motions.filter(|motion| has_prefix(*motion, resolution));
            meant.map(|motion| (committee.id(), *motion)).collect::<Vec<_>>()
        };
        one(self.committees.values().filter(wanted).flat_map(each))?.ok_or(DeskError::NoResolution)
    }

    fn resolution_view(&self, id: &CommitteeId, resolution: &BookId) -> Result<ResolutionView, DeskError> {
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(*id))?;
        let motion = state.motions.get(resolution).ok_or(DeskError::NoResolution)?;
        let content = committee.book.object(resolution).map(|object| object.content());
        let Some(Content::Resolution(put)) = content else { return Err(DeskError::NoResolution) };
        let people = |members: &mut dyn Iterator<Item = &MemberId>| -> Vec<Person> {
            members.map(|member| committee.person(member)).collect()
        };
        let heard: BTreeSet<_> = motion.adopt.keys().chain(motion.reject.keys()).collect();
        Ok(ResolutionView {
            id: *resolution,
            committee: *id,
            committee_name: committee.name(),
            no: motion.no,
            author: committee.person(&motion.author),
            title: put.title.clone(),
            text: put.text.clone(),
            deadline: put.deadline,
            status: status(motion),
            signed: people(&mut motion.adopt.keys()),
            against: people(&mut motion.reject.keys()),
            missing: people(&mut motion.voters.iter().filter(|voter| !heard.contains(voter))),
            needed: motion.needed,
            mine: self.keys(id)?.ballots.on(resolution).or(said(motion, &committee.me)),
            may: self.may_cast(id, resolution).is_ok(),
            by_hand: self.goes_by_hand(committee),
        })
    }

    /// What proves an adopted resolution to whoever has nothing else, judged as they will judge it.
    pub(crate) fn certify(&self, resolution: &str) -> Result<CertificateView, DeskError> {
        let (id, motion) = self.find_resolution(None, resolution)?;
        let committee = self.committee(&id)?;
        let state = committee.state.as_ref().filter(|state| state.stands).ok_or(DeskError::Adrift(id))?;
        let certificate = Certificate::of_resolution(&committee.book, state, &motion)?;
        let checkpoint = held_by_enough(state);
        let proof = certificate.verify(checkpoint).map_err(GatherError::from)?;
        Ok(CertificateView { bytes: certificate.bytes().to_vec(), proof, checkpoint })
    }
}

/// What a member said on a resolution, by whatever key. Whoever said both is a cheat, and the first is as good as the
/// other.
fn said(motion: &Motion, member: &MemberId) -> Option<bool> {
    let adopts = motion.adopt.contains_key(member);
    (adopts || motion.reject.contains_key(member)).then_some(adopts)
}

fn status(motion: &Motion) -> ResolutionStatus {
    match (motion.is_adopted(), motion.is_rejected()) {
        (true, _) => ResolutionStatus::Adopted,
        (false, true) => ResolutionStatus::Rejected,
        (false, false) => ResolutionStatus::Open,
    }
}

/// The newest minutes after which enough vote for others to hold fast to, if there are any.
pub(crate) fn held_by_enough(state: &State) -> Option<Checkpoint> {
    held_by_enough_at(state, u32::MAX)
}

/// The same up to a number.
pub(crate) fn held_by_enough_at(state: &State, no: u32) -> Option<Checkpoint> {
    let mut before = state.steps.iter().rev().filter(|step| step.roster.no <= no);
    let enough = before.find(|step| step.roster.voters.len() >= ENOUGH);
    enough.map(|step| Checkpoint { no: step.roster.no, id: step.roster.at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Place, committee};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_ballot_that_a_crash_kept_from_leaving_leaves_when_the_desk_is_back() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        let now = session.node.now().at;
        let step = session.vote_on(&id).unwrap().0;
        let put = |title: &str| {
            Content::Resolution(Resolution {
                under: step.roster.at,
                nonce: [7; 16],
                title: title.into(),
                text: String::new(),
                deadline: None,
            })
        };
        let resolution = session.keys(&id).unwrap().by_vote(put("бірінші")).unwrap().verify().unwrap();
        let motion = resolution.id();
        session.publish(id, vec![resolution], now).await.unwrap();
        // A crash between making what is said durable and sending it.
        session.sign_ballot(id, motion, false).unwrap();
        let mut session = place.session();
        let refused = session.cast(&motion.to_string(), true).await.unwrap_err();
        assert!(matches!(refused, DeskError::Ballot(_)), "{refused}");
        let view = session.resolution(&motion.to_string()).unwrap();
        assert_eq!((view.against.len(), view.signed.len(), view.mine), (1, 0, Some(false)));
        assert!(!session.tend_ballots(id, now).await.unwrap(), "once");
    }
}
