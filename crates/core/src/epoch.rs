//! Epochs: one fresh secret for exactly the recipients of one rotation, and what is sealed under it.
//!
//! A new secret is never wrapped under an old one. `commit` binds every share to one secret, so that no two recipients
//! read different things; the signed [`Rotation`] inside says who they are. Which rotation a desk writes under follows
//! from the book alone, never from a claimed time: [`eligible`] and [`preferred`].

use std::collections::BTreeSet;

use bincode::{Decode, Encode};
use rand_core::CryptoRng;
use thiserror::Error;

use crate::envelope::{Body, Header, Rotate, SHARES, Sealed, Share, Shelf, Verified};
use crate::identity::Device;
use crate::ids::{self, BookId, ChannelId, CommitteeId, EpochId, ExclusionId};
use crate::seal::{self, BoxKey, BoxSecret, OpenError, SealError, Secret};
use crate::sign::{Domain, PublicKey, Signature, SigningKey};
use crate::time::{HOUR, Timestamp};
use crate::wire::{self, WireError};

mod choice;
mod turn;

pub use choice::{QUIET, Reason, TALK, Unfit, WEEK, due, eligible, preferred, to_follow};
pub use turn::{SLOW_STEP, STEP, Turn, rank, rotators, share_trigger, turn};

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The most epochs that a rotation names as opened before.
pub const AFTER: usize = 32;
/// The most exclusions that a rotation answers.
pub const OUT: usize = 256;

/// Why a rotation does not open, or is not what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EpochError {
    /// The share opened to a secret that the commitment is not for.
    #[error("the share does not match the rotation's commitment")]
    Commitment,
    /// The part under the new secret does not open.
    #[error("the rotation's sealed part: {0}")]
    Open(#[from] OpenError),
    /// What is inside is no rotation.
    #[error("no rotation: {0}")]
    Wire(#[from] WireError),
    /// A version that this code does not know.
    #[error("a rotation of version {0}, which this program does not know")]
    Version(u8),
    /// Recipients, epochs or exclusions out of order, twice, or too many.
    #[error("a rotation names each recipient, epoch and exclusion once and in order")]
    Names,
    /// Its author made it for another channel than the one it was found in.
    #[error("the rotation is of another channel")]
    Channel,
    /// It is about other shares than those it came with.
    #[error("the rotation is about other shares")]
    Shares,
    /// Its author did not sign it.
    #[error("the signature does not fit")]
    Signature,
}

/// Who may read an epoch, in whose judgement, and what that author knew.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Rotation {
    /// [`VERSION`].
    pub version: u8,
    /// Whose epoch.
    pub committee: CommitteeId,
    /// Where it travels: a committee that moved to another channel begins its epochs anew there.
    pub channel: ChannelId,
    /// The device that made it.
    pub author: PublicKey,
    /// The devices that have a share, by their signing keys, ascending.
    pub recipients: Vec<PublicKey>,
    /// Epochs that its author has opened and that this one follows, ascending.
    pub after: Vec<EpochId>,
    /// The minutes that its author stands on: it answers whatever they and those before them settled.
    pub under: BookId,
    /// The suspensions and cheats that its author knows, ascending.
    pub out: Vec<ExclusionId>,
    /// The hash of the shares.
    pub shares: [u8; 32],
    /// When, by its author's clock; decides only how soon another that reaches nobody new is preferred.
    pub time: Timestamp,
}

impl Rotation {
    /// Whether it claims to be made after the envelope that carries it, created in this hour: no node takes that
    /// envelope much too early, so a rotation that is not refused for this lies by little about the future.
    pub fn is_ahead_of(&self, created: Timestamp) -> bool {
        self.time >= created.plus(HOUR)
    }

    fn check(&self) -> Result<(), EpochError> {
        if self.version != VERSION {
            return Err(EpochError::Version(self.version));
        }
        let few = self.recipients.len() <= SHARES && self.after.len() <= AFTER && self.out.len() <= OUT;
        let ordered = wire::ascending(&self.recipients) && wire::ascending(&self.after) && wire::ascending(&self.out);
        if few && ordered { Ok(()) } else { Err(EpochError::Names) }
    }
}

#[derive(Encode, Decode)]
struct SignedRotation {
    rotation: Rotation,
    signature: Signature,
}

/// What a new epoch is made from.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Where it travels.
    pub channel: ChannelId,
    /// Whose.
    pub committee: CommitteeId,
    /// Who gets a share: at most [`SHARES`].
    pub recipients: Vec<Device>,
    /// Epochs that it follows: at most [`AFTER`].
    pub after: BTreeSet<EpochId>,
    /// The minutes that its author stands on.
    pub under: BookId,
    /// Suspensions and cheats that it answers.
    pub out: BTreeSet<ExclusionId>,
    /// Now.
    pub time: Timestamp,
}

/// Makes a new epoch: a fresh secret, and the body that gives it to the recipients.
pub fn rotate<R: CryptoRng>(draft: Draft, author: &SigningKey, rng: &mut R) -> Result<(Rotate, Secret), SealError> {
    let Draft { channel, committee, mut recipients, after, under, out, time } = draft;
    recipients.sort_unstable();
    recipients.dedup_by_key(|device| device.sign);
    if recipients.len() > SHARES || out.len() > OUT || after.len() > AFTER {
        return Err(SealError::TooLong);
    }
    let secret = Secret::generate(rng);
    let commit = commitment(channel, &secret);
    let mut shares = recipients
        .iter()
        .map(|device| share(&device.open, &secret, channel, &commit, rng))
        .collect::<Result<Vec<_>, _>>()?;
    // Up to a power of two, sealed to nobody: the number of recipients is seen only roughly.
    for _ in shares.len()..shares.len().next_power_of_two() {
        let nobody = BoxSecret::generate(rng).public();
        shares.push(share(&nobody, &Secret::generate(rng), channel, &commit, rng)?);
    }
    shares.sort_unstable();
    let rotation = Rotation {
        version: VERSION,
        committee,
        channel,
        author: author.public(),
        recipients: recipients.iter().map(|device| device.sign).collect(),
        after: after.into_iter().collect(),
        under,
        out: out.into_iter().collect(),
        shares: shares_hash(&shares),
        time,
    };
    let signature = author.sign(Domain::ROTATION, &wire::encode(&rotation));
    let mut nonce = [0; 24];
    rng.fill_bytes(&mut nonce);
    let content = wire::encode(&SignedRotation { rotation, signature });
    let sealed = seal::seal(&rotation_key(&secret, channel), &nonce, &content, &place(channel, &commit))?;
    Ok((Rotate { commit, shares, nonce, sealed }, secret))
}

fn share<R: CryptoRng>(
    to: &BoxKey,
    secret: &Secret,
    channel: ChannelId,
    commit: &[u8; 32],
    rng: &mut R,
) -> Result<Share, SealError> {
    let (enc, sealed) = seal::to_one(to, secret.as_bytes(), &place(channel, commit), &[], rng)?;
    let ciphertext = sealed.try_into().map_err(|_| SealError::TooLong)?;
    Ok(Share { hint: seal::hint(to, &enc), enc, ciphertext })
}

fn shares_hash(shares: &[Share]) -> [u8; 32] {
    ids::derive("kenes v1 epoch shares", &wire::encode(&shares.to_vec()))
}

/// What binds a rotation to its secret.
pub fn commitment(channel: ChannelId, secret: &Secret) -> [u8; 32] {
    *secret.derive("kenes v1 epoch commit", &[channel.as_bytes()]).as_bytes()
}

fn place(channel: ChannelId, commit: &[u8; 32]) -> Vec<u8> {
    [channel.as_bytes().as_slice(), commit].concat()
}

fn rotation_key(secret: &Secret, channel: ChannelId) -> Secret {
    secret.derive("kenes v1 epoch rotation", &[channel.as_bytes()])
}

/// The secret of a rotation, where one of its shares is for `key`. At most as many trial openings as hints match.
pub fn open_share(rotate: &Rotate, channel: ChannelId, key: &BoxSecret) -> Result<Option<Secret>, EpochError> {
    let public = key.public();
    let mine = rotate.shares.iter().filter(|share| share.hint == seal::hint(&public, &share.enc));
    for share in mine {
        let opened = key.open(&share.enc, &share.ciphertext, &place(channel, &rotate.commit), &[]);
        let Some(secret) = opened.and_then(|bytes| bytes.try_into().ok()).map(Secret::from_bytes) else { continue };
        return match commitment(channel, &secret) == rotate.commit {
            true => Ok(Some(secret)),
            false => Err(EpochError::Commitment),
        };
    }
    Ok(None)
}

/// What a rotation says inside, once its secret is known from a share, a welcome or a late share.
pub fn read_rotation(rotate: &Rotate, channel: ChannelId, secret: &Secret) -> Result<Verified<Rotation>, EpochError> {
    if commitment(channel, secret) != rotate.commit {
        return Err(EpochError::Commitment);
    }
    let key = rotation_key(secret, channel);
    let content = seal::open(&key, &rotate.nonce, &rotate.sealed, &place(channel, &rotate.commit))?;
    let SignedRotation { rotation, signature } = wire::decode(&content, seal::LONGEST_CONTENT)?;
    rotation.check()?;
    if rotation.channel != channel {
        return Err(EpochError::Channel);
    }
    if rotation.shares != shares_hash(&rotate.shares) {
        return Err(EpochError::Shares);
    }
    let author = rotation.author.check().map_err(|_| EpochError::Signature)?;
    author.verify(Domain::ROTATION, &wire::encode(&rotation), &signature).map_err(|_| EpochError::Signature)?;
    Ok(Verified::vouch(rotation))
}

fn shelf_key(secret: &Secret, channel: ChannelId, epoch: EpochId, shelf: Shelf) -> Secret {
    let context = match shelf {
        Shelf::Talk => "kenes v1 epoch talk",
        Shelf::Book => "kenes v1 epoch book",
    };
    secret.derive(context, &[channel.as_bytes(), epoch.as_bytes()])
}

fn sealed_place(header: &Header, epoch: EpochId, shelf: Shelf) -> Vec<u8> {
    wire::encode(&(header, epoch, shelf))
}

/// Seals content under an epoch, for the envelope with this header and no other.
pub fn seal_under<R: CryptoRng>(
    header: &Header,
    epoch: EpochId,
    secret: &Secret,
    shelf: Shelf,
    content: &[u8],
    rng: &mut R,
) -> Result<Body, SealError> {
    let mut nonce = [0; 24];
    rng.fill_bytes(&mut nonce);
    let key = shelf_key(secret, header.channel, epoch, shelf);
    let ciphertext = seal::seal(&key, &nonce, content, &sealed_place(header, epoch, shelf))?;
    Ok(Body::Sealed(Sealed { epoch, shelf, nonce, ciphertext }))
}

/// Opens what [`seal_under`] sealed.
pub fn open_under(header: &Header, sealed: &Sealed, secret: &Secret) -> Result<Vec<u8>, OpenError> {
    let Sealed { epoch, shelf, nonce, ciphertext } = sealed;
    let key = shelf_key(secret, header.channel, *epoch, *shelf);
    seal::open(&key, nonce, ciphertext, &sealed_place(header, *epoch, *shelf))
}

#[cfg(test)]
mod tests;
