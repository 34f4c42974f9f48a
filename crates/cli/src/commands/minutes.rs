//! `kenes minutes`: what the committee decides, put, signed and shown.

mod carried;
mod propose;
pub(crate) mod sheet;

use std::path::Path;

use kenes_web::api::{Minutes, MinutesQuery, Sheet, SheetStatus};
use kenes_web::client::Client;

use crate::args::{MinutesCommand, SignSheet};
use crate::commands::committee::chosen;
use crate::commands::resolution::hand_out;
use crate::error::CommandError;
use crate::render::page::short;
use crate::render::{Page, Style};
use crate::run::Run;

pub(crate) async fn minutes(run: &Run, command: MinutesCommand) -> Result<(), CommandError> {
    match command {
        MinutesCommand::Propose(args) => propose::propose(run, *args).await,
        MinutesCommand::Sign(args) => sign(run, args).await,
        MinutesCommand::Pass(args) => pass(run, args).await,
        MinutesCommand::Stand(args) => stand(run, args).await,
        MinutesCommand::List { open } => list(run, open).await,
        MinutesCommand::Show { which } => show(run, which).await,
        MinutesCommand::Key => key(run).await,
        MinutesCommand::Certificate { no, file } => certificate(run, no, &file).await,
        MinutesCommand::Export { sheet, file } => carried::export(run, &sheet, &file).await,
        MinutesCommand::Import { file } => carried::import(run, &file).await,
    }
}

async fn list(run: &Run, open: bool) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let list = client.minutes(MinutesQuery { committee: committee.id, open }).await?;
    run.screen.answer(&list, |page| {
        if list.minutes.is_empty() {
            page.say(if open { "minutes-none-open" } else { "minutes-none" }, &[]);
        }
        for (n, minutes) in list.minutes.iter().enumerate() {
            if n > 0 {
                page.gap();
            }
            sheet::describe(page, minutes);
        }
    })
}

async fn show(run: &Run, which: String) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let minutes = client.minutes_of(committee.id, &which).await?;
    run.screen.answer(&minutes, |page| sheet::describe(page, &minutes))
}

async fn certificate(run: &Run, no: u32, path: &Path) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    hand_out(run, &client.certify_minutes(committee.id, no).await?, path)
}

/// Has the owner look at a sheet, and say that it is meant, before this desk signs something about it.
async fn meant(run: &Run, client: &Client, args: SignSheet, question: &str, word: &str) -> Result<Sheet, CommandError> {
    let committee = chosen(run, client).await?.id;
    let minutes = client.minutes_of(committee, &args.sheet).await?;
    if !args.yes && run.has_someone_to_ask() {
        run.screen.preview(|page| sheet::describe(page, &minutes));
        run.confirm(false, question, word).await?;
    }
    Ok(Sheet { committee, id: minutes.id.to_string() })
}

async fn sign(run: &Run, args: SignSheet) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let sheet = meant(run, client, args, "ask-sign", "SIGN").await?;
    let signed = client.sign(&sheet).await?;
    run.screen.answer(&signed, |page| outcome(page, &signed))
}

async fn pass(run: &Run, args: SignSheet) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let sheet = meant(run, client, args, "ask-pass", "PASS").await?;
    let passed = client.pass(&sheet).await?;
    run.screen.answer(&passed, |page| {
        page.say_in(Style::Good, "minutes-passed", &[]);
        outcome(page, &passed);
    })
}

async fn stand(run: &Run, args: SignSheet) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let sheet = meant(run, client, args, "ask-stand", "STAND").await?;
    let stood = client.stand(&sheet).await?;
    run.screen.answer(&stood, |page| {
        page.say_in(Style::Good, "minutes-stands", &[("no", stood.no.into()), ("id", short(&stood.id).into())]);
        page.say("minutes-stands-alone", &[]);
    })
}

async fn key(run: &Run) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let asked = client.ask_for_key(committee.id).await?;
    run.screen.answer(&asked, |page| {
        page.say("minutes-key-asked", &[("key", short(&asked.key).into())]);
        page.compare(&asked.words);
        page.say("minutes-key-next", &[]);
    })
}

/// What an act led to: adopted, or how many are still needed.
fn outcome(page: &mut Page<'_>, minutes: &Minutes) {
    match minutes.status {
        SheetStatus::Adopted => page.say_in(Style::Good, "minutes-adopted", &[("no", minutes.no.into())]),
        SheetStatus::Open | SheetStatus::Superseded | SheetStatus::Contested | SheetStatus::Void => {
            sheet::describe(page, minutes);
        }
    }
}
