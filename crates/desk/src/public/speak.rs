//! Speaking in public: the channel that a committee is to publish in, bulletins in the clear, and their certificates.

use kenes_core::book::{NotSpoken, Reached, spoken, spoken_by};
use kenes_core::certificate::Certificate;
use kenes_core::channel::List;
use kenes_core::ids::{ChannelId, CommitteeId, OpId};
use kenes_core::op::{self, HEADS, Op, SignedOp, Talk};
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;

use super::Kept;
use super::writer::PublicWriter;
use crate::entropy;
use crate::error::DeskError;
use crate::resolutions::held_by_enough;
use crate::session::{Session, Work};
use crate::vault::Shelf;
use crate::view::CertificateView;

/// How many channels a home remembers to have begun for a committee: those that no minutes came to name are let go.
const KEPT: usize = 8;

impl Session {
    /// Begins a public channel for minutes to name: its first list lies at the node when this returns. One that was begun
    /// and that no minutes named is taken again.
    pub(crate) async fn begin_public_channel(
        &mut self,
        id: CommitteeId,
        now: Timestamp,
    ) -> Result<ChannelId, DeskError> {
        let pen = self.public_pen(id)?;
        let named = self.public_channel(&id);
        let kept = &self.keys(&id)?.public.kept;
        let begun = kept.last().filter(|kept| Some(kept.first.channel()) != named).cloned();
        let Kept { first, .. } = match begun {
            Some(begun) => begun,
            None => self.keep_channel(id, named, &pen)?,
        };
        let channel = first.channel();
        self.node.carry(channel, None).await?;
        let writer = PublicWriter { channel, pen, now };
        let envelopes = vec![writer.list(first.sign(None, &[]))?];
        self.commit(Work { envelopes, ..Work::default() }).await?;
        Ok(channel)
    }

    fn keep_channel(&mut self, id: CommitteeId, named: Option<ChannelId>, pen: &SigningKey) -> Result<Kept, DeskError> {
        let keeper = SigningKey::generate(&mut entropy::rng()?);
        let first = List::first(entropy::bytes()?, vec![keeper.public()], vec![pen.public()]);
        let new = Kept { first, keeper };
        self.change_keys(id, |keys| {
            let kept = &mut keys.public.kept;
            if let Some(oldest) = kept.iter().position(|kept| Some(kept.first.channel()) != named)
                && kept.len() >= KEPT
            {
                kept.remove(oldest);
            }
            kept.push(new.clone());
        })?;
        Ok(new)
    }

    /// Says something in the clear, in the committee's name: signed and durable when this returns.
    pub(crate) async fn speak(
        &mut self,
        id: CommitteeId,
        now: Timestamp,
        what: impl FnOnce(&Self, Timestamp) -> Result<Talk, DeskError>,
    ) -> Result<OpId, DeskError> {
        self.must_write(&id)?;
        let talk = what(self, now)?;
        let op = self.public_op(id, talk, now)?;
        // Whoever reads it is to find there why to believe it.
        self.show(id, now, true).await?;
        let writer = self.public_writer(&id, now).ok_or(DeskError::NoPublicPen(id))?;
        let signed = op.sign(&self.keys(&id)?.device.sign)?;
        let envelope = writer.op(&signed, self.priority_of(&signed))?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        (ledger.public_seq, ledger.public_prev) = (ledger.public_seq + 1, signed.id());
        self.commit(Work { envelopes: vec![envelope], touched: [id].into(), ..Work::default() }).await?;
        self.catch_up().await;
        Ok(signed.id())
    }

    /// The op, if it is this home's owner's to say.
    fn public_op(&self, id: CommitteeId, talk: Talk, now: Timestamp) -> Result<Op, DeskError> {
        self.public_channel(&id).ok_or(DeskError::NotPublishing(id))?;
        let committee = self.committee(&id)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let device = self.keys(&id)?.device.sign.public();
        let op = Op {
            version: op::VERSION,
            committee: id,
            device,
            seq: committee.ledger.public_seq,
            prev: committee.ledger.public_prev,
            heads: self.index.public_heads(id, &device, HEADS),
            epoch: Op::PUBLIC,
            time: now,
            talk,
        };
        // What is about to be said is nothing that minutes let stand.
        match spoken_by(state, &device, now, |_| Reached::No) {
            Ok(spoken) if spoken.still => Ok(op),
            Ok(_) | Err(_) => Err(DeskError::NotSpokesperson(id)),
        }
    }

    /// The certificate of a public bulletin: proof for whoever has nothing else that it is the committee's word.
    pub(crate) fn certificate(&self, id: &OpId) -> Result<CertificateView, DeskError> {
        let row = self.index.get(id).ok_or(DeskError::NoBulletin)?;
        if !row.public {
            return Err(DeskError::NotPublic(NotSpoken::NotPublic));
        }
        let (book, state) = self.belief(&row.committee).ok_or(DeskError::NotPublic(NotSpoken::Device))?;
        let bytes = self.vault.get::<Vec<u8>>(Shelf::Op, id.as_bytes())?.whole();
        let signed = SignedOp::decode(&bytes.ok_or(DeskError::Record)?).map_err(|_| DeskError::Record)?;
        let device = signed.op().device.check().map_err(|_| DeskError::Record)?;
        let op = signed.verify(&device).map_err(|_| DeskError::Record)?;
        spoken(state, &op).map_err(DeskError::NotPublic)?;
        let certificate = Certificate::of_bulletin(book, state, &op)?;
        let checkpoint = held_by_enough(state);
        let proof = certificate.verify(checkpoint)?;
        Ok(CertificateView { bytes: certificate.bytes().to_vec(), proof, checkpoint })
    }
}
