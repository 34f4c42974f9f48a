//! Who speaks: a member's keys in one committee, a device's two keys, and names that only the committee can open.
//!
//! Every key belongs to one committee and is never shared between committees. Where secrets are kept is the desk's.

use bincode::{Decode, Encode};
use rand_core::CryptoRng;
use thiserror::Error;

use crate::ids::{self, ChannelId, CommitteeId, MemberId};
use crate::seal::{BoxKey, BoxSecret, Secret};
use crate::sign::{BadSignature, CheckedKey, Domain, PublicKey, Signature, SigningKey};
use crate::wire;

/// The longest name of a member or committee, in bytes of UTF-8.
pub const LONGEST_NAME: usize = 128;

/// The public keys that make a member: `MemberId = hash(vote ‖ recovery)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Identity {
    /// Votes, admits, suspends and certifies devices. Its secret never leaves its device.
    pub vote: PublicKey,
    /// Derived from the owner's 24 words; certifies a device when all others are lost.
    pub recovery: PublicKey,
}

impl Identity {
    /// The member with these keys.
    pub fn member(&self) -> MemberId {
        MemberId::of(&wire::encode(self))
    }
}

/// Why keys did not agree to what is said of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoConsent {
    /// A key that could sign nothing.
    #[error("it names a key that is unusable")]
    Key,
    /// A key signed something else, or nothing.
    #[error("a key did not agree to it")]
    Signature(#[from] BadSignature),
}

/// That both keys of an identity agree to make one member of a committee: nobody is let in who bears another's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Consent {
    /// By the vote key, over committee and identity.
    pub vote: Signature,
    /// By the recovery key, over the same.
    pub recovery: Signature,
}

impl Consent {
    /// What the owner of both keys signs.
    pub fn new(committee: CommitteeId, vote: &SigningKey, recovery: &SigningKey) -> Self {
        let identity = Identity { vote: vote.public(), recovery: recovery.public() };
        let agreed = wire::encode(&(committee, identity));
        Self { vote: vote.sign(Domain::MEMBER, &agreed), recovery: recovery.sign(Domain::MEMBER, &agreed) }
    }

    /// Whether both keys of this identity signed it for this committee.
    pub fn verify(&self, committee: CommitteeId, identity: &Identity) -> Result<(), NoConsent> {
        let agreed = wire::encode(&(committee, identity));
        let (vote, recovery) = (usable(&identity.vote)?, usable(&identity.recovery)?);
        vote.verify(Domain::MEMBER, &agreed, &self.vote)?;
        Ok(recovery.verify(Domain::MEMBER, &agreed, &self.recovery)?)
    }
}

/// What a key signs to vote for a member in the place of the one before: nobody asks for another's key.
pub fn agree_to_vote(committee: CommitteeId, member: MemberId, vote: &SigningKey) -> Signature {
    vote.sign(Domain::KEY, &wire::encode(&(committee, member, vote.public())))
}

/// Whether a key agreed to vote for a member.
pub fn agrees_to_vote(
    committee: CommitteeId,
    member: MemberId,
    vote: &PublicKey,
    proof: &Signature,
) -> Result<(), NoConsent> {
    Ok(usable(vote)?.verify(Domain::KEY, &wire::encode(&(committee, member, vote)), proof)?)
}

fn usable(key: &PublicKey) -> Result<CheckedKey, NoConsent> {
    key.check().map_err(|_| NoConsent::Key)
}

/// The recovery key of one committee, from the seed that the owner's 24 words stand for.
pub fn recovery_key(seed: &Secret, channel: ChannelId) -> SigningKey {
    let secret = seed.derive("kenes v1 recovery key", &[channel.as_bytes()]);
    SigningKey::from_seed(*secret.as_bytes())
}

/// A device's public keys: one to sign with, one to seal to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Device {
    /// Signs ops and rotations; it names the device.
    pub sign: PublicKey,
    /// Epoch secrets are sealed to it.
    pub open: BoxKey,
}

/// A device's secret keys.
#[derive(Debug, Clone, Encode, Decode)]
pub struct DeviceSecret {
    /// Signs.
    pub sign: SigningKey,
    /// Opens.
    pub open: BoxSecret,
}

impl DeviceSecret {
    /// A new device.
    pub fn generate<R: CryptoRng>(rng: &mut R) -> Self {
        Self { sign: SigningKey::generate(rng), open: BoxSecret::generate(rng) }
    }

    /// The public halves.
    pub fn public(&self) -> Device {
        Device { sign: self.sign.public(), open: self.open.public() }
    }
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing but white space.
    #[error("a name cannot be empty")]
    Empty,
    /// Longer than [`LONGEST_NAME`] bytes.
    #[error("a name has at most {LONGEST_NAME} bytes")]
    TooLong,
    /// Line breaks, escapes or characters that change the direction of writing.
    #[error("a name cannot contain control characters or direction overrides")]
    Control,
}

/// A name and the salt that hides it in its commitment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Name {
    /// Random.
    pub salt: [u8; 16],
    /// The name itself.
    pub text: String,
}

/// `H(salt ‖ name)`: what stands in the book in place of a name.
pub type Commitment = [u8; 32];

impl Name {
    /// A name with a fresh salt, trimmed and checked.
    pub fn new<R: CryptoRng>(text: &str, rng: &mut R) -> Result<Self, NameError> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let name = Self { salt, text: text.trim().to_owned() };
        name.check().map(|()| name)
    }

    /// Whether the text may be a name, whoever chose it.
    pub fn check(&self) -> Result<(), NameError> {
        if self.text.trim().is_empty() {
            return Err(NameError::Empty);
        }
        if self.text.len() > LONGEST_NAME {
            return Err(NameError::TooLong);
        }
        if self.text.chars().any(is_unruly) { Err(NameError::Control) } else { Ok(()) }
    }

    /// What stands for this name in public.
    pub fn commitment(&self) -> Commitment {
        ids::derive("kenes v1 name", &wire::encode(self))
    }
}

/// Whether a character could disturb a line of text: controls, line and paragraph separators, direction overrides
/// (Unicode TR 9 and TR 36).
pub fn is_unruly(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    #[test]
    fn a_name_is_one_tame_line() {
        let mut rng = rand_chacha::ChaCha20Rng::from_seed([1; 32]);
        assert_eq!(Name::new(" Әйгерім ", &mut rng).unwrap().text, "Әйгерім");
        assert_eq!(Name::new("  ", &mut rng), Err(NameError::Empty));
        assert_eq!(Name::new("a\u{1b}[31m", &mut rng), Err(NameError::Control));
        assert_eq!(Name::new("a\u{202e}b", &mut rng), Err(NameError::Control));
        assert_eq!(Name::new(&"ж".repeat(65), &mut rng), Err(NameError::TooLong));
    }

    #[test]
    fn equal_names_have_different_commitments() {
        let mut rng = rand_chacha::ChaCha20Rng::from_seed([1; 32]);
        let (one, two) = (Name::new("A", &mut rng).unwrap(), Name::new("A", &mut rng).unwrap());
        assert_ne!(one.commitment(), two.commitment());
    }

    #[test]
    fn a_recovery_key_belongs_to_one_channel() {
        let seed = Secret::from_bytes([5; 32]);
        let key = |n| recovery_key(&seed, ChannelId::from_bytes([n; 32])).public();
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
    }
}
