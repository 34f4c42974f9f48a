//! The relay machine: gossip, sync, quotas and expiry, deciding everything and doing nothing.
//!
//! [`Relay::handle`] takes one [`Input`] and a clock [`Reading`], and gives [`Output`]s to be performed in order:
//! what is to be stored stands before what announces it, and a performer stops at the first failure. Nothing here
//! waits, reads a clock or draws randomness beyond the seed, so a whole mesh can be replayed from one number.
//!
//! One gate: every envelope, from a desk, a peer or a file, is admitted by size, rate, channel and pen; then verified
//! outside ([`Output::Check`], [`check`]) and, come back as [`Verified`](crate::envelope::Verified), stored.

mod input;
mod output;

pub use input::{
    BatchNo, Candidate, Carried, Checked, Entry, Exchange, Floor, Input, Mark, PeerNo, Refused, Source, Ticket,
};
pub use output::{Event, Output, Parcel, Reason, Report};
