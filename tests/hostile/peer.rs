//! A peer that speaks the protocol over the real transport and says whatever it is told to.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use bincode::Decode;
use kenes_core::ids::{ChannelId, ListId};
use kenes_core::time::Timestamp;
use kenes_core::wire;
use libp2p::futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::identity::Keypair;
use libp2p::request_response::{self, Codec, Event, Message, OutboundRequestId, ProtocolSupport};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder, noise, tcp, yamux};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::messages::{Hello, Reply, Request, State, frame, tag};

pub(crate) const PROTOCOL: StreamProtocol = StreamProtocol::new("/kenes/meet/1");
/// Whoever is not answered in this time is not answered.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes of any length.
#[derive(Clone, Default)]
struct Anything;

impl Codec for Anything {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = Vec<u8>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut bytes = Vec::new();
        io.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    async fn read_response<T>(&mut self, protocol: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        self.read_request(protocol, io).await
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, bytes: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&bytes).await?;
        io.close().await
    }

    async fn write_response<T>(&mut self, protocol: &StreamProtocol, io: &mut T, bytes: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        self.write_request(protocol, io, bytes).await
    }
}

/// What is said to a request of the victim's; None to say nothing, for as long as the victim waits.
pub(crate) type Mind = Box<dyn FnMut(Request) -> Option<Vec<u8>> + Send>;

/// How an attacker introduces itself, and what it knows.
#[derive(Clone)]
pub(crate) struct Face {
    pub(crate) channel: ChannelId,
    pub(crate) list: (u32, ListId),
    pub(crate) clock: Timestamp,
    pub(crate) nonce: [u8; 32],
}

impl Face {
    pub(crate) fn new(channel: ChannelId, list: (u32, ListId), clock: Timestamp) -> Self {
        Self { channel, list, clock, nonce: rand_bytes() }
    }

    pub(crate) fn hello(&self) -> Hello {
        Hello { version: 1, nonce: self.nonce, clock: Some(self.clock), open: false }
    }

    /// How the channel stands with somebody who has `count` envelopes of these ids' sum.
    pub(crate) fn state(&self, count: u64, print: u8) -> State {
        let floors = kenes_core::ids::derive("kenes v1 sync floors", &wire::encode(&Vec::<u8>::new()));
        State {
            tips: vec![self.list],
            count,
            print: [print; 16],
            floors: floors[..8].try_into().unwrap(),
            clock: Some(self.clock),
        }
    }
}

fn rand_bytes() -> [u8; 32] {
    // A key is as random as anything.
    Keypair::generate_ed25519().try_into_ed25519().unwrap().public().to_bytes()
}

struct Ask {
    frame: Vec<u8>,
    done: oneshot::Sender<Vec<u8>>,
}

/// One attacker, connected.
pub(crate) struct Attacker {
    pub(crate) id: PeerId,
    pub(crate) victim: PeerId,
    pub(crate) face: Face,
    asks: mpsc::Sender<Ask>,
    /// What the victim drew for the connection.
    theirs: watch::Receiver<Option<[u8; 32]>>,
    task: JoinHandle<()>,
}

impl Drop for Attacker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Attacker {
    /// Connects under a new name; None where it is not let in.
    pub(crate) async fn connect(address: &Multiaddr, face: Face, mind: Option<Mind>) -> Option<Self> {
        Self::connect_as(Keypair::generate_ed25519(), address, face, mind).await
    }

    pub(crate) async fn connect_as(key: Keypair, address: &Multiaddr, face: Face, mind: Option<Mind>) -> Option<Self> {
        let mut swarm = swarm(key);
        let id = *swarm.local_peer_id();
        swarm.dial(DialOpts::unknown_peer_id().address(address.clone()).build()).ok()?;
        let victim = timeout(PATIENCE, async {
            loop {
                match swarm.select_next_some().await {
                    SwarmEvent::ConnectionEstablished { peer_id, .. } => return Some(peer_id),
                    SwarmEvent::OutgoingConnectionError { .. } => return None,
                    _ => {}
                }
            }
        });
        let victim = victim.await.ok()??;
        let (asks, taken) = mpsc::channel(64);
        let (told, theirs) = watch::channel(None);
        let manners = Manners { id, victim, face: face.clone(), theirs: told, mind };
        let task = tokio::spawn(live(swarm, victim, manners, taken));
        Some(Self { id, victim, face, asks, theirs, task })
    }

    /// Connects, says hello and names the channel.
    pub(crate) async fn meet(address: &Multiaddr, face: Face, mind: Option<Mind>) -> Option<Self> {
        let attacker = Self::connect(address, face, mind).await?;
        attacker.greet().await.then_some(attacker)
    }

    /// What anybody who knows a channel is told of its lists: the newest one.
    pub(crate) async fn spy(address: &Multiaddr, channel: ChannelId, clock: Timestamp) -> Option<(u32, ListId)> {
        let face = Face::new(channel, (0, ListId::from_bytes(*channel.as_bytes())), clock);
        let spy = Self::connect(address, face, None).await?;
        let tags = vec![spy.tag(&spy.hello().await?)];
        spy.say(&Request::Channels { tags }).await?;
        let state = State { tips: Vec::new(), ..spy.face.state(0, 0) };
        match spy.say(&Request::State { channel, state }).await? {
            Reply::State(state) => state.tips.first().copied(),
            _ => None,
        }
    }

    /// Hello, channels, state: whether the victim takes it for one who carries the channel.
    pub(crate) async fn greet(&self) -> bool {
        let Some(theirs) = self.hello().await else { return false };
        let tags = vec![self.tag(&theirs)];
        if !matches!(self.say(&Request::Channels { tags }).await, Some(Reply::Channels { .. })) {
            return false;
        }
        let state = Request::State { channel: self.face.channel, state: self.face.state(0, 0) };
        matches!(self.say(&state).await, Some(Reply::State(_)))
    }

    /// The one whose id is the lesser speaks first. What the victim drew.
    async fn hello(&self) -> Option<[u8; 32]> {
        if self.id.to_bytes() < self.victim.to_bytes() {
            let Some(Reply::Hello(hello)) = self.say(&Request::Hello(self.face.hello())).await else { return None };
            return Some(hello.nonce);
        }
        let mut theirs = self.theirs.clone();
        let told = timeout(PATIENCE, theirs.wait_for(Option::is_some)).await.ok()?.ok()?;
        *told
    }

    fn tag(&self, theirs: &[u8; 32]) -> [u8; 16] {
        let (id, victim) = (self.id.to_bytes(), self.victim.to_bytes());
        tag(&self.face.channel, (&self.face.nonce, &id), (theirs, &victim))
    }

    /// Sends a request and gives the reply; None where none comes, or the connection is over.
    pub(crate) async fn say(&self, request: &Request) -> Option<Reply> {
        self.send(frame(request, [])).await.and_then(|bytes| head(&bytes))
    }

    /// The same with envelopes behind it, or what looks like them.
    pub(crate) async fn bring(&self, request: &Request, following: &[Vec<u8>]) -> Option<Reply> {
        self.send(frame(request, following.iter().map(Vec::as_slice))).await.and_then(|bytes| head(&bytes))
    }

    /// The same with any bytes.
    pub(crate) async fn send(&self, frame: Vec<u8>) -> Option<Vec<u8>> {
        timeout(PATIENCE, self.throw(frame).await?).await.ok()?.ok()
    }

    /// Sends bytes, and waits for no reply; None once the connection is over.
    pub(crate) async fn throw(&self, frame: Vec<u8>) -> Option<oneshot::Receiver<Vec<u8>>> {
        let (done, reply) = oneshot::channel();
        self.asks.send(Ask { frame, done }).await.ok()?;
        Some(reply)
    }

    /// Whether the connection is over.
    pub(crate) fn is_gone(&self) -> bool {
        self.asks.is_closed()
    }

    /// Waits until it is.
    pub(crate) async fn gone(&self) {
        timeout(PATIENCE + PATIENCE, self.asks.closed()).await.expect("it was not let go");
    }
}

pub(crate) fn head<T: bincode::Encode + Decode<()>>(bytes: &[u8]) -> Option<T> {
    wire::decode_prefix(bytes).ok().map(|(message, _)| message)
}

fn swarm(key: Keypair) -> Swarm<request_response::Behaviour<Anything>> {
    let config = request_response::Config::default()
        .with_request_timeout(Duration::from_secs(120))
        .with_max_concurrent_streams(4_096);
    let behaviour = request_response::Behaviour::with_codec(Anything, [(PROTOCOL, ProtocolSupport::Full)], config);
    SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| behaviour)
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(600)))
        .build()
}

/// What it says of itself when it is asked, unless it has a mind of its own about that.
struct Manners {
    id: PeerId,
    victim: PeerId,
    face: Face,
    theirs: watch::Sender<Option<[u8; 32]>>,
    mind: Option<Mind>,
}

impl Manners {
    fn answer(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let request = head::<Request>(bytes)?;
        let reply = match request {
            Request::Hello(hello) => {
                self.theirs.send_replace(Some(hello.nonce));
                Reply::Hello(self.face.hello())
            }
            Request::Channels { .. } => {
                let theirs = (*self.theirs.borrow())?;
                let (id, victim) = (self.id.to_bytes(), self.victim.to_bytes());
                let tag = tag(&self.face.channel, (&self.face.nonce, &id), (&theirs, &victim));
                Reply::Channels { tags: vec![tag] }
            }
            other => match &mut self.mind {
                Some(mind) => return mind(other),
                None => polite(&self.face, other),
            },
        };
        Some(frame(&reply, []))
    }
}

/// Has nothing, wants nothing, and says so.
pub(crate) fn polite(face: &Face, request: Request) -> Reply {
    match request {
        Request::Hello(_) | Request::Channels { .. } | Request::Introduce { .. } => Reply::Unknown,
        Request::State { .. } => Reply::State(face.state(0, 0)),
        Request::Floors { .. } => Reply::Floors { floors: Vec::new() },
        Request::Announce { .. } => Reply::Wanted { bits: Vec::new() },
        Request::Push { .. } => Reply::Ack { stored: 0, refused: 0 },
        Request::Query(query) => Reply::Answer { session: query.session, spans: Vec::new() },
        Request::Get { .. } => Reply::Given,
    }
}

async fn live(
    mut swarm: Swarm<request_response::Behaviour<Anything>>,
    victim: PeerId,
    mut manners: Manners,
    mut asks: mpsc::Receiver<Ask>,
) {
    let mut open: HashMap<OutboundRequestId, oneshot::Sender<Vec<u8>>> = HashMap::new();
    let mut unanswered = Vec::new();
    loop {
        tokio::select! {
            ask = asks.recv() => match ask {
                Some(Ask { frame, done }) => {
                    let id = swarm.behaviour_mut().send_request(&victim, frame);
                    open.insert(id, done);
                }
                None => return,
            },
            event = swarm.select_next_some() => match event {
                SwarmEvent::Behaviour(Event::Message { message: Message::Request { request, channel, .. }, .. }) => {
                    match manners.answer(&request) {
                        Some(reply) => drop(swarm.behaviour_mut().send_response(channel, reply)),
                        None => unanswered.push(channel),
                    }
                }
                SwarmEvent::Behaviour(Event::Message { message: Message::Response { request_id, response }, .. }) => {
                    if let Some(done) = open.remove(&request_id) {
                        let _ = done.send(response);
                    }
                }
                SwarmEvent::Behaviour(Event::OutboundFailure { request_id, .. }) => drop(open.remove(&request_id)),
                SwarmEvent::ConnectionClosed { num_established: 0, .. } => return,
                _ => {}
            },
        }
    }
}
