//! The file that is to be verified: anybody's, so no more of it is read than a certificate may have, and nothing that
//! is no plain file is read at all.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kenes_core::certificate::LONGEST;
use kenes_web::api::{ApiError, ErrorKind};
use rustix::fs::OFlags;

use crate::error::{CommandError, OwnKind};

/// The bytes at `path`, or on standard input where it is `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    if path.as_os_str() == "-" {
        return bounded(io::stdin().lock(), path);
    }
    let unusable = |error: io::Error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error);
    // Opening a pipe that nobody writes to would wait for ever.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(unusable)?;
    let about = file.metadata().map_err(unusable)?;
    if !about.is_file() {
        return Err(CommandError::new(OwnKind::NotAFile).detail("path", path.display()));
    }
    if about.len() > LONGEST as u64 {
        return Err(too_long());
    }
    bounded(file, path)
}

fn bounded(from: impl Read, path: &Path) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    from.take(LONGEST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CommandError::new(OwnKind::File).detail("path", path.display()).because(error))?;
    if bytes.len() > LONGEST { Err(too_long()) } else { Ok(bytes) }
}

fn too_long() -> CommandError {
    ApiError::new(ErrorKind::TooLong, "the file is too long").detail("limit", LONGEST).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_or_no_file_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| {
            let refused = read(path).unwrap_err();
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
        assert_eq!(read(&least).unwrap(), b"x");
    }

    #[test]
    fn an_endless_stream_is_not_read_to_its_end() {
        assert_eq!(bounded(io::repeat(7), Path::new("-")).unwrap_err().exit_code(), 2);
        assert_eq!(bounded(io::repeat(7).take(LONGEST as u64), Path::new("-")).unwrap().len(), LONGEST);
    }
}
