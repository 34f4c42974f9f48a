//! Words that stand for bytes: 24 for the owner's seed, 12 to compare over a telephone or with a poster (BIP 39, English
//! list). What the bytes are is the caller's to say.

use bip39::{Language, Mnemonic};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::seal::Secret;

/// How many words a digest has.
pub const COMPARED: usize = 12;

/// How many words a seed has.
pub const KEPT: usize = 24;

/// Why words stand for no seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WordsError {
    /// Too many or too few.
    #[error("{0} words, and a recovery key has {KEPT}")]
    Count(usize),
    /// A word that the list does not have; the first is 1.
    #[error("word {0} is not in the list")]
    Unknown(usize),
    /// Each is a word of the list, and together they are not what was written down.
    #[error("the words do not fit together: one is mistaken or out of its place")]
    Checksum,
}

/// The twelve words of a digest, to be compared by two people.
pub fn of_digest(digest: &[u8; 16]) -> [&'static str; COMPARED] {
    let mut words = [""; COMPARED];
    if let Ok(mnemonic) = Mnemonic::from_entropy(digest) {
        words.iter_mut().zip(mnemonic.words()).for_each(|(place, word)| *place = word);
    }
    words
}

/// The digest of twelve words, however they are spaced; nothing, where one is mistyped: they check themselves.
pub fn to_digest(text: &str) -> Option<[u8; 16]> {
    let text = text.to_lowercase();
    let mnemonic = Mnemonic::parse_in_normalized(Language::English, text.trim()).ok()?;
    mnemonic.to_entropy().try_into().ok()
}

/// The 24 words of a seed, to be written down.
pub fn of_seed(seed: &Secret) -> String {
    Mnemonic::from_entropy(seed.as_bytes()).map(|words| words.to_string()).unwrap_or_default()
}

/// The seed of 24 words, however they are spaced; the words check themselves.
pub fn to_seed(text: &str) -> Result<Secret, WordsError> {
    let text = Zeroizing::new(text.to_lowercase());
    let count = text.split_whitespace().count();
    if count != KEPT {
        return Err(WordsError::Count(count));
    }
    let mnemonic = Mnemonic::parse_in_normalized(Language::English, &text).map_err(|error| match error {
        bip39::Error::UnknownWord(at) => WordsError::Unknown(at + 1),
        _ => WordsError::Checksum,
    })?;
    let bytes = Zeroizing::new(mnemonic.to_entropy());
    bytes.as_slice().try_into().map(Secret::from_bytes).map_err(|_| WordsError::Count(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_twelve_words_and_a_seed_twenty_four() {
        assert!(of_digest(&[7; 16]).iter().all(|word| !word.is_empty()));
        assert_eq!(of_seed(&Secret::from_bytes([7; 32])).split(' ').count(), 24);
    }

    #[test]
    fn words_are_read_back_and_a_wrong_one_is_noticed() {
        let words = of_digest(&[9; 16]);
        assert_eq!(to_digest(&format!("  {}\n", words.join("  ").to_uppercase())), Some([9; 16]));
        let mut wrong = words;
        wrong.swap(0, 11);
        assert_eq!(to_digest(&wrong.join(" ")), None);
        assert_eq!(to_digest(&words[1..].join(" ")), None);
        assert_eq!(to_digest(&of_seed(&Secret::from_bytes([7; 32]))), None);
    }

    #[test]
    fn a_seed_is_read_back_and_what_is_mistaken_is_named() {
        let seed = Secret::from_bytes([7; 32]);
        let kept = of_seed(&seed);
        assert_eq!(to_seed(&format!(" {}\n", kept.replace(' ', "\n").to_uppercase())), Ok(seed));
        let words: Vec<_> = kept.split(' ').collect();
        assert_eq!(to_seed(&words[1..].join(" ")).unwrap_err(), WordsError::Count(23));
        let mistaken = |n: usize, word| {
            let mut words = words.clone();
            words[n] = word;
            words.join(" ")
        };
        assert_eq!(to_seed(&mistaken(6, "kenes")).unwrap_err(), WordsError::Unknown(7));
        assert_eq!(to_seed(&mistaken(6, "zoo")).unwrap_err(), WordsError::Checksum);
    }
}
