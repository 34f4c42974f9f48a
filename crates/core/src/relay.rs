//! The relay machine: gossip, sync, quotas and expiry, deciding everything and doing nothing.
//!
//! [`Relay::handle`] takes one [`Input`] and a clock [`Reading`], and gives [`Output`]s to be performed in order:
//! what is to be stored stands before what announces it, and a performer stops at the first failure. Nothing here
//! waits, reads a clock or draws randomness beyond the seed, so a whole mesh can be replayed from one number.
//!
//! One gate: every envelope, from a desk, a peer or a file, is admitted by size, rate, channel and pen; then verified
//! outside ([`Output::Check`], [`check()`]) and, come back as [`Verified`](crate::envelope::Verified), stored.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::envelope::Kind;
use crate::ids::{ChannelId, EnvelopeId};
use crate::time::{Reading, Timestamp, Trust};

mod agenda;
mod carry;
mod chain;
mod check;
mod compare;
mod debts;
mod gate;
mod gossip;
#[cfg(test)]
mod hostile;
mod index;
mod input;
mod limits;
mod lists;
mod meet;
mod message;
mod output;
mod past;
mod peer;
mod places;
mod quota;
mod ration;
mod reconcile;
mod room;
mod snapshot;
mod status;
mod stock;
mod sync;
mod turns;
mod wants;

pub use check::{Keys, check};
pub use input::{
    BatchNo, Candidate, Carried, Checked, Ends, Entry, Exchange, Floor, Input, Mark, PeerNo, Refused, Source, Ticket,
};
pub use limits::Limits;
pub use output::{Event, Output, Parcel, Reason, Report};
pub use status::{ChannelStatus, PeerStatus};

use gate::Intake;
use message::{Reply, Request};
use past::Past;
use peer::{Asked, Match, Peer};
use ration::Introductions;
use stock::Stock;

/// Something that is to happen at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alarm {
    Expiry(ChannelId),
    Wants(ChannelId),
    Channels(PeerNo),
    Debts(PeerNo),
    Resync(PeerNo, ChannelId),
}

/// The machine.
#[derive(Debug)]
pub struct Relay {
    rng: ChaCha20Rng,
    limits: Limits,
    now: Reading,
    channels: BTreeMap<ChannelId, Stock>,
    peers: BTreeMap<PeerNo, Peer>,
    past: Past,
    intakes: BTreeMap<u64, Intake>,
    batches: BTreeMap<BatchNo, u64>,
    /// Bytes away for verification.
    checking: u64,
    introductions: Introductions,
    alarms: BTreeSet<(Timestamp, Alarm)>,
    woken: Option<Timestamp>,
    /// The last number given to a request, a batch or an intake.
    last_no: u64,
    out: Vec<Output>,
}

impl Relay {
    /// A machine that draws its randomness from `seed` and holds what the store holds.
    pub fn new(
        seed: [u8; 32],
        limits: Limits,
        carried: Vec<Carried>,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Self {
        let mut channels = BTreeMap::new();
        for Carried { channel, pinned, own, lists, floors } in carried {
            let mut stock = Stock::new(channel, own, pinned, 0);
            stock.restore(lists, floors);
            channels.insert(channel, stock);
        }
        for entry in entries {
            let Some(stock) = channels.get_mut(&entry.channel) else { continue };
            match entry.kind {
                Kind::List => stock.insert_list(entry),
                Kind::Talk | Kind::Book | Kind::Rotate | Kind::Boxed | Kind::Public | Kind::Page => {
                    stock.insert(entry);
                }
            }
        }
        Self {
            rng: ChaCha20Rng::from_seed(seed),
            limits,
            now: Reading { at: Timestamp::default(), trust: Trust::Doubted },
            channels,
            peers: BTreeMap::new(),
            past: Past::default(),
            intakes: BTreeMap::new(),
            batches: BTreeMap::new(),
            checking: 0,
            introductions: Introductions::default(),
            alarms: BTreeSet::new(),
            woken: None,
            last_no: 0,
            out: Vec::new(),
        }
    }

    /// Takes one input at the moment `now`; what is to be done about it, in order.
    pub fn handle(&mut self, input: Input, now: Reading) -> Vec<Output> {
        self.turn_clock(now);
        match input {
            Input::Deposit { envelopes, ticket, source } => self.deposit(envelopes, ticket, source),
            Input::PeerUp { peer, first, added, ends } => self.peer_up(peer, first, added, ends),
            Input::PeerDown { peer } => self.peer_down(peer),
            Input::Message { peer, exchange, frame } => self.message(peer, exchange, &frame),
            Input::Checked(checked) => self.checked(checked),
            Input::Carry { channel, keep, pinned } => self.carry(channel, keep, pinned),
            Input::Lost { envelopes } => self.lost(envelopes),
            Input::SyncNow => self.sync_now(),
            // Whoever wakes us early is asked again.
            Input::Tick => self.woken = None,
        }
        self.ring();
        std::mem::take(&mut self.out)
    }

    /// Whether an envelope is stored.
    pub fn has(&self, channel: &ChannelId, id: &EnvelopeId) -> bool {
        let entry = self.channels.get(channel).and_then(|stock| stock.get(&message::Short::of(id)));
        entry.is_some_and(|entry| entry.id == *id)
    }

    fn message(&mut self, peer: PeerNo, exchange: Exchange, frame: &[u8]) {
        if !self.peers.contains_key(&peer) {
            return;
        }
        if frame.len() > self.limits.frame {
            return self.let_go(peer, Reason::TooMuch);
        }
        let understood = match exchange {
            Exchange::Request(no) => {
                message::parse::<Request>(frame).map(|(request, following)| self.request(peer, no, request, following))
            }
            Exchange::Reply(no) => message::parse::<Reply>(frame)
                .map(|(reply, following)| self.replied(peer, no, reply, following, frame.len())),
        };
        if understood.is_none() {
            self.let_go(peer, Reason::Malformed);
        }
    }

    fn request(&mut self, peer: PeerNo, no: u64, request: Request, following: Vec<&[u8]>) {
        let greeted = self.peers.get(&peer).is_some_and(|peer| peer.hello.is_some());
        match request {
            Request::Hello(hello) => self.hello(peer, no, hello),
            _ if !greeted => self.let_go(peer, Reason::Unasked),
            Request::Channels { tags } => self.tags(peer, no, &tags),
            Request::State { channel, state } => self.state_asked(peer, no, channel, state),
            Request::Floors { channel, floors } => self.floors_asked(peer, no, channel, floors),
            Request::Introduce { channel } => self.introduced(peer, no, channel, &following),
            Request::Announce { channel, offers } => self.announced(peer, no, channel, &offers),
            Request::Push { channel, cause, gone } => {
                self.gone(peer, channel, &gone);
                self.pushed(peer, no, channel, cause, &following);
            }
            Request::Query(query) => self.queried(peer, no, &query),
            Request::Get { channel, ids } => self.got(peer, no, channel, &ids),
        }
    }

    fn replied(&mut self, peer: PeerNo, no: u64, reply: Reply, following: Vec<&[u8]>, bytes: usize) {
        let Some(asked) = self.peers.get_mut(&peer).and_then(|peer| peer.asked.remove(&no)) else { return };
        let stands = matches!(asked, Asked::State(_));
        match (asked, reply) {
            (Asked::Hello, Reply::Hello(hello)) => self.greeted(peer, hello),
            (Asked::Channels, Reply::Channels { tags }) => self.tagged(peer, &tags),
            (Asked::Channels, Reply::Busy) => self.alarm(RETRY_SECS, Alarm::Channels(peer)),
            (Asked::State(channel), Reply::State(state)) => self.stated(peer, channel, Some(state)),
            (Asked::State(channel), Reply::Busy) => self.stated(peer, channel, None),
            (Asked::Floors(channel), Reply::Busy) => self.floors_put_off(peer, channel),
            (Asked::Floors(channel), Reply::Floors { floors }) => self.floors_told(peer, channel, floors),
            (Asked::Introduce(channel), Reply::Ack { .. }) => self.accepted(peer, channel),
            (Asked::Introduce(_), Reply::Unknown) => {}
            (Asked::Introduce(_), Reply::Busy) => self.alarm(self.limits.resync_secs, Alarm::Channels(peer)),
            (Asked::Lists(channel, told), Reply::Ack { refused, .. }) => {
                self.lists_taken(peer, channel, &told, refused > 0);
            }
            (Asked::Lists(channel, told), Reply::Busy) => self.lists_put_off(peer, channel, &told),
            (Asked::Announce(channel, ids), Reply::Wanted { bits }) => self.wanted(peer, channel, &ids, &bits),
            (Asked::Announce(channel, ids), Reply::Busy) => self.wanted(peer, channel, &ids, &[]),
            (Asked::Push { channel, cause, ids }, Reply::Ack { stored, refused }) => {
                if refused == 0 {
                    self.heard(channel, &ids);
                }
                let count = ids.len() as u64;
                let (stored, refused) = (u64::from(stored).min(count), u64::from(refused).min(count));
                if stored < count {
                    self.pushed_in_vain(peer, channel, cause, ids);
                }
                self.push_done(peer, channel, cause, stored, refused);
            }
            (Asked::Push { channel, cause, .. }, Reply::Busy) => self.push_done(peer, channel, cause, 0, 0),
            (Asked::Query { channel, session }, Reply::Answer { session: of, spans }) if session == of => {
                self.answered(peer, channel, session, &spans, &following, bytes);
            }
            (Asked::Query { channel, session }, Reply::Busy) => self.put_off(peer, channel, session),
            (Asked::Get(channel, ids), Reply::Given) => self.given(peer, channel, &ids, &following),
            (Asked::Get(channel, ids), Reply::Busy) => self.given(peer, channel, &ids, &[]),
            (asked, Reply::Unknown) => self.unmatched(peer, &asked),
            (_, _) => self.let_go(peer, Reason::Unasked),
        }
        if stands {
            self.judge(peer);
        }
        self.begin_next(peer);
    }

    fn ask(&mut self, peer: PeerNo, request: &Request, envelopes: Vec<EnvelopeId>, asked: Asked) {
        let no = self.number();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.asked.insert(no, asked);
        let parcel = Parcel { head: crate::wire::encode(request), envelopes };
        self.out.push(Output::Send { peer, exchange: Exchange::Request(no), parcel });
    }

    fn reply(&mut self, peer: PeerNo, no: u64, reply: &Reply, envelopes: Vec<EnvelopeId>) {
        if self.peers.contains_key(&peer) {
            let parcel = Parcel { head: crate::wire::encode(reply), envelopes };
            self.out.push(Output::Send { peer, exchange: Exchange::Reply(no), parcel });
        }
    }

    fn tell(&mut self, event: Event) {
        self.out.push(Output::Tell(event));
    }

    fn matched(&mut self, peer: PeerNo, channel: &ChannelId) -> Option<&mut Match> {
        self.peers.get_mut(&peer)?.matched.get_mut(channel)
    }

    fn matched_peers(&self, channel: &ChannelId) -> Vec<PeerNo> {
        let with = |(no, peer): (&PeerNo, &Peer)| peer.matched.contains_key(channel).then_some(*no);
        self.peers.iter().filter_map(with).collect()
    }

    /// Charges a peer with a fault, and lets it go where that is one too many.
    fn charge(&mut self, peer: PeerNo, reason: Reason) {
        if self.count_fault(peer, reason) {
            self.disconnect(peer, Some(reason));
        }
    }

    /// Lets a peer go for a fault that no honest one makes. It counts like any other against the address, so that to come
    /// back under another id is no way out.
    fn let_go(&mut self, peer: PeerNo, reason: Reason) {
        self.count_fault(peer, reason);
        self.disconnect(peer, Some(reason));
    }

    /// Whether the fault is one too many.
    fn count_fault(&mut self, peer: PeerNo, reason: Reason) -> bool {
        let weight = peer::weight(reason);
        let Some(state) = self.peers.get_mut(&peer).filter(|_| weight > 0) else { return false };
        let (fault, forgive_secs, now) = (self.limits.fault, self.limits.forgive_secs, self.now.at);
        let points = state.record.points.add(weight, forgive_secs, now);
        let crowd = self.past.charge(&state.ends.address, weight, fault, forgive_secs, now) && !state.added;
        self.tell(Event::Charged { peer, reason });
        points >= fault || crowd
    }

    fn disconnect(&mut self, peer: PeerNo, fault: Option<Reason>) {
        if self.peers.contains_key(&peer) {
            self.out.push(Output::Disconnect { peer, fault });
            self.peer_down(peer);
        }
    }

    const fn number(&mut self) -> u64 {
        self.last_no += 1;
        self.last_no
    }

    fn nonce(&mut self) -> [u8; 32] {
        let mut nonce = [0; 32];
        self.rng.fill_bytes(&mut nonce);
        nonce
    }

    /// `secs`, give or take a quarter.
    fn jittered(&mut self, secs: u64) -> u64 {
        secs - secs / 4 + self.rng.next_u64() % (secs / 2 + 1)
    }

    fn alarm(&mut self, secs: u64, alarm: Alarm) {
        self.alarms.insert((self.now.at.plus(secs), alarm));
    }

    /// Takes the new reading. After a jump back, what was to happen in a while still happens in a while.
    fn turn_clock(&mut self, now: Reading) {
        if now.at.plus(BACK_SECS) < self.now.at {
            let old = self.now.at;
            let moved = |(at, alarm): (Timestamp, Alarm)| (now.at.plus(at.since(old)), alarm);
            self.alarms = std::mem::take(&mut self.alarms).into_iter().map(moved).collect();
            for matched in self.peers.values_mut().flat_map(|peer| peer.matched.values_mut()) {
                matched.resync_at = matched.resync_at.map(|at| now.at.plus(at.since(old)));
            }
        }
        if now.is_believed() && !self.now.is_believed() {
            let next = |stock: &Stock| stock.next_expiry().map(|at| (at, Alarm::Expiry(stock.channel)));
            self.alarms.extend(self.channels.values().filter_map(next));
        }
        self.now = now;
    }

    /// Does what is due, and asks to be woken for what is next.
    fn ring(&mut self) {
        while let Some((at, alarm)) = self.alarms.first().copied().filter(|(at, _)| *at <= self.now.at) {
            self.alarms.pop_first();
            match alarm {
                Alarm::Expiry(channel) => self.expire(channel),
                Alarm::Wants(channel) => self.want_elsewhere(channel),
                Alarm::Channels(peer) => self.ask_channels(peer),
                Alarm::Debts(peer) => self.call_in(peer),
                Alarm::Resync(peer, channel) => self.resync(peer, channel, at),
            }
        }
        let next = self.alarms.first().map(|(at, _)| *at);
        if let Some(next) = next.filter(|next| self.woken.is_none_or(|woken| woken != *next)) {
            self.out.push(Output::WakeAt(next));
        }
        self.woken = next;
    }

    fn expire(&mut self, channel: ChannelId) {
        let Some(stock) = self.channels.get_mut(&channel) else { return };
        let envelopes = stock.expire(self.now);
        if let Some(next) = stock.next_expiry().filter(|next| *next > self.now.at) {
            self.alarms.insert((next, Alarm::Expiry(channel)));
        }
        if !envelopes.is_empty() {
            self.out.push(Output::Drop { envelopes, floors: Vec::new() });
        }
    }
}

/// Seconds until what a peer put off is tried again.
const RETRY_SECS: u64 = 10;
/// A clock that goes back by more than this many seconds was set.
const BACK_SECS: u64 = 60;
