//! Objects that came before what makes sense of them, or before their author has room for them.
//!
//! Each is charged to the pen that brought it. Where all room is taken, the pen that brought most gives way: whoever
//! fills a desk with nonsense pushes out nonsense. The same object may wait under two pens.

use std::collections::{BTreeMap, BTreeSet};

use crate::envelope::Verified;
use crate::ids::BookId;
use crate::sign::PublicKey;

use super::object::SignedObject;

/// The most bytes of objects that wait in one book.
pub const WAITING_BYTES: usize = 16 * 1024 * 1024;

/// Who brought an object: the pen of its envelope; nobody, where it was made here or came by hand.
pub type Bringer = Option<PublicKey>;

/// What began to wait and what waits no more since this was last asked, so that a desk can keep the rest.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    /// What began to.
    pub came: Vec<(Bringer, Verified<SignedObject>)>,
    /// What does no more: it was taken, or gave way.
    pub gone: Vec<(Bringer, BookId)>,
}

#[derive(Debug, Clone, Default)]
struct Pile {
    objects: BTreeMap<BookId, Verified<SignedObject>>,
    bytes: usize,
}

/// What waits, by who brought it.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting {
    piles: BTreeMap<Bringer, Pile>,
    bytes: usize,
    came: BTreeMap<(Bringer, BookId), Verified<SignedObject>>,
    gone: BTreeSet<(Bringer, BookId)>,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.piles.is_empty()
    }

    /// Whether an object would have to wait in another's place.
    pub(super) fn is_full_for(&self, object: &SignedObject) -> bool {
        self.bytes + object.bytes().len() > WAITING_BYTES
    }

    pub(super) fn holds(&self, by: Bringer, id: &BookId) -> bool {
        self.piles.get(&by).is_some_and(|pile| pile.objects.contains_key(id))
    }

    pub(super) fn add(&mut self, by: Bringer, object: Verified<SignedObject>) {
        if self.holds(by, &object.id()) {
            return;
        }
        let size = object.bytes().len();
        let pile = self.piles.entry(by).or_default();
        pile.objects.insert(object.id(), object.clone());
        (pile.bytes, self.bytes) = (pile.bytes + size, self.bytes + size);
        self.gone.remove(&(by, object.id()));
        self.came.insert((by, object.id()), object);
    }

    /// Makes the greatest piles give way, highest ids first, until the rest is within bounds.
    pub(super) fn fit(&mut self) {
        while self.bytes > WAITING_BYTES {
            let Some(by) = self.piles.iter().max_by_key(|(_, pile)| pile.bytes).map(|(by, _)| *by) else { return };
            let Some(id) = self.piles[&by].objects.keys().next_back().copied() else { return };
            self.remove(by, &id);
        }
    }

    /// Takes out what may be taken into the book now.
    pub(super) fn ready(
        &mut self,
        takes: impl Fn(&Verified<SignedObject>) -> bool,
    ) -> Vec<(Bringer, Verified<SignedObject>)> {
        let all = self.piles.iter().flat_map(|(by, pile)| pile.objects.values().map(|object| (*by, object)));
        let ready: Vec<_> = all.filter(|(_, object)| takes(object)).map(|(by, object)| (by, object.clone())).collect();
        ready.iter().for_each(|(by, object)| self.remove(*by, &object.id()));
        ready
    }

    fn remove(&mut self, by: Bringer, id: &BookId) {
        let Some(pile) = self.piles.get_mut(&by) else { return };
        let Some(object) = pile.objects.remove(id) else { return };
        let size = object.bytes().len();
        (pile.bytes, self.bytes) = (pile.bytes - size, self.bytes - size);
        if pile.objects.is_empty() {
            self.piles.remove(&by);
        }
        if self.came.remove(&(by, *id)).is_none() {
            self.gone.insert((by, *id));
        }
    }

    pub(super) fn changed(&mut self) -> Waits {
        let came = std::mem::take(&mut self.came).into_iter().map(|((by, _), object)| (by, object)).collect();
        Waits { came, gone: std::mem::take(&mut self.gone).into_iter().collect() }
    }
}
