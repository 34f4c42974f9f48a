//! `kenes completions`: what a shell needs to complete commands.

use clap::CommandFactory;

use crate::args::{Cli, Completions};
use crate::error::CommandError;

pub(crate) fn completions(args: Completions) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "kenes", &mut script);
    std::io::Write::write_all(&mut std::io::stdout(), &script).map_err(CommandError::failed)
}
