//! B, at last: resolutions in files.

use kenes_core::book::ballot_file::MAGIC;
use kenes_core::book::sheet_file::VERSION;
use kenes_core::book::{BallotFile, SignedObject};
use kenes_core::ids::{BookId, CommitteeId};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, reject};
use super::hall::Hall;

pub(crate) fn rules() -> Vec<Rule> {
    vec![Rule {
        id: "B-14",
        name: "ballots",
        says: "`bytes` is the resolution `resolution` of `committee` in a file, put under the minutes `under`, with so many objects.",
        check,
        cases,
    }]
}

fn check(input: &Fields) -> Result<Fields, String> {
    let bytes = input.bytes("bytes");
    let file = BallotFile::decode(&bytes).map_err(name)?;
    assert_eq!(file.encode().as_deref(), Ok(bytes.as_slice()));
    let ids = Fields::new().with_bytes("committee", file.committee.as_bytes());
    let ids = ids.with_bytes("under", file.under.as_bytes()).with_bytes("resolution", file.resolution.as_bytes());
    Ok(ids.with("objects", file.objects.len()))
}

/// A file as anybody may write one.
#[derive(Clone)]
struct Raw {
    committee: CommitteeId,
    resolution: BookId,
    objects: Vec<SignedObject>,
}

impl Raw {
    fn bytes(&self) -> Vec<u8> {
        let objects: Vec<_> = self.objects.iter().map(|object| object.bytes().to_vec()).collect();
        framed(VERSION, &wire::encode(&(self.committee, self.resolution, objects)))
    }
}

fn framed(version: u8, body: &[u8]) -> Vec<u8> {
    [MAGIC.as_slice(), &[version], &(body.len() as u32).to_le_bytes(), body].concat()
}

/// A resolution with a word for it and one against it; and a ballot on another, and that other.
fn put() -> (Raw, SignedObject, SignedObject) {
    let mut hall = Hall::found(&[1, 2, 3]);
    let resolution = hall.resolution(1, hall.genesis, "Жұмысты тоқтатамыз.");
    let ballots = [hall.ballot(1, resolution, true), hall.ballot(2, resolution, false)];
    let other = hall.resolution(2, hall.genesis, "Жұмысқа шығамыз.");
    let on_other = hall.ballot(3, other, true);
    let object = |id| SignedObject::clone(hall.object(id));
    let mut objects: Vec<_> = [resolution, ballots[0], ballots[1]].map(object).to_vec();
    objects.sort_by_key(|object| (object.kind(), object.id()));
    (Raw { committee: hall.committee, resolution, objects }, object(on_other), object(other))
}

fn cases() -> Vec<Case> {
    let (whole, on_other, other) = put();
    let bytes = whole.bytes();
    let good = |what: &str, bytes: &[u8]| accept(what).bytes("bytes", bytes);
    let bad = |what: &str, error: &str, bytes: &[u8]| reject(what, error).bytes("bytes", bytes);
    let changed = |change: &dyn Fn(&mut Raw)| {
        let mut changed = whole.clone();
        change(&mut changed);
        changed.objects.sort_by_key(|object| (object.kind(), object.id()));
        changed.bytes()
    };
    let mut altered = whole.clone();
    let mut last = altered.objects.pop().unwrap().bytes().to_vec();
    *last.last_mut().unwrap() ^= 1;
    altered.objects.push(SignedObject::decode(&last).unwrap());
    let mut swapped = whole.clone();
    swapped.objects.swap(1, 2);
    vec![
        good("a resolution with two ballots", &bytes),
        good("a resolution alone", &changed(&|raw| raw.objects.retain(|object| object.id() == raw.resolution))),
        bad("a sheet in a file", "Foreign", &[b"kenessht".as_slice(), &bytes[8..]].concat()),
        bad("of another version", "Version(2)", &framed(2, &bytes[13..])),
        bad(
            "torn",
            &format!("Torn {{ found: {}, whole: {} }}", bytes.len() - 1, bytes.len()),
            &bytes[..bytes.len() - 1],
        ),
        bad("something after it", "Trailing", &[bytes.as_slice(), &[0]].concat()),
        bad("no body", "Form(Malformed)", &framed(VERSION, &[])),
        bad("a ballot altered", "Altered", &altered.bytes()),
        bad("another committee", "Misplaced", &changed(&|raw| raw.committee = CommitteeId::from_bytes([9; 32]))),
        bad("a ballot on another", "Misplaced", &changed(&|raw| raw.objects.push(on_other.clone()))),
        bad("another resolution beside it", "Misplaced", &changed(&|raw| raw.objects.push(other.clone()))),
        bad("ballots out of order", "Order", &swapped.bytes()),
        bad("a ballot twice", "Order", &changed(&|raw| raw.objects.push(raw.objects[2].clone()))),
        bad(
            "ballots alone",
            "NoResolution",
            &changed(&|raw| raw.objects.retain(|object| object.id() != raw.resolution)),
        ),
        bad("nothing", "NoResolution", &changed(&|raw| raw.objects.clear())),
    ]
}
