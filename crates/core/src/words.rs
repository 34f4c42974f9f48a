//! Words that stand for bytes: 24 for the owner's seed, 12 to compare over a telephone or with a poster (BIP 39, English
//! list). What the bytes are is the caller's to say.

use bip39::{Language, Mnemonic};

use crate::seal::Secret;

/// How many words a digest has.
pub const COMPARED: usize = 12;

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
}
