//! What every source file opens with, what none is called, and what no test may do.

use std::path::PathBuf;

use crate::{files_under, read, root};

fn sources() -> Vec<PathBuf> {
    let mut sources = files_under(&root().join("crates"), "rs");
    sources.extend(files_under(&root().join("tests"), "rs"));
    sources.extend(files_under(&root().join("fuzz"), "rs"));
    assert!(sources.len() > 20, "the sources were not found");
    sources
}

#[test]
fn every_source_file_opens_by_saying_what_it_is_for() {
    for path in sources() {
        assert!(read(&path).starts_with("//! "), "{} opens without //!", path.display());
    }
}

#[test]
fn no_source_file_is_called_by_a_name_that_says_nothing() {
    for path in sources() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let empty = ["mod", "utils", "util", "common", "manager", "helpers", "helper", "misc"];
        assert!(!empty.contains(&stem), "{}", path.display());
    }
}

/// A test that sleeps to be right is wrong on a slower machine. It waits for what it waits for, with a deadline.
#[test]
fn no_test_sleeps_to_be_right() {
    let tidy = root().join("tests/tidy");
    for path in sources().into_iter().filter(|path| !path.starts_with(&tidy)) {
        let in_tests = path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
        let asleep = ["thread::sleep(", "time::sleep("].iter().any(|call| read(&path).contains(call));
        assert!(!(in_tests && asleep), "{} sleeps", path.display());
    }
}
