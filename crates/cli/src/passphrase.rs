//! Where a passphrase comes from: the terminal, a file that only its owner can read, or a descriptor. Never a flag and
//! never the environment, where every process of the machine could see it.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use kenes_desk::SHORTEST_PASSPHRASE;
use kenes_web::api::{ApiError, ErrorKind, Passphrase};
use zeroize::Zeroizing;

use crate::args::Global;
use crate::catalogue::Catalogue;
use crate::error::{CommandError, OwnKind};
use crate::terminal::{aside, hidden_line};

/// The most bytes that are read of one.
const LONGEST: u64 = 4096;

/// The passphrase of a keystore that exists.
pub(crate) async fn ask(global: &Global, words: &Catalogue) -> Result<Passphrase, CommandError> {
    match given(global).await? {
        Some(passphrase) => Ok(passphrase),
        None => prompt(global, &words.text("ask-passphrase")).await,
    }
}

/// A new passphrase, typed twice where it is typed.
pub(crate) async fn ask_new(global: &Global, words: &Catalogue) -> Result<Passphrase, CommandError> {
    let passphrase = match given(global).await? {
        Some(passphrase) => passphrase,
        None => {
            let once = prompt(global, &words.text("ask-new-passphrase")).await?;
            let again = prompt(global, &words.text("ask-passphrase-again")).await?;
            if once != again {
                return Err(CommandError::new(OwnKind::PassphrasesDiffer));
            }
            once
        }
    };
    if passphrase.expose().chars().count() < SHORTEST_PASSPHRASE {
        let refusal = ApiError::new(ErrorKind::WeakPassphrase, "the passphrase is too short");
        return Err(refusal.detail("limit", SHORTEST_PASSPHRASE).into());
    }
    Ok(passphrase)
}

/// The 24 words of a recovery key: from a file that only its owner can read, or typed on one line or several.
pub(crate) async fn ask_words(
    global: &Global,
    words: &Catalogue,
    file: Option<&Path>,
) -> Result<Passphrase, CommandError> {
    let Some(path) = file else { return prompt(global, &words.text("ask-words")).await };
    let path = path.to_owned();
    aside(move || text(&secret_file(&path, true)?, &path)).await
}

fn may_prompt(global: &Global) -> bool {
    !global.no_input && io::stdin().is_terminal()
}

async fn given(global: &Global) -> Result<Option<Passphrase>, CommandError> {
    let (path, own) = match (&global.passphrase_file, global.passphrase_fd) {
        (Some(path), _) => (path.clone(), true),
        (None, Some(fd)) => (PathBuf::from(format!("/proc/self/fd/{fd}")), false),
        (None, None) => return Ok(None),
    };
    aside(move || from_file(&path, own)).await.map(Some)
}

fn from_file(path: &Path, own: bool) -> Result<Passphrase, CommandError> {
    let bytes = secret_file(path, own)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    text(line, path)
}

fn secret_file(path: &Path, own: bool) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let unusable = |error: io::Error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error);
    let file = File::open(path).map_err(unusable)?;
    let metadata = file.metadata().map_err(unusable)?;
    if own && metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        return Err(CommandError::new(OwnKind::OpenToOthers).detail("path", path.display()));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST).read_to_end(&mut bytes).map_err(unusable)?;
    Ok(bytes)
}

fn text(bytes: &[u8], path: &Path) -> Result<Passphrase, CommandError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Passphrase::new(text.to_owned())),
        Err(_) => Err(CommandError::new(OwnKind::NotText).detail("path", path.display())),
    }
}

async fn prompt(global: &Global, question: &str) -> Result<Passphrase, CommandError> {
    if !may_prompt(global) {
        return Err(CommandError::new(OwnKind::NoPassphrase));
    }
    let mut typed = hidden_line(question).await?;
    Ok(Passphrase::new(std::mem::take(&mut *typed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_file_is_its_first_line_and_nobody_elses_business() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passphrase");
        std::fs::write(&path, "жұмыла көтерген\r\nsomething else\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(from_file(&path, true).unwrap().expose(), "жұмыла көтерген");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(from_file(&path, true).unwrap_err().kind_name(), "open_to_others");
    }

    #[test]
    fn an_endless_file_is_not_read_to_its_end() {
        assert!(from_file(Path::new("/dev/zero"), true).unwrap().expose().len() <= LONGEST as usize);
    }
}
