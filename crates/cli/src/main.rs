//! `kenes`: an offline-first mesh for committees. The terminal: words in, words out.
//!
//! Here a command line becomes a [`run::Run`], and an error an exit code. What commands do is in [`commands`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods))]

mod args;
mod catalogue;
mod commands;
mod confine;
mod daemon;
mod demo;
mod error;
mod help;
mod inside;
mod passphrase;
mod qr;
mod render;
mod run;
mod settings;
mod signals;
mod terminal;
mod usage;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, ValueEnum};

use crate::args::{Cli, ColorChoice, Command, Lang};
use crate::catalogue::Catalogue;
use crate::confine::Confinement;
use crate::error::{CommandError, OwnKind};
use crate::render::Screen;
use crate::render::screen::Manner;
use crate::run::Run;
use crate::settings::Settings;

/// How long letting go of the home may take once the command is done.
const CLOSING: Duration = Duration::from_secs(15);

fn main() -> ExitCode {
    forbid_core_dumps();
    if let Some(code) = qr::look_if_asked() {
        return code;
    }
    if !demo::has_teller() {
        return ExitCode::FAILURE;
    }
    let line: Vec<OsString> = env::args_os().collect();
    let early = Early::glance(&line);
    let words = Catalogue::load(settings::lang(early.lang, None).value);
    let mut command = help::localised(Cli::command(), &words);
    let parsed = command.try_get_matches_from_mut(&line).and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => start(cli),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // Help that nobody reads to the end is no failure.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        Err(error) => {
            let refused = usage::refused(&error, &command, &line, &words);
            early.screen(words).fail(&refused);
            ExitCode::from(refused.exit_code())
        }
    }
}

/// What must be known before the command line is understood, to say that it is not.
struct Early {
    lang: Option<Lang>,
    json: bool,
}

impl Early {
    fn glance(line: &[OsString]) -> Self {
        let texts: Vec<&str> = line.iter().map_while(|text| text.to_str().filter(|text| *text != "--")).collect();
        let after = texts.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
        let named = texts.iter().find_map(|text| text.strip_prefix("--lang=")).or(after);
        Self { lang: named.and_then(|name| Lang::from_str(name, true).ok()), json: texts.contains(&"--json") }
    }

    fn screen(&self, words: Catalogue) -> Screen {
        Screen::new(words, Manner { json: self.json, quiet: false, color: Self::color(), pager: None })
    }

    fn color() -> ColorChoice {
        if settings::no_color() { ColorChoice::Never } else { ColorChoice::Auto }
    }
}

fn start(cli: Cli) -> ExitCode {
    let global = cli.global;
    let settings = Settings::gather(&global);
    let (lang, color) = match &settings {
        Ok(settings) => (settings.lang.value, settings.color.value),
        Err(_) => (settings::lang(global.lang, None).value, Early::color()),
    };
    let words = Catalogue::load(lang);
    let manner = Manner { json: global.json, quiet: global.quiet, color, pager: env::var("PAGER").ok() };
    let screen = Screen::new(words, manner);
    listen_to_ourselves(global.verbose);
    let settings = match settings {
        Ok(settings) => settings,
        Err(error) => return end(&screen, &error),
    };
    // Threads take over what holds for the one that begins them.
    let confinement = match &cli.command {
        Some(Command::Up(up)) if settings.can_start(up) => confine::to(&settings.home.value),
        Some(_) | None => Confinement::NONE,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(&screen, &CommandError::failed(error)),
    };
    let code = runtime.block_on(to_the_end(Run::new(global, settings, screen, confinement), cli.command));
    // A blocking read of the terminal must not keep the process from ending.
    runtime.shutdown_timeout(Duration::from_millis(200));
    code
}

async fn to_the_end(run: Run, command: Option<Command>) -> ExitCode {
    let stays = matches!(command, Some(Command::Up(_)));
    let result = if stays {
        commands::perform(&run, command).await
    } else {
        let mut signals = signals::Signals::listen();
        tokio::select! {
            result = commands::perform(&run, command) => result,
            () = signals.asked_to_end() => Err(CommandError::new(OwnKind::Interrupted)),
        }
    };
    let code = match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => end(&run.screen, &error),
    };
    if tokio::time::timeout(CLOSING, run.close()).await.is_err() {
        tracing::warn!("the home was not closed in time; what was acknowledged is safe");
    }
    code
}

fn end(screen: &Screen, error: &CommandError) -> ExitCode {
    screen.fail(error);
    ExitCode::from(error.exit_code())
}

/// What this process remembers of keys must not lie about in a file after a crash.
fn forbid_core_dumps() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // The limit holds for files; a crash handler behind a pipe heeds only the other. Where the system forbids even
    // these, there is nothing more to do, and nothing else depends on it.
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Logs go to stderr; `KENES_LOG` says which, or else the number of `-v`.
fn listen_to_ourselves(verbose: u8) {
    let built_in = match verbose {
        // What the database says of damage, the status says in better words.
        0 => "error,sled=off",
        1 => "kenes=info,kenes_node=info,kenes_desk=info,kenes_web=info,warn",
        2 => "kenes=debug,kenes_node=debug,kenes_desk=debug,kenes_web=debug,info",
        3.. => "debug",
    };
    let chosen = env::var("KENES_LOG").unwrap_or_else(|_| built_in.to_owned());
    let filter =
        tracing_subscriber::EnvFilter::try_new(chosen).unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(built_in));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
}
