//! The commands, one noun a file. Each is a client of the interface and of nothing else.

mod bulletin;
mod carry;
mod clock;
pub(crate) mod committee;
mod completions;
mod desk;
mod doctor;
pub(crate) mod file;
mod home;
mod init;
mod keys;
mod minutes;
mod next;
mod paths;
mod peers;
mod resolution;
mod status;
mod sync;
mod text;
mod verify;
mod when;
mod wipe;

use crate::args::Command;
use crate::error::CommandError;
use crate::run::Run;
use crate::{daemon, demo};

/// Does what was asked.
pub(crate) async fn perform(run: &Run, command: Option<Command>) -> Result<(), CommandError> {
    let Some(command) = command else { return next::next(run).await };
    match command {
        Command::Init(args) => init::init(run, args).await,
        Command::Up(args) => daemon::up(run, args).await,
        Command::Unlock => desk::unlock(run).await,
        Command::Lock => desk::lock(run).await,
        Command::Home(command) => home::home(run, command).await,
        Command::Status(args) => status::status(run, args).await,
        Command::Clock(args) => clock::clock(run, args).await,
        Command::Doctor(args) => doctor::doctor(run, args).await,
        Command::Paths => paths::paths(run),
        Command::Committee(command) => committee::committee(run, command).await,
        Command::Minutes(command) => minutes::minutes(run, command).await,
        Command::Bulletin(command) => bulletin::bulletin(run, command).await,
        Command::Resolution(command) => resolution::resolution(run, command).await,
        Command::Verify(args) => verify::verify(run, args).await,
        Command::Peers(command) => peers::peers(run, command).await,
        Command::Carry(command) => carry::carry(run, command).await,
        Command::Sync(args) => sync::sync(run, args).await,
        Command::Keys(command) => keys::keys(run, command).await,
        Command::Wipe { yes } => wipe::wipe(run, yes).await,
        Command::Demo => demo::demo(run).await,
        Command::Completions(args) => completions::completions(args),
    }
}
