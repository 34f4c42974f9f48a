//! Looking for bytes in every file of a folder, as somebody would who had taken the machine.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// How much of a file is looked at in one piece.
const PIECE: usize = 1 << 20;

/// Which of `needles` stand somewhere in the files under `folder`.
pub(super) fn found(folder: &Path, needles: &[Vec<u8>]) -> io::Result<Vec<bool>> {
    let mut found = vec![false; needles.len()];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let inside = if kind.is_dir() {
            self::found(&entry.path(), needles)?
        } else if kind.is_file() {
            found_in_file(File::open(entry.path())?, needles)?
        } else {
            continue;
        };
        found.iter_mut().zip(inside).for_each(|(found, inside)| *found |= inside);
    }
    Ok(found)
}

fn found_in_file(mut file: impl Read, needles: &[Vec<u8>]) -> io::Result<Vec<bool>> {
    let longest = needles.iter().map(Vec::len).max().unwrap_or_default();
    let mut found = vec![false; needles.len()];
    let mut piece = Vec::with_capacity(PIECE + longest);
    loop {
        let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        for (found, needle) in found.iter_mut().zip(needles) {
            *found |= !needle.is_empty() && contains(&piece, needle);
        }
        if read == 0 {
            return Ok(found);
        }
        // What begins in this piece may end in the next.
        let keep = piece.len().min(longest.saturating_sub(1));
        piece.drain(..piece.len() - keep);
    }
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}

/// A text in the encodings that a program may keep it in: UTF-8, and UTF-16 either way round.
pub(super) fn encodings(text: &str) -> Vec<Vec<u8>> {
    let little = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![text.as_bytes().to_vec(), little, big]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_across_two_pieces_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("db")).unwrap();
        let mut bytes = vec![0u8; PIECE - 3];
        bytes.extend_from_slice("жиналыс".as_bytes());
        fs::write(folder.path().join("db/db"), bytes).unwrap();
        let needles = ["жиналыс", "собрание"].map(|text| text.as_bytes().to_vec());
        assert_eq!(found(folder.path(), &needles).unwrap(), [true, false]);
    }

    #[test]
    fn a_text_is_looked_for_in_three_encodings() {
        assert_eq!(encodings("ж"), [vec![0xd0, 0xb6], vec![0x36, 0x04], vec![0x04, 0x36]]);
    }
}
