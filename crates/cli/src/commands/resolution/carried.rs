//! `kenes resolution export` and `import`: a resolution carried by hand, to whom nothing else reaches, and the ballot back.

use std::path::Path;

use data_encoding::BASE64;
use kenes_core::book::sheet_file::LONGEST;
use serde::Serialize;

use super::shown;
use crate::commands::committee::within;
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

pub(super) async fn export(run: &Run, id: &str, path: &Path) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let made = client.export_resolution(id, within(run, client).await?).await?;
    let bytes = BASE64.decode(made.file.as_bytes()).map_err(CommandError::failed)?;
    file::save(path, &bytes)?;
    if path.as_os_str() == "-" {
        return Ok(());
    }
    let saved = Saved { file: path.display().to_string(), bytes: bytes.len() };
    run.screen.answer(&saved, |page| {
        page.say_in(Style::Good, "minutes-saved", &[("path", saved.file.as_str().into())]);
        page.say("resolution-saved-open", &[]);
    })
}

pub(super) async fn import(run: &Run, path: &Path) -> Result<(), CommandError> {
    let path = path.to_owned();
    let bytes = aside(move || file::read(&path, LONGEST)).await?;
    let brought = run.unlocked().await?.import_resolution(&bytes).await?;
    run.screen.answer(&brought, |page| {
        let counts = [("received", brought.received.into()), ("duplicate", brought.duplicate.into())];
        page.say("minutes-brought", &counts);
        shown::show(page, &brought.resolution);
    })
}
