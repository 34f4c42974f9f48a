//! What clap has against a command line, in the reader's language and, where asked for, in JSON.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::catalogue::Catalogue;
use crate::error::{CommandError, OwnKind};

/// The error of a command line that clap refuses.
pub(crate) fn refused(error: &clap::Error, command: &Command, line: &[OsString], words: &Catalogue) -> CommandError {
    let meant = meant(command, line);
    let mut problem = words.say(
        key(error.kind()),
        &[
            ("argument", context(error, &[ContextKind::InvalidArg, ContextKind::InvalidSubcommand]).into()),
            ("value", context(error, &[ContextKind::InvalidValue]).into()),
            ("other", context(error, &[ContextKind::PriorArg]).into()),
            ("permitted", commands(meant).into()),
        ],
    );
    if let Some(about) = about(error, meant) {
        problem = format!("{problem} {}", words.say("usage-value-is", &[("about", about.into())]));
    }
    let nearest = context(
        error,
        &[
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedArg,
            ContextKind::SuggestedValue,
            ContextKind::SuggestedCommand,
        ],
    );
    if !nearest.is_empty() {
        problem = format!("{problem} {}", words.say("usage-nearest", &[("nearest", nearest.into())]));
    }
    CommandError::new(OwnKind::Usage).detail("problem", problem)
}

/// The command that a line is about, as far as it names one.
fn meant<'a>(mut command: &'a Command, line: &[OsString]) -> &'a Command {
    for word in line.iter().skip(1).filter_map(|word| word.to_str()) {
        command = command.find_subcommand(word).unwrap_or(command);
    }
    command
}

fn commands(command: &Command) -> String {
    command.get_subcommands().map(|sub| format!("`{}`", sub.get_name())).collect::<Vec<_>>().join(", ")
}

/// What the help says of the argument whose value is wrong.
fn about(error: &clap::Error, command: &Command) -> Option<String> {
    if !matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation) {
        return None;
    }
    let named = context(error, &[ContextKind::InvalidArg]);
    let argument = command.get_arguments().find(|argument| argument.to_string() == named)?;
    argument.get_help().map(ToString::to_string).filter(|help| !help.is_empty())
}

fn key(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UnknownArgument => "usage-unknown-argument",
        ErrorKind::InvalidSubcommand => "usage-unknown-command",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "usage-missing-command",
        ErrorKind::MissingRequiredArgument | ErrorKind::TooFewValues => "usage-missing-argument",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage-bad-value",
        ErrorKind::ArgumentConflict => "usage-conflict",
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => "usage-too-many",
        ErrorKind::InvalidUtf8 => "usage-not-text",
        // clap may add kinds; what it calls them is not ours to enumerate.
        _ => "usage-other",
    }
}

fn context(error: &clap::Error, kinds: &[ContextKind]) -> String {
    kinds.iter().find_map(|kind| error.get(*kind)).map(shown).unwrap_or_default()
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::Number(number) => number.to_string(),
        // The rest is for clap's own sentences.
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::{Cli, Lang};
    use crate::help;

    fn problem(lang: Lang, line: &str) -> String {
        let words = Catalogue::load(lang);
        let mut command = help::localised(Cli::command(), &words);
        let line: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = command.try_get_matches_from_mut(&line).unwrap_err();
        refused(&error, &command, &line, &words).message(&words)
    }

    #[test]
    fn a_command_that_is_missing_is_one_of_those_that_are_named() {
        for (line, named) in [("kenes peers", "`block`"), ("kenes -q committee", "`invite`"), ("kenes carry", "`drop`")]
        {
            let problem = problem(Lang::Ru, line);
            assert!(problem.contains("`list`") && problem.contains(named), "{problem}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_is_told_with_what_can() {
        assert!(problem(Lang::En, "kenes bulletin list --limit 0").contains("1 to 10000"));
        assert!(problem(Lang::En, "kenes bulletin post x --expires soon").contains("such as 12h, 14d, 2w"));
        assert!(problem(Lang::Ru, "kenes committee pause x --because y").contains("lost-device ("));
    }

    #[test]
    fn what_stands_for_a_value_is_in_the_readers_language() {
        let words = Catalogue::load(Lang::Ru);
        let mut command = help::localised(Cli::command(), &words);
        let line = ["kenes", "committee", "invite", "--help"];
        let help = command.try_get_matches_from_mut(line).unwrap_err().to_string();
        assert!(help.contains("<СРОК>") && help.contains("<КТО>") && !help.contains("<TIME>"), "{help}");
    }
}
