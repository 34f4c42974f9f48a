//! How two peers meet: hello, which channels both carry, how each stands, and what is to be done about it.
//!
//! After the states are known there is one decision, [`Relay::consider`], and everything that changes what it depends
//! on comes back to it: lists first, then floors, then a turn of sync by the side that has more.

use rand_core::Rng;

use super::gate::Origin;
use super::input::{Floor, PeerNo};
use super::message::{self, Cause, FLOORS, Hello, Reply, Request, State, TAGS, Tag, tag};
use super::output::{Event, Output, Reason};
use super::peer::{Asked, Match, Peer, TRIES};
use super::stock::{Stock, Tip};
use super::{Alarm, RETRY_SECS, Relay};
use crate::channel::SignedList;
use crate::envelope::{Body, Envelope};
use crate::ids::{ChannelId, EnvelopeId, ListId};
use crate::time::{HOUR, Timestamp};
use crate::wire;

impl Relay {
    pub(super) fn peer_up(&mut self, peer: PeerNo, dialer: bool, added: bool) {
        let nonce = self.nonce();
        self.peers.entry(peer).or_insert_with(|| Peer::new(dialer, added, nonce, &self.limits, self.now.at));
        if dialer {
            self.ask(peer, &Request::Hello(self.own_hello(nonce)), Vec::new(), Asked::Hello);
        }
    }

    pub(super) fn peer_down(&mut self, peer: PeerNo) {
        let Some(gone) = self.peers.remove(&peer) else { return };
        for (channel, matched) in gone.matched {
            if let Some(at) = matched.resync_at {
                self.alarms.remove(&(at, Alarm::Resync(peer, channel)));
            }
            if let Some(stock) = self.channels.get_mut(&channel) {
                stock.news.forget(peer);
            }
            self.want_elsewhere(channel);
        }
    }

    fn own_hello(&self, nonce: [u8; 32]) -> Hello {
        let clock = self.now.plausible.then_some(self.now.at);
        Hello { version: message::VERSION, nonce, clock, open: self.limits.open }
    }

    pub(super) fn hello(&mut self, peer: PeerNo, no: u64, hello: Hello) {
        let Some(nonce) = self.peers.get(&peer).filter(|peer| peer.hello.is_none()).map(|peer| peer.nonce) else {
            return self.disconnect(peer, Some(Reason::Unasked));
        };
        self.reply(peer, no, &Reply::Hello(self.own_hello(nonce)), Vec::new());
        self.greet(peer, hello);
    }

    pub(super) fn greeted(&mut self, peer: PeerNo, hello: Hello) {
        self.greet(peer, hello);
        self.ask_channels(peer);
    }

    fn greet(&mut self, peer: PeerNo, hello: Hello) {
        if hello.version != message::VERSION {
            return self.disconnect(peer, None);
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
        let Some(tags) = self.own_tags(peer) else { return };
        self.ask(peer, &Request::Channels { tags }, Vec::new(), Asked::Channels);
    }

    /// What we carry under tags for this peer, among random ones so that only the magnitude of their number shows.
    fn own_tags(&mut self, peer: PeerNo) -> Option<Vec<Tag>> {
        let state = self.peers.get(&peer)?;
        let (ours, theirs) = (state.nonce, state.hello?.nonce);
        let own = self.channels.keys().take(TAGS);
        let mut tags: Vec<Tag> = own.map(|channel| tag(channel, &ours, &theirs)).collect();
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
    }

    /// We asked, so we state first.
    pub(super) fn tagged(&mut self, peer: PeerNo, tags: &[Tag]) {
        for channel in self.match_tags(peer, tags, true) {
            self.ask_state(peer, channel);
        }
        self.introduce(peer);
    }

    /// Finds the channels that the peer carries too; those that are new.
    fn match_tags(&mut self, peer: PeerNo, tags: &[Tag], ready: bool) -> Vec<ChannelId> {
        if tags.len() > TAGS || !wire::ascending(tags) {
            self.charge(peer, Reason::Malformed);
            return Vec::new();
        }
        let Some(state) = self.peers.get_mut(&peer) else { return Vec::new() };
        let Some(hello) = state.hello else { return Vec::new() };
        let theirs = |channel: &ChannelId| tags.binary_search(&tag(channel, &hello.nonce, &state.nonce)).is_ok();
        let both: Vec<ChannelId> = self.channels.keys().filter(|channel| theirs(channel)).copied().collect();
        state.matched.retain(|channel, _| both.contains(channel));
        both.into_iter().filter(|channel| self.begin_match(peer, *channel, ready)).collect()
    }

    fn begin_match(&mut self, peer: PeerNo, channel: ChannelId, ready: bool) -> bool {
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

    /// Tells an open relay that our owner added of the channels it does not carry.
    fn introduce(&mut self, peer: PeerNo) {
        let Some(state) = self.peers.get(&peer) else { return };
        if !state.added || !state.hello.is_some_and(|hello| hello.open) {
            return;
        }
        let unknown = |channel: &&ChannelId| !state.matched.contains_key(*channel);
        let unknown: Vec<ChannelId> = self.channels.keys().filter(unknown).copied().collect();
        for channel in unknown {
            let Some(stock) = self.channels.get(&channel).filter(|stock| stock.own) else { continue };
            let lists = self.fit(stock, stock.chain.after(None).iter().map(|link| link.envelope));
            if !lists.is_empty() {
                self.ask(peer, &Request::Introduce { channel }, lists, Asked::Introduce(channel));
            }
        }
    }

    /// As many of these as a frame takes.
    fn fit(&self, stock: &Stock, ids: impl Iterator<Item = EnvelopeId>) -> Vec<EnvelopeId> {
        let mut room = self.limits.frame / 2;
        let size = |id: &EnvelopeId| stock.get(&message::Short::of(id)).map_or(0, |entry| message::framed(entry.size));
        ids.take_while(|id| {
            let fits = size(id) <= room;
            room = room.saturating_sub(size(id));
            fits
        })
        .collect()
    }

    pub(super) fn introduced(&mut self, peer: PeerNo, no: u64, channel: ChannelId, following: &[&[u8]]) {
        let begins = |bytes: &&[u8]| Envelope::decode(bytes).is_ok_and(|envelope| is_first_list(&envelope, channel));
        let limits = &self.limits;
        let known = self.channels.contains_key(&channel);
        let permitted = limits.open && (limits.carry_only.is_empty() || limits.carry_only.contains(&channel));
        let room = self.channels.len() < limits.channels
            && self.peers.get(&peer).is_some_and(|peer| peer.introduced < limits.introduced);
        let may = known || (permitted && room && following.first().is_some_and(begins));
        if !may {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        if !self.has_room_to_check(peer, following) {
            return self.reply(peer, no, &Reply::Busy, Vec::new());
        }
        if !known {
            self.peers.entry(peer).and_modify(|peer| peer.introduced += 1);
            self.begin_carrying(channel, None, false);
        }
        self.take_frame(Origin::Introduce { peer, no, channel }, following, |_, _| true);
    }

    pub(super) fn introduction_done(&mut self, peer: PeerNo, no: u64, channel: ChannelId, ack: &Reply) {
        if self.channels.get(&channel).is_some_and(|stock| !stock.own && stock.tip().is_none()) {
            self.stop_carrying(channel);
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        self.reply(peer, no, ack, Vec::new());
        self.begin_match(peer, channel, false);
    }

    pub(super) fn accepted(&mut self, peer: PeerNo, channel: ChannelId) {
        if self.channels.contains_key(&channel) && self.begin_match(peer, channel, true) {
            self.ask_state(peer, channel);
        }
    }

    /// The peer does not carry it any more.
    pub(super) fn unmatched(&mut self, peer: PeerNo, asked: &Asked) {
        let channel = match asked {
            Asked::State(channel)
            | Asked::Floors(channel)
            | Asked::Introduce(channel)
            | Asked::Lists(channel)
            | Asked::Announce(channel, _)
            | Asked::Push { channel, .. }
            | Asked::Query { channel, .. }
            | Asked::Get(channel, _) => channel,
            Asked::Hello | Asked::Channels => return self.disconnect(peer, Some(Reason::Unasked)),
        };
        let removed = self.peers.get_mut(&peer).and_then(|state| state.matched.remove(channel));
        if removed.is_some() && self.channels.contains_key(channel) {
            self.alarm(RETRY_SECS, Alarm::Channels(peer));
        }
    }

    pub(super) fn carry(&mut self, channel: ChannelId, keep: bool, pinned: Option<ListId>) {
        match (keep, self.channels.get_mut(&channel)) {
            (false, _) => self.stop_carrying(channel),
            (true, None) => self.begin_carrying(channel, pinned, true),
            (true, Some(stock)) => {
                stock.own = true;
                if let Some(list) = pinned {
                    stock.pin(list);
                }
                let pinned = stock.chain.pinned();
                self.out.push(Output::Carry { channel, keep, pinned, own: true });
            }
        }
    }

    pub(super) fn begin_carrying(&mut self, channel: ChannelId, pinned: Option<ListId>, own: bool) {
        self.channels.insert(channel, Stock::new(channel, own, pinned));
        self.out.push(Output::Carry { channel, keep: true, pinned, own });
        let greeted = |(no, peer): (&PeerNo, &Peer)| peer.hello.is_some().then_some(*no);
        for peer in self.peers.iter().filter_map(greeted).collect::<Vec<_>>() {
            self.alarm(1, Alarm::Channels(peer));
        }
    }

    fn stop_carrying(&mut self, channel: ChannelId) {
        let Some(stock) = self.channels.remove(&channel) else { return };
        self.peers.values_mut().for_each(|peer| drop(peer.matched.remove(&channel)));
        let envelopes = stock.entries().map(|entry| entry.id).collect();
        self.out.push(Output::Drop { envelopes, floors: vec![(channel, Vec::new())] });
        self.out.push(Output::Carry { channel, keep: false, pinned: None, own: false });
    }

    pub(super) fn sync_now(&mut self) {
        let with =
            |(no, peer): (&PeerNo, &Peer)| peer.matched.keys().map(|channel| (*no, *channel)).collect::<Vec<_>>();
        for (peer, channel) in self.peers.iter().flat_map(with).collect::<Vec<_>>() {
            let Some(matched) = self.matched(peer, &channel).filter(|matched| matched.turn.is_none()) else { continue };
            matched.settled = None;
            self.ask_state(peer, channel);
        }
    }

    pub(super) fn ask_state(&mut self, peer: PeerNo, channel: ChannelId) {
        let Some(state) = self.channels.get_mut(&channel).map(|stock| stock.state(self.now)) else { return };
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.pending += 1;
        matched.report.overhead_bytes += STATE_BYTES;
        self.ask(peer, &Request::State { channel, state }, Vec::new(), Asked::State(channel));
    }

    pub(super) fn state_asked(&mut self, peer: PeerNo, no: u64, channel: ChannelId, theirs: State) {
        let Some(ours) = self.channels.get_mut(&channel).map(|stock| stock.state(self.now)) else {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        };
        let (now, rate, burst) = (self.now.at, self.limits.turn_rate, self.limits.turn_burst);
        let Some(matched) = self.matched(peer, &channel) else {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        };
        if !matched.states.take(rate, burst, now) {
            return self.reply(peer, no, &Reply::Busy, Vec::new());
        }
        self.reply(peer, no, &Reply::State(ours), Vec::new());
        self.note_state(peer, channel, theirs);
        self.consider(peer, channel);
    }

    pub(super) fn stated(&mut self, peer: PeerNo, channel: ChannelId, theirs: Option<State>) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.pending = matched.pending.saturating_sub(1);
        }
        let Some(theirs) = theirs else { return self.resync_in(peer, channel, RETRY_SECS) };
        self.note_state(peer, channel, theirs);
        self.consider(peer, channel);
    }

    fn note_state(&mut self, peer: PeerNo, channel: ChannelId, theirs: State) {
        let Some(matched) = self.matched(peer, &channel) else { return };
        let first = !matched.ready;
        (matched.theirs, matched.ready) = (Some(theirs), true);
        matched.report.overhead_bytes += STATE_BYTES;
        // Whoever states has ended its turn.
        matched.served = None;
        if let Some(hello) = self.peers.get_mut(&peer).and_then(|peer| peer.hello.as_mut()) {
            hello.clock = theirs.clock;
        }
        if first {
            self.pump(peer, channel);
        }
    }

    /// What is next between us and the peer in this channel.
    pub(super) fn consider(&mut self, peer: PeerNo, channel: ChannelId) {
        let Some(ours) = self.channels.get_mut(&channel).map(|stock| stock.state(self.now)) else { return };
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let (our_nonce, their_nonce) = (state.nonce, state.hello.map_or([0; 32], |hello| hello.nonce));
        let Some(matched) = state.matched.get_mut(&channel) else { return };
        let Some(theirs) = matched.theirs else { return };
        if matched.pending > 0 || matched.listing > 0 || matched.turn.is_some() {
            return;
        }
        if ours.tip != theirs.tip && matched.told != Some((ours.tip, theirs.tip)) {
            let ahead = ours.tip.map(|(no, _)| no) >= theirs.tip.map(|(no, _)| no) && ours.tip.is_some();
            if ahead {
                return self.push_lists(peer, channel, theirs.tip);
            }
            if !matched.waited {
                return self.wait_for(peer, channel);
            }
        }
        if (ours.count, ours.print) == (theirs.count, theirs.print) && self.full_check_due(peer, &channel).is_none() {
            return self.settle(peer, channel);
        }
        let Some(matched) = self.matched(peer, &channel) else { return };
        if ours.floors != theirs.floors && matched.floors_of != Some(theirs.floors) {
            matched.pending += 1;
            let floors = self.channels.get(&channel).map(|stock| stock.floors().collect()).unwrap_or_default();
            return self.ask(peer, &Request::Floors { channel, floors }, Vec::new(), Asked::Floors(channel));
        }
        if matched.settled == Some((ours.print, theirs.print)) {
            return self.settle(peer, channel);
        }
        let leads = (ours.count, our_nonce) > (theirs.count, their_nonce);
        if leads || matched.waited {
            let full = (ours.count, ours.print) == (theirs.count, theirs.print);
            return self.begin_turn(peer, channel, full);
        }
        self.wait_for(peer, channel);
    }

    /// The peer is expected to act; where it does not, we shall.
    fn wait_for(&mut self, peer: PeerNo, channel: ChannelId) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.expecting = true;
        }
        let secs = self.limits.patience_secs;
        self.resync_in(peer, channel, secs);
    }

    /// Nothing more to do for now.
    pub(super) fn settle(&mut self, peer: PeerNo, channel: ChannelId) {
        let now = self.now.at;
        let Some(matched) = self.matched(peer, &channel) else { return };
        (matched.waited, matched.expecting) = (false, false);
        matched.last_sync = Some(now);
        let report = std::mem::take(&mut matched.report);
        self.tell(Event::Synced { peer, channel, report });
        let secs = self.jittered(self.limits.resync_secs);
        self.resync_in(peer, channel, secs);
    }

    /// Compares again in `secs` seconds, and not before.
    pub(super) fn resync_in(&mut self, peer: PeerNo, channel: ChannelId, secs: u64) {
        let at = self.now.at.plus(secs);
        let Some(matched) = self.matched(peer, &channel) else { return };
        if let Some(old) = matched.resync_at.replace(at) {
            self.alarms.remove(&(old, Alarm::Resync(peer, channel)));
        }
        self.alarms.insert((at, Alarm::Resync(peer, channel)));
    }

    pub(super) fn resync(&mut self, peer: PeerNo, channel: ChannelId, at: Timestamp) {
        let (now, turn_secs) = (self.now.at, self.limits.turn_secs);
        let Some(matched) = self.matched(peer, &channel).filter(|matched| matched.resync_at == Some(at)) else {
            return;
        };
        matched.resync_at = None;
        matched.settled = None;
        matched.waited = std::mem::take(&mut matched.expecting);
        if matched.turn.as_ref().is_some_and(|turn| now.since(turn.began) > turn_secs) {
            matched.turn = None;
            self.charge(peer, Reason::BadSync);
        }
        let secs = self.jittered(self.limits.resync_secs);
        self.resync_in(peer, channel, secs);
        if self.matched(peer, &channel).is_some_and(|matched| matched.turn.is_none()) {
            self.ask_state(peer, channel);
        }
    }

    fn push_lists(&mut self, peer: PeerNo, channel: ChannelId, theirs: Option<Tip>) {
        let Some(stock) = self.channels.get(&channel) else { return };
        let tip = stock.tip();
        let links = stock.chain.after(theirs);
        let envelopes = self.fit(stock, links.iter().map(|link| link.envelope));
        let reached =
            envelopes.len().checked_sub(1).and_then(|last| links.get(last)).map(|link| (link.list.no, link.id));
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.told = Some((tip, theirs));
        matched.listing += 1;
        if let (Some(state), Some(reached)) = (matched.theirs.as_mut(), reached.filter(|_| reached != tip)) {
            // Not all fitted: what follows goes from there.
            state.tip = Some(reached);
            matched.told = None;
        }
        self.ask(peer, &Request::Push { channel, cause: Cause::Lists }, envelopes, Asked::Lists(channel));
    }

    pub(super) fn lists_done(&mut self, peer: PeerNo, channel: ChannelId) {
        let Some(matched) = self.matched(peer, &channel) else { return };
        matched.listing = matched.listing.saturating_sub(1);
        match matched.told {
            Some(_) => self.ask_state(peer, channel),
            None => self.consider(peer, channel),
        }
        self.pump(peer, channel);
    }

    /// A list was taken: peers that lack it get it at once.
    pub(super) fn list_placed(&mut self, channel: ChannelId, forked: bool, from: Option<PeerNo>) {
        if forked {
            self.tell(Event::ListFork { channel });
            if let Some(stock) = self.channels.get_mut(&channel)
                && stock.chain.pinned().is_none()
                && let Some((_, tip)) = stock.tip()
            {
                // From now on it must be known, also after a restart, which branch came first.
                stock.pin(tip);
                let own = stock.own;
                self.out.push(Output::Carry { channel, keep: true, pinned: Some(tip), own });
            }
        }
        for peer in self.matched_peers(&channel).into_iter().filter(|peer| Some(*peer) != from) {
            self.consider(peer, channel);
        }
        // An open relay that was met before there was a list to show it hears of the channel now.
        let unaware = |(no, peer): (&PeerNo, &Peer)| {
            let open = peer.added && peer.hello.is_some_and(|hello| hello.open);
            (open && !peer.matched.contains_key(&channel)).then_some(*no)
        };
        for peer in self.peers.iter().filter_map(unaware).collect::<Vec<_>>() {
            self.alarm(1, Alarm::Channels(peer));
        }
    }

    pub(super) fn floors_asked(&mut self, peer: PeerNo, no: u64, channel: ChannelId, floors: Vec<Floor>) {
        let Some(stock) = self.channels.get(&channel).filter(|_| floors.len() <= FLOORS) else {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        };
        let own = stock.floors().collect();
        self.reply(peer, no, &Reply::Floors { floors: own }, Vec::new());
        self.note_floors(peer, channel, floors);
    }

    pub(super) fn floors_told(&mut self, peer: PeerNo, channel: ChannelId, floors: Vec<Floor>) {
        if let Some(matched) = self.matched(peer, &channel) {
            matched.pending = matched.pending.saturating_sub(1);
        }
        if floors.len() > FLOORS {
            return self.charge(peer, Reason::TooMuch);
        }
        self.note_floors(peer, channel, floors);
        self.consider(peer, channel);
    }

    fn note_floors(&mut self, peer: PeerNo, channel: ChannelId, floors: Vec<Floor>) {
        let Some(stock) = self.channels.get(&channel) else { return };
        let floors = stock.felt(floors);
        if let Some(matched) = self.matched(peer, &channel) {
            matched.floors = floors;
            matched.floors_of = matched.theirs.map(|state| state.floors);
        }
    }
}

/// What a state and its head take on the wire, at most.
const STATE_BYTES: u64 = 112;

fn is_first_list(envelope: &Envelope, channel: ChannelId) -> bool {
    let Body::List(SignedList { list, .. }) = envelope.body() else { return false };
    envelope.header().channel == channel && list.no == 0 && list.channel() == channel
}
