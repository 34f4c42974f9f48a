//! To recall a device or a spokesperson: which of what they said still counts, since the bulletin named, or as far as it is
//! known here.

use kenes_core::book::{Entry, Reached, SEEN, Seen, State};
use kenes_core::ids::{CommitteeId, MemberId};
use kenes_core::sign::PublicKey;

use crate::error::DeskError;
use crate::index::{Act, Index, Row};
use crate::meant::{Known, meant};
use crate::session::Session;
use crate::view::Undone;

/// Whoever speaks: a member with all devices, or one device.
#[derive(Clone, Copy)]
enum Speaker {
    Member(MemberId),
    Device(PublicKey),
}

impl Session {
    /// A device that speaks no longer, or a spokesperson who does not.
    pub(super) fn recall(
        &self,
        id: &CommitteeId,
        state: &State,
        who: &str,
        since: Option<&str>,
    ) -> Result<Entry, DeskError> {
        let speaker = self.find_speaker(id, state, who)?;
        let devices = match speaker {
            Speaker::Member(member) => devices_of(state, &member),
            Speaker::Device(device) => vec![device],
        };
        let since = since.map(|since| self.bulletin_of(id, &devices, since)).transpose()?;
        let published = self.last_said(id, &devices, true, since);
        Ok(match speaker {
            Speaker::Member(member) => Entry::Silence { member, published },
            Speaker::Device(_) => {
                Entry::Recall { seen: self.last_said(id, &devices, false, since), devices, published }
            }
        })
    }

    fn find_speaker(&self, id: &CommitteeId, state: &State, who: &str) -> Result<Speaker, DeskError> {
        let committee = self.committee(id)?;
        let member = |member: &MemberId| Known {
            one: Speaker::Member(*member),
            id: member.to_string(),
            name: committee.name_of(member),
        };
        let device =
            |device: PublicKey| Known { one: Speaker::Device(device), id: device.to_string(), name: String::new() };
        let devices = state.members.values().flat_map(|member| member.devices.iter().chain(&member.retired));
        meant(state.members.keys().map(member).chain(devices.map(|known| device(known.sign))).collect(), who)
    }

    /// The bulletin by one of these devices whose id begins so.
    fn bulletin_of(&self, id: &CommitteeId, devices: &[PublicKey], text: &str) -> Result<&Row, DeskError> {
        let row = self.index.get(&self.find_bulletin(text)?).ok_or(DeskError::NoBulletin)?;
        let theirs = row.committee == *id && devices.contains(&row.device);
        if theirs { Ok(row) } else { Err(DeskError::OtherAuthor) }
    }

    /// The last public op of each device of a member: what was said up to there stays the committee's word.
    pub(super) fn published(&self, id: &CommitteeId, state: &State, member: &MemberId) -> Vec<Seen> {
        self.last_said(id, &devices_of(state, member), true, None)
    }

    /// The last op of each device before the one named, or else the last one known.
    fn last_said(&self, id: &CommitteeId, devices: &[PublicKey], public: bool, since: Option<&Row>) -> Vec<Seen> {
        let last = |device: &PublicKey| match since {
            Some(row) if row.device == *device && row.public == public => row.before(),
            Some(row) => self.index.last_before(*id, device, public, row.time).map(Row::seen),
            None if public => self.index.last_public(*id, device).map(Row::seen),
            None => self.index.last_of(*id, device).map(Row::seen),
        };
        let mut said: Vec<_> = devices.iter().filter_map(last).collect();
        said.sort_unstable();
        said.truncate(SEEN);
        said
    }
}

/// Every device of a member, those that speak no longer too.
pub(super) fn devices_of(state: &State, member: &MemberId) -> Vec<PublicKey> {
    let member = state.members.get(member);
    let devices = member.into_iter().flat_map(|member| member.devices.iter().chain(&member.retired));
    devices.map(|device| device.sign).collect()
}

/// What a recall undoes of what these devices said in one of the two channels, as far as it is known here.
pub(super) fn undone(index: &Index, id: CommitteeId, devices: &[PublicKey], public: bool, stands: &[Seen]) -> Undone {
    let after = |row: &&Row| {
        let last = stands.iter().find(|seen| seen.device == row.device);
        let said = row.committee == id && row.public == public && devices.contains(&row.device);
        said && !matches!(row.act, Act::Retract(_)) && last.is_none_or(|last| index.reached(last, row) == Reached::No)
    };
    let rows = index.rows().iter().filter(after);
    let (count, first) = (rows.clone().count(), rows.min_by_key(|row| (row.time, row.seq)));
    Undone { count, since: first.map(|row| (row.time, row.id)) }
}
