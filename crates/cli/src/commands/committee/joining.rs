//! Joining: invite, ask, compare words, let in. The two sides need never be online together.

use kenes_web::api::{Admit, Decline, Join, NewInvite, Request};

use super::chosen;
use crate::args::{InviteMember, JoinCommittee};
use crate::error::CommandError;
use crate::render::page::{local, short};
use crate::render::{Page, Style};
use crate::run::Run;

pub(super) async fn invite(run: &Run, args: InviteMember) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let lives = args.expires.map(|lifetime| lifetime.0);
    let back = args.back.clone();
    let invite = client.invite(&NewInvite { committee: committee.id, uses: args.uses, lives, back }).await?;
    if let Some(who) = &args.back {
        run.screen.remark("invite-back", &[("who", who.as_str().into())]);
    } else if args.uses == 1 {
        run.screen.remark("invite-one", &[]);
    } else {
        run.screen.remark("invite-many", &[("uses", args.uses.into())]);
    }
    run.screen.answer(&invite, |page| page.verbatim(&invite.uri))
}

pub(super) async fn join(run: &Run, args: JoinCommittee) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = client.join(&Join { uri: args.uri, name: args.name }).await?;
    run.screen.answer(&committee, |page| {
        page.say("join-asked", &[]);
        if let Some(words) = &committee.words {
            page.say("request-compare", &[]);
            page.compare(words);
        }
    })
}

pub(super) async fn requests(run: &Run) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let requests = client.requests(committee.id).await?;
    run.screen.answer(&requests, |page| {
        if requests.requests.is_empty() {
            page.say("requests-none", &[]);
        }
        requests.requests.iter().for_each(|request| show(page, request));
    })
}

fn show(page: &mut Page<'_>, request: &Request) {
    page.line(Style::Strong, &request.name);
    page.say("request-line", &[("id", short(&request.request).into()), ("when", local(request.received).into())]);
    if request.held {
        page.say_in(Style::Alarm, "request-held", &[]);
    }
    if request.namesake {
        page.say_in(Style::Alarm, "request-namesake", &[]);
    }
    if request.unusual {
        page.say_in(Style::Alarm, "request-unusual", &[]);
    }
    page.say("request-compare", &[]);
    page.compare(&request.words);
}

pub(super) async fn admit(run: &Run, who: String) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let admitted = client.admit(&Admit { committee: committee.id, who }).await?;
    run.screen.answer(&admitted, |page| {
        page.say_in(Style::Good, "request-admitted", &[("who", admitted.name.as_str().into())]);
    })
}

pub(super) async fn decline(run: &Run, who: String) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let declined = client.decline(&Decline { committee: committee.id, who }).await?;
    run.screen.answer(&declined, |page| page.say("request-declined", &[("who", declined.name.as_str().into())]))
}
