//! What libp2p does for the mesh, composed: exchanges, discovery, liveness and limits.

use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{identify, mdns, ping};
use libp2p_allow_block_list as block_list;
use libp2p_connection_limits::{self as connection_limits, ConnectionLimits};

use super::addresses;
use super::codec::{Frames, PROTOCOL};
use super::frame::Room;
use crate::config::{Config, ConfigLimits};

/// A request not answered in this time has failed. The machine gives up much earlier; a slow link must not.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How much of the frames of all peers may be in memory before the driver takes them, in bytes, beside one frame of each
/// connection.
const ROOM: usize = 32 * 1024 * 1024;
/// How long a frame waits for room before it is refused.
const ROOM_PATIENCE: Duration = Duration::from_secs(10);
/// How often a peer is asked whether it is there still, and how long it may take to say so: on a thin link its word stands
/// behind long frames. Who does not say so twice running is gone, in less than three minutes, also where the network
/// swallows what is sent and tells nobody.
const PING_INTERVAL: Duration = Duration::from_secs(15);
const PING_TIMEOUT: Duration = Duration::from_secs(60);
/// How often the local network is asked for peers.
const MDNS_INTERVAL: Duration = Duration::from_secs(30);
/// For how long an answer holds.
const MDNS_TTL: Duration = Duration::from_secs(120);

/// Everything that the swarm runs.
///
/// Each is asked in this order whether it admits a connection, and those that did are not told of a later refusal: those
/// that refuse come first, or the exchanges would send requests on connections that never were.
#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    pub(super) blocked: block_list::Behaviour<block_list::BlockedPeers>,
    pub(super) addresses: addresses::Behaviour,
    pub(super) limits: connection_limits::Behaviour,
    pub(super) exchanges: request_response::Behaviour<Frames>,
    pub(super) mdns: Toggle<mdns::tokio::Behaviour>,
    pub(super) identify: identify::Behaviour,
    pub(super) ping: ping::Behaviour,
}

impl Behaviour {
    pub(super) fn new(key: &Keypair, config: &Config) -> Self {
        let limits = &config.limits;
        let exchanges = request_response::Config::default()
            .with_request_timeout(REQUEST_TIMEOUT)
            .with_max_concurrent_streams(4 * limits.streams as usize);
        let frames = Frames::Everyone(Room::new(ROOM, ROOM_PATIENCE));
        let identify = identify::Config::new("/kenes/1".to_owned(), key.public())
            .with_agent_version("kenes".to_owned())
            .with_hide_listen_addrs(true);
        Self {
            blocked: block_list::Behaviour::default(),
            addresses: addresses::Behaviour::new(limits.connections_per_address),
            limits: connection_limits::Behaviour::new(connection_limits_of(limits)),
            exchanges: request_response::Behaviour::with_codec(frames, [(PROTOCOL, ProtocolSupport::Full)], exchanges),
            mdns: Toggle::from(mdns_of(key, config)),
            identify: identify::Behaviour::new(identify),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(PING_INTERVAL).with_timeout(PING_TIMEOUT)),
        }
    }
}

/// Discovery, where it is wanted and the system lets it; a node does without.
fn mdns_of(key: &Keypair, config: &Config) -> Option<mdns::tokio::Behaviour> {
    let wanted = config.mdns && !config.listen.is_empty();
    let settings = mdns::Config { ttl: MDNS_TTL, query_interval: MDNS_INTERVAL, enable_ipv6: false };
    match wanted.then(|| mdns::tokio::Behaviour::new(settings, key.public().to_peer_id()))? {
        Ok(behaviour) => Some(behaviour),
        Err(error) => {
            tracing::warn!(%error, "peers on the local network cannot be looked for; add them by address");
            None
        }
    }
}

/// Which of those that came in stay is the relay machine's to say. A handshake that is not finished costs little, and is
/// given ten seconds: so many may be begun that it takes as many addresses to keep all others from it.
fn connection_limits_of(limits: &ConfigLimits) -> ConnectionLimits {
    ConnectionLimits::default()
        .with_max_established(Some(limits.connections))
        .with_max_established_incoming(Some(limits.incoming()))
        .with_max_pending_incoming(Some(4 * limits.incoming()))
        .with_max_pending_outgoing(Some(limits.connections))
        .with_max_established_per_peer(Some(limits.connections_per_peer))
}
