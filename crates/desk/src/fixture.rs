//! A home with a node and a keystore, for tests that look inside of a session.

use std::path::Path;
use std::time::Duration;

use kenes_core::book::History;
use kenes_core::seal::Secret;
use kenes_node::clock::Hands;
use kenes_node::config::Config;
use kenes_node::home::{Home, HomeLock};
use kenes_node::{NetMode, Node};
use tempfile::TempDir;

use crate::keystore::{Keys, Keystore};
use crate::session::Session;
use crate::view::NewCommittee;

pub(crate) const PASSPHRASE: &str = "жеті қазына";

pub(crate) struct Place {
    pub(crate) node: Node,
    home: Home,
    _lock: HomeLock,
    _folder: TempDir,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::by(None).await
    }

    /// By a clock that the test turns.
    pub(crate) async fn by(hands: Option<Hands>) -> Self {
        Self::with(Config::default(), hands).await
    }

    /// The same, with settings of the node's.
    pub(crate) async fn with(config: Config, hands: Option<Hands>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let lock = home.lock(Duration::ZERO).unwrap();
        let node = Node::start_by(&lock, config, NetMode::Off, hands).await.unwrap();
        let keys = Keys {
            master: secret(),
            seed: secret(),
            name: "Дина".into(),
            place: [0; 32],
            sessions: 0,
            periods: vec![(0, secret())],
            committees: vec![],
            followed: vec![],
            left: vec![],
        };
        Keystore::create(&home.keystore(), PASSPHRASE, keys).unwrap();
        Self { node, home, _lock: lock, _folder: folder }
    }

    /// Where the home is.
    pub(crate) fn path(&self) -> &Path {
        self.home.root()
    }

    /// The session as it is read back from the disk.
    pub(crate) fn session(&self) -> Session {
        Session::load(self.node.clone(), Keystore::open(&self.home.keystore(), PASSPHRASE).unwrap()).unwrap()
    }
}

pub(crate) fn committee() -> NewCommittee {
    NewCommittee {
        name: "Бірлік".into(),
        founder: String::new(),
        territory: vec![],
        industry: String::new(),
        quorum: (1, 2),
        history: History::All,
    }
}

fn secret() -> Secret {
    Secret::generate(&mut crate::entropy::rng().unwrap())
}
