//! The owner's word that it is enough: SIGINT or SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

/// Waits until this process is asked to end; for ever where the system lets nobody ask.
pub(crate) async fn asked_to_end() {
    let both = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = both else { return std::future::pending().await };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
