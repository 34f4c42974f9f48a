//! Limits on connections from one address, and on those that one peer makes, which libp2p's own limits lack.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
    dummy,
};
use libp2p::{Multiaddr, PeerId};
use thiserror::Error;

/// One address has as many connections as it may.
#[derive(Debug, Error)]
#[error("at most {0} connections come from one address")]
pub(super) struct TooMany(u32);

/// A peer that is connected has no use for another place.
#[derive(Debug, Error)]
#[error("it has made a connection already")]
pub(super) struct Twice;

/// Counts connections that come in, by address and by peer. Those of this machine itself are not counted by address.
#[derive(Debug)]
pub(super) struct Behaviour {
    most: u32,
    open: HashMap<ConnectionId, IpAddr>,
    peers: HashMap<ConnectionId, PeerId>,
}

impl Behaviour {
    pub(super) fn new(most: u32) -> Self {
        Self { most, open: HashMap::new(), peers: HashMap::new() }
    }

    /// One that the peer made. What both made at once are two, and both may stand.
    fn settle(&mut self, connection: ConnectionId, peer: PeerId) -> Result<(), Twice> {
        if self.peers.values().any(|open| *open == peer) {
            return Err(Twice);
        }
        self.peers.insert(connection, peer);
        Ok(())
    }

    fn forget(&mut self, connection: &ConnectionId) {
        self.open.remove(connection);
        self.peers.remove(connection);
    }

    fn admit(&mut self, connection: ConnectionId, remote: &Multiaddr) -> Result<(), TooMany> {
        let Some(ip) = ip_of(remote).filter(|ip| !ip.is_loopback()) else { return Ok(()) };
        if self.open.values().filter(|open| **open == ip).count() >= self.most as usize {
            return Err(TooMany(self.most));
        }
        self.open.insert(connection, ip);
        Ok(())
    }
}

/// Addresses of IPv6 count by network: a host has 2^64 of its own.
pub(super) fn ip_of(address: &Multiaddr) -> Option<IpAddr> {
    match address.iter().next()? {
        Protocol::Ip4(ip) => Some(ip.into()),
        Protocol::Ip6(ip) if ip.is_loopback() => Some(ip.into()),
        Protocol::Ip6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => Some(ip.into()),
            None => Some(std::net::Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into()),
        },
        _ => None,
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.admit(connection, remote).map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _local: &Multiaddr,
        _remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.settle(connection, peer).map_err(ConnectionDenied::new)?;
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _connection: ConnectionId,
        _peer: PeerId,
        _address: &Multiaddr,
        _role: Endpoint,
        _port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionClosed(closed) => self.forget(&closed.connection_id),
            FromSwarm::ListenFailure(failed) => self.forget(&failed.connection_id),
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(n: usize) -> ConnectionId {
        ConnectionId::new_unchecked(n)
    }

    #[test]
    fn one_address_has_a_limit_and_this_machine_has_none() {
        let mut addresses = Behaviour::new(2);
        let here: Multiaddr = "/ip4/127.0.0.1/tcp/9".parse().unwrap();
        let there: Multiaddr = "/ip4/10.0.0.9/tcp/9".parse().unwrap();
        assert!((0..9).all(|n| addresses.admit(connection(n), &here).is_ok()));
        assert!(addresses.admit(connection(10), &there).is_ok());
        assert!(addresses.admit(connection(11), &there).is_ok());
        assert!(addresses.admit(connection(12), &there).is_err());
        assert!(addresses.admit(connection(13), &"/ip4/10.0.0.8/tcp/9".parse().unwrap()).is_ok());
    }

    #[test]
    fn a_peer_has_one_place_of_its_own_making() {
        let mut addresses = Behaviour::new(8);
        let (one, other) = (PeerId::random(), PeerId::random());
        assert!(addresses.settle(connection(1), one).is_ok() && addresses.settle(connection(2), other).is_ok());
        assert!(addresses.settle(connection(3), one).is_err());
        addresses.forget(&connection(1));
        assert!(addresses.settle(connection(4), one).is_ok());
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let mut addresses = Behaviour::new(1);
        assert!(addresses.admit(connection(1), &"/ip6/2001:db8::1/tcp/9".parse().unwrap()).is_ok());
        assert!(addresses.admit(connection(2), &"/ip6/2001:db8::2/tcp/9".parse().unwrap()).is_err());
        assert!(addresses.admit(connection(3), &"/ip6/2001:db8:0:1::2/tcp/9".parse().unwrap()).is_ok());
    }
}
