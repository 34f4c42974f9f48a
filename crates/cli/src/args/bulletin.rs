//! Arguments of what concerns bulletins.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Lifetime;

#[derive(Debug, Subcommand)]
pub(crate) enum BulletinCommand {
    Post(PostBulletin),
    List(ListBulletins),
    Show {
        #[arg(value_name = "ID")]
        id: String,
    },
    Reply(ReplyBulletin),
    Correct(CorrectBulletin),
    Retract(RetractBulletin),
    Save {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(value_name = "F")]
        path: PathBuf,
    },
    Watch(WatchBulletins),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Writing {
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) text: Option<String>,
    #[arg(long, value_name = "F", conflicts_with = "text")]
    pub(crate) file: Option<PathBuf>,
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
    #[arg(long)]
    pub(crate) urgent: bool,
    #[arg(long)]
    pub(crate) public: bool,
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Lifetime>,
    #[arg(long, value_name = "WHEN")]
    pub(crate) date: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PostBulletin {
    #[command(flatten)]
    pub(crate) writing: Writing,
    #[arg(long, value_name = "ID")]
    pub(crate) reply_to: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplyBulletin {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) writing: Writing,
}

#[derive(Debug, Args)]
pub(crate) struct CorrectBulletin {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) text: Option<String>,
    #[arg(long, value_name = "F", conflicts_with = "text")]
    pub(crate) file: Option<PathBuf>,
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
    #[arg(long)]
    pub(crate) urgent: bool,
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Lifetime>,
    #[arg(long, value_name = "WHEN")]
    pub(crate) date: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RetractBulletin {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_name = "WHEN")]
    pub(crate) date: Option<String>,
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListBulletins {
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    #[arg(long)]
    pub(crate) unread: bool,
    #[arg(long, value_name = "ID")]
    pub(crate) before: Option<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) limit: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct WatchBulletins {
    #[arg(long, value_name = "CMD")]
    pub(crate) exec: Option<String>,
}
