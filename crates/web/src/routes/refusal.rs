//! What the desk and the node refuse, in the words of the interface.

use std::error::Error;

use kenes_core::identity::NameError;
use kenes_core::op::OpError;
use kenes_desk::DeskError;
use kenes_node::NodeError;

use crate::api::{ApiError, ErrorKind};

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        let refusal = Self::new(kind(&error), sentence(&error));
        match error {
            DeskError::NoCommittee => refusal.detail("what", "committee").detail("id", "-"),
            DeskError::Nobody => refusal.detail("what", "member").detail("id", "-"),
            DeskError::NoBulletin => refusal.detail("what", "bulletin"),
            DeskError::Ambiguous => refusal.detail("what", "id").detail("id", "-"),
            DeskError::WeakPassphrase(limit) => refusal.detail("limit", limit),
            DeskError::Op(OpError::TooLong) => refusal.detail("limit", kenes_core::op::LONGEST_TEXT),
            DeskError::Name(NameError::TooLong) => refusal.detail("limit", kenes_core::identity::LONGEST_NAME),
            DeskError::ClockBehind { shows, at_least } => {
                refusal.detail("shows", crate::api::Moment(shows)).detail("at_least", crate::api::Moment(at_least))
            }
            _ => refusal,
        }
    }
}

/// Kinds that a later desk may add are failures until they are named here.
fn kind(error: &DeskError) -> ErrorKind {
    match error {
        DeskError::Uninitialised => ErrorKind::NotInitialised,
        DeskError::Initialised => ErrorKind::AlreadyInitialised,
        DeskError::Locked => ErrorKind::Locked,
        DeskError::WrongPassphrase => ErrorKind::WrongPassphrase,
        DeskError::WeakPassphrase(_) => ErrorKind::WeakPassphrase,
        DeskError::NoCommittee | DeskError::Nobody | DeskError::NoBulletin => ErrorKind::NotFound,
        DeskError::Ambiguous => ErrorKind::Ambiguous,
        DeskError::Name(NameError::TooLong) | DeskError::Op(OpError::TooLong) => ErrorKind::TooLong,
        DeskError::Name(_) => ErrorKind::BadName,
        DeskError::Op(OpError::Empty) => ErrorKind::NoText,
        DeskError::Op(_) | DeskError::Expiry | DeskError::Object(_) => ErrorKind::NotPossible,
        DeskError::NotAllowed(_) => ErrorKind::NotAllowed,
        DeskError::NotIn(_) => ErrorKind::Pending,
        DeskError::NoEpoch(_) => ErrorKind::NoEpoch,
        DeskError::ClockBehind { .. } => ErrorKind::ClockDoubted,
        DeskError::Invite(_) => ErrorKind::BadInvite,
        DeskError::InviteOver => ErrorKind::InviteOver,
        DeskError::Joined(_) | DeskError::SuspensionOpen(_) => ErrorKind::Already,
        DeskError::Full(_) => ErrorKind::Full,
        DeskError::Node(error) => node_kind(error),
        DeskError::Keystore(_) | DeskError::Exposed(_) | DeskError::Io { .. } | DeskError::Record => ErrorKind::Storage,
        DeskError::Store(_) | DeskError::Home(_) => ErrorKind::Storage,
        _ => ErrorKind::Failed,
    }
}

impl From<NodeError> for ApiError {
    fn from(error: NodeError) -> Self {
        Self::new(node_kind(&error), sentence(&error))
    }
}

fn node_kind(error: &NodeError) -> ErrorKind {
    match error {
        NodeError::Store(_) | NodeError::Home(_) => ErrorKind::Storage,
        NodeError::Net(_) => ErrorKind::BadAddress,
        NodeError::Stopped => ErrorKind::Stopping,
        _ => ErrorKind::Failed,
    }
}

/// The error and what lies beneath it, each said once.
fn sentence(error: &dyn Error) -> String {
    let mut sentence = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        let text = cause.to_string();
        if !sentence.contains(&text) {
            sentence.push_str(": ");
            sentence.push_str(&text);
        }
        beneath = cause.source();
    }
    sentence
}
