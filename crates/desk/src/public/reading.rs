//! Reading what travels in a public channel. Whether a bulletin there is said in the committee's name is judged when it
//! is shown, since minutes may come after it.

use kenes_core::book::{Content, Page, SignedObject};
use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{Body, Header};
use kenes_core::ids::CommitteeId;
use kenes_core::op::SignedOp;

use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::shelves::Shelves;
use crate::view::DeskEvent;

impl Session {
    /// Takes what came in the public channel of a committee.
    pub(crate) fn take_outside(
        &mut self,
        id: CommitteeId,
        header: &Header,
        body: &Body,
        work: &mut Work,
    ) -> Result<(), DeskError> {
        match body {
            Body::List(list) => self.take_public_list(id, header, list, work),
            Body::Page(bytes) => return self.take_shown(id, header, bytes, work),
            Body::Public(bytes) => return self.take_public_op(id, header, bytes, work),
            Body::Sealed(_) | Body::Rotate(_) | Body::Boxed(_) => {}
        }
        Ok(())
    }

    fn take_public_list(&mut self, id: CommitteeId, header: &Header, signed: &SignedList, work: &mut Work) {
        let Some(outside) = self.outside.get_mut(&id) else { return };
        let record = &mut outside.record;
        let follows = match &record.list {
            Some(known) => signed.list.no == known.no + 1 && signed.list.prev == known.id(),
            None => signed.list.no == 0 && signed.list.prev == List::NONE && signed.list.channel() == record.channel,
        };
        if follows {
            (record.list, record.listed) = (Some(signed.list.clone()), header.created);
            work.touched.insert(id);
        }
    }

    fn take_shown(&mut self, id: CommitteeId, header: &Header, bytes: &[u8], work: &mut Work) -> Result<(), DeskError> {
        let Ok(page) = Page::decode(bytes) else { return Ok(()) };
        let vault = self.vault.clone();
        let Some(outside) = self.outside.get_mut(&id) else { return Ok(()) };
        let (by, mut new) = (Some(header.pen), vec![]);
        for bytes in &page.objects {
            let Ok(object) = SignedObject::decode(bytes) else { continue };
            let founds = matches!(object.content(), Content::Genesis(_)) && object.committee() == id;
            if founds && header.created > outside.record.shown {
                outside.record.shown = header.created;
                work.touched.insert(id);
            }
            if !outside.book.holds(by, &object.id()) {
                new.extend(object.verify().ok());
            }
        }
        let shelves = Shelves::outside(id);
        let changed = shelves.take(&mut outside.book, by, new.clone(), page.names, (&vault, &mut work.batch))?;
        if changed {
            outside.evaluate();
            work.touched.insert(id);
            work.events.push(DeskEvent::Committee(id));
        }
        // A member may hear of minutes in public first, and of a fork.
        if self.committees.contains_key(&id) { self.take_objects(id, by, new, vec![], work) } else { Ok(()) }
    }

    fn take_public_op(
        &mut self,
        id: CommitteeId,
        header: &Header,
        bytes: &[u8],
        work: &mut Work,
    ) -> Result<(), DeskError> {
        let Ok(signed) = SignedOp::decode(bytes) else { return Ok(()) };
        let op = signed.op();
        let in_place = op.committee == id && op.is_public() && op.time.hour() == header.created;
        if in_place {
            self.keep_op(id, signed, work)?;
        }
        Ok(())
    }
}
