//! `kenes keys`: a person's own keys, the words that bring them back, and a vote after everything was lost.

use kenes_web::api::{DeskState, OwnKeys, RecoveryWords, Restore, Votes};
use serde::Serialize;

use super::committee::chosen;
use super::init::{already, leave_a_config, show_words};
use crate::args::{KeysCommand, RestoreKeys};
use crate::error::CommandError;
use crate::passphrase;
use crate::render::page::short;
use crate::render::{Page, Style};
use crate::run::Run;

pub(crate) async fn keys(run: &Run, command: KeysCommand) -> Result<(), CommandError> {
    match command {
        KeysCommand::Show => show(run).await,
        KeysCommand::Devices => devices(run).await,
        KeysCommand::Backup => backup(run).await,
        KeysCommand::Restore(args) => restore(run, args).await,
        KeysCommand::Vote { yes } => vote(run, yes).await,
    }
}

async fn show(run: &Run) -> Result<(), CommandError> {
    let keys = run.unlocked().await?.keys().await?;
    run.screen.answer(&keys, |page| {
        nothing_or(page, &keys.keys);
        for own in &keys.keys {
            page.line(Style::Strong, name_of(own));
            page.pair("label-member", &own.member.to_string());
            page.pair("label-device", &own.device.to_string());
            page.say(votes(own.votes), &[]);
            if let Some(asked) = &own.asked_for {
                page.say("keys-asked-for", &[("key", short(asked).into())]);
            }
        }
    })
}

async fn devices(run: &Run) -> Result<(), CommandError> {
    let keys = run.unlocked().await?.keys().await?;
    run.screen.answer(&keys, |page| {
        nothing_or(page, &keys.keys);
        for own in &keys.keys {
            page.line(Style::Strong, name_of(own));
            let words = page.words;
            let row = |device: &_, key: &str| vec![format!("  {device}"), words.text(key)];
            let speaks = |device| row(device, if *device == own.device { "keys-this-device" } else { "keys-speaks" });
            let spoke = own.retired.iter().map(|device| row(device, "keys-speaks-no-longer"));
            page.table(&own.devices.iter().map(speaks).chain(spoke).collect::<Vec<_>>());
        }
    })
}

fn nothing_or(page: &mut Page<'_>, keys: &[OwnKeys]) {
    if keys.is_empty() {
        page.say("committee-none", &[]);
    }
}

fn name_of(own: &OwnKeys) -> &str {
    &own.committee_name
}

const fn votes(votes: Votes) -> &'static str {
    match votes {
        Votes::ByKey => "keys-votes-by-key",
        Votes::ByWords => "keys-votes-by-words",
        Votes::No => "keys-votes-not",
    }
}

#[derive(Serialize)]
struct Backup {
    recovery_words: Vec<String>,
}

async fn backup(run: &Run) -> Result<(), CommandError> {
    let client = run.client().await?;
    let passphrase = passphrase::ask(&run.global, &run.screen.words).await?;
    run.screen.remark("progress-unlocking", &[]);
    let words: RecoveryWords = client.words(passphrase).await?;
    let answer = Backup { recovery_words: words.words.expose().split(' ').map(str::to_owned).collect() };
    run.screen.answer(&answer, |page| {
        page.say("keys-backup", &[]);
        page.gap();
        show_words(page, &words);
    })
}

async fn restore(run: &Run, args: RestoreKeys) -> Result<(), CommandError> {
    run.settings.home.value.create()?;
    let client = run.client().await?;
    let state = client.desk().await?.state;
    if state != DeskState::Uninitialised {
        return Err(already(state));
    }
    let words = passphrase::ask_words(&run.global, &run.screen.words, args.words_file.as_deref()).await?;
    let name = match args.name {
        Some(name) => name,
        None => run.ask("ask-name").await?,
    };
    let passphrase = passphrase::ask_new(&run.global, &run.screen.words).await?;
    run.screen.remark("progress-sealing", &[]);
    let desk = client.restore(&Restore { passphrase, name, words }).await?;
    leave_a_config(run)?;
    run.screen.answer(&desk, |page| {
        page.say_in(Style::Good, "keys-restored", &[]);
        page.say("keys-restored-next", &[]);
    })
}

async fn vote(run: &Run, yes: bool) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    run.confirm(yes, "ask-vote-by-words", "NOTHING").await?;
    let committee = client.vote_by_words(&committee.id).await?;
    run.screen.answer(&committee, |page| page.say_in(Style::Good, "keys-votes-by-words", &[]))
}
