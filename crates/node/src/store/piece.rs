//! What a value looks like in the file: framed, so that it can be found again where the map around it is damaged.
//!
//! `magic(4) sum(8) seq(8) key length(2) value length(2) key value`, numbers little-endian. The sum is the start of the
//! BLAKE3 of all that follows it; of two values under one key, the one with the higher sequence number is newer.

/// What a piece begins with.
const MAGIC: [u8; 4] = [0xf5, b'k', b'n', 0x91];
const SUM: usize = 8;
const FIXED: usize = 4 + SUM + 8 + 2 + 2;
/// No piece is longer, in bytes: sled moves larger leaves into files that nothing makes durable.
const LONGEST: usize = 4_096;
/// The longest key.
pub(super) const LONGEST_KEY: usize = 520;
/// The longest value.
pub(super) const LONGEST_VALUE: usize = LONGEST - FIXED - LONGEST_KEY;

/// A piece that was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) seq: u64,
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
}

/// Frames a value; what is longer than it may be is cut, and the sum of what was cut does not fit any reader's wish.
pub(super) fn frame(seq: u64, key: &[u8], value: &[u8]) -> Vec<u8> {
    debug_assert!(key.len() <= LONGEST_KEY && value.len() <= LONGEST_VALUE, "{} and {}", key.len(), value.len());
    let mut piece = Vec::with_capacity(FIXED + key.len() + value.len());
    piece.extend_from_slice(&MAGIC);
    piece.extend_from_slice(&[0; SUM]);
    piece.extend_from_slice(&seq.to_le_bytes());
    piece.extend_from_slice(&(key.len() as u16).to_le_bytes());
    piece.extend_from_slice(&(value.len() as u16).to_le_bytes());
    piece.extend_from_slice(key);
    piece.extend_from_slice(value);
    let sum = sum(&piece[MAGIC.len() + SUM..]);
    piece[MAGIC.len()..MAGIC.len() + SUM].copy_from_slice(&sum);
    piece
}

/// The piece at the start of `bytes`, if one is there and whole.
pub(super) fn parse(bytes: &[u8]) -> Option<Piece<'_>> {
    let piece = split(bytes)?;
    let summed = bytes.get(MAGIC.len() + SUM..length(&piece))?;
    bytes.get(MAGIC.len()..).is_some_and(|rest| rest.starts_with(&sum(summed))).then_some(piece)
}

/// The piece at the start of `bytes`, taken at its word.
pub(super) fn split(bytes: &[u8]) -> Option<Piece<'_>> {
    let (_sum, rest) = bytes.strip_prefix(&MAGIC)?.split_first_chunk::<SUM>()?;
    let (seq, rest) = rest.split_first_chunk::<8>()?;
    let (key_length, rest) = rest.split_first_chunk::<2>()?;
    let (value_length, rest) = rest.split_first_chunk::<2>()?;
    let (key, rest) = rest.split_at_checked(u16::from_le_bytes(*key_length).into())?;
    let value = rest.get(..u16::from_le_bytes(*value_length).into())?;
    Some(Piece { seq: u64::from_le_bytes(*seq), key, value })
}

/// How long a piece is in the file.
pub(super) const fn length(piece: &Piece<'_>) -> usize {
    FIXED + piece.key.len() + piece.value.len()
}

/// Every whole piece in `bytes` that begins before `end`, with where it begins.
pub(super) fn find_all(bytes: &[u8], end: usize) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < end.min(bytes.len()) {
            let Some(rest) = bytes.get(at..) else { break };
            let found = rest.iter().position(|byte| *byte == MAGIC[0])?;
            let place = at + found;
            at = place + 1;
            if let Some(piece) = bytes.get(place..).and_then(parse).filter(|_| place < end) {
                at = place + length(&piece);
                return Some((place, piece));
            }
        }
        None
    })
}

fn sum(bytes: &[u8]) -> [u8; SUM] {
    let mut sum = [0; SUM];
    sum.copy_from_slice(&blake3::hash(bytes).as_bytes()[..SUM]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_reads_back_and_no_byte_of_it_can_be_changed_or_cut() {
        let piece = frame(7, b"key", b"value");
        assert_eq!(parse(&piece), Some(Piece { seq: 7, key: b"key", value: b"value" }));
        for at in 0..piece.len() {
            let mut changed = piece.clone();
            changed[at] ^= 1;
            assert_eq!(parse(&changed), None, "byte {at}");
            assert_eq!(parse(&piece[..at]), None);
        }
    }

    #[test]
    fn the_longest_piece_fits() {
        assert_eq!(frame(0, &[1; LONGEST_KEY], &[2; LONGEST_VALUE]).len(), LONGEST);
    }

    #[test]
    fn pieces_are_found_among_other_bytes() {
        let (one, two) = (frame(1, b"a", b"x"), frame(2, b"b", b"yy"));
        let bytes = [&MAGIC[..], b"rubbish", &one, &two, &[0xf5; 9], &one[..9]].concat();
        let found: Vec<_> = find_all(&bytes, bytes.len()).map(|(at, piece)| (at, piece.key.to_vec())).collect();
        assert_eq!(found, vec![(11, b"a".to_vec()), (11 + one.len(), b"b".to_vec())]);
        assert_eq!(find_all(&bytes, 12).count(), 1, "only those that begin before the end");
    }
}
