//! A resolution that travels as a file: to a voter whom no epoch reaches, and with the ballot back again.

use kenes_core::book::BallotFile;
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

    /// Takes what a file says on a resolution into the book, and passes on what is new in it.
    pub(crate) async fn import_resolution(&mut self, bytes: &[u8]) -> Result<Brought, DeskError> {
        let file = BallotFile::decode(bytes)?;
        let id = file.committee;
        self.pump().await?;
        let now = self.writing_time(id, None)?;
        let committee = self.committee(&id)?;
        let state = committee.state.as_ref().ok_or_else(|| committee.not_in())?;
        if state.step(&file.under).is_none() {
            return Err(DeskError::Unfollowed(state.roster().no));
        }
        let new: Vec<_> =
            file.objects.iter().filter(|object| !committee.book.contains(&object.id())).cloned().collect();
        let (received, duplicate) = (new.len(), file.objects.len() - new.len());
        if received > 0 {
            self.publish(id, new, now).await?;
        }
        self.pump().await?;
        Ok(Brought { resolution: self.resolution_view(&id, &file.resolution)?, received, duplicate })
    }
}
