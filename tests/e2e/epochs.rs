//! Who reads on: epochs of two halves, an exclusion that nobody answered yet, and a member who comes back after weeks.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use kenes_web::client::Client;

use crate::clocks::faketime;
use crate::harness::{Home, Up, World, committee, join};

async fn knows_out(client: &Client, names: &[&str]) -> bool {
    let Ok(committees) = client.committees().await else { return false };
    let Ok(found) = client.members(committees.committees[0].id).await else { return false };
    names.iter().all(|name| found.members.iter().any(|member| member.name == *name && !member.out.is_empty()))
}

async fn has_minutes(client: &Client, no: u32) -> bool {
    client.committees().await.is_ok_and(|found| found.committees[0].minutes_no == no)
}

async fn has_bulletins(client: &Client, count: usize) -> bool {
    client.bulletins(&Default::default()).await.is_ok_and(|found| found.bulletins.len() >= count)
}

/// All of them at a relay, by the same clock.
async fn gather(relay: &Up, homes: &[&Home]) -> Vec<Up> {
    let mut town = vec![];
    for home in homes {
        town.push(home.up_unlocked(&["--peer", &relay.address()]).await);
    }
    town
}

async fn part(town: Vec<Up>, relay: &Up) {
    for up in town {
        up.until_level_with(relay).await;
        up.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e6_e1_whoever_came_in_one_half_gets_a_share_and_two_halves_that_each_put_one_out_write_to_neither() {
    let world = World::new();
    let relay = world.relay("relay").await;
    let (a, others) = committee(&world, "a", &["b", "c", "x", "y"]).await;
    let [b, c, x, y] = others.as_slice() else { panic!("four others") };
    a.does(&["minutes", "propose", "--yes", "--admit", "b", "c"]).await;
    for home in [&a, b, c, x, y] {
        home.visits(&relay, "minutes No. 1", async |client| has_minutes(client, 1).await).await;
    }
    // E6. In A's half somebody comes; in B's an epoch begins, and B writes in it.
    let p = world.person("p").await;
    join(&a, &p).await;
    let apart = a.up_unlocked(&[]).await;
    let newcomer = p.up_unlocked(&["--peer", &apart.address()]).await;
    newcomer.until_members(6).await;
    newcomer.stop().await;
    apart.stop().await;
    b.does(&["committee", "pause", "y", "--because", "distrust"]).await;
    b.writes("жаңа кезеңде").await;
    let town = gather(&relay, &[&a, b, c, &p]).await;
    town[3].until_bulletins(1).await;
    assert_eq!(p.reads().await, ["жаңа кезеңде"], "by a late share");
    part(town, &relay).await;

    // E1. A's half pauses X, C's pauses P, and each writes. Whoever is still in there reads that.
    a.does(&["committee", "pause", "x", "--because", "lost-device"]).await;
    a.writes("х-сыз").await;
    c.does(&["committee", "pause", "p", "--because", "distrust"]).await;
    c.writes("p-сыз").await;
    let town = gather(&relay, &[&a, b, c]).await;
    for up in &town {
        up.until("both exclusions", async |client| knows_out(client, &["x", "p"]).await).await;
        up.until_bulletins(3).await;
    }
    b.writes("екеуінсіз").await;
    for up in &town {
        up.until_bulletins(4).await;
    }
    part(town, &relay).await;
    let before = ["жаңа кезеңде", "екеуінсіз", "х-сыз", "p-сыз"].map(str::to_owned);
    for home in [&a, b, c] {
        let mut read = home.reads().await;
        read.sort();
        let mut all = before.to_vec();
        all.sort();
        assert_eq!(read, all);
    }
    // Each of the two has one half's epoch, and the one that came after is in neither.
    for (home, reads) in [(x, "p-сыз"), (&p, "х-сыз")] {
        home.visits(&relay, "its half", async |client| has_bulletins(client, 2).await).await;
        let mut expected = [reads, "жаңа кезеңде"];
        expected.sort_unstable();
        assert_eq!(home.reads().await, expected, "{}", home.path.display());
    }
    y.visits(&relay, "nothing", async |_| true).await;
    assert!(y.reads().await.is_empty(), "paused before all of it");
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_e4_whoever_writes_after_a_removal_rotates_first_and_what_the_removed_writes_is_refused() {
    let world = World::new();
    let relay = world.relay("relay").await;
    let (a, others) = committee(&world, "a", &["b", "c", "x", "late"]).await;
    let [b, c, x, late] = others.as_slice() else { panic!("four others") };
    a.does(&["minutes", "propose", "--yes", "--admit", "b", "c", "x"]).await;
    let town = gather(&relay, &[&a, b, c, late, x]).await;
    for up in &town {
        up.until_minutes(1).await;
    }
    x.writes("бұрын").await;
    for up in &town {
        up.until_bulletins(1).await;
    }
    part(town, &relay).await;
    // B and C sign apart, so that neither knows of the third signature; nobody begins an epoch for it.
    let sheet = a.does(&["minutes", "propose", "--yes", "--remove", "x"]).await;
    let sheet = sheet["id"].as_str().unwrap();
    let file = |name: &str| world.path(name).to_str().unwrap().to_owned();
    a.does(&["minutes", "export", sheet, &file("sheet")]).await;
    for (home, name) in [(b, "b's"), (c, "c's")] {
        home.does(&["minutes", "import", &file("sheet")]).await;
        assert_eq!(home.does(&["minutes", "sign", "--yes", sheet]).await["status"], "open");
        home.does(&["minutes", "export", sheet, &file(name)]).await;
    }
    // E4. Someone who has not heard of it writes as before, and so does X.
    late.writes("мен білмедім").await;
    x.writes("шығарылғаннан кейін").await;
    for name in ["b's", "c's"] {
        a.does(&["minutes", "import", &file(name)]).await;
    }
    assert_eq!(a.does(&["minutes", "show", "2"]).await["id"], sheet);
    // E3. X knows the secret in use, and is there when A writes.
    let mut town = gather(&relay, &[x, late]).await;
    a.writes("x оқымайды").await;
    town.extend(gather(&relay, &[&a, b, c]).await);
    for up in &town[1..] {
        up.until_bulletins(3).await;
    }
    for up in &town {
        up.until_level_with(&relay).await;
    }
    for home in [&a, b, c, late] {
        assert_eq!(home.reads().await, ["x оқымайды", "бұрын", "мен білмедім"], "{}", home.path.display());
    }
    let standing = async |text: &str| {
        let list = b.does(&["bulletin", "list"]).await;
        let bulletins = list["bulletins"].as_array().unwrap();
        bulletins.iter().find(|bulletin| bulletin["text"] == text).unwrap()["author"]["standing"].clone()
    };
    assert_eq!((standing("бұрын").await, standing("мен білмедім").await), ("suspended".into(), "ok".into()));
    // X still opens what is written under the old epoch, and by now its own desk knows what the others refuse.
    assert_eq!(x.reads().await, ["бұрын", "мен білмедім"]);
    assert_eq!(x.does(&["committee", "show"]).await["standing"], "removed");
    part(town, &relay).await;
    relay.stop().await;
}

/// These homes by a clock that is so far ahead, which their owners say is right.
async fn later<const N: usize>(library: &Path, clock: &'static str, homes: [&Home; N]) -> [Home; N] {
    for home in homes {
        home.by(library, clock).does(&["clock", "right"]).await;
    }
    homes.map(|home| home.by(library, clock))
}

/// A long text that no compression makes shorter by much.
fn noise(seed: u32) -> String {
    let step = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(char::from(b'!' + (*state >> 24) as u8 % 90))
    };
    (0..24 * 1024).scan(seed, |state, _| step(state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn e8_l3_a_member_back_after_forty_days_reads_by_a_relay_that_a_former_member_floods() {
    let Some(library) = faketime() else { return };
    let world = World::new();
    let relay = world.home("relay");
    std::fs::DirBuilder::new().mode(0o700).create(&relay.path).unwrap();
    std::fs::write(relay.path.join("config.toml"), "[limits]\nchannel_bytes = 600000\n").unwrap();
    let (a, others) = committee(&world, "a", &["b", "c", "x"]).await;
    let [b, c, x] = others.as_slice() else { panic!("three others") };
    a.does(&["minutes", "propose", "--yes", "--admit", "b", "c"]).await;
    let at = relay.up(&["--relay"]).await;
    for home in [&a, b, c, x] {
        home.visits(&at, "minutes No. 1", async |client| has_minutes(client, 1).await).await;
    }
    a.does(&["committee", "pause", "x", "--because", "lost-device"]).await;
    a.visits(&at, "nothing", async |_| true).await;
    at.stop().await;

    // C is away from here on, and X hears nothing any more. A list without X comes after an hour, another after a month.
    for (clock, text) in
        [("+3h", "алғашқы"), ("+20d", "жиырмасыншы күн"), ("+35d", "отыз бесінші күн"), ("+39d", "кеше")]
    {
        let [a, b, relay] = later(&library, clock, [&a, b, &relay]).await;
        let at = relay.up(&["--relay"]).await;
        let town = gather(&at, &[&a, &b]).await;
        a.writes(text).await;
        if clock == "+20d" {
            let sheet = a.does(&["minutes", "propose", "--yes", "--steward", "b"]).await;
            assert_eq!(sheet["status"], "open");
            assert_eq!(town[1].signs().await["status"], "adopted");
        }
        town[1].until("what A wrote", async |_| b.reads().await.contains(&text.to_owned())).await;
        part(town, &at).await;
        at.stop().await;
    }
    let [c, x, relay] = later(&library, "+40d", [c, x, &relay]).await;
    // X's own desk knows nothing of what was decided, and writes as much as it can under its old pen.
    let up = x.up_unlocked(&[]).await;
    for n in 0..40 {
        x.writes(&noise(n)).await;
    }
    up.stop().await;
    let at = relay.up(&["--relay"]).await;
    let flood = x.up(&["--peer", &at.address()]).await;
    flood
        .until("all of it told", async |client| {
            client.status().await.is_ok_and(|status| status.peers.iter().any(|peer| peer.last_sync.is_some()))
        })
        .await;
    at.until("a full relay", async |client| client.status().await.is_ok_and(|status| status.bytes > 250_000)).await;
    flood.stop().await;
    // E8. From the relay alone: the newest share, the whole book, and what was written and is not over.
    let up = c.up_unlocked(&["--peer", &at.address()]).await;
    up.until_minutes(2).await;
    up.until_bulletins(2).await;
    assert_eq!(c.reads().await, ["кеше", "отыз бесінші күн"]);
    assert_eq!(c.member("b").await["steward"], true);
    c.writes("қайттым").await;
    up.until_level_with(&at).await;
    up.stop().await;
    let [a] = later(&library, "+40d", [&a]).await;
    a.visits(&at, "who is back", async |client| has_bulletins(client, 3).await).await;
    let mut read = a.reads().await;
    read.sort();
    assert_eq!(read, ["алғашқы", "жиырмасыншы күн", "кеше", "отыз бесінші күн", "қайттым"], "and nothing of X's");
    at.stop().await;
}
