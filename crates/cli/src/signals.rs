//! The owner's word that it is enough: SIGINT or SIGTERM.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for that word from the moment it is made: before that, the word ends the process where it stands.
pub(crate) struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Signals {
    pub(crate) fn listen() -> Self {
        Self { interrupt: signal(SignalKind::interrupt()).ok(), terminate: signal(SignalKind::terminate()).ok() }
    }

    /// Waits until this process is asked to end; for ever where the system lets nobody ask.
    pub(crate) async fn asked_to_end(&mut self) {
        tokio::select! {
            () = heard(&mut self.interrupt) => {}
            () = heard(&mut self.terminate) => {}
        }
    }
}

async fn heard(signal: &mut Option<Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending().await
}
