//! The process that looks for codes in a picture. The picture is anybody's: a photo, a screenshot, or made to do harm, and
//! what unpacks it and looks for codes was written for photos. So it is looked at by a process of its own, this program
//! under another name, whose room and processor time the kernel bounds, and to which it leaves no file.

use std::cmp::Ordering;
use std::ffi::OsStr;
use std::io::{self, Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use image::error::ImageError;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use rqrr::PreparedImage;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use crate::confine;

/// What this program is called where it looks at a picture.
const NAME: &str = "kenes-picture";
/// The most bytes of a picture's file.
pub(super) const LONGEST: usize = 32 * 1024 * 1024;
/// The most pixels on one side.
const WIDEST: u32 = 16_384;
/// The most bytes that a picture takes once it is unpacked: a photo of 64 million pixels.
const UNPACKED: u64 = 256 * 1024 * 1024;
/// The most bytes of memory that looking takes, the picture and this program included.
const ROOM: u64 = 1024 * 1024 * 1024;
/// For how long a picture is looked at. One can be made so that looking takes for ever.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of what all codes in a picture say.
const MOST_SAID: u64 = 1024 * 1024;
/// How many pixels the longer side has while codes are looked for, or twice as many as it has, where that is less. A photo
/// shows a code best when it is not too fine.
const LOOKED_AT: [u32; 5] = [3_200, 1_600, 1_200, 800, 600];

/// What there is in a picture.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Seen {
    /// What its codes say; nothing where none can be read.
    Texts(Vec<String>),
    NotAPicture,
    TooLarge,
}

/// Has a picture looked at. Whoever looks and finds no end, or no room, has seen nothing.
pub(super) async fn looked_at(picture: Vec<u8>) -> io::Result<Seen> {
    let nothing = || Seen::Texts(vec![]);
    let mut child = Command::new(std::env::current_exe()?)
        .arg0(NAME)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut shown), Some(said)) = (child.stdin.take(), child.stdout.take()) else { return Ok(nothing()) };
    let looking = async {
        // Whoever ended before it read everything says so by what it did not answer.
        let _ = shown.write_all(&picture).await;
        drop(shown);
        let mut answer = vec![];
        said.take(MOST_SAID).read_to_end(&mut answer).await?;
        io::Result::Ok(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, looking).await.unwrap_or(Ok(vec![]))?;
    Ok(serde_json::from_slice(&answer).unwrap_or_else(|_| nothing()))
}

/// Looks at the picture on standard input where this process was begun for that.
pub(crate) fn look_if_asked() -> Option<ExitCode> {
    let asked = std::env::args_os().next().is_some_and(|name| name == OsStr::new(NAME));
    asked.then(|| look_bounded().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS))
}

fn look_bounded() -> io::Result<()> {
    let most = |of| Rlimit { current: Some(of), maximum: Some(of) };
    setrlimit(Resource::As, most(ROOM))?;
    setrlimit(Resource::Cpu, most(PATIENCE.as_secs()))?;
    confine::to_nothing();
    let mut picture = vec![];
    io::stdin().lock().take(LONGEST as u64).read_to_end(&mut picture)?;
    let answer = serde_json::to_vec(&look(&picture))?;
    io::stdout().lock().write_all(&answer)
}

/// What there is in a picture, whatever that costs.
pub(super) fn look(bytes: &[u8]) -> Seen {
    let picture = match unpack(bytes) {
        Ok(picture) => picture,
        Err(seen) => return seen,
    };
    let longer = picture.width().max(picture.height());
    let mut sides = LOOKED_AT.map(|side| side.min(longer.saturating_mul(2))).to_vec();
    sides.dedup();
    let found = sides.into_iter().map(|side| codes(&picture, side)).find(|found| !found.is_empty());
    Seen::Texts(found.unwrap_or_default())
}

/// The picture in shades of grey, if it is one and not too large.
fn unpack(bytes: &[u8]) -> Result<GrayImage, Seen> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Seen::NotAPicture)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(Seen::NotAPicture);
    }
    let mut limits = Limits::no_limits();
    (limits.max_image_width, limits.max_image_height) = (Some(WIDEST), Some(WIDEST));
    limits.max_alloc = Some(UNPACKED);
    reader.limits(limits);
    let bad = |error| match error {
        ImageError::Limits(_) => Seen::TooLarge,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => Seen::NotAPicture,
    };
    let decoder = reader.into_decoder().map_err(bad)?;
    // Asked before anything is unpacked: the limits above are kept by most decoders, not by all.
    if decoder.total_bytes() > UNPACKED {
        return Err(Seen::TooLarge);
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
