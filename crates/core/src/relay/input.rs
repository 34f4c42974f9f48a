//! What the relay machine is told.

use std::sync::Arc;

use bincode::{Decode, Encode};

use super::output::Reason;
use crate::channel::{List, SignedList};
use crate::envelope::{Envelope, Kind, Priority, Verified};
use crate::ids::{ChannelId, EnvelopeId, ListId};
use crate::sign::PublicKey;
use crate::time::Timestamp;

/// A connected peer, numbered by the driver; a number is never used again while the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerNo(pub u64);

/// Whoever deposited something and waits for the answer, numbered by the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// A batch handed out for verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchNo(pub u64);

/// Which request a message is, or answers.
///
/// Every request gets exactly one reply or the peer goes down. The machine numbers the requests that it sends; the
/// driver numbers those that peers send, so that the reply finds its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exchange {
    /// A request: a peer's, when it comes in; ours, when it goes out.
    Request(u64),
    /// The reply to the request of that number.
    Reply(u64),
}

/// Where deposited envelopes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// This home's desk, which just signed them.
    Desk,
    /// A file carried by hand.
    Bundle,
}

/// The two ends of a connection, named by whoever authenticated it. What the bytes mean is not known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    /// This side's network id.
    pub ours: Vec<u8>,
    /// The peer's network id, which it has proved to be its own.
    pub theirs: Vec<u8>,
    /// Where the peer connects from, as far as that is told apart in rationing.
    pub address: Vec<u8>,
}

/// One thing that happened.
#[derive(Debug)]
pub enum Input {
    /// Envelopes from this home's desk or from a file. Answered by [`Event::Deposited`](super::Event::Deposited).
    Deposit {
        /// In the order in which they are to be taken: lists before what their pens signed.
        envelopes: Vec<Envelope>,
        /// Who waits.
        ticket: Ticket,
        /// Where they come from.
        source: Source,
    },
    /// A connection to a peer is up.
    PeerUp {
        /// Its number.
        peer: PeerNo,
        /// Whether this side says hello. One of the two does, whoever dialed: both may have.
        first: bool,
        /// Whether our owner added this peer by address: only such a peer is told of channels it may not know.
        added: bool,
        /// Who is connected with whom.
        ends: Ends,
    },
    /// It is gone, or one of our requests to it failed or timed out.
    PeerDown {
        /// Its number.
        peer: PeerNo,
    },
    /// A frame from a peer, not yet decoded.
    Message {
        /// From whom.
        peer: PeerNo,
        /// Which request this is or answers.
        exchange: Exchange,
        /// The frame.
        frame: Vec<u8>,
    },
    /// The result of an [`Output::Check`](super::Output::Check).
    Checked(Checked),
    /// Carry a channel from now on, or drop it with all that is stored of it.
    Carry {
        /// Which.
        channel: ChannelId,
        /// Carry or drop.
        keep: bool,
        /// The list to hold fast to, where the owner named one.
        pinned: Option<ListId>,
    },
    /// The store has these no more: they did not read back. They are lacking from now on, and asked of peers.
    Lost {
        /// Which.
        envelopes: Vec<EnvelopeId>,
    },
    /// The owner asks for a sync of everything with every matched peer, now.
    SyncNow,
    /// The moment asked for by [`Output::WakeAt`](super::Output::WakeAt) has come, or any other.
    Tick,
}

/// An envelope to be verified, with all that takes.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The envelope, well formed.
    pub envelope: Envelope,
    /// For an envelope that carries a list: the list before it, unless it is the first.
    pub before: Option<Arc<List>>,
}

/// An envelope that failed, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Which.
    pub id: EnvelopeId,
    /// Why.
    pub reason: Reason,
}

/// What verification found.
#[derive(Debug)]
pub struct Checked {
    /// Which batch.
    pub batch: BatchNo,
    /// Those that passed, in the order in which they were given.
    pub verified: Vec<Verified<Envelope>>,
    /// Those that did not.
    pub refused: Vec<Refused>,
}

/// What the machine remembers of a stored envelope; the rest stays in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Its id.
    pub id: EnvelopeId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its pen.
    pub pen: PublicKey,
    /// When it was made, to the hour.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// How soon it matters.
    pub priority: Priority,
    /// What kind of body it has.
    pub kind: Kind,
    /// Its length in bytes.
    pub size: u32,
}

impl Entry {
    /// The entry of an envelope.
    pub fn of(envelope: &Envelope) -> Self {
        let header = envelope.header();
        Self {
            id: envelope.id(),
            channel: header.channel,
            pen: header.pen,
            created: header.created,
            expires: header.expires,
            priority: header.priority,
            kind: envelope.body().kind(),
            size: envelope.bytes().len() as u32,
        }
    }

    /// Where it stands in the order of reconciliation and of eviction.
    pub fn mark(&self) -> Mark {
        Mark { created: self.created, id: self.id }
    }
}

/// A place in the order by (created, id).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Mark {
    /// First by time.
    pub created: Timestamp,
    /// Then by id.
    pub id: EnvelopeId,
}

/// Below this mark, a pen's envelopes of one priority are neither kept nor offered nor fetched: they were evicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Floor {
    /// Whose.
    pub pen: PublicKey,
    /// Of which class.
    pub class: Priority,
    /// The highest evicted.
    pub mark: Mark,
}

/// A channel as the store holds it, from which the machine is rebuilt at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Which.
    pub channel: ChannelId,
    /// The list to hold fast to, if one was named.
    pub pinned: Option<ListId>,
    /// Whether this home's desk or owner asked for it, rather than a peer.
    pub own: bool,
    /// Every stored list of the channel, verified, in any order, under the id of the envelope that brought it.
    pub lists: Vec<(EnvelopeId, SignedList)>,
    /// What was evicted.
    pub floors: Vec<Floor>,
}
