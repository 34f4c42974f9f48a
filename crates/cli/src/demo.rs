//! `kenes demo`: a whole story on this machine.

use crate::error::{CommandError, OwnKind};
use crate::run::Run;

pub(crate) async fn demo(_run: &Run) -> Result<(), CommandError> {
    Err(CommandError::new(OwnKind::StoryBroke).detail("step", "0"))
}
