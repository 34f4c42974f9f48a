//! QR codes: drawn on the terminal or into a picture, and read from pictures that others made. What a code says is the
//! business of whoever asked for it.

mod draw;
mod reader;
mod scan;

pub(crate) use draw::{Code, draw, png};
pub(crate) use reader::look_if_asked;
pub(crate) use scan::{Wanted, scan};

#[cfg(test)]
mod tests;
