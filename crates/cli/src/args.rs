//! What may stand on the command line. Its words, in three languages, are in the catalogue; see [`crate::help`].

mod bulletin;
mod committee;
mod duration;
mod fraction;
mod keys;
mod minutes;
mod node;
mod proof;
mod resolution;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use bulletin::{BulletinCommand, CorrectBulletin, ListBulletins, RetractBulletin, WatchBulletins, Writing};
pub(crate) use committee::{
    AdmitMember, CommitteeCommand, Drawn, FollowCommittee, FoundCommittee, HistoryChoice, InviteMember, JoinCommittee,
    PauseMember, PauseReason, VerifyMember,
};
pub(crate) use duration::{Lifetime, seconds};
pub(crate) use fraction::Fraction;
pub(crate) use keys::{KeysCommand, RestoreKeys};
pub(crate) use minutes::{MinutesCommand, Policy, ProposeMinutes, SignSheet};
pub(crate) use node::{AskClock, CarryCommand, ClockCommand, HomeCommand, PeersCommand, Up};
pub(crate) use proof::{Fixed, Verify};
pub(crate) use resolution::{Choice, ProposeResolution, ResolutionCommand};

#[derive(Debug, Parser)]
#[command(name = "kenes", disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true, value_name = "kk|ru|en", hide_possible_values = true)]
    pub(crate) lang: Option<Lang>,
    #[arg(long, global = true, value_name = "auto|always|never", hide_possible_values = true)]
    pub(crate) color: Option<ColorChoice>,
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    #[arg(long, global = true, value_name = "F")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[arg(long, global = true, value_name = "N")]
    pub(crate) passphrase_fd: Option<i32>,
    #[arg(short = 'c', long, global = true, value_name = "COMMITTEE")]
    pub(crate) committee: Option<String>,
    #[arg(short = 'q', long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    #[arg(short = 'v', long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    #[arg(short = 'h', long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Kk,
    Ru,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    Up(Up),
    Unlock,
    Lock,
    #[command(subcommand)]
    Home(HomeCommand),
    Status(WatchStatus),
    Clock(AskClock),
    Doctor(Doctor),
    Paths,
    #[command(subcommand)]
    Committee(CommitteeCommand),
    #[command(subcommand)]
    Minutes(MinutesCommand),
    #[command(subcommand)]
    Bulletin(BulletinCommand),
    #[command(subcommand)]
    Resolution(ResolutionCommand),
    Verify(Verify),
    #[command(subcommand)]
    Peers(PeersCommand),
    #[command(subcommand)]
    Carry(CarryCommand),
    Sync(SyncNow),
    #[command(subcommand)]
    Keys(KeysCommand),
    Wipe {
        #[arg(long)]
        yes: bool,
    },
    Demo,
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct WatchStatus {
    #[arg(long)]
    pub(crate) watch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[arg(long)]
    pub(crate) records: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SyncNow {
    #[arg(value_name = "PEER")]
    pub(crate) peer: Option<String>,
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) wait: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;

    /// What may be given, by the names that stand on the page.
    fn commands(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
        if !command.is_subcommand_required_set() {
            found.insert(path.to_owned());
        }
        for sub in command.get_subcommands() {
            commands(sub, &format!("{path} {}", sub.get_name()), found);
        }
    }

    #[test]
    fn the_page_for_scripts_says_what_every_command_answers() {
        let mut known = BTreeSet::new();
        commands(&Cli::command(), "kenes", &mut known);
        // A script for a shell, and no document.
        known.remove("kenes completions");
        let page = include_str!("../../../docs/scripts.md").lines();
        let named =
            page.filter_map(|line| line.strip_prefix("  \"")?.split_once("\": ")).map(|(name, _)| name.to_owned());
        assert_eq!(named.collect::<BTreeSet<_>>(), known);
    }
}
