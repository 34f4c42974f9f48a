//! The keystore file: every secret that must survive the store, under a passphrase. It knows nothing of committees
//! beyond their keys.
//!
//! Argon2id (64 MiB, 3 passes, 1 lane) turns the passphrase into the key of an XChaCha20-Poly1305 box. The file is only
//! ever replaced whole: new file, fsync, rename, fsync of the directory. What follows a save may rely on it. Sealed in it
//! is the mark of the very file that it was written to, so that an older copy in its place is told from it.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use bincode::{Decode, Encode};
use kenes_core::book::{Ballots, Hand};
use kenes_core::identity::{DeviceSecret, Identity};
use kenes_core::ids::{ChannelId, CommitteeId};
use kenes_core::seal::{self, Secret};
use kenes_core::sign::SigningKey;
use kenes_core::wire;
use kenes_node::home::mark_of;
use kenes_node::whole;
use zeroize::Zeroizing;

use crate::entropy;
use crate::error::DeskError;
use crate::keeper::Keeper;
use crate::moving::NextChannel;
use crate::public::{Followed, PublicKeys};
use crate::retire::Openings;

/// The shortest passphrase, in characters.
pub const SHORTEST_PASSPHRASE: usize = 8;

const MAGIC: [u8; 12] = *b"kenes keys\0\x01";
const LONGEST_FILE: usize = 4 * 1024 * 1024;
const BLOCK: usize = 4 * 1024;
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 16;

/// The keys of one committee.
#[derive(Clone, Encode, Decode)]
pub(crate) struct CommitteeKeys {
    pub(crate) committee: CommitteeId,
    pub(crate) channel: ChannelId,
    /// The channel that its member was let into: the recovery key comes of the seed and this.
    pub(crate) origin: ChannelId,
    pub(crate) identity: Identity,
    /// None once it was erased: on another machine only minutes can replace it.
    pub(crate) vote: Option<SigningKey>,
    pub(crate) device: DeviceSecret,
    /// How many devices this home has certified for its member.
    pub(crate) device_no: u32,
    /// The keys that others sealed to before, as long as they are wanted.
    pub(crate) openings: Openings,
    /// What a steward keeps the lists of the committee's channels with, the oldest first.
    pub(crate) keepers: Vec<Keeper>,
    /// What it would begin another channel with.
    pub(crate) next_channel: Option<NextChannel>,
    /// How many admits and suspensions were numbered: kept here, because to number one twice looks like cheating.
    pub(crate) admit_no: u32,
    pub(crate) suspend_no: u32,
    /// This home's pens, oldest first; the last may be published and not listed yet.
    pub(crate) pens: Vec<SigningKey>,
    /// The vote key that minutes were asked to put in place of a lost one.
    pub(crate) next_vote: Option<SigningKey>,
    /// What was signed of the newest numbers: durable here before a signature leaves.
    pub(crate) hands: Vec<Hand>,
    /// What was said on resolutions: durable here before a ballot leaves.
    pub(crate) ballots: Ballots,
    /// What it takes part in public channels with.
    pub(crate) public: PublicKeys,
    /// Nothing of it is known to be durable beside these keys: founding or joining has begun and is not done.
    pub(crate) begun: bool,
}

impl CommitteeKeys {
    /// What takes part in a committee from now on, before anything was signed or numbered.
    pub(crate) fn new(
        (committee, channel): (CommitteeId, ChannelId),
        identity: Identity,
        vote: Option<SigningKey>,
        device: DeviceSecret,
        pens: Vec<SigningKey>,
    ) -> Self {
        Self {
            committee,
            channel,
            origin: channel,
            identity,
            vote,
            device,
            device_no: 1,
            openings: Openings::default(),
            keepers: vec![],
            next_channel: None,
            admit_no: 0,
            suspend_no: 0,
            pens,
            next_vote: None,
            hands: vec![],
            ballots: Ballots::default(),
            public: PublicKeys::default(),
            begun: true,
        }
    }
}

/// All that the keystore holds.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Keys {
    /// Seals every record of the desk.
    pub(crate) master: Secret,
    /// What the owner's 24 words stand for.
    pub(crate) seed: Secret,
    /// The owner's name, for committees to come.
    pub(crate) name: String,
    /// Which machine and folder this home was in when it last wrote.
    pub(crate) place: [u8; 32],
    /// In how many sessions this desk has written: the store counts first, so that the two tell of each other whether one
    /// was set back.
    pub(crate) sessions: u64,
    /// Wrap epoch secrets; to delete one is to delete what it wraps.
    pub(crate) periods: Vec<(u32, Secret)>,
    pub(crate) committees: Vec<CommitteeKeys>,
    /// Committees that this home follows, and is no member of.
    pub(crate) followed: Vec<Followed>,
    /// Committees whose keys are forgotten, and whose records and envelopes may not be yet.
    pub(crate) left: Vec<(CommitteeId, ChannelId)>,
}

#[derive(Encode, Decode)]
struct FileForm {
    magic: [u8; 12],
    memory_kib: u32,
    passes: u32,
    salt: [u8; 16],
    nonce: [u8; 24],
    ciphertext: Vec<u8>,
}

/// Why the file was not replaced.
enum Unsaved {
    Sealing(DeskError),
    Disk(std::io::Error),
}

impl From<std::io::Error> for Unsaved {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error)
    }
}

/// An open keystore.
pub(crate) struct Keystore {
    path: PathBuf,
    salt: [u8; 16],
    key: Secret,
    pub(crate) keys: Keys,
    /// Whether the file was not where it had been written to when it was opened: a copy was laid in its place.
    pub(crate) laid: bool,
}

impl Keystore {
    /// Makes the file. Takes as long as Argon2id does.
    pub(crate) fn create(path: &Path, passphrase: &str, keys: Keys) -> Result<Self, DeskError> {
        if path.exists() {
            return Err(DeskError::Initialised);
        }
        if passphrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(DeskError::WeakPassphrase(SHORTEST_PASSPHRASE));
        }
        let salt = entropy::bytes()?;
        let key = stretch(passphrase, &salt, MEMORY_KIB, PASSES).ok_or_else(|| damaged(path))?;
        let keystore = Self { path: path.to_owned(), salt, key, keys, laid: false };
        keystore.save()?;
        Ok(keystore)
    }

    /// Opens the file. Takes as long as Argon2id does.
    pub(crate) fn open(path: &Path, passphrase: &str) -> Result<Self, DeskError> {
        let (form, mark) = read(path)?;
        let bounded = form.memory_kib <= MOST_MEMORY_KIB && form.passes <= MOST_PASSES;
        if form.magic != MAGIC || !bounded {
            return Err(damaged(path));
        }
        let key = stretch(passphrase, &form.salt, form.memory_kib, form.passes).ok_or_else(|| damaged(path))?;
        let plain = seal::decrypt(&key, &form.nonce, &form.ciphertext, &MAGIC).ok_or(DeskError::WrongPassphrase)?;
        let plain = Zeroizing::new(plain);
        let ((written, keys), _): (([u8; 32], Keys), _) = wire::decode_prefix(&plain).map_err(|_| damaged(path))?;
        Ok(Self { path: path.to_owned(), salt: form.salt, key, keys, laid: written != mark })
    }

    /// Replaces the file with the keys as they are now; durable when this returns.
    pub(crate) fn save(&self) -> Result<(), DeskError> {
        let sealed = |file: &File| {
            let form = self.seal(mark_of(&file.metadata()?)).map_err(Unsaved::Sealing)?;
            Ok(wire::encode(&form))
        };
        whole::replace(&self.path, sealed).map_err(|unsaved| match unsaved {
            Unsaved::Sealing(error) => error,
            Unsaved::Disk(source) => DeskError::Io { path: self.path.clone(), source },
        })
    }

    /// The keys as they are now, for the file of this mark.
    fn seal(&self, mark: [u8; 32]) -> Result<FileForm, DeskError> {
        let mut plain = Zeroizing::new(wire::encode(&(mark, &self.keys)));
        // To a multiple of 4 KiB, so that the size does not count committees.
        let padded = plain.len().next_multiple_of(BLOCK);
        plain.resize(padded, 0);
        let nonce = entropy::bytes()?;
        let ciphertext = seal::encrypt(&self.key, &nonce, &plain, &MAGIC).ok_or_else(|| damaged(&self.path))?;
        let (memory_kib, passes) = (MEMORY_KIB, PASSES);
        Ok(FileForm { magic: MAGIC, memory_kib, passes, salt: self.salt, nonce, ciphertext })
    }

    /// The keys of a committee.
    pub(crate) fn committee(&self, id: &CommitteeId) -> Option<&CommitteeKeys> {
        self.keys.committees.iter().find(|keys| keys.committee == *id)
    }

    /// The keys of a committee, to be changed and saved.
    pub(crate) fn committee_mut(&mut self, id: &CommitteeId) -> Option<&mut CommitteeKeys> {
        self.keys.committees.iter_mut().find(|keys| keys.committee == *id)
    }

    /// The newest period key and its number.
    pub(crate) fn period(&self) -> Option<&(u32, Secret)> {
        self.keys.periods.last()
    }
}

/// Destroys a keystore: its bytes are written over before the file goes, for what that is worth on flash. Where there
/// is none, there is nothing to do.
pub fn destroy_keystore(path: &Path) -> std::io::Result<()> {
    let half_written = whole::beside(path);
    let destroyed = [path, half_written.as_path()].map(|path| {
        // What cannot be written over goes all the same.
        let _ = write_over(path);
        match fs::remove_file(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    });
    destroyed.into_iter().collect::<Result<(), _>>()?;
    match whole::sync_folder(whole::folder_of(path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        synced => synced,
    }
}

fn write_over(path: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(LONGEST_FILE).min(LONGEST_FILE);
    file.write_all(&vec![0; length])?;
    file.sync_all()
}

fn damaged(path: &Path) -> DeskError {
    DeskError::Keystore(path.to_owned())
}

fn stretch(passphrase: &str, salt: &[u8; 16], memory_kib: u32, passes: u32) -> Option<Secret> {
    let params = argon2::Params::new(memory_kib, passes, 1, Some(32)).ok()?;
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = [0; 32];
    argon2.hash_password_into(passphrase.as_bytes(), salt, &mut key).ok()?;
    Some(Secret::from_bytes(key))
}

/// What the file says, and its mark.
fn read(path: &Path) -> Result<(FileForm, [u8; 32]), DeskError> {
    let io = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => DeskError::Uninitialised,
        _ => DeskError::Io { path: path.to_owned(), source },
    };
    let file = File::open(path).map_err(io)?;
    let meta = file.metadata().map_err(io)?;
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(DeskError::Exposed(path.to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(LONGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    let form = wire::decode(&bytes, LONGEST_FILE).map_err(|_| damaged(path))?;
    Ok((form, mark_of(&meta)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys {
            master: Secret::from_bytes([1; 32]),
            seed: Secret::from_bytes([2; 32]),
            name: "Әйгерім".into(),
            place: [0; 32],
            sessions: 0,
            periods: vec![(0, Secret::from_bytes([3; 32]))],
            committees: vec![],
            followed: vec![],
            left: vec![],
        }
    }

    #[test]
    fn a_keystore_opens_with_its_passphrase_only_and_keeps_what_is_saved() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keystore");
        let mut keystore = Keystore::create(&path, "жеті қазына", keys()).unwrap();
        keystore.keys.name = "Дина".into();
        keystore.save().unwrap();
        assert_eq!(Keystore::open(&path, "жеті қазына").unwrap().keys.name, "Дина");
        assert!(matches!(Keystore::open(&path, "жеті казына"), Err(DeskError::WrongPassphrase)));
        assert!(matches!(Keystore::create(&path, "жеті қазына", keys()), Err(DeskError::Initialised)));
    }

    #[test]
    fn a_damaged_exposed_or_missing_file_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keystore");
        assert!(matches!(Keystore::open(&path, "12345678"), Err(DeskError::Uninitialised)));
        Keystore::create(&path, "12345678", keys()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keystore::open(&path, "12345678"), Err(DeskError::Exposed(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(100);
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(Keystore::open(&path, "12345678"), Err(DeskError::Keystore(_))));
    }

    #[test]
    fn a_keystore_that_was_destroyed_is_gone_and_may_be_destroyed_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keystore");
        Keystore::create(&path, "12345678", keys()).unwrap();
        // Whoever had it open before, like a backup by another name, finds nothing in it.
        let link = dir.path().join("link");
        fs::hard_link(&path, &link).unwrap();
        destroy_keystore(&path).unwrap();
        assert!(!path.exists());
        assert!(fs::read(&link).unwrap().iter().all(|byte| *byte == 0));
        destroy_keystore(&path).unwrap();
    }

    #[test]
    fn an_older_copy_in_the_place_of_the_file_is_told_from_it() {
        let dir = tempfile::tempdir().unwrap();
        let (path, copy) = (dir.path().join("keystore"), dir.path().join("copy"));
        let keystore = Keystore::create(&path, "12345678", keys()).unwrap();
        let laid = || Keystore::open(&path, "12345678").unwrap().laid;
        fs::copy(&path, &copy).unwrap();
        keystore.save().unwrap();
        assert!(!laid());
        // Written into the same file, and laid in its place.
        fs::write(&path, fs::read(&copy).unwrap()).unwrap();
        assert!(laid());
        Keystore::open(&path, "12345678").unwrap().save().unwrap();
        assert!(!laid());
        fs::copy(&path, &copy).unwrap();
        fs::rename(&copy, &path).unwrap();
        assert!(laid());
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let refused = Keystore::create(&dir.path().join("keystore"), "сөз", keys());
        assert!(matches!(refused, Err(DeskError::WeakPassphrase(8))));
    }
}
