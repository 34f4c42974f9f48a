//! `kenes bulletin watch`: each new bulletin as it is opened, and a command of the owner's for each. Watching keeps no
//! desk open: locked, it waits, and shows what came meanwhile once the desk is open again.

use std::process::Stdio;

use kenes_web::api::{Bulletin, DeskState, Event};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::reading;
use crate::args::WatchBulletins;
use crate::commands::committee::within;
use crate::error::{CommandError, OwnKind};
use crate::run::Run;

pub(super) async fn watch(run: &Run, args: WatchBulletins) -> Result<(), CommandError> {
    if run.running().await.is_none() {
        return Err(CommandError::new(OwnKind::NeedsUp));
    }
    let client = run.unlocked().await?;
    let only = within(run, client).await?;
    let mut events = client.events().await?;
    run.screen.remark("watch-begins", &[]);
    while let Some(event) = events.next().await? {
        match event {
            Event::Bulletin { bulletin } if only.is_none_or(|only| only == bulletin.committee) => {
                run.screen.answer_one_of_many(&bulletin, |page| reading::show(page, &bulletin))?;
                if let Some(command) = &args.exec {
                    execute(run, command, &bulletin).await?;
                }
            }
            Event::Desk { state: DeskState::Locked } => run.screen.remark("watch-locked", &[]),
            Event::Desk { state: DeskState::Unlocked } => run.screen.remark("watch-unlocked", &[]),
            Event::Missed { count } => run.screen.remark("watch-missed", &[("count", count.into())]),
            // Other events are other readers'.
            _ => {}
        }
    }
    Err(CommandError::new(OwnKind::Unreachable))
}

/// Runs `command` with the bulletin as JSON on its standard input. Nothing that others wrote gets into a command line
/// or the environment but the id.
async fn execute(run: &Run, command: &str, bulletin: &Bulletin) -> Result<(), CommandError> {
    let document = serde_json::to_vec(bulletin).map_err(CommandError::failed)?;
    let mut child = Command::new("sh")
        .args(["-c", command])
        .env("KENES_BULLETIN", bulletin.id.to_string())
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(CommandError::failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input is welcome not to.
        let _ = stdin.write_all(&document).await;
    }
    let ended = child.wait().await.map_err(CommandError::failed)?;
    if !ended.success() {
        run.screen.remark("watch-command-failed", &[("code", ended.code().unwrap_or(-1).into())]);
    }
    Ok(())
}
