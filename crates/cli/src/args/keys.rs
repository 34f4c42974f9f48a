//! Arguments of what concerns a person's own keys.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    Show,
    Devices,
    Backup,
    Restore(RestoreKeys),
    Vote {
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RestoreKeys {
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "F")]
    pub(crate) words_file: Option<PathBuf>,
}
