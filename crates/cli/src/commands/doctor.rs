//! `kenes doctor`: what each setting is and where it comes from, and whether all is well.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kenes_node::config::{Config, KEYS};
use kenes_web::api::{ClockDoubt, DeskState, Records};
use kenes_web::client::Client;
use serde::Serialize;

use crate::args::Doctor;
use crate::catalogue::Catalogue;
use crate::commands::status::size;
use crate::error::{CommandError, OwnKind};
use crate::render::page::local;
use crate::render::{Page, Style};
use crate::run::Run;
use crate::settings::{BUILT_IN, Settings, shown};

#[derive(Serialize)]
struct Findings {
    settings: Vec<Finding>,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Finding {
    name: &'static str,
    value: String,
    origin: String,
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    detail: String,
}

pub(crate) async fn doctor(run: &Run, args: Doctor) -> Result<(), CommandError> {
    let found = Findings { settings: settings(&run.settings), checks: checks(run, &args).await };
    run.screen.answer(&found, |page| show(page, &found))?;
    if found.checks.iter().all(|check| check.ok) { Ok(()) } else { Err(CommandError::new(OwnKind::Unwell)) }
}

fn settings(settings: &Settings) -> Vec<Finding> {
    let finding = |name, value: String, origin: &str| Finding { name, value, origin: origin.to_owned() };
    let mut found = vec![
        finding("home", settings.home.value.root().display().to_string(), &settings.home.origin),
        finding("lang", settings.lang.value.tag().to_owned(), &settings.lang.origin),
        finding("color", format!("{:?}", settings.color.value).to_lowercase(), &settings.color.origin),
    ];
    for key in KEYS {
        let origin = settings.origins.get(key).map_or_else(|| BUILT_IN.to_owned(), shown);
        found.push(finding(key, value(&settings.config, key), &origin));
    }
    found
}

fn value(config: &Config, key: &str) -> String {
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    let limits = &config.limits;
    match key {
        "node.listen" => list(config.listen.iter().map(ToString::to_string).collect()),
        "node.peers" => list(config.peers.iter().map(ToString::to_string).collect()),
        "node.relay" => config.relay.to_string(),
        "node.mdns" => config.mdns.to_string(),
        "node.carry" => list(config.carry.iter().map(ToString::to_string).collect()),
        "node.carry_only" => list(config.carry_only.iter().map(ToString::to_string).collect()),
        "desk.lock_after_minutes" => config.lock_after_minutes.to_string(),
        "interface.lang" => config.lang.clone().unwrap_or_else(|| BUILT_IN.to_owned()),
        "limits.connections" => limits.connections.to_string(),
        "limits.connections_per_peer" => limits.connections_per_peer.to_string(),
        "limits.connections_per_address" => limits.connections_per_address.to_string(),
        "limits.streams" => limits.streams.to_string(),
        "limits.rate" => limits.rate.to_string(),
        "limits.burst" => limits.burst.to_string(),
        "limits.channel_bytes" => limits.channel_bytes.to_string(),
        "limits.total_bytes" => limits.total_bytes.to_string(),
        "limits.channels" => limits.channels.to_string(),
        "limits.cache_bytes" => limits.cache_bytes.to_string(),
        // A test sees that no key ends here.
        _ => String::new(),
    }
}

async fn checks(run: &Run, args: &Doctor) -> Vec<Check> {
    let home = &run.settings.home.value;
    let words = &run.screen.words;
    let mut checks = vec![private("home", home.root(), words)];
    let exists = home.exists();
    checks.push(match home.socket() {
        Ok(path) => Check { name: "socket", ok: true, detail: path.display().to_string() },
        Err(error) => Check { name: "socket", ok: false, detail: CommandError::from(error).message(words) },
    });
    if home.keystore().exists() {
        checks.push(private("keystore", &home.keystore(), words));
    }
    let holder = home.holder().filter(|_| exists).map_or_else(|| BUILT_IN.to_owned(), |pid| pid.to_string());
    checks.push(Check { name: "process", ok: true, detail: holder });
    // A folder that is not there is not made by looking for it.
    if exists {
        checks.extend(inside(run, args).await);
    }
    checks
}

/// What only the one who has the store open can say.
async fn inside(run: &Run, args: &Doctor) -> Vec<Check> {
    let words = &run.screen.words;
    let reached = async { Ok((run.client().await?, run.client().await?.status().await?)) };
    let (client, status) = match reached.await {
        Ok(reached) => reached,
        Err(error) => {
            let error: CommandError = error;
            return vec![Check { name: "store", ok: false, detail: error.message(words) }];
        }
    };
    let stored = format!("{} / {}", status.envelopes, size(status.bytes));
    let mut checks = vec![Check { name: "store", ok: status.damaged == 0, detail: stored }];
    if let Some(salvaged) = status.salvaged {
        checks.push(Check { name: "salvaged", ok: false, detail: salvaged.set_aside });
    }
    match records(run, client, args).await {
        Ok(check) => checks.extend(check),
        Err(error) => checks.push(Check { name: "records", ok: false, detail: error.message(words) }),
    }
    let believed = matches!(status.clock_doubt, None | Some(ClockDoubt::PeerApart));
    checks.push(Check { name: "clock", ok: believed, detail: local(status.clock) });
    checks
}

/// Whether the desk's own records read back: of an open desk, or where that is asked for.
async fn records(run: &Run, client: &Client, args: &Doctor) -> Result<Option<Check>, CommandError> {
    let client = if args.records { run.unlocked().await? } else { client };
    if client.desk().await?.state != DeskState::Unlocked {
        return Ok(None);
    }
    let Records { records, damaged } = client.check_records().await?;
    Ok(Some(Check { name: "records", ok: damaged == 0, detail: format!("{records} / {damaged}") }))
}

/// Whether something is there and its owner's alone.
fn private(name: &'static str, path: &Path, words: &Catalogue) -> Check {
    match std::fs::metadata(path) {
        Ok(metadata) => {
            let mode = metadata.permissions().mode() & 0o777;
            Check { name, ok: mode & 0o077 == 0, detail: format!("{} ({mode:04o})", path.display()) }
        }
        Err(error) => {
            let unusable = CommandError::new(OwnKind::File).detail("path", path.display()).because(error);
            Check { name, ok: false, detail: unusable.message(words) }
        }
    }
}

fn show(page: &mut Page<'_>, found: &Findings) {
    let cells = |finding: &Finding| vec![finding.name.to_owned(), finding.value.clone(), finding.origin.clone()];
    page.table(&found.settings.iter().map(cells).collect::<Vec<_>>());
    page.gap();
    for check in &found.checks {
        let (style, mark) = if check.ok { (Style::Good, "+") } else { (Style::Alarm, "!") };
        page.line(style, &format!("{mark} {}: {}", page.words.text(&format!("check-{}", check.name)), check.detail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_value_to_show() {
        let config = Config::default();
        KEYS.into_iter().for_each(|key| assert_ne!(value(&config, key), "", "{key}"));
    }

    #[test]
    fn a_channel_held_to_a_list_is_shown_with_its_list() {
        let rule = format!("{}@{}", "ab".repeat(32), "cd".repeat(32));
        let config = Config { carry: vec![rule.parse().unwrap()], ..Config::default() };
        assert_eq!(value(&config, "node.carry"), format!("[{rule}]"));
    }
}
