//! Compression with a dictionary of our own, trained on bulletins in Kazakh, Russian and English, so that a text of a
//! few hundred bytes shrinks to a third. Which form a content takes is decided in [`super::pack`].
//!
//! A version never changes once it was used: what was sealed with it must open for ever. The texts that it was trained
//! on stand in `dictionary/`, and `examples/dictionary.rs` trains the next.

use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::CParameter;

use super::pack::{LEVEL, LONGEST_CONTENT, PackError};

/// The version that this code writes; it reads no other.
pub(super) const VERSION: u8 = 1;

const BYTES: &[u8] = include_bytes!("../../dictionary/v1.zdict");

static ENCODER: LazyLock<Option<EncoderDictionary<'static>>> =
    LazyLock::new(|| EncoderDictionary::try_copy(BYTES, LEVEL).ok());
static DECODER: LazyLock<Option<DecoderDictionary<'static>>> =
    LazyLock::new(|| DecoderDictionary::try_copy(BYTES).ok());

/// `content` as a zstd frame that needs the dictionary [`VERSION`]; the frame does not name it.
pub(super) fn compress(content: &[u8]) -> Option<Vec<u8>> {
    let mut compressor = Compressor::with_prepared_dictionary(ENCODER.as_ref()?).ok()?;
    compressor.set_parameter(CParameter::DictIdFlag(false)).ok()?;
    compressor.compress(content).ok()
}

/// The content of a frame that needs the dictionary of `version`.
pub(super) fn decompress(version: u8, frame: &[u8]) -> Result<Vec<u8>, PackError> {
    if version != VERSION {
        return Err(PackError::Dictionary(version));
    }
    let dictionary = DECODER.as_ref().ok_or(PackError::Compression)?;
    let mut decompressor = Decompressor::with_prepared_dictionary(dictionary).map_err(|_| PackError::Compression)?;
    decompressor.decompress(frame, LONGEST_CONTENT).map_err(|_| PackError::Compression)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that the dictionary was not trained on, a bulletin of about 600 bytes a line.
    const HELD_OUT: [(&str, &str); 3] = [
        ("kk", include_str!("../../dictionary/held-out/kk.txt")),
        ("ru", include_str!("../../dictionary/held-out/ru.txt")),
        ("en", include_str!("../../dictionary/held-out/en.txt")),
    ];

    #[test]
    fn the_dictionary_in_use_is_the_one_that_others_hold() {
        assert!(BYTES.len() <= 32 * 1024);
        assert_eq!(
            blake3::hash(BYTES).to_hex().as_str(),
            "3116f151e0f4de2febb3e62c199ee94a2b3c00fd03ea8c75fe155354e3e826b9"
        );
    }

    #[test]
    fn a_short_bulletin_in_cyrillic_more_than_halves() {
        for (language, text) in HELD_OUT.iter().flat_map(|(language, file)| file.lines().map(move |l| (language, l))) {
            let small = compress(text.as_bytes()).unwrap();
            let plain = zstd::bulk::compress(text.as_bytes(), LEVEL).unwrap();
            println!("{language}: {} bytes, zstd {}, with the dictionary {}", text.len(), plain.len(), small.len());
            assert_eq!(decompress(VERSION, &small).unwrap(), text.as_bytes());
            assert!(small.len() < plain.len());
            assert!(*language == "en" || small.len() * 2 < text.len(), "{language}");
        }
    }

    #[test]
    fn a_frame_of_another_version_is_refused() {
        let frame = compress(b"text").unwrap();
        assert_eq!(decompress(0, &frame), Err(PackError::Dictionary(0)));
        assert_eq!(decompress(2, &frame), Err(PackError::Dictionary(2)));
    }

    #[test]
    fn a_bomb_is_refused_with_the_dictionary_too() {
        let bomb = compress(&vec![b' '; LONGEST_CONTENT + 1]).unwrap();
        assert_eq!(decompress(VERSION, &bomb), Err(PackError::Compression));
    }
}
