//! What the codes in pictures say that somebody hands in, and which of it was asked for.

use std::path::PathBuf;

use kenes_core::words;

use super::reader::{self, Seen};
use crate::commands::file;
use crate::error::{CommandError, OwnKind};
use crate::terminal::aside;

/// What a code is to say.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// A text that begins so.
    Text(&'static str),
    /// Twelve words.
    Words,
}

impl Wanted {
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Text(scheme) => text.to_lowercase().starts_with(scheme),
            Self::Words => words::to_digest(text).is_some(),
        }
    }
}

/// The text of the one code in these pictures that says what is wanted.
pub(crate) async fn scan(pictures: &[PathBuf], wanted: Wanted) -> Result<String, CommandError> {
    let mut found = vec![];
    for path in pictures {
        let reading = path.clone();
        let picture = aside(move || file::read(&reading, reader::LONGEST)).await?;
        let seen = reader::looked_at(picture).await.map_err(CommandError::failed)?;
        found.extend(texts(seen).map_err(|kind| CommandError::new(kind).detail("path", path.display()))?);
    }
    one(found, wanted).map_err(|kind| match (kind, pictures.first()) {
        (OwnKind::OtherCode, Some(path)) => CommandError::new(OwnKind::OtherCode).detail("path", path.display()),
        (kind, _) => CommandError::new(kind),
    })
}

/// What the codes of one picture say.
pub(super) fn texts(seen: Seen) -> Result<Vec<String>, OwnKind> {
    match seen {
        Seen::Texts(texts) if texts.is_empty() => Err(OwnKind::NoCode),
        Seen::Texts(texts) => Ok(texts),
        Seen::NotAPicture => Err(OwnKind::NotAPicture),
        Seen::TooLarge => Err(OwnKind::PictureTooLarge),
    }
}

/// The one of these texts that says what is wanted, however often it does.
pub(super) fn one(mut found: Vec<String>, wanted: Wanted) -> Result<String, OwnKind> {
    found.retain(|text| wanted.fits(text));
    // A code is in capitals, which take half the room.
    found.iter_mut().for_each(|text| text.make_ascii_lowercase());
    found.sort_unstable();
    found.dedup();
    match (found.pop(), found.pop()) {
        (Some(text), None) => Ok(text),
        (Some(_), Some(_)) => Err(OwnKind::SeveralCodes),
        (None, _) => Err(OwnKind::OtherCode),
    }
}
