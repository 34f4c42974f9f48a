//! Envelopes as an attacker makes them: forged, of a pen on no list, or of its own pen and of no use to anybody.

use kenes_core::envelope::{Body, Envelope, Header, Priority, Sealed, Shelf, VERSION};
use kenes_core::ids::{ChannelId, EpochId};
use kenes_core::seal;
use kenes_core::sign::SigningKey;
use kenes_core::time::{DAY, Timestamp};

/// Makes envelopes for one channel.
#[derive(Clone)]
pub(crate) struct Forger {
    pub(crate) channel: ChannelId,
    /// What signs; nothing asks whether it stands on a list.
    pub(crate) pen: SigningKey,
    pub(crate) now: Timestamp,
    pub(crate) made: u64,
}

impl Forger {
    pub(crate) fn new(channel: ChannelId, pen: SigningKey, now: Timestamp) -> Self {
        Self { channel, pen, now: now.hour(), made: 0 }
    }

    /// Sealed to nobody, of `length` bytes or a few more, dated so.
    pub(crate) fn junk_of(&mut self, length: usize, created: Timestamp) -> Envelope {
        self.made += 1;
        let mut nonce = [0xa7; 24];
        nonce[..8].copy_from_slice(&self.made.to_le_bytes());
        let length = (length..).find(|length| seal::is_padded(*length)).unwrap();
        let epoch = EpochId::from_bytes([0xa7; 32]);
        let body = Sealed { epoch, shelf: Shelf::Talk, nonce, ciphertext: vec![self.made as u8; length] };
        let header = Header {
            version: VERSION,
            channel: self.channel,
            pen: self.pen.public(),
            created,
            expires: created.plus(14 * DAY),
            priority: Priority::Routine,
        };
        Envelope::seal(header, Body::Sealed(body), &self.pen).unwrap()
    }

    pub(crate) fn junk(&mut self) -> Envelope {
        self.junk_of(600, self.now)
    }

    /// Bytes of an envelope whose signature does not fit.
    pub(crate) fn forged(&mut self) -> Vec<u8> {
        spoil(&self.junk())
    }
}

/// The envelope with its signature changed.
pub(crate) fn spoil(envelope: &Envelope) -> Vec<u8> {
    let mut bytes = envelope.bytes().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    bytes
}
