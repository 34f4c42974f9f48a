//! The desk as the rest of the house sees it: closed or open, one act at a time, each done to its end. How those who
//! want it follow each other is in [`access`].

mod access;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kenes_core::book::{Because, Checkpoint};
use kenes_core::ids::{BookId, ChannelId, CommitteeId, OpId};
use kenes_core::seal::Secret;
use kenes_core::time::Timestamp;
use kenes_core::words;
use kenes_node::home::Home;
use kenes_node::{Node, NodeEvent};
use tokio::sync::{Mutex, broadcast, watch};
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};
use zeroize::Zeroizing;

use crate::entropy;
use crate::error::DeskError;
use crate::keystore::{Keys, Keystore, destroy_keystore};
use crate::session::Session;
use crate::view::{
    Admitted, Brought, BulletinView, CertificateView, CommitteeView, DeskEvent, DeskState, Draft, Filter, Imported,
    InviteView, Judgement, KeyAsked, KeysView, LinkView, Listed, MemberView, MinutesDraft, MinutesView, NewCommittee,
    NewResolution, Paused, Proposal, Records, RequestView, ResolutionView, Resolutions, Rewording,
};

use access::{Seen, unseen};

/// How many events a listener may lag behind before it misses some.
const EVENTS: usize = 256;
/// How often it is looked whether something is due by the clock.
const LOOK: Duration = Duration::from_secs(10);

/// A person's desk in one home. Clones share it.
#[derive(Clone)]
pub struct Desk {
    shared: Arc<Shared>,
}

struct Shared {
    home: Home,
    node: Node,
    open: Mutex<Open>,
    seen: watch::Sender<Seen>,
    events: broadcast::Sender<DeskEvent>,
}

#[derive(Default)]
struct Open {
    session: Option<Session>,
    used: Option<Instant>,
}

impl Desk {
    /// The desk of a home, closed, over the node that carries for it.
    pub fn new(home: Home, node: Node) -> Self {
        let (events, _) = broadcast::channel(EVENTS);
        Self { shared: Arc::new(Shared { home, node, open: Mutex::default(), seen: unseen(), events }) }
    }

    /// What happens at the desk from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<DeskEvent> {
        self.shared.events.subscribe()
    }

    /// Makes the keystore and opens it. The 24 words are shown once, to be written down.
    pub async fn init(&self, passphrase: Zeroizing<String>, name: &str) -> Result<Zeroizing<String>, DeskError> {
        let seed = Secret::generate(&mut entropy::rng()?);
        let words = Zeroizing::new(words::of_seed(&seed));
        self.begin(passphrase, name, seed).await?;
        Ok(words)
    }

    /// Makes the keystore from 24 words that were written down, and opens it. Committees come back by invites.
    pub async fn restore(
        &self,
        passphrase: Zeroizing<String>,
        name: &str,
        words: Zeroizing<String>,
    ) -> Result<(), DeskError> {
        self.begin(passphrase, name, words::to_seed(&words)?).await
    }

    async fn begin(&self, passphrase: Zeroizing<String>, name: &str, seed: Secret) -> Result<(), DeskError> {
        let mut access = self.enter().await;
        let mut rng = entropy::rng()?;
        let name = match name.trim() {
            "" => String::new(),
            name => kenes_core::identity::Name::new(name, &mut rng)?.text,
        };
        let keys = Keys {
            master: Secret::generate(&mut rng),
            seed,
            name,
            place: self.shared.home.fingerprint()?,
            sessions: 0,
            periods: vec![(0, Secret::generate(&mut rng))],
            committees: vec![],
            followed: vec![],
            left: vec![],
        };
        let path = self.shared.home.keystore();
        let keystore = off_the_loop(move || Keystore::create(&path, &passphrase, keys)).await?;
        access.open.session = Some(Session::load(self.shared.node.clone(), keystore)?);
        access.open.used = Some(Instant::now());
        drop(access);
        self.tell([DeskEvent::State(DeskState::Unlocked)]);
        Ok(())
    }

    /// Opens the keystore, reads what came meanwhile and does what is due.
    pub async fn unlock(&self, passphrase: Zeroizing<String>) -> Result<(), DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.unlock_with(passphrase).await }).await
    }

    async fn unlock_with(&self, passphrase: Zeroizing<String>) -> Result<(), DeskError> {
        let mut access = self.enter().await;
        let path = self.shared.home.keystore();
        let keystore = off_the_loop(move || Keystore::open(&path, &passphrase)).await?;
        access.open.used = Some(Instant::now());
        if access.open.session.is_some() {
            return Ok(());
        }
        let mut session = Session::load(self.shared.node.clone(), keystore)?;
        if let Err(error) = session.finish_leaving().await {
            tracing::warn!(%error, "what is left of a committee could not be forgotten yet");
        }
        session.settle(self.shared.home.fingerprint()?, self.shared.node.place()?).await?;
        if let Err(error) = session.carry_all().await {
            tracing::warn!(%error, "not every channel is carried");
        }
        access.open.session = Some(session);
        drop(access);
        self.tell([DeskEvent::State(DeskState::Unlocked)]);
        self.catch_up().await;
        let mut access = self.enter().await;
        // It may have been closed meanwhile.
        if let Ok(session) = access.session() {
            session.count_damaged();
            self.shared.note_committees(&access.open);
        }
        Ok(())
    }

    /// The 24 words once more, for whoever knows the passphrase, whether the desk is open or not.
    pub async fn words(&self, passphrase: Zeroizing<String>) -> Result<Zeroizing<String>, DeskError> {
        let path = self.shared.home.keystore();
        let keystore = off_the_loop(move || Keystore::open(&path, &passphrase)).await?;
        Ok(Zeroizing::new(words::of_seed(&keystore.keys.seed)))
    }

    /// Closes the keystore and forgets every secret.
    pub async fn lock(&self) {
        let closed = self.enter().await.open.session.take();
        if closed.is_some() {
            self.tell([DeskEvent::State(DeskState::Locked)]);
        }
    }

    /// Destroys the keys: nothing that they sealed opens again, here or in any copy of the store.
    pub async fn wipe(&self) -> Result<(), DeskError> {
        let mut access = self.enter().await;
        access.open.session = None;
        let path = self.shared.home.keystore();
        let destroyed = off_the_loop(move || destroy_keystore(&path).map_err(|source| DeskError::Io { path, source }));
        let destroyed = destroyed.await;
        drop(access);
        destroyed?;
        self.tell([DeskEvent::State(DeskState::Uninitialised)]);
        Ok(())
    }

    /// Closes the keystore where nobody used the desk for `idle`; says whether it did.
    pub async fn lock_if_idle(&self, idle: Duration) -> bool {
        let mut access = self.enter().await;
        let unused = access.open.used.is_none_or(|used| used.elapsed() >= idle);
        let closed = if unused { access.open.session.take() } else { None };
        drop(access);
        if closed.is_some() {
            self.tell([DeskEvent::State(DeskState::Locked)]);
        }
        closed.is_some()
    }

    /// Reads what the node stores, as it stores it, and does what is due by the clock alone, while the desk is open. Ends
    /// when the node does.
    pub async fn follow(self) {
        let mut stored = self.shared.node.subscribe();
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = stored.recv() => match event {
                    Ok(NodeEvent::Stored { .. }) | Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await,
                    Ok(event) => tracing::trace!(?event, "nothing to read"),
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                _ = look.tick() => self.catch_up().await,
            }
        }
    }

    fn tell(&self, events: impl IntoIterator<Item = DeskEvent>) {
        for event in events {
            // Nobody may be listening.
            let _ = self.shared.events.send(event);
        }
    }

    /// Founds a committee.
    pub async fn found(&self, new: NewCommittee) -> Result<CommitteeId, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.found(new).await }).await
    }

    /// An invite that brings one member back after everything was lost.
    pub async fn invite_back(
        &self,
        id: CommitteeId,
        who: &str,
        expires: Option<Timestamp>,
    ) -> Result<InviteView, DeskError> {
        let (desk, who) = (self.clone(), who.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.invite_back(id, &who, expires).await }).await
    }

    /// An invite for another device of this home's own member. Who asks by it is let in by [`Self::admit`], once the words
    /// were compared.
    pub async fn invite_device(&self, id: CommitteeId, expires: Option<Timestamp>) -> Result<InviteView, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.invite_device(id, expires).await }).await
    }

    /// Lets the recovery key vote, on the owner's word that the lost device signed nothing about the number at hand.
    pub async fn vote_by_words(&self, id: CommitteeId) -> Result<(), DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.open().await?.session()?.vote_by_words(id).await }).await
    }

    /// This home's own keys in every committee, by their public halves.
    pub async fn own_keys(&self) -> Result<Vec<KeysView>, DeskError> {
        Ok(self.open_and_read().await?.session()?.own_keys())
    }

    /// Every committee of this home.
    pub async fn committees(&self) -> Result<Vec<CommitteeView>, DeskError> {
        let mut access = self.open_and_read().await?;
        let session = access.session()?;
        Ok(session.committee_views())
    }

    /// One committee.
    pub async fn committee(&self, id: CommitteeId) -> Result<CommitteeView, DeskError> {
        let mut access = self.open_and_read().await?;
        let session = access.session()?;
        session.one_committee(&id)
    }

    /// Its members, suspended ones included.
    pub async fn members(&self, id: CommitteeId) -> Result<Vec<MemberView>, DeskError> {
        self.open_and_read().await?.session()?.members(&id)
    }

    /// Makes an invite for `uses` people. One for a single person is meant to be handed over in person, and is
    /// answered without asking.
    pub async fn invite(
        &self,
        id: CommitteeId,
        uses: u16,
        expires: Option<Timestamp>,
    ) -> Result<InviteView, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.invite(id, uses, expires).await }).await
    }

    /// Asks to join; under the keystore's name, where `name` is empty.
    pub async fn join(&self, uri: &str, name: &str) -> Result<CommitteeId, DeskError> {
        let (desk, uri, name) = (self.clone(), Zeroizing::new(uri.to_owned()), name.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.join(&uri, &name).await }).await
    }

    /// Whether a committee of this home, or one that it follows, travels in a channel: what the node is not to forget.
    /// No where there is no keystore; a locked one does not tell.
    pub async fn needs(&self, channel: &ChannelId) -> Result<bool, DeskError> {
        match self.open().await {
            Ok(mut access) => Ok(access.session()?.needs(channel)),
            Err(DeskError::Uninitialised) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Who asks to be let in.
    pub async fn requests(&self, id: CommitteeId) -> Result<Vec<RequestView>, DeskError> {
        self.open_and_read().await?.session()?.requests(&id)
    }

    /// Lets someone in, by name or by the beginning of the request's hash.
    pub async fn admit(&self, id: CommitteeId, who: &str) -> Result<Admitted, DeskError> {
        let (desk, who) = (self.clone(), who.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.admit(id, &who).await }).await
    }

    /// Puts a request aside, named like one to admit.
    pub async fn decline(&self, id: CommitteeId, who: &str) -> Result<RequestView, DeskError> {
        let (desk, who) = (self.clone(), who.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.decline(id, &who).await }).await
    }

    /// Remembers that the owner compared a member's twelve words in person or by voice. Other words are refused.
    pub async fn verify(&self, id: CommitteeId, who: &str, words: &str) -> Result<MemberView, DeskError> {
        let (desk, who, words) = (self.clone(), who.to_owned(), words.to_owned());
        to_the_end(async move { desk.open().await?.session()?.verify(id, &who, &words).await }).await
    }

    /// Takes someone out of the next epoch, by name or by the beginning of the member's id.
    pub async fn pause(&self, id: CommitteeId, who: &str, because: Because) -> Result<Paused, DeskError> {
        let (desk, who) = (self.clone(), who.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.pause(id, &who, because).await }).await
    }

    /// Puts a sheet. The chair tables and signs it at once; anyone else asks the others to pass on to a round first.
    pub async fn propose(&self, id: CommitteeId, proposals: Vec<Proposal>) -> Result<MinutesView, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.propose(id, proposals).await }).await
    }

    /// What a sheet would decide, were it put now: for its author to look at first.
    pub async fn draft_minutes(&self, id: CommitteeId, proposals: Vec<Proposal>) -> Result<MinutesDraft, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.draft_minutes(id, proposals).await }).await
    }

    /// Signs an open sheet, by the beginning of its id.
    pub async fn sign(&self, id: CommitteeId, sheet: &str) -> Result<MinutesView, DeskError> {
        let (desk, sheet) = (self.clone(), sheet.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.sign(id, &sheet).await }).await
    }

    /// Passes on to the round that the author of an open sheet asked for.
    pub async fn pass(&self, id: CommitteeId, sheet: &str) -> Result<MinutesView, DeskError> {
        let (desk, sheet) = (self.clone(), sheet.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.pass(id, &sheet).await }).await
    }

    /// Stands on one of two adopted sheets of a number.
    pub async fn stand(&self, id: CommitteeId, minutes: &str) -> Result<MinutesView, DeskError> {
        let (desk, minutes) = (self.clone(), minutes.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.stand(id, &minutes).await }).await
    }

    /// Asks minutes for a new vote key in place of a lost or erased one.
    pub async fn ask_for_key(&self, id: CommitteeId) -> Result<KeyAsked, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.ask_for_key(id).await }).await
    }

    /// Minutes and open sheets, the newest number first.
    pub async fn minutes(&self, id: CommitteeId, open: bool) -> Result<Vec<MinutesView>, DeskError> {
        self.open_and_read().await?.session()?.minutes(&id, open)
    }

    /// The minutes of one number, or a sheet by the beginning of its id.
    pub async fn minutes_of(&self, id: CommitteeId, which: &str) -> Result<MinutesView, DeskError> {
        self.open_and_read().await?.session()?.find_minutes(&id, which)
    }

    /// Puts a resolution. Who puts it is for it.
    pub async fn put_resolution(&self, new: NewResolution) -> Result<ResolutionView, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.put_resolution(new).await }).await
    }

    /// Says yes or no to a resolution, by the beginning of its id. What was said stays said.
    pub async fn cast(&self, resolution: &str, adopt: bool) -> Result<ResolutionView, DeskError> {
        let (desk, resolution) = (self.clone(), resolution.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.cast(&resolution, adopt).await }).await
    }

    /// Resolutions of a committee, those under the newest minutes first.
    pub async fn resolutions(&self, id: CommitteeId, open: bool) -> Result<Resolutions, DeskError> {
        self.open_and_read().await?.session()?.resolutions(&id, open)
    }

    /// The id of the one resolution that begins so, in one committee or any.
    pub async fn find_resolution(&self, within: Option<CommitteeId>, resolution: &str) -> Result<BookId, DeskError> {
        self.open_and_read().await?.session()?.find_resolution(within, resolution).map(|(_, id)| id)
    }

    /// The one resolution whose id begins so.
    pub async fn resolution(&self, resolution: &str) -> Result<ResolutionView, DeskError> {
        self.open_and_read().await?.session()?.resolution(resolution)
    }

    /// A resolution with what was said on it, as a file.
    pub async fn export_resolution(&self, resolution: &BookId) -> Result<Vec<u8>, DeskError> {
        self.open_and_read().await?.session()?.export_resolution(resolution)
    }

    /// Takes in what a file says on a resolution of a committee of this home, and passes it on.
    pub async fn import_resolution(&self, bytes: Vec<u8>) -> Result<Brought, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.open().await?.session()?.import_resolution(&bytes).await }).await
    }

    /// What proves an adopted resolution to whoever has nothing else.
    pub async fn certify(&self, resolution: &str) -> Result<CertificateView, DeskError> {
        self.open_and_read().await?.session()?.certify(resolution)
    }

    /// What proves the minutes of a number, and all before them, to whoever has nothing else.
    pub async fn certify_minutes(&self, id: CommitteeId, no: u32) -> Result<CertificateView, DeskError> {
        self.open_and_read().await?.session()?.certify_minutes(&id, no)
    }

    /// What a certificate proves, beside what this home knows of the committee and the minutes that its reader holds fast
    /// to. What proves nothing is refused.
    pub async fn judge(&self, certificate: &[u8], held: Option<Checkpoint>) -> Result<Judgement, DeskError> {
        self.open_and_read().await?.session()?.judge(certificate, held)
    }

    /// A sheet with what was signed about it, as a file: by the beginning of its id, or by the number of minutes.
    pub async fn export_sheet(&self, id: CommitteeId, which: &str) -> Result<Vec<u8>, DeskError> {
        self.open_and_read().await?.session()?.export_sheet(&id, which)
    }

    /// Takes in what a file says about a sheet of a committee of this home, and passes it on.
    pub async fn import_sheet(&self, bytes: Vec<u8>) -> Result<Imported, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.open().await?.session()?.import_sheet(&bytes).await }).await
    }

    /// A link for whoever is no member and wants to hear what the committee says in public.
    pub async fn link(&self, id: CommitteeId) -> Result<LinkView, DeskError> {
        self.open_and_read().await?.session()?.link(&id)
    }

    /// Follows a committee by its link, without being a member.
    pub async fn follow_link(&self, uri: &str) -> Result<CommitteeId, DeskError> {
        let (desk, uri) = (self.clone(), uri.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.follow(&uri).await }).await
    }

    /// The certificate of a public bulletin, by the beginning of its id.
    pub async fn certificate(&self, bulletin: &str) -> Result<CertificateView, DeskError> {
        let mut access = self.open_and_read().await?;
        let session = access.session()?;
        session.certificate(&session.find_bulletin(bulletin)?)
    }

    /// Leaves a committee, or follows it no longer, as far as this home goes: its keys and what was read there
    /// are forgotten, and its envelopes carried no longer. The roster is the committee's, and is not touched.
    pub async fn leave(&self, id: CommitteeId) -> Result<(), DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.open().await?.session()?.forget(id).await }).await
    }

    /// Where this home was copied or moved and holds a committee's only vote: whether it is the one that keeps it.
    /// Otherwise the vote key is erased here. Says in how many committees that was to be decided.
    pub async fn keep_vote(&self, keep: bool) -> Result<usize, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.open().await?.session()?.keep_vote(keep).await }).await
    }

    /// Writes a bulletin.
    pub async fn post(&self, draft: Draft) -> Result<OpId, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.ready().await?.session()?.write(draft).await }).await
    }

    /// Writes a bulletin of one's own anew, by the beginning of its id; the old wording stays and is shown as corrected.
    pub async fn correct(&self, bulletin: &str, new: Rewording) -> Result<OpId, DeskError> {
        let (desk, bulletin) = (self.clone(), bulletin.to_owned());
        to_the_end(async move { desk.ready().await?.session()?.correct(&bulletin, new).await }).await
    }

    /// Takes a bulletin of one's own back, by the beginning of its id, with all its corrections; it stays and is shown as
    /// taken back.
    pub async fn retract(&self, bulletin: &str, date: Option<Timestamp>) -> Result<BulletinView, DeskError> {
        let (desk, bulletin) = (self.clone(), bulletin.to_owned());
        to_the_end(async move {
            let mut access = desk.ready().await?;
            let session = access.session()?;
            let taken_back = session.retract(&bulletin, date).await?;
            session.bulletin(&taken_back)
        })
        .await
    }

    /// Bulletins, newest first. Where some do not read back, what the node still has of them is read again first.
    pub async fn bulletins(&self, filter: &Filter) -> Result<Listed, DeskError> {
        let listed = self.open_and_read().await?.session()?.bulletins(filter)?;
        if listed.unreadable == 0 {
            return Ok(listed);
        }
        let desk = self.clone();
        to_the_end(async move { desk.open().await?.session()?.heal_once().await }).await?;
        self.open().await?.session()?.bulletins(filter)
    }

    /// Reads every record of the desk's own, and makes those again that are damaged, where the node has what they came
    /// from; says how it stands then.
    pub async fn check_records(&self) -> Result<Records, DeskError> {
        let desk = self.clone();
        to_the_end(async move { desk.open().await?.session()?.check_records().await }).await
    }

    /// How many bulletins a filter would show without its limit.
    pub async fn count(&self, filter: &Filter) -> Result<usize, DeskError> {
        self.open_and_read().await?.session()?.count(filter)
    }

    /// The one bulletin whose id begins so.
    pub async fn bulletin(&self, id: &str) -> Result<BulletinView, DeskError> {
        let mut access = self.open_and_read().await?;
        let session = access.session()?;
        session.bulletin(&session.find_bulletin(id)?)
    }

    /// A bulletin that was told of in an event; none while the desk is locked. To show what happens is no use of the desk,
    /// and keeps it open for nobody.
    pub async fn told_of(&self, id: &OpId) -> Option<BulletinView> {
        self.shared.open.lock().await.session.as_ref()?.bulletin(id).ok()
    }

    /// Marks bulletins as read.
    pub async fn mark_read(&self, ids: &[OpId]) -> Result<(), DeskError> {
        let (desk, ids) = (self.clone(), ids.to_owned());
        to_the_end(async move { desk.open().await?.session()?.mark_read(&ids).await }).await
    }
}

/// Does an act to its end, also where whoever asked is gone by then: what it saved first, it sends.
async fn to_the_end<T: Send + 'static>(
    act: impl Future<Output = Result<T, DeskError>> + Send + 'static,
) -> Result<T, DeskError> {
    tokio::spawn(act).await.unwrap_or(Err(DeskError::Ending))
}

async fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DeskError> + Send + 'static,
) -> Result<T, DeskError> {
    spawn_blocking(work).await.unwrap_or(Err(DeskError::Ending))
}
