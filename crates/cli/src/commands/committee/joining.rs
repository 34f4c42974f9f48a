//! Joining: invite, ask, compare words, let in. The two sides need never be online together.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kenes_web::api::{Admit, ApiError, Decline, ErrorKind, Join, Moment, NewInvite, Request};
use serde::Serialize;

use super::chosen;
use crate::args::{AdmitMember, InviteMember, JoinCommittee};
use crate::commands::{file, text};
use crate::error::{CommandError, OwnKind};
use crate::qr::{self, Wanted};
use crate::render::page::{local, short};
use crate::render::{Page, Style};
use crate::run::Run;

/// The most bytes of an invite's text.
const LONGEST_INVITE: usize = 4_096;
/// How it begins.
const SCHEME: &str = "kenes:join:";

pub(super) async fn invite(run: &Run, args: InviteMember) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    // Before the invite is made, which nothing shows again.
    let mut out = match args.out.as_ref().or(args.drawn.png.as_ref()) {
        Some(path) => Some((path, new_file(path)?)),
        None => None,
    };
    let lives = args.expires.map(|lifetime| lifetime.0);
    let back = args.back.clone();
    let invite = NewInvite { committee: committee.id, uses: args.uses, lives, back, device: args.device };
    let invite = client.invite(&invite).await?;
    if args.device {
        run.screen.remark("invite-device", &[]);
    } else if let Some(who) = &args.back {
        run.screen.remark("invite-back", &[("who", who.as_str().into())]);
    } else if args.uses == 1 {
        run.screen.remark("invite-one", &[]);
    } else {
        run.screen.remark("invite-many", &[("uses", args.uses.into())]);
    }
    let Some((path, file)) = &mut out else {
        return run.screen.answer(&invite, |page| {
            page.verbatim(&invite.uri);
            if args.drawn.qr {
                qr::draw(page, &invite.uri);
            }
        });
    };
    let content = match args.drawn.png {
        Some(_) => qr::png(&invite.uri)?,
        None => format!("{}\n", invite.uri).into_bytes(),
    };
    let written = file.write_all(&content).and_then(|()| file.sync_all());
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
    let uri = match args.scan.as_slice() {
        [] => text::given(run, args.uri.as_deref(), args.file.as_deref(), LONGEST_INVITE).await?,
        pictures => qr::scan(pictures, Wanted::Text(SCHEME)).await?,
    };
    let client = run.unlocked().await?;
    let committee = client.join(&Join { uri: uri.trim().to_owned(), name: args.name }).await?;
    if let (Some(path), Some(words)) = (&args.drawn.png, &committee.words) {
        file::save(path, &qr::png(&words.join(" "))?)?;
    }
    run.screen.answer(&committee, |page| {
        page.say("join-asked", &[]);
        if let Some(words) = &committee.words {
            page.say("request-compare", &[]);
            page.compare(words);
            if args.drawn.qr {
                qr::draw(page, &words.join(" "));
            }
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
    if request.device {
        page.say_in(Style::Alarm, "request-device", &[]);
    }
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

/// Lets somebody in; where the newcomer's words came as a code, only if they are the request's.
pub(super) async fn admit(run: &Run, args: AdmitMember) -> Result<(), CommandError> {
    let words = match args.scan.as_slice() {
        [] => None,
        pictures => Some(qr::scan(pictures, Wanted::Words).await?),
    };
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let who = match words {
        Some(words) => whose(&client.requests(committee.id).await?.requests, &args.who, &words)?,
        None => args.who,
    };
    let admitted = client.admit(&Admit { committee: committee.id, who }).await?;
    run.screen.answer(&admitted, |page| {
        page.say_in(Style::Good, "request-admitted", &[("who", admitted.name.as_str().into())]);
    })
}

/// The one request that has these words, of those whom `who` may mean: which one is asked for is then beyond doubt.
fn whose(requests: &[Request], who: &str, words: &str) -> Result<String, CommandError> {
    let meant = |request: &&Request| request.name == who || request.request.to_string().starts_with(who);
    let same = |request: &&Request| request.words.iter().map(String::as_str).eq(words.split_whitespace());
    let known = |request: &Request| request.request.to_string();
    match requests.iter().filter(meant).find(same) {
        Some(request) => Ok(known(request)),
        None => Err(ApiError::new(ErrorKind::WordsDiffer, "these are not the words of that request").into()),
    }
}

pub(super) async fn decline(run: &Run, who: String) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let declined = client.decline(&Decline { committee: committee.id, who }).await?;
    run.screen.answer(&declined, |page| page.say("request-declined", &[("who", declined.name.as_str().into())]))
}
