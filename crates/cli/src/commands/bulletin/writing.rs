//! Writing a bulletin, writing one anew, and taking one back.

use kenes_core::op::LONGEST_TEXT;
use kenes_web::api::{Moment, NewBulletin, NewWording, Retraction, Urgency};
use kenes_web::client::Client;

use super::reading;
use crate::args::{CorrectBulletin, RetractBulletin, Writing};
use crate::commands::committee::chosen;
use crate::commands::text;
use crate::commands::when::moment;
use crate::error::CommandError;
use crate::render::page::short;
use crate::render::{Page, Style};
use crate::run::Run;

pub(super) async fn post(run: &Run, args: Writing, reply_to: Option<String>) -> Result<(), CommandError> {
    let text = text::given(run, args.text.as_deref(), args.file.as_deref(), LONGEST_TEXT).await?;
    let client = run.unlocked().await?;
    let answered = match reply_to {
        Some(id) => Some(client.bulletin(&id).await?),
        None => None,
    };
    let committee = match &answered {
        Some(answered) => answered.committee,
        None => chosen(run, client).await?.id,
    };
    let date = dated(args.date.as_deref(), client).await?;
    let new = NewBulletin {
        committee,
        title: args.title,
        text,
        priority: if args.urgent { Urgency::Urgent } else { Urgency::Routine },
        lives: args.expires.map(|lifetime| lifetime.0),
        reply_to: answered.map(|answered| answered.id),
        date,
        public: args.public,
    };
    let posted = client.post_bulletin(&new).await?;
    run.screen.answer(&posted, |page| {
        page.say_in(Style::Good, "bulletin-posted", &[("id", short(&posted.id).into())]);
        waits(page, client);
    })
}

pub(super) async fn correct(run: &Run, args: CorrectBulletin) -> Result<(), CommandError> {
    let text = text::given(run, args.text.as_deref(), args.file.as_deref(), LONGEST_TEXT).await?;
    let client = run.unlocked().await?;
    let new = NewWording {
        title: args.title,
        text,
        priority: if args.urgent { Urgency::Urgent } else { Urgency::Routine },
        lives: args.expires.map(|lifetime| lifetime.0),
        date: dated(args.date.as_deref(), client).await?,
    };
    let corrected = client.correct(&args.id, &new).await?;
    run.screen.answer(&corrected, |page| {
        page.say_in(Style::Good, "bulletin-rewritten", &[("id", short(&corrected.id).into())]);
        waits(page, client);
    })
}

pub(super) async fn retract(run: &Run, args: RetractBulletin) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let bulletin = client.bulletin(&args.id).await?;
    let date = dated(args.date.as_deref(), client).await?;
    if !args.yes && run.has_someone_to_ask() {
        run.screen.preview(|page| reading::show(page, &bulletin));
        run.confirm(false, "ask-retract", "RETRACT").await?;
    }
    let retracted = client.retract(&bulletin.id.to_string(), Retraction { date }).await?;
    run.screen.answer(&retracted, |page| {
        page.say_in(Style::Good, "bulletin-taken-back", &[("id", short(&retracted.id).into())]);
        waits(page, client);
    })
}

async fn dated(date: Option<&str>, client: &Client) -> Result<Option<Moment>, CommandError> {
    match date {
        Some(text) => Ok(Some(moment(text, client.status().await?.clock)?)),
        None => Ok(None),
    }
}

/// Where nothing runs that meets others.
fn waits(page: &mut Page<'_>, client: &Client) {
    if !client.is_remote() {
        page.say("bulletin-waits", &[]);
    }
}
