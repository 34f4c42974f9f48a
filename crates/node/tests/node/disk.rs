//! Disks to test with: a file system in a file, mounted here, from which power goes at a moment that the test chooses.
//! What its system had not written by then is lost, as it would be with the machine. Needs to mount; says so where it
//! cannot.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// How large a disk is, in bytes. What is not written of it takes no room.
const SIZE: u64 = 2 << 30;
/// Files in memory, where there are any: how fast the machine's own disk is, is not tried here.
const MEMORY: &str = "/dev/shm";

/// What a disk is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FileSystem {
    Ext4,
    Xfs,
}

impl FileSystem {
    pub(crate) const ALL: [Self; 2] = [Self::Ext4, Self::Xfs];

    const fn maker(self) -> &'static str {
        match self {
            Self::Ext4 => "mkfs.ext4",
            Self::Xfs => "mkfs.xfs",
        }
    }
}

/// A mounted file system, gone when dropped.
pub(crate) struct Disk {
    folder: TempDir,
    /// The device that the file is, from beginning to end: one that is found anew at each mount may be taken away by
    /// another's unmounting.
    device: String,
}

impl Disk {
    /// An empty one; where there can be none here, why.
    pub(crate) fn new(kind: FileSystem) -> Result<Self, String> {
        let memory = Path::new(MEMORY);
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("kenes-disk-").tempdir_in(folder).map_err(|e| e.to_string())?;
        let mut disk = Self { folder, device: String::new() };
        fs::create_dir(disk.root()).map_err(|e| e.to_string())?;
        let image = fs::File::create(disk.image()).and_then(|file| file.set_len(SIZE));
        image.map_err(|e| e.to_string())?;
        // There has to be something that takes the power away.
        run("xfs_io", &["-V"])?;
        run(kind.maker(), &["-q", text(&disk.image())])?;
        disk.device = run("losetup", &["--find", "--show", text(&disk.image())])?;
        disk.mount()?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Takes its power away. `journal` says whether the file system still wrote down its own changes; `parts` are ranges
    /// of `file`, first byte and length, that the system wrote just before, by itself and out of order.
    pub(crate) fn cut(&self, file: &Path, journal: bool, parts: &[(u64, u64)]) {
        let opened = if file.exists() { file.to_owned() } else { self.root() };
        let mut arguments = vec!["-x".to_owned(), "-r".to_owned()];
        for (from, length) in parts.iter().filter(|_| opened == file) {
            arguments.extend(["-c".to_owned(), format!("sync_range -abw {from} {length}")]);
        }
        arguments.extend(["-c".to_owned(), if journal { "shutdown -f" } else { "shutdown" }.to_owned()]);
        arguments.push(text(&opened).to_owned());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run("xfs_io", &arguments).expect("the power stays on");
    }

    /// Starts it again, as it was left. Nobody may have anything open on it.
    pub(crate) fn again(&self) {
        run("umount", &[text(&self.root())]).expect("somebody has it open");
        self.mount().expect("it does not mount again");
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn mount(&self) -> Result<(), String> {
        run("mount", &[&self.device, text(&self.root())]).map(drop)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // One that was never mounted, too.
        let _ = run("umount", &["-l", text(&self.root())]);
        let _ = run("losetup", &["--detach", &self.device]);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of this test's own")
}

/// What a program that does well prints.
fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    let told = || format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() { Ok(printed) } else { Err(told()) }
}
