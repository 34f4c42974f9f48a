//! A home that was copied: whoever uses the copy gets a device of its own, nobody looks like a cheat, and where it is a
//! sole voter's, its owner is asked which home keeps the vote.

use crate::harness::{World, committee, copy};

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_home_mints_a_new_device_and_nobody_is_accused() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let b = &others[0];
    a.writes("көшіруге дейін").await;
    let copied = world.home("copy");
    copy(&a.path, &copied.path);

    a.writes("түпнұсқадан").await;
    // A founder's is the only vote so far: the copy only reads until its owner says that it is one.
    let refused = copied.tries(&["bulletin", "post", "көшірмеден"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "copied"));
    assert_eq!(copied.reads().await, ["көшіруге дейін"]);
    assert_eq!(copied.does(&["committee", "show"]).await["copied"], true);
    assert_eq!(copied.tries(&["home", "copy"]).await.kind(), "nobody_to_ask");
    assert_eq!(copied.does(&["home", "copy", "--yes"]).await["committees"], 1);
    copied.writes("көшірмеден").await;
    assert_eq!(copied.tries(&["committee", "invite"]).await.kind(), "not_allowed");
    assert_eq!(a.does(&["home", "only"]).await["committees"], 0);
    let up = b.up_unlocked(&[]).await;
    let to_b = ["--peer", &up.address()];
    for home in [&a, &copied] {
        let visit = home.up_unlocked(&to_b).await;
        visit.until_level_with(&up).await;
        visit.stop().await;
    }
    up.until_bulletins(3).await;
    up.stop().await;

    let list = b.does(&["bulletin", "list"]).await;
    let bulletins = list["bulletins"].as_array().unwrap();
    let author = |text: &str| bulletins.iter().find(|b| b["text"] == text).map(|b| b["author"].clone()).unwrap();
    let (original, copy) = (author("түпнұсқадан"), author("көшірмеден"));
    assert_ne!(original["device"], copy["device"], "the copy has a device of its own");
    assert_eq!(original["member"], copy["member"], "and it is the same member's");
    for bulletin in bulletins {
        assert_eq!(bulletin["author"]["standing"], "ok", "{bulletin}");
        assert_eq!(bulletin["seen_gap"], 0, "{bulletin}");
    }
}
