//! Where everything stands in the one ordered map: the first byte names the space, the rest the place in it.
//!
//! | key | value |
//! | --- | --- |
//! | `p` arrival(8) | a pack of short envelopes, the first of which came then |
//! | `c` arrival(8) n(1) | the n-th [`PIECE`] of a long envelope |
//! | `e` arrival(8) | a pack of what is remembered of envelopes, short and long |
//! | `n` name, `d` name | a record of the node's or the desk's: the number of its tails (2), then its first bytes |
//! | `N` name n(2), `D` name n(2) | a record's n-th tail |
//!
//! Envelopes stand in the order in which they arrived: writing appends, and a reader goes on from where it was.

use std::fmt;

use kenes_core::ids::ChannelId;

use super::pack::Content;
use super::piece;

/// No value is longer than this, in bytes.
pub(super) const PIECE: usize = piece::LONGEST_VALUE;
/// How much of a record stands beside the number of its tails.
pub(super) const HEAD: usize = PIECE - 2;

const CHUNK: u8 = b'c';
const ENTRIES: u8 = b'e';
const ENVELOPES: u8 = b'p';

/// When an envelope came, as a number: 1 for the first that a store took, never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Arrival(u64);

impl Arrival {
    /// Before everything.
    pub const START: Self = Self(0);

    /// The arrival of this number, as a reader noted it.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Its number, for a reader to note.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The arrival `places` later.
    pub(super) const fn plus(self, places: usize) -> Self {
        Self(self.0.saturating_add(places as u64))
    }

    pub(super) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Far enough ahead that no reader's note from a damaged store can lie beyond it.
    pub(super) const fn leap(self) -> Self {
        Self(self.0.saturating_add(1 << 32))
    }
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Space {
    Node,
    Desk,
}

impl Space {
    const fn head(self) -> u8 {
        match self {
            Self::Node => b'n',
            Self::Desk => b'd',
        }
    }

    const fn tail(self) -> u8 {
        self.head().to_ascii_uppercase()
    }
}

pub(super) fn chunk(arrival: Arrival, n: u8) -> [u8; 10] {
    let mut key = [CHUNK; 10];
    key[1..9].copy_from_slice(&arrival.0.to_be_bytes());
    key[9] = n;
    key
}

pub(super) fn pack(content: Content, first: Arrival) -> [u8; 9] {
    let mut key = [0; 9];
    key[0] = match content {
        Content::Entries => ENTRIES,
        Content::Envelopes => ENVELOPES,
    };
    key[1..].copy_from_slice(&first.0.to_be_bytes());
    key
}

/// How many chunks an envelope of `size` bytes has.
pub(super) fn chunks_of(size: usize) -> u8 {
    size.div_ceil(PIECE).min(usize::from(u8::MAX)) as u8
}

pub(super) fn head(space: Space, name: &[u8]) -> Vec<u8> {
    [&[space.head()], name].concat()
}

pub(super) fn tail(space: Space, name: &[u8], n: u16) -> Vec<u8> {
    [&[space.tail()], name, &n.to_be_bytes()].concat()
}

/// What a key of the map stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key<'a> {
    Chunk(Arrival, u8),
    Pack(Content, Arrival),
    Head(Space, &'a [u8]),
    Tail(Space, &'a [u8], u16),
}

impl<'a> Key<'a> {
    pub(super) fn parse(key: &'a [u8]) -> Option<Self> {
        let (first, rest) = key.split_first()?;
        let space = if first.eq_ignore_ascii_case(&b'n') { Space::Node } else { Space::Desk };
        match first {
            &CHUNK => {
                let (n, arrival) = rest.split_last()?;
                Some(Self::Chunk(number(arrival)?, *n))
            }
            &ENTRIES => Some(Self::Pack(Content::Entries, number(rest)?)),
            &ENVELOPES => Some(Self::Pack(Content::Envelopes, number(rest)?)),
            b'n' | b'd' => Some(Self::Head(space, rest)),
            b'N' | b'D' => {
                let (name, n) = rest.split_last_chunk::<2>()?;
                Some(Self::Tail(space, name, u16::from_be_bytes(*n)))
            }
            _ => None,
        }
    }
}

fn number(bytes: &[u8]) -> Option<Arrival> {
    bytes.try_into().ok().map(u64::from_be_bytes).map(Arrival)
}

/// The names of the node's own records.
pub(super) mod name {
    use super::ChannelId;

    pub(in crate::store) const SCHEMA: &[u8] = b"schema";
    pub(in crate::store) const NEXT: &[u8] = b"next";
    pub(in crate::store) const PLACE: &[u8] = b"place";
    pub(in crate::store) const SALVAGED: &[u8] = b"salvaged";
    pub(in crate::store) const CLOCK: &[u8] = b"clock";
    pub(in crate::store) const SYNCED: &[u8] = b"synced";
    pub(in crate::store) const CHANNELS: &[u8] = b"channel/";
    pub(in crate::store) const FLOORS: &[u8] = b"floors/";
    pub(in crate::store) const QUEUED: &[u8] = b"queued/";
    pub(in crate::store) const PEERS: &[u8] = b"peer/";
    pub(in crate::store) const BLOCKED: &[u8] = b"blocked/";

    pub(in crate::store) fn channel(channel: &ChannelId) -> Vec<u8> {
        [CHANNELS, channel.as_bytes()].concat()
    }

    pub(in crate::store) fn queued(channel: &ChannelId) -> Vec<u8> {
        [QUEUED, channel.as_bytes()].concat()
    }

    pub(in crate::store) fn peer(address: &str) -> Vec<u8> {
        [PEERS, address.as_bytes()].concat()
    }

    pub(in crate::store) fn blocked(peer: &str) -> Vec<u8> {
        [BLOCKED, peer.as_bytes()].concat()
    }

    pub(in crate::store) fn floors(channel: &ChannelId) -> Vec<u8> {
        [FLOORS, channel.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_back_as_what_it_stands_for() {
        let arrival = Arrival(258);
        assert_eq!(Key::parse(&chunk(arrival, 3)), Some(Key::Chunk(arrival, 3)));
        for content in [Content::Entries, Content::Envelopes] {
            assert_eq!(Key::parse(&pack(content, arrival)), Some(Key::Pack(content, arrival)));
        }
        for space in [Space::Node, Space::Desk] {
            assert_eq!(Key::parse(&head(space, b"name")), Some(Key::Head(space, b"name")));
            assert_eq!(Key::parse(&tail(space, b"name", 9)), Some(Key::Tail(space, b"name", 9)));
        }
        assert_eq!(Key::parse(b""), None);
        assert_eq!(Key::parse(b"c12"), None);
        assert_eq!(Key::parse(b"?"), None);
    }

    #[test]
    fn keys_stand_in_the_order_of_arrival() {
        assert!(pack(Content::Entries, Arrival(255)) < pack(Content::Entries, Arrival(256)));
        assert!(chunk(Arrival(1), 15) < chunk(Arrival(2), 0));
        assert_eq!(chunks_of(1), 1);
        assert_eq!(chunks_of(PIECE), 1);
        assert_eq!(chunks_of(kenes_core::envelope::LONGEST), 19);
    }
}
