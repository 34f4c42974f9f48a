//! One run of the program: what was asked for, where answers go, and how the home is reached.
//!
//! Every command is a client of one interface. Where `kenes up` runs, that is its socket; otherwise the same router in
//! this process, over a node without a network.

use std::io::{self, IsTerminal};
use std::time::Duration;

use kenes_node::NetMode;
use kenes_node::home::{HomeError, LOCK_WAIT};
use kenes_web::api::{ApiError, DeskState, ErrorKind};
use kenes_web::client::Client;
use tokio::sync::OnceCell;

use crate::args::Global;
use crate::commands::committee::glance;
use crate::confine::Confinement;
use crate::error::{CommandError, OwnKind};
use crate::inside::Inside;
use crate::passphrase;
use crate::render::Screen;
use crate::settings::Settings;
use crate::terminal;

/// How long the lock is waited for between two looks at the socket.
const LOOK: Duration = Duration::from_millis(250);

/// One run.
pub(crate) struct Run {
    pub(crate) global: Global,
    pub(crate) settings: Settings,
    pub(crate) screen: Screen,
    /// How far the kernel keeps this process to its home.
    pub(crate) confinement: Confinement,
    home: OnceCell<Reached>,
}

struct Reached {
    client: Client,
    /// What is to be closed, where this process opened the home itself.
    inside: Option<Inside>,
}

impl Run {
    pub(crate) fn new(global: Global, settings: Settings, screen: Screen, confinement: Confinement) -> Self {
        Self { global, settings, screen, confinement, home: OnceCell::new() }
    }

    /// A client of the home, however it is reached.
    pub(crate) async fn client(&self) -> Result<&Client, CommandError> {
        Ok(&self.home.get_or_try_init(|| self.reach()).await?.client)
    }

    /// The same, for what needs keys: asks for the passphrase where the desk is locked.
    pub(crate) async fn unlocked(&self) -> Result<&Client, CommandError> {
        let client = self.client().await?;
        let mut desk = client.desk().await?;
        if desk.state == DeskState::Locked {
            let words = &self.screen.words;
            let passphrase = passphrase::ask(&self.global, words).await?;
            self.screen.remark("progress-unlocking", &[]);
            desk = client.unlock(passphrase).await?;
            if client.is_remote() {
                self.screen.remark("note-stays-unlocked", &[]);
            }
        }
        for forked in &desk.forks {
            self.screen.alarm(|page| glance::fork(page, &forked.name, &forked.fork));
        }
        Ok(client)
    }

    /// Whether the passphrase was given with the command.
    pub(crate) fn has_passphrase(&self) -> bool {
        self.global.passphrase_file.is_some() || self.global.passphrase_fd.is_some()
    }

    /// The process that runs `kenes up`, if one answers.
    pub(crate) async fn running(&self) -> Option<Client> {
        let socket = self.settings.home.value.socket().ok()?;
        Client::connect(&socket).await.ok()
    }

    /// Whether a person is at the terminal, who may be asked.
    pub(crate) fn has_someone_to_ask(&self) -> bool {
        !self.global.no_input && io::stdin().is_terminal()
    }

    /// Asks for one line on the terminal.
    pub(crate) async fn ask(&self, key: &str) -> Result<String, CommandError> {
        if !self.has_someone_to_ask() {
            return Err(CommandError::new(OwnKind::NobodyToAsk).detail("question", self.screen.words.text(key)));
        }
        self.screen.question(key);
        Ok(terminal::line().await?.trim().to_owned())
    }

    /// Has the owner type a word before something is done that cannot be undone, unless a flag said so already.
    pub(crate) async fn confirm(&self, yes: bool, key: &str, word: &str) -> Result<(), CommandError> {
        match yes || self.ask(key).await? == word {
            true => Ok(()),
            false => Err(CommandError::new(OwnKind::Interrupted)),
        }
    }

    /// Lets go of the home.
    pub(crate) async fn close(self) {
        if let Some(Reached { inside: Some(inside), .. }) = self.home.into_inner() {
            inside.close().await;
        }
    }

    /// The socket or the lock, whichever is to be had first: what holds the lock may be about to listen.
    async fn reach(&self) -> Result<Reached, CommandError> {
        // A home that was mistyped is not made by asking after it.
        if !self.settings.home.value.exists() {
            return Err(ApiError::new(ErrorKind::NotInitialised, "there is no such home").into());
        }
        let looks = LOCK_WAIT.as_millis() / LOOK.as_millis();
        let mut held = None;
        for _ in 0..=looks {
            if let Some(client) = self.running().await {
                return Ok(Reached { client, inside: None });
            }
            let home = self.settings.home.value.clone();
            let lock = tokio::task::spawn_blocking(move || home.lock(LOOK)).await.map_err(CommandError::failed)?;
            match lock {
                Ok(lock) => {
                    let inside = Inside::open(lock, self.settings.config.clone(), NetMode::Off).await?;
                    return Ok(Reached { client: inside.client(), inside: Some(inside) });
                }
                Err(error @ HomeError::InUse { .. }) => held = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        Err(held.map_or_else(|| CommandError::new(OwnKind::Unreachable), CommandError::from))
    }
}

impl From<HomeError> for CommandError {
    fn from(error: HomeError) -> Self {
        match error {
            HomeError::InUse { pid, .. } => {
                let holder = pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
                Self::new(OwnKind::HomeInUse).detail("holder", holder)
            }
            HomeError::SocketPath { ref path } => Self::new(OwnKind::SocketPath)
                .detail("path", path.display())
                .detail("length", path.as_os_str().len())
                .detail("limit", kenes_node::home::LONGEST_SOCKET_PATH),
            HomeError::Exposed { home, .. } => Self::new(OwnKind::OpenToOthers).detail("path", home.display()),
            HomeError::Io { path, source } => Self::new(OwnKind::File).detail("path", path.display()).because(source),
            other => Self::failed(other),
        }
    }
}
