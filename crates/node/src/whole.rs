//! Files that are there whole or not at all, whatever happens to the machine: written beside, synced, put in the place,
//! and the folder synced. What is in them is known to those who write them. The store looks after its own.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Puts a file for its owner only at `path`, in the place of what is there; durable when this returns.
///
/// `content` gives the bytes, and is shown the new file, empty, which has the inode that the file at `path` will have.
/// After a failure, or when power goes, the file at `path` is the one before or the new one, whole.
pub fn replace<E: From<io::Error>>(path: &Path, content: impl FnOnce(&File) -> Result<Vec<u8>, E>) -> Result<(), E> {
    let beside = beside(path);
    let mut file = fresh(&beside)?;
    let written = content(&file).and_then(|bytes| Ok(file.write_all(&bytes).and_then(|()| file.sync_all())?));
    if written.is_err() {
        // Half of it is of no use, and the disk may be full.
        let _ = fs::remove_file(&beside);
        return written;
    }
    fs::rename(&beside, path)?;
    Ok(sync_folder(folder_of(path))?)
}

/// The file that is written before it takes the place of the one at `path`. One that an interruption left is written
/// anew.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".new");
    name.into()
}

fn fresh(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Makes the names in a folder durable.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The folder that has the name of what is at `path`.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    #[test]
    fn a_replaced_file_is_its_owner_s_and_has_the_inode_that_was_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        fs::write(beside(&path), "what an interruption left, and longer").unwrap();
        for text in ["one", "two"] {
            let mut shown = 0;
            let content = |file: &File| {
                shown = file.metadata()?.ino();
                Ok::<_, io::Error>(text.into())
            };
            replace(&path, content).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            let about = fs::metadata(&path).unwrap();
            assert_eq!((about.ino(), about.permissions().mode() & 0o777), (shown, 0o600));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_replacement_that_fails_leaves_the_file_before_and_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keystore");
        replace(&path, |_| Ok::<_, io::Error>(b"before".to_vec())).unwrap();
        let refused = replace(&path, |_| Err(io::Error::from(ErrorKind::StorageFull))).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_name_without_a_folder_is_in_the_one_that_the_process_is_in() {
        assert_eq!(folder_of(Path::new("keystore")), Path::new("."));
        assert_eq!(folder_of(Path::new("/a/keystore")), Path::new("/a"));
    }
}
