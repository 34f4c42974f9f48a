//! What the objects of a minute book can say: every kind under its number, and what all kinds have in common. A further
//! kind is one line here and an `impl Says`. The kinds themselves are in [`super::object`] and [`super::minutes`].

use super::keeping::{FirstList, Keeping, ListSignature, NextList};
use super::minutes::{Assent, Ballot, Minutes, Offer, Pass, Resolution, Vote};
use super::object::{
    Admit, Certificate, Genesis, LONGEST_OBJECT, NewKey, NewestList, NextPen, ObjectError, Opening, PublicPen, Suspend,
};
use crate::identity::Commitment;
use crate::ids::{BookId, CommitteeId};
use crate::sign::PublicKey;
use crate::wire;

/// What every kind answers. Most kinds have nothing to say to most of it.
pub(super) trait Says {
    /// Checks all that needs no other knowledge and no signature.
    fn check(&self) -> Result<(), ObjectError> {
        Ok(())
    }

    /// The names that it stands for.
    fn commitments(&self) -> Vec<Commitment> {
        vec![]
    }

    /// The minutes that it follows, of what decides a number.
    fn prev(&self) -> Option<BookId> {
        None
    }

    /// The keys that would sign from now on.
    fn new_keys(&self) -> Vec<PublicKey> {
        vec![]
    }

    /// Checks what keys beside the author's signed.
    fn verify(&self, _committee: CommitteeId) -> Result<(), ObjectError> {
        Ok(())
    }
}

macro_rules! kinds {
    ($($no:literal $kind:ident($content:ty),)*) => {
        /// What an object says.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Content {
            $(#[doc = concat!("Kind ", $no, ".")] $kind($content),)*
            /// A kind that this code does not know: kept, passed on, and counted for nothing.
            Unknown {
                /// Its number.
                kind: u16,
                /// What it holds.
                bytes: Vec<u8>,
            },
        }

        impl Content {
            /// The number of its kind.
            pub fn kind(&self) -> u16 {
                match self {
                    $(Self::$kind(_) => $no,)*
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            /// What it says, where this code knows the kind.
            fn says(&self) -> Option<&dyn Says> {
                match self {
                    $(Self::$kind(content) => Some(content),)*
                    Self::Unknown { .. } => None,
                }
            }

            pub(super) fn encode(&self) -> Vec<u8> {
                match self {
                    $(Self::$kind(content) => wire::encode(content),)*
                    Self::Unknown { bytes, .. } => bytes.clone(),
                }
            }

            pub(super) fn decode(kind: u16, bytes: &[u8]) -> Result<Self, ObjectError> {
                let content = match kind {
                    $($no => Self::$kind(wire::decode(bytes, LONGEST_OBJECT)?),)*
                    kind => Self::Unknown { kind, bytes: bytes.to_vec() },
                };
                content.says().map_or(Ok(()), Says::check)?;
                Ok(content)
            }
        }
    };
}

kinds! {
    0 Genesis(Genesis),
    1 Admit(Admit),
    2 Suspend(Suspend),
    3 Device(Certificate),
    4 NextPen(NextPen),
    5 NewestList(NewestList),
    6 Minutes(Minutes),
    7 Offer(Offer),
    8 Vote(Vote),
    9 Pass(Pass),
    10 Assent(Assent),
    11 Resolution(Resolution),
    12 Ballot(Ballot),
    13 NewKey(NewKey),
    14 PublicPen(PublicPen),
    15 Opening(Opening),
    16 Keeping(Keeping),
    17 NextList(NextList),
    18 ListSignature(ListSignature),
    19 FirstList(FirstList),
}

impl Content {
    /// The names that it stands for.
    pub fn commitments(&self) -> Vec<Commitment> {
        self.says().map(Says::commitments).unwrap_or_default()
    }

    /// The minutes that it follows, of what decides a number.
    pub fn prev(&self) -> Option<BookId> {
        self.says().and_then(Says::prev)
    }

    /// Whether this code does not know the kind.
    pub fn is_unknown(&self) -> bool {
        self.says().is_none()
    }

    /// Checks the keys that it is about, and what they signed.
    pub(super) fn verify(&self, committee: CommitteeId) -> Result<(), ObjectError> {
        let Some(said) = self.says() else { return Ok(()) };
        match said.new_keys().iter().all(|key| key.check().is_ok()) {
            true => said.verify(committee),
            false => Err(ObjectError::Key),
        }
    }
}
