//! Where several sheets of one number were adopted and not all of them moved the committee: each desk is where its owner
//! stands, with what it keeps there.

use kenes_core::book::{History, Offer, Quorum, Vote};
use kenes_core::envelope::Verified;

use super::*;

/// What somebody hands over outside of envelopes, into a desk's book.
async fn bring(one: &mut Session, id: CommitteeId, objects: &[Verified<SignedObject>]) {
    let committee = one.committee_mut(&id).unwrap();
    objects.iter().for_each(|object| committee.book.insert(object.clone()));
    committee.evaluate();
    one.commit(crate::session::Work { touched: [id].into(), ..Default::default() }).await.unwrap();
    for _ in 0..3 {
        one.pump().await.unwrap();
    }
}

/// Another sheet of the number after those that all stand on, offered and voted for by these, of whom the first is the chair.
fn another_sheet(all: &[Session], id: CommitteeId, by: &[usize], entries: Vec<Entry>) -> Vec<Verified<SignedObject>> {
    let prev = all[by[0]].committees[&id].state.as_ref().unwrap().roster().clone();
    let sign = |who: usize, content| {
        let vote = all[who].keys(&id).unwrap().vote.clone().unwrap();
        SignedObject::sign(id, content, &vote).unwrap().verify().unwrap()
    };
    let sheet = sign(by[0], Content::Minutes(Minutes { no: prev.no + 1, prev: prev.at, entries }));
    let minutes = sheet.id();
    let offer = sign(by[0], Content::Offer(Offer { prev: prev.at, round: 0, minutes, passes: vec![] }));
    let vote = Vote { prev: prev.at, round: 0, minutes, offer: offer.id() };
    let votes: Vec<_> = by.iter().map(|who| sign(*who, Content::Vote(vote))).collect();
    [sheet, offer].into_iter().chain(votes).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_sheets_each_named_a_channel_a_desk_goes_where_its_owner_stands() {
    let places = [Place::new().await, Place::new().await, Place::new().await, Place::new().await];
    let (mut all, id) = four(&places).await;
    let pens = wanted_pens(all[0].committees[&id].state.as_ref().unwrap()).collect();
    let old = channel(&all[0], id);
    // Two sheets of one number, for which 0 and 2 both vote.
    let list = List::first([4; 16], vec![SigningKey::from_seed([44; 32]).public()], pens);
    let c = list.channel();
    let mut objects = another_sheet(&all, id, &[0, 2, 3], vec![Entry::Channel { channel: c }]);
    let other = objects[0].id();
    let vote = all[0].keys(&id).unwrap().vote.clone().unwrap();
    objects.push(SignedObject::sign(id, Content::FirstList(FirstList { list }), &vote).unwrap().verify().unwrap());
    let sheet_b = all[0].propose(id, vec![Proposal::NewChannel]).await.unwrap().id;
    adopt(&mut all[..3], id, sheet_b).await;
    let b = channel(&all[1], id);
    assert_ne!(b, old);
    bring(&mut all[3], id, &objects).await;
    assert_eq!(channel(&all[3], id), c, "whoever saw C alone is there");
    bring(&mut all[1], id, &objects).await;
    assert_eq!(channel(&all[1], id), b, "a fork moves no desk");
    all[1].stand(id, &other.to_string()).await.unwrap();
    for _ in 0..3 {
        all[1].pump().await.unwrap();
    }
    assert_eq!(channel(&all[1], id), c);
    all[3].pump().await.unwrap();
    all[3].write(Draft::new(id, "осында")).await.unwrap();
    let mut pair = all.split_off(3);
    pair.insert(0, all.remove(1));
    meet(&mut pair).await;
    assert!(texts(&pair[0]).contains("осында"));
    pair[0].write(Draft::new(id, "мұнда")).await.unwrap();
    drop(pair.remove(0));
    let mut again = places[1].session();
    for _ in 0..3 {
        again.pump().await.unwrap();
    }
    assert_eq!(channel(&again, id), c);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_to_stand_where_the_channel_is_the_old_one_keeps_its_lists_as_before() {
    let hands = Hands::showing(BUILT.plus(30 * DAY));
    let mut places = vec![];
    for _ in 0..4 {
        places.push(Place::by(Some(hands.clone())).await);
    }
    let (mut all, id) = four(&places).await;
    let sheet = all[0].propose(id, vec![Proposal::Steward("Ерлан".into())]).await.unwrap().id;
    adopt(&mut all, id, sheet).await;
    let sheet = all[1].propose(id, vec![Proposal::NewChannel]).await.unwrap().id;
    adopt(&mut all, id, sheet).await;
    let sheet = all[0].propose(id, vec![Proposal::Steward("Тимур".into())]).await.unwrap().id;
    adopt(&mut all, id, sheet).await;
    // The second keeps the lists of B. The chair offers two sheets: the committee goes to C, or stays.
    let b = channel(&all[1], id);
    let policy = Entry::Policy { quorum: Quorum { num: 1, den: 2 }, history: History::All, retention_days: 7 };
    let stays = another_sheet(&all, id, &[0, 2, 3], vec![policy]);
    let kept = all[1].keys(&id).unwrap().keeper_key();
    let moves = all[0].propose(id, vec![Proposal::NewChannel]).await.unwrap().id;
    adopt(&mut all[..3], id, moves).await;
    let c = channel(&all[1], id);
    assert!(b != c && all[1].keys(&id).unwrap().keeper_key() != kept);
    bring(&mut all[1], id, &stays).await;
    let list = |one: &Session| one.committees[&id].ledger.list.as_ref().map(|list| (list.no, list.keepers.clone()));
    let [sheet, ..] = &stays[..] else { unreachable!() };
    all[1].stand(id, &sheet.id().to_string()).await.unwrap();
    all[1].pump().await.unwrap();
    assert_eq!((channel(&all[1], id), all[1].keys(&id).unwrap().keeper_key()), (b, kept));
    let (before, keepers) = list(&all[1]).unwrap();
    assert!(keepers.iter().eq(&kept));
    // Whoever offered and signed twice is out by it, so that another list is due.
    for _ in 0..4 {
        hands.turn(HOUR);
        all[1].pump().await.unwrap();
    }
    assert!(list(&all[1]).unwrap().0 > before, "the next list of B is signed");
    // What the lists of C are kept with is somebody else's; that of a channel that is let go is forgotten.
    all[1].stand(id, &moves.to_string()).await.unwrap();
    all[1].pump().await.unwrap();
    let keys = all[1].keys(&id).unwrap();
    assert!(keys.channel == c && keys.keeper_key() != kept && keys.has_kept_with(&kept.unwrap()));
    hands.turn(101 * DAY);
    all[1].node.trust_clock().await.unwrap();
    all[1].pump().await.unwrap();
    assert!(!all[1].keys(&id).unwrap().has_kept_with(&kept.unwrap()));
}
