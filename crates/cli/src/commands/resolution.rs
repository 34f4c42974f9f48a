//! `kenes resolution`: put one, say yes or no, see who has said what, carry it by hand, and take away what proves it.

mod carried;
mod shown;

use std::path::Path;

use data_encoding::BASE64;
use kenes_core::book::LONGEST_MOTION;
use kenes_web::api::{Ballot, Certified, NewResolution, Proof, Resolution, ResolutionsQuery};
use serde::Serialize;

use crate::args::{Choice, ProposeResolution, ResolutionCommand};
use crate::commands::committee::{chosen, within};
use crate::commands::{file, text};
use crate::error::CommandError;
use crate::render::Style;
use crate::run::Run;

pub(crate) async fn resolution(run: &Run, command: ResolutionCommand) -> Result<(), CommandError> {
    match command {
        ResolutionCommand::Propose(args) => propose(run, args).await,
        ResolutionCommand::Vote { id, choice, yes } => vote(run, &id, choice, yes).await,
        ResolutionCommand::List { open } => list(run, open).await,
        ResolutionCommand::Show { id } => show(run, &id).await,
        ResolutionCommand::Export { id, file } => carried::export(run, &id, &file).await,
        ResolutionCommand::Import { file } => carried::import(run, &file).await,
        ResolutionCommand::Certificate { id, file } => certificate(run, &id, &file).await,
    }
}

async fn propose(run: &Run, args: ProposeResolution) -> Result<(), CommandError> {
    let text = text::given(run, args.text.as_deref(), args.file.as_deref(), LONGEST_MOTION).await?;
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?.id;
    let lasts = args.until.map(|lifetime| lifetime.0);
    let put = client.put_resolution(&NewResolution { committee, title: args.title, text, lasts }).await?;
    run.screen.answer(&put, |page| {
        page.say_in(Style::Good, "resolution-put", &[]);
        shown::standing(page, &put);
        if !client.is_remote() {
            page.say("bulletin-waits", &[]);
        }
    })
}

/// Shows what is voted on, and asks whether it is meant: what was said stays said.
async fn vote(run: &Run, id: &str, choice: Choice, yes: bool) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let asked = client.resolution(id, within(run, client).await?).await?;
    let adopt = choice == Choice::Adopt;
    if !yes && run.has_someone_to_ask() {
        run.screen.preview(|page| shown::show(page, &asked));
        let (question, word) = if adopt { ("ask-adopt", "ADOPT") } else { ("ask-reject", "REJECT") };
        run.confirm(false, question, word).await?;
    }
    let cast = client.cast(&asked.id.to_string(), Ballot { adopt }).await?;
    run.screen.answer(&cast, |page| {
        page.say_in(Style::Good, if adopt { "resolution-for" } else { "resolution-against" }, &[]);
        shown::standing(page, &cast);
        if !client.is_remote() {
            page.say("bulletin-waits", &[]);
        }
    })
}

async fn list(run: &Run, open: bool) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?.id;
    let found = client.resolutions(&ResolutionsQuery { committee, open }).await?;
    run.screen.answer(&found, |page| shown::list(page, &found))
}

async fn show(run: &Run, id: &str) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let found: Resolution = client.resolution(id, within(run, client).await?).await?;
    run.screen.answer(&found, |page| shown::show(page, &found))
}

/// What scripts are told of a certificate that was made.
#[derive(Serialize)]
struct Saved<'a> {
    file: String,
    bytes: usize,
    #[serde(flatten)]
    proof: &'a Proof,
}

async fn certificate(run: &Run, id: &str, path: &Path) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let made = client.certify(id, within(run, client).await?).await?;
    hand_out(run, &made, path)
}

/// Writes a certificate to a file that is not there yet, and says which words to give by another way.
pub(crate) fn hand_out(run: &Run, made: &Certified, path: &Path) -> Result<(), CommandError> {
    let bytes = BASE64.decode(made.certificate.as_bytes()).map_err(CommandError::failed)?;
    file::save(path, &bytes)?;
    if path.as_os_str() == "-" {
        return Ok(());
    }
    let saved = Saved { file: path.display().to_string(), bytes: bytes.len(), proof: &made.proof };
    run.screen.answer(&saved, |page| {
        page.say_in(Style::Good, "certificate-saved", &[("path", saved.file.as_str().into())]);
        shown::to_compare(page, made.checkpoint.as_ref());
    })
}
