//! The documents against what they speak of: rules and vectors, links and files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::{files_under, read, root};

fn format() -> String {
    read(&root().join("docs/wire-format.md"))
}

fn vectors() -> Vec<PathBuf> {
    files_under(&root().join("crates/core/tests/vectors"), "json")
}

/// BLAKE3 over name, length and content of every vector file, by name.
fn hash() -> String {
    let mut hasher = blake3::Hasher::new();
    for path in vectors() {
        let content = std::fs::read(&path).unwrap();
        hasher.update(path.file_name().unwrap().as_encoded_bytes());
        hasher.update(&[0]);
        hasher.update(&(content.len() as u64).to_le_bytes());
        hasher.update(&content);
    }
    hasher.finalize().to_hex().to_string()
}

/// Neither changes alone: whoever changes a vector reads the document again, and says so by the hash in it.
#[test]
fn the_hash_of_the_vectors_stands_in_the_wire_format() {
    assert!(vectors().len() > 20, "the vectors were not found");
    assert!(format().contains(&hash()), "docs/wire-format.md lacks the hash of the vectors, {}", hash());
}

/// The table rows of the document: a rule's id and the file that it names.
fn rules() -> BTreeMap<String, String> {
    let mut rules = BTreeMap::new();
    for row in format().lines().filter(|line| line.starts_with("| **")) {
        let id = row.trim_start_matches("| **").split("**").next().unwrap().to_owned();
        let file = row.rsplit('(').next().unwrap().split(')').next().unwrap();
        let file = Path::new(file).file_name().unwrap().to_str().unwrap().to_owned();
        assert!(rules.insert(id.clone(), file).is_none(), "{id} stands twice");
    }
    rules
}

#[test]
fn every_rule_has_a_vector_file_and_every_vector_file_a_rule() {
    let rules = rules();
    let named: BTreeSet<_> = rules.values().cloned().collect();
    let there: BTreeSet<_> =
        vectors().iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(named, there);
    for (id, file) in rules {
        assert!(file.starts_with(&format!("{}-", id.to_lowercase())), "{id} names {file}");
    }
}

#[test]
fn every_link_in_a_document_leads_somewhere() {
    let mut documents = files_under(&root().join("docs"), "md");
    let top = std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    documents.extend(top.filter(|path| path.extension().is_some_and(|found| found == "md")));
    for document in documents {
        let text = read(&document);
        for target in text.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            let outside = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            let found = outside || document.parent().unwrap().join(target).exists();
            assert!(found, "{} links to {target}", document.display());
        }
    }
}

#[test]
fn every_bad_input_names_a_test_that_is_there() {
    held(&read(&root().join("docs/bad-inputs.md")), 40);
}

#[test]
fn every_attack_names_a_test_that_is_there() {
    let model = read(&root().join("docs/threat-model.md"));
    held(model.split("| attack | held by |").nth(1).unwrap(), 38);
}

/// Every name in such a table, of at least so many rows, is that of a case in a vector file, or of a test function.
fn held(table: &str, least: usize) {
    let mut cases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in vectors() {
        let file: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        let names = file["cases"].as_array().unwrap().iter().map(|case| case["name"].as_str().unwrap().to_owned());
        cases.entry(file["rule"].as_str().unwrap().to_owned()).or_default().extend(names);
    }
    let code = code();
    let head = |line: &&str| line.starts_with("| **") || line.starts_with("| ---") || line.ends_with("| held by |");
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("| ") && !head(line)).collect();
    assert!(rows.len() > least, "the table was not found");
    for row in rows {
        let held = row.split(" | ").nth(1).unwrap_or_else(|| panic!("{row}"));
        for name in held.split('`').skip(1).step_by(2) {
            let found = match name.split_once(": ") {
                Some((rule, case)) => cases.get(rule).is_some_and(|names| names.contains(case)),
                None => code.contains(&format!("fn {name}(")),
            };
            assert!(found, "no test is called {name}");
        }
    }
}

/// Every case has a test, which bears its number, and the table has all of them.
#[test]
fn every_case_of_a_committee_names_its_tests_and_no_test_of_one_is_left_out() {
    let (code, table) = (code(), read(&root().join("docs/cases.md")));
    let rows: BTreeMap<&str, BTreeSet<&str>> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .map(|(case, row)| (case, row.split('`').skip(1).step_by(2).collect()))
        .collect();
    for (letter, count) in [('B', 13), ('S', 8), ('E', 9), ('L', 5)] {
        for no in 1..=count {
            let case = format!("{letter}{no}");
            let held = rows.get(&*case).unwrap_or_else(|| panic!("{case} is not in the table"));
            assert!(!held.is_empty(), "nothing holds {case}");
            for name in held {
                assert!(code.contains(&format!("fn {name}(")), "no test is called {name}");
            }
            let bears =
                |name: &str| name.split('_').take_while(|part| is_case(part)).any(|part| part == case.to_lowercase());
            for name in code.split("fn ").skip(1).filter_map(|rest| rest.split_once('(')).map(|(name, _)| name) {
                assert!(!bears(name) || held.contains(name), "{name} is not beside {case}");
            }
        }
    }
}

/// Such as `b12`.
fn is_case(part: &str) -> bool {
    part.strip_prefix(['b', 's', 'e', 'l']).is_some_and(|no| !no.is_empty() && no.bytes().all(|b| b.is_ascii_digit()))
}

/// All sources, one after the other.
fn code() -> String {
    let mut sources = files_under(&root().join("crates"), "rs");
    sources.extend(files_under(&root().join("tests"), "rs"));
    sources.iter().map(|path| read(path)).collect()
}
