//! A code on the terminal, in half blocks, or as a PNG.

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::error::CommandError;
use crate::render::Page;

/// How many light modules stand around a code.
const QUIET: usize = 4;
/// How many pixels of a PNG a module is wide.
const PIXELS: usize = 8;
/// Black on white, whatever the terminal's own colours are.
const INK: &str = "\u{1b}[38;5;16;48;5;231m";

/// A code with the light margin around it: rows of modules, of which some are dark.
pub(crate) struct Code {
    side: usize,
    dark: Vec<bool>,
}

impl Code {
    /// The code of a text that means the same in capitals, which take half the room.
    pub(crate) fn of(text: &str) -> Result<Self, CommandError> {
        let code = QRBuilder::new(text.to_uppercase()).ecl(ECL::M).build().map_err(CommandError::failed)?;
        let side = code.size + 2 * QUIET;
        let dark = |at: usize| {
            let inside = |place: usize| place.checked_sub(QUIET).filter(|place| *place < code.size);
            inside(at / side).zip(inside(at % side)).is_some_and(|(y, x)| code[y][x].value())
        };
        Ok(Self { side, dark: (0..side * side).map(dark).collect() })
    }

    /// How many columns it takes, and half as many rows.
    pub(crate) fn columns(&self) -> usize {
        self.side
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        y < self.side && self.dark[y * self.side + x]
    }

    /// Two rows of modules a line. Where nothing may be coloured, light is what is drawn: right on a dark terminal.
    pub(crate) fn lines(&self, colour: bool) -> Vec<String> {
        let half = |x: usize, y: usize| match (self.is_dark(x, y) == colour, self.is_dark(x, y + 1) == colour) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let line = |y: usize| {
            let line: String = (0..self.side).map(|x| half(x, y)).collect();
            if colour { format!("{INK}{line}\u{1b}[0m") } else { line }
        };
        (0..self.side).step_by(2).map(line).collect()
    }

    /// A picture of it.
    pub(crate) fn png(&self) -> Result<Vec<u8>, CommandError> {
        let side = self.side * PIXELS;
        let pixel = |at: usize| if self.is_dark(at % side / PIXELS, at / side / PIXELS) { 0 } else { u8::MAX };
        let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
        let (mut png, side) = (Vec::new(), u32::try_from(side).unwrap_or(u32::MAX));
        let encoder = PngEncoder::new(&mut png);
        encoder.write_image(&pixels, side, side, ExtendedColorType::L8).map_err(CommandError::failed)?;
        Ok(png)
    }
}

/// Draws a text as a code, where the terminal is wide enough for it.
pub(crate) fn draw(page: &mut Page<'_>, text: &str) {
    match Code::of(text) {
        Ok(code) if page.has_room(code.columns()) => page.code(&code),
        Ok(code) => page.say("qr-no-room", &[("columns", code.columns().into())]),
        Err(_) => page.say("qr-too-long", &[]),
    }
}

/// A text as a code in a picture.
pub(crate) fn png(text: &str) -> Result<Vec<u8>, CommandError> {
    Code::of(text)?.png()
}
