//! Arguments of what concerns the node and its home: running it, its clock, its peers, what it carries, and
//! which copy it is.

use clap::{Args, Subcommand};

#[derive(Debug, Clone, Args)]
pub(crate) struct Up {
    #[arg(long)]
    pub(crate) relay: bool,
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Vec<String>,
    #[arg(long, value_name = "ADDR")]
    pub(crate) peer: Vec<String>,
    #[arg(long)]
    pub(crate) no_mdns: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PeersCommand {
    List,
    Add {
        #[arg(value_name = "ADDR")]
        address: String,
    },
    Drop {
        #[arg(value_name = "PEER")]
        peer: String,
    },
    Block {
        #[arg(value_name = "PEER")]
        peer: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CarryCommand {
    List,
    Add {
        #[arg(value_name = "CHANNEL")]
        channel: String,
    },
    Drop {
        #[arg(value_name = "CHANNEL")]
        channel: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AskClock {
    #[command(subcommand)]
    pub(crate) command: Option<ClockCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    Right,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HomeCommand {
    Only,
    Copy {
        #[arg(long)]
        yes: bool,
    },
}
