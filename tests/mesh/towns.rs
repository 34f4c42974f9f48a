//! Two towns with one thin link between them: written in while all is well, under loss, and on both sides of a cut; then
//! the cut is mended, and all must have all.
//!
//! ```text
//! cargo test -p kenes --test mesh towns -- --nocapture
//! KENES_MESH_NODES=50 cargo test -p kenes --test mesh towns -- --nocapture
//! ```

use std::time::Duration;

use kenes_web::api::Status;
use tokio::time::Instant;

use crate::cable::Machine;
use crate::figures::{Stock, percentile, until_level};
use crate::lab::Lab;
use crate::node::{Home, Homes, Node};

/// Where nodes listen, each in its own machine.
const PORT: u16 = 4070;
/// Of a hundred packets, how many every machine loses of those that come to it.
const LOST: u8 = 30;
/// What goes through the link between the towns in a second, each way.
const KILOBITS: u32 = 4_000;

#[tokio::test(flavor = "multi_thread")]
async fn two_towns_that_lose_a_third_of_all_packets_and_each_other_have_all_again_once_they_meet() {
    let Some(lab) = Lab::open() else { return };
    let (homes, scale) = (Homes::new(), Scale::asked());
    let mut towns = Towns::build(lab, &homes, &scale).await;
    towns.pass("nothing lost").await;
    towns.machines.iter().for_each(|machine| machine.loses(LOST));
    towns.pass(&format!("{LOST} % lost")).await;
    towns.part_and_meet("cut off for a moment", false).await;
    towns.part_and_meet("cut off until it is noticed", true).await;
    towns.read().await;
    towns.end().await;
}

/// How large a mesh is, and how much is written in it.
struct Scale {
    nodes: usize,
    desks: usize,
    /// Bulletins that each desk writes in each part of the story.
    bulletins: usize,
}

impl Scale {
    /// A short form, unless a number of nodes is asked for.
    fn asked() -> Self {
        match std::env::var("KENES_MESH_NODES").ok().map(|nodes| nodes.parse().expect("KENES_MESH_NODES is a number")) {
            None => Self { nodes: 6, desks: 2, bulletins: 2 },
            Some(nodes) => Self { nodes, desks: 6, bulletins: 5 },
        }
    }
}

/// All nodes, those of one town first, each in its machine.
struct Towns {
    lab: Lab,
    machines: Vec<Machine>,
    nodes: Vec<Node>,
    /// Which nodes people write at.
    desks: Vec<usize>,
    /// How many bulletins each desk writes at a time.
    bulletins: usize,
    written: usize,
    /// How many envelopes all have at least.
    least: u64,
}

/// The address of a node in a town.
fn address(town: usize, n: usize) -> String {
    format!("10.77.{}.{}", town + 1, n + 1)
}

/// Whom a node dials: the next in its town and one farther on; every fourth also its like in the other town.
fn peers(town: usize, n: usize, size: usize) -> Vec<String> {
    let mut peers = vec![address(town, (n + 1) % size), address(town, (n + size / 3 + 1) % size)];
    if n.is_multiple_of(4) {
        peers.push(address(1 - town, n));
    }
    peers
}

impl Towns {
    /// Everybody up and let in, on a network that loses nothing. A relay passes on what others tell it of, and names it to
    /// no further relay, so each is told of the channel by its own operator.
    async fn build(mut lab: Lab, homes: &Homes, scale: &Scale) -> Self {
        lab.bridge("west");
        lab.bridge("east");
        lab.trunk("road", ["west", "east"], Some(KILOBITS));
        let (people, channel) = committee(homes, scale.desks).await;
        let size = scale.nodes / 2;
        let (mut machines, mut nodes, mut desks) = (Vec::new(), Vec::new(), Vec::new());
        for (town, bridge) in ["west", "east"].into_iter().enumerate() {
            for n in 0..size {
                let machine = lab.machine(bridge, &format!("{}/16", address(town, n)));
                let person = people.get(2 * n + town);
                let home = person.cloned().unwrap_or_else(|| homes.home(&format!("{bridge}-{n}")));
                if person.is_some() {
                    desks.push(nodes.len());
                }
                let carries = person.is_none().then_some(channel.as_str());
                nodes.push(up(&home, &machine, carries, &peers(town, n, size)).await);
                machines.push(machine);
            }
        }
        for desk in &desks {
            nodes[*desk].until_members(scale.desks).await;
        }
        let mut towns = Self { lab, machines, nodes, desks, bulletins: scale.bulletins, written: 0, least: 1 };
        towns.begin().await.end("all are let in", &towns).await;
        towns.least = Stock::of(&towns.nodes).await.most();
        towns
    }

    fn west(&self) -> &[Node] {
        &self.nodes[..self.nodes.len() / 2]
    }

    fn east(&self) -> &[Node] {
        &self.nodes[self.nodes.len() / 2..]
    }

    /// Every desk writes.
    async fn write(&mut self, part: &str) {
        for n in 0..self.bulletins {
            for desk in &self.desks {
                let text =
                    format!("{part}, {n}: жиналыс сағат алтыда, зауыттың қақпасында. {}", "Келіңіз! ".repeat(20));
                self.nodes[*desk].home.does(&["bulletin", "post", &text]).await;
            }
        }
        self.written += self.bulletins * self.desks.len();
        self.least += (self.bulletins * self.desks.len()) as u64;
    }

    /// Every desk writes, and all come to have all; the time is counted from when the last was written.
    async fn pass(&mut self, part: &str) {
        let begun = self.begin().await;
        self.write(part).await;
        Part { since: Instant::now(), ..begun }.end(part, self).await;
    }

    /// The link between the towns is cut, both write, and each comes to have all that is written in it; where it is to be
    /// noticed, until each knows that the other is gone. Then the link is mended.
    async fn part_and_meet(&mut self, part: &str, noticed: bool) {
        let here = Stock::of(&self.nodes).await.most();
        self.lab.cut("road", true);
        let cut = Instant::now();
        self.write(part).await;
        let each = here + (self.bulletins * self.desks.len() / 2) as u64;
        until_level(self.west(), each, cut).await;
        until_level(self.east(), each, cut).await;
        if noticed {
            self.notice().await;
        }
        println!("{part}: for {:.1} s", cut.elapsed().as_secs_f64());
        let healed = self.begin().await;
        self.lab.cut("road", false);
        healed.end(&format!("{part}, healed"), self).await;
    }

    /// Waits until nobody holds a connection with the other town.
    async fn notice(&self) {
        for (town, nodes) in [self.west(), self.east()].into_iter().enumerate() {
            let of_town = format!("/ip4/10.77.{}.", town + 1);
            let alone = |status: &Status| status.peers.iter().all(|peer| peer.address.starts_with(&of_town));
            for node in nodes {
                node.until("that it notices the cut", alone).await;
            }
        }
    }

    async fn begin(&self) -> Part {
        Part { before: Stock::of(&self.nodes).await, sent: self.lab.bytes_sent(), since: Instant::now() }
    }

    /// Every desk reads every bulletin, and nobody was charged with anything.
    async fn read(&self) {
        for desk in &self.desks {
            self.nodes[*desk].until_bulletins(self.written).await;
        }
        for node in &self.nodes {
            let status = node.status().await;
            assert!(status.peers.iter().all(|peer| peer.charges == 0), "{:?}", status.peers);
        }
    }

    async fn end(self) {
        for node in self.nodes {
            node.stop().await;
        }
    }
}

/// What was so when a part of the story began.
struct Part {
    before: Stock,
    sent: u64,
    since: Instant,
}

impl Part {
    /// Waits until all have the same, and at least as much as was written; says how long that took and what it cost.
    async fn end(&self, what: &str, towns: &Towns) {
        let took: Vec<Duration> = until_level(&towns.nodes, towns.least, self.since).await;
        let useful = Stock::of(&towns.nodes).await.brought_since(&self.before);
        let wire = towns.lab.bytes_sent() - self.sent;
        println!(
            "{what}: {} nodes, p50 {:.1} s, p99 {:.1} s, last {:.1} s; {wire} bytes sent, {useful} of envelopes, {:.1} times",
            took.len(),
            percentile(&took, 50),
            percentile(&took, 99),
            percentile(&took, 100),
            wire as f64 / useful.max(1) as f64,
        );
    }
}

/// A founder, and others who have asked to be let in; and their channel.
async fn committee(homes: &Homes, size: usize) -> (Vec<Home>, String) {
    let founder = homes.person("desk-0").await;
    founder.does(&["committee", "new", "Бірлік"]).await;
    let mut people = vec![founder.clone()];
    for n in 1..size {
        let member = homes.person(&format!("desk-{n}")).await;
        let invite = founder.does(&["committee", "invite", "--uses", "1"]).await;
        member.does(&["committee", "join", invite["uri"].as_str().unwrap()]).await;
        people.push(member);
    }
    let channels = founder.does(&["carry", "list"]).await;
    (people, channels["channels"][0]["channel"].as_str().unwrap().to_owned())
}

/// A node ready: a relay that carries a channel, or somebody's with the keys open.
async fn up(home: &Home, machine: &Machine, carries: Option<&str>, peers: &[String]) -> Node {
    let listen = format!("/ip4/0.0.0.0/tcp/{PORT}");
    let peers: Vec<String> = peers.iter().map(|peer| format!("/ip4/{peer}/tcp/{PORT}")).collect();
    let mut arguments = vec!["--listen", &listen, "--no-mdns"];
    for peer in &peers {
        arguments.extend(["--peer", peer]);
    }
    if carries.is_some() {
        arguments.push("--relay");
    }
    let node = home.up(machine, &arguments).await;
    match carries {
        Some(channel) => home.does(&["carry", "add", channel]).await,
        None => home.does(&["unlock"]).await,
    };
    node
}
