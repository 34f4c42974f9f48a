//! A page of text in the making: lines, headings, labelled values, columns, and what others wrote.
//!
//! Only the program's own lines begin at the left. What goes on beyond the width of the terminal is set in, and every
//! line of somebody's text stands behind a margin, so that no text can look like the page around it.

use kenes_web::api::Moment;

use super::{fit, harmless};
use crate::catalogue::{Argument, Catalogue};
use crate::qr::Code;

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

/// What stands before every line of somebody's text, and how wide it is.
const MARGIN: (&str, usize) = ("│ ", 2);
/// How long an item of a list may be where nobody knows how wide the terminal is, in columns.
const ITEM: usize = 160;
/// What stands before the rest of a line that is too long.
const REST: &str = "      ";

/// Text on its way to the terminal.
pub(crate) struct Page<'a> {
    /// The language it is in.
    pub(crate) words: &'a Catalogue,
    colour: bool,
    /// In columns; without an end where nobody knows.
    width: usize,
    text: String,
}

impl<'a> Page<'a> {
    pub(crate) fn new(words: &'a Catalogue, colour: bool, width: Option<usize>) -> Self {
        // The last column is left alone: some terminals begin a new line when it is filled.
        let width = width.map_or(usize::MAX, |width| width.saturating_sub(1));
        Self { words, colour, width, text: String::new() }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// A message of the catalogue on a line of its own.
    pub(crate) fn say(&mut self, key: &str, arguments: &[Argument<'_>]) {
        self.say_in(Style::Plain, key, arguments);
    }

    /// The same, standing out.
    pub(crate) fn say_in(&mut self, style: Style, key: &str, arguments: &[Argument<'_>]) {
        self.told(style, &self.words.say(key, arguments));
    }

    /// One line of somebody's text: a name, an address.
    pub(crate) fn line(&mut self, style: Style, text: &str) {
        self.told(style, &harmless::line(text));
    }

    /// The same as one item of a list: what does not fit is cut off.
    pub(crate) fn item(&mut self, style: Style, id: &str, text: &str) {
        let item = format!("{id}  {}", harmless::line(text).trim());
        let item = self.paint(style, &fit::cut(&item, self.width.min(ITEM)));
        self.whole(&item);
    }

    /// Words to compare by voice.
    pub(crate) fn compare(&mut self, words: &[String]) {
        self.told(Style::Strong, &format!("  {}", harmless::line(&words.join(" "))));
    }

    /// What somebody wrote, with its title where it has one, behind a margin.
    pub(crate) fn quote(&mut self, title: Option<&str>, text: &str) {
        if let Some(title) = title {
            self.margined(Style::Strong, harmless::line(title).trim());
            self.margined(Style::Plain, "");
        }
        self.margined(Style::Plain, text);
    }

    fn margined(&mut self, style: Style, text: &str) {
        let room = self.width.saturating_sub(MARGIN.1);
        let margin = self.paint(Style::Faint, MARGIN.0.trim_end());
        for line in harmless::lines(text).replace('\t', "    ").split('\n') {
            for piece in fit::wrapped(line, room) {
                let piece = if piece.is_empty() { piece } else { format!(" {}", self.paint(style, &piece)) };
                self.whole(&format!("{margin}{piece}"));
            }
        }
    }

    /// A label of the catalogue and a value.
    pub(crate) fn pair(&mut self, key: &str, value: &str) {
        let label = format!("{}:", self.words.text(key));
        let value = harmless::line(value);
        // The program's own ids and paths are whole wherever they end, so that they can be copied.
        match value.contains(' ') {
            true => self.told(Style::Plain, &format!("{label} {value}")),
            false => self.whole(&format!("{} {value}", self.paint(Style::Faint, &label))),
        }
    }

    /// Rows of somebody's text in columns as wide as their widest cell, as far as there is room.
    pub(crate) fn table(&mut self, rows: &[Vec<String>]) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| harmless::line(cell)).collect()).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let widest = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| fit::width(cell)).max().unwrap_or_default()
        };
        let widths = fit::columns(&(0..columns).map(widest).collect::<Vec<_>>(), 2, self.width);
        for row in &rows {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let cell = fit::cut(cell, *width);
                format!("{cell}{}", " ".repeat(width.saturating_sub(fit::width(&cell))))
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            self.whole(line.trim_end());
        }
    }

    /// A line that must not be parted, such as an invite that is to be copied.
    pub(crate) fn verbatim(&mut self, text: &str) {
        self.whole(&harmless::line(text));
    }

    /// Whether so many columns fit beside each other.
    pub(crate) fn has_room(&self, columns: usize) -> bool {
        columns <= self.width
    }

    /// A code to be photographed.
    pub(crate) fn code(&mut self, code: &Code) {
        code.lines(self.colour).iter().for_each(|line| self.whole(line));
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// What went wrong, and what to do next.
    pub(crate) fn fault(&mut self, message: &str, hint: Option<&str>) {
        let label = format!("{}: ", self.words.text("label-error"));
        let mut told = Page { text: String::new(), colour: false, ..*self };
        told.told(Style::Plain, &format!("{label}{message}"));
        let rest = told.text.strip_prefix(&label).unwrap_or(&told.text);
        let label = self.paint(Style::Alarm, label.trim_end());
        self.text.push_str(&format!("{label} {rest}"));
        hint.into_iter().for_each(|hint| self.told(Style::Plain, hint));
    }

    /// Lines of the program's own; what goes on beyond the width is set in.
    fn told(&mut self, style: Style, text: &str) {
        for line in text.lines() {
            let mut pieces = fit::wrapped(line, self.width.saturating_sub(REST.len())).into_iter();
            let first = pieces.next().unwrap_or_default();
            self.whole(&self.paint(style, &first));
            pieces.for_each(|piece| self.whole(&format!("{REST}{}", self.paint(style, piece.trim_start()))));
        }
    }

    fn whole(&mut self, line: &str) {
        self.text.push_str(line);
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
        let mut page = Page::new(&words, false, None);
        page.line(Style::Alarm, "a\u{1b}[31m");
        page.quote(None, "b\u{202E}\nc\u{7}");
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
        let mut page = Page::new(&words, true, None);
        page.line(Style::Alarm, "a");
        assert_eq!(page.into_text(), "\u{1b}[1;31ma\u{1b}[0m\n");
    }

    /// A page as a terminal of so many columns shows it: what is wider goes on at the left.
    fn seen(page: Page<'_>, columns: usize) -> Vec<String> {
        let wrap = |line: &str| {
            let chars: Vec<char> = line.chars().collect();
            chars.chunks(columns).map(|chunk| chunk.iter().collect()).collect::<Vec<String>>()
        };
        page.into_text().lines().flat_map(wrap).collect()
    }

    #[test]
    fn no_text_name_or_title_makes_a_line_that_looks_like_the_programs_own() {
        let words = Catalogue::load(Lang::En);
        let forged = "Aigerim, Shop 2, 2026-11-24 11:41";
        let text =
            format!("x\n\n{forged}\nId: abcd\n{}{forged}\n{}{forged}\r\n\t{forged}", "y".repeat(80), "z ".repeat(39));
        let padded = format!("Meeting{}{forged}", " ".repeat(73));
        let name = format!("{}{forged}", "n".repeat(80));
        for columns in [24, 60, 80] {
            let mut page = Page::new(&words, false, Some(columns));
            page.quote(Some(&padded), &text);
            page.item(Style::Plain, "12345678", &padded);
            page.line(Style::Strong, &name);
            page.pair("label-name", &format!("d {name}"));
            page.table(&[vec!["e".into(), name.clone(), "f".into()]]);
            page.say("request-admitted", &[("who", name.as_str().into())]);
            let lines = seen(page, columns);
            let forged =
                |line: &&String| line.starts_with("Aig") || line.starts_with("Id:") || line.starts_with("Shop");
            assert_eq!(lines.iter().find(forged), None, "{lines:#?}");
        }
    }

    #[test]
    fn a_text_on_a_pipe_is_not_parted_but_stands_behind_its_margin() {
        let words = Catalogue::load(Lang::En);
        let mut page = Page::new(&words, false, None);
        page.quote(None, &format!("{}\n\nId: 1", "сөз ".repeat(100)));
        let text = page.into_text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), &lines[1..]), (3, &["│", "│ Id: 1"][..]));
    }
}
