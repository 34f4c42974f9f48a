//! What a desk remembers of one committee beside its book and its talk: pens, counters, invites, requests.
//!
//! One sealed record, rewritten whole in the same transaction as the envelopes that it is about.

use std::collections::BTreeSet;

use bincode::{Decode, Encode};
use kenes_core::book::Checkpoint;
use kenes_core::channel::List;
use kenes_core::identity::Name;
use kenes_core::ids::{BookId, ChannelId, CommitteeId, EpochId, InviteId, MemberId, OpId};
use kenes_core::invite::{Absentee, Back, Invite, SignedRequest, SignedReturn};
use kenes_core::op::Op;
use kenes_core::seal::{BoxKey, BoxSecret};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{DAY, Reading, Timestamp};

use crate::moving::Left;
use crate::rotate::Noticed;

/// How many requests by one invite wait at most: whoever spreads an invite fills no other's room.
pub(crate) const REQUESTS: usize = 8;
/// After so many requests by one invite were declined it is answered no more: strangers have it.
const UNWANTED: u16 = 8;
/// For how long a request waits after its invite is over, in seconds.
const REQUEST_LIFE: u64 = 30 * DAY;
/// How many requests are remembered that were declined, the oldest forgotten first.
const DECLINED: usize = 256;
/// How many requests of one's own are remembered, the oldest forgotten first.
const ASKED: usize = 8;
/// How many epochs with unopened envelopes are told apart.
const UNOPENED: usize = 1_024;
/// How many epochs are remembered that are over, the oldest forgotten first.
const FORGOTTEN: usize = 1_024;

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
    /// How many requests by it were declined.
    declined: u16,
    /// Who comes back by it, where it is for a member.
    back: Option<Absentee>,
    /// The member's return, until it is answered.
    pub(crate) came: Option<SignedReturn>,
    /// Devices that ask to be the owner's, where it is for one.
    besides: Vec<Beside>,
}

/// A device that asks to be this home's owner's, and waits for the words to be compared.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Beside {
    pub(crate) request: SignedReturn,
    pub(crate) received: Timestamp,
}

/// A request that waits for an answer.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Waiting {
    pub(crate) request: SignedRequest,
    pub(crate) received: Timestamp,
    /// When it has waited long enough.
    over: Timestamp,
    pub(crate) uses: u16,
    /// Someone else came first by the same single-use invite, or it may have been over: its owner is to say.
    pub(crate) held: bool,
}

impl Waiting {
    /// The name asked under.
    pub(crate) fn name(&self) -> &str {
        &self.request.request.name.text
    }

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
    /// The name asked under: the same again, salt and all, where it is asked again. A member who comes back has one.
    pub(crate) name: Option<Name>,
    /// What a newcomer compares with the inviter.
    pub(crate) digest: Option<[u8; 16]>,
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

/// A device that lacks a share of an epoch, and since when this desk knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Lacking {
    pub(crate) epoch: EpochId,
    pub(crate) device: PublicKey,
    pub(crate) since: Timestamp,
}

/// What a desk remembers of one committee.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Ledger {
    pub(crate) committee: CommitteeId,
    pub(crate) channel: ChannelId,
    /// The minutes that this desk stands on, and leaves for no other branch by itself.
    pub(crate) stand: Option<Checkpoint>,
    /// Sheets of one number that were all adopted, and of which the owner has said on which to stand.
    pub(crate) forks: BTreeSet<BTreeSet<BookId>>,
    /// The sheet that this desk put last.
    pub(crate) sheet: Option<BookId>,
    /// Channels that the committee was in before and that are still read, the oldest first.
    pub(crate) left: Vec<Left>,
    /// The newest list seen.
    pub(crate) list: Option<List>,
    /// Since when.
    pub(crate) listed_at: Timestamp,
    /// Who was out already when it came.
    pub(crate) listed_out: Vec<MemberId>,
    /// This home's pen in the newest list that has one.
    pub(crate) listed_pen: Option<PublicKey>,
    /// The list that another should follow.
    pub(crate) list_due: Option<Noticed>,
    /// How many pens this device has published, and the last of them.
    pub(crate) pen_no: u32,
    pub(crate) announced: Option<PublicKey>,
    /// Spare pens, listed or yet to be, that no invite has taken.
    pub(crate) spares: Vec<SigningKey>,
    /// The number and predecessor of this device's next op.
    pub(crate) seq: u64,
    pub(crate) prev: OpId,
    /// The same in the public channel, where numbers tell nothing of what members say among themselves.
    pub(crate) public_seq: u64,
    pub(crate) public_prev: OpId,
    pub(crate) invites: Vec<OpenInvite>,
    pub(crate) requests: Vec<Waiting>,
    /// Requests that their inviter does not want to see again.
    declined: Vec<[u8; 32]>,
    /// Where the first request arrived that found no room, and whether there may be room now.
    turned_away: Option<u64>,
    room: bool,
    pub(crate) joining: Option<Joining>,
    /// Epochs with envelopes that could not be opened, and where the first of them arrived.
    unopened: Vec<(EpochId, u64)>,
    /// Where the first arrived of an epoch that is not told apart.
    overflow: Option<u64>,
    /// Epochs that are over, and not to be learned again, the oldest first.
    forgotten: Vec<EpochId>,
    /// Devices that were sent a share of an epoch.
    pub(crate) shared: Vec<(EpochId, PublicKey)>,
    /// Devices that lack a share, and since when this desk knows it.
    pub(crate) lacking: Vec<Lacking>,
    /// The rotation that is due.
    pub(crate) noticed: Option<Noticed>,
    /// An epoch that lacks something, and when this desk last deposited what one lacked.
    pub(crate) spreading: Option<Noticed>,
    pub(crate) spread_at: Timestamp,
    /// How many bulletins are known under an epoch that is or was the one to write under.
    pub(crate) talk: Option<(EpochId, u32)>,
    /// Members whose words were compared, and what the words stood for then.
    pub(crate) verified: Vec<(MemberId, [u8; 16])>,
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
            forks: BTreeSet::new(),
            sheet: None,
            left: vec![],
            list: None,
            listed_pen: None,
            listed_at: Timestamp::default(),
            listed_out: vec![],
            list_due: None,
            pen_no: 0,
            announced: None,
            spares: vec![],
            seq: 0,
            prev: Op::NONE,
            public_seq: 0,
            public_prev: Op::NONE,
            invites: vec![],
            requests: vec![],
            declined: vec![],
            turned_away: None,
            room: false,
            joining: None,
            unopened: vec![],
            overflow: None,
            forgotten: vec![],
            shared: vec![],
            lacking: vec![],
            noticed: None,
            spreading: None,
            spread_at: Timestamp::default(),
            talk: None,
            verified: vec![],
            must_mint: false,
            moved: false,
        }
    }

    /// Of a home that lost what it remembered: another device is certified before anything is written.
    pub(crate) fn after_loss(committee: CommitteeId, channel: ChannelId) -> Self {
        let mut ledger = Self::new(committee, channel);
        ledger.must_mint = true;
        ledger
    }

    /// The committee's channel, and those before it that are still read.
    pub(crate) fn channels(&self) -> impl Iterator<Item = ChannelId> + use<'_> {
        [self.channel].into_iter().chain(self.left.iter().map(|left| left.channel))
    }

    /// The committee is in this channel from now on. Nothing that was for the old one counts here: no list, no spare pen,
    /// no invite; whoever had one takes another.
    pub(crate) fn go_to(&mut self, channel: ChannelId, left: Left) {
        self.left.retain(|known| known.channel != channel && known.channel != left.channel);
        self.left.push(left);
        self.channel = channel;
        (self.list, self.listed_pen, self.list_due) = (None, None, None);
        (self.listed_at, self.listed_out) = (Timestamp::default(), vec![]);
        self.spares.clear();
        self.invites.clear();
        self.requests.clear();
        self.turned_away = None;
    }

    /// A spare pen that stands in the newest list.
    pub(crate) fn listed_spare(&self) -> Option<usize> {
        self.spares.iter().position(|pen| self.lists(pen))
    }

    /// Whether a pen stands in the newest list.
    pub(crate) fn lists(&self, pen: &SigningKey) -> bool {
        self.list.as_ref().is_some_and(|list| list.has_pen(&pen.public()))
    }

    /// The pen to sign with: the newest in the newest list, or else the last that a list had, or else the first, which was
    /// listed when it was given; in a channel that the committee moved to, none was given.
    pub(crate) fn pen_of<'a>(&self, pens: &'a [SigningKey]) -> Option<&'a SigningKey> {
        let listed = || pens.iter().find(|pen| self.listed_pen == Some(pen.public()));
        let given = || pens.first().filter(|_| self.left.is_empty());
        pens.iter().rev().find(|pen| self.lists(pen)).or_else(listed).or_else(given)
    }

    /// Whether no list of a channel that the committee moved to has had a pen of this home's yet.
    pub(crate) fn is_penless(&self) -> bool {
        !self.left.is_empty() && self.listed_pen.is_none()
    }

    /// Remembers that an epoch is over.
    pub(crate) fn forget_epoch(&mut self, epoch: EpochId) {
        self.forgotten.push(epoch);
        let over = self.forgotten.len().saturating_sub(FORGOTTEN);
        self.forgotten.drain(..over);
    }

    /// Whether an epoch is over.
    pub(crate) fn has_forgotten(&self, epoch: &EpochId) -> bool {
        self.forgotten.contains(epoch)
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

    /// Keeps a request that arrived, if it is new, by an invite that is open, and finds room. Whoever asks again by the
    /// same keys asks once.
    pub(crate) fn take_request(&mut self, request: SignedRequest, arrival: u64, now: Reading) -> bool {
        let (hash, member) = (request.request.hash(), request.request.identity.member());
        let by = request.request.invite;
        let known = |waiting: &Waiting| waiting.request.request.hash() == hash;
        let Some(invite) = self.invites.iter().find(|invite| invite.id == by) else { return false };
        let shut = invite.back.is_some() || invite.declined >= UNWANTED || now.is_past(invite.expires);
        if shut || self.declined.contains(&hash) || self.requests.iter().any(known) {
            return false;
        }
        let others = |waiting: &&Waiting| waiting.request.request.invite == by && waiting.member() != member;
        if self.requests.iter().filter(others).count() >= REQUESTS {
            self.turned_away = Some(self.turned_away.map_or(arrival, |first| first.min(arrival)));
            return true;
        }
        // By a clock that may be wrong nobody is let in by itself, and nobody turned away.
        let held = invite.taken >= invite.uses || now.may_be_past(invite.expires);
        let (uses, over) = (invite.uses, invite.expires.plus(REQUEST_LIFE));
        self.requests.retain(|waiting| waiting.member() != member);
        self.requests.push(Waiting { request, received: now.at, over, uses, held });
        true
    }

    /// Keeps a return by an invite that is open for this member; says whether it did.
    pub(crate) fn take_return(&mut self, signed: SignedReturn, verified: &Back, now: Reading) -> bool {
        let (by, recovery) = (verified.back.invite, verified.device.author());
        let Some(invite) = self.invites.iter_mut().find(|invite| invite.id == by) else { return false };
        let awaits = |absentee: &Absentee| {
            absentee.identity.member() == verified.back.member && absentee.identity.recovery == recovery
        };
        let awaited = invite.back.as_ref().is_some_and(|absentee| !absentee.beside && awaits(absentee));
        let good = awaited && !now.is_past(invite.expires);
        if good {
            invite.came = Some(signed);
        }
        good
    }

    /// Whether an invite is for another device of the owner's.
    pub(crate) fn is_for_device(&self, invite: &InviteId) -> bool {
        let beside = |open: &OpenInvite| open.back.as_ref().is_some_and(|absentee| absentee.beside);
        self.invites.iter().any(|open| open.id == *invite && beside(open))
    }

    /// The devices that ask to be the owner's.
    pub(crate) fn besides(&self) -> impl Iterator<Item = &Beside> {
        self.invites.iter().flat_map(|invite| &invite.besides)
    }

    /// Keeps the verified request of a device by an open invite for one, if it is new and finds room.
    pub(crate) fn take_beside(&mut self, request: SignedReturn, now: Reading) -> bool {
        let hash = request.back.hash();
        let declined = self.declined.contains(&hash);
        let Some(invite) = self.invite_mut(&request.back.invite) else { return false };
        let known = invite.besides.iter().any(|asked| asked.request.back.hash() == hash);
        let shut = declined || known || now.is_past(invite.expires);
        if shut || invite.besides.len() >= REQUESTS {
            return false;
        }
        invite.besides.push(Beside { request, received: now.at });
        true
    }

    /// Puts aside the requests of a member who was let in or is not to be.
    pub(crate) fn close_requests(&mut self, member: &MemberId) {
        self.requests.retain(|waiting| waiting.member() != *member);
        self.room = true;
    }

    /// Puts a request aside, not to be seen again.
    pub(crate) fn decline(&mut self, hash: [u8; 32]) {
        let named = |waiting: &&Waiting| waiting.request.request.hash() == hash;
        let by = self.requests.iter().find(named).map(|waiting| waiting.request.request.invite);
        if let Some(invite) = by.and_then(|by| self.invite_mut(&by)) {
            invite.declined = invite.declined.saturating_add(1);
        }
        self.requests.retain(|waiting| waiting.request.request.hash() != hash);
        self.invites.iter_mut().for_each(|invite| invite.besides.retain(|asked| asked.request.back.hash() != hash));
        self.declined.push(hash);
        let over = self.declined.len().saturating_sub(DECLINED);
        self.declined.drain(..over);
        self.room = true;
    }

    /// Forgets requests that have waited long enough. Gives where to look again for those that had found no room, if
    /// there may be room now.
    pub(crate) fn make_room(&mut self, now: Reading) -> Option<u64> {
        let before = self.requests.len();
        self.requests.retain(|waiting| !now.is_past(waiting.over));
        let room = std::mem::take(&mut self.room) || self.requests.len() < before;
        if room { self.turned_away.take() } else { None }
    }

    /// Remembers an invite that was just made.
    pub(crate) fn open_invite(&mut self, invite: &Invite, secret: BoxSecret) {
        let Invite { to, expires, uses, ref back, .. } = *invite;
        self.invites.push(OpenInvite {
            id: invite.id(),
            to,
            secret,
            expires,
            uses,
            taken: 0,
            declined: 0,
            back: back.clone(),
            came: None,
            besides: vec![],
        });
    }
}
