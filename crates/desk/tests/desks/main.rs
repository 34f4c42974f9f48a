//! Desks over real nodes and stores, which meet by carrying envelopes from one to the other: no network, no sleep.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod back;
mod beside;
mod channels;
mod corrections;
mod epochs;
mod forgetting;
mod homes;
mod joining;
mod lists;
mod minutes;
mod public;
mod recalls;
mod resolutions;
mod talk;
mod town;
