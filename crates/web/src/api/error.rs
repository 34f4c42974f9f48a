//! How a refusal looks: a kind for programs, a sentence for people, and what to do next.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $status:ident;)*) => {
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
        }
    };
}

kinds! {
    /// The request itself cannot be read.
    BadRequest = "bad_request", BAD_REQUEST;
    /// A value is not what is asked for: `what`, `value`.
    BadValue = "bad_value", BAD_REQUEST;
    /// A text is longer than permitted: `size`, `limit` in bytes.
    TooLong = "too_long", PAYLOAD_TOO_LARGE;
    /// There is nothing of that name: `what`, `id`.
    NotFound = "not_found", NOT_FOUND;
    /// A shortened identifier fits several: `what`, `id`.
    Ambiguous = "ambiguous", CONFLICT;
    /// This home has no keystore yet.
    NotInitialised = "not_initialised", CONFLICT;
    /// This home has a keystore already.
    AlreadyInitialised = "already_initialised", CONFLICT;
    /// The desk is locked.
    Locked = "locked", FORBIDDEN;
    /// The passphrase does not open the keystore.
    WrongPassphrase = "wrong_passphrase", FORBIDDEN;
    /// A new passphrase that is too short: `limit` in characters.
    WeakPassphrase = "weak_passphrase", BAD_REQUEST;
    /// A name that cannot be one.
    BadName = "bad_name", BAD_REQUEST;
    /// There is nothing to read in a bulletin.
    NoText = "no_text", BAD_REQUEST;
    /// Something that cannot be as it is asked for.
    NotPossible = "not_possible", BAD_REQUEST;
    /// Nobody reads here: this process is a relay.
    NoDesk = "no_desk", CONFLICT;
    /// What was given is not signed by whom it should be.
    NotAuthentic = "not_authentic", UNPROCESSABLE_ENTITY;
    /// The text is no invite, or a damaged one.
    BadInvite = "bad_invite", UNPROCESSABLE_ENTITY;
    /// The invite is over.
    InviteOver = "invite_over", CONFLICT;
    /// The committee's book does not let this member do that.
    NotAllowed = "not_allowed", FORBIDDEN;
    /// The committee is joined, but nobody has answered yet.
    Pending = "pending", CONFLICT;
    /// Nothing may be written until a voter has made a new epoch, or our share of it has come.
    NoEpoch = "no_epoch", CONFLICT;
    /// The committee has as many of these as it may.
    Full = "full", CONFLICT;
    /// The same thing was done before.
    Already = "already", CONFLICT;
    /// The clock of this machine cannot be right.
    ClockDoubted = "clock_doubted", CONFLICT;
    /// An address that nothing can dial.
    BadAddress = "bad_address", BAD_REQUEST;
    /// This process runs without a network.
    NoNetwork = "no_network", CONFLICT;
    /// Nobody answered in time.
    TimedOut = "timed_out", GATEWAY_TIMEOUT;
    /// The store or the keystore is damaged or cannot be written.
    Storage = "storage", INTERNAL_SERVER_ERROR;
    /// This process is ending.
    Stopping = "stopping", SERVICE_UNAVAILABLE;
    /// Anything else.
    Failed = "failed", INTERNAL_SERVER_ERROR;
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
    #[serde(default)]
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
    }

    #[test]
    fn every_kind_is_written_by_its_name() {
        for kind in ErrorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
