//! `kenes minutes export` and `import`: a sheet carried by hand, to whom nothing else reaches, and the vote back again.

use std::path::Path;

use data_encoding::BASE64;
use kenes_core::book::sheet_file::LONGEST;
use serde::Serialize;

use super::outcome;
use crate::commands::committee::chosen;
use crate::commands::file;
use crate::error::CommandError;
use crate::render::Style;
use crate::run::Run;
use crate::terminal::aside;

/// What scripts are told of a file that was made.
#[derive(Serialize)]
struct Saved {
    file: String,
    bytes: usize,
}

pub(super) async fn export(run: &Run, sheet: &str, path: &Path) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let made = client.export_sheet(committee.id, sheet).await?;
    let bytes = BASE64.decode(made.file.as_bytes()).map_err(CommandError::failed)?;
    file::save(path, &bytes)?;
    if path.as_os_str() == "-" {
        return Ok(());
    }
    let saved = Saved { file: path.display().to_string(), bytes: bytes.len() };
    run.screen.answer(&saved, |page| {
        page.say_in(Style::Good, "minutes-saved", &[("path", saved.file.as_str().into())]);
        page.say("minutes-saved-open", &[]);
    })
}

pub(super) async fn import(run: &Run, path: &Path) -> Result<(), CommandError> {
    let path = path.to_owned();
    let bytes = aside(move || file::read(&path, LONGEST)).await?;
    let imported = run.unlocked().await?.import_sheet(&bytes).await?;
    run.screen.answer(&imported, |page| {
        page.say(
            "minutes-brought",
            &[("received", imported.received.into()), ("duplicate", imported.duplicate.into())],
        );
        outcome(page, &imported.minutes);
    })
}
