//! A flood: peers that send what is invalid as fast as they are told to, each under a new name whenever it was let go;
//! and some that send what is valid and of no use, by a pen of the channel's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kenes_core::sign::SigningKey;
use libp2p::Multiaddr;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::forge::Forger;
use super::messages::{Cause, Request, frame};
use super::peer::{Attacker, Face};

/// Envelopes in one frame.
const FRAME: usize = 1_000;

/// What one of them sends.
#[derive(Clone, Copy)]
enum Kind {
    /// Signatures that do not fit.
    Forged,
    /// By pens that stand on no list.
    Unlisted,
    /// No envelopes at all.
    Garbage,
    /// By the informer's own pen.
    Informer,
}

/// How many were sent: those that the victim was seen to have taken in, or to have hung up on.
#[derive(Default)]
pub(crate) struct Sent {
    pub(crate) invalid: AtomicU64,
    pub(crate) valid: AtomicU64,
    /// Times that somebody was let go, or not let in.
    pub(crate) turned_away: AtomicU64,
}

/// Ten of them at work, until it is dropped.
pub(crate) struct Flood {
    pub(crate) sent: Arc<Sent>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Flood {
    /// Ten peers, who send a frame each `pause`. `pen` is the informer's.
    pub(crate) fn begin(address: &Multiaddr, face: &Face, pen: &SigningKey, pause: Duration) -> Self {
        let sent = Arc::new(Sent::default());
        let kinds =
            [Kind::Forged; 6].into_iter().chain([Kind::Unlisted, Kind::Garbage, Kind::Informer, Kind::Informer]);
        let tasks = kinds.enumerate().map(|(n, kind)| {
            let frames = frames(kind, face, pen, n);
            let (address, face, sent) = (address.clone(), face.clone(), Arc::clone(&sent));
            tokio::spawn(async move { pour(&address, &face, kind, frames, &sent, pause).await })
        });
        let tasks = tasks.collect();
        Self { sent, tasks }
    }
}

/// What it sends, made before it begins: the flood shall not be slowed by what it takes to sign it.
fn frames(kind: Kind, face: &Face, pen: &SigningKey, n: usize) -> Vec<Vec<u8>> {
    let stranger = SigningKey::from_seed([0xee; 32]);
    let by = if matches!(kind, Kind::Unlisted) { &stranger } else { pen };
    let mut forger = Forger::new(face.channel, by.clone(), face.clock);
    forger.made = n as u64 * 1_000_000;
    let count = if matches!(kind, Kind::Informer) { 10 } else { 2 };
    let push = Request::Push { channel: face.channel, cause: Cause::Live, gone: Vec::new() };
    let mut frame_of = |_: usize| {
        let envelopes: Vec<Vec<u8>> = (0..FRAME)
            .map(|_| match kind {
                Kind::Forged => forger.forged(),
                Kind::Unlisted | Kind::Informer => forger.junk().bytes().to_vec(),
                Kind::Garbage => vec![1; 600],
            })
            .collect();
        frame(&push, envelopes.iter().map(Vec::as_slice))
    };
    (0..count).map(&mut frame_of).collect()
}

async fn pour(address: &Multiaddr, face: &Face, kind: Kind, frames: Vec<Vec<u8>>, sent: &Sent, pause: Duration) {
    let mut clock = interval(pause);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut attacker = None;
    for frame in frames.iter().cycle() {
        clock.tick().await;
        if attacker.as_ref().is_none_or(Attacker::is_gone) {
            sent.turned_away.fetch_add(1, Ordering::Relaxed);
            let face = Face::new(face.channel, face.list, face.clock);
            attacker = Attacker::meet(address, face, None).await;
        }
        let Some(attacker) = &attacker else { continue };
        attacker.send(frame.clone()).await;
        let count = if matches!(kind, Kind::Informer) { &sent.valid } else { &sent.invalid };
        count.fetch_add(FRAME as u64, Ordering::Relaxed);
    }
}
