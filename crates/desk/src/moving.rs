//! Moving to another channel, which minutes name where the keepers of the old one's lists are lost, captured or at odds.
//!
//! Whoever puts the sheet makes the new channel's first list: of the pens that the devices asked for which the sheet
//! leaves in, of fresh spare ones, and with a fresh keeper, so that nothing of the old channel counts in the new one.
//! The list goes into the book beside the sheet, where everyone sees before signing who is in it, and from where every
//! desk has it. Once the sheet is adopted a desk goes there by itself, begins a new epoch there before it writes, and
//! goes on reading the old channel: those who had not heard write there still. Whoever comes back to the old one after
//! weeks finds a *signpost*, which is what decided the move, under the last epoch of the old channel.

use std::collections::BTreeSet;

use bincode::{Decode, Encode};
use kenes_core::book::{Content, Minutes, Page, SPARES, SignedObject, State};
use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{Envelope, Header, LONGEST_LIFE, Verified};
use kenes_core::epoch::{self, STEP};
use kenes_core::ids::{BookId, ChannelId, CommitteeId, EpochId, MemberId};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{DAY, Timestamp};

use crate::committee::Committee;
use crate::compose::Writer;
use crate::entropy;
use crate::error::DeskError;
use crate::lists::{speaks, wanted_pens};
use crate::session::{Session, Work};
use crate::view::DeskEvent;

/// For how long a channel is carried and read that the committee is in no more, in seconds.
const KEPT: u64 = 100 * DAY;
/// How many such channels are, at most; the oldest are let go first.
pub(crate) const MOST_LEFT: usize = 8;
/// Under how many pens a signpost is put up.
const SIGNPOSTS: usize = 3;

/// What this home would begin another channel with: durable before a sheet names it.
#[derive(Clone, Encode, Decode)]
pub(crate) struct NextChannel {
    nonce: [u8; 16],
    keeper: SigningKey,
    spares: Vec<SigningKey>,
}

/// A channel that the committee was in before.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Left {
    pub(crate) channel: ChannelId,
    /// Since when, as far as this desk noticed.
    since: Timestamp,
    /// The last epoch that was written under there, and this home's pen, where there were such.
    epoch: Option<EpochId>,
    pen: Option<PublicKey>,
    /// The pens under which a signpost was put up.
    signposts: BTreeSet<PublicKey>,
}

impl Committee {
    /// Where the minutes say that the committee is, where this desk is elsewhere and knows how it came there. Who joined
    /// in a later channel reads of the earlier ones first, and stays where it is.
    fn to_move(&self) -> Option<ChannelId> {
        let state = self.state.as_ref().filter(|state| state.stands)?;
        // Whom the same minutes removed has nothing to do there.
        self.member().filter(|member| member.is_present())?;
        let (here, there) = (self.ledger.channel, state.roster().channel);
        // Where two sheets that each named one were adopted, a desk may have gone by the other.
        let known = |left: &Left| left.channel == there || state.channels().contains(&left.channel);
        let came_by = || state.channels().contains(&here) || self.ledger.left.iter().any(known);
        (here != there && came_by()).then_some(there)
    }

    /// Whether this desk is where the minutes say that the committee is.
    pub(crate) fn is_in_place(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.roster().channel == self.ledger.channel)
    }

    /// Whether a committee of which the book would say this can go on in a channel: its first list has a fresh keeper and
    /// a pen of every device that votes and asked for one, nobody's who is out, and no more strangers' than there are
    /// spare ones. Or the committee was in it before.
    fn goes_on_in(&self, channel: ChannelId, after: &State) -> bool {
        let Some((_, list)) = self.book.first_list(&channel) else {
            return self.state.as_ref().is_some_and(|state| state.channels().contains(&channel));
        };
        let asked = self.book.objects().filter_map(|object| match object.content() {
            Content::NextPen(next) => Some((next.pen, object.author())),
            _ => None,
        });
        let asked: BTreeSet<_> = asked.collect();
        let strangers = list.pens.iter().filter(|pen| !asked.iter().any(|(known, _)| known == *pen)).count();
        let outsiders = asked.iter().any(|(pen, device)| list.has_pen(pen) && !speaks(after, device));
        let writes = |device: &PublicKey| {
            let mut own = asked.iter().filter(|(_, of)| of == device).peekable();
            own.peek().is_none() || own.any(|(pen, _)| list.has_pen(pen))
        };
        let mut voters = after.members.values().filter(|member| member.is_voter() && member.out.is_none());
        let kept = |keeper: &PublicKey| {
            self.ledger.list.as_ref().is_some_and(|list| list.keepers.binary_search(keeper).is_ok())
                || after.keepings.values().any(|keeping| keeping.keeper == *keeper)
        };
        let signed = SignedList { list: list.clone(), signatures: vec![] };
        strangers <= SPARES
            && !outsiders
            && voters.all(|member| member.devices.iter().all(|device| writes(&device.sign)))
            && matches!(list.keepers.as_slice(), [keeper] if !kept(keeper))
            && signed.verify(None).is_ok()
    }

    /// The objects by which the committee moved away from a channel, down to the genesis: whoever has the book up to some
    /// minutes goes on by them.
    fn way_out_of(&self, channel: ChannelId) -> BTreeSet<BookId> {
        let Some(state) = &self.state else { return BTreeSet::new() };
        let Some((last, next)) = state.left(channel) else { return BTreeSet::new() };
        let followed: BTreeSet<_> = state.steps[..=last].iter().map(|step| step.roster.at).collect();
        let leads = |object: &&Verified<SignedObject>| match object.content() {
            Content::Genesis(_) | Content::Assent(_) => true,
            content => content.prev().is_some_and(|prev| followed.contains(&prev)),
        };
        let first = self.book.first_list(&next.roster.channel).map(|(object, _)| object.id());
        self.book.objects().filter(leads).map(|object| object.id()).chain(first).collect()
    }

    /// What is to be remembered of the channel that this desk is in, once it goes to another.
    fn leaving(&self, pens: &[SigningKey], now: Timestamp) -> Left {
        let channel = self.ledger.channel;
        // The one that was written under: any other has been noticed to be none. Whoever hears of a removal and of the
        // move at once still has one that the removed reads, and shows nothing under that.
        let reads = |device: &PublicKey| self.state.as_ref().is_some_and(|state| speaks(state, device));
        let known = self.rotations().iter().filter(|(id, rotation)| {
            rotation.channel == channel
                && self.secrets.contains_key(id)
                && !self.idle.contains_key(id)
                && rotation.recipients.iter().all(reads)
        });
        let used = known.max_by_key(|(id, rotation)| (rotation.recipients.len(), std::cmp::Reverse(**id)));
        let pen = self.ledger.pen_of(pens).map(SigningKey::public);
        Left { channel, since: now, epoch: used.map(|(id, _)| *id), pen, signposts: BTreeSet::new() }
    }

    /// Notes a signpost that somebody put up in a channel that the committee left; says whether it is new. Pages of a book
    /// do not live as long.
    pub(crate) fn note_signpost(&mut self, header: &Header, epoch: EpochId, page: &Page) -> bool {
        let lasts = header.created.plus(LONGEST_LIFE) <= header.expires;
        let left = self.ledger.left.iter().position(|left| left.channel == header.channel && left.epoch == Some(epoch));
        let (Some(left), Some(state), true) = (left, &self.state, lasts) else { return false };
        let decided = state.left(header.channel).map(|(_, next)| next.roster.at);
        let is_it = |bytes: &Vec<u8>| SignedObject::decode(bytes).is_ok_and(|object| Some(object.id()) == decided);
        let posted = page.objects.iter().any(is_it);
        let signposts = self.ledger.left.get_mut(left).map(|left| &mut left.signposts);
        signposts.is_some_and(|posts| posted && posts.len() < SIGNPOSTS && posts.insert(header.pen))
    }

    /// The channel in which it is this desk's turn to put up a signpost: the first two in turn do whatever others did,
    /// whoever comes later only where there are too few.
    fn to_signpost(&self, own: &PublicKey, now: Timestamp) -> Option<Left> {
        let devices = epoch::rotators(self.state.as_ref()?);
        let due = |left: &&Left| {
            let Some(rank) = epoch::rank(left.channel.as_bytes(), own, &devices) else { return false };
            let posted = left.pen.is_none_or(|pen| left.signposts.contains(&pen));
            let wanted = rank + 1 < SIGNPOSTS || left.signposts.len() < SIGNPOSTS;
            let opens = left.epoch.is_some_and(|epoch| self.secrets.contains_key(&epoch));
            !posted && wanted && opens && left.since.plus(rank as u64 * STEP) <= now
        };
        self.ledger.left.iter().find(due).cloned()
    }
}

impl Session {
    /// Makes what another channel would be begun with, durable before a sheet names it.
    pub(crate) fn prepare_channel(&mut self, id: CommitteeId) -> Result<(), DeskError> {
        let keys = self.keys(&id)?;
        if keys.next_channel.as_ref().is_some_and(|begun| !keys.has_kept_with(&begun.keeper.public())) {
            return Ok(());
        }
        let mut rng = entropy::rng()?;
        let mut fresh = || SigningKey::generate(&mut rng);
        let begun =
            NextChannel { keeper: fresh(), spares: (0..SPARES).map(|_| fresh()).collect(), nonce: entropy::bytes()? };
        self.change_keys(id, |keys| keys.next_channel = Some(begun))
    }

    /// The first list of the channel that a sheet of this member's is to name, with the pens of those whom it leaves in.
    pub(crate) fn first_list(&mut self, id: CommitteeId, me: MemberId, sheet: &Minutes) -> Result<List, DeskError> {
        let NextChannel { nonce, keeper, spares } = self.keys(&id)?.next_channel.clone().ok_or(DeskError::NotIn(id))?;
        let committee = self.committee_mut(&id)?;
        let state = committee.book.state_after(committee.ledger.stand, me, sheet)?.ok_or(DeskError::NotIn(id))?;
        let keeps = state.members.get(&me).is_some_and(|member| member.is_steward() && member.out.is_none());
        if !keeps {
            return Err(DeskError::KeepsNoLists(id));
        }
        let pens = wanted_pens(&state).chain(spares.iter().map(SigningKey::public)).collect();
        let list = List::first(nonce, vec![keeper.public()], pens);
        let unsigned = SignedList { list: list.clone(), signatures: vec![] };
        unsigned.check_form().map_err(|_| DeskError::Full(id))?;
        Ok(list)
    }

    /// Refuses a sheet that would lead the committee where it cannot go on, or where others are at home.
    pub(crate) fn must_lead_somewhere(&mut self, id: &CommitteeId, sheet: &BookId) -> Result<(), DeskError> {
        let committee = self.committee_mut(id)?;
        let stand = committee.ledger.stand;
        let (Some(state), Some(object)) = (&committee.state, committee.book.object(sheet)) else { return Ok(()) };
        let Content::Minutes(minutes) = object.content() else { return Ok(()) };
        let (minutes, author) = (minutes.clone(), state.roster().voter(&object.author()));
        let (Some(author), Some(_)) = (author, minutes.channels().next()) else { return Ok(()) };
        // What can never be adopted is refused by whoever judges sheets.
        let Ok(Some(after)) = committee.book.state_after(stand, author, &minutes) else { return Ok(()) };
        let committee = self.committee(id)?;
        let sound = |channel| committee.goes_on_in(channel, &after);
        if minutes.channels().all(sound) { Ok(()) } else { Err(DeskError::StrangeChannel(*id)) }
    }

    /// Goes where adopted minutes say that the committee is. The keys are changed first: a move that a crash cut off is
    /// begun again, and ends in the same place.
    pub(crate) async fn move_when_decided(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let Some(channel) = committee.to_move() else { return Ok(false) };
        if self.channels.get(&channel).is_some_and(|other| *other != id) {
            tracing::warn!(committee = %id, "minutes name a channel in which another committee of this home travels");
            return Ok(false);
        }
        let keys = self.keys(&id)?;
        let left = committee.leaving(&keys.pens, now);
        let first = committee.book.first_list(&channel).map(|(_, list)| list.clone());
        let begun = keys
            .next_channel
            .clone()
            .filter(|begun| first.as_ref().is_some_and(|list| list.keepers == [begun.keeper.public()]));
        if keys.channel != channel {
            let keeper = begun.as_ref().map(|begun| begun.keeper.clone());
            self.change_keys(id, |keys| {
                keys.channel = channel;
                if let Some(keeper) = keeper {
                    // What a channel was begun with begins no other: whoever copied it would keep that one too.
                    keys.next_channel = None;
                    keys.keep_with(keeper);
                }
            })?;
        }
        tracing::info!(committee = %id, "the committee moved to another channel, and this desk goes along");
        self.node.carry(channel, None).await?;
        let ledger = &mut self.committee_mut(&id)?.ledger;
        ledger.go_to(channel, left);
        ledger.spares = begun.map(|begun| begun.spares).unwrap_or_default();
        self.channels.insert(channel, id);
        // What came of the channel before it was known to be the committee's is read from the start.
        self.cursor = 0;
        let events = vec![DeskEvent::Committee(id)];
        let envelopes = first.and_then(|list| self.opening_of(&id, list, now)).into_iter().collect::<Result<_, _>>()?;
        self.commit(Work { envelopes, touched: [id].into(), events, ..Work::default() }).await?;
        self.read_new().await?;
        Ok(true)
    }

    /// A channel's first list in an envelope of this desk's, where a pen of this desk's is in it.
    fn opening_of(&self, id: &CommitteeId, list: List, now: Timestamp) -> Option<Result<Envelope, DeskError>> {
        let keys = self.keys(id).ok()?;
        let pen = keys.pens.iter().rev().find(|pen| list.has_pen(&pen.public()))?.clone();
        Some(Writer::with_pen(keys, pen, now).list(list.sign(None, &[])))
    }

    /// Puts up a signpost in a channel that the committee left, when it is this desk's turn: under the last epoch there,
    /// so that it tells nobody more than could read the committee then.
    pub(crate) async fn put_signposts(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let (committee, keys) = (self.committee(&id)?, self.keys(&id)?);
        if !committee.may_rotate() {
            return Ok(false);
        }
        let due = committee.to_signpost(&keys.device.sign.public(), now);
        let Some((left, epoch)) = due.and_then(|left| Some((left.clone(), left.epoch?))) else { return Ok(false) };
        let pen = keys.pens.iter().find(|pen| Some(pen.public()) == left.pen);
        let (Some(pen), Some(secret)) = (pen, committee.secrets.get(&epoch)) else { return Ok(false) };
        let writer = Writer::with_pen(keys, pen.clone(), now).in_channel(left.channel);
        let way = committee.way_out_of(left.channel);
        let pages = committee.book.pages_with(|object| way.contains(object));
        let envelopes = pages.iter().map(|page| writer.lasting_page(page, epoch, secret)).collect::<Result<_, _>>()?;
        let lefts = &mut self.committee_mut(&id)?.ledger.left;
        for known in lefts.iter_mut().filter(|known| known.channel == left.channel) {
            known.signposts.extend(left.pen);
        }
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    /// Reads no more, and carries no more, a channel that the committee left long ago.
    pub(crate) async fn let_go(&mut self, id: CommitteeId) -> Result<bool, DeskError> {
        let now = self.node.now();
        let left = &self.committee(&id)?.ledger.left;
        let more = left.len().saturating_sub(MOST_LEFT);
        let over = left.iter().enumerate().filter(|(place, left)| *place < more || now.is_past(left.since.plus(KEPT)));
        let over: Vec<_> = over.map(|(_, left)| left.channel).collect();
        if over.is_empty() {
            return Ok(false);
        }
        for channel in &over {
            self.channels.remove(channel);
            self.forget_channel(*channel).await?;
        }
        self.change_keys(id, |keys| keys.let_go_of(&over))?;
        self.committee_mut(&id)?.ledger.left.retain(|left| !over.contains(&left.channel));
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
