//! The home opened by this process: a node, a desk where somebody reads here, and the router over both. `kenes up`
//! serves it; any other command that finds nothing running opens it without a network and calls it in place.

use std::time::Duration;

use kenes_desk::Desk;
use kenes_node::config::Config;
use kenes_node::home::HomeLock;
use kenes_node::{NetError, NetMode, Node, NodeError};
use kenes_web::api::ApiError;
use kenes_web::client::Client;
use kenes_web::routes::{self, App};
use kenes_web::stop::{self, Stop, Stopper};

use crate::error::{CommandError, OwnKind};

/// How often an unused desk is thought of.
const GLANCE: Duration = Duration::from_secs(15);

/// A home that this process has opened.
pub(crate) struct Inside {
    pub(crate) app: App,
    stopper: Stopper,
    _lock: HomeLock,
}

impl Inside {
    /// Opens the home that `lock` holds.
    pub(crate) async fn open(lock: HomeLock, config: Config, mode: NetMode) -> Result<Self, CommandError> {
        let relay = config.relay;
        let minutes = config.lock_after_minutes;
        let node = Node::start(&lock, config, mode).await?;
        let (stopper, stop) = stop::pair();
        let desk = (!relay).then(|| Desk::new(lock.home().clone(), node.clone()));
        if let Some(desk) = &desk {
            tokio::spawn(desk.clone().follow());
            tokio::spawn(lock_when_idle(desk.clone(), Duration::from_secs(60 * u64::from(minutes)), stop.clone()));
        }
        let app = App { desk, node, network: mode == NetMode::On, stop };
        Ok(Self { app, stopper, _lock: lock })
    }

    /// A client that calls this home in place.
    pub(crate) fn client(&self) -> Client {
        Client::here(routes::router(self.app.clone()))
    }

    /// Ends whatever would go on for ever.
    pub(crate) fn stop(&self) {
        self.stopper.stop();
    }

    /// Lets go of the keys, the store and the lock, in this order.
    pub(crate) async fn close(self) {
        self.stopper.stop();
        if let Some(desk) = &self.app.desk {
            desk.lock().await;
        }
        self.app.node.stop().await;
    }
}

async fn lock_when_idle(desk: Desk, idle: Duration, mut stop: Stop) {
    let mut clock = tokio::time::interval(GLANCE);
    loop {
        tokio::select! {
            () = stop.stopped() => return,
            _ = clock.tick() => {}
        }
        if desk.lock_if_idle(idle).await {
            tracing::info!("the desk was not used for a while and is locked");
        }
    }
}

impl From<NodeError> for CommandError {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Net(NetError::Taken { address }) => Self::new(OwnKind::PortTaken).detail("address", address),
            NodeError::Net(NetError::Listen { address, source }) => {
                Self::new(OwnKind::CannotListen).detail("address", address).because(source)
            }
            NodeError::Net(NetError::Key { path, source }) => {
                Self::new(OwnKind::File).detail("path", path.display()).because(source)
            }
            NodeError::Home(error) => error.into(),
            error => ApiError::from(error).into(),
        }
    }
}
