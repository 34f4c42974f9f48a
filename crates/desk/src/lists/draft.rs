//! What a next list is to have, and which draft of one a keeper signs.

use std::collections::BTreeSet;

use kenes_core::book::{Content, Drafted, State};
use kenes_core::channel::List;
use kenes_core::ids::ListId;
use kenes_core::sign::PublicKey;

use super::{speaks, wanted_pens};
use crate::committee::Committee;

impl Committee {
    /// Pens that may stand in the next list: the newest of every device that is not out, and stewards' spare ones.
    pub(super) fn published(&self, state: &State) -> BTreeSet<PublicKey> {
        let spares = state.keepings.values().flat_map(|keeping| &keeping.spares).copied();
        spares.chain(wanted_pens(state)).collect()
    }

    /// Every pen that a device which is not out ever named.
    pub(crate) fn named(&self, state: &State) -> BTreeSet<(PublicKey, PublicKey)> {
        let named = self.book.objects().filter_map(|object| match object.content() {
            Content::NextPen(next) => Some((next.pen, object.author())),
            _ => None,
        });
        named.filter(|(_, device)| speaks(state, device)).collect()
    }

    /// The keepers that a next list is to have: those of stewards who are not out, and as long as one of them has not
    /// published his own, those of before. An odd number: of two, either alone could hold up every list.
    pub(super) fn keepers(&self, state: &State, before: &List) -> BTreeSet<PublicKey> {
        let mut stewards = state.members.iter().filter(|(_, member)| member.is_steward() && member.out.is_none());
        let all = stewards.all(|(id, _)| state.keepings.contains_key(id));
        let known = state.keepings.values().map(|keeping| keeping.keeper);
        let mut keepers: BTreeSet<_> = known.chain(before.keepers.iter().filter(|_| !all).copied()).collect();
        let kept = |keeper: &PublicKey| before.keepers.binary_search(keeper).is_ok();
        let last = keepers.iter().copied().max_by_key(|keeper| (!kept(keeper), *keeper));
        if let Some(last) = last.filter(|_| keepers.len().is_multiple_of(2)) {
            keepers.remove(&last);
        }
        keepers
    }

    /// The draft to sign: the one that this keeper began with; else of those that another began with the one that most did;
    /// else of those that are as they should be the one with the lowest id.
    pub(super) fn next_draft(&self, begun: Option<ListId>) -> Option<(ListId, &Drafted)> {
        let (state, before) = (self.state.as_ref()?, self.ledger.list.as_ref()?);
        let prev = before.id();
        let mut following = state.drafts.iter().filter(|(_, drafted)| drafted.list.prev == prev);
        let meant = match begun {
            Some(begun) => following.find(|(id, _)| **id == begun),
            None => {
                let (named, now) = (self.named(state), self.allowed(state, before));
                let joined = self.begun_by_most(state, before);
                joined.or_else(|| following.find(|(_, drafted)| is_proper(&drafted.list, before, &now, &named)))
            }
        };
        meant.map(|(id, drafted)| (*id, drafted))
    }

    /// A draft that this keeper signed and that whoever is in drafts no more: whoever did is out since. As this keeper signs no
    /// other, it is drafted anew, once.
    pub(super) fn orphan(&self, begun: ListId, vote: &PublicKey) -> Option<List> {
        let drafted = self.state.as_ref()?.drafts.contains_key(&begun);
        let same = self.book.objects().filter_map(|object| match object.content() {
            Content::NextList(next) if next.list.id() == begun => Some((object.author(), &next.list)),
            _ => None,
        });
        let same: Vec<_> = same.collect();
        let own = same.iter().any(|(by, _)| by == vote);
        same.first().filter(|_| !own && !drafted).map(|(_, list)| (*list).clone())
    }

    /// Of the drafts that keepers who are in began with, the one that most did: they sign no other after the same list. So
    /// whoever is out since may stand in it, as in the list before, if those who are in can go on from it: another follows
    /// within the hour.
    fn begun_by_most<'a>(&self, state: &'a State, before: &List) -> Option<(&'a ListId, &'a Drafted)> {
        let (named, ever) = (self.named(state), self.ever_allowed(state, before));
        let signed = |drafted: &Drafted| {
            let given = drafted.list.fitting(before, drafted.signed());
            given.keys().filter(|keeper| ever.stewards.contains(keeper)).count()
        };
        let goes_on = |list: &List| {
            list.keepers.iter().filter(|keeper| ever.stewards.contains(keeper)).count() * 2 > list.keepers.len()
        };
        let following = state.drafts.iter().filter(|(_, drafted)| drafted.list.prev == before.id());
        let sound =
            following.filter(|(_, drafted)| goes_on(&drafted.list) && is_proper(&drafted.list, before, &ever, &named));
        let begun = sound.map(|(id, drafted)| (signed(drafted), id, drafted)).filter(|(count, ..)| *count > 0);
        let most = begun.max_by_key(|(count, id, _)| (*count, std::cmp::Reverse(*id)));
        most.map(|(_, id, drafted)| (id, drafted))
    }

    /// What may stand in the list after one: pens that those who are in named, spare ones, and stewards' keepers.
    fn allowed(&self, state: &State, before: &List) -> Allowed {
        let named = self.named(state).into_iter().map(|(pen, _)| pen);
        Allowed {
            pens: self.published(state).into_iter().chain(named).collect(),
            keepers: keepers_in(state).into_iter().chain(before.keepers.iter().copied()).collect(),
            stewards: keepers_in(state),
        }
    }

    /// The same and what those named, or kept lists with, who are out by now.
    fn ever_allowed(&self, state: &State, before: &List) -> Allowed {
        let mut allowed = self.allowed(state, before);
        for object in self.book.objects() {
            match object.content() {
                Content::NextPen(next) => allowed.pens.extend([next.pen]),
                Content::Keeping(keeping) if keeping.channel == self.ledger.channel => {
                    allowed.pens.extend(&keeping.spares);
                    allowed.keepers.extend([keeping.keeper]);
                }
                _ => {}
            }
        }
        allowed
    }
}

/// What may stand in a next list.
struct Allowed {
    pens: BTreeSet<PublicKey>,
    keepers: BTreeSet<PublicKey>,
    /// Of those the ones that stewards keep lists with who are in.
    stewards: BTreeSet<PublicKey>,
}

/// The keepers of stewards who are in.
pub(super) fn keepers_in(state: &State) -> BTreeSet<PublicKey> {
    state.keepings.values().map(|keeping| keeping.keeper).collect()
}

/// Whether a draft has only what may stand in it, and some pen of everyone who is in the list before; and all keepers of
/// those who keep the list before, but one where there would be an even number.
fn is_proper(list: &List, before: &List, allowed: &Allowed, named: &BTreeSet<(PublicKey, PublicKey)>) -> bool {
    let of = |list: &List| -> BTreeSet<PublicKey> {
        named.iter().filter(|(pen, _)| list.has_pen(pen)).map(|(_, device)| *device).collect()
    };
    let keeps = |keeper: &PublicKey| list.keepers.binary_search(keeper).is_ok();
    let dropped = before.keepers.iter().filter(|keeper| allowed.stewards.contains(keeper) && !keeps(keeper)).count();
    list.no == before.no.saturating_add(1)
        && list.pens.iter().all(|pen| allowed.pens.contains(pen))
        && of(list).is_superset(&of(before))
        && list.keepers.iter().all(|keeper| allowed.keepers.contains(keeper))
        && list.keepers.len() % 2 == 1
        && dropped <= 1
        && list.pens.iter().chain(&list.keepers).all(|key| key.check().is_ok())
}

#[cfg(test)]
mod tests {
    use kenes_core::sign::SigningKey;

    use super::*;
    use crate::fixture::{Place, committee};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_keeper_signs_no_draft_that_leaves_anyone_out_or_takes_a_stranger_in() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        session.renew_list(id, session.node.now().at).await.unwrap();
        session.pump().await.unwrap();
        let committee = &session.committees[&id];
        let (state, before) = (committee.state.as_ref().unwrap(), committee.ledger.list.as_ref().unwrap());
        let named = committee.named(state);
        let allowed = committee.allowed(state, before);
        let proper = |list: List| is_proper(&list, before, &allowed, &named);
        let (pens, keepers) = (committee.published(state), committee.keepers(state, before));
        let next = |pens: &BTreeSet<PublicKey>, keepers: &BTreeSet<PublicKey>| {
            before.next([1; 16], keepers.iter().copied().collect(), pens.iter().copied().collect())
        };
        assert!(proper(next(&pens, &keepers)));
        let spare = |pen: &&PublicKey| state.keepings.values().any(|keeping| keeping.spares.contains(pen));
        assert!(
            proper(next(&pens.iter().filter(|pen| !spare(pen)).copied().collect(), &keepers)),
            "spare pens can wait"
        );
        assert!(!proper(next(&pens.iter().filter(spare).copied().collect(), &keepers)), "a member is left out");
        let stranger = SigningKey::from_seed([9; 32]).public();
        let with = |set: &BTreeSet<PublicKey>| set.iter().copied().chain([stranger]).collect::<BTreeSet<_>>();
        assert!(!proper(next(&with(&pens), &keepers)));
        assert!(!proper(next(&pens, &with(&keepers))) && !proper(next(&pens, &[stranger].into())));
        assert!(!proper(List { no: before.no + 2, ..next(&pens, &keepers) }));
        assert!(!proper(List { keepers: vec![], ..next(&pens, &keepers) }));
    }
}
