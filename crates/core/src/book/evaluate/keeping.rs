//! The keys that devices and stewards change by themselves: to what others seal, and with what the channel's lists are
//! kept.

use std::collections::{BTreeMap, BTreeSet};

use super::Evaluation;
use crate::book::content::Content;
use crate::book::keeping::Drafted;
use crate::book::state::{Verdict, Why};
use crate::ids::{BookId, ListId, MemberId};
use crate::sign::PublicKey;

/// How many of a steward's drafts are looked at, those with the highest numbers.
const DRAFTS: usize = 4;

impl Evaluation<'_> {
    /// Each device's newest opening key stands in place of the one that it was certified with.
    pub(super) fn openings(&mut self) {
        let mut newest: BTreeMap<PublicKey, (u32, BookId)> = BTreeMap::new();
        for object in self.objects(15) {
            let Content::Opening(opening) = object.content() else { continue };
            let device = object.author();
            let verdict = self.may_ask_for_a_pen(&device);
            self.judge(object.id(), verdict);
            let rank = (opening.no, object.id());
            if verdict != Verdict::Counts || newest.get(&device).is_some_and(|known| *known > rank) {
                continue;
            }
            newest.insert(device, rank);
            let devices = self.state.members.values_mut().flat_map(|member| &mut member.devices);
            devices.filter(|known| known.sign == device).for_each(|known| known.open = opening.open);
        }
    }

    /// What stewards who are not out keep the channel's lists with: each one's highest number, then highest id.
    pub(super) fn keepings(&mut self) {
        let channel = self.state.roster().channel;
        let mut newest: BTreeMap<MemberId, (u32, BookId)> = BTreeMap::new();
        for object in self.objects(16) {
            let Content::Keeping(keeping) = object.content() else { continue };
            let here = if keeping.channel == channel { Ok(()) } else { Err(Why::Elsewhere) };
            let steward = here.and_then(|()| self.steward(&object.author()));
            self.judge(object.id(), steward.map_or_else(Verdict::No, |_| Verdict::Counts));
            let (Ok(steward), rank) = (steward, (keeping.no, object.id())) else { continue };
            if newest.get(&steward).is_none_or(|known| *known < rank) {
                newest.insert(steward, rank);
                self.state.keepings.insert(steward, keeping.clone());
            }
        }
    }

    /// The lists that they drafted, and keepers' signatures under those.
    pub(super) fn drafts(&mut self) {
        let mut drafts: BTreeMap<MemberId, BTreeSet<(u32, ListId, BookId)>> = BTreeMap::new();
        for object in self.objects(17) {
            let Content::NextList(next) = object.content() else { continue };
            match self.steward(&object.author()) {
                Ok(steward) => {
                    let of_one = drafts.entry(steward).or_default();
                    of_one.insert((next.list.no, next.list.id(), object.id()));
                    let over = if of_one.len() > DRAFTS { of_one.pop_first() } else { None };
                    self.judge(object.id(), Verdict::Counts);
                    over.into_iter().for_each(|(_, _, id)| self.refuse(id, Why::TooMany));
                }
                Err(why) => self.refuse(object.id(), why),
            }
        }
        for (steward, of_one) in drafts {
            for (_, list, id) in of_one {
                let Some(Content::NextList(next)) = self.book.object(&id).map(|object| object.content()) else {
                    continue;
                };
                let new = || Drafted { list: next.list.clone(), by: BTreeSet::new(), signatures: BTreeMap::new() };
                self.state.drafts.entry(list).or_insert_with(new).by.insert(steward);
            }
        }
        for object in self.objects(18) {
            let Content::ListSignature(signed) = object.content() else { continue };
            let verdict = match (self.steward(&object.author()), self.state.drafts.get_mut(&signed.list)) {
                (Err(why), _) => Verdict::No(why),
                (Ok(_), None) => Verdict::No(Why::Waiting),
                (Ok(_), Some(drafted)) => {
                    drafted.signatures.entry(signed.keeper).or_default().insert(signed.signature);
                    Verdict::Counts
                }
            };
            self.judge(object.id(), verdict);
        }
    }

    /// The first lists of channels that minutes may name. Any that is in the book is as good as another: minutes name it by
    /// its hash.
    pub(super) fn first_lists(&mut self) {
        for object in self.objects(19) {
            self.judge(object.id(), Verdict::Counts);
        }
    }

    /// The steward whose vote key this is now, if nothing has them out.
    fn steward(&self, vote: &PublicKey) -> Result<MemberId, Why> {
        match self.state.by_vote(vote) {
            Some((id, member)) if member.is_steward() => member.out.map_or(Ok(id), |by| Err(Why::AuthorOut(by))),
            Some(_) | None => Err(Why::NoRight),
        }
    }
}
