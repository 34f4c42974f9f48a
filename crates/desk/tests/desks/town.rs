//! A town: one home with a node and a desk, and what it carries to another.

use kenes_core::book::History;
use kenes_core::channel::SignedList;
use kenes_core::envelope::{Body, Envelope};
use kenes_core::ids::{CommitteeId, EnvelopeId, EpochId};
use kenes_desk::view::{BulletinView, Draft, Filter, NewCommittee, Proposal, Standing};
use kenes_desk::{Desk, DeskError};
use kenes_node::clock::Hands;
use kenes_node::config::Config;
use kenes_node::home::{Home, HomeLock};
use kenes_node::{Arrival, Batch, NetMode, Node};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use zeroize::Zeroizing;

pub(crate) const PASSPHRASE: &str = "жеті қазына";

pub(crate) struct Town {
    pub(crate) lock: HomeLock,
    pub(crate) dir: TempDir,
    pub(crate) node: Node,
    pub(crate) desk: Desk,
    pub(crate) hands: Option<Hands>,
}

pub(crate) fn passphrase() -> Zeroizing<String> {
    Zeroizing::new(PASSPHRASE.to_owned())
}

pub(crate) async fn open(dir: TempDir) -> Town {
    open_by(dir, None).await
}

/// Opens a home by a clock that the test turns.
pub(crate) async fn open_by(dir: TempDir, hands: Option<Hands>) -> Town {
    let home = Home::at(dir.path());
    let lock = home.lock(Duration::from_secs(5)).unwrap();
    let node = Node::start_by(&lock, Config::default(), NetMode::Off, hands.clone()).await.unwrap();
    let desk = Desk::new(home, node.clone());
    Town { lock, dir, node, desk, hands }
}

pub(crate) async fn town(name: &str) -> Town {
    town_by(name, None).await
}

pub(crate) async fn town_by(name: &str, hands: Option<Hands>) -> Town {
    let town = open_by(tempfile::tempdir().unwrap(), hands).await;
    let words = town.desk.init(passphrase(), name).await.unwrap();
    assert_eq!(words.split(' ').count(), 24);
    town
}

impl Town {
    /// Carries everything that this node has to another's, like a stick would.
    pub(crate) async fn carry_to(&self, other: &Town) {
        for (_, envelope) in self.node.read_after(Arrival::START, 10_000).unwrap() {
            if other.node.envelope(&envelope.id()).unwrap().is_some() {
                continue;
            }
            other.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
    }

    pub(crate) async fn found(&self) -> CommitteeId {
        let new = NewCommittee {
            name: "Жаңаөзен мұнайшылары".into(),
            founder: String::new(),
            territory: vec!["Маңғыстау".into(), "Жаңаөзен".into()],
            industry: "мұнай".into(),
            quorum: (1, 2),
            history: History::All,
        };
        self.desk.found(new).await.unwrap()
    }

    pub(crate) async fn post(&self, committee: CommitteeId, text: &str) -> Result<(), DeskError> {
        self.desk.post(Draft::new(committee, text)).await.map(|_| ())
    }

    pub(crate) async fn bulletins(&self) -> Vec<BulletinView> {
        self.desk.bulletins(&Filter::default()).await.unwrap().bulletins
    }

    pub(crate) async fn texts(&self) -> Vec<String> {
        let mut texts: Vec<_> = self.bulletins().await.into_iter().map(|bulletin| bulletin.text).collect();
        texts.sort();
        texts
    }

    /// The one committee of this home, once it is there.
    pub(crate) async fn until_one_committee(&self) -> CommitteeId {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let committees = self.desk.committees().await.unwrap();
            if let [committee] = committees.as_slice() {
                return committee.id;
            }
            assert!(Instant::now() < deadline, "no committee came");
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn standing(&self, committee: CommitteeId) -> Standing {
        self.desk.committee(committee).await.unwrap().standing
    }

    /// Joins by an invite for one, carried back and forth.
    pub(crate) async fn let_in(&self, newcomer: &Town, committee: CommitteeId) {
        let invite = self.desk.invite(committee, 1, None).await.unwrap();
        newcomer.desk.join(&invite.uri, "").await.unwrap();
        self.meet(newcomer).await;
        self.meet(newcomer).await;
        assert_eq!(newcomer.standing(committee).await, Standing::Probation);
    }

    pub(crate) async fn meet(&self, other: &Town) {
        self.carry_to(other).await;
        other.desk.committees().await.unwrap();
        other.carry_to(self).await;
        self.desk.committees().await.unwrap();
        self.carry_to(other).await;
        other.desk.committees().await.unwrap();
    }

    /// Every epoch of which this node carries the rotation.
    pub(crate) fn epochs(&self) -> BTreeSet<EpochId> {
        let all = self.node.read_after(Arrival::START, 10_000).unwrap();
        let epoch = |body: &Body| match body {
            Body::Rotate(rotate) => Some(rotate.epoch()),
            Body::Sealed(_) | Body::Boxed(_) | Body::Public(_) | Body::List(_) | Body::Page(_) => None,
        };
        all.iter().filter_map(|(_, envelope)| epoch(envelope.body())).collect()
    }

    /// Carries what this node has, but some.
    pub(crate) async fn carry_but(&self, other: &Town, not: impl Fn(&Envelope) -> bool) {
        for (_, envelope) in self.node.read_after(Arrival::START, 10_000).unwrap() {
            if !not(&envelope) {
                other.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
            }
        }
        other.desk.committees().await.unwrap();
    }

    /// Every envelope of this node's.
    pub(crate) fn envelopes(&self) -> BTreeSet<EnvelopeId> {
        self.node.read_after(Arrival::START, 10_000).unwrap().iter().map(|(_, envelope)| envelope.id()).collect()
    }

    /// How many envelopes carry the rotation of an epoch.
    pub(crate) fn rotations_of(&self, epoch: EpochId) -> usize {
        let all = self.node.read_after(Arrival::START, 10_000).unwrap();
        let begins = |body: &Body| matches!(body, Body::Rotate(rotate) if rotate.epoch() == epoch);
        all.iter().filter(|(_, envelope)| begins(envelope.body())).count()
    }

    /// The channel's newest list, as this node carries it.
    pub(crate) fn newest_list(&self) -> SignedList {
        self.lists().into_iter().max_by_key(|signed| signed.list.no).unwrap()
    }

    /// Every list that this node carries.
    pub(crate) fn lists(&self) -> Vec<SignedList> {
        let all = self.node.read_after(Arrival::START, 10_000).unwrap();
        let list = |body: &Body| match body {
            Body::List(signed) => Some(signed.clone()),
            Body::Sealed(_) | Body::Rotate(_) | Body::Boxed(_) | Body::Public(_) | Body::Page(_) => None,
        };
        all.iter().filter_map(|(_, envelope)| list(envelope.body())).collect()
    }

    /// How many letters to single people this node carries.
    pub(crate) fn letters(&self) -> usize {
        let all = self.node.read_after(Arrival::START, 10_000).unwrap();
        all.iter().filter(|(_, envelope)| matches!(envelope.body(), Body::Boxed(_))).count()
    }

    /// The store is gone; the keystore is not.
    pub(crate) async fn lose_store(self) -> Town {
        let hands = self.hands.clone();
        let dir = self.stop().await;
        std::fs::remove_dir_all(dir.path().join("db")).unwrap();
        let again = open_by(dir, hands).await;
        again.desk.unlock(passphrase()).await.unwrap();
        again
    }

    pub(crate) async fn stop(self) -> TempDir {
        self.desk.lock().await;
        self.node.stop().await;
        drop(self.lock);
        self.dir
    }
}

/// A committee of these, all of whom vote; the first founds it. Everyone has everything.
pub(crate) async fn committee_of(towns: &[&Town], names: &[&str]) -> CommitteeId {
    let committee = towns[0].found().await;
    for town in &towns[1..] {
        towns[0].let_in(town, committee).await;
    }
    let votes = |name: &&str| Proposal::Admit { who: (*name).to_owned(), steward: false };
    towns[0].desk.propose(committee, names[1..].iter().map(votes).collect()).await.unwrap();
    meet_all(towns).await;
    for town in towns {
        assert_eq!(town.standing(committee).await, Standing::Voter);
    }
    committee
}

/// All of them meet, until everyone has everything.
pub(crate) async fn meet_all(towns: &[&Town]) {
    for _ in 0..2 {
        for pair in towns.windows(2) {
            pair[0].meet(pair[1]).await;
        }
        for pair in towns.windows(2).rev() {
            pair[1].meet(pair[0]).await;
        }
    }
}

/// Lets time pass in steps, in each of which these towns meet.
pub(crate) async fn pass(hands: &Hands, secs: u64, step: u64, towns: &[&Town]) {
    for _ in 0..secs.div_ceil(step) {
        hands.turn(step);
        meet_all(towns).await;
    }
}
