//! Whom to dial, and when again. Addresses are remembered without a peer's id, which is new at each of its starts.

use std::time::Duration;

use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId};
use tokio::time::Instant;

/// The first pause after a failure; each further one doubles it.
const SHORTEST: Duration = Duration::from_millis(500);
/// No pause is longer.
const LONGEST: Duration = Duration::from_secs(30);
/// How many addresses are remembered. The owner's always fit; found ones may not.
const MOST: usize = 256;

/// Where a dial of an address stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting(Instant),
    Dialing(ConnectionId),
    Up(PeerId),
}

/// Whose wish it is that an address is dialed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// The owner's: dialed for ever, and told of channels that it may not know.
    Owner,
    /// It was found on the local network.
    Found(PeerId),
}

#[derive(Debug)]
struct Known {
    address: Multiaddr,
    wish: Wish,
    /// Who answered there last.
    peer: Option<PeerId>,
    failures: u32,
    stage: Stage,
}

/// All addresses to be dialed.
#[derive(Debug)]
pub(super) struct Dialer {
    known: Vec<Known>,
    jitter: u64,
}

/// An address that is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) place: usize,
    pub(super) address: Multiaddr,
    pub(super) wish: Wish,
}

impl Dialer {
    /// `seed` spreads the pauses of different nodes apart.
    pub(super) const fn new(seed: u64) -> Self {
        Self { known: Vec::new(), jitter: seed | 1 }
    }

    /// Dials `address` from now on.
    pub(super) fn add(&mut self, address: Multiaddr, wish: Wish, now: Instant) {
        if let Some(known) = self.known.iter_mut().find(|known| known.address == address) {
            if wish == Wish::Owner || known.wish != Wish::Owner {
                known.wish = wish;
            }
            return;
        }
        if self.known.len() >= MOST && wish != Wish::Owner {
            return;
        }
        let peer = match wish {
            Wish::Owner => None,
            Wish::Found(peer) => Some(peer),
        };
        self.known.push(Known { address, wish, peer, failures: 0, stage: Stage::Waiting(now) });
    }

    /// Dials `address` no longer; who is connected there, if anyone.
    pub(super) fn remove(&mut self, address: &Multiaddr) -> Option<PeerId> {
        let place = self.known.iter().position(|known| known.address == *address)?;
        match self.known.swap_remove(place).stage {
            Stage::Up(peer) => Some(peer),
            Stage::Waiting(_) | Stage::Dialing(_) => None,
        }
    }

    /// What was found on the local network is there no more.
    pub(super) fn expire(&mut self, address: &Multiaddr) {
        self.known.retain(|known| known.address != *address || known.wish == Wish::Owner);
    }

    /// An address that is due, if any is; to be followed by [`Dialer::dialing`] or [`Dialer::put_off`].
    pub(super) fn due(&self, now: Instant) -> Option<Due> {
        let due = |known: &Known| matches!(known.stage, Stage::Waiting(at) if at <= now);
        let place = self.known.iter().position(due)?;
        let known = self.known.get(place)?;
        Some(Due { place, address: known.address.clone(), wish: known.wish })
    }

    /// When the next address is due.
    pub(super) fn next(&self) -> Option<Instant> {
        let waiting = self.known.iter().filter_map(|known| match known.stage {
            Stage::Waiting(at) => Some(at),
            Stage::Dialing(_) | Stage::Up(_) => None,
        });
        waiting.min()
    }

    /// The address at `place` is being dialed.
    pub(super) fn dialing(&mut self, place: usize, connection: ConnectionId) {
        if let Some(known) = self.known.get_mut(place) {
            known.stage = Stage::Dialing(connection);
        }
    }

    /// The address at `place` could not even be dialed.
    pub(super) fn put_off(&mut self, place: usize, now: Instant) {
        let pause = self.pause(place);
        if let Some(known) = self.known.get_mut(place) {
            known.failures = known.failures.saturating_add(1);
            known.stage = Stage::Waiting(now + pause);
        }
    }

    /// The dial of that connection failed.
    pub(super) fn failed(&mut self, connection: ConnectionId, now: Instant) {
        if let Some(place) = self.known.iter().position(|known| known.stage == Stage::Dialing(connection)) {
            self.put_off(place, now);
        }
    }

    /// A connection with `peer` is up; whether the owner added an address at which it answers.
    pub(super) fn connected(&mut self, peer: PeerId, connection: ConnectionId) -> bool {
        for known in &mut self.known {
            if known.stage == Stage::Dialing(connection) || known.peer == Some(peer) {
                (known.stage, known.peer, known.failures) = (Stage::Up(peer), Some(peer), 0);
            }
        }
        self.known.iter().any(|known| known.wish == Wish::Owner && known.peer == Some(peer))
    }

    /// The last connection with `peer` is gone.
    pub(super) fn lost(&mut self, peer: PeerId, now: Instant) {
        for place in 0..self.known.len() {
            let pause = self.pause(place);
            if let Some(known) = self.known.get_mut(place).filter(|known| known.stage == Stage::Up(peer)) {
                known.stage = Stage::Waiting(now + pause);
            }
        }
    }

    /// Half to one and a half times the pause that the failures so far ask for.
    fn pause(&mut self, place: usize) -> Duration {
        self.jitter ^= self.jitter << 13;
        self.jitter ^= self.jitter >> 7;
        self.jitter ^= self.jitter << 17;
        let failures = self.known.get(place).map_or(0, |known| known.failures.min(16));
        let pause = LONGEST.min(SHORTEST * 2_u32.pow(failures)) / 2;
        LONGEST.min(pause + pause.mul_f64((self.jitter % 1_000) as f64 / 500.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> Multiaddr {
        format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap()
    }

    #[test]
    fn an_owner_s_address_is_dialed_again_for_ever_within_half_a_minute() {
        let mut dialer = Dialer::new(7);
        let mut now = Instant::now();
        dialer.add(address(1), Wish::Owner, now);
        for n in 0..100 {
            let due = dialer.due(now).unwrap();
            dialer.dialing(due.place, ConnectionId::new_unchecked(n));
            assert_eq!(dialer.due(now + LONGEST), None, "not while it is being dialed");
            dialer.failed(ConnectionId::new_unchecked(n), now);
            let next = dialer.next().unwrap();
            assert!(next > now && next <= now + LONGEST);
            now = next;
        }
    }

    #[test]
    fn whoever_answers_at_an_owner_s_address_counts_as_added_also_when_it_dials() {
        let (mut dialer, now) = (Dialer::new(7), Instant::now());
        let (added, stranger) = (PeerId::random(), PeerId::random());
        dialer.add(address(1), Wish::Owner, now);
        dialer.dialing(0, ConnectionId::new_unchecked(1));
        assert!(dialer.connected(added, ConnectionId::new_unchecked(1)));
        assert!(!dialer.connected(stranger, ConnectionId::new_unchecked(2)));
        dialer.lost(added, now);
        assert!(dialer.next().is_some());
        assert!(dialer.connected(added, ConnectionId::new_unchecked(3)));
        assert_eq!(dialer.next(), None, "and need not be dialed");
    }

    #[test]
    fn found_addresses_are_bounded_and_expire_and_the_owner_s_do_not() {
        let (mut dialer, now) = (Dialer::new(7), Instant::now());
        for port in 0..1_000 {
            dialer.add(address(port), Wish::Found(PeerId::random()), now);
        }
        assert_eq!(dialer.known.len(), MOST);
        dialer.add(address(2_000), Wish::Owner, now);
        dialer.add(address(0), Wish::Owner, now);
        dialer.add(address(0), Wish::Found(PeerId::random()), now);
        (0..1_000).for_each(|port| dialer.expire(&address(port)));
        assert_eq!(dialer.known.len(), 2);
        assert_eq!(dialer.remove(&address(2_000)), None);
        assert_eq!(dialer.known.len(), 1);
    }
}
