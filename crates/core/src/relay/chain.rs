//! A channel's lists as this node holds them: the chain that it follows, and rival branches beside it.
//!
//! Lists come here verified. A node never leaves the chain that it holds, unless its owner pins a list of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::channel::{List, SignedList};
use crate::ids::{EnvelopeId, ListId};
use crate::sign::PublicKey;

/// The most lists of rival branches that are kept.
const RIVALS: usize = 256;

/// How a pen counts when room is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// In one of the two newest lists: it has a share of its own.
    Current,
    /// In older lists only: all such pens have one share together.
    Former,
    /// In a rival branch only: all such pens have one share, at most a quarter of everything.
    Rival,
}

/// What became of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    /// It is the newest now.
    Extended,
    /// It is of another branch, and kept.
    Rival,
    /// The owner's pin made its branch the one that is followed.
    Turned,
    /// It was here.
    Known,
    /// The list before it is not here, or there is no room.
    Refused,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) id: ListId,
    pub(super) envelope: EnvelopeId,
    pub(super) list: Arc<List>,
}

#[derive(Debug, Default)]
pub(super) struct Chain {
    links: Vec<Link>,
    rivals: BTreeMap<ListId, Link>,
    /// The newest list on the chain that a pen is in, none where only rivals have it.
    pens: BTreeMap<PublicKey, Option<u32>>,
    pinned: Option<ListId>,
}

impl Chain {
    pub(super) fn new(pinned: Option<ListId>) -> Self {
        Self { pinned, ..Self::default() }
    }

    pub(super) const fn pinned(&self) -> Option<ListId> {
        self.pinned
    }

    pub(super) fn tip(&self) -> Option<&Link> {
        self.links.last()
    }

    pub(super) fn is_forked(&self) -> bool {
        !self.rivals.is_empty()
    }

    /// The chain's lists after `known`, or all of them where that is not on the chain.
    pub(super) fn after(&self, known: Option<(u32, ListId)>) -> &[Link] {
        let place = known.filter(|(no, id)| self.links.get(*no as usize).is_some_and(|link| link.id == *id));
        &self.links[place.map_or(0, |(no, _)| no as usize + 1)..]
    }

    pub(super) fn find(&self, id: &ListId) -> Option<&Link> {
        self.rivals.get(id).or_else(|| self.links.iter().rfind(|link| link.id == *id))
    }

    pub(super) fn standing(&self, pen: &PublicKey) -> Option<Standing> {
        let newest = self.links.len() as u32;
        self.pens.get(pen).map(|no| match no {
            Some(no) if no + 2 >= newest => Standing::Current,
            Some(_) => Standing::Former,
            None => Standing::Rival,
        })
    }

    /// Takes a verified list.
    pub(super) fn place(&mut self, envelope: EnvelopeId, signed: &SignedList) -> Placed {
        let id = signed.list.id();
        if self.find(&id).is_some() {
            return Placed::Known;
        }
        let link = Link { id, envelope, list: Arc::new(signed.list.clone()) };
        let extends = match self.tip() {
            None => signed.list.no == 0,
            Some(tip) => signed.list.prev == tip.id && signed.list.no == tip.list.no + 1,
        };
        if extends {
            self.push(link);
            return Placed::Extended;
        }
        if self.find(&signed.list.prev).is_none() || self.rivals.len() >= RIVALS {
            return Placed::Refused;
        }
        for pen in &link.list.pens {
            self.pens.entry(*pen).or_insert(None);
        }
        self.rivals.insert(id, link);
        if self.pinned == Some(id) && self.turn_to(id) { Placed::Turned } else { Placed::Rival }
    }

    /// Holds fast to a list from now on. True where that changed which branch is followed.
    pub(super) fn pin(&mut self, id: ListId) -> bool {
        self.pinned = Some(id);
        self.rivals.contains_key(&id) && self.turn_to(id)
    }

    fn push(&mut self, link: Link) {
        for pen in &link.list.pens {
            self.pens.insert(*pen, Some(link.list.no));
        }
        self.links.push(link);
    }

    /// Makes the branch of the rival `id` the chain that is followed.
    fn turn_to(&mut self, id: ListId) -> bool {
        let mut branch = Vec::new();
        let mut next = id;
        while let Some(link) = self.rivals.remove(&next) {
            next = link.list.prev;
            branch.push(link);
        }
        let Some(fork) = self.links.iter().position(|link| link.id == next) else {
            self.rivals.extend(branch.into_iter().map(|link| (link.id, link)));
            return false;
        };
        let left = self.links.split_off(fork + 1);
        self.rivals.extend(left.into_iter().map(|link| (link.id, link)));
        self.pens.clear();
        for link in std::mem::take(&mut self.links).into_iter().chain(branch.into_iter().rev()) {
            self.push(link);
        }
        for pen in self.rivals.values().flat_map(|link| &link.list.pens) {
            self.pens.entry(*pen).or_insert(None);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::SigningKey;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_seed([n; 32])
    }

    fn signed(list: List) -> SignedList {
        SignedList { list, signatures: Vec::new() }
    }

    fn next(list: &List, nonce: u8, pen: u8) -> List {
        list.next([nonce; 16], vec![key(0).public()], vec![key(pen).public()])
    }

    fn place(chain: &mut Chain, list: &List) -> Placed {
        chain.place(EnvelopeId::of(list.id().as_bytes()), &signed(list.clone()))
    }

    #[test]
    fn a_pen_is_current_for_two_lists_and_former_for_ever() {
        let lists: Vec<List> = (1..5).fold(vec![List::first([0; 16], vec![], vec![key(1).public()])], |mut all, n| {
            all.push(next(&all[all.len() - 1], n, n + 1));
            all
        });
        let mut chain = Chain::new(None);
        assert!(lists.iter().all(|list| place(&mut chain, list) == Placed::Extended));
        assert_eq!(chain.standing(&key(5).public()), Some(Standing::Current));
        assert_eq!(chain.standing(&key(4).public()), Some(Standing::Current));
        assert_eq!(chain.standing(&key(3).public()), Some(Standing::Former));
        assert_eq!(chain.standing(&key(9).public()), None);
        assert_eq!(chain.after(Some((2, lists[2].id()))).len(), 2);
        assert_eq!(chain.after(None).len(), 5);
    }

    #[test]
    fn a_rival_branch_is_kept_apart_until_the_owner_turns_to_it() {
        let first = List::first([0; 16], vec![], vec![key(1).public()]);
        let (ours, theirs) = (next(&first, 1, 2), next(&first, 2, 3));
        let beyond = next(&theirs, 3, 4);
        let mut chain = Chain::new(None);
        assert_eq!(place(&mut chain, &first), Placed::Extended);
        assert_eq!(place(&mut chain, &beyond), Placed::Refused);
        assert_eq!(place(&mut chain, &ours), Placed::Extended);
        assert_eq!(place(&mut chain, &theirs), Placed::Rival);
        assert_eq!(place(&mut chain, &beyond), Placed::Rival);
        assert_eq!(chain.standing(&key(4).public()), Some(Standing::Rival));
        assert!(chain.pin(beyond.id()));
        assert_eq!(chain.tip().map(|tip| tip.id), Some(beyond.id()));
        assert_eq!(chain.standing(&key(2).public()), Some(Standing::Rival));
        assert_eq!(chain.standing(&key(4).public()), Some(Standing::Current));
    }
}
