//! What happens to a connection of which one side knows nothing: a cut, one way or both, with nothing to say or in the
//! middle of a transfer; a machine that sleeps; one that moves to another network.

use rustix::process::Signal;

use crate::cable::Machine;
use crate::lab::Lab;
use crate::node::{Home, Homes, Node};

const RELAY: &str = "10.77.0.1";
const PERSON: &str = "10.77.0.2";
const ELSEWHERE: &str = "10.77.0.3";
/// A link on which a transfer takes its time, in kilobits a second.
const THIN: u32 = 250;

/// All at once, since each of them mostly waits.
#[tokio::test(flavor = "multi_thread")]
async fn of_what_breaks_a_connection_both_sides_take_notice_and_go_on_later() {
    tokio::join!(
        a_cut_both_ways_or_one_is_noticed_by_both_though_neither_has_anything_to_say(),
        a_cut_in_the_middle_of_a_transfer_is_noticed_and_the_rest_comes_later(),
        a_machine_that_moves_in_the_middle_of_a_transfer_goes_on_at_its_new_address(),
        a_machine_that_slept_until_it_was_given_up_has_all_soon_after_it_wakes(),
        a_machine_that_moves_to_another_address_is_met_there(),
    );
}

/// A relay, and somebody who dials it, with a link between them.
struct Pair {
    lab: Lab,
    /// Of the relay, of the other.
    machines: [Machine; 2],
    relay: Node,
    person: Node,
    _homes: Homes,
}

impl Pair {
    /// Connected, with all that is there at both. What a link takes is in kilobits a second.
    async fn meet(rate: Option<u32>) -> Option<Self> {
        let mut lab = Lab::open()?;
        lab.bridge("near");
        lab.bridge("far");
        lab.trunk("link", ["near", "far"], rate);
        let machines =
            [("near", RELAY), ("far", PERSON)].map(|(at, address)| lab.machine(at, &format!("{address}/16")));
        let homes = Homes::new();
        let person = homes.person("person").await;
        person.does(&["committee", "new", "Бірлік"]).await;
        let arguments = ["--relay", "--listen", "/ip4/0.0.0.0/tcp/4070", "--no-mdns"];
        let relay = homes.home("relay").up(&machines[0], &arguments).await;
        let person = dial(&person, &machines[1]).await;
        let pair = Self { lab, machines, relay, person, _homes: homes };
        pair.until_level().await;
        Some(pair)
    }

    fn cut(&self, cut: bool) {
        self.lab.cut("link", cut);
    }

    /// The one who dials has another address from now on.
    fn moves(&self) {
        self.machines[1].ip(&["address", "del", &format!("{PERSON}/16"), "dev", "eth0"]);
        self.machines[1].ip(&["address", "add", &format!("{ELSEWHERE}/16"), "dev", "eth0"]);
    }

    /// Writes more than a thin link takes in a minute, and waits until some of it is through.
    async fn begin_to_transfer(&self) {
        let begun = self.relay.status().await.envelopes;
        for n in 0..64 {
            self.writes(&noise(n, 32_000)).await;
        }
        self.relay.until("the beginning", |status| status.envelopes > begun).await;
        assert!(self.relay.status().await.envelopes < self.person.status().await.envelopes, "too fast");
    }

    async fn until_level(&self) {
        let own = self.person.status().await.envelopes;
        self.relay.until("what the other wrote", |status| status.envelopes >= own).await;
    }

    async fn until_apart(&self) {
        self.relay.until("notice that the other is gone", |status| status.peers.is_empty()).await;
        self.person.until("notice that the relay is gone", |status| status.peers.is_empty()).await;
    }

    async fn writes(&self, text: &str) {
        self.person.home.does(&["bulletin", "post", text]).await;
    }

    /// What is written now arrives.
    async fn end(self) {
        self.writes("тағы да бірге").await;
        self.until_level().await;
        self.person.stop().await;
        self.relay.stop().await;
    }
}

async fn dial(home: &Home, machine: &Machine) -> Node {
    let peer = format!("/ip4/{RELAY}/tcp/4070");
    let node = home.up(machine, &["--listen", "/ip4/0.0.0.0/tcp/4070", "--no-mdns", "--peer", &peer]).await;
    home.does(&["unlock"]).await;
    node
}

/// Text that does not become shorter, of so many bytes.
fn noise(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let letters = (0..length).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + (state >> 33) as u8 % 74)
    });
    letters.collect()
}

async fn a_cut_both_ways_or_one_is_noticed_by_both_though_neither_has_anything_to_say() {
    tokio::join!(is_cut(&[(0, PERSON), (1, RELAY)]), is_cut(&[(0, PERSON)]), is_cut(&[(1, RELAY)]));
}

/// Each of these machines hears nothing from the address beside it.
async fn is_cut(deaf: &[(usize, &str)]) {
    let Some(pair) = Pair::meet(None).await else { return };
    deaf.iter().for_each(|(machine, to)| pair.machines[*machine].deaf_to(to, true));
    pair.until_apart().await;
    deaf.iter().for_each(|(machine, to)| pair.machines[*machine].deaf_to(to, false));
    pair.end().await;
}

async fn a_cut_in_the_middle_of_a_transfer_is_noticed_and_the_rest_comes_later() {
    let Some(pair) = Pair::meet(Some(THIN)).await else { return };
    pair.begin_to_transfer().await;
    pair.cut(true);
    pair.until_apart().await;
    pair.cut(false);
    pair.end().await;
}

/// What is under way fills all buffers, so that not even a farewell finds room; and nobody is at the old address whom it
/// could reach later.
async fn a_machine_that_moves_in_the_middle_of_a_transfer_goes_on_at_its_new_address() {
    let Some(pair) = Pair::meet(Some(THIN)).await else { return };
    pair.begin_to_transfer().await;
    pair.moves();
    pair.end().await;
}

async fn a_machine_that_slept_until_it_was_given_up_has_all_soon_after_it_wakes() {
    let Some(pair) = Pair::meet(None).await else { return };
    pair.person.signal(Signal::STOP);
    pair.relay.until("notice that the other sleeps", |status| status.peers.is_empty()).await;
    pair.person.signal(Signal::CONT);
    pair.end().await;
}

async fn a_machine_that_moves_to_another_address_is_met_there() {
    let Some(pair) = Pair::meet(None).await else { return };
    pair.moves();
    let moved = |address: &str| address.starts_with(&format!("/ip4/{ELSEWHERE}/"));
    pair.relay.until("the new address", |status| status.peers.iter().any(|peer| moved(&peer.address))).await;
    pair.end().await;
}
