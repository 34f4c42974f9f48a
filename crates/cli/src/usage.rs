//! What clap has against a command line, in the reader's language and, where asked for, in JSON.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::catalogue::Catalogue;
use crate::error::{CommandError, OwnKind};

/// The error of a command line that clap refuses.
pub(crate) fn refused(error: &clap::Error, words: &Catalogue) -> CommandError {
    let mut problem = words.say(
        key(error.kind()),
        &[
            ("argument", context(error, &[ContextKind::InvalidArg, ContextKind::InvalidSubcommand]).into()),
            ("value", context(error, &[ContextKind::InvalidValue]).into()),
            ("other", context(error, &[ContextKind::PriorArg]).into()),
            ("permitted", context(error, &[ContextKind::ValidValue, ContextKind::ValidSubcommand]).into()),
        ],
    );
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
