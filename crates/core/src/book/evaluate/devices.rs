//! Which devices speak for a member, and which spoke once: recalled, or certified by a key since replaced.

use std::collections::BTreeMap;

use super::{DEVICES, Evaluation, RETIRED_DEVICES};
use crate::book::content::Content;
use crate::book::object::Certificate;
use crate::book::state::{Cause, Ground, Member, Verdict, Why};
use crate::ids::{BookId, MemberId};
use crate::sign::PublicKey;

impl Evaluation<'_> {
    pub(super) fn devices(&mut self) {
        let newest = self.state.newest.clone();
        let mut certified: Vec<_> = self
            .objects(3)
            .filter_map(|object| match object.content() {
                Content::Device(certificate) => Some((certificate.no, object.id(), object.author(), certificate)),
                _ => None,
            })
            .collect();
        certified.sort_unstable_by_key(|(no, id, ..)| (*no, *id));
        let mut used = BTreeMap::new();
        let mut old = vec![];
        for (_, id, author, certificate) in certified {
            let Some(member) = self.state.members.get_mut(&certificate.member) else {
                self.refuse(id, Why::NoRight);
                continue;
            };
            if ![member.vote, member.identity.recovery].contains(&author) {
                old.push((id, author, certificate));
                continue;
            }
            let device = certificate.device.sign;
            let recalled = newest.roster.recalled.get(&device);
            let first = *used.entry(device).or_insert(certificate.member) == certificate.member;
            let again = member.devices.iter().chain(&member.retired).any(|known| known.sign == device);
            let verdict = match recalled {
                _ if !first => Verdict::No(Why::KeyUsedBefore),
                _ if again => Verdict::Counts,
                Some(recalled) => {
                    retire(member, certificate);
                    Verdict::No(Why::Recalled(recalled.by.id))
                }
                None if member.devices.len() == DEVICES => Verdict::No(Why::TooMany),
                None => {
                    member.devices.push(certificate.device);
                    Verdict::Counts
                }
            };
            self.judge(id, verdict);
            if let (Some(recalled), true, false) = (recalled, first, again) {
                let seen = recalled.last.into_iter().collect();
                let by = Ground::Minutes(recalled.by);
                self.exclude(certificate.member, by, Cause::Recalled(device), Some(seen));
            }
        }
        old.into_iter().for_each(|(id, author, certificate)| self.by_old_key(id, author, certificate, &mut used));
    }

    /// A device that only a key since replaced certified: it spoke, and speaks no longer.
    fn by_old_key(
        &mut self,
        id: BookId,
        author: PublicKey,
        certificate: &Certificate,
        used: &mut BTreeMap<PublicKey, MemberId>,
    ) {
        let newest = self.state.newest.clone();
        let roster = &newest.roster;
        let removed = roster.removed.get(&certificate.member).map(|removed| &removed.seat);
        let seat = roster.voters.get(&certificate.member).or(removed);
        let replaced = seat.and_then(|seat| seat.replaced.iter().find(|replaced| replaced.vote == author));
        let Some(replaced) = replaced else { return self.refuse(id, Why::NoRight) };
        let device = certificate.device.sign;
        if *used.entry(device).or_insert(certificate.member) != certificate.member {
            return self.refuse(id, Why::KeyUsedBefore);
        }
        self.refuse(id, Why::KeyReplaced(replaced.by.id));
        let Some(member) = self.state.members.get_mut(&certificate.member) else { return };
        let known = member.devices.iter().chain(&member.retired).any(|known| known.sign == device);
        if !known && retire(member, certificate) {
            let by = Ground::Minutes(replaced.by);
            let cause = Cause::KeyReplaced(device);
            self.exclude(certificate.member, by, cause, Some(replaced.seen.clone()));
        }
    }
}

/// Remembers a device that speaks no longer; says whether there was room.
fn retire(member: &mut Member, certificate: &Certificate) -> bool {
    let room = member.retired.len() < RETIRED_DEVICES;
    if room {
        member.retired.push(certificate.device);
    }
    room
}
