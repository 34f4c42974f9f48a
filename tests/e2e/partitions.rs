//! Two towns of three, cut off from each other, that write on both sides and heal.

use crate::harness::{Home, Up, World, committee};

async fn town(homes: &[&Home]) -> Vec<Up> {
    let first = homes[0].up_unlocked(&[]).await;
    let address = first.address();
    let mut town = vec![first];
    for home in &homes[1..] {
        town.push(home.up_unlocked(&["--peer", &address]).await);
    }
    town
}

async fn write(town: &[Up], side: &str) {
    for (n, up) in town.iter().enumerate() {
        up.home.writes(&format!("{side}: хабар {n}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_partitions_of_three_write_on_both_sides_and_heal() {
    let world = World::new();
    let (founder, others) = committee(&world, "a", &["b", "c", "d", "e", "f"]).await;
    let west = town(&[&founder, &others[0], &others[1]]).await;
    let east = town(&[&others[2], &others[3], &others[4]]).await;
    write(&west, "батыс").await;
    write(&east, "шығыс").await;
    for up in west.iter().chain(&east) {
        up.until_bulletins(3).await;
        assert_eq!(up.home.reads().await.len(), 3, "nothing crosses while they are apart");
    }

    east[2].home.does(&["peers", "add", &west[1].address()]).await;
    let mut all = Vec::new();
    for up in west.iter().chain(&east) {
        up.until_bulletins(6).await;
        all.push(up.home.reads().await);
    }
    assert_eq!(all[0].len(), 6);
    assert!(all.iter().all(|texts| *texts == all[0]));
    for up in west.into_iter().chain(east) {
        up.stop().await;
    }
}
