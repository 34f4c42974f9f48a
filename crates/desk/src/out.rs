//! Who is out of what is written from now on, and by what: for screens, and for the refusals of whoever is out.

use kenes_core::book::{Cause, Exclusion, Ground, State};
use kenes_core::ids::MemberId;

use crate::committee::Committee;
use crate::error::DeskError;
use crate::view::{Out, Standing};

impl Committee {
    /// Everything that has a member out as a whole.
    pub(crate) fn outs(&self, member: &MemberId) -> Vec<Out> {
        let Some(state) = &self.state else { return vec![] };
        let theirs = state.exclusions.iter().filter(|exclusion| exclusion.member == *member);
        theirs.filter_map(|exclusion| self.out(state, exclusion)).collect()
    }

    fn out(&self, state: &State, exclusion: &Exclusion) -> Option<Out> {
        Some(match exclusion.cause {
            Cause::Removed => match exclusion.by {
                Ground::Minutes(by) => Out::Removed { no: by.no },
                Ground::Act(_) => Out::Removed { no: state.roster().no },
            },
            Cause::Suspended { by, because } => Out::Paused { by: self.person(&by), because },
            Cause::LetInBy(by) => Out::LetInBy(self.person(&by)),
            Cause::Cheated => Out::Cheated,
            Cause::TwoUnderOneNumber => Out::PausedTwo,
            Cause::Recalled(_) | Cause::KeyReplaced(_) => return None,
        })
    }

    /// The refusal for whoever takes no part: out, by this or that, or not let in yet.
    pub(crate) fn not_in(&self) -> DeskError {
        let pending = self.standing() == Standing::Pending;
        let out = self.outs(&self.me).into_iter().next().filter(|_| !pending);
        out.map_or(DeskError::NotIn(self.id()), |out| DeskError::Out(Box::new(out)))
    }

    /// The refusal for whoever may not do this: out, or simply nobody to whom the book allows it.
    pub(crate) fn not_allowed(&self) -> DeskError {
        match self.not_in() {
            out @ DeskError::Out(_) => out,
            _ => DeskError::NotAllowed(self.id()),
        }
    }
}
