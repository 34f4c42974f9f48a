//! F: links, by which whoever is no member follows a committee.

use kenes_core::book::Checkpoint;
use kenes_core::ids::{self, BookId, ChannelId, CommitteeId, ListId};
use kenes_core::link::{Link, VERSION};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, reject};

pub(crate) fn rules() -> Vec<Rule> {
    let says = "`text` is a link, and these are the words of the minutes that it names.";
    vec![Rule { id: "F-1", name: "links", says, check: link, cases: links }]
}

fn example() -> Link {
    Link {
        version: VERSION,
        committee: CommitteeId::from_bytes([7; 32]),
        channel: ChannelId::from_bytes([9; 32]),
        list: ListId::from_bytes([2; 32]),
        checkpoint: Checkpoint { no: 3, id: BookId::from_bytes([6; 32]) },
    }
}

fn link(input: &Fields) -> Result<Fields, String> {
    let link = Link::from_uri(input.text("text")).map_err(name)?;
    Ok(Fields::new().with_bytes("bytes", wire::encode(&link)).with("words", link.words().join(" ")))
}

/// The text form of bytes that need be no link.
fn uri(mut bytes: Vec<u8>) -> String {
    let sum = ids::derive("kenes v1 link checksum", &bytes);
    bytes.extend_from_slice(&sum[..4]);
    format!("kenes:follow:{}", data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase())
}

fn links() -> Vec<Case> {
    let good = example().to_uri();
    let bytes = wire::encode(&example());
    let case = |case: Case, text: String| case.value("text", text);
    let bad = |what: &str, text: String| case(reject(what, "Damaged"), text);
    let mut folded: String = good.clone();
    folded.insert_str(100, "\n  ");
    let changed: String =
        good.char_indices().map(|(n, c)| if n == 60 { if c == 'a' { 'b' } else { 'a' } } else { c }).collect();
    let at = |no: u32| uri(wire::encode(&Link { checkpoint: Checkpoint { no, ..example().checkpoint }, ..example() }));
    let no = bytes.len() - 33;
    assert_eq!(bytes[no], 3);
    vec![
        case(accept("small letters"), good.clone()),
        case(accept("capitals, as a code holds them"), good.to_uppercase()),
        case(accept("folded over lines"), folded),
        case(accept("No. 4294967295"), at(u32::MAX)),
        case(reject("nothing", "Scheme"), String::new()),
        case(reject("an invite's scheme", "Scheme"), good.replacen("follow", "join", 1)),
        case(reject("the genesis", "Genesis"), at(0)),
        bad("a letter changed", changed),
        bad("a letter lost", good[..good.len() - 1].to_owned()),
        bad("the scheme alone", "kenes:follow:".into()),
        bad("padding", format!("{good}=")),
        bad("one byte follows", uri([bytes.as_slice(), &[0]].concat())),
        bad("its number in three bytes", uri([&bytes[..no], &[251, 3, 0], &bytes[no + 1..]].concat())),
        bad("a thousand zeros", format!("kenes:follow:{}", "a".repeat(1_000))),
        case(reject("version 2", "Version(2)"), uri([&[2], &bytes[1..]].concat())),
    ]
}
