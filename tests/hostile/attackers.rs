//! Peers that mean no good, to be let loose on a real node: one that speaks the protocol and lies in it, and one that
//! has the bytes of its connection in its own hands. They share no code with what they attack but the encoding.
//!
//! Each test crate that uses them includes this file by its path, and need not use all of it.

#![allow(dead_code)]

pub(crate) mod flood;
pub(crate) mod forge;
pub(crate) mod messages;
pub(crate) mod peer;
pub(crate) mod raw;
