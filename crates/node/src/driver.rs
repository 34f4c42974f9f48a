//! The driver: the one loop that feeds the relay machine and performs what it asks for, in order.
//!
//! What is to be stored is handed to the writing thread at once; whatever stands behind it (frames, events, answers) is
//! held until the disk has it. So many writes share one wait for the disk, and yet nothing is announced before it is
//! durable. The first write that fails ends the loop. What is decided is the machine's; how bytes travel is the mesh's.

mod penalties;
mod standing;
mod syncs;
mod verify;
mod writer;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use kenes_core::envelope::{Envelope, Verified};
use kenes_core::ids::{ChannelId, ListId};
use kenes_core::relay::{Ends, Event, Exchange, Input, Output, Parcel, PeerNo, Relay, Source, Ticket};
use kenes_core::time::Timestamp;
use libp2p::{Multiaddr, PeerId};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::clock::Clock;
use crate::error::NodeError;
use crate::net::{Command, Net, NetEvent, place_of};
use crate::status::{Deposited, NodeEvent, Status, SyncReport};
use crate::store::{Batch, Change, Opened, StoreError};
use standing::{Peer, Standing};
use syncs::Syncs;
use verify::Verifier;
use writer::{Progress, Writer};

/// How long a peer that did wrong is kept out.
const BAN: Duration = Duration::from_secs(600);
/// How much may wait for the disk before nothing new is taken in.
const HELD: usize = 4_096;
/// The clock is looked at this often at least: it may be set while the machine waits.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// The moment of the last sync is written down this often at most, in seconds.
const NOTE_SYNC: u64 = 60;

/// Something that a [`crate::Node`] asks for.
pub(crate) enum Call {
    Deposit { envelopes: Vec<Envelope>, records: Batch, source: Source, done: Done<Deposited> },
    Carry { channel: ChannelId, keep: bool, pinned: Option<ListId>, done: Done<()> },
    Peer { address: Multiaddr, wanted: bool, done: Done<()> },
    Block { peer: PeerId, blocked: bool, done: Done<()> },
    Sync { wait: Duration, done: oneshot::Sender<SyncReport> },
    Status(oneshot::Sender<Status>),
    Settle(Done<()>),
    TrustClock(Done<()>),
    Stop(oneshot::Sender<()>),
}

/// Who waits for an answer.
pub(crate) type Done<T> = oneshot::Sender<Result<T, NodeError>>;

/// What waits until the disk has what stands before it.
enum Held {
    Send { peer: PeerNo, exchange: Exchange, parcel: Parcel },
    Disconnect { peer: PeerNo, ban: Option<Duration> },
    Tell(Event),
    Deposited { deposited: Deposited, done: Done<Deposited> },
    Done(Done<()>),
}

/// A deposit that the machine has not answered yet.
struct Deposit {
    /// What commits together with the first of its envelopes.
    records: Batch,
    done: Done<Deposited>,
}

/// The loop's state.
pub(crate) struct Driver {
    relay: Relay,
    clock: Clock,
    store: crate::store::Store,
    writer: Writer,
    verifier: Verifier,
    net: Option<Net>,
    calls: mpsc::Receiver<Call>,
    held: VecDeque<(u64, Held)>,
    deposits: HashMap<Ticket, Deposit>,
    last_ticket: u64,
    syncs: Syncs,
    standing: Standing,
    wake: Option<Timestamp>,
    /// Why the loop ends.
    failure: Option<Arc<StoreError>>,
}

impl Driver {
    pub(crate) fn new(
        relay: Relay,
        opened: Opened,
        net: Option<Net>,
        wanted: Vec<Multiaddr>,
        calls: mpsc::Receiver<Call>,
        events: broadcast::Sender<NodeEvent>,
        clock: Clock,
    ) -> Result<Self, NodeError> {
        let standing = Standing {
            peer_id: net.as_ref().map(|net| net.peer_id),
            listen: net.as_ref().map(|net| net.listen.clone()).unwrap_or_default(),
            mdns: net.as_ref().is_some_and(|net| net.mdns),
            wanted,
            peers: Default::default(),
            unheard: opened.notes.queued.iter().copied().collect(),
            queued: opened.notes.queued.iter().copied().collect(),
            last_sync: opened.notes.synced,
            salvaged: opened.salvaged,
            counters: Default::default(),
            penalties: Default::default(),
            events,
        };
        Ok(Self {
            relay,
            clock,
            writer: Writer::start(opened.store.clone())?,
            store: opened.store,
            verifier: Verifier::new(),
            net,
            calls,
            held: VecDeque::new(),
            deposits: HashMap::new(),
            last_ticket: 0,
            syncs: Syncs::default(),
            standing,
            wake: None,
            failure: None,
        })
    }

    /// Runs until it is told to stop, everyone who could tell it is gone, or the store fails.
    pub(crate) async fn run(mut self) {
        self.feed(Input::Tick).await;
        self.remember_clock().await;
        let mut stopped = None;
        while self.failure.is_none() {
            self.give_up_lost().await;
            let (room, moment) = (self.held.len() < HELD, self.next_moment());
            tokio::select! {
                call = self.calls.recv(), if room => match call {
                    Some(Call::Stop(done)) => {
                        stopped = Some(done);
                        break;
                    }
                    Some(call) => self.answer(call).await,
                    None => break,
                },
                event = next_event(&mut self.net), if room => self.learn(event).await,
                progress = self.writer.progressed() => self.release(progress).await,
                checked = self.verifier.next() => self.feed(Input::Checked(checked)).await,
                () = sleep_until(moment) => self.act_on_time().await,
            }
        }
        self.end().await;
        if let Some(done) = stopped {
            // Whoever asked may have gone.
            let _ = done.send(());
        }
    }

    /// What was handed to the writer is finished, and those who wait for it are told.
    async fn end(mut self) {
        let progress = self.writer.finish().await;
        self.release(progress).await;
        if let Some(net) = self.net.take() {
            net.stop().await;
        }
        if let Some(failure) = self.failure {
            self.standing.tell(NodeEvent::Failed(Arc::clone(&failure)));
            for deposit in self.deposits.into_values() {
                let _ = deposit.done.send(Err(NodeError::Failed(Arc::clone(&failure))));
            }
            for (_, held) in self.held {
                match held {
                    Held::Deposited { done, .. } => drop(done.send(Err(NodeError::Failed(Arc::clone(&failure))))),
                    Held::Done(done) => drop(done.send(Err(NodeError::Failed(Arc::clone(&failure))))),
                    Held::Send { .. } | Held::Disconnect { .. } | Held::Tell(_) => {}
                }
            }
        }
    }

    /// Tells the machine what the store found damaged, whoever read it, and has its remains removed.
    async fn give_up_lost(&mut self) {
        let envelopes = self.store.take_lost();
        if !envelopes.is_empty() {
            tracing::warn!(count = envelopes.len(), "envelopes did not read back; peers are asked for them");
            self.writer.submit(Vec::new()).await;
            self.feed(Input::Lost { envelopes }).await;
        }
    }

    async fn feed(&mut self, input: Input) {
        for output in self.relay.handle(input, self.clock.read()) {
            self.take(output).await;
        }
    }

    async fn take(&mut self, output: Output) {
        match output {
            Output::Check { batch, candidates } => match self.store.must_take_writes() {
                Ok(()) => self.verifier.submit(batch, candidates),
                Err(_) => self.verifier.turn_away(batch, &candidates),
            },
            Output::Store { envelopes, ticket } => self.keep(envelopes, ticket).await,
            Output::Drop { envelopes, floors } => {
                self.standing.counters.dropped += envelopes.len() as u64;
                self.writer.submit(vec![Change::Drop { envelopes, floors }]).await;
            }
            Output::Carry { channel, keep: true, pinned, own } => {
                self.writer.submit(vec![Change::Carry { channel, pinned, own }]).await;
            }
            Output::Carry { channel, keep: false, .. } => {
                self.standing.unheard.remove(&channel);
                self.standing.queued.remove(&channel);
                self.writer.submit(vec![Change::Forget(channel)]).await;
            }
            Output::Send { peer, exchange, parcel } => self.hold(Held::Send { peer, exchange, parcel }).await,
            Output::Disconnect { peer, fault } => {
                if fault.is_some() {
                    self.standing.let_go(peer, self.clock.read().at.plus(BAN.as_secs()));
                }
                self.hold(Held::Disconnect { peer, ban: fault.map(|_| BAN) }).await;
            }
            Output::Tell(Event::Deposited { ticket, stored, duplicate, refused }) => {
                self.close_deposit(ticket, Deposited { stored, duplicate, refused }).await;
            }
            Output::Tell(event) => {
                if let Event::Charged { peer, reason } = event {
                    self.standing.blame(peer, reason, self.clock.read().at);
                }
                self.hold(Held::Tell(event)).await;
            }
            Output::WakeAt(at) => self.wake = Some(at),
        }
    }

    /// Stores envelopes, with what the desk wants to commit with them.
    async fn keep(&mut self, envelopes: Vec<Verified<Envelope>>, ticket: Option<Ticket>) {
        self.standing.counters.stored += envelopes.len() as u64;
        let mut changes = Vec::new();
        if let Some(deposit) = ticket.and_then(|ticket| self.deposits.get_mut(&ticket)) {
            changes.push(Change::Records(std::mem::take(&mut deposit.records)));
            let channels: BTreeSet<ChannelId> = envelopes.iter().map(|envelope| envelope.header().channel).collect();
            changes.extend(channels.into_iter().filter_map(|channel| self.queued(channel)));
        }
        changes.push(Change::Keep(envelopes));
        self.writer.submit(changes).await;
    }

    /// What is to be written down of how many envelopes of this home's own wait, where that changed.
    fn queued(&mut self, channel: ChannelId) -> Option<Change> {
        let count = self.standing.queued(&self.relay, &channel);
        let noted = match count {
            0 => self.standing.queued.remove(&channel).unwrap_or(0),
            _ => self.standing.queued.insert(channel, count).unwrap_or(0),
        };
        (count != noted).then_some(Change::Queued(channel, count))
    }

    /// The machine is done with a deposit. Records that no envelope took along commit now, unless all were refused.
    async fn close_deposit(&mut self, ticket: Ticket, deposited: Deposited) {
        let Some(Deposit { records, done }) = self.deposits.remove(&ticket) else { return };
        for (_, reason) in &deposited.refused {
            *self.standing.counters.refused.entry(*reason).or_default() += 1;
        }
        if !records.is_empty() && deposited.duplicate > 0 && deposited.refused.is_empty() {
            self.writer.submit(vec![Change::Records(records)]).await;
        }
        self.hold(Held::Deposited { deposited, done }).await;
    }

    /// Does it now, or once the disk has all that was handed over before.
    async fn hold(&mut self, held: Held) {
        if self.held.is_empty() && self.writer.is_idle() {
            self.perform(held).await;
        } else {
            self.held.push_back((self.writer.last(), held));
        }
    }

    async fn release(&mut self, progress: Progress) {
        self.failure = self.failure.take().or(progress.failure);
        while self.held.front().is_some_and(|(after, _)| *after <= progress.done) {
            if let Some((_, held)) = self.held.pop_front() {
                self.perform(held).await;
            }
        }
    }

    async fn perform(&mut self, held: Held) {
        match held {
            Held::Send { peer, exchange, parcel } => self.send(peer, exchange, &parcel).await,
            Held::Disconnect { peer, ban } => self.tell_net(Command::Disconnect { peer, ban }).await,
            Held::Tell(event) => self.tell(event).await,
            // Whoever asked may have gone.
            Held::Deposited { deposited, done } => drop(done.send(Ok(deposited))),
            Held::Done(done) => drop(done.send(Ok(()))),
        }
    }

    async fn send(&mut self, peer: PeerNo, exchange: Exchange, parcel: &Parcel) {
        if !self.standing.peers.contains_key(&peer) {
            return;
        }
        let mut failure = None;
        let frame = parcel.frame(|id| {
            self.store.bytes(id).unwrap_or_else(|error| {
                failure = Some(Arc::new(error));
                None
            })
        });
        if failure.is_some() {
            self.failure = failure;
            return;
        }
        self.standing.counters.frames_out += 1;
        self.standing.counters.bytes_out += frame.len() as u64;
        self.tell_net(match exchange {
            Exchange::Request(no) => Command::Request { peer, no, frame },
            Exchange::Reply(no) => Command::Reply { no, frame },
        })
        .await;
    }

    async fn tell_net(&self, command: Command) {
        if let Some(net) = &self.net {
            net.tell(command).await;
        }
    }

    async fn tell(&mut self, event: Event) {
        match &event {
            Event::Acknowledged { channel } => {
                let changes: Vec<Change> = self.queued(*channel).into_iter().collect();
                if !changes.is_empty() {
                    self.writer.submit(changes).await;
                }
            }
            Event::Matched { peer, channel } => self.syncs.matched(*peer, *channel),
            Event::Synced { peer, channel, report } => {
                self.syncs.synced(*peer, *channel, report, Instant::now());
                self.note_sync(*channel).await;
            }
            _ => {}
        }
        self.standing.note(event);
    }

    async fn note_sync(&mut self, channel: ChannelId) {
        let now = self.clock.read().at;
        let mut changes = Vec::new();
        if self.standing.last_sync.is_none_or(|last| now.since(last) >= NOTE_SYNC || now < last) {
            self.standing.last_sync = Some(now);
            changes.push(Change::Synced(now));
        }
        // Which ones waited before this start is not known: what a peer lacked of them, this sync has brought it.
        self.standing.unheard.remove(&channel);
        changes.extend(self.queued(channel));
        if !changes.is_empty() {
            self.writer.submit(changes).await;
        }
    }

    async fn learn(&mut self, event: Option<NetEvent>) {
        match event {
            Some(NetEvent::Up { peer, id, address, first, added }) => {
                let ours = self.standing.peer_id.map(|id| id.to_bytes()).unwrap_or_default();
                let ends = Ends { ours, theirs: id.to_bytes(), address: place_of(&address) };
                let since = self.clock.read().at;
                self.standing.up(peer, Peer { id, address, since, added, clock: None });
                self.feed(Input::PeerUp { peer, first, added, ends }).await;
            }
            Some(NetEvent::Down { peer }) => {
                // It may be charged as it goes.
                self.feed(Input::PeerDown { peer }).await;
                self.syncs.gone(peer, Instant::now());
                self.standing.down(peer);
            }
            Some(NetEvent::Request { peer, no, frame }) => {
                self.hear(peer, Exchange::Request(no), frame.into_bytes()).await
            }
            Some(NetEvent::Reply { peer, no, frame }) => self.hear(peer, Exchange::Reply(no), frame.into_bytes()).await,
            Some(NetEvent::Listening { address }) => {
                if !self.standing.listen.contains(&address) {
                    self.standing.listen.push(address);
                }
            }
            Some(NetEvent::Unlistened { address }) => self.standing.listen.retain(|other| *other != address),
            None => self.net = None,
        }
    }

    async fn hear(&mut self, peer: PeerNo, exchange: Exchange, frame: Vec<u8>) {
        self.standing.counters.frames_in += 1;
        self.standing.counters.bytes_in += frame.len() as u64;
        self.feed(Input::Message { peer, exchange, frame }).await;
        self.standing.hear_clock(peer, self.relay.clock_of(peer), Instant::now());
    }

    async fn answer(&mut self, call: Call) {
        match call {
            Call::Deposit { envelopes, records, done, .. } if envelopes.is_empty() => {
                self.writer.submit(vec![Change::Records(records)]).await;
                self.hold(Held::Deposited { deposited: Deposited::default(), done }).await;
            }
            Call::Deposit { envelopes, records, source, done } => {
                self.last_ticket += 1;
                let ticket = Ticket(self.last_ticket);
                self.deposits.insert(ticket, Deposit { records, done });
                self.feed(Input::Deposit { envelopes, ticket, source }).await;
            }
            Call::Carry { channel, keep, pinned, done } => {
                self.feed(Input::Carry { channel, keep, pinned }).await;
                self.hold(Held::Done(done)).await;
            }
            Call::Peer { address, wanted, done } => {
                self.standing.wanted.retain(|known| *known != address);
                if wanted {
                    self.standing.wanted.push(address.clone());
                }
                self.writer.submit(vec![Change::Peer { address: address.to_string(), wanted }]).await;
                self.tell_net(Command::Address { address, wanted }).await;
                self.hold(Held::Done(done)).await;
            }
            Call::Block { peer, blocked, done } => {
                self.writer.submit(vec![Change::Block { peer: peer.to_string(), blocked }]).await;
                self.tell_net(Command::Block { peer, blocked }).await;
                self.hold(Held::Done(done)).await;
            }
            Call::Sync { wait, done } => self.sync(wait, done).await,
            // Whoever asked may have gone.
            Call::Status(done) => drop(done.send(self.standing.status(&self.relay, &self.store, &self.clock))),
            Call::Settle(done) => {
                self.writer.submit(vec![self.store.settled_here()]).await;
                self.hold(Held::Done(done)).await;
            }
            Call::TrustClock(done) => {
                let changes = self.clock.trust().map(Change::Clock).into_iter().collect();
                self.writer.submit(changes).await;
                self.feed(Input::Tick).await;
                self.hold(Held::Done(done)).await;
            }
            Call::Stop(done) => drop(done),
        }
    }

    async fn sync(&mut self, wait: Duration, done: oneshot::Sender<SyncReport>) {
        if self.net.is_none() {
            let _ = done.send(SyncReport { unfinished: true, ..SyncReport::default() });
            return;
        }
        self.syncs.wait(Instant::now() + wait, done);
        self.feed(Input::SyncNow).await;
    }

    async fn act_on_time(&mut self) {
        self.syncs.end(Instant::now());
        self.remember_clock().await;
        if self.wake.is_some_and(|wake| self.clock.until(wake).is_zero()) {
            self.wake = None;
            self.feed(Input::Tick).await;
        }
    }

    async fn remember_clock(&mut self) {
        if let Some(belief) = self.clock.remember() {
            self.writer.submit(vec![Change::Clock(belief)]).await;
            // What waited for the clock to be believed may be due.
            self.feed(Input::Tick).await;
        }
    }

    fn next_moment(&self) -> Instant {
        let now = Instant::now();
        let wake = self.wake.map_or(LONGEST_SLEEP, |wake| self.clock.until(wake)).min(LONGEST_SLEEP);
        self.syncs.next().map_or(now + wake, |sync| sync.min(now + wake))
    }
}

/// What the mesh tells; never anything where there is none.
async fn next_event(net: &mut Option<Net>) -> Option<NetEvent> {
    match net {
        Some(net) => net.next().await,
        None => pending().await,
    }
}
