//! One committee in memory: its ledger, its book and what that says, and the epochs whose secrets are known.

use std::collections::{BTreeMap, BTreeSet};

use bincode::{Decode, Encode};
use kenes_core::book::{Book, Checkpoint, Member, Role, State};
use kenes_core::epoch::{self, Rotation};
use kenes_core::identity::Name;
use kenes_core::ids::{CommitteeId, EpochId, MemberId};
use kenes_core::seal::Secret;
use kenes_core::sign::PublicKey;
use kenes_core::time::Timestamp;
use kenes_node::Batch;

use crate::error::DeskError;
use crate::ledger::Ledger;
use crate::names::skeleton;
use crate::share::Letters;
use crate::shelves::Shelves;
use crate::spread::Inside;
use crate::vault::{Shelf, Vault};
use crate::view::Standing;

/// The most epochs of one committee whose secrets are kept.
pub(crate) const EPOCHS: usize = 4_096;
/// The most of them that one device made: honest ones make one a week, and one after each removal.
pub(crate) const EPOCHS_EACH: usize = 256;

/// An epoch whose secret is known. The rotation may arrive later than a welcome's secret.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Epoch {
    pub(crate) id: EpochId,
    /// The period key that `wrapped` is under, its nonce, and the wrapped secret.
    pub(crate) period: u32,
    pub(crate) nonce: [u8; 24],
    pub(crate) wrapped: Vec<u8>,
    pub(crate) rotation: Option<Rotation>,
    /// Since when it is not the one to write under, as far as this desk noticed.
    pub(crate) idle: Option<Timestamp>,
}

/// One committee in memory.
pub(crate) struct Committee {
    pub(crate) ledger: Ledger,
    pub(crate) me: MemberId,
    pub(crate) book: Book,
    pub(crate) state: Option<State>,
    /// Members whose names a reader may take for one another.
    namesakes: BTreeSet<MemberId>,
    pub(crate) secrets: BTreeMap<EpochId, Secret>,
    rotations: BTreeMap<EpochId, Rotation>,
    /// The epoch to write under, as it follows from the book and the rotations.
    preferred: Option<EpochId>,
    /// Since when those with secrets are not the one to write under.
    pub(crate) idle: BTreeMap<EpochId, Timestamp>,
    /// Letters to others that went by since the desk was opened.
    pub(crate) letters: Letters,
    /// What travels under the epoch to write under.
    pub(crate) inside: Inside,
}

impl Committee {
    pub(crate) fn new(ledger: Ledger, me: MemberId) -> Self {
        let book = Book::new(ledger.committee);
        Self {
            ledger,
            me,
            book,
            state: None,
            namesakes: BTreeSet::new(),
            secrets: BTreeMap::new(),
            rotations: BTreeMap::new(),
            preferred: None,
            idle: BTreeMap::new(),
            letters: Letters::default(),
            inside: Inside::default(),
        }
    }

    /// Reads a committee back from the vault; says how many of its records are damaged, which the rest does without.
    pub(crate) fn load(
        ledger: Ledger,
        me: MemberId,
        vault: &Vault,
        periods: &[(u32, Secret)],
    ) -> Result<(Self, usize), DeskError> {
        let id = ledger.committee;
        let mut committee = Self::new(ledger, me);
        let (book, damaged) = Shelves::inside(id).read(id, vault)?;
        committee.book = book;
        let epochs = vault.all::<Epoch>(Shelf::Epoch(id))?;
        for epoch in epochs.whole {
            if let Some(secret) = unwrap(&epoch, periods) {
                committee.secrets.insert(epoch.id, secret);
            }
            if let Some(rotation) = epoch.rotation {
                committee.rotations.insert(epoch.id, rotation);
            }
            committee.set_idle(epoch.id, epoch.idle);
        }
        committee.evaluate();
        Ok((committee, damaged + epochs.damaged))
    }

    /// Adds to a batch what came into the book, what began to wait for it and what waits no more; says whether anything
    /// came in.
    pub(crate) fn keep_book(&mut self, vault: &Vault, batch: &mut Batch) -> Result<bool, DeskError> {
        Shelves::inside(self.id()).keep(&mut self.book, vault, batch)
    }

    /// Keeps names that open something in the book, these and such as came before what commits to them; says whether
    /// there were any.
    pub(crate) fn keep_names(&mut self, names: Vec<Name>, vault: &Vault, batch: &mut Batch) -> Result<bool, DeskError> {
        Shelves::inside(self.id()).learn(&mut self.book, names, vault, batch)
    }

    /// Reads the book anew. A desk stands on the newest minutes that are certain from where it stood.
    pub(crate) fn evaluate(&mut self) {
        self.state = self.book.state_from(self.ledger.stand);
        if let Some(state) = self.state.as_ref().filter(|state| state.stands) {
            let roster = state.roster();
            self.ledger.stand = Some(Checkpoint { no: roster.no, id: roster.at });
        }
        self.namesakes = self.find_namesakes();
        self.prefer();
    }

    fn prefer(&mut self) {
        self.preferred = self.state.as_ref().and_then(|state| epoch::preferred(&self.rotations, state));
    }

    /// The rotations that were read, by epoch.
    pub(crate) fn rotations(&self) -> &BTreeMap<EpochId, Rotation> {
        &self.rotations
    }

    /// Keeps what a rotation says.
    pub(crate) fn learn_rotation(&mut self, epoch: EpochId, rotation: Rotation) {
        self.rotations.insert(epoch, rotation);
        self.prefer();
    }

    fn find_namesakes(&self) -> BTreeSet<MemberId> {
        let members = self.state.iter().flat_map(|state| state.members.keys());
        let mut bearers: BTreeMap<String, Vec<MemberId>> = BTreeMap::new();
        for member in members {
            bearers.entry(skeleton(&self.name_of(member))).or_default().push(*member);
        }
        bearers.remove("");
        bearers.into_values().filter(|bearers| bearers.len() > 1).flatten().collect()
    }

    /// Whether a member's name may be taken for another's.
    pub(crate) fn is_namesake(&self, member: &MemberId) -> bool {
        self.namesakes.contains(member)
    }

    /// Whether the owner of this home compared the words of a member's keys, and they are the same still.
    pub(crate) fn is_verified(&self, member: &MemberId) -> bool {
        let now = self.state.as_ref().and_then(|state| state.members.get(member)).map(|known| known.digest(self.id()));
        now.is_some_and(|digest| self.ledger.verified.contains(&(*member, digest)))
    }

    /// Whether somebody else in the roster, or who asks to be, has this name or one that looks like it.
    pub(crate) fn has_name_like(&self, name: &str, but: &MemberId) -> bool {
        let wanted = skeleton(name);
        let members = self.state.iter().flat_map(|state| state.members.keys());
        let members = members.map(|member| (*member, self.name_of(member)));
        let waiting = self.ledger.requests.iter().map(|waiting| (waiting.member(), waiting.name().to_owned()));
        members.chain(waiting).any(|(member, name)| member != *but && skeleton(&name) == wanted)
    }

    pub(crate) fn id(&self) -> CommitteeId {
        self.ledger.committee
    }

    /// This home's member, once the book knows it.
    pub(crate) fn member(&self) -> Option<&Member> {
        self.state.as_ref()?.members.get(&self.me)
    }

    pub(crate) fn standing(&self) -> Standing {
        match (self.member(), &self.state) {
            _ if self.ledger.joining.is_some() => Standing::Pending,
            (Some(member), _) => standing_of(member),
            (None, Some(_)) => Standing::Removed,
            (None, None) => Standing::Pending,
        }
    }

    /// Notes since when an epoch is not the one to write under, or that it is again.
    pub(crate) fn set_idle(&mut self, epoch: EpochId, since: Option<Timestamp>) {
        match since {
            Some(since) => drop(self.idle.insert(epoch, since)),
            None => drop(self.idle.remove(&epoch)),
        }
    }

    /// Forgets an epoch: neither its rotation nor anyone's word brings it back.
    pub(crate) fn forget_epoch(&mut self, epoch: &EpochId) {
        self.secrets.remove(epoch);
        self.idle.remove(epoch);
        self.rotations.remove(epoch);
        self.ledger.forget_epoch(*epoch);
        self.prefer();
    }

    /// What a new epoch by this device follows.
    pub(crate) fn to_follow(&self, device: &PublicKey) -> BTreeSet<EpochId> {
        epoch::to_follow(&self.rotations, self.preferred, device)
    }

    /// Whether this home's member writes, from a device that the book knows.
    pub(crate) fn writes(&self) -> bool {
        let speaks = matches!(self.standing(), Standing::Voter | Standing::Probation);
        speaks && !self.ledger.must_mint && !self.ledger.is_penless()
    }

    /// A newcomer is in once the book that says so and the secret to write under are both here, in whatever order, and
    /// whether the welcome or a late share brought it.
    pub(crate) fn finish_joining(&mut self) {
        if self.member().is_some() && self.current().is_some() {
            self.ledger.joining = None;
        }
    }

    /// Whether this home's member is the only one who votes: no minutes could give that vote back.
    pub(crate) fn is_sole_voter(&self) -> bool {
        let sole = self.state.as_ref().is_some_and(|state| state.voters() == 1);
        sole && self.member().is_some_and(Member::is_voter)
    }

    /// The epoch to write under, with its secret.
    pub(crate) fn current(&self) -> Option<(EpochId, &Secret)> {
        let id = self.preferred?;
        Some((id, self.secrets.get(&id)?))
    }

    /// The committee's name, once it is known.
    pub(crate) fn name(&self) -> String {
        let commitment = self.state.as_ref().map(|state| state.genesis.name);
        let name = commitment.and_then(|commitment| self.book.name(&commitment));
        name.map(|name| name.text.clone()).unwrap_or_default()
    }

    /// A member's name, once it is known.
    pub(crate) fn name_of(&self, member: &MemberId) -> String {
        let commitment = self.state.as_ref().and_then(|state| state.members.get(member)).map(|member| member.name);
        let name = commitment.and_then(|commitment| self.book.name(&commitment));
        name.map(|name| name.text.clone()).unwrap_or_default()
    }
}

/// What a member is.
pub(crate) fn standing_of(member: &Member) -> Standing {
    match (member.out, member.role) {
        (_, Role::Former { .. }) => Standing::Removed,
        (Some(_), _) => Standing::Suspended,
        (None, Role::Voter { .. }) => Standing::Voter,
        (None, Role::Probation { .. }) => Standing::Probation,
    }
}

/// Wraps an epoch's secret under a period key.
pub(crate) fn wrap(
    id: EpochId,
    secret: &Secret,
    period: &(u32, Secret),
    nonce: [u8; 24],
    rotation: Option<Rotation>,
    idle: Option<Timestamp>,
) -> Option<Epoch> {
    let wrapped = kenes_core::seal::encrypt(&period.1, &nonce, secret.as_bytes(), id.as_bytes())?;
    Some(Epoch { id, period: period.0, nonce, wrapped, rotation, idle })
}

pub(crate) fn unwrap(epoch: &Epoch, periods: &[(u32, Secret)]) -> Option<Secret> {
    let (_, period) = periods.iter().find(|(no, _)| *no == epoch.period)?;
    let secret = kenes_core::seal::decrypt(period, &epoch.nonce, &epoch.wrapped, epoch.id.as_bytes())?;
    secret.try_into().ok().map(Secret::from_bytes)
}
