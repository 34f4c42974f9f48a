//! The mesh: nodes, links that fail, and one queue of events in the order of time. One seed, one history.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use kenes_core::ids::EnvelopeId;
use kenes_core::relay::{Ends, Event, Exchange, Input, Limits, PeerNo, Reason, Source, Ticket};
use kenes_core::time::HOUR;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::liar::Liar;
use crate::node::{Effect, Node};
use crate::pool::{START, pool};

/// What the world is like.
#[derive(Clone)]
pub(crate) struct Weather {
    /// In a thousand: messages that are lost, and their connection with them.
    pub(crate) loss: u64,
    /// Milliseconds that a message takes, at most.
    pub(crate) delay: u64,
    /// Bytes a second that a link takes, each way.
    pub(crate) pace: u64,
}

impl Weather {
    /// Links that take whatever is sent at once.
    pub(crate) const fn new(loss: u64, delay: u64) -> Self {
        Self { loss, delay, pace: u64::MAX }
    }
}

/// What the transport has of requests to one peer: so many open, so many more that wait, and so long until an open one
/// has failed, and the connection with it.
const STREAMS: usize = 16;
const WAITING: usize = 256;
const TIMEOUT: u64 = 60_000;

enum Happening {
    /// A frame arrives. The request's number is the receiver's for requests, and the asker's own for replies.
    Frame {
        link: u64,
        to: usize,
        exchange: Exchange,
        frame: Vec<u8>,
    },
    Checked {
        node: usize,
        life: u64,
        checked: kenes_core::relay::Checked,
    },
    Wake {
        node: usize,
        at: u64,
    },
    Connect {
        a: usize,
        b: usize,
    },
    /// A request that was sent is answered by now, or has failed.
    Due {
        link: u64,
        request: u64,
    },
    /// Both ends have found that nothing comes through.
    Broken {
        link: u64,
    },
}

struct Link {
    ends: [(usize, PeerNo); 2],
    /// Requests under way: the number that the receiving side knows, and who asked under which number.
    asked: BTreeMap<u64, (usize, u64)>,
    next: u64,
    /// By each end: how many requests of its own are not answered, and those that wait until some are.
    open: [usize; 2],
    waiting: [VecDeque<(u64, Vec<u8>)>; 2],
    /// When each end has sent all that it was given, in milliseconds.
    sent: [u64; 2],
    /// Bytes a second that it takes, each way.
    pace: u64,
    /// Whether it swallows what is sent, and tells nobody.
    swallows: bool,
}

impl Link {
    fn place(&self, node: usize) -> usize {
        usize::from(self.ends[0].0 != node)
    }
}

pub(crate) struct World {
    pub(crate) rng: ChaCha20Rng,
    pub(crate) nodes: Vec<Node>,
    pub(crate) liars: BTreeMap<usize, Liar>,
    weather: Weather,
    millis: u64,
    seq: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    happenings: BTreeMap<u64, Happening>,
    links: BTreeMap<u64, Link>,
    by_peer: BTreeMap<(usize, PeerNo), u64>,
    /// Pairs that shall be connected, and are again a while after they fell apart.
    pub(crate) wished: BTreeSet<(usize, usize)>,
    /// Bytes a second between those whose links are not as the weather has them.
    pub(crate) paces: BTreeMap<(usize, usize), u64>,
    /// Whether owners added each other's addresses, so that channels may be introduced.
    pub(crate) added: bool,
    lives: Vec<u64>,
    next_link: u64,
    next_ticket: u64,
    deposits: BTreeMap<Ticket, Vec<EnvelopeId>>,
    /// Rounds in each turn of sync seen on the wire.
    rounds: BTreeMap<(u64, Vec<u8>), u32>,
    /// What one honest node charged another with.
    pub(crate) charges: Vec<(usize, usize, Reason)>,
    /// Where each envelope was stored, and when, in milliseconds.
    pub(crate) arrivals: BTreeMap<EnvelopeId, Vec<(usize, u64)>>,
    pub(crate) bytes: u64,
}

impl World {
    /// A few nodes without any trouble between them.
    pub(crate) fn calm(count: usize, limits: &Limits) -> Self {
        Self::new(1, count, limits, Weather::new(0, 20))
    }

    pub(crate) fn new(seed: u64, count: usize, limits: &Limits, weather: Weather) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha20Rng::from_seed(bytes);
        let nodes = (0..count).map(|_| Node::new(random(&mut rng), limits.clone(), 0)).collect();
        Self {
            rng,
            nodes,
            liars: BTreeMap::new(),
            weather,
            millis: START.plus(2 * HOUR / 3).as_secs() * 1_000,
            seq: 0,
            queue: BinaryHeap::new(),
            happenings: BTreeMap::new(),
            links: BTreeMap::new(),
            by_peer: BTreeMap::new(),
            wished: BTreeSet::new(),
            paces: BTreeMap::new(),
            added: false,
            lives: vec![0; count],
            next_link: 0,
            next_ticket: 0,
            deposits: BTreeMap::new(),
            rounds: BTreeMap::new(),
            charges: Vec::new(),
            arrivals: BTreeMap::new(),
            bytes: 0,
        }
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.rng.next_u64() % bound
    }

    /// What a clock that is right shows, in milliseconds.
    pub(crate) const fn millis(&self) -> u64 {
        self.millis
    }

    const fn secs(&self) -> u64 {
        self.millis / 1_000
    }

    /// Carries the channel everywhere, and gives the lists to the first node.
    pub(crate) fn found(&mut self) {
        for node in 0..self.nodes.len() {
            self.input(node, Input::Carry { channel: pool().channel, keep: true, pinned: None });
        }
        self.deposit(0, pool().lists.clone());
    }

    pub(crate) fn deposit(&mut self, node: usize, envelopes: Vec<kenes_core::envelope::Envelope>) {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        self.deposits.insert(ticket, envelopes.iter().map(|envelope| envelope.id()).collect());
        self.input(node, Input::Deposit { envelopes, ticket, source: Source::Bundle });
    }

    /// Deposits, and waits until it is through.
    pub(crate) fn settle(&mut self, node: usize, envelopes: Vec<kenes_core::envelope::Envelope>) {
        self.deposit(node, envelopes);
        self.pass(1);
    }

    pub(crate) fn wish(&mut self, a: usize, b: usize) {
        if a != b && self.wished.insert((a.min(b), a.max(b))) {
            self.later(0, Happening::Connect { a, b });
        }
    }

    /// Cuts every wished pair that `cut` says, until they are wished again.
    pub(crate) fn cut(&mut self, cut: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let gone: Vec<(usize, usize)> = self.wished.iter().copied().filter(|(a, b)| cut(*a, *b)).collect();
        self.wished.retain(|pair| !gone.contains(pair));
        let broken = |link: &Link| gone.contains(&pair(link));
        let links: Vec<u64> = self.links.iter().filter(|(_, link)| broken(link)).map(|(no, _)| *no).collect();
        links.into_iter().for_each(|link| self.fall_apart(link));
        gone
    }

    /// Nothing that is sent from now on arrives for so many seconds.
    pub(crate) fn stall(&mut self, secs: u64) {
        let until = self.millis + secs * 1_000;
        self.links.values_mut().for_each(|link| link.sent = [until; 2]);
    }

    /// From now on the link between two swallows what was sent and did not arrive yet, and whatever is sent, until both find
    /// that out: within three minutes, or as a request fails.
    pub(crate) fn swallow(&mut self, a: usize, b: usize) {
        let millis = 30_000 + self.below(135_000);
        let of_both = |link: &&mut Link| pair(link) == (a.min(b), a.max(b));
        let broken = self.links.iter_mut().map(|(no, link)| (*no, link)).find(|(_, link)| of_both(link));
        if let Some((no, link)) = broken {
            link.swallows = true;
            self.later(millis, Happening::Broken { link: no });
        }
    }

    /// Kills a node and starts it again from its store.
    pub(crate) fn restart(&mut self, node: usize) {
        let links: Vec<u64> = self.by_peer.iter().filter(|((of, _), _)| *of == node).map(|(_, link)| *link).collect();
        self.lives[node] += 1;
        let seed = random(&mut self.rng);
        self.nodes[node].restart(seed);
        links.into_iter().for_each(|link| self.fall_apart(link));
    }

    pub(crate) fn input(&mut self, node: usize, input: Input) {
        let (secs, told) = (self.secs(), self.nodes[node].told.len());
        let effects = self.nodes[node].handle(input, secs);
        for place in told..self.nodes[node].told.len() {
            if let Event::Charged { peer, reason } = self.nodes[node].told[place]
                && let Some(other) = self.honest_pair(node, peer)
            {
                self.charges.push((node, other, reason));
            }
        }
        for id in std::mem::take(&mut self.nodes[node].stored) {
            self.arrivals.entry(id).or_default().push((node, self.millis));
        }
        for effect in effects {
            self.effect(node, effect);
        }
    }

    /// Lets so many seconds pass.
    pub(crate) fn pass(&mut self, secs: u64) {
        let until = self.millis + secs * 1_000;
        while let Some(Reverse((at, seq))) = self.queue.peek().copied().filter(|Reverse((at, _))| *at <= until) {
            self.queue.pop();
            self.millis = at;
            if let Some(happening) = self.happenings.remove(&seq) {
                self.happen(happening);
            }
        }
        self.millis = until;
    }

    /// Lets time pass until `done`, at most so many seconds; whether it came to be.
    pub(crate) fn pass_until(&mut self, most: u64, done: impl Fn(&Self) -> bool) -> bool {
        (0..most / 5).any(|_| {
            self.pass(5);
            done(self)
        })
    }

    /// What a node has stored.
    pub(crate) fn ids(&self, node: usize) -> BTreeSet<EnvelopeId> {
        self.nodes[node].store.keys().copied().collect()
    }

    /// Everything whose deposit was answered with that it is stored.
    pub(crate) fn acknowledged(&self) -> BTreeSet<EnvelopeId> {
        let answered = self.nodes.iter().flat_map(|node| &node.told).filter_map(|event| match event {
            Event::Deposited { ticket, refused, .. } if refused.is_empty() => self.deposits.get(ticket),
            _ => None,
        });
        answered.flatten().copied().collect()
    }

    /// How many turns of sync were begun.
    pub(crate) fn turns(&self) -> usize {
        self.rounds.len()
    }

    /// How often two nodes were connected.
    pub(crate) const fn meetings(&self) -> u64 {
        self.next_link
    }

    /// The other end of an honest node's connection, where that is honest too.
    fn honest_pair(&self, node: usize, peer: PeerNo) -> Option<usize> {
        let link = self.links.get(self.by_peer.get(&(node, peer))?)?;
        let (a, b) = pair(link);
        let honest = !self.liars.contains_key(&a) && !self.liars.contains_key(&b);
        honest.then_some(if a == node { b } else { a })
    }

    fn later(&mut self, millis: u64, happening: Happening) {
        self.seq += 1;
        self.queue.push(Reverse((self.millis + millis, self.seq)));
        self.happenings.insert(self.seq, happening);
    }

    fn effect(&mut self, node: usize, effect: Effect) {
        match effect {
            Effect::Checked(checked) => {
                let (millis, life) = (1 + self.below(20), self.lives[node]);
                self.later(millis, Happening::Checked { node, life, checked });
            }
            Effect::WakeAt(at) => {
                let at = at.as_secs().saturating_add_signed(-self.nodes[node].skew) * 1_000;
                self.later(at.saturating_sub(self.millis), Happening::Wake { node, at });
            }
            Effect::Disconnect { peer, fault } => {
                let other = self.honest_pair(node, peer).filter(|_| fault.is_some());
                assert_eq!(other, None, "node {node} lets an honest one go: {fault:?}");
                if let Some(link) = self.by_peer.get(&(node, peer)).copied() {
                    self.fall_apart(link);
                }
            }
            Effect::Send { peer, exchange, frame } => self.send(node, peer, exchange, frame),
        }
    }

    fn send(&mut self, node: usize, peer: PeerNo, exchange: Exchange, frame: Vec<u8>) {
        let Some(no) = self.by_peer.get(&(node, peer)).copied() else { return };
        let frames = match self.liars.get_mut(&node) {
            Some(liar) => liar.twist(exchange, frame),
            None => {
                self.watch(no, node, &exchange, &frame);
                vec![frame]
            }
        };
        for frame in frames {
            match exchange {
                Exchange::Request(asked) => self.request(no, node, asked, frame),
                Exchange::Reply(known) => self.answer(no, node, known, frame),
            }
        }
    }

    /// Sends a request, or keeps it until earlier ones are answered; where too many wait, the link is given up.
    fn request(&mut self, no: u64, node: usize, asked: u64, frame: Vec<u8>) {
        let Some(link) = self.links.get_mut(&no) else { return };
        let place = link.place(node);
        if link.open[place] < STREAMS {
            link.open[place] += 1;
            link.next += 1;
            let request = link.next;
            link.asked.insert(request, (node, asked));
            self.carry(no, node, Exchange::Request(request), frame);
            return self.later(TIMEOUT, Happening::Due { link: no, request });
        }
        link.waiting[place].push_back((asked, frame));
        if link.waiting[place].len() > WAITING {
            let liar = self.liars.contains_key(&node);
            assert!(liar, "more requests of node {node} wait than the transport takes");
            self.fall_apart(no);
        }
    }

    fn answer(&mut self, no: u64, node: usize, known: u64, frame: Vec<u8>) {
        let Some(link) = self.links.get_mut(&no) else { return };
        let Some((_, asked)) = link.asked.remove(&known) else { return };
        self.carry(no, node, Exchange::Reply(asked), frame);
    }

    fn carry(&mut self, no: u64, from: usize, exchange: Exchange, frame: Vec<u8>) {
        let (jitter, lost) = (1 + self.below(self.weather.delay), self.below(1_000) < self.weather.loss);
        self.bytes += frame.len() as u64;
        let Some(link) = self.links.get_mut(&no) else { return };
        let place = link.place(from);
        let to = link.ends[1 - place].0;
        link.sent[place] = link.sent[place].max(self.millis) + frame.len() as u64 * 1_000 / link.pace;
        let millis = link.sent[place] - self.millis + jitter;
        match lost {
            true => self.fall_apart(no),
            false => self.later(millis, Happening::Frame { link: no, to, exchange, frame }),
        }
    }

    /// Counts the rounds of each turn: a query's head is its kind, the channel and the session.
    fn watch(&mut self, link: u64, node: usize, exchange: &Exchange, frame: &[u8]) {
        const QUERY: u8 = 7;
        if matches!(exchange, Exchange::Request(_)) && frame.first() == Some(&QUERY) {
            let key = [&(node as u64).to_le_bytes()[..], &frame[33..42]].concat();
            let rounds = self.rounds.entry((link, key)).or_default();
            *rounds += 1;
            assert!(*rounds <= 16, "a turn of more than 16 rounds");
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Frame { link, to, exchange, frame } => {
                let alive = self.links.get(&link).filter(|link| !link.swallows);
                let Some(ends) = alive.map(|link| link.ends) else { return };
                let peer = if ends[0].0 == to { ends[0].1 } else { ends[1].1 };
                if matches!(exchange, Exchange::Reply(_)) {
                    self.answered(link, to);
                }
                self.input(to, Input::Message { peer, exchange, frame });
            }
            Happening::Checked { node, life, checked } => {
                if self.lives[node] == life {
                    self.input(node, Input::Checked(checked));
                }
            }
            Happening::Wake { node, at } => {
                if at <= self.millis {
                    self.input(node, Input::Tick);
                }
            }
            Happening::Connect { a, b } => self.connect(a, b),
            Happening::Broken { link } => self.fall_apart(link),
            Happening::Due { link: no, request } => {
                if self.links.get(&no).is_some_and(|link| link.asked.contains_key(&request)) {
                    self.fall_apart(no);
                }
            }
        }
    }

    /// A request of a node's was answered: the next goes out.
    fn answered(&mut self, no: u64, node: usize) {
        let Some(link) = self.links.get_mut(&no) else { return };
        let place = link.place(node);
        link.open[place] = link.open[place].saturating_sub(1);
        if let Some((asked, frame)) = link.waiting[place].pop_front() {
            self.request(no, node, asked, frame);
        }
    }

    fn connect(&mut self, a: usize, b: usize) {
        let wished = self.wished.contains(&(a.min(b), a.max(b)));
        if !wished || self.links.values().any(|link| pair(link) == (a.min(b), a.max(b))) {
            return;
        }
        let mut end = |node: usize| {
            self.nodes[node].next_peer += 1;
            (node, PeerNo(self.nodes[node].next_peer))
        };
        let ends = [end(a), end(b)];
        self.next_link += 1;
        let pace = self.paces.get(&(a.min(b), a.max(b))).copied().unwrap_or(self.weather.pace);
        let link = Link {
            ends,
            asked: BTreeMap::new(),
            next: 0,
            open: [0; 2],
            waiting: Default::default(),
            sent: [0; 2],
            pace,
            swallows: false,
        };
        self.links.insert(self.next_link, link);
        for (place, (node, peer)) in ends.into_iter().enumerate() {
            self.by_peer.insert((node, peer), self.next_link);
            let id = |(node, _): (usize, PeerNo)| node.to_le_bytes().to_vec();
            let (ours, theirs) = (id(ends[place]), id(ends[1 - place]));
            let ends = Ends { ours, address: theirs.clone(), theirs };
            self.input(node, Input::PeerUp { peer, first: place == 0, added: self.added, ends });
        }
    }

    fn fall_apart(&mut self, no: u64) {
        let Some(link) = self.links.remove(&no) else { return };
        for (node, peer) in link.ends {
            self.by_peer.remove(&(node, peer));
            self.input(node, Input::PeerDown { peer });
        }
        let (a, b) = pair(&link);
        let millis = 1_000 + self.below(10_000);
        self.later(millis, Happening::Connect { a, b });
    }
}

fn pair(link: &Link) -> (usize, usize) {
    let [(a, _), (b, _)] = link.ends;
    (a.min(b), a.max(b))
}

fn random(rng: &mut ChaCha20Rng) -> [u8; 32] {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    bytes
}
