//! How this process is doing, and what a sync moved.

use serde::{Deserialize, Serialize};

use super::clock::ClockDoubt;
use super::committee::{Committee, CommitteeId, Standing};
use super::desk::DeskState;
use super::minutes::{Fork, Obstacle};
use super::moment::Moment;
use super::peer::{Peer, Penalised};

/// `GET /v1/status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The name of this node on the network, until it is started again; none without a network.
    pub peer_id: Option<String>,
    /// The addresses that it listens on.
    pub listen: Vec<String>,
    /// Whether it looks for others on the networks that this machine is in.
    #[serde(default)]
    pub mdns: bool,
    /// Those connected now.
    pub peers: Vec<Peer>,
    /// Those who did wrong since this process started, the last first; no more than are remembered.
    #[serde(default)]
    pub penalised: Vec<Penalised>,
    /// How many peers were let go for what they did, since this process started.
    #[serde(default)]
    pub let_go: u64,
    /// How many channels are carried.
    pub channels: u64,
    /// How many envelopes are stored.
    pub envelopes: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Whether the desk is unlocked.
    pub unlocked: bool,
    /// When envelopes were last compared with anyone.
    pub last_sync: Option<Moment>,
    /// Envelopes of our own that no peer has yet acknowledged.
    pub queued: u64,
    /// The desk.
    pub desk: DeskState,
    /// Whether this process only carries for others.
    pub relay: bool,
    /// Whether this process has a network.
    pub network: bool,
    /// What this machine's clock shows.
    pub clock: Moment,
    /// Whether that can be right; where not, nothing is dated by it.
    pub clock_plausible: bool,
    /// Why it is in doubt, if it is. Nothing expires by a clock that is behind or far ahead of what it showed before.
    #[serde(default)]
    pub clock_doubt: Option<ClockDoubt>,
    /// Envelopes refused since this process started, from whomever.
    pub refused: u64,
    /// Envelopes that did not read back from the store since this process started.
    pub damaged: u64,
    /// Records of the desk's own that are known to be damaged; none are known while it is locked.
    #[serde(default)]
    pub records_damaged: usize,
    /// What was saved of a damaged store when this process started.
    pub salvaged: Option<Salvage>,
    /// The committees of this home at a glance; none while the desk is locked.
    #[serde(default)]
    pub committees: Vec<Glance>,
    /// The version of the program.
    pub version: String,
}

/// What a committee's member should know at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// The committee.
    pub id: CommitteeId,
    /// Its name; empty until its book has come here.
    pub name: String,
    /// What this desk's owner is in it.
    pub standing: Standing,
    /// What has this desk's owner out, where anything does.
    pub out: Vec<Obstacle>,
    /// The number of the newest minutes.
    pub minutes_no: u32,
    /// How many vote.
    pub voters: usize,
    /// How many sheets are open.
    pub open: usize,
    /// How many of them this desk would sign and has not.
    pub to_sign: usize,
    /// Numbers for which two sheets were adopted, where this desk's owner has not said on which to stand.
    pub forks: Vec<Fork>,
    /// Whether the book here does not reach the minutes that this desk stands on.
    pub adrift: bool,
    /// Whether this desk's owner votes and has no vote key here.
    pub keyless: bool,
}

/// A damaged store was set aside, and this was read out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salvage {
    /// Where the damaged store lies now.
    pub set_aside: String,
    /// How many envelopes were read out of it.
    pub envelopes: u64,
}

/// `POST /v1/sync`: what it moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sync {
    /// Peers with whom something was compared to the end.
    pub peers: u64,
    /// New here.
    pub received: u64,
    /// Here already.
    pub duplicate: u64,
    /// Not taken.
    pub refused: u64,
    /// Whether it ended before all was compared.
    pub torn: bool,
    /// New there.
    pub sent: u64,
    /// Bytes of messages that were no envelopes, both ways.
    pub overhead_bytes: u64,
}

/// How long a sync may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SyncQuery {
    /// Seconds; 30 where left out, at most 600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// `{}`: it is done, and there is nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Done {}

impl From<Committee> for Glance {
    fn from(committee: Committee) -> Self {
        Self {
            id: committee.id,
            name: committee.name,
            standing: committee.standing,
            out: committee.out,
            minutes_no: committee.minutes_no,
            voters: committee.voters,
            open: committee.open,
            to_sign: committee.to_sign,
            forks: committee.forks,
            adrift: committee.adrift,
            keyless: committee.keyless,
        }
    }
}
