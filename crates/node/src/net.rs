//! The mesh: bytes to and from peers, and nothing of what they mean.
//!
//! One task owns the swarm. It speaks in five [`Command`]s and six [`NetEvent`]s over bounded channels; it takes a place
//! in the event channel before it polls the swarm, so that a slow driver slows the peers and never loses an event, while
//! commands are always taken. Who is dialed, again and again, is in [`dialer`]; who is connected, in [`connections`].

mod addresses;
mod behaviour;
mod codec;
mod connections;
mod dialer;
mod farewell;
mod frame;
pub(crate) mod key;
mod swarm;

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use kenes_core::relay::PeerNo;
use libp2p::identity::Keypair;
use libp2p::multiaddr::{Multiaddr, Protocol};
use libp2p::{PeerId, TransportError};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::config::Config;
use frame::Frame;
use swarm::Mesh;

/// How many commands and events may wait.
const QUEUE: usize = 64;

/// Why a node cannot reach the network.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetError {
    /// Another program listens there.
    #[error("{address} is taken by another program: stop it, or choose another port, or port 0 for any free one")]
    Taken {
        /// Where it was to listen.
        address: Multiaddr,
    },
    /// Not an address that this program can use.
    #[error("{address} cannot be used: an address looks like /ip4/192.168.1.5/tcp/4070")]
    Unsupported {
        /// What was given.
        address: Multiaddr,
    },
    /// The system does not let it listen there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where it was to listen.
        address: Multiaddr,
        /// Why not.
        source: io::Error,
    },
    /// The relay's network key cannot be read or made.
    #[error("the network key {}: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The transport cannot be built.
    #[error("the network cannot be started: {0}")]
    Transport(#[from] io::Error),
}

/// What the driver tells the mesh.
#[derive(Debug)]
pub(crate) enum Command {
    /// Send a request of ours.
    Request { peer: PeerNo, no: u64, frame: Vec<u8> },
    /// Answer a peer's request.
    Reply { no: u64, frame: Vec<u8> },
    /// Close the connections with a peer, and keep it out for a while where a time is given.
    Disconnect { peer: PeerNo, ban: Option<Duration> },
    /// Dial an address from now on, or no longer.
    Address { address: Multiaddr, wanted: bool },
    /// Keep a peer out, or let it in again.
    Block { peer: PeerId, blocked: bool },
}

/// What the mesh tells the driver.
#[derive(Debug)]
pub(crate) enum NetEvent {
    /// A peer is connected. The one of the two whose name is the lesser is `first` to speak: both may have dialed, and
    /// each may know of another connection first.
    Up { peer: PeerNo, id: PeerId, address: Multiaddr, first: bool, added: bool },
    /// It is gone, or did not answer.
    Down { peer: PeerNo },
    /// A peer's request; to be answered under this number.
    Request { peer: PeerNo, no: u64, frame: Frame },
    /// The answer to the request of ours that has this number.
    Reply { peer: PeerNo, no: u64, frame: Frame },
    /// This node listens there.
    Listening { address: Multiaddr },
    /// It does so no longer.
    Unlistened { address: Multiaddr },
}

/// The driver's end of the mesh. The task ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Net {
    pub(crate) peer_id: PeerId,
    /// Where it listens, as far as known at the start.
    pub(crate) listen: Vec<Multiaddr>,
    /// Whether peers on a local network are looked for, once this machine is in one.
    pub(crate) mdns: bool,
    commands: mpsc::Sender<Command>,
    events: mpsc::Receiver<NetEvent>,
    task: JoinHandle<()>,
}

impl Net {
    /// Listens as `config` says, and begins to dial `peers`.
    pub(crate) async fn start(key: Keypair, config: &Config, peers: &[Multiaddr]) -> Result<Self, NetError> {
        let mut mesh = Mesh::build(key, config)?;
        for address in &config.listen {
            mesh.listen(address)?;
        }
        let listen = mesh.wait_until_listening().await;
        for address in peers {
            mesh.add(address)?;
        }
        let (commands, taken) = mpsc::channel(QUEUE);
        let (told, events) = mpsc::channel(QUEUE);
        let (peer_id, mdns) = (mesh.peer_id(), mesh.has_mdns());
        let task = tokio::spawn(mesh.run(taken, told));
        Ok(Self { peer_id, listen, mdns, commands, events, task })
    }

    /// Tells the mesh. Waits only while it takes earlier commands, which it always does.
    pub(crate) async fn tell(&self, command: Command) {
        // A mesh that is gone has told so by the end of its events.
        let _ = self.commands.send(command).await;
    }

    /// The next event; none once the mesh is gone.
    pub(crate) async fn next(&mut self) -> Option<NetEvent> {
        self.events.recv().await
    }

    /// Closes every connection.
    pub(crate) async fn stop(self) {
        drop((self.commands, self.events));
        let _ = self.task.await;
    }
}

/// An address as it is dialed and remembered: without a peer's id, which is new at each of its starts.
pub(crate) fn without_peer(address: &Multiaddr) -> Multiaddr {
    address.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect()
}

/// Where an address is, as far as it is told apart in limits: a host, or a network of IPv6.
pub(crate) fn place_of(address: &Multiaddr) -> Vec<u8> {
    match addresses::ip_of(address) {
        Some(IpAddr::V4(ip)) => ip.octets().to_vec(),
        Some(IpAddr::V6(ip)) => ip.octets().to_vec(),
        None => Vec::new(),
    }
}

/// Whether an address is one that other machines may reach.
pub(crate) fn is_in_a_network(address: &Multiaddr) -> bool {
    addresses::ip_of(address).is_some_and(|ip| !ip.is_loopback())
}

/// Whether an address is one that can be dialed.
pub(crate) fn check_dialable(address: &Multiaddr) -> Result<(), NetError> {
    let mut parts = address.iter();
    let host = match parts.next() {
        Some(Protocol::Ip4(ip)) => !ip.is_unspecified(),
        Some(Protocol::Ip6(ip)) => !ip.is_unspecified(),
        _ => false,
    };
    let port = matches!(parts.next(), Some(Protocol::Tcp(port)) if port != 0);
    let rest = parts.all(|part| matches!(part, Protocol::P2p(_)));
    if host && port && rest { Ok(()) } else { Err(NetError::Unsupported { address: address.clone() }) }
}

fn listen_error(address: &Multiaddr, error: TransportError<io::Error>) -> NetError {
    let address = address.clone();
    match error {
        TransportError::MultiaddrNotSupported(_) => NetError::Unsupported { address },
        TransportError::Other(source) if is_taken(&source) => NetError::Taken { address },
        TransportError::Other(source) => NetError::Listen { address, source },
    }
}

/// The system's word may be wrapped by several layers.
fn is_taken(error: &io::Error) -> bool {
    let mut inner: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = inner {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::AddrInUse) {
            return true;
        }
        inner = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
