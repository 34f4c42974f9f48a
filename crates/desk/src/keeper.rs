//! The keys that a steward keeps the lists of channels with: one a channel, beside what it signed there last. Those of
//! channels that the committee left stay until these are let go, as its owner may come to stand on a branch that stayed
//! there. When a list is due, and what is signed, is in [`crate::lists`].

use bincode::{Decode, Encode};
use kenes_core::ids::{ChannelId, ListId};
use kenes_core::sign::{PublicKey, SigningKey};

use crate::keystore::CommitteeKeys;
use crate::moving::MOST_LEFT;

/// What a steward keeps the lists of one channel with.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Keeper {
    channel: ChannelId,
    pub(crate) key: SigningKey,
    /// The list that it signed another after last, and that other: it never signs one more after the same.
    signed: Option<(ListId, ListId)>,
}

impl Keeper {
    /// The list that it signed after this one, if it did.
    pub(crate) fn signed_after(&self, before: ListId) -> Option<ListId> {
        self.signed.filter(|(after, _)| *after == before).map(|(_, list)| list)
    }
}

impl CommitteeKeys {
    /// What this steward keeps the lists of the committee's channel with.
    pub(crate) fn keeper(&self) -> Option<&Keeper> {
        self.keepers.iter().find(|keeper| keeper.channel == self.channel)
    }

    /// The same by its public half alone.
    pub(crate) fn keeper_key(&self) -> Option<PublicKey> {
        self.keeper().map(|keeper| keeper.key.public())
    }

    /// Whether a key keeps, or kept, the lists of a channel of the committee's.
    pub(crate) fn has_kept_with(&self, key: &PublicKey) -> bool {
        self.keepers.iter().any(|keeper| keeper.key.public() == *key)
    }

    /// Keeps the lists of the committee's channel with a key from now on, where none keeps them yet.
    pub(crate) fn keep_with(&mut self, key: SigningKey) {
        if self.keeper().is_none() {
            self.keepers.push(Keeper { channel: self.channel, key, signed: None });
            let over = self.keepers.len().saturating_sub(MOST_LEFT + 1);
            self.keepers.drain(..over);
        }
    }

    /// Notes what was signed after a list of the committee's channel.
    pub(crate) fn note_signed(&mut self, before: ListId, list: ListId) {
        let keeper = self.keepers.iter_mut().find(|keeper| keeper.channel == self.channel);
        keeper.into_iter().for_each(|keeper| keeper.signed = Some((before, list)));
    }

    /// Forgets what the lists of channels were kept with that are let go.
    pub(crate) fn let_go_of(&mut self, channels: &[ChannelId]) {
        self.keepers.retain(|keeper| !channels.contains(&keeper.channel));
    }
}
