//! Names for things: 32-byte identifiers, each of a type of its own, and how they are derived.
//!
//! Every identifier is `BLAKE3 derive_key("kenes v1 <type> id", bytes)`, where the bytes are the object's canonical
//! encoding without its signature. Public keys are not hashes and live in [`crate::sign`].

use std::fmt;
use std::str::FromStr;

use bincode::{Decode, Encode};
use thiserror::Error;

/// Why a text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdError {
    /// It is not 64 hexadecimal digits.
    #[error("an identifier is 64 hexadecimal digits")]
    NotHex,
}

/// The 32 bytes that `BLAKE3 derive_key` gives for `context` and `bytes`.
pub fn derive(context: &'static str, bytes: &[u8]) -> [u8; 32] {
    blake3::derive_key(context, bytes)
}

/// Bytes that are shown in hexadecimal.
#[derive(Debug, Clone, Copy)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        to_hex(self.0, f)
    }
}

pub(crate) fn to_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

pub(crate) fn from_hex(text: &str) -> Result<[u8; 32], IdError> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return Err(IdError::NotHex);
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let high = (pair[0] as char).to_digit(16).ok_or(IdError::NotHex)?;
        let low = (pair[1] as char).to_digit(16).ok_or(IdError::NotHex)?;
        *byte = (high * 16 + low) as u8;
    }
    Ok(out)
}

/// Gives a 32-byte newtype the looks of an identifier: hexadecimal in text and JSON, eight digits in `Debug`.
macro_rules! hex_bytes {
    ($name:ident) => {
        impl $name {
            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Takes 32 bytes as they are.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::ids::to_hex(&self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                $crate::ids::to_hex(&self.0[..4], f)?;
                f.write_str(")")
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ids::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::ids::from_hex(text).map(Self)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'_, str> as ::serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use hex_bytes;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $context:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        pub struct $name([u8; 32]);
        hex_bytes!($name);

        impl $name {
            /// The identifier of the object that is encoded, without its signature, as `bytes`.
            pub fn of(bytes: &[u8]) -> Self {
                Self(derive($context, bytes))
            }
        }
    )*};
}

ids! {
    /// A channel: the hash of its first list.
    ChannelId = "kenes v1 channel id";
    /// A list of a channel's pens.
    ListId = "kenes v1 list id";
    /// An envelope, as nodes store and pass it on.
    EnvelopeId = "kenes v1 envelope id";
    /// An op: what one device said once.
    OpId = "kenes v1 op id";
    /// An object of a minute book.
    BookId = "kenes v1 book id";
    /// What puts somebody out of an epoch: the object that does, or a key that cheated.
    ExclusionId = "kenes v1 exclusion id";
    /// A committee: the hash of its genesis.
    CommitteeId = "kenes v1 committee id";
    /// A member: the hash of the first vote key and the recovery key.
    MemberId = "kenes v1 member id";
    /// An epoch: the hash of the body of its `Rotate`.
    EpochId = "kenes v1 epoch id";
    /// An invite.
    InviteId = "kenes v1 invite id";
}

/// The shortest text that may stand for an identifier.
pub const SHORTEST_PREFIX: usize = 4;

/// Whether `text`, at least [`SHORTEST_PREFIX`] hexadecimal digits, begins the identifier `id`.
pub fn has_prefix<T: fmt::Display>(id: &T, text: &str) -> bool {
    text.len() >= SHORTEST_PREFIX && id.to_string().starts_with(&text.to_ascii_lowercase())
}

/// Reads a whole identifier or says that it is none; see [`has_prefix`] for shortened ones.
pub fn parse<T: FromStr<Err = IdError>>(text: &str) -> Result<T, IdError> {
    text.parse()
}

impl From<BookId> for ExclusionId {
    fn from(object: BookId) -> Self {
        Self(object.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_identifier_are_one_to_one() {
        let id = EnvelopeId::of(b"bytes");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("zz".parse::<EnvelopeId>(), Err(IdError::NotHex));
        assert_eq!("é".repeat(32).parse::<EnvelopeId>(), Err(IdError::NotHex));
    }

    #[test]
    fn one_content_has_different_ids_under_different_types() {
        assert_ne!(EnvelopeId::of(b"x").as_bytes(), OpId::of(b"x").as_bytes());
    }

    #[test]
    fn a_prefix_needs_four_digits() {
        let id = OpId::from_bytes([0xab; 32]);
        assert!(has_prefix(&id, "ABab"));
        assert!(!has_prefix(&id, "aba"));
        assert!(!has_prefix(&id, "abac"));
    }
}
