//! What every epoch needs to be read from: its rotation and the whole book, under more than its author's pen.
//!
//! Whoever begins an epoch may be cut off, or may mean no good: leave pages out, or flood what nodes keep of his pen. So
//! the next desks in turn deposit the rotation again under their own pens, and whatever is in their books and not in the
//! epoch to write under; also what comes later, under another epoch.

use std::collections::{BTreeMap, BTreeSet};

use kenes_core::book::{Page, SignedObject};
use kenes_core::envelope::{Body, Envelope, Header, Rotate, Shelf};
use kenes_core::epoch::{self, STEP};
use kenes_core::ids::{BookId, CommitteeId, EnvelopeId, EpochId};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{HOUR, Timestamp};
use kenes_node::{Arrival, Node};

use crate::committee::Committee;
use crate::compose::Writer;
use crate::error::DeskError;
use crate::rotate::Noticed;
use crate::session::{Session, Work};

/// Under how many pens a rotation is carried: its author's and two more.
const CARRIERS: usize = 3;
/// How soon a desk deposits for an epoch again, in seconds: whoever makes many rotations makes nobody flood for him.
const REST: u64 = 10 * 60;
/// How often it is looked whether the node still has what was in an epoch, in seconds.
const CHECK: u64 = HOUR;
/// How many envelopes are looked at in one go.
const AT_ONCE: usize = 256;

/// What is known to travel under the epoch to write under.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    epoch: Option<EpochId>,
    rotate: Option<Rotate>,
    /// The pens that carry the rotation.
    carriers: BTreeSet<PublicKey>,
    /// Objects on its book shelf, whole and properly signed, and which envelope has each.
    objects: BTreeMap<BookId, EnvelopeId>,
    /// When it was last seen that the node still has those.
    checked: Timestamp,
}

impl Inside {
    /// Notes a rotation's body that went by.
    pub(crate) fn note_rotate(&mut self, header: &Header, rotate: &Rotate) {
        if self.epoch == Some(rotate.epoch()) {
            self.carriers.insert(header.pen);
            self.rotate.get_or_insert_with(|| rotate.clone());
        }
    }

    /// Forgets what the node has no more: a pen that floods loses its older envelopes.
    fn check(&mut self, node: &Node, now: Timestamp) -> Result<(), DeskError> {
        if now.since(self.checked) < CHECK {
            return Ok(());
        }
        self.checked = now;
        for envelope in self.objects.values().copied().collect::<BTreeSet<_>>() {
            if node.envelope(&envelope)?.is_none() {
                self.objects.retain(|_, by| *by != envelope);
            }
        }
        Ok(())
    }
}

impl Committee {
    /// Notes a page that was read: of its objects those that the book has, byte for byte. A copy with a spoilt signature
    /// stands for nothing.
    pub(crate) fn note_page(&mut self, epoch: EpochId, envelope: EnvelopeId, page: &Page) {
        if self.inside.epoch != Some(epoch) {
            return;
        }
        let ours = |bytes: &Vec<u8>| {
            let id = SignedObject::decode(bytes).ok()?.id();
            self.book.object(&id).is_some_and(|known| known.bytes() == bytes).then_some((id, envelope))
        };
        let known: Vec<_> = page.objects.iter().filter_map(ours).collect();
        self.inside.objects.extend(known);
    }

    fn not_inside(&self) -> BTreeSet<BookId> {
        let missing = self.book.objects().map(|object| object.id()).filter(|id| !self.inside.objects.contains_key(id));
        missing.collect()
    }

    /// Whether this desk is to carry the rotation too, going `rank`-th: the first two do whatever others did, whoever
    /// comes later only where it is not carried enough.
    fn is_to_carry(&self, pens: &[SigningKey], rank: Option<usize>) -> bool {
        let own = pens.iter().any(|pen| self.inside.carriers.contains(&pen.public()));
        let few = self.inside.carriers.len() < CARRIERS;
        self.inside.rotate.is_some() && !own && rank.is_some_and(|rank| few || rank + 1 < CARRIERS)
    }
}

impl Session {
    /// Deposits what the epoch to write under lacks, when it is this desk's turn.
    pub(crate) async fn spread(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let Some(epoch) = self.committee(&id)?.current().map(|(epoch, _)| epoch) else { return Ok(false) };
        if !self.committee(&id)?.may_rotate() {
            return Ok(false);
        }
        self.look_inside(id, epoch, now)?;
        let node = self.node.clone();
        self.committee_mut(&id)?.inside.check(&node, now)?;
        let (committee, pens) = (self.committee(&id)?, &self.keys(&id)?.pens);
        let (rank, turn) = self.turn_to_spread(&id, epoch)?;
        let (missing, carries) = (committee.not_inside(), committee.is_to_carry(pens, rank));
        let ledger = &mut self.committee_mut(&id)?.ledger;
        if missing.is_empty() && !carries {
            ledger.spreading = None;
            return Ok(false);
        }
        let noticed = Noticed::of(ledger.spreading, *epoch.as_bytes(), now);
        let new = ledger.spreading.replace(noticed) != Some(noticed);
        let due = noticed.since.plus(turn) <= now && ledger.spread_at.plus(REST) <= now;
        if !due {
            if new {
                self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
            }
            return Ok(false);
        }
        let envelopes = self.lacking_in(&id, &missing, carries, now)?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        (ledger.spread_at, ledger.spreading) = (now, None);
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    /// How many desks go before this one in carrying a rotation, if it is not its own; and how long this one waits.
    fn turn_to_spread(&self, id: &CommitteeId, epoch: EpochId) -> Result<(Option<usize>, u64), DeskError> {
        let (committee, own) = (self.committee(id)?, self.keys(id)?.device.sign.public());
        let author = committee.rotations().get(&epoch).map(|rotation| rotation.author);
        let mut devices = committee.state.as_ref().map(epoch::rotators).unwrap_or_default();
        devices.retain(|device| Some(*device) != author);
        let rank = epoch::rank(epoch.as_bytes(), &own, &devices);
        Ok((rank, (rank.unwrap_or(devices.len()) as u64 + 1) * STEP))
    }

    fn lacking_in(
        &self,
        id: &CommitteeId,
        missing: &BTreeSet<BookId>,
        carries: bool,
        now: Timestamp,
    ) -> Result<Vec<Envelope>, DeskError> {
        let committee = self.committee(id)?;
        let (epoch, secret) = committee.current().ok_or(DeskError::NoEpoch(*id))?;
        let writer = Writer::new(self.keys(id)?, committee, now)?;
        let rotate = committee.inside.rotate.clone().filter(|_| carries);
        let pages = committee.book.pages_with(|object| missing.contains(object));
        let rotate = rotate.map(|rotate| writer.rotation(rotate));
        let pages = pages.iter().filter(|page| !page.objects.is_empty()).map(|page| writer.page(page, epoch, secret));
        rotate.into_iter().chain(pages).collect()
    }

    /// Reads what there is of an epoch, where that is not known: since the desk was opened another was the one to write
    /// under, or none.
    fn look_inside(&mut self, id: CommitteeId, epoch: EpochId, now: Timestamp) -> Result<(), DeskError> {
        let committee = self.committee_mut(&id)?;
        if committee.inside.epoch == Some(epoch) {
            return Ok(());
        }
        committee.inside = Inside { epoch: Some(epoch), checked: now, ..Inside::default() };
        let Some(secret) = committee.secrets.get(&epoch).cloned() else { return Ok(()) };
        let channel = committee.ledger.channel;
        let mut cursor = 0;
        loop {
            let arrived = self.node.read_after(Arrival::from_number(cursor), AT_ONCE)?;
            let Some((last, _)) = arrived.last() else { return Ok(()) };
            cursor = last.number();
            let committee = self.committee_mut(&id)?;
            for (_, envelope) in arrived.iter().filter(|(_, envelope)| envelope.header().channel == channel) {
                match envelope.body() {
                    Body::Rotate(rotate) => committee.inside.note_rotate(envelope.header(), rotate),
                    Body::Sealed(sealed) if sealed.epoch == epoch && sealed.shelf == Shelf::Book => {
                        let opened = epoch::open_under(envelope.header(), sealed, &secret).ok();
                        let page = opened.and_then(|content| Page::decode(&content).ok());
                        page.into_iter().for_each(|page| committee.note_page(epoch, envelope.id(), &page));
                    }
                    Body::Sealed(_) | Body::Boxed(_) | Body::Public(_) | Body::List(_) | Body::Page(_) => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::time::{BUILT, DAY};
    use kenes_node::clock::Hands;

    use super::*;
    use crate::fixture::{Place, committee};

    #[tokio::test(flavor = "multi_thread")]
    async fn pages_that_the_node_lost_are_deposited_again() {
        let hands = Hands::showing(BUILT.plus(DAY));
        let place = Place::by(Some(hands.clone())).await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        session.pump().await.unwrap();
        let channel = session.committees[&id].ledger.channel;
        let lists = session.node.read_after(Arrival::START, 1).unwrap().remove(0).1.into_inner();
        session.node.forget(channel).await.unwrap();
        session.node.carry(channel, None).await.unwrap();
        session.node.deposit(vec![lists], kenes_node::Batch::new()).await.unwrap();
        let carried = |session: &Session| session.node.read_after(Arrival::START, 99).unwrap().len();
        hands.turn(CHECK - 1);
        session.pump().await.unwrap();
        assert_eq!(carried(&session), 1);
        hands.turn(1);
        session.pump().await.unwrap();
        hands.turn(STEP);
        session.pump().await.unwrap();
        assert_eq!(carried(&session), 2);
        assert!(session.committees[&id].not_inside().is_empty());
    }
}
