//! Whose turn it is: desks answer what is due in an order that all of them can tell, so that one does it and not all.
//! What is due is in [`super::choice`]; how long ago a desk noticed it is for the desk to remember.

use std::collections::BTreeMap;

use super::Rotation;
use super::choice::{Reason, due};
use crate::book::State;
use crate::ids::{self, EpochId};
use crate::sign::PublicKey;
use crate::time::{HOUR, Timestamp};
use crate::wire;

/// By how many seconds a desk lets each one before it go first.
pub const STEP: u64 = 30;
/// The same for what is not pressing: a rotation because a week is over.
pub const SLOW_STEP: u64 = HOUR;

/// A rotation that is due, and how many may make it before this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Why.
    pub reason: Reason,
    /// What it answers: the same at all desks that know the same.
    pub trigger: [u8; 32],
    /// How many devices go first.
    pub rank: usize,
}

impl Turn {
    /// For how many seconds since it was noticed the others go first.
    pub const fn wait(&self) -> u64 {
        let step = match self.reason {
            Reason::NoneEligible | Reason::Worn => STEP,
            Reason::Weekly => SLOW_STEP,
        };
        self.rank as u64 * step
    }
}

/// The devices that may rotate: those of voters whom nothing excludes, ascending.
pub fn rotators(state: &State) -> Vec<PublicKey> {
    let may = state.members.iter().filter(|(id, member)| member.is_voter() && !state.is_excluded(id));
    let mut devices: Vec<_> = may.flat_map(|(_, member)| &member.devices).map(|device| device.sign).collect();
    devices.sort_unstable();
    devices
}

/// How many of `devices` go before this one in answering `trigger`; nothing, where it is not among them.
pub fn rank(trigger: &[u8; 32], device: &PublicKey, devices: &[PublicKey]) -> Option<usize> {
    let drawn =
        |device: &PublicKey| ids::derive("kenes v1 rotation rank", &[trigger.as_slice(), device.as_bytes()].concat());
    let own = drawn(device);
    let before = devices.iter().filter(|other| drawn(other) < own).count();
    devices.contains(device).then_some(before)
}

/// The rotation that is due, where this device may make it; `talk` bulletins are known under the preferred one.
pub fn turn(
    state: &State,
    rotations: &BTreeMap<EpochId, Rotation>,
    device: &PublicKey,
    now: Timestamp,
    talk: usize,
) -> Option<Turn> {
    let (reason, current) = due(state, rotations, now, talk)?;
    let devices = rotators(state);
    let trigger = match current {
        Some(current) => *current.as_bytes(),
        None => ids::derive(
            "kenes v1 rotation trigger",
            &wire::encode(&(state.roster().at, state.put_out_by(), devices.clone())),
        ),
    };
    Some(Turn { reason, trigger, rank: rank(&trigger, device, &devices)? })
}

/// What desks have turns about where a device lacks a share of an epoch.
pub fn share_trigger(epoch: &EpochId, device: &PublicKey) -> [u8; 32] {
    ids::derive("kenes v1 share trigger", &[epoch.as_bytes().as_slice(), device.as_bytes()].concat())
}
