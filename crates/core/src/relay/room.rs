//! Room for what is new: what has to give way for it, and what of the new gives way itself.
//!
//! First each channel comes within its own quota, as [`super::quota`] shares it; then all of them together. There the room
//! is shared max-min fairly by the addresses from which channels were introduced, as a channel's is by pens: so many small
//! channels displace nobody's one. An eighth is kept for channels younger than a day, so that a full relay is open still;
//! and what this home's owner asked for gives way last.

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Floor, Ticket};
use super::message::Short;
use super::output::{Event, Output};
use super::stock::Stock;
use super::{Alarm, Relay};
use crate::envelope::{Envelope, Kind, Verified};
use crate::ids::{ChannelId, EnvelopeId};

/// Of all room, the part that is kept for introduced channels younger than a day.
const RESERVE: u64 = 8;
/// How many bytes of one channel go before it is seen anew which is the most crowded.
const STEP: u64 = 64 << 10;

/// What gives way.
#[derive(Debug, Default)]
struct Leaving {
    envelopes: BTreeSet<EnvelopeId>,
    /// Channels whose floors rise with them.
    risen: BTreeSet<ChannelId>,
    /// Channels that are carried no longer.
    channels: BTreeSet<ChannelId>,
}

impl Relay {
    /// Has the new ones stored, and what gives way for them dropped; those of the new that have to give way themselves.
    pub(super) fn make_room(
        &mut self,
        mut fresh: Vec<Verified<Envelope>>,
        touched: &mut BTreeMap<ChannelId, Vec<Short>>,
        ticket: Option<Ticket>,
    ) -> Vec<EnvelopeId> {
        let Leaving { mut envelopes, risen, channels } = self.leave_room(touched.keys().copied().collect());
        let mut crowded_out: Vec<EnvelopeId> = fresh.iter().map(|new| new.id()).collect();
        crowded_out.retain(|id| envelopes.remove(id));
        fresh.retain(|new| !crowded_out.contains(&new.id()));
        let whole = crowded_out.is_empty();
        if ticket.is_some() && !whole {
            crowded_out.extend(self.take_back(&mut fresh));
        }
        for (channel, shorts) in touched.iter_mut() {
            let stock = self.channels.get(channel);
            shorts.retain(|short| stock.is_some_and(|stock| stock.get(short).is_some()));
        }
        let ticket = ticket.filter(|_| whole);
        if !fresh.is_empty() || ticket.is_some() {
            self.out.push(Output::Store { envelopes: fresh, ticket });
        }
        let floors: Vec<(ChannelId, Vec<Floor>)> =
            risen.into_iter().filter_map(|channel| self.floors_of(channel)).collect();
        if !envelopes.is_empty() || !floors.is_empty() {
            self.out.push(Output::Drop { envelopes: envelopes.into_iter().collect(), floors });
        }
        for channel in channels {
            self.stop_carrying(channel);
        }
        for (channel, shorts) in touched.iter().filter(|(_, shorts)| !shorts.is_empty()) {
            let expiry = self.channels.get(channel).and_then(Stock::next_expiry);
            self.alarms.extend(expiry.map(|at| (at.max(self.now.at.plus(1)), Alarm::Expiry(*channel))));
            self.out.push(Output::Tell(Event::Stored { channel: *channel, count: shorts.len() as u64 }));
        }
        crowded_out
    }

    /// Evicts until `touched` and all channels together are within their quotas.
    fn leave_room(&mut self, touched: BTreeSet<ChannelId>) -> Leaving {
        let mut leaving = Leaving::default();
        for channel in touched {
            let Some(stock) = self.channels.get_mut(&channel) else { continue };
            let evicted = stock.evict(self.limits.channel_bytes);
            if !evicted.is_empty() {
                leaving.risen.insert(channel);
            }
            leaving.envelopes.extend(evicted);
        }
        let stays = |leaving: &Leaving, stock: &Stock| !leaving.channels.contains(&stock.channel);
        let held = |relay: &Self, leaving: &Leaving| -> u64 {
            relay.channels.values().filter(|stock| stays(leaving, stock)).map(Stock::held).sum()
        };
        loop {
            let excess = held(self, &leaving).saturating_sub(self.limits.total_bytes);
            let Some(crowded) = self.most_crowded(&leaving.channels).filter(|_| excess > 0) else { break };
            let Some(stock) = self.channels.get_mut(&crowded) else { break };
            if stock.is_idle() {
                leaving.channels.insert(crowded);
                continue;
            }
            let before = stock.held();
            while before - stock.held() < excess.min(STEP)
                && let Some(evicted) = stock.evict_any()
            {
                leaving.risen.insert(crowded);
                leaving.envelopes.insert(evicted);
            }
            if stock.held() == before {
                break;
            }
        }
        leaving
    }

    /// The channel that gives way next, whole where it holds nothing but lists.
    fn most_crowded(&self, leaving: &BTreeSet<ChannelId>) -> Option<ChannelId> {
        let yields = |stock: &&Stock| !leaving.contains(&stock.channel) && (stock.count() > 0 || stock.is_idle());
        let (own, introduced): (Vec<_>, Vec<_>) = self.channels.values().filter(yields).partition(|stock| stock.own);
        let (young, old): (Vec<_>, Vec<_>) = introduced.into_iter().partition(|stock| stock.is_young(self.now.at));
        let held: u64 = young.iter().map(|stock| stock.held()).sum();
        let reserved = held <= self.limits.total_bytes / RESERVE;
        if !reserved {
            return self.largest_of_fullest(&young);
        }
        let idle = old.iter().filter(|stock| stock.is_idle()).min_by_key(|stock| stock.begun);
        let idle = idle.map(|stock| stock.channel).or_else(|| self.largest_of_fullest(&old));
        let own = || own.iter().max_by_key(|stock| stock.held()).map(|stock| stock.channel);
        idle.or_else(own).or_else(|| self.largest_of_fullest(&young))
    }

    /// Of the channels introduced from the address that has most: one that holds nothing but lists, or the largest.
    fn largest_of_fullest(&self, stocks: &[&Stock]) -> Option<ChannelId> {
        let mut shares = BTreeMap::<&[u8], u64>::new();
        for stock in stocks {
            *shares.entry(&stock.patron).or_default() += stock.held();
        }
        let (fullest, _) = shares.into_iter().max_by_key(|(_, held)| *held)?;
        let of_it = || stocks.iter().filter(|stock| stock.patron == fullest);
        let idle = of_it().filter(|stock| stock.is_idle()).min_by_key(|stock| (self.is_met(stock), stock.begun));
        idle.or_else(|| of_it().max_by_key(|stock| stock.held())).map(|stock| stock.channel)
    }

    fn is_met(&self, stock: &Stock) -> bool {
        self.peers.values().any(|peer| peer.matched.contains_key(&stock.channel))
    }

    /// What a desk deposits is stored whole or not at all: where some of it has no room, the rest is taken back, but
    /// for lists, which are judged by themselves.
    fn take_back(&mut self, fresh: &mut Vec<Verified<Envelope>>) -> Vec<EnvelopeId> {
        let mut taken_back = Vec::new();
        fresh.retain(|new| {
            if new.body().kind() == Kind::List {
                return true;
            }
            taken_back.push(new.id());
            if let Some(stock) = self.channels.get_mut(&new.header().channel) {
                stock.take_back(&Short::of(&new.id()));
            }
            false
        });
        taken_back
    }

    fn floors_of(&self, channel: ChannelId) -> Option<(ChannelId, Vec<Floor>)> {
        Some((channel, self.channels.get(&channel)?.floors().collect()))
    }

    /// The introduced channel that gives way first: it holds nothing but lists; nobody who is connected carries it, if
    /// there is one like that; and it was begun longest ago.
    fn idlest(&self) -> Option<ChannelId> {
        let idle = |stock: &&Stock| stock.is_idle();
        let idlest = self.channels.values().filter(idle).min_by_key(|stock| (self.is_met(stock), stock.begun));
        idlest.map(|stock| stock.channel)
    }

    /// Whether one more channel that nobody here asked for has a place; where all are taken, the idlest makes one.
    pub(super) fn find_place(&mut self) -> bool {
        if self.channels.len() < self.limits.channels {
            return true;
        }
        let idlest = self.idlest();
        if let Some(idlest) = idlest {
            self.stop_carrying(idlest);
        }
        idlest.is_some()
    }
}
