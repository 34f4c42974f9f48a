//! What the desk shows and is asked: plain facts, without keys, for the HTTP interface and its clients.

mod minutes;
mod proof;
mod resolutions;

use kenes_core::book::{Because, Checkpoint, History};
use kenes_core::envelope::Priority;
use kenes_core::ids::{ChannelId, CommitteeId, MemberId, OpId};
use kenes_core::sign::PublicKey;
use kenes_core::time::Timestamp;

pub use minutes::{
    EntryView, ForkView, Imported, KeyAsked, MinutesDraft, MinutesView, Obstacle, Person, Proposal, SheetStatus, Undone,
};
pub use proof::{AtHome, Judgement};
pub use resolutions::{Brought, CertificateView, NewResolution, ResolutionStatus, ResolutionView, Resolutions};

/// Whether the keys are at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskState {
    /// There is no keystore in this home.
    Uninitialised,
    /// There is one, and it is closed.
    Locked,
    /// It is open.
    Unlocked,
}

/// A committee to be founded.
#[derive(Debug, Clone)]
pub struct NewCommittee {
    /// Its name.
    pub name: String,
    /// The founder's name in it; the keystore's, where it is empty.
    pub founder: String,
    /// From the widest to the narrowest.
    pub territory: Vec<String>,
    /// May be empty.
    pub industry: String,
    /// num/den of the voters, between one half and two thirds.
    pub quorum: (u8, u8),
    /// What newcomers may read.
    pub history: History,
}

/// What this home's member is to a committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Asked to join, and not answered yet.
    Pending,
    /// Reads and writes, does not vote.
    Probation,
    /// Votes.
    Voter,
    /// Out of the next epoch.
    Suspended,
    /// No longer in the roster.
    Removed,
    /// No member: hears what the committee says in public.
    Follower,
}

impl Standing {
    /// The word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Probation => "probation",
            Self::Voter => "voter",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
            Self::Follower => "follower",
        }
    }
}

/// Why someone as a whole is out of what is written from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// Minutes decided so.
    Removed {
        /// Their number.
        no: u32,
    },
    /// A voter paused them, until minutes settle it.
    Paused {
        /// Who.
        by: Person,
        /// Why.
        because: Because,
    },
    /// Whoever let them in is out, or may let nobody in any more.
    LetInBy(Person),
    /// They signed two things of which an honest desk signs one.
    Cheated,
    /// They paused two under one number.
    PausedTwo,
}

/// A committee, as its member sees it.
#[derive(Debug, Clone)]
pub struct CommitteeView {
    /// Its id.
    pub id: CommitteeId,
    /// Where it travels.
    pub channel: ChannelId,
    /// Its name; empty until the book has arrived.
    pub name: String,
    /// From the widest to the narrowest.
    pub territory: Vec<String>,
    /// May be empty.
    pub industry: String,
    /// What we are in it.
    pub standing: Standing,
    /// Whether we may admit.
    pub steward: bool,
    /// The number of its newest minutes.
    pub minutes_no: u32,
    /// The newest minutes after which at least three vote: what others may hold fast to.
    pub checkpoint: Option<Checkpoint>,
    /// Resolutions on which we may say something and have not.
    pub to_vote: usize,
    /// How many members it has, suspended ones not counted.
    pub members: usize,
    /// How many vote.
    pub voters: usize,
    /// Bulletins not read yet.
    pub unread: usize,
    /// While pending: the twelve words to compare with the inviter.
    pub words: Option<String>,
    /// While pending: whether the request has left the desk for the node.
    pub asked: bool,
    /// Requests that wait for us.
    pub requests: usize,
    /// What has us out, where anything does.
    pub out: Vec<Out>,
    /// Who tables the next sheet without asking; nobody, where that was someone who votes no longer.
    pub chair: Option<Person>,
    /// How many sheets are open.
    pub open: usize,
    /// How many of them this desk would sign and has not.
    pub to_sign: usize,
    /// Numbers for which two sheets were adopted, where we have not said on which to stand.
    pub forks: Vec<ForkView>,
    /// Whether the book here does not reach the minutes that this desk stands on.
    pub adrift: bool,
    /// Whether this member votes and has no vote key at this desk: minutes must put a new one in place.
    pub keyless: bool,
    /// Whether this home is another device of a member who votes elsewhere.
    pub beside: bool,
    /// This home was copied or moved and holds the only vote: nothing is signed until its owner says which home keeps it.
    pub copied: bool,
    /// Where it publishes, where it does.
    pub public: Option<ChannelId>,
    /// Of a follower: twelve words that stand for the minutes that it holds fast to, to be compared with a poster or over
    /// a telephone.
    pub held: Option<String>,
}

/// A link, to be handed to whoever is no member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkView {
    /// The text.
    pub uri: String,
    /// Twelve words that stand for the minutes that it names.
    pub words: String,
    /// Their number.
    pub no: u32,
    /// How many vote after them.
    pub voters: usize,
}

/// A member, as the committee sees them.
#[derive(Debug, Clone)]
pub struct MemberView {
    /// Who.
    pub member: MemberId,
    /// Under which name.
    pub name: String,
    /// What they are.
    pub standing: Standing,
    /// Whether they vote, suspended or not.
    pub voter: bool,
    /// Whether they may admit.
    pub steward: bool,
    /// Whether they table the next sheet without asking.
    pub chair: bool,
    /// Until when they publish in the committee's name, where they do.
    pub speaks_until: Option<Timestamp>,
    /// What has them out, where anything does.
    pub out: Vec<Out>,
    /// Vote keys that they ask minutes to put in place of theirs.
    pub new_keys: Vec<KeyAsked>,
    /// Their devices.
    pub devices: Vec<PublicKey>,
    /// Whether it is this home's owner.
    pub me: bool,
    /// Whether another member has this name or one that looks like it.
    pub namesake: bool,
    /// Twelve words of the member's keys, to be compared in person or by voice.
    pub words: String,
    /// Whether the owner of this home has compared them, and no key has been replaced since.
    pub verified: bool,
}

/// This home's own keys in one committee, by their public halves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysView {
    /// Which.
    pub committee: CommitteeId,
    /// Its name.
    pub committee_name: String,
    /// Who we are there.
    pub member: MemberId,
    /// This home's device.
    pub device: PublicKey,
    /// Every device of ours that speaks, this one too.
    pub devices: Vec<PublicKey>,
    /// Devices of ours that speak no longer.
    pub retired: Vec<PublicKey>,
    /// What votes: the vote key, the recovery key in its place, or nothing.
    pub votes: Votes,
    /// The vote key that minutes were asked to put in place.
    pub asked_for: Option<PublicKey>,
}

/// With which key a home votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Votes {
    /// The vote key is here.
    ByKey,
    /// The recovery key stands in until minutes put a new vote key in place.
    ByWords,
    /// Not at all.
    No,
}

/// An invite, to be handed over.
#[derive(Debug, Clone)]
pub struct InviteView {
    /// The text.
    pub uri: String,
    /// How many may join by it.
    pub uses: u16,
    /// Until when it is answered.
    pub expires: Timestamp,
}

/// Someone asks to join.
#[derive(Debug, Clone)]
pub struct RequestView {
    /// Of which committee.
    pub committee: CommitteeId,
    /// Names the request: the hash of what was asked.
    pub request: [u8; 32],
    /// The name that they chose.
    pub name: String,
    /// Twelve words to compare with them before admitting.
    pub words: String,
    /// How many may join by the invite that they used.
    pub uses: u16,
    /// Whether someone else was admitted by the same single-use invite before: one of the two copied it.
    pub held: bool,
    /// Whether a member or another request has this name or one that looks like it; then it is never answered without
    /// asking.
    pub namesake: bool,
    /// Whether the name mixes alphabets, or has letters or signs that names here do not have; then it is never answered
    /// without asking either.
    pub unusual: bool,
    /// Whether another device asks to be this home's owner's; then it is never answered without asking either.
    pub device: bool,
    /// When it arrived.
    pub received: Timestamp,
}

/// Who was let in.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Who.
    pub member: MemberId,
    /// Under which name.
    pub name: String,
}

/// Something to be written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Where.
    pub committee: CommitteeId,
    /// May be empty.
    pub title: String,
    /// The text, at most 32 KiB.
    pub text: String,
    /// Whether it should overtake other talk.
    pub urgent: bool,
    /// Until when it matters; the committee's default, where it is not said.
    pub expires: Option<Timestamp>,
    /// The bulletin that it answers.
    pub reply_to: Option<OpId>,
    /// The owner's word for the time, where the clock is wrong.
    pub date: Option<Timestamp>,
    /// Whether it is in the clear for everyone, in the committee's name.
    pub public: bool,
}

impl Draft {
    /// A routine bulletin for members, with nothing but its text.
    pub fn new(committee: CommitteeId, text: impl Into<String>) -> Self {
        Self {
            committee,
            title: String::new(),
            text: text.into(),
            urgent: false,
            expires: None,
            reply_to: None,
            date: None,
            public: false,
        }
    }
}

/// A new wording of a bulletin.
#[derive(Debug, Clone)]
pub struct Rewording {
    /// As before, where it is not said.
    pub title: Option<String>,
    /// The text, at most 32 KiB.
    pub text: String,
    /// Whether it should overtake other talk, though what it corrects did not.
    pub urgent: bool,
    /// Until when it matters; never shorter than what it corrects.
    pub expires: Option<Timestamp>,
    /// The owner's word for the time, where the clock is wrong.
    pub date: Option<Timestamp>,
}

impl Rewording {
    /// Another text, and all else as before.
    pub fn new(text: impl Into<String>) -> Self {
        Self { title: None, text: text.into(), urgent: false, expires: None, date: None }
    }
}

/// Whether an author speaks for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorStanding {
    /// A member in good standing.
    Ok,
    /// A member who is suspended; written before that was known.
    Suspended,
    /// Perhaps written before its device or author was put out, perhaps dated back: what would show it is not here.
    Unproven,
    /// A device that the book, as far as it is here, gives to nobody.
    Unknown,
    /// This device numbered two bulletins alike.
    Fork,
    /// Of a public bulletin: in the committee's name when it was written; its author speaks no longer.
    Former,
    /// Written after the op up to which minutes let the recalled device, or in public its author, speak.
    Recalled,
}

impl AuthorStanding {
    /// The word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Suspended => "suspended",
            Self::Unproven => "unproven",
            Self::Unknown => "unknown",
            Self::Fork => "fork",
            Self::Former => "former",
            Self::Recalled => "recalled",
        }
    }
}

/// Whether a bulletin still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulletinStatus {
    /// It does.
    Current,
    /// Its author wrote it anew.
    Corrected,
    /// Its author took it back.
    Retracted,
    /// Its time is over.
    Expired,
}

impl BulletinStatus {
    /// The word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Corrected => "corrected",
            Self::Retracted => "retracted",
            Self::Expired => "expired",
        }
    }
}

/// Who wrote.
#[derive(Debug, Clone)]
pub struct AuthorView {
    /// The member, where the book knows the device.
    pub member: Option<MemberId>,
    /// The device.
    pub device: PublicKey,
    /// The name; empty where it is not known.
    pub name: String,
    /// Whether they speak for the member.
    pub standing: AuthorStanding,
    /// Whether it is this home's owner.
    pub me: bool,
    /// Whether another member has this name or one that looks like it.
    pub namesake: bool,
    /// Whether it is a member on probation, whose name no minutes have confirmed.
    pub probation: bool,
    /// Whether the owner of this home has compared the words of the member's keys.
    pub verified: bool,
}

/// As many missing bulletins in a row are counted; the author may have made up any number beyond.
pub const COUNTED_GAP: u64 = 32;

/// A bulletin.
#[derive(Debug, Clone)]
pub struct BulletinView {
    /// Its id.
    pub id: OpId,
    /// Where.
    pub committee: CommitteeId,
    /// The committee's name.
    pub committee_name: String,
    /// Who wrote it.
    pub author: AuthorView,
    /// May be empty.
    pub title: String,
    /// The text, as written: to be shown harmlessly.
    pub text: String,
    /// Urgent or routine.
    pub priority: Priority,
    /// When, by the author's clock.
    pub written: Timestamp,
    /// When this desk opened it.
    pub received: Timestamp,
    /// Until when it matters.
    pub expires: Timestamp,
    /// The bulletin that it answers.
    pub reply_to: Option<OpId>,
    /// The bulletin that it corrects: its own author's, or one that has not come.
    pub corrects: Option<OpId>,
    /// What it says to correct and does not: it is not its author's, or not of the same channel.
    pub corrects_in_vain: Option<OpId>,
    /// The newest wording, where its author wrote it anew.
    pub corrected_by: Option<OpId>,
    /// Whether it still holds.
    pub status: BulletinStatus,
    /// How many of its author's bulletins just before it are missing here; one more than [`COUNTED_GAP`] stands for
    /// more than that.
    pub seen_gap: u64,
    /// Whether it was read on this desk.
    pub read: bool,
    /// Whether it is in the clear, for everyone.
    pub public: bool,
}

/// Which bulletins are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of one committee.
    pub committee: Option<CommitteeId>,
    /// Written at this moment or later.
    pub since: Option<Timestamp>,
    /// Not read yet.
    pub unread: bool,
    /// Only those that stand after this one in the list, newest first.
    pub before: Option<OpId>,
    /// At most so many, newest first.
    pub limit: Option<usize>,
}

/// Bulletins as they are asked for.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// Those that read.
    pub bulletins: Vec<BulletinView>,
    /// How many more should stand among them and do not read back from this home's records.
    pub unreadable: usize,
    /// The last of these, where others follow: those before it are the next to ask for.
    pub last: Option<OpId>,
}

/// The desk's own records: all that it keeps beside the envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Records {
    /// How many there are.
    pub all: usize,
    /// How many of them do not read back.
    pub damaged: usize,
}

/// What pausing someone did.
#[derive(Debug, Clone)]
pub struct Paused {
    /// Who.
    pub member: MemberId,
    /// Under which name.
    pub name: String,
    /// Why.
    pub because: Because,
    /// How many devices have a share of the new epoch.
    pub recipients: usize,
}

/// Something that happened at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskEvent {
    /// A bulletin was opened.
    Bulletin {
        /// Which.
        id: OpId,
        /// Where.
        committee: CommitteeId,
    },
    /// A committee changed: someone joined, was paused, or we were let in.
    Committee(CommitteeId),
    /// Someone asks to join.
    Request(CommitteeId),
    /// The keystore was opened or closed.
    State(DeskState),
}
