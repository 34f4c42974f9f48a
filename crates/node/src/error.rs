//! Why a node did not do what it was asked.

use std::sync::Arc;

use thiserror::Error;

use crate::home::HomeError;
use crate::net::NetError;
use crate::store::StoreError;

/// Why a node did not start, or did not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The home.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The store failed while this was being done, and the node has stopped.
    #[error("{0}")]
    Failed(Arc<StoreError>),
    /// The node has stopped.
    #[error("the node has stopped")]
    Stopped,
}

impl NodeError {
    /// Whether the node is of no use until it is started again.
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::Store(error) => error.is_fatal(),
            Self::Net(_) => false,
            Self::Home(_) | Self::Randomness(_) | Self::Failed(_) | Self::Stopped => true,
        }
    }
}
