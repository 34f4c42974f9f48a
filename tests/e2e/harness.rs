//! Homes, commands and running nodes for the tests, and how to wait for what they do.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use kenes_web::client::Client;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Instant, timeout};

use crate::shape;

/// Watchdogs, far above what anything takes.
pub(crate) const COMMAND: Duration = Duration::from_secs(60);
const WAIT: Duration = Duration::from_secs(90);
/// A condition is looked at again after this, where no event says that something happened.
const LOOK: Duration = Duration::from_millis(250);

/// A folder with homes in it, gone when dropped.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("kenes-e2e-").tempdir().unwrap();
        let world = Self { folder };
        world.secret("passphrase", "бұл сынақ қана\n");
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that only its owner can read.
    pub(crate) fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// A home in which nothing has been set up.
    pub(crate) fn home(&self, name: &str) -> Home {
        Home { path: self.path(name), passphrase: self.path("passphrase"), clock: None }
    }

    /// A home with a keystore.
    pub(crate) async fn person(&self, name: &str) -> Home {
        let home = self.home(name);
        home.does(&["init", "--name", name]).await;
        home
    }

    /// A relay that runs.
    pub(crate) async fn relay(&self, name: &str) -> Up {
        self.home(name).up(&["--relay"]).await
    }
}

/// One home, and the commands that are given in it.
#[derive(Clone)]
pub(crate) struct Home {
    pub(crate) path: PathBuf,
    pub(crate) passphrase: PathBuf,
    /// The library that lies about the time, and what it is told, where the clock is to be wrong.
    pub(crate) clock: Option<(PathBuf, &'static str)>,
}

impl Home {
    /// The program in this home, as scripts call it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.program(&["--json", "--no-input", "--quiet"], arguments)
    }

    /// The program in this home, as people call it, in English.
    pub(crate) fn speaking(&self, arguments: &[&str]) -> Command {
        self.program(&["--no-input"], arguments)
    }

    /// The program in this home, with nothing of the surroundings that would change what it does.
    fn program(&self, manner: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kenes"));
        if let Some((library, clock)) = &self.clock {
            command.env("LD_PRELOAD", library).env("FAKETIME", clock).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        for name in ["KENES_HOME", "KENES_LANG", "KENES_LOG", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "PAGER", "COLUMNS"] {
            command.env_remove(name);
        }
        command
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .arg("--home")
            .arg(&self.path)
            .args(manner)
            .arg("--passphrase-file")
            .arg(&self.passphrase)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// What one command says to people, in English: answer, remarks and errors.
    pub(crate) async fn says(&self, arguments: &[&str]) -> String {
        let output = timeout(COMMAND, self.speaking(arguments).output()).await;
        let output = output.unwrap_or_else(|_| panic!("no end of kenes {arguments:?}")).unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    /// The same, on a screen of so many columns.
    pub(crate) async fn says_on(&self, columns: usize, arguments: &[&str]) -> String {
        let mut command = self.program(&["--no-input", "--quiet"], arguments);
        let output = timeout(COMMAND, command.env("COLUMNS", columns.to_string()).output()).await;
        let output = output.unwrap_or_else(|_| panic!("no end of kenes {arguments:?}")).unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    /// One command to its end, whatever that is.
    pub(crate) async fn tries(&self, arguments: &[&str]) -> Outcome {
        let output = timeout(COMMAND, self.command(arguments).output()).await;
        Outcome(output.unwrap_or_else(|_| panic!("no end of kenes {arguments:?}")).unwrap())
    }

    /// One command that must succeed, and its answer, which must be what `docs/scripts.md` says of it.
    pub(crate) async fn does(&self, arguments: &[&str]) -> Value {
        let outcome = self.tries(arguments).await;
        assert_eq!(outcome.code(), 0, "kenes {arguments:?}: {}", outcome.stderr());
        let answer = outcome.answer();
        shape::hold(arguments, &answer);
        answer
    }

    /// Writes a bulletin and gives its id.
    pub(crate) async fn writes(&self, text: &str) -> String {
        self.does(&["bulletin", "post", text]).await["id"].as_str().unwrap().to_owned()
    }

    /// The texts of all bulletins that can be read here, sorted.
    pub(crate) async fn reads(&self) -> Vec<String> {
        let list = self.does(&["bulletin", "list"]).await;
        let bulletins = list["bulletins"].as_array().unwrap();
        let mut texts: Vec<String> = bulletins.iter().map(|b| b["text"].as_str().unwrap().to_owned()).collect();
        texts.sort();
        texts
    }

    /// The same home by a clock that is set otherwise.
    pub(crate) fn by(&self, library: &Path, clock: &'static str) -> Self {
        Self { clock: Some((library.to_owned(), clock)), ..self.clone() }
    }

    /// What a member is, as this home's desk has it.
    pub(crate) async fn member(&self, name: &str) -> Value {
        let members = self.does(&["committee", "members"]).await;
        let found = members["members"].as_array().unwrap().iter().find(|member| member["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {members}")).clone()
    }

    /// Comes by a relay with the keys open, stays until `holds` and both have the same, and is gone again.
    pub(crate) async fn visits(&self, relay: &Up, what: &str, holds: impl AsyncFn(&Client) -> bool) {
        let up = self.up_unlocked(&["--peer", &relay.address()]).await;
        up.until(what, holds).await;
        up.until_level_with(relay).await;
        up.stop().await;
    }

    /// `kenes up`, on the loopback interface alone, ready.
    pub(crate) async fn up(&self, arguments: &[&str]) -> Up {
        let mut all = vec!["up", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"];
        all.extend_from_slice(arguments);
        let mut child = self.command(&all).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = timeout(COMMAND, lines.next_line()).await.expect("not ready in time").unwrap();
        let ready = serde_json::from_str(&ready.expect("it ended before it was ready")).unwrap();
        shape::hold(&["up"], &ready);
        let client = Client::connect(&self.path.join("kenes.sock")).await.unwrap();
        Up { home: self.clone(), ready, client, child, _lines: lines }
    }

    /// The same with the keys open.
    pub(crate) async fn up_unlocked(&self, arguments: &[&str]) -> Up {
        let up = self.up(arguments).await;
        self.does(&["unlock"]).await;
        up
    }
}

/// How a command ended.
pub(crate) struct Outcome(pub(crate) Output);

impl Outcome {
    pub(crate) fn of(output: Output) -> Self {
        Self(output)
    }

    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.stdout
    }

    pub(crate) fn answer(&self) -> Value {
        serde_json::from_slice(&self.0.stdout).unwrap_or_else(|_| panic!("no JSON: {}", self.stdout()))
    }

    /// The kind of error on stderr, which must be the one document there.
    pub(crate) fn kind(&self) -> String {
        let document: Value = serde_json::from_str(self.stderr().trim())
            .unwrap_or_else(|_| panic!("no error in JSON (code {}): {}", self.code(), self.stderr()));
        shape::hold_failure(&document);
        document["error"]["kind"].as_str().unwrap().to_owned()
    }
}

/// A process that runs `kenes up`. It is killed where it is dropped without having been stopped.
pub(crate) struct Up {
    pub(crate) home: Home,
    pub(crate) ready: Value,
    pub(crate) client: Client,
    child: Child,
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Up {
    pub(crate) fn address(&self) -> String {
        self.ready["listen"][0].as_str().expect("it listens nowhere").to_owned()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id().expect("it has ended")).unwrap()).unwrap()
    }

    /// Asks it to end, and sees that it ends well.
    pub(crate) async fn stop(mut self) {
        kill_process(self.pid(), Signal::TERM).unwrap();
        let ended = timeout(COMMAND, self.child.wait()).await.expect("it does not end").unwrap();
        assert!(ended.success(), "it ended with {ended}");
    }

    /// Kills it without warning.
    pub(crate) async fn kill(mut self) {
        kill_process(self.pid(), Signal::KILL).unwrap();
        timeout(COMMAND, self.child.wait()).await.expect("it cannot be killed").unwrap();
    }

    /// Waits until `holds`, looking again whenever something happens.
    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn(&Client) -> bool) {
        let deadline = Instant::now() + WAIT;
        let mut events = self.client.events().await.unwrap();
        while !holds(&self.client).await {
            assert!(Instant::now() < deadline, "{}: {what} never came", self.home.path.display());
            // An event, or a while without one: either way it is time to look.
            let _ = timeout(LOOK, events.next()).await;
        }
    }

    pub(crate) async fn until_bulletins(&self, count: usize) {
        self.until(&format!("{count} bulletins"), async |client| {
            client.bulletins(&Default::default()).await.is_ok_and(|found| found.bulletins.len() >= count)
        })
        .await;
    }

    pub(crate) async fn until_members(&self, count: usize) {
        self.until(&format!("{count} members"), async |client| {
            let Ok(committees) = client.committees().await else { return false };
            let Some(committee) = committees.committees.first() else { return false };
            client.members(committee.id).await.is_ok_and(|found| found.members.len() >= count)
        })
        .await;
    }

    /// Waits until the request to join is signed and handed to the node.
    pub(crate) async fn until_asked(&self) {
        self.until("the request to join", async |client| {
            client.committees().await.is_ok_and(|found| found.committees.iter().all(|committee| committee.asked))
        })
        .await;
    }

    /// Waits until this node and `other`, who carry the same, have compared everything and have the same.
    pub(crate) async fn until_level_with(&self, other: &Self) {
        self.until("what the other has, and the other what is here", async |client| {
            let (Ok(here), Ok(there)) = (client.status().await, other.client.status().await) else { return false };
            here.envelopes == there.envelopes && here.peers.iter().any(|peer| peer.last_sync.is_some())
        })
        .await;
    }

    pub(crate) async fn until_envelopes(&self, count: u64) {
        self.until(&format!("{count} envelopes"), async |client| {
            client.status().await.is_ok_and(|status| status.envelopes >= count)
        })
        .await;
    }
}

/// A founder and others, all let in, all their processes ended again.
pub(crate) async fn committee(world: &World, founder: &str, others: &[&str]) -> (Home, Vec<Home>) {
    let first = world.person(founder).await;
    first.does(&["committee", "new", "Бірлік"]).await;
    let up = first.up_unlocked(&[]).await;
    let mut members = Vec::new();
    for name in others {
        let member = world.person(name).await;
        join(&first, &member).await;
        let joining = member.up_unlocked(&["--peer", &up.address()]).await;
        joining.until_members(2 + members.len()).await;
        joining.stop().await;
        members.push(member);
    }
    up.stop().await;
    (first, members)
}

/// Hands an invite over and asks by it.
pub(crate) async fn join(inviter: &Home, joiner: &Home) {
    let invite = inviter.does(&["committee", "invite", "--uses", "1"]).await;
    joiner.does(&["committee", "join", invite["uri"].as_str().unwrap()]).await;
}

/// Copies a folder as `cp -r` would.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    std::fs::set_permissions(to, Permissions::from_mode(0o700)).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (kind, target) = (entry.file_type().unwrap(), to.join(entry.file_name()));
        if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if kind.is_file() {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
