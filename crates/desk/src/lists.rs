//! The channel's lists at a steward's desk: what it keeps them with, when another is due, and how several keepers sign
//! one though they are apart.
//!
//! A steward publishes his keeper key and spare pens in the book. When a list is due, one steward's desk drafts it, and
//! the others sign the draft if it is as it should be: of published pens and spare ones, nobody's who is out, and
//! without leaving anybody out. A keeper signs one list after each, once for all, and so keeps that durable in the
//! keystore first; the drafter signs last, when that makes a majority. So two who drafted apart lose no list by it.
//! What may stand in a list, and which draft is signed, is in [`draft`].

use std::collections::{BTreeMap, BTreeSet};

use kenes_core::book::{Content, Keeping, ListSignature, Member, NewestList, NextList, SPARES, SignedObject, State};

use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::Verified;
use kenes_core::epoch;
use kenes_core::ids::CommitteeId;
use kenes_core::sign::{PublicKey, SigningKey};
use kenes_core::time::{DAY, HOUR, Reading, Timestamp};

use crate::committee::Committee;
use crate::compose::{Writer, newest_list, page_of};
use crate::entropy;
use crate::error::DeskError;
use crate::rotate::Noticed;
use crate::session::{Session, Work};

mod draft;

/// How old a list gets, in seconds.
const MONTH: u64 = 30 * DAY;
/// How soon a list follows another by itself, in seconds: a channel has a thousand.
const REST: u64 = HOUR;
/// By how many seconds a desk lets each one before it draft first.
const STEP: u64 = DAY;
/// With how few spare pens left a steward makes others.
const FEW: usize = 1;

impl Session {
    /// What is due about lists at a steward's desk.
    pub(crate) async fn tend_lists(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        if self.must_be_steward(&id).is_err() || !committee.writes() || committee.current().is_none() {
            return Ok(false);
        }
        let left = committee.ledger.spares.len();
        Ok(self.publish_keeping(id, left <= FEW, now).await?
            || self.draft_when_due(id, now).await?
            || self.sign_draft(id, now).await?)
    }

    /// Has a new list made now, as far as this desk can: with others' keepers it waits for them.
    pub(crate) async fn renew_list(&mut self, id: CommitteeId, now: Timestamp) -> Result<(), DeskError> {
        self.must_be_steward(&id)?;
        self.publish_keeping(id, true, now).await?;
        if self.committee(&id)?.next_draft(None).is_none() {
            self.draft(id, now).await?;
        }
        self.sign_draft(id, now).await?;
        Ok(())
    }

    /// Publishes this steward's keeper and spare pens where the book has others, as after one was handed out; with fresh
    /// ones where they are `wanted` and all that are left are listed already.
    async fn publish_keeping(&mut self, id: CommitteeId, wanted: bool, now: Timestamp) -> Result<bool, DeskError> {
        if self.keys(&id)?.keeper().is_none() {
            let keeper = SigningKey::generate(&mut entropy::rng()?);
            self.change_keys(id, |keys| keys.keep_with(keeper))?;
        }
        let committee = self.committee(&id)?;
        let mut pens = committee.ledger.spares.clone();
        if wanted && pens.iter().all(|pen| committee.ledger.lists(pen)) {
            let mut rng = entropy::rng()?;
            pens.extend((pens.len()..SPARES).map(|_| SigningKey::generate(&mut rng)));
        }
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let before = state.keepings.get(&committee.me);
        let no = before.map_or(0, |keeping| keeping.no.saturating_add(1));
        let keeper = self.keys(&id)?.keeper_key().ok_or(DeskError::NotAllowed(id))?;
        let mut spares: Vec<_> = pens.iter().map(SigningKey::public).collect();
        spares.sort_unstable();
        if before.is_some_and(|known| known.keeper == keeper && known.spares == spares) {
            return Ok(false);
        }
        self.committee_mut(&id)?.ledger.spares = pens;
        let channel = self.keys(&id)?.channel;
        self.say(id, vec![Content::Keeping(Keeping { no, channel, keeper, spares })], None, now).await?;
        Ok(true)
    }

    /// Drafts the next list when it is due, and those who go first let days pass.
    async fn draft_when_due(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let due = committee.is_list_due(self.node.now()) && committee.next_draft(None).is_none();
        let (Some(list), Some(rank)) = (committee.ledger.list.as_ref().map(List::id), self.rank_of_keeper(&id)?) else {
            return Ok(false);
        };
        let ledger = &mut self.committee_mut(&id)?.ledger;
        if !due {
            ledger.list_due = None;
            return Ok(false);
        }
        let noticed = Noticed::of(ledger.list_due, *list.as_bytes(), now);
        let new = ledger.list_due.replace(noticed) != Some(noticed);
        if noticed.since.plus(rank as u64 * STEP) <= now {
            self.draft(id, now).await?;
            return Ok(true);
        }
        if new {
            self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        }
        Ok(false)
    }

    /// How many keepers' desks draft before this one; nothing, where this one's keeper signs no next list.
    fn rank_of_keeper(&self, id: &CommitteeId) -> Result<Option<usize>, DeskError> {
        let committee = self.committee(id)?;
        let (Some(state), Some(list)) = (&committee.state, &committee.ledger.list) else { return Ok(None) };
        let keeps = |keeping: &&Keeping| list.keepers.binary_search(&keeping.keeper).is_ok();
        let keepers = state.keepings.iter().filter(|(_, keeping)| keeps(keeping));
        let devices = keepers.filter_map(|(id, _)| state.members.get(id)).flat_map(|member| &member.devices);
        let devices: Vec<_> = devices.map(|device| device.sign).collect();
        Ok(epoch::rank(list.id().as_bytes(), &self.keys(id)?.device.sign.public(), &devices))
    }

    /// Drafts the next list. A sole keeper signs it at once: nobody else is to see a draft.
    async fn draft(&mut self, id: CommitteeId, now: Timestamp) -> Result<(), DeskError> {
        let committee = self.committee(&id)?;
        let before = newest_list(committee)?;
        let state = committee.state.as_ref().ok_or(DeskError::NotIn(id))?;
        let pens = committee.published(state).into_iter().collect();
        let list = before.next(entropy::bytes()?, committee.keepers(state, before).into_iter().collect(), pens);
        let unsigned = SignedList { list: list.clone(), signatures: vec![] };
        unsigned.check_form().map_err(|_| DeskError::Full(id))?;
        let keeper = self.keys(&id)?.keeper().map(|keeper| keeper.key.clone());
        match keeper.filter(|keeper| before.keepers == [keeper.public()]) {
            Some(sole) => {
                let newest = Content::NewestList(NewestList { no: list.no, list: list.id() });
                let signed = list.sign(Some(before), &[sole]);
                self.say(id, vec![newest], Some(signed), now).await
            }
            None => self.say(id, vec![Content::NextList(NextList { list })], None, now).await,
        }
    }

    /// Signs the draft that is to be the next list, unless this keeper signed another; and has it follow where that makes
    /// a majority.
    async fn sign_draft(&mut self, id: CommitteeId, now: Timestamp) -> Result<bool, DeskError> {
        let committee = self.committee(&id)?;
        let (before, kept) = (newest_list(committee)?.clone(), self.keys(&id)?.keeper());
        let begun = kept.and_then(|keeper| keeper.signed_after(before.id()));
        let vote = self.keys(&id)?.vote.as_ref().map(SigningKey::public);
        if let Some(list) = begun.zip(vote).and_then(|(begun, vote)| committee.orphan(begun, &vote)) {
            self.say(id, vec![Content::NextList(NextList { list })], None, now).await?;
            return Ok(true);
        }
        let Some((of, drafted)) = committee.next_draft(begun).map(|(of, drafted)| (of, drafted.clone())) else {
            return Ok(false);
        };
        let kept = kept.map(|keeper| keeper.key.clone());
        let Some(keeper) = kept.filter(|key| before.keepers.contains(&key.public())) else {
            return Ok(false);
        };
        let given = drafted.list.fitting(&before, drafted.signed());
        let signed = given.iter().any(|(by, _)| *by == keeper.public());
        let majority = |signatures: usize| signatures * 2 > before.keepers.len();
        let own_draft = drafted.by.iter().eq([&committee.me]);
        // One's own last, and nothing again.
        let waits = if signed { !majority(given.len()) } else { own_draft && !majority(given.len() + 1) };
        if waits {
            return Ok(false);
        }
        self.change_keys(id, |keys| keys.note_signed(before.id(), of))?;
        let (by, signature) = (keeper.public(), drafted.list.signature(&keeper));
        let mut contents = vec![];
        if !signed {
            contents.push(Content::ListSignature(ListSignature { list: of, keeper: by, signature }));
        }
        let all: BTreeMap<_, _> = given.into_iter().chain([(by, signature)]).collect();
        let list = majority(all.len()).then(|| drafted.list.clone().with(&before, all));
        let list = list.filter(|list| list.verify(Some(&before)).is_ok());
        if list.is_some() {
            contents.push(Content::NewestList(NewestList { no: drafted.list.no, list: of }));
        }
        let did = !contents.is_empty();
        self.say(id, contents, list, now).await?;
        Ok(did)
    }

    /// Says these in the book with the vote key, beside a list.
    async fn say(
        &mut self,
        id: CommitteeId,
        contents: Vec<Content>,
        list: Option<SignedList>,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let committee = self.committee(&id)?;
        let (epoch, secret) = committee.current().ok_or(DeskError::NoEpoch(id))?;
        let writer = Writer::new(self.keys(&id)?, committee, now)?;
        let objects = contents.into_iter().map(|content| writer.by_vote(content)).collect::<Result<Vec<_>, _>>()?;
        let mut envelopes = list.map(|list| writer.list(list)).into_iter().collect::<Result<Vec<_>, _>>()?;
        for object in &objects {
            envelopes.push(writer.page(&page_of(&[object], vec![]), epoch, secret)?);
        }
        self.commit(Work { envelopes, touched: [id].into(), ..Work::default() }).await?;
        self.read_new().await
    }
}

impl Committee {
    /// Whether the newest list is old, or has a pen of someone who is out since, or lacks somebody's keeper or all of a
    /// steward's spare pens.
    fn is_list_due(&self, now: Reading) -> bool {
        let (Some(state), Some(list)) = (&self.state, &self.ledger.list) else { return false };
        let age = now.at.since(self.ledger.listed_at);
        let keepers = self.keepers(state, list);
        let others = !keepers.is_empty() && !keepers.iter().eq(&list.keepers);
        let unlisted =
            |keeping: &Keeping| !keeping.spares.is_empty() && !keeping.spares.iter().any(|p| list.has_pen(p));
        let wanting = others || state.keepings.values().any(unlisted) || self.lists_someone_out(state, list);
        let patience = if list.no == 0 { REST } else { DAY };
        // That a month is over is for a clock to say that is believed.
        (age >= MONTH && now.is_believed())
            || (age >= REST && wanting)
            || (age >= patience && self.lacks_pens(state, list))
    }

    /// Whether somebody who came along from another channel has no pen in the list, and so writes nothing.
    fn lacks_pens(&self, state: &State, list: &List) -> bool {
        let named = self.named(state);
        let listed: BTreeSet<_> =
            named.iter().filter(|(pen, _)| list.has_pen(pen)).map(|(_, device)| *device).collect();
        !self.ledger.left.is_empty() && named.iter().any(|(_, device)| !listed.contains(device))
    }

    /// Whether a pen in the list is neither a spare one nor of anyone who is in, and somebody is out since it came, or named
    /// that pen.
    fn lists_someone_out(&self, state: &State, list: &List) -> bool {
        let since = state.exclusions.iter().any(|exclusion| !self.ledger.listed_out.contains(&exclusion.member));
        let named: BTreeSet<_> = self.named(state).into_iter().map(|(pen, _)| pen).collect();
        let allowed = self.published(state);
        let strange = list.pens.iter().filter(|pen| !named.contains(pen) && !allowed.contains(pen));
        let strange: BTreeSet<_> = strange.copied().collect();
        // Whoever is in named none of those.
        let names_one = |object: &Verified<SignedObject>| match object.content() {
            Content::NextPen(next) => strange.contains(&next.pen),
            _ => false,
        };
        !strange.is_empty() && (since || self.book.objects().any(names_one))
    }
}

/// The newest pen of every device that is not out.
pub(crate) fn wanted_pens(state: &State) -> impl Iterator<Item = PublicKey> + use<'_> {
    state.pens.iter().filter(|(device, _)| speaks(state, device)).map(|(_, pen)| *pen)
}

/// Whether a device is one of a member's who is not out.
pub(crate) fn speaks(state: &State, device: &PublicKey) -> bool {
    let has = |member: &Member| member.devices.iter().any(|known| known.sign == *device);
    state.owner(device).is_some_and(|(id, member)| has(member) && !state.is_excluded(&id))
}
