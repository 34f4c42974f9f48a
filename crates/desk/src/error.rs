//! What can go wrong at a desk. Each kind has one word for scripts; what to do next is said by the interface.

use std::path::PathBuf;

use kenes_core::ids::CommitteeId;
use kenes_core::time::Timestamp;
use thiserror::Error;

/// Why a desk did not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeskError {
    /// There is no keystore in this home.
    #[error("this home has no keystore yet")]
    Uninitialised,
    /// There is a keystore already.
    #[error("this home has a keystore already")]
    Initialised,
    /// The keystore is closed.
    #[error("the desk is locked")]
    Locked,
    /// The passphrase opens nothing.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// No passphrase, or one that is too short.
    #[error("a passphrase has at least {0} characters")]
    WeakPassphrase(usize),
    /// The keystore file is no keystore, or a newer program's.
    #[error("the keystore {0} cannot be read: it is damaged or of a newer version")]
    Keystore(PathBuf),
    /// Others than its owner may read the keystore file.
    #[error("others than its owner may read the keystore {0}")]
    Exposed(PathBuf),
    /// The disk said no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// The system gave no randomness.
    #[error("the system gives no randomness")]
    Entropy,
    /// No such committee here, or more than one could be meant.
    #[error("no such committee here")]
    NoCommittee,
    /// No member or request of that name.
    #[error("nobody by that name or number")]
    Nobody,
    /// More than one could be meant.
    #[error("that could mean more than one")]
    Ambiguous,
    /// No such bulletin here.
    #[error("no such bulletin here")]
    NoBulletin,
    /// Only its author changes a bulletin.
    #[error("only whoever wrote a bulletin corrects it or takes it back")]
    NotAuthor,
    /// Its author took the bulletin back.
    #[error("the bulletin was taken back, and nothing brings it back")]
    TakenBack,
    /// A name that cannot be one.
    #[error(transparent)]
    Name(#[from] kenes_core::identity::NameError),
    /// Not allowed to who we are there.
    #[error("only a steward or voter of this committee may do that")]
    NotAllowed(CommitteeId),
    /// Let in once, and out now.
    #[error("the member of this home is out of the committee")]
    Out(Box<crate::view::Out>),
    /// Not let in yet, or no longer.
    #[error("this home is not let into the committee yet")]
    NotIn(CommitteeId),
    /// Nothing may be written until a voter rotates, or our share arrives.
    #[error("there is no epoch to write under")]
    NoEpoch(CommitteeId),
    /// The text is too long, empty, or otherwise no bulletin.
    #[error(transparent)]
    Op(#[from] kenes_core::op::OpError),
    /// It cannot live that long, or is over already.
    #[error("a bulletin lives for at most 400 days, and ends after it is written")]
    Expiry,
    /// The clock shows less than what is known to be past.
    #[error("the clock of this machine is behind what it has read already")]
    ClockBehind {
        /// What it shows.
        shows: Timestamp,
        /// It is at least this late.
        at_least: Timestamp,
    },
    /// The text is no invite.
    #[error(transparent)]
    Invite(#[from] kenes_core::invite::InviteError),
    /// It is over.
    #[error("the invite is over")]
    InviteOver,
    /// An invite for a member, whose recovery key this home's words do not give.
    #[error("the 24 words of this home are not those of the member whom the invite brings back")]
    OtherWords,
    /// Twelve words that are not this member's.
    #[error("these are not the words of that member's keys")]
    WordsDiffer,
    /// Out: minutes bring back first.
    #[error("that member is out: minutes bring them back first")]
    MemberOut(CommitteeId),
    /// The words stand for no seed.
    #[error(transparent)]
    Words(#[from] kenes_core::words::WordsError),
    /// The lost device signed something about the number at hand.
    #[error("the lost device signed something about this number, so the recovery key does not")]
    SignedElsewhere(CommitteeId),
    /// Another committee of this home travels in the channel.
    #[error("another committee of this home travels in that channel")]
    OwnChannel(CommitteeId),
    /// Joined or founded here already.
    #[error("this home has joined that committee already")]
    Joined(CommitteeId),
    /// A quorum outside of one half to two thirds, or a territory too long.
    #[error(transparent)]
    Object(#[from] kenes_core::book::ObjectError),
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] kenes_core::seal::SealError),
    /// An envelope could not be made.
    #[error(transparent)]
    Envelope(#[from] kenes_core::envelope::EnvelopeError),
    /// The committee has as many probationers, devices or lists as it may.
    #[error("the committee has as many of these as it may")]
    Full(CommitteeId),
    /// The committee moved to another channel, and no list of it has this home's pen yet.
    #[error("the committee moved to another channel, and no list there has this home's pen yet")]
    NoPen(CommitteeId),
    /// Whoever begins another channel keeps its lists, as a steward.
    #[error("whoever begins another channel keeps its lists: the sheet must leave or make them a steward")]
    KeepsNoLists(CommitteeId),
    /// A sheet names a channel whose first list is not here, or has pens of strangers in it.
    #[error("the sheet names a channel whose first list is not here, or is not of this committee's pens")]
    StrangeChannel(CommitteeId),
    /// No spare pen stands in the list, and another list waits for other stewards.
    #[error("no spare pen is left for an invite until other stewards sign the next list")]
    NoSparePen(CommitteeId),
    /// This home was copied or moved and holds the committee's only vote: its owner must say which home is to keep it.
    #[error("this home was copied or moved: say whether it is the one that keeps the vote")]
    Copied(CommitteeId),
    /// A suspension of ours is open already.
    #[error("a suspension by this member is open already")]
    SuspensionOpen(CommitteeId),
    /// A sheet that can never be minutes.
    #[error(transparent)]
    Sheet(#[from] kenes_core::book::BadSheet),
    /// The rule of an honest desk forbids the signature.
    #[error("this desk does not sign it: {0}")]
    Unsigned(#[from] kenes_core::book::Refusal),
    /// No such minutes, or none that may be signed.
    #[error("no such minutes here")]
    NoMinutes,
    /// The number is decided, and nothing more is signed about it.
    #[error("No. {0} is decided already")]
    Decided(u32),
    /// A file that holds no sheet or resolution, or not what was signed.
    #[error(transparent)]
    SheetFile(#[from] kenes_core::book::SignedFileError),
    /// A sheet in a file follows minutes that are not here; the newest here are these.
    #[error("it follows minutes that are not here: the newest here are No. {0}")]
    Unfollowed(u32),
    /// Two sheets of one number were adopted: the owner must say where to stand.
    #[error("two sheets of one number were adopted")]
    Forked(CommitteeId),
    /// The book here does not reach the minutes that this desk stands on.
    #[error("the book here does not reach the minutes that this desk stands on")]
    Adrift(CommitteeId),
    /// The vote key was erased or replaced.
    #[error("this desk has no vote key of this committee")]
    NoVoteKey(CommitteeId),
    /// Whoever is to be recalled did not write that bulletin.
    #[error("that bulletin is by somebody else")]
    OtherAuthor,
    /// The member asks for no new vote key.
    #[error("that member asks for no new vote key")]
    NoKeyWanted,
    /// A spokesperson speaks for at most so many days.
    #[error("a spokesperson speaks for at most {0} days, from now on")]
    Office(u64),
    /// No such resolution here.
    #[error("no such resolution here")]
    NoResolution,
    /// A ballot that this desk does not sign.
    #[error(transparent)]
    Ballot(#[from] kenes_core::book::BallotRefusal),
    /// There is nothing to prove, or not all of what proves it is here.
    #[error(transparent)]
    Unproven(#[from] kenes_core::certificate::GatherError),
    /// A certificate that proves nothing.
    #[error(transparent)]
    Certificate(#[from] kenes_core::certificate::CertificateError),
    /// This home hears what the committee says in public, and is no member.
    #[error("this home follows the committee and is no member of it")]
    Follows(CommitteeId),
    /// The text is no link.
    #[error(transparent)]
    Link(#[from] kenes_core::link::LinkError),
    /// The link names other minutes than this home holds fast to.
    #[error("the link names other minutes than those that this home holds fast to")]
    OtherMinutes(CommitteeId),
    /// No minutes name a public channel.
    #[error("the committee does not publish")]
    NotPublishing(CommitteeId),
    /// No minutes that count now let this home's member speak for the committee.
    #[error("this member does not speak for the committee")]
    NotSpokesperson(CommitteeId),
    /// The public channel's list has not come, or has not this home's pen.
    #[error("no list of the public channel has this home's pen yet")]
    NoPublicPen(CommitteeId),
    /// Too few vote for a link to hold fast to what they decided.
    #[error("{voters} vote, and a link takes {enough}")]
    FewVoters {
        /// So many vote.
        voters: usize,
        /// So many it takes.
        enough: usize,
    },
    /// The bulletin is not said in the committee's name: nothing proves it.
    #[error("nothing proves that bulletin to others: {0}")]
    NotPublic(kenes_core::book::NotSpoken),
    /// A record of the desk's own cannot be read.
    #[error("a record of this desk is damaged")]
    Record,
    /// The program ends before the desk is done.
    #[error("the program is ending")]
    Ending,
    /// The node refused what the desk made.
    #[error("the node did not take it: {0:?}")]
    Refused(kenes_core::relay::Reason),
    /// The home's folder cannot be told from another.
    #[error(transparent)]
    Home(#[from] kenes_node::home::HomeError),
    /// The store or the node failed.
    #[error(transparent)]
    Node(#[from] kenes_node::NodeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] kenes_node::store::StoreError),
}
