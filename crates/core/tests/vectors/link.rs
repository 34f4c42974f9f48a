//! F: links, by which whoever is no member follows a committee.

use kenes_core::book::Checkpoint;
use kenes_core::ids::{BookId, ChannelId, CommitteeId, ListId};
use kenes_core::link::{Link, VERSION};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, reject};
use super::uri::{Text, damaged, text};

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

fn links() -> Vec<Case> {
    let bytes = wire::encode(&example());
    let no = bytes.len() - 33;
    assert_eq!(bytes[no], 3);
    let link = Text {
        scheme: "kenes:follow:",
        checksum: "kenes v1 link checksum",
        good: example().to_uri(),
        bytes: bytes.clone(),
    };
    let at = |no| Link { checkpoint: Checkpoint { no, ..example().checkpoint }, ..example() }.to_uri();
    let mut cases = link.cases();
    cases.extend([
        text(accept("No. 4294967295"), at(u32::MAX)),
        text(reject("an invite's scheme", "Scheme"), link.good.replacen("follow", "join", 1)),
        text(reject("the genesis", "Genesis"), at(0)),
        damaged("its number in three bytes", link.of([&bytes[..no], &[251, 3, 0], &bytes[no + 1..]].concat())),
    ]);
    cases
}
