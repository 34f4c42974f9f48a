//! Committees, their members, and how one becomes a member.

use kenes_core::ids::{ChannelId, MemberId};
use kenes_core::sign::PublicKey;
use serde::{Deserialize, Serialize};

pub use kenes_core::ids::CommitteeId;

use super::minutes::{Fork, NewKey, Obstacle, Person};
use super::moment::Moment;
use super::proof::Checkpoint;

/// What one is in a committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Asked to join; not answered yet.
    Pending,
    /// Reads and writes; does not vote.
    Probation,
    /// Votes.
    Voter,
    /// Paused: out of the next epoch until minutes decide.
    Suspended,
    /// Out by minutes.
    Removed,
    /// No member: hears what the committee says in public.
    Follower,
}

/// A committee that this desk belongs to or has asked to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committee {
    /// Its id.
    pub id: CommitteeId,
    /// Its name; empty until its book has come here.
    pub name: String,
    /// Its territory, the widest part first.
    pub territory: Vec<String>,
    /// Its industry.
    pub industry: Option<String>,
    /// What this desk's owner is in it.
    pub standing: Standing,
    /// Whether this desk's owner may admit.
    pub steward: bool,
    /// The number of the newest minutes.
    pub minutes_no: u32,
    /// The newest minutes after which at least three vote, with the twelve words that others may hold fast to; none as
    /// long as it rests on fewer keys.
    #[serde(default)]
    pub checkpoint: Option<Checkpoint>,
    /// On how many resolutions this desk's owner may say something and has not.
    #[serde(default)]
    pub to_vote: usize,
    /// How many members it has, without those suspended.
    pub members: usize,
    /// How many vote.
    pub voters: usize,
    /// How many bulletins were not read here.
    pub unread: usize,
    /// How many ask to join and wait for this desk's owner.
    pub requests: usize,
    /// What has this desk's owner out, where anything does.
    #[serde(default)]
    pub out: Vec<Obstacle>,
    /// Who tables the next sheet without asking; nobody, where that was someone who votes no longer.
    #[serde(default)]
    pub chair: Option<Person>,
    /// How many sheets are open.
    #[serde(default)]
    pub open: usize,
    /// How many of them this desk would sign and has not.
    #[serde(default)]
    pub to_sign: usize,
    /// Numbers for which two sheets were adopted, where this desk's owner has not said on which to stand.
    #[serde(default)]
    pub forks: Vec<Fork>,
    /// Whether the book here does not reach the minutes that this desk stands on.
    #[serde(default)]
    pub adrift: bool,
    /// Whether this desk's owner votes and has no vote key here: minutes must put a new one in place.
    #[serde(default)]
    pub keyless: bool,
    /// Whether this is another device of a member who votes elsewhere.
    #[serde(default)]
    pub beside: bool,
    /// Where its envelopes travel.
    pub channel: ChannelId,
    /// Whether the request to join has gone out, or waits for the channel's list to come.
    pub asked: bool,
    /// Whether this home was copied or moved and holds the only vote: nothing is signed until its owner says, by
    /// `POST /v1/desk/copy`, which home keeps it.
    #[serde(default)]
    pub copied: bool,
    /// While pending: twelve words, the same on the inviter's screen if nobody stands between.
    pub words: Option<Vec<String>>,
    /// Where it publishes, where it does.
    #[serde(default)]
    pub public: Option<ChannelId>,
    /// Of a follower: twelve words that stand for the minutes that this home holds fast to.
    #[serde(default)]
    pub held: Option<Vec<String>>,
}

/// `POST /v1/follows`: hear what a committee says in public, without being a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// The committee's link.
    pub uri: String,
}

/// `GET /v1/committees/{id}/link`: for whoever is no member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The link. It opens nothing, and may stand on a poster.
    pub uri: String,
    /// Twelve words that stand for the minutes that it names, to be compared by another way.
    pub words: Vec<String>,
    /// Their number.
    pub no: u32,
    /// How many vote after them.
    pub voters: usize,
}

/// `GET /v1/committees`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Committees {
    /// By name.
    pub committees: Vec<Committee>,
}

/// What newcomers may read of what was written before they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// All of it, once they vote.
    All,
    /// Nothing.
    #[default]
    None,
}

/// `POST /v1/committees`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCommittee {
    /// Its name.
    pub name: String,
    /// The founder's name there; this person's own where left out.
    #[serde(default)]
    pub founder: Option<String>,
    /// Its territory, the widest part first.
    #[serde(default)]
    pub territory: Vec<String>,
    /// Its industry.
    #[serde(default)]
    pub industry: Option<String>,
    /// The share of voters that minutes need besides a majority, as a fraction from 1/2 to 2/3; 1/2 where left out.
    #[serde(default)]
    pub quorum: Option<(u8, u8)>,
    /// What newcomers may read of before.
    #[serde(default)]
    pub history: History,
}

/// The answer to [`NewCommittee`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founded {
    /// The committee.
    pub id: CommitteeId,
}

/// Somebody in a committee's roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The member.
    pub member: MemberId,
    /// The name, which only the committee can read.
    pub name: String,
    /// What the member is.
    pub standing: Standing,
    /// Whether the member tables the next sheet without asking.
    #[serde(default)]
    pub chair: bool,
    /// Until when the member publishes in the committee's name, where that is so.
    #[serde(default)]
    pub speaks_until: Option<Moment>,
    /// What has the member out, where anything does.
    #[serde(default)]
    pub out: Vec<Obstacle>,
    /// Vote keys that the member asks minutes to put in place.
    #[serde(default)]
    pub new_keys: Vec<NewKey>,
    /// The member's devices.
    pub devices: Vec<PublicKey>,
    /// Whether the member may admit on probation and keeps the channel's list.
    pub steward: bool,
    /// Whether the member votes.
    pub voter: bool,
    /// Whether it is this desk's owner.
    pub me: bool,
    /// Whether another member has this name or one that looks like it: show the id too.
    #[serde(default)]
    pub namesake: bool,
    /// Twelve words of the member's keys, the same at every desk: to compare in person or by voice.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whether this desk's owner compared them, and no key has been replaced since.
    #[serde(default)]
    pub verified: bool,
}

/// `POST /v1/committees/{id}/verify`: these words were compared with the member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyMember {
    /// The member's id or the beginning of it, or the name.
    pub who: String,
    /// The twelve words.
    pub words: String,
}

/// `GET /v1/committees/{id}/members`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Members {
    /// By name.
    pub members: Vec<Member>,
}

/// Which committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitteeQuery {
    /// Its id.
    pub committee: CommitteeId,
}

/// `POST /v1/invites`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvite {
    /// To which committee.
    pub committee: CommitteeId,
    /// How many may come by it. One, and it counts as handed over in person: it is answered without asking.
    pub uses: u16,
    /// Seconds until it is over; seven days where left out.
    #[serde(default)]
    pub lives: Option<u64>,
    /// The member whom it brings back after everything was lost: the id or the beginning of it, or the name. It is
    /// answered to that member's recovery key alone, once, whatever `uses` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<String>,
    /// Whether it is for another device of this desk's own owner. Whoever asks by it is let in once the words were
    /// compared, whatever `uses` says.
    #[serde(default)]
    pub device: bool,
}

/// The answer to [`NewInvite`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// The invite. Whoever has it can ask to join.
    pub uri: String,
    /// How many may come by it.
    pub uses: u16,
    /// Until when it is answered.
    pub expires: Moment,
}

/// `POST /v1/requests`: ask to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The invite.
    pub uri: String,
    /// The name to go by there; this person's own where left out.
    #[serde(default)]
    pub name: Option<String>,
}

/// Somebody who asks to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The request's id.
    pub request: String,
    /// The name given.
    pub name: String,
    /// Twelve words, the same on both screens if nobody stands between.
    pub words: Vec<String>,
    /// How many uses the invite had.
    pub uses: u16,
    /// Whether it is held with a warning, for any of the reasons below.
    pub held: bool,
    /// Whether the invite was for one, and one had come, or it may have been over.
    #[serde(default)]
    pub taken: bool,
    /// Whether it is held because a member or another request has this name or one that looks like it.
    #[serde(default)]
    pub namesake: bool,
    /// Whether it is held because the name mixes alphabets, or has letters or signs that names here do not have.
    #[serde(default)]
    pub unusual: bool,
    /// Whether another device asks to be this desk's owner's: only where its words are these is it let in.
    #[serde(default)]
    pub device: bool,
    /// When the request came here.
    pub received: Moment,
}

/// `GET /v1/requests`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Requests {
    /// Oldest first.
    pub requests: Vec<Request>,
}

/// `POST /v1/requests/admit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admit {
    /// To which committee.
    pub committee: CommitteeId,
    /// The request's id or the beginning of it, or the name given.
    pub who: String,
}

/// The answer to [`Admit`]: who was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
}

/// `POST /v1/requests/decline`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decline {
    /// Of which committee.
    pub committee: CommitteeId,
    /// The request's id or the beginning of it, or the name given.
    pub who: String,
}

/// The answer to [`Decline`]: whose request is shown no more. They are told nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// The request's id.
    pub request: String,
    /// The name given.
    pub name: String,
}

/// Why a member is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// The member was arrested.
    Arrested,
    /// A device of the member's is lost.
    LostDevice,
    /// The member is not trusted at present.
    Distrust,
}

/// `POST /v1/committees/{id}/pause`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The member's id or the beginning of it, or the name.
    pub who: String,
    /// Why.
    pub because: Because,
}

/// The answer to [`Pause`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// How many devices can read what is written from now on.
    pub recipients: usize,
}
