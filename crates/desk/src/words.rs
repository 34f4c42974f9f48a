//! Words that stand for bytes: 24 for the owner's seed, 12 to compare over a telephone (BIP 39, English list).

use kenes_core::seal::Secret;

/// The twelve words of a digest, to be compared by two people.
pub(crate) fn of_digest(digest: &[u8; 16]) -> String {
    bip39::Mnemonic::from_entropy(digest).map(|words| words.to_string()).unwrap_or_default()
}

/// The 24 words of a seed, to be written down.
pub(crate) fn of_seed(seed: &Secret) -> String {
    bip39::Mnemonic::from_entropy(seed.as_bytes()).map(|words| words.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_twelve_words_and_a_seed_twenty_four() {
        assert_eq!(of_digest(&[7; 16]).split(' ').count(), 12);
        assert_eq!(of_seed(&Secret::from_bytes([7; 32])).split(' ').count(), 24);
    }
}
