//! What the relay machine asks for.

use std::sync::Arc;

use super::input::{BatchNo, Candidate, Exchange, Floor, PeerNo, Ticket};
use crate::envelope::{Envelope, Verified};
use crate::ids::{ChannelId, EnvelopeId, ListId};
use crate::time::Timestamp;

/// One thing to do. They are to be done in the order given; the first that fails ends the work.
#[derive(Debug)]
pub enum Output {
    /// Verify these, away from the loop, and answer with [`Input::Checked`](super::Input::Checked).
    Check {
        /// To be named in the answer.
        batch: BatchNo,
        /// At most 256, all from one peer, file or desk.
        candidates: Vec<Candidate>,
    },
    /// Make these durable, with what waits under the ticket, before anything that follows.
    Store {
        /// New ones only.
        envelopes: Vec<Verified<Envelope>>,
        /// The deposit that they belong to.
        ticket: Option<Ticket>,
    },
    /// Forget these: they are over, evicted, or of a dropped channel.
    Drop {
        /// Which.
        envelopes: Vec<EnvelopeId>,
        /// The channel's floors from now on, all of them; empty where none changed.
        floors: Vec<(ChannelId, Vec<Floor>)>,
    },
    /// Remember that this channel is carried, or forget it.
    Carry {
        /// Which.
        channel: ChannelId,
        /// Carry or forget.
        keep: bool,
        /// The list to hold fast to.
        pinned: Option<ListId>,
        /// Whether this home's desk or owner asked, rather than a peer.
        own: bool,
    },
    /// Send a frame.
    Send {
        /// To whom.
        peer: PeerNo,
        /// A request of ours or the reply to one of the peer's.
        exchange: Exchange,
        /// What.
        parcel: Parcel,
    },
    /// Close the connection.
    Disconnect {
        /// Whose.
        peer: PeerNo,
        /// Why, where the peer is at fault: it is not to be let in again for a while.
        fault: Option<Reason>,
    },
    /// Let the desk and the owner know.
    Tell(Event),
    /// Send [`Input::Tick`](super::Input::Tick) at this moment; replaces the moment asked for before.
    WakeAt(Timestamp),
}

/// A frame whose envelopes the performer adds: the machine holds none.
///
/// The stored bytes of `envelopes` follow `head` on the wire in the way that [`Parcel::frame`] lays down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The encoded message, without envelopes.
    pub head: Vec<u8>,
    /// Which envelopes it carries.
    pub envelopes: Vec<EnvelopeId>,
}

impl Parcel {
    /// The whole frame. Envelopes that the store no longer has are left out.
    pub fn frame(&self, stored: impl FnMut(&EnvelopeId) -> Option<Arc<[u8]>>) -> Vec<u8> {
        let mut frame = self.head.clone();
        for bytes in self.envelopes.iter().filter_map(stored) {
            frame.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            frame.extend_from_slice(&bytes);
        }
        frame
    }
}

/// Why an envelope or a peer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No envelope at all, or no message.
    Malformed,
    /// Its pen's signature does not fit.
    BadSignature,
    /// Its pen is in no list that we know.
    UnknownPen,
    /// A channel that is not carried here.
    UnknownChannel,
    /// A list that does not count.
    BadList,
    /// A list of a branch that we do not follow.
    RivalList,
    /// Over already.
    Expired,
    /// Too far in the future to be taken now.
    Ahead,
    /// Below what was evicted for want of room.
    BelowFloor,
    /// More than the limits allow.
    TooMuch,
    /// Something that was not asked for.
    Unasked,
    /// Promised and not delivered.
    Withheld,
    /// A sync that does not narrow, goes on too long or contradicts itself.
    BadSync,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 13] = [
        Self::Malformed,
        Self::BadSignature,
        Self::UnknownPen,
        Self::UnknownChannel,
        Self::BadList,
        Self::RivalList,
        Self::Expired,
        Self::Ahead,
        Self::BelowFloor,
        Self::TooMuch,
        Self::Unasked,
        Self::Withheld,
        Self::BadSync,
    ];

    /// Its name, for documents that programs read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::BadSignature => "bad_signature",
            Self::UnknownPen => "unknown_pen",
            Self::UnknownChannel => "unknown_channel",
            Self::BadList => "bad_list",
            Self::RivalList => "rival_list",
            Self::Expired => "expired",
            Self::Ahead => "ahead",
            Self::BelowFloor => "below_floor",
            Self::TooMuch => "too_much",
            Self::Unasked => "unasked",
            Self::Withheld => "withheld",
            Self::BadSync => "bad_sync",
        }
    }
}

/// What a sync with one peer about one channel moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Envelopes stored.
    pub received: u64,
    /// Envelopes that came and were here already.
    pub duplicate: u64,
    /// Envelopes sent and acknowledged.
    pub sent: u64,
    /// Envelopes refused.
    pub refused: u64,
    /// Bytes of messages that were no envelopes, both ways.
    pub overhead_bytes: u64,
}

/// Something to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A deposit is done; what it stored is durable.
    Deposited {
        /// Whose.
        ticket: Ticket,
        /// Newly stored.
        stored: u64,
        /// Here already.
        duplicate: u64,
        /// Not taken, and why.
        refused: Vec<(EnvelopeId, Reason)>,
    },
    /// Envelopes were stored, from wherever.
    Stored {
        /// In which channel.
        channel: ChannelId,
        /// How many.
        count: u64,
    },
    /// A peer has some of what this home's desk deposited and nobody was known to have.
    Acknowledged {
        /// In which channel.
        channel: ChannelId,
    },
    /// A peer carries a channel that we carry.
    Matched {
        /// Who.
        peer: PeerNo,
        /// Which.
        channel: ChannelId,
    },
    /// A sync is done.
    Synced {
        /// With whom.
        peer: PeerNo,
        /// Of which channel.
        channel: ChannelId,
        /// What it moved.
        report: Report,
    },
    /// A peer's clock and ours are more than an hour apart.
    ClockApart {
        /// Whose.
        peer: PeerNo,
        /// What it says the time is.
        theirs: Timestamp,
    },
    /// A peer did wrong and was charged for it.
    Charged {
        /// Who.
        peer: PeerNo,
        /// For what.
        reason: Reason,
    },
    /// Two branches of a channel's lists are signed by its keepers.
    ListFork {
        /// Which channel.
        channel: ChannelId,
    },
}
