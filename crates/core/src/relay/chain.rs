//! A channel's lists as this node holds them: the chain that it follows, and rival branches beside it.
//!
//! Lists come here verified. A node never leaves the chain that it holds, unless its owner pins a list of another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::channel::{LAST_LIST, List, SignedList};
use crate::ids::{EnvelopeId, ListId};
use crate::sign::PublicKey;

/// The most lists of rival branches that leave the chain after one and the same list.
const RIVALS: usize = 64;
/// The most lists of the chain after which rival branches leave it.
const FORKS: usize = 16;
/// The most lists of rival branches in all, also while any may lead to the list that is pinned.
const ALL_RIVALS: usize = RIVALS * FORKS;
/// The most tips that are stated: the chain's, and those of rival branches.
pub(super) const TIPS: usize = 64;

/// A list's number and id.
pub(super) type Tip = (u32, ListId);

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

impl Link {
    pub(super) fn tip(&self) -> Tip {
        (self.list.no, self.id)
    }
}

/// A list of a branch that is not followed.
#[derive(Debug)]
struct Rival {
    link: Link,
    /// The number of the chain's list after which its branch leaves the chain.
    fork: u32,
}

/// The first and the newest list on the chain that a pen is in.
#[derive(Debug, Clone, Copy)]
struct Term {
    first: u32,
    newest: u32,
}

/// Which of the lists here somebody else holds too.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Those of the chain up to this number.
    upto: Option<u32>,
    rivals: BTreeSet<ListId>,
}

#[derive(Debug, Default)]
pub(super) struct Chain {
    links: Vec<Link>,
    rivals: BTreeMap<ListId, Rival>,
    /// None for those that only rivals have.
    pens: BTreeMap<PublicKey, Option<Term>>,
    pinned: Option<ListId>,
}

impl Chain {
    pub(super) fn new(pinned: Option<ListId>) -> Self {
        Self { pinned, ..Self::default() }
    }

    /// Takes what was stored, in any order. It was all taken before, so that nothing is refused for want of room; and
    /// the branch of the pinned list is the one that is followed.
    pub(super) fn restore(&mut self, mut lists: Vec<(EnvelopeId, SignedList)>) {
        let before: BTreeMap<ListId, ListId> =
            lists.iter().map(|(_, signed)| (signed.list.id(), signed.list.prev)).collect();
        let mut followed = BTreeSet::new();
        let mut next = self.pinned;
        while let Some((id, prev)) = next.and_then(|id| before.get_key_value(&id)) {
            followed.insert(*id);
            next = Some(*prev);
        }
        lists.sort_by_cached_key(|(id, signed)| (signed.list.no, !followed.contains(&signed.list.id()), *id));
        for (envelope, signed) in &lists {
            self.put(*envelope, signed, usize::MAX);
        }
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

    /// The chain's lists, in order.
    pub(super) fn links(&self) -> &[Link] {
        &self.links
    }

    /// The newest list of the chain, then those of the rival branches, as many as are stated.
    pub(super) fn tips(&self) -> Vec<Tip> {
        let followed: BTreeSet<ListId> = self.rivals.values().map(|rival| rival.link.list.prev).collect();
        let rivals = self.rivals.values().map(|rival| &rival.link).filter(|link| !followed.contains(&link.id));
        self.tip().into_iter().chain(rivals).take(TIPS).map(Link::tip).collect()
    }

    pub(super) fn find(&self, id: &ListId) -> Option<&Link> {
        let rival = self.rivals.get(id).map(|rival| &rival.link);
        rival.or_else(|| self.links.iter().rfind(|link| link.id == *id))
    }

    pub(super) fn has(&self, (no, id): &Tip) -> bool {
        self.rivals.contains_key(id) || self.is_on_chain(*no, id)
    }

    /// What whoever holds these lists holds of those here: a list is never held without those before it.
    pub(super) fn held(&self, tips: impl IntoIterator<Item = Tip>) -> Held {
        let mut held = Held::default();
        for (no, id) in tips {
            let mut next = id;
            while let Some(rival) = self.rivals.get(&next) {
                held.upto = held.upto.max(Some(rival.fork));
                if !held.rivals.insert(next) {
                    break;
                }
                next = rival.link.list.prev;
            }
            if self.is_on_chain(no, &id) {
                held.upto = held.upto.max(Some(no));
            }
        }
        held
    }

    pub(super) fn is_all(&self, held: &Held) -> bool {
        held.upto == self.tip().map(|tip| tip.list.no) && held.rivals.len() == self.rivals.len()
    }

    /// The lists here that are not among the held, each after the one before it.
    pub(super) fn lacking(&self, held: &Held) -> Vec<&Link> {
        let chain = self.links.iter().skip(held.upto.map_or(0, |no| no as usize + 1));
        let rivals = self.rivals.values().map(|rival| &rival.link).filter(|link| !held.rivals.contains(&link.id));
        let mut rivals: Vec<&Link> = rivals.collect();
        rivals.sort_by_key(|link| link.list.no);
        chain.chain(rivals).collect()
    }

    /// Whether a pen is in any of the held lists.
    pub(super) fn covers(&self, held: &Held, pen: &PublicKey) -> bool {
        let Some(term) = self.pens.get(pen) else { return false };
        let on_chain = term.is_some_and(|term| held.upto.is_some_and(|upto| term.first <= upto));
        let in_rival = |id| self.rivals.get(id).is_some_and(|rival| rival.link.list.has_pen(pen));
        on_chain || held.rivals.iter().any(in_rival)
    }

    pub(super) fn standing(&self, pen: &PublicKey) -> Option<Standing> {
        let newest = self.links.len() as u32;
        self.pens.get(pen).map(|term| match term {
            Some(term) if term.newest + 2 >= newest => Standing::Current,
            Some(_) => Standing::Former,
            None => Standing::Rival,
        })
    }

    /// Takes a verified list.
    pub(super) fn place(&mut self, envelope: EnvelopeId, signed: &SignedList) -> Placed {
        // While the pinned list is not here, any other may lead to it.
        let awaited = self.pinned.is_some_and(|pinned| self.find(&pinned).is_none());
        self.put(envelope, signed, if awaited { LAST_LIST as usize } else { RIVALS })
    }

    fn put(&mut self, envelope: EnvelopeId, signed: &SignedList, most: usize) -> Placed {
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
        let Some(fork) = self.fork_of(&link.list).filter(|fork| self.has_room(*fork, most)) else {
            return Placed::Refused;
        };
        for pen in &link.list.pens {
            self.pens.entry(*pen).or_insert(None);
        }
        self.rivals.insert(id, Rival { link, fork });
        if self.pinned == Some(id) && self.turn_to(id) { Placed::Turned } else { Placed::Rival }
    }

    /// Holds fast to a list from now on, or goes on to hold fast to a later one that follows it. True where that
    /// changed which branch is followed.
    pub(super) fn pin(&mut self, id: ListId) -> bool {
        let place = |id: ListId| self.links.iter().position(|link| link.id == id);
        if place(id).is_some_and(|new| self.pinned.and_then(place).is_some_and(|old| old >= new)) {
            return false;
        }
        self.pinned = Some(id);
        self.rivals.contains_key(&id) && self.turn_to(id)
    }

    /// Holds fast to the tip where there are rivals: after a restart nothing else tells which branch was followed.
    /// True where that is new.
    pub(super) fn pin_tip(&mut self) -> bool {
        let Some(tip) = self.tip().map(|tip| tip.id).filter(|tip| self.is_forked() && self.pinned != Some(*tip)) else {
            return false;
        };
        let awaited = self.pinned.is_some_and(|pinned| self.links.iter().all(|link| link.id != pinned));
        self.pinned = if awaited { self.pinned } else { Some(tip) };
        !awaited
    }

    fn is_on_chain(&self, no: u32, id: &ListId) -> bool {
        self.links.get(no as usize).is_some_and(|link| link.id == *id)
    }

    /// The number of the chain's list after which a rival's branch leaves the chain.
    fn fork_of(&self, list: &List) -> Option<u32> {
        let before = list.no.checked_sub(1)?;
        let rival = self.rivals.get(&list.prev).filter(|rival| rival.link.list.no == before).map(|rival| rival.fork);
        rival.or_else(|| self.is_on_chain(before, &list.prev).then_some(before))
    }

    /// Whether there is room for one more rival that leaves the chain after list `fork`.
    fn has_room(&self, fork: u32, most: usize) -> bool {
        let others: BTreeSet<u32> = self.rivals.values().map(|rival| rival.fork).filter(|no| *no != fork).collect();
        let here = self.rivals.values().filter(|rival| rival.fork == fork).count();
        let all = most.max(ALL_RIVALS);
        here < most && self.rivals.len() < all && (others.len() < FORKS || most > RIVALS)
    }

    fn push(&mut self, link: Link) {
        let no = link.list.no;
        for pen in &link.list.pens {
            let term = self.pens.entry(*pen).or_default().get_or_insert(Term { first: no, newest: no });
            term.newest = no;
        }
        self.links.push(link);
    }

    /// Makes the branch of the rival `id` the chain that is followed, with whatever is here that follows it.
    fn turn_to(&mut self, id: ListId) -> bool {
        let Some(fork) = self.rivals.get(&id).map(|rival| rival.fork as usize) else { return false };
        let mut rivals: BTreeMap<ListId, Link> =
            std::mem::take(&mut self.rivals).into_iter().map(|(id, rival)| (id, rival.link)).collect();
        rivals.extend(self.links.drain(fork + 1..).map(|link| (link.id, link)));
        let mut branch = Vec::new();
        let mut next = id;
        while let Some(link) = rivals.remove(&next) {
            next = link.list.prev;
            branch.push(link);
        }
        self.pens.clear();
        for link in std::mem::take(&mut self.links).into_iter().chain(branch.into_iter().rev()) {
            self.push(link);
        }
        let mut tip = id;
        while let Some(next) = rivals.values().find(|link| link.list.prev == tip).map(|link| link.id)
            && let Some(link) = rivals.remove(&next)
        {
            self.push(link);
            tip = next;
        }
        let mut rivals: Vec<Link> = rivals.into_values().collect();
        rivals.sort_by_key(|link| link.list.no);
        for link in rivals {
            for pen in &link.list.pens {
                self.pens.entry(*pen).or_insert(None);
            }
            if let Some(fork) = self.fork_of(&link.list) {
                self.rivals.insert(link.id, Rival { link, fork });
            }
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

    #[test]
    fn rivals_are_bounded_in_all_also_while_the_pinned_list_is_awaited() {
        let mut list = List::first([0; 16], vec![key(0).public()], vec![key(1).public()]);
        let mut chain = Chain::new(Some(ListId::from_bytes([9; 32])));
        let mut put = |list: &List| chain.place(EnvelopeId::of(list.id().as_bytes()), &signed(list.clone()));
        put(&list);
        let mut rivals = 0;
        for _ in 0..20 {
            let extended = next(&list, 200, 1);
            assert_eq!(put(&extended), Placed::Extended);
            rivals += (0..150).filter(|n| put(&next(&list, *n, 1)) == Placed::Rival).count();
            list = extended;
        }
        assert_eq!(rivals, ALL_RIVALS);
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
        let held = chain.held([(2, lists[2].id())]);
        assert_eq!((chain.lacking(&held).len(), chain.lacking(&Held::default()).len()), (2, 5));
        assert!(chain.covers(&held, &key(1).public()) && !chain.covers(&held, &key(4).public()));
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

    /// A chain of lists 0 and 1, and a branch of as many rivals after list 0.
    fn forked(rivals: usize) -> (Chain, List, Vec<List>) {
        let first = List::first([0; 16], vec![], vec![key(1).public()]);
        let ours = next(&first, 1, 2);
        let mut chain = Chain::new(None);
        assert_eq!(place(&mut chain, &first), Placed::Extended);
        assert_eq!(place(&mut chain, &ours), Placed::Extended);
        let mut branch = vec![next(&first, 2, 3)];
        while branch.len() < rivals {
            branch.push(next(&branch[branch.len() - 1], 3, 4));
        }
        (chain, ours, branch)
    }

    #[test]
    fn whoever_turns_to_a_branch_follows_it_to_its_end() {
        let (mut chain, ours, branch) = forked(3);
        assert!(branch.iter().all(|list| place(&mut chain, list) == Placed::Rival));
        assert!(chain.pin(branch[0].id()));
        assert_eq!(chain.tip().map(Link::tip), Some((3, branch[2].id())));
        assert_eq!(chain.tips(), [(3, branch[2].id()), (1, ours.id())]);
        assert_eq!(place(&mut chain, &next(&branch[2], 9, 9)), Placed::Extended);
    }

    #[test]
    fn a_restart_changes_no_branch_however_often_it_was_extended_or_rivalled() {
        let (mut chain, ours, branch) = forked(1);
        let (beyond, beside) = (next(&ours, 5, 5), next(&ours, 6, 6));
        let all = [&branch[0], &beyond, &beside];
        let pins = all.map(|list| (place(&mut chain, list), chain.pin_tip()).1);
        assert_eq!(pins, [true, true, false]);
        let tip = chain.tip().map(Link::tip);
        assert_eq!(tip, Some((2, beyond.id())));
        let first = chain.links()[0].list.as_ref().clone();
        for order in 0..6u8 {
            let stored = [&first, &ours, all[0], all[1], all[2]].into_iter().enumerate();
            let stored = stored.map(|(n, list)| (EnvelopeId::of(&[order, n as u8]), signed(list.clone()))).collect();
            let mut again = Chain::new(chain.pinned());
            again.restore(stored);
            assert_eq!(again.tip().map(Link::tip), tip);
            assert!(!again.pin(ours.id()), "an owner's word that is already kept");
            assert_eq!(again.pinned(), Some(beyond.id()));
        }
    }

    #[test]
    fn rivals_after_one_list_leave_room_for_those_after_another_and_for_the_pinned() {
        let (mut chain, ours, branch) = forked(RIVALS + 2);
        let placed = branch.iter().filter(|list| place(&mut chain, list) == Placed::Rival).count();
        assert_eq!(placed, RIVALS);
        let beyond = next(&ours, 5, 5);
        assert_eq!(place(&mut chain, &beyond), Placed::Extended);
        assert_eq!(place(&mut chain, &next(&ours, 6, 6)), Placed::Rival);
        let last = branch[RIVALS + 1].id();
        assert!(!chain.pin(last));
        assert!(!chain.pin_tip(), "the owner's word is not forgotten");
        assert_eq!(place(&mut chain, &branch[RIVALS]), Placed::Rival);
        assert_eq!(place(&mut chain, &branch[RIVALS + 1]), Placed::Turned);
        assert_eq!(chain.links().len(), RIVALS + 3);
    }

    #[test]
    fn what_somebody_holds_follows_from_its_tips() {
        let (mut chain, ours, branch) = forked(2);
        assert!(branch.iter().all(|list| place(&mut chain, list) == Placed::Rival));
        let held = chain.held([(2, branch[1].id())]);
        assert_eq!(chain.lacking(&held).iter().map(|link| link.id).collect::<Vec<_>>(), [ours.id()]);
        let covered = [1, 2, 3, 4].map(|n| chain.covers(&held, &key(n).public()));
        assert_eq!(covered, [true, false, true, true]);
        assert!(!chain.is_all(&held) && chain.is_all(&chain.held(chain.tips())));
        assert!(chain.has(&(1, ours.id())) && !chain.has(&(2, ours.id())));
    }
}
