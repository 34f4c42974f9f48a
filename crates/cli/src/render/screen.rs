//! Where answers go: one JSON document or a page of text to stdout, remarks and errors to stderr.

use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::process::{Command, Stdio};

use rustix::fs::{FileType, Stat};
use serde::Serialize;

use super::{Page, harmless};
use crate::args::ColorChoice;
use crate::catalogue::{Argument, Catalogue};
use crate::error::CommandError;

/// The terminal or the pipe that this run speaks to.
pub(crate) struct Screen {
    /// The language that it speaks.
    pub(crate) words: Catalogue,
    json: bool,
    quiet: bool,
    colour: bool,
    /// In columns, where somebody knows.
    width: Option<usize>,
    pager: Option<String>,
}

/// How a screen is to behave.
pub(crate) struct Manner {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) color: ColorChoice,
    pub(crate) pager: Option<String>,
}

#[derive(Serialize)]
struct Failure {
    error: Reason,
}

#[derive(Serialize)]
struct Reason {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Screen {
    pub(crate) fn new(words: Catalogue, manner: Manner) -> Self {
        let terminal = io::stdout().is_terminal();
        let colour = match manner.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal,
        };
        let pager = manner.pager.filter(|pager| terminal && !manner.json && !pager.trim().is_empty());
        Self { words, json: manner.json, quiet: manner.quiet, colour, width: columns(), pager }
    }

    /// The answer: `document` for programs, or what `write` makes of it for people.
    pub(crate) fn answer<T: Serialize>(
        &self,
        document: &T,
        write: impl FnOnce(&mut Page<'_>),
    ) -> Result<(), CommandError> {
        if self.json {
            return self.json_line(document, true);
        }
        let mut page = Page::new(&self.words, self.colour, self.width);
        write(&mut page);
        self.print(&page.into_text())
    }

    /// An answer that nothing shows again by itself: whoever went away, a full disk or a closed standard output is an
    /// error.
    pub(crate) fn show_once<T: Serialize>(&self, document: &T, write: impl FnOnce(&mut Page<'_>)) -> io::Result<()> {
        if is_nowhere(io::stdout()) {
            return Err(io::ErrorKind::NotConnected.into());
        }
        let text = if self.json {
            format!("{}\n", harmless::json(&serde_json::to_string_pretty(document)?))
        } else {
            let mut page = Page::new(&self.words, self.colour, self.width);
            write(&mut page);
            page.into_text()
        };
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// A document for programs alone.
    pub(crate) fn document<T: Serialize>(&self, document: &T) -> Result<(), CommandError> {
        if self.json { self.json_line(document, true) } else { Ok(()) }
    }

    /// One of many answers: a line of JSON each, or a page each.
    pub(crate) fn answer_one_of_many<T: Serialize>(
        &self,
        document: &T,
        write: impl FnOnce(&mut Page<'_>),
    ) -> Result<(), CommandError> {
        if self.json {
            return self.json_line(document, false);
        }
        let mut page = Page::new(&self.words, self.colour, self.width);
        write(&mut page);
        to_stdout(&page.into_text())
    }

    /// A remark beside the answer: to stderr, and not at all where quiet was asked for.
    pub(crate) fn remark(&self, key: &str, arguments: &[Argument<'_>]) {
        if !self.quiet {
            let mut page = Page::new(&self.words, false, self.width);
            page.say(key, arguments);
            let _ = io::stderr().write_all(page.into_text().as_bytes());
        }
    }

    /// What nobody may overlook: to stderr, however quiet the rest is to be; a program finds it in the documents.
    pub(crate) fn alarm(&self, write: impl FnOnce(&mut Page<'_>)) {
        if !self.json {
            self.preview(write);
        }
    }

    /// A question on the terminal; asked however quiet the rest is to be.
    pub(crate) fn question(&self, key: &str) {
        let _ = writeln!(io::stderr(), "{}", self.words.text(key));
    }

    /// What a question is about, on the terminal; shown however quiet the rest is to be.
    pub(crate) fn preview(&self, write: impl FnOnce(&mut Page<'_>)) {
        let mut page = Page::new(&self.words, self.colour, self.width);
        write(&mut page);
        let _ = write!(io::stderr(), "{}", page.into_text());
    }

    /// The error that ends this run.
    pub(crate) fn fail(&self, error: &CommandError) {
        let mut stderr = io::stderr();
        let message = error.message(&self.words);
        let hint = error.hint(&self.words);
        let _ = if self.json {
            let failure = Failure { error: Reason { kind: error.kind_name(), message, hint } };
            let document = serde_json::to_string(&failure).unwrap_or_default();
            writeln!(stderr, "{}", harmless::json(&document))
        } else {
            let mut page = Page::new(&self.words, self.colour, self.width);
            page.fault(&message, hint.as_deref());
            stderr.write_all(page.into_text().as_bytes())
        };
    }

    fn json_line<T: Serialize>(&self, document: &T, pretty: bool) -> Result<(), CommandError> {
        let text = if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) };
        let text = text.map_err(CommandError::failed)?;
        to_stdout(&format!("{}\n", harmless::json(&text)))
    }

    fn print(&self, text: &str) -> Result<(), CommandError> {
        let long = text.lines().count() > 40;
        match self.pager.as_deref().filter(|_| long) {
            Some(pager) if page_with(pager, text).is_ok() => Ok(()),
            Some(_) | None => to_stdout(text),
        }
    }
}

/// Whether what is written goes to /dev/null, as it does too where standard output was closed.
fn is_nowhere(stream: impl AsFd) -> bool {
    let null = rustix::fs::stat("/dev/null").map(|null| null.st_rdev);
    let character = |stat: &Stat| FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice;
    rustix::fs::fstat(stream).is_ok_and(|stat| character(&stat) && Ok(stat.st_rdev) == null)
}

/// How wide the terminal is that this is read on: where the answer goes into a pipe, somebody may still read it there.
fn columns() -> Option<usize> {
    use rustix::termios::tcgetwinsize;
    let said = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let found =
        tcgetwinsize(io::stdout()).or_else(|_| tcgetwinsize(io::stderr())).or_else(|_| tcgetwinsize(io::stdin()));
    said.or(found.ok().map(|size| usize::from(size.ws_col))).filter(|columns| *columns > 0)
}

/// A reader who went away (`kenes bulletin list | head`) is no failure.
fn to_stdout(text: &str) -> Result<(), CommandError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CommandError::failed(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn page_with(pager: &str, text: &str) -> io::Result<()> {
    let mut child = Command::new("sh").args(["-c", pager]).env("LESS", "FRX").stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that was quit early has seen enough.
        let _ = stdin.write_all(text.as_bytes());
    }
    child.wait().map(drop)
}
