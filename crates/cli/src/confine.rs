//! What the running node can reach of this machine's files: its home, and what a program reads of the system. It parses
//! strangers' bytes for days beside a desk; whoever found a way in there finds no other folder, starts no program and
//! signals none.
//!
//! The kernel holds this (Landlock), for good and for every thread that is begun later; an older one not all of it, and
//! then it is said what it leaves open. The network and the sockets of other programs are as they were, and so is this
//! process's own memory: docs/decisions/0028.

use std::path::Path;

use kenes_node::home::Home;
use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, LandlockStatus, PathBeneath, PathFd, RestrictionStatus,
    Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use serde::Serialize;

/// The newest rules of the kernel that were tried; an older kernel keeps as many of them as it knows.
const RULES: ABI = ABI::V6;
/// What resolving names, time zones and the clock's own start reads.
const READ: [&str; 8] =
    ["/etc", "/usr", "/lib", "/lib64", "/proc/self", "/proc/sys/kernel/random", "/var/lib/dbus", "/dev"];
/// Where a store is opened that its full disk has no room for.
const WRITTEN: [&str; 2] = ["/dev/null", "/dev/shm"];

/// How far the kernel keeps a process to its home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Confined {
    /// In all that was asked of it.
    Full,
    /// To its folders, and not in all that goes with them: see [`Open`].
    Partly,
    /// In nothing.
    Not,
}

/// What a kernel leaves open that keeps a process to its folders otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Open {
    /// Before Linux 6.2: files that may be read, and those that may not, can be cut off.
    Truncation,
    /// Before Linux 6.10: devices that can be opened can be steered.
    Devices,
    /// Before Linux 6.12: other programs of the same account can be signalled, and so ended.
    Signals,
}

impl Open {
    /// What is left open, and the kernel's rules from which on it is held.
    const UNTIL: [(Self, ABI); 3] = [(Self::Truncation, ABI::V3), (Self::Devices, ABI::V5), (Self::Signals, ABI::V6)];
}

/// What the kernel does for this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Confinement {
    pub(crate) confined: Confined,
    /// Nothing, unless it is confined partly.
    pub(crate) open: Vec<Open>,
}

impl Confinement {
    /// What is done for a process that asked for nothing.
    pub(crate) const NONE: Self = Self { confined: Confined::Not, open: Vec::new() };

    fn by(rules: ABI) -> Self {
        let open = Open::UNTIL.into_iter().filter(|(_, held_from)| rules < *held_from).map(|(open, _)| open);
        match open.collect::<Vec<_>>() {
            _ if rules == ABI::Unsupported => Self::NONE,
            open if open.is_empty() => Self { confined: Confined::Full, open },
            open => Self { confined: Confined::Partly, open },
        }
    }

    fn found(status: &RestrictionStatus) -> Self {
        match status.landlock {
            LandlockStatus::Available { effective_abi, .. } if status.ruleset != RulesetStatus::NotEnforced => {
                Self::by(effective_abi)
            }
            LandlockStatus::Available { .. } | LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => {
                Self::NONE
            }
        }
    }
}

/// Confines this thread, and all that it begins, to a home, as far as the kernel does that.
///
/// To be called before there are other threads. A home that is not there yet is made.
pub(crate) fn to(home: &Home) -> Confinement {
    let confined = home.create().ok().and_then(|()| rules(home.root()).and_then(RulesetCreated::restrict_self).ok());
    confined.map_or(Confinement::NONE, |status| Confinement::found(&status))
}

/// Leaves this thread, and all that it begins, no file and no program, as far as the kernel does that.
pub(crate) fn to_nothing() {
    // A kernel that knows no such rules keeps to nothing, and nothing depends on it.
    let _ = no_rules().and_then(RulesetCreated::restrict_self);
}

fn no_rules() -> Result<RulesetCreated, RulesetError> {
    let rules = Ruleset::default().set_compatibility(CompatLevel::BestEffort);
    rules.handle_access(AccessFs::from_all(RULES))?.scope(Scope::from_all(RULES))?.create()
}

fn rules(home: &Path) -> Result<RulesetCreated, RulesetError> {
    let all = AccessFs::from_all(RULES);
    let mut rules = no_rules()?;
    let reads = READ.iter().map(|path| (Path::new(path), AccessFs::from_read(RULES) & !AccessFs::Execute));
    let writes = WRITTEN.iter().map(Path::new).chain([home]).map(|path| (path, all & !AccessFs::Execute));
    for (path, access) in reads.chain(writes) {
        rules = allow(rules, path, access)?;
    }
    Ok(rules)
}

/// Allows what is asked for beneath `path`, where there is such a place.
fn allow(rules: RulesetCreated, path: &Path, access: BitFlags<AccessFs>) -> Result<RulesetCreated, RulesetError> {
    let Ok(opened) = PathFd::new(path) else { return Ok(rules) };
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(RULES) };
    rules.add_rule(PathBeneath::new(opened, access))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::ErrorKind;
    use std::process::Command;

    use super::*;

    #[test]
    fn an_older_kernel_holds_part_of_it_and_it_is_said_which() {
        let by = |rules| {
            let Confinement { confined, open } = Confinement::by(rules);
            (confined, open)
        };
        assert_eq!(by(ABI::Unsupported), (Confined::Not, vec![]));
        for rules in [ABI::V1, ABI::V2] {
            assert_eq!(by(rules), (Confined::Partly, vec![Open::Truncation, Open::Devices, Open::Signals]));
        }
        for rules in [ABI::V3, ABI::V4] {
            assert_eq!(by(rules), (Confined::Partly, vec![Open::Devices, Open::Signals]));
        }
        assert_eq!(by(ABI::V5), (Confined::Partly, vec![Open::Signals]));
        for rules in [ABI::V6, ABI::V7, ABI::V10] {
            assert_eq!(by(rules), (Confined::Full, vec![]));
        }
    }

    /// A thread is confined, and the tests beside it are not.
    #[test]
    fn whoever_runs_in_it_reaches_its_home_and_nothing_of_its_owner_s() {
        let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let secret = other.path().join("secret");
        fs::write(&secret, "mine").unwrap();
        let root = home.path().join("home");
        let confined = std::thread::spawn({
            let (root, secret) = (root.clone(), secret.clone());
            move || {
                let confined = to(&Home::at(&root));
                fs::write(root.join("file"), "ours").unwrap();
                fs::rename(root.join("file"), root.join("renamed")).unwrap();
                assert_eq!(fs::read_to_string(root.join("renamed")).unwrap(), "ours");
                assert!(fs::read("/proc/self/status").is_ok() && fs::read_dir("/etc").is_ok());
                let refused = |error: std::io::Error| error.kind() == ErrorKind::PermissionDenied;
                let reached = [
                    fs::read(&secret).err().is_some_and(refused),
                    fs::write(&secret, "theirs").err().is_some_and(refused),
                    fs::write(secret.with_file_name("new"), "").err().is_some_and(refused),
                    fs::remove_file(&secret).err().is_some_and(refused),
                    Command::new("/usr/bin/true").status().err().is_some_and(refused),
                ];
                assert_eq!(reached, [confined.confined != Confined::Not; 5]);
                confined
            }
        });
        if confined.join().unwrap() == Confinement::NONE {
            println!("skipped: this kernel confines nobody");
            return;
        }
        assert_eq!(fs::read_to_string(&secret).unwrap(), "mine");
    }
}
