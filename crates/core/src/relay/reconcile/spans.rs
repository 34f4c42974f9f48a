//! Spans as they travel: reading where they end, and writing as few as say what is to be said.

use std::ops::Range;

use super::{Part, Salt, Senseless, Span, Upto, View};
use crate::ids::EnvelopeId;
use crate::relay::input::Mark;
use crate::time::{HOUR, Timestamp};

/// Ranges of at most this many are listed rather than split.
const LEAF: usize = 40;
/// How many marks the ranges should have that a split ends in.
const GRAIN: usize = 16;
/// A range is split in at most this many.
const FAN: usize = 32;
/// An estimate in bytes of a span without its part.
const SPAN: usize = 7;
/// What it takes at most, in bytes, its prefix apart.
const WIDEST: usize = 13;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    At(Mark),
    End,
}

/// Follows the ends of spans, which must ascend.
#[derive(Default)]
pub(super) struct Reader {
    last: Option<Mark>,
    pub(super) ended: bool,
}

impl Reader {
    pub(super) fn read(&mut self, upto: &Upto) -> Result<Bound, Senseless> {
        if self.ended {
            return Err(Senseless);
        }
        let Upto::Mark { hours, prefix } = upto else {
            self.ended = true;
            return Ok(Bound::End);
        };
        let last = self.last.map_or(Timestamp::default(), |mark| mark.created);
        let secs = hours.checked_mul(HOUR).and_then(|secs| secs.checked_add(last.as_secs())).ok_or(Senseless)?;
        let mut id = [0; 32];
        id.get_mut(..prefix.len()).ok_or(Senseless)?.copy_from_slice(prefix);
        let mark = Mark { created: Timestamp::from_secs(secs), id: EnvelopeId::from_bytes(id) };
        if self.last.is_some_and(|last| mark <= last) || prefix.last() == Some(&0) {
            return Err(Senseless);
        }
        self.last = Some(mark);
        Ok(Bound::At(mark))
    }
}

/// Writes spans, joining those with nothing to say.
pub(super) struct Writer<'a> {
    salt: &'a Salt,
    budget: usize,
    /// Bytes that are left before no more is said, whatever the other side said.
    room: usize,
    spans: Vec<Span>,
    last: Timestamp,
    /// The end of the silence since the last span.
    silent: Option<Bound>,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(salt: &'a Salt, budget: usize) -> Self {
        Self { salt, budget, room: budget + budget / 2, spans: Vec::new(), last: Timestamp::from_secs(0), silent: None }
    }

    /// Bytes that the message still takes.
    pub(super) const fn room(&self) -> usize {
        self.room
    }

    pub(super) const fn skip(&mut self, bound: &Bound) {
        self.silent = Some(*bound);
    }

    pub(super) fn say(&mut self, bound: &Bound, part: Part) {
        if let Some(silent) = self.silent.take() {
            self.put(&silent, Part::Same);
        }
        self.put(bound, part);
    }

    fn put(&mut self, bound: &Bound, part: Part) {
        let cost = match &part {
            Part::Same => 0,
            Part::Print(print) => print.len(),
            Part::List(nicks) | Part::Give(nicks) => nicks.len() * 4 + 2,
            Part::Want(bits) => bits.len() + 1,
        };
        let upto = upto(bound, self.last);
        let prefix = if let Upto::Mark { prefix, .. } = &upto { prefix.len() } else { 0 };
        self.budget = self.budget.saturating_sub(SPAN + cost);
        self.room = self.room.saturating_sub(WIDEST + prefix + cost);
        self.spans.push(Span { upto, part });
        if let Bound::At(mark) = bound {
            self.last = mark.created;
        }
    }

    /// Says what we have in a range that differs: by a list where it is small, by fingerprints of its parts, or by
    /// one of the whole where the message is full.
    pub(super) fn divide(&mut self, view: &View<'_>, places: Range<usize>, bound: &Bound) {
        let count = places.len();
        if count <= LEAF && self.budget > SPAN + 4 * LEAF {
            let marks = view.marks(places);
            return self.say(bound, Part::List(marks.iter().map(|mark| self.salt.nick(mark)).collect()));
        }
        let parts = (count / GRAIN).clamp(1, FAN);
        if self.budget < parts * (SPAN + 6) {
            return self.say(bound, Part::Print(self.salt.print(&view.tally(places))));
        }
        let cut = |part: usize| places.start + count * part / parts;
        for part in 1..parts {
            let range = cut(part - 1)..cut(part);
            let end = Bound::At(between(view, cut(part)));
            self.say(&end, Part::Print(self.salt.print(&view.tally(range))));
        }
        self.say(bound, Part::Print(self.salt.print(&view.tally(cut(parts - 1)..places.end))));
    }

    /// The spans, or none where there is nothing to say.
    pub(super) fn finish(mut self) -> Vec<Span> {
        if !self.spans.is_empty() && self.silent.take().is_some() {
            self.put(&Bound::End, Part::Same);
        }
        self.spans
    }
}

fn upto(bound: &Bound, last: Timestamp) -> Upto {
    let Bound::At(mark) = bound else { return Upto::End };
    let id = mark.id.as_bytes();
    let length = id.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    Upto::Mark { hours: mark.created.since(last) / HOUR, prefix: id[..length].to_vec() }
}

/// The shortest mark above the one before `place` and not above the one at it.
fn between(view: &View<'_>, place: usize) -> Mark {
    let pair = view.marks(place.saturating_sub(1)..place + 1);
    let [low, high] = pair[..] else {
        return Mark { created: Timestamp::default(), id: EnvelopeId::from_bytes([0; 32]) };
    };
    if low.created != high.created {
        return Mark { created: high.created, id: EnvelopeId::from_bytes([0; 32]) };
    }
    let common = low.id.as_bytes().iter().zip(high.id.as_bytes()).take_while(|(a, b)| a == b).count();
    let mut id = [0; 32];
    id[..=common.min(31)].copy_from_slice(&high.id.as_bytes()[..=common.min(31)]);
    Mark { created: high.created, id: EnvelopeId::from_bytes(id) }
}
