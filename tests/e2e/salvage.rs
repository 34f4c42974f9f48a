//! A store whose files were damaged: what can be read is saved, peers bring the rest, and its owner is told.

use std::fs;
use std::path::Path;

use crate::harness::{World, committee};

/// How many bulletins there are before the damage.
const BULLETINS: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn what_damage_took_from_a_store_comes_again_from_a_peer_and_doctor_tells() {
    for harm in [cut_off as fn(&Path), with_pages_zeroed] {
        let world = World::new();
        let (a, others) = committee(&world, "a", &["b"]).await;
        let b = &others[0];
        let texts: Vec<String> = (0..BULLETINS).map(text).collect();
        let up = a.up_unlocked(&[]).await;
        for text in &texts {
            a.writes(text).await;
        }
        let to_a = ["--peer", &up.address()];
        let visit = b.up_unlocked(&to_a).await;
        visit.until_bulletins(BULLETINS).await;
        visit.stop().await;
        let before = b.does(&["status"]).await["envelopes"].as_u64().unwrap();

        harm(&b.path.join("db/db"));
        let visit = b.up_unlocked(&to_a).await;
        let salvaged = visit.client.status().await.unwrap().salvaged.expect("a damaged store was opened as it was");
        assert!(Path::new(&salvaged.set_aside).exists());
        assert!(salvaged.envelopes < before, "all {before} were saved");
        visit.until_level_with(&up).await;
        visit.until_bulletins(BULLETINS).await;
        let told = b.tries(&["doctor"]).await;
        assert_eq!((told.code(), told.kind().as_str()), (1, "unwell"));
        let checks = told.answer()["checks"].as_array().unwrap().clone();
        assert!(checks.iter().any(|check| check["name"] == "salvaged" && check["ok"] == false), "{checks:?}");
        visit.stop().await;

        // As anybody's home from then on.
        assert_eq!(b.reads().await, texts);
        b.writes("жазады").await;
        up.stop().await;
    }
}

/// A long text that does not get shorter when it is packed.
fn text(n: usize) -> String {
    let mut state = n as u64 + 1;
    let words = (0..400).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{state:016x}")
    });
    format!("{n:02} {}", words.collect::<Vec<_>>().join(" "))
}

/// As after a file system lost the end of the file. What is written is much less than the file is long.
fn cut_off(file: &Path) {
    let bytes = fs::read(file).unwrap();
    let written = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    fs::write(file, &bytes[..written / 8]).unwrap();
}

/// As after it lost pages here and there.
fn with_pages_zeroed(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes.chunks_mut(4_096).skip(1).step_by(2).for_each(|page| page.fill(0));
    fs::write(file, bytes).unwrap();
}
