//! What the codes in a picture say. The picture is anybody's: a photo, a screenshot, or made to do harm. So its bytes, its
//! sides, the room that it takes and the time spent on it are bounded, and what it says is a text like any other.

use std::cmp::Ordering;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::error::ImageError;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use kenes_core::words;
use rqrr::PreparedImage;

use crate::commands::file;
use crate::error::{CommandError, OwnKind};
use crate::terminal::aside;

/// The most bytes of a picture's file.
const LONGEST: usize = 32 * 1024 * 1024;
/// The most pixels on one side.
const WIDEST: u32 = 16_384;
/// The most bytes that a picture takes once it is unpacked: a photo of 64 million pixels.
const ROOM: u64 = 256 * 1024 * 1024;
/// How many pixels the longer side has while codes are looked for, or twice as many as it has, where that is less. A photo
/// shows a code best when it is not too fine.
const LOOKED_AT: [u32; 5] = [3_200, 1_600, 1_200, 800, 600];
/// A picture can be made so that looking takes for ever.
const PATIENCE: Duration = Duration::from_secs(30);

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
        let looking = aside(move || look(&reading));
        let texts = tokio::time::timeout(PATIENCE, looking).await.map_err(|_| no_code(path))??;
        found.extend(texts);
    }
    let other = |path: &Path| CommandError::new(OwnKind::OtherCode).detail("path", path.display());
    found.retain(|text| wanted.fits(text));
    // A code is in capitals, which take half the room.
    found.iter_mut().for_each(|text| text.make_ascii_lowercase());
    found.sort_unstable();
    found.dedup();
    match (found.pop(), found.pop()) {
        (Some(text), None) => Ok(text),
        (Some(_), Some(_)) => Err(CommandError::new(OwnKind::SeveralCodes)),
        (None, _) => Err(pictures.first().map_or(CommandError::new(OwnKind::SeveralCodes), |path| other(path))),
    }
}

/// Everything that the codes in a picture say; an error where none can be read.
fn look(path: &Path) -> Result<Vec<String>, CommandError> {
    let bytes = file::read(path, LONGEST)?;
    let picture = unpack(&bytes).map_err(|bad| CommandError::new(bad).detail("path", path.display()))?;
    let longer = picture.width().max(picture.height());
    let mut sides = LOOKED_AT.map(|side| side.min(longer.saturating_mul(2))).to_vec();
    sides.dedup();
    let found = sides.into_iter().map(|side| codes(&picture, side)).find(|found| !found.is_empty());
    found.ok_or_else(|| no_code(path))
}

fn no_code(path: &Path) -> CommandError {
    CommandError::new(OwnKind::NoCode).detail("path", path.display())
}

/// The picture in shades of grey, if it is one and not too large.
pub(super) fn unpack(bytes: &[u8]) -> Result<GrayImage, OwnKind> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| OwnKind::NotAPicture)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(OwnKind::NotAPicture);
    }
    let mut limits = Limits::no_limits();
    (limits.max_image_width, limits.max_image_height) = (Some(WIDEST), Some(WIDEST));
    limits.max_alloc = Some(ROOM);
    reader.limits(limits);
    let bad = |error| match error {
        ImageError::Limits(_) => OwnKind::PictureTooLarge,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => OwnKind::NotAPicture,
    };
    let decoder = reader.into_decoder().map_err(bad)?;
    // Asked before anything is unpacked: the limits above are kept by most decoders, not by all.
    if decoder.total_bytes() > ROOM {
        return Err(OwnKind::PictureTooLarge);
    }
    Ok(DynamicImage::from_decoder(decoder).map_err(bad)?.into_luma8())
}

/// What the codes say that are found where the picture's longer side has so many pixels.
fn codes(picture: &GrayImage, side: u32) -> Vec<String> {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    let scaled = |length: u32| (u64::from(length) * u64::from(side)).div_ceil(u64::from(longer.max(1)));
    let [width, height] = [width, height].map(|length| u32::try_from(scaled(length)).unwrap_or(side).max(1));
    let shown = match side.cmp(&longer) {
        Ordering::Less => &imageops::thumbnail(picture, width, height),
        Ordering::Equal => picture,
        Ordering::Greater => &imageops::resize(picture, width, height, FilterType::Triangle),
    };
    // The reader asserts about what it finds, and a picture may be made to find where it is wrong.
    catch_unwind(AssertUnwindSafe(|| read(shown))).unwrap_or_default()
}

fn read(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = picture.as_raw();
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
