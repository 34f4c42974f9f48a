//! Which channels are carried, and why: the desk or the owner asks, or a peer introduces one to an open relay.

use super::agenda::Task;
use super::gate::Origin;
use super::input::PeerNo;
use super::limits::Limits;
use super::message::{self, Reply, Request};
use super::output::{Event, Output, Reason};
use super::peer::{Asked, Peer};
use super::stock::Stock;
use super::{Alarm, Relay};
use crate::channel::SignedList;
use crate::envelope::{Body, Envelope};
use crate::ids::{ChannelId, EnvelopeId, ListId};

impl Relay {
    /// Tells an open relay that our owner added of the channels it does not carry.
    pub(super) fn introduce(&mut self, peer: PeerNo) {
        let Some(state) = self.peers.get(&peer) else { return };
        if !state.added || !state.hello.is_some_and(|hello| hello.open) {
            return;
        }
        let unknown = |channel: &&ChannelId| !state.matched.contains_key(*channel);
        let unknown: Vec<ChannelId> = self.channels.keys().filter(unknown).copied().collect();
        for channel in unknown {
            if self.channels.get(&channel).is_some_and(|stock| stock.own) {
                self.introduce_channel(peer, channel);
            }
        }
    }

    /// Names a channel to a peer that may be told, unless it has named it itself meanwhile.
    pub(super) fn introduce_channel(&mut self, peer: PeerNo, channel: ChannelId) {
        if self.matched(peer, &channel).is_some() || !self.may_begin(peer, channel, Task::Introduce) {
            return;
        }
        let Some(stock) = self.channels.get(&channel).filter(|stock| stock.own) else { return };
        let lists = self.fit(stock, stock.chain.links().iter().map(|link| link.envelope));
        if !lists.is_empty() {
            self.ask(peer, &Request::Introduce { channel }, lists, Asked::Introduce(channel));
        }
    }

    /// As many of these as a frame takes.
    pub(super) fn fit(&self, stock: &Stock, ids: impl Iterator<Item = EnvelopeId>) -> Vec<EnvelopeId> {
        let mut room = self.limits.frame / 2;
        let size = |id: &EnvelopeId| stock.get(&message::Short::of(id)).map_or(0, |entry| message::framed(entry.size));
        ids.take_while(|id| {
            let fits = size(id) <= room;
            room = room.saturating_sub(size(id));
            fits
        })
        .collect()
    }

    /// A peer names a channel. What may follow are lists, within its rate; where they are known, it begins the match.
    pub(super) fn introduced(&mut self, peer: PeerNo, no: u64, channel: ChannelId, following: &[&[u8]]) {
        let known = self.channels.contains_key(&channel);
        if !known && !self.may_introduce(peer, channel, following) {
            return self.reply(peer, no, &Reply::Unknown, Vec::new());
        }
        if !self.has_room_to_check(peer, following) {
            return self.reply(peer, no, &Reply::Busy, Vec::new());
        }
        if !known {
            if !self.ration_introduction(peer) {
                return self.reply(peer, no, &Reply::Busy, Vec::new());
            }
            if !self.find_place() {
                return self.reply(peer, no, &Reply::Unknown, Vec::new());
            }
            let patron = self.peers.get(&peer).map(|peer| peer.ends.address.clone()).unwrap_or_default();
            self.begin_carrying(channel, None, false, patron);
        }
        self.take_frame(Origin::Introduce { peer, no, channel }, following, |relay, envelope| match envelope.body() {
            Body::List(_) => relay.may_bring(peer, channel, envelope),
            Body::Sealed(_) | Body::Rotate(_) | Body::Boxed(_) | Body::Public(_) | Body::Page(_) => {
                relay.charge(peer, Reason::Unasked);
                false
            }
        });
    }

    /// Whether a channel that nobody here asked for may be carried.
    pub(super) fn admits(&self, channel: &ChannelId) -> bool {
        let Limits { open, carry_only, .. } = &self.limits;
        *open && (carry_only.is_empty() || carry_only.contains(channel))
    }

    fn may_introduce(&self, peer: PeerNo, channel: ChannelId, following: &[&[u8]]) -> bool {
        let begins = |bytes: &&[u8]| Envelope::decode(bytes).is_ok_and(|envelope| is_first_list(&envelope, channel));
        let Some(Peer { introduced, ends, .. }) = self.peers.get(&peer) else { return false };
        let of_address = self.channels.values().filter(|stock| !stock.own && stock.patron == ends.address);
        let few = *introduced < self.limits.introduced && of_address.count() < self.limits.address_channels;
        self.admits(&channel) && few && following.first().is_some_and(begins)
    }

    fn ration_introduction(&mut self, peer: PeerNo) -> bool {
        let Some(state) = self.peers.get_mut(&peer) else { return false };
        let may = self.introductions.take(&state.ends.address, &self.limits, self.now.at);
        state.introduced += usize::from(may);
        may
    }

    pub(super) fn introduction_done(&mut self, peer: PeerNo, no: u64, channel: ChannelId, ack: &Reply) {
        self.stop_if_void(channel);
        if !self.channels.contains_key(&channel) {
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

    pub(super) fn carry(&mut self, channel: ChannelId, keep: bool, pinned: Option<ListId>) {
        match (keep, self.channels.get_mut(&channel)) {
            (false, _) => self.stop_carrying(channel),
            (true, None) => self.begin_carrying(channel, pinned, true, Vec::new()),
            (true, Some(stock)) => {
                stock.own = true;
                if let Some(list) = pinned {
                    stock.pin(list);
                    stock.chain.pin_tip();
                }
                let pinned = stock.chain.pinned();
                self.out.push(Output::Carry { channel, keep, pinned, own: true });
            }
        }
    }

    /// From now on. `patron` is the address from which it was introduced.
    pub(super) fn begin_carrying(&mut self, channel: ChannelId, pinned: Option<ListId>, own: bool, patron: Vec<u8>) {
        let mut stock = Stock::new(channel, own, pinned, self.number());
        (stock.since, stock.patron) = (self.now.at, patron);
        self.channels.insert(channel, stock);
        self.out.push(Output::Carry { channel, keep: true, pinned, own });
        let greeted = |(no, peer): (&PeerNo, &Peer)| peer.hello.is_some().then_some(*no);
        for peer in self.peers.iter().filter_map(greeted).collect::<Vec<_>>() {
            self.alarm(1, Alarm::Channels(peer));
        }
    }

    /// Stops where no list came that would make it a channel, and nobody here asked for it.
    pub(super) fn stop_if_void(&mut self, channel: ChannelId) {
        if self.channels.get(&channel).is_some_and(|stock| !stock.own && stock.tip().is_none()) {
            self.stop_carrying(channel);
        }
    }

    pub(super) fn stop_carrying(&mut self, channel: ChannelId) {
        let Some(stock) = self.channels.remove(&channel) else { return };
        self.peers.values_mut().for_each(|peer| drop(peer.matched.remove(&channel)));
        let envelopes = stock.entries().map(|entry| entry.id).collect();
        self.out.push(Output::Drop { envelopes, floors: vec![(channel, Vec::new())] });
        self.out.push(Output::Carry { channel, keep: false, pinned: None, own: false });
    }

    /// Where there are two branches, remembers which one is followed, and how far.
    pub(super) fn hold_fast(&mut self, channel: ChannelId) {
        let Some(stock) = self.channels.get_mut(&channel) else { return };
        if stock.chain.pin_tip() {
            let (pinned, own) = (stock.chain.pinned(), stock.own);
            self.out.push(Output::Carry { channel, keep: true, pinned, own });
        }
    }

    /// A list was taken: peers that lack it get it at once.
    pub(super) fn list_placed(&mut self, channel: ChannelId, forked: bool, from: Option<PeerNo>) {
        if forked {
            self.tell(Event::ListFork { channel });
        }
        self.hold_fast(channel);
        for peer in self.matched_peers(&channel) {
            match Some(peer) == from {
                true => drop(self.push_lists(peer, channel)),
                false => self.consider(peer, channel),
            }
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
}

pub(super) fn is_first_list(envelope: &Envelope, channel: ChannelId) -> bool {
    let Body::List(SignedList { list, .. }) = envelope.body() else { return false };
    envelope.header().channel == channel && list.no == 0 && list.channel() == channel
}
