//! Making envelopes: the one place where a desk signs and seals what leaves it.

use std::collections::BTreeSet;

use kenes_core::book::{Book, Content, Page, SignedObject, State};
use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{self, Body, Envelope, Header, LONGEST_LIFE, Priority, Rotate, Shelf};
use kenes_core::epoch;
use kenes_core::identity::Device;
use kenes_core::ids::{ChannelId, CommitteeId, EpochId};
use kenes_core::invite::{self, Letter};
use kenes_core::op::SignedOp;
use kenes_core::seal::{BoxKey, Secret};
use kenes_core::sign::SigningKey;
use kenes_core::time::{DAY, HOUR, Timestamp};
use kenes_core::wire;

use crate::committee::Committee;
use crate::entropy;
use crate::error::DeskError;
use crate::keystore::CommitteeKeys;

/// How long pages of a book are kept by nodes; each epoch brings the whole book anew.
const PAGE_LIFE: u64 = 30 * DAY;

/// A new epoch with the whole book in it.
pub(crate) struct NewEpoch {
    pub(crate) id: EpochId,
    pub(crate) secret: Secret,
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) recipients: usize,
}

/// Signs envelopes for one committee with one pen at one moment.
pub(crate) struct Writer<'a> {
    keys: &'a CommitteeKeys,
    channel: ChannelId,
    pen: SigningKey,
    now: Timestamp,
}

impl CommitteeKeys {
    /// Signs an object of the book with the vote key. No pen is needed for it: what has none leaves by file.
    pub(crate) fn by_vote(&self, content: Content) -> Result<SignedObject, DeskError> {
        let vote = self.vote.as_ref().ok_or(DeskError::NotAllowed(self.committee))?;
        Ok(SignedObject::sign(self.committee, content, vote)?)
    }

    /// Signs an object of the book with the device key.
    pub(crate) fn by_device(&self, content: Content) -> Result<SignedObject, DeskError> {
        Ok(SignedObject::sign(self.committee, content, &self.device.sign)?)
    }
}

impl<'a> Writer<'a> {
    pub(crate) fn new(keys: &'a CommitteeKeys, committee: &Committee, now: Timestamp) -> Result<Self, DeskError> {
        let pen = committee.ledger.pen_of(&keys.pens).ok_or(DeskError::NoPen(keys.committee))?;
        Ok(Self::with_pen(keys, pen.clone(), now))
    }

    pub(crate) fn with_pen(keys: &'a CommitteeKeys, pen: SigningKey, now: Timestamp) -> Self {
        Self { keys, channel: keys.channel, pen, now }
    }

    /// The same for a channel that the committee was in before.
    pub(crate) fn in_channel(self, channel: ChannelId) -> Self {
        Self { channel, ..self }
    }

    fn header(&self, priority: Priority, expires: Timestamp) -> Header {
        header_of(self.channel, &self.pen, self.now, priority, expires)
    }

    fn control(&self, life: u64) -> Header {
        self.header(Priority::Control, self.now.plus(life))
    }

    fn close(&self, header: Header, body: Body) -> Result<Envelope, DeskError> {
        Ok(Envelope::seal(header, body, &self.pen)?)
    }

    /// Signs an object of the book with the vote key.
    pub(crate) fn by_vote(&self, content: Content) -> Result<SignedObject, DeskError> {
        self.keys.by_vote(content)
    }

    /// Signs an object of the book with the device key.
    pub(crate) fn by_device(&self, content: Content) -> Result<SignedObject, DeskError> {
        self.keys.by_device(content)
    }

    pub(crate) fn list(&self, list: SignedList) -> Result<Envelope, DeskError> {
        self.close(self.control(LONGEST_LIFE), Body::List(list))
    }

    pub(crate) fn talk(&self, op: &SignedOp, priority: Priority, secret: &Secret) -> Result<Envelope, DeskError> {
        let expires = op.op().talk.post().map_or(self.now.plus(LONGEST_LIFE), |post| post.expires);
        let header = self.header(priority, expires);
        let epoch = op.op().epoch;
        let body = epoch::seal_under(&header, epoch, secret, Shelf::Talk, op.bytes(), &mut entropy::rng()?)?;
        self.close(header, body)
    }

    pub(crate) fn page(&self, page: &Page, epoch: EpochId, secret: &Secret) -> Result<Envelope, DeskError> {
        self.page_in(self.control(PAGE_LIFE), page, epoch, secret)
    }

    /// A page that nodes keep for as long as they keep anything.
    pub(crate) fn lasting_page(&self, page: &Page, epoch: EpochId, secret: &Secret) -> Result<Envelope, DeskError> {
        self.page_in(self.control(LONGEST_LIFE), page, epoch, secret)
    }

    fn page_in(&self, header: Header, page: &Page, epoch: EpochId, secret: &Secret) -> Result<Envelope, DeskError> {
        let content = wire::encode(page);
        let body = epoch::seal_under(&header, epoch, secret, Shelf::Book, &content, &mut entropy::rng()?)?;
        self.close(header, body)
    }

    pub(crate) fn letter(&self, to: &BoxKey, letter: &Letter) -> Result<Envelope, DeskError> {
        let header = self.control(LONGEST_LIFE);
        let body = invite::enclose(&header, to, letter, &mut entropy::rng()?)?;
        self.close(header, body)
    }

    /// A rotation's body, this desk's own or one that travels under others' pens already.
    pub(crate) fn rotation(&self, rotate: Rotate) -> Result<Envelope, DeskError> {
        self.close(self.control(LONGEST_LIFE), Body::Rotate(rotate))
    }

    /// What an epoch that begins here follows, in what is known of a committee.
    pub(crate) fn to_follow(&self, committee: &Committee) -> BTreeSet<EpochId> {
        committee.to_follow(&self.keys.device.sign.public())
    }

    /// Rotates: a fresh secret for everyone in the roster whom nothing excludes, then the whole book under it.
    pub(crate) fn rotate(&self, book: &Book, state: &State, after: BTreeSet<EpochId>) -> Result<NewEpoch, DeskError> {
        let recipients: Vec<Device> = state.recipients();
        let draft = epoch::Draft {
            channel: self.channel,
            committee: self.keys.committee,
            recipients: recipients.clone(),
            after,
            under: state.roster().at,
            out: state.put_out_by(),
            time: self.now,
        };
        let (rotate, secret) = epoch::rotate(draft, &self.keys.device.sign, &mut entropy::rng()?)?;
        let id = rotate.epoch();
        let mut envelopes = vec![self.rotation(rotate)?];
        for page in book.pages() {
            envelopes.push(self.page(&page, id, &secret)?);
        }
        Ok(NewEpoch { id, secret, envelopes, recipients: recipients.len() })
    }
}

/// A header that tells hours only, up to the next.
pub(crate) fn header_of(
    channel: ChannelId,
    pen: &SigningKey,
    now: Timestamp,
    priority: Priority,
    expires: Timestamp,
) -> Header {
    let created = now.hour();
    let latest = created.plus(LONGEST_LIFE);
    let expires = expires.plus(HOUR - 1).hour().max(created.plus(HOUR)).min(latest);
    Header { version: envelope::VERSION, channel, pen: pen.public(), created, expires, priority }
}

/// A page of a few objects.
pub(crate) fn page_of(objects: &[&SignedObject], names: Vec<kenes_core::identity::Name>) -> Page {
    Page { objects: objects.iter().map(|object| object.bytes().to_vec()).collect(), names }
}

/// Checks that the committee exists for writing: returns its newest list.
pub(crate) fn newest_list(committee: &Committee) -> Result<&List, DeskError> {
    let id: CommitteeId = committee.id();
    committee.ledger.list.as_ref().ok_or(DeskError::NotIn(id))
}
