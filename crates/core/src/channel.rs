//! A channel's lists: which keys may sign envelopes in it. Pseudonyms only; no member, name or committee is here.
//!
//! A channel is named by the hash of its first list. List n+1 counts when a majority of list n's keepers signed it, so
//! any node can verify a whole channel from its id. A pen of any list on the chain stays valid for ever.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use thiserror::Error;

use crate::ids::{ChannelId, ListId};
use crate::sign::{Domain, KeyError, PublicKey, Signature, SigningKey};
use crate::wire;

/// The most pens one list may name.
pub const PENS: usize = 1_024;
/// The most keepers one list may name.
pub const KEEPERS: usize = 64;
/// The highest number of a list: a channel has at most a thousand.
pub const LAST_LIST: u32 = 999;

/// Why a list does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ListError {
    /// No pens or keepers, too many of them, or not in ascending order.
    #[error("a list names 1 to {PENS} pens and 1 to {KEEPERS} keepers, each once and in order")]
    Names,
    /// A key that may sign nothing.
    #[error("a key in the list is unusable: {0}")]
    Key(#[from] KeyError),
    /// Not the number or the hash that follows the list before.
    #[error("the list does not follow the one before")]
    Chain,
    /// Beyond [`LAST_LIST`].
    #[error("a channel has at most a thousand lists")]
    TooMany,
    /// Signatures out of order, of nobody, or any at all on the first list.
    #[error("the list's signatures are not in order")]
    Signatures,
    /// A signature does not fit.
    #[error("a keeper's signature does not fit")]
    BadSignature,
    /// Half of the keepers or fewer signed.
    #[error("no majority of the keepers signed")]
    NoMajority,
}

/// The numbered list of a channel's pens.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct List {
    /// Random, so that no two channels share an id.
    pub nonce: [u8; 16],
    /// 0 for the first.
    pub no: u32,
    /// The list before; zeros for the first.
    pub prev: ListId,
    /// Keys that sign the next list, ascending. They belong to stewards and are used for nothing else.
    pub keepers: Vec<PublicKey>,
    /// Keys that may sign envelopes, ascending, which for random keys is as good as shuffled.
    pub pens: Vec<PublicKey>,
}

impl List {
    /// What stands in [`List::prev`] of the first list.
    pub const NONE: ListId = ListId::from_bytes([0; 32]);

    /// The first list of a new channel.
    pub fn first(nonce: [u8; 16], keepers: Vec<PublicKey>, pens: Vec<PublicKey>) -> Self {
        Self { nonce, no: 0, prev: Self::NONE, keepers: sorted(keepers), pens: sorted(pens) }
    }

    /// The list that follows this one.
    pub fn next(&self, nonce: [u8; 16], keepers: Vec<PublicKey>, pens: Vec<PublicKey>) -> Self {
        let (keepers, pens) = (sorted(keepers), sorted(pens));
        Self { nonce, no: self.no.saturating_add(1), prev: self.id(), keepers, pens }
    }

    /// This list's identifier.
    pub fn id(&self) -> ListId {
        ListId::of(&wire::encode(self))
    }

    /// The channel that this list would begin.
    pub fn channel(&self) -> ChannelId {
        ChannelId::of(&wire::encode(self))
    }

    /// Whether `pen` stands in this list.
    pub fn has_pen(&self, pen: &PublicKey) -> bool {
        self.pens.binary_search(pen).is_ok()
    }

    /// A keeper's signature under this list.
    pub fn signature(&self, keeper: &SigningKey) -> Signature {
        keeper.sign(Domain::LIST, &wire::encode(self))
    }

    /// Those of the signatures that fit, one of each keeper of the list before.
    pub fn fitting(
        &self,
        before: &List,
        given: impl IntoIterator<Item = (PublicKey, Signature)>,
    ) -> BTreeMap<PublicKey, Signature> {
        let bytes = wire::encode(self);
        let keeps = |keeper: &PublicKey| before.keepers.binary_search(keeper).is_ok();
        let fits = |(keeper, signature): &(PublicKey, Signature)| {
            keeps(keeper) && keeper.check().is_ok_and(|key| key.verify(Domain::LIST, &bytes, signature).is_ok())
        };
        given.into_iter().filter(fits).collect()
    }

    /// This list with signatures of keepers of the list before.
    pub fn with(self, before: &List, signatures: BTreeMap<PublicKey, Signature>) -> SignedList {
        let place = |keeper: &PublicKey| before.keepers.binary_search(keeper).ok().map(|place| place as u8);
        let signatures = signatures.iter().filter_map(|(keeper, signature)| Some((place(keeper)?, *signature)));
        SignedList { signatures: signatures.collect(), list: self }
    }

    /// Signs this list as the keepers of the list before that `secrets` belong to.
    pub fn sign(self, before: Option<&List>, secrets: &[SigningKey]) -> SignedList {
        let bytes = wire::encode(&self);
        let place = |secret: &SigningKey| {
            let keeper = before?.keepers.binary_search(&secret.public()).ok()?;
            Some((keeper as u8, secret.sign(Domain::LIST, &bytes)))
        };
        let mut signatures: Vec<_> = secrets.iter().filter_map(place).collect();
        signatures.sort_unstable_by_key(|(keeper, _)| *keeper);
        SignedList { list: self, signatures }
    }
}

fn sorted(mut keys: Vec<PublicKey>) -> Vec<PublicKey> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A list with the signatures of keepers of the list before it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedList {
    /// The list.
    pub list: List,
    /// (place of the keeper in the list before, signature), ascending; empty for the first list, which its hash proves.
    pub signatures: Vec<(u8, Signature)>,
}

impl SignedList {
    /// Checks all that needs no other list and no signature: sizes, order, numbers.
    pub fn check_form(&self) -> Result<(), ListError> {
        let List { no, prev, keepers, pens, .. } = &self.list;
        let counted = (1..=PENS).contains(&pens.len()) && (1..=KEEPERS).contains(&keepers.len());
        if !counted || !wire::ascending(pens) || !wire::ascending(keepers) {
            return Err(ListError::Names);
        }
        if *no > LAST_LIST {
            return Err(ListError::TooMany);
        }
        if (*no == 0) != (*prev == List::NONE) {
            return Err(ListError::Chain);
        }
        let places: Vec<u8> = self.signatures.iter().map(|(place, _)| *place).collect();
        if places.len() > KEEPERS || !wire::ascending(&places) || (*no == 0 && !places.is_empty()) {
            return Err(ListError::Signatures);
        }
        Ok(())
    }

    /// Verifies this list as the one that follows `before`, or as a channel's first. What is cheap comes first: numbers
    /// and counts, then one verification a signature, then one check a key, of which there may be a thousand.
    pub fn verify(&self, before: Option<&List>) -> Result<(), ListError> {
        self.check_form()?;
        match before {
            Some(before) => self.verify_succession(before)?,
            None if self.list.no == 0 => {}
            None => return Err(ListError::Chain),
        }
        self.list.pens.iter().chain(&self.list.keepers).try_for_each(|key| key.check().map(drop))?;
        Ok(())
    }

    fn verify_succession(&self, before: &List) -> Result<(), ListError> {
        if self.list.no != before.no.saturating_add(1) || self.list.prev != before.id() {
            return Err(ListError::Chain);
        }
        let by_nobody = |(place, _): &(u8, Signature)| usize::from(*place) >= before.keepers.len();
        if self.signatures.iter().any(by_nobody) {
            return Err(ListError::Signatures);
        }
        if self.signatures.len() * 2 <= before.keepers.len() {
            return Err(ListError::NoMajority);
        }
        let bytes = wire::encode(&self.list);
        for (place, signature) in &self.signatures {
            let keeper = before.keepers.get(usize::from(*place)).ok_or(ListError::Signatures)?;
            keeper.check()?.verify(Domain::LIST, &bytes, signature).map_err(|_| ListError::BadSignature)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_seed([n; 32])
    }

    fn public(range: std::ops::Range<u8>) -> Vec<PublicKey> {
        range.map(|n| key(n).public()).collect()
    }

    /// Case L1 of the committee rules.
    #[test]
    fn a_list_signed_by_half_the_keepers_is_ignored_and_by_a_majority_adopted() {
        let first = List::first([0; 16], public(0..4), public(10..13));
        let next = first.next([1; 16], public(0..4), public(20..23));
        let half = next.clone().sign(Some(&first), &[key(0), key(1)]);
        let most = next.sign(Some(&first), &[key(2), key(0), key(1)]);
        assert_eq!(half.verify(Some(&first)), Err(ListError::NoMajority));
        assert_eq!(most.verify(Some(&first)), Ok(()));
    }

    #[test]
    fn a_list_follows_only_its_own_predecessor() {
        let first = List::first([0; 16], public(0..1), public(10..11));
        let other = List::first([9; 16], public(0..1), public(10..11));
        let next = first.next([1; 16], public(0..1), public(10..12)).sign(Some(&first), &[key(0)]);
        assert_eq!(next.verify(Some(&other)), Err(ListError::Chain));
        assert_eq!(next.verify(None), Err(ListError::Chain));
        assert_ne!(first.channel(), other.channel());
    }

    #[test]
    fn one_keeper_does_not_count_twice_nor_another_committee_s_keeper() {
        let first = List::first([0; 16], public(0..3), public(10..11));
        let next = first.next([1; 16], public(0..3), public(10..12));
        let mut twice = next.clone().sign(Some(&first), &[key(0)]);
        twice.signatures.push(twice.signatures[0]);
        assert_eq!(twice.verify(Some(&first)), Err(ListError::Signatures));
        let foreign = next.sign(Some(&first), &[key(7), key(8)]);
        assert_eq!(foreign.verify(Some(&first)), Err(ListError::NoMajority));
    }

    #[test]
    fn what_is_cheap_to_refuse_is_refused_before_any_key_is_checked() {
        let first = List::first([0; 16], public(0..4), public(10..13));
        let useless = PublicKey::from_bytes([0; 32]);
        let next = first.next([1; 16], public(0..4), vec![useless]);
        let keepers = [key(0), key(1), key(2)];
        let with = |list: &List, keepers: &[SigningKey]| list.clone().sign(Some(&first), keepers);
        assert_eq!(with(&List { no: 2, ..next.clone() }, &keepers).verify(Some(&first)), Err(ListError::Chain));
        assert_eq!(with(&next, &keepers[..2]).verify(Some(&first)), Err(ListError::NoMajority));
        let mut forged = with(&next, &keepers);
        forged.signatures[0].1 = forged.signatures[1].1;
        assert_eq!(forged.verify(Some(&first)), Err(ListError::BadSignature));
        assert!(matches!(with(&next, &keepers).verify(Some(&first)), Err(ListError::Key(_))));
    }
}
