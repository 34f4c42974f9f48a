//! A resolution that travels as a file: to a voter whom no epoch reaches, and with the ballot back again.

use kenes_core::book::{BallotFile, SignedObject};
use kenes_core::envelope::Verified;
use kenes_core::ids::BookId;

use crate::error::DeskError;
use crate::session::Session;
use crate::view::Brought;

impl Session {
    /// A resolution with what was said on it.
    pub(crate) fn export_resolution(&self, resolution: &BookId) -> Result<Vec<u8>, DeskError> {
        let (id, motion) = self.find_resolution(None, &resolution.to_string())?;
        let committee = self.committee(&id)?;
        let known = committee.state.as_ref().and_then(|state| state.motions.get(&motion));
        let file = known.and_then(|known| BallotFile::of(&committee.book, &motion, known));
        Ok(file.ok_or(DeskError::NoResolution)?.encode()?)
    }

    /// Takes what voters say on a resolution in a file into the book, and passes on what is new in it.
    pub(crate) async fn import_resolution(&mut self, bytes: &[u8]) -> Result<Brought, DeskError> {
        let file = BallotFile::decode(bytes)?;
        let id = file.committee;
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        let committee = self.committee(&id)?;
        let state = committee.state.as_ref().ok_or_else(|| committee.not_in())?;
        let step = state.step(&file.under).ok_or(DeskError::Unfollowed(state.roster().no))?;
        let known = |object: &Verified<SignedObject>| committee.book.contains(&object.id());
        let (known, new): (Vec<_>, Vec<_>) = file.by_voters(&step.roster).into_iter().partition(known);
        let (received, duplicate) = (new.len(), known.len());
        if received > 0 {
            self.publish(id, new, now).await?;
        }
        self.pump().await?;
        Ok(Brought { resolution: self.resolution_view(&id, &file.resolution)?, received, duplicate })
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::book::{Ballot, Content, SheetFile, Vote};
    use kenes_core::sign::SigningKey;
    use kenes_node::Arrival;

    use super::*;
    use crate::fixture::{Place, committee};
    use crate::view::{NewResolution, Proposal};

    /// As many keys as nobody has.
    fn strangers(many: u32) -> impl Iterator<Item = SigningKey> {
        (0..many).map(|n| SigningKey::from_seed(std::array::from_fn(|at| n.to_le_bytes()[at % 4] ^ 0x5a)))
    }

    /// How much a desk keeps in its book, and of how many envelopes its node has.
    fn kept(session: &Session, id: kenes_core::ids::CommitteeId) -> (usize, usize) {
        let carried = session.node.read_after(Arrival::START, 10_000).unwrap().len();
        (session.committees[&id].book.len(), carried)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_a_file_only_what_voters_signed_is_taken_and_passed_on() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        let new = NewResolution { committee: id, title: "жиын".into(), text: "ереуіл".into(), lasts: None };
        let resolution = session.put_resolution(new).await.unwrap().id;
        session.pump().await.unwrap();
        let before = kept(&session, id);
        let mut file = BallotFile::decode(&session.export_resolution(&resolution).unwrap()).unwrap();
        let said = Content::Ballot(Ballot { resolution, adopt: true });
        let ballots = strangers(1000).map(|key| SignedObject::sign(id, said.clone(), &key).unwrap().verify().unwrap());
        file.objects.extend(ballots);
        file.objects.sort_unstable_by_key(|object| (object.kind(), object.id()));
        let brought = session.import_resolution(&file.encode().unwrap()).await.unwrap();
        assert_eq!((brought.received, brought.duplicate, brought.resolution.signed.len()), (0, 2, 1));
        assert_eq!(kept(&session, id), before);
        // The same of a sheet.
        let policy = Proposal::Policy { quorum: None, history: None, retention_days: Some(9) };
        let sheet = session.propose(id, vec![policy]).await.unwrap().id;
        let before = kept(&session, id);
        let mut file = SheetFile::decode(&session.export_sheet(&id, &sheet.to_string()).unwrap()).unwrap();
        let vote = file.objects.iter().find_map(|object| match object.content() {
            Content::Vote(vote) => Some(*vote),
            _ => None,
        });
        let Vote { prev, round, minutes, offer } = vote.unwrap();
        let vote = Content::Vote(Vote { prev, round, minutes, offer });
        let votes = strangers(1000).map(|key| SignedObject::sign(id, vote.clone(), &key).unwrap().verify().unwrap());
        file.objects.extend(votes);
        file.objects.sort_unstable_by_key(|object| (object.kind(), object.id()));
        let brought = session.import_sheet(&file.encode().unwrap()).await.unwrap();
        assert_eq!((brought.received, brought.duplicate, brought.minutes.signed.len()), (0, 3, 1));
        assert_eq!(kept(&session, id), before);
    }
}
