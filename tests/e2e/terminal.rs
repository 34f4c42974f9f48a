//! At a terminal: what is asked there, what Ctrl-C does, and words that nobody would see.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Stdio;
use std::time::Duration;

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::harness::{Home, World};

/// A watchdog, far above what anything takes.
const LONGEST: Duration = Duration::from_secs(60);

/// The program at a terminal of its own.
struct Terminal {
    person: File,
    program: OwnedFd,
    child: Child,
    said: mpsc::Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn run(home: &Home, arguments: &[&str]) -> Self {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let program = open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let end = || Stdio::from(program.try_clone().unwrap());
        // A session of its own, in which Ctrl-C is heard.
        let child = Command::new("setsid")
            .args(["--ctty", env!("CARGO_BIN_EXE_kenes"), "--lang", "en", "--home"])
            .arg(&home.path)
            .args(arguments)
            .env_remove("PAGER")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let person = File::from(person);
        let (tell, said) = mpsc::channel(64);
        let mut listening = person.try_clone().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = listening.read(&mut bytes) {
                if tell.blocking_send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { person, program, child, said, seen: String::new() }
    }

    /// Waits until it has said this, since what was waited for last.
    async fn until(&mut self, text: &str) {
        while !self.seen.contains(text) {
            let said = timeout(LONGEST, self.said.recv()).await;
            let said = said.unwrap_or_else(|_| panic!("never said {text}, only {}", self.seen)).unwrap();
            self.seen.push_str(&String::from_utf8_lossy(&said));
        }
        let end = self.seen.find(text).unwrap() + text.len();
        self.seen.drain(..end);
    }

    fn types(&mut self, text: &str) {
        self.person.write_all(text.as_bytes()).unwrap();
    }

    fn echoes(&self) -> bool {
        tcgetattr(self.program.as_fd()).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    async fn ends(&mut self) -> i32 {
        timeout(LONGEST, self.child.wait()).await.expect("it does not end").unwrap().code().unwrap_or(-1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_any_question_ends_with_130_and_leaves_the_terminal_as_it_was() {
    let world = World::new();
    let person = world.person("a").await;
    person.does(&["committee", "new", "Бірлік"]).await;
    let passphrase = world.path("passphrase");
    let passphrase = passphrase.to_str().unwrap();
    for (home, arguments, question, echoes) in [
        (&world.home("b"), &["init"][..], "What do you go by?", true),
        (&world.home("c"), &["init", "--name", "c"], "New passphrase:", false),
        (&person, &["bulletin", "list"], "Passphrase:", false),
        (&person, &["--passphrase-file", passphrase, "bulletin", "post"], "Ctrl-D", true),
        (&person, &["wipe"], "Type WIPE", true),
    ] {
        let mut terminal = Terminal::run(home, arguments);
        terminal.until(question).await;
        assert_eq!(terminal.echoes(), echoes, "{arguments:?}");
        terminal.types("\u{3}");
        assert_eq!(terminal.ends().await, 130, "{arguments:?}: {}", terminal.seen);
        assert!(terminal.echoes(), "{arguments:?}");
    }
    assert!(person.path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_is_asked_for_twice_and_not_shown() {
    let world = World::new();
    let mut terminal = Terminal::run(&world.home("a"), &["init"]);
    terminal.until("What do you go by?").await;
    terminal.types("Дина\n");
    for question in ["New passphrase:", "Once more:"] {
        terminal.until(question).await;
        terminal.types("бұл сынақ қана\n");
    }
    terminal.until("24 ").await;
    assert_eq!(terminal.ends().await, 0);
    assert!(!terminal.seen.contains("сынақ"), "{}", terminal.seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_nobody_saw_are_an_error_that_says_how_to_see_them() {
    let world = World::new();
    for (name, output) in [("full", "/dev/full"), ("null", "/dev/null")] {
        let home = world.home(name);
        let output = std::fs::OpenOptions::new().write(true).open(output).unwrap();
        let ended = home.command(&["init", "--name", name]).stdout(output).spawn().unwrap();
        let ended = ended.wait_with_output().await.unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("\"words_unseen\"") && said.contains("kenes keys backup"), "{said}");
        let words = home.does(&["keys", "backup"]).await;
        assert_eq!(words["recovery_words"].as_array().unwrap().len(), 24);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ballot_shows_what_it_is_about_and_is_cast_once_its_word_is_typed() {
    let world = World::new();
    let person = world.person("a").await;
    person.does(&["committee", "new", "Бірлік"]).await;
    let put = person.does(&["resolution", "propose", "--title", "Ереуіл", "Жұмысты тоқтатамыз."]).await;
    let id = put["id"].as_str().unwrap();
    let passphrase = world.path("passphrase");
    let vote = ["--passphrase-file", passphrase.to_str().unwrap(), "resolution", "vote", &id[..8], "adopt"];
    for (typed, code) in [("adopt\n", 130), ("ADOPT\n", 0)] {
        let mut terminal = Terminal::run(&person, &vote);
        for shown in ["Put by a", "Жұмысты тоқтатамыз.", "it takes 1", "Type ADOPT"] {
            terminal.until(shown).await;
        }
        terminal.types(typed);
        assert_eq!(terminal.ends().await, code, "{}", terminal.seen);
    }
    let mut meant = Terminal::run(&person, &[&vote[..], &["--yes"]].concat());
    meant.until("You are for it.").await;
    assert_eq!(meant.ends().await, 0);
}
