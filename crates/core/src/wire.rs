//! Bytes: the one canonical encoding of every signed or exchanged type. The only module that knows bincode.
//!
//! bincode accepts overlong varints and trailing bytes. Here a byte string decodes only if it is consumed to the end
//! and encodes again to itself, so that one value has one encoding and one hash. Types on the wire hold no map, no
//! float and no `usize`; what must be sorted says so in its own check.

use bincode::config::{Configuration, Limit};
use bincode::{Decode, Encode};
use thiserror::Error;

/// No byte string that is decoded anywhere may be longer, and none may claim memory beyond it.
pub const MOST: usize = 8 * 1024 * 1024;

const CONFIG: Configuration<bincode::config::LittleEndian, bincode::config::Varint, Limit<MOST>> =
    bincode::config::standard().with_limit::<MOST>();

/// Why bytes are not the canonical encoding of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// Longer than the caller's limit, or it claims to hold more than [`MOST`].
    #[error("longer than the limit")]
    TooLong,
    /// Cut short, an unknown variant, invalid UTF-8 or otherwise no encoding of this type.
    #[error("not an encoding of the expected type")]
    Malformed,
    /// Bytes follow the value.
    #[error("bytes follow the value")]
    Trailing,
    /// The value has a shorter or otherwise different encoding.
    #[error("not the canonical encoding")]
    NotCanonical,
}

/// The canonical encoding of `value`.
///
/// Writing to memory fails only for types that do not belong on the wire, and those do not implement [`Encode`] here;
/// such a value would encode as nothing and be refused everywhere.
pub fn encode<T: Encode>(value: &T) -> Vec<u8> {
    bincode::encode_to_vec(value, bincode::config::standard()).unwrap_or_default()
}

/// The value whose canonical encoding is `bytes`, which may be at most `limit` long.
pub fn decode<T: Encode + Decode<()>>(bytes: &[u8], limit: usize) -> Result<T, WireError> {
    if bytes.len() > limit.min(MOST) {
        return Err(WireError::TooLong);
    }
    let (value, consumed) = decode_prefix(bytes)?;
    if consumed == bytes.len() { Ok(value) } else { Err(WireError::Trailing) }
}

/// The value at the start of `bytes`, and how many bytes its canonical encoding takes.
pub fn decode_prefix<T: Encode + Decode<()>>(bytes: &[u8]) -> Result<(T, usize), WireError> {
    let (value, consumed) = bincode::decode_from_slice::<T, _>(bytes, CONFIG).map_err(|error| match error {
        bincode::error::DecodeError::LimitExceeded => WireError::TooLong,
        _ => WireError::Malformed,
    })?;
    match encode(&value) == bytes[..consumed] {
        true => Ok((value, consumed)),
        false => Err(WireError::NotCanonical),
    }
}

/// Whether `items` are strictly ascending: sorted, and none twice.
pub fn ascending<T: Ord>(items: &[T]) -> bool {
    items.windows(2).all(|pair| pair[0] < pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlong_varint_is_refused() {
        assert_eq!(decode::<u64>(&encode(&7u64), 16), Ok(7));
        assert_eq!(decode::<u64>(&[251, 7, 0], 16), Err(WireError::NotCanonical));
    }

    #[test]
    fn trailing_bytes_and_missing_bytes_are_refused() {
        let bytes = encode(&(1u8, vec![2u8, 3]));
        for cut in 0..bytes.len() {
            assert_eq!(decode::<(u8, Vec<u8>)>(&bytes[..cut], 16), Err(WireError::Malformed));
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(decode::<(u8, Vec<u8>)>(&longer, 16), Err(WireError::Trailing));
    }

    #[test]
    fn a_length_beyond_the_rest_takes_no_memory() {
        let claim = [253, 255, 255, 255, 255, 255, 255, 255, 255];
        assert!(matches!(decode::<Vec<u8>>(&claim, 16), Err(WireError::TooLong | WireError::Malformed)));
    }

    #[test]
    fn the_caller_limit_holds() {
        assert_eq!(decode::<Vec<u8>>(&encode(&vec![0u8; 20]), 16), Err(WireError::TooLong));
    }
}
