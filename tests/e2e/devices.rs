//! Two machines of one member, both running.

use serde_json::Value;

use crate::harness::{World, committee};

async fn has_request(client: &kenes_web::client::Client) -> bool {
    client.committees().await.is_ok_and(|found| found.committees.iter().any(|committee| committee.requests == 1))
}

async fn in_it(client: &kenes_web::client::Client) -> bool {
    let pending = kenes_web::api::Standing::Pending;
    client.committees().await.is_ok_and(|found| found.committees.iter().any(|one| one.standing != pending))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_takes_in_another_machine_and_writes_from_both() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let (b, laptop) = (&others[0], world.person("b's laptop").await);
    let code = world.path("code.png");
    let code = code.to_str().unwrap();
    let saved = b.does(&["committee", "invite", "--device", "--png", code]).await;
    assert_eq!((&saved["file"], &saved["uses"]), (&code.into(), &1.into()));
    for refused in [["--device", "--uses", "2"], ["--device", "--for", "a"]] {
        assert_eq!(b.tries(&[&["committee", "invite"][..], &refused].concat()).await.kind(), "usage");
    }
    laptop.does(&["committee", "join", "--scan", code]).await;
    let up_b = b.up_unlocked(&[]).await;
    let up_laptop = laptop.up_unlocked(&["--peer", &up_b.address()]).await;
    let up_a = a.up_unlocked(&["--peer", &up_b.address()]).await;
    up_b.until("the request of the other device", has_request).await;
    let requests = b.does(&["committee", "requests"]).await;
    let request = &requests["requests"][0];
    assert_eq!((&request["device"], &request["name"]), (&Value::from(true), &"b".into()));
    assert_eq!(request["words"], laptop.does(&["committee", "show"]).await["words"]);
    assert!(b.says(&["committee", "requests"]).await.contains("AS YOU"));
    b.does(&["committee", "admit", "b"]).await;
    up_laptop.until("the welcome", in_it).await;
    laptop.writes("ноутбуктен").await;
    b.writes("телефоннан").await;
    for up in [&up_a, &up_b, &up_laptop] {
        up.until_bulletins(2).await;
    }
    let bulletins = a.does(&["bulletin", "list"]).await;
    let bulletins = bulletins["bulletins"].as_array().unwrap();
    let authors: Vec<_> = bulletins.iter().map(|bulletin| &bulletin["author"]).collect();
    assert!(authors.iter().all(|author| author["name"] == "b" && author["standing"] == "ok"), "{authors:?}");
    assert_eq!(authors[0]["member"], authors[1]["member"]);
    assert_ne!(authors[0]["device"], authors[1]["device"]);
    let keys = laptop.does(&["keys", "devices"]).await;
    let own = &keys["keys"][0];
    assert_eq!((own["devices"].as_array().unwrap().len(), &own["votes"]), (2, &"no".into()));
    let shown = laptop.says(&["committee", "show"]).await;
    assert!(shown.contains("another device of yours") && !shown.contains("minutes key"), "{shown}");
    for up in [up_a, up_laptop, up_b] {
        up.stop().await;
    }
}
