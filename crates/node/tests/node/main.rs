//! Nodes as they are: real stores in temporary homes, real connections on loopback, real processes killed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod damage;
mod kill;
mod mesh;
mod support;
