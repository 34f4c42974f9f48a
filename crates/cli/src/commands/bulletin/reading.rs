//! How bulletins are listed and shown.

use std::collections::{BTreeMap, BTreeSet};

use kenes_web::api::{AuthorStanding, Bulletin, BulletinStatus, Bulletins, BulletinsQuery, COUNTED_GAP, Urgency};
use kenes_web::client::Client;

use crate::args::ListBulletins;
use crate::commands::committee::within;
use crate::commands::when::moment;
use crate::error::CommandError;
use crate::render::page::{local, short};
use crate::render::{Page, Style};
use crate::run::Run;

/// How many are listed where nobody says.
const SOME: usize = 100;
/// How many bytes of texts are held at once.
const LONGEST: usize = 64 * 1024 * 1024;

pub(super) async fn query(run: &Run, client: &Client, args: &ListBulletins) -> Result<BulletinsQuery, CommandError> {
    let committee = within(run, client).await?;
    let since = match &args.since {
        Some(text) => Some(moment(text, client.status().await?.clock)?),
        None => None,
    };
    let before = match &args.before {
        Some(id) => Some(client.bulletin(id).await?.id),
        None => None,
    };
    Ok(BulletinsQuery {
        committee,
        since,
        unread: args.unread,
        before,
        limit: Some(args.limit.map_or(SOME, usize::from)),
    })
}

/// As many as were asked for, in as many answers as they take.
pub(super) async fn all(client: &Client, mut query: BulletinsQuery) -> Result<Bulletins, CommandError> {
    let wanted = query.limit.unwrap_or(SOME);
    let mut all = client.bulletins(&query).await?;
    let room = |all: &Bulletins| wanted.saturating_sub(all.bulletins.len() + all.unreadable);
    let bytes = |all: &Bulletins| all.bulletins.iter().map(|one| one.text.len()).sum::<usize>();
    while let Some(last) = all.last.filter(|_| room(&all) > 0 && bytes(&all) < LONGEST) {
        (query.before, query.limit) = (Some(last), Some(room(&all)));
        let more = client.bulletins(&query).await?;
        all.bulletins.extend(more.bulletins);
        all.unreadable += more.unreadable;
        all.last = more.last;
    }
    Ok(all)
}

pub(super) fn list(page: &mut Page<'_>, found: &Bulletins) {
    if found.unreadable > 0 {
        page.say_in(Style::Alarm, "bulletin-unreadable", &[("count", found.unreadable.into())]);
        page.gap();
    } else if found.bulletins.is_empty() {
        return page.say("bulletin-none", &[]);
    }
    let mut named = BTreeMap::new();
    let twins: BTreeSet<&str> = (found.bulletins.iter())
        .filter(|one| *named.entry(&one.committee_name).or_insert(one.committee) != one.committee)
        .map(|one| one.committee_name.as_str())
        .collect();
    for bulletin in &found.bulletins {
        let style = if bulletin.read { Style::Plain } else { Style::Strong };
        page.item(style, &short(&bulletin.id), headline(bulletin));
        page.say_in(
            Style::Faint,
            "bulletin-line",
            &[
                ("author", author(page, bulletin).into()),
                ("committee", committee(bulletin, twins.contains(bulletin.committee_name.as_str())).into()),
                ("when", local(bulletin.written).into()),
            ],
        );
        marks(page, bulletin);
    }
    if let Some(last) = &found.last {
        let shown = found.bulletins.len() + found.unreadable;
        page.gap();
        page.say(
            "bulletin-more",
            &[("shown", shown.into()), ("total", found.total.into()), ("last", short(last).into())],
        );
    }
}

pub(super) fn show(page: &mut Page<'_>, bulletin: &Bulletin) {
    page.say_in(
        Style::Strong,
        "bulletin-line",
        &[
            ("author", author(page, bulletin).into()),
            ("committee", committee(bulletin, true).into()),
            ("when", local(bulletin.written).into()),
        ],
    );
    marks(page, bulletin);
    page.gap();
    page.quote(bulletin.title.as_deref(), &bulletin.text);
    page.gap();
    page.pair("label-id", &bulletin.id.to_string());
    page.pair("label-received", &local(bulletin.received));
    page.pair("label-expires", &local(bulletin.expires));
    if let Some(answered) = &bulletin.reply_to {
        page.pair("label-reply-to", &answered.to_string());
    }
    if let Some(corrected) = &bulletin.corrects {
        page.pair("label-corrects", &corrected.to_string());
    }
}

/// What a corrected bulletin says now.
pub(super) fn now_reads(page: &mut Page<'_>, newest: &Bulletin) {
    page.gap();
    page.say_in(Style::Strong, "bulletin-now-reads", &[("when", local(newest.written).into())]);
    page.quote(newest.title.as_deref(), &newest.text);
}

/// What a reader must not overlook.
fn marks(page: &mut Page<'_>, bulletin: &Bulletin) {
    if bulletin.priority == Urgency::Urgent {
        page.say_in(Style::Alarm, "bulletin-urgent", &[]);
    }
    if bulletin.author.verified {
        page.say_in(Style::Good, "bulletin-author-verified", &[]);
    }
    if bulletin.public {
        page.say("bulletin-public", &[]);
    }
    match bulletin.status {
        BulletinStatus::Current => {}
        BulletinStatus::Corrected => {
            let newest = bulletin.corrected_by.as_ref().map(short).unwrap_or_default();
            page.say_in(Style::Alarm, "bulletin-corrected", &[("id", newest.into())]);
        }
        BulletinStatus::Retracted => page.say_in(Style::Alarm, "bulletin-retracted", &[]),
        BulletinStatus::Expired => page.say("bulletin-expired", &[]),
    }
    if let Some(corrected) = &bulletin.corrects {
        page.say("bulletin-corrects", &[("id", short(corrected).into())]);
    }
    if let Some(named) = &bulletin.corrects_in_vain {
        page.say_in(Style::Alarm, "bulletin-corrects-in-vain", &[("id", short(named).into())]);
    }
    match bulletin.author.standing {
        AuthorStanding::Ok => {}
        AuthorStanding::Suspended => page.say_in(Style::Alarm, "bulletin-author-paused", &[]),
        AuthorStanding::Unproven => {
            let key = if bulletin.public { "bulletin-unproven-public" } else { "bulletin-unproven" };
            page.say_in(Style::Alarm, key, &[]);
        }
        AuthorStanding::Unknown => page.say_in(Style::Alarm, "bulletin-unknown", &[]),
        AuthorStanding::Fork => page.say_in(Style::Alarm, "bulletin-forked", &[]),
        AuthorStanding::Former => page.say("bulletin-former", &[]),
        AuthorStanding::Recalled => page.say_in(Style::Alarm, "bulletin-recalled", &[]),
    }
    if bulletin.seen_gap > 0 {
        let author = author(page, bulletin);
        let (key, count) = match bulletin.seen_gap > COUNTED_GAP {
            true => ("bulletin-gap-wide", COUNTED_GAP),
            false => ("bulletin-gap", bulletin.seen_gap),
        };
        page.say(key, &[("count", count.into()), ("author", author.into())]);
    }
}

/// The committee's name, with its short id where another has that name, or may.
fn committee(bulletin: &Bulletin, twin: bool) -> String {
    let name = &bulletin.committee_name;
    if twin { format!("{name} ({})", short(&bulletin.committee)) } else { name.clone() }
}

fn author(page: &Page<'_>, bulletin: &Bulletin) -> String {
    let author = &bulletin.author;
    match (author.name.as_str(), &author.member) {
        ("", Some(_)) if bulletin.public => page.words.text("author-spokesperson"),
        ("", _) => page.words.text("author-unknown"),
        (name, Some(member)) if author.namesake || author.probation => format!("{name} ({})", short(member)),
        (name, _) => name.to_owned(),
    }
}

/// The title, or the beginning of the text where there is none.
fn headline(bulletin: &Bulletin) -> &str {
    let line = || bulletin.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    bulletin.title.as_deref().unwrap_or_else(line)
}
