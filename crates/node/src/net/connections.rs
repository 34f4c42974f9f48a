//! Who is connected, under which number, and which exchanges are open with each.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use kenes_core::relay::PeerNo;
use libp2p::PeerId;
use libp2p::request_response::{OutboundRequestId, ResponseChannel};
use tokio::time::Instant;

use super::frame::Frame;

/// How many requests may wait until earlier ones are answered, before the peer is given up.
const WAITING: usize = 256;

/// How long a peer may be connected before the first exchange with it, which is short. Who says nothing keeps no place.
const FIRST_WORD: Duration = Duration::from_secs(30);

/// A connected peer.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) no: PeerNo,
    /// Whether the owner added its address.
    pub(super) added: bool,
    /// Until when its first word is waited for; none once that came.
    silent_until: Option<Instant>,
    /// How many requests of ours it has not answered.
    open: usize,
    waiting: VecDeque<(u64, Vec<u8>)>,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Connections {
    /// How many requests may be open with one peer.
    streams: usize,
    last_peer: u64,
    last_request: u64,
    peers: HashMap<PeerId, Connected>,
    ids: HashMap<PeerNo, PeerId>,
    requests: HashMap<OutboundRequestId, (PeerId, u64)>,
    replies: HashMap<u64, (PeerId, ResponseChannel<Frame>)>,
}

/// What to do with a request of ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// Send it now.
    Send(PeerId, Vec<u8>),
    /// It is sent when its turn comes.
    Queued,
    /// Too many wait: the peer does not keep up.
    Overrun(PeerId),
    /// The peer is gone.
    Gone,
}

impl Connections {
    pub(super) fn new(streams: usize) -> Self {
        Self {
            streams,
            last_peer: 0,
            last_request: 0,
            peers: HashMap::new(),
            ids: HashMap::new(),
            requests: HashMap::new(),
            replies: HashMap::new(),
        }
    }

    pub(super) fn up(&mut self, peer: PeerId, added: bool, now: Instant) -> PeerNo {
        self.last_peer += 1;
        let no = PeerNo(self.last_peer);
        self.ids.insert(no, peer);
        self.peers.insert(
            peer,
            Connected { no, added, silent_until: Some(now + FIRST_WORD), open: 0, waiting: VecDeque::new() },
        );
        no
    }

    pub(super) fn down(&mut self, peer: &PeerId) -> Option<PeerNo> {
        let gone = self.peers.remove(peer)?;
        self.ids.remove(&gone.no);
        self.requests.retain(|_, (asked, _)| asked != peer);
        self.replies.retain(|_, (asks, _)| asks != peer);
        Some(gone.no)
    }

    pub(super) fn get(&self, peer: &PeerId) -> Option<&Connected> {
        self.peers.get(peer)
    }

    pub(super) fn id(&self, no: PeerNo) -> Option<PeerId> {
        self.ids.get(&no).copied()
    }

    /// Takes a request of ours to be sent.
    pub(super) fn request(&mut self, peer: PeerNo, no: u64, frame: Vec<u8>) -> Admission {
        let Some(id) = self.id(peer) else { return Admission::Gone };
        let Some(connected) = self.peers.get_mut(&id) else { return Admission::Gone };
        if connected.open < self.streams {
            return Admission::Send(id, frame);
        }
        if connected.waiting.len() >= WAITING {
            return Admission::Overrun(id);
        }
        connected.waiting.push_back((no, frame));
        Admission::Queued
    }

    /// A request of ours is on its way.
    pub(super) fn sent(&mut self, peer: PeerId, no: u64, request: OutboundRequestId) {
        if let Some(connected) = self.peers.get_mut(&peer) {
            connected.open += 1;
            self.requests.insert(request, (peer, no));
        }
    }

    /// A request of ours is answered: the peer's number and the request's.
    pub(super) fn answered(&mut self, request: OutboundRequestId) -> Option<(PeerNo, u64)> {
        let (peer, no) = self.requests.remove(&request)?;
        let connected = self.peers.get_mut(&peer)?;
        connected.silent_until = None;
        connected.open = connected.open.saturating_sub(1);
        Some((connected.no, no))
    }

    /// The next request that may be sent to a peer.
    pub(super) fn next_waiting(&mut self, peer: &PeerId) -> Option<(u64, Vec<u8>)> {
        let streams = self.streams;
        self.peers.get_mut(peer).filter(|connected| connected.open < streams)?.waiting.pop_front()
    }

    /// A request of a peer's: its number, and the peer's.
    pub(super) fn asked(&mut self, peer: PeerId, channel: ResponseChannel<Frame>) -> Option<(PeerNo, u64)> {
        let asks = self.peers.get_mut(&peer)?;
        asks.silent_until = None;
        let no = asks.no;
        self.last_request += 1;
        self.replies.insert(self.last_request, (peer, channel));
        Some((no, self.last_request))
    }

    /// The stream that waits for this reply.
    pub(super) fn reply(&mut self, no: u64) -> Option<ResponseChannel<Frame>> {
        self.replies.remove(&no).map(|(_, channel)| channel)
    }

    /// When a peer that said nothing yet has been waited for long enough.
    pub(super) fn next_silent(&self) -> Option<Instant> {
        self.peers.values().filter_map(|peer| peer.silent_until).min()
    }

    /// Those who have; each is told of once.
    pub(super) fn silent(&mut self, now: Instant) -> Vec<PeerId> {
        let silent = self.peers.iter_mut().filter(|(_, peer)| peer.silent_until.is_some_and(|until| until <= now));
        let told = silent.map(|(id, peer)| {
            peer.silent_until = None;
            *id
        });
        told.collect()
    }

    /// Forgets streams whose peers gave up waiting.
    pub(super) fn forget_closed(&mut self) {
        self.replies.retain(|_, (_, channel)| channel.is_open());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_never_used_again_and_names_nobody_once_its_peer_is_gone() {
        let mut connections = Connections::new(2);
        let peer = PeerId::random();
        let first = connections.up(peer, false, Instant::now());
        assert_eq!(connections.id(first), Some(peer));
        assert_eq!(connections.down(&peer), Some(first));
        assert_eq!(connections.down(&peer), None);
        assert_ne!(connections.up(peer, true, Instant::now()), first);
        assert_eq!(connections.request(first, 1, vec![]), Admission::Gone);
    }

    #[test]
    fn whoever_says_nothing_is_told_of_once_when_it_was_waited_for_long_enough() {
        let (mut connections, now) = (Connections::new(2), Instant::now());
        let peer = PeerId::random();
        connections.up(peer, false, now);
        assert_eq!(connections.next_silent(), Some(now + FIRST_WORD));
        assert_eq!(connections.silent(now), []);
        assert_eq!(connections.silent(now + FIRST_WORD), [peer]);
        assert_eq!((connections.next_silent(), connections.silent(now + FIRST_WORD)), (None, vec![]));
    }

    #[test]
    fn requests_wait_their_turn_and_not_without_bound() {
        let mut connections = Connections::new(0);
        let peer = PeerId::random();
        let no = connections.up(peer, false, Instant::now());
        for n in 0..WAITING as u64 {
            assert_eq!(connections.request(no, n, vec![]), Admission::Queued);
        }
        assert_eq!(connections.request(no, 999, vec![]), Admission::Overrun(peer));
        assert_eq!(connections.next_waiting(&peer), None);
        connections.streams = 1;
        assert_eq!(connections.next_waiting(&peer), Some((0, vec![])));
    }
}
