//! The owner's word that it is enough: SIGINT, SIGTERM, or a terminal that closes.

use rustix::process::{Pid, Signal as Sent, getppid, set_parent_process_death_signal};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for that word from the moment it is made: before that, the word ends the process where it stands.
pub(crate) struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
    hang_up: Option<Signal>,
}

impl Signals {
    pub(crate) fn listen() -> Self {
        // Whoever starts this under `nohup` wants it to outlive the terminal.
        let hang_up = if hang_up_is_ignored() { None } else { signal(SignalKind::hangup()).ok() };
        let (interrupt, terminate) = (signal(SignalKind::interrupt()).ok(), signal(SignalKind::terminate()).ok());
        Self { interrupt, terminate, hang_up }
    }

    /// Waits until this process is asked to end; for ever where the system lets nobody ask.
    pub(crate) async fn asked_to_end(&mut self) {
        tokio::select! {
            () = heard(&mut self.interrupt) => {}
            () = heard(&mut self.terminate) => {}
            () = heard(&mut self.hang_up) => {}
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

/// Whether this process was started with SIGHUP ignored; no where the system does not say.
fn hang_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    // Signals are counted from one.
    mask & 1 << (Sent::HUP.as_raw() - 1) != 0
}

/// Has this process asked to end when `parent` does, however that comes about. No where that has ended already.
pub(crate) fn end_with(parent: Pid) -> bool {
    set_parent_process_death_signal(Some(Sent::TERM)).is_ok() && getppid() == Some(parent)
}
