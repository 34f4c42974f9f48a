//! The HTTP interface of kenes and its Rust client.
//!
//! One axum [`Router`](axum::Router) answers everything that a person or a script may ask of a home. It is served on a
//! Unix socket where `kenes up` runs ([`socket`]) and called in the same process where nothing does ([`client`]). No
//! key, no envelope and no committee is handled here: handlers turn documents ([`api`]) into calls of the desk and the
//! node, and back.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods))]

pub mod api;
pub mod client;
mod guard;
pub mod routes;
pub mod socket;
pub mod stop;
