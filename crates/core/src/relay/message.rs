//! What machines say to each other: requests, replies, and the frames that carry them.
//!
//! A frame is a message in its canonical bytes, then any number of envelopes, each behind its length in four bytes,
//! little-endian. Every request gets exactly one reply. What the messages mean and how they follow each other is in
//! `docs/meeting.md`; here are only their bytes and bounds.

use bincode::{Decode, Encode};

use super::chain::Tip;
use super::input::{Entry, Floor};
use super::reconcile::Span;
use crate::envelope::{self, Priority};
use crate::ids::{ChannelId, EnvelopeId, derive};
use crate::time::Timestamp;
use crate::wire;

/// The version of these messages.
pub(super) const VERSION: u8 = 1;
/// The most tags in one message: a peer that carries more than this many channels is not told of the rest.
pub(super) const TAGS: usize = 4_096;
/// The most floors in one message.
pub(super) const FLOORS: usize = 4_096;

/// The first half of an envelope's id: what is announced and asked for.
///
/// 16 bytes keep out whoever would make an envelope that passes for another's; two of one's own with the same half
/// can be found with 2^64 work, and then the second is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub(super) struct Short(pub(super) [u8; 16]);

impl Short {
    pub(super) fn of(id: &EnvelopeId) -> Self {
        let mut short = [0; 16];
        short.copy_from_slice(&id.as_bytes()[..16]);
        Self(short)
    }
}

/// A channel's name between two peers that may not both know it.
pub(super) type Tag = [u8; 16];

/// One end of a connection, as tags are bound to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct End<'a> {
    /// What it drew for this connection.
    pub(super) nonce: &'a [u8; 32],
    /// Its network id, which the transport has authenticated.
    pub(super) id: &'a [u8],
}

/// The tag by which `sender` names `channel` to `receiver`: of no use on any other connection, nor the other way round.
pub(super) fn tag(channel: &ChannelId, sender: End<'_>, receiver: End<'_>) -> Tag {
    let bound = wire::encode(&(sender.nonce, receiver.nonce, sender.id, receiver.id, channel));
    let mut tag = [0; 16];
    tag.copy_from_slice(&derive("kenes v1 channel tag", &bound)[..16]);
    tag
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) enum Request {
    /// The first of all.
    Hello(Hello),
    /// Which channels are carried, under salted tags, their number padded with random ones.
    Channels { tags: Vec<Tag> },
    /// How a matched channel stands here.
    State { channel: ChannelId, state: State },
    /// What was evicted here.
    Floors { channel: ChannelId, floors: Vec<Floor> },
    /// A channel by name, to an open relay; its lists follow.
    Introduce { channel: ChannelId },
    /// Something new.
    Announce { channel: ChannelId, offers: Vec<Offer> },
    /// Envelopes follow.
    Push {
        channel: ChannelId,
        cause: Cause,
        /// What the other side wanted of our offers and is not here any more.
        gone: Vec<Short>,
    },
    /// One round of a turn.
    Query(Query),
    /// Envelopes announced before, wanted now.
    Get { channel: ChannelId, ids: Vec<Short> },
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) enum Reply {
    Hello(Hello),
    Channels {
        tags: Vec<Tag>,
    },
    State(State),
    Floors {
        floors: Vec<Floor>,
    },
    /// Taken: how many were new, and how many were not taken.
    Ack {
        stored: u32,
        refused: u32,
    },
    /// A bit for each offer, the lowest first.
    Wanted {
        bits: Vec<u8>,
    },
    /// The other half of the round. Envelopes that the asker lacks follow, as many as fit.
    Answer {
        session: u64,
        spans: Vec<Span>,
    },
    /// Envelopes follow.
    Given,
    /// Not now.
    Busy,
    /// Not carried here.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) struct Hello {
    pub(super) version: u8,
    pub(super) nonce: [u8; 32],
    /// None where its own clock is in doubt.
    pub(super) clock: Option<Timestamp>,
    pub(super) open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct State {
    /// The newest list of the chain that is followed, then those of rival branches.
    pub(super) tips: Vec<Tip>,
    pub(super) count: u64,
    pub(super) print: [u8; 16],
    /// Of the floors.
    pub(super) floors: [u8; 8],
    pub(super) clock: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) struct Offer {
    pub(super) id: Short,
    pub(super) priority: Priority,
    pub(super) size: u32,
}

impl Offer {
    pub(super) fn of(entry: &Entry) -> Self {
        Self { id: Short::of(&entry.id), priority: entry.priority, size: entry.size }
    }
}

/// Why envelopes are pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) enum Cause {
    /// They are new.
    Live,
    /// The lists come first.
    Lists,
    /// A turn of sync found them lacking.
    Turn { session: u64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct Query {
    pub(super) channel: ChannelId,
    /// Drawn by whoever asks; a turn keeps it.
    pub(super) session: u64,
    /// What ends at this moment or earlier is left out by both.
    pub(super) cut: Timestamp,
    /// What was made after this moment is left out by both.
    pub(super) ahead: Timestamp,
    /// Whether sums are of keyed hashes.
    pub(super) full: bool,
    pub(super) spans: Vec<Span>,
}

/// The message and the envelopes of a frame; None where it is none.
pub(super) fn parse<T: Encode + Decode<()>>(frame: &[u8]) -> Option<(T, Vec<&[u8]>)> {
    let (message, consumed) = wire::decode_prefix(frame).ok()?;
    let mut envelopes = Vec::new();
    let mut rest = &frame[consumed..];
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if length > envelope::LONGEST {
            return None;
        }
        let (bytes, after) = after.split_at_checked(length)?;
        envelopes.push(bytes);
        rest = after;
    }
    Some((message, envelopes))
}

/// What an envelope takes in a frame.
pub(super) const fn framed(size: u32) -> usize {
    size as usize + 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(envelopes: &[&[u8]]) -> Vec<u8> {
        let mut frame = wire::encode(&Reply::Given);
        for bytes in envelopes {
            frame.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            frame.extend_from_slice(bytes);
        }
        frame
    }

    #[test]
    fn a_frame_is_read_to_its_last_byte_or_not_at_all() {
        let whole = frame(&[b"one", b"", b"three"]);
        assert_eq!(parse::<Reply>(&whole), Some((Reply::Given, vec![&b"one"[..], b"", b"three"])));
        let ends = [1, 8, 12, whole.len()];
        for cut in 0..whole.len() {
            assert_eq!(parse::<Reply>(&whole[..cut]).is_some(), ends.contains(&cut), "cut at {cut}");
        }
    }

    #[test]
    fn a_length_that_no_envelope_has_is_no_frame() {
        let mut long = frame(&[]);
        long.extend_from_slice(&u32::MAX.to_le_bytes());
        long.extend_from_slice(&[0; 100]);
        assert_eq!(parse::<Reply>(&long), None);
        assert_eq!(parse::<Request>(&[250, 0, 0]), None);
        // A list of spans that claims to be longer than memory.
        assert_eq!(parse::<Reply>(&[6, 1, 253, 255, 255, 255, 255, 255, 255, 255, 255]), None);
    }

    #[test]
    fn a_tag_tells_nothing_to_whoever_does_not_know_the_channel_and_cannot_be_sent_back() {
        let channel = ChannelId::from_bytes([1; 32]);
        let end = |nonce, id| End { nonce, id };
        let said = tag(&channel, end(&[2; 32], b"one"), end(&[3; 32], b"two"));
        for other in [
            tag(&channel, end(&[3; 32], b"two"), end(&[2; 32], b"one")),
            tag(&channel, end(&[2; 32], b"one"), end(&[4; 32], b"two")),
            tag(&channel, end(&[2; 32], b"two"), end(&[3; 32], b"one")),
            tag(&channel, end(&[2; 32], b"one"), end(&[3; 32], b"mid")),
            tag(&channel, end(&[2; 32], b"on"), end(&[3; 32], b"etwo")),
            tag(&ChannelId::from_bytes([2; 32]), end(&[2; 32], b"one"), end(&[3; 32], b"two")),
        ] {
            assert_ne!(said, other);
        }
    }
}
