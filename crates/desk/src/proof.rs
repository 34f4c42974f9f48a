//! Certificates that others bring, judged beside what this home knows: its committees' own books, and their names.

use kenes_core::book::Checkpoint;
use kenes_core::certificate::Certificate;

use crate::committee::Committee;
use crate::error::DeskError;
use crate::names::skeleton;
use crate::session::Session;
use crate::view::{AtHome, Judgement};

impl Session {
    /// What a certificate proves to the owner of this home.
    pub(crate) fn judge(&self, bytes: &[u8]) -> Result<Judgement, DeskError> {
        let certificate = Certificate::decode(bytes)?;
        match self.committees.get(&certificate.committee()) {
            Some(known) => judge_beside(&certificate, known),
            None => self.judge_alone(&certificate),
        }
    }

    fn judge_alone(&self, certificate: &Certificate) -> Result<Judgement, DeskError> {
        let proof = certificate.verify(None)?;
        let named = skeleton(&proof.name);
        let alike = |committee: &Committee| !named.is_empty() && skeleton(&committee.name()) == named;
        let home = if self.committees.values().any(alike) { AtHome::Namesake } else { AtHome::Unknown };
        Ok(Judgement { proof, checkpoint: None, home })
    }
}

/// Where the book has not come here, or not as far as this desk stands, there are the minutes that it holds fast to.
fn judge_beside(certificate: &Certificate, known: &Committee) -> Result<Judgement, DeskError> {
    let (proof, checkpoint) = match known.state.as_ref().filter(|state| state.stands) {
        Some(state) => {
            let roster = state.roster();
            (certificate.verify_beside(state)?, Some(Checkpoint { no: roster.no, id: roster.at }))
        }
        None => (certificate.verify(known.ledger.stand)?, known.ledger.stand),
    };
    Ok(Judgement { proof, checkpoint, home: AtHome::Known })
}
