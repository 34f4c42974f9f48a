//! The desk's randomness: a fresh ChaCha20 generator for each act, seeded by the operating system.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::error::DeskError;

/// A generator seeded by the operating system.
pub(crate) fn rng() -> Result<ChaCha20Rng, DeskError> {
    Ok(ChaCha20Rng::from_seed(bytes()?))
}

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], DeskError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| DeskError::Entropy)?;
    Ok(bytes)
}
