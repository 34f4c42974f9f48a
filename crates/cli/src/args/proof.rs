//! Arguments of what concerns certificates.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use kenes_core::book::Checkpoint;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "WORDS")]
    pub(crate) words: Option<String>,
    #[arg(long, value_name = "NO@ID", conflicts_with = "words")]
    pub(crate) checkpoint: Option<Fixed>,
}

/// Minutes to hold fast to: `7@`, and the 64 digits of their id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fixed(pub(crate) Checkpoint);

impl FromStr for Fixed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = "a number of minutes, @, and the 64 digits of their id";
        let (no, id) = text.split_once('@').ok_or(malformed)?;
        let (no, id) = (no.parse().map_err(|_| malformed)?, id.parse().map_err(|_| malformed)?);
        Ok(Self(Checkpoint { no, id }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_named_by_number_and_whole_id() {
        let id = "ab".repeat(32);
        let Fixed(checkpoint) = format!("7@{id}").parse().unwrap();
        assert_eq!((checkpoint.no, checkpoint.id.to_string()), (7, id.clone()));
        for text in ["", "7", "@", &format!("-1@{id}"), &format!("x@{id}"), "7@abcd", &format!("7@{id}0")] {
            assert!(text.parse::<Fixed>().is_err(), "{text}");
        }
    }
}
