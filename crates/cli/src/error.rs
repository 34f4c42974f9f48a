//! Why a command did not do what it was asked: a kind that programs know, its exit code, the error beneath, and what to
//! do next. The sentences are in the catalogue, under `error-<kind>` and `hint-<kind>`.

use std::error::Error;

use fluent_bundle::FluentValue;
use kenes_web::api::{ApiError, ErrorKind};
use kenes_web::client::ClientError;

use crate::catalogue::Catalogue;

macro_rules! own_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $code:literal;)*) => {
        /// What went wrong before the interface was asked, or after.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum OwnKind { $($(#[$doc])* $kind,)* }

        impl OwnKind {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind),*];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            const fn exit_code(self) -> u8 {
                match self { $(Self::$kind => $code),* }
            }
        }
    };
}

own_kinds! {
    /// The command line itself: `problem`, already in words.
    Usage = "usage", 2;
    /// Another process has the home: `holder`.
    HomeInUse = "home_in_use", 3;
    /// `kenes up` answers no more.
    Unreachable = "unreachable", 3;
    /// This is only possible while `kenes up` runs.
    NeedsUp = "needs_up", 3;
    /// A passphrase is needed, and there is nobody to ask.
    NoPassphrase = "no_passphrase", 4;
    /// Something is to be asked, and there is nobody to ask: `question`.
    NobodyToAsk = "nobody_to_ask", 2;
    /// The passphrases typed are not the same.
    PassphrasesDiffer = "passphrases_differ", 2;
    /// A file with a passphrase that others can read: `path`.
    OpenToOthers = "open_to_others", 2;
    /// A file or a directory that cannot be used: `path`, `cause`.
    File = "file", 1;
    /// A file that is no text: `path`.
    NotText = "not_text", 2;
    /// A configuration file that cannot be understood: `path`, `cause`.
    BadConfig = "bad_config", 2;
    /// A key that no configuration has: `path`, `key`, `nearest`.
    UnknownKey = "unknown_key", 2;
    /// This desk is in no committee.
    NoCommittee = "no_committee", 5;
    /// This desk is in several committees, and none was named: `names`.
    WhichCommittee = "which_committee", 2;
    /// The socket cannot be had: `path`, `cause`.
    Socket = "socket", 1;
    /// The socket's path is too long: `path`, `length`, `limit`.
    SocketPath = "socket_path", 1;
    /// Something listens at the address already: `address`.
    PortTaken = "port_taken", 1;
    /// Doctor found something wrong.
    Unwell = "unwell", 1;
    /// A step of the story did not hold: `step`.
    StoryBroke = "story_broke", 1;
    /// Nobody was met in time.
    NobodyMet = "nobody_met", 8;
    /// It ended before all was done.
    InPart = "in_part", 7;
    /// Stopped by its owner.
    Interrupted = "interrupted", 130;
    /// Anything else: `cause`.
    Unexpected = "unexpected", 1;
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Own(OwnKind),
    Api(ErrorKind),
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct CommandError {
    kind: Kind,
    details: Vec<(String, String)>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl CommandError {
    pub(crate) fn new(kind: OwnKind) -> Self {
        Self { kind: Kind::Own(kind), details: Vec::new(), source: None }
    }

    /// Something that has no name of its own.
    pub(crate) fn failed(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(OwnKind::Unexpected).because(source)
    }

    /// With something that the sentence names.
    #[must_use]
    pub(crate) fn detail(mut self, name: &str, value: impl ToString) -> Self {
        self.details.push((name.to_owned(), value.to_string()));
        self
    }

    /// With the error beneath.
    #[must_use]
    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The name of the kind, as JSON has it.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Own(kind) => kind.name(),
            Kind::Api(kind) => kind.name(),
        }
    }

    /// What the process ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Own(kind) => kind.exit_code(),
            Kind::Api(kind) => exit_code(kind),
        }
    }

    /// What went wrong, in words.
    pub(crate) fn message(&self, words: &Catalogue) -> String {
        let mut arguments: Vec<(&str, FluentValue<'_>)> = Vec::new();
        for (name, value) in &self.details {
            let translated = (name == "what").then(|| format!("what-{value}")).filter(|key| words.has(key));
            let value = translated.map_or_else(|| value.clone(), |key| words.text(&key));
            arguments.push((name, value.into()));
        }
        if !self.details.iter().any(|(name, _)| name == "cause") {
            arguments.push(("cause", self.causes().into()));
        }
        words.say(&format!("error-{}", self.kind_name()), &arguments)
    }

    /// What to do next, if there is anything to say.
    pub(crate) fn hint(&self, words: &Catalogue) -> Option<String> {
        let key = format!("hint-{}", self.kind_name());
        words.has(&key).then(|| words.text(&key))
    }

    fn causes(&self) -> String {
        let mut causes = Vec::new();
        let mut next: Option<&(dyn Error + 'static)> = self.source.as_deref().map(|source| source as _);
        while let Some(error) = next {
            causes.push(error.to_string());
            next = error.source();
        }
        causes.dedup();
        causes.join(": ")
    }
}

const fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::BadRequest
        | ErrorKind::BadValue
        | ErrorKind::TooLong
        | ErrorKind::Ambiguous
        | ErrorKind::BadInvite
        | ErrorKind::WeakPassphrase
        | ErrorKind::BadName
        | ErrorKind::NoText
        | ErrorKind::NotPossible
        | ErrorKind::BadAddress => 2,
        ErrorKind::NoNetwork | ErrorKind::Stopping => 3,
        ErrorKind::NotInitialised | ErrorKind::Locked | ErrorKind::WrongPassphrase | ErrorKind::NoDesk => 4,
        ErrorKind::NotFound => 5,
        ErrorKind::NotAuthentic => 6,
        ErrorKind::TimedOut => 8,
        ErrorKind::AlreadyInitialised
        | ErrorKind::InviteOver
        | ErrorKind::NotAllowed
        | ErrorKind::Pending
        | ErrorKind::NoEpoch
        | ErrorKind::Full
        | ErrorKind::Already
        | ErrorKind::ClockDoubted
        | ErrorKind::Storage
        | ErrorKind::Failed => 1,
    }
}

impl From<ApiError> for CommandError {
    fn from(error: ApiError) -> Self {
        let details = error.details.clone().into_iter().collect();
        Self { kind: Kind::Api(error.kind), details, source: Some(Box::new(error)) }
    }
}

impl From<ClientError> for CommandError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused(refusal) => refusal.into(),
            ClientError::TimedOut => ApiError::new(ErrorKind::TimedOut, "no answer in time").into(),
            ClientError::Unreachable { .. } | ClientError::Garbled => Self::new(OwnKind::Unreachable).because(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_is_one_of_those_promised() {
        let own = OwnKind::ALL.iter().map(|kind| kind.exit_code());
        let api = ErrorKind::ALL.iter().map(|kind| exit_code(*kind));
        assert!(own.chain(api).all(|code| matches!(code, 1..=8 | 130)));
    }

    #[test]
    fn no_two_kinds_share_a_name() {
        let names = OwnKind::ALL.iter().map(|kind| kind.name()).chain(ErrorKind::ALL.iter().map(|kind| kind.name()));
        let mut names: Vec<_> = names.collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_refusal_is_told_with_its_details_in_the_readers_language() {
        let words = Catalogue::load(crate::args::Lang::Ru);
        let error = CommandError::from(ApiError::not_found("bulletin", "abcd\u{1b}"));
        assert_eq!(error.exit_code(), 5);
        let message = error.message(&words);
        assert!(message.contains(&words.text("what-bulletin")) && message.contains("abcd<U+001B>"), "{message}");
    }
}
