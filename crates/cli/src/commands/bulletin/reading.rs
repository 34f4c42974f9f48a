//! How bulletins are listed and shown.

use kenes_web::api::{AuthorStanding, Bulletin, BulletinStatus, Bulletins, BulletinsQuery, Urgency};
use kenes_web::client::Client;

use crate::args::ListBulletins;
use crate::commands::committee::chosen;
use crate::commands::when::moment;
use crate::error::CommandError;
use crate::render::page::{local, short};
use crate::render::{Page, Style};
use crate::run::Run;

pub(super) async fn query(run: &Run, client: &Client, args: &ListBulletins) -> Result<BulletinsQuery, CommandError> {
    let committee = match &run.global.committee {
        Some(_) => Some(chosen(run, client).await?.id),
        None => None,
    };
    let since = match &args.since {
        Some(text) => Some(moment(text, client.status().await?.clock)?),
        None => None,
    };
    Ok(BulletinsQuery { committee, since, unread: args.unread, limit: args.limit.map(usize::from) })
}

pub(super) fn list(page: &mut Page<'_>, found: &Bulletins) {
    if found.unreadable > 0 {
        page.say_in(Style::Alarm, "bulletin-unreadable", &[("count", found.unreadable.into())]);
        page.gap();
    } else if found.bulletins.is_empty() {
        return page.say("bulletin-none", &[]);
    }
    for bulletin in &found.bulletins {
        let style = if bulletin.read { Style::Plain } else { Style::Strong };
        page.item(style, &short(&bulletin.id), headline(bulletin));
        page.say_in(
            Style::Faint,
            "bulletin-line",
            &[
                ("author", author(page, bulletin).into()),
                ("committee", bulletin.committee_name.as_str().into()),
                ("when", local(bulletin.written).into()),
            ],
        );
        marks(page, bulletin);
    }
    let shown = found.bulletins.len();
    if shown < found.total {
        page.gap();
        page.say("bulletin-more", &[("shown", shown.into()), ("total", found.total.into())]);
    }
}

pub(super) fn show(page: &mut Page<'_>, bulletin: &Bulletin) {
    page.say_in(
        Style::Strong,
        "bulletin-line",
        &[
            ("author", author(page, bulletin).into()),
            ("committee", bulletin.committee_name.as_str().into()),
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

/// What a reader must not overlook.
fn marks(page: &mut Page<'_>, bulletin: &Bulletin) {
    if bulletin.priority == Urgency::Urgent {
        page.say_in(Style::Alarm, "bulletin-urgent", &[]);
    }
    if bulletin.public {
        page.say("bulletin-public", &[]);
    }
    match bulletin.status {
        BulletinStatus::Current => {}
        BulletinStatus::Corrected => page.say("bulletin-corrected", &[]),
        BulletinStatus::Retracted => page.say("bulletin-retracted", &[]),
        BulletinStatus::Expired => page.say("bulletin-expired", &[]),
    }
    match bulletin.author.standing {
        AuthorStanding::Ok => {}
        AuthorStanding::Suspended => page.say_in(Style::Alarm, "bulletin-author-paused", &[]),
        AuthorStanding::Unknown => page.say_in(Style::Alarm, "bulletin-unknown", &[]),
        AuthorStanding::Fork => page.say_in(Style::Alarm, "bulletin-forked", &[]),
    }
    if bulletin.seen_gap > 0 {
        let author = author(page, bulletin);
        page.say("bulletin-gap", &[("count", bulletin.seen_gap.into()), ("author", author.into())]);
    }
}

fn author(page: &Page<'_>, bulletin: &Bulletin) -> String {
    let author = &bulletin.author;
    match (author.name.as_str(), &author.member) {
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
