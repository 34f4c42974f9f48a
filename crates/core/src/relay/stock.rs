//! What the machine remembers of one channel: its lists, and an entry for each stored envelope.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::chain::{Chain, Link, Placed, Standing, Tip};
use super::index::Index;
use super::input::{Entry, Floor, Mark, PeerNo};
use super::limits::Limits;
use super::lists::Barred;
use super::message::{FLOORS, Short, State};
use super::quota::{Ledger, Place};
use super::ration::{Bucket, Fulls, Looks};
use super::reconcile::Salt;
use super::snapshot::Snapshot;
use crate::channel::{List, SignedList};
use crate::envelope::{Kind, LONGEST_LIFE, Priority};
use crate::ids::{ChannelId, EnvelopeId, ListId, derive};
use crate::sign::PublicKey;
use crate::time::{DAY, Reading, Timestamp};
use crate::wire;

/// Below which mark nothing of a pen's is kept, by class.
pub(super) type Floors = BTreeMap<(PublicKey, Priority), Mark>;

/// How many times the bytes of lists that an introduced channel may have are those of our own.
const OWN_LISTS: u64 = 16;
/// The most floors of one peer's that are kept, in all channels together.
pub(super) const FLOORS_KEPT: usize = 4 * FLOORS;

/// An envelope asked for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) from: PeerNo,
    pub(super) course: Course,
    /// Since when it is at that.
    pub(super) since: Timestamp,
    /// Its length in bytes: the greatest that an offer said.
    pub(super) size: u32,
    /// Who else offered it, the first of them first.
    pub(super) others: Vec<PeerNo>,
}

/// How far it has come with an envelope that is wanted from a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// The peer is to be asked once it has given what it was asked for before.
    Queued,
    /// It was asked.
    Asked,
    /// It came, and is being verified.
    Here,
}

impl Wanted {
    pub(super) const fn new(from: PeerNo, course: Course, size: u32, since: Timestamp) -> Self {
        Self { from, course, since, size, others: Vec::new() }
    }

    pub(super) const fn turn(&mut self, from: PeerNo, course: Course, since: Timestamp) {
        (self.from, self.course, self.since) = (from, course, since);
    }
}

#[derive(Debug)]
pub(super) struct Stock {
    pub(super) channel: ChannelId,
    pub(super) own: bool,
    /// Which of two was begun first; 0 for those that were here at the start.
    pub(super) begun: u64,
    /// When it was begun, and from which address it was introduced; nothing for those that were here at the start.
    pub(super) since: Timestamp,
    pub(super) patron: Vec<u8>,
    pub(super) chain: Chain,
    pub(super) wants: BTreeMap<Short, Wanted>,
    pub(super) news: News,
    /// How much of each pen's may be gossiped.
    gossip: BTreeMap<(Standing, Option<PublicKey>), Bucket>,
    entries: BTreeMap<Short, Entry>,
    index: Index,
    expiry: BTreeSet<(Timestamp, Short)>,
    ledger: Ledger,
    floors: Floors,
    /// Of the floors; none where they changed since.
    floors_hash: Option<[u8; 8]>,
    /// What sessions see of it, the newest last.
    snapshots: VecDeque<(PeerNo, u64, Snapshot)>,
    bytes: u64,
    list_bytes: u64,
    /// Who had a full look at it.
    pub(super) looks: Looks,
    /// With whom a full check was done.
    pub(super) fulls: Fulls,
    /// What this home's desk deposited and no peer is known to have.
    unheard: BTreeSet<Short>,
    /// Envelopes whose lists are known and that the store has no more.
    lost_lists: BTreeSet<Short>,
}

impl Stock {
    pub(super) fn new(channel: ChannelId, own: bool, pinned: Option<ListId>, begun: u64) -> Self {
        Self {
            channel,
            own,
            begun,
            since: Timestamp::default(),
            patron: Vec::new(),
            chain: Chain::new(pinned),
            wants: BTreeMap::new(),
            news: News::default(),
            gossip: BTreeMap::new(),
            entries: BTreeMap::new(),
            index: Index::default(),
            expiry: BTreeSet::new(),
            ledger: Ledger::default(),
            floors: BTreeMap::new(),
            floors_hash: None,
            snapshots: VecDeque::new(),
            bytes: 0,
            list_bytes: 0,
            looks: Looks::default(),
            fulls: Fulls::default(),
            unheard: BTreeSet::new(),
            lost_lists: BTreeSet::new(),
        }
    }

    /// Rebuilds the lists, given in any order.
    pub(super) fn restore(&mut self, lists: Vec<(EnvelopeId, SignedList)>, floors: Vec<Floor>) {
        self.chain.restore(lists);
        self.floors = floors.into_iter().map(|floor| ((floor.pen, floor.class), floor.mark)).collect();
    }

    /// How many envelopes are stored, lists apart.
    pub(super) fn count(&self) -> usize {
        self.index.len()
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What it takes of the room of all channels: lists too, unless they are of a channel of our own.
    pub(super) const fn held(&self) -> u64 {
        if self.own { self.bytes } else { self.bytes + self.list_bytes }
    }

    /// Whether it was begun less than a day ago.
    pub(super) fn is_young(&self, now: Timestamp) -> bool {
        now.since(self.since) < DAY && self.since <= now
    }

    /// Whether nobody here asked for it, and it holds nothing but lists.
    pub(super) fn is_idle(&self) -> bool {
        !self.own && self.count() == 0 && self.tip().is_some()
    }

    /// Whether a list of so many bytes would be more than the channel may have. An introduced one may have `most` of
    /// them, our own many times that, and the next list of the chain in any case.
    pub(super) fn has_no_room_for_list(&self, list: &List, size: u32, most: u64) -> bool {
        let next = || self.chain.tip().is_some_and(|tip| tip.id == list.prev);
        let most = if self.own { most.saturating_mul(OWN_LISTS) } else { most };
        self.list_bytes + u64::from(size) > most && !(self.own && next())
    }

    pub(super) const fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn get(&self, id: &Short) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// Notes that what was wanted from `peer` has come; false where it was not wanted from it, or had come before.
    pub(super) fn has_come(&mut self, id: &Short, peer: PeerNo, now: Timestamp) -> bool {
        let awaited = |wanted: &&mut Wanted| wanted.from == peer && wanted.course != Course::Here;
        let Some(wanted) = self.wants.get_mut(id).filter(awaited) else { return false };
        wanted.turn(peer, Course::Here, now);
        true
    }

    /// Whether one more envelope of this pen may be gossiped now. Pens outside of the two newest lists have one ration
    /// together, those of rival branches another.
    pub(super) fn may_gossip(&mut self, entry: &Entry, limits: &Limits, now: Timestamp) -> bool {
        let standing = self.chain.standing(&entry.pen).unwrap_or(Standing::Rival);
        let of = (standing, (standing == Standing::Current).then_some(entry.pen));
        let ration = self.gossip.entry(of).or_insert_with(|| Bucket::full(limits.pen_burst, now));
        ration.take_for(entry.priority, limits.pen_rate, limits.pen_burst, now)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(super) fn tip(&self) -> Option<Tip> {
        self.chain.tip().map(Link::tip)
    }

    pub(super) fn state(&mut self, now: Reading) -> State {
        let floors = self.floors_hash.unwrap_or_else(|| hash(&self.floors().collect::<Vec<_>>()));
        self.floors_hash = Some(floors);
        State {
            tips: self.chain.tips(),
            count: self.index.total().count,
            print: self.index.total().print(),
            floors,
            clock: now.is_believed().then_some(now.at),
        }
    }

    pub(super) fn floors(&self) -> impl Iterator<Item = Floor> {
        self.floors.iter().take(FLOORS).map(|((pen, class), mark)| Floor { pen: *pen, class: *class, mark: *mark })
    }

    pub(super) fn is_below_floor(&self, entry: &Entry) -> bool {
        self.floors.get(&(entry.pen, entry.priority)).is_some_and(|floor| entry.mark() <= *floor)
    }

    /// Adds an entry that is no list's; false where it stood there already.
    pub(super) fn insert(&mut self, entry: Entry) -> bool {
        let short = Short::of(&entry.id);
        if self.entries.contains_key(&short) {
            return false;
        }
        let standing = self.chain.standing(&entry.pen).unwrap_or(Standing::Rival);
        self.ledger.add(entry.pen, standing, entry.priority, (entry.created, short), entry.size);
        self.index.insert(entry.mark());
        self.expiry.insert((entry.expires, short));
        self.bytes += u64::from(entry.size);
        self.entries.insert(short, entry);
        self.wants.remove(&short);
        true
    }

    /// Adds the entry of an envelope whose list was placed.
    pub(super) fn insert_list(&mut self, entry: Entry) {
        let short = Short::of(&entry.id);
        if self.entries.insert(short, entry).is_none() {
            self.list_bytes += u64::from(entry.size);
        }
        self.wants.remove(&short);
    }

    /// Forgets an envelope that the store has no more; false where it was not here. Its list, if it brought one, is
    /// followed still.
    pub(super) fn lose(&mut self, id: &Short) -> bool {
        let Some(entry) = self.entries.get(id).copied() else { return false };
        if entry.kind != Kind::List {
            return self.remove(id).is_some();
        }
        self.entries.remove(id);
        self.list_bytes -= u64::from(entry.size);
        self.lost_lists.insert(*id)
    }

    /// Takes back an envelope that was lost; false where it was not.
    pub(super) fn regain(&mut self, entry: Entry) -> bool {
        let lost = self.lost_lists.remove(&Short::of(&entry.id));
        if lost {
            self.insert_list(entry);
        }
        lost
    }

    pub(super) const fn lost_lists(&self) -> &BTreeSet<Short> {
        &self.lost_lists
    }

    /// Places a verified list, and looks again at everyone's share.
    pub(super) fn place(&mut self, entry: Entry, list: &SignedList) -> Placed {
        let placed = self.chain.place(entry.id, list);
        match placed {
            Placed::Extended | Placed::Rival | Placed::Turned => {
                self.insert_list(entry);
                self.restand();
            }
            Placed::Known | Placed::Refused => {}
        }
        placed
    }

    pub(super) fn pin(&mut self, list: ListId) {
        if self.chain.pin(list) {
            self.restand();
        }
    }

    fn restand(&mut self) {
        self.ledger.restand(|pen| self.chain.standing(pen));
        self.gossip.clear();
    }

    /// What a desk deposits waits for a peer to have it.
    pub(super) fn await_hearing(&mut self, id: Short) {
        self.unheard.insert(id);
    }

    /// A peer has these; true where none was known to have one of them.
    pub(super) fn heard(&mut self, ids: &[Short]) -> bool {
        let before = self.unheard.len();
        self.unheard.retain(|id| !ids.contains(id));
        self.unheard.len() < before
    }

    /// A peer has everything; true where none was known to have some of it.
    pub(super) fn all_heard(&mut self) -> bool {
        !std::mem::take(&mut self.unheard).is_empty()
    }

    pub(super) fn unheard(&self) -> u64 {
        self.unheard.len() as u64
    }

    fn remove(&mut self, id: &Short) -> Option<Entry> {
        let entry = self.entries.remove(id)?;
        self.unheard.remove(id);
        self.index.remove(&entry.mark());
        self.expiry.remove(&(entry.expires, *id));
        self.ledger.remove(&entry.pen, entry.priority, &(entry.created, *id), entry.size);
        self.bytes -= u64::from(entry.size);
        Some(entry)
    }

    /// Forgets an envelope that was not stored yet.
    pub(super) fn take_back(&mut self, id: &Short) {
        self.remove(id);
    }

    /// Evicts until the channel is within `quota` bytes; what went, in order.
    pub(super) fn evict(&mut self, quota: u64) -> Vec<EnvelopeId> {
        let mut gone = Vec::new();
        while let Some(id) = self.ledger.excess(quota).and_then(|id| self.evict_one(&id)) {
            gone.push(id);
        }
        gone
    }

    /// Evicts one envelope, whose turn it is.
    pub(super) fn evict_any(&mut self) -> Option<EnvelopeId> {
        self.ledger.any().and_then(|id| self.evict_one(&id))
    }

    fn evict_one(&mut self, id: &Short) -> Option<EnvelopeId> {
        let entry = self.remove(id)?;
        let floor = self.floors.entry((entry.pen, entry.priority)).or_insert(entry.mark());
        *floor = entry.mark().max(*floor);
        self.floors_hash = None;
        Some(entry.id)
    }

    /// Forgets what is over by `now`, and floors that nothing living can be below.
    pub(super) fn expire(&mut self, now: Reading) -> Vec<EnvelopeId> {
        let mut gone = Vec::new();
        while let Some((expires, id)) = self.expiry.first().copied() {
            if !now.is_past(expires) {
                break;
            }
            gone.extend(self.remove(&id).map(|entry| entry.id));
        }
        if now.is_believed() {
            let (oldest, count) = (now.at.minus(LONGEST_LIFE), self.floors.len());
            self.floors.retain(|_, mark| mark.created >= oldest);
            self.floors_hash = self.floors_hash.filter(|_| self.floors.len() == count);
        }
        gone
    }

    /// When the first of them ends.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        self.expiry.first().map(|(expires, _)| *expires)
    }

    /// The channel without what ends by `cut`, was made after `ahead` or is barred from a peer; and under keyed sums
    /// where asked. None where that is simply the index.
    pub(super) fn snapshot(
        &self,
        cut: Timestamp,
        ahead: Timestamp,
        barred: Option<&Barred<'_>>,
        keyed: Option<&Salt>,
    ) -> Option<Snapshot> {
        let over = self.expiry.iter().take_while(|(expires, _)| *expires <= cut).map(|(_, id)| *id);
        let mut without: BTreeSet<Short> = over.collect();
        if let Some(barred) = barred {
            let early = self.ledger.pens().filter(|pen| barred.is_early(pen));
            without.extend(early.flat_map(|pen| self.ledger.of_pen(pen)).map(|(_, id)| *id));
            without.extend(barred.floors().flat_map(|floor| self.below(&floor)).map(|(_, id)| *id));
        }
        let end = ahead.plus(1);
        let kept = self.index.rank(&Mark { created: end, id: EnvelopeId::from_bytes([0; 32]) });
        if without.is_empty() && keyed.is_none() && kept == self.index.len() {
            return None;
        }
        let marks = self.index.marks(0..kept).filter(|mark| !without.contains(&Short::of(&mark.id)));
        Some(Snapshot::new(marks.copied().collect(), keyed))
    }

    /// Keeps what a session sees, for its next rounds; of the oldest, more than `most` are let go.
    pub(super) fn keep(&mut self, peer: PeerNo, session: u64, snapshot: Snapshot, most: usize) {
        self.snapshots.push_back((peer, session, snapshot));
        self.snapshots.drain(..self.snapshots.len().saturating_sub(most));
    }

    pub(super) fn kept(&self, peer: PeerNo, session: u64) -> Option<&Snapshot> {
        let kept = self.snapshots.iter().find(|(no, of, _)| (*no, *of) == (peer, session));
        kept.map(|(_, _, snapshot)| snapshot)
    }

    /// Lets go of what a peer's sessions saw.
    pub(super) fn let_go(&mut self, peer: PeerNo) {
        self.snapshots.retain(|(no, _, _)| *no != peer);
    }

    fn below(&self, floor: &Floor) -> impl Iterator<Item = &Place> + use<'_> {
        let last = (floor.mark.created, Short::of(&floor.mark.id));
        self.ledger.upto(floor.pen, floor.class, last)
    }

    /// The order in which envelopes travel: the more pressing first, the newer first.
    pub(super) fn by_urgency(&self, ids: impl Iterator<Item = Short>) -> Vec<Short> {
        let mut found: Vec<&Entry> = ids.filter_map(|id| self.entries.get(&id)).collect();
        let page = |entry: &Entry| entry.kind != Kind::Rotate;
        found.sort_by_key(|entry| (entry.priority, page(entry), std::cmp::Reverse(entry.mark())));
        found.iter().map(|entry| Short::of(&entry.id)).collect()
    }
}

fn hash(floors: &[Floor]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = derive("kenes v1 sync floors", &wire::encode(&floors));
    [a, b, c, d, e, f, g, h]
}

/// Which peers are known to have the newest envelopes.
#[derive(Debug, Default)]
pub(super) struct News {
    order: VecDeque<Short>,
    known: BTreeMap<Short, Vec<PeerNo>>,
}

impl News {
    pub(super) fn note(&mut self, id: Short, peer: PeerNo, most: usize) {
        let known = self.known.entry(id).or_insert_with(|| {
            self.order.push_back(id);
            Vec::new()
        });
        if !known.contains(&peer) {
            known.push(peer);
        }
        while self.order.len() > most {
            let Some(oldest) = self.order.pop_front() else { break };
            self.known.remove(&oldest);
        }
    }

    pub(super) fn has(&self, id: &Short, peer: PeerNo) -> bool {
        self.known.get(id).is_some_and(|known| known.contains(&peer))
    }

    pub(super) fn forget(&mut self, peer: PeerNo) {
        self.known.values_mut().for_each(|known| known.retain(|other| *other != peer));
    }
}
