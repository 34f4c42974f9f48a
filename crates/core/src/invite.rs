//! Joining: the invite that is handed over, and the letters sealed to one person that answer it.
//!
//! An [`Invite`] is a text or a code; a [`JoinRequest`] and a [`Welcome`] travel as boxed envelopes over any relay, so
//! that the two need never be online together. Whoever copied an invite can ask first: unless it was handed over in
//! person, the inviter compares the [`JoinRequest::digest`] with the joiner before admitting.

use bincode::{Decode, Encode};
use rand_core::CryptoRng;
use thiserror::Error;

use crate::book::{Content, SignedObject};
use crate::envelope::{Body, Boxed, Header, Verified};
use crate::identity::{Consent, Identity, Name, NoConsent};
use crate::ids::{self, ChannelId, CommitteeId, EpochId, InviteId, ListId};
use crate::seal::{self, BoxKey, BoxSecret, OpenError, SealError, Secret};
use crate::sign::{Domain, PublicKey, Signature, SigningKey};
use crate::time::Timestamp;
use crate::uri::{Form, UriError};
use crate::wire::{self, WireError};

pub use back::{Absentee, Back, CHANNELS, Return, SignedReturn};

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
/// The most past secrets that one welcome hands over.
pub const PAST: usize = 64;

const SCHEME: &str = "kenes:join:";
const LONGEST_URI: usize = 1_024;
const FORM: Form =
    Form { scheme: SCHEME, checksum: "kenes v1 invite checksum", longest: LONGEST_URI, version: VERSION };

/// Why a text is no invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InviteError {
    /// It does not begin as an invite does.
    #[error("an invite begins with {SCHEME}")]
    Scheme,
    /// Something in it was changed or lost on the way.
    #[error("the invite is damaged: a character was changed or lost")]
    Damaged,
    /// A version that this code does not know.
    #[error("an invite of version {0}, which this program does not know")]
    Version(u8),
}

impl From<UriError> for InviteError {
    fn from(error: UriError) -> Self {
        match error {
            UriError::Scheme => Self::Scheme,
            UriError::Damaged => Self::Damaged,
            UriError::Version(version) => Self::Version(version),
        }
    }
}

/// What an inviter hands over. Whoever holds it can ask to join, once or as often as it allows.
#[derive(Debug, Clone, Encode, Decode)]
pub struct Invite {
    /// [`VERSION`].
    pub version: u8,
    /// The committee: the hash of the minutes No. 0, which is all that a newcomer holds fast to.
    pub committee: CommitteeId,
    /// Its channel.
    pub channel: ChannelId,
    /// The channel's newest list, in which the spare pen stands.
    pub list: ListId,
    /// A spare pen, so that a newcomer can write at once.
    pub pen: SigningKey,
    /// The key that the request is sealed to; its secret stays with the inviter.
    pub to: BoxKey,
    /// The inviter's device, which signs the welcome.
    pub inviter: PublicKey,
    /// Until when the inviter answers.
    pub expires: Timestamp,
    /// How many may join by it.
    pub uses: u16,
    /// The member whom it brings back, if it is for no newcomer.
    pub back: Option<Absentee>,
}

impl Invite {
    /// Names this invite without giving it away.
    pub fn id(&self) -> InviteId {
        InviteId::of(self.to.as_bytes())
    }

    /// The text form, which also fits the alphanumeric mode of a QR code.
    pub fn to_uri(&self) -> String {
        FORM.write(self)
    }

    /// Reads the text form, in any case and with any white space inside.
    pub fn from_uri(text: &str) -> Result<Self, InviteError> {
        let invite: Self = FORM.read(text)?;
        let few = invite.back.as_ref().is_none_or(|back| back.before.len() <= CHANNELS);
        if few { Ok(invite) } else { Err(InviteError::Damaged) }
    }
}

/// Why a letter does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LetterError {
    /// It does not open.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// What is inside is no letter.
    #[error("no letter: {0}")]
    Wire(#[from] WireError),
    /// A key that it brings or names did not sign it.
    #[error("a signature does not fit")]
    Signature,
    /// Its parts belong to different people or committees.
    #[error("its parts do not belong together")]
    Mismatch,
}

impl From<NoConsent> for LetterError {
    fn from(no: NoConsent) -> Self {
        match no {
            NoConsent::Key | NoConsent::Signature(_) => Self::Signature,
        }
    }
}

/// Reads an object that a letter brings.
fn brought(bytes: &[u8]) -> Result<Verified<SignedObject>, LetterError> {
    let object = SignedObject::decode(bytes).map_err(|_| LetterError::Mismatch)?;
    object.verify().map_err(|_| LetterError::Signature)
}

/// A newcomer asks to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct JoinRequest {
    /// The committee.
    pub committee: CommitteeId,
    /// By which invite.
    pub invite: InviteId,
    /// The newcomer's keys.
    pub identity: Identity,
    /// By those keys, for whoever lets the newcomer in to put beside them.
    pub consent: Consent,
    /// The newcomer's first device: an object for the book.
    pub device: Vec<u8>,
    /// The pen that it asks for: an object for the book.
    pub pen: Vec<u8>,
    /// The newcomer's name.
    pub name: Name,
    /// The key that the welcome is to be sealed to.
    pub reply: BoxKey,
}

/// A request signed by the vote key; the device signs its pen.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedRequest {
    /// The request.
    pub request: JoinRequest,
    /// By the vote key.
    pub signature: Signature,
}

/// A request whose parts were all verified.
#[derive(Debug, Clone)]
pub struct Applicant {
    /// The request.
    pub request: JoinRequest,
    /// The device, certified by the newcomer's vote key.
    pub device: Verified<SignedObject>,
    /// The pen, signed by the device.
    pub pen: Verified<SignedObject>,
}

impl JoinRequest {
    /// 16 bytes of its hash, to be compared as twelve words.
    pub fn digest(&self) -> [u8; 16] {
        let hash = self.hash();
        std::array::from_fn(|n| hash[n])
    }

    /// Its hash, which a welcome names.
    pub fn hash(&self) -> [u8; 32] {
        ids::derive("kenes v1 join request", &wire::encode(self))
    }

    /// Signs it with the vote key of its identity.
    pub fn sign(self, vote: &SigningKey) -> SignedRequest {
        SignedRequest { signature: vote.sign(Domain::JOIN, &wire::encode(&self)), request: self }
    }
}

impl SignedRequest {
    /// Verifies every signature in the request and that its parts belong together.
    pub fn verify(self) -> Result<Applicant, LetterError> {
        let Self { request, signature } = self;
        let key = request.identity.vote.check().map_err(|_| LetterError::Signature)?;
        key.verify(Domain::JOIN, &wire::encode(&request), &signature).map_err(|_| LetterError::Signature)?;
        request.consent.verify(request.committee, &request.identity)?;
        request.name.check().map_err(|_| LetterError::Mismatch)?;
        if !request.reply.is_usable() {
            return Err(LetterError::Mismatch);
        }
        let (device, pen) = (brought(&request.device)?, brought(&request.pen)?);
        let (Content::Device(certificate), Content::NextPen(_)) = (device.content(), pen.content()) else {
            return Err(LetterError::Mismatch);
        };
        let together = device.committee() == request.committee
            && pen.committee() == request.committee
            && certificate.member == request.identity.member()
            && device.author() == request.identity.vote
            && pen.author() == certificate.device.sign;
        if together { Ok(Applicant { request, device, pen }) } else { Err(LetterError::Mismatch) }
    }
}

/// The secret of one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct EpochKey {
    /// Which.
    pub epoch: EpochId,
    /// Its secret.
    pub secret: Secret,
}

/// The answer to a request: secrets, and no book, which the newcomer reads from its pages.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Welcome {
    /// The hash of the request.
    pub request: [u8; 32],
    /// The epoch in which the committee writes.
    pub current: EpochKey,
    /// Earlier ones, as the history policy says; none on probation.
    pub past: Vec<EpochKey>,
}

/// A secret for a device that a rotation did not cover.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct LateShare {
    /// Whose epoch.
    pub committee: CommitteeId,
    /// The epoch.
    pub key: EpochKey,
}

/// What is sealed to one person.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Letter {
    /// To an invite's key.
    JoinRequest(Box<SignedRequest>),
    /// To a request's reply key, signed by the inviter's device.
    Welcome(Welcome, Signature),
    /// To a device, signed by a voter's device.
    Share(LateShare, PublicKey, Signature),
    /// To the key of an invite that brings a member back.
    Return(Box<SignedReturn>),
}

impl Letter {
    /// A welcome, signed.
    pub fn welcome(welcome: Welcome, device: &SigningKey) -> Self {
        let signature = device.sign(Domain::WELCOME, &wire::encode(&welcome));
        Self::Welcome(welcome, signature)
    }

    /// A late share, signed.
    pub fn share(share: LateShare, device: &SigningKey) -> Self {
        let signature = device.sign(Domain::SHARE, &wire::encode(&share));
        Self::Share(share, device.public(), signature)
    }
}

impl Welcome {
    /// Whether `device` signed this welcome.
    pub fn is_by(&self, device: &PublicKey, signature: &Signature) -> bool {
        signed_by(device, Domain::WELCOME, &wire::encode(self), signature)
    }
}

impl LateShare {
    /// Whether `device` signed this share.
    pub fn is_by(&self, device: &PublicKey, signature: &Signature) -> bool {
        signed_by(device, Domain::SHARE, &wire::encode(self), signature)
    }
}

fn signed_by(key: &PublicKey, domain: Domain, bytes: &[u8], signature: &Signature) -> bool {
    key.check().is_ok_and(|key| key.verify(domain, bytes, signature).is_ok())
}

fn info(channel: ChannelId) -> Vec<u8> {
    [b"kenes v1 boxed".as_slice(), channel.as_bytes()].concat()
}

/// Seals a letter to one person, for the envelope with this header and no other.
pub fn enclose<R: CryptoRng>(header: &Header, to: &BoxKey, letter: &Letter, rng: &mut R) -> Result<Body, SealError> {
    let content = wire::encode(letter);
    let aad = wire::encode(header);
    let (enc, ciphertext) = seal::to_one_packed(to, &content, &info(header.channel), &aad, rng)?;
    Ok(Body::Boxed(Boxed { hint: seal::hint(to, &enc), enc, ciphertext }))
}

/// Whether a boxed envelope looks as if it were for `key`: one in four thousand million is not.
pub fn is_for(boxed: &Boxed, key: &BoxKey) -> bool {
    boxed.hint == seal::hint(key, &boxed.enc)
}

/// Opens a letter with the secret key that it is for.
pub fn unseal(header: &Header, boxed: &Boxed, key: &BoxSecret) -> Result<Letter, LetterError> {
    let content = key.open_packed(&boxed.enc, &boxed.ciphertext, &info(header.channel), &wire::encode(header))?;
    let letter = wire::decode(&content, seal::LONGEST_CONTENT)?;
    match &letter {
        Letter::Welcome(welcome, _) if welcome.past.len() > PAST => Err(LetterError::Mismatch),
        Letter::JoinRequest(_) | Letter::Welcome(..) | Letter::Share(..) | Letter::Return(_) => Ok(letter),
    }
}

mod back;
#[cfg(test)]
mod tests;
