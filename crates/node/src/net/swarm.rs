//! The task that owns the swarm: turns its events into the mesh's, and commands into what it does.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};
use std::time::Duration;

use futures::StreamExt;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::upgrade::Version;
use libp2p::core::{ConnectedPoint, Transport};
use libp2p::identity::Keypair;
use libp2p::multiaddr::{Multiaddr, Protocol};
use libp2p::request_response::{Event as ExchangeEvent, Message};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{ConnectionId, DialError, Swarm, SwarmEvent};
use libp2p::{PeerId, SwarmBuilder, TransportError, mdns, noise, ping, tcp, yamux};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::behaviour::{Behaviour, BehaviourEvent};
use super::connections::{Admission, Connections};
use super::dialer::{Dialer, Due, Wish};
use super::farewell::Farewell;
use super::frame::Frame;
use super::{Command, NetError, NetEvent, QUEUE, check_dialable, listen_error, without_peer};
use crate::config::Config;

/// A connection on which nothing is exchanged for this long is closed. Sync keeps those of peers alive.
const IDLE: Duration = Duration::from_secs(3_600);
/// How long the first addresses are waited for.
const LISTEN_WAIT: Duration = Duration::from_secs(2);
/// How long those that follow the first ones are waited for.
const LISTEN_MORE: Duration = Duration::from_millis(50);
/// How many peers are kept out for a while at one time.
const BANS: usize = 1_024;

/// The swarm, and what the mesh knows of its peers.
pub(super) struct Mesh {
    swarm: Swarm<Behaviour>,
    connections: Connections,
    dialer: Dialer,
    /// Peers kept out for a while, and until when; the earliest banned first.
    bans: VecDeque<(PeerId, Instant)>,
    listeners: usize,
    /// What happened before it ran, no more than goes into the queue.
    early: Vec<NetEvent>,
}

impl Mesh {
    pub(super) fn build(key: Keypair, config: &Config) -> Result<Self, NetError> {
        let streams = config.limits.streams as usize;
        let mut muxer = yamux::Config::default();
        muxer.set_max_num_streams(3 * streams);
        let transport = transport(&key, muxer).map_err(io::Error::other)?;
        let behaviour = Behaviour::new(&key, config);
        let swarm = SwarmBuilder::with_existing_identity(key)
            .with_tokio()
            .with_other_transport(|_| transport)
            .map_err(|error: Infallible| -> NetError { match error {} })?
            .with_behaviour(|_| behaviour)
            .map_err(|error: Infallible| -> NetError { match error {} })?
            .with_swarm_config(|config| {
                config
                    .with_idle_connection_timeout(IDLE)
                    // Else a stream counts as failed where the peer does not agree to it within ten seconds, which on a
                    // thin link it cannot: its word stands behind a long frame. The one protocol is taken for agreed.
                    .with_substream_upgrade_protocol_override(Version::V1Lazy)
            })
            .build();
        let seed = getrandom::u64().map_err(|error| NetError::Transport(io::Error::other(error)))?;
        let (connections, dialer) =
            (Connections::new(streams), Dialer::new(seed, config.limits.connections as usize / 4));
        Ok(Self { swarm, connections, dialer, bans: VecDeque::new(), listeners: 0, early: Vec::new() })
    }

    pub(super) fn peer_id(&self) -> PeerId {
        *self.swarm.local_peer_id()
    }

    pub(super) fn has_mdns(&self) -> bool {
        self.swarm.behaviour().mdns.is_enabled()
    }

    pub(super) fn listen(&mut self, address: &Multiaddr) -> Result<(), NetError> {
        refuse_taken(address)?;
        let own = match self.swarm.listen_on(address.clone()) {
            Ok(_) => {
                self.listeners += 1;
                return Ok(());
            }
            Err(TransportError::Other(error)) if is_any_address(address) => {
                tracing::warn!(%error, "this system does not show a program its networks: listening on one address");
                own_address(address)
            }
            Err(error) => return Err(listen_error(address, error)),
        };
        self.swarm.listen_on(own.clone()).map_err(|error| listen_error(&own, error))?;
        self.listeners += 1;
        Ok(())
    }

    /// Waits, not long, until every listener has an address, and a moment more for those that it has beside the first.
    /// Whoever connects meanwhile is told of once the mesh runs.
    pub(super) async fn wait_until_listening(&mut self) -> Vec<Multiaddr> {
        let mut listen = Vec::new();
        let mut heard = std::collections::HashSet::new();
        let deadline = Instant::now() + LISTEN_WAIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = if heard.len() < self.listeners { left } else { left.min(LISTEN_MORE) };
            match timeout(left, self.swarm.select_next_some()).await {
                Ok(SwarmEvent::NewListenAddr { listener_id, address }) => {
                    heard.insert(listener_id);
                    listen.push(address);
                }
                Ok(event) => {
                    let event = self.learn(event);
                    self.early.extend(event);
                    if self.early.len() >= QUEUE {
                        break;
                    }
                }
                Err(_) => break,
            }
        }
        listen
    }

    pub(super) fn add(&mut self, address: &Multiaddr) -> Result<(), NetError> {
        check_dialable(address)?;
        self.dialer.add(without_peer(address), Wish::Owner, Instant::now());
        Ok(())
    }

    /// Runs until the driver's end is dropped.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>, events: mpsc::Sender<NetEvent>) {
        for event in std::mem::take(&mut self.early) {
            // They all find room: nothing was sent before.
            if events.send(event).await.is_err() {
                return;
            }
        }
        loop {
            let due = self.next_due();
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.perform(command),
                    None => return,
                },
                next = next(&events, &mut self.swarm) => match next {
                    Some((place, event)) => if let Some(event) = self.learn(event) {
                        place.send(event);
                    },
                    None => return,
                },
                () = until(due) => self.act_on_time(),
            }
        }
    }

    fn perform(&mut self, command: Command) {
        match command {
            Command::Request { peer, no, frame } => match self.connections.request(peer, no, frame) {
                Admission::Send(peer, frame) => self.send(peer, no, frame),
                Admission::Overrun(peer) => {
                    tracing::warn!(%peer, "too many requests wait for this peer; it is let go");
                    self.disconnect(peer);
                }
                Admission::Queued | Admission::Gone => {}
            },
            Command::Reply { no, frame } => {
                if let Some(channel) = self.connections.reply(no) {
                    // A stream that is closed already is reported as a failure of its own.
                    let _ = self.swarm.behaviour_mut().exchanges.send_response(channel, frame.into());
                }
            }
            Command::Disconnect { peer, ban } => match (self.connections.id(peer), ban) {
                (Some(peer), Some(ban)) => self.ban(peer, ban),
                (Some(peer), None) => self.disconnect(peer),
                (None, _) => {}
            },
            Command::Address { address, wanted: true } => {
                self.dialer.add(without_peer(&address), Wish::Owner, Instant::now());
            }
            Command::Address { address, wanted: false } => {
                if let Some(peer) = self.dialer.remove(&without_peer(&address)) {
                    self.disconnect(peer);
                }
            }
            Command::Block { peer, blocked: true } => {
                self.bans.retain(|(banned, _)| *banned != peer);
                self.swarm.behaviour_mut().blocked.block_peer(peer);
            }
            Command::Block { peer, blocked: false } => {
                self.bans.retain(|(banned, _)| *banned != peer);
                self.swarm.behaviour_mut().blocked.unblock_peer(peer);
            }
        }
    }

    fn send(&mut self, peer: PeerId, no: u64, frame: Vec<u8>) {
        let request = self.swarm.behaviour_mut().exchanges.send_request(&peer, frame.into());
        self.connections.sent(peer, no, request);
    }

    fn disconnect(&mut self, peer: PeerId) {
        // A peer that is gone already needs nothing.
        let _ = self.swarm.disconnect_peer_id(peer);
    }

    fn ban(&mut self, peer: PeerId, time: Duration) {
        if !self.swarm.behaviour_mut().blocked.block_peer(peer) {
            return;
        }
        self.bans.push_back((peer, Instant::now() + time));
        if self.bans.len() > BANS
            && let Some((oldest, _)) = self.bans.pop_front()
        {
            self.swarm.behaviour_mut().blocked.unblock_peer(oldest);
        }
    }

    fn learn(&mut self, event: SwarmEvent<BehaviourEvent>) -> Option<NetEvent> {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Exchanges(event)) => self.exchange(event),
            SwarmEvent::Behaviour(BehaviourEvent::Mdns(event)) => {
                self.discover(event);
                None
            }
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { connection, result: Err(error), .. })) => {
                self.unheard(connection, &error);
                None
            }
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.connected(peer_id, connection_id, &endpoint)
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                self.dialer.lost(peer_id, Instant::now());
                self.connections.down(&peer_id).map(|peer| NetEvent::Down { peer })
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, peer_id } => {
                tracing::debug!(%error, "a dial failed");
                match peer_id.filter(|id| self.connections.get(id).is_some()) {
                    Some(id) if matches!(error, DialError::Denied { .. }) => self.recognise(id, connection_id),
                    Some(_) | None => self.dialer.failed(connection_id, Instant::now()),
                }
                None
            }
            SwarmEvent::NewListenAddr { address, .. } => Some(NetEvent::Listening { address }),
            SwarmEvent::ExpiredListenAddr { address, .. } => Some(NetEvent::Unlistened { address }),
            _ => None,
        }
    }

    /// A connection on which nothing comes back is held by one side only. While it is, the peer is not dialed.
    fn unheard(&mut self, connection: ConnectionId, error: &ping::Failure) {
        if !matches!(error, ping::Failure::Unsupported) {
            tracing::debug!(%error, "a peer is not heard any more");
            self.swarm.close_connection(connection);
        }
    }

    fn connected(&mut self, id: PeerId, connection: ConnectionId, endpoint: &ConnectedPoint) -> Option<NetEvent> {
        match self.connections.get(&id) {
            Some(_) => {
                self.recognise(id, connection);
                None
            }
            None => {
                let added = self.dialer.connected(id, connection, Instant::now());
                let peer = self.connections.up(id, added, Instant::now());
                let first = self.peer_id().to_bytes() < id.to_bytes();
                let address = without_peer(endpoint.get_remote_address());
                Some(NetEvent::Up { peer, id, address, first, added })
            }
        }
    }

    /// Another connection with a peer that is connected, or one too many, changes nothing, unless it shows that the owner
    /// added the peer: then all are closed, and the next one is known for what it is from its start.
    fn recognise(&mut self, id: PeerId, connection: ConnectionId) {
        let added = self.dialer.connected(id, connection, Instant::now());
        if added && self.connections.get(&id).is_some_and(|before| !before.added) {
            self.disconnect(id);
        }
    }

    fn exchange(&mut self, event: ExchangeEvent<Frame, Frame>) -> Option<NetEvent> {
        match event {
            ExchangeEvent::Message { peer, message: Message::Request { request, channel, .. }, .. } => {
                let (peer, no) = self.connections.asked(peer, channel)?;
                Some(NetEvent::Request { peer, no, frame: request })
            }
            ExchangeEvent::Message { peer, message: Message::Response { request_id, response }, .. } => {
                let answered = self.connections.answered(request_id);
                if let Some((no, frame)) = self.connections.next_waiting(&peer) {
                    self.send(peer, no, frame);
                }
                answered.map(|(peer, no)| NetEvent::Reply { peer, no, frame: response })
            }
            ExchangeEvent::OutboundFailure { peer, error, .. } => {
                tracing::debug!(%peer, %error, "a request failed");
                self.disconnect(peer);
                None
            }
            ExchangeEvent::InboundFailure { peer, error, .. } => {
                tracing::debug!(%peer, %error, "an answer failed");
                self.connections.forget_closed();
                None
            }
            ExchangeEvent::ResponseSent { .. } => None,
        }
    }

    fn discover(&mut self, event: mdns::Event) {
        match event {
            mdns::Event::Discovered(found) => {
                for (peer, address) in found {
                    self.dialer.add(without_peer(&address), Wish::Found(peer), Instant::now());
                }
            }
            mdns::Event::Expired(gone) => {
                gone.iter().for_each(|(_, address)| self.dialer.expire(&without_peer(address)));
            }
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let ban = self.bans.iter().map(|(_, until)| *until).min();
        [self.dialer.next(), ban, self.connections.next_silent()].into_iter().flatten().min()
    }

    fn act_on_time(&mut self) {
        let now = Instant::now();
        while let Some(Due { place, address, wish }) = self.dialer.due(now) {
            let dial = match wish {
                Wish::Owner => DialOpts::unknown_peer_id().address(address).build(),
                Wish::Found(peer) => DialOpts::peer_id(peer).addresses(vec![address]).build(),
            };
            self.dialer.dialing(place, dial.connection_id());
            if self.swarm.dial(dial).is_err() {
                self.dialer.put_off(place, now);
            }
        }
        for peer in self.connections.silent(now) {
            tracing::debug!(%peer, "a peer said nothing");
            self.disconnect(peer);
        }
        let over: Vec<_> = self.bans.iter().filter(|(_, until)| *until <= now).map(|(peer, _)| *peer).collect();
        self.bans.retain(|(_, until)| *until > now);
        for peer in over {
            self.swarm.behaviour_mut().blocked.unblock_peer(peer);
        }
    }
}

/// Tcp, noise and yamux; a connection takes leave for a few seconds at most.
fn transport(key: &Keypair, muxer: yamux::Config) -> Result<Boxed<(PeerId, StreamMuxerBox)>, noise::Error> {
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true));
    let secured = tcp.upgrade(Version::V1Lazy).authenticate(noise::Config::new(key)?);
    let brief = |(peer, muxer), _| (peer, StreamMuxerBox::new(Farewell::new(muxer)));
    Ok(secured.multiplex(muxer).map(brief).boxed())
}

/// A place for an event first, then the event. Nothing is lost when this is dropped half way.
async fn next<'a>(
    events: &'a mpsc::Sender<NetEvent>,
    swarm: &mut Swarm<Behaviour>,
) -> Option<(mpsc::Permit<'a, NetEvent>, SwarmEvent<BehaviourEvent>)> {
    let place = events.reserve().await.ok()?;
    Some((place, swarm.select_next_some().await))
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

/// Whether an address stands for all of this machine's.
fn is_any_address(address: &Multiaddr) -> bool {
    match address.iter().next() {
        Some(Protocol::Ip4(ip)) => ip.is_unspecified(),
        Some(Protocol::Ip6(ip)) => ip.is_unspecified(),
        _ => false,
    }
}

/// The address from which this machine would reach others, in place of "any": what a program can find out that may not
/// list the interfaces, as on Android. Nothing is sent. Where nobody could be reached, it is the loopback address.
fn own_address(any: &Multiaddr) -> Multiaddr {
    let (bind, beyond, nowhere): (IpAddr, IpAddr, IpAddr) = match any.iter().next() {
        Some(Protocol::Ip6(_)) => (
            Ipv6Addr::UNSPECIFIED.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
            Ipv6Addr::LOCALHOST.into(),
        ),
        _ => (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into(), Ipv4Addr::LOCALHOST.into()),
    };
    let found = UdpSocket::bind((bind, 0)).and_then(|socket| {
        socket.connect((beyond, 9))?;
        socket.local_addr()
    });
    let own = found.map(|found| found.ip()).ok().filter(|ip| !ip.is_unspecified()).unwrap_or(nowhere);
    any.replace(0, |_| Some(own.into())).unwrap_or_else(|| any.clone())
}

/// libp2p shares its ports, so that two programs could listen on one and each miss half of the callers.
fn refuse_taken(address: &Multiaddr) -> Result<(), NetError> {
    let mut parts = address.iter();
    let taken = match (parts.next(), parts.next()) {
        (Some(Protocol::Ip4(ip)), Some(Protocol::Tcp(port))) if port != 0 => TcpListener::bind((ip, port)),
        (Some(Protocol::Ip6(ip)), Some(Protocol::Tcp(port))) if port != 0 => TcpListener::bind((ip, port)),
        _ => return Ok(()),
    };
    match taken {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(NetError::Taken { address: address.clone() }),
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_its_own_takes_the_place_of_any_and_keeps_the_port() {
        for any in ["/ip4/0.0.0.0/tcp/4070", "/ip6/::/tcp/4070"] {
            let any: Multiaddr = any.parse().unwrap();
            let own = own_address(&any);
            assert!(is_any_address(&any) && !is_any_address(&own), "{own}");
            assert_eq!(own.iter().nth(1), Some(Protocol::Tcp(4070)));
        }
    }
}
