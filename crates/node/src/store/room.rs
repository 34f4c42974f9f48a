//! Whether the disk has room for a write. It is asked before sled is, because sled takes no more writes after one that
//! failed. Others may fill the disk in between; that is not known here.

use std::path::Path;

/// With less free than this, in bytes, nothing is taken in. What is written before the next question is asked fits
/// into it, several times over.
const KEPT: u64 = 8 * 1024 * 1024;
/// With less than this, nothing is removed either: to remove writes too.
const LEAST: u64 = 2 * 1024 * 1024;

/// How much is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Enough to take things in.
    Enough,
    /// Enough to remove some.
    Scarce,
    /// Not enough for that.
    Gone,
}

/// How much is free for this process on the disk of a folder. One that does not say has enough.
pub(super) fn on_disk_of(folder: &Path) -> Room {
    match rustix::fs::statvfs(folder) {
        Ok(disk) if disk.f_blocks > 0 => of(disk.f_bavail.saturating_mul(disk.f_frsize)),
        Ok(_) | Err(_) => Room::Enough,
    }
}

const fn of(free: u64) -> Room {
    match free {
        KEPT.. => Room::Enough,
        LEAST.. => Room::Scarce,
        _ => Room::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_has_room_down_to_what_is_kept_free_to_remove_things() {
        assert_eq!((of(u64::MAX), of(KEPT)), (Room::Enough, Room::Enough));
        assert_eq!((of(KEPT - 1), of(LEAST)), (Room::Scarce, Room::Scarce));
        assert_eq!((of(LEAST - 1), of(0)), (Room::Gone, Room::Gone));
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_taken_for_a_full_disk() {
        assert_eq!(on_disk_of(Path::new("/nowhere/at/all")), Room::Enough);
    }
}
