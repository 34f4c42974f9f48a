//! A text that somebody gives: on the command line, in a file, or on standard input.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use kenes_web::api::{ApiError, ErrorKind};

use crate::error::{CommandError, OwnKind};
use crate::run::Run;
use crate::terminal::aside;

/// The text, of at most `longest` bytes.
pub(crate) async fn given(
    run: &Run,
    text: Option<&str>,
    file: Option<&Path>,
    longest: usize,
) -> Result<String, CommandError> {
    let text = match (text, file) {
        (Some(text), _) if text != "-" => text.to_owned(),
        (_, Some(path)) if path.as_os_str() != "-" => from_file(path.to_owned(), longest).await?,
        (Some(_), _) | (_, Some(_)) => from_stdin(longest).await?,
        (None, None) if io::stdin().is_terminal() && run.global.no_input => String::new(),
        (None, None) => {
            if io::stdin().is_terminal() {
                run.screen.question("ask-text");
            }
            from_stdin(longest).await?
        }
    };
    if text.len() > longest {
        return Err(too_long(longest));
    }
    if text.trim().is_empty() { Err(ApiError::new(ErrorKind::NoText, "there is no text").into()) } else { Ok(text) }
}

async fn from_stdin(longest: usize) -> Result<String, CommandError> {
    aside(move || read(io::stdin(), Path::new("-"), longest)).await
}

async fn from_file(path: PathBuf, longest: usize) -> Result<String, CommandError> {
    let read = move || {
        let unusable =
            |error: io::Error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error);
        let file = File::open(&path).map_err(unusable)?;
        let size = file.metadata().map_err(unusable)?.len();
        if size > longest as u64 { Err(too_long(longest)) } else { read(file, &path, longest) }
    };
    aside(read).await
}

fn read(from: impl Read, path: &Path, longest: usize) -> Result<String, CommandError> {
    let mut bytes = Vec::new();
    from.take(longest as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error))?;
    if bytes.len() > longest {
        return Err(too_long(longest));
    }
    String::from_utf8(bytes).map_err(|_| CommandError::new(OwnKind::NotText).detail("path", path.display()))
}

fn too_long(longest: usize) -> CommandError {
    ApiError::new(ErrorKind::TooLong, "the text is too long").detail("limit", longest).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: usize = 32 * 1024;

    #[test]
    fn a_text_is_at_most_32_kib_of_utf_8() {
        let read = |bytes: &[u8]| super::read(bytes, Path::new("-"), LONGEST);
        assert_eq!(read("жиын".as_bytes()).unwrap(), "жиын");
        assert!(read(&[b'x'; LONGEST]).is_ok());
        assert_eq!(read(&[b'x'; LONGEST + 1]).unwrap_err().kind_name(), "too_long");
        assert_eq!(read(&[0xff, 0xfe]).unwrap_err().kind_name(), "not_text");
        assert_eq!(super::read(io::repeat(b'x'), Path::new("-"), LONGEST).unwrap_err().kind_name(), "too_long");
    }
}
