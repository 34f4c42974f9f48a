//! Arguments of what concerns minutes.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use thiserror::Error;

use super::{Fraction, HistoryChoice};

#[derive(Debug, Subcommand)]
pub(crate) enum MinutesCommand {
    Propose(Box<ProposeMinutes>),
    Sign(SignSheet),
    Pass(SignSheet),
    Stand(SignSheet),
    List {
        #[arg(long)]
        open: bool,
    },
    Show {
        #[arg(value_name = "NO")]
        which: String,
    },
    Key,
    Certificate {
        #[arg(value_name = "NO")]
        no: u32,
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Export {
        #[arg(value_name = "ID")]
        sheet: String,
        #[arg(value_name = "F")]
        file: PathBuf,
    },
    Import {
        #[arg(value_name = "F")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("proposals").required(true).multiple(true)))]
pub(crate) struct ProposeMinutes {
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) admit: Vec<String>,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) remove: Vec<String>,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) steward: Vec<String>,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) retire: Vec<String>,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals", requires = "until")]
    pub(crate) spokesperson: Vec<String>,
    #[arg(long, value_name = "WHEN", requires = "spokesperson")]
    pub(crate) until: Option<String>,
    #[arg(long, group = "proposals")]
    pub(crate) publish: bool,
    #[arg(long, group = "proposals")]
    pub(crate) new_channel: bool,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) recall: Vec<String>,
    #[arg(long, value_name = "ID", requires = "recall")]
    pub(crate) since: Option<String>,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) reinstate: Vec<String>,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) keep: Vec<String>,
    #[arg(long, value_name = "WHO", num_args = 1.., group = "proposals")]
    pub(crate) new_key: Vec<String>,
    #[arg(long, value_name = "K=V", num_args = 1.., group = "proposals")]
    pub(crate) policy: Vec<Policy>,
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SignSheet {
    #[arg(value_name = "ID")]
    pub(crate) sheet: String,
    #[arg(long)]
    pub(crate) yes: bool,
}

/// One rule of a committee, as `quorum=2/3`, `history=all` or `retention=30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Quorum(Fraction),
    History(HistoryChoice),
    /// In days.
    Retention(u16),
}

/// The text is no such rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not quorum=2/3, history=all|none or retention=DAYS")]
pub(crate) struct NotAPolicy;

impl FromStr for Policy {
    type Err = NotAPolicy;

    fn from_str(text: &str) -> Result<Self, NotAPolicy> {
        match text.split_once('=') {
            Some(("quorum", share)) => share.parse().map(Self::Quorum).map_err(|_| NotAPolicy),
            Some(("history", "all")) => Ok(Self::History(HistoryChoice::All)),
            Some(("history", "none")) => Ok(Self::History(HistoryChoice::None)),
            Some(("retention", days)) => {
                let days = days.parse().ok().filter(|days| (1..=400).contains(days));
                days.map(Self::Retention).ok_or(NotAPolicy)
            }
            Some(_) | None => Err(NotAPolicy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_and_nothing_else_is() {
        assert_eq!("quorum=2/3".parse(), Ok(Policy::Quorum(Fraction(2, 3))));
        assert_eq!("history=none".parse(), Ok(Policy::History(HistoryChoice::None)));
        assert_eq!("retention=30".parse(), Ok(Policy::Retention(30)));
        for text in ["", "quorum", "quorum=1/3", "history=some", "retention=0", "retention=401", "name=x"] {
            assert_eq!(text.parse::<Policy>(), Err(NotAPolicy), "{text}");
        }
    }
}
