//! Arguments of what concerns resolutions.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Lifetime;

#[derive(Debug, Subcommand)]
pub(crate) enum ResolutionCommand {
    Propose(ProposeResolution),
    Vote {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(value_name = "adopt|reject", hide_possible_values = true)]
        choice: Choice,
        #[arg(long)]
        yes: bool,
    },
    List {
        #[arg(long)]
        open: bool,
    },
    Show {
        #[arg(value_name = "ID")]
        id: String,
    },
    Export {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(value_name = "F")]
        file: PathBuf,
    },
    Import {
        #[arg(value_name = "F")]
        file: PathBuf,
    },
    Certificate {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ProposeResolution {
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: String,
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) text: Option<String>,
    #[arg(long, value_name = "F", conflicts_with = "text")]
    pub(crate) file: Option<PathBuf>,
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Lifetime>,
}

/// For a resolution or against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    Adopt,
    Reject,
}
