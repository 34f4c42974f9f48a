//! The blind carrier of kenes: the store and the mesh.
//!
//! A node sees envelopes, channels and pens, and never an op, a member or a committee. It holds no secret but its
//! network key.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods))]

pub mod clock;
pub mod config;
pub mod home;
pub mod net;
pub mod store;
