//! The network key: a relay keeps its own in a file that only its owner reads; anyone else's is new at each start.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use libp2p::identity::Keypair;

use super::NetError;
use crate::whole;

/// A key for one run.
pub(crate) fn fresh() -> Keypair {
    Keypair::generate_ed25519()
}

/// The key in the file `path`, which is made where there is none.
pub(crate) fn kept(path: &Path) -> Result<Keypair, NetError> {
    read(path)
        .or_else(|error| if error.kind() == io::ErrorKind::NotFound { make(path) } else { Err(error) })
        .map_err(|source| NetError::Key { path: path.to_owned(), source })
}

fn read(path: &Path) -> io::Result<Keypair> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "others can read it: chmod 600, or delete it"));
    }
    let bytes = fs::read(path)?;
    Keypair::from_protobuf_encoding(&bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no key"))
}

fn make(path: &Path) -> io::Result<Keypair> {
    let key = fresh();
    whole::replace(path, |_| key.to_protobuf_encoding().map_err(io::Error::other))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_s_key_is_made_once_and_read_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let key = kept(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(kept(&path).unwrap().public(), key.public());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(kept(&path).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn a_file_that_is_no_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        drop(kept(&path).unwrap());
        fs::write(&path, b"?").unwrap();
        assert!(matches!(kept(&path), Err(NetError::Key { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"?");
    }
}
