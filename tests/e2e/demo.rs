//! The demo: told to its end, or ended before. Whichever way, none of its processes is left.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::time::{Instant, interval, timeout};

use crate::harness::World;
use crate::shape;

/// A watchdog, far above what anything takes.
const WAIT: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);

/// What runs in a folder under `folder`, by command lines.
fn running(folder: &Path) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    let folder = folder.to_str().unwrap();
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).filter(|line| line.contains(folder)).collect()
}

/// A demo in a folder of its own, at a moment when something of it runs.
async fn amid(world: &World, name: &str) -> Child {
    let folder = world.path(name);
    std::fs::create_dir(&folder).unwrap();
    let mut command = world.home("nobody").command(&["demo"]);
    let mut child = command.env("TMPDIR", &folder).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while !running(&folder).iter().any(|line| line.contains(" up ")) {
        let line = timeout(WAIT, lines.next_line()).await.expect("nothing is told").unwrap();
        assert!(line.is_some(), "the story ended, and nothing was seen to run");
    }
    // Whoever told it goes on telling.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    child
}

async fn until_nothing_runs(folder: &Path) {
    let (deadline, mut look) = (Instant::now() + WAIT, interval(LOOK));
    while !running(folder).is_empty() {
        assert!(Instant::now() < deadline, "left: {:?}", running(folder));
        look.tick().await;
    }
}

async fn end(child: &mut Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
    timeout(WAIT, child.wait()).await.expect("it does not end").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_whose_terminal_closes_leaves_no_process_and_no_home() {
    let world = World::new();
    let mut demo = amid(&world, "closed").await;
    end(&mut demo, Signal::HUP).await;
    until_nothing_runs(&world.path("closed")).await;
    assert_eq!(std::fs::read_dir(world.path("closed")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_is_killed_leaves_no_process() {
    let world = World::new();
    let mut demo = amid(&world, "killed").await;
    end(&mut demo, Signal::KILL).await;
    until_nothing_runs(&world.path("killed")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_is_told_to_its_end_and_every_step_of_it_holds() {
    let world = World::new();
    let told = world.home("nowhere").tries(&["demo"]).await;
    assert_eq!(told.code(), 0, "{}", told.stderr());
    let steps: Vec<serde_json::Value> = told.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    steps.iter().for_each(|step| shape::hold(&["demo"], step));
    let steps: Vec<&str> = steps.iter().map(|step| step["step"].as_str().unwrap()).collect();
    for step in ["demo-confirm", "demo-adopt", "demo-proven", "demo-forged-refused", "demo-search-done"] {
        assert!(steps.contains(&step), "{step} was not told: {steps:?}");
    }
    assert_eq!(steps.last(), Some(&"demo-end"));
    assert!(!world.path("nowhere").exists(), "and nothing of it is left");
}
