//! What is put up in a channel that the committee left: who finds the way by it, and who does not.

use super::*;

/// What a node carries comes to a desk, all of it or what is of one channel, and is read.
async fn hand_over(from: &Session, to: &mut Session, only: Option<ChannelId>) {
    for (_, envelope) in from.node.read_after(Arrival::START, 10_000).unwrap() {
        if only.is_none_or(|channel| envelope.header().channel == channel) {
            to.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
    }
    to.pump().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hears_of_a_removal_and_of_the_move_at_once_shows_the_removed_no_way() {
    let hands = Hands::showing(BUILT.plus(30 * DAY));
    let mut places = vec![];
    for _ in 0..4 {
        places.push(Place::by(Some(hands.clone())).await);
    }
    let (mut all, id) = four(&places).await;
    let old = channel(&all[0], id);
    all[0].write(Draft::new(id, "бірге")).await.unwrap();
    meet(&mut all).await;
    let shared = all[0].committees[&id].current().unwrap().0;
    // One is away while another is removed, who hears of it and of nothing later, and then the committee moves.
    let mut away = all.remove(2);
    let removal = all[0].propose(id, vec![Proposal::Remove("Сәуле".into())]).await.unwrap().id;
    adopt(&mut all, id, removal).await;
    let mut removed = all.remove(2);
    assert_eq!(removed.committees[&id].standing(), Standing::Removed);
    hands.turn(HOUR);
    all[0].write(Draft::new(id, "онсыз")).await.unwrap();
    meet(&mut all).await;
    let without = all[0].committees[&id].current().unwrap().0;
    let sheet = all[0].propose(id, vec![Proposal::NewChannel]).await.unwrap().id;
    adopt(&mut all, id, sheet).await;
    let new = channel(&all[0], id);
    for _ in 0..4 {
        hands.turn(HOUR);
        meet(&mut all).await;
    }
    let left = |one: &Session| one.committees[&id].ledger.left.iter().map(|left| left.epoch).collect::<Vec<_>>();
    assert!(shared != without && left(&all[0]) == [Some(without)]);
    // Whoever was away comes back to both at once, goes along, and puts up what it puts up.
    hand_over(&all[0], &mut away, Some(old)).await;
    hand_over(&all[0], &mut away, None).await;
    assert_eq!(channel(&away, id), new);
    for _ in 0..4 {
        hands.turn(HOUR);
        away.pump().await.unwrap();
    }
    for one in [&all[0], &all[1], &away] {
        hand_over(one, &mut removed, None).await;
    }
    let book = &removed.committees[&id].book;
    assert!(book.contains(&removal) && !book.contains(&sheet) && book.first_list(&new).is_none());
}
