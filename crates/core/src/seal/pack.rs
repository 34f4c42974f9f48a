//! How content is laid out before it is sealed: compressed in whichever way is shortest, then padded with zeros.

use bincode::{Decode, Encode};
use thiserror::Error;

use super::{SealError, dictionary, padded};
use crate::wire;

/// The longest content that may be sealed, and the most that unpacking ever gives, in bytes.
pub const LONGEST_CONTENT: usize = 64 * 1024 - 1_024;

/// Contents are short, and compressed once by their author.
pub(super) const LEVEL: i32 = 19;

/// Why decrypted bytes are not packed content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PackError {
    /// The padding is not the one that this content takes, or holds something.
    #[error("wrong padding")]
    Padding,
    /// Not an encoding of packed content.
    #[error("not packed content")]
    Malformed,
    /// It does not decompress within [`LONGEST_CONTENT`].
    #[error("it does not decompress within the limit")]
    Compression,
    /// It needs a dictionary that this code does not have.
    #[error("compressed with dictionary {0}, which this program does not have")]
    Dictionary(u8),
}

#[derive(Encode, Decode)]
enum Packed {
    Plain(Vec<u8>),
    Zstd(Vec<u8>),
    Dictionary { version: u8, frame: Vec<u8> },
}

impl Packed {
    /// The shortest form of `content`; of two equally short ones the plainer.
    fn shortest(content: &[u8]) -> Self {
        let zstd = zstd::bulk::compress(content, LEVEL).ok().map(Self::Zstd);
        let dictionary = dictionary::compress(content);
        let dictionary = dictionary.map(|frame| Self::Dictionary { version: dictionary::VERSION, frame });
        let plain = Self::Plain(content.to_vec());
        [zstd, dictionary].into_iter().flatten().fold(plain, |best, next| match next.weight() < best.weight() {
            true => next,
            false => best,
        })
    }

    fn weight(&self) -> usize {
        match self {
            Self::Plain(bytes) | Self::Zstd(bytes) => bytes.len(),
            Self::Dictionary { frame, .. } => frame.len() + 1,
        }
    }
}

pub(super) fn pack(content: &[u8]) -> Result<Vec<u8>, SealError> {
    if content.len() > LONGEST_CONTENT {
        return Err(SealError::TooLong);
    }
    let mut bytes = wire::encode(&Packed::shortest(content));
    bytes.resize(padded(bytes.len()), 0);
    Ok(bytes)
}

pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, PackError> {
    let (packed, used) = wire::decode_prefix::<Packed>(bytes).map_err(|_| PackError::Malformed)?;
    let padding = &bytes[used..];
    if padded(used) != bytes.len() || padding.iter().any(|byte| *byte != 0) {
        return Err(PackError::Padding);
    }
    match packed {
        Packed::Plain(content) if content.len() <= LONGEST_CONTENT => Ok(content),
        Packed::Plain(_) => Err(PackError::Malformed),
        Packed::Zstd(frame) => zstd::bulk::decompress(&frame, LONGEST_CONTENT).map_err(|_| PackError::Compression),
        Packed::Dictionary { version, frame } => dictionary::decompress(version, &frame),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_of_any_length_unpacks_to_itself() {
        for length in [0, 1, 511, 512, 4_000, LONGEST_CONTENT] {
            let content: Vec<u8> = (0..length).map(|n| (n * n % 251) as u8).collect();
            assert_eq!(unpack(&pack(&content).unwrap()).unwrap(), content);
        }
        assert_eq!(pack(&vec![0; LONGEST_CONTENT + 1]), Err(SealError::TooLong));
    }

    #[test]
    fn text_is_compressed() {
        let text = "Жиын сағат алтыда, цех алдында. ".repeat(100);
        assert!(pack(text.as_bytes()).unwrap().len() <= 512);
    }

    #[test]
    fn each_form_is_taken_where_it_is_shortest() {
        let noise: Vec<u8> = (0..64u64).flat_map(|n| blake3::hash(&n.to_le_bytes()).as_bytes().to_vec()).collect();
        assert!(matches!(Packed::shortest(&noise), Packed::Plain(_)));
        assert!(matches!(Packed::shortest(&[7; 4_000]), Packed::Zstd(_)));
        let text = "Комитеттің кеңесі бүгін кешке өтеді, барлық мүшелер келсін.";
        assert!(matches!(Packed::shortest(text.as_bytes()), Packed::Dictionary { version: 1, .. }));
    }

    #[test]
    fn a_decompression_bomb_is_refused() {
        let bomb = zstd::bulk::compress(&vec![0; 50_000_000], 19).unwrap();
        let mut bytes = wire::encode(&Packed::Zstd(bomb));
        bytes.resize(padded(bytes.len()), 0);
        assert_eq!(unpack(&bytes), Err(PackError::Compression));
    }

    #[test]
    fn nothing_hides_in_the_padding() {
        let mut bytes = pack(b"short").unwrap();
        bytes[300] = 1;
        assert_eq!(unpack(&bytes), Err(PackError::Padding));
        bytes.truncate(300);
        assert_eq!(unpack(&bytes), Err(PackError::Padding));
    }
}
