//! What a desk remembers of one committee beside its book and its talk: pens, counters, invites, requests.
//!
//! One sealed record, rewritten whole in the same transaction as the envelopes that it is about.

use bincode::{Decode, Encode};
use kenes_core::book::Checkpoint;
use kenes_core::channel::List;
use kenes_core::identity::Name;
use kenes_core::ids::{ChannelId, CommitteeId, EpochId, InviteId, MemberId, OpId};
use kenes_core::invite::{Invite, SignedRequest};
use kenes_core::op::Op;
use kenes_core::seal::{BoxKey, BoxSecret};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::Timestamp;

/// How many requests wait at most; further ones are not read.
pub(crate) const REQUESTS: usize = 64;
/// How many requests of one's own are remembered, the oldest forgotten first.
const ASKED: usize = 8;
/// How many epochs with unopened envelopes are told apart.
const UNOPENED: usize = 1_024;

/// An invite that may still be answered.
#[derive(Clone, Encode, Decode)]
pub(crate) struct OpenInvite {
    pub(crate) id: InviteId,
    /// The key that requests are sealed to, beside its secret: to compare hints costs no arithmetic.
    pub(crate) to: BoxKey,
    pub(crate) secret: BoxSecret,
    pub(crate) expires: Timestamp,
    pub(crate) uses: u16,
    /// How many were admitted by it.
    pub(crate) taken: u16,
}

/// A request that waits for an answer.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Waiting {
    pub(crate) request: SignedRequest,
    pub(crate) received: Timestamp,
    pub(crate) uses: u16,
    /// Someone else came first by the same single-use invite.
    pub(crate) held: bool,
}

impl Waiting {
    /// Who asks.
    pub(crate) fn member(&self) -> MemberId {
        self.request.request.identity.member()
    }
}

/// A request that was made, and whose welcome answers it.
#[derive(Clone, Copy, Encode, Decode)]
pub(crate) struct Asked {
    pub(crate) hash: [u8; 32],
    pub(crate) inviter: PublicKey,
}

/// What a newcomer remembers until the welcome is there.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Joining {
    pub(crate) reply: BoxSecret,
    pub(crate) reply_to: BoxKey,
    /// The name asked under: the same again, salt and all, where it is asked again.
    pub(crate) name: Name,
    pub(crate) digest: [u8; 16],
    /// The requests made, the newest last: any may be answered.
    pub(crate) asked: Vec<Asked>,
    /// Whether some list has the pen that the newest request is under: pens of old lists stay valid.
    pub(crate) listed: bool,
    /// The newest request's envelope, until the node has a list with its pen and takes it.
    pub(crate) unsent: Option<Vec<u8>>,
}

impl Joining {
    /// Remembers one more request, and forgets the oldest where there are too many.
    pub(crate) fn remember(&mut self, asked: Asked) {
        self.asked.retain(|known| known.hash != asked.hash);
        self.asked.push(asked);
        let over = self.asked.len().saturating_sub(ASKED);
        self.asked.drain(..over);
    }
}

/// What a desk remembers of one committee.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Ledger {
    pub(crate) committee: CommitteeId,
    pub(crate) channel: ChannelId,
    /// The minutes that this desk stands on, and leaves for no other branch by itself.
    pub(crate) stand: Option<Checkpoint>,
    /// The newest list seen.
    pub(crate) list: Option<List>,
    /// How many pens this device has published.
    pub(crate) pen_no: u32,
    /// Pens in the list that no invite has taken yet.
    pub(crate) spares: Vec<SigningKey>,
    /// The number and predecessor of this device's next op.
    pub(crate) seq: u64,
    pub(crate) prev: OpId,
    pub(crate) invites: Vec<OpenInvite>,
    pub(crate) requests: Vec<Waiting>,
    pub(crate) joining: Option<Joining>,
    /// Epochs with envelopes that could not be opened, and where the first of them arrived.
    unopened: Vec<(EpochId, u64)>,
    /// Where the first arrived of an epoch that is not told apart.
    overflow: Option<u64>,
    /// Devices that were sent a share of an epoch.
    pub(crate) shared: Vec<(EpochId, PublicKey)>,
    /// A new device must be certified before anything is written: this home is a copy, or its store was damaged.
    pub(crate) must_mint: bool,
    /// This home is a copy: the vote key is to be erased once the new device is certified.
    pub(crate) moved: bool,
}

impl Ledger {
    pub(crate) fn new(committee: CommitteeId, channel: ChannelId) -> Self {
        Self {
            committee,
            channel,
            stand: None,
            list: None,
            pen_no: 0,
            spares: vec![],
            seq: 0,
            prev: Op::NONE,
            invites: vec![],
            requests: vec![],
            joining: None,
            unopened: vec![],
            overflow: None,
            shared: vec![],
            must_mint: false,
            moved: false,
        }
    }

    /// Whether a pen stands in the newest list.
    pub(crate) fn lists(&self, pen: &SigningKey) -> bool {
        self.list.as_ref().is_some_and(|list| list.has_pen(&pen.public()))
    }

    /// The pen to sign with: the newest in the newest list, or else the first, which was listed when it was given.
    pub(crate) fn pen_of<'a>(&self, pens: &'a [SigningKey]) -> Option<&'a SigningKey> {
        pens.iter().rev().find(|pen| self.lists(pen)).or(pens.first())
    }

    /// Notes that an envelope of this epoch could not be opened.
    pub(crate) fn note_unopened(&mut self, epoch: EpochId, arrival: u64) {
        if self.unopened.iter().any(|(known, _)| *known == epoch) {
            return;
        }
        if self.unopened.len() < UNOPENED {
            self.unopened.push((epoch, arrival));
        } else {
            self.overflow.get_or_insert(arrival);
        }
    }

    /// Where to begin to look for envelopes of an epoch whose secret was just learned, if there are any.
    pub(crate) fn take_unopened(&mut self, epoch: EpochId) -> Option<u64> {
        let known = self.unopened.iter().position(|(known, _)| *known == epoch);
        known.map(|at| self.unopened.swap_remove(at).1).or(self.overflow)
    }

    /// The open invite that a request names.
    pub(crate) fn invite_mut(&mut self, id: &InviteId) -> Option<&mut OpenInvite> {
        self.invites.iter_mut().find(|invite| invite.id == *id)
    }

    /// Remembers an invite that was just made.
    pub(crate) fn open_invite(&mut self, invite: &Invite, secret: BoxSecret) {
        let Invite { to, expires, uses, .. } = *invite;
        self.invites.push(OpenInvite { id: invite.id(), to, secret, expires, uses, taken: 0 });
    }
}
