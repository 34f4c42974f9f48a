//! Why a command did not do what it was asked: a kind that programs know, its exit code, the error beneath, and what to
//! do next. The sentences are in the catalogue, under `error-<kind>` and `hint-<kind>`.

use std::error::Error;
use std::io;

use kenes_web::api::{ApiError, Cause, ErrorKind, Obstacle};
use kenes_web::client::ClientError;

use crate::catalogue::{Argument, Catalogue};

macro_rules! own_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $code:literal, $arguments:expr;)*) => {
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

            /// The details that its sentence names.
            pub(crate) const fn arguments(self) -> &'static [&'static str] {
                match self { $(Self::$kind => &$arguments),* }
            }
        }
    };
}

own_kinds! {
    /// The command line itself: `problem`, already in words.
    Usage = "usage", 2, ["problem"];
    /// Another process has the home: `holder`.
    HomeInUse = "home_in_use", 3, ["holder"];
    /// `kenes up` answers no more.
    Unreachable = "unreachable", 3, [];
    /// `kenes up` broke off, or is of another version.
    Garbled = "garbled", 3, [];
    /// The answer has more bytes than are read of one.
    AnswerTooLong = "answer_too_long", 1, [];
    /// This is only possible while `kenes up` runs.
    NeedsUp = "needs_up", 3, [];
    /// A passphrase is needed, and there is nobody to ask.
    NoPassphrase = "no_passphrase", 4, [];
    /// Something is to be asked, and there is nobody to ask: `question`.
    NobodyToAsk = "nobody_to_ask", 2, ["question"];
    /// The passphrases typed are not the same.
    PassphrasesDiffer = "passphrases_differ", 2, [];
    /// A file with a passphrase, or a home, that others can read: `path`.
    OpenToOthers = "open_to_others", 2, ["path"];
    /// A file or a directory that cannot be used: `path`, `cause`.
    File = "file", 1, ["path", "cause"];
    /// Something that is no plain file: `path`.
    NotAFile = "not_a_file", 2, ["path"];
    /// A file that is no text: `path`.
    NotText = "not_text", 2, ["path"];
    /// A file that is no picture, or a damaged one: `path`.
    NotAPicture = "not_a_picture", 2, ["path"];
    /// A picture that takes too much room once it is unpacked: `path`.
    PictureTooLarge = "picture_too_large", 2, ["path"];
    /// A picture in which no code can be read: `path`.
    NoCode = "no_code", 2, ["path"];
    /// A picture whose codes say something else than what is wanted: `path`.
    OtherCode = "other_code", 2, ["path"];
    /// Pictures with several codes that say what is wanted.
    SeveralCodes = "several_codes", 2, [];
    /// A configuration file that cannot be understood: `path`, `cause`.
    BadConfig = "bad_config", 2, ["path", "cause"];
    /// A key that no configuration has: `path`, `key`, `nearest`.
    UnknownKey = "unknown_key", 2, ["path", "key", "nearest"];
    /// This desk is in no committee.
    NoCommittee = "no_committee", 5, [];
    /// This desk is in several committees, and none was named: `names`.
    WhichCommittee = "which_committee", 2, ["names"];
    /// The socket cannot be had: `path`, `cause`.
    Socket = "socket", 1, ["path", "cause"];
    /// The socket's path is too long: `path`, `length`, `limit`.
    SocketPath = "socket_path", 1, ["path", "length", "limit"];
    /// Something listens at the address already: `address`.
    PortTaken = "port_taken", 1, ["address"];
    /// The system does not let this program listen at the address: `address`, `cause`.
    CannotListen = "cannot_listen", 1, ["address", "cause"];
    /// Doctor found something wrong.
    Unwell = "unwell", 1, [];
    /// A step of the story did not hold: `step`, `cause`.
    StoryBroke = "story_broke", 1, ["step", "cause"];
    /// Nobody was met in time.
    NobodyMet = "nobody_met", 8, [];
    /// It ended before all was done.
    InPart = "in_part", 7, [];
    /// A home is set up, and its words were not shown.
    WordsUnseen = "words_unseen", 1, [];
    /// Stopped by its owner.
    Interrupted = "interrupted", 130, [];
    /// Anything else: `cause`.
    Unexpected = "unexpected", 1, ["cause"];
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
}

impl CommandError {
    pub(crate) fn new(kind: OwnKind) -> Self {
        Self { kind: Kind::Own(kind), details: Vec::new() }
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

    /// With a cause that has a name.
    #[must_use]
    pub(crate) fn cause(self, cause: Cause) -> Self {
        self.detail("cause", cause.name())
    }

    /// With the error beneath: what the system says, or else something that has no name.
    #[must_use]
    pub(crate) fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        let said = chain(source.as_ref()).find_map(|error| error.downcast_ref::<io::Error>());
        match said {
            Some(said) => {
                let code = said.raw_os_error().unwrap_or_default();
                self.cause(said.into()).detail("code", code)
            }
            None => {
                let mut texts: Vec<String> = chain(source.as_ref()).map(ToString::to_string).collect();
                texts.dedup();
                self.unforeseen(texts.join(": "))
            }
        }
    }

    /// With a cause that only English names.
    #[must_use]
    pub(crate) fn unforeseen(self, text: impl ToString) -> Self {
        self.cause(Cause::Unforeseen).detail("text", text)
    }

    /// The name of the kind, as JSON has it.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Own(kind) => kind.name(),
            Kind::Api(kind) => kind.name(),
        }
    }

    /// Whether what was to be verified proves nothing.
    pub(crate) fn is_void(&self) -> bool {
        self.kind == Kind::Api(ErrorKind::NotAuthentic)
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
        let details = self.whole();
        let translated = |names: &[&str], name: &str, value: &str, beside: &[Argument<'_>]| {
            let key = format!("{name}-{value}");
            let is_key = names.contains(&name) && words.has(&key);
            if is_key { words.say(&key, beside) } else { value.to_owned() }
        };
        // A cause may name a part, and the sentence names the cause.
        let named: Vec<Argument<'_>> = details
            .iter()
            .map(|(name, value)| (*name, translated(&["what", "part"], name, value, &[]).into()))
            .collect();
        let arguments: Vec<Argument<'_>> = (details.iter().zip(&named))
            .map(|((name, value), (_, known))| match *name {
                "cause" => (*name, translated(&["cause"], name, value, &named).into()),
                _ => (*name, known.clone()),
            })
            .collect();
        words.say(&format!("error-{}", self.kind_name()), &arguments)
    }

    /// The details, with a question mark for what the sentences name and a program of another version left out.
    fn whole(&self) -> Vec<(&str, &str)> {
        let mut details: Vec<(&str, &str)> =
            self.details.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let named = match self.kind {
            Kind::Own(kind) => kind.arguments(),
            Kind::Api(kind) => kind.arguments(),
        };
        let cause = details.iter().find(|(name, _)| *name == "cause").map(|(_, cause)| *cause);
        let cause = Cause::ALL.iter().find(|known| Some(known.name()) == cause);
        for name in named.iter().chain(cause.map_or(&[][..], |cause| cause.arguments())) {
            if !details.iter().any(|(known, _)| known == name) {
                details.push((*name, "?"));
            }
        }
        details
    }

    /// What to do next, if there is anything to say: by the cause, or else by the kind.
    pub(crate) fn hint(&self, words: &Catalogue) -> Option<String> {
        let cause = self.details.iter().find(|(name, _)| name == "cause");
        let by_cause = cause.and_then(|(_, cause)| next_after(words, cause));
        by_cause.or_else(|| next_after(words, self.kind_name()))
    }
}

/// What to do next after a refusal of this kind or cause, if there is anything to say.
pub(crate) fn next_after(words: &Catalogue, name: &str) -> Option<String> {
    let key = format!("hint-{name}");
    words.has(&key).then(|| words.text(&key))
}

/// A cause in words, as it stands in a document.
pub(crate) fn told(words: &Catalogue, obstacle: &Obstacle) -> String {
    let Some(cause) = Cause::ALL.iter().find(|cause| cause.name() == obstacle.cause) else {
        return obstacle.cause.clone();
    };
    let given = |name: &'static str| (name, obstacle.details.get(name).map_or("?", String::as_str).into());
    words.say(&format!("cause-{}", cause.name()), &cause.arguments().iter().map(|name| given(name)).collect::<Vec<_>>())
}

/// An error and all that lies beneath it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

const fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::BadRequest
        | ErrorKind::BadValue
        | ErrorKind::TooLong
        | ErrorKind::Ambiguous
        | ErrorKind::BadInvite
        | ErrorKind::BadLink
        | ErrorKind::BadWords
        | ErrorKind::WeakPassphrase
        | ErrorKind::BadName
        | ErrorKind::NoText
        | ErrorKind::NotPossible
        | ErrorKind::ShortId
        | ErrorKind::TooEarly
        | ErrorKind::BadSheet
        | ErrorKind::BadAddress => 2,
        ErrorKind::NoNetwork | ErrorKind::Stopping => 3,
        ErrorKind::NotInitialised | ErrorKind::Locked | ErrorKind::WrongPassphrase | ErrorKind::NoDesk => 4,
        ErrorKind::NotFound => 5,
        ErrorKind::NotAuthentic | ErrorKind::WordsDiffer => 6,
        ErrorKind::TimedOut => 8,
        ErrorKind::AlreadyInitialised
        | ErrorKind::InviteOver
        | ErrorKind::NotAllowed
        | ErrorKind::NotAuthor
        | ErrorKind::TakenBack
        | ErrorKind::Follows
        | ErrorKind::OtherMinutes
        | ErrorKind::NotPublishing
        | ErrorKind::NotSpokesperson
        | ErrorKind::NoPublicPen
        | ErrorKind::NoPen
        | ErrorKind::KeepsNoLists
        | ErrorKind::StrangeChannel
        | ErrorKind::FewVoters
        | ErrorKind::Pending
        | ErrorKind::NoEpoch
        | ErrorKind::Full
        | ErrorKind::Copied
        | ErrorKind::OwnChannel
        | ErrorKind::Joined
        | ErrorKind::SaidOther
        | ErrorKind::NotAdopted
        | ErrorKind::OtherWords
        | ErrorKind::NoSparePen
        | ErrorKind::MemberOut
        | ErrorKind::SignedElsewhere
        | ErrorKind::SuspensionOpen
        | ErrorKind::Unsigned
        | ErrorKind::Decided
        | ErrorKind::Unfollowed
        | ErrorKind::Forked
        | ErrorKind::Adrift
        | ErrorKind::NoVoteKey
        | ErrorKind::NoKeyWanted
        | ErrorKind::Out
        | ErrorKind::ClockDoubted
        | ErrorKind::Storage
        | ErrorKind::Failed => 1,
    }
}

impl From<ApiError> for CommandError {
    fn from(error: ApiError) -> Self {
        let details = error.details.into_iter().collect();
        Self { kind: Kind::Api(error.kind), details }
    }
}

impl From<ClientError> for CommandError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused(refusal) => refusal.into(),
            ClientError::TimedOut => ApiError::new(ErrorKind::TimedOut, "no answer in time").into(),
            ClientError::Unreachable { .. } => Self::new(OwnKind::Unreachable),
            ClientError::Garbled => Self::new(OwnKind::Garbled),
            ClientError::TooLong => Self::new(OwnKind::AnswerTooLong),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_exit_code_is_one_of_those_promised() {
        let own = OwnKind::ALL.iter().map(|kind| kind.exit_code());
        let api = ErrorKind::ALL.iter().map(|kind| exit_code(*kind));
        assert!(own.chain(api).all(|code| matches!(code, 1..=8 | 130)));
    }

    /// A row is `| code | what it means | kinds |`.
    #[test]
    fn the_page_for_scripts_has_every_kind_beside_its_exit_code() {
        let page = include_str!("../../../docs/scripts.md").split("## Exit codes").nth(1).unwrap_or_default();
        let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        let rows = rows.filter_map(|(code, rest)| Some((code.parse::<u8>().ok()?, rest.rsplit('|').nth(1)?)));
        let named = |(code, kinds): (u8, &str)| {
            let kinds: Vec<_> =
                kinds.split_whitespace().map(|kind| (kind.trim_matches('`').to_owned(), code)).collect();
            kinds
        };
        let own = OwnKind::ALL.iter().map(|kind| (kind.name(), kind.exit_code()));
        let api = ErrorKind::ALL.iter().map(|kind| (kind.name(), exit_code(*kind)));
        let known: BTreeSet<_> = own.chain(api).map(|(name, code)| (name.to_owned(), code)).collect();
        assert_eq!(rows.flat_map(named).collect::<BTreeSet<_>>(), known);
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
