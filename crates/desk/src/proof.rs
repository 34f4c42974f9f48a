//! Certificates that others bring, judged beside what this home knows: its committees' own books, and their names.

use kenes_core::book::{Checkpoint, Seen, State};
use kenes_core::certificate::{Certificate, GatherError};
use kenes_core::ids::CommitteeId;
use kenes_core::op::SignedOp;

use crate::committee::Committee;
use crate::error::DeskError;
use crate::index::Row;
use crate::names::skeleton;
use crate::public::Outside;
use crate::resolutions::held_by_enough_at;
use crate::session::Session;
use crate::view::{AtHome, CertificateView, Judgement};

impl Session {
    /// What a certificate proves to the owner of this home, who may hold fast to other minutes than this desk.
    pub(crate) fn judge(&self, bytes: &[u8], other: Option<Checkpoint>) -> Result<Judgement, DeskError> {
        let certificate = Certificate::decode(bytes)?;
        let id = certificate.committee();
        let inside = self.committees.get(&id).map(|known| (known.state.as_ref(), known.ledger.stand));
        let outside = || self.outside.get(&id).map(|known| (known.state.as_ref(), known.record.stand));
        match inside.or_else(outside) {
            Some((state, stand)) => self.judge_beside(&certificate, state, stand, other),
            None => self.judge_alone(&certificate, other),
        }
    }

    /// What proves the minutes of a number, and all before them, to whoever has nothing else, judged as they will judge
    /// it.
    pub(crate) fn certify_minutes(&self, id: &CommitteeId, no: u32) -> Result<CertificateView, DeskError> {
        let (book, state) = self.belief(id).ok_or(DeskError::Adrift(*id))?;
        let certificate = match Certificate::of_minutes(book, state, no) {
            Err(GatherError::Nothing) => return Err(DeskError::NoMinutes),
            made => made?,
        };
        let checkpoint = held_by_enough_at(state, no);
        let proof = certificate.verify(checkpoint).map_err(GatherError::from)?;
        Ok(CertificateView { bytes: certificate.bytes().to_vec(), proof, checkpoint })
    }

    fn judge_alone(&self, certificate: &Certificate, checkpoint: Option<Checkpoint>) -> Result<Judgement, DeskError> {
        let proof = certificate.verify(checkpoint)?;
        let named = skeleton(&proof.name);
        let alike = |committee: &Committee| !named.is_empty() && skeleton(&committee.name()) == named;
        let followed = |outside: &Outside| !named.is_empty() && skeleton(&outside.name()) == named;
        let known = self.committees.values().any(alike) || self.outside.values().any(followed);
        let home = if known { AtHome::Namesake } else { AtHome::Unknown };
        Ok(Judgement { proof, checkpoint, home })
    }

    /// Where the book has not come here, or not as far as this desk stands, there are the minutes that it holds fast to.
    fn judge_beside(
        &self,
        certificate: &Certificate,
        state: Option<&State>,
        stand: Option<Checkpoint>,
        other: Option<Checkpoint>,
    ) -> Result<Judgement, DeskError> {
        let now = self.node.now().at;
        let reached =
            |signed: &SignedOp, seen: &Seen| self.index.reached(seen, &Row::of(signed.id(), signed.op(), now));
        let (proof, checkpoint) = match state.filter(|state| state.stands) {
            Some(state) => {
                let roster = state.roster();
                let proof = certificate.verify_beside(state, other, reached)?;
                (proof, Some(Checkpoint { no: roster.no, id: roster.at }))
            }
            None => (certificate.verify(stand.into_iter().chain(other))?, stand),
        };
        Ok(Judgement { proof, checkpoint: checkpoint.max(other), home: AtHome::Known })
    }
}
