//! Verification, to be run away from the loop: pure, and the only maker of verified envelopes.

use std::collections::BTreeMap;

use rand_core::CryptoRng;

use super::input::{BatchNo, Candidate, Checked, Refused};
use super::output::Reason;
use crate::envelope::{Body, Verified};
use crate::sign::{CheckedKey, Domain, PublicKey, Signed, verify_all};

/// Pens that were checked once and need not be again.
///
/// Nothing is remembered of keys that failed.
#[derive(Debug)]
pub struct Keys {
    checked: BTreeMap<PublicKey, CheckedKey>,
    most: usize,
}

impl Keys {
    /// Room for `most` pens; when it is full, all are forgotten.
    pub const fn new(most: usize) -> Self {
        Self { checked: BTreeMap::new(), most }
    }

    fn get(&mut self, pen: &PublicKey) -> Option<CheckedKey> {
        if let Some(key) = self.checked.get(pen) {
            return Some(*key);
        }
        let key = pen.check().ok()?;
        if self.checked.len() >= self.most {
            self.checked.clear();
        }
        self.checked.insert(*pen, key);
        Some(key)
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self::new(8_192)
    }
}

/// Verifies what an [`Output::Check`](super::Output::Check) asks for.
///
/// All signatures together first; where that fails, by halves, so that a bad one costs a few checks and the others
/// pass. A list, which may be dear to check, is looked at only once a pen has vouched for it. `rng` must be a secure one:
/// the batch is sound only if its coefficients cannot be foreseen.
pub fn check<R: CryptoRng>(batch: BatchNo, candidates: Vec<Candidate>, keys: &mut Keys, rng: &mut R) -> Checked {
    let mut refused = Vec::new();
    let mut sound = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match keys.get(&candidate.envelope.header().pen) {
            Some(key) => sound.push((key, candidate)),
            None => refused.push(Refused { id: candidate.envelope.id(), reason: Reason::BadSignature }),
        }
    }
    let mut fits = vec![true; sound.len()];
    bisect(&sound, &mut fits, rng);
    let mut verified = Vec::with_capacity(sound.len());
    for ((_, Candidate { envelope, before }), fits) in sound.into_iter().zip(fits) {
        let list = match envelope.body() {
            Body::List(list) => Some(list),
            Body::Sealed(_) | Body::Rotate(_) | Body::Boxed(_) | Body::Public(_) | Body::Page(_) => None,
        };
        let reason = match list {
            _ if !fits => Some(Reason::BadSignature),
            Some(list) => list.verify(before.as_deref()).err().map(|_| Reason::BadList),
            None => None,
        };
        match reason {
            Some(reason) => refused.push(Refused { id: envelope.id(), reason }),
            None => verified.push(Verified::vouch(envelope)),
        }
    }
    Checked { batch, verified, refused }
}

fn bisect<R: CryptoRng>(items: &[(CheckedKey, Candidate)], fits: &mut [bool], rng: &mut R) {
    if items.is_empty() || verify_all(&signed(items), rng).is_ok() {
        return;
    }
    if let [only] = fits {
        *only = false;
        return;
    }
    let half = items.len() / 2;
    let (left, right) = fits.split_at_mut(half);
    bisect(&items[..half], left, rng);
    bisect(&items[half..], right, rng);
}

fn signed(items: &[(CheckedKey, Candidate)]) -> Vec<Signed<'_>> {
    let mut batch = Vec::with_capacity(items.len());
    for (key, Candidate { envelope, .. }) in items {
        let (bytes, signature) = (envelope.signed(), envelope.signature());
        batch.push(Signed { key: *key, domain: Domain::ENVELOPE, bytes, signature });
    }
    batch
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::channel::List;
    use crate::envelope::{Envelope, Header, Priority, VERSION};
    use crate::ids::ChannelId;
    use crate::sign::SigningKey;
    use crate::time::{BUILT, DAY};

    fn envelope(n: u8) -> Envelope {
        let pen = SigningKey::from_seed([3; 32]);
        let (channel, created) = (ChannelId::from_bytes([9; 32]), BUILT);
        let (expires, priority) = (created.plus(DAY), Priority::Routine);
        let header = Header { version: VERSION, channel, pen: pen.public(), created, expires, priority };
        Envelope::seal(header, Body::Public(vec![n]), &pen).unwrap()
    }

    fn forged(n: u8) -> Envelope {
        let mut bytes = envelope(n).bytes().to_vec();
        let last = bytes.len() - 1;
        bytes[last] ^= 4;
        Envelope::decode(&bytes).unwrap()
    }

    #[test]
    fn a_forged_envelope_among_many_is_found_and_the_others_pass_in_order() {
        let all: Vec<Envelope> = (0..64).map(|n| if n % 31 == 7 { forged(n) } else { envelope(n) }).collect();
        let candidates = all.iter().map(|envelope| Candidate { envelope: envelope.clone(), before: None }).collect();
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let checked = check(BatchNo(1), candidates, &mut Keys::default(), &mut rng);
        let bad: Vec<_> = [7, 38].map(|n| Refused { id: all[n].id(), reason: Reason::BadSignature }).into();
        assert_eq!(checked.refused, bad);
        let good = all.iter().enumerate().filter(|(n, _)| n % 31 != 7).map(|(_, envelope)| envelope.id());
        assert!(checked.verified.iter().map(|envelope| envelope.id()).eq(good));
    }

    #[test]
    fn a_list_is_looked_at_only_once_its_pen_has_signed() {
        let pen = SigningKey::from_seed([3; 32]);
        let keeper = SigningKey::from_seed([4; 32]).public();
        let bad = List::first([0; 16], vec![keeper], vec![PublicKey::from_bytes([0; 32])]);
        let header = Header { channel: bad.channel(), priority: Priority::Control, ..*envelope(1).header() };
        let signed = Envelope::seal(header, Body::List(bad.sign(None, &[])), &pen).unwrap();
        let mut bytes = signed.bytes().to_vec();
        let last = bytes.len() - 1;
        bytes[last] ^= 4;
        let forged = Envelope::decode(&bytes).unwrap();
        for (envelope, reason) in [(signed, Reason::BadList), (forged, Reason::BadSignature)] {
            let candidates = vec![Candidate { envelope, before: None }];
            let mut rng = ChaCha20Rng::from_seed([1; 32]);
            let checked = check(BatchNo(1), candidates, &mut Keys::default(), &mut rng);
            assert_eq!(checked.refused.iter().map(|refused| refused.reason).collect::<Vec<_>>(), [reason]);
        }
    }

    #[test]
    fn keys_are_forgotten_rather_than_hoarded() {
        let mut keys = Keys::new(2);
        for n in 0..5 {
            assert!(keys.get(&SigningKey::from_seed([n; 32]).public()).is_some());
            assert!(keys.checked.len() <= 2);
        }
        assert!(keys.get(&PublicKey::from_bytes([0; 32])).is_none());
    }
}
