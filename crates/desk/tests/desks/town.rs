//! A town: one home with a node and a desk, and what it carries to another.

use kenes_core::book::History;
use kenes_core::ids::CommitteeId;
use kenes_desk::view::{BulletinView, Draft, Filter, NewCommittee, Standing};
use kenes_desk::{Desk, DeskError};
use kenes_node::config::Config;
use kenes_node::home::{Home, HomeLock};
use kenes_node::{Arrival, Batch, NetMode, Node};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use zeroize::Zeroizing;

pub(crate) const PASSPHRASE: &str = "жеті қазына";

pub(crate) struct Town {
    pub(crate) lock: HomeLock,
    pub(crate) dir: TempDir,
    pub(crate) node: Node,
    pub(crate) desk: Desk,
}

pub(crate) fn passphrase() -> Zeroizing<String> {
    Zeroizing::new(PASSPHRASE.to_owned())
}

pub(crate) async fn open(dir: TempDir) -> Town {
    let home = Home::at(dir.path());
    let lock = home.lock(Duration::from_secs(5)).unwrap();
    let node = Node::start(&lock, Config::default(), NetMode::Off).await.unwrap();
    let desk = Desk::new(home, node.clone());
    Town { lock, dir, node, desk }
}

pub(crate) async fn town(name: &str) -> Town {
    let town = open(tempfile::tempdir().unwrap()).await;
    let words = town.desk.init(passphrase(), name).await.unwrap();
    assert_eq!(words.split(' ').count(), 24);
    town
}

impl Town {
    /// Carries everything that this node has to another's, like a stick would.
    pub(crate) async fn carry_to(&self, other: &Town) {
        for (_, envelope) in self.node.read_after(Arrival::START, 10_000).unwrap() {
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
        let draft = Draft {
            committee,
            title: String::new(),
            text: text.into(),
            urgent: false,
            expires: None,
            reply_to: None,
            date: None,
        };
        self.desk.post(draft).await.map(|_| ())
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

    /// The store is gone; the keystore is not.
    pub(crate) async fn lose_store(self) -> Town {
        let dir = self.stop().await;
        std::fs::remove_dir_all(dir.path().join("db")).unwrap();
        let again = open(dir).await;
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
