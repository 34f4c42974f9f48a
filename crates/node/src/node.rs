//! A running node, as the desk and the web see it: what it can be asked.

use std::fmt;
use std::time::Duration;

use kenes_core::envelope::{Envelope, Verified};
use kenes_core::ids::{ChannelId, EnvelopeId, ListId};
use kenes_core::relay::{Limits, Relay, Source};
use kenes_core::time::Reading;
use libp2p::{Multiaddr, PeerId};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::clock::{Clock, ClockState, Face, Hands};
use crate::config::Config;
use crate::driver::{Call, Done, Driver};
use crate::error::NodeError;
use crate::home::{Home, HomeLock, Place};
use crate::net::{self, Net, check_dialable, without_peer};
use crate::status::{Deposited, NodeEvent, Status, SyncReport};
use crate::store::{Arrival, Batch, Drawer, Notes, Opened, Store, StoreError};

/// How many calls may wait.
const CALLS: usize = 64;
/// How many events a slow listener may fall behind before it misses some.
const EVENTS: usize = 1_024;

/// Whether a node reaches others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetMode {
    /// It only serves its own home: writing and reading need no network.
    Off,
    /// It listens, dials and meets peers.
    On,
}

/// A handle to a running node; all handles are of one. The node stops when the last is gone.
#[derive(Clone)]
pub struct Node {
    calls: mpsc::Sender<Call>,
    events: broadcast::Sender<NodeEvent>,
    store: Store,
    clock: Face,
}

impl Node {
    /// Opens the store of a home that the caller has, and starts to drive it. The caller keeps the lock until the node
    /// has stopped.
    pub async fn start(lock: &HomeLock, config: Config, mode: NetMode) -> Result<Self, NodeError> {
        Self::start_by(lock, config, mode, None).await
    }

    /// The same by a clock whose hands somebody else turns, where there are any.
    pub async fn start_by(
        lock: &HomeLock,
        config: Config,
        mode: NetMode,
        hands: Option<Hands>,
    ) -> Result<Self, NodeError> {
        let home = lock.home().clone();
        let opened = open(home.clone(), config.limits.cache_bytes, mode).await?;
        let known = known_peers(&config, &opened.notes);
        let net = match mode {
            NetMode::Off => None,
            NetMode::On => Some(reach(&home, &config, &known, &opened.notes).await?),
        };
        let mut opened = opened;
        let entries = std::mem::take(&mut opened.entries);
        let channels = std::mem::take(&mut opened.channels);
        let relay = Relay::new(seed()?, limits(&config), channels, entries);
        let (calls, taken) = mpsc::channel(CALLS);
        let (events, _) = broadcast::channel(EVENTS);
        let clock = Clock::new(opened.notes.clock).with(hands);
        let node = Self { calls, events: events.clone(), store: opened.store.clone(), clock: clock.face() };
        tokio::spawn(Driver::new(relay, opened, net, known, taken, events, clock)?.run());
        let writes = node.store.must_take_writes().is_ok();
        for rule in config.carry.iter().filter(|_| writes) {
            node.carry(rule.channel, rule.pinned).await?;
        }
        Ok(node)
    }

    /// Has envelopes of this home's desk checked, stored and announced, and commits `records` with the first of them;
    /// durable on return. With no envelopes it is a durable write of the records alone. Where every envelope is refused,
    /// no record is written.
    pub async fn deposit(&self, envelopes: Vec<Envelope>, records: Batch) -> Result<Deposited, NodeError> {
        self.take_in(envelopes, records, Source::Desk).await
    }

    /// Has envelopes from a file checked, stored and announced; durable on return.
    pub async fn import(&self, envelopes: Vec<Envelope>) -> Result<Deposited, NodeError> {
        self.take_in(envelopes, Batch::new(), Source::Bundle).await
    }

    async fn take_in(&self, envelopes: Vec<Envelope>, records: Batch, source: Source) -> Result<Deposited, NodeError> {
        self.store.must_take_writes()?;
        records.check()?;
        self.ask(|done| Call::Deposit { envelopes, records, source, done }).await
    }

    /// Carries a channel from now on, holding fast to a list of it where one is named.
    pub async fn carry(&self, channel: ChannelId, pinned: Option<ListId>) -> Result<(), NodeError> {
        self.store.must_take_writes()?;
        self.ask(|done| Call::Carry { channel, keep: true, pinned, done }).await
    }

    /// Carries a channel no longer, and drops what is stored of it.
    pub async fn forget(&self, channel: ChannelId) -> Result<(), NodeError> {
        self.store.must_take_removals()?;
        self.ask(|done| Call::Carry { channel, keep: false, pinned: None, done }).await
    }

    /// At most `limit` envelopes that came after `cursor`, of all channels, in the order of arrival; see
    /// [`Store::read_after`]. Blocks on the disk, not long.
    pub fn read_after(&self, cursor: Arrival, limit: usize) -> Result<Vec<(Arrival, Verified<Envelope>)>, StoreError> {
        self.store.read_after(cursor, limit)
    }

    /// The envelope of this id, if it is here.
    pub fn envelope(&self, id: &EnvelopeId) -> Result<Option<Verified<Envelope>>, StoreError> {
        self.store.envelope(id)
    }

    /// The desk's records; they are written by [`Node::deposit`].
    pub fn drawer(&self) -> Drawer {
        self.store.drawer()
    }

    /// Whether the home stands where its desk last settled.
    pub fn place(&self) -> Result<Place, StoreError> {
        self.store.place()
    }

    /// The desk's word that it knows where the home stands, and has done what that takes.
    pub async fn settle(&self) -> Result<(), NodeError> {
        self.store.must_take_writes()?;
        self.ask(Call::Settle).await
    }

    /// What the clock shows, and how far it is believed.
    pub fn now(&self) -> Reading {
        self.clock.read()
    }

    /// How the clock stands.
    pub fn clock(&self) -> ClockState {
        self.clock.state()
    }

    /// The owner's word that the clock is right; it does nothing for one that shows a moment before this program was
    /// written.
    pub async fn trust_clock(&self) -> Result<(), NodeError> {
        self.ask(Call::TrustClock).await
    }

    /// What happens from now on. A listener that falls far behind misses some.
    pub fn subscribe(&self) -> broadcast::Receiver<NodeEvent> {
        self.events.subscribe()
    }

    /// How the node stands.
    pub async fn status(&self) -> Result<Status, NodeError> {
        let (done, told) = oneshot::channel();
        self.call(Call::Status(done)).await?;
        told.await.map_err(|_| NodeError::Stopped)
    }

    /// Compares every channel with every peer that carries it, waiting for peers and for the end for at most `wait`.
    /// Without a network, or with nobody there, it moves nothing; that is no error.
    pub async fn sync(&self, wait: Duration) -> Result<SyncReport, NodeError> {
        let (done, told) = oneshot::channel();
        self.call(Call::Sync { wait, done }).await?;
        told.await.map_err(|_| NodeError::Stopped)
    }

    /// Dials an address from now on, also after a restart.
    pub async fn add_peer(&self, address: Multiaddr) -> Result<(), NodeError> {
        self.store.must_take_writes()?;
        check_dialable(&address)?;
        let address = without_peer(&address);
        self.ask(|done| Call::Peer { address, wanted: true, done }).await
    }

    /// Dials an address no longer, and closes a connection with whoever answers there.
    pub async fn drop_peer(&self, address: Multiaddr) -> Result<(), NodeError> {
        self.store.must_take_removals()?;
        let address = without_peer(&address);
        self.ask(|done| Call::Peer { address, wanted: false, done }).await
    }

    /// Keeps a peer out, also after a restart. A person's node has a new id at each of its starts.
    pub async fn block(&self, peer: PeerId) -> Result<(), NodeError> {
        self.store.must_take_writes()?;
        self.ask(|done| Call::Block { peer, blocked: true, done }).await
    }

    /// Lets a peer in again.
    pub async fn unblock(&self, peer: PeerId) -> Result<(), NodeError> {
        self.store.must_take_removals()?;
        self.ask(|done| Call::Block { peer, blocked: false, done }).await
    }

    /// Stops the node: what was handed over is durable and every connection closed on return. Other handles answer
    /// [`NodeError::Stopped`] from then on.
    pub async fn stop(self) {
        let (done, stopped) = oneshot::channel();
        if self.call(Call::Stop(done)).await.is_ok() {
            // A driver that ends before it answers has stopped too.
            let _ = stopped.await;
        }
    }

    /// Waits until the node has stopped, on request or because its store failed.
    pub async fn stopped(&self) {
        self.calls.closed().await;
    }

    async fn ask<T>(&self, call: impl FnOnce(Done<T>) -> Call) -> Result<T, NodeError> {
        let (done, told) = oneshot::channel();
        self.call(call(done)).await?;
        told.await.map_err(|_| NodeError::Stopped)?
    }

    async fn call(&self, call: Call) -> Result<(), NodeError> {
        self.calls.send(call).await.map_err(|_| NodeError::Stopped)
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({:?})", self.store)
    }
}

/// Whoever meets others must be able to write what they bring.
async fn open(home: Home, cache: u64, mode: NetMode) -> Result<Opened, NodeError> {
    let open = match mode {
        NetMode::Off => Store::open_to_read,
        NetMode::On => Store::open,
    };
    let opened = tokio::task::spawn_blocking(move || open(&home, cache)).await;
    Ok(opened.map_err(|_| NodeError::Stopped)??)
}

async fn reach(home: &Home, config: &Config, known: &[Multiaddr], notes: &Notes) -> Result<Net, NodeError> {
    let key = if config.relay { net::key::kept(&home.node_key())? } else { net::key::fresh() };
    let net = Net::start(key, config, known).await?;
    for peer in notes.blocked.iter().filter_map(|peer| peer.parse().ok()) {
        net.tell(net::Command::Block { peer, blocked: true }).await;
    }
    Ok(net)
}

/// The addresses of the config and those that were added since. What the store noted and can no longer be dialed is
/// passed over.
fn known_peers(config: &Config, notes: &Notes) -> Vec<Multiaddr> {
    let noted = notes.peers.iter().filter_map(|address| address.parse().ok());
    let mut known: Vec<Multiaddr> = Vec::new();
    for address in config.peers.iter().cloned().chain(noted.filter(|address| check_dialable(address).is_ok())) {
        let address = without_peer(&address);
        if !known.contains(&address) {
            known.push(address);
        }
    }
    known
}

fn limits(config: &Config) -> Limits {
    Limits {
        open: config.relay,
        carry_only: config.carry_only.clone(),
        strangers: config.limits.strangers() as usize,
        channels: config.limits.channels as usize,
        channel_bytes: config.limits.channel_bytes,
        total_bytes: config.limits.total_bytes,
        rate: config.limits.rate,
        burst: config.limits.burst,
        ..Limits::default()
    }
}

fn seed() -> Result<[u8; 32], NodeError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(seed)
}

#[cfg(test)]
mod tests;
