//! `kenes init`: a keystore for whoever reads here, and the words that bring it back.

use kenes_web::api::{DeskState, Init, RecoveryWords};
use serde::Serialize;

use crate::args;
use crate::error::CommandError;
use crate::passphrase;
use crate::render::{Page, Style};
use crate::run::Run;

#[derive(Serialize)]
struct Answer {
    home: String,
    recovery_words: Vec<String>,
}

pub(crate) async fn init(run: &Run, args: args::Init) -> Result<(), CommandError> {
    let client = run.client().await?;
    if client.desk().await?.state != DeskState::Uninitialised {
        return Err(already(client.desk().await?.state));
    }
    let name = match args.name {
        Some(name) => name,
        None => run.ask("ask-name")?,
    };
    let passphrase = passphrase::ask_new(&run.global, &run.screen.words)?;
    run.screen.remark("progress-sealing", &[]);
    let words = client.init(&Init { passphrase, name }).await?;
    let answer = Answer {
        home: run.settings.home.value.root().display().to_string(),
        recovery_words: words.words.expose().split(' ').map(str::to_owned).collect(),
    };
    run.screen.answer(&answer, |page| show(page, &answer.home, &words))
}

fn already(state: DeskState) -> CommandError {
    use kenes_web::api::{ApiError, ErrorKind};
    let kind = match state {
        DeskState::Absent => ErrorKind::NoDesk,
        DeskState::Uninitialised | DeskState::Locked | DeskState::Unlocked => ErrorKind::AlreadyInitialised,
    };
    ApiError::new(kind, "this home has a keystore already, or is a relay's").into()
}

fn show(page: &mut Page<'_>, home: &str, words: &RecoveryWords) {
    page.say_in(Style::Good, "init-done", &[("home", home.into())]);
    page.gap();
    page.say("init-words", &[]);
    page.gap();
    let words: Vec<&str> = words.words.expose().split(' ').collect();
    let numbered: Vec<String> = words.iter().enumerate().map(|(n, word)| format!("{:>2} {word}", n + 1)).collect();
    let rows: Vec<Vec<String>> = numbered.chunks(4).map(<[String]>::to_vec).collect();
    page.table(&rows);
    page.gap();
    page.say("init-next", &[]);
}
