//! What somebody with a pen of the public channel may put there, and what a reader makes of it.

use kenes_core::book::{Content, Entry, Minutes, Offer, Page, SignedObject, Vote};
use kenes_core::envelope::{Body, Envelope, Priority};
use kenes_core::ids::{BookId, CommitteeId};
use kenes_core::op::{self, Op, Post, Talk};
use kenes_core::sign::SigningKey;
use kenes_core::time::{DAY, Timestamp};
use kenes_node::{Arrival, Batch};

use super::writer::PublicWriter;
use super::{Followed, Outside, Record};
use crate::fixture::{Place, committee};
use crate::session::Session;
use crate::view::{Draft, Filter, Proposal};

/// A committee of one who publishes and speaks for it.
async fn publishing(session: &mut Session) -> CommitteeId {
    let id = session.found(committee()).await.unwrap();
    let until = session.node.now().at.plus(30 * DAY);
    let speaks = Proposal::Spokesperson { who: "Дина".into(), until };
    session.propose(id, vec![Proposal::Publish, speaks]).await.unwrap();
    assert!(session.outside.contains_key(&id));
    id
}

async fn says(session: &mut Session, committee: CommitteeId, text: &str) {
    let draft = Draft { public: true, ..Draft::new(committee, text) };
    session.write(draft).await.unwrap();
}

/// Follows from the newest minutes, as by a link that somebody made who does not ask how many vote.
async fn follows(reader: &mut Session, of: &Session, id: CommitteeId) {
    let state = of.committees[&id].state.as_ref().unwrap();
    let checkpoint = kenes_core::book::Checkpoint { no: state.roster().no, id: state.roster().at };
    let record = &of.outside[&id].record;
    let (channel, list) = (record.channel, record.list.as_ref().unwrap().id());
    reader.keystore.keys.followed.push(Followed { committee: id, channel, list, checkpoint });
    reader.outside.insert(id, Outside::new(id, Record::new(channel, Some(checkpoint))));
    reader.public_channels.insert(channel, id);
    reader.node.carry(channel, Some(list)).await.unwrap();
}

/// Carries the public channel to the reader, who reads it.
async fn hears(reader: &mut Session, from: &Session, id: CommitteeId) {
    let channel = from.outside[&id].record.channel;
    for (_, envelope) in from.node.read_after(Arrival::START, 10_000).unwrap() {
        if envelope.header().channel == channel {
            reader.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
    }
    reader.pump().await.unwrap();
}

fn texts(session: &Session) -> Vec<String> {
    let listed = session.bulletins(&Filter::default()).unwrap();
    listed.bulletins.into_iter().map(|bulletin| bulletin.text).collect()
}

/// An op in the clear by any key, under the committee's own pen.
fn forged(session: &Session, id: CommitteeId, device: &SigningKey, time: Timestamp, text: &str) -> Envelope {
    let post = Post { title: "".into(), text: text.into(), priority: Priority::Urgent, expires: time.plus(DAY) };
    let op = Op {
        version: op::VERSION,
        committee: id,
        device: device.public(),
        seq: 0,
        prev: Op::NONE,
        heads: vec![],
        epoch: Op::PUBLIC,
        time,
        talk: Talk::Post(post),
    };
    session.public_writer(&id, time).unwrap().op(&op.sign(device).unwrap(), Priority::Urgent).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pen_gives_nobody_the_committees_word() {
    let (place, other) = (Place::new().await, Place::new().await);
    let (mut session, mut reader) = (place.session(), other.session());
    let id = publishing(&mut session).await;
    says(&mut session, id, "шын").await;
    follows(&mut reader, &session, id).await;
    let now = session.node.now().at;
    let own = session.keys(&id).unwrap().device.sign.clone();
    let vote = session.keys(&id).unwrap().vote.clone().unwrap();
    let stranger = SigningKey::from_seed([77; 32]);
    let forgeries = [
        forged(&session, id, &stranger, now, "бөтен құрылғыдан"),
        forged(&session, id, &vote, now, "дауыс кілтімен"),
        // In office she was not then: it began less than 90 days before its end.
        forged(&session, id, &own, now.minus(61 * DAY), "қызметке дейін"),
    ];
    session.node.deposit(forgeries.to_vec(), Batch::new()).await.unwrap();
    session.pump().await.unwrap();
    hears(&mut reader, &session, id).await;
    assert_eq!(texts(&session), ["шын"]);
    assert_eq!(texts(&reader), ["шын"]);
    let filter = Filter::default();
    assert_eq!((session.count(&filter).unwrap(), reader.count(&filter).unwrap()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_stops_a_follower_where_it_stands_and_says_so() {
    let (place, other) = (Place::new().await, Place::new().await);
    let (mut session, mut reader) = (place.session(), other.session());
    let id = publishing(&mut session).await;
    says(&mut session, id, "бұрын").await;
    follows(&mut reader, &session, id).await;
    hears(&mut reader, &session, id).await;
    let stand = reader.outside[&id].record.stand;
    assert_eq!(stand.map(|stand| stand.no), Some(1));
    // The only voter, or whoever has the key, adopts two different No. 2.
    let vote = session.keys(&id).unwrap().vote.clone().unwrap();
    let prev = stand.unwrap().id;
    let mut objects = vec![];
    let mut sign = |content: Content| -> BookId {
        let object = SignedObject::sign(id, content, &vote).unwrap();
        objects.push(object.bytes().to_vec());
        object.id()
    };
    for days in [20, 30] {
        let roster = session.committees[&id].state.as_ref().unwrap().roster();
        let (quorum, history) = (roster.quorum, roster.history);
        let entries = vec![Entry::Policy { quorum, history, retention_days: days }];
        let minutes = sign(Content::Minutes(Minutes { no: 2, prev, entries }));
        let offer = sign(Content::Offer(Offer { prev, round: 0, minutes, passes: vec![] }));
        sign(Content::Vote(Vote { prev, round: 0, minutes, offer }));
    }
    let now = session.node.now().at;
    let writer = session.public_writer(&id, now).unwrap();
    let page = writer.page(&Page { objects, names: vec![] }).unwrap();
    session.node.deposit(vec![page], Batch::new()).await.unwrap();
    hears(&mut reader, &session, id).await;
    let view = reader.one_committee(&id).unwrap();
    assert_eq!(reader.outside[&id].record.stand, stand);
    assert_eq!((view.minutes_no, view.forks.len(), view.forks[0].no, view.forks[0].stand), (1, 1, 2, None));
    assert_eq!(texts(&reader), ["бұрын"]);
    // A member hears of it in public as well, and signs nothing more.
    session.pump().await.unwrap();
    assert_eq!(session.committees[&id].state.as_ref().unwrap().forks.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_and_no_op_stops_nobody_from_reading() {
    let (place, other) = (Place::new().await, Place::new().await);
    let (mut session, mut reader) = (place.session(), other.session());
    let id = publishing(&mut session).await;
    says(&mut session, id, "шын").await;
    follows(&mut reader, &session, id).await;
    let now = session.node.now().at;
    let PublicWriter { channel, pen, .. } = session.public_writer(&id, now).unwrap();
    let junk = |body, priority| {
        let header = crate::compose::header_of(channel, &pen, now, priority, now.plus(DAY));
        Envelope::seal(header, body, &pen).unwrap()
    };
    let envelopes = vec![
        junk(Body::Page(vec![]), Priority::Control),
        junk(Body::Page(vec![255; 60_000]), Priority::Control),
        junk(Body::Public(vec![1, 2, 3]), Priority::Urgent),
        junk(Body::Public(vec![0; 60_000]), Priority::Routine),
    ];
    session.node.deposit(envelopes, Batch::new()).await.unwrap();
    session.pump().await.unwrap();
    hears(&mut reader, &session, id).await;
    assert_eq!((texts(&session), texts(&reader)), (vec!["шын".to_owned()], vec!["шын".to_owned()]));
    assert!(!reader.one_committee(&id).unwrap().adrift);
}
