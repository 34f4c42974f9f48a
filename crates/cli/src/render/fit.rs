//! Text within a width: wrapped at words, or cut with an ellipsis. By ourselves, since what a terminal wraps begins at
//! the left like a line of the program's own.
//!
//! Widths are in columns of a terminal (UAX 11). Text that comes here is harmless already.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A line of it is never narrower, in columns.
const NARROWEST: usize = 20;

/// How many columns a piece of text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width().max(text.chars().map(wide).sum())
}

/// A character alone; the sign that makes an emoji of it makes it wider.
fn wide(c: char) -> usize {
    if c == '\u{FE0F}' { 1 } else { c.width().unwrap_or(0) }
}

/// One line as several of at most `room` columns, parted at spaces where there are any.
pub(crate) fn wrapped(line: &str, room: usize) -> Vec<String> {
    let room = room.max(NARROWEST);
    let (mut lines, mut last, mut taken) = (Vec::new(), String::new(), 0);
    for word in line.split_inclusive(' ') {
        let bare = width(word.trim_end_matches(' '));
        if bare.saturating_add(taken) > room && !last.trim().is_empty() {
            lines.push(std::mem::take(&mut last));
            taken = 0;
        }
        if bare.saturating_add(taken) <= room {
            last.push_str(word);
            taken += width(word);
            continue;
        }
        for c in word.chars() {
            if taken + wide(c) > room {
                lines.push(std::mem::take(&mut last));
                taken = 0;
            }
            last.push(c);
            taken += wide(c);
        }
    }
    lines.push(last);
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    lines
}

/// At most `room` columns of a line; an ellipsis stands for the rest.
pub(crate) fn cut(line: &str, room: usize) -> String {
    if width(line) <= room {
        return line.to_owned();
    }
    let (mut cut, mut taken) = (String::new(), 0);
    for c in line.chars() {
        taken += wide(c);
        if taken >= room {
            break;
        }
        cut.push(c);
    }
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// The widths of columns that together take at most `room`, the widest narrowed first.
pub(crate) fn columns(widest: &[usize], between: usize, room: usize) -> Vec<usize> {
    let mut widths = widest.to_vec();
    let gaps = between * widths.len().saturating_sub(1);
    let over = |widths: &[usize]| (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
    while over(&widths) > 0 {
        let Some(widest) = widths.iter_mut().max() else { break };
        if *widest <= 1 {
            break;
        }
        *widest -= 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_room_whatever_is_in_it() {
        let texts = [
            "Жиын бүгін кешкі алтыда, екінші цехтың алдында, бәрі келсін",
            &"ж".repeat(100),
            &"漢字".repeat(40),
            &"👩‍🔧❤\u{FE0F}".repeat(30),
            &format!("{}{}", " ".repeat(75), "x y"),
            "",
        ];
        for text in texts {
            for room in [20, 33, 80] {
                let lines = wrapped(text, room);
                assert!(lines.iter().all(|line| width(line) <= room), "{lines:?}");
                let bare = |text: &str| text.replace(' ', "");
                assert_eq!(bare(&lines.concat()), bare(text));
                assert!(width(&cut(text, room)) <= room);
            }
        }
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrapped("one two three four five six", 20), ["one two three four", "five six"]);
        assert_eq!(cut("one two three four", 9), "one two…");
        assert_eq!(cut("one", 3), "one");
    }

    #[test]
    fn the_widest_column_gives_way() {
        assert_eq!(columns(&[8, 128, 12], 2, 80), [8, 56, 12]);
        assert_eq!(columns(&[8, 10], 2, 80), [8, 10]);
    }
}
