//! Ed25519 under one rule for ever, ZIP 215, and with a domain for each type of object.
//!
//! A signature is over `"kenes/v1/<type>\0" ‖ bytes`. Verification follows ZIP 215 (`[8][s]B = [8]R + [8][k]A`, `s`
//! canonical), singly and in batches alike, so that no two nodes disagree about a crafted signature. Keys are checked
//! once, when they become a [`CheckedKey`]: canonical, on the curve, torsion-free and not of small order.

use std::fmt;

use bincode::{Decode, Encode};
use curve25519_dalek::edwards::CompressedEdwardsY;
use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::hex_bytes;

/// What a signature is for; no signature of one domain verifies in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain(&'static str);

impl Domain {
    /// An envelope, by its pen.
    pub const ENVELOPE: Self = Self("kenes/v1/envelope\0");
    /// A list of pens, by a keeper of the list before.
    pub const LIST: Self = Self("kenes/v1/list\0");
    /// An op, by its device.
    pub const OP: Self = Self("kenes/v1/op\0");
    /// An object of the minute book, by the key that it names.
    pub const BOOK: Self = Self("kenes/v1/book\0");
    /// A device's consent to belong to a member.
    pub const DEVICE: Self = Self("kenes/v1/device\0");
    /// The consent of two keys to make a member.
    pub const MEMBER: Self = Self("kenes/v1/member\0");
    /// A key's consent to vote for a member in the place of another.
    pub const KEY: Self = Self("kenes/v1/key\0");
    /// A rotation, by the device that makes it.
    pub const ROTATION: Self = Self("kenes/v1/rotation\0");
    /// A request to join, by the vote key that it brings.
    pub const JOIN: Self = Self("kenes/v1/join\0");
    /// A welcome, by the device of the member who invited.
    pub const WELCOME: Self = Self("kenes/v1/welcome\0");
    /// A share of an epoch for a device that its rotation did not cover.
    pub const SHARE: Self = Self("kenes/v1/share\0");
    /// A member's return, by the recovery key.
    pub const RETURN: Self = Self("kenes/v1/return\0");

    fn wrap(self, bytes: &[u8]) -> Vec<u8> {
        [self.0.as_bytes(), bytes].concat()
    }
}

/// Why a key may sign nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes name no point of the curve, or name it in a second way.
    #[error("not a canonical point of the curve")]
    NotCanonical,
    /// The point has a part of small order.
    #[error("a key of small or mixed order")]
    Torsion,
}

/// A signature does not belong to this key, domain and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the signature does not fit")]
pub struct BadSignature;

/// The 32 bytes of an Ed25519 public key, not yet checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct PublicKey([u8; 32]);
hex_bytes!(PublicKey);

impl PublicKey {
    /// Checks the key: canonical, torsion-free, not of small order.
    pub fn check(&self) -> Result<CheckedKey, KeyError> {
        let compressed = CompressedEdwardsY(self.0);
        let point = compressed.decompress().ok_or(KeyError::NotCanonical)?;
        if point.compress() != compressed {
            return Err(KeyError::NotCanonical);
        }
        if point.is_small_order() || !point.is_torsion_free() {
            return Err(KeyError::Torsion);
        }
        ed25519_zebra::VerificationKey::try_from(self.0).map(CheckedKey).map_err(|_| KeyError::NotCanonical)
    }
}

/// A public key that passed [`PublicKey::check`], decompressed and ready to verify with.
#[derive(Clone, Copy)]
pub struct CheckedKey(ed25519_zebra::VerificationKey);

impl CheckedKey {
    /// The key's bytes.
    pub fn key(&self) -> PublicKey {
        PublicKey(self.0.into())
    }

    /// Whether `signature` is this key's for `bytes` in `domain`.
    pub fn verify(&self, domain: Domain, bytes: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        self.0.verify(&signature.to_zebra(), &domain.wrap(bytes)).map_err(|_| BadSignature)
    }
}

impl fmt::Debug for CheckedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key().fmt(f)
    }
}

/// The 64 bytes of an Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Signature([u8; 64]);

impl Signature {
    /// How many bytes a signature takes at the end of whatever it signs.
    pub const SIZE: usize = 64;

    /// Takes 64 bytes as they are.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    fn to_zebra(self) -> ed25519_zebra::Signature {
        ed25519_zebra::Signature::from(self.0)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(")?;
        crate::ids::to_hex(&self.0[..4], f)?;
        f.write_str(")")
    }
}

/// An Ed25519 secret key: 32 bytes of seed, wiped when dropped, shown by nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Encode, Decode)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// A new random key.
    pub fn generate<R: CryptoRng>(rng: &mut R) -> Self {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        Self(seed)
    }

    /// The key of a seed.
    pub const fn from_seed(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// The seed, to be kept sealed.
    pub const fn seed(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(ed25519_zebra::VerificationKey::from(&self.expand()).into())
    }

    /// Signs `bytes` in `domain`.
    pub fn sign(&self, domain: Domain, bytes: &[u8]) -> Signature {
        Signature(self.expand().sign(&domain.wrap(bytes)).into())
    }

    fn expand(&self) -> ed25519_zebra::SigningKey {
        ed25519_zebra::SigningKey::from(self.0)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(secret)")
    }
}

/// A signature to be verified together with others.
pub struct Signed<'a> {
    /// The signer.
    pub key: CheckedKey,
    /// What the signature is for.
    pub domain: Domain,
    /// The text.
    pub bytes: &'a [u8],
    /// The signature.
    pub signature: Signature,
}

/// Verifies many signatures at about a third of the cost of one at a time; all fit, or the batch is refused whole.
pub fn verify_all<R: CryptoRng>(batch: &[Signed<'_>], rng: &mut R) -> Result<(), BadSignature> {
    let mut verifier = ed25519_zebra::batch::Verifier::new();
    for item in batch {
        let key = ed25519_zebra::VerificationKeyBytes::from(item.key.0);
        verifier.queue((key, item.signature.to_zebra(), &item.domain.wrap(item.bytes)));
    }
    verifier.verify(rng).map_err(|_| BadSignature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn rng() -> rand_chacha::ChaCha20Rng {
        rand_chacha::ChaCha20Rng::from_seed([1; 32])
    }

    #[test]
    fn a_signature_holds_for_its_key_domain_and_text_only() {
        let secret = SigningKey::generate(&mut rng());
        let key = secret.public().check().unwrap();
        let signature = secret.sign(Domain::OP, b"text");
        assert_eq!(key.verify(Domain::OP, b"text", &signature), Ok(()));
        assert_eq!(key.verify(Domain::ENVELOPE, b"text", &signature), Err(BadSignature));
        assert_eq!(key.verify(Domain::OP, b"Text", &signature), Err(BadSignature));
    }

    #[test]
    fn keys_of_small_order_or_in_a_second_encoding_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey(identity).check().unwrap_err(), KeyError::Torsion);
        let mut overlong = [0xff; 32];
        overlong[0] = 0xee;
        overlong[31] = 0x7f;
        assert_eq!(PublicKey(overlong).check().unwrap_err(), KeyError::NotCanonical);
        let mixed =
            curve25519_dalek::constants::ED25519_BASEPOINT_POINT + curve25519_dalek::constants::EIGHT_TORSION[1];
        assert_eq!(PublicKey(mixed.compress().to_bytes()).check().unwrap_err(), KeyError::Torsion);
    }

    #[test]
    fn a_batch_falls_with_one_bad_signature() {
        let secret = SigningKey::generate(&mut rng());
        let key = secret.public().check().unwrap();
        let signature = secret.sign(Domain::OP, b"a");
        let good = Signed { key, domain: Domain::OP, bytes: b"a", signature };
        let bad = Signed { key, domain: Domain::OP, bytes: b"b", signature };
        assert_eq!(verify_all(&[good], &mut rng()), Ok(()));
        let good = Signed { key, domain: Domain::OP, bytes: b"a", signature };
        assert_eq!(verify_all(&[good, bad], &mut rng()), Err(BadSignature));
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert_eq!(format!("{:?}", SigningKey::from_seed([7; 32])), "SigningKey(secret)");
    }
}
