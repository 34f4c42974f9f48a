//! How stewards keep the channel's lists together, though they are apart: each publishes his keeper key and his spare
//! pens; one drafts the next list, and the others add their keepers' signatures. A list itself travels apart from the
//! book, once a majority of keepers signed it: see [`crate::channel`].

use std::collections::{BTreeMap, BTreeSet};

use bincode::{Decode, Encode};

use super::content::Says;
use super::object::ObjectError;
use crate::channel::{List, SignedList};
use crate::ids::{ChannelId, ListId, MemberId};
use crate::sign::{PublicKey, Signature};
use crate::wire;

/// How many spare pens a steward keeps for invites.
pub const SPARES: usize = 4;

/// A steward's keeper key and the spare pens that are to be put in the next list. Signed by the steward's vote key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Keeping {
    /// The steward's own count of these.
    pub no: u32,
    /// Of which channel. What a steward keeps one channel's lists with is of no use in another.
    pub channel: ChannelId,
    /// Signs lists.
    pub keeper: PublicKey,
    /// At most [`SPARES`], ascending.
    pub spares: Vec<PublicKey>,
}

impl Says for Keeping {
    fn check(&self) -> Result<(), ObjectError> {
        let few = self.spares.len() <= SPARES && wire::ascending(&self.spares);
        if few { Ok(()) } else { Err(ObjectError::Spares) }
    }

    fn new_keys(&self) -> Vec<PublicKey> {
        self.spares.iter().copied().chain([self.keeper]).collect()
    }
}

/// A list that a steward would have follow the newest one. Signed by the steward's vote key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NextList {
    /// The list.
    pub list: List,
}

impl Says for NextList {
    fn check(&self) -> Result<(), ObjectError> {
        let unsigned = SignedList { list: self.list.clone(), signatures: vec![] };
        unsigned.check_form().map_err(|_| ObjectError::List)
    }
}

/// A keeper's signature under a list that was drafted. Signed by the steward's vote key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct ListSignature {
    /// The list.
    pub list: ListId,
    /// The keeper.
    pub keeper: PublicKey,
    /// The keeper's signature, as it stands under the list. Whether it fits is for whoever has the list to check.
    pub signature: Signature,
}

impl Says for ListSignature {}

/// The first list of a channel that a sheet may name. Its hash is that channel, so that whose it is decides nothing: who
/// has the book knows from it which keys sign there, and has it for whoever carries the channel.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct FirstList {
    /// The list.
    pub list: List,
}

impl Says for FirstList {
    fn check(&self) -> Result<(), ObjectError> {
        let unsigned = SignedList { list: self.list.clone(), signatures: vec![] };
        let first = unsigned.check_form().is_ok() && self.list.no == 0;
        if first { Ok(()) } else { Err(ObjectError::List) }
    }
}

/// A list that was drafted, and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The list.
    pub list: List,
    /// Whose drafts it is.
    pub by: BTreeSet<MemberId>,
    /// By keeper.
    pub signatures: BTreeMap<PublicKey, BTreeSet<Signature>>,
}

impl Drafted {
    /// Who is said to have signed it how. Whether a signature fits is for whoever has the list before to check.
    pub fn signed(&self) -> impl Iterator<Item = (PublicKey, Signature)> {
        self.signatures.iter().flat_map(|(by, all)| all.iter().map(move |signature| (*by, *signature)))
    }
}
