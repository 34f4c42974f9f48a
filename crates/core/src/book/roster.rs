//! The roster: who votes after which minutes, and all else that adopted minutes settle. Acts of single members (admits
//! on probation, suspensions, devices) are evaluated apart from it.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::chain::Checkpoint;
use super::minutes::{Entry, Minutes};
use super::object::{Founder, Genesis, History, Quorum};
use super::seen::Seen;
use crate::identity::{Commitment, Identity};
use crate::ids::{BookId, ChannelId, MemberId};
use crate::sign::PublicKey;
use crate::time::Timestamp;

/// Why a sheet can never be minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Error)]
#[non_exhaustive]
pub enum BadSheet {
    /// Its number does not follow.
    #[error("its number does not follow")]
    Number,
    /// It is about someone who is not there, or not in that place.
    #[error("it is about someone who does not vote")]
    Nobody(MemberId),
    /// A key or member that the book knows already.
    #[error("it names a key that was used before")]
    UsedBefore,
    /// Nobody would vote any more.
    #[error("nobody would vote any more")]
    NoVoters,
}

/// A vote key that minutes replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The key.
    pub vote: PublicKey,
    /// By which minutes.
    pub by: Checkpoint,
    /// The suspension by this key, or one before it, that those minutes let stand.
    pub open: Option<BookId>,
    /// The last op that counts of each device that only this key certified.
    pub seen: Vec<Seen>,
}

/// A voter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The keys that made the member.
    pub identity: Identity,
    /// The vote key that counts now.
    pub vote: PublicKey,
    /// Those before it.
    pub replaced: Vec<Replaced>,
    /// Stands for the name.
    pub name: Commitment,
    /// Whether the member may admit and keeps the list.
    pub steward: bool,
}

impl Seat {
    /// Whether this suspension, by a key since replaced, is the one that the minutes which replaced it let stand.
    pub(super) fn lets_stand(&self, author: &PublicKey, suspension: &BookId) -> bool {
        let named = self.replaced.last().and_then(|last| last.open).as_ref() == Some(suspension);
        named && self.replaced.iter().any(|replaced| replaced.vote == *author)
    }

    fn new(identity: Identity, name: Commitment, steward: bool) -> Self {
        Self { identity, vote: identity.vote, replaced: vec![], name, steward }
    }
}

/// Someone whom minutes put out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// As the member was.
    pub seat: Seat,
    /// By which minutes.
    pub by: Checkpoint,
    /// The last op that counts of each device, theirs and of those whom they had let in.
    pub seen: Vec<Seen>,
}

/// The last op of a device that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recalled {
    /// By which minutes.
    pub by: Checkpoint,
    /// That op; nothing, where none counts.
    pub last: Option<Seen>,
}

/// Who publishes in the committee's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Office {
    /// By which minutes.
    pub by: Checkpoint,
    /// Until when.
    pub until: Timestamp,
}

/// Where fewer than so many vote, the committee rests on one key: nobody else holds fast to such minutes.
pub const ENOUGH: usize = 3;

/// What minutes have settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// The newest of these minutes.
    pub at: BookId,
    /// Their number.
    pub no: u32,
    /// Their author, who chairs the next.
    pub chair: MemberId,
    /// Who votes.
    pub voters: BTreeMap<MemberId, Seat>,
    /// Who did.
    pub removed: BTreeMap<MemberId, Removed>,
    /// What decides.
    pub quorum: Quorum,
    /// What newcomers may read.
    pub history: History,
    /// For how many days talk is kept by default.
    pub retention_days: u16,
    /// Where the committee's envelopes travel.
    pub channel: ChannelId,
    /// Where the committee publishes.
    pub public: Option<ChannelId>,
    /// The highest number up to which each author's suspensions are settled.
    pub settled: BTreeMap<MemberId, u32>,
    /// On probation, whoever let them in.
    pub kept: BTreeSet<MemberId>,
    /// No longer on probation: by which minutes, and the last op that counts of each device.
    pub dropped: BTreeMap<MemberId, (Checkpoint, Vec<Seen>)>,
    /// Stewards no longer, and by which minutes.
    pub retired: BTreeMap<MemberId, Checkpoint>,
    /// Devices that speak no longer.
    pub recalled: BTreeMap<PublicKey, Recalled>,
    /// Who publishes.
    pub spokespersons: BTreeMap<MemberId, Office>,
    /// Who published once: by which minutes no longer, and the last public op that counts of each device.
    pub silenced: BTreeMap<MemberId, (Checkpoint, Vec<Seen>)>,
    /// Devices that publish no longer.
    pub unpublished: BTreeMap<PublicKey, Recalled>,
    used: BTreeSet<PublicKey>,
}

impl Roster {
    /// What the genesis settles; `chair` is whoever signed it.
    pub fn of_genesis(genesis: &Genesis, id: BookId, chair: MemberId) -> Self {
        let seat =
            |founder: &Founder| (founder.identity.member(), Seat::new(founder.identity, founder.name, founder.steward));
        Self {
            at: id,
            no: 0,
            chair,
            voters: genesis.founders.iter().map(seat).collect(),
            removed: BTreeMap::new(),
            quorum: genesis.quorum,
            history: genesis.history,
            retention_days: genesis.retention_days,
            channel: genesis.channel,
            public: None,
            settled: BTreeMap::new(),
            kept: BTreeSet::new(),
            dropped: BTreeMap::new(),
            retired: BTreeMap::new(),
            recalled: BTreeMap::new(),
            spokespersons: BTreeMap::new(),
            silenced: BTreeMap::new(),
            unpublished: BTreeMap::new(),
            used: genesis.founders.iter().flat_map(|f| [f.identity.vote, f.identity.recovery]).collect(),
        }
    }

    /// How many votes the next minutes take.
    pub fn needed(&self) -> usize {
        self.quorum.needed(self.voters.len())
    }

    /// The voter whose vote key or recovery key this is now.
    pub fn voter(&self, key: &PublicKey) -> Option<MemberId> {
        let has = |seat: &Seat| seat.vote == *key || seat.identity.recovery == *key;
        self.voters.iter().find(|(_, seat)| has(seat)).map(|(id, _)| *id)
    }

    /// Every key that could sign for a voter now.
    pub fn keys(&self) -> impl Iterator<Item = (PublicKey, MemberId)> {
        self.voters.iter().flat_map(|(id, seat)| [(seat.vote, *id), (seat.identity.recovery, *id)])
    }

    /// Whether a key is or was a voter's vote or recovery key.
    pub fn has_used(&self, key: &PublicKey) -> bool {
        self.used.contains(key)
    }

    /// What these minutes would settle, if they may follow.
    pub fn after(&self, id: BookId, author: MemberId, minutes: &Minutes) -> Result<Self, BadSheet> {
        if minutes.prev != self.at || minutes.no != self.no + 1 {
            return Err(BadSheet::Number);
        }
        let mut next = Self { at: id, no: minutes.no, chair: author, ..self.clone() };
        for entry in &minutes.entries {
            next.enter(Checkpoint { no: minutes.no, id }, entry)?;
        }
        if next.voters.is_empty() { Err(BadSheet::NoVoters) } else { Ok(next) }
    }

    fn enter(&mut self, by: Checkpoint, entry: &Entry) -> Result<(), BadSheet> {
        match entry {
            Entry::Admit { identity, name, steward, .. } => self.admit(*identity, *name, *steward)?,
            Entry::Remove { member, seen, published } => self.remove(by, member, seen, published)?,
            Entry::Steward { member, steward } => {
                let seat = self.seat(member)?;
                let was = std::mem::replace(&mut seat.steward, *steward);
                match (was, steward) {
                    (true, false) => drop(self.retired.insert(*member, by)),
                    (false, true) => drop(self.retired.remove(member)),
                    (true, true) | (false, false) => {}
                }
            }
            Entry::Policy { quorum, history, retention_days } => {
                (self.quorum, self.history, self.retention_days) = (*quorum, *history, *retention_days);
            }
            Entry::Recall { devices, seen, published } => {
                for device in devices {
                    self.recalled.insert(*device, Recalled { by, last: Seen::of(seen, device).copied() });
                    self.unpublished.insert(*device, Recalled { by, last: Seen::of(published, device).copied() });
                }
            }
            Entry::Reinstate { author, upto } => {
                let settled = self.settled.entry(*author).or_insert(*upto);
                *settled = (*settled).max(*upto);
            }
            Entry::Keep { member } => {
                self.kept.insert(*member);
                self.dropped.remove(member);
            }
            Entry::Drop { member, seen } => {
                if self.voters.contains_key(member) {
                    return Err(BadSheet::Nobody(*member));
                }
                self.dropped.insert(*member, (by, seen.clone()));
                self.kept.remove(member);
            }
            Entry::ReplaceKey { member, vote, open, seen, .. } => self
                .replace_key(member, *vote, |before| Replaced { vote: before, by, open: *open, seen: seen.clone() })?,
            Entry::Spokesperson { member, until } => {
                self.seat(member)?;
                self.spokespersons.insert(*member, Office { by, until: *until });
                self.silenced.remove(member);
            }
            Entry::Silence { member, published } => {
                self.spokespersons.remove(member).ok_or(BadSheet::Nobody(*member))?;
                self.silenced.insert(*member, (by, published.clone()));
            }
            Entry::Channel { channel } => self.channel = *channel,
            Entry::Publish { channel } => self.public = Some(*channel),
        }
        Ok(())
    }

    fn admit(&mut self, identity: Identity, name: Commitment, steward: bool) -> Result<(), BadSheet> {
        let member = identity.member();
        let keys = [identity.vote, identity.recovery];
        if keys[0] == keys[1] || keys.iter().any(|key| self.used.contains(key)) {
            return Err(BadSheet::UsedBefore);
        }
        self.used.extend(keys);
        self.dropped.remove(&member);
        self.kept.remove(&member);
        self.voters.insert(member, Seat::new(identity, name, steward));
        Ok(())
    }

    fn remove(&mut self, by: Checkpoint, member: &MemberId, seen: &[Seen], published: &[Seen]) -> Result<(), BadSheet> {
        let seat = self.voters.remove(member).ok_or(BadSheet::Nobody(*member))?;
        if seat.steward {
            self.retired.insert(*member, by);
        }
        self.removed.insert(*member, Removed { seat, by, seen: seen.to_vec() });
        if self.spokespersons.remove(member).is_some() {
            self.silenced.insert(*member, (by, published.to_vec()));
        }
        Ok(())
    }

    fn replace_key(
        &mut self,
        member: &MemberId,
        vote: PublicKey,
        replaced: impl FnOnce(PublicKey) -> Replaced,
    ) -> Result<(), BadSheet> {
        if self.used.contains(&vote) {
            return Err(BadSheet::UsedBefore);
        }
        let seat = self.seat(member)?;
        let before = std::mem::replace(&mut seat.vote, vote);
        seat.replaced.push(replaced(before));
        self.used.insert(vote);
        Ok(())
    }

    fn seat(&mut self, member: &MemberId) -> Result<&mut Seat, BadSheet> {
        self.voters.get_mut(member).ok_or(BadSheet::Nobody(*member))
    }
}
