//! Nodes as they are: real stores in temporary homes, real connections on loopback, real processes killed, real file
//! systems whose power goes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../../tests/hostile/attackers.rs"]
mod attackers;
mod damage;
mod disk;
mod files;
mod hostile;
mod kill;
mod mesh;
mod power;
mod support;
mod witness;
