//! What people write and read.

use kenes_core::ids::{CommitteeId, MemberId, OpId};
use kenes_core::sign::PublicKey;
use serde::{Deserialize, Serialize};

use super::moment::Moment;

/// How soon a bulletin should reach people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Before others.
    Urgent,
    /// In its turn.
    #[default]
    Routine,
}

/// Whether a bulletin still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulletinStatus {
    /// As written.
    Current,
    /// Its author wrote a correction.
    Corrected,
    /// Its author took it back.
    Retracted,
    /// Its time is over.
    Expired,
}

/// Whether an author speaks for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorStanding {
    /// A member in good standing.
    Ok,
    /// A member who is paused, and wrote this before that was known.
    Suspended,
    /// Perhaps written before its author was put out or the office ended, perhaps dated back: what would show it is not here.
    Unproven,
    /// A device that the book, as far as it has come here, gives to nobody.
    Unknown,
    /// A device that said two things in one place: one of them may not be its owner's.
    Fork,
    /// Of a public bulletin: in the committee's name when it was written; its author speaks no longer.
    Former,
    /// Written after the op up to which minutes let the recalled device, or in public its author, speak: not to be relied
    /// on, and not in the committee's name.
    Recalled,
}

/// Who wrote a bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The member, where the book knows the device.
    pub member: Option<MemberId>,
    /// The member's device.
    pub device: PublicKey,
    /// The name, as the committee's book has it; empty where it is not known.
    pub name: String,
    /// Whether the device speaks for the member.
    pub standing: AuthorStanding,
    /// Whether it is this desk's owner.
    pub me: bool,
    /// Whether another member has this name or one that looks like it: show the id too.
    #[serde(default)]
    pub namesake: bool,
    /// Whether the member is on probation, and no minutes have confirmed the name: show the id too.
    #[serde(default)]
    pub probation: bool,
    /// Whether this desk's owner compared the words of the member's keys.
    #[serde(default)]
    pub verified: bool,
}

/// A bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// Its id.
    pub id: OpId,
    /// Whose it is.
    pub committee: CommitteeId,
    /// The committee's name.
    pub committee_name: String,
    /// Who wrote it.
    pub author: Author,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// Its text.
    pub text: String,
    /// How soon it should reach people.
    pub priority: Urgency,
    /// Whether anyone can read it, rather than members only.
    pub public: bool,
    /// When it was written, by its author's clock.
    pub written: Moment,
    /// When it came here, by this machine's clock.
    pub received: Moment,
    /// When nodes may forget it.
    pub expires: Moment,
    /// The bulletin that it answers.
    pub reply_to: Option<OpId>,
    /// The bulletin that it corrects: its own author's, or one that has not come.
    pub corrects: Option<OpId>,
    /// What it says to correct and does not, being somebody else's: it changes nothing there.
    #[serde(default)]
    pub corrects_in_vain: Option<OpId>,
    /// The newest wording, where its author wrote it anew.
    #[serde(default)]
    pub corrected_by: Option<OpId>,
    /// Whether it still stands.
    pub status: BulletinStatus,
    /// The names of what is attached.
    pub attachments: Vec<String>,
    /// How many bulletins of the same device just before this one have not come here; 33 stands for more than 32.
    pub seen_gap: u64,
    /// Whether it was read here.
    pub read: bool,
}

/// As many missing bulletins in a row are counted.
pub const COUNTED_GAP: u64 = kenes_desk::view::COUNTED_GAP;

/// `GET /v1/bulletins`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bulletins {
    /// Newest first.
    pub bulletins: Vec<Bulletin>,
    /// How many there are of those asked for, shown or not.
    pub total: usize,
    /// How many more should stand among those shown, and do not read back from the disk.
    #[serde(default)]
    pub unreadable: usize,
    /// Where older ones follow, those shown being as many as were asked for or as go into one answer: the last of these,
    /// to ask for those before it.
    #[serde(default)]
    pub last: Option<OpId>,
}

/// Which bulletins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinsQuery {
    /// Of one committee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committee: Option<CommitteeId>,
    /// Written at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    /// Those not yet read here.
    #[serde(default)]
    pub unread: bool,
    /// Only those that stand after this one, which is the `last` of an answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<OpId>,
    /// At most this many; 100 where left out, never more than 1,000, nor more than go into one answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// `POST /v1/bulletins`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBulletin {
    /// In which committee.
    pub committee: CommitteeId,
    /// A title, if it has one.
    #[serde(default)]
    pub title: Option<String>,
    /// The text, at most 32 KiB.
    pub text: String,
    /// How soon it should reach people.
    #[serde(default)]
    pub priority: Urgency,
    /// Seconds until nodes may forget it; 14 days where left out.
    #[serde(default)]
    pub lives: Option<u64>,
    /// What it answers.
    #[serde(default)]
    pub reply_to: Option<OpId>,
    /// The owner's word for the time, where this machine's clock is wrong.
    #[serde(default)]
    pub date: Option<Moment>,
    /// In the clear for everyone and in the committee's name, which only a spokesperson can do.
    #[serde(default)]
    pub public: bool,
}

/// `POST /v1/bulletins/{id}/correct`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWording {
    /// A title; as before where left out.
    #[serde(default)]
    pub title: Option<String>,
    /// The text, at most 32 KiB.
    pub text: String,
    /// How soon it should reach people; never later than what it corrects.
    #[serde(default)]
    pub priority: Urgency,
    /// Seconds until nodes may forget it; never sooner than what it corrects.
    #[serde(default)]
    pub lives: Option<u64>,
    /// The owner's word for the time, where this machine's clock is wrong.
    #[serde(default)]
    pub date: Option<Moment>,
}

/// `POST /v1/bulletins/{id}/retract`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Retraction {
    /// The owner's word for the time, where this machine's clock is wrong.
    #[serde(default)]
    pub date: Option<Moment>,
}

/// The answer to [`NewBulletin`] and [`NewWording`]: it is durable here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinId {
    /// The bulletin's id.
    pub id: OpId,
}

/// `POST /v1/bulletins/read`: these were shown to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRead {
    /// Which, at most 1,000.
    pub ids: Vec<OpId>,
}
