//! What happens, as it happens: `GET /v1/events`, server-sent.

use kenes_core::ids::{ChannelId, CommitteeId};
use serde::{Deserialize, Serialize};

use super::bulletin::Bulletin;
use super::desk::DeskState;
use super::status::Sync;

/// One event. Its `type` is also the name of the server-sent event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A bulletin was opened that had not been seen here.
    Bulletin {
        /// It.
        bulletin: Box<Bulletin>,
    },
    /// Envelopes were stored, whether or not this desk can open them.
    Stored {
        /// In which channel.
        channel: ChannelId,
        /// How many.
        count: u64,
    },
    /// A sync is done.
    Synced {
        /// What it moved.
        report: Sync,
    },
    /// A committee changed: somebody joined, was paused, or this desk's owner was let in.
    Committee {
        /// Which.
        committee: CommitteeId,
    },
    /// Somebody asks to join.
    Request {
        /// Which committee.
        committee: CommitteeId,
    },
    /// The desk was locked or unlocked.
    Desk {
        /// What it is now.
        state: DeskState,
    },
    /// Some events were not delivered because the reader was too slow: what is shown should be read anew.
    Missed {
        /// How many.
        count: u64,
    },
}

impl Event {
    /// The name of the event, as in its `type`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Bulletin { .. } => "bulletin",
            Self::Stored { .. } => "stored",
            Self::Synced { .. } => "synced",
            Self::Committee { .. } => "committee",
            Self::Request { .. } => "request",
            Self::Desk { .. } => "desk",
            Self::Missed { .. } => "missed",
        }
    }
}
