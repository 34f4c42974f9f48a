//! The blind carrier of kenes: the store and the mesh.
//!
//! A node sees envelopes, channels and pens, and never an op, a member or a committee. It holds no secret but its
//! network key. [`Node`] is the handle that everything above holds; behind it one loop feeds the relay machine of
//! `kenes_core` and performs what that asks for.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods))]

pub mod clock;
pub mod config;
mod driver;
mod error;
pub mod home;
mod net;
mod node;
mod status;
pub mod store;
pub mod whole;

pub use error::NodeError;
pub use libp2p::{Multiaddr, PeerId};
pub use net::NetError;
pub use node::{NetMode, Node};
pub use status::{Counters, Deposited, NodeEvent, PeerReport, Penalised, Status, SyncReport};
pub use store::{Arrival, Batch, Drawer};
