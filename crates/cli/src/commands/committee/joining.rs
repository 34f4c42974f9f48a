//! Joining: invite, ask, compare words, let in. The two sides need never be online together.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kenes_web::api::{Admit, Decline, Join, Moment, NewInvite, Request};
use serde::Serialize;

use super::chosen;
use crate::args::{InviteMember, JoinCommittee};
use crate::commands::text;
use crate::error::{CommandError, OwnKind};
use crate::render::page::{local, short};
use crate::render::{Page, Style};
use crate::run::Run;

/// The most bytes of an invite's text.
const LONGEST_INVITE: usize = 4_096;

pub(super) async fn invite(run: &Run, args: InviteMember) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    // Before the invite is made, which nothing shows again.
    let mut out = match &args.out {
        Some(path) => Some((path, new_file(path)?)),
        None => None,
    };
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
    let Some((path, file)) = &mut out else {
        return run.screen.answer(&invite, |page| page.verbatim(&invite.uri));
    };
    let written = writeln!(file, "{}", invite.uri).and_then(|()| file.sync_all());
    written.map_err(|error| unusable(path, error))?;
    let saved = Saved { file: path.display().to_string(), uses: invite.uses, expires: invite.expires };
    run.screen.answer(&saved, |page| page.say("invite-saved", &[("path", saved.file.as_str().into())]))
}

/// An invite in a file, which its owner alone may read.
#[derive(Serialize)]
struct Saved {
    file: String,
    uses: u16,
    expires: Moment,
}

fn new_file(path: &Path) -> Result<File, CommandError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| unusable(path, error))
}

fn unusable(path: &Path, error: io::Error) -> CommandError {
    CommandError::new(OwnKind::File).detail("path", path.display()).because(error)
}

pub(super) async fn join(run: &Run, args: JoinCommittee) -> Result<(), CommandError> {
    let uri = text::given(run, args.uri.as_deref(), args.file.as_deref(), LONGEST_INVITE).await?;
    let client = run.unlocked().await?;
    let committee = client.join(&Join { uri: uri.trim().to_owned(), name: args.name }).await?;
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
    if request.taken {
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
