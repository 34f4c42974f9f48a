//! The floors: each crate stands on those below it, and the core on no runtime, network or database.

use std::collections::{BTreeMap, BTreeSet};

use crate::{read, root};

/// From the ground up; each may depend on those before it only.
const FLOORS: [(&str, &str); 5] =
    [("core", "kenes-core"), ("node", "kenes-node"), ("desk", "kenes-desk"), ("web", "kenes-web"), ("cli", "kenes")];

/// What the core must never reach, not even through others.
const OUTSIDE: [&str; 8] = ["tokio", "libp2p", "sled", "mio", "hyper", "axum", "futures-executor", "getrandom"];

fn manifest(folder: &str) -> toml::Table {
    read(&root().join("crates").join(folder).join("Cargo.toml")).parse().unwrap()
}

fn dependencies(folder: &str) -> BTreeSet<String> {
    manifest(folder)["dependencies"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn no_crate_knows_one_above_it() {
    for (floor, (folder, name)) in FLOORS.iter().enumerate() {
        for (_, above) in &FLOORS[floor..] {
            assert!(!dependencies(folder).contains(*above), "{name} depends on {above}");
        }
    }
}

/// Everything that `from` needs in `Cargo.lock`, except what it needs only for its own tests.
fn reached(from: &BTreeSet<String>) -> BTreeSet<String> {
    let lock: toml::Table = read(&root().join("Cargo.lock")).parse().unwrap();
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let list = package.get("dependencies").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let names = list.iter().map(|entry| entry.as_str().unwrap().split(' ').next().unwrap().to_owned());
        needs.entry(package["name"].as_str().unwrap().to_owned()).or_default().extend(names);
    }
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = from.iter().cloned().collect();
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            open.extend(needs.get(&name).into_iter().flatten().cloned());
        }
    }
    found
}

#[test]
fn the_core_reaches_no_runtime_network_or_database() {
    let reached = reached(&dependencies("core"));
    assert!(reached.contains("blake3") && reached.contains("zstd-sys"), "the lock file was not understood");
    for outside in OUTSIDE {
        let direct = dependencies("core").contains(outside);
        // `getrandom` stands in the lock file as an option of others; the core itself must not name it.
        assert!(!direct && (outside == "getrandom" || !reached.contains(outside)), "core reaches {outside}");
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for (folder, name) in FLOORS {
        assert_eq!(manifest(folder)["lints"]["workspace"].as_bool(), Some(true), "{name}");
    }
}

/// A folder under `tests/` belongs to no package: unless a crate names it as a test, nobody ever runs it.
#[test]
fn no_test_file_is_forgotten() {
    let mut named = BTreeSet::new();
    for (folder, _) in FLOORS {
        let manifest = manifest(folder);
        assert!(manifest["package"].get("autotests").is_none(), "crates/{folder} finds its tests by itself");
        for test in manifest.get("test").and_then(toml::Value::as_array).into_iter().flatten() {
            let path = test["path"].as_str().unwrap();
            assert!(root().join("crates").join(folder).join(path).is_file(), "{path} is not there");
            named.insert(path.trim_start_matches("../../").to_owned());
        }
    }
    for entry in std::fs::read_dir(root().join("tests")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let main = format!("tests/{name}/main.rs");
        assert!(!root().join(&main).is_file() || named.contains(&main), "{main} belongs to no crate");
        assert!(!name.ends_with(".rs"), "tests/{name} belongs to no crate");
    }
}
