//! `kenes unlock` and `kenes lock`: the desk of the process that runs `kenes up`.

use kenes_web::api::DeskState;
use kenes_web::client::Client;

use crate::error::{CommandError, OwnKind};
use crate::passphrase;
use crate::run::Run;

pub(crate) async fn unlock(run: &Run) -> Result<(), CommandError> {
    let client = served(run).await?;
    let mut desk = client.desk().await?;
    if desk.state != DeskState::Unlocked {
        let passphrase = passphrase::ask(&run.global, &run.screen.words).await?;
        run.screen.remark("progress-unlocking", &[]);
        desk = client.unlock(passphrase).await?;
    }
    run.screen.answer(&desk, |page| page.say("desk-unlocked", &[]))
}

pub(crate) async fn lock(run: &Run) -> Result<(), CommandError> {
    let desk = served(run).await?.lock().await?;
    run.screen.answer(&desk, |page| page.say("desk-locked", &[]))
}

/// Locking and unlocking mean something only to a process that stays.
async fn served(run: &Run) -> Result<Client, CommandError> {
    run.running().await.ok_or_else(|| CommandError::new(OwnKind::NeedsUp))
}
