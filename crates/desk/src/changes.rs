//! Corrections and retractions: what an author made of a bulletin later, and making them.
//!
//! Judged whenever a bulletin is shown, from all that is here: which came first makes no difference. How they are sent is
//! in [`crate::talk`].

use std::collections::BTreeMap;

use kenes_core::book::Reached;
use kenes_core::envelope::{LONGEST_LIFE, Priority};
use kenes_core::ids::{MemberId, OpId};
use kenes_core::op::{Post, Talk};
use kenes_core::sign::PublicKey;
use kenes_core::time::Timestamp;

use crate::error::DeskError;
use crate::index::{Act, Row};
use crate::session::{Session, Work};
use crate::view::{DeskEvent, Rewording};

/// What the author of a bulletin made of it later.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Changes {
    /// Whether it was taken back.
    pub(crate) retracted: bool,
    /// The newest wording, where there is another than the first.
    pub(crate) newest: Option<OpId>,
}

/// Changes that were judged already, by what they name, the device that speaks, and whether in public.
pub(crate) type Judged = BTreeMap<(OpId, PublicKey, bool), Changes>;

impl Session {
    /// What became of a bulletin. A correction shares the fate of what it corrects.
    pub(crate) fn changes_to(&self, row: &Row, judged: &mut Judged) -> Changes {
        let own = self.named(row.id, row, judged);
        let Some(of) = self.corrected_by(row) else { return own };
        let beside = self.named(of, row, judged);
        let newest = own.newest.or(beside.newest.filter(|newest| *newest != row.id));
        Changes { retracted: own.retracted || beside.retracted, newest }
    }

    /// The bulletin that a correction corrects: its own author's, or one that has not come.
    pub(crate) fn corrected_by(&self, row: &Row) -> Option<OpId> {
        let Act::Correct(of) = row.act else { return None };
        let counts = |named: &Row| !matches!(named.act, Act::Retract(_)) && self.speak_as_one(named, row);
        (self.index.get(&of).is_none_or(counts) && self.is_heard(row)).then_some(of)
    }

    /// What the author of `row` said of what `of` names.
    fn named(&self, of: OpId, row: &Row, judged: &mut Judged) -> Changes {
        if let Some(known) = judged.get(&(of, row.device, row.public)) {
            return *known;
        }
        let counts = |change: &&Row| self.speak_as_one(change, row) && self.is_heard(change);
        let said: Vec<&Row> = self.index.changes_of(&of).filter(counts).collect();
        let changes = Changes {
            retracted: said.iter().any(|change| matches!(change.act, Act::Retract(_))),
            newest: newest(said.into_iter().filter(|change| matches!(change.act, Act::Correct(_)))),
        };
        judged.insert((of, row.device, row.public), changes);
        changes
    }

    /// Whether two ops are one member's, in one of a committee's two channels.
    fn speak_as_one(&self, one: &Row, other: &Row) -> bool {
        let author = |row: &Row| self.author_of(row);
        let alike = (one.committee, one.public) == (other.committee, other.public);
        alike && (one.device == other.device || author(one).is_some_and(|member| Some(member) == author(other)))
    }

    /// Whose an op is, as far as the book is here.
    pub(crate) fn author_of(&self, row: &Row) -> Option<MemberId> {
        let inside = || self.committees.get(&row.committee)?.state.as_ref();
        let state = if row.public { self.belief(&row.committee).map(|(_, state)| state) } else { inside() };
        state?.owner(&row.device).map(|(member, _)| member)
    }

    /// Whether what an op says counts: nobody takes back anything after minutes or a suspension put the device out, nor
    /// where nothing shows that it was before.
    fn is_heard(&self, row: &Row) -> bool {
        let spoken = || self.spoken(row).map_or(Reached::No, |spoken| spoken.reached);
        let stands = if row.public { spoken() } else { self.let_stand(row) };
        stands == Reached::Yes
    }

    /// Whoever has read a bulletin hears that it was taken back.
    pub(crate) fn tell_retraction(&mut self, row: &Row, own: bool, work: &mut Work) {
        let Act::Retract(of) = row.act else { return };
        let Some(named) = self.index.get(&of).copied() else { return };
        if self.is_heard(row) && self.speak_as_one(row, &named) && self.is_shown(&named) {
            // Once: who takes it back again and again disturbs nobody.
            if !own && !self.is_taken_back_besides(row, &named) {
                self.index.mark_unread(&of);
            }
            work.events.push(DeskEvent::Bulletin { id: of, committee: row.committee });
        }
    }

    /// Whether the author took a bulletin back by another op than this one.
    fn is_taken_back_besides(&self, row: &Row, named: &Row) -> bool {
        self.index.changes_of(&named.id).any(|change| {
            change.id != row.id
                && matches!(change.act, Act::Retract(_))
                && self.speak_as_one(change, named)
                && self.is_heard(change)
        })
    }

    /// Writes a bulletin of one's own anew. What was written stays, and is shown as corrected.
    pub(crate) async fn correct(&mut self, bulletin: &str, new: Rewording) -> Result<OpId, DeskError> {
        self.pump().await?;
        let row = self.find_own(bulletin)?;
        let changes = self.changes_to(&row, &mut Judged::new());
        if changes.retracted {
            return Err(DeskError::TakenBack);
        }
        // Named is what was written first: whoever lacks a correction in between still knows what the newest corrects.
        let of = self.corrected_by(&row).unwrap_or(row.id);
        let standing = changes.newest.and_then(|newest| self.index.get(&newest)).copied().unwrap_or(row);
        let date = new.date;
        let post = move |session: &Self, now| Ok(Talk::Correct { of, post: session.reworded(&standing, new, now)? });
        self.utter(row.committee, row.public, date, post).await
    }

    /// A new wording: as urgent as the one before and in reach of nodes for no shorter, so that nobody is left with what
    /// was corrected alone.
    fn reworded(&self, before: &Row, new: Rewording, now: Timestamp) -> Result<Post, DeskError> {
        let said = self.op_of(before)?.op().talk.post().cloned().ok_or(DeskError::NoBulletin)?;
        let least = if before.expires > now { before.expires } else { self.default_end(&before.committee, now)? };
        let expires = new.expires.map_or(least, |expires| expires.max(least)).min(now.hour().plus(LONGEST_LIFE));
        let priority = if new.urgent { Priority::Urgent } else { before.priority };
        Ok(Post { title: new.title.unwrap_or(said.title), text: new.text, priority, expires })
    }

    /// Takes a bulletin of one's own back, with all its corrections. Said again, it changes nothing.
    pub(crate) async fn retract(&mut self, bulletin: &str, date: Option<Timestamp>) -> Result<OpId, DeskError> {
        self.pump().await?;
        let row = self.find_own(bulletin)?;
        if !self.changes_to(&row, &mut Judged::new()).retracted {
            let of = self.corrected_by(&row).unwrap_or(row.id);
            self.utter(row.committee, row.public, date, move |_, _| Ok(Talk::Retract { of })).await?;
        }
        Ok(row.id)
    }

    /// A bulletin that this home's owner wrote, on this device or another.
    fn find_own(&self, bulletin: &str) -> Result<Row, DeskError> {
        let id = self.find_bulletin(bulletin)?;
        let row = self.index.get(&id).copied().ok_or(DeskError::NoBulletin)?;
        let committee = self.committee(&row.committee)?;
        let own = self.keys(&row.committee)?.device.sign.public() == row.device;
        let mine = own || self.author_of(&row) == Some(committee.me);
        if mine { Ok(row) } else { Err(DeskError::NotAuthor) }
    }
}

/// The newest of several wordings: of each device the last by its numbers, of several devices the latest. A device whose
/// clock was set back counts as no earlier than it did before.
fn newest<'a>(wordings: impl Iterator<Item = &'a Row>) -> Option<OpId> {
    let mut wordings: Vec<_> = wordings.collect();
    wordings.sort_unstable_by_key(|row| (row.device, row.seq, row.id));
    let mut latest: BTreeMap<PublicKey, Timestamp> = BTreeMap::new();
    let by_time = |row: &Row| {
        let time = latest.entry(row.device).or_default();
        *time = row.time.max(*time);
        ((*time, row.device, row.seq, row.id), row.id)
    };
    wordings.into_iter().map(by_time).max().map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use kenes_core::op::{self, Op, SignedOp};
    use kenes_core::sign::SigningKey;

    use super::*;
    use crate::fixture::{Place, committee};
    use crate::view::{BulletinStatus, Draft};

    fn wording(device: u8, seq: u64, time: u64) -> Row {
        let (id, time) = (OpId::from_bytes([device * 16 + seq as u8; 32]), Timestamp::from_secs(time));
        Row {
            id,
            committee: kenes_core::ids::CommitteeId::from_bytes([1; 32]),
            device: PublicKey::from_bytes([device; 32]),
            seq,
            prev: OpId::from_bytes([0; 32]),
            time,
            received: time,
            expires: time,
            priority: Priority::Routine,
            act: Act::Correct(OpId::from_bytes([0; 32])),
            read: false,
            public: false,
        }
    }

    #[test]
    fn the_newest_wording_is_the_same_in_every_order_and_no_clock_set_back_hides_it() {
        let all = [wording(1, 1, 10), wording(1, 2, 5), wording(2, 1, 7)];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(newest(order.iter().map(|at| &all[*at])), Some(all[1].id));
        }
        assert_eq!(newest([&all[0], &wording(2, 2, 11)].into_iter()), Some(wording(2, 2, 11).id));
        assert_eq!(newest(std::iter::empty()), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_correction_lasts_no_shorter_and_is_no_less_urgent_than_what_it_corrects() {
        let place = Place::new().await;
        let mut session = place.session();
        let id = session.found(committee()).await.unwrap();
        let ends = session.node.now().at.plus(30 * kenes_core::time::DAY);
        let draft = Draft {
            title: "Жиын".into(), urgent: true, expires: Some(ends), ..Draft::new(id, "сағат алтыда")
        };
        let first = session.write(draft).await.unwrap().to_string();
        let soon = session.node.now().at.plus(kenes_core::time::DAY);
        let new = Rewording { expires: Some(soon), ..Rewording::new("сағат жетіде") };
        let second = session.correct(&first, new).await.unwrap();
        let view = session.bulletin(&second).unwrap();
        assert_eq!((view.title.as_str(), view.priority, view.expires), ("Жиын", Priority::Urgent, ends));
        // Of both, by the id of either: what was written first is named.
        let third = session.correct(&second.to_string(), Rewording::new("сағат сегізде")).await.unwrap();
        let view = session.bulletin(&third).unwrap();
        assert_eq!((view.corrects.unwrap().to_string(), view.status), (first, BulletinStatus::Current));
        assert_eq!(session.bulletin(&second).unwrap().corrected_by, Some(third));
    }

    /// An op of a device that the book gives to nobody.
    fn stranger_s(session: &Session, id: kenes_core::ids::CommitteeId) -> SignedOp {
        let key = SigningKey::from_seed([9; 32]);
        let time = session.node.now().at;
        let post =
            Post {
                title: String::new(), text: "бөтен".into(), priority: Priority::Routine, expires: time.plus(9)
            };
        let (epoch, _) = session.committee(&id).unwrap().current().unwrap();
        let (version, prev) = (op::VERSION, Op::NONE);
        let talk = Talk::Post(post);
        Op { version, committee: id, device: key.public(), seq: 0, prev, heads: vec![], epoch, time, talk }
            .sign(&key)
            .unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_names_somebody_elses_bulletin_changes_nothing_there_and_says_so_in_either_order() {
        for first in [true, false] {
            let place = Place::new().await;
            let mut session = place.session();
            let id = session.found(committee()).await.unwrap();
            let other = stranger_s(&session, id);
            let (of, mut work) = (other.id(), Work::default());
            if first {
                session.keep_op(id, other.clone(), &mut work).unwrap();
            }
            let time = session.node.now().at.plus(9);
            let post =
                Post {
                    title: String::new(), text: "мен түзетем".into(), priority: Priority::Routine, expires: time
                };
            let forged = session.utter(id, false, None, |_, _| Ok(Talk::Correct { of, post })).await.unwrap();
            session.utter(id, false, None, |_, _| Ok(Talk::Retract { of })).await.unwrap();
            if !first {
                let waits = session.bulletin(&forged).unwrap();
                assert_eq!((waits.corrects, waits.status), (Some(of), BulletinStatus::Retracted));
                session.keep_op(id, other, &mut work).unwrap();
            }
            session.commit(work).await.unwrap();
            let (theirs, mine) = (session.bulletin(&of).unwrap(), session.bulletin(&forged).unwrap());
            assert_eq!((theirs.status, theirs.corrected_by), (BulletinStatus::Current, None));
            assert_eq!((mine.status, mine.corrects, mine.corrects_in_vain), (BulletinStatus::Current, None, Some(of)));
        }
    }
}
