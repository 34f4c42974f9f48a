//! Texts to be handed over: a scheme, and bytes with their checksum in base 32, which also fit the alphanumeric mode of a
//! QR code. What the bytes are is in [`crate::invite`] and [`crate::link`].

use bincode::{Decode, Encode};
use data_encoding::BASE32_NOPAD;

use crate::ids;
use crate::wire;

/// How many bytes of a hash stand behind the bytes.
const CHECKSUM: usize = 4;

/// Why a text holds no such value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UriError {
    /// It does not begin with the scheme.
    Scheme,
    /// Something in it was changed or lost on the way.
    Damaged,
    /// A version that this code does not know.
    Version(u8),
}

/// A kind of text, of a value that begins with its version.
pub(crate) struct Form {
    /// What it begins with.
    pub(crate) scheme: &'static str,
    /// Under which context its checksum is derived.
    pub(crate) checksum: &'static str,
    /// At most so many characters are read.
    pub(crate) longest: usize,
    /// The version that this code reads.
    pub(crate) version: u8,
}

impl Form {
    pub(crate) fn write<T: Encode>(&self, value: &T) -> String {
        let mut bytes = wire::encode(value);
        let sum = ids::derive(self.checksum, &bytes);
        bytes.extend_from_slice(&sum[..CHECKSUM]);
        format!("{}{}", self.scheme, BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }

    /// Reads it in any case and with any white space inside.
    pub(crate) fn read<T: Encode + Decode<()>>(&self, text: &str) -> Result<T, UriError> {
        let bytes = self.bytes(text)?;
        match bytes.first() {
            Some(version) if *version == self.version => {
                wire::decode(&bytes, self.longest).map_err(|_| UriError::Damaged)
            }
            Some(version) => Err(UriError::Version(*version)),
            None => Err(UriError::Damaged),
        }
    }

    fn bytes(&self, text: &str) -> Result<Vec<u8>, UriError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).take(self.longest).collect();
        let text = text.to_ascii_lowercase();
        let code = text.strip_prefix(self.scheme).ok_or(UriError::Scheme)?;
        let mut bytes = BASE32_NOPAD.decode(code.to_ascii_uppercase().as_bytes()).map_err(|_| UriError::Damaged)?;
        let sum = bytes.split_off(bytes.len().checked_sub(CHECKSUM).ok_or(UriError::Damaged)?);
        if ids::derive(self.checksum, &bytes)[..CHECKSUM] == *sum { Ok(bytes) } else { Err(UriError::Damaged) }
    }
}
