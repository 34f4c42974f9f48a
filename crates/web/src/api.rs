//! What goes over the interface: the documents that scripts read and write, one module a noun.
//!
//! Fields are only ever added. Identifiers are whole, moments are RFC 3339 in UTC, and identifiers in JSON are English
//! in every language. Nothing here handles a request; see [`crate::routes`].

mod bulletin;
mod cause;
mod channel;
mod clock;
mod committee;
mod desk;
mod error;
mod event;
mod keys;
mod minutes;
mod moment;
mod peer;
mod proof;
mod resolution;
mod status;

pub use bulletin::{
    Author, AuthorStanding, Bulletin, BulletinId, BulletinStatus, Bulletins, BulletinsQuery, COUNTED_GAP, MarkRead,
    NewBulletin, NewWording, Retraction, Urgency,
};
pub use cause::Cause;
pub use channel::{Channel, Channels, NewChannel};
pub use clock::{Clock, ClockDoubt};
pub use committee::{
    Admit, Admitted, Because, Committee, CommitteeId, CommitteeQuery, Committees, Decline, Declined, Follow, Founded,
    History, Invite, Join, Link, Member, Members, NewCommittee, NewInvite, Pause, Paused, Request, Requests, Standing,
    VerifyMember,
};
pub use desk::{Copied, CopySettled, Desk, DeskState, Forked, Init, Passphrase, Records, RecoveryWords, Unlock};
pub use error::{ApiError, ErrorBody, ErrorKind};
pub use event::Event;
pub use keys::{Keys, OwnKeys, Restore, Votes};
pub use minutes::{
    Decision, Fork, Imported, Minutes, MinutesDraft, MinutesList, MinutesQuery, NewKey, NewMinutes, Obstacle, Person,
    Proposal, Sheet, SheetFile, SheetStatus, Undone,
};
pub use moment::Moment;
pub use peer::{Faults, NewPeer, Peer, PeerQuery, Peers, Penalised};
pub use proof::{AtHome, Certificate, Checkpoint, Held, Proof, ProofKind, Warning, WarningKind};
pub use resolution::{
    Ballot, Certified, NewResolution, Resolution, ResolutionBrought, ResolutionFile, ResolutionStatus, Resolutions,
    ResolutionsQuery, Within,
};
pub use status::{Done, Glance, Salvage, Status, Sync, SyncQuery};
