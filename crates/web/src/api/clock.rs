//! The clock: what it shows, and whether it is believed.

use serde::{Deserialize, Serialize};

use super::moment::Moment;

/// `GET /v1/clock`, and the answer to the owner's word that it is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What this machine's clock shows.
    pub shows: Moment,
    /// What it showed when it was last believed; none where it never was.
    pub last: Option<Moment>,
    /// Why it is in doubt, if it is; peers aside.
    pub doubt: Option<ClockDoubt>,
    /// What it will show when it is believed again by itself, where it has leapt ahead.
    pub holds_at: Option<Moment>,
}

/// Why a clock is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockDoubt {
    /// It shows a moment before this program was written.
    BeforeBuild,
    /// It shows a moment more than two days before one at which it was believed.
    Behind,
    /// It has leapt ahead: nothing expires until it has gone on from there for three days.
    FarAhead,
    /// It and a peer's are more than an hour apart.
    PeerApart,
}
