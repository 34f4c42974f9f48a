//! Text that others wrote, made harmless: no control character reaches the terminal, nothing turns the direction of
//! what stands beside it, and nothing is there that cannot be seen.
//!
//! What is taken out is shown by its code point (`<U+202E>`), so that a reader sees that something was there.

use std::fmt::Write as _;

/// One line: a name, a title, an address. Line breaks and tabs are shown by their code points too, and a run of white
/// space of any kind is one space: nobody pushes the rest of a line to where it looks like another.
pub(crate) fn line(text: &str) -> String {
    let shown = shown(text, |c| is_harmful(c) || is_break(c) || is_joiner(c));
    let mut folded = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c.is_whitespace() {
            true if folded.ends_with(' ') => {}
            true => folded.push(' '),
            false => folded.push(c),
        }
    }
    folded
}

/// A text of several lines. A carriage return before a line feed is dropped.
pub(crate) fn lines(text: &str) -> String {
    shown(&text.replace("\r\n", "\n"), |c| is_harmful(c) && c != '\n' && c != '\t')
}

/// JSON in which every such character is written as an escape: the same document, safe to look at.
pub(crate) fn json(document: &str) -> String {
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        if c == '\n' || !(is_harmful(c) || is_break(c)) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

fn shown(text: &str, hide: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hide(c) {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\t' | '\r' | '\u{2028}' | '\u{2029}')
}

/// They join letters in some scripts and emoji in all; in a name they only make two that look alike.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

fn is_harmful(c: char) -> bool {
    let controls = c.is_control();
    let directions =
        matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}');
    let unseen = matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{2800}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}');
    controls || directions || unseen || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_moves_no_cursor() {
        let name = "\u{1b}[2J\u{1b}]0;owned\u{7}Айгерім\u{9b}31m\r\n";
        let seen = line(name);
        assert_eq!(seen, "<U+001B>[2J<U+001B>]0;owned<U+0007>Айгерім<U+009B>31m<U+000D><U+000A>");
        assert!(seen.chars().all(|c| !c.is_control()));
    }

    #[test]
    fn an_override_turns_nothing_around() {
        assert_eq!(line("\u{202E}тізім\u{2069}"), "<U+202E>тізім<U+2069>");
        assert_eq!(lines("а\u{200F}\nб\u{061C}"), "а<U+200F>\nб<U+061C>");
    }

    #[test]
    fn white_space_of_any_kind_pushes_nothing_away() {
        let padded = format!("a{}\u{a0}\u{3000}\u{2003} b\u{2800}", " ".repeat(70));
        assert_eq!(line(&padded), "a b<U+2800>");
    }

    #[test]
    fn plain_text_in_three_languages_is_left_as_it_is() {
        let text = "Жиын бүгін, сағат 18:00-де.\n\tСобрание — в 18:00.\nMeeting at six! 👩‍🔧";
        assert_eq!(lines(text), text);
        assert_eq!(lines("a\r\nb"), "a\nb");
    }

    #[test]
    fn json_means_the_same_and_is_safe_to_look_at() {
        let document = serde_json::to_string_pretty(&["\u{202E}\u{9b}x\u{E0041}\u{2028}"]).unwrap();
        let safe = json(&document);
        assert!(safe.is_ascii());
        let (a, b): (Vec<String>, Vec<String>) =
            (serde_json::from_str(&document).unwrap(), serde_json::from_str(&safe).unwrap());
        assert_eq!(a, b);
    }
}
