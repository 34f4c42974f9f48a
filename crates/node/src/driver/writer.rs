//! The thread that writes: changes that wait while the disk is busy become durable together.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, watch};

use crate::error::NodeError;
use crate::store::{Change, Store, StoreError};

/// How many jobs may wait.
const QUEUE: usize = 64;
/// How much becomes durable together, in bytes.
const TOGETHER: usize = 4 * 1024 * 1024;

/// Changes that commit together, numbered in order.
struct Job {
    no: u64,
    changes: Vec<Change>,
}

/// How far the thread has come.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// The last job that is durable.
    pub(super) done: u64,
    /// Why nothing more will be.
    pub(super) failure: Option<Arc<StoreError>>,
}

/// The loop's end of the thread.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    progress: watch::Receiver<Progress>,
    last: u64,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(store: Store) -> Result<Self, NodeError> {
        let (jobs, taken) = mpsc::channel(QUEUE);
        let (told, progress) = watch::channel(Progress::default());
        let thread = std::thread::Builder::new().name("kenes-store".to_owned());
        let thread = thread.spawn(move || run(&store, taken, &told)).map_err(StoreError::Io)?;
        Ok(Self { jobs: Some(jobs), progress, last: 0, thread: Some(thread) })
    }

    /// Hands over changes; waits only where many wait already. Their failure is told by [`Writer::progressed`].
    pub(super) async fn submit(&mut self, changes: Vec<Change>) {
        self.last += 1;
        let job = Job { no: self.last, changes };
        if let Some(jobs) = &self.jobs {
            // A thread that is gone has told why.
            let _ = jobs.send(job).await;
        }
    }

    /// The last job handed over.
    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    /// Whether all that was handed over is durable.
    pub(super) fn is_idle(&self) -> bool {
        self.progress.borrow().done >= self.last
    }

    /// How far the thread is, once it is further than when this was last asked.
    pub(super) async fn progressed(&mut self) -> Progress {
        if self.progress.changed().await.is_err() && self.progress.borrow().failure.is_none() {
            let failure = Some(Arc::new(StoreError::Failed));
            return Progress { failure, ..self.progress.borrow().clone() };
        }
        self.progress.borrow_and_update().clone()
    }

    /// Waits until all is durable or has failed, and for the thread's end.
    pub(super) async fn finish(&mut self) -> Progress {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It holds nothing that a panic of its own could not also have dropped.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        self.progress.borrow().clone()
    }
}

fn run(store: &Store, mut jobs: mpsc::Receiver<Job>, told: &watch::Sender<Progress>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut last = first.no;
        let mut changes = first.changes;
        while weight(&changes) < TOGETHER
            && let Ok(next) = jobs.try_recv()
        {
            last = next.no;
            changes.extend(next.changes);
        }
        match store.apply(&changes) {
            Ok(()) => told.send_modify(|progress| progress.done = last),
            Err(error) => {
                told.send_modify(|progress| progress.failure = Some(Arc::new(error)));
                return;
            }
        }
    }
}

fn weight(changes: &[Change]) -> usize {
    changes.iter().map(Change::weight).sum()
}
