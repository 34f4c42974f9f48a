//! Whole stories with real `kenes` processes on the loopback interface, each on a port that the system chose.
//!
//! A test waits for what must come, never for a while: every wait ends with what it waits for or with a deadline, and
//! every process is killed with the test that started it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../hostile/attackers.rs"]
mod attackers;
mod bad_input;
mod certificates;
mod clocks;
mod codes;
mod copied;
mod demo;
mod devices;
mod disk;
mod epochs;
mod harness;
mod homes;
mod hostile;
mod killed;
mod lost;
mod meeting;
mod members;
mod minutes;
mod moved;
mod partitions;
mod public;
mod resolutions;
mod rounds;
mod salvage;
mod schema;
mod shape;
mod straight_line;
mod suspended;
mod terminal;
mod watching;
