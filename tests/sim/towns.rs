//! Towns that are apart for three days: how soon word comes, and what that costs, as the mesh grows.
//!
//! In a town everybody meets the relay and a few others; three in ten are off at any time. Between the towns there is
//! nothing but laptops that people carry, until thin lines come back. One in fifty lies.
//!
//! `KENES_SIM_TOWNS=100,300,1000 cargo test --release -p kenes-core --test sim towns -- --nocapture` prints a table for
//! meshes of these sizes, and `KENES_SIM_PLOT=FILE` draws how costs grow. Without it, a small mesh is apart for half a day.

use std::collections::{BTreeMap, BTreeSet};

use kenes_core::envelope::Priority;
use kenes_core::ids::EnvelopeId;
use kenes_core::relay::Limits;
use kenes_core::time::{DAY, HOUR, Timestamp};

use crate::liar::Liar;
use crate::plot::{self, Curve};
use crate::pool::{self, pen, pool};
use crate::world::{Weather, World};

const TOWN: usize = 25;
/// Bytes a second between the relays of two towns.
const THIN: u64 = 8_000;
/// Seconds after which some go on or off, and some set out.
const STEP: u64 = 20 * 60;
/// In each step, of a thousand who are on as many go off, and of a thousand who are off as many come on.
const OFF: u64 = 60;
const ON: u64 = 140;
/// Of so many a courier sets out in each step.
const SET_OUT: u64 = 18;
const SPOKEN_IN_A_STEP: [u64; 3] = [3, 3, 4];
const LENGTHS: [usize; 4] = [528, 700, 1_500, 4_000];

/// Where somebody's laptop is.
#[derive(Clone, Copy)]
struct Person {
    town: usize,
    on: bool,
}

struct Said {
    from: usize,
    at: u64,
    priority: Priority,
    bytes: u64,
}

struct Country {
    world: World,
    people: Vec<Person>,
    said: BTreeMap<EnvelopeId, Said>,
}

/// What one size of mesh cost.
struct Cost {
    nodes: usize,
    said: usize,
    /// Seconds until each had all, after the lines came back.
    healed: u64,
    bytes_per_node: f64,
    /// Of all that was written and all readers, the part that came while the towns were apart.
    came: f64,
    overhead: f64,
    /// Milliseconds of processor, a node and hour, the simulator's own included.
    cpu_per_node: f64,
    delays: Vec<(String, [u64; 3])>,
}

#[test]
fn towns_that_were_apart_for_days_end_with_equal_sets() {
    let asked = std::env::var("KENES_SIM_TOWNS").ok();
    let sizes: Vec<usize> = asked.iter().flat_map(|all| all.split(',')).filter_map(|size| size.parse().ok()).collect();
    if sizes.is_empty() {
        print(&story(3 * TOWN, DAY / 2));
        return;
    }
    let costs: Vec<Cost> = sizes.into_iter().map(|nodes| story(nodes, 3 * DAY)).inspect(print).collect();
    if let Ok(file) = std::env::var("KENES_SIM_PLOT") {
        std::fs::write(file, plot::draw("cost of a node, as a multiple of that in the smallest mesh", &curves(&costs)))
            .expect("no plot was written");
    }
}

fn story(nodes: usize, apart: u64) -> Cost {
    let mut country = Country::new(nodes);
    let begun = (country.world.bytes, processor_nanos());
    for step in 0..apart / STEP {
        country.move_people();
        (0..SPOKEN_IN_A_STEP[step as usize % 3]).for_each(|_| country.speak());
        country.world.pass(STEP);
    }
    let hours = (apart / HOUR) as f64;
    let bytes = (country.world.bytes - begun.0) as f64;
    let cpu_per_node = (processor_nanos() - begun.1) as f64 / 1e6 / nodes as f64 / hours;
    let (came, useful) = country.useful_arrivals();
    let readers = country.honest().count() as u64 - 1;
    let delays = country.delays();
    let healed = country.heal();
    Cost {
        nodes,
        said: country.said.len(),
        healed,
        bytes_per_node: bytes / nodes as f64,
        came: came as f64 / (readers * country.said.len() as u64) as f64,
        overhead: bytes / useful as f64,
        cpu_per_node,
        delays,
    }
}

impl Country {
    /// Everybody on and at home, and the lists everywhere.
    fn new(nodes: usize) -> Self {
        let mut world = World::new(nodes as u64, nodes, &Limits::default(), Weather::new(1, 100));
        for node in (TOWN..nodes).filter(|node| node % 50 == 7) {
            world.liars.insert(node, Liar::new(node as u64));
        }
        for node in 0..nodes {
            world.nodes[node].skew = world.below(1_200) as i64 - 600;
        }
        world.found();
        let people = (0..nodes).map(|node| Person { town: node / TOWN, on: true }).collect();
        let mut country = Self { world, people, said: BTreeMap::new() };
        (0..nodes).for_each(|node| country.arrive(node));
        country.lay_lines();
        let lists: BTreeSet<EnvelopeId> = pool().lists.iter().map(|list| list.id()).collect();
        assert!(country.until_all_have(&lists, HOUR).is_some(), "no lists");
        country.world.cut(|a, b| a % TOWN == 0 && b % TOWN == 0);
        country
    }

    /// A ring of towns, and lines across it.
    fn lay_lines(&mut self) {
        let towns = self.people.len().div_ceil(TOWN);
        for town in 0..towns {
            for other in [town + 1, town + towns / 2] {
                let (a, b) = (town * TOWN, other % towns * TOWN);
                self.world.paces.insert((a.min(b), a.max(b)), THIN);
                self.world.wish(a, b);
            }
        }
    }

    /// Meets the relay of the town and three of those who are there.
    fn arrive(&mut self, node: usize) {
        let town = self.people[node].town;
        self.world.wish(node, town * TOWN);
        let there = |(other, person): (usize, &Person)| (person.on && person.town == town).then_some(other);
        let there: Vec<usize> = self.people.iter().enumerate().filter_map(there).collect();
        for _ in 0..3 {
            let other = there[self.world.below(there.len() as u64) as usize];
            self.world.wish(node, other);
        }
    }

    fn leave(&mut self, node: usize) {
        self.world.cut(|a, b| a == node || b == node);
    }

    /// Some go on or off, and couriers, the last two of each town, set out for another.
    fn move_people(&mut self) {
        let towns = self.people.len().div_ceil(TOWN) as u64;
        for node in (0..self.people.len()).filter(|node| node % TOWN != 0) {
            if node % TOWN >= TOWN - 2 {
                if self.world.below(SET_OUT) == 0 {
                    self.leave(node);
                    self.people[node].town = self.world.below(towns) as usize;
                    self.arrive(node);
                }
                continue;
            }
            let turn = self.world.below(1_000);
            match self.people[node].on {
                true if turn < OFF => {
                    self.people[node].on = false;
                    self.leave(node);
                }
                false if turn < ON => {
                    self.people[node].on = true;
                    self.world.restart(node);
                    self.arrive(node);
                }
                true | false => {}
            }
        }
    }

    /// Somebody who is on says something.
    fn speak(&mut self) {
        let speaks = |(node, person): (usize, &Person)| {
            (person.on && node % TOWN != 0 && !self.world.liars.contains_key(&node)).then_some(node)
        };
        let speakers: Vec<usize> = self.people.iter().enumerate().filter_map(speaks).collect();
        let from = speakers[self.world.below(speakers.len() as u64) as usize];
        let n = 10_000 + self.said.len() as u64;
        let priority = match n % 10 {
            0 => Priority::Urgent,
            1..=3 => Priority::Bulk,
            _ => Priority::Routine,
        };
        let at = self.world.millis();
        let hour = Timestamp::from_secs((at / 1_000).saturating_add_signed(self.world.nodes[from].skew)).hour();
        let length = LENGTHS[n as usize % LENGTHS.len()];
        let by = pen((n % 8) as u8);
        let said = pool::said((pool().channel, &by), n, (hour, hour.plus(14 * DAY)), priority, length);
        self.said.insert(said.id(), Said { from, at, priority, bytes: said.bytes().len() as u64 });
        self.world.deposit(from, vec![said]);
    }

    fn honest(&self) -> impl Iterator<Item = usize> {
        (0..self.people.len()).filter(|node| !self.world.liars.contains_key(node))
    }

    /// Everybody comes on and the lines come back; how many seconds until each has all.
    fn heal(&mut self) -> u64 {
        for node in 0..self.people.len() {
            if !std::mem::replace(&mut self.people[node].on, true) {
                self.arrive(node);
            }
        }
        self.lay_lines();
        let all = self.said.keys().copied().collect();
        self.until_all_have(&all, 6 * HOUR).expect("some lack something six hours after the lines came back")
    }

    fn until_all_have(&mut self, all: &BTreeSet<EnvelopeId>, most: u64) -> Option<u64> {
        let begun = self.world.millis();
        let have = |country: &Self| {
            country.honest().all(|node| all.iter().all(|id| country.world.nodes[node].store.contains_key(id)))
        };
        (0..most / 10).any(|_| {
            self.world.pass(10);
            have(self)
        });
        have(self).then(|| (self.world.millis() - begun) / 1_000)
    }

    /// What came to whoever had not written it: how much, and how many bytes of envelopes.
    fn useful_arrivals(&self) -> (u64, u64) {
        let others = |(id, said): (&EnvelopeId, &Said)| {
            let came = self.world.arrivals.get(id).map_or(0, |all| all.len() as u64 - 1);
            (came, came * said.bytes)
        };
        self.said.iter().map(others).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// Seconds from pen to reader of what came while the towns were apart: in the writer's town, then elsewhere.
    fn delays(&self) -> Vec<(String, [u64; 3])> {
        let mut kinds: BTreeMap<(bool, Priority), Vec<u64>> = BTreeMap::new();
        for (id, said) in &self.said {
            for (node, at) in self.world.arrivals.get(id).into_iter().flatten().filter(|(node, _)| *node != said.from) {
                let here = self.people[*node].town == self.people[said.from].town;
                kinds.entry((!here, said.priority)).or_default().push((at - said.at) / 1_000);
            }
        }
        let row = |((elsewhere, priority), mut delays): ((bool, Priority), Vec<u64>)| {
            delays.sort_unstable();
            let at = |part: usize| delays[(delays.len() - 1) * part / 100];
            let place = if elsewhere { "other towns" } else { "own town" };
            (format!("{priority:?}, {place}"), [at(50), at(90), at(99)])
        };
        kinds.into_iter().map(row).collect()
    }
}

fn print(cost: &Cost) {
    println!(
        "{} nodes, {} written: {:.2} MB a node, {:.2} times what is useful, {:.2} ms of processor a node and hour \
         ({:.2} s for all); {:.1} of a hundred came while apart, all {} s after the lines came back",
        cost.nodes,
        cost.said,
        cost.bytes_per_node / 1e6,
        cost.overhead,
        cost.cpu_per_node,
        cost.cpu_per_node * cost.nodes as f64 / 1e3,
        cost.came * 100.0,
        cost.healed,
    );
    for (kind, [half, most, nearly_all]) in &cost.delays {
        println!("    {kind}: {half} s, {most} s, {nearly_all} s (50, 90, 99 in a hundred)");
    }
}

fn curves(costs: &[Cost]) -> Vec<Curve> {
    let of = |name, cost: &dyn Fn(&Cost) -> f64| {
        let first = costs.first().map_or(1.0, cost);
        Curve { name, points: costs.iter().map(|one| (one.nodes as f64, cost(one) / first)).collect() }
    };
    vec![
        of("bytes", &|cost| cost.bytes_per_node),
        of("processor", &|cost| cost.cpu_per_node),
        of("log n", &|cost| (cost.nodes as f64).ln()),
    ]
}

/// For how long this thread has run.
fn processor_nanos() -> u64 {
    let all = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    all.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default()
}
