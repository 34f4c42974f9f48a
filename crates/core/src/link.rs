//! Links: what a committee gives to whoever is no member and wants to hear it. A [`Link`] names the public channel and
//! the minutes to hold fast to; it opens nothing, and may stand on a poster.

use bincode::{Decode, Encode};
use thiserror::Error;

use crate::book::{Checkpoint, ENOUGH, State};
use crate::certificate;
use crate::ids::{ChannelId, CommitteeId, ListId};
use crate::uri::{Form, UriError};
use crate::words;

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;

const SCHEME: &str = "kenes:follow:";
const LONGEST: usize = 512;
const FORM: Form = Form { scheme: SCHEME, checksum: "kenes v1 link checksum", longest: LONGEST, version: VERSION };

/// Why a text is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LinkError {
    /// It does not begin as a link does.
    #[error("a link begins with {SCHEME}")]
    Scheme,
    /// Something in it was changed or lost on the way.
    #[error("the link is damaged: a character was changed or lost")]
    Damaged,
    /// A version that this code does not know.
    #[error("a link of version {0}, which this program does not know")]
    Version(u8),
    /// It holds fast to the genesis, which rests on its founders alone.
    #[error("the link names no minutes after the first")]
    Genesis,
}

impl From<UriError> for LinkError {
    fn from(error: UriError) -> Self {
        match error {
            UriError::Scheme => Self::Scheme,
            UriError::Damaged => Self::Damaged,
            UriError::Version(version) => Self::Version(version),
        }
    }
}

/// Where a committee publishes, and what its followers hold fast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Link {
    /// [`VERSION`].
    pub version: u8,
    /// The committee.
    pub committee: CommitteeId,
    /// Its public channel.
    pub channel: ChannelId,
    /// The channel's newest list.
    pub list: ListId,
    /// Minutes after which at least [`ENOUGH`] vote.
    pub checkpoint: Checkpoint,
}

/// Whether minutes that a book stands on are such as a link may name: none but those after which three vote.
pub fn may_name(state: &State) -> bool {
    state.stands && state.roster().no > 0 && state.roster().voters.len() >= ENOUGH
}

impl Link {
    /// The text form.
    pub fn to_uri(&self) -> String {
        FORM.write(self)
    }

    /// Reads the text form, in any case and with any white space inside.
    pub fn from_uri(text: &str) -> Result<Self, LinkError> {
        let link: Self = FORM.read(text)?;
        if link.checkpoint.no == 0 { Err(LinkError::Genesis) } else { Ok(link) }
    }

    /// Twelve words to compare with a poster, a banner or over a telephone. They bind the committee and its minutes.
    pub fn words(&self) -> [&'static str; words::COMPARED] {
        certificate::words_of(self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::BookId;

    fn link() -> Link {
        Link {
            version: VERSION,
            committee: CommitteeId::from_bytes([1; 32]),
            channel: ChannelId::from_bytes([2; 32]),
            list: ListId::from_bytes([3; 32]),
            checkpoint: Checkpoint { no: 4, id: BookId::from_bytes([5; 32]) },
        }
    }

    #[test]
    fn a_link_reads_back_in_capitals_and_folded_and_not_when_changed() {
        let text = link().to_uri();
        assert_eq!(Link::from_uri(&text), Ok(link()));
        let mut folded = text.to_uppercase();
        folded.insert_str(60, "\n  ");
        assert_eq!(Link::from_uri(&folded), Ok(link()));
        assert_eq!(Link::from_uri(&text[..text.len() - 2]), Err(LinkError::Damaged));
        assert_eq!(Link::from_uri("kenes:join:aaaa"), Err(LinkError::Scheme));
        let genesis = Link { checkpoint: Checkpoint { no: 0, ..link().checkpoint }, ..link() };
        assert_eq!(Link::from_uri(&genesis.to_uri()), Err(LinkError::Genesis));
        assert_eq!(Link::from_uri(&Link { version: 2, ..link() }.to_uri()), Err(LinkError::Version(2)));
    }
}
