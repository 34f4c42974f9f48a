//! Whole committees as their books tell them: the cases that must pass, each under every order of arrival. Rounds by
//! themselves are model-checked beside the code; bytes are in `vectors`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod certificates;
mod epochs;
mod floods;
mod hall;
mod hand;
mod lists;
mod minutes;
mod parts;
mod sets;
mod sheet_file;
mod shown;
mod suspensions;
mod turns;
