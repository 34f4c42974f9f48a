//! What a book says: the roster with everyone's place in it, who is out and why, what is open, and a verdict on each
//! object. How it follows from the objects is in [`super::evaluate`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Book;
use super::chain::{Checkpoint, Fork, Step};
use super::content::Content;
use super::keeping::{Drafted, Keeping};
use super::minutes::Entry;
use super::object::{Because, Genesis, NewestList, SignedObject};
use super::roster::{BadSheet, Roster};
use super::round::Cheat;
use super::seen::{Reached, Seen};
use crate::envelope::Verified;
use crate::identity::{Commitment, Device, Identity};
use crate::ids::{self, BookId, ChannelId, CommitteeId, ExclusionId, ListId, MemberId};
use crate::sign::{PublicKey, Signature};
use crate::wire;

/// Why an object does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// A kind that this program does not know.
    UnknownKind,
    /// Its author is nobody who may do this.
    NoRight,
    /// Its author is out, by this.
    AuthorOut(Ground),
    /// Its author did something else under the same number; this is the other one.
    NumberTwice(BookId),
    /// Its author has an earlier one open.
    AnotherOpen(BookId),
    /// Minutes have settled it.
    Settled,
    /// Too many by one author or for one member.
    TooMany,
    /// A key that the book already gives to someone else.
    KeyUsedBefore,
    /// A key that minutes replaced signed it.
    KeyReplaced(BookId),
    /// Minutes recalled the device.
    Recalled(BookId),
    /// The sheet can never be minutes.
    Sheet(BadSheet),
    /// It rests on what the rule of rounds does not allow.
    Unjustified,
    /// Something that it rests on is not here.
    Waiting,
    /// It follows minutes that were not adopted, or not on the branch that this desk stands on.
    Elsewhere,
}

/// Whether an object counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Counts,
    /// It does not, and why.
    No(Why),
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Votes; a steward also admits and keeps the list.
    Voter {
        /// Whether a steward.
        steward: bool,
    },
    /// Reads and writes, and waits to be confirmed.
    Probation {
        /// The admit that let this member in.
        by: BookId,
    },
    /// A member no longer: minutes removed them, or whoever let them in.
    Former {
        /// By which minutes.
        by: Checkpoint,
    },
}

/// Someone whom the book knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The keys that made the member.
    pub identity: Identity,
    /// The vote key that counts now.
    pub vote: PublicKey,
    /// Stands for the name.
    pub name: Commitment,
    /// What the member may do.
    pub role: Role,
    /// Devices that speak, by the member's own numbers.
    pub devices: Vec<Device>,
    /// Devices that spoke once: recalled, or certified by a key since replaced.
    pub retired: Vec<Device>,
    /// What has the whole member out, if anything.
    pub out: Option<Ground>,
}

impl Member {
    /// What twelve words stand for when two people compare who a member of a committee is: the keys that made the
    /// member, and the vote key that counts now.
    pub fn digest(&self, committee: CommitteeId) -> [u8; 16] {
        let hash = ids::derive("kenes v1 member words", &wire::encode(&(committee, self.identity, self.vote)));
        std::array::from_fn(|n| hash[n])
    }

    /// Whether the member votes.
    pub fn is_voter(&self) -> bool {
        matches!(self.role, Role::Voter { .. })
    }

    /// Whether the member may admit and keeps the list.
    pub fn is_steward(&self) -> bool {
        matches!(self.role, Role::Voter { steward: true })
    }

    /// Whether the member is in the roster, suspended or not.
    pub fn is_present(&self) -> bool {
        !matches!(self.role, Role::Former { .. })
    }
}

/// Why someone is out of the next epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A voter suspended them.
    Suspended {
        /// Who.
        by: MemberId,
        /// Why.
        because: Because,
    },
    /// They suspended two under one number.
    TwoUnderOneNumber,
    /// They signed two things of which an honest desk signs one.
    Cheated,
    /// Minutes removed or dropped them.
    Removed,
    /// Whoever let them in is out, or may no longer let anybody in.
    LetInBy(MemberId),
    /// Minutes recalled one of their devices.
    Recalled(PublicKey),
    /// Minutes replaced the key that certified one of their devices.
    KeyReplaced(PublicKey),
}

/// What put somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// Minutes: a rotation answers them by the minutes that it was made under.
    Minutes(Checkpoint),
    /// A suspension, or a cheat: a rotation answers it by name.
    Act(ExclusionId),
}

/// Someone, or one of their devices, is out of the next epoch. One object may put out several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exclusion {
    /// What put them out.
    pub by: Ground,
    /// Who.
    pub member: MemberId,
    /// Why.
    pub cause: Cause,
    /// The last op that counts of each device; nothing, where no op is refused.
    pub seen: Option<Vec<Seen>>,
}

impl Exclusion {
    /// The one device that is out, where it is not the whole member.
    pub fn device(&self) -> Option<PublicKey> {
        match self.cause {
            Cause::Recalled(device) | Cause::KeyReplaced(device) => Some(device),
            Cause::Suspended { .. }
            | Cause::TwoUnderOneNumber
            | Cause::Cheated
            | Cause::Removed
            | Cause::LetInBy(_) => None,
        }
    }
}

/// A resolution and what was said on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Motion {
    /// Who put it.
    pub author: MemberId,
    /// The number of the minutes whose voters decide.
    pub no: u32,
    /// Those minutes.
    pub under: BookId,
    /// How many it takes.
    pub needed: usize,
    /// Who may say.
    pub voters: BTreeSet<MemberId>,
    /// Who is for it, and by which ballot.
    pub adopt: BTreeMap<MemberId, BookId>,
    /// Who is against it.
    pub reject: BTreeMap<MemberId, BookId>,
}

impl Motion {
    /// Whether enough are for it.
    pub fn is_adopted(&self) -> bool {
        self.adopt.len() >= self.needed
    }

    /// Whether so many are against it that it cannot be adopted any more.
    pub fn is_rejected(&self) -> bool {
        !self.is_adopted() && self.reject.len() + self.needed > self.voters.len()
    }
}

/// What the book says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Whose book.
    pub committee: CommitteeId,
    /// The minutes No. 0.
    pub genesis: Genesis,
    /// Where this desk stands: the newest minutes, and what is open after them.
    pub newest: Arc<Step>,
    /// The adopted minutes from the genesis to there, and what each settled.
    pub steps: Vec<Arc<Step>>,
    /// Whether the minutes that this desk holds fast to are among them.
    pub stands: bool,
    /// Numbers for which two sheets were adopted.
    pub forks: BTreeSet<Fork>,
    /// Proofs of cheating that still cost somebody something.
    pub cheats: BTreeSet<Cheat>,
    /// Everyone whom the book knows, those who are out included.
    pub members: BTreeMap<MemberId, Member>,
    /// Who is out, and why.
    pub exclusions: BTreeSet<Exclusion>,
    /// The newest pen that each device asks for.
    pub pens: BTreeMap<PublicKey, PublicKey>,
    /// The pen for the public channel of each device of a voter who is not out.
    pub public_pens: BTreeMap<PublicKey, PublicKey>,
    /// The vote keys that members ask minutes to put in place of their old ones, each with its proof.
    pub new_keys: BTreeMap<MemberId, BTreeMap<PublicKey, Signature>>,
    /// The highest list that a steward names.
    pub newest_list: Option<NewestList>,
    /// What stewards keep lists with, those who are not out.
    pub keepings: BTreeMap<MemberId, Keeping>,
    /// The lists that they drafted.
    pub drafts: BTreeMap<ListId, Drafted>,
    /// Resolutions whose minutes are among the steps.
    pub motions: BTreeMap<BookId, Motion>,
    /// Whether each act counts, and why not. For what decides a number, ask [`State::verdict`].
    pub acts: BTreeMap<BookId, Verdict>,
}

impl State {
    /// What minutes have settled.
    pub fn roster(&self) -> &Roster {
        &self.newest.roster
    }

    /// The minutes with this id, if they are on the way to where this desk stands.
    pub fn step(&self, at: &BookId) -> Option<&Arc<Step>> {
        self.steps.iter().rev().find(|step| step.roster.at == *at)
    }

    /// Whether an object counts, and why not.
    pub fn verdict(&self, id: &BookId) -> Verdict {
        let in_step = || self.steps.iter().rev().find_map(|step| step.verdicts.get(id));
        self.acts.get(id).or_else(in_step).copied().unwrap_or(Verdict::No(Why::Elsewhere))
    }

    /// The member with this device, whether it still speaks or not.
    pub fn owner(&self, device: &PublicKey) -> Option<(MemberId, &Member)> {
        let has = |member: &Member| member.devices.iter().chain(&member.retired).any(|known| known.sign == *device);
        self.members.iter().find(|(_, member)| has(member)).map(|(id, member)| (*id, member))
    }

    /// The member with this vote key.
    pub fn by_vote(&self, vote: &PublicKey) -> Option<(MemberId, &Member)> {
        self.members.iter().find(|(_, member)| member.vote == *vote).map(|(id, member)| (*id, member))
    }

    /// Whether someone as a whole is out of the next epoch.
    pub fn is_excluded(&self, member: &MemberId) -> bool {
        self.exclusions.iter().any(|exclusion| exclusion.member == *member && exclusion.device().is_none())
    }

    /// Suspensions and cheats that put somebody out: what a new rotation must name.
    pub fn put_out_by(&self) -> BTreeSet<ExclusionId> {
        let acts = |exclusion: &Exclusion| match exclusion.by {
            Ground::Act(act) => Some(act),
            Ground::Minutes(_) => None,
        };
        self.exclusions.iter().filter_map(acts).collect()
    }

    /// The first exclusion under which an op of this device is refused, if any is; `reached` as in [`State::refusals`].
    pub fn refuses<'a>(&'a self, device: &PublicKey, reached: impl Fn(&Seen) -> Reached + 'a) -> Option<&'a Exclusion> {
        self.refusals(device, reached).find(|(_, reached)| *reached == Reached::No).map(|(exclusion, _)| exclusion)
    }

    /// Every exclusion that refuses an op of this device, or of which it is not known whether it does. `reached` says
    /// whether the op is the one that an exclusion named or one before it.
    pub fn refusals<'a, F: Fn(&Seen) -> Reached + 'a>(
        &'a self,
        device: &PublicKey,
        reached: F,
    ) -> impl Iterator<Item = (&'a Exclusion, Reached)> + use<'a, F> {
        let device = *device;
        // Asked of every bulletin in a list: where nobody is out, nobody is looked for.
        let member = if self.exclusions.is_empty() { None } else { self.owner(&device).map(|(id, _)| id) };
        let concerns = move |exclusion: &&Exclusion| {
            Some(exclusion.member) == member && exclusion.device().is_none_or(|only| only == device)
        };
        let judge = move |exclusion: &'a Exclusion| {
            let named = Seen::of(exclusion.seen.as_ref()?, &device);
            Some((exclusion, named.map_or(Reached::No, &reached)))
        };
        self.exclusions.iter().filter(concerns).filter_map(judge).filter(|(_, reached)| *reached != Reached::Yes)
    }

    /// The devices to which a new epoch's secret belongs: of everyone in the roster whom nothing excludes.
    pub fn recipients(&self) -> Vec<Device> {
        let present = self.members.iter().filter(|(id, member)| member.is_present() && !self.is_excluded(id));
        let mut devices: Vec<_> = present.flat_map(|(_, member)| member.devices.iter().copied()).collect();
        devices.sort_unstable();
        devices.dedup();
        devices
    }

    /// The channels that the committee was in, the one of the genesis first, each once.
    pub fn channels(&self) -> Vec<ChannelId> {
        let mut channels = vec![];
        for step in &self.steps {
            if !channels.contains(&step.roster.channel) {
                channels.push(step.roster.channel);
            }
        }
        channels
    }

    /// Where the committee left a channel, the last time: the place of the last of the steps that are in it, and the minutes
    /// that named another.
    pub fn left(&self, channel: ChannelId) -> Option<(usize, &Arc<Step>)> {
        let last = self.steps.iter().rposition(|step| step.roster.channel == channel)?;
        Some((last, self.steps.get(last + 1)?))
    }

    /// The suspensions that are open: by whom, which, and whom each puts out.
    fn suspensions(&self) -> impl Iterator<Item = (MemberId, BookId, MemberId)> {
        self.exclusions.iter().filter_map(|exclusion| {
            let (Cause::Suspended { by, .. }, Ground::Act(act)) = (exclusion.cause, exclusion.by) else { return None };
            Some((by, BookId::from_bytes(*act.as_bytes()), exclusion.member))
        })
    }

    /// The suspension that a voter has open, and whom it puts out.
    pub fn open_suspension(&self, by: &MemberId) -> Option<(BookId, MemberId)> {
        self.suspensions().find(|(author, ..)| author == by).map(|(_, suspension, member)| (suspension, member))
    }

    /// The first number that a voter's suspension may have: above all that minutes settled, and all that the vote key
    /// of now signed, also at a desk that this one was before a restore.
    pub fn next_suspension(&self, book: &Book, by: &MemberId) -> u32 {
        let vote = self.members.get(by).map(|member| member.vote);
        let signed = book.acts(2).filter(|object| Some(object.author()) == vote).filter_map(|object| {
            let Content::Suspend(suspend) = object.content() else { return None };
            Some(suspend.no)
        });
        let highest = signed.chain(self.roster().settled.get(by).copied()).max();
        highest.map_or(0, |highest| highest.saturating_add(1))
    }

    /// The entries that settle every suspension by which someone is out.
    pub fn settling(&self, book: &Book, member: &MemberId) -> Vec<Entry> {
        let grounds: BTreeSet<_> = self.exclusions.iter().filter(|e| e.member == *member).map(|e| e.by).collect();
        let suspends = |object: &Verified<SignedObject>| {
            let Content::Suspend(suspend) = object.content() else { return None };
            let (author, ..) = self.suspensions().find(|(_, id, _)| *id == object.id())?;
            grounds.contains(&Ground::Act(object.id().into())).then_some((author, suspend.no))
        };
        let settled = book.objects().filter_map(suspends);
        settled.map(|(author, upto)| Entry::Reinstate { author, upto }).collect()
    }

    /// How many vote.
    pub fn voters(&self) -> usize {
        self.roster().voters.len()
    }
}
