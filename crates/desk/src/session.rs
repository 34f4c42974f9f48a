//! An unlocked desk: the keystore, the vault, and every committee in memory.
//!
//! What a session makes becomes durable by [`Session::commit`], envelopes and records in one transaction; its own
//! envelopes come back to it through the node like anybody's, and are read in [`crate::read`].

use std::collections::{BTreeMap, BTreeSet};

use kenes_core::envelope::Envelope;
use kenes_core::ids::{ChannelId, CommitteeId, ListId, MemberId, OpId};
use kenes_core::time::{AHEAD, BUILT, Timestamp};
use kenes_node::{Batch, Node};

use crate::committee::Committee;
use crate::error::DeskError;
use crate::index::Index;
use crate::keystore::{CommitteeKeys, Keystore};
use crate::ledger::Ledger;
use crate::meant::{Known, meant};
use crate::public::Outside;
use crate::vault::{Shelf, Vault};
use crate::view::DeskEvent;

/// What is to become durable together.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) batch: Batch,
    pub(crate) events: Vec<DeskEvent>,
    /// Committees whose ledgers changed.
    pub(crate) touched: BTreeSet<CommitteeId>,
}

/// An unlocked desk.
pub(crate) struct Session {
    pub(crate) node: Node,
    pub(crate) keystore: Keystore,
    pub(crate) vault: Vault,
    pub(crate) committees: BTreeMap<CommitteeId, Committee>,
    pub(crate) channels: BTreeMap<ChannelId, CommitteeId>,
    /// What public channels show of committees, those of this home and those that it follows.
    pub(crate) outside: BTreeMap<CommitteeId, Outside>,
    pub(crate) public_channels: BTreeMap<ChannelId, CommitteeId>,
    pub(crate) index: Index,
    /// The number of the last arrival read.
    pub(crate) cursor: u64,
    /// What happened and was not yet told.
    pub(crate) events: Vec<DeskEvent>,
    /// How many of the desk's own records were found damaged since it was unlocked and are not made again.
    pub(crate) damaged: usize,
    /// Whether everything was read again for their sake.
    pub(crate) healed: bool,
    /// Whether keystore and store both know that this session wrote.
    counted: bool,
}

impl Session {
    /// Reads everything back that an open keystore belongs to.
    pub(crate) fn load(node: Node, keystore: Keystore) -> Result<Self, DeskError> {
        let vault = Vault::new(node.drawer(), &keystore.keys.master);
        let mut session = Self {
            node,
            keystore,
            vault,
            committees: BTreeMap::new(),
            channels: BTreeMap::new(),
            outside: BTreeMap::new(),
            public_channels: BTreeMap::new(),
            index: Index::default(),
            cursor: 0,
            events: vec![],
            damaged: 0,
            healed: false,
            counted: false,
        };
        session.reload()?;
        Ok(session)
    }

    /// Brings memory to what is durable. Where records of it are damaged, the rest is shown, and the envelopes that
    /// they came from are read again.
    pub(crate) fn reload(&mut self) -> Result<(), DeskError> {
        let cursor = self.vault.get::<u64>(Shelf::Cursor, &[])?;
        let (index, damaged) = Index::load(&self.vault)?;
        self.index = index;
        self.committees.clear();
        self.channels.clear();
        self.damaged = cursor.damaged() + damaged + self.load_committees()? + self.load_outside()?;
        self.cursor = if self.damaged == 0 { cursor.whole().unwrap_or_default() } else { 0 };
        Ok(())
    }

    /// Says how many records are damaged.
    fn load_committees(&mut self) -> Result<usize, DeskError> {
        self.settle_begun()?;
        let keys = &self.keystore.keys;
        let mut damaged = 0;
        for CommitteeKeys { committee, channel, identity, .. } in &keys.committees {
            let ledger = self.vault.get::<Ledger>(Shelf::Ledger(*committee), &[])?;
            damaged += ledger.damaged();
            // Without a ledger the keys are here, and the rest comes again from peers or what the node has.
            let ledger = ledger.whole().unwrap_or_else(|| Ledger::after_loss(*committee, *channel));
            let (loaded, lacks) = Committee::load(ledger, identity.member(), &self.vault, &keys.periods)?;
            damaged += lacks;
            let own = loaded.ledger.channels();
            self.channels.extend([*channel].into_iter().chain(own).map(|channel| (channel, *committee)));
            self.committees.insert(*committee, loaded);
        }
        Ok(damaged)
    }

    /// Decides of each committee whose founding or joining was cut off whether it took place: it did where its ledger
    /// is durable. Otherwise nothing that its keys signed has left the desk, and they are forgotten.
    fn settle_begun(&mut self) -> Result<(), DeskError> {
        let begun = self.keystore.keys.committees.iter().filter(|keys| keys.begun);
        let begun: Vec<_> = begun.map(|keys| (keys.committee, keys.channel)).collect();
        for (id, channel) in &begun {
            if self.vault.has(Shelf::Ledger(*id), &[])? {
                self.keystore.committee_mut(id).into_iter().for_each(|keys| keys.begun = false);
            } else {
                self.keystore.keys.committees.retain(|keys| keys.committee != *id);
                self.keystore.keys.left.push((*id, *channel));
            }
        }
        if !begun.is_empty() {
            self.save_later();
        }
        Ok(())
    }

    /// Saves what the next save would do as well: a full disk keeps nobody from reading.
    fn save_later(&self) {
        if let Err(error) = self.keystore.save() {
            tracing::warn!(%error, "the keystore could not be saved yet");
        }
    }

    /// Begins to take part in a committee: its keys are durable before anything that they signed leaves the desk, and
    /// marked as begun until its ledger is.
    pub(crate) async fn begin(
        &mut self,
        keys: CommitteeKeys,
        ledger: Ledger,
        pinned: Option<ListId>,
        envelopes: Vec<Envelope>,
    ) -> Result<(), DeskError> {
        let (id, channel, member) = (keys.committee, keys.channel, keys.identity.member());
        // Nothing that is left of having been there before is taken for what begins now.
        self.finish_leaving().await?;
        self.keystore.keys.committees.push(keys);
        if let Err(error) = self.keystore.save() {
            self.keystore.keys.committees.pop();
            return Err(error);
        }
        self.channels.insert(channel, id);
        self.committees.insert(id, Committee::new(ledger, member));
        // What came of the channel before, should this home have carried it already, is read from the start.
        self.cursor = 0;
        let begun = self.try_begin(id, channel, pinned, envelopes).await;
        // Whatever was answered, what is durable says whether it took place.
        match begun {
            Ok(()) => self.settle_begun()?,
            Err(_) => self.reload()?,
        }
        begun?;
        self.catch_up().await;
        Ok(())
    }

    async fn try_begin(
        &mut self,
        id: CommitteeId,
        channel: ChannelId,
        pinned: Option<ListId>,
        envelopes: Vec<Envelope>,
    ) -> Result<(), DeskError> {
        self.node.carry(channel, pinned).await?;
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await
    }

    /// Makes work durable. Where that fails, memory is brought back to what is durable.
    pub(crate) async fn commit(&mut self, mut work: Work) -> Result<(), DeskError> {
        let outcome = self.try_commit(&mut work).await;
        match outcome {
            Ok(()) => self.events.append(&mut work.events),
            Err(_) => self.reload()?,
        }
        outcome
    }

    async fn try_commit(&mut self, work: &mut Work) -> Result<(), DeskError> {
        for id in &work.touched {
            if let Some(committee) = self.committees.get(id) {
                self.vault.put(&mut work.batch, Shelf::Ledger(*id), &[], &committee.ledger)?;
            }
            if let Some(outside) = self.outside.get(id) {
                self.vault.put(&mut work.batch, Shelf::Outside(*id), &[], &outside.record)?;
            }
        }
        self.index.flush(&self.vault, &mut work.batch)?;
        self.copy_out(&work.envelopes, &mut work.batch)?;
        let envelopes = std::mem::take(&mut work.envelopes);
        let counts = !envelopes.is_empty() && !self.counted;
        if counts {
            let sessions = self.keystore.keys.sessions + 1;
            self.vault.put(&mut work.batch, Shelf::Sessions, &[], &sessions)?;
        }
        let done = self.node.deposit(envelopes, std::mem::take(&mut work.batch)).await?;
        if let Some((_, reason)) = done.refused.first() {
            return Err(DeskError::Refused(*reason));
        }
        if counts {
            self.count_session();
        }
        Ok(())
    }

    /// The keystore counts after the store. Where it cannot be saved, it is one behind, and counts with the next write.
    fn count_session(&mut self) {
        self.keystore.keys.sessions += 1;
        match self.keystore.save() {
            Ok(()) => self.counted = true,
            Err(error) => {
                self.keystore.keys.sessions -= 1;
                tracing::warn!(%error, "the keystore could not be saved yet");
            }
        }
    }

    /// Marks bulletins as read.
    pub(crate) async fn mark_read(&mut self, ids: &[OpId]) -> Result<(), DeskError> {
        let changed = ids.iter().filter(|id| self.index.mark_read(id)).count();
        if changed > 0 { self.commit(Work::default()).await } else { Ok(()) }
    }

    /// The clock, where it may be written by: believed, and not behind what was read by more than clocks may differ.
    pub(crate) fn writing_time(&self, committee: CommitteeId, word: Option<Timestamp>) -> Result<Timestamp, DeskError> {
        if let Some(word) = word.filter(|word| *word >= BUILT) {
            return Ok(word);
        }
        let now = self.node.now();
        let newest = self.attested_time(committee).max(BUILT);
        let behind = now.at.plus(AHEAD) < newest;
        match now.is_plausible() && !behind {
            true => Ok(now.at),
            false => Err(DeskError::ClockBehind { shows: now.at, at_least: newest }),
        }
    }

    /// The latest moment that more than half of those members who ever wrote, and two at least, claim to have written
    /// at or after: a few may have wrong clocks, or mean to stop others from writing.
    fn attested_time(&self, committee: CommitteeId) -> Timestamp {
        let state = self.committees.get(&committee).and_then(|committee| committee.state.as_ref());
        let mut latest: BTreeMap<MemberId, Timestamp> = BTreeMap::new();
        for (device, time) in self.index.latest_times(committee) {
            let Some((member, _)) = state.and_then(|state| state.owner(device)) else { continue };
            let known = latest.entry(member).or_default();
            *known = time.max(*known);
        }
        let mut latest: Vec<Timestamp> = latest.into_values().collect();
        latest.sort_unstable_by_key(|at| std::cmp::Reverse(*at));
        latest.get((latest.len() / 2).max(1)).copied().unwrap_or_default()
    }

    /// Refuses what would be signed with a vote key that another copy of this home may be using too.
    pub(crate) fn must_be_the_one(&self, id: &CommitteeId) -> Result<(), DeskError> {
        if self.asks_which_copy(id) { Err(DeskError::Copied(*id)) } else { Ok(()) }
    }

    /// Whether the owner must say which copy of this home keeps a committee's only vote: both would number the same
    /// acts, and to everyone else that is a cheat.
    pub(crate) fn asks_which_copy(&self, id: &CommitteeId) -> bool {
        let votes = self.keystore.committee(id).is_some_and(|keys| keys.vote.is_some());
        let asks = |committee: &Committee| committee.ledger.moved && committee.is_sole_voter();
        votes && self.committees.get(id).is_some_and(asks)
    }

    pub(crate) fn committee(&self, id: &CommitteeId) -> Result<&Committee, DeskError> {
        self.committees.get(id).ok_or_else(|| self.no_member_of(id))
    }

    pub(crate) fn committee_mut(&mut self, id: &CommitteeId) -> Result<&mut Committee, DeskError> {
        let error = self.no_member_of(id);
        self.committees.get_mut(id).ok_or(error)
    }

    /// Refuses a channel that somebody names for a committee where another of this home travels in it already.
    pub(crate) fn must_be_free(&self, channel: &ChannelId, committee: &CommitteeId) -> Result<(), DeskError> {
        let mut known = self.channels.get(channel).into_iter().chain(self.public_channels.get(channel));
        let other = known.find(|known| *known != committee).copied();
        // A sheet may name it, and the committee go there.
        let begun = |(id, known): (&CommitteeId, &Committee)| {
            (id != committee && known.book.first_list(channel).is_some()).then_some(*id)
        };
        let other = other.or_else(|| self.committees.iter().find_map(begun));
        other.map_or(Ok(()), |other| Err(DeskError::OwnChannel(other)))
    }

    fn no_member_of(&self, id: &CommitteeId) -> DeskError {
        if self.outside.contains_key(id) { DeskError::Follows(*id) } else { DeskError::NoCommittee }
    }

    pub(crate) fn keys(&self, id: &CommitteeId) -> Result<&CommitteeKeys, DeskError> {
        self.keystore.committee(id).ok_or(DeskError::NoCommittee)
    }

    /// Changes a committee's keys; durable when this returns, before anything made with them leaves the desk.
    pub(crate) fn change_keys(
        &mut self,
        id: CommitteeId,
        change: impl FnOnce(&mut CommitteeKeys),
    ) -> Result<(), DeskError> {
        change(self.keystore.committee_mut(&id).ok_or(DeskError::NoCommittee)?);
        self.keystore.save()
    }

    /// The member of a committee whom a person means.
    pub(crate) fn find_member(&self, committee: &CommitteeId, who: &str) -> Result<MemberId, DeskError> {
        let committee = self.committee(committee)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(committee.id()))?;
        let known = |id: &MemberId| Known { one: *id, id: *id, name: committee.name_of(id) };
        meant(state.members.keys().map(known).collect(), who)
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::envelope::Priority;
    use kenes_core::ids::OpId;
    use kenes_core::sign::PublicKey;
    use kenes_core::time::DAY;

    use super::*;
    use crate::fixture::{Place, committee};
    use crate::index::{Act, Row};

    fn written(committee: CommitteeId, device: PublicKey, time: Timestamp) -> Row {
        let (id, priority, act) = (OpId::from_bytes(*device.as_bytes()), Priority::Routine, Act::Post);
        Row {
            id,
            committee,
            device,
            seq: 9,
            prev: OpId::from_bytes([0; 32]),
            time,
            received: time,
            expires: time,
            priority,
            act,
            read: true,
            public: false,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn bulletins_from_the_future_stop_nobody_from_writing_unless_most_who_write_agree() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        let future = session.node.now().at.plus(300 * DAY);
        let own = session.keys(&id).unwrap().device.sign.public();
        session.index.insert(written(id, own, future));
        assert!(session.writing_time(id, None).is_ok());
        // Somebody else's of today, and then of the future too.
        let other = with_device(&mut session, id, 6);
        session.index.insert(written(id, other, future.minus(300 * DAY)));
        assert!(session.writing_time(id, None).is_ok());
        session.index.insert(Row { id: OpId::from_bytes([8; 32]), ..written(id, other, future.plus(DAY)) });
        let refused = session.writing_time(id, None);
        assert!(matches!(refused, Err(DeskError::ClockBehind { at_least, .. }) if at_least == future), "{refused:?}");
        assert!(session.writing_time(id, Some(future)).is_ok());
        // Three more write today, and then one of them in the future as well.
        let today = future.minus(300 * DAY);
        for n in 7..10 {
            let member = with_device(&mut session, id, n);
            session.index.insert(written(id, member, today));
        }
        assert!(session.writing_time(id, None).is_ok(), "two of five");
        let member = with_device(&mut session, id, 7);
        session.index.insert(Row { id: OpId::from_bytes([9; 32]), ..written(id, member, future) });
        assert!(session.writing_time(id, None).is_err(), "three of five");
    }

    /// One more member, the same for the same number.
    fn with_device(session: &mut Session, id: CommitteeId, n: u8) -> PublicKey {
        let device = kenes_core::sign::SigningKey::from_seed([n; 32]).public();
        let state = session.committee_mut(&id).unwrap().state.as_mut().unwrap();
        let mut member = state.members.values().next().unwrap().clone();
        member.devices[0].sign = device;
        state.members.insert(MemberId::from_bytes([n; 32]), member);
        device
    }
}
