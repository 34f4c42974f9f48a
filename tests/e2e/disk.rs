//! A disk that is full, or can only be read: what is there is read, what cannot be written is refused in words, and all
//! is well again once there is room. Needs to mount a small disk, and says so where it cannot.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Home, World};

/// A disk of 32 MiB in memory, gone when dropped.
struct Small(PathBuf);

impl Small {
    fn mount(path: PathBuf) -> Option<Self> {
        fs::create_dir(&path).unwrap();
        let mounted = run("mount", &["-t", "tmpfs", "-o", "size=32m", "tmpfs"], &path);
        if !mounted {
            eprintln!("skipped: no small disk can be mounted here");
        }
        mounted.then_some(Self(path))
    }

    fn fill(&self) {
        let mut file = fs::File::create(self.0.join("fill")).unwrap();
        let block = [0; 64 * 1024];
        while file.write_all(&block).is_ok() {}
        while file.write_all(&[0; 512]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join("fill")).unwrap();
    }

    fn may_write(&self, may: bool) {
        let option = if may { "remount,rw" } else { "remount,ro" };
        assert!(run("mount", &["-o", option], &self.0));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.0);
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    Command::new(program).args(arguments).arg(path).output().is_ok_and(|output| output.status.success())
}

async fn reads_and_writes_nothing(home: &Home, reason: &str) {
    assert_eq!(home.reads().await, ["бар"]);
    let id = home.does(&["bulletin", "list"]).await["bulletins"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.does(&["bulletin", "show", &id]).await["text"], "бар");
    assert_eq!(home.does(&["committee", "list"]).await["committees"][0]["name"], "Бірлік");
    assert_eq!(home.does(&["status"]).await["channels"], 1);
    let up = ["up", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"];
    for (arguments, kinds) in [(&["bulletin", "post", "жоқ"][..], &["storage"][..]), (&up, &["storage", "socket"])] {
        let refused = home.tries(arguments).await;
        assert_eq!(refused.code(), 1, "{arguments:?}: {}", refused.stderr());
        assert!(kinds.contains(&refused.kind().as_str()) && refused.stderr().contains(reason), "{}", refused.stderr());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_disk_that_is_full_or_read_only_everything_is_read_and_writing_is_refused_until_it_is_not() {
    let world = World::new();
    let Some(disk) = Small::mount(world.path("disk")) else { return };
    let home = Home { path: disk.0.join("home"), ..world.home("home") };
    home.does(&["init", "--name", "a"]).await;
    home.does(&["committee", "new", "Бірлік"]).await;
    home.writes("бар").await;

    disk.fill();
    reads_and_writes_nothing(&home, "the disk is full").await;
    disk.free();
    disk.may_write(false);
    reads_and_writes_nothing(&home, "the disk can only be read").await;
    disk.may_write(true);
    home.writes("қайта").await;
    assert_eq!(home.reads().await, ["бар", "қайта"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_node_whose_disk_fills_refuses_and_reads_and_goes_on_by_itself_once_there_is_room() {
    let world = World::new();
    let Some(disk) = Small::mount(world.path("disk")) else { return };
    let home = Home { path: disk.0.join("home"), ..world.home("home") };
    home.does(&["init", "--name", "a"]).await;
    home.does(&["committee", "new", "Бірлік"]).await;
    let up = home.up_unlocked(&[]).await;
    for text in ["бір", "екі", "үш"] {
        home.writes(text).await;
    }
    for _ in 0..2 {
        disk.fill();
        for arguments in
            [&["bulletin", "post", "жоқ"][..], &["committee", "new", "Жаңа"], &["peers", "add", "/ip4/127.0.0.1/tcp/9"]]
        {
            let refused = home.tries(arguments).await;
            assert_eq!((refused.code(), refused.kind().as_str()), (1, "storage"), "{}", refused.stderr());
            assert!(refused.stderr().contains("the disk is full"), "{}", refused.stderr());
        }
        assert_eq!(home.reads().await, ["бір", "екі", "үш"]);
        disk.free();
    }
    home.writes("қайта").await;
    up.kill().await;
    assert_eq!(home.reads().await, ["бір", "екі", "қайта", "үш"]);
}
