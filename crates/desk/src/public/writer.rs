//! Making envelopes for a public channel: nothing in them is sealed.

use kenes_core::book::Page;
use kenes_core::channel::SignedList;
use kenes_core::envelope::{Body, Envelope, Header, LONGEST_LIFE, Priority};
use kenes_core::ids::ChannelId;
use kenes_core::op::SignedOp;
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;
use kenes_core::wire;

use crate::compose::header_of;
use crate::error::DeskError;

/// Signs envelopes for one public channel with one pen at one moment.
pub(super) struct PublicWriter {
    pub(super) channel: ChannelId,
    pub(super) pen: SigningKey,
    pub(super) now: Timestamp,
}

impl PublicWriter {
    fn header(&self, priority: Priority, expires: Timestamp) -> Header {
        header_of(self.channel, &self.pen, self.now, priority, expires)
    }

    fn control(&self, body: Body) -> Result<Envelope, DeskError> {
        let header = self.header(Priority::Control, self.now.plus(LONGEST_LIFE));
        Ok(Envelope::seal(header, body, &self.pen)?)
    }

    pub(super) fn list(&self, list: SignedList) -> Result<Envelope, DeskError> {
        self.control(Body::List(list))
    }

    pub(super) fn page(&self, page: &Page) -> Result<Envelope, DeskError> {
        self.control(Body::Page(wire::encode(page)))
    }

    pub(super) fn op(&self, op: &SignedOp, priority: Priority) -> Result<Envelope, DeskError> {
        let expires = op.op().talk.post().map_or(self.now.plus(LONGEST_LIFE), |post| post.expires);
        Ok(Envelope::seal(self.header(priority, expires), Body::Public(op.bytes().to_vec()), &self.pen)?)
    }
}
