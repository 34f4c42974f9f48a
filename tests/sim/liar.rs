//! A peer that lies: it runs the real machine and twists what that says.

use kenes_core::relay::Exchange;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

pub(crate) struct Liar {
    rng: ChaCha20Rng,
}

impl Liar {
    pub(crate) fn new(seed: u64) -> Self {
        let mut bytes = [9; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self { rng: ChaCha20Rng::from_seed(bytes) }
    }

    /// What goes out instead of `frame`. A reply stays one reply.
    pub(crate) fn twist(&mut self, exchange: Exchange, mut frame: Vec<u8>) -> Vec<Vec<u8>> {
        // Hello and channels are left alone most of the time, or nobody would listen to the rest.
        let greeting = frame.len() < 64 && frame.first().is_some_and(|kind| *kind < 2);
        match self.rng.next_u64() % if greeting { 100 } else { 9 } {
            0 => {
                // Garbage.
                self.rng.fill_bytes(&mut frame);
                vec![frame]
            }
            1 | 2 if !greeting => {
                // A false word in the head: a count, a fingerprint, a session, an id.
                let at = (self.rng.next_u64() as usize) % frame.len().clamp(1, 96);
                if let Some(byte) = frame.get_mut(at) {
                    *byte ^= 1 << (self.rng.next_u64() % 8);
                }
                vec![frame]
            }
            3 | 4 if frame.len() > 600 => {
                // A forged signature: the last bytes of the last envelope.
                let last = frame.len() - 1 - (self.rng.next_u64() % 64) as usize;
                frame[last] ^= 0x55;
                vec![frame]
            }
            5 if frame.len() > 600 => {
                // What was promised does not come.
                frame.truncate(34);
                vec![frame]
            }
            6 if matches!(exchange, Exchange::Request(_)) && !greeting => vec![frame; 6],
            _ => vec![frame],
        }
    }
}
