//! How two peers meet: hello, and which channels both carry, under tags that tell nothing to whoever carries others.

use rand_core::Rng;

use super::input::{Ends, PeerNo};
use super::message::{self, Hello, Reply, Request, TAGS, Tag, tag};
use super::output::{Event, Reason};
use super::peer::{Asked, Match, Peer, TRIES};
use super::{Alarm, RETRY_SECS, Relay};
use crate::ids::ChannelId;
use crate::time::{HOUR, Timestamp};
use crate::wire;

impl Relay {
    pub(super) fn peer_up(&mut self, peer: PeerNo, first: bool, added: bool, ends: Ends) {
        let nonce = self.nonce();
        let record = self.past.recall(&ends);
        let new = || Peer::new(added, ends, nonce, record, &self.limits, self.now.at);
        self.peers.entry(peer).or_insert_with(new);
        if !added {
            self.make_place(peer);
        }
        if first && self.peers.contains_key(&peer) {
            self.ask(peer, &Request::Hello(self.own_hello(nonce)), Vec::new(), Asked::Hello);
        }
    }

    pub(super) fn peer_down(&mut self, peer: PeerNo) {
        self.depart(peer);
        self.leave(peer);
    }

    /// Forgets a connection: what its peer was to bring is asked of others.
    pub(super) fn leave(&mut self, peer: PeerNo) {
        let Some(gone) = self.peers.remove(&peer) else { return };
        self.past.keep(&gone.ends, gone.record, self.limits.forgive_secs, self.now.at);
        for (channel, matched) in gone.matched {
            if let Some(at) = matched.resync_at {
                self.alarms.remove(&(at, Alarm::Resync(peer, channel)));
            }
            if let Some(stock) = self.channels.get_mut(&channel) {
                stock.news.forget(peer);
                stock.let_go(peer);
            }
            self.want_elsewhere(channel);
        }
    }

    fn own_hello(&self, nonce: [u8; 32]) -> Hello {
        let clock = self.now.is_plausible().then_some(self.now.at);
        Hello { version: message::VERSION, nonce, clock, open: self.limits.open }
    }

    pub(super) fn hello(&mut self, peer: PeerNo, no: u64, hello: Hello) {
        let Some(nonce) = self.peers.get(&peer).filter(|peer| peer.hello.is_none()).map(|peer| peer.nonce) else {
            // It began anew before we heard that its connection was gone: no fault, and so do we.
            return self.disconnect(peer, None);
        };
        self.greet(peer, hello);
        self.reply(peer, no, &Reply::Hello(self.own_hello(nonce)), Vec::new());
    }

    pub(super) fn greeted(&mut self, peer: PeerNo, hello: Hello) {
        self.greet(peer, hello);
        self.ask_channels(peer);
    }

    fn greet(&mut self, peer: PeerNo, hello: Hello) {
        if hello.version != message::VERSION {
            return self.disconnect(peer, None);
        }
        // Nobody draws a nonce that was drawn here: whoever says one wants our own tags back.
        if self.peers.values().any(|known| known.nonce == hello.nonce) {
            return self.let_go(peer, Reason::Malformed);
        }
        if let Some(state) = self.peers.get_mut(&peer) {
            state.hello = Some(hello);
        }
        self.compare_clocks(peer, hello.clock);
    }

    fn compare_clocks(&mut self, peer: PeerNo, theirs: Option<Timestamp>) {
        let Some(theirs) = theirs else { return };
        if theirs.since(self.now.at).max(self.now.at.since(theirs)) > HOUR {
            self.tell(Event::ClockApart { peer, theirs });
        }
    }

    pub(super) fn ask_channels(&mut self, peer: PeerNo) {
        let asked = |state: &Peer| state.asked.values().any(|asked| matches!(asked, Asked::Channels));
        if self.peers.get(&peer).is_some_and(asked) {
            return self.alarm(1, Alarm::Channels(peer));
        }
        let Some(tags) = self.own_tags(peer) else { return };
        self.ask(peer, &Request::Channels { tags }, Vec::new(), Asked::Channels);
    }

    /// What we carry under tags for this peer, among random ones so that only the magnitude of their number shows.
    fn own_tags(&mut self, peer: PeerNo) -> Option<Vec<Tag>> {
        let (ours, theirs) = self.peers.get(&peer)?.both_ends()?;
        let own = self.channels.keys().take(TAGS);
        let mut tags: Vec<Tag> = own.map(|channel| tag(channel, ours, theirs)).collect();
        let padded = tags.len().max(1).next_power_of_two();
        while tags.len() < padded {
            let mut random = [0; 16];
            self.rng.fill_bytes(&mut random);
            tags.push(random);
        }
        tags.sort_unstable();
        Some(tags)
    }

    pub(super) fn tags(&mut self, peer: PeerNo, no: u64, tags: &[Tag]) {
        let now = self.now.at;
        if !self.peers.get_mut(&peer).is_some_and(|peer| peer.tries.take(1, TRIES, now)) {
            self.reply(peer, no, &Reply::Busy, Vec::new());
            return self.charge(peer, Reason::TooMuch);
        }
        if let Some(own) = self.own_tags(peer) {
            self.reply(peer, no, &Reply::Channels { tags: own }, Vec::new());
        }
        self.match_tags(peer, tags, false);
        self.introduce(peer);
    }

    /// We asked, so we state first; also where the peer asked at the same moment, and waits for us as we would for it.
    pub(super) fn tagged(&mut self, peer: PeerNo, tags: &[Tag]) {
        self.match_tags(peer, tags, true);
        let matched = self.peers.get(&peer).into_iter().flat_map(|peer| &peer.matched);
        let unstated: Vec<ChannelId> = matched.filter(|(_, matched)| !matched.stated).map(|(id, _)| *id).collect();
        for channel in unstated {
            self.ask_state(peer, channel);
        }
        self.introduce(peer);
    }

    /// Finds the channels that the peer carries too.
    fn match_tags(&mut self, peer: PeerNo, tags: &[Tag], ready: bool) {
        if tags.len() > TAGS || !wire::ascending(tags) {
            return self.charge(peer, Reason::Malformed);
        }
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some((ours, theirs)) = state.both_ends() else { return };
        let named = |channel: &ChannelId| tags.binary_search(&tag(channel, theirs, ours)).is_ok();
        let both: Vec<ChannelId> = self.channels.keys().filter(|channel| named(channel)).copied().collect();
        state.matched.retain(|channel, _| both.contains(channel));
        for channel in both {
            self.begin_match(peer, channel, ready);
        }
    }

    pub(super) fn begin_match(&mut self, peer: PeerNo, channel: ChannelId, ready: bool) -> bool {
        let Some(state) = self.peers.get_mut(&peer) else { return false };
        if state.matched.contains_key(&channel) {
            return false;
        }
        state.matched.insert(channel, Match::new(ready, &self.limits, self.now.at));
        self.tell(Event::Matched { peer, channel });
        let secs = self.jittered(self.limits.resync_secs);
        self.resync_in(peer, channel, secs);
        true
    }

    /// The peer does not carry it any more.
    pub(super) fn unmatched(&mut self, peer: PeerNo, asked: &Asked) {
        let channel = match asked {
            Asked::State(channel)
            | Asked::Floors(channel)
            | Asked::Introduce(channel)
            | Asked::Lists(channel, _)
            | Asked::Announce(channel, _)
            | Asked::Push { channel, .. }
            | Asked::Query { channel, .. }
            | Asked::Get(channel, _) => channel,
            Asked::Hello | Asked::Channels => return self.let_go(peer, Reason::Unasked),
        };
        let removed = self.peers.get_mut(&peer).and_then(|state| state.matched.remove(channel));
        if removed.is_some() && self.channels.contains_key(channel) {
            self.alarm(RETRY_SECS, Alarm::Channels(peer));
        }
    }
}
