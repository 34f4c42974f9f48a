//! The desk: a person's keys, and everything that needs them: to compose, seal, open, read, invite and join.
//!
//! It sees ops and committees and never a peer or a socket; envelopes go to and come from a [`kenes_node::Node`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod back;
mod beside;
mod changes;
mod committee;
mod compose;
mod desk;
mod entropy;
mod error;
#[cfg(test)]
mod fixture;
mod found;
mod heal;
mod inbox;
mod index;
mod join;
mod keeper;
mod keystore;
mod leave;
mod ledger;
mod lists;
mod meant;
mod minutes;
mod moving;
mod names;
mod out;
mod outbox;
mod pause;
mod proof;
mod public;
mod read;
mod resolutions;
mod retire;
mod rotate;
#[cfg(test)]
mod seizure;
mod session;
mod settle;
mod share;
mod shelves;
mod spread;
mod talk;
mod tend;
mod vault;
mod verify;
pub mod view;

pub use desk::Desk;
pub use error::DeskError;
pub use keystore::{SHORTEST_PASSPHRASE, destroy_keystore};
