//! Following: a link is given out, and by it a home hears a committee that it is no member of.

use kenes_web::api::Follow;

use super::chosen;
use crate::args::{Drawn, FollowCommittee};
use crate::commands::file;
use crate::error::CommandError;
use crate::qr::{self, Wanted};
use crate::render::{Page, Style};
use crate::run::Run;

/// How the text of a link begins.
const SCHEME: &str = "kenes:follow:";

pub(super) async fn link(run: &Run, args: Drawn) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let link = client.link(committee.id).await?;
    if let Some(path) = &args.png {
        file::save(path, &qr::png(&link.uri)?)?;
    }
    run.screen.remark("link-given", &[("no", link.no.into()), ("voters", link.voters.into())]);
    run.screen.answer(&link, |page| {
        page.line(Style::Plain, &link.uri);
        if args.qr {
            qr::draw(page, &link.uri);
        }
        held(page, &link.words);
    })
}

pub(super) async fn follow(run: &Run, args: FollowCommittee) -> Result<(), CommandError> {
    let uri = match args.link {
        Some(link) => link,
        None => qr::scan(&args.scan, Wanted::Text(SCHEME)).await?,
    };
    let client = run.unlocked().await?;
    let committee = client.follow(&Follow { uri }).await?;
    run.screen.answer(&committee, |page| {
        page.say_in(Style::Good, "follow-begun", &[]);
        if let Some(words) = &committee.held {
            held(page, words);
        }
    })
}

/// The words that a reader compares by another way: whoever made the link chose the minutes.
pub(super) fn held(page: &mut Page<'_>, words: &[String]) {
    page.say("follow-compare", &[]);
    page.line(Style::Plain, &format!("  {}", words.join(" ")));
}
