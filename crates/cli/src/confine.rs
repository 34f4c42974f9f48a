//! What the running node can reach of this machine's files: its home, and what a program reads of the system. It parses
//! strangers' bytes for days beside a desk; whoever found a way in there finds no other folder, starts no program and
//! signals none.
//!
//! The kernel holds this (Landlock), for good and for every thread that is begun later. The network is as it was, and so
//! is this process's own memory: docs/decisions/0028.

use std::path::Path;

use kenes_node::home::Home;
use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

/// The newest rules of the kernel that were tried; an older kernel keeps as many of them as it knows.
const RULES: ABI = ABI::V6;
/// What resolving names, time zones and the clock's own start reads.
const READ: [&str; 8] =
    ["/etc", "/usr", "/lib", "/lib64", "/proc/self", "/proc/sys/kernel/random", "/var/lib/dbus", "/dev"];
/// Where a store is opened that its full disk has no room for.
const WRITTEN: [&str; 2] = ["/dev/null", "/dev/shm"];

/// Confines this thread, and all that it begins, to a home; whether the kernel does that.
///
/// To be called before there are other threads. A home that is not there yet is made.
pub(crate) fn to(home: &Home) -> bool {
    let confined = home.create().ok().and_then(|()| rules(home.root()).and_then(RulesetCreated::restrict_self).ok());
    confined.is_some_and(|status| status.ruleset != RulesetStatus::NotEnforced)
}

fn rules(home: &Path) -> Result<RulesetCreated, RulesetError> {
    let all = AccessFs::from_all(RULES);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .scope(Scope::from_all(RULES))?
        .create()?;
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
                assert_eq!(reached, [confined; 5]);
                confined
            }
        });
        if !confined.join().unwrap() {
            println!("skipped: this kernel confines nobody");
            return;
        }
        assert_eq!(fs::read_to_string(&secret).unwrap(), "mine");
    }
}
