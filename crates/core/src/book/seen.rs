//! The last op known of a device, by which whoever ends its say names what of it still counts.
//!
//! A number alone names nothing: whoever holds the device numbers as he likes, also below what was named. The id does, and
//! with it, by each op's `prev`, every op before it. What of that chain is at hand is the caller's to know.

use bincode::{Decode, Encode};

use super::object::ObjectError;
use crate::ids::OpId;
use crate::sign::PublicKey;
use crate::wire;

/// The most devices whose last op an exclusion names.
pub const SEEN: usize = 64;

/// The last op known of a device when its owner was excluded, or its say was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Seen {
    /// Which device.
    pub device: PublicKey,
    /// The number of its last op known.
    pub seq: u64,
    /// That op.
    pub op: OpId,
}

/// Whether an op is the one that was named or one of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// It is: the chain back from the one named comes to it.
    Yes,
    /// Its number would fit, and links of the chain are not here that would show it.
    Unknown,
    /// It is not: numbered higher, or beside the chain.
    No,
}

impl Seen {
    /// What the number and the id of another op of the device show by themselves, without what lies between.
    pub fn reaches(&self, seq: u64, id: &OpId) -> Reached {
        match seq.cmp(&self.seq) {
            std::cmp::Ordering::Less => Reached::Unknown,
            std::cmp::Ordering::Equal if *id == self.op => Reached::Yes,
            std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => Reached::No,
        }
    }

    /// Whether each device is named once and in order, and not too many are.
    pub(super) fn check(seen: &[Self]) -> Result<(), ObjectError> {
        let devices: Vec<_> = seen.iter().map(|seen| seen.device).collect();
        if devices.len() <= SEEN && wire::ascending(&devices) { Ok(()) } else { Err(ObjectError::Seen) }
    }

    /// What of a device was named, if anything was.
    pub(super) fn of<'a>(seen: &'a [Self], device: &PublicKey) -> Option<&'a Self> {
        seen.iter().find(|seen| seen.device == *device)
    }
}
