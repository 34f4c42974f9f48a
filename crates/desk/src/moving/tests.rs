//! Moving to another channel, as whoever holds old keys may attack it and as a crash may cut it off.

use std::collections::BTreeSet;

use kenes_core::book::{Content, Entry, FirstList, Minutes, SignedObject};
use kenes_core::channel::{LAST_LIST, List, SignedList};
use kenes_core::envelope::{Body, Envelope, Priority, Shelf};
use kenes_core::epoch;
use kenes_core::ids::{BookId, ChannelId, CommitteeId, EpochId};
use kenes_core::relay::Reason;
use kenes_core::seal::Secret;
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{BUILT, DAY, HOUR, Timestamp};
use kenes_node::clock::Hands;
use kenes_node::config::{Config, ConfigLimits};
use kenes_node::{Arrival, Batch};

use crate::compose::header_of;
use crate::entropy;
use crate::error::DeskError;
use crate::fixture::{Place, committee};
use crate::lists::wanted_pens;
use crate::seizure;
use crate::session::Session;
use crate::view::{Draft, Filter, Proposal, Standing};

mod forks;
mod signposts;

/// How many bytes a channel has room for at these nodes.
const ROOM: u64 = 1 << 20;
/// How many lists of a rival branch a node keeps.
const RIVALS: u64 = 64;

/// Everyone meets everyone, twice.
async fn meet(all: &mut [Session]) {
    let count = all.len();
    for (from, to) in (0..2 * count).flat_map(|from| (0..count).map(move |to| (from, to))) {
        let held = all[from % count].node.read_after(Arrival::START, 10_000).unwrap();
        for (_, envelope) in held {
            all[to].node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
        all[to].pump().await.unwrap();
    }
}

fn votes(who: &str) -> Proposal {
    Proposal::Admit { who: who.into(), steward: false }
}

fn texts(session: &Session) -> BTreeSet<String> {
    let listed = session.bulletins(&Filter::default()).unwrap();
    listed.bulletins.into_iter().map(|bulletin| bulletin.text).collect()
}

fn channel(session: &Session, id: CommitteeId) -> ChannelId {
    session.committees[&id].ledger.channel
}

/// A committee of a founder and three more who vote, of whom the founder alone is a steward.
async fn four(places: &[Place]) -> (Vec<Session>, CommitteeId) {
    let mut all: Vec<_> = places.iter().map(Place::session).collect();
    let id = all[0].found(committee()).await.unwrap();
    let names = ["Ерлан", "Тимур", "Сәуле"];
    for (n, name) in names.iter().enumerate() {
        let invite = all[0].invite(id, 1, None).await.unwrap();
        all[n + 1].join(&invite.uri, name).await.unwrap();
        meet(&mut all[..=n + 1]).await;
    }
    all[0].propose(id, names.map(votes).to_vec()).await.unwrap();
    meet(&mut all).await;
    assert!(all.iter().all(|one| one.committees[&id].standing() == Standing::Voter));
    (all, id)
}

/// Everyone signs a sheet whom it still takes.
async fn adopt(all: &mut [Session], id: CommitteeId, sheet: BookId) {
    let stands = |one: &Session| one.committees[&id].state.as_ref().unwrap().step(&sheet).is_some();
    for _ in 0..3 {
        meet(all).await;
        for one in all.iter_mut() {
            if !stands(one) {
                let _ = one.sign(id, &sheet.to_string()).await;
            }
        }
    }
    meet(all).await;
    assert!(all.iter().all(stands));
}

/// An envelope of talk that opens for nobody.
fn noise(channel: ChannelId, pen: &SigningKey, now: Timestamp) -> Envelope {
    let header = header_of(channel, pen, now, Priority::Urgent, now.plus(300 * DAY));
    let content: Vec<u8> = (0..500).flat_map(|_| entropy::bytes::<32>().unwrap()).collect();
    let (epoch, secret) = (EpochId::from_bytes(entropy::bytes().unwrap()), Secret::from_bytes([7; 32]));
    let body = epoch::seal_under(&header, epoch, &secret, Shelf::Talk, &content, &mut entropy::rng().unwrap()).unwrap();
    Envelope::seal(header, body, pen).unwrap()
}

fn list_envelope(channel: ChannelId, pen: &SigningKey, signed: SignedList, now: Timestamp) -> Envelope {
    let header = header_of(channel, pen, now, Priority::Control, now.plus(300 * DAY));
    Envelope::seal(header, Body::List(signed), pen).unwrap()
}

/// A branch of a channel's lists from the first one on to the last number that there is, by one keeper for one pen.
fn branch(first: &List, keeper: &SigningKey, pen: PublicKey) -> Vec<SignedList> {
    let mut before = first.clone();
    let next = |_| {
        let next = before.next([9; 16], vec![keeper.public()], vec![pen]);
        let signed = next.clone().sign(Some(&before), std::slice::from_ref(keeper));
        before = next;
        signed
    };
    (0..LAST_LIST).map(next).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn l5_whoever_took_a_keeper_forks_the_lists_to_the_last_and_the_committee_goes_where_he_has_nothing() {
    let hands = Hands::showing(BUILT.plus(30 * DAY));
    let small =
        || Config { limits: ConfigLimits { channel_bytes: ROOM, ..ConfigLimits::default() }, ..Config::default() };
    let mut places = vec![];
    for _ in 0..4 {
        places.push(Place::with(small(), Some(hands.clone())).await);
    }
    let (mut all, id) = four(&places).await;
    let (old, now) = (channel(&all[0], id), all[0].node.now().at);
    let first = all[0].committees[&id].ledger.list.clone().unwrap();
    all[0].renew_list(id, now).await.unwrap();
    all[0].write(Draft::new(id, "бұрын")).await.unwrap();
    meet(&mut all).await;
    assert_eq!(all[1].committees[&id].ledger.list.as_ref().map(|list| list.no), Some(1));

    // The founder is arrested, and whoever has the keystore makes lists of his own, up to the last one.
    let mut taken = all.remove(0);
    let keeper = taken.keys(&id).unwrap().keeper().unwrap().key.clone();
    let informer = SigningKey::from_seed([3; 32]);
    let lists = branch(&first, &keeper, informer.public());
    assert_eq!(lists.last().map(|signed| signed.list.no), Some(LAST_LIST));
    for one in &all {
        let mut stored = 0;
        for some in lists.chunks(40) {
            let some = some.iter().map(|signed| list_envelope(old, &informer, signed.clone(), now)).collect();
            stored += one.node.deposit(some, Batch::new()).await.unwrap().stored;
        }
        assert_eq!(stored, RIVALS);
        for _ in 0..4 {
            let some = (0..20).map(|_| noise(old, &informer, now)).collect();
            one.node.import(some).await.unwrap();
        }
        let carried = one.node.read_after(Arrival::START, 10_000).unwrap();
        let his = carried.iter().filter(|(_, envelope)| envelope.header().pen == informer.public());
        let talk = his.filter(|(_, envelope)| matches!(envelope.body(), Body::Sealed(_)));
        let bytes: usize = talk.map(|(_, envelope)| envelope.bytes().len()).sum();
        assert!(bytes > 0 && bytes as u64 <= ROOM / 4, "{bytes} bytes are the informer's");
    }

    // No steward is left: one of the others takes over the lists, in a new channel.
    let removal = || Proposal::Remove("Дина".into());
    let nobody = all[0].propose(id, vec![removal(), Proposal::NewChannel]).await;
    assert!(matches!(nobody, Err(DeskError::KeepsNoLists(_))), "{nobody:?}");
    let moves = vec![removal(), Proposal::Steward("Ерлан".into()), Proposal::NewChannel];
    let sheet = all[0].propose(id, moves).await.unwrap();
    meet(&mut all).await;
    for one in &mut all {
        if one.committees[&id].state.as_ref().unwrap().roster().no < 2 {
            // Whose vote it was that decided is not the same each time.
            let _ = one.sign(id, &sheet.id.to_string()).await;
        }
    }
    meet(&mut all).await;
    let new = channel(&all[0], id);
    assert_ne!(new, old);
    for (one, text) in all.iter_mut().zip(["бір", "екі", "үш"]) {
        let ledger = &one.committees[&id].ledger;
        assert_eq!((ledger.channel, ledger.list.as_ref().map(|list| list.no)), (new, Some(0)));
        one.write(Draft::new(id, text)).await.unwrap();
    }
    meet(&mut all).await;
    for one in &all {
        assert_eq!(texts(one), ["бұрын", "бір", "екі", "үш"].map(str::to_owned).into());
    }
    // The next list has spare pens for invites again, and the keeper of the one steward.
    hands.turn(2 * HOUR);
    meet(&mut all).await;
    let founding = all[0].committees[&id].book.first_list(&new).map(|(_, list)| list.clone()).unwrap();
    assert!(all[0].committees[&id].ledger.list.as_ref().unwrap().keepers.len() == 1);
    assert!(!founding.keepers.contains(&keeper.public()) && founding.keepers.len() == 1);
    let invite = all[0].invite(id, 1, None).await.unwrap();
    assert_eq!(kenes_core::invite::Invite::from_uri(&invite.uri).unwrap().channel, new);

    // Whoever holds what was taken is told which minutes did it, and has nothing in the new channel: no pen that signs
    // there, no keeper, and no secret of anything that was written since.
    let everything: Vec<_> =
        all[1].node.read_after(Arrival::START, 10_000).unwrap().into_iter().map(|(_, e)| e).collect();
    for envelope in &everything {
        taken.node.deposit(vec![envelope.clone().into_inner()], Batch::new()).await.unwrap();
    }
    taken.pump().await.unwrap();
    assert_eq!(taken.committees[&id].standing(), Standing::Removed);
    assert_eq!(channel(&taken, id), old);
    let keys = taken.keys(&id).unwrap();
    let spares = &taken.committees[&id].ledger.spares;
    for pen in keys.pens.iter().chain(spares).chain([&keeper]) {
        let refused = all[1].node.deposit(vec![noise(new, pen, now)], Batch::new()).await.unwrap().refused;
        assert_eq!(refused.first().map(|(_, reason)| *reason), Some(Reason::UnknownPen));
    }
    let next = founding.next([1; 16], vec![keeper.public()], vec![informer.public()]);
    let next = next.sign(Some(&founding), std::slice::from_ref(&keeper));
    let brought = list_envelope(new, &informer, next, now);
    assert_eq!(all[1].node.deposit(vec![brought], Batch::new()).await.unwrap().stored, 0);
    let held = taken.committees[&id].secrets.values().cloned();
    let known: Vec<_> = held.chain(seizure::secrets(&seizure::boxes(&taken, id), &everything)).collect();
    assert_eq!(seizure::opened(&known, &everything), BTreeSet::from(["бұрын".to_owned()]));
    let of_member: Vec<_> = all[1].committees[&id].secrets.values().cloned().collect();
    assert_eq!(seizure::opened(&of_member, &everything).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_a_crash_cut_off_between_keys_and_ledger_ends_in_the_same_place() {
    let places = [Place::new().await, Place::new().await];
    let mut all: Vec<_> = places.iter().map(Place::session).collect();
    let id = all[0].found(committee()).await.unwrap();
    let invite = all[0].invite(id, 1, None).await.unwrap();
    all[1].join(&invite.uri, "Ерлан").await.unwrap();
    meet(&mut all).await;
    all[0].propose(id, vec![Proposal::NewChannel]).await.unwrap();
    let (new, old) = (channel(&all[0], id), channel(&all[1], id));
    for (_, envelope) in all[0].node.read_after(Arrival::START, 10_000).unwrap() {
        if envelope.header().channel == old {
            all[1].node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
    }
    // The minutes are read, the keys are changed, and then the power goes.
    all[1].read_new().await.unwrap();
    all[1].change_keys(id, |keys| keys.channel = new).unwrap();
    drop(all.pop());
    all.push(places[1].session());
    assert_eq!(channel(&all[1], id), old);
    meet(&mut all).await;
    assert_eq!(channel(&all[1], id), new);
    all[1].write(Draft::new(id, "осындамын")).await.unwrap();
    meet(&mut all).await;
    assert_eq!(texts(&all[0]), texts(&all[1]));
    // Read back, both are there still, and know both channels; of what was begun nothing is left to begin another with.
    for place in &places {
        let mut again = place.session();
        assert_eq!((channel(&again, id), again.keys(&id).unwrap().channel), (new, new));
        assert!([old, new].iter().all(|channel| again.channels.get(channel) == Some(&id)));
        again.pump().await.unwrap();
        again.write(Draft::new(id, "әлі осында")).await.unwrap();
    }
    let before = all[0].keys(&id).unwrap().keeper_key();
    all[0].reload().unwrap();
    all[0].prepare_channel(id).unwrap();
    let begun = all[0].keys(&id).unwrap().next_channel.as_ref().map(|begun| begun.keeper.public());
    assert!(before.is_some() && begun.is_some() && begun != before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_not_signed_that_names_a_channel_of_strangers_or_one_where_some_who_vote_could_not_write() {
    let places = [Place::new().await, Place::new().await, Place::new().await, Place::new().await];
    let (mut all, id) = four(&places).await;
    let stranger = |n: u8| SigningKey::from_seed([n; 32]).public();
    let strange = List::first([5; 16], vec![stranger(1)], (1..7).map(stranger).collect());
    let nowhere = ChannelId::from_bytes([6; 32]);
    let pens: Vec<_> = wanted_pens(all[0].committees[&id].state.as_ref().unwrap()).collect();
    let narrow = List::first([7; 16], vec![stranger(1)], pens[..2].to_vec());
    let kept = all[0].keys(&id).unwrap().keeper_key().unwrap();
    let captured = List::first([8; 16], vec![kept], pens.clone());
    let removed = Entry::Remove { member: all[3].committees[&id].me, seen: vec![], published: vec![] };
    let guest = List::first([9; 16], vec![stranger(1)], pens);
    let vote = all[0].keys(&id).unwrap().vote.clone().unwrap();
    let roster = all[0].committees[&id].state.as_ref().unwrap().roster().clone();
    let cases = [(nowhere, &strange, None), (strange.channel(), &strange, None), (narrow.channel(), &narrow, None)];
    let others = [(captured.channel(), &captured, None), (guest.channel(), &guest, Some(removed))];
    for (channel, list, also) in cases.into_iter().chain(others) {
        let entries = also.into_iter().chain([Entry::Channel { channel }]).collect();
        let minutes = Minutes { no: roster.no + 1, prev: roster.at, entries };
        let sheet = SignedObject::sign(id, Content::Minutes(minutes), &vote).unwrap().verify().unwrap();
        let list = Content::FirstList(FirstList { list: list.clone() });
        let list = SignedObject::sign(id, list, &vote).unwrap().verify().unwrap();
        let proposed = sheet.id();
        let now = all[0].node.now().at;
        all[0].publish(id, vec![list, sheet], now).await.unwrap();
        meet(&mut all[..2]).await;
        let refused = all[1].sign(id, &proposed.to_string()).await;
        assert!(matches!(refused, Err(DeskError::StrangeChannel(_))), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_was_begun_with_begins_no_other_after_it() {
    let places = [Place::new().await, Place::new().await, Place::new().await, Place::new().await];
    let (mut all, id) = four(&places).await;
    let sheet = all[0].propose(id, vec![Proposal::Steward("Ерлан".into()), Proposal::NewChannel]).await.unwrap().id;
    adopt(&mut all, id, sheet).await;
    let b = channel(&all[0], id);
    // The founder's keystore is copied here: whoever has it has the sole keeper of B, and the spare pens.
    let sheet = all[1].propose(id, vec![Proposal::NewChannel]).await.unwrap().id;
    adopt(&mut all, id, sheet).await;
    let c = channel(&all[0], id);
    assert!(b != c && channel(&all[3], id) == c);
    let sheet = all[0].propose(id, vec![Proposal::NewChannel]).await.unwrap().id;
    adopt(&mut all, id, sheet).await;
    let d = channel(&all[2], id);
    assert!(d != c && d != b);
    let book = &all[2].committees[&id].book;
    let [lb, ld] = [b, d].map(|channel| book.first_list(&channel).unwrap().1.clone());
    let both = lb.pens.iter().filter(|pen| ld.has_pen(pen)).count();
    assert_eq!(both, 0);
    assert_ne!(lb.keepers, ld.keepers, "the keeper of a channel that was left keeps the new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_s_link_to_a_channel_that_a_sheet_names_keeps_a_desk_from_going_there() {
    let places = [Place::new().await, Place::new().await, Place::new().await, Place::new().await];
    let (mut all, id) = four(&places).await;
    let old = channel(&all[0], id);
    let sheet = all[0].propose(id, vec![Proposal::NewChannel]).await.unwrap().id;
    meet(&mut all).await;
    let c = all[0].committees[&id]
        .book
        .objects()
        .find_map(|o| match o.content() {
            Content::FirstList(f) => Some(f.list.channel()),
            _ => None,
        })
        .unwrap();
    let link = kenes_core::link::Link {
        version: kenes_core::link::VERSION,
        committee: CommitteeId::from_bytes([7; 32]),
        channel: c,
        list: kenes_core::ids::ListId::from_bytes([9; 32]),
        checkpoint: kenes_core::book::Checkpoint { no: 1, id: kenes_core::ids::BookId::from_bytes([1; 32]) },
    };
    let refused = all[1].follow(&link.to_uri()).await;
    assert!(matches!(refused, Err(DeskError::OwnChannel(other)) if other == id), "{refused:?}");
    for n in [1, 2] {
        all[n].sign(id, &sheet.to_string()).await.unwrap();
    }
    meet(&mut all).await;
    assert!(all.iter().all(|one| channel(one, id) == c && c != old));
    all[1].write(Draft::new(id, "мұнда")).await.unwrap();
}
