//! A committee whose channel is in wrong hands: it goes to another.

use serde_json::Value;

use crate::harness::{Home, World, join};
use crate::minutes::{end, up_together, voters};

async fn channel(home: &Home) -> Value {
    home.does(&["committee", "show"]).await["channel"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn l5_the_only_steward_is_lost_and_the_others_go_where_what_was_taken_is_nothing() {
    let world = World::new();
    let (a, others) = voters(&world, &["b", "c", "d"]).await;
    let [b, c, d] = others.as_slice() else { panic!("three others") };
    let old = channel(&a).await;
    let town = up_together(&[b, c, d]).await;
    c.writes("бұрын").await;

    // Nobody keeps the lists any more: whoever puts the sheet has to, as a steward.
    let refused = c.tries(&["minutes", "propose", "--remove", "a", "--new-channel"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "keeps_no_lists"));
    let moves = ["minutes", "propose", "--yes", "--remove", "a", "--steward", "c", "--new-channel"];
    let sheet = c.does(&moves).await;
    for up in [&town[0], &town[2]] {
        assert_eq!(up.signs().await["id"], sheet["id"]);
    }
    for up in &town {
        up.until_minutes(2).await;
        up.until("another channel", async |_| channel(&up.home).await != old).await;
    }
    c.writes("жаңа арнада").await;
    for up in &town {
        up.until_bulletins(2).await;
    }
    end(town).await;
    let new = channel(c).await;
    assert_eq!((channel(b).await, channel(d).await), (new.clone(), new.clone()));

    // The list has spare pens, so somebody can come at once.
    let p = world.person("p").await;
    join(c, &p).await;
    let meet = up_together(&[c, &p]).await;
    for up in &meet {
        up.until_members(4).await;
    }
    end(meet).await;
    assert_eq!(channel(&p).await, new);

    // What was taken with A hears what was decided, and reads nothing that was written since.
    let meet = up_together(&[c, &a]).await;
    meet[1].until("what was decided", async |_| a.does(&["committee", "show"]).await["standing"] == "removed").await;
    end(meet).await;
    assert_eq!((a.reads().await, channel(&a).await), (vec!["бұрын".to_owned()], old));
}
