//! Who speaks for a committee in public: whether a bulletin in the clear is said in its name.

use thiserror::Error;

use super::chain::Checkpoint;
use super::roster::Office;
use super::seen::{Reached, Seen};
use super::state::State;
use crate::ids::MemberId;
use crate::op::SignedOp;
use crate::sign::PublicKey;
use crate::time::{DAY, Timestamp};

/// A spokesperson speaks for at most so long, in seconds, before minutes must say it again.
pub const LONGEST_OFFICE: u64 = 90 * DAY;

/// Why a bulletin is not said in a committee's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotSpoken {
    /// It was sealed for the committee, and meant for it alone.
    #[error("it was not written to be public")]
    NotPublic,
    /// No member's device wrote it, or one that a key since replaced certified.
    #[error("it is by no device of a member")]
    Device,
    /// Its author was never a spokesperson, or not at its time.
    #[error("its author was no spokesperson at that time")]
    NoOffice,
    /// Minutes recalled its author or the device, and it is none of what they let stand.
    #[error("its author or the device was recalled by No. {}", .0.no)]
    Recalled(Checkpoint),
}

/// A bulletin is said in the committee's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    /// By whom.
    pub by: MemberId,
    /// In which office.
    pub office: Office,
    /// Whether the newest minutes still give it, and let the device speak.
    pub still: bool,
    /// The minutes that ended the office, or recalled the device, where any did.
    pub ended: Option<Checkpoint>,
    /// Whether it is known to be among what those minutes let stand.
    pub reached: Reached,
}

/// Whether an op in the clear is said in the committee's name, by what stands in it alone. Its signature is the caller's
/// to verify.
///
/// Its author needs an office, now or earlier on the chain, that lasts beyond the op's time and began at most
/// [`LONGEST_OFFICE`] before its end. What minutes recalled counts up to the last public op that they name: of one with a
/// lower number nothing here shows whether it was written before.
pub fn spoken(state: &State, signed: &SignedOp) -> Result<Spoken, NotSpoken> {
    let (op, id) = (signed.op(), signed.id());
    let reached = |seen: &Seen| seen.reaches(op.seq, &id);
    if op.is_public() { spoken_by(state, &op.device, op.time, reached) } else { Err(NotSpoken::NotPublic) }
}

/// Whether a public op that a device wrote at `time`, by its own clock, is said in the committee's name; as [`spoken`],
/// where `reached` says whether it is the op that minutes named or one before it.
pub fn spoken_by(
    state: &State,
    device: &PublicKey,
    time: Timestamp,
    reached: impl Fn(&Seen) -> Reached,
) -> Result<Spoken, NotSpoken> {
    let (by, member) = state.owner(device).ok_or(NotSpoken::Device)?;
    let roster = state.roster();
    let recalled = roster.unpublished.get(device);
    if recalled.is_none() && member.devices.iter().all(|known| known.sign != *device) {
        return Err(NotSpoken::Device);
    }
    let lasts = |office: &Office| time <= office.until && office.until.since(time) <= LONGEST_OFFICE;
    let offices = state.steps.iter().rev().filter_map(|step| step.roster.spokespersons.get(&by));
    let office = offices.copied().find(lasts).ok_or(NotSpoken::NoOffice)?;
    let silenced = roster.silenced.get(&by).map(|(by, published)| (*by, Seen::of(published, device)));
    let recalled = recalled.map(|recalled| (recalled.by, recalled.last.as_ref()));
    let ends = [silenced, recalled].into_iter().flatten();
    let ends = ends.map(|(by, last)| (last.map_or(Reached::No, &reached), by));
    let (reached, ended) = match ends.max_by_key(|(reached, _)| *reached) {
        Some((Reached::No, by)) => return Err(NotSpoken::Recalled(by)),
        Some((reached, by)) => (reached, Some(by)),
        None => (Reached::Yes, None),
    };
    let still = ended.is_none() && roster.spokespersons.contains_key(&by);
    Ok(Spoken { by, office, still, ended, reached })
}
