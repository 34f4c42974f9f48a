//! How a refusal looks: a kind for programs, a sentence for people, and what to do next.

use std::collections::BTreeMap;
use std::io;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kenes_core::ids::SHORTEST_PREFIX;
use serde::{Deserialize, Serialize};

use super::{Cause, Obstacle};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $status:ident, $arguments:expr;)*) => {
        /// What went wrong, by a name that stays.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)*
        }

        impl ErrorKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The name that stands in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// The HTTP status it travels under.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status),* }
            }

            /// The details that a sentence about it names.
            pub const fn arguments(self) -> &'static [&'static str] {
                match self { $(Self::$kind => &$arguments),* }
            }
        }
    };
}

kinds! {
    /// The request itself cannot be read.
    BadRequest = "bad_request", BAD_REQUEST, [];
    /// A value is not what is asked for: `what`, `value`.
    BadValue = "bad_value", BAD_REQUEST, ["what", "value"];
    /// A text is longer than permitted: `limit` in bytes.
    TooLong = "too_long", PAYLOAD_TOO_LARGE, ["limit"];
    /// There is nothing of that name: `what`, `id`.
    NotFound = "not_found", NOT_FOUND, ["what", "id"];
    /// The beginning of an identifier that is too short to mean one: `id`, `limit` in digits.
    ShortId = "short_id", BAD_REQUEST, ["id", "limit"];
    /// A shortened identifier fits several: `what`, `id`.
    Ambiguous = "ambiguous", CONFLICT, ["what", "id"];
    /// This home has no keystore yet.
    NotInitialised = "not_initialised", CONFLICT, [];
    /// This home has a keystore already.
    AlreadyInitialised = "already_initialised", CONFLICT, [];
    /// The desk is locked.
    Locked = "locked", FORBIDDEN, [];
    /// The passphrase does not open the keystore.
    WrongPassphrase = "wrong_passphrase", FORBIDDEN, [];
    /// A new passphrase that is too short: `limit` in characters.
    WeakPassphrase = "weak_passphrase", BAD_REQUEST, ["limit"];
    /// A name that cannot be one: `cause`.
    BadName = "bad_name", BAD_REQUEST, ["cause"];
    /// There is nothing to read in a bulletin.
    NoText = "no_text", BAD_REQUEST, [];
    /// Something that cannot be as it is asked for: `cause`.
    NotPossible = "not_possible", BAD_REQUEST, ["cause"];
    /// Nobody reads here: this process is a relay.
    NoDesk = "no_desk", CONFLICT, [];
    /// The text is no invite, or a damaged one.
    BadInvite = "bad_invite", UNPROCESSABLE_ENTITY, [];
    /// A certificate that proves nothing: `cause`.
    NotAuthentic = "not_authentic", UNPROCESSABLE_ENTITY, ["cause"];
    /// This desk said the other on a resolution already.
    SaidOther = "said_other", CONFLICT, [];
    /// A resolution that is not adopted proves nothing yet: `signed`, `needed`.
    NotAdopted = "not_adopted", CONFLICT, ["signed", "needed"];
    /// The invite is over.
    InviteOver = "invite_over", CONFLICT, [];
    /// The 24 words of this home are another member's than the one whom the invite brings back.
    OtherWords = "other_words", CONFLICT, [];
    /// Twelve words that are not the member's.
    WordsDiffer = "words_differ", UNPROCESSABLE_ENTITY, [];
    /// No spare pen is left for an invite until other stewards sign the next list.
    NoSparePen = "no_spare_pen", CONFLICT, [];
    /// The committee moved to another channel, and no list there has this home's pen yet.
    NoPen = "no_pen", CONFLICT, [];
    /// Whoever begins another channel keeps its lists, and would be no steward.
    KeepsNoLists = "keeps_no_lists", CONFLICT, [];
    /// The sheet names a channel whose first list is not here, or is not of this committee's pens.
    StrangeChannel = "strange_channel", CONFLICT, [];
    /// These are no 24 words of a recovery key: `cause`.
    BadWords = "bad_words", BAD_REQUEST, ["cause"];
    /// The member is out, and minutes bring them back first.
    MemberOut = "member_out", CONFLICT, [];
    /// The lost device signed something about the number at hand: the recovery key does not.
    SignedElsewhere = "signed_elsewhere", CONFLICT, [];
    /// The committee's book does not let this member do that.
    NotAllowed = "not_allowed", FORBIDDEN, [];
    /// Only whoever wrote a bulletin changes it.
    NotAuthor = "not_author", FORBIDDEN, [];
    /// The bulletin was taken back, and nothing brings it back.
    TakenBack = "taken_back", CONFLICT, [];
    /// The committee is joined, but nobody has answered yet.
    Pending = "pending", CONFLICT, [];
    /// Nothing may be written until a voter has made a new epoch, or our share of it has come.
    NoEpoch = "no_epoch", CONFLICT, [];
    /// The committee has as many of these as it may.
    Full = "full", CONFLICT, [];
    /// This home belongs to the committee, or has asked to join it.
    Joined = "joined", CONFLICT, [];
    /// This member has paused somebody already, and may pause one at a time.
    SuspensionOpen = "suspension_open", CONFLICT, [];
    /// What was proposed can never be minutes: `cause`.
    BadSheet = "bad_sheet", UNPROCESSABLE_ENTITY, ["cause"];
    /// This desk does not sign the sheet: `cause`.
    Unsigned = "unsigned", CONFLICT, ["cause"];
    /// The number is decided already: `no`.
    Decided = "decided", CONFLICT, ["no"];
    /// A sheet in a file follows minutes that are not here: `no`, the newest here.
    Unfollowed = "unfollowed", CONFLICT, ["no"];
    /// Two sheets of one number were adopted: the owner must say where to stand.
    Forked = "forked", CONFLICT, [];
    /// The book here does not reach the minutes that this desk stands on.
    Adrift = "adrift", CONFLICT, [];
    /// This member votes, and has no vote key at this desk.
    NoVoteKey = "no_vote_key", CONFLICT, [];
    /// The member asks for no new vote key.
    NoKeyWanted = "no_key_wanted", CONFLICT, [];
    /// This desk's member is out of the committee: `cause`.
    Out = "out", FORBIDDEN, ["cause"];
    /// This home follows the committee and is no member of it.
    Follows = "follows", CONFLICT, [];
    /// The text is no link, or a damaged one.
    BadLink = "bad_link", UNPROCESSABLE_ENTITY, [];
    /// The link names other minutes than those that this home holds fast to.
    OtherMinutes = "other_minutes", CONFLICT, [];
    /// The committee does not publish.
    NotPublishing = "not_publishing", CONFLICT, [];
    /// This member does not speak for the committee now.
    NotSpokesperson = "not_spokesperson", FORBIDDEN, [];
    /// No list of the public channel that has come here has this home's pen.
    NoPublicPen = "no_public_pen", CONFLICT, [];
    /// Too few vote for others to hold fast to it: `voters`, `enough`.
    FewVoters = "few_voters", CONFLICT, ["voters", "enough"];
    /// A date given by hand that lies before this program was made: `date`, `least`.
    TooEarly = "too_early", BAD_REQUEST, ["date", "least"];
    /// This home was copied or moved and holds the only vote: its owner must say which home keeps it.
    Copied = "copied", CONFLICT, [];
    /// A committee of this home travels in the channel.
    OwnChannel = "own_channel", CONFLICT, [];
    /// The clock of this machine cannot be right.
    ClockDoubted = "clock_doubted", CONFLICT, [];
    /// An address that nothing can dial or listen on: `address`.
    BadAddress = "bad_address", BAD_REQUEST, ["address"];
    /// This process runs without a network.
    NoNetwork = "no_network", CONFLICT, [];
    /// Nobody answered in time.
    TimedOut = "timed_out", GATEWAY_TIMEOUT, [];
    /// The store or the keystore is damaged or cannot be written: `cause`.
    Storage = "storage", INTERNAL_SERVER_ERROR, ["cause"];
    /// This process is ending.
    Stopping = "stopping", SERVICE_UNAVAILABLE, [];
    /// Anything else: `cause`.
    Failed = "failed", INTERNAL_SERVER_ERROR, ["cause"];
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The same in an English sentence.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What the sentence is about, by name, so that it can be said in another language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl ApiError {
    /// A refusal without a hint.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, details: BTreeMap::new() }
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With a detail.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl ToString) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self
    }

    /// With its cause.
    #[must_use]
    pub fn because(self, cause: Cause) -> Self {
        self.detail("cause", cause.name())
    }

    /// With why a sheet cannot be, or why somebody is out.
    #[must_use]
    pub fn obstructed(self, obstacle: Obstacle) -> Self {
        let told = self.detail("cause", obstacle.cause);
        obstacle.details.into_iter().fold(told, |told, (name, value)| told.detail(&name, value))
    }

    /// With what the system said.
    #[must_use]
    pub fn because_of(self, error: &io::Error) -> Self {
        let refusal = self.because(error.into());
        match error.raw_os_error() {
            Some(code) => refusal.detail("code", code),
            None => refusal,
        }
    }

    /// With the identifier or name that was given for a `what`, where it is one of these that was not found, or
    /// anything given that fits several. What is said first stands.
    #[must_use]
    pub fn about(mut self, what: &str, id: impl ToString) -> Self {
        let absent = self.kind == ErrorKind::NotFound && self.details.get("what").is_some_and(|known| known == what);
        let meant = absent || self.kind == ErrorKind::Ambiguous;
        if meant && !self.details.contains_key("id") {
            self.details.insert("what".to_owned(), what.to_owned());
            return self.detail("id", id);
        }
        self
    }

    /// The beginning of an identifier that is too short to mean one.
    pub fn short_id(id: &str) -> Self {
        let message = format!("the beginning of an id has at least {SHORTEST_PREFIX} digits");
        Self::new(ErrorKind::ShortId, message).detail("id", id).detail("limit", SHORTEST_PREFIX)
    }

    /// Nothing of that name.
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(ErrorKind::NotFound, format!("there is no {what} {id}")).detail("what", what).detail("id", id)
    }
}

/// The document that an error travels in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The refusal.
    pub error: ApiError,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.kind.status(), Json(ErrorBody { error: self })).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_the_promised_shape() {
        let error = ApiError::new(ErrorKind::Locked, "the desk is locked").hint("kenes unlock");
        let json = serde_json::to_value(ErrorBody { error }).unwrap();
        let expected = serde_json::json!({
            "error": { "kind": "locked", "message": "the desk is locked", "hint": "kenes unlock" }
        });
        assert_eq!(json, expected);
        let bare = serde_json::to_value(ApiError::new(ErrorKind::Pending, "not yet")).unwrap();
        assert!(bare.get("hint").is_none(), "what is not there is left out");
    }

    #[test]
    fn every_kind_is_written_by_its_name() {
        for kind in ErrorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
