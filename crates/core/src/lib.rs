//! The pure core of kenes: types, bytes, cryptography, gossip and sync.
//!
//! Nothing here reads a clock, opens a file or a socket, or draws randomness of its own: time and entropy are passed
//! in, so that a whole network can be simulated from one seed.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods))]

pub mod book;
pub mod certificate;
pub mod channel;
pub mod envelope;
pub mod epoch;
pub mod identity;
pub mod ids;
pub mod invite;
pub mod link;
pub mod op;
pub mod relay;
pub mod seal;
pub mod sign;
pub mod time;
mod uri;
pub mod wire;
pub mod words;
