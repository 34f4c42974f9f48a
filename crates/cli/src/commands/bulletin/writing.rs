//! Writing a bulletin.

use kenes_core::op::LONGEST_TEXT;
use kenes_web::api::{NewBulletin, Urgency};

use crate::args::Writing;
use crate::commands::committee::chosen;
use crate::commands::text;
use crate::commands::when::moment;
use crate::error::CommandError;
use crate::render::Style;
use crate::render::page::short;
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
    let date = match &args.date {
        Some(text) => Some(moment(text, client.status().await?.clock)?),
        None => None,
    };
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
        if !client.is_remote() {
            page.say("bulletin-waits", &[]);
        }
    })
}
