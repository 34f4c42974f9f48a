//! `kenes bulletin`: write, read, answer, correct, take back, and hear of new ones.

mod reading;
mod watching;
mod writing;

use std::path::Path;

use kenes_web::api::{BulletinStatus, MarkRead};

use crate::args::{BulletinCommand, ListBulletins};
use crate::commands::resolution;
use crate::error::CommandError;
use crate::run::Run;

pub(crate) async fn bulletin(run: &Run, command: BulletinCommand) -> Result<(), CommandError> {
    match command {
        BulletinCommand::Post(args) => writing::post(run, args.writing, args.reply_to).await,
        BulletinCommand::Reply(args) => writing::post(run, args.writing, Some(args.id)).await,
        BulletinCommand::Correct(args) => writing::correct(run, args).await,
        BulletinCommand::Retract(args) => writing::retract(run, args).await,
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
    // Whoever asks for what was corrected reads what it says now beside it.
    let newest = match &bulletin.corrected_by {
        Some(newest) => client.bulletin(&newest.to_string()).await.ok(),
        None => None,
    };
    run.screen.answer(&bulletin, |page| {
        reading::show(page, &bulletin);
        newest.iter().for_each(|newest| reading::now_reads(page, newest));
    })?;
    if let Err(error) = client.mark_read(&MarkRead { ids: vec![bulletin.id] }).await {
        // Whoever has read it has read it, also where that cannot be written down.
        let error = CommandError::from(error).message(&run.screen.words);
        run.screen.remark("note-not-marked", &[("cause", error.into())]);
    }
    Ok(())
}

/// The certificate of a public bulletin, in a file.
async fn save(run: &Run, id: &str, path: &Path) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let made = client.bulletin_certificate(id).await?;
    resolution::hand_out(run, &made, path)?;
    match client.bulletin(id).await?.status {
        BulletinStatus::Corrected => run.screen.remark("note-saved-corrected", &[]),
        BulletinStatus::Retracted => run.screen.remark("note-saved-retracted", &[]),
        BulletinStatus::Current | BulletinStatus::Expired => {}
    }
    Ok(())
}
