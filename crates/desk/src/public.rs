//! A committee as its public channel shows it: for whoever follows it all that there is, for a member what strangers see.
//!
//! The channel carries lists, pages of the minute book in the clear, and bulletins in the clear. They are read into a
//! book of their own, which says by the same rules as any other who speaks for the committee. How they are read is in
//! `reading`, what a member's desk puts there by itself in `tend`, bulletins in `speak`, links and following in `follow`.

use bincode::{Decode, Encode};
use kenes_core::book::{Book, Checkpoint, NotSpoken, Spoken, State, spoken_by};
use kenes_core::channel::List;
use kenes_core::ids::{ChannelId, CommitteeId, ListId};
use kenes_core::sign::SigningKey;
use kenes_core::time::Timestamp;

use crate::error::DeskError;
use crate::index::Row;
use crate::rotate::Noticed;
use crate::session::Session;
use crate::shelves::Shelves;
use crate::vault::{Shelf, Vault};

mod follow;
mod reading;
mod speak;
mod tend;
#[cfg(test)]
mod tests;
mod writer;

/// The secrets with which a member's desk takes part in public channels of one committee.
#[derive(Clone, Default, Encode, Decode)]
pub(crate) struct PublicKeys {
    /// This home's pen. In public a pen hides nobody, so one serves for good.
    pub(crate) pen: Option<SigningKey>,
    /// Of the channels whose first list this home made, whether minutes named them or not, the newest last.
    pub(crate) kept: Vec<Kept>,
}

/// A public channel whose lists this home signs.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Kept {
    pub(crate) first: List,
    pub(crate) keeper: SigningKey,
}

/// A committee that this home follows: what it was given by a link, kept beside the keys so that no loss of the store
/// makes it believe less.
#[derive(Clone, Copy, Encode, Decode)]
pub(crate) struct Followed {
    pub(crate) committee: CommitteeId,
    pub(crate) channel: ChannelId,
    pub(crate) list: ListId,
    pub(crate) checkpoint: Checkpoint,
}

/// What is remembered of a public channel beside what travels in it.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Record {
    pub(crate) channel: ChannelId,
    /// The minutes that a follower holds fast to; a member's desk stands in its own book.
    pub(crate) stand: Option<Checkpoint>,
    /// The newest list seen, and when it was made, to the hour.
    pub(crate) list: Option<List>,
    pub(crate) listed: Timestamp,
    /// When the newest page with the genesis was made, to the hour: pages do not live for ever.
    pub(crate) shown: Timestamp,
    /// Minutes that were found not to be shown, and since when.
    pub(crate) lacks: Option<Noticed>,
}

impl Record {
    pub(crate) fn new(channel: ChannelId, stand: Option<Checkpoint>) -> Self {
        let never = Timestamp::default();
        Self { channel, stand, list: None, listed: never, shown: never, lacks: None }
    }
}

/// A committee as its public channel shows it.
pub(crate) struct Outside {
    pub(crate) record: Record,
    pub(crate) book: Book,
    /// What the book says to whoever follows; a member's desk asks its own.
    pub(crate) state: Option<State>,
    /// Of how many objects here and in the members' book it is known that nothing is left to be shown.
    shown: (usize, usize),
}

impl Outside {
    pub(crate) fn new(committee: CommitteeId, record: Record) -> Self {
        Self { record, book: Book::new(committee), state: None, shown: (0, 0) }
    }

    /// Reads what was shown back from the vault; says how many records are damaged.
    pub(crate) fn load(id: CommitteeId, record: Record, vault: &Vault) -> Result<(Self, usize), DeskError> {
        let (book, damaged) = Shelves::outside(id).read(id, vault)?;
        let mut outside = Self { book, ..Self::new(id, record) };
        outside.evaluate();
        Ok((outside, damaged))
    }

    /// Reads the book anew. A follower stands on the newest minutes that are certain from where it stood, and believes
    /// nothing as long as those are not here.
    fn evaluate(&mut self) {
        let Some(stand) = self.record.stand else { return };
        self.state = self.book.state_from(Some(stand));
        if let Some(state) = self.believed() {
            let roster = state.roster();
            self.record.stand = Some(Checkpoint { no: roster.no, id: roster.at });
        }
    }

    /// What the book says, where the minutes that a follower holds fast to are in it.
    pub(crate) fn believed(&self) -> Option<&State> {
        self.state.as_ref().filter(|state| state.stands)
    }

    /// The committee's name, once it is known.
    pub(crate) fn name(&self) -> String {
        let commitment = self.state.as_ref().map(|state| state.genesis.name);
        let name = commitment.and_then(|commitment| self.book.name(&commitment));
        name.map(|name| name.text.clone()).unwrap_or_default()
    }
}

impl Session {
    /// What this home believes of a committee, as a member or else as a follower; and the book that it is in.
    pub(crate) fn belief(&self, id: &CommitteeId) -> Option<(&Book, &State)> {
        let inside = self.committees.get(id).and_then(|committee| Some((&committee.book, committee.state.as_ref()?)));
        let outside = || self.outside.get(id).and_then(|outside| Some((&outside.book, outside.believed()?)));
        inside.filter(|(_, state)| state.stands).or_else(outside)
    }

    /// Whether a bulletin in the clear is said in the committee's name, as far as is known here.
    pub(crate) fn spoken(&self, row: &Row) -> Result<Spoken, NotSpoken> {
        let (_, state) = self.belief(&row.committee).ok_or(NotSpoken::Device)?;
        spoken_by(state, &row.device, row.time, |seen| self.index.reached(seen, row))
    }

    /// The public channel that a committee's minutes name, where this home is a member.
    fn public_channel(&self, id: &CommitteeId) -> Option<ChannelId> {
        let state = self.committees.get(id)?.state.as_ref().filter(|state| state.stands)?;
        state.roster().public
    }

    /// Reads back what is known of public channels: of committees that this home is in, and of those that it follows.
    /// Says how many records are damaged.
    pub(crate) fn load_outside(&mut self) -> Result<usize, DeskError> {
        (self.outside, self.public_channels) = Default::default();
        let mut damaged = 0;
        let followed = self.keystore.keys.followed.iter().map(|followed| (followed.committee, Some(*followed)));
        let inside = self.committees.keys().map(|id| (*id, None));
        for (id, followed) in inside.chain(followed).collect::<Vec<_>>() {
            let found = self.vault.get::<Record>(Shelf::Outside(id), &[])?;
            damaged += found.damaged();
            let given = || followed.map(|followed| Record::new(followed.channel, Some(followed.checkpoint)));
            let Some(mut record) = found.whole().or_else(given) else { continue };
            record.stand = record.stand.or(followed.map(|followed| followed.checkpoint));
            let (outside, lacks) = Outside::load(id, record, &self.vault)?;
            damaged += lacks;
            self.public_channels.insert(outside.record.channel, id);
            self.outside.insert(id, outside);
        }
        Ok(damaged)
    }

    /// Whether a channel is one that this home needs: of a committee of its own, private or public, or one that it
    /// follows.
    pub(crate) fn needs(&self, channel: &ChannelId) -> bool {
        let kept = |kept: &Kept| kept.first.channel() == *channel;
        let mut keys = self.keystore.keys.committees.iter();
        self.channels.contains_key(channel)
            || self.public_channels.contains_key(channel)
            || keys.any(|keys| keys.public.kept.iter().any(kept))
    }
}
