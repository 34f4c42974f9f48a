//! A page of text in the making: lines, headings, labelled values, columns.

use kenes_web::api::Moment;

use super::harmless;
use crate::catalogue::{Argument, Catalogue};

/// How a piece of text stands out. It never carries meaning by itself: the words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Strong,
    Faint,
    Alarm,
    Good,
}

impl Style {
    /// `text`, styled for a terminal.
    pub(crate) fn paint(self, text: &str) -> String {
        let code = match self {
            Self::Plain => return text.to_owned(),
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Alarm => "1;31",
            Self::Good => "32",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Text on its way to the terminal.
pub(crate) struct Page<'a> {
    /// The language it is in.
    pub(crate) words: &'a Catalogue,
    colour: bool,
    text: String,
}

impl<'a> Page<'a> {
    pub(crate) fn new(words: &'a Catalogue, colour: bool) -> Self {
        Self { words, colour, text: String::new() }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// A message of the catalogue on a line of its own.
    pub(crate) fn say(&mut self, key: &str, arguments: &[Argument<'_>]) {
        self.styled(Style::Plain, &self.words.say(key, arguments));
    }

    /// The same, standing out.
    pub(crate) fn say_in(&mut self, style: Style, key: &str, arguments: &[Argument<'_>]) {
        self.styled(style, &self.words.say(key, arguments));
    }

    /// One line of somebody's text.
    pub(crate) fn line(&mut self, style: Style, text: &str) {
        self.styled(style, &harmless::line(text));
    }

    /// Somebody's text of several lines.
    pub(crate) fn block(&mut self, text: &str) {
        self.text.push_str(&harmless::lines(text));
        self.text.push('\n');
    }

    /// A label of the catalogue and a value.
    pub(crate) fn pair(&mut self, key: &str, value: &str) {
        let label = self.words.text(key);
        let label = self.paint(Style::Faint, &format!("{label}:"));
        self.text.push_str(&format!("{label} {}\n", harmless::line(value)));
    }

    /// Rows of somebody's text in columns as wide as their widest cell.
    pub(crate) fn table(&mut self, rows: &[Vec<String>]) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| harmless::line(cell)).collect()).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &rows {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}", width = *width)).collect();
            self.text.push_str(cells.join("  ").trim_end());
            self.text.push('\n');
        }
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    fn styled(&mut self, style: Style, text: &str) {
        let text = self.paint(style, text);
        self.text.push_str(&text);
        self.text.push('\n');
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour { style.paint(text) } else { text.to_owned() }
    }
}

/// A moment as this machine's owner reads it: in the zone of the machine, to the minute.
pub(crate) fn local(moment: Moment) -> String {
    let secs = i64::try_from(moment.0.as_secs()).unwrap_or(i64::MAX);
    let at = jiff::Timestamp::from_second(secs).unwrap_or(jiff::Timestamp::MAX);
    at.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The beginning of an identifier: enough to name it by.
pub(crate) fn short(id: &impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Lang;

    #[test]
    fn nothing_harmful_gets_onto_a_page() {
        let words = Catalogue::load(Lang::En);
        let mut page = Page::new(&words, false);
        page.line(Style::Alarm, "a\u{1b}[31m");
        page.block("b\u{202E}\nc\u{7}");
        page.pair("label-name", "d\n\u{9b}");
        page.table(&[vec!["e\u{1b}".into(), "f".into()]]);
        page.say("error-not_found", &[("what", "g\u{1b}".into()), ("id", "\u{202E}".into())]);
        let text = page.into_text();
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        assert!(!text.contains('\u{202E}'));
    }

    #[test]
    fn colour_is_only_where_it_was_asked_for() {
        let words = Catalogue::load(Lang::En);
        let mut page = Page::new(&words, true);
        page.line(Style::Alarm, "a");
        assert_eq!(page.into_text(), "\u{1b}[1;31ma\u{1b}[0m\n");
    }
}
