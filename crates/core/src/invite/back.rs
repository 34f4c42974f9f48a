//! Coming back: a member whose devices are gone certifies a new one with the recovery key that the 24 words give.
//!
//! A steward makes an [`Invite`](super::Invite) for that member alone. The answer to it is a [`Return`], and whoever
//! copied the invite cannot give it: it takes the recovery key. A vote is not brought back by it; minutes do that.

use bincode::{Decode, Encode};

use super::{LetterError, brought};
use crate::book::{Content, SignedObject};
use crate::envelope::Verified;
use crate::identity::Identity;
use crate::ids::{self, ChannelId, CommitteeId, InviteId, MemberId};
use crate::seal::BoxKey;
use crate::sign::{Domain, Signature, SigningKey};
use crate::wire;

/// The most channels of before that an invite names.
pub const CHANNELS: usize = 8;

/// Who comes back, as the book knows them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Absentee {
    /// The keys that the member was let in with.
    pub identity: Identity,
    /// The number for the member's next device.
    pub device_no: u32,
    /// The channels that the committee was in before, the first [`CHANNELS`], the oldest first: the recovery key comes of
    /// the 24 words and the channel that the member was let into.
    pub before: Vec<ChannelId>,
    /// Whether the member has everything still, and the new device is to be beside others: then whoever made the invite
    /// certifies it, and what it brings is certified by itself.
    pub beside: bool,
}

/// A member asks to be given the epoch again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Return {
    /// The committee.
    pub committee: CommitteeId,
    /// By which invite.
    pub invite: InviteId,
    /// Who.
    pub member: MemberId,
    /// The new device, certified by the recovery key: an object for the book. One that is to be beside others is
    /// certified by itself, and the object is none until another key signs it.
    pub device: Vec<u8>,
    /// The pen that it asks for: an object for the book.
    pub pen: Vec<u8>,
    /// The key that the welcome is to be sealed to.
    pub reply: BoxKey,
}

/// A return with a signature by the key that certified the device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedReturn {
    /// The return.
    pub back: Return,
    /// By the recovery key, or by the device itself.
    pub signature: Signature,
}

/// A return whose parts were all verified.
#[derive(Debug, Clone)]
pub struct Back {
    /// The return.
    pub back: Return,
    /// The device; its author is the recovery key, which the book must know as this member's, or the device.
    pub device: Verified<SignedObject>,
    /// The pen, signed by the device.
    pub pen: Verified<SignedObject>,
}

impl Return {
    /// 16 bytes of its hash, to be compared as twelve words where the device certified itself.
    pub fn digest(&self) -> [u8; 16] {
        let hash = self.hash();
        std::array::from_fn(|n| hash[n])
    }

    /// Its hash, which a welcome names.
    pub fn hash(&self) -> [u8; 32] {
        ids::derive("kenes v1 return", &wire::encode(self))
    }

    /// Signs it with the key that certified the device.
    pub fn sign(self, recovery: &SigningKey) -> SignedReturn {
        SignedReturn { signature: recovery.sign(Domain::RETURN, &wire::encode(&self)), back: self }
    }
}

impl SignedReturn {
    /// Verifies every signature in it and that its parts belong together. Whose recovery key it is, only a book says.
    pub fn verify(self) -> Result<Back, LetterError> {
        let Self { back, signature } = self;
        if !back.reply.is_usable() {
            return Err(LetterError::Mismatch);
        }
        let (device, pen) = (brought(&back.device)?, brought(&back.pen)?);
        let (Content::Device(certificate), Content::NextPen(_)) = (device.content(), pen.content()) else {
            return Err(LetterError::Mismatch);
        };
        let together = device.committee() == back.committee
            && pen.committee() == back.committee
            && certificate.member == back.member
            && pen.author() == certificate.device.sign;
        if !together {
            return Err(LetterError::Mismatch);
        }
        let recovery = device.author().check().map_err(|_| LetterError::Signature)?;
        let bytes = wire::encode(&back);
        recovery.verify(Domain::RETURN, &bytes, &signature).map_err(|_| LetterError::Signature)?;
        Ok(Back { back, device, pen })
    }
}
