//! The straight line: written with nothing running, carried by a relay that cannot read it, read by somebody who was
//! never there at the same time.

use kenes_web::api::{BulletinStatus, Event};

use crate::harness::{World, committee, join};

/// About six kilobytes in three languages, as a committee would write.
fn statement() -> String {
    let paragraph = "Мұнайшылар мен кеншілердің бірлескен комитеті мәлімдейді: талаптарымыз орындалғанша жұмысқа \
                     шықпаймыз. Объединённый комитет нефтяников и горняков заявляет: пока наши требования не выполнены, \
                     на работу не выйдем. The joint committee of oil workers and miners declares: we do not go back to \
                     work until our demands are met.\n\n";
    paragraph.repeat(12)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_alone_is_read_by_someone_who_was_never_there_at_the_same_time() {
    let world = World::new();
    let (a, b) = (world.person("a").await, world.person("b").await);
    a.does(&["committee", "new", "Бірлік", "--territory", "Қазақстан/Маңғыстау", "--industry", "мұнай"]).await;
    join(&a, &b).await;
    let relay = world.relay("relay").await;
    let to_relay = ["--peer", &relay.address()];

    // The channel becomes known to the relay; B asks; A lets B in; B is in. Never two of them at once.
    let up = a.up_unlocked(&to_relay).await;
    up.until_level_with(&relay).await;
    up.stop().await;
    let up = b.up_unlocked(&to_relay).await;
    up.until_asked().await;
    up.until_level_with(&relay).await;
    up.stop().await;
    let up = a.up_unlocked(&to_relay).await;
    up.until_members(2).await;
    up.until_level_with(&relay).await;
    up.stop().await;
    let up = b.up_unlocked(&to_relay).await;
    up.until_members(2).await;
    up.stop().await;

    let text = statement();
    assert!(text.len() > 6_000);
    let id = a.writes(&text).await;
    let up = a.up(&to_relay).await;
    up.until_level_with(&relay).await;
    up.stop().await;
    let up = b.up_unlocked(&to_relay).await;
    up.until_bulletins(1).await;
    up.stop().await;
    relay.stop().await;

    let read = b.does(&["bulletin", "show", &id[..8]]).await;
    assert_eq!(read["text"], text.as_str());
    assert_eq!(read["author"]["name"], "a");
    assert_eq!(read["committee_name"], "Бірлік");
    let listed = b.does(&["bulletin", "list", "--unread"]).await;
    assert_eq!(listed["bulletins"].as_array().unwrap().len(), 0, "it was shown, so it is read");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_names_what_it_answers_and_more_than_32_kib_is_refused() {
    let world = World::new();
    let a = world.person("a").await;
    a.does(&["committee", "new", "Бірлік"]).await;
    let first = a.writes("Жиын ертең.").await;
    let answer = a.does(&["bulletin", "reply", &first[..10], "Келемін."]).await;
    let answer = a.does(&["bulletin", "show", answer["id"].as_str().unwrap()]).await;
    assert_eq!(answer["reply_to"], first.as_str());

    let long = world.secret("long", &"ж".repeat(16 * 1024 + 1));
    let refused = a.tries(&["bulletin", "post", "--file", long.to_str().unwrap()]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (2, "too_long"));
    let just = world.secret("just", &"ж".repeat(16 * 1024));
    a.does(&["bulletin", "post", "--file", just.to_str().unwrap()]).await;
    assert_eq!(a.reads().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_corrected_or_taken_back_is_told_on_every_screen_and_to_whoever_watches() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let b = &others[0];
    let up = a.up_unlocked(&[]).await;
    let reads = b.up_unlocked(&["--peer", &up.address()]).await;
    let (first, other) = (a.writes("Жиын алтыда").await, a.writes("Жиын алаңда").await);
    reads.until_bulletins(2).await;
    let refused = b.tries(&["bulletin", "correct", &first, "Жиын болмайды"]).await;
    assert_eq!((refused.code(), refused.kind().as_str()), (1, "not_author"));
    assert_eq!(b.tries(&["bulletin", "retract", &first]).await.kind(), "not_author");
    let newest = a.does(&["bulletin", "correct", &first[..8], "Жиын жетіде"]).await["id"].as_str().unwrap().to_owned();
    reads.until_bulletins(3).await;
    b.does(&["bulletin", "show", &other]).await;
    let mut events = reads.client.events().await.unwrap();
    assert_eq!(a.does(&["bulletin", "retract", &other]).await["status"], "retracted");
    let told = async {
        loop {
            if let Some(Event::Bulletin { bulletin }) = events.next().await.unwrap() {
                return *bulletin;
            }
        }
    };
    let told = tokio::time::timeout(std::time::Duration::from_secs(60), told).await.expect("nobody was told");
    assert_eq!((told.id.to_string(), told.status, told.read), (other.clone(), BulletinStatus::Retracted, false));
    let shown = b.says(&["bulletin", "show", &first]).await;
    assert!(shown.contains("Жиын алтыда") && shown.contains("It now says") && shown.contains("Жиын жетіде"), "{shown}");
    let list = b.says(&["bulletin", "list"]).await;
    let marks = [format!("kenes bulletin show {}", &newest[..8]), format!("Corrects {}", &first[..8])];
    assert!(marks.iter().all(|mark| list.contains(mark)) && list.contains("Its author has taken it back."), "{list}");
    assert_eq!(a.tries(&["bulletin", "correct", &other, "қайта"]).await.kind(), "taken_back");
    reads.stop().await;
    up.stop().await;
}
