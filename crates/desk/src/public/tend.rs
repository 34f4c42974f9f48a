//! What a desk does by itself about public channels: a member's asks for a pen there, signs lists where it keeps them, and
//! shows the minutes; a follower's goes where the minutes say that the committee publishes now.

use kenes_core::book::{Content, PublicPen, State};
use kenes_core::certificate;
use kenes_core::channel::{LAST_LIST, List};
use kenes_core::ids::{self, ChannelId, CommitteeId};
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{DAY, HOUR, Timestamp};
use kenes_core::wire;

use super::writer::PublicWriter;
use super::{Outside, Record};
use crate::compose::Writer;
use crate::entropy;
use crate::error::DeskError;
use crate::rotate::Noticed;
use crate::session::{Session, Work};
use crate::view::Standing;

/// So many desks show new minutes at once, the first in the order of a hash; the others only where those do not.
const FIRST: usize = 3;
/// For so long the others wait, in seconds.
const PATIENCE: u64 = HOUR;
/// Everything is shown anew once the newest page with the genesis is older, in seconds: pages live for 400 days.
const RENEWED: u64 = 100 * DAY;
/// Up to this number a list is signed as soon as a pen is asked for; later ones at most once a day, so that a thousand
/// suffice.
const EAGER: u32 = 64;

impl Session {
    /// Does what is due about a member's public channel; says whether anything was.
    pub(crate) async fn tend_public(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let Some(channel) = self.public_channel(&id) else { return Ok(false) };
        let moves = self.outside.get(&id).is_some_and(|outside| outside.record.channel != channel);
        // Whoever follows learns where the committee went, there where they hear it.
        if (moves && self.show(id, now, false).await?) || self.go_outside(id, channel).await? {
            return Ok(true);
        }
        Ok(self.ask_for_public_pen(id, now).await?
            || self.renew_public_list(id, now).await?
            || self.show(id, now, false).await?)
    }

    /// Goes where the minutes that a follower believes say that the committee publishes.
    pub(crate) async fn tend_followed(&mut self, id: CommitteeId) -> Result<bool, DeskError> {
        let believed = self.outside.get(&id).and_then(Outside::believed);
        match believed.and_then(|state| state.roster().public) {
            Some(channel) => self.go_outside(id, channel).await,
            None => Ok(false),
        }
    }

    /// Begins to read a public channel, if it is not the one that is read already.
    async fn go_outside(&mut self, id: CommitteeId, channel: ChannelId) -> Result<bool, DeskError> {
        if self.outside.get(&id).is_some_and(|outside| outside.record.channel == channel) {
            return Ok(false);
        }
        if self.must_be_free(&channel, &id).is_err() {
            tracing::warn!("minutes name a public channel in which another committee of this home travels");
            return Ok(false);
        }
        self.node.carry(channel, None).await?;
        match self.outside.get_mut(&id) {
            Some(outside) => {
                let stand = outside.record.stand;
                self.public_channels.remove(&outside.record.channel);
                outside.record = Record::new(channel, stand);
            }
            None => {
                let stand = self.keystore.keys.followed.iter().find(|followed| followed.committee == id);
                let stand = stand.map(|followed| followed.checkpoint);
                self.outside.insert(id, Outside::new(id, Record::new(channel, stand)));
            }
        }
        self.public_channels.insert(channel, id);
        // What came of it before is read from the start.
        self.cursor = 0;
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    /// Asks for a pen in the public channel: every voter's desk may have to show what was decided.
    async fn ask_for_public_pen(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let Some(state) = &committee.state else { return Ok(false) };
        let device = self.keys(&id)?.device.sign.public();
        let certified = committee.member().is_some_and(|me| me.devices.iter().any(|known| known.sign == device));
        let asked = state.public_pens.contains_key(&device);
        let writes = committee.standing() == Standing::Voter && !committee.ledger.must_mint && certified;
        if asked || !writes || committee.current().is_none() {
            return Ok(false);
        }
        let pen = self.public_pen(id)?.public();
        let writer = Writer::new(self.keys(&id)?, self.committee(&id)?, now)?;
        let wanted = writer.by_device(Content::PublicPen(PublicPen { pen }))?.verify()?;
        self.publish(id, vec![wanted], now).await?;
        Ok(true)
    }

    /// This home's pen, durable in the keystore.
    pub(super) fn public_pen(&mut self, id: CommitteeId) -> Result<SigningKey, DeskError> {
        if let Some(pen) = &self.keys(&id)?.public.pen {
            return Ok(pen.clone());
        }
        let pen = SigningKey::generate(&mut entropy::rng()?);
        self.change_keys(id, |keys| keys.public.pen = Some(pen.clone()))?;
        Ok(pen)
    }

    /// Signs the next list, where this home keeps the channel's and the pens asked for are others than those listed.
    async fn renew_public_list(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let (Some(outside), Some(state)) = (self.outside.get(&id), &self.committee(&id)?.state) else {
            return Ok(false);
        };
        let (channel, Some(before)) = (outside.record.channel, &outside.record.list) else { return Ok(false) };
        let keys = &self.keys(&id)?.public;
        let kept = keys.kept.iter().find(|kept| kept.first.channel() == channel);
        let (Some(kept), Some(pen)) = (kept, &keys.pen) else { return Ok(false) };
        let pens: Vec<PublicKey> = state.public_pens.values().copied().chain([pen.public()]).collect();
        let next = before.next(entropy::bytes()?, before.keepers.clone(), pens);
        let patient = before.no < EAGER || now >= outside.record.listed.plus(DAY);
        if next.pens == before.pens || before.no == LAST_LIST || !patient {
            return Ok(false);
        }
        let signed = next.sign(Some(before), std::slice::from_ref(&kept.keeper));
        if signed.verify(Some(before)).is_err() {
            return Ok(false);
        }
        let writer = PublicWriter { channel, pen: pen.clone(), now };
        let envelopes = vec![writer.list(signed)?];
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    /// The writer for the public channel, once its newest list has this home's pen.
    pub(super) fn public_writer(&self, id: &CommitteeId, now: Timestamp) -> Option<PublicWriter> {
        let record = &self.outside.get(id)?.record;
        let pen = self.keystore.committee(id)?.public.pen.as_ref()?;
        let listed = |list: &List| list.has_pen(&pen.public());
        let writer = PublicWriter { channel: record.channel, pen: pen.clone(), now };
        record.list.as_ref().is_some_and(listed).then_some(writer)
    }

    /// Shows what strangers lack of the minutes. Where it is not for this very desk's sake, it leaves that to the first
    /// few, for a while.
    pub(super) async fn show(&mut self, id: CommitteeId, now: Timestamp, at_once: bool) -> Result<bool, DeskError> {
        let (Some(writer), Some(outside)) = (self.public_writer(&id, now), self.outside.get(&id)) else {
            return Ok(false);
        };
        let committee = self.committee(&id)?;
        let Some(state) = committee.state.as_ref().filter(|state| state.stands) else { return Ok(false) };
        let old = now >= outside.record.shown.plus(RENEWED);
        let sizes = (committee.book.len(), outside.book.len());
        if outside.shown == sizes && !old {
            return Ok(false);
        }
        let known = |object: &_| !old && outside.book.contains(object);
        // A book that lacks something yet shows nothing yet.
        let Ok(pages) = certificate::shown(&committee.book, state, known) else { return Ok(false) };
        let first = at_once || self.is_among_first(&id, state);
        let newest = state.roster().at;
        let Some(outside) = self.outside.get_mut(&id) else { return Ok(false) };
        if pages.is_empty() {
            outside.shown = sizes;
            return Ok(false);
        }
        let noticed = Noticed::of(outside.record.lacks, *newest.as_bytes(), now);
        if !first && now < noticed.since.plus(PATIENCE) {
            if outside.record.lacks.replace(noticed) != Some(noticed) {
                self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
            }
            return Ok(false);
        }
        let envelopes = pages.iter().map(|page| writer.page(page)).collect::<Result<_, _>>()?;
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        Ok(true)
    }

    /// Whether this desk is among the first to show the newest minutes, of those with a pen to show them by.
    fn is_among_first(&self, id: &CommitteeId, state: &State) -> bool {
        let Some(own) = self.keystore.committee(id).map(|keys| keys.device.sign.public()) else { return false };
        let rank =
            |device: &PublicKey| ids::derive("kenes v1 turn to show", &wire::encode(&(state.roster().at, *device)));
        let before = state.public_pens.keys().filter(|device| rank(device) < rank(&own)).count();
        before < FIRST
    }
}
