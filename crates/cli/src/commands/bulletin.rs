//! `kenes bulletin`: write, read, answer, and hear of new ones.

mod reading;
mod watching;
mod writing;

use std::path::Path;

use kenes_web::api::MarkRead;

use crate::args::{BulletinCommand, ListBulletins};
use crate::commands::resolution;
use crate::error::CommandError;
use crate::run::Run;

pub(crate) async fn bulletin(run: &Run, command: BulletinCommand) -> Result<(), CommandError> {
    match command {
        BulletinCommand::Post(args) => writing::post(run, args.writing, args.reply_to).await,
        BulletinCommand::Reply(args) => writing::post(run, args.writing, Some(args.id)).await,
        BulletinCommand::List(args) => list(run, args).await,
        BulletinCommand::Show { id } => show(run, &id).await,
        BulletinCommand::Save { id, path } => save(run, &id, &path).await,
        BulletinCommand::Watch(args) => watching::watch(run, args).await,
    }
}

async fn list(run: &Run, args: ListBulletins) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let query = reading::query(run, client, &args).await?;
    let bulletins = reading::all(client, query).await?;
    run.screen.answer(&bulletins, |page| reading::list(page, &bulletins))
}

async fn show(run: &Run, id: &str) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let bulletin = client.bulletin(id).await?;
    run.screen.answer(&bulletin, |page| reading::show(page, &bulletin))?;
    if let Err(error) = client.mark_read(&MarkRead { ids: vec![bulletin.id] }).await {
        // Whoever has read it has read it, also where that cannot be written down.
        let error = CommandError::from(error).message(&run.screen.words);
        run.screen.remark("note-not-marked", &[("cause", error.into())]);
    }
    Ok(())
}

/// The certificate of a public bulletin, in a file.
async fn save(run: &Run, id: &str, path: &Path) -> Result<(), CommandError> {
    let made = run.unlocked().await?.bulletin_certificate(id).await?;
    resolution::hand_out(run, &made, path)
}
