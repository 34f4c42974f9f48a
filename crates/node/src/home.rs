//! The home: the one folder that a node and a desk live in, its paths, its lock, and whether it has been moved.
//!
//! What is in the files is known to those who read them: [`crate::store`], [`crate::config`], and the desk.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};

use kenes_core::ids;
use thiserror::Error;

use crate::whole::{folder_of, sync_folder};

/// The longest path that a Unix socket may have on Linux, in bytes.
pub const LONGEST_SOCKET_PATH: usize = 107;
/// How long a lock that someone else holds is waited for, unless the caller knows better.
pub const LOCK_WAIT: Duration = Duration::from_secs(5);

const LOCK_POLL: Duration = Duration::from_millis(25);
/// What this program makes in a home, beside the stores that it set aside.
const MADE: [&str; 12] = [
    "db",
    "db.suspect",
    "db.copy",
    "db.new",
    "keystore",
    "keystore.new",
    "config.toml",
    "config.toml.new",
    "node.key",
    "node.key.new",
    "kenes.sock",
    "lock",
];
const SET_ASIDE: &str = "db.damaged-";
const PLACE: &str = "kenes v1 place";
const PLACE_OF_STORE: &str = "kenes v1 place of store";
const MARK: &str = "kenes v1 mark of file";

/// Why a home cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HomeError {
    /// Another process has it.
    #[error("the home {} is in use by {}", home.display(), holder(*pid))]
    InUse {
        /// The folder.
        home: PathBuf,
        /// Who holds it, where the lock says.
        pid: Option<u32>,
    },
    /// The path of the socket would be longer than the system allows.
    #[error(
        "the path {} has {} bytes, and a socket's may have {LONGEST_SOCKET_PATH}: choose a home with a shorter path",
        path.display(),
        path.as_os_str().len()
    )]
    SocketPath {
        /// Where the socket would be.
        path: PathBuf,
    },
    /// Others than its owner may look into it.
    #[error("others may look into the home {} (mode {mode:04o}): close it to them with chmod go-rwx", home.display())]
    Exposed {
        /// The folder.
        home: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The folder or its lock cannot be made or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// What could not be used.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

/// The folder, by its paths. Nothing is touched before [`Home::create`] or [`Home::lock`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The home at `root`, whether it exists or not.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Held while a process uses the home; holds its process id.
    pub fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.root.join("db")
    }

    /// The owner's settings.
    pub fn config_file(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// A relay's network key.
    pub fn node_key(&self) -> PathBuf {
        self.root.join("node.key")
    }

    /// The desk's keys.
    pub fn keystore(&self) -> PathBuf {
        self.root.join("keystore")
    }

    /// Where the HTTP interface listens, if the path is short enough.
    pub fn socket(&self) -> Result<PathBuf, HomeError> {
        let path = self.root.join("kenes.sock");
        match path.as_os_str().as_bytes().len() <= LONGEST_SOCKET_PATH {
            true => Ok(path),
            false => Err(HomeError::SocketPath { path }),
        }
    }

    /// Whether the folder is there.
    pub fn exists(&self) -> bool {
        self.root.is_dir()
    }

    /// Makes the folder, for its owner only, with those above it. One that is there and open to others is refused, since
    /// something else may rely on that, unless it is empty: then it is closed to them.
    pub fn create(&self) -> Result<(), HomeError> {
        let io = |source| self.io(&self.root, source);
        make_durably(&self.root).map_err(io)?;
        let mode = fs::metadata(&self.root).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 == 0 {
            return Ok(());
        }
        match fs::read_dir(&self.root).map_err(io)?.next() {
            None => fs::set_permissions(&self.root, Permissions::from_mode(0o700)).map_err(io),
            Some(_) => Err(HomeError::Exposed { home: self.root.clone(), mode }),
        }
    }

    /// Takes the home for this process, making the folder where there is none.
    ///
    /// A lock that another process holds is tried again until `wait` is over. Blocks the thread.
    pub fn lock(&self, wait: Duration) -> Result<HomeLock, HomeError> {
        self.create()?;
        self.take(wait)
    }

    fn take(&self, wait: Duration) -> Result<HomeLock, HomeError> {
        let path = self.lock_file();
        let deadline = Instant::now() + wait;
        let mut file = self.open_lock().map_err(|source| self.io(&path, source))?;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(source)) => return Err(self.io(&path, source)),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(LOCK_POLL),
                Err(TryLockError::WouldBlock) => {
                    return Err(HomeError::InUse { home: self.root.clone(), pid: read_pid(&mut file) });
                }
            }
        }
        match write_pid(&mut file) {
            // Who holds it is only told; that it is held is known to the system.
            Err(source) if !takes_nothing(&source) => Err(self.io(&path, source)),
            Ok(()) | Err(_) => Ok(HomeLock { home: self.clone(), file }),
        }
    }

    /// The file whose lock is the home's; on a disk that takes nothing, what is there of it, or else the folder.
    fn open_lock(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        match options.read(true).write(true).create(true).truncate(false).mode(0o600).open(self.lock_file()) {
            Err(error) if takes_nothing(&error) => File::open(self.lock_file()).or_else(|_| File::open(&self.root)),
            opened => opened,
        }
    }

    /// Removes everything in the folder that this program made, the folder too where nothing else is in it. Only where
    /// nobody has the home.
    pub fn wipe(&self) -> Result<(), HomeError> {
        if !self.exists() {
            return Ok(());
        }
        // One that others can look into as well.
        let lock = self.take(Duration::ZERO)?;
        let entries = fs::read_dir(&self.root).map_err(|source| self.io(&self.root, source))?;
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let made = name.to_str().is_some_and(|name| MADE.contains(&name) || name.starts_with(SET_ASIDE));
            let removed = match (made, entry.file_type().is_ok_and(|kind| kind.is_dir())) {
                (false, _) => Ok(()),
                (true, true) => fs::remove_dir_all(&path),
                (true, false) => fs::remove_file(&path),
            };
            removed.map_err(|source| self.io(&path, source))?;
        }
        drop(lock);
        match fs::remove_dir(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
            other => other.map_err(|source| self.io(&self.root, source)),
        }
    }

    /// Who holds the home now, if anyone: the process id that the lock names.
    pub fn holder(&self) -> Option<u32> {
        let mut file = File::open(self.lock_file()).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => read_pid(&mut file),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// What tells this folder on this machine from a copy of it: a hash of the machine's id, and of the folder's inode
    /// and time of birth.
    ///
    /// The device number is left out: it may change whenever the machine starts, and a home would seem to have moved.
    pub fn fingerprint(&self) -> Result<[u8; 32], HomeError> {
        let folder = fs::metadata(&self.root).map_err(|source| self.io(&self.root, source))?;
        let machine = ["/etc/machine-id", "/var/lib/dbus/machine-id"].into_iter().find_map(|path| fs::read(path).ok());
        Ok(ids::derive(PLACE, &[machine.unwrap_or_default().as_slice(), &mark_of(&folder)].concat()))
    }

    /// The same, and what tells the store in it from a copy that was laid in its place.
    pub(crate) fn fingerprint_with_store(&self) -> Result<[u8; 32], HomeError> {
        let store = fs::metadata(self.store_file()).map_err(|source| self.io(&self.store_file(), source))?;
        Ok(ids::derive(PLACE_OF_STORE, &[self.fingerprint()?, mark_of(&store)].concat()))
    }

    /// The file of the store that is there from its beginning to its end.
    fn store_file(&self) -> PathBuf {
        self.store().join("db")
    }

    fn io(&self, path: &Path, source: io::Error) -> HomeError {
        HomeError::Io { path: path.to_owned(), source }
    }
}

/// Makes a folder for its owner only, where there is none, with those above it; their names are durable on return.
fn make_durably(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = folder_of(path);
    make_durably(above)?;
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists || !path.is_dir() => return Err(error),
        Ok(()) | Err(_) => {}
    }
    match sync_folder(above) {
        // Who may write a name there may not have to read what others are.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        done => done,
    }
}

/// What tells a file or a folder from a copy of it on the same machine, in its place too: its inode and time of birth,
/// hashed. Writing into a file does not change them, and where a file system has no times of birth, inodes may repeat.
pub fn mark_of(file: &Metadata) -> [u8; 32] {
    let born = file.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
    let born = born.map_or(0, |born| born.as_nanos());
    ids::derive(MARK, &[file.ino().to_le_bytes().as_slice(), &born.to_le_bytes()].concat())
}

/// Whether that is what a full or a read-only disk says, or a file that was opened on one.
pub(crate) fn takes_nothing(error: &io::Error) -> bool {
    let read_only = error.kind() == ErrorKind::ReadOnlyFilesystem;
    let not_open_to_write = error.kind() == ErrorKind::InvalidInput || error.raw_os_error() == Some(EBADF);
    read_only || not_open_to_write || matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// What Linux says to a write through a descriptor that was opened to read.
const EBADF: i32 = 9;

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

/// A home that this process has, until it is dropped or the process ends.
#[derive(Debug)]
pub struct HomeLock {
    home: Home,
    file: File,
}

impl HomeLock {
    /// The home.
    pub fn home(&self) -> &Home {
        &self.home
    }
}

impl Drop for HomeLock {
    fn drop(&mut self) {
        // The system releases the lock with the process in any case.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// Whether this home still stands where its desk last settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Where it was.
    Same,
    /// On another machine, or a copy, or with a copy of its store.
    Elsewhere,
    /// Where it was, but its store was damaged since and only what could be read is there.
    Salvaged,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_taken_once_and_the_lock_names_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("deep/home"));
        let lock = home.lock(Duration::ZERO).unwrap();
        let error = home.lock(Duration::from_millis(60)).unwrap_err();
        assert!(matches!(error, HomeError::InUse { pid: Some(pid), .. } if pid == std::process::id()));
        assert_eq!(home.holder(), Some(std::process::id()));
        drop(lock);
        assert_eq!(home.holder(), None);
        assert!(home.lock(Duration::ZERO).is_ok());
    }

    #[test]
    fn a_wiped_home_is_gone_but_for_what_this_program_did_not_make() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("home"));
        let lock = home.lock(Duration::ZERO).unwrap();
        fs::create_dir(home.store()).unwrap();
        fs::write(home.store().join("db"), "x").unwrap();
        fs::write(home.config_file(), "x").unwrap();
        assert!(matches!(home.wipe(), Err(HomeError::InUse { .. })));
        assert!(home.store().exists());
        drop(lock);
        let own = ["photo.jpg", "db-notes", "keystore.mine"].map(|name| home.root().join(name));
        own.iter().for_each(|path| fs::write(path, "x").unwrap());
        home.wipe().unwrap();
        assert_eq!(fs::read_dir(home.root()).unwrap().count(), own.len());
        own.iter().for_each(|path| fs::remove_file(path).unwrap());
        home.wipe().unwrap();
        assert!(!home.exists());
        home.wipe().unwrap();
    }

    #[test]
    fn a_home_that_others_may_look_into_is_refused_and_an_empty_folder_closed_to_them() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("home"));
        let mode = || fs::metadata(home.root()).unwrap().permissions().mode() & 0o777;
        fs::create_dir(home.root()).unwrap();
        fs::set_permissions(home.root(), Permissions::from_mode(0o755)).unwrap();
        drop(home.lock(Duration::ZERO).unwrap());
        assert_eq!(mode(), 0o700);
        for open in [0o755, 0o710, 0o701, 0o770] {
            fs::set_permissions(home.root(), Permissions::from_mode(open)).unwrap();
            let refused = home.lock(Duration::ZERO).unwrap_err();
            assert!(matches!(refused, HomeError::Exposed { mode, .. } if mode == open), "{refused}");
            assert_eq!(mode(), open, "it is another's to decide");
        }
        home.wipe().unwrap();
        assert!(!home.exists());
    }

    #[test]
    fn an_over_long_socket_path_is_refused_with_advice() {
        let home = Home::at("/".to_owned() + &"x".repeat(120));
        let error = home.socket().unwrap_err().to_string();
        assert!(error.contains("shorter path"), "{error}");
        assert!(Home::at("/tmp/a").socket().is_ok());
    }

    #[test]
    fn a_copy_has_another_fingerprint_and_the_home_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (Home::at(folder.path().join("one")), Home::at(folder.path().join("two")));
        one.create().unwrap();
        two.create().unwrap();
        let before = one.fingerprint().unwrap();
        fs::write(one.config_file(), "x").unwrap();
        assert_eq!(one.fingerprint().unwrap(), before);
        assert_ne!(one.fingerprint().unwrap(), two.fingerprint().unwrap());
        fs::rename(one.root(), folder.path().join("three")).unwrap();
        assert_eq!(Home::at(folder.path().join("three")).fingerprint().unwrap(), before);
    }
}
