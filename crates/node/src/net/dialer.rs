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
/// A connection that was over sooner did no good: whoever made it is not wanted there now.
const BRIEF: Duration = Duration::from_secs(10);

/// Where a dial of an address stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting(Instant),
    Dialing(ConnectionId),
    /// Connected since then.
    Up(PeerId, Instant),
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

impl Known {
    const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Dialing(_) | Stage::Up(..))
    }

    /// `room`: whether there is room for one more that was found.
    fn may_be_dialed(&self, room: bool) -> bool {
        room || self.wish == Wish::Owner
    }
}

/// All addresses to be dialed.
#[derive(Debug)]
pub(super) struct Dialer {
    known: Vec<Known>,
    /// How many of those found may be dialed or connected at once: anyone on the local network can have us find anything,
    /// and what the owner wants must have room.
    found: usize,
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
    pub(super) const fn new(seed: u64, found: usize) -> Self {
        Self { known: Vec::new(), found, jitter: seed | 1 }
    }

    /// Dials `address` from now on.
    pub(super) fn add(&mut self, address: Multiaddr, wish: Wish, now: Instant) {
        if let Some(known) = self.known.iter_mut().find(|known| known.address == address) {
            if wish == Wish::Owner || known.wish != Wish::Owner {
                known.wish = wish;
            }
            return;
        }
        if self.known.len() >= MOST && wish != Wish::Owner && !self.forget_worst() {
            return;
        }
        let peer = match wish {
            Wish::Owner => None,
            Wish::Found(peer) => Some(peer),
        };
        self.known.push(Known { address, wish, peer, failures: 0, stage: Stage::Waiting(now) });
    }

    /// Forgets the found address at which nobody answered most often, if there is one.
    fn forget_worst(&mut self) -> bool {
        let vain = |known: &Known| known.wish != Wish::Owner && known.failures > 0 && !known.is_open();
        let vain = self.known.iter().enumerate().filter(|(_, known)| vain(known));
        let worst = vain.max_by_key(|(_, known)| known.failures).map(|(place, _)| place);
        worst.map(|place| self.known.swap_remove(place)).is_some()
    }

    /// Dials `address` no longer; who is connected there, if anyone.
    pub(super) fn remove(&mut self, address: &Multiaddr) -> Option<PeerId> {
        let place = self.known.iter().position(|known| known.address == *address)?;
        match self.known.swap_remove(place).stage {
            Stage::Up(peer, _) => Some(peer),
            Stage::Waiting(_) | Stage::Dialing(_) => None,
        }
    }

    /// What was found on the local network is there no more.
    pub(super) fn expire(&mut self, address: &Multiaddr) {
        self.known.retain(|known| known.address != *address || known.wish == Wish::Owner);
    }

    /// An address that is due, if any is; to be followed by [`Dialer::dialing`] or [`Dialer::put_off`].
    pub(super) fn due(&self, now: Instant) -> Option<Due> {
        let room = self.has_room();
        let due = |known: &Known| known.may_be_dialed(room) && matches!(known.stage, Stage::Waiting(at) if at <= now);
        let place = self.known.iter().position(due)?;
        let known = self.known.get(place)?;
        Some(Due { place, address: known.address.clone(), wish: known.wish })
    }

    /// When the next address is due.
    pub(super) fn next(&self) -> Option<Instant> {
        let room = self.has_room();
        let waiting =
            self.known.iter().filter(|known| known.may_be_dialed(room)).filter_map(|known| match known.stage {
                Stage::Waiting(at) => Some(at),
                Stage::Dialing(_) | Stage::Up(..) => None,
            });
        waiting.min()
    }

    /// Whether one more of those found may be dialed.
    fn has_room(&self) -> bool {
        self.known.iter().filter(|known| known.wish != Wish::Owner && known.is_open()).count() < self.found
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
    pub(super) fn connected(&mut self, peer: PeerId, connection: ConnectionId, now: Instant) -> bool {
        for known in &mut self.known {
            if known.stage == Stage::Dialing(connection) || known.peer == Some(peer) {
                (known.stage, known.peer) = (Stage::Up(peer, now), Some(peer));
            }
        }
        self.known.iter().any(|known| known.wish == Wish::Owner && known.peer == Some(peer))
    }

    /// The last connection with `peer` is gone.
    pub(super) fn lost(&mut self, peer: PeerId, now: Instant) {
        for place in 0..self.known.len() {
            let Some(known) = self.known.get_mut(place) else { continue };
            let Stage::Up(_, since) = known.stage else { continue };
            if known.peer != Some(peer) {
                continue;
            }
            let brief = now.saturating_duration_since(since) < BRIEF;
            known.failures = if brief { known.failures.saturating_add(1) } else { 0 };
            let pause = self.pause(place);
            if let Some(known) = self.known.get_mut(place) {
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
        let mut dialer = Dialer::new(7, 16);
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
        let (mut dialer, now) = (Dialer::new(7, 16), Instant::now());
        let (added, stranger) = (PeerId::random(), PeerId::random());
        dialer.add(address(1), Wish::Owner, now);
        dialer.dialing(0, ConnectionId::new_unchecked(1));
        assert!(dialer.connected(added, ConnectionId::new_unchecked(1), now));
        assert!(!dialer.connected(stranger, ConnectionId::new_unchecked(2), now));
        dialer.lost(added, now);
        assert!(dialer.next().is_some());
        assert!(dialer.connected(added, ConnectionId::new_unchecked(3), now));
        assert_eq!(dialer.next(), None, "and need not be dialed");
    }

    #[test]
    fn found_addresses_are_bounded_and_expire_and_the_owner_s_do_not() {
        let (mut dialer, now) = (Dialer::new(7, 16), Instant::now());
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

    #[test]
    fn whoever_floods_the_local_network_with_addresses_leaves_room_for_the_owners_and_for_those_that_answer() {
        let (mut dialer, now) = (Dialer::new(7, 4), Instant::now());
        for port in 0..1_000 {
            dialer.add(address(port), Wish::Found(PeerId::random()), now);
        }
        dialer.add(address(2_000), Wish::Owner, now);
        let mut dialed = Vec::new();
        while let Some(due) = dialer.due(now) {
            dialer.dialing(due.place, ConnectionId::new_unchecked(dialed.len()));
            dialed.push(due.wish);
        }
        assert_eq!(dialed.iter().filter(|wish| **wish != Wish::Owner).count(), 4);
        assert!(dialed.contains(&Wish::Owner));
        assert_eq!(dialer.next(), None, "nothing is due while there is no room");
        // Nobody answers at one of them: it gives way to what is found next.
        let honest = PeerId::random();
        dialer.add(address(3_000), Wish::Found(honest), now);
        assert!(!dialer.known.iter().any(|known| known.peer == Some(honest)));
        dialer.failed(ConnectionId::new_unchecked(0), now);
        dialer.add(address(3_000), Wish::Found(honest), now);
        assert!(dialer.known.iter().any(|known| known.peer == Some(honest)));
    }

    #[test]
    fn whoever_is_turned_away_again_and_again_comes_back_ever_later_until_it_may_stay() {
        let (mut dialer, mut now) = (Dialer::new(7, 16), Instant::now());
        let peer = PeerId::random();
        dialer.add(address(1), Wish::Owner, now);
        for n in 0..20 {
            dialer.dialing(0, ConnectionId::new_unchecked(n));
            dialer.connected(peer, ConnectionId::new_unchecked(n), now);
            dialer.lost(peer, now);
            let pause = dialer.next().unwrap() - now;
            assert!(n < 8 || pause > LONGEST / 3, "{n}: {pause:?}");
            now = dialer.next().unwrap();
        }
        dialer.connected(peer, ConnectionId::new_unchecked(99), now);
        dialer.lost(peer, now + BRIEF);
        assert!(dialer.next().unwrap() < now + BRIEF + 2 * SHORTEST);
    }
}
