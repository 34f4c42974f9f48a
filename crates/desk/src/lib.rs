//! The desk: a person's keys, and everything that needs them: to compose, seal, open, read, invite and join.
//!
//! It sees ops and committees and never a peer or a socket; envelopes go to and come from a node.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod view;
