//! What peers say to each other, written anew from `docs/meeting.md`, so that an attacker can say anything.

use bincode::{Decode, Encode};
use kenes_core::envelope::{Envelope, Priority};
use kenes_core::ids::{ChannelId, ListId, derive};
use kenes_core::relay::Floor;
use kenes_core::time::Timestamp;
use kenes_core::wire;

pub(crate) type Short = [u8; 16];
pub(crate) type Tag = [u8; 16];

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Request {
    Hello(Hello),
    Channels { tags: Vec<Tag> },
    State { channel: ChannelId, state: State },
    Floors { channel: ChannelId, floors: Vec<Floor> },
    Introduce { channel: ChannelId },
    Announce { channel: ChannelId, offers: Vec<Offer> },
    Push { channel: ChannelId, cause: Cause, gone: Vec<Short> },
    Query(Query),
    Get { channel: ChannelId, ids: Vec<Short> },
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Reply {
    Hello(Hello),
    Channels { tags: Vec<Tag> },
    State(State),
    Floors { floors: Vec<Floor> },
    Ack { stored: u32, refused: u32 },
    Wanted { bits: Vec<u8> },
    Answer { session: u64, spans: Vec<Span> },
    Given,
    Busy,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Hello {
    pub(crate) version: u8,
    pub(crate) nonce: [u8; 32],
    pub(crate) clock: Option<Timestamp>,
    pub(crate) open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct State {
    pub(crate) tips: Vec<(u32, ListId)>,
    pub(crate) count: u64,
    pub(crate) print: [u8; 16],
    pub(crate) floors: [u8; 8],
    pub(crate) clock: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Offer {
    pub(crate) id: Short,
    pub(crate) priority: Priority,
    pub(crate) size: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Cause {
    Live,
    Lists,
    Turn { session: u64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Query {
    pub(crate) channel: ChannelId,
    pub(crate) session: u64,
    pub(crate) cut: Timestamp,
    pub(crate) ahead: Timestamp,
    pub(crate) full: bool,
    pub(crate) spans: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Span {
    pub(crate) upto: Upto,
    pub(crate) part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Upto {
    Mark { hours: u64, prefix: Vec<u8> },
    End,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Part {
    Same,
    Print([u8; 6]),
    List(Vec<[u8; 4]>),
    Give(Vec<[u8; 4]>),
    Want(Vec<u8>),
}

/// The tag by which `sender` names a channel to `receiver`; each is a nonce and a network id.
pub(crate) fn tag(channel: &ChannelId, sender: (&[u8; 32], &[u8]), receiver: (&[u8; 32], &[u8])) -> Tag {
    let bound = wire::encode(&(sender.0, receiver.0, sender.1, receiver.1, channel));
    derive("kenes v1 channel tag", &bound)[..16].try_into().unwrap()
}

pub(crate) fn short(envelope: &Envelope) -> Short {
    envelope.id().as_bytes()[..16].try_into().unwrap()
}

/// A message and what follows it.
pub(crate) fn frame<'a>(message: &impl Encode, following: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut frame = wire::encode(message);
    for bytes in following {
        frame.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        frame.extend_from_slice(bytes);
    }
    frame
}
