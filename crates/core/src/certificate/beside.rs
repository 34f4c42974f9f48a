//! Judging a certificate beside the committee's own book, which knows more: newer minutes, and whom a suspension or a
//! cheat has out. None of that is in a certificate: whoever makes one would choose what to leave out, and a file for
//! strangers is no place for the names of the arrested.

use super::judge::removed;
use super::{Caveat, Certificate, CertificateError, Proof, Subject, Word};
use crate::book::{self, Checkpoint, State};
use crate::ids::MemberId;

impl Certificate {
    /// What it proves to whoever stands where `state` does, and may hold fast to others besides. Its chain leads there, or
    /// ends on the way.
    pub fn verify_beside(&self, state: &State, other: Option<Checkpoint>) -> Result<Proof, CertificateError> {
        let stand = Checkpoint { no: state.roster().no, id: state.roster().at };
        let chain = self.chain();
        let held =
            chain.iter().rev().find(|known| known.no <= stand.no).ok_or(CertificateError::WithoutCheckpoint(0))?;
        let own = state.steps.get(held.no as usize).map(|step| step.roster.at);
        if own != Some(held.id) {
            return Err(CertificateError::WithoutCheckpoint(held.no));
        }
        let mut proof = self.verify([Some(*held), other].into_iter().flatten())?;
        self.add_what_is_newer(&mut proof, state, stand)?;
        let votes = |signer: &&MemberId| state.roster().voters.contains_key(signer);
        let out = proof.signers.iter().filter(votes).filter(|signer| state.is_excluded(signer)).count();
        proof.caveats.extend((out > 0).then_some(Caveat::SignersOut(out)));
        Ok(proof)
    }

    /// Where the book goes on beyond the certificate, it is the book that says who is out since.
    fn add_what_is_newer(&self, proof: &mut Proof, state: &State, stand: Checkpoint) -> Result<(), CertificateError> {
        if stand.no <= proof.newest().no {
            return Ok(());
        }
        proof.caveats.retain(|caveat| !matches!(caveat, Caveat::SignersRemoved(_)));
        proof.caveats.extend(removed(proof, state));
        proof.caveats.insert(Caveat::NewerMinutes);
        match &self.subject {
            Subject::Bulletin(op) if book::spoken(state, op.op())?.still => {}
            Subject::Bulletin(_) => drop(proof.caveats.insert(Caveat::NoLongerSpokesperson)),
            Subject::Minutes | Subject::Resolution(_) => {}
        }
        let speaks = matches!(proof.word, Word::Bulletin { .. });
        if !speaks || proof.caveats.contains(&Caveat::NoLongerSpokesperson) {
            proof.caveats.insert(Caveat::SignedLate);
        }
        Ok(())
    }
}
