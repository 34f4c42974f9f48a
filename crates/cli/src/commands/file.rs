//! Files that others made, and that are made for others. Of anybody's file no more is read than it may have, and nothing
//! that is no plain file is read at all; a file that is there already is left alone.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kenes_web::api::{ApiError, ErrorKind};
use rustix::fs::OFlags;

use crate::error::{CommandError, OwnKind};

/// The bytes at `path`, or on standard input where it is `-`; no more than `limit`.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, CommandError> {
    if path.as_os_str() == "-" {
        return bounded(io::stdin().lock(), path, limit);
    }
    let unusable = |error| unusable(path, error);
    // Opening a pipe that nobody writes to would wait for ever.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(unusable)?;
    let about = file.metadata().map_err(unusable)?;
    if !about.is_file() {
        return Err(CommandError::new(OwnKind::NotAFile).detail("path", path.display()));
    }
    if about.len() > limit as u64 {
        return Err(too_long(limit));
    }
    bounded(file, path, limit)
}

/// Writes a file that is not there yet, or to standard output where it is `-`.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    if path.as_os_str() == "-" {
        return io::stdout().lock().write_all(bytes).map_err(CommandError::failed);
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| unusable(path, error))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half of it is of no use.
        let _ = std::fs::remove_file(path);
        unusable(path, error)
    })
}

fn bounded(from: impl Read, path: &Path, limit: usize) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    from.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| unusable(path, error))?;
    if bytes.len() > limit { Err(too_long(limit)) } else { Ok(bytes) }
}

fn unusable(path: &Path, error: io::Error) -> CommandError {
    CommandError::new(OwnKind::File).detail("path", path.display()).because(error)
}

fn too_long(limit: usize) -> CommandError {
    ApiError::new(ErrorKind::TooLong, "the file is too long").detail("limit", limit).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: usize = 1_000;

    #[test]
    fn what_is_too_long_or_no_file_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| {
            let refused = read(path, LONGEST).unwrap_err();
            (refused.exit_code(), refused.kind_name())
        };
        let huge = folder.path().join("huge");
        std::fs::File::create(&huge).unwrap().set_len(100 * 1024 * 1024).unwrap();
        assert_eq!(kind(&huge), (2, "too_long"));
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [folder.path(), &pipe, Path::new("/dev/zero")] {
            assert_eq!(kind(path), (2, "not_a_file"), "{}", path.display());
        }
        assert_eq!(kind(&folder.path().join("nothing")), (1, "file"));
        let least = folder.path().join("least");
        std::fs::write(&least, b"x").unwrap();
        assert_eq!(read(&least, LONGEST).unwrap(), b"x");
        let refused = save(&least, b"y").unwrap_err();
        assert_eq!((refused.kind_name(), read(&least, LONGEST).unwrap()), ("file", b"x".to_vec()), "left alone");
    }

    #[test]
    fn an_endless_stream_is_not_read_to_its_end() {
        assert_eq!(bounded(io::repeat(7), Path::new("-"), LONGEST).unwrap_err().exit_code(), 2);
        assert_eq!(bounded(io::repeat(7).take(LONGEST as u64), Path::new("-"), LONGEST).unwrap().len(), LONGEST);
    }
}
