//! Minutes as a desk shows them and is asked for them.

use kenes_core::book::{BadSheet, History, Refusal};
use kenes_core::ids::{BookId, ChannelId, CommitteeId, MemberId, OpId};
use kenes_core::sign::PublicKey;
use kenes_core::time::Timestamp;

/// A member by id and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub member: MemberId,
    /// Under which name; empty where it is not known.
    pub name: String,
}

/// Something to be put on a sheet. `who` is a name or the beginning of an id.
#[derive(Debug, Clone)]
pub enum Proposal {
    /// Someone on probation votes from now on.
    Admit {
        /// Who.
        who: String,
        /// Whether as a steward.
        steward: bool,
    },
    /// A voter is a member no longer, or one on probation goes.
    Remove(String),
    /// A voter becomes a steward.
    Steward(String),
    /// A steward is one no longer.
    Retire(String),
    /// A voter publishes in the committee's name.
    Spokesperson {
        /// Who.
        who: String,
        /// Until when, at most 90 days from now.
        until: Timestamp,
    },
    /// A spokesperson or a device speaks no longer.
    Recall {
        /// A member's name or id, or the beginning of a device's key.
        who: String,
        /// The first of their bulletins that counts no longer, by the beginning of its id; where it is not said, what is
        /// known of them now still counts.
        since: Option<String>,
    },
    /// Whoever is suspended, or let in by someone who is, comes back.
    Reinstate(String),
    /// One on probation stays, though whoever let them in goes.
    Keep(String),
    /// A member's vote key is replaced by the one that the member asks for.
    NewKey(String),
    /// The committee publishes from now on, or moves to another public channel.
    Publish,
    /// The committee moves to a new channel, whose lists whoever puts the sheet begins to keep.
    NewChannel,
    /// What decides from the next number on; what is not said stays.
    Policy {
        /// num/den of the voters, between one half and two thirds.
        quorum: Option<(u8, u8)>,
        /// What newcomers may read.
        history: Option<History>,
        /// For how many days talk is kept by default.
        retention_days: Option<u16>,
    },
}

/// What a recall undoes of what is known at this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// How many bulletins.
    pub count: usize,
    /// When the first of them was written, by its author's clock, and which it is.
    pub since: Option<(Timestamp, OpId)>,
}

impl Undone {
    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        let since = self.since.into_iter().chain(other.since).min();
        Self { count: self.count + other.count, since }
    }
}

/// One decision of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryView {
    /// Votes from now on.
    Admit {
        /// Who.
        who: Person,
        /// Whether as a steward.
        steward: bool,
    },
    /// A member no longer.
    Remove(Person),
    /// A steward from now on, or no longer.
    Steward {
        /// Who.
        who: Person,
        /// Which.
        steward: bool,
    },
    /// What decides from the next number on.
    Policy {
        /// num/den of the voters.
        quorum: (u8, u8),
        /// What newcomers may read.
        history: History,
        /// For how many days talk is kept.
        retention_days: u16,
    },
    /// These devices speak no longer.
    Recall {
        /// Whose, where the book knows.
        who: Option<Person>,
        /// Which.
        devices: Vec<PublicKey>,
        /// What of theirs is known here and counts no longer.
        undone: Undone,
    },
    /// Someone's suspensions are settled.
    Reinstate {
        /// Whose.
        author: Person,
        /// Up to which number.
        upto: u32,
    },
    /// Stays on probation.
    Keep(Person),
    /// On probation no longer.
    Drop(Person),
    /// Another vote key.
    NewKey {
        /// Whose.
        who: Person,
        /// Which.
        key: PublicKey,
        /// Twelve words, to be compared aloud with its owner before anyone signs.
        words: String,
        /// Whoever is paused by the old key and would not be any more.
        lifts: Option<Person>,
    },
    /// Publishes in the committee's name.
    Spokesperson {
        /// Who.
        who: Person,
        /// Until when.
        until: Timestamp,
    },
    /// Publishes no longer.
    Silence {
        /// Who.
        who: Person,
        /// What of theirs is known here and counts no longer.
        undone: Undone,
    },
    /// The committee moves.
    Channel(ChannelId),
    /// Where the committee publishes.
    Publish(ChannelId),
}

/// What became of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetStatus {
    /// It may still be adopted.
    Open,
    /// It was.
    Adopted,
    /// Another one was.
    Superseded,
    /// It was, and another one too: somebody cheated.
    Contested,
    /// It can never be.
    Void(BadSheet),
}

impl SheetStatus {
    /// The word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Adopted => "adopted",
            Self::Superseded => "superseded",
            Self::Contested => "contested",
            Self::Void(_) => "void",
        }
    }
}

/// Minutes, adopted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinutesView {
    /// The sheet.
    pub id: BookId,
    /// Its number; 0 is the genesis.
    pub no: u32,
    /// Who wrote it.
    pub author: Person,
    /// What became of it.
    pub status: SheetStatus,
    /// The round in which it stands to be signed; nothing, while nobody has tabled it.
    pub round: Option<u32>,
    /// How many have passed on to a round that its author asked for, while nobody has tabled it.
    pub passes: usize,
    /// Who signed it in that round.
    pub signed: Vec<Person>,
    /// Who could and did not.
    pub missing: Vec<Person>,
    /// How many it takes.
    pub needed: usize,
    /// What it decides.
    pub entries: Vec<EntryView>,
    /// Whether this desk signed it.
    pub mine: bool,
    /// Why this desk would not sign it now; nothing where it would, or where it is open no longer.
    pub obstacle: Option<Obstacle>,
    /// Whether what this desk signs about it leaves by file only.
    pub by_hand: bool,
}

/// What a sheet would decide, before anybody signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinutesDraft {
    /// Its number.
    pub no: u32,
    /// What it would decide.
    pub entries: Vec<EntryView>,
    /// How many signatures it takes.
    pub needed: usize,
    /// Whether this desk would table and sign it at once.
    pub tables: bool,
}

/// A vote key that minutes are asked to put in place of an old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAsked {
    /// Which.
    pub key: PublicKey,
    /// Twelve words, which its owner says to the others.
    pub words: String,
}

/// What a file with a sheet brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Of which committee it is.
    pub committee: CommitteeId,
    /// The sheet, as it stands now.
    pub minutes: MinutesView,
    /// How many objects were new here.
    pub received: usize,
    /// How many were here already.
    pub duplicate: usize,
}

/// A number for which two sheets were adopted: somebody signed twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkView {
    /// The number.
    pub no: u32,
    /// The sheets.
    pub sheets: Vec<BookId>,
    /// The one that this desk stands on; nothing, where it stands below them.
    pub stand: Option<BookId>,
}

/// Why a desk would not sign an open sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The rule of an honest desk.
    Rule(Refusal),
    /// The vote key was erased, and minutes have not replaced it.
    NoVoteKey,
    /// Two sheets of the number before were adopted, and the owner has not said where to stand.
    Forked,
    /// The book here does not reach the minutes that this desk stands on.
    Adrift,
    /// This home must first certify a new device, or its owner say which copy keeps the vote.
    Unsettled,
}
