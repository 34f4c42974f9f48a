//! What the machine remembers of a connected peer: what it said, what it is asked, and what it is charged with.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::agenda::Agenda;
use super::chain::Tip;
use super::debts::Debts;
use super::input::Ends;
use super::limits::Limits;
use super::lists::Lists;
use super::message::{Cause, End, Hello, Query, Short, State};
use super::output::{Reason, Report};
use super::past::Record;
use super::ration::Bucket;
use super::stock::Floors;
use super::turns::Horizon;
use crate::ids::ChannelId;
use crate::time::Timestamp;

/// A request of ours that waits for its reply.
#[derive(Debug)]
pub(super) enum Asked {
    Hello,
    Channels,
    State(ChannelId),
    Floors(ChannelId),
    Introduce(ChannelId),
    Lists(ChannelId, Vec<Tip>),
    Announce(ChannelId, Vec<Short>),
    Push { channel: ChannelId, cause: Cause, ids: Vec<Short> },
    Query { channel: ChannelId, session: u64 },
    Get(ChannelId, Vec<Short>),
}

/// Our turn of sync with one peer in one channel.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) session: u64,
    pub(super) began: Timestamp,
    pub(super) horizon: Horizon,
    pub(super) rounds: u32,
    pub(super) bytes: u64,
    /// What the peer lacks, in the order to be sent.
    pub(super) queue: VecDeque<Short>,
    /// Whether there is more to ask.
    pub(super) asking: bool,
    /// Pushes without acknowledgement, and batches of what we lacked in verification.
    pub(super) open: u32,
    /// How many envelopes it moved.
    pub(super) moved: u64,
    /// What was pushed in frames of which the peer did not take all.
    pub(super) vain: BTreeSet<Short>,
    /// Whether something came for which verification had no room.
    pub(super) left: bool,
}

/// The peer's turn, as we serve it.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) session: u64,
    pub(super) horizon: Horizon,
    pub(super) began: Timestamp,
    pub(super) seen: Timestamp,
    pub(super) rounds: u32,
    pub(super) bytes: u64,
}

/// A peer that waits for a turn, since others are at theirs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) since: Timestamp,
    /// When it was last looked at.
    pub(super) seen: Timestamp,
}

impl Wait {
    /// Whether it goes on waiting: both sides try again after one to three seconds, on a slow link later.
    pub(super) fn is_kept_up(&self, secs: u64, now: Timestamp) -> bool {
        now.since(self.seen) <= secs && self.seen <= now
    }
}

/// A channel that a peer and we both carry.
#[derive(Debug)]
pub(super) struct Match {
    /// Whether the peer knows of the match: whoever was asked says nothing before whoever asked has stated.
    pub(super) ready: bool,
    /// What the peer last said of it.
    pub(super) theirs: Option<State>,
    /// How often it may state.
    pub(super) states: Bucket,
    /// Whether we have stated, so that it knows which lists we hold.
    pub(super) stated: bool,
    pub(super) lists: Lists,
    /// The peer's floors, and the hash that it stated of them.
    pub(super) floors: Floors,
    pub(super) floors_of: Option<[u8; 8]>,
    /// Requests that the next decision waits for: states, floors.
    pub(super) pending: u32,
    pub(super) turn: Option<Turn>,
    /// What the turn before pushed in vain, which this one leaves out.
    pub(super) vain: BTreeSet<Short>,
    /// What answers brought in the peer's turn before this one, and in this.
    pub(super) given: [BTreeSet<Short>; 2],
    pub(super) served: Option<Served>,
    pub(super) waits: Option<Wait>,
    /// A query, and its number, that came before the state that we asked for.
    pub(super) early: Option<(u64, Query)>,
    /// The peer's turn is waited for.
    pub(super) expecting: bool,
    /// It was, in vain.
    pub(super) waited: bool,
    /// The states on both sides after a turn that moved nothing: no use to try again.
    pub(super) settled: Option<([u8; 16], [u8; 16])>,
    pub(super) resync_at: Option<Timestamp>,
    pub(super) last_sync: Option<Timestamp>,
    /// When a full check may be tried again that the peer had no room for.
    pub(super) no_full_before: Timestamp,
    pub(super) report: Report,
    pub(super) offers: VecDeque<Short>,
    pub(super) announcing: bool,
    pub(super) outbox: VecDeque<Short>,
    /// What it wants of our offers and is not here any more.
    pub(super) gone: Vec<Short>,
    pub(super) pushing: bool,
    /// What it is to be asked for, and whether it is asked for something now.
    pub(super) gets: VecDeque<Short>,
    pub(super) getting: bool,
}

impl Match {
    pub(super) fn new(ready: bool, limits: &Limits, now: Timestamp) -> Self {
        Self {
            ready,
            theirs: None,
            states: Bucket::full(limits.turn_burst, now),
            stated: false,
            lists: Lists::default(),
            floors: Floors::new(),
            floors_of: None,
            pending: 0,
            turn: None,
            vain: BTreeSet::new(),
            given: Default::default(),
            served: None,
            waits: None,
            early: None,
            expecting: false,
            waited: false,
            settled: None,
            resync_at: None,
            last_sync: None,
            no_full_before: Timestamp::default(),
            report: Report::default(),
            offers: VecDeque::new(),
            announcing: false,
            outbox: VecDeque::new(),
            gone: Vec::new(),
            pushing: false,
            gets: VecDeque::new(),
            getting: false,
        }
    }
}

#[derive(Debug)]
pub(super) struct Peer {
    pub(super) added: bool,
    pub(super) ends: Ends,
    /// Since when it is connected.
    pub(super) since: Timestamp,
    /// When it last brought something new.
    pub(super) useful: Option<Timestamp>,
    /// What we salt tags with for this peer.
    pub(super) nonce: [u8; 32],
    pub(super) hello: Option<Hello>,
    pub(super) matched: BTreeMap<ChannelId, Match>,
    pub(super) asked: BTreeMap<u64, Asked>,
    /// What is begun once some of them are answered.
    pub(super) agenda: Agenda,
    /// How many channels it introduced.
    pub(super) introduced: usize,
    /// Bytes of its envelopes in verification.
    pub(super) checking: u64,
    pub(super) envelopes: Bucket,
    pub(super) debts: Debts,
    /// What is held against it.
    pub(super) record: Record,
    pub(super) turns: Bucket,
    pub(super) tries: Bucket,
}

impl Peer {
    pub(super) fn new(
        added: bool,
        ends: Ends,
        nonce: [u8; 32],
        record: Record,
        limits: &Limits,
        now: Timestamp,
    ) -> Self {
        Self {
            added,
            ends,
            since: now,
            useful: None,
            nonce,
            hello: None,
            matched: BTreeMap::new(),
            asked: BTreeMap::new(),
            agenda: Agenda::default(),
            introduced: 0,
            checking: 0,
            envelopes: Bucket::full(limits.burst, now),
            debts: Debts::default(),
            record,
            turns: Bucket::full(limits.turn_burst, now),
            tries: Bucket::full(TRIES, now),
        }
    }

    /// Our end of the connection and the peer's; none before it has said hello.
    pub(super) fn both_ends(&self) -> Option<(End<'_>, End<'_>)> {
        let ours = End { nonce: &self.nonce, id: &self.ends.ours };
        let theirs = End { nonce: &self.hello.as_ref()?.nonce, id: &self.ends.theirs };
        Some((ours, theirs))
    }
}

/// How many messages that need a look at every channel a peer may send at once; one more a second.
pub(super) const TRIES: u32 = 32;

/// What each fault weighs. What may happen to an honest peer weighs nothing.
pub(super) const fn weight(reason: Reason) -> u32 {
    match reason {
        Reason::Malformed | Reason::BadSignature | Reason::BadList => 10,
        Reason::BadSync => 5,
        Reason::UnknownChannel | Reason::UnknownPen | Reason::Unasked | Reason::Withheld => 2,
        Reason::TooMuch => 1,
        Reason::RivalList | Reason::Expired | Reason::Ahead | Reason::BelowFloor => 0,
    }
}
