//! What invites and links have in common as texts: a scheme, and bytes with their checksum in base 32.

use kenes_core::ids;

use super::case::{Case, accept, reject};

/// A kind of text, and one that holds.
pub(crate) struct Text {
    pub(crate) scheme: &'static str,
    /// The context of its checksum.
    pub(crate) checksum: &'static str,
    pub(crate) good: String,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
}

impl Text {
    /// The text form of bytes that need be nothing of the kind.
    pub(crate) fn of(&self, mut bytes: Vec<u8>) -> String {
        let sum = ids::derive(self.checksum, &bytes);
        bytes.extend_from_slice(&sum[..4]);
        format!("{}{}", self.scheme, data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase())
    }

    /// What holds, or not, whatever the kind.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let (good, bytes) = (&self.good, self.bytes.as_slice());
        let mut folded = good.clone();
        folded.insert_str(100, "\n  ");
        let changed: String =
            good.char_indices().map(|(n, c)| if n == 60 { if c == 'a' { 'b' } else { 'a' } } else { c }).collect();
        vec![
            text(accept("small letters"), good.clone()),
            text(accept("capitals, as a code holds them"), good.to_uppercase()),
            text(accept("folded over lines"), folded),
            text(reject("nothing", "Scheme"), String::new()),
            text(reject("another scheme", "Scheme"), good.replacen("kenes", "https", 1)),
            damaged("a letter changed", changed),
            damaged("a letter lost", good[..good.len() - 1].to_owned()),
            damaged("eight letters lost", good[..good.len() - 8].to_owned()),
            damaged("the scheme alone", self.scheme.into()),
            damaged("a digit that base 32 lacks", format!("{}1{}", self.scheme, &good[self.scheme.len()..])),
            damaged("padding", format!("{good}=")),
            damaged("one byte follows", self.of([bytes, &[0]].concat())),
            damaged("a thousand zeros", format!("{}{}", self.scheme, "a".repeat(1_000))),
            text(reject("version 2", "Version(2)"), self.of([&[2], &bytes[1..]].concat())),
        ]
    }
}

pub(crate) fn text(case: Case, text: String) -> Case {
    case.value("text", text)
}

pub(crate) fn damaged(what: &str, of: String) -> Case {
    text(reject(what, "Damaged"), of)
}
