//! Writing a bulletin: the text from the command line, a file, or standard input.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use kenes_core::op::LONGEST_TEXT;
use kenes_web::api::{ApiError, ErrorKind, NewBulletin, Urgency};

use super::moment;
use crate::args::Writing;
use crate::commands::committee::chosen;
use crate::error::{CommandError, OwnKind};
use crate::render::Style;
use crate::render::page::short;
use crate::run::Run;

/// The longest text, in bytes.
const LONGEST: u64 = LONGEST_TEXT as u64;

pub(super) async fn post(run: &Run, args: Writing, reply_to: Option<String>) -> Result<(), CommandError> {
    let text = text(run, &args)?;
    let client = run.unlocked().await?;
    let answered = match reply_to {
        Some(id) => Some(client.bulletin(&id).await?),
        None => None,
    };
    let committee = match &answered {
        Some(answered) => answered.committee,
        None => chosen(run, client).await?.id,
    };
    let date = match &args.date {
        Some(text) => Some(moment(text, client.status().await?.clock)?),
        None => None,
    };
    let new = NewBulletin {
        committee,
        title: args.title,
        text,
        priority: if args.urgent { Urgency::Urgent } else { Urgency::Routine },
        lives: args.expires.map(|lifetime| lifetime.0),
        reply_to: answered.map(|answered| answered.id),
        date,
    };
    let posted = client.post_bulletin(&new).await?;
    run.screen.answer(&posted, |page| {
        page.say_in(Style::Good, "bulletin-posted", &[("id", short(&posted.id).into())]);
        if !client.is_remote() {
            page.say("bulletin-waits", &[]);
        }
    })
}

fn text(run: &Run, args: &Writing) -> Result<String, CommandError> {
    let text = match (&args.text, &args.file) {
        (Some(text), _) if text != "-" => text.clone(),
        (_, Some(path)) if path.as_os_str() != "-" => from_file(path)?,
        (Some(_), _) | (_, Some(_)) => read(io::stdin(), Path::new("-"))?,
        (None, None) if io::stdin().is_terminal() && run.global.no_input => String::new(),
        (None, None) => {
            if io::stdin().is_terminal() {
                run.screen.question("ask-text");
            }
            read(io::stdin(), Path::new("-"))?
        }
    };
    if text.len() as u64 > LONGEST {
        return Err(too_long());
    }
    if text.trim().is_empty() { Err(ApiError::new(ErrorKind::NoText, "there is no text").into()) } else { Ok(text) }
}

fn from_file(path: &Path) -> Result<String, CommandError> {
    let unusable = |error: io::Error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error);
    let file = File::open(path).map_err(unusable)?;
    let size = file.metadata().map_err(unusable)?.len();
    if size > LONGEST {
        return Err(too_long());
    }
    read(file, path)
}

fn read(from: impl Read, path: &Path) -> Result<String, CommandError> {
    let mut bytes = Vec::new();
    from.take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(too_long());
    }
    String::from_utf8(bytes).map_err(|_| CommandError::new(OwnKind::NotText).detail("path", path.display()))
}

fn too_long() -> CommandError {
    ApiError::new(ErrorKind::TooLong, "the text is too long").detail("limit", LONGEST).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_at_most_32_kib_of_utf_8() {
        let read = |bytes: &[u8]| super::read(bytes, Path::new("-"));
        assert_eq!(read("жиын".as_bytes()).unwrap(), "жиын");
        assert!(read(&[b'x'; LONGEST as usize]).is_ok());
        assert_eq!(read(&[b'x'; LONGEST as usize + 1]).unwrap_err().kind_name(), "too_long");
        assert_eq!(read(&[0xff, 0xfe]).unwrap_err().kind_name(), "not_text");
        assert_eq!(super::read(io::repeat(b'x'), Path::new("-")).unwrap_err().kind_name(), "too_long");
    }
}
