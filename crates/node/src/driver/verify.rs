//! Verification away from the loop: a bounded number of batches at a time, each on a thread of its own.

use std::collections::VecDeque;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use kenes_core::ids::EnvelopeId;
use kenes_core::relay::{BatchNo, Candidate, Checked, Keys, Reason, Refused, check};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use tokio::task::JoinSet;

/// Batches on their way through verification. Those that wait are bounded by what the machine hands out.
pub(super) struct Verifier {
    running: JoinSet<Checked>,
    waiting: VecDeque<(BatchNo, Vec<Candidate>)>,
    most: usize,
    /// Keys known to be sound, one set a thread.
    keys: Arc<Mutex<Vec<Keys>>>,
}

impl Verifier {
    pub(super) fn new() -> Self {
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        Self { running: JoinSet::new(), waiting: VecDeque::new(), most, keys: Arc::default() }
    }

    pub(super) fn submit(&mut self, batch: BatchNo, candidates: Vec<Candidate>) {
        self.waiting.push_back((batch, candidates));
        self.start_waiting();
    }

    /// Turns a batch away unread, and blames nobody: there is no room for it now.
    pub(super) fn turn_away(&mut self, batch: BatchNo, candidates: &[Candidate]) {
        let refuse = |candidate: &Candidate| Refused { id: candidate.envelope.id(), reason: Reason::TooMuch };
        let refused = candidates.iter().map(refuse).collect();
        self.running.spawn(async move { Checked { batch, verified: Vec::new(), refused } });
    }

    /// The next batch that is done.
    pub(super) async fn next(&mut self) -> Checked {
        loop {
            match self.running.join_next().await {
                Some(Ok(checked)) => {
                    self.start_waiting();
                    return checked;
                }
                Some(Err(error)) => tracing::error!(%error, "a verification was cut off"),
                None => pending().await,
            }
        }
    }

    fn start_waiting(&mut self) {
        while self.running.len() < self.most
            && let Some((batch, candidates)) = self.waiting.pop_front()
        {
            let keys = Arc::clone(&self.keys);
            self.running.spawn_blocking(move || verify(batch, candidates, &keys));
        }
    }
}

/// Whatever goes wrong here, the machine gets its answer: who waits for it must not wait for ever.
fn verify(batch: BatchNo, candidates: Vec<Candidate>, keys: &Mutex<Vec<Keys>>) -> Checked {
    let ids: Vec<EnvelopeId> = candidates.iter().map(|candidate| candidate.envelope.id()).collect();
    let mut own = locked(keys).pop().unwrap_or_default();
    let checked = randomness()
        .and_then(|mut rng| catch_unwind(AssertUnwindSafe(|| check(batch, candidates, &mut own, &mut rng))).ok());
    locked(keys).push(own);
    checked.unwrap_or_else(|| {
        tracing::error!("a batch could not be verified");
        let refused = ids.into_iter().map(|id| Refused { id, reason: Reason::TooMuch }).collect();
        Checked { batch, verified: Vec::new(), refused }
    })
}

/// Without randomness a batch proves nothing.
fn randomness() -> Option<ChaCha20Rng> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).ok()?;
    Some(ChaCha20Rng::from_seed(seed))
}

fn locked(keys: &Mutex<Vec<Keys>>) -> std::sync::MutexGuard<'_, Vec<Keys>> {
    keys.lock().unwrap_or_else(PoisonError::into_inner)
}
