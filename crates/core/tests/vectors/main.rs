//! The test vectors: one file a rule of `docs/wire-format.md`, most of their cases rejections.
//!
//! What is committed is what is checked. `KENES_WRITE_VECTORS=1 cargo test -p kenes-core --test vectors` writes the
//! files anew from the cases below, which draw on nothing but fixed seeds; the document then needs the new hash.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ballot_file;
mod book;
mod case;
mod certificate;
mod channel;
mod envelope;
mod epoch;
mod invite;
mod link;
mod meeting;
mod minutes;
mod op;
mod seal;
mod sheet_file;
mod sign;
mod uri;
mod wire;

/// Certificates are of whole committees, with known keys.
#[path = "../committee/hall.rs"]
#[allow(dead_code)]
mod hall;
#[path = "../committee/parts.rs"]
mod parts;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Once;

use case::{File, Rule};

fn rules() -> Vec<Rule> {
    [
        wire::rules(),
        sign::rules(),
        seal::rules(),
        envelope::rules(),
        channel::rules(),
        op::rules(),
        book::rules(),
        minutes::rules(),
        sheet_file::rules(),
        ballot_file::rules(),
        epoch::rules(),
        invite::rules(),
        link::rules(),
        meeting::rules(),
        certificate::rules(),
    ]
    .concat()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn committed(rule: &Rule) -> File {
    let path = folder().join(rule.file());
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes the files anew, once and before anything reads them, where that is asked for.
fn write_if_asked() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if std::env::var_os("KENES_WRITE_VECTORS").is_some() {
            rules().iter().for_each(write);
        }
    });
}

fn write(rule: &Rule) {
    let mut text = serde_json::to_string_pretty(&rule.generate()).unwrap();
    text.push('\n');
    std::fs::write(folder().join(rule.file()), text).unwrap();
}

#[test]
fn every_case_is_accepted_or_refused_as_its_file_says() {
    write_if_asked();
    let mut wrong = vec![];
    for rule in rules() {
        let file = committed(&rule);
        assert_eq!((file.rule.as_str(), file.says.as_str()), (rule.id, rule.says));
        wrong.extend(file.cases.iter().filter_map(|case| case.judge(&rule).err()));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_vector_file_is_without_a_rule_and_most_cases_are_rejections() {
    write_if_asked();
    let known: BTreeSet<String> = rules().iter().map(Rule::file).collect();
    assert_eq!(known.len(), rules().len(), "two rules share a file");
    let there = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = there.filter(|name| name.ends_with(".json")).collect();
    assert_eq!(there, known);
    let cases: Vec<_> = rules().iter().flat_map(|rule| committed(rule).cases).collect();
    let rejections = cases.iter().filter(|case| case.expect == case::Expect::Reject).count();
    println!("{} cases in {} files, {rejections} of them rejections", cases.len(), known.len());
    assert!(rejections * 2 > cases.len());
    for rule in rules() {
        assert!(committed(&rule).cases.iter().any(|case| case.expect == case::Expect::Reject), "{}", rule.id);
    }
}
