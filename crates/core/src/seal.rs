//! Sealing: compress, pad by Padmé, encrypt; and HPKE to one recipient. What the contents mean is not known here.
//!
//! * Symmetric: XChaCha20-Poly1305 with a random 24-byte nonce.
//! * To one recipient: HPKE base mode (RFC 9180), DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
//! * Padding: Padmé (Nikitin et al., PETS 2019) over a floor of 512 bytes, so that a length tells at most 12 % less
//!   than itself and short texts tell nothing.

use std::fmt;

use bincode::{Decode, Encode};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::scalar::Scalar;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::{self, hex_bytes};
use crate::wire;

mod dictionary;
mod pack;

pub use pack::{LONGEST_CONTENT, PackError};

/// Bytes that authentication adds to a ciphertext.
pub const TAG: usize = 16;
/// No padded content is shorter.
pub const FLOOR: usize = 512;

/// A ciphertext does not open with this key, or its content is not what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another key, another place, or changed bytes.
    #[error("it does not open with this key")]
    Key,
    /// It opened, and what is inside is not properly packed.
    #[error("what is inside is not properly packed: {0}")]
    Pack(#[from] PackError),
}

/// A content could not be sealed: it is too long, or the recipient's key is unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealError {
    /// Longer than [`LONGEST_CONTENT`].
    #[error("too long to be sealed")]
    TooLong,
    /// The recipient's key gives a shared secret of zeros, or is no key.
    #[error("the recipient's key is unusable")]
    Recipient,
}

/// 32 secret bytes, wiped when dropped, shown by nothing.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Encode, Decode)]
pub struct Secret([u8; 32]);

impl Secret {
    /// New and random.
    pub fn generate<R: CryptoRng>(rng: &mut R) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Takes 32 bytes as they are.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Another secret, for one purpose, from this one and some public bytes.
    pub fn derive(&self, context: &'static str, public: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(&self.0);
        public.iter().for_each(|part| {
            hasher.update(part);
        });
        Self(*hasher.finalize().as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(secret)")
    }
}

/// The size to which Padmé pads `length` bytes, at least [`FLOOR`].
pub const fn padded(length: usize) -> usize {
    if length <= FLOOR {
        return FLOOR;
    }
    let exponent = length.ilog2();
    let mantissa = exponent.ilog2() + 1;
    let mask = (1 << (exponent - mantissa)) - 1;
    (length + mask) & !mask
}

/// Whether a ciphertext of this length can hold padded content.
pub const fn is_padded(ciphertext: usize) -> bool {
    match ciphertext.checked_sub(TAG) {
        Some(length) => padded(length) == length,
        None => false,
    }
}

/// Packs, pads and encrypts `content`; `aad` is bound but not carried.
pub fn seal(key: &Secret, nonce: &[u8; 24], content: &[u8], aad: &[u8]) -> Result<Vec<u8>, SealError> {
    encrypt(key, nonce, &pack::pack(content)?, aad).ok_or(SealError::TooLong)
}

/// Decrypts what [`seal`] made.
pub fn open(key: &Secret, nonce: &[u8; 24], ciphertext: &[u8], aad: &[u8]) -> Result<Vec<u8>, OpenError> {
    let packed = decrypt(key, nonce, ciphertext, aad).ok_or(OpenError::Key)?;
    Ok(pack::unpack(&packed)?)
}

/// Encrypts bytes as they are, for keeping at home: not padded, not compressed.
pub fn encrypt(key: &Secret, nonce: &[u8; 24], plain: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(&Key::from(*key.as_bytes()));
    cipher.encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad }).ok()
}

/// Decrypts what [`encrypt`] made.
pub fn decrypt(key: &Secret, nonce: &[u8; 24], ciphertext: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(&Key::from(*key.as_bytes()));
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad }).ok()
}

/// The X25519 key to which something may be sealed by HPKE.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct BoxKey([u8; 32]);
hex_bytes!(BoxKey);

impl BoxKey {
    /// Whether something can be sealed to it: a point of small order gives everyone the same secret of zeros.
    pub fn is_usable(&self) -> bool {
        let times_cofactor = MontgomeryPoint(self.0) * Scalar::from(8u8);
        times_cofactor.to_bytes() != [0; 32]
    }
}

/// The secret half of a [`BoxKey`].
#[derive(Clone, Zeroize, ZeroizeOnDrop, Encode, Decode)]
pub struct BoxSecret([u8; 32]);

impl BoxSecret {
    /// A new random key.
    pub fn generate<R: CryptoRng>(rng: &mut R) -> Self {
        let mut seed = Secret::generate(rng);
        let (secret, _) = X25519HkdfSha256::derive_keypair(seed.as_bytes());
        seed.zeroize();
        Self(secret.to_bytes().into())
    }

    /// The public half.
    pub fn public(&self) -> BoxKey {
        match self.parse() {
            Some(secret) => BoxKey(X25519HkdfSha256::sk_to_pk(&secret).to_bytes().into()),
            None => BoxKey([0; 32]),
        }
    }

    fn parse(&self) -> Option<<X25519HkdfSha256 as Kem>::PrivateKey> {
        Deserializable::from_bytes(&self.0).ok()
    }

    /// Opens what [`to_one`] made for this key.
    pub fn open(&self, enc: &[u8; 32], ciphertext: &[u8], info: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        let enc = Deserializable::from_bytes(enc).ok()?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.parse()?,
            &enc,
            info,
            ciphertext,
            aad,
        )
        .ok()
    }

    /// Opens what [`to_one`] made for this key from packed content.
    pub fn open_packed(
        &self,
        enc: &[u8; 32],
        ciphertext: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, OpenError> {
        let packed = self.open(enc, ciphertext, info, aad).ok_or(OpenError::Key)?;
        Ok(pack::unpack(&packed)?)
    }
}

impl fmt::Debug for BoxSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxSecret(secret)")
    }
}

/// Seals `plain` to one recipient: (encapsulated key, ciphertext).
pub fn to_one<R: CryptoRng>(
    to: &BoxKey,
    plain: &[u8],
    info: &[u8],
    aad: &[u8],
    rng: &mut R,
) -> Result<([u8; 32], Vec<u8>), SealError> {
    let to = Deserializable::from_bytes(to.as_bytes()).map_err(|_| SealError::Recipient)?;
    let (enc, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &to,
        info,
        plain,
        aad,
        rng,
    )
    .map_err(|_| SealError::Recipient)?;
    Ok((enc.to_bytes().into(), ciphertext))
}

/// Packs and pads `content`, then seals it to one recipient.
pub fn to_one_packed<R: CryptoRng>(
    to: &BoxKey,
    content: &[u8],
    info: &[u8],
    aad: &[u8],
    rng: &mut R,
) -> Result<([u8; 32], Vec<u8>), SealError> {
    to_one(to, &pack::pack(content)?, info, aad, rng)
}

/// The four bytes by which a recipient finds what is sealed to its key: fresh for each encapsulation, so that they
/// link nothing for those who do not know the key.
pub fn hint(to: &BoxKey, enc: &[u8; 32]) -> [u8; 4] {
    let hash = ids::derive("kenes v1 hint", &wire::encode(&(to, enc)));
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn rng() -> rand_chacha::ChaCha20Rng {
        rand_chacha::ChaCha20Rng::from_seed([1; 32])
    }

    #[test]
    fn padme_pads_by_at_most_twelve_percent_and_is_stable() {
        assert_eq!((padded(0), padded(512), padded(513)), (512, 512, 544));
        for length in 1..70_000 {
            let size = padded(length);
            assert!(size >= length && padded(size) == size);
            assert!(length <= FLOOR || (size - length) * 100 <= length * 12);
        }
    }

    #[test]
    fn sealed_content_opens_only_with_its_key_nonce_and_place() {
        let key = Secret::generate(&mut rng());
        let sealed = seal(&key, &[1; 24], "жиын".as_bytes(), b"here").unwrap();
        assert!(is_padded(sealed.len()));
        assert_eq!(open(&key, &[1; 24], &sealed, b"here").unwrap(), "жиын".as_bytes());
        assert_eq!(open(&key, &[1; 24], &sealed, b"there"), Err(OpenError::Key));
        assert_eq!(open(&key, &[2; 24], &sealed, b"here"), Err(OpenError::Key));
        assert_eq!(open(&Secret::from_bytes([0; 32]), &[1; 24], &sealed, b"here"), Err(OpenError::Key));
    }

    #[test]
    fn a_box_opens_only_for_its_recipient() {
        let (mine, other) = (BoxSecret::generate(&mut rng()), BoxSecret::from_seed_for_test(8));
        let (enc, ciphertext) = to_one(&mine.public(), b"secret", b"info", b"aad", &mut rng()).unwrap();
        assert_eq!(mine.open(&enc, &ciphertext, b"info", b"aad").unwrap(), b"secret");
        assert_eq!(other.open(&enc, &ciphertext, b"info", b"aad"), None);
        assert_eq!(mine.open(&enc, &ciphertext, b"info", b"other"), None);
    }

    #[test]
    fn a_key_that_gives_zeros_is_refused() {
        assert_eq!(to_one(&BoxKey([0; 32]), b"x", b"", b"", &mut rng()), Err(SealError::Recipient));
        assert!(!BoxKey([0; 32]).is_usable() && BoxSecret::generate(&mut rng()).public().is_usable());
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert_eq!(format!("{:?}", Secret::from_bytes([7; 32])), "Secret(secret)");
        assert_eq!(format!("{:?}", BoxSecret([7; 32])), "BoxSecret(secret)");
    }

    impl BoxSecret {
        fn from_seed_for_test(n: u8) -> Self {
            Self(X25519HkdfSha256::derive_keypair(&[n; 32]).0.to_bytes().into())
        }
    }
}
