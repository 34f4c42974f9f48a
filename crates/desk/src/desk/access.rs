//! Having the desk to oneself, one after another, and what is known of it without waiting for that.
//!
//! What came is read a batch at a time, and between two batches whoever waits has a turn: a backlog, of which others
//! decide how long it is, keeps nobody from closing the desk.

use std::time::Instant;

use tokio::sync::{MutexGuard, watch};

use super::{Desk, Open, to_the_end};
use crate::error::DeskError;
use crate::read::ROUNDS;
use crate::session::Session;
use crate::view::{CommitteeView, DeskState};

/// What was last seen of the desk.
#[derive(Default)]
pub(super) struct Seen {
    unlocked: bool,
    damaged: usize,
    committees: Vec<CommitteeView>,
}

/// The desk, for one act or one batch; what happened meanwhile is told and noted when it ends.
pub(super) struct Access<'a> {
    desk: &'a Desk,
    pub(super) open: MutexGuard<'a, Open>,
}

impl Access<'_> {
    pub(super) fn session(&mut self) -> Result<&mut Session, DeskError> {
        self.open.session.as_mut().ok_or(DeskError::Locked)
    }
}

impl Drop for Access<'_> {
    fn drop(&mut self) {
        let session = self.open.session.as_mut();
        let (unlocked, damaged) = (session.is_some(), session.as_ref().map_or(0, |session| session.damaged));
        self.desk.shared.seen.send_modify(|seen| {
            (seen.unlocked, seen.damaged) = (unlocked, damaged);
            if !unlocked {
                seen.committees.clear();
            }
        });
        if let Some(session) = session {
            self.desk.tell(std::mem::take(&mut session.events));
        }
    }
}

impl Desk {
    /// Whether there is a keystore, and whether it is open. Waits for nobody.
    pub fn state(&self) -> DeskState {
        if self.shared.seen.borrow().unlocked {
            DeskState::Unlocked
        } else if self.shared.home.keystore().exists() {
            DeskState::Locked
        } else {
            DeskState::Uninitialised
        }
    }

    /// How many of the desk's own records are known to be damaged; none while it is locked. Waits for nobody.
    pub fn damaged(&self) -> usize {
        self.shared.seen.borrow().damaged
    }

    /// Every committee of this home, as far as it was read, for whoever only glances: nothing is read, the desk does not
    /// count as used, and while it is busy its committees are shown as they stood before. None where it is not open.
    pub fn glance(&self) -> Vec<CommitteeView> {
        if let Ok(open) = self.shared.open.try_lock() {
            self.shared.note_committees(&open);
        }
        self.shared.seen.borrow().committees.clone()
    }

    /// The desk to oneself, open or not, once everybody who came before has had it.
    pub(super) async fn enter(&self) -> Access<'_> {
        Access { desk: self, open: self.shared.open.lock().await }
    }

    /// The same for its owner, where it is open.
    pub(super) async fn open(&self) -> Result<Access<'_>, DeskError> {
        let mut access = self.enter().await;
        if access.open.session.is_none() {
            let exists = self.shared.home.keystore().exists();
            return Err(if exists { DeskError::Locked } else { DeskError::Uninitialised });
        }
        access.open.used = Some(Instant::now());
        Ok(access)
    }

    /// Opens the desk for an act, with everything new read.
    pub(super) async fn ready(&self) -> Result<Access<'_>, DeskError> {
        drop(self.open().await?);
        self.catch_up().await;
        self.open().await
    }

    /// Opens the desk for reading, with everything new read.
    pub(super) async fn open_and_read(&self) -> Result<Access<'_>, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await.map(drop) }).await?;
        self.open().await
    }

    /// Reads everything new and does what follows from it, as long as the desk is open. What fails is tried again.
    pub(super) async fn catch_up(&self) {
        match self.read_in_turns().await {
            Ok(()) | Err(DeskError::Locked) => {}
            Err(error) => tracing::warn!(%error, "what came could not be read yet"),
        }
    }

    async fn read_in_turns(&self) -> Result<(), DeskError> {
        for _ in 0..ROUNDS {
            while self.enter().await.session()?.read_some().await? {}
            if !self.enter().await.session()?.tend().await? {
                break;
            }
        }
        Ok(())
    }
}

impl super::Shared {
    /// Notes how the committees of an open desk stand.
    pub(super) fn note_committees(&self, open: &Open) {
        if let Some(session) = &open.session {
            let views = session.committee_views();
            self.seen.send_modify(|seen| seen.committees = views);
        }
    }
}

/// Nothing was seen yet.
pub(super) fn unseen() -> watch::Sender<Seen> {
    watch::channel(Seen::default()).0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kenes_node::home::Home;
    use tokio::time::timeout;
    use zeroize::Zeroizing;

    use super::*;
    use crate::fixture::{PASSPHRASE, Place, committee};
    use crate::vault::Shelf;
    use crate::view::Draft;

    async fn unlocked(place: &Place) -> Desk {
        let desk = Desk::new(Home::at(place.path()), place.node.clone());
        desk.unlock(Zeroizing::new(PASSPHRASE.to_owned())).await.unwrap();
        desk
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn how_the_desk_stands_is_told_without_waiting_for_it() {
        let place = Place::new().await;
        let desk = unlocked(&place).await;
        let id = desk.found(committee()).await.unwrap();
        assert_eq!(desk.glance().len(), 1);
        let busy = desk.enter().await;
        assert_eq!((desk.state(), desk.damaged()), (DeskState::Unlocked, 0));
        assert_eq!(desk.glance()[0].id, id);
        drop(busy);
        desk.lock().await;
        assert_eq!(desk.state(), DeskState::Locked);
        assert!(desk.glance().is_empty());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_desk_is_closed_between_two_batches_of_a_backlog() {
        let place = Place::new().await;
        let desk = unlocked(&place).await;
        let committee = desk.found(committee()).await.unwrap();
        for n in 0..600 {
            let draft = Draft::new(committee, n.to_string());
            desk.enter().await.session().unwrap().write(draft).await.unwrap();
        }
        // All of it is unread once more, as after a week away.
        let newest = {
            let mut access = desk.enter().await;
            let session = access.session().unwrap();
            std::mem::take(&mut session.cursor)
        };
        let locked = async {
            // The reading has begun, and has not ended.
            tokio::task::yield_now().await;
            timeout(Duration::from_secs(30), desk.lock()).await.unwrap();
        };
        tokio::join!(desk.catch_up(), locked);
        assert_eq!(desk.state(), DeskState::Locked);
        let read = place.session().vault.get::<u64>(Shelf::Cursor, &[]).unwrap().whole().unwrap();
        assert!(read < newest, "{read} of {newest} were read before the desk was closed");
    }
}
