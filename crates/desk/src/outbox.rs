//! Copies of this desk's own envelopes, for as long as the node may be the only one that has them: what the node lost is
//! deposited again. Lists are kept for good, since without them nobody can verify the channel.

use kenes_core::envelope::{Body, Envelope};
use kenes_core::time::AHEAD;
use kenes_node::Batch;

use crate::error::DeskError;
use crate::session::{Session, Work};
use crate::vault::Shelf;

/// How many are deposited again at once.
const AT_ONCE: usize = 64;

impl Session {
    /// Copies envelopes, durable together with them.
    pub(crate) fn copy_out(&self, envelopes: &[Envelope], batch: &mut Batch) -> Result<(), DeskError> {
        for envelope in envelopes {
            let bytes = envelope.bytes().to_vec();
            self.vault.put(batch, Shelf::Outbox, envelope.id().as_bytes(), &bytes)?;
        }
        Ok(())
    }

    /// Has the node carry every channel of this home's committees and of those that it follows, and gives it back what it lost of this desk's own.
    /// Copies of what peers have been offered are let go.
    pub(crate) async fn carry_all(&mut self) -> Result<(), DeskError> {
        let status = self.node.status().await?;
        let mut unsent = status.queued > 0;
        for channel in self.channels.keys().chain(self.public_channels.keys()) {
            if !status.channels.iter().any(|known| known.channel == *channel) {
                self.node.carry(*channel, None).await?;
                unsent = true;
            }
        }
        self.deposit_again(unsent).await
    }

    async fn deposit_again(&mut self, unsent: bool) -> Result<(), DeskError> {
        let now = self.node.now();
        let (mut lost, mut done) = (vec![], Batch::new());
        let copies = self.vault.all::<Vec<u8>>(Shelf::Outbox)?;
        if copies.damaged > 0 {
            // Nothing can be deposited of these.
            self.vault.clear_damaged(&mut done, Shelf::Outbox)?;
        }
        for bytes in copies.whole {
            let Ok(envelope) = Envelope::decode(&bytes) else { continue };
            let header = envelope.header();
            let list = matches!(envelope.body(), Body::List(_));
            // A clock that is believed may still be ahead by so much, and what the node dropped by it is not lost for good.
            let over = now.is_past(header.expires.plus(AHEAD)) && !list;
            if over || !self.needs(&header.channel) || !(unsent || list) {
                self.vault.delete(&mut done, Shelf::Outbox, envelope.id().as_bytes());
            } else if !now.is_past(header.expires) && self.node.envelope(&envelope.id())?.is_none() {
                lost.push(envelope);
            }
        }
        // Lists first, the oldest first: what is under a pen that no list has is refused.
        lost.sort_by_key(|envelope| match envelope.body() {
            Body::List(signed) => (0, signed.list.no),
            Body::Sealed(_) | Body::Rotate(_) | Body::Boxed(_) | Body::Public(_) | Body::Page(_) => (1, 0),
        });
        for envelopes in lost.chunks(AT_ONCE) {
            let done = self.node.deposit(envelopes.to_vec(), Batch::new()).await?;
            tracing::info!(stored = done.stored, "what the node had lost of this desk's own is there again");
        }
        if done.is_empty() { Ok(()) } else { self.commit(Work { batch: done, ..Work::default() }).await }
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::time::{BUILT, DAY};
    use kenes_node::clock::Hands;

    use super::*;
    use crate::fixture::{Place, committee};
    use crate::view::Draft;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_clock_that_leapt_ahead_and_one_two_days_ahead_let_no_copy_go() {
        let hands = Hands::showing(BUILT.plus(30 * DAY));
        let place = Place::by(Some(hands.clone())).await;
        let mut session = place.session();
        let committee = session.found(committee()).await.unwrap();
        let expires = Some(BUILT.plus(31 * DAY));
        session.write(Draft { expires, ..Draft::new(committee, "жиын") }).await.unwrap();
        let copies = |session: &Session| session.vault.all::<Vec<u8>>(Shelf::Outbox).unwrap().whole.len();
        let all = copies(&session);
        for ahead in [20 * DAY, 2 * DAY] {
            hands.leap(ahead);
            session.carry_all().await.unwrap();
            assert_eq!(copies(&session), all);
            hands.set_back(ahead);
        }
        hands.turn(4 * DAY);
        session.carry_all().await.unwrap();
        assert_eq!(copies(&session), all - 1);
    }
}
