//! What a person sees on a terminal and a program on a pipe. Nothing here knows what it shows; the commands do.

pub(crate) mod fit;
pub(crate) mod harmless;
pub(crate) mod page;
pub(crate) mod screen;

pub(crate) use page::{Page, Style};
pub(crate) use screen::Screen;
