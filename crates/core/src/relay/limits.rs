//! The numbers that bound the machine. What bounds connections and streams is the node's.

use crate::ids::ChannelId;
use crate::time::HOUR;

/// Every bound of the relay machine, and what it is willing to carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Whether peers may introduce channels: a relay carries whatever verifies.
    pub open: bool,
    /// Where not empty, the only channels that peers may introduce.
    pub carry_only: Vec<ChannelId>,
    /// The most peers that the owner did not add.
    pub strangers: usize,
    /// The most channels carried.
    pub channels: usize,
    /// The most channels that one peer may introduce while it is connected.
    pub introduced: usize,
    /// The most channels carried that were introduced from one address.
    pub address_channels: usize,
    /// The most channels that may be introduced within an hour, by all peers together.
    pub introductions: u32,
    /// The same by peers that connect from one address.
    pub address_introductions: u32,
    /// The most bytes of lists that a channel may have that nobody here asked for.
    pub list_bytes: u64,
    /// A channel's quota in bytes of envelopes, lists apart. Control and talk have half each.
    pub channel_bytes: u64,
    /// The quota in bytes of all channels together; lists of channels that nobody here asked for are in it.
    pub total_bytes: u64,
    /// The longest frame in bytes, either way.
    pub frame: usize,
    /// The longest frame in bytes of fresh envelopes, so that they do not stand in each other's way.
    pub live_frame: usize,
    /// Envelopes up to this many bytes are pushed to peers unasked by the node where they are new.
    pub eager_bytes: u32,
    /// Envelopes a second that one peer may bring outside of sync.
    pub rate: u32,
    /// How many of them may come at once. A quarter is kept for control and for what is urgent, here and for pens.
    pub burst: u32,
    /// Envelopes a second of one pen that are gossiped on, whoever brought them; beyond them, sync does the work.
    pub pen_rate: u32,
    /// How many of them may be at once.
    pub pen_burst: u32,
    /// Rounds of queries and answers in one turn of sync.
    pub rounds: u32,
    /// Bytes in one turn of sync.
    pub turn_bytes: u64,
    /// Seconds that one turn of sync may take.
    pub turn_secs: u64,
    /// Turns of sync that a channel takes part in at one time.
    pub turns: usize,
    /// Turns of sync a second that one peer may begin.
    pub turn_rate: u32,
    /// How many of them may come at once.
    pub turn_burst: u32,
    /// Seconds between comparisons with a matched peer, give or take a quarter.
    pub resync_secs: u64,
    /// Seconds after which a peer that is expected to act is acted for, or asked no more.
    pub patience_secs: u64,
    /// Seconds between full checks of a channel with one peer, under sums that nobody can have prepared for.
    pub full_check_secs: u64,
    /// Bytes of envelopes that may be away for verification.
    pub checking_bytes: u64,
    /// The same for one peer.
    pub peer_checking_bytes: u64,
    /// The most offers in one announcement.
    pub offers: usize,
    /// The most offers that wait for one peer in one channel; beyond them, sync does the work.
    pub backlog: usize,
    /// The most envelopes of a channel asked for and not yet received.
    pub wants: usize,
    /// For how many of the newest envelopes of a channel it is remembered which peers have them.
    pub news: usize,
    /// Points of fault at which a peer is let go.
    pub fault: u32,
    /// Seconds in which one point of fault is forgiven.
    pub forgive_secs: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            open: false,
            carry_only: Vec::new(),
            strangers: 44,
            channels: 1_024,
            introduced: 16,
            address_channels: 256,
            introductions: 512,
            address_introductions: 64,
            list_bytes: 4 << 20,
            channel_bytes: 256 << 20,
            total_bytes: 4 << 30,
            frame: 1 << 20,
            live_frame: 128 << 10,
            eager_bytes: 4 << 10,
            rate: 50,
            burst: 200,
            pen_rate: 10,
            pen_burst: 100,
            rounds: 16,
            turn_bytes: 4 << 20,
            turn_secs: 60,
            turns: 2,
            turn_rate: 4,
            turn_burst: 64,
            resync_secs: 300,
            patience_secs: 15,
            full_check_secs: 6 * HOUR,
            checking_bytes: 32 << 20,
            peer_checking_bytes: 4 << 20,
            offers: 512,
            backlog: 4_096,
            wants: 4_096,
            news: 16_384,
            fault: 100,
            forgive_secs: 10,
        }
    }
}
