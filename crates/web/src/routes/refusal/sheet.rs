//! Why a sheet is not signed or can never be minutes, and why someone is out: the same names where it is shown and
//! where it is refused.

use kenes_core::book::{BadSheet, Refusal, SignedFileError, sheet_file};
use kenes_desk::view;

use crate::api::{Cause, Obstacle};

impl Obstacle {
    /// With a detail that the sentence names.
    #[must_use]
    fn detail(mut self, name: &str, value: impl ToString) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self
    }
}

impl From<Cause> for Obstacle {
    fn from(cause: Cause) -> Self {
        Self { cause: cause.name().to_owned(), details: Default::default() }
    }
}

impl From<BadSheet> for Obstacle {
    fn from(bad: BadSheet) -> Self {
        match bad {
            BadSheet::Number => Cause::SheetNumber.into(),
            BadSheet::Nobody(member) => Self::from(Cause::SheetNobody).detail("member", member),
            BadSheet::UsedBefore => Cause::SheetKeyUsed.into(),
            BadSheet::NoVoters => Cause::SheetNoVoters.into(),
            // Reasons that a later book may add are told in English until they are named here.
            _ => Self::from(Cause::Unforeseen).detail("text", bad),
        }
    }
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAVoter => Cause::NotAVoter.into(),
            Refusal::NoSuchSheet => Cause::NoSuchSheet.into(),
            Refusal::Void(bad) => bad.into(),
            Refusal::NotTabled => Cause::NotTabled.into(),
            Refusal::NotJustified => Cause::NotJustified.into(),
            Refusal::PassedOn(round) => Self::from(Cause::PassedOn).detail("round", round),
            Refusal::Voted(round) => Self::from(Cause::Voted).detail("round", round),
            Refusal::NotOwner => Cause::NotOwner.into(),
            Refusal::Tabled => Cause::TabledAnother.into(),
            Refusal::TooFewPasses => Cause::TooFewPasses.into(),
            Refusal::MustCarry(sheet) => Self::from(Cause::MustCarry).detail("sheet", sheet),
            Refusal::NoSuchRound => Cause::NoSuchRound.into(),
            // As above.
            _ => Self::from(Cause::Unforeseen).detail("text", refusal),
        }
    }
}

impl From<SignedFileError> for Obstacle {
    fn from(error: SignedFileError) -> Self {
        match error {
            SignedFileError::Foreign => Cause::FileForeign.into(),
            SignedFileError::Version(found) => Self::from(Cause::FileVersion).detail("found", found),
            SignedFileError::Torn { found, whole } => {
                Self::from(Cause::FileTorn).detail("found", found).detail("whole", whole)
            }
            SignedFileError::Trailing => Cause::FileTrailing.into(),
            SignedFileError::TooLong => Self::from(Cause::FileLong).detail("limit", sheet_file::LONGEST),
            SignedFileError::Form(_) => Cause::FileForm.into(),
            SignedFileError::Altered => Cause::FileAltered.into(),
            SignedFileError::Misplaced => Cause::FileMisplaced.into(),
            SignedFileError::Order => Cause::FileOrder.into(),
            SignedFileError::NoSheet => Cause::FileNoSheet.into(),
            SignedFileError::NoResolution => Cause::FileNoResolution.into(),
            // As above.
            _ => Self::from(Cause::Unforeseen).detail("text", error),
        }
    }
}

impl From<view::Obstacle> for Obstacle {
    fn from(obstacle: view::Obstacle) -> Self {
        match obstacle {
            view::Obstacle::Rule(refusal) => refusal.into(),
            view::Obstacle::NoVoteKey => Cause::VoteKeyMissing.into(),
            view::Obstacle::Forked => Cause::TwoAdopted.into(),
            view::Obstacle::Adrift => Cause::BookShort.into(),
            view::Obstacle::Unsettled => Cause::HomeUnsettled.into(),
        }
    }
}

impl From<&view::Out> for Obstacle {
    fn from(out: &view::Out) -> Self {
        let shown = |person: &view::Person| match person.name.as_str() {
            "" => person.member.to_string(),
            name => name.to_owned(),
        };
        match out {
            view::Out::Removed { no } => Self::from(Cause::RemovedByMinutes).detail("no", no),
            view::Out::Paused { by, .. } => Self::from(Cause::PausedByMember).detail("by", shown(by)),
            view::Out::LetInBy(by) => Self::from(Cause::LetInByOut).detail("by", shown(by)),
            view::Out::Cheated => Cause::SignedTwo.into(),
            view::Out::PausedTwo => Cause::PausedTwo.into(),
        }
    }
}
