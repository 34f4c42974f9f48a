//! Joining, following and comparing by codes that one shows and the other photographs.

use std::process::Stdio;

use image::{GrayImage, Luma};
use tokio::process::Command;

use crate::harness::{COMMAND, Outcome, World, committee};
use crate::minutes::{end, up_together};

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_scans_the_invite_and_is_let_in_by_whoever_scans_the_newcomers_words() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let [invite, words, others] = ["invite.png", "words.png", "others.png"].map(|name| world.path(name));
    let [invite, words, others] = [&invite, &words, &others].map(|path| path.to_str().unwrap());
    a.does(&["committee", "invite", "--uses", "2", "--png", invite]).await;
    let (p, q) = (world.person("p").await, world.person("q").await);
    p.does(&["committee", "join", "--scan", invite, "--png", words]).await;
    q.does(&["committee", "join", "--scan", invite, "--png", others]).await;
    let town = up_together(&[&a, &p, &q]).await;
    town[0]
        .until("both requests", async |_| {
            a.does(&["committee", "requests"]).await["requests"].as_array().is_some_and(|all| all.len() == 2)
        })
        .await;
    // The words of the other one let nobody in.
    let refused = a.tries(&["committee", "admit", "p", "--scan", others]).await;
    assert_eq!(refused.kind(), "words_differ");
    let refused = a.tries(&["committee", "admit", "p", "--scan", invite]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (2, "other_code"));
    a.does(&["committee", "admit", "p", "--scan", words]).await;
    town[1].until_members(2).await;
    end(town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_somebody_is_can_be_scanned_from_their_own_screen() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let own = world.path("own.png");
    let own = own.to_str().unwrap();
    others[0].does(&["committee", "verify", "b", "--png", own]).await;
    let refused = a.tries(&["committee", "verify", "a", "--scan", own]).await;
    assert_eq!(refused.kind(), "words_differ");
    a.does(&["committee", "verify", "b", "--scan", own]).await;
    assert_eq!(a.member("b").await["verified"], true);
}

/// The mark in the corners of a code, in eight rows of eight.
const CORNER: [u8; 8] = [0b1111_1110, 0b1000_0010, 0b1011_1010, 0b1011_1010, 0b1011_1010, 0b1000_0010, 0b1111_1110, 0];

/// Whoever pairs each corner of a code with each other takes gigabytes for thousands of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_full_of_corners_takes_no_more_room_than_a_picture_may() {
    let world = World::new();
    let p = world.person("p").await;
    let dark = |x: u32, y: u32| CORNER[y as usize % 8] >> (7 - x % 8) & 1 == 1;
    let corners = GrayImage::from_fn(3_200, 3_200, |x, y| Luma([if dark(x, y) { 0 } else { 255 }]));
    let path = world.path("corners.png");
    corners.save(&path).unwrap();
    let tried = p.command(&["committee", "join", "--scan", path.to_str().unwrap()]);
    let tried = tried.as_std();
    let mut bounded = Command::new("sh");
    bounded.args(["-c", "ulimit -v 3000000 && exec \"$0\" \"$@\""]).arg(tried.get_program()).args(tried.get_args());
    let ended = bounded.env("LANG", "C.UTF-8").stdin(Stdio::null()).kill_on_drop(true).output();
    let refused = Outcome(tokio::time::timeout(COMMAND, ended).await.unwrap().unwrap());
    assert_eq!((refused.code(), refused.kind().as_str()), (2, "no_code"), "{}", refused.stderr());
}
