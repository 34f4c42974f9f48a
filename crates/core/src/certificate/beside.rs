//! Judging a certificate beside the committee's own book, which knows more: newer minutes, and whom a suspension or a
//! cheat has out. None of that is in a certificate: whoever makes one would choose what to leave out, and a file for
//! strangers is no place for the names of the arrested.

use super::judge::removed;
use super::{Caveat, Certificate, CertificateError, Proof, Subject, Word};
use crate::book::{self, Checkpoint, Reached, Seen, State};
use crate::ids::MemberId;
use crate::op::SignedOp;

impl Certificate {
    /// What it proves to whoever stands where `state` does, and may hold fast to others besides. Its chain leads there, or
    /// ends on the way. Of a bulletin `reached` says whether it is the op that minutes named or one before it.
    pub fn verify_beside(
        &self,
        state: &State,
        other: Option<Checkpoint>,
        reached: impl Fn(&SignedOp, &Seen) -> Reached,
    ) -> Result<Proof, CertificateError> {
        let stand = Checkpoint { no: state.roster().no, id: state.roster().at };
        let chain = self.chain();
        let held =
            chain.iter().rev().find(|known| known.no <= stand.no).ok_or(CertificateError::WithoutCheckpoint(0))?;
        let own = state.steps.get(held.no as usize).map(|step| step.roster.at);
        if own != Some(held.id) {
            return Err(CertificateError::WithoutCheckpoint(held.no));
        }
        let mut proof = self.verify([Some(*held), other].into_iter().flatten())?;
        if stand.no >= proof.newest().no {
            self.date(&mut proof, state, reached)?;
            self.add_what_is_newer(&mut proof, state, stand);
        }
        let votes = |signer: &&MemberId| state.roster().voters.contains_key(signer);
        let out = proof.signers.iter().filter(votes).filter(|signer| state.is_excluded(signer)).count();
        proof.caveats.extend((out > 0).then_some(Caveat::SignersOut(out)));
        Ok(proof)
    }

    /// Whether a bulletin came before its author's office ended, where that is known here.
    fn date(
        &self,
        proof: &mut Proof,
        state: &State,
        reached: impl Fn(&SignedOp, &Seen) -> Reached,
    ) -> Result<(), CertificateError> {
        let Subject::Bulletin(signed) = &self.subject else { return Ok(()) };
        let op = signed.op();
        let spoken = book::spoken_by(state, &op.device, op.time, |seen| reached(signed, seen))?;
        if let Word::Bulletin { ended, .. } = &mut proof.word {
            *ended = spoken.ended;
        }
        let caveats =
            [(!spoken.still, Caveat::NoLongerSpokesperson), (spoken.reached != Reached::Yes, Caveat::Undated)];
        for (holds, caveat) in caveats {
            let _ = if holds { proof.caveats.insert(caveat) } else { proof.caveats.remove(&caveat) };
        }
        Ok(())
    }

    /// Where the book goes on beyond the certificate, it is the book that says who is out since.
    fn add_what_is_newer(&self, proof: &mut Proof, state: &State, stand: Checkpoint) {
        if stand.no <= proof.newest().no {
            return;
        }
        proof.caveats.retain(|caveat| !matches!(caveat, Caveat::SignersRemoved(_)));
        proof.caveats.extend(removed(proof, state));
        proof.caveats.insert(Caveat::NewerMinutes);
        let speaks = matches!(proof.word, Word::Bulletin { .. });
        if !speaks || proof.caveats.contains(&Caveat::NoLongerSpokesperson) {
            proof.caveats.insert(Caveat::SignedLate);
        }
    }
}
