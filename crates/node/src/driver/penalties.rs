//! Who did wrong, and what: for the owner to read. What follows from it is the relay machine's to decide.

use std::collections::{BTreeMap, VecDeque};

use kenes_core::relay::{Reason, Relay};
use kenes_core::time::Timestamp;
use libp2p::{Multiaddr, PeerId};

use crate::status::Penalised;

/// How many are remembered. Network ids are free: of more than these, those who did wrong last are told of.
const REMEMBERED: usize = 64;

/// Everyone who did wrong since the start, the last first.
#[derive(Debug, Default)]
pub(super) struct Penalties {
    known: VecDeque<Known>,
}

#[derive(Debug)]
struct Known {
    id: PeerId,
    address: Multiaddr,
    faults: BTreeMap<Reason, u64>,
    last: Timestamp,
    kept_out_until: Option<Timestamp>,
}

impl Penalties {
    /// A peer was charged with a fault.
    pub(super) fn charge(&mut self, id: PeerId, address: &Multiaddr, reason: Reason, now: Timestamp) {
        let known = self.known.iter().position(|known| known.id == id).and_then(|place| self.known.remove(place));
        let mut known = known.unwrap_or_else(|| Known {
            id,
            address: address.clone(),
            faults: BTreeMap::new(),
            last: now,
            kept_out_until: None,
        });
        let count = known.faults.entry(reason).or_default();
        *count = count.saturating_add(1);
        known.last = now;
        self.known.push_front(known);
        self.known.truncate(REMEMBERED);
    }

    /// A peer was let go for what it did, and is kept out for a while.
    pub(super) fn let_go(&mut self, id: PeerId, until: Timestamp) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == id) {
            known.kept_out_until = Some(until);
        }
    }

    /// All of them, with what is left of their points.
    pub(super) fn report(&self, relay: &Relay, now: Timestamp) -> Vec<Penalised> {
        let told = |known: &Known| Penalised {
            peer_id: known.id,
            address: known.address.clone(),
            faults: known.faults.iter().map(|(reason, count)| (*reason, *count)).collect(),
            charges: relay.charges_of(&known.id.to_bytes()),
            last: known.last,
            kept_out_until: known.kept_out_until.filter(|until| now < *until),
        };
        self.known.iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::relay::Limits;
    use kenes_core::time::BUILT;

    use super::*;

    #[test]
    fn those_who_did_wrong_last_are_told_of_first_and_no_more_than_are_remembered() {
        let (mut penalties, address) = (Penalties::default(), "/ip4/10.0.0.9/tcp/9".parse().unwrap());
        let worst = PeerId::random();
        for n in 0..1_000 {
            penalties.charge(PeerId::random(), &address, Reason::BadSignature, BUILT.plus(n));
            penalties.charge(worst, &address, Reason::TooMuch, BUILT.plus(n));
        }
        penalties.charge(worst, &address, Reason::Malformed, BUILT.plus(1_000));
        penalties.let_go(worst, BUILT.plus(1_600));
        penalties.let_go(PeerId::random(), BUILT.plus(1_600));
        let relay = Relay::new([1; 32], Limits::default(), Vec::new(), []);
        let told = penalties.report(&relay, BUILT.plus(1_599));
        assert_eq!(told.len(), REMEMBERED);
        assert_eq!(told[0].peer_id, worst);
        assert_eq!(told[0].faults, [(Reason::Malformed, 1), (Reason::TooMuch, 1_000)]);
        assert_eq!(told[0].kept_out_until, Some(BUILT.plus(1_600)));
        assert!(told.iter().skip(1).all(|other| other.kept_out_until.is_none()));
        assert_eq!(penalties.report(&relay, BUILT.plus(1_600))[0].kept_out_until, None, "it may come back");
    }
}
