//! A sheet that travels as a file: to a voter whom no epoch reaches, and with the vote back again.

use kenes_core::book::{SheetFile, SignedObject};
use kenes_core::envelope::Verified;
use kenes_core::ids::CommitteeId;

use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::view::{DeskEvent, Imported};

impl Session {
    /// A sheet with what was signed about it, by the beginning of its id or by the number of adopted minutes.
    pub(crate) fn export_sheet(&self, id: &CommitteeId, which: &str) -> Result<Vec<u8>, DeskError> {
        let meant = self.find_minutes(id, which)?.id;
        let committee = self.committee(id)?;
        let state = committee.state.as_ref().ok_or_else(|| committee.not_in())?;
        let step = state.steps.iter().rev().find(|step| step.sheets.contains_key(&meant));
        let file = step.and_then(|step| SheetFile::of(&committee.book, step, &meant));
        Ok(file.ok_or(DeskError::NoMinutes)?.encode()?)
    }

    /// Takes what voters signed about a sheet in a file into the book, and passes on what is new in it.
    pub(crate) async fn import_sheet(&mut self, bytes: &[u8]) -> Result<Imported, DeskError> {
        let file = SheetFile::decode(bytes)?;
        let id = file.committee;
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        let committee = self.committee(&id)?;
        let state = committee.state.as_ref().ok_or_else(|| committee.not_in())?;
        let step = state.step(&file.prev).ok_or(DeskError::Unfollowed(state.roster().no))?;
        let (objects, names) = file.by_voters(&step.roster);
        let known = |object: &Verified<SignedObject>| committee.book.contains(&object.id());
        let (known, new): (Vec<_>, Vec<_>) = objects.into_iter().partition(known);
        let (received, duplicate) = (new.len(), known.len());
        let mut work = Work { touched: [id].into(), events: vec![DeskEvent::Committee(id)], ..Work::default() };
        let vault = self.vault.clone();
        self.committee_mut(&id)?.keep_names(names, &vault, &mut work.batch)?;
        self.commit(work).await?;
        if received > 0 {
            self.publish(id, new, now).await?;
        }
        self.pump().await?;
        Ok(Imported { committee: id, minutes: self.minutes_view(&id, &file.sheet)?, received, duplicate })
    }
}
