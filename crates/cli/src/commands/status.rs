//! `kenes status`.

use std::time::Duration;

use kenes_web::api::{ClockDoubt, DeskState, Glance, Penalised, Status};

use super::committee::{glance, standing_key};
use crate::args::WatchStatus;
use crate::error::CommandError;
use crate::render::page::{local, short};
use crate::render::{Page, Style};
use crate::run::Run;

/// How often the status is read anew while it is watched.
const AGAIN: Duration = Duration::from_secs(1);
/// How many of those who did wrong are shown; the document for programs has all that are remembered.
const PENALISED: usize = 10;

pub(crate) async fn status(run: &Run, args: WatchStatus) -> Result<(), CommandError> {
    let client = run.client().await?;
    if !args.watch {
        let status = client.status().await?;
        return run.screen.answer(&status, |page| show(page, &status));
    }
    let mut clock = tokio::time::interval(AGAIN);
    let mut last = None;
    loop {
        clock.tick().await;
        let status = client.status().await?;
        let shown = Status { clock: kenes_core::time::BUILT.into(), ..status.clone() };
        if last.as_ref() != Some(&shown) {
            run.screen.answer_one_of_many(&status, |page| show(page, &status))?;
            last = Some(shown);
        }
    }
}

pub(crate) fn show(page: &mut Page<'_>, status: &Status) {
    let running = if status.relay { "status-relay" } else { "status-person" };
    page.say_in(Style::Strong, if status.network { running } else { "status-not-up" }, &[]);
    page.pair("label-desk", &page.words.text(desk_key(status.desk)));
    if let Some(peer_id) = &status.peer_id {
        page.pair("label-peer-id", peer_id);
    }
    for address in &status.listen {
        page.pair("label-listens", address);
    }
    page.say(
        "status-stored",
        &[
            ("envelopes", status.envelopes.into()),
            ("channels", status.channels.into()),
            ("size", size(status.bytes).into()),
        ],
    );
    if status.queued > 0 {
        page.say("status-queued", &[("count", status.queued.into())]);
    }
    match status.last_sync {
        Some(at) => page.say("status-last-sync", &[("when", local(at).into())]),
        None => page.say("status-no-sync", &[]),
    }
    peers(page, status);
    penalised(page, &status.penalised);
    for committee in &status.committees {
        let twin = |other: &Glance| other.name == committee.name && other.id != committee.id;
        let name = match committee.name.as_str() {
            "" => page.words.text("committee-unnamed"),
            name if status.committees.iter().any(twin) => format!("{name} ({})", short(&committee.id)),
            name => name.to_owned(),
        };
        let standing = page.words.text(standing_key(committee.standing));
        page.say(
            "status-committee",
            &[("name", name.into()), ("standing", standing.into()), ("no", committee.minutes_no.into())],
        );
        glance::warnings(page, committee);
    }
    match status.clock_doubt {
        Some(ClockDoubt::BeforeBuild | ClockDoubt::Behind) => {
            page.say_in(Style::Alarm, "status-clock", &[("when", local(status.clock).into())]);
        }
        Some(ClockDoubt::FarAhead) => {
            page.say_in(Style::Alarm, "status-clock-leapt", &[("when", local(status.clock).into())]);
        }
        // Said of each peer above.
        Some(ClockDoubt::PeerApart) | None => {}
    }
    if status.damaged > 0 {
        page.say_in(Style::Alarm, "status-damaged", &[("count", status.damaged.into())]);
    }
    if status.records_damaged > 0 {
        page.say_in(Style::Alarm, "status-records-damaged", &[("count", status.records_damaged.into())]);
    }
    if let Some(salvaged) = &status.salvaged {
        page.say_in(
            Style::Alarm,
            "status-salvaged",
            &[("count", salvaged.envelopes.into()), ("path", salvaged.set_aside.as_str().into())],
        );
    }
}

fn peers(page: &mut Page<'_>, status: &Status) {
    page.say("status-peers", &[("count", status.peers.len().into())]);
    for peer in &status.peers {
        page.line(Style::Plain, &format!("{} {}", ending(&peer.peer_id), peer.address));
        if let Some(ahead) = peer.clock_ahead.filter(|ahead| ahead.unsigned_abs() > 3_600) {
            let hours = ahead.unsigned_abs() / 3_600;
            let key = if ahead > 0 { "status-clock-ahead" } else { "status-clock-behind" };
            page.say_in(Style::Alarm, key, &[("hours", hours.into())]);
        }
    }
}

/// Who did wrong, what, and what came of it.
fn penalised(page: &mut Page<'_>, penalised: &[Penalised]) {
    if penalised.is_empty() {
        return;
    }
    page.say_in(Style::Alarm, "status-penalised", &[("count", penalised.len().into())]);
    for peer in penalised.iter().take(PENALISED) {
        page.line(Style::Plain, &format!("{} {}", ending(&peer.peer_id), peer.address));
        for fault in &peer.faults {
            let what = page.words.text(&format!("fault-{}", fault.reason));
            page.say("status-fault", &[("count", fault.count.into()), ("what", what.into())]);
        }
        if let Some(until) = peer.kept_out_until {
            page.say("status-kept-out", &[("when", local(until).into())]);
        }
    }
    if penalised.len() > PENALISED {
        page.say("status-penalised-more", &[("count", (penalised.len() - PENALISED).into())]);
    }
}

/// Names on the network all begin alike.
fn ending(peer_id: &str) -> String {
    let ending: Vec<char> = peer_id.chars().rev().take(8).collect();
    ending.into_iter().rev().collect()
}

pub(crate) fn desk_key(state: DeskState) -> &'static str {
    match state {
        DeskState::Uninitialised => "desk-state-uninitialised",
        DeskState::Locked => "desk-state-locked",
        DeskState::Unlocked => "desk-state-unlocked",
        DeskState::Absent => "desk-state-absent",
    }
}

/// Bytes as people read them; 1 KiB is 1,024 bytes.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut scaled = bytes as f64 / 1024.0;
    let mut unit = 0;
    while scaled >= 1024.0 && unit + 1 < UNITS.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    format!("{scaled:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_read_as_people_read_them() {
        assert_eq!(super::size(1023), "1023 B");
        assert_eq!(super::size(1536), "1.5 KiB");
        assert_eq!(super::size(u64::MAX), "16777216.0 TiB");
    }
}
