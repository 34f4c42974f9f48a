//! What scripts rely on: the fields of every document. They are only ever added to, here too.

use serde_json::Value;

use crate::harness::{World, committee};

const STATUS: &str = "peer_id listen peers channels envelopes bytes unlocked last_sync queued desk relay network clock \
                      clock_plausible refused damaged salvaged version committees mdns penalised let_go";
const PEER: &str = "peer_id address since last_sync added clock_ahead charges";
const COMMITTEE: &str = "id name territory industry standing steward minutes_no members voters unread requests channel \
                         asked words copied checkpoint to_vote public held";
const MEMBER: &str = "member name standing devices steward voter me namesake chair speaks_until out new_keys";
const MINUTES: &str = "id no status author entries signed needed missing round passes mine";
const BULLETIN: &str = "id committee committee_name author title text priority public written received expires reply_to \
                        corrects corrects_in_vain corrected_by status attachments seen_gap read";
const AUTHOR: &str = "member device name standing me namesake";
const CHANNEL: &str = "channel pinned own forked envelopes bytes";
const RESOLUTION: &str = "id committee committee_name no author title text deadline status signed against missing \
                          needed mine may";
const PROOF: &str = "valid kind committee committee_name territory industry id title text author written expires signed \
                     needed roster_size under newest checkpoint home warnings";
const READY: &str = "ready peer_id listen mdns relay socket";

fn has(document: &Value, fields: &str) {
    for field in fields.split_whitespace() {
        assert!(document.get(field).is_some(), "{field} is gone from {document}");
    }
}

/// RFC 3339 in UTC, to the second.
fn is_moment(value: &Value) {
    let text = value.as_str().unwrap();
    assert!(text.len() == 20 && text.ends_with('Z') && text.parse::<kenes_web::api::Moment>().is_ok(), "{text}");
}

fn is_whole_id(value: &Value) {
    let text = value.as_str().unwrap();
    assert!(text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit()), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_document_has_the_fields_that_scripts_rely_on() {
    let world = World::new();
    let (a, others) = committee(&world, "a", &["b"]).await;
    let up = a.up_unlocked(&[]).await;
    has(&up.ready, READY);
    let other = others[0].up(&["--peer", &up.address()]).await;
    other.until_level_with(&up).await;
    is_whole_id(&a.does(&["bulletin", "post", "мәтін", "--urgent", "--expires", "2d"]).await["id"]);

    let status = a.does(&["status"]).await;
    has(&status, STATUS);
    is_moment(&status["clock"]);
    has(&status["peers"][0], PEER);
    is_moment(&status["peers"][0]["since"]);
    has(&a.does(&["peers", "list"]).await["peers"][0], PEER);
    has(&a.does(&["carry", "list"]).await["channels"][0], CHANNEL);
    let committees = a.does(&["committee", "list"]).await;
    has(&committees["committees"][0], COMMITTEE);
    is_whole_id(&committees["committees"][0]["id"]);
    has(&a.does(&["committee", "show"]).await, COMMITTEE);
    has(&a.does(&["committee", "members"]).await["members"][0], MEMBER);
    assert!(a.does(&["committee", "requests"]).await["requests"].is_array());
    let minutes = a.does(&["minutes", "propose", "--policy", "retention=20"]).await;
    has(&minutes, MINUTES);
    is_whole_id(&minutes["id"]);
    has(&a.does(&["minutes", "show", "1"]).await, MINUTES);
    has(&a.does(&["minutes", "list"]).await["minutes"][0], MINUTES);
    let bulletin = a.does(&["bulletin", "list"]).await["bulletins"][0].clone();
    has(&bulletin, BULLETIN);
    has(&bulletin["author"], AUTHOR);
    assert_eq!((&bulletin["priority"], &bulletin["status"]), (&"urgent".into(), &"current".into()));
    for moment in ["written", "received", "expires"] {
        is_moment(&bulletin[moment]);
    }
    let (first, kept) = (bulletin["id"].as_str().unwrap(), a.writes("екінші").await);
    let corrected = a.does(&["bulletin", "correct", &first[..8], "мәтін, түзетілген"]).await;
    is_whole_id(&corrected["id"]);
    let shown = a.does(&["bulletin", "show", first]).await;
    has(&shown, BULLETIN);
    assert_eq!((&shown["status"], &shown["corrected_by"]), (&"corrected".into(), &corrected["id"]));
    let retracted = a.does(&["bulletin", "retract", &kept]).await;
    has(&retracted, BULLETIN);
    assert_eq!((&retracted["id"], &retracted["status"]), (&kept.as_str().into(), &"retracted".into()));
    has(&a.does(&["paths"]).await, "home config system_config store keystore socket lock");
    has(&a.does(&["doctor"]).await, "settings checks");
    has(&a.does(&["committee", "invite"]).await, "uri uses expires");
    let put = a.does(&["resolution", "propose", "--title", "қарар", "мәтін"]).await;
    has(&put, RESOLUTION);
    is_whole_id(&put["id"]);
    has(&put["author"], "member name");
    has(&a.does(&["resolution", "list"]).await, "resolutions total");
    let (id, file) = (put["id"].as_str().unwrap(), world.path("certificate"));
    let file = file.to_str().unwrap();
    has(&a.does(&["resolution", "certificate", id, file]).await, &format!("file bytes {PROOF}"));
    let proof = a.does(&["verify", file]).await;
    has(&proof, PROOF);
    has(&proof["under"], "no id words");
    other.stop().await;
    up.stop().await;
}
