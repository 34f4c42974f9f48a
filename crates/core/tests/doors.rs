//! Every door that a stranger's bytes come in by, under the bytes of all test vectors, changes of them drawn from a fixed
//! seed, and whatever a fuzzer once found. The doors themselves are the fuzz targets'.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../fuzz/src/lib.rs"]
#[allow(unreachable_pub)]
mod doors;

use std::path::{Path, PathBuf};

use doors::DOORS;
use kenes_core::certificate::{Certificate, MAGIC, Proof};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// How many changed inputs each door sees.
const CHANGES: usize = 4_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every byte string of up to 4 KiB that stands in a vector file, and every text.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![];
    for entry in std::fs::read_dir(root().join("crates/core/tests/vectors")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let file: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let inputs =
                file["cases"].as_array().unwrap().iter().flat_map(|case| case["input"].as_object().unwrap().values());
            seeds.extend(inputs.filter_map(bytes));
        }
    }
    seeds.retain(|seed| (1..4_096).contains(&seed.len()));
    seeds.sort();
    seeds.dedup();
    seeds
}

fn bytes(value: &serde_json::Value) -> Option<Vec<u8>> {
    if let Some(pieces) = value.as_array() {
        return Some(pieces.iter().filter_map(bytes).flatten().collect());
    }
    if let Some(times) = value["times"].as_u64() {
        return Some(bytes(&value["repeat"])?.repeat(times.min(4_096) as usize));
    }
    let text = value.as_str()?;
    Some(data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap_or_else(|_| text.as_bytes().to_vec()))
}

fn below(rng: &mut ChaCha20Rng, most: usize) -> usize {
    (rng.next_u64() % most.max(1) as u64) as usize
}

/// One to four changes: of a byte, of a run, by cutting, by joining with another.
fn changed(seed: &[u8], other: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
    const TELLING: [u8; 8] = [0, 1, 127, 250, 251, 252, 253, 255];
    let mut bytes = seed.to_vec();
    for _ in 0..=below(rng, 4) {
        let (at, kind) = (below(rng, bytes.len()), below(rng, 6));
        match (kind, bytes.is_empty()) {
            (0, false) => bytes[at] ^= 1 << below(rng, 8),
            (1, false) => bytes[at] = TELLING[below(rng, 8)],
            (2, false) => bytes.truncate(at),
            (3, false) => drop(bytes.remove(at)),
            (4, _) => bytes.insert(at, TELLING[below(rng, 8)]),
            (_, _) => {
                let from = below(rng, other.len());
                let upto = (from + 1 + below(rng, 80)).min(other.len());
                bytes.splice(at..at, other[from..upto].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn no_door_panics_or_takes_two_byte_strings_for_one_value() {
    let seeds = seeds();
    assert!(seeds.len() > 300, "the vectors were not found");
    for (no, (_, door)) in DOORS.iter().enumerate() {
        seeds.iter().for_each(|seed| door(seed));
        let mut rng = ChaCha20Rng::from_seed([no as u8; 32]);
        for _ in 0..CHANGES {
            let (one, other) = (below(&mut rng, seeds.len()), below(&mut rng, seeds.len()));
            door(&changed(&seeds[one], &seeds[other], &mut rng));
        }
    }
}

/// The certificates in the vectors of a rule, those that prove something or those that do not.
fn certificates(proving: bool) -> Vec<Vec<u8>> {
    let rules = ["k-1-form", "k-2-chains", "k-3-resolutions", "k-4-bulletins"];
    let files = rules.map(|rule| root().join(format!("crates/core/tests/vectors/{rule}.json")));
    let files = files.map(|path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap());
    let cases = files.iter().flat_map(|file: &serde_json::Value| file["cases"].as_array().unwrap());
    let wanted = cases.filter(|case| (case["expect"] == "accept") == proving);
    wanted.filter_map(|case| bytes(&case["input"]["bytes"])).filter(|bytes| bytes.len() < 8_192).collect()
}

/// With the length in its head set right, so that a change inside gets further than the frame.
fn framed_again(mut certificate: Vec<u8>) -> Vec<u8> {
    let head = MAGIC.len() + 5;
    if let Some(length) = certificate.len().checked_sub(head) {
        certificate[head - 4..head].copy_from_slice(&(length as u32).to_le_bytes());
    }
    certificate
}

#[test]
fn no_altered_certificate_says_anything_that_was_not_signed() {
    let (proving, void) = (certificates(true), certificates(false));
    assert!(proving.len() >= 8 && void.len() >= 40, "the vectors were not found");
    let judged = |bytes: &[u8]| Certificate::decode(bytes).ok()?.verify(None).ok();
    let signed: Vec<_> = proving.iter().map(|bytes| judged(bytes).unwrap()).collect();
    let all: Vec<_> = proving.iter().chain(&void).collect();
    let mut rng = ChaCha20Rng::from_seed([0x6b; 32]);
    let held = |bytes: &[u8]| {
        let Some(proof) = judged(bytes) else { return };
        let same =
            |known: &Proof| (known.committee, &known.name, &known.word) == (proof.committee, &proof.name, &proof.word);
        assert!(signed.iter().any(same) && proof.signed >= proof.needed, "{proof:?}");
    };
    for certificate in &proving {
        (0..certificate.len()).for_each(|cut| held(&framed_again(certificate[..cut].to_vec())));
        for at in (0..certificate.len()).step_by(3) {
            let mut flipped = certificate.clone();
            flipped[at] ^= 1 << below(&mut rng, 8);
            held(&flipped);
        }
    }
    for _ in 0..CHANGES {
        let (one, other) = (below(&mut rng, all.len()), below(&mut rng, all.len()));
        held(&framed_again(changed(all[one], all[other], &mut rng)));
    }
}

/// So the door is one: without a lie they get as far as they can.
#[test]
fn two_who_meet_and_do_not_lie_have_the_same_in_the_end() {
    assert_eq!(doors::meet(&[]), [25, 25]);
}

#[test]
fn what_a_fuzzer_found_is_held() {
    for (name, door) in DOORS {
        for entry in std::fs::read_dir(root().join("fuzz/found").join(name)).into_iter().flatten() {
            door(&std::fs::read(entry.unwrap().path()).unwrap());
        }
    }
}

#[test]
fn every_door_has_a_fuzz_target() {
    let manifest: toml::Table = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap().parse().unwrap();
    let targets: Vec<_> = manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap()).collect();
    assert_eq!(targets, DOORS.map(|(name, _)| name));
}
