//! A `kenes` process of the story: one command to its end, or `kenes up` until it is told to end.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::signals;

/// Names the process whose story this one is part of, which it does not outlive.
const TELLER: &str = "KENES_TELLER";
/// How long one command may take.
const COMMAND: Duration = Duration::from_secs(60);
/// How long a process may take to be ready, or to end.
const TURN: Duration = Duration::from_secs(30);

/// This same program, in `home`, with nothing of the surroundings that would change what it does.
fn kenes(home: &Path, passphrase: &Path, arguments: &[&str]) -> Result<Command, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command
        .env_remove("KENES_HOME")
        .env_remove("KENES_LANG")
        .env(TELLER, std::process::id().to_string())
        .arg("--home")
        .arg(home)
        .arg("--passphrase-file")
        .arg(passphrase)
        .args(["--json", "--no-input", "--quiet", "--lang", "en"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

/// Ties this process to the one whose story it is part of, if it is; no where that one has ended already.
pub(crate) fn has_teller() -> bool {
    let Ok(teller) = std::env::var(TELLER) else { return true };
    teller.parse().ok().and_then(Pid::from_raw).is_some_and(signals::end_with)
}

/// Runs one command to its end and reads its answer.
pub(super) async fn run(home: &Path, passphrase: &Path, arguments: &[&str]) -> Result<Value, String> {
    let output = kenes(home, passphrase, arguments)?.output();
    let output = tokio::time::timeout(COMMAND, output).await.map_err(|_| "it took too long".to_owned())?;
    let output = output.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// A process that runs `kenes up`. It is killed where it is dropped without having been stopped.
pub(super) struct Running {
    child: Child,
    /// What it said when it was ready.
    pub(super) ready: Value,
}

impl Running {
    /// Starts one and waits until it is ready.
    pub(super) async fn start(home: &Path, passphrase: &Path, arguments: &[&str]) -> Result<Self, String> {
        let mut command = kenes(home, passphrase, arguments)?;
        let mut child = command.stderr(Stdio::inherit()).spawn().map_err(|error| error.to_string())?;
        let stdout = child.stdout.take().ok_or("it cannot be heard")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = tokio::time::timeout(TURN, lines.next_line()).await.map_err(|_| "it was not ready in time")?;
        let line = line.map_err(|error| error.to_string())?.ok_or("it ended before it was ready")?;
        let ready = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        Ok(Self { child, ready })
    }

    /// The first address that it listens on.
    pub(super) fn address(&self) -> Option<&str> {
        self.ready["listen"][0].as_str()
    }

    /// Asks it to end, and waits until it has.
    pub(super) async fn stop(mut self) -> Result<(), String> {
        let pid = self.child.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        let pid = pid.ok_or("it had ended already")?;
        kill_process(pid, Signal::TERM).map_err(|error| error.to_string())?;
        let ended = tokio::time::timeout(TURN, self.child.wait()).await.map_err(|_| "it did not end")?;
        let ended = ended.map_err(|error| error.to_string())?;
        if ended.success() { Ok(()) } else { Err(format!("it ended with {ended}")) }
    }
}
