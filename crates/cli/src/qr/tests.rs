//! Codes that are drawn, photographed by a program, and read back; and pictures that are no such thing.

use std::io::Cursor;

use super::reader::{Seen, look};
use super::scan::{one, texts};
use super::*;
use crate::error::OwnKind;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};

/// As long as an invite is that brings a member back, the longest there is.
const INVITE: &str = "kenes:join:\
    abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnop\
    234567abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567abcdefghij\
    klmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz\
    abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwxyz";

/// Numbers that look like chance and are the same each time.
struct Noise(u32);

impl Iterator for Noise {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((self.0 >> 24) as u8)
    }
}

fn read(picture: &[u8], wanted: Wanted) -> Result<String, OwnKind> {
    one(texts(look(picture))?, wanted)
}

fn written(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    DynamicImage::ImageLuma8(picture.clone()).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// As a hand-held camera has it: turned, larger or smaller, grey, noisy, on a desk of its own.
fn photographed(code: &[u8], angle: f64, pixels: u32) -> GrayImage {
    let flat = image::load_from_memory(code).unwrap().into_luma8();
    let (side, desk) = (f64::from(flat.width()), 1_400);
    let (sine, cosine) = angle.sin_cos();
    let mut noise = Noise(7);
    let mut shot = GrayImage::from_fn(desk, desk, |x, y| {
        let (x, y) = (f64::from(x) - 700.0, f64::from(y) - 700.0);
        let at = |a: f64| (a / 1.3 + side / 2.0).round();
        let (u, v) = (at(x * cosine + y * sine), at(y * cosine - x * sine));
        let on_it = u >= 0.0 && v >= 0.0 && u < side && v < side;
        let shade = if on_it { flat.get_pixel(u as u32, v as u32).0[0] } else { 120 };
        let lit = 40 + u16::from(shade) * 150 / 255 + u16::from(noise.next().unwrap() % 40);
        Luma([lit.min(255) as u8])
    });
    shot = image::imageops::resize(&shot, pixels, pixels, FilterType::Triangle);
    shot
}

#[test]
fn what_is_drawn_is_read_back_from_a_file_and_from_a_photo() {
    let code = png(INVITE).unwrap();
    assert_eq!(read(&code, Wanted::Text("kenes:join:")), Ok(INVITE.to_owned()));
    for (angle, pixels) in [(0.2, 1_000), (0.0, 600), (0.8, 1_200), (3.1, 900), (1.6, 3_000), (-0.6, 1_000)] {
        let mut jpeg = vec![];
        let photo = photographed(&code, angle, pixels);
        JpegEncoder::new_with_quality(&mut jpeg, 70).encode_image(&photo).unwrap();
        let found = read(&jpeg, Wanted::Text("kenes:join:"));
        assert_eq!(found.as_deref(), Ok(INVITE), "turned by {angle}, {pixels} pixels wide");
    }
}

#[test]
fn what_a_terminal_shows_is_read_back_from_a_screenshot_of_either_colour() {
    for colour in [true, false] {
        let lines = Code::of(INVITE).unwrap().lines(colour);
        let lines: Vec<Vec<char>> = lines
            .iter()
            .map(|line| {
                line.trim_start_matches("\u{1b}[38;5;16;48;5;231m").trim_end_matches("\u{1b}[0m").chars().collect()
            })
            .collect();
        // With colours, ink is black on white; without, what is drawn is the light on a dark screen.
        let dark = |x: u32, y: u32| {
            let cell = lines[y as usize / 2][x as usize];
            let drawn = matches!((cell, y % 2), ('█', _) | ('▀', 0) | ('▄', 1));
            drawn == colour
        };
        let (wide, high) = (lines[0].len() as u32, 2 * lines.len() as u32);
        let shot = GrayImage::from_fn(wide * 6, high * 6, |x, y| Luma([if dark(x / 6, y / 6) { 0 } else { 255 }]));
        let shot = written(&shot, ImageFormat::Png);
        assert_eq!(read(&shot, Wanted::Text("kenes:join:")).as_deref(), Ok(INVITE));
    }
}

#[test]
fn what_is_no_picture_or_has_no_such_code_is_refused_with_its_reason() {
    let good = png(INVITE).unwrap();
    let blank = written(&GrayImage::from_pixel(300, 300, Luma([255])), ImageFormat::Png);
    let noise = GrayImage::from_vec(600, 600, Noise(1).take(360_000).collect()).unwrap();
    for (name, bytes, kind) in [
        ("text", b"kenes:join:abc".to_vec(), OwnKind::NotAPicture),
        ("nothing", vec![], OwnKind::NotAPicture),
        ("torn", good[..good.len() / 2].to_vec(), OwnKind::NotAPicture),
        ("blank", blank, OwnKind::NoCode),
        ("noise", written(&noise, ImageFormat::Png), OwnKind::NoCode),
        ("other", png("https://example.org/").unwrap(), OwnKind::OtherCode),
        ("words", png("abandon ".repeat(12).trim()).unwrap(), OwnKind::OtherCode),
    ] {
        assert_eq!(read(&bytes, Wanted::Text("kenes:join:")), Err(kind), "{name}");
    }
    let said = [&good, &png(&INVITE.replace('z', "y")).unwrap()].map(|code| texts(look(code)).unwrap()).concat();
    assert_eq!(one(said, Wanted::Text("kenes:join:")), Err(OwnKind::SeveralCodes));
    assert_eq!(read(&good, Wanted::Words), Err(OwnKind::OtherCode));
}

/// A header that promises four thousand million pixels, and nothing behind it.
#[test]
fn a_picture_that_would_take_too_much_room_is_not_unpacked() {
    let mut bomb = written(&GrayImage::new(8, 8), ImageFormat::Png);
    for side in [16, 20] {
        bomb[side..side + 4].copy_from_slice(&60_000_u32.to_be_bytes());
    }
    let sum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(look(&bomb), Seen::TooLarge);
    let large = GrayImage::new(16_385, 1);
    assert_eq!(look(&written(&large, ImageFormat::Png)), Seen::TooLarge);
}

/// What a PNG's pieces end with.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[test]
fn no_changed_picture_brings_the_reader_down() {
    let code = png(INVITE).unwrap();
    let flat = image::load_from_memory(&code).unwrap().into_luma8();
    let mut noise = Noise(3);
    for round in 0..16_u32 {
        let mut changed = flat.clone();
        for _ in 0..round * 50 {
            let (x, y) = (noise.next().unwrap(), noise.next().unwrap());
            let (x, y) = (u32::from(x) * flat.width() / 256, u32::from(y) * flat.height() / 256);
            for (dx, dy) in (0..64).map(|at| (at % 8, at / 8)) {
                if x + dx < flat.width() && y + dy < flat.height() {
                    changed.put_pixel(x + dx, y + dy, Luma([noise.next().unwrap()]));
                }
            }
        }
        if let Ok(text) = read(&written(&changed, ImageFormat::Png), Wanted::Text("kenes:join:")) {
            assert_eq!(text, INVITE);
        }
    }
}
