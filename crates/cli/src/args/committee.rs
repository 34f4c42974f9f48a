//! Arguments of what concerns committees and their members.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Fraction, Lifetime};

#[derive(Debug, Subcommand)]
pub(crate) enum CommitteeCommand {
    New(FoundCommittee),
    List,
    Show,
    Members,
    Invite(InviteMember),
    Join(JoinCommittee),
    Requests,
    Admit(AdmitMember),
    Decline {
        #[arg(value_name = "WHO")]
        who: String,
    },
    Link(Drawn),
    Follow(FollowCommittee),
    Verify(VerifyMember),
    Pause(PauseMember),
    Leave {
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct FoundCommittee {
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) founder: Option<String>,
    #[arg(long, value_name = "A/B/C")]
    pub(crate) territory: Option<String>,
    #[arg(long, value_name = "INDUSTRY")]
    pub(crate) industry: Option<String>,
    #[arg(long, value_name = "A/B")]
    pub(crate) quorum: Option<Fraction>,
    #[arg(long, value_name = "all|none", hide_possible_values = true)]
    pub(crate) history: Option<HistoryChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HistoryChoice {
    All,
    None,
}

#[derive(Debug, Args)]
pub(crate) struct InviteMember {
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true,
          value_parser = clap::value_parser!(u16).range(1..=4))]
    pub(crate) uses: u16,
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Lifetime>,
    #[arg(long = "for", value_name = "WHO", conflicts_with = "uses")]
    pub(crate) back: Option<String>,
    #[arg(long, conflicts_with_all = ["uses", "back"])]
    pub(crate) device: bool,
    #[arg(long, value_name = "F", conflicts_with_all = ["qr", "png"])]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) drawn: Drawn,
}

/// As a code to be photographed.
#[derive(Debug, Args)]
pub(crate) struct Drawn {
    #[arg(long)]
    pub(crate) qr: bool,
    #[arg(long, value_name = "F", conflicts_with = "qr")]
    pub(crate) png: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct JoinCommittee {
    #[arg(value_name = "URI", required_unless_present_any = ["file", "scan"])]
    pub(crate) uri: Option<String>,
    #[arg(long, value_name = "F", conflicts_with = "uri")]
    pub(crate) file: Option<PathBuf>,
    #[arg(long, value_name = "IMAGE", num_args = 1.., conflicts_with_all = ["uri", "file"])]
    pub(crate) scan: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) drawn: Drawn,
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PauseMember {
    #[arg(value_name = "WHO")]
    pub(crate) who: String,
    #[arg(long, value_name = "arrested|lost-device|distrust", hide_possible_values = true)]
    pub(crate) because: PauseReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PauseReason {
    Arrested,
    LostDevice,
    Distrust,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyMember {
    #[arg(value_name = "WHO")]
    pub(crate) who: String,
    #[arg(long, value_name = "WORDS")]
    pub(crate) words: Option<String>,
    #[arg(long, value_name = "IMAGE", num_args = 1.., conflicts_with_all = ["words", "qr", "png"])]
    pub(crate) scan: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) drawn: Drawn,
}

#[derive(Debug, Args)]
pub(crate) struct AdmitMember {
    #[arg(value_name = "WHO")]
    pub(crate) who: String,
    #[arg(long, value_name = "IMAGE", num_args = 1..)]
    pub(crate) scan: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct FollowCommittee {
    #[arg(value_name = "LINK", required_unless_present = "scan")]
    pub(crate) link: Option<String>,
    #[arg(long, value_name = "IMAGE", num_args = 1.., conflicts_with = "link")]
    pub(crate) scan: Vec<PathBuf>,
}
