//! The gate: whatever becomes stored comes through here, whoever brings it.
//!
//! First the cheap questions (form, channel, pen, time, room, whether it is here); then the check of the signature,
//! outside; then, for what comes back verified, the same questions again, because the world has moved on. Nothing is
//! remembered of an envelope before its signature was verified.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Relay;
use super::carry::is_first_list;
use super::chain::{Link, Placed, Tip};
use super::input::{BatchNo, Candidate, Checked, Entry, PeerNo, Source, Ticket};
use super::message::{Cause, Reply, Short, framed};
use super::output::{Event, Output, Reason};
use crate::channel::List;
use crate::envelope::{Body, Envelope, EnvelopeError, VERSION, Verified};
use crate::ids::{ChannelId, EnvelopeId, ListId};

/// The most envelopes in one batch of verification.
const BATCH: usize = 256;

/// Who brought envelopes, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Deposit { ticket: Ticket, source: Source },
    Push { peer: PeerNo, no: u64, channel: ChannelId, cause: Cause },
    Introduce { peer: PeerNo, no: u64, channel: ChannelId },
    Answer { peer: PeerNo, channel: ChannelId, session: u64 },
    Given { peer: PeerNo, channel: ChannelId },
}

impl Origin {
    const fn peer(&self) -> Option<(PeerNo, ChannelId)> {
        match self {
            Self::Deposit { .. } => None,
            Self::Push { peer, channel, .. }
            | Self::Introduce { peer, channel, .. }
            | Self::Answer { peer, channel, .. }
            | Self::Given { peer, channel } => Some((*peer, *channel)),
        }
    }
}

/// Envelopes that came together, on their way through the gate.
#[derive(Debug)]
pub(super) struct Intake {
    origin: Origin,
    /// How many came, those included that were not looked at.
    came: u64,
    /// Batches not yet back.
    waiting: usize,
    bytes: u64,
    stored: u64,
    duplicate: u64,
    refused: Vec<(EnvelopeId, Reason)>,
    /// What a desk deposited is stored whole or not at all.
    held: Vec<Verified<Envelope>>,
    /// Lists in these envelopes, by which the later ones may be judged.
    lists: BTreeMap<ListId, Arc<List>>,
    /// Channels begun for them.
    begun: Vec<ChannelId>,
}

impl Relay {
    pub(super) fn deposit(&mut self, envelopes: Vec<Envelope>, ticket: Ticket, source: Source) {
        let came = envelopes.len() as u64;
        self.take_in(Origin::Deposit { ticket, source }, envelopes, came);
    }

    /// Envelopes of a peer, not yet decoded. `taken` says which of them were asked for or are within its rate. Those of
    /// a later version are nobody's fault: they are left to whoever understands them.
    pub(super) fn take_frame(
        &mut self,
        origin: Origin,
        following: &[&[u8]],
        mut taken: impl FnMut(&mut Self, &Envelope) -> bool,
    ) {
        let Some((peer, channel)) = origin.peer() else { return };
        let mut envelopes = Vec::with_capacity(following.len());
        for bytes in following {
            match Envelope::decode(bytes) {
                Ok(envelope) if envelope.header().channel != channel => self.charge(peer, Reason::UnknownChannel),
                Ok(envelope) => {
                    self.settle_debt(peer, channel, Short::of(&envelope.id()));
                    if taken(self, &envelope) {
                        envelopes.push(envelope);
                    }
                }
                Err(EnvelopeError::Version(later)) if later > VERSION => {}
                Err(_) => self.charge(peer, Reason::Malformed),
            }
        }
        if self.peers.contains_key(&peer) {
            self.take_in(origin, envelopes, following.len() as u64);
        }
    }

    fn take_in(&mut self, origin: Origin, envelopes: Vec<Envelope>, came: u64) {
        let mut intake = Intake {
            origin,
            came,
            waiting: 0,
            bytes: 0,
            stored: 0,
            duplicate: 0,
            refused: Vec::new(),
            held: Vec::new(),
            lists: BTreeMap::new(),
            begun: Vec::new(),
        };
        let mut candidates = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            let id = envelope.id();
            let (channel, short) = (envelope.header().channel, Short::of(&id));
            match self.admit(&mut intake, envelope) {
                Ok(Some(candidate)) => candidates.push(candidate),
                Ok(None) => {
                    intake.duplicate += 1;
                    self.unwant(&channel, &short);
                }
                Err(reason) => self.refuse(&mut intake, id, reason),
            }
        }
        if let Some((_, channel)) = intake.origin.peer().filter(|_| !candidates.is_empty()) {
            self.watch_wants(channel);
        }
        self.send_to_check(intake, candidates);
    }

    /// Asks the cheap questions. None where it is here already.
    fn admit(&mut self, intake: &mut Intake, envelope: Envelope) -> Result<Option<Candidate>, Reason> {
        let entry = Entry::of(&envelope);
        self.begin_channel(intake, &envelope);
        let stock = self.channels.get_mut(&entry.channel).ok_or(Reason::UnknownChannel)?;
        let short = Short::of(&entry.id);
        if let Some((peer, _)) = intake.origin.peer().filter(|_| stock.get(&short).is_some()) {
            stock.news.note(short, peer, self.limits.news);
        }
        if let Body::List(signed) = envelope.body()
            && let Some(list) = stock.chain.find(&signed.list.id()).map(Link::tip)
        {
            let lost = stock.lost_lists().contains(&short);
            self.brought(intake.origin, list);
            if !lost {
                return Ok(None);
            }
        }
        let stock = self.channels.get_mut(&entry.channel).ok_or(Reason::UnknownChannel)?;
        if stock.get(&short).is_some() {
            return Ok(None);
        }
        let Body::List(signed) = envelope.body() else {
            let in_batch = intake.lists.values().any(|list| list.has_pen(&entry.pen));
            if !in_batch && stock.chain.standing(&entry.pen).is_none() {
                return Err(Reason::UnknownPen);
            }
            self.timely(&entry)?;
            if let Some((peer, channel)) = intake.origin.peer() {
                self.expect(peer, channel, short);
            }
            return Ok(Some(Candidate { envelope, before: None }));
        };
        let in_batch = || intake.lists.values().any(|list| list.has_pen(&entry.pen));
        if !signed.list.has_pen(&entry.pen) && stock.chain.standing(&entry.pen).is_none() && !in_batch() {
            return Err(Reason::UnknownPen);
        }
        if signed.list.no == 0 && signed.list.channel() != entry.channel {
            return Err(Reason::BadList);
        }
        if stock.has_no_room_for_list(&signed.list, entry.size, self.limits.list_bytes) {
            return Err(Reason::TooMuch);
        }
        let prev = signed.list.prev;
        let known = || stock.chain.find(&prev).map(|link| Arc::clone(&link.list));
        let before = intake.lists.get(&prev).cloned().or_else(known);
        if signed.list.no > 0 && before.is_none() {
            return Err(Reason::RivalList);
        }
        intake.lists.insert(signed.list.id(), Arc::new(signed.list.clone()));
        Ok(Some(Candidate { envelope, before }))
    }

    /// Whoever brings a list holds it.
    fn brought(&mut self, origin: Origin, list: Tip) {
        let Some((peer, channel)) = origin.peer() else { return };
        if let Some(matched) = self.matched(peer, &channel) {
            matched.lists.hold(list);
        }
    }

    fn timely(&self, entry: &Entry) -> Result<(), Reason> {
        if self.now.is_past(entry.expires) {
            return Err(Reason::Expired);
        }
        if self.now.is_ahead(entry.created) {
            return Err(Reason::Ahead);
        }
        match self.channels.get(&entry.channel) {
            None => Err(Reason::UnknownChannel),
            Some(stock) if stock.is_below_floor(entry) => Err(Reason::BelowFloor),
            Some(_) => Ok(()),
        }
    }

    /// A first list begins a channel where it comes from this home's desk, or by hand to an open relay that would let
    /// it be introduced.
    fn begin_channel(&mut self, intake: &mut Intake, envelope: &Envelope) {
        let channel = envelope.header().channel;
        if self.channels.contains_key(&channel) || !is_first_list(envelope, channel) {
            return;
        }
        match intake.origin {
            Origin::Deposit { source: Source::Desk, .. } => self.begin_carrying(channel, None, true, Vec::new()),
            Origin::Deposit { source: Source::Bundle, .. } if self.admits(&channel) && self.find_place() => {
                self.begin_carrying(channel, None, false, Vec::new());
                intake.begun.push(channel);
            }
            Origin::Deposit { source: Source::Bundle, .. }
            | Origin::Push { .. }
            | Origin::Introduce { .. }
            | Origin::Answer { .. }
            | Origin::Given { .. } => {}
        }
    }

    fn send_to_check(&mut self, mut intake: Intake, candidates: Vec<Candidate>) {
        let size = |candidate: &Candidate| candidate.envelope.bytes().len() as u64;
        intake.bytes = candidates.iter().map(size).sum();
        intake.waiting = candidates.len().div_ceil(BATCH);
        self.checking += intake.bytes;
        if let Some(peer) = intake.origin.peer().and_then(|(peer, _)| self.peers.get_mut(&peer)) {
            peer.checking += intake.bytes;
        }
        let no = self.number();
        let mut candidates = candidates.into_iter();
        for _ in 0..intake.waiting {
            let batch = BatchNo(self.number());
            self.batches.insert(batch, no);
            self.out.push(Output::Check { batch, candidates: candidates.by_ref().take(BATCH).collect() });
        }
        match intake.waiting {
            0 => self.all_checked(intake),
            _ => drop(self.intakes.insert(no, intake)),
        }
    }

    pub(super) fn checked(&mut self, checked: Checked) {
        let Some(no) = self.batches.remove(&checked.batch) else { return };
        let Some(mut intake) = self.intakes.remove(&no) else { return };
        intake.waiting = intake.waiting.saturating_sub(1);
        for refused in &checked.refused {
            self.refuse(&mut intake, refused.id, refused.reason);
        }
        match intake.origin {
            Origin::Deposit { source: Source::Desk, .. } => intake.held.extend(checked.verified),
            Origin::Deposit { source: Source::Bundle, .. }
            | Origin::Push { .. }
            | Origin::Introduce { .. }
            | Origin::Answer { .. }
            | Origin::Given { .. } => self.accept(&mut intake, checked.verified, None),
        }
        match intake.waiting {
            0 => self.all_checked(intake),
            _ => drop(self.intakes.insert(no, intake)),
        }
    }

    fn all_checked(&mut self, mut intake: Intake) {
        self.checking = self.checking.saturating_sub(intake.bytes);
        if let Some(peer) = intake.origin.peer().and_then(|(peer, _)| self.peers.get_mut(&peer)) {
            peer.checking = peer.checking.saturating_sub(intake.bytes);
        }
        if let Origin::Deposit { ticket, source: Source::Desk } = intake.origin {
            let held = std::mem::take(&mut intake.held);
            if intake.refused.is_empty() {
                self.accept(&mut intake, held, Some(ticket));
            }
        }
        self.taken_in(intake);
    }

    /// Takes what was verified, in order, and has it stored.
    fn accept(&mut self, intake: &mut Intake, verified: Vec<Verified<Envelope>>, ticket: Option<Ticket>) {
        let mut fresh = Vec::with_capacity(verified.len());
        let mut touched = BTreeMap::<ChannelId, Vec<Short>>::new();
        let mut extended = Vec::new();
        for envelope in verified {
            let entry = Entry::of(&envelope);
            match self.place(&envelope, entry, intake.origin) {
                Ok(placed) => {
                    let Some(placed) = placed else {
                        intake.duplicate += 1;
                        self.unwant(&entry.channel, &Short::of(&entry.id));
                        continue;
                    };
                    if placed.is_list {
                        extended.push((entry.channel, placed.forked));
                    } else {
                        touched.entry(entry.channel).or_default().push(Short::of(&entry.id));
                    }
                    if let Some(stock) = self.channels.get_mut(&entry.channel).filter(|_| ticket.is_some()) {
                        stock.await_hearing(Short::of(&entry.id));
                    }
                    fresh.push(envelope);
                }
                Err(reason) => self.refuse(intake, entry.id, reason),
            }
        }
        let taken = fresh.len();
        let crowded_out = self.make_room(fresh, &mut touched, ticket);
        intake.stored += (taken - crowded_out.len()) as u64;
        for id in crowded_out {
            self.refuse(intake, id, Reason::BelowFloor);
        }
        for (channel, forked) in extended {
            self.list_placed(channel, forked, intake.origin.peer().map(|(peer, _)| peer));
        }
        for (channel, shorts) in touched {
            self.news_of(channel, &shorts, intake.origin);
        }
    }

    fn place(&mut self, envelope: &Envelope, entry: Entry, origin: Origin) -> Result<Option<Stored>, Reason> {
        let Body::List(signed) = envelope.body() else {
            self.timely(&entry)?;
            let stock = self.channels.get_mut(&entry.channel).ok_or(Reason::UnknownChannel)?;
            stock.chain.standing(&entry.pen).ok_or(Reason::UnknownPen)?;
            return Ok(stock.insert(entry).then_some(Stored { is_list: false, forked: false }));
        };
        let stock = self.channels.get_mut(&entry.channel).ok_or(Reason::UnknownChannel)?;
        if stock.has_no_room_for_list(&signed.list, entry.size, self.limits.list_bytes) {
            return Err(Reason::TooMuch);
        }
        if !signed.list.has_pen(&entry.pen) && stock.chain.standing(&entry.pen).is_none() {
            return Err(Reason::UnknownPen);
        }
        let was_forked = stock.chain.is_forked();
        let placed = stock.place(entry, signed);
        let forked = !was_forked && stock.chain.is_forked();
        let new = match placed {
            Placed::Refused => return Err(Reason::RivalList),
            Placed::Known => stock.regain(entry),
            Placed::Extended | Placed::Rival | Placed::Turned => true,
        };
        self.brought(origin, (signed.list.no, signed.list.id()));
        if forked {
            // Before the rival is stored: after a restart it must be known which branch came first.
            self.hold_fast(entry.channel);
        }
        Ok(new.then_some(Stored { is_list: true, forked }))
    }

    fn refuse(&mut self, intake: &mut Intake, id: EnvelopeId, reason: Reason) {
        intake.refused.push((id, reason));
        let Some((peer, channel)) = intake.origin.peer() else { return };
        // Whoever was told which lists we hold sends nothing by other pens. That we have no room is no fault of theirs.
        let told = self.matched(peer, &channel).is_some_and(|matched| matched.stated);
        if (reason != Reason::UnknownPen || told) && reason != Reason::TooMuch {
            self.charge(peer, reason);
        }
        // That nobody else has it is no reason to look for it.
        self.not_from(peer, channel, &[Short::of(&id)]);
    }

    /// All of an intake is through: whoever waits is answered.
    fn taken_in(&mut self, intake: Intake) {
        let Intake { origin, came, bytes, stored, duplicate, refused, begun, .. } = intake;
        for channel in begun {
            self.stop_if_void(channel);
        }
        // What was left to sync is not acknowledged either.
        let not_taken = came.saturating_sub(stored + duplicate);
        let ack = Reply::Ack { stored: stored as u32, refused: not_taken as u32 };
        if let Some(peer) = origin.peer().and_then(|(peer, _)| self.peers.get_mut(&peer)).filter(|_| stored > 0) {
            peer.debts.count(bytes);
            peer.record.brought();
            peer.useful = Some(self.now.at);
        }
        if let Some((peer, channel)) = origin.peer()
            && let Some(matched) = self.matched(peer, &channel)
        {
            matched.report.refused += refused.len() as u64;
            let in_sync = matches!(origin, Origin::Push { cause: Cause::Turn { .. }, .. } | Origin::Answer { .. });
            if in_sync {
                matched.report.received += stored;
                matched.report.duplicate += duplicate;
            }
        }
        match origin {
            Origin::Deposit { ticket, .. } => self.tell(Event::Deposited { ticket, stored, duplicate, refused }),
            Origin::Push { peer, no, .. } => self.reply(peer, no, &ack, Vec::new()),
            Origin::Introduce { peer, no, channel } => self.introduction_done(peer, no, channel, &ack),
            Origin::Answer { peer, channel, session } => self.lacking_taken(peer, channel, session, stored),
            Origin::Given { .. } => {}
        }
    }

    /// Whether `bytes` more of a peer's envelopes may go to verification now.
    pub(super) fn has_room_to_check(&self, peer: PeerNo, following: &[&[u8]]) -> bool {
        let bytes: usize = following.iter().map(|bytes| framed(bytes.len() as u32)).sum();
        let of_peer = self.peers.get(&peer).map_or(0, |peer| peer.checking);
        self.checking + bytes as u64 <= self.limits.checking_bytes
            && of_peer + bytes as u64 <= self.limits.peer_checking_bytes
    }
}

/// What became of an envelope that was taken.
struct Stored {
    is_list: bool,
    /// It is the first of a second branch.
    forked: bool,
}
