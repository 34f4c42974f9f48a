//! Links, and following by them: a home that is no member carries the public channel, holds fast to the minutes of the
//! link, and reads what is said in the committee's name.

use kenes_core::book::{Checkpoint, ENOUGH};
use kenes_core::certificate::words_of;
use kenes_core::ids::CommitteeId;
use kenes_core::link::{self, Link};

use super::{Followed, Outside, Record};
use crate::error::DeskError;
use crate::minutes::fork_view;
use crate::resolutions::held_by_enough;
use crate::session::{Session, Work};
use crate::view::{CommitteeView, LinkView, Standing};

/// How many committees one home follows.
const FOLLOWED: usize = 64;

impl Session {
    /// A link to where this home stands, for whoever is no member. None before three vote: it would rest on one key.
    pub(crate) fn link(&self, id: &CommitteeId) -> Result<LinkView, DeskError> {
        let inside = self.committees.get(id).and_then(|committee| committee.state.as_ref());
        if let Some(state) = inside {
            state.roster().public.ok_or(DeskError::NotPublishing(*id))?;
        }
        let (_, state) = self.belief(id).ok_or_else(|| match self.committees.get(id) {
            Some(_) => DeskError::Adrift(*id),
            None if self.outside.contains_key(id) => DeskError::Adrift(*id),
            None => DeskError::NoCommittee,
        })?;
        if !link::may_name(state) {
            return Err(DeskError::FewVoters { voters: state.voters(), enough: ENOUGH });
        }
        let record = &self.outside.get(id).ok_or(DeskError::NotPublishing(*id))?.record;
        let list = record.list.as_ref().ok_or(DeskError::NoPublicPen(*id))?.id();
        let checkpoint = Checkpoint { no: state.roster().no, id: state.roster().at };
        let link = Link { version: link::VERSION, committee: *id, channel: record.channel, list, checkpoint };
        Ok(LinkView { uri: link.to_uri(), words: link.words().join(" "), no: checkpoint.no, voters: state.voters() })
    }

    /// Follows a committee by a link. Followed already, it holds on to what it has, unless the link has other minutes.
    pub(crate) async fn follow(&mut self, uri: &str) -> Result<CommitteeId, DeskError> {
        let link = Link::from_uri(uri)?;
        let id = link.committee;
        if self.committees.contains_key(&id) {
            return Err(DeskError::Joined(id));
        }
        if let Some(outside) = self.outside.get(&id) {
            return if outside.contradicts(link.checkpoint) { Err(DeskError::OtherMinutes(id)) } else { Ok(id) };
        }
        self.must_be_free(&link.channel, &id)?;
        if self.keystore.keys.followed.len() >= FOLLOWED {
            return Err(DeskError::Full(id));
        }
        self.finish_leaving().await?;
        let Link { channel, list, checkpoint, .. } = link;
        self.keystore.keys.followed.push(Followed { committee: id, channel, list, checkpoint });
        if let Err(error) = self.keystore.save() {
            self.keystore.keys.followed.pop();
            return Err(error);
        }
        self.outside.insert(id, Outside::new(id, Record::new(channel, Some(checkpoint))));
        self.public_channels.insert(channel, id);
        // What came of the channel before, should this home have carried it already, is read from the start.
        self.cursor = 0;
        self.node.carry(channel, Some(list)).await?;
        self.commit(Work { touched: [id].into(), ..Work::default() }).await?;
        self.catch_up().await;
        Ok(id)
    }

    /// The followed committee, as its public channel shows it.
    pub(crate) fn followed_view(&self, id: &CommitteeId, outside: &Outside) -> CommitteeView {
        let believed = outside.believed();
        let unread = self.index.rows().iter().filter(|row| row.committee == *id && self.is_unread(row));
        let voters = believed.map_or(0, |state| state.voters());
        let stand = outside.record.stand;
        let stand = believed.map_or(stand, |state| Some(Checkpoint { no: state.roster().no, id: state.roster().at }));
        let forks = outside.state.iter().flat_map(|state| state.forks.iter().map(|fork| fork_view(state, fork)));
        CommitteeView {
            id: *id,
            channel: outside.record.channel,
            name: outside.name(),
            territory: believed.map(|state| state.genesis.territory.clone()).unwrap_or_default(),
            industry: believed.map(|state| state.genesis.industry.clone()).unwrap_or_default(),
            standing: Standing::Follower,
            steward: false,
            minutes_no: stand.map_or(0, |stand| stand.no),
            members: voters,
            voters,
            unread: unread.count(),
            words: None,
            asked: true,
            requests: 0,
            out: vec![],
            chair: None,
            open: 0,
            to_sign: 0,
            to_vote: 0,
            checkpoint: believed.and_then(held_by_enough),
            forks: forks.collect(),
            adrift: believed.is_none(),
            keyless: false,
            beside: false,
            copied: false,
            public: Some(outside.record.channel),
            held: stand.map(|stand| words_of(stand).join(" ")),
        }
    }
}

impl Outside {
    /// Whether minutes are certainly not on the way to where this home stands. Of later ones nothing is known.
    fn contradicts(&self, checkpoint: Checkpoint) -> bool {
        match (self.believed(), self.record.stand) {
            (Some(state), _) if checkpoint.no <= state.roster().no => state.step(&checkpoint.id).is_none(),
            (None, Some(stand)) => checkpoint.no == stand.no && checkpoint.id != stand.id,
            (Some(_), _) | (None, None) => false,
        }
    }
}
