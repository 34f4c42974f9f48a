//! Minutes and what is signed about them: sheets, offers, votes and passes, and the committee's resolutions, as they
//! stand in objects of the book.
//!
//! How a number is decided is in [`super::round`]; what adopted minutes do to the roster is in [`super::roster`].

use bincode::{Decode, Encode};

use super::content::Says;
use super::object::{History, ObjectError, Quorum};
use super::seen::{SEEN, Seen};
use crate::identity::{self, Commitment, Consent, Identity};
use crate::ids::{BookId, ChannelId, CommitteeId, MemberId};
use crate::sign::{PublicKey, Signature};
use crate::time::Timestamp;
use crate::wire;

/// The most entries on one sheet.
pub const ENTRIES: usize = 256;
/// The most passes that one offer names.
pub const PASSES: usize = 512;
/// The longest title of a resolution, in bytes of UTF-8.
pub const LONGEST_MOTION_TITLE: usize = 256;
/// The longest text of a resolution, in bytes of UTF-8.
pub const LONGEST_MOTION: usize = 24 * 1024;

/// One decision on a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Entry {
    /// Someone votes from now on, whether on probation before or not.
    Admit {
        /// The keys.
        identity: Identity,
        /// Stands for the name.
        name: Commitment,
        /// Whether a steward.
        steward: bool,
        /// By the keys.
        consent: Consent,
    },
    /// A voter is a member no longer.
    Remove {
        /// Who.
        member: MemberId,
        /// The last op that counts of each of the member's devices, and of those whom the member let in.
        seen: Vec<Seen>,
        /// The same in the public channel.
        published: Vec<Seen>,
    },
    /// A voter becomes a steward or ceases to be one.
    Steward {
        /// Who.
        member: MemberId,
        /// Which.
        steward: bool,
    },
    /// What decides from the next number on, and what newcomers may read.
    Policy {
        /// The quorum.
        quorum: Quorum,
        /// The history.
        history: History,
        /// For how many days talk is kept by default.
        retention_days: u16,
    },
    /// Devices speak no longer, since an op each.
    Recall {
        /// Which.
        devices: Vec<PublicKey>,
        /// The last op that counts of each, of those that ever spoke.
        seen: Vec<Seen>,
        /// The same in the public channel.
        published: Vec<Seen>,
    },
    /// A voter's suspensions are settled, up to a number: whoever they put out comes back.
    Reinstate {
        /// Whose suspensions.
        author: MemberId,
        /// Up to which of the author's numbers.
        upto: u32,
    },
    /// One on probation stays, though the steward who let them in does not.
    Keep {
        /// Who.
        member: MemberId,
    },
    /// One on probation goes.
    Drop {
        /// Who.
        member: MemberId,
        /// The last op that counts of each of the member's devices.
        seen: Vec<Seen>,
    },
    /// A voter's key is replaced. Devices that the old one certified speak no longer until the new one certifies them.
    ReplaceKey {
        /// Whose.
        member: MemberId,
        /// The new one.
        vote: PublicKey,
        /// By the new one, as its owner [asked](super::NewKey) for it.
        proof: Signature,
        /// The suspension by an old key that stays until minutes settle it.
        open: Option<BookId>,
        /// The last op that counts of each device that the old one certified.
        seen: Vec<Seen>,
    },
    /// A voter may publish in the committee's name.
    Spokesperson {
        /// Who.
        member: MemberId,
        /// Until when.
        until: Timestamp,
    },
    /// A spokesperson is one no longer.
    Silence {
        /// Who.
        member: MemberId,
        /// The last op in the public channel that counts of each device.
        published: Vec<Seen>,
    },
    /// The committee moves to another channel.
    Channel {
        /// Which.
        channel: ChannelId,
    },
    /// Where the committee publishes.
    Publish {
        /// Which channel.
        channel: ChannelId,
    },
}

impl Entry {
    fn check(&self) -> Result<(), ObjectError> {
        match self {
            Self::Recall { devices, .. } if devices.len() > SEEN || !wire::ascending(devices) => Err(ObjectError::Seen),
            Self::Remove { seen, published, .. } | Self::Recall { seen, published, .. } => {
                Seen::check(seen)?;
                Seen::check(published)
            }
            Self::Drop { seen, .. } | Self::ReplaceKey { seen, .. } => Seen::check(seen),
            Self::Silence { published, .. } => Seen::check(published),
            Self::Policy { quorum, .. } if !quorum.is_fair() => Err(ObjectError::Quorum),
            Self::Policy { .. }
            | Self::Admit { .. }
            | Self::Steward { .. }
            | Self::Reinstate { .. }
            | Self::Keep { .. }
            | Self::Spokesperson { .. }
            | Self::Channel { .. }
            | Self::Publish { .. } => Ok(()),
        }
    }

    /// Checks that the keys that it names agreed to it.
    fn verify(&self, committee: CommitteeId) -> Result<(), ObjectError> {
        match self {
            Self::Admit { identity, consent, .. } => Ok(consent.verify(committee, identity)?),
            Self::ReplaceKey { member, vote, proof, .. } => {
                Ok(identity::agrees_to_vote(committee, *member, vote, proof)?)
            }
            Self::Remove { .. }
            | Self::Recall { .. }
            | Self::Drop { .. }
            | Self::Silence { .. }
            | Self::Policy { .. }
            | Self::Steward { .. }
            | Self::Reinstate { .. }
            | Self::Keep { .. }
            | Self::Spokesperson { .. }
            | Self::Channel { .. }
            | Self::Publish { .. } => Ok(()),
        }
    }
}

/// A sheet: proposed minutes, until enough have signed. Its author chairs the next number, once it is adopted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Minutes {
    /// 1 for the first after the genesis.
    pub no: u32,
    /// The minutes before.
    pub prev: BookId,
    /// What is decided, in this order.
    pub entries: Vec<Entry>,
}

impl Minutes {
    /// The channels that the committee would move to by it: one, on any sheet that means something.
    pub fn channels(&self) -> impl Iterator<Item = ChannelId> + use<'_> {
        self.entries
            .iter()
            .filter_map(|entry| if let Entry::Channel { channel } = entry { Some(*channel) } else { None })
    }
}

impl Says for Minutes {
    fn prev(&self) -> Option<BookId> {
        Some(self.prev)
    }

    fn check(&self) -> Result<(), ObjectError> {
        if self.no == 0 || self.entries.is_empty() || self.entries.len() > ENTRIES {
            return Err(ObjectError::Sheet);
        }
        self.entries.iter().try_for_each(Entry::check)
    }

    fn verify(&self, committee: CommitteeId) -> Result<(), ObjectError> {
        self.entries.iter().try_for_each(|entry| entry.verify(committee))
    }

    fn commitments(&self) -> Vec<Commitment> {
        let admitted = |entry: &Entry| match entry {
            Entry::Admit { name, .. } => Some(*name),
            Entry::Remove { .. }
            | Entry::Recall { .. }
            | Entry::Drop { .. }
            | Entry::ReplaceKey { .. }
            | Entry::Silence { .. }
            | Entry::Policy { .. }
            | Entry::Steward { .. }
            | Entry::Reinstate { .. }
            | Entry::Keep { .. }
            | Entry::Spokesperson { .. }
            | Entry::Channel { .. }
            | Entry::Publish { .. } => None,
        };
        self.entries.iter().filter_map(admitted).collect()
    }
}

/// A sheet tabled in a round by its owner.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
    /// The minutes that the sheet follows.
    pub prev: BookId,
    /// The round.
    pub round: u32,
    /// The sheet.
    pub minutes: BookId,
    /// Passes for the round, ascending; none in round 0.
    pub passes: Vec<BookId>,
}

impl Says for Offer {
    fn prev(&self) -> Option<BookId> {
        Some(self.prev)
    }

    fn check(&self) -> Result<(), ObjectError> {
        let few = self.passes.len() <= PASSES && wire::ascending(&self.passes);
        if few { Ok(()) } else { Err(ObjectError::Passes) }
    }
}

/// A voter's signature for an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Vote {
    /// The minutes that the sheet follows.
    pub prev: BookId,
    /// The offer's round.
    pub round: u32,
    /// The offer's sheet.
    pub minutes: BookId,
    /// The offer.
    pub offer: BookId,
}

impl Says for Vote {
    fn prev(&self) -> Option<BookId> {
        Some(self.prev)
    }
}

/// A voter's promise to vote in no earlier round any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Pass {
    /// The minutes that the sheet follows.
    pub prev: BookId,
    /// The round that it is for.
    pub round: u32,
    /// The voter's latest vote.
    pub last: Option<BookId>,
}

impl Says for Pass {
    fn check(&self) -> Result<(), ObjectError> {
        if self.round == 0 { Err(ObjectError::Round) } else { Ok(()) }
    }

    fn prev(&self) -> Option<BookId> {
        Some(self.prev)
    }
}

/// A founder's signature for a genesis that someone else signed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Assent {
    /// The genesis.
    pub genesis: BookId,
}

impl Says for Assent {}

/// A text for the committee to adopt or not.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Resolution {
    /// The minutes whose voters decide.
    pub under: BookId,
    /// Random: the same text can be put twice.
    pub nonce: [u8; 16],
    /// In one line.
    pub title: String,
    /// The text.
    pub text: String,
    /// Until when its author asks for votes; shown, and decides nothing.
    pub deadline: Option<Timestamp>,
}

impl Says for Resolution {
    fn check(&self) -> Result<(), ObjectError> {
        let short = self.title.len() <= LONGEST_MOTION_TITLE && self.text.len() <= LONGEST_MOTION;
        let said = !self.title.trim().is_empty() && !self.title.chars().any(crate::identity::is_unruly);
        if short && said { Ok(()) } else { Err(ObjectError::Motion) }
    }
}

/// A voter's word on a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Ballot {
    /// The resolution.
    pub resolution: BookId,
    /// For or against.
    pub adopt: bool,
}

impl Says for Ballot {}
