//! Nodes as they are: real stores in temporary homes, real connections on loopback, real processes killed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../../tests/hostile/attackers.rs"]
mod attackers;
mod damage;
mod hostile;
mod kill;
mod mesh;
mod support;
