//! `kenes init`: a keystore for whoever reads here, and the words that bring it back.

use std::io;

use kenes_node::whole;
use kenes_web::api::{DeskState, Init, RecoveryWords};
use serde::Serialize;

use crate::args;
use crate::error::{CommandError, OwnKind};
use crate::passphrase;
use crate::render::{Page, Style};
use crate::run::Run;

/// The example of a configuration, as it comes with the program.
const EXAMPLE: &str = include_str!("../../../../config/kenes.example.toml");

#[derive(Serialize)]
struct Answer {
    home: String,
    recovery_words: Vec<String>,
}

pub(crate) async fn init(run: &Run, args: args::Init) -> Result<(), CommandError> {
    run.settings.home.value.create()?;
    let client = run.client().await?;
    if client.desk().await?.state != DeskState::Uninitialised {
        return Err(already(client.desk().await?.state));
    }
    let name = match args.name {
        Some(name) => name,
        None => run.ask("ask-name").await?,
    };
    let passphrase = passphrase::ask_new(&run.global, &run.screen.words).await?;
    run.screen.remark("progress-sealing", &[]);
    let words = client.init(&Init { passphrase, name }).await?;
    let answer = Answer {
        home: run.settings.home.value.root().display().to_string(),
        recovery_words: words.words.expose().split(' ').map(str::to_owned).collect(),
    };
    // Nothing that may fail comes before the words.
    let shown = run.screen.show_once(&answer, |page| show(page, &answer.home, &words));
    leave_a_config(run)?;
    shown.map_err(|_| CommandError::new(OwnKind::WordsUnseen))
}

/// Every key with its default, commented out, for whoever wants to change one. A file that is there is left alone.
pub(super) fn leave_a_config(run: &Run) -> Result<(), CommandError> {
    let path = run.settings.home.value.config_file();
    let unusable = |error: io::Error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error);
    if path.symlink_metadata().is_ok() {
        return Ok(());
    }
    whole::replace(&path, |_| Ok(commented(EXAMPLE).into_bytes())).map_err(unusable)
}

fn commented(example: &str) -> String {
    let line = |line: &str| match line.chars().next() {
        None | Some('#' | '[') => format!("{line}\n"),
        Some(_) => format!("#{line}\n"),
    };
    example.lines().map(line).collect()
}

pub(super) fn already(state: DeskState) -> CommandError {
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
    show_words(page, words);
    page.gap();
    page.say("init-next", &[]);
}

/// The words with their numbers, to be written down.
pub(super) fn show_words(page: &mut Page<'_>, words: &RecoveryWords) {
    let words: Vec<&str> = words.words.expose().split(' ').collect();
    let numbered: Vec<String> = words.iter().enumerate().map(|(n, word)| format!("{:>2} {word}", n + 1)).collect();
    let rows: Vec<Vec<String>> = numbered.chunks(4).map(<[String]>::to_vec).collect();
    page.table(&rows);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_config_that_is_left_changes_nothing() {
        use kenes_node::config::{Config, Origin, Settings};
        let settings = Settings::parse(&commented(EXAMPLE), &Origin::Default).unwrap();
        assert_eq!(Config::resolve(&[(Origin::Default, settings)]).unwrap().0, Config::default());
    }
}
