//! The objects of a minute book: what each says, its canonical bytes and its signature. What they mean together is in
//! [`super::evaluate`].

use std::sync::Arc;

use bincode::{Decode, Encode};
use thiserror::Error;

use super::content::{Content, Says};
use super::seen::{SEEN, Seen};
use crate::envelope::Verified;
use crate::identity::{self, Commitment, Consent, Device, DeviceSecret, Identity, NoConsent};
use crate::ids::{self, BookId, ChannelId, CommitteeId, ListId, MemberId};
use crate::seal::BoxKey;
use crate::sign::{Domain, PublicKey, Signature, SigningKey};
use crate::wire::{self, WireError};

/// The longest object in bytes, its signature included.
pub const LONGEST_OBJECT: usize = 32 * 1024;
/// The most founders.
pub const FOUNDERS: usize = 64;

const PLACES: usize = 8;
const LONGEST_PLACE: usize = 128;

/// Why bytes are no object of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// Not a canonical encoding, of the object or of what its kind holds.
    #[error("no object of a minute book: {0}")]
    Wire(#[from] WireError),
    /// A genesis that names a committee, or another object that names none.
    #[error("a genesis names no committee, and everything else names one")]
    Committee,
    /// Founders missing, too many, or a key twice.
    #[error("a committee has 1 to {FOUNDERS} founders, and no key twice")]
    Founders,
    /// Not between one half and two thirds.
    #[error("a quorum lies between one half and two thirds")]
    Quorum,
    /// A territory or industry too long or with too many parts.
    #[error("a territory has at most {PLACES} parts of {LONGEST_PLACE} bytes")]
    Place,
    /// Devices out of order, one twice, or too many.
    #[error("an exclusion names up to {SEEN} devices, each once and in order")]
    Seen,
    /// The key that it names did not sign it, or the device did not agree to belong to its member.
    #[error("the signature does not fit")]
    Signature,
    /// A sheet numbered 0, without entries or with too many.
    #[error("a sheet has a number above 0 and 1 to {} entries", super::minutes::ENTRIES)]
    Sheet,
    /// Passes out of order, one twice, or too many.
    #[error("an offer names up to {} passes, each once and in order", super::minutes::PASSES)]
    Passes,
    /// A pass for round 0, which nobody passes on to.
    #[error("nobody passes on to the first round")]
    Round,
    /// A resolution without a title, or too long.
    #[error("a resolution has a title of one line and a text of at most {} bytes", super::minutes::LONGEST_MOTION)]
    Motion,
    /// Spare pens out of order, one twice, or too many.
    #[error("a steward has up to {} spare pens, each once and in order", super::keeping::SPARES)]
    Spares,
    /// What would follow the newest list is no list.
    #[error("it drafts a list that is none")]
    List,
    /// It is about a key that nothing could be signed with or sealed to.
    #[error("it names a key that is unusable")]
    Key,
    /// A key that it would give to somebody did not agree to it.
    #[error("a key did not agree to whose it would be")]
    Consent,
}

impl From<NoConsent> for ObjectError {
    fn from(no: NoConsent) -> Self {
        match no {
            NoConsent::Key => Self::Key,
            NoConsent::Signature(_) => Self::Consent,
        }
    }
}

/// Which share of the voters decides: k = max(⌊n/2⌋+1, ⌈n·num/den⌉).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Quorum {
    /// Of so many parts,
    pub num: u8,
    /// out of so many.
    pub den: u8,
}

impl Quorum {
    /// More than half.
    pub const MAJORITY: Self = Self { num: 1, den: 2 };

    /// How many of `voters` it takes.
    pub const fn needed(self, voters: usize) -> usize {
        let share = (voters * self.num as usize).div_ceil(if self.den == 0 { 1 } else { self.den as usize });
        let half = voters / 2 + 1;
        if share > half { share } else { half }
    }

    pub(super) const fn is_fair(self) -> bool {
        let (num, den) = (self.num as u16, self.den as u16);
        den > 0 && 2 * num >= den && 3 * num <= 2 * den
    }
}

/// What newcomers may read of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum History {
    /// Once they vote: everything that is retained.
    All,
    /// What is written after they came.
    None,
}

/// One who founds a committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Founder {
    /// The founder's keys.
    pub identity: Identity,
    /// Stands for the founder's name.
    pub name: Commitment,
    /// Whether the founder may admit and keeps the list.
    pub steward: bool,
}

/// Minutes No. 0: who founds what.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Genesis {
    /// Random.
    pub nonce: [u8; 16],
    /// Where the committee's envelopes travel.
    pub channel: ChannelId,
    /// Stands for the committee's name.
    pub name: Commitment,
    /// From the widest to the narrowest, like country, region, town.
    pub territory: Vec<String>,
    /// May be empty.
    pub industry: String,
    /// The first voters.
    pub founders: Vec<Founder>,
    /// What decides.
    pub quorum: Quorum,
    /// What newcomers may read.
    pub history: History,
    /// For how many days talk is kept by default.
    pub retention_days: u16,
    /// The committee that this one says it continues.
    pub continues: Option<CommitteeId>,
}

impl Says for Genesis {
    fn commitments(&self) -> Vec<Commitment> {
        [self.name].into_iter().chain(self.founders.iter().map(|founder| founder.name)).collect()
    }

    fn check(&self) -> Result<(), ObjectError> {
        let mut keys: Vec<_> = self.founders.iter().flat_map(|f| [f.identity.vote, f.identity.recovery]).collect();
        keys.sort_unstable();
        if !(1..=FOUNDERS).contains(&self.founders.len()) || !wire::ascending(&keys) {
            return Err(ObjectError::Founders);
        }
        if !self.quorum.is_fair() {
            return Err(ObjectError::Quorum);
        }
        let parts = self.territory.iter().chain([&self.industry]);
        let short = parts.clone().all(|part| part.len() <= LONGEST_PLACE);
        if short && self.territory.len() <= PLACES { Ok(()) } else { Err(ObjectError::Place) }
    }
}

/// A steward lets someone in on probation: to read and write, not to vote. Signed by the steward's vote key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Admit {
    /// The steward's own count of such acts.
    pub no: u32,
    /// The newcomer's keys.
    pub identity: Identity,
    /// Stands for the newcomer's name.
    pub name: Commitment,
    /// By the newcomer's keys.
    pub consent: Consent,
}

impl Says for Admit {
    fn commitments(&self) -> Vec<Commitment> {
        vec![self.name]
    }

    fn verify(&self, committee: CommitteeId) -> Result<(), ObjectError> {
        Ok(self.consent.verify(committee, &self.identity)?)
    }
}

/// Why someone is suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Because {
    /// In custody.
    Arrested,
    /// A device is in other hands.
    LostDevice,
    /// No longer trusted.
    Distrust,
}

/// A voter takes someone out of the next epoch, at once. Signed by the voter's vote key; moves no vote.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Suspend {
    /// The voter's own count of such acts.
    pub no: u32,
    /// Who.
    pub member: MemberId,
    /// Why.
    pub because: Because,
    /// The last op known of each of that member's devices, ascending. What comes after is refused.
    pub seen: Vec<Seen>,
}

impl Says for Suspend {
    fn check(&self) -> Result<(), ObjectError> {
        Seen::check(&self.seen)
    }
}

/// A member's device. Signed by the member's vote key or recovery key, and by the device itself: nobody certifies
/// another's device as his own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Certificate {
    /// Whose.
    pub member: MemberId,
    /// The member's own count of devices.
    pub no: u32,
    /// Its keys.
    pub device: Device,
    /// By the device's signing key, over committee, member, number and keys.
    pub proof: Signature,
}

impl Certificate {
    /// A certificate that the device agrees to; the member's key has yet to sign the object.
    pub fn new(committee: CommitteeId, member: MemberId, no: u32, device: &DeviceSecret) -> Self {
        let keys = device.public();
        let proof = device.sign.sign(Domain::DEVICE, &wire::encode(&(committee, member, no, keys)));
        Self { member, no, device: keys, proof }
    }
}

impl Says for Certificate {
    fn verify(&self, committee: CommitteeId) -> Result<(), ObjectError> {
        if !self.device.open.is_usable() {
            return Err(ObjectError::Key);
        }
        let key = self.device.sign.check().map_err(|_| ObjectError::Key)?;
        let agreed = wire::encode(&(committee, self.member, self.no, self.device));
        key.verify(Domain::DEVICE, &agreed, &self.proof).map_err(|_| ObjectError::Signature)
    }
}

/// The pen that a device asks to be put in the next list. Signed by the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct NextPen {
    /// The device's own count of pens.
    pub no: u32,
    /// The pen.
    pub pen: PublicKey,
}

impl Says for NextPen {
    fn new_keys(&self) -> Vec<PublicKey> {
        vec![self.pen]
    }
}

/// The pen that a device asks to be put in the lists of the committee's public channel. Signed by the device, once: in
/// public a pen hides nobody, since every op there names its device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct PublicPen {
    /// The pen.
    pub pen: PublicKey,
}

impl Says for PublicPen {
    fn new_keys(&self) -> Vec<PublicKey> {
        vec![self.pen]
    }
}

/// The key that a device asks others to seal to from now on, in place of the one before. Signed by the device. What was
/// sealed to the old one is out of reach for good once its secret is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Opening {
    /// The device's own count of such keys, the one that it was certified with being 0.
    pub no: u32,
    /// The key.
    pub open: BoxKey,
}

impl Says for Opening {
    fn verify(&self, _committee: CommitteeId) -> Result<(), ObjectError> {
        if self.open.is_usable() { Ok(()) } else { Err(ObjectError::Key) }
    }
}

/// The channel's newest list, by a steward's vote key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct NewestList {
    /// The list's number.
    pub no: u32,
    /// The list.
    pub list: ListId,
}

impl Says for NewestList {}

/// The vote key that a member asks minutes to put in place of the old one. Signed by a device or the recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct NewKey {
    /// Who asks.
    pub member: MemberId,
    /// The key.
    pub vote: PublicKey,
    /// By the key, over committee, member and key.
    pub proof: Signature,
}

impl NewKey {
    /// That a member asks for this key.
    pub fn new(committee: CommitteeId, member: MemberId, vote: &SigningKey) -> Self {
        Self { member, vote: vote.public(), proof: identity::agree_to_vote(committee, member, vote) }
    }

    /// What twelve words stand for when a member tells others which key to put in place: of a key and its committee.
    pub fn digest(committee: CommitteeId, vote: &PublicKey) -> [u8; 16] {
        let hash = ids::derive("kenes v1 new key words", &wire::encode(&(committee, vote)));
        std::array::from_fn(|n| hash[n])
    }
}

impl Says for NewKey {
    fn verify(&self, committee: CommitteeId) -> Result<(), ObjectError> {
        Ok(identity::agrees_to_vote(committee, self.member, &self.vote, &self.proof)?)
    }
}

#[derive(Encode, Decode)]
struct Unsigned {
    kind: u16,
    committee: CommitteeId,
    author: PublicKey,
    content: Vec<u8>,
}

#[derive(Encode, Decode)]
struct Wire {
    object: Unsigned,
    signature: Signature,
}

/// An object in its canonical bytes, well formed, its signature not yet verified. A clone is the same object: books,
/// and all that follows from them, share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedObject(Arc<Object>);

#[derive(Debug, PartialEq, Eq)]
struct Object {
    bytes: Box<[u8]>,
    id: BookId,
    committee: CommitteeId,
    author: PublicKey,
    content: Content,
    signature: Signature,
}

/// What a genesis names as its committee: its own hash is the committee.
const UNBORN: CommitteeId = CommitteeId::from_bytes([0; 32]);

impl SignedObject {
    /// Founds a committee: the genesis, signed by the first founder.
    pub fn found(genesis: Genesis, vote: &SigningKey) -> Result<Self, ObjectError> {
        Self::sign(UNBORN, Content::Genesis(genesis), vote)
    }

    /// Signs an object for a committee's book.
    pub fn sign(committee: CommitteeId, content: Content, key: &SigningKey) -> Result<Self, ObjectError> {
        let object = Unsigned { kind: content.kind(), committee, author: key.public(), content: content.encode() };
        let mut bytes = wire::encode(&object);
        let signature = key.sign(Domain::BOOK, &bytes);
        bytes.extend_from_slice(signature.as_bytes());
        Self::decode(&bytes)
    }

    /// Reads an object and checks all that needs no other knowledge and no signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, ObjectError> {
        let Wire { object, signature } = wire::decode(bytes, LONGEST_OBJECT)?;
        let content = Content::decode(object.kind, &object.content)?;
        let is_genesis = matches!(content, Content::Genesis(_));
        if is_genesis != (object.committee == UNBORN) {
            return Err(ObjectError::Committee);
        }
        let unsigned = wire::encode(&object);
        let committee = if is_genesis { CommitteeId::of(&unsigned) } else { object.committee };
        let id = BookId::of(&unsigned);
        let author = object.author;
        Ok(Self(Arc::new(Object { bytes: bytes.into(), id, committee, author, content, signature })))
    }

    /// Verifies the signature by the key that the object names, and the keys that it is about.
    pub fn verify(self) -> Result<Verified<Self>, ObjectError> {
        let key = self.0.author.check().map_err(|_| ObjectError::Signature)?;
        let signed = &self.0.bytes[..self.0.bytes.len().saturating_sub(Signature::SIZE)];
        key.verify(Domain::BOOK, signed, &self.0.signature).map_err(|_| ObjectError::Signature)?;
        self.0.content.verify(self.0.committee)?;
        Ok(Verified::vouch(self))
    }

    /// The bytes as received.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The hash of all but the signature.
    pub fn id(&self) -> BookId {
        self.0.id
    }

    /// The number of its kind.
    pub fn kind(&self) -> u16 {
        self.0.content.kind()
    }

    /// The committee whose book it belongs to; a genesis founds its own.
    pub fn committee(&self) -> CommitteeId {
        self.0.committee
    }

    /// The key that signed it.
    pub fn author(&self) -> PublicKey {
        self.0.author
    }

    /// What it says.
    pub fn content(&self) -> &Content {
        &self.0.content
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::book) fn vote(n: u8) -> SigningKey {
        SigningKey::from_seed([n; 32])
    }

    pub(in crate::book) fn identity(n: u8) -> Identity {
        Identity { vote: vote(n).public(), recovery: SigningKey::from_seed([n ^ 0x80; 32]).public() }
    }

    pub(in crate::book) fn consent(committee: CommitteeId, n: u8) -> Consent {
        Consent::new(committee, &vote(n), &SigningKey::from_seed([n ^ 0x80; 32]))
    }

    pub(in crate::book) fn founder() -> Identity {
        identity(1)
    }

    pub(in crate::book) fn genesis_of(founders: &[u8], name: Commitment) -> Verified<SignedObject> {
        let founders: Vec<_> =
            founders.iter().map(|n| Founder { identity: identity(*n), name: [*n; 32], steward: true }).collect();
        let genesis = Genesis {
            nonce: [0; 16],
            channel: ChannelId::from_bytes([9; 32]),
            name,
            territory: vec!["Маңғыстау".into(), "Жаңаөзен".into()],
            industry: "мұнай".into(),
            founders,
            quorum: Quorum::MAJORITY,
            history: History::All,
            retention_days: 14,
            continues: None,
        };
        SignedObject::found(genesis, &vote(1)).unwrap().verify().unwrap()
    }

    pub(in crate::book) fn genesis(name: Commitment) -> Verified<SignedObject> {
        genesis_of(&[1], name)
    }

    pub(in crate::book) fn admit(committee: CommitteeId, by: &SigningKey, no: u32, who: u8) -> Verified<SignedObject> {
        let consent = consent(committee, who);
        let content = Content::Admit(Admit { no, identity: identity(who), name: [who; 32], consent });
        SignedObject::sign(committee, content, by).unwrap().verify().unwrap()
    }

    #[test]
    fn a_quorum_is_a_majority_or_more() {
        let thirds = Quorum { num: 2, den: 3 };
        assert_eq!([1, 2, 3, 4, 5].map(|n| Quorum::MAJORITY.needed(n)), [1, 2, 2, 3, 3]);
        assert_eq!([1, 2, 3, 4, 5].map(|n| thirds.needed(n)), [1, 2, 2, 3, 4]);
        assert!(!Quorum { num: 1, den: 3 }.is_fair() && !Quorum { num: 3, den: 4 }.is_fair());
        assert!(!Quorum { num: 0, den: 0 }.is_fair());
    }

    #[test]
    fn an_object_reads_back_and_another_key_cannot_sign_it() {
        let committee = genesis([0; 32]).committee();
        let object = admit(committee, &vote(1), 0, 2);
        assert_eq!(SignedObject::decode(object.bytes()).unwrap(), object.clone().into_inner());
        let mut forged = object.bytes().to_vec();
        let last = forged.len() - 1;
        forged[last] ^= 1;
        assert_eq!(SignedObject::decode(&forged).unwrap().verify().unwrap_err(), ObjectError::Signature);
    }

    #[test]
    fn an_unknown_kind_is_kept_as_it_is() {
        let content = Content::Unknown { kind: 700, bytes: vec![1, 2, 3] };
        let object = SignedObject::sign(CommitteeId::from_bytes([1; 32]), content.clone(), &vote(1)).unwrap();
        assert_eq!(SignedObject::decode(object.bytes()).unwrap().content(), &content);
    }

    #[test]
    fn a_genesis_with_one_key_twice_is_refused() {
        let twice = Founder { identity: identity(1), name: [0; 32], steward: true };
        let Content::Genesis(mut genesis) = genesis([0; 32]).content().clone() else { unreachable!() };
        genesis.founders = vec![twice, twice];
        assert_eq!(SignedObject::found(genesis, &vote(1)).unwrap_err(), ObjectError::Founders);
    }
}
