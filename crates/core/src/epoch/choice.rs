//! Which epoch a desk writes under, and when it makes a new one. Bytes and secrets are in [`super`].

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{AFTER, Rotation};
use crate::book::{Checkpoint, Ground, Member, State};
use crate::ids::{BookId, EpochId, MemberId};
use crate::sign::PublicKey;
use crate::time::{DAY, Timestamp};

/// How long after a rotation, in seconds, one that reaches nobody new is not preferred to it.
pub const QUIET: u64 = 6 * DAY;
/// After how many seconds a rotation is due though nothing happened.
pub const WEEK: u64 = 7 * DAY;
/// After how many bulletins under one epoch a rotation is due before the week is over.
pub const TALK: usize = 1_000;

/// Why nothing may be written under a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unfit {
    /// Another committee's.
    #[error("it is another committee's")]
    Foreign,
    /// Of a channel that the committee is not in, or in no more.
    #[error("it is of another channel")]
    Channel,
    /// Its author is no voter's device, is excluded, or gave itself no share.
    #[error("its author may not rotate")]
    Author,
    /// Someone excluded has a share.
    #[error("someone excluded has a share")]
    Recipient(MemberId),
    /// Its author did not know of this exclusion.
    #[error("its author did not know of an exclusion")]
    Unanswered(Ground),
    /// Its author stands on minutes that this desk does not.
    #[error("its author stands on other minutes")]
    Elsewhere(BookId),
    /// A voter's device has no share.
    #[error("a voter has no share")]
    LeftOut(MemberId),
}

/// Whether a desk whose book says `state` may write under this rotation.
pub fn eligible(rotation: &Rotation, state: &State) -> Result<(), Unfit> {
    if rotation.committee != state.committee {
        return Err(Unfit::Foreign);
    }
    if rotation.channel != state.roster().channel {
        return Err(Unfit::Channel);
    }
    let has = |device: &PublicKey| rotation.recipients.binary_search(device).is_ok();
    let speaks = |member: &Member| member.devices.iter().any(|device| device.sign == rotation.author);
    let may = |(id, member): &(MemberId, &Member)| member.is_voter() && speaks(member) && !state.is_excluded(id);
    if state.owner(&rotation.author).filter(may).is_none() || !has(&rotation.author) {
        return Err(Unfit::Author);
    }
    for (id, member) in &state.members {
        let covered = member.devices.iter().any(|device| has(&device.sign));
        let barred = state.is_excluded(id) || !member.is_present();
        if barred && covered || member.retired.iter().any(|device| has(&device.sign)) {
            return Err(Unfit::Recipient(*id));
        }
        if member.is_voter() && !barred && !covered && !member.devices.is_empty() {
            return Err(Unfit::LeftOut(*id));
        }
    }
    let Some(under) = state.step(&rotation.under) else { return Err(Unfit::Elsewhere(rotation.under)) };
    let answered = |ground: &Ground| match ground {
        Ground::Minutes(Checkpoint { no, .. }) => *no <= under.roster.no,
        Ground::Act(act) => rotation.out.binary_search(act).is_ok(),
    };
    let unanswered = state.exclusions.iter().map(|exclusion| exclusion.by).find(|ground| !answered(ground));
    unanswered.map_or(Ok(()), |by| Err(Unfit::Unanswered(by)))
}

/// The rotation to write under: eligible, followed by no other eligible one that moves anybody, with most devices that
/// belong there, not older by [`QUIET`] than another such, lowest id.
///
/// One that follows another, reaches no device more, and claims to come within [`QUIET`] of it moves nobody; nor do two
/// within [`QUIET`] by one device of which neither follows the other. So whoever rotates each minute is read and not
/// followed. None: rotate before writing.
pub fn preferred(rotations: &BTreeMap<EpochId, Rotation>, state: &State) -> Option<EpochId> {
    let belong: BTreeSet<_> = state.recipients().into_iter().map(|device| device.sign).collect();
    let eligible = rotations.iter().filter(|(_, rotation)| eligible(rotation, state).is_ok());
    let fit = eligible.map(|(id, rotation)| {
        let reach = rotation.recipients.iter().filter(|device| belong.contains(device)).collect();
        (*id, Candidate { rotation, reach, before: ancestors(*id, rotations) })
    });
    let mut fit: Vec<_> = fit.collect();
    fit.sort_unstable_by_key(|(id, candidate)| (candidate.rotation.author, candidate.rotation.time, *id));
    let twice = twice(&fit);
    // Whatever one follows has fewer ancestors than oneself.
    fit.sort_unstable_by_key(|(id, candidate)| (candidate.before.len(), *id));
    let mut moving: BTreeMap<EpochId, &Candidate> = BTreeMap::new();
    let mut followed: BTreeSet<EpochId> = BTreeSet::new();
    for (id, candidate) in fit.iter().filter(|(id, _)| !twice.contains(id)) {
        let mut earlier = candidate.before.iter().filter_map(|id| moving.get(id));
        if !earlier.any(|earlier| candidate.repeats(earlier)) {
            moving.insert(*id, candidate);
            followed.extend(&candidate.before);
        }
    }
    moving.retain(|id, _| !followed.contains(id));
    let widest = moving.values().map(|candidate| candidate.reach.len()).max()?;
    moving.retain(|_, candidate| candidate.reach.len() == widest);
    let newest = moving.values().map(|candidate| candidate.rotation.time).max()?;
    moving.into_iter().find(|(_, candidate)| newest < candidate.rotation.time.plus(QUIET)).map(|(id, _)| id)
}

/// A rotation that may be written under.
struct Candidate<'a> {
    rotation: &'a Rotation,
    /// Of its recipients those that the book knows: keys that nobody has reach nobody.
    reach: BTreeSet<&'a PublicKey>,
    before: BTreeSet<EpochId>,
}

impl Candidate<'_> {
    /// Both are eligible and so answer the same exclusions: whether this later one reaches nobody else, too soon.
    fn repeats(&self, earlier: &Self) -> bool {
        self.rotation.time < earlier.rotation.time.plus(QUIET) && self.reach.is_subset(&earlier.reach)
    }
}

/// Those by one device within [`QUIET`] of which neither follows the other: a desk names what it made before. Which of
/// them was first nobody can tell, so that none counts. They come by author and time.
fn twice(fit: &[(EpochId, Candidate)]) -> BTreeSet<EpochId> {
    let mut twice = BTreeSet::new();
    for (at, (one, first)) in fit.iter().enumerate() {
        let near = |other: &&(EpochId, Candidate)| {
            let (author, end) = (first.rotation.author, first.rotation.time.plus(QUIET));
            other.1.rotation.author == author && other.1.rotation.time < end
        };
        for (other, second) in fit[at + 1..].iter().take_while(near) {
            if !first.before.contains(other) && !second.before.contains(one) {
                twice.extend([*one, *other]);
            }
        }
    }
    twice
}

/// What a new rotation by a device says it follows, at most [`AFTER`]: the one in use, without which it might not be
/// preferred to that; those that it made itself; and of the others those that claim to be the newest.
pub fn to_follow(
    rotations: &BTreeMap<EpochId, Rotation>,
    current: Option<EpochId>,
    device: &PublicKey,
) -> BTreeSet<EpochId> {
    let mut others: Vec<_> = rotations.iter().filter(|(id, _)| Some(**id) != current).collect();
    others.sort_unstable_by_key(|(id, rotation)| std::cmp::Reverse((rotation.author == *device, rotation.time, **id)));
    current.into_iter().chain(others.into_iter().map(|(id, _)| *id)).take(AFTER).collect()
}

/// The epochs that a rotation follows, directly or through others known here.
fn ancestors(of: EpochId, rotations: &BTreeMap<EpochId, Rotation>) -> BTreeSet<EpochId> {
    let mut found = BTreeSet::new();
    let mut open = vec![of];
    while let Some(id) = open.pop() {
        let before = rotations.get(&id).into_iter().flat_map(|rotation| rotation.after.iter().copied());
        open.extend(before.filter(|before| *before != of && found.insert(*before)));
    }
    found
}

/// Why a voter's desk makes a new epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// None is eligible: someone was put out, a device was recalled, or there was none. Nothing is written before it.
    NoneEligible,
    /// The one in use is a [`WEEK`] old by what it claims.
    Weekly,
    /// [`TALK`] bulletins were written under it, and a new one would be preferred: it is [`QUIET`] old.
    Worn,
}

/// Whether a rotation is due, `talk` bulletins being known under the preferred one; and which that is.
pub fn due(
    state: &State,
    rotations: &BTreeMap<EpochId, Rotation>,
    now: Timestamp,
    talk: usize,
) -> Option<(Reason, Option<EpochId>)> {
    let current = preferred(rotations, state).and_then(|id| rotations.get_key_value(&id));
    let reason = match current {
        None => Some(Reason::NoneEligible),
        Some((_, current)) if current.time.plus(WEEK) <= now => Some(Reason::Weekly),
        Some((_, current)) if talk >= TALK && current.time.plus(QUIET) <= now => Some(Reason::Worn),
        Some(_) => None,
    };
    reason.map(|reason| (reason, current.map(|(id, _)| *id)))
}
