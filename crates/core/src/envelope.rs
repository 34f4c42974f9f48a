//! The envelope: the signed, size-padded carrier that nodes store, gossip and reconcile, and the narrow waist between
//! them and the desks. What a sealed body holds is in [`crate::seal`] and [`crate::op`], and no node can see it.

use std::fmt;
use std::sync::Arc;

use bincode::{Decode, Encode};
use thiserror::Error;

use crate::channel::{ListError, SignedList};
use crate::ids::{ChannelId, EnvelopeId, EpochId};
use crate::seal;
use crate::sign::{BadSignature, CheckedKey, Domain, PublicKey, Signature, SigningKey};
use crate::time::{DAY, Timestamp};
use crate::wire::{self, WireError};

/// The longest envelope in bytes, its signature included.
pub const LONGEST: usize = 64 * 1024;
/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// No envelope lives longer than this, in seconds.
pub const LONGEST_LIFE: u64 = 400 * DAY;
/// The most shares one rotation may hold.
pub const SHARES: usize = 512;

/// Why bytes are no envelope, whoever signed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Not a canonical encoding.
    #[error("no envelope: {0}")]
    Wire(#[from] WireError),
    /// A version that this code does not know.
    #[error("an envelope of version {0}, which this program does not know")]
    Version(u8),
    /// `created` or `expires` tells more than the hour.
    #[error("the times on an envelope are whole hours")]
    NotHours,
    /// It ends before it begins, or lives longer than [`LONGEST_LIFE`].
    #[error("an envelope lives for one hour to 400 days")]
    Life,
    /// The sealed part is not padded as it must be.
    #[error("the sealed part is not padded to a permitted size")]
    NotPadded,
    /// A rotation without shares, or with a number of them that is no power of two up to [`SHARES`].
    #[error("a rotation holds 1 to 512 shares, a power of two")]
    Shares,
    /// The priority does not belong to the kind of body.
    #[error("this kind of envelope has another priority")]
    Priority,
    /// The list inside is malformed.
    #[error("{0}")]
    List(#[from] ListError),
}

/// How soon an envelope matters; earlier ones travel first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Priority {
    /// Lists, rotations, boxed envelopes and book pages, sealed or not.
    Control,
    /// Talk that should overtake other talk.
    Urgent,
    /// Talk.
    Routine,
    /// Attachments and other large things.
    Bulk,
}

impl Priority {
    /// All of them, most pressing first.
    pub const ALL: [Self; 4] = [Self::Control, Self::Urgent, Self::Routine, Self::Bulk];
}

/// The part of an envelope that every node reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Header {
    /// [`VERSION`].
    pub version: u8,
    /// Where it travels.
    pub channel: ChannelId,
    /// The key that signs it.
    pub pen: PublicKey,
    /// When it was made, by its author's clock, to the hour.
    pub created: Timestamp,
    /// When nodes may forget it, to the hour.
    pub expires: Timestamp,
    /// How soon it matters.
    pub priority: Priority,
}

/// Which of an epoch's two keys a sealed body is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Shelf {
    /// Bulletins and the like.
    Talk,
    /// Pages of the minute book.
    Book,
}

/// Something sealed to everyone who knows an epoch's secret.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Sealed {
    /// The epoch.
    pub epoch: EpochId,
    /// Which key.
    pub shelf: Shelf,
    /// Random.
    pub nonce: [u8; 24],
    /// XChaCha20-Poly1305 over the padded content.
    pub ciphertext: Vec<u8>,
}

/// A secret sealed to one device by HPKE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Share {
    /// Four bytes by which the recipient finds it; see [`seal::hint`].
    pub hint: [u8; 4],
    /// The encapsulated key.
    pub enc: [u8; 32],
    /// The sealed 32-byte secret and its tag.
    pub ciphertext: [u8; 48],
}

/// A new epoch: its secret sealed to each recipient, and the signed op that says who they are, under that secret.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Rotate {
    /// Binds every share to one secret.
    pub commit: [u8; 32],
    /// One a recipient, and random ones up to a power of two.
    pub shares: Vec<Share>,
    /// Random.
    pub nonce: [u8; 24],
    /// The signed op, padded and sealed under the new secret.
    pub sealed: Vec<u8>,
}

impl Rotate {
    /// The epoch that this body begins, under whichever pen it travels.
    pub fn epoch(&self) -> EpochId {
        EpochId::of(&wire::encode(self))
    }
}

/// Something for one person alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Boxed {
    /// Four bytes by which the recipient finds it; see [`seal::hint`].
    pub hint: [u8; 4],
    /// The encapsulated key.
    pub enc: [u8; 32],
    /// HPKE ciphertext over the padded content.
    pub ciphertext: Vec<u8>,
}

/// What an envelope carries.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Body {
    /// Talk or a book page under an epoch.
    Sealed(Sealed),
    /// A new epoch.
    Rotate(Rotate),
    /// For one person.
    Boxed(Boxed),
    /// A signed op in the clear.
    Public(Vec<u8>),
    /// A list of the channel's pens.
    List(SignedList),
    /// A page of the minute book in the clear, in a committee's public channel.
    Page(Vec<u8>),
}

impl Body {
    /// The kind, for nodes to account by.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Sealed(Sealed { shelf: Shelf::Talk, .. }) => Kind::Talk,
            Self::Sealed(Sealed { shelf: Shelf::Book, .. }) => Kind::Book,
            Self::Rotate(_) => Kind::Rotate,
            Self::Boxed(_) => Kind::Boxed,
            Self::Public(_) => Kind::Public,
            Self::List(_) => Kind::List,
            Self::Page(_) => Kind::Page,
        }
    }

    fn check(&self) -> Result<(), EnvelopeError> {
        let padded = |ciphertext: &[u8]| match seal::is_padded(ciphertext.len()) {
            true => Ok(()),
            false => Err(EnvelopeError::NotPadded),
        };
        match self {
            Self::Sealed(sealed) => padded(&sealed.ciphertext),
            Self::Boxed(boxed) => padded(&boxed.ciphertext),
            Self::Rotate(rotate) => {
                let count = rotate.shares.len();
                if !count.is_power_of_two() || count > SHARES {
                    return Err(EnvelopeError::Shares);
                }
                padded(&rotate.sealed)
            }
            Self::Public(_) | Self::Page(_) => Ok(()),
            Self::List(list) => Ok(list.check_form()?),
        }
    }
}

/// What kind of body an envelope has: all that a node needs to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Kind {
    /// Sealed talk.
    Talk,
    /// A sealed page of the minute book.
    Book,
    /// A new epoch.
    Rotate,
    /// For one person.
    Boxed,
    /// An op in the clear.
    Public,
    /// A list.
    List,
    /// A page of the minute book in the clear.
    Page,
}

impl Kind {
    /// Talk and public ops are talk; everything else is control, and may not claim otherwise.
    pub const fn is_control(self) -> bool {
        !matches!(self, Self::Talk | Self::Public)
    }
}

#[derive(Encode, Decode)]
struct Wire {
    header: Header,
    body: Body,
    signature: Signature,
}

/// An envelope in its canonical bytes, well formed, its signature not yet verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Arc<[u8]>,
    id: EnvelopeId,
    header: Header,
    body: Body,
}

impl Envelope {
    /// Reads an envelope and checks all that needs no other knowledge and no signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        // The version stands first: what follows a later one may look like nothing that is known here.
        if let Some(later) = bytes.first().copied().filter(|version| *version > VERSION) {
            return Err(EnvelopeError::Version(later));
        }
        let wire: Wire = wire::decode(bytes, LONGEST)?;
        let Wire { header, body, .. } = wire;
        if header.version != VERSION {
            return Err(EnvelopeError::Version(header.version));
        }
        if !header.created.is_hour() || !header.expires.is_hour() {
            return Err(EnvelopeError::NotHours);
        }
        if header.expires <= header.created || header.expires.since(header.created) > LONGEST_LIFE {
            return Err(EnvelopeError::Life);
        }
        if body.kind().is_control() && header.priority != Priority::Control {
            return Err(EnvelopeError::Priority);
        }
        if !body.kind().is_control() && header.priority == Priority::Control {
            return Err(EnvelopeError::Priority);
        }
        body.check()?;
        let id = EnvelopeId::of(signed_part(bytes));
        Ok(Self { bytes: bytes.into(), id, header, body })
    }

    /// Signs `body` under `header` with the pen's secret key, whose public half must be `header.pen`.
    pub fn seal(header: Header, body: Body, pen: &SigningKey) -> Result<Self, EnvelopeError> {
        let unsigned = Wire { header, body, signature: Signature::from_bytes([0; Signature::SIZE]) };
        let mut bytes = wire::encode(&unsigned);
        let signature = pen.sign(Domain::ENVELOPE, signed_part(&bytes));
        let at = signed_part(&bytes).len();
        bytes[at..].copy_from_slice(signature.as_bytes());
        Self::decode(&bytes)
    }

    /// The bytes as received: what is hashed, stored and passed on.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The hash of all but the signature.
    pub fn id(&self) -> EnvelopeId {
        self.id
    }

    /// What every node reads.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What is inside.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// What the signature is over.
    pub fn signed(&self) -> &[u8] {
        signed_part(&self.bytes)
    }

    /// The pen's signature.
    pub fn signature(&self) -> Signature {
        let mut signature = [0; Signature::SIZE];
        signature.copy_from_slice(&self.bytes[self.signed().len()..]);
        Signature::from_bytes(signature)
    }

    /// Verifies the pen's signature. Whether the pen is in the channel's list is the caller's to know.
    pub fn verify(self, pen: &CheckedKey) -> Result<Verified<Self>, BadSignature> {
        if pen.key() != self.header.pen {
            return Err(BadSignature);
        }
        pen.verify(Domain::ENVELOPE, self.signed(), &self.signature())?;
        Ok(Verified(self))
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({:?} {:?}, {} bytes)", self.body.kind(), self.id, self.bytes.len())
    }
}

fn signed_part(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().saturating_sub(Signature::SIZE)]
}

/// Something whose signatures were verified. Only the gate makes it, and only this is ever stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// For code of this crate that has just verified `inner`.
    pub(crate) const fn vouch(inner: T) -> Self {
        Self(inner)
    }

    /// The thing itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> std::ops::Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// An envelope read back from a store that took only verified ones, recognised by its id.
///
/// Bytes that hash to the id under which a [`Verified`] envelope was stored are that envelope: nothing but its
/// signature is outside the hash, and the signature was verified before. A store calls this for every read.
pub fn reread(id: EnvelopeId, bytes: &[u8]) -> Option<Verified<Envelope>> {
    let envelope = Envelope::decode(bytes).ok()?;
    (envelope.id == id).then_some(Verified(envelope))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{BUILT, HOUR};

    fn pen() -> SigningKey {
        SigningKey::from_seed([3; 32])
    }

    fn header() -> Header {
        let channel = ChannelId::from_bytes([9; 32]);
        let (created, expires) = (BUILT, BUILT.plus(14 * DAY));
        Header { version: VERSION, channel, pen: pen().public(), created, expires, priority: Priority::Routine }
    }

    fn talk(length: usize) -> Body {
        let epoch = EpochId::from_bytes([1; 32]);
        Body::Sealed(Sealed { epoch, shelf: Shelf::Talk, nonce: [0; 24], ciphertext: vec![7; length] })
    }

    #[test]
    fn an_envelope_reads_back_and_verifies() {
        let envelope = Envelope::seal(header(), talk(512 + 16), &pen()).unwrap();
        let again = Envelope::decode(envelope.bytes()).unwrap();
        assert_eq!(again, envelope);
        assert!(again.verify(&pen().public().check().unwrap()).is_ok());
    }

    #[test]
    fn what_another_key_signed_in_the_name_of_a_pen_is_not_the_pens() {
        let (envelope, other) =
            (Envelope::seal(header(), talk(512 + 16), &pen()).unwrap(), SigningKey::from_seed([4; 32]));
        let signature = other.sign(Domain::ENVELOPE, envelope.signed());
        let bytes = [envelope.signed(), &wire::encode(&signature)[..]].concat();
        let forged = Envelope::decode(&bytes).unwrap();
        assert!(forged.verify(&other.public().check().unwrap()).is_err());
    }

    #[test]
    fn no_byte_can_be_changed_or_cut() {
        let envelope = Envelope::seal(header(), talk(512 + 16), &pen()).unwrap();
        let key = pen().public().check().unwrap();
        for at in 0..envelope.bytes().len() {
            let mut bytes = envelope.bytes().to_vec();
            bytes[at] ^= 1;
            let taken = Envelope::decode(&bytes).ok().and_then(|changed| changed.verify(&key).ok());
            assert!(taken.is_none(), "byte {at} may be changed");
            assert!(Envelope::decode(&envelope.bytes()[..at]).is_err());
        }
    }

    #[test]
    fn the_outside_tells_whole_hours_and_a_padded_size_only() {
        let early = Header { created: BUILT.plus(1), ..header() };
        assert_eq!(Envelope::seal(early, talk(528), &pen()).unwrap_err(), EnvelopeError::NotHours);
        assert_eq!(Envelope::seal(header(), talk(529), &pen()).unwrap_err(), EnvelopeError::NotPadded);
        let long = Header { expires: BUILT.plus(LONGEST_LIFE + HOUR), ..header() };
        assert_eq!(Envelope::seal(long, talk(528), &pen()).unwrap_err(), EnvelopeError::Life);
    }

    #[test]
    fn talk_may_not_claim_to_be_control() {
        let control = Header { priority: Priority::Control, ..header() };
        assert_eq!(Envelope::seal(control, talk(528), &pen()).unwrap_err(), EnvelopeError::Priority);
    }
}
