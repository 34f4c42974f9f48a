//! Syncs that somebody waits for: with everyone who is matched, until all is compared or the time is over.

use std::collections::HashSet;
use std::time::Duration;

use kenes_core::ids::ChannelId;
use kenes_core::relay::{PeerNo, Report};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::status::SyncReport;

/// Peers that are just connecting are waited for this long after the others are done.
const GRACE: Duration = Duration::from_millis(500);
/// How many may wait at once.
const MOST: usize = 64;

struct Wait {
    deadline: Instant,
    /// When all that was begun was done.
    quiet_since: Option<Instant>,
    pending: HashSet<(PeerNo, ChannelId)>,
    met: HashSet<PeerNo>,
    report: SyncReport,
    done: oneshot::Sender<SyncReport>,
}

/// Everyone who waits.
#[derive(Default)]
pub(super) struct Syncs {
    matched: HashSet<(PeerNo, ChannelId)>,
    waits: Vec<Wait>,
}

impl Syncs {
    /// Someone waits from now on. Where too many do, it is told at once.
    pub(super) fn wait(&mut self, deadline: Instant, done: oneshot::Sender<SyncReport>) {
        if self.waits.len() >= MOST {
            let _ = done.send(SyncReport { unfinished: true, ..SyncReport::default() });
            return;
        }
        let (pending, met, report) = (self.matched.clone(), HashSet::new(), SyncReport::default());
        self.waits.push(Wait { deadline, quiet_since: None, pending, met, report, done });
    }

    pub(super) fn matched(&mut self, peer: PeerNo, channel: ChannelId) {
        self.matched.insert((peer, channel));
        for wait in &mut self.waits {
            wait.pending.insert((peer, channel));
            wait.quiet_since = None;
        }
    }

    pub(super) fn synced(&mut self, peer: PeerNo, channel: ChannelId, report: &Report, now: Instant) {
        for wait in &mut self.waits {
            wait.pending.remove(&(peer, channel));
            wait.met.insert(peer);
            wait.report.received += report.received;
            wait.report.duplicate += report.duplicate;
            wait.report.sent += report.sent;
            wait.report.refused += report.refused;
            wait.report.overhead_bytes += report.overhead_bytes;
            wait.rest(now);
        }
    }

    pub(super) fn gone(&mut self, peer: PeerNo, now: Instant) {
        self.matched.retain(|(matched, _)| *matched != peer);
        for wait in &mut self.waits {
            wait.pending.retain(|(pending, _)| *pending != peer);
            if !wait.met.is_empty() {
                wait.rest(now);
            }
        }
    }

    /// When the next of them ends.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waits.iter().map(Wait::ends).min()
    }

    /// Answers those that have ended.
    pub(super) fn end(&mut self, now: Instant) {
        let (over, waits) = std::mem::take(&mut self.waits).into_iter().partition(|wait| wait.ends() <= now);
        self.waits = waits;
        for Wait { mut report, met, pending, done, .. } in over {
            (report.peers, report.unfinished) = (met.len() as u64, met.is_empty() || !pending.is_empty());
            // Nobody may be left to hear.
            let _ = done.send(report);
        }
    }
}

impl Wait {
    fn rest(&mut self, now: Instant) {
        if self.pending.is_empty() {
            self.quiet_since = self.quiet_since.or(Some(now));
        }
    }

    fn ends(&self) -> Instant {
        self.quiet_since.map_or(self.deadline, |quiet| self.deadline.min(quiet + GRACE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(100);

    fn channel(n: u8) -> ChannelId {
        ChannelId::from_bytes([n; 32])
    }

    #[test]
    fn a_sync_ends_soon_after_all_that_matched_was_compared_and_adds_it_up() {
        let (mut syncs, now) = (Syncs::default(), Instant::now());
        let (done, mut told) = oneshot::channel();
        syncs.matched(PeerNo(1), channel(1));
        syncs.wait(now + LONG, done);
        syncs.matched(PeerNo(2), channel(1));
        let report = Report { received: 3, sent: 1, ..Report::default() };
        syncs.synced(PeerNo(1), channel(1), &report, now);
        assert_eq!(syncs.next(), Some(now + LONG));
        syncs.synced(PeerNo(2), channel(1), &report, now);
        assert_eq!(syncs.next(), Some(now + GRACE));
        syncs.end(now + GRACE);
        let told = told.try_recv().unwrap();
        assert_eq!((told.peers, told.received, told.sent, told.unfinished), (2, 6, 2, false));
    }

    #[test]
    fn with_nobody_there_it_ends_when_its_time_is_over() {
        let (mut syncs, now) = (Syncs::default(), Instant::now());
        let (done, mut told) = oneshot::channel();
        syncs.wait(now + LONG, done);
        syncs.end(now + GRACE);
        assert!(told.try_recv().is_err());
        syncs.end(now + LONG);
        assert_eq!(told.try_recv().unwrap(), SyncReport { unfinished: true, ..SyncReport::default() });
    }

    #[test]
    fn a_peer_that_goes_is_not_waited_for() {
        let (mut syncs, now) = (Syncs::default(), Instant::now());
        let (done, mut told) = oneshot::channel();
        syncs.matched(PeerNo(1), channel(1));
        syncs.matched(PeerNo(2), channel(1));
        syncs.wait(now + LONG, done);
        syncs.synced(PeerNo(1), channel(1), &Report::default(), now);
        syncs.gone(PeerNo(2), now);
        syncs.end(now + GRACE);
        assert!(!told.try_recv().unwrap().unfinished);
    }
}
