//! What there is to read: bulletins, committees and members, as a person sees them. Nothing here writes.

use std::collections::BTreeMap;

use kenes_core::book::{Cause, Exclusion, Member, NotSpoken, Reached, Role, State};
use kenes_core::ids::{CommitteeId, MemberId, OpId, has_prefix};
use kenes_core::op::SignedOp;
use kenes_core::sign::PublicKey;
use kenes_core::time::{Reading, Timestamp};
use kenes_core::words;

use crate::changes::{Changes, Judged};
use crate::committee::{Committee, standing_of};
use crate::error::DeskError;
use crate::index::{Act, Row};
use crate::resolutions::held_by_enough;
use crate::session::Session;
use crate::vault::Shelf;
use crate::view::{
    AuthorStanding, AuthorView, BulletinStatus, BulletinView, CommitteeView, Filter, KeyAsked, Listed, MemberView,
    Standing,
};

/// How many bytes of titles and texts fill one answer. The last bulletin may go beyond it.
const AT_ONCE: usize = 4 * 1024 * 1024;

impl Session {
    /// Every committee that this home is in or has asked to join, and every other that it follows.
    pub(crate) fn committee_views(&self) -> Vec<CommitteeView> {
        let inside = self.committees.values().map(|committee| self.committee_view(committee));
        let others = self.outside.iter().filter(|(id, _)| !self.committees.contains_key(id));
        inside.chain(others.map(|(id, outside)| self.followed_view(id, outside))).collect()
    }

    pub(crate) fn one_committee(&self, id: &CommitteeId) -> Result<CommitteeView, DeskError> {
        match (self.committees.get(id), self.outside.get(id)) {
            (Some(committee), _) => Ok(self.committee_view(committee)),
            (None, Some(outside)) => Ok(self.followed_view(id, outside)),
            (None, None) => Err(DeskError::NoCommittee),
        }
    }

    pub(crate) fn committee_view(&self, committee: &Committee) -> CommitteeView {
        let state = committee.state.as_ref();
        let unread = self.index.rows().iter().filter(|row| row.committee == committee.id() && self.is_unread(row));
        let present = |member: &&Member| member.out.is_none();
        let joining = committee.ledger.joining.as_ref();
        let open = self.minutes(&committee.id(), true).unwrap_or_default();
        let beside = self.is_beside(&committee.id());
        let votes = committee.member().is_some_and(Member::is_voter);
        CommitteeView {
            id: committee.id(),
            channel: committee.ledger.channel,
            name: committee.name(),
            territory: state.map(|state| state.genesis.territory.clone()).unwrap_or_default(),
            industry: state.map(|state| state.genesis.industry.clone()).unwrap_or_default(),
            standing: committee.standing(),
            steward: committee.member().is_some_and(Member::is_steward),
            minutes_no: state.map_or(0, |state| state.roster().no),
            members: state.map_or(0, |state| state.members.values().filter(present).count()),
            voters: state.map_or(0, |state| state.voters()),
            unread: unread.count(),
            words: joining.and_then(|joining| joining.digest).map(|digest| words::of_digest(&digest).join(" ")),
            asked: joining.is_none_or(|joining| joining.unsent.is_none()),
            requests: committee.ledger.requests.len() + committee.ledger.besides().count(),
            out: committee.outs(&committee.me),
            chair: state
                .map(|state| state.roster())
                .and_then(|roster| roster.voters.contains_key(&roster.chair).then(|| committee.person(&roster.chair))),
            open: open.len(),
            to_sign: open.iter().filter(|sheet| !sheet.mine && sheet.obstacle.is_none()).count(),
            to_vote: self.to_vote(committee),
            checkpoint: state.filter(|state| state.stands).and_then(held_by_enough),
            forks: committee.open_forks(),
            adrift: state.is_some_and(|state| !state.stands),
            keyless: votes && self.keys(&committee.id()).is_ok_and(|keys| keys.vote.is_none()) && !beside,
            beside,
            copied: self.asks_which_copy(&committee.id()),
            public: state.and_then(|state| state.roster().public),
            held: None,
        }
    }

    pub(crate) fn members(&self, id: &CommitteeId) -> Result<Vec<MemberView>, DeskError> {
        let committee = self.committee(id)?;
        let inside = committee.state.as_ref().filter(|_| committee.standing() != Standing::Pending);
        let state = inside.ok_or(DeskError::NotIn(*id))?;
        let asked = |key: &PublicKey| KeyAsked { key: *key, words: committee.key_words(*key) };
        let roster = state.roster();
        let view = |(id, member): (&MemberId, &Member)| MemberView {
            chair: member.is_voter() && *id == roster.chair,
            speaks_until: roster.spokespersons.get(id).map(|office| office.until),
            out: committee.outs(id),
            new_keys: state.new_keys.get(id).into_iter().flat_map(BTreeMap::keys).map(asked).collect(),
            member: *id,
            name: committee.name_of(id),
            standing: standing_of(member),
            voter: member.is_voter(),
            steward: member.is_steward(),
            devices: member.devices.iter().map(|device| device.sign).collect(),
            me: *id == committee.me,
            namesake: committee.is_namesake(id),
            words: words::of_digest(&member.digest(committee.id())).join(" "),
            verified: committee.is_verified(id),
        };
        Ok(state.members.iter().map(view).collect())
    }

    /// Whether a row is a bulletin to be shown: an op that says nothing itself is not, nor one refused after its
    /// author was excluded, nor one of a committee that was left. In public only what is said in the
    /// committee's name is shown. What was said after a recall is shown here and there, and marked, and so is what may have
    /// been said before its author was excluded, where nothing here shows it.
    pub(crate) fn is_shown(&self, row: &Row) -> bool {
        let bulletin = match row.act {
            Act::Post | Act::Reply(_) | Act::Correct(_) => true,
            Act::Retract(_) => false,
        };
        if row.public {
            return bulletin && matches!(self.spoken(row), Ok(_) | Err(NotSpoken::Recalled(_)));
        }
        let Some(committee) = self.committees.get(&row.committee) else { return false };
        let recall = |exclusion: &Exclusion| matches!(exclusion.cause, Cause::Recalled(_));
        let shown = |(exclusion, reached): (&Exclusion, Reached)| reached != Reached::No || recall(exclusion);
        bulletin && committee.state.as_ref().is_none_or(|state| self.refusals(state, row).all(shown))
    }

    /// Whether an op is among what the committee lets stand of its device: yes, where nothing is held against that.
    pub(crate) fn let_stand(&self, row: &Row) -> Reached {
        let state = self.committees.get(&row.committee).and_then(|committee| committee.state.as_ref());
        let held = state.and_then(|state| self.refusals(state, row).map(|(_, reached)| reached).max());
        held.unwrap_or(Reached::Yes)
    }

    fn refusals<'a>(&'a self, state: &'a State, row: &'a Row) -> impl Iterator<Item = (&'a Exclusion, Reached)> {
        state.refusals(&row.device, |seen| self.index.reached(seen, row))
    }

    pub(crate) fn is_unread(&self, row: &Row) -> bool {
        !row.read && self.is_shown(row)
    }

    /// Those asked for, newest first, whatever the limit.
    fn wanted(&self, filter: &Filter) -> Result<Vec<&Row>, DeskError> {
        let before = filter.before.map(|id| self.index.get(&id).ok_or(DeskError::NoBulletin)).transpose()?;
        let wanted = |row: &&Row| {
            filter.committee.is_none_or(|id| row.committee == id)
                && filter.since.is_none_or(|since| row.time >= since)
                && before.is_none_or(|before| place(row) > place(before))
                && (!filter.unread || !row.read)
                && self.is_shown(row)
        };
        let mut rows: Vec<_> = self.index.rows().iter().filter(wanted).collect();
        rows.sort_unstable_by_key(|row| place(row));
        Ok(rows)
    }

    /// How many bulletins there are, whatever the filter's limit.
    pub(crate) fn count(&self, filter: &Filter) -> Result<usize, DeskError> {
        Ok(self.wanted(filter)?.len())
    }

    /// Bulletins, newest first, as many as were asked for and go into one answer. Only those that are returned are
    /// opened; a record that does not read hides no other.
    pub(crate) fn bulletins(&self, filter: &Filter) -> Result<Listed, DeskError> {
        let rows = self.wanted(filter)?;
        let all = rows.len();
        let mut listed = Listed::default();
        let (mut taken, mut bytes, mut judged) = (0, 0, Judged::new());
        for row in rows.into_iter().take(filter.limit.unwrap_or(usize::MAX)) {
            match self.bulletin_view(row, &mut judged) {
                Ok(view) => {
                    bytes += view.title.len() + view.text.len();
                    listed.bulletins.push(view);
                }
                Err(DeskError::Record) => listed.unreadable += 1,
                Err(error) => return Err(error),
            }
            taken += 1;
            listed.last = Some(row.id).filter(|_| taken < all);
            if bytes >= AT_ONCE {
                break;
            }
        }
        Ok(listed)
    }

    /// The bulletin that is meant by its id or the beginning of it.
    pub(crate) fn find_bulletin(&self, text: &str) -> Result<OpId, DeskError> {
        let mut meant = self.index.rows().iter().filter(|row| has_prefix(&row.id, text) && self.is_shown(row));
        match (meant.next(), meant.next()) {
            (Some(row), None) => Ok(row.id),
            (Some(_), Some(_)) => Err(DeskError::Ambiguous),
            (None, _) => Err(DeskError::NoBulletin),
        }
    }

    pub(crate) fn bulletin(&self, id: &OpId) -> Result<BulletinView, DeskError> {
        self.bulletin_view(self.index.get(id).ok_or(DeskError::NoBulletin)?, &mut Judged::new())
    }

    /// The op that a row is of.
    pub(crate) fn op_of(&self, row: &Row) -> Result<SignedOp, DeskError> {
        let bytes = self.vault.get::<Vec<u8>>(Shelf::Op, row.id.as_bytes())?.whole().ok_or(DeskError::Record)?;
        SignedOp::decode(&bytes).map_err(|_| DeskError::Record)
    }

    fn bulletin_view(&self, row: &Row, judged: &mut Judged) -> Result<BulletinView, DeskError> {
        let signed = self.op_of(row)?;
        let post = signed.op().talk.post().ok_or(DeskError::NoBulletin)?;
        let committee = self.committees.get(&row.committee);
        let committee_name = match (committee, self.outside.get(&row.committee)) {
            (Some(committee), _) => committee.name(),
            (None, Some(outside)) => outside.name(),
            (None, None) => return Err(DeskError::NoCommittee),
        };
        let (reply_to, named) = match row.act {
            Act::Reply(to) => (Some(to), None),
            Act::Correct(of) => (None, Some(of)),
            Act::Post | Act::Retract(_) => (None, None),
        };
        let corrects = self.corrected_by(row);
        let changes = self.changes_to(row, judged);
        Ok(BulletinView {
            id: row.id,
            committee: row.committee,
            committee_name,
            author: self.author(committee, row),
            title: post.title.clone(),
            text: post.text.clone(),
            priority: row.priority,
            written: row.time,
            received: row.received,
            expires: row.expires,
            reply_to,
            corrects,
            corrects_in_vain: named.filter(|_| corrects.is_none()),
            corrected_by: changes.newest,
            status: status(row, changes, self.node.now()),
            seen_gap: self.index.gap_before(row),
            read: row.read,
            public: row.public,
        })
    }

    fn author(&self, committee: Option<&Committee>, row: &Row) -> AuthorView {
        let inside = || committee.and_then(|committee| committee.state.as_ref());
        let state = if row.public { self.belief(&row.committee).map(|(_, state)| state) } else { inside() };
        let owner = state.and_then(|state| state.owner(&row.device));
        let standing = match owner {
            None => AuthorStanding::Unknown,
            Some(_) if self.index.is_fork(row) => AuthorStanding::Fork,
            Some(_) if row.public => self.public_standing(row),
            Some((_, member)) => match self.let_stand(row) {
                Reached::No => AuthorStanding::Recalled,
                Reached::Unknown => AuthorStanding::Unproven,
                Reached::Yes if member.out.is_some() => AuthorStanding::Suspended,
                Reached::Yes => AuthorStanding::Ok,
            },
        };
        let member = owner.map(|(id, _)| id);
        AuthorView {
            member,
            device: row.device,
            name: committee.zip(member).map(|(committee, member)| committee.name_of(&member)).unwrap_or_default(),
            standing,
            me: committee.is_some_and(|committee| member == Some(committee.me)),
            namesake: committee.zip(member).is_some_and(|(committee, member)| committee.is_namesake(&member)),
            verified: committee.zip(member).is_some_and(|(committee, member)| committee.is_verified(&member)),
            probation: owner.is_some_and(|(_, member)| matches!(member.role, Role::Probation { .. })),
        }
    }

    fn public_standing(&self, row: &Row) -> AuthorStanding {
        match self.spoken(row) {
            Ok(spoken) if spoken.reached != Reached::Yes => AuthorStanding::Unproven,
            Ok(spoken) if spoken.still => AuthorStanding::Ok,
            Ok(_) => AuthorStanding::Former,
            Err(NotSpoken::Recalled(_)) => AuthorStanding::Recalled,
            Err(_) => AuthorStanding::Unknown,
        }
    }
}

fn status(row: &Row, changes: Changes, now: Reading) -> BulletinStatus {
    match changes {
        Changes { retracted: true, .. } => BulletinStatus::Retracted,
        Changes { newest: Some(_), .. } => BulletinStatus::Corrected,
        _ if now.is_past(row.expires) => BulletinStatus::Expired,
        _ => BulletinStatus::Current,
    }
}

/// Where a row stands in a list, newest first. What one device wrote within a second stands as it was written.
fn place(row: &Row) -> std::cmp::Reverse<(Timestamp, PublicKey, u64, OpId)> {
    std::cmp::Reverse((row.time, row.device, row.seq, row.id))
}
