//! Homes, and `kenes up` in a machine of a lab. The socket of a home is a file: commands reach it from anywhere.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use kenes_web::api::{BulletinsQuery, Status};
use kenes_web::client::Client;
use rustix::process::{Pid, Signal, kill_process};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::runtime::Handle;
use tokio::time::{Instant, interval, timeout};

use crate::cable::Machine;

/// Watchdogs, far above what anything takes.
const COMMAND: Duration = Duration::from_secs(120);
const WAIT: Duration = Duration::from_secs(300);
/// A condition is looked at again after this.
pub(crate) const LOOK: Duration = Duration::from_millis(200);

/// A folder with homes in it, gone when dropped.
pub(crate) struct Homes {
    folder: TempDir,
}

impl Homes {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("kenes-mesh-").tempdir().unwrap();
        let passphrase = folder.path().join("passphrase");
        std::fs::write(&passphrase, "бұл сынақ қана\n").unwrap();
        std::fs::set_permissions(&passphrase, Permissions::from_mode(0o600)).unwrap();
        Self { folder }
    }

    /// A home in which nothing has been set up.
    pub(crate) fn home(&self, name: &str) -> Home {
        Home { path: self.folder.path().join(name), passphrase: self.folder.path().join("passphrase") }
    }

    /// A home with a keystore.
    pub(crate) async fn person(&self, name: &str) -> Home {
        let home = self.home(name);
        home.does(&["init", "--name", name]).await;
        home
    }
}

/// One home, and the commands that are given in it.
#[derive(Clone)]
pub(crate) struct Home {
    path: PathBuf,
    passphrase: PathBuf,
}

impl Home {
    /// One command that must succeed, and its answer.
    pub(crate) async fn does(&self, arguments: &[&str]) -> Value {
        let output = timeout(COMMAND, self.command(None, arguments).stderr(Stdio::piped()).output()).await;
        let output = output.unwrap_or_else(|_| panic!("no end of kenes {arguments:?}")).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kenes {arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// `kenes up` in a machine, ready.
    pub(crate) async fn up(&self, machine: &Machine, arguments: &[&str]) -> Node {
        let mut command = self.command(Some(machine), &[&["up"], arguments].concat());
        self.ready(command.stderr(Stdio::inherit()).spawn().unwrap()).await
    }

    /// The same on a system that hides its networks, as Android does: it refuses the sockets that would show them. A
    /// thread is told to refuse them, and so whatever it starts.
    pub(crate) async fn up_unseeing(&self, machine: &Machine, arguments: &[&str]) -> Node {
        let mut command = self.command(Some(machine), &[&["up"], arguments].concat());
        // It would end with the thread.
        command.env_remove("KENES_TELLER").stderr(Stdio::inherit());
        let here = Handle::current();
        let start = move || {
            let _here = here.enter();
            refuse_netlink();
            command.spawn().unwrap()
        };
        self.ready(thread::spawn(start).join().unwrap()).await
    }

    async fn ready(&self, mut child: Child) -> Node {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = timeout(COMMAND, lines.next_line()).await.expect("not ready in time").unwrap();
        let ready = serde_json::from_str(&ready.expect("it ended before it was ready")).unwrap();
        let client = Client::connect(&self.path.join("kenes.sock")).await.unwrap();
        Node { home: self.clone(), ready, client, child, _lines: lines }
    }

    fn command(&self, machine: Option<&Machine>, arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_kenes");
        let mut command = match machine {
            Some(machine) => {
                let mut command = Command::new("nsenter");
                command.arg(format!("--net=/run/netns/{}", machine.namespace())).arg(program);
                command
            }
            None => Command::new(program),
        };
        for name in ["KENES_HOME", "KENES_LANG", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "PAGER", "COLUMNS"] {
            command.env_remove(name);
        }
        // It does not outlive this process, however that ends.
        command.env("KENES_TELLER", std::process::id().to_string());
        command.env("LANG", "C.UTF-8").env("TZ", "UTC").arg("--home").arg(&self.path);
        command.args(["--json", "--no-input", "--quiet", "--passphrase-file"]).arg(&self.passphrase).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        command
    }
}

/// From now on the system refuses netlink sockets to this thread, and to whatever it starts.
fn refuse_netlink() {
    const NETLINK: u64 = 16;
    let (arch, socket) = match std::env::consts::ARCH {
        "aarch64" => (TargetArch::aarch64, 198),
        _ => (TargetArch::x86_64, 41),
    };
    let netlink = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, NETLINK).unwrap();
    let rules = [(socket, vec![SeccompRule::new(vec![netlink]).unwrap()])].into();
    let refused = SeccompAction::Errno(rustix::io::Errno::ACCESS.raw_os_error().unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refused, arch).unwrap();
    let filter: BpfProgram = filter.try_into().unwrap();
    seccompiler::apply_filter(&filter).unwrap();
}

/// A process that runs `kenes up`. It is killed where it is dropped without having been stopped.
pub(crate) struct Node {
    pub(crate) home: Home,
    /// What it said once it was ready.
    pub(crate) ready: Value,
    pub(crate) client: Client,
    child: Child,
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Node {
    pub(crate) async fn status(&self) -> Status {
        timeout(COMMAND, self.client.status()).await.expect("no status").unwrap()
    }

    /// Asks it to end, and sees that it ends well.
    pub(crate) async fn stop(mut self) {
        self.signal(Signal::TERM);
        let ended = timeout(COMMAND, self.child.wait()).await.expect("it does not end").unwrap();
        assert!(ended.success(), "it ended with {ended}");
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id().expect("it has ended")).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Waits until `holds` of its status.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Status) -> bool) {
        until(&format!("{}: {what}", self.home.path.display()), async || holds(&self.status().await)).await;
    }

    pub(crate) async fn until_bulletins(&self, count: usize) {
        until(&format!("{}: {count} bulletins", self.home.path.display()), async || {
            let all = BulletinsQuery { limit: Some(1_000), ..Default::default() };
            self.client.bulletins(&all).await.is_ok_and(|found| found.bulletins.len() >= count)
        })
        .await;
    }

    pub(crate) async fn until_members(&self, count: usize) {
        until(&format!("{}: {count} members", self.home.path.display()), async || {
            let Ok(committees) = self.client.committees().await else { return false };
            let Some(committee) = committees.committees.first() else { return false };
            self.client.members(committee.id).await.is_ok_and(|found| found.members.len() >= count)
        })
        .await;
    }
}

/// Waits until `holds`, looking again and again.
pub(crate) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + WAIT;
    let mut looks = interval(LOOK);
    while !holds().await {
        assert!(Instant::now() < deadline, "{what} never came");
        looks.tick().await;
    }
}
