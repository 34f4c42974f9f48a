//! Reading where the disk takes nothing. sled writes whenever it opens, so the files are copied into memory and opened
//! there; nothing comes back from it.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::engine::Engine;
use crate::home::Home;

/// Where Linux has files in memory.
const MEMORY: &str = "/dev/shm";
/// A store with more bytes is not copied.
const MOST: u64 = 512 * 1024 * 1024;

/// Opens a copy of a home's store that is gone once it is closed; none where it does not fit.
pub(super) fn open_copy(home: &Home, cache: u64) -> Result<Option<Engine>, StoreError> {
    let files = files_of(&home.store())?;
    if files.iter().map(|(_, size)| size).sum::<u64>() > MOST {
        return Ok(None);
    }
    let folder = fresh_folder()?;
    let copied = files.iter().try_for_each(|(path, _)| {
        let name = path.file_name().unwrap_or_default();
        fs::copy(path, folder.join(name)).map(drop)
    });
    let opened = copied.map_err(StoreError::from).and_then(|()| Engine::open_passing(&folder, cache));
    opened.map(Some).inspect_err(|_| drop(fs::remove_dir_all(&folder)))
}

fn files_of(store: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(store)? {
        let entry = entry?;
        let unfinished = entry.file_name().to_string_lossy().ends_with(".generating");
        let metadata = entry.metadata()?;
        if metadata.is_file() && !unfinished {
            files.push((entry.path(), metadata.len()));
        }
    }
    Ok(files)
}

/// For its owner only, under a name that nobody has made before.
fn fresh_folder() -> io::Result<PathBuf> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let folder = Path::new(MEMORY).join(format!("kenes-{:016x}", u64::from_le_bytes(random)));
    DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}
