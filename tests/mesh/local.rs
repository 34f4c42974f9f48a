//! One local network: who is in it finds each other, as far as the network and the system let them; and where they do
//! not, `kenes up` says so and meets whom it is told of.

use crate::lab::Lab;
use crate::node::{Homes, Node};

/// What `up` is told where it is told nothing, but for a port that tests know.
const LISTEN: [&str; 2] = ["--listen", "/ip4/0.0.0.0/tcp/4070"];

async fn met(nodes: [&Node; 2]) {
    for node in nodes {
        node.until("a peer", |status| !status.peers.is_empty()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_in_one_network_find_each_other_and_one_who_moved_is_found_again() {
    let Some(mut lab) = Lab::open() else { return };
    lab.bridge("wifi");
    let machines = ["10.77.0.1/16", "10.77.0.2/16"].map(|address| lab.machine("wifi", address));
    let homes = Homes::new();
    let (a, b) = (homes.person("a").await, homes.person("b").await);
    a.does(&["committee", "new", "Бірлік"]).await;
    let invite = a.does(&["committee", "invite", "--uses", "1"]).await;
    b.does(&["committee", "join", invite["uri"].as_str().unwrap()]).await;
    let (here, there) = (a.up(&machines[0], &LISTEN).await, b.up(&machines[1], &LISTEN).await);
    assert_eq!([&here.ready["mdns"], &there.ready["mdns"]], [true, true]);
    a.does(&["unlock"]).await;
    b.does(&["unlock"]).await;
    a.does(&["bulletin", "post", "бір желіде"]).await;
    there.until_bulletins(1).await;

    machines[0].ip(&["address", "del", "10.77.0.1/16", "dev", "eth0"]);
    machines[0].ip(&["address", "add", "10.77.0.3/16", "dev", "eth0"]);
    let new = ["/ip4/127.0.0.1/tcp/4070", "/ip4/10.77.0.3/tcp/4070"];
    here.until("its new address alone", |status| status.listen == new).await;
    b.does(&["bulletin", "post", "жаңа мекенжайға"]).await;
    here.until_bulletins(2).await;
    there.stop().await;
    here.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_network_passes_no_multicast_those_meet_who_are_told_of_each_other() {
    let Some(mut lab) = Lab::open() else { return };
    lab.bridge("guests");
    let machines = ["10.77.0.1/16", "10.77.0.2/16"].map(|address| lab.machine("guests", address));
    machines.iter().for_each(|machine| machine.deaf_to_all_at("224.0.0.0/4"));
    let homes = Homes::new();
    let relay = homes.home("relay").up(&machines[0], &[&LISTEN[..], &["--relay"]].concat()).await;
    let other = homes.home("other").up(&machines[1], &[&LISTEN[..], &["--relay"]].concat()).await;
    other.home.does(&["peers", "add", "/ip4/10.77.0.1/tcp/4070"]).await;
    met([&relay, &other]).await;
    assert!(other.status().await.peers[0].added);
    other.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_hides_its_networks_is_told_of_and_does_with_addresses() {
    let Some(mut lab) = Lab::open() else { return };
    lab.bridge("wifi");
    let machines = ["10.77.0.1/16", "10.77.0.2/16"].map(|address| lab.machine("wifi", address));
    machines[1].ip(&["route", "add", "default", "dev", "eth0"]);
    let homes = Homes::new();
    let relay = homes.home("relay").up(&machines[0], &[&LISTEN[..], &["--relay"]].concat()).await;
    let arguments = [&LISTEN[..], &["--relay", "--peer", "/ip4/10.77.0.1/tcp/4070"]].concat();
    let unseeing = homes.home("unseeing").up_unseeing(&machines[1], &arguments).await;
    assert_eq!(unseeing.ready["mdns"], false);
    assert_eq!(unseeing.ready["listen"][0], "/ip4/10.77.0.2/tcp/4070");
    met([&relay, &unseeing]).await;
    unseeing.stop().await;
    relay.stop().await;
}
