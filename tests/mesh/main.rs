//! Real `kenes` processes on a real network: each in a network namespace of its own, behind a virtual cable on a bridge,
//! with packets that are lost, links that are slow, and cuts that nobody is told of.
//!
//! Needs root, iproute2 and nftables. Where a namespace cannot be made, each test says why and is done. What is said about
//! figures is printed; how long anything takes is never asserted, deadlines are watchdogs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cable;
mod figures;
mod hardship;
mod lab;
mod local;
mod node;
mod towns;
