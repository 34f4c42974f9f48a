//! Who gives way where there are too many peers: strangers may take every place and must not be able to keep them.
//!
//! Whoever the owner added is not counted, and never gives way. Of the others, those that brought something new last,
//! and those that have stayed longest, keep their places. Of the rest, one of the address with most peers gives way to
//! whoever comes from one with fewer; else one that was here for a while, and first one with which we have no channel in
//! common; else whoever comes. So an attacker with many names displaces himself, and one with many addresses has to bring
//! something that nobody else does, or stand in line with everybody. After Bitcoin Core's eviction of inbound peers
//! (Heilman et al., *Eclipse Attacks on Bitcoin's Peer-to-Peer Network*, 2015).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Relay;
use super::input::PeerNo;
use super::output::Output;
use super::peer::Peer;
use crate::time::Timestamp;

/// So many seconds a peer has its place for itself: time to sync.
const STAY_SECS: u64 = 30;
/// The same for one with which we have found no channel in common.
const VISIT_SECS: u64 = 5;
/// Of all places, the part that is kept for those that brought something last, and as much for those that stay longest.
const KEPT: usize = 4;

impl Relay {
    /// A peer came that the owner did not add. Where there is no place for it, somebody gives way.
    pub(super) fn make_place(&mut self, newcomer: PeerNo) {
        let strangers: BTreeMap<PeerNo, &Peer> =
            self.peers.iter().filter(|(_, peer)| !peer.added).map(|(no, peer)| (*no, peer)).collect();
        if strangers.len() > self.limits.strangers {
            let leaves = who_leaves(&strangers, newcomer, self.limits.strangers / KEPT, self.now.at);
            // That it owes something is not its fault now.
            self.out.push(Output::Disconnect { peer: leaves, fault: None });
            self.leave(leaves);
        }
    }
}

fn who_leaves(strangers: &BTreeMap<PeerNo, &Peer>, newcomer: PeerNo, kept: usize, now: Timestamp) -> PeerNo {
    let kept = keep_their_places(strangers, kept);
    let crowd = |peer: &Peer| strangers.values().filter(|other| other.ends.address == peer.ends.address).count();
    let few = strangers.get(&newcomer).map_or(0, |peer| crowd(peer));
    let may_leave = |no: &PeerNo| *no != newcomer && !kept.contains(no);
    let rest = || strangers.iter().filter(|(no, _)| may_leave(no));
    let order = |peer: &Peer| (!peer.matched.is_empty(), peer.since);
    let of_a_crowd = rest().filter(|(_, peer)| crowd(peer) > few);
    let leaves = of_a_crowd.min_by_key(|(_, peer)| (Reverse(crowd(peer)), order(peer))).or_else(|| {
        let stayed = |peer: &Peer| {
            let secs = if peer.matched.is_empty() { VISIT_SECS } else { STAY_SECS };
            now.since(peer.since) >= secs || now < peer.since
        };
        rest().filter(|(_, peer)| stayed(peer)).min_by_key(|(_, peer)| order(peer))
    });
    leaves.map_or(newcomer, |(no, _)| *no)
}

/// So many that brought something new last, and so many of those with a channel in common that have stayed longest.
fn keep_their_places(strangers: &BTreeMap<PeerNo, &Peer>, kept: usize) -> BTreeSet<PeerNo> {
    let mut useful: Vec<_> =
        strangers.iter().filter_map(|(no, peer)| peer.useful.map(|at| (Reverse(at), *no))).collect();
    useful.sort_unstable();
    let mut staying: Vec<_> =
        strangers.iter().filter(|(_, peer)| !peer.matched.is_empty()).map(|(no, peer)| (peer.since, *no)).collect();
    staying.sort_unstable();
    let useful = useful.into_iter().take(kept).map(|(_, no)| no);
    useful.chain(staying.into_iter().take(kept).map(|(_, no)| no)).collect()
}
