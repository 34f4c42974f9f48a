//! A number that is decided without its chair, who tabled a sheet and is gone.

use crate::harness::World;
use crate::minutes::{end, up_together, voters};

#[tokio::test(flavor = "multi_thread")]
async fn b3_what_somebody_signed_before_the_chair_was_gone_is_carried_on_by_whoever_takes_the_chair() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c", "d", "e"]).await;
    let [b, c, d, _] = others.as_slice() else { panic!("four others") };
    // Round 0 stalls at two of five: A, who is gone for good then, and B. E is out of reach.
    let west = up_together(&[&a, b]).await;
    let stalled = a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    let signed = west[1].signs().await;
    assert_eq!((&signed["id"], &signed["status"], &signed["needed"]), (&stalled["id"], &"open".into(), &3.into()));
    end(west).await;

    // C wants another sheet. D passes on by itself; B signed already, and says so by hand.
    let east = up_together(&[b, c, d]).await;
    let own = c.does(&["minutes", "propose", "--policy", "retention=10"]).await;
    let (stalled, own) = (stalled["id"].as_str().unwrap(), own["id"].as_str().unwrap());
    east[0].until("what C wants", async |_| b.tries(&["minutes", "pass", own]).await.code() == 0).await;
    // Three passes, and one of them names what B signed: C's desk tables that, and not its own.
    for (up, status) in [(&east[2], "open"), (&east[1], "open"), (&east[0], "adopted")] {
        up.until("the sheet of before in the new round", async |_| {
            let signed = up.home.tries(&["minutes", "sign", stalled]).await;
            signed.code() == 0 && signed.answer()["round"].as_u64().is_some_and(|round| round > 0)
        })
        .await;
        let shown = up.home.does(&["minutes", "show", stalled]).await;
        assert_eq!(shown["status"], status, "{shown}");
    }
    for up in &east {
        up.until_minutes(2).await;
        assert_eq!(up.home.does(&["minutes", "show", "2"]).await["id"], stalled);
        assert_eq!(up.home.does(&["minutes", "show", own]).await["status"], "superseded");
    }
    // Who signed in both rounds signed one sheet: nobody is accused.
    for name in ["a", "b", "c", "d", "e"] {
        assert_eq!(c.member(name).await["out"], serde_json::json!([]));
    }
    end(east).await;
}
