//! Minutes: sheets that are open, and what was decided.

use std::collections::BTreeMap;

use kenes_core::ids::{BookId, ChannelId, MemberId, OpId};
use kenes_core::sign::PublicKey;
use serde::{Deserialize, Serialize};

use super::committee::{CommitteeId, History};
use super::moment::Moment;

/// A member by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The member.
    pub member: MemberId,
    /// The name; empty where it has not come here.
    pub name: String,
}

/// A number for which two sheets were adopted: somebody signed twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// The number.
    pub no: u32,
    /// The sheets.
    pub sheets: Vec<BookId>,
    /// The one that this desk stands on; none, where it stands below them and signs nothing.
    pub stand: Option<BookId>,
}

/// What became of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    Void,
}

/// Why something about a sheet cannot be, by the name of a cause, with the details that its sentence names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    /// The name.
    pub cause: String,
    /// The details.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

/// What a recall undoes of the bulletins that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undone {
    /// How many.
    pub count: usize,
    /// The first of them.
    pub since: Option<OpId>,
    /// When that one was written, by its author's clock.
    pub written: Option<Moment>,
}

/// One decision of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decision {
    /// Votes from now on.
    Admit {
        /// Who.
        who: Person,
        /// Whether as a steward.
        steward: bool,
    },
    /// A member no longer.
    Remove {
        /// Who.
        who: Person,
    },
    /// A steward from now on, or no longer.
    Steward {
        /// Who.
        who: Person,
        /// Which.
        steward: bool,
    },
    /// What decides from the next number on.
    Policy {
        /// The share of voters.
        quorum: (u8, u8),
        /// What newcomers may read.
        history: History,
        /// For how many days talk is kept.
        retention_days: u16,
    },
    /// These devices speak no longer.
    Recall {
        /// Whose, where the book here knows.
        who: Option<Person>,
        /// Which.
        devices: Vec<PublicKey>,
        /// What of theirs counts no longer.
        #[serde(default)]
        undone: Undone,
    },
    /// A voter's suspensions are settled: whoever they put out comes back.
    Reinstate {
        /// Whose suspensions.
        author: Person,
        /// Up to which of their numbers.
        upto: u32,
    },
    /// Stays on probation.
    Keep {
        /// Who.
        who: Person,
    },
    /// On probation no longer.
    Drop {
        /// Who.
        who: Person,
    },
    /// Another vote key.
    NewKey {
        /// Whose.
        who: Person,
        /// Which.
        key: PublicKey,
        /// Twelve words, to be compared aloud with its owner before anyone signs.
        words: Vec<String>,
        /// Whoever is paused by the old key and would not be any more.
        lifts: Option<Person>,
    },
    /// Publishes in the committee's name.
    Spokesperson {
        /// Who.
        who: Person,
        /// Until when.
        until: Moment,
    },
    /// Publishes no longer.
    Silence {
        /// Who.
        who: Person,
        /// What of theirs counts no longer.
        #[serde(default)]
        undone: Undone,
    },
    /// The committee moves.
    Channel {
        /// Where.
        channel: ChannelId,
    },
    /// Where the committee publishes.
    Publish {
        /// Which channel.
        channel: ChannelId,
    },
}

/// Minutes, adopted or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// The sheet.
    pub id: BookId,
    /// Its number.
    pub no: u32,
    /// What became of it.
    pub status: SheetStatus,
    /// Why it can never be minutes; only where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<Obstacle>,
    /// Who put it.
    pub author: Person,
    /// What it decides.
    pub entries: Vec<Decision>,
    /// Who signed it.
    pub signed: Vec<Person>,
    /// How many it takes.
    pub needed: usize,
    /// Who could sign and did not.
    pub missing: Vec<Person>,
    /// The round in which it stands to be signed; none while nobody has tabled it.
    pub round: Option<u32>,
    /// How many have passed on to a round that its author asked for, while nobody has tabled it.
    pub passes: usize,
    /// Whether this desk signed it.
    pub mine: bool,
    /// Why this desk would not sign it, where it is open and that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
    /// Whether what this desk signs about it leaves by file only: it has no pen in the channel, or no epoch to write under.
    #[serde(default)]
    pub by_hand: bool,
}

/// `GET /v1/minutes`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MinutesList {
    /// The newest number first.
    pub minutes: Vec<Minutes>,
}

/// Which minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesQuery {
    /// Of which committee.
    pub committee: CommitteeId,
    /// Only those that may still be adopted.
    #[serde(default)]
    pub open: bool,
}

/// Something to be put on a sheet. `who` is a name, or the beginning of an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proposal {
    /// Someone on probation votes from now on.
    Admit {
        /// Who.
        who: String,
        /// Whether as a steward.
        #[serde(default)]
        steward: bool,
    },
    /// A voter is a member no longer, or one on probation goes.
    Remove {
        /// Who.
        who: String,
    },
    /// A voter becomes a steward, or ceases to be one.
    Steward {
        /// Who.
        who: String,
        /// Which.
        steward: bool,
    },
    /// A voter publishes in the committee's name.
    Spokesperson {
        /// Who.
        who: String,
        /// Until when, at most 90 days from now.
        until: Moment,
    },
    /// The committee publishes from now on, or moves to another public channel.
    Publish,
    /// The committee moves to a new channel, whose lists whoever puts the sheet keeps as a steward.
    NewChannel,
    /// A spokesperson or a device speaks no longer.
    Recall {
        /// A member, or the beginning of a device's key.
        who: String,
        /// The beginning of the id of the first bulletin that counts no longer; where left out, what is known now counts.
        #[serde(default)]
        since: Option<String>,
    },
    /// Whoever is paused, or let in by someone who is, comes back.
    Reinstate {
        /// Who.
        who: String,
    },
    /// One on probation stays, though whoever let them in goes.
    Keep {
        /// Who.
        who: String,
    },
    /// A member's vote key is replaced by the one that the member asks for.
    NewKey {
        /// Who, or the beginning of the key where the member asks for several.
        who: String,
    },
    /// What decides from the next number on; what is left out stays.
    Policy {
        /// The share of voters that minutes need besides a majority, from 1/2 to 2/3.
        #[serde(default)]
        quorum: Option<(u8, u8)>,
        /// What newcomers may read of before.
        #[serde(default)]
        history: Option<History>,
        /// For how many days talk is kept.
        #[serde(default)]
        retention_days: Option<u16>,
    },
}

/// `POST /v1/minutes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMinutes {
    /// Of which committee.
    pub committee: CommitteeId,
    /// What is to be decided, in this order.
    pub proposals: Vec<Proposal>,
}

/// `POST /v1/minutes/draft`: what a sheet would decide, before anybody signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesDraft {
    /// Its number.
    pub no: u32,
    /// What it would decide.
    pub entries: Vec<Decision>,
    /// How many it takes.
    pub needed: usize,
    /// Whether this desk would table and sign it at once; otherwise the others pass on to a round of its own first.
    pub tables: bool,
}

/// `POST /v1/minutes/sign`, `…/pass` and `…/stand`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Of which committee.
    pub committee: CommitteeId,
    /// The sheet's id, or the beginning of it.
    pub id: String,
}

/// The answer to `POST /v1/minutes/key`: the vote key that minutes are asked to put in place of an old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    /// The key.
    pub key: PublicKey,
    /// Twelve words, which its owner says to the others.
    pub words: Vec<String>,
}

/// The answer to `GET /v1/minutes/{minutes}/file`, and `POST /v1/minutes/import`: a sheet with what was signed about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetFile {
    /// The file, in Base64.
    pub file: String,
}

/// What a file brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Of which committee it is.
    pub committee: CommitteeId,
    /// How many signed things in it were new here.
    pub received: usize,
    /// How many were here already.
    pub duplicate: usize,
    /// The sheet, as it stands now.
    pub minutes: Minutes,
}
