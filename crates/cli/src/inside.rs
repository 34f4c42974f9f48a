//! The home opened by this process itself, for one command: a node without a network, a desk, and the same router that
//! `kenes up` serves.

use kenes_node::home::HomeLock;
use kenes_web::client::Client;

use crate::error::CommandError;
use crate::run::Run;

pub(crate) struct Inside {
    client: Client,
    _lock: HomeLock,
}

impl Inside {
    pub(crate) async fn open(lock: HomeLock, _run: &Run) -> Result<Self, CommandError> {
        Ok(Self { client: Client::here(kenes_web::routes::router()), _lock: lock })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn close(self) {}
}
