//! What somebody who holds the device of one who was paused may write under it, and what readers make of it.

use std::collections::BTreeMap;

use kenes_core::book::Because;
use kenes_core::envelope::Priority;
use kenes_core::ids::{CommitteeId, EpochId, OpId};
use kenes_core::op::{self, Op, Post, SignedOp, Talk};
use kenes_core::time::{DAY, Timestamp};
use kenes_node::{Arrival, Batch};

use crate::fixture::{Place, committee};
use crate::session::{Session, Work};
use crate::view::{AuthorStanding, BulletinStatus, Draft, Filter};

/// Everyone meets everyone, twice.
async fn meet(all: &mut [&mut Session]) {
    let count = all.len();
    for (from, to) in (0..2 * count).flat_map(|from| (0..count).map(move |to| (from, to))) {
        let held = all[from % count].node.read_after(Arrival::START, 10_000).unwrap();
        for (_, envelope) in held {
            all[to].node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
        all[to].pump().await.unwrap();
    }
}

/// A committee of one, and Ерлан, who is let in.
async fn two(places: &[Place; 2]) -> (Session, Session, CommitteeId) {
    let (mut first, mut second) = (places[0].session(), places[1].session());
    let id = first.found(committee()).await.unwrap();
    let invite = first.invite(id, 1, None).await.unwrap();
    second.join(&invite.uri, "Ерлан").await.unwrap();
    meet(&mut [&mut first, &mut second]).await;
    (first, second, id)
}

/// Signs with the keys of a seized home.
struct Thief<'a> {
    home: &'a Session,
    committee: CommitteeId,
    epoch: EpochId,
    time: Timestamp,
}

impl<'a> Thief<'a> {
    fn with(home: &'a Session, committee: CommitteeId) -> Self {
        let (epoch, _) = home.committee(&committee).unwrap().current().unwrap();
        Self { home, committee, epoch, time: home.node.now().at }
    }

    fn says(&self, seq: u64, prev: OpId, text: &str) -> SignedOp {
        let (title, priority) = (String::new(), Priority::Routine);
        let post = Post { title, text: text.into(), priority, expires: self.time.plus(DAY) };
        self.puts(seq, prev, Talk::Post(post))
    }

    fn puts(&self, seq: u64, prev: OpId, talk: Talk) -> SignedOp {
        let key = &self.home.keys(&self.committee).unwrap().device.sign;
        Op {
            version: op::VERSION,
            committee: self.committee,
            device: key.public(),
            seq,
            prev,
            heads: vec![],
            epoch: self.epoch,
            time: self.time,
            talk,
        }
        .sign(key)
        .unwrap()
    }
}

async fn reads(session: &mut Session, id: CommitteeId, ops: &[SignedOp]) {
    for op in ops {
        let mut work = Work::default();
        session.keep_op(id, op.clone(), &mut work).unwrap();
        session.commit(work).await.unwrap();
    }
}

fn standings(session: &Session) -> BTreeMap<String, AuthorStanding> {
    let listed = session.bulletins(&Filter::default()).unwrap();
    listed.bulletins.into_iter().map(|bulletin| (bulletin.text, bulletin.author.standing)).collect()
}

fn expected<const N: usize>(standings: [(&str, AuthorStanding); N]) -> BTreeMap<String, AuthorStanding> {
    standings.into_iter().map(|(text, standing)| (text.to_owned(), standing)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dated_back_beside_what_the_paused_said_is_refused_whenever_it_comes() {
    for late in [true, false] {
        let places = [Place::new().await, Place::new().await];
        let (mut first, mut second, id) = two(&places).await;
        let mut said = vec![];
        for text in ["0", "1", "2", "3"] {
            said.push(second.write(Draft::new(id, text)).await.unwrap());
        }
        meet(&mut [&mut first, &mut second]).await;
        let thief = Thief::with(&second, id);
        let forged = [
            thief.says(2, said[1], "2 жалған"),
            thief.says(3, said[2], "3 жалған"),
            thief.says(4, said[3], "4 жалған"),
            thief.puts(5, said[3], Talk::Retract { of: said[0] }),
        ];
        if late {
            first.pause(id, "Ерлан", Because::LostDevice).await.unwrap();
            reads(&mut first, id, &forged).await;
        } else {
            // What came before the pause is what the device had said by then, the first of its number.
            reads(&mut first, id, &forged[..2]).await;
            first.pause(id, "Ерлан", Because::LostDevice).await.unwrap();
            reads(&mut first, id, &forged[2..]).await;
        }
        let shown = [("0", AuthorStanding::Suspended), ("1", AuthorStanding::Suspended)];
        let mut told = standings(&first);
        // Two under one number are a fork, whichever was on the chain.
        assert_eq!(told.remove("2"), Some(AuthorStanding::Fork));
        assert_eq!(told.remove("3"), Some(AuthorStanding::Fork));
        assert_eq!(told, expected(shown), "{late}");
        assert_eq!(first.bulletin(&said[0]).unwrap().status, BulletinStatus::Current);
        first.reload().unwrap();
        assert_eq!(standings(&first).len(), 4, "after everything was read back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_device_known_by_a_number_that_was_made_up_nothing_later_is_taken_for_earlier() {
    let places = [Place::new().await, Place::new().await];
    let (mut first, mut second, id) = two(&places).await;
    let thief = Thief::with(&second, id);
    let beyond = OpId::from_bytes([9; 32]);
    reads(&mut first, id, &[thief.says(1_000_000, beyond, "миллион")]).await;
    first.pause(id, "Ерлан", Because::Arrested).await.unwrap();
    // Both what the owner had said before, which has not come yet, and what somebody writes now may be numbered so.
    let own = second.write(Draft::new(id, "шын")).await.unwrap();
    let thief = Thief::with(&second, id);
    let forged = thief.says(41, beyond, "жалған");
    let taken_back = thief.puts(42, forged.id(), Talk::Retract { of: forged.id() });
    reads(&mut first, id, &[forged.clone(), taken_back, thief.says(999_999, forged.id(), "жанында")]).await;
    let held = second.node.read_after(Arrival::START, 10_000).unwrap();
    for (_, envelope) in held {
        first.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
    }
    first.pump().await.unwrap();
    let shown = [
        ("миллион", AuthorStanding::Suspended),
        ("шын", AuthorStanding::Unproven),
        ("жалған", AuthorStanding::Unproven),
    ];
    assert_eq!(standings(&first), expected(shown));
    assert_eq!(
        first.bulletin(&forged.id()).unwrap().status,
        BulletinStatus::Current,
        "what is not proven takes nothing back"
    );
    assert_eq!(first.bulletin(&own).unwrap().status, BulletinStatus::Current);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_below_a_link_that_is_missing_is_marked_until_the_link_comes() {
    for missing in [1, 40] {
        let places = [Place::new().await, Place::new().await];
        let (mut first, second, id) = two(&places).await;
        let thief = Thief::with(&second, id);
        let mut ops = vec![thief.says(0, Op::NONE, "0")];
        for seq in 1..missing + 3 {
            let prev = ops[ops.len() - 1].id();
            ops.push(thief.says(seq, prev, &seq.to_string()));
        }
        let last = ops.len() - 1;
        let lost = 1..last;
        reads(&mut first, id, &ops[last..]).await;
        first.pause(id, "Ерлан", Because::Distrust).await.unwrap();
        reads(&mut first, id, &ops[..1]).await;
        let shown = |zero| expected([("0", zero), (&last.to_string(), AuthorStanding::Suspended)]);
        assert_eq!(standings(&first), shown(AuthorStanding::Unproven), "{missing}");
        reads(&mut first, id, &ops[lost]).await;
        assert!(standings(&first).values().all(|standing| *standing == AuthorStanding::Suspended), "{missing}");
        assert_eq!(standings(&first).len(), ops.len());
    }
}
