//! Ops: what a device says. Signed by the device, numbered and chained so that a gap or a fork is seen.
//!
//! Talk has no authority: nothing about membership depends on it, so it may expire. How an op is sealed is in
//! [`crate::epoch`].

use std::sync::Arc;

use bincode::{Decode, Encode};
use thiserror::Error;

use crate::envelope::{Priority, Verified};
use crate::ids::{CommitteeId, EpochId, OpId};
use crate::sign::{BadSignature, CheckedKey, Domain, PublicKey, Signature, SigningKey};
use crate::time::Timestamp;
use crate::wire::{self, WireError};

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The longest text of a bulletin, in bytes of UTF-8.
pub const LONGEST_TEXT: usize = 32 * 1024;
/// The longest title of a bulletin, in bytes of UTF-8.
pub const LONGEST_TITLE: usize = 512;
/// The most heads one op names.
pub const HEADS: usize = 32;

const LONGEST: usize = LONGEST_TEXT + LONGEST_TITLE + 4 * 1024;

/// Why bytes are no op, whoever signed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpError {
    /// Not a canonical encoding.
    #[error("no op: {0}")]
    Wire(#[from] WireError),
    /// A version that this code does not know.
    #[error("an op of version {0}, which this program does not know")]
    Version(u8),
    /// The first op of a device names one before it, or a later one names none.
    #[error("an op's number and its predecessor contradict each other")]
    Chain,
    /// A number that none can follow.
    #[error("an op's number is the last there is")]
    Seq,
    /// Heads out of order, one twice, or too many.
    #[error("an op names up to {HEADS} heads, each once and in order")]
    Heads,
    /// A title or text over the limit.
    #[error("a title has at most {LONGEST_TITLE} bytes and a text {LONGEST_TEXT}")]
    TooLong,
    /// Nothing to read in it.
    #[error("a bulletin without a text")]
    Empty,
    /// Talk cannot be control, and bulk is for attachments.
    #[error("a bulletin is urgent or routine")]
    Priority,
    /// It ends before it begins.
    #[error("a bulletin ends after it is written")]
    Life,
}

/// What a person writes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Post {
    /// May be empty.
    pub title: String,
    /// The text, as written.
    pub text: String,
    /// Urgent or routine.
    pub priority: Priority,
    /// Until when it matters.
    pub expires: Timestamp,
}

impl Post {
    fn check(&self, time: Timestamp) -> Result<(), OpError> {
        if self.title.len() > LONGEST_TITLE || self.text.len() > LONGEST_TEXT {
            return Err(OpError::TooLong);
        }
        if self.text.trim().is_empty() {
            return Err(OpError::Empty);
        }
        if !matches!(self.priority, Priority::Urgent | Priority::Routine) {
            return Err(OpError::Priority);
        }
        if self.expires <= time { Err(OpError::Life) } else { Ok(()) }
    }
}

/// What an op says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Talk {
    /// A bulletin.
    Post(Post),
    /// A bulletin in answer to another.
    Reply {
        /// Which.
        to: OpId,
        /// The answer.
        post: Post,
    },
    /// A new wording of one's own bulletin; the old one stays and is shown as corrected.
    Correct {
        /// Which.
        of: OpId,
        /// The new wording.
        post: Post,
    },
    /// One's own bulletin no longer holds; it stays and is shown as retracted.
    Retract {
        /// Which.
        of: OpId,
    },
}

impl Talk {
    /// The bulletin in it, if it is one.
    pub fn post(&self) -> Option<&Post> {
        match self {
            Self::Post(post) | Self::Reply { post, .. } | Self::Correct { post, .. } => Some(post),
            Self::Retract { .. } => None,
        }
    }
}

/// One thing that one device said.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Op {
    /// [`VERSION`].
    pub version: u8,
    /// In which committee; must be the one under whose epoch it was found.
    pub committee: CommitteeId,
    /// Who: the device's signing key.
    pub device: PublicKey,
    /// 0 for a device's first op, then one more each time.
    pub seq: u64,
    /// The device's op before; zeros for the first.
    pub prev: OpId,
    /// The newest ops that the device knew, ascending.
    pub heads: Vec<OpId>,
    /// Under which epoch it was sealed; [`Op::PUBLIC`], where it was not.
    pub epoch: EpochId,
    /// When, by the device's clock. Its hour is the envelope's `created`.
    pub time: Timestamp,
    /// What.
    pub talk: Talk,
}

impl Op {
    /// What stands in [`Op::prev`] of a device's first op.
    pub const NONE: OpId = OpId::from_bytes([0; 32]);
    /// What stands in [`Op::epoch`] of an op that is meant for everyone and sealed for nobody. Its author says so under
    /// the signature: whoever can read a sealed bulletin cannot pass it off as a public one.
    pub const PUBLIC: EpochId = EpochId::from_bytes([0; 32]);

    /// Whether it is meant for everyone.
    pub fn is_public(&self) -> bool {
        self.epoch == Self::PUBLIC
    }

    fn check(&self) -> Result<(), OpError> {
        if self.version != VERSION {
            return Err(OpError::Version(self.version));
        }
        if (self.seq == 0) != (self.prev == Self::NONE) {
            return Err(OpError::Chain);
        }
        if self.seq == u64::MAX {
            return Err(OpError::Seq);
        }
        if self.heads.len() > HEADS || !wire::ascending(&self.heads) {
            return Err(OpError::Heads);
        }
        self.talk.post().map_or(Ok(()), |post| post.check(self.time))
    }

    /// Signs this op as `device`, which must be its author's key.
    pub fn sign(self, device: &SigningKey) -> Result<SignedOp, OpError> {
        let mut bytes = wire::encode(&self);
        let signature = device.sign(Domain::OP, &bytes);
        bytes.extend_from_slice(signature.as_bytes());
        SignedOp::decode(&bytes)
    }
}

#[derive(Encode, Decode)]
struct Wire {
    op: Op,
    signature: Signature,
}

/// An op in its canonical bytes, well formed, its signature not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOp {
    bytes: Arc<[u8]>,
    id: OpId,
    op: Op,
    signature: Signature,
}

impl SignedOp {
    /// Reads an op and checks all that needs no other knowledge and no signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, OpError> {
        let Wire { op, signature } = wire::decode(bytes, LONGEST)?;
        op.check()?;
        let id = OpId::of(&wire::encode(&op));
        Ok(Self { bytes: bytes.into(), id, op, signature })
    }

    /// The bytes as received.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of all but the signature.
    pub fn id(&self) -> OpId {
        self.id
    }

    /// What it says.
    pub fn op(&self) -> &Op {
        &self.op
    }

    /// Verifies the device's signature. Whether the device is a member's is the caller's to know.
    pub fn verify(self, device: &CheckedKey) -> Result<Verified<Self>, BadSignature> {
        if device.key() != self.op.device {
            return Err(BadSignature);
        }
        device.verify(Domain::OP, &wire::encode(&self.op), &self.signature)?;
        Ok(Verified::vouch(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{BUILT, DAY};

    fn key() -> SigningKey {
        SigningKey::from_seed([4; 32])
    }

    fn op() -> Op {
        let post = Post {
            title: "Жиын".into(),
            text: "Сағат алтыда".into(),
            priority: Priority::Routine,
            expires: BUILT.plus(DAY),
        };
        Op {
            version: VERSION,
            committee: CommitteeId::from_bytes([1; 32]),
            device: key().public(),
            seq: 0,
            prev: Op::NONE,
            heads: vec![],
            epoch: EpochId::from_bytes([2; 32]),
            time: BUILT,
            talk: Talk::Post(post),
        }
    }

    #[test]
    fn a_signed_op_reads_back_and_verifies() {
        let signed = op().sign(&key()).unwrap();
        let again = SignedOp::decode(signed.bytes()).unwrap();
        assert_eq!(again.id(), signed.id());
        assert!(again.verify(&key().public().check().unwrap()).is_ok());
    }

    #[test]
    fn another_device_s_op_does_not_verify() {
        let other = SigningKey::from_seed([5; 32]);
        let forged = op().sign(&other).unwrap();
        assert!(forged.clone().verify(&key().public().check().unwrap()).is_err());
        assert!(forged.verify(&other.public().check().unwrap()).is_err());
    }

    #[test]
    fn contradictions_are_refused_by_name() {
        let refused = |change: fn(&mut Op)| {
            let mut op = op();
            change(&mut op);
            op.sign(&key()).unwrap_err()
        };
        let with_text = |op: &mut Op, text: String| {
            if let Talk::Post(post) = &mut op.talk {
                post.text = text;
            }
        };
        assert_eq!(refused(|op| op.version = 2), OpError::Version(2));
        assert_eq!(refused(|op| op.seq = 1), OpError::Chain);
        assert_eq!(refused(|op| op.prev = OpId::from_bytes([1; 32])), OpError::Chain);
        assert_eq!(refused(|op| (op.seq, op.prev) = (u64::MAX, OpId::from_bytes([1; 32]))), OpError::Seq);
        assert_eq!(refused(|op| op.heads = vec![OpId::from_bytes([1; 32]); 2]), OpError::Heads);
        assert_eq!(refused(|op| op.time = BUILT.plus(DAY)), OpError::Life);
        let mut long = op();
        with_text(&mut long, "ж".repeat(LONGEST_TEXT / 2 + 1));
        assert_eq!(long.sign(&key()).unwrap_err(), OpError::TooLong);
        let mut empty = op();
        with_text(&mut empty, " \n".into());
        assert_eq!(empty.sign(&key()).unwrap_err(), OpError::Empty);
    }
}
