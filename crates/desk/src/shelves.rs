//! Minute books on their shelves: what is in one, what waits to come into it, and the names that it can open. A committee
//! of one's own has one, and what a public channel shows another.

use bincode::{Decode, Encode};
use kenes_core::book::{Book, Bringer, SignedObject};
use kenes_core::envelope::Verified;
use kenes_core::identity::Name;
use kenes_core::ids::{BookId, CommitteeId};
use kenes_core::wire;
use kenes_node::Batch;

use crate::error::DeskError;
use crate::vault::{Shelf, Vault};

/// An object that came before whoever it is by.
#[derive(Encode, Decode)]
struct Waiting {
    /// Whose pen brought it.
    by: Bringer,
    object: Vec<u8>,
}

impl Waiting {
    fn name(by: Bringer, object: &BookId) -> Vec<u8> {
        wire::encode(&(by, object))
    }
}

/// Where the parts of one book are.
#[derive(Clone, Copy)]
pub(crate) struct Shelves {
    objects: Shelf,
    waiting: Shelf,
    names: Shelf,
}

impl Shelves {
    /// Those of a committee's own book.
    pub(crate) fn inside(id: CommitteeId) -> Self {
        Self { objects: Shelf::Object(id), waiting: Shelf::Waiting(id), names: Shelf::Name(id) }
    }

    /// Those of what a committee shows in public.
    pub(crate) fn outside(id: CommitteeId) -> Self {
        Self { objects: Shelf::Shown(id), waiting: Shelf::ShownWaiting(id), names: Shelf::ShownName(id) }
    }

    /// Reads a book back; says how many of its records are damaged, which the rest does without.
    pub(crate) fn read(self, id: CommitteeId, vault: &Vault) -> Result<(Book, usize), DeskError> {
        let shelved = vault.all::<Vec<u8>>(self.objects)?;
        let (stored, mut damaged) = (shelved.whole.len(), shelved.damaged);
        let read = |bytes: Vec<u8>| SignedObject::decode(&bytes).and_then(SignedObject::verify).ok();
        let objects: Vec<_> = shelved.whole.into_iter().filter_map(read).collect();
        damaged += stored - objects.len();
        let mut book = Book::restore(id, objects);
        let waiting = vault.all::<Waiting>(self.waiting)?;
        damaged += waiting.damaged;
        for Waiting { by, object } in waiting.whole {
            if let Some(object) = read(object) {
                book.insert_by(by, object);
            }
        }
        book.waits();
        let names = vault.all::<Name>(self.names)?;
        for name in names.whole {
            book.learn(name);
        }
        Ok((book, damaged + names.damaged))
    }

    /// Puts into a book what a pen brought, verified objects and names that open what they stand for, and adds to a batch
    /// what changed by it; says whether anything came in.
    pub(crate) fn take(
        self,
        book: &mut Book,
        by: Bringer,
        objects: Vec<Verified<SignedObject>>,
        names: Vec<Name>,
        (vault, batch): (&Vault, &mut Batch),
    ) -> Result<bool, DeskError> {
        objects.into_iter().for_each(|object| book.insert_by(by, object));
        let changed = self.keep(book, vault, batch)?;
        Ok(self.learn(book, names, vault, batch)? | changed)
    }

    /// Adds to a batch the names that open something in a book, these and such as came before what commits to them; says
    /// whether there were any.
    pub(crate) fn learn(
        self,
        book: &mut Book,
        names: Vec<Name>,
        vault: &Vault,
        batch: &mut Batch,
    ) -> Result<bool, DeskError> {
        let learned: Vec<_> = names.into_iter().filter(|name| book.learn(name.clone())).collect();
        let learned: Vec<_> = learned.into_iter().chain(book.learn_early()).collect();
        for name in &learned {
            vault.put(batch, self.names, &name.commitment(), name)?;
        }
        Ok(!learned.is_empty())
    }

    /// Adds to a batch what came into the book, what began to wait for it and what waits no more; says whether anything
    /// came in.
    pub(crate) fn keep(self, book: &mut Book, vault: &Vault, batch: &mut Batch) -> Result<bool, DeskError> {
        let taken = book.taken();
        for object in &taken {
            vault.put(batch, self.objects, object.id().as_bytes(), &object.bytes().to_vec())?;
        }
        let waits = book.waits();
        for (by, object) in waits.came {
            let which = Waiting::name(by, &object.id());
            vault.put(batch, self.waiting, &which, &Waiting { by, object: object.bytes().to_vec() })?;
        }
        for (by, object) in waits.gone {
            vault.delete(batch, self.waiting, &Waiting::name(by, &object));
        }
        Ok(!taken.is_empty())
    }
}
