//! `kenes committee`: found one, join one, see who is in it, let somebody in, pause somebody, leave.

mod chosen;
mod following;
pub(crate) mod glance;
mod joining;
mod members;
mod verify;

use kenes_web::api::{Because, Committee, Glance, History, NewCommittee, Pause, Standing};

use super::minutes::sheet::named;
use crate::args::{CommitteeCommand, FoundCommittee, Fraction, HistoryChoice, PauseMember, PauseReason};
use crate::error::CommandError;
use crate::render::page::short;
use crate::render::{Page, Style};
use crate::run::Run;

pub(crate) use chosen::{chosen, within};

pub(crate) async fn committee(run: &Run, command: CommitteeCommand) -> Result<(), CommandError> {
    match command {
        CommitteeCommand::New(args) => found(run, args).await,
        CommitteeCommand::List => list(run).await,
        CommitteeCommand::Show => show(run).await,
        CommitteeCommand::Members => members(run).await,
        CommitteeCommand::Invite(args) => joining::invite(run, args).await,
        CommitteeCommand::Join(args) => joining::join(run, args).await,
        CommitteeCommand::Requests => joining::requests(run).await,
        CommitteeCommand::Admit(args) => joining::admit(run, args).await,
        CommitteeCommand::Decline { who } => joining::decline(run, who).await,
        CommitteeCommand::Link(args) => following::link(run, args).await,
        CommitteeCommand::Follow(args) => following::follow(run, args).await,
        CommitteeCommand::Verify(args) => verify::verify(run, args).await,
        CommitteeCommand::Pause(args) => pause(run, args).await,
        CommitteeCommand::Leave { yes } => leave(run, yes).await,
    }
}

async fn found(run: &Run, args: FoundCommittee) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let territory = args.territory.unwrap_or_default();
    let new = NewCommittee {
        name: args.name,
        founder: args.founder,
        territory: territory.split('/').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        industry: args.industry,
        quorum: args.quorum.map(|Fraction(over, under)| (over, under)),
        history: match args.history {
            Some(HistoryChoice::All) => History::All,
            Some(HistoryChoice::None) | None => History::None,
        },
    };
    let founded = client.found(&new).await?;
    run.screen.answer(&founded, |page| {
        page.say_in(Style::Good, "committee-founded", &[("name", new.name.as_str().into())]);
        page.say("committee-rests-on-founder", &[]);
        page.say("committee-invite-next", &[]);
    })
}

async fn list(run: &Run) -> Result<(), CommandError> {
    let committees = run.unlocked().await?.committees().await?;
    run.screen.answer(&committees, |page| {
        if committees.committees.is_empty() {
            page.say("committee-none", &[]);
        }
        for committee in &committees.committees {
            title(page, committee);
            let standing = page.words.text(standing_key(committee.standing));
            page.say(
                "committee-line",
                &[
                    ("id", short(&committee.id).into()),
                    ("standing", standing.into()),
                    ("unread", committee.unread.into()),
                ],
            );
            glance::warnings(page, &committee.clone().into());
        }
    })
}

async fn show(run: &Run) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let committee = client.committee(committee.id).await?;
    // While nobody has let this home in, it knows of nobody.
    let known = !matches!(committee.standing, Standing::Pending | Standing::Follower);
    let members = if known { client.members(committee.id).await?.members } else { vec![] };
    run.screen.answer(&committee, |page| {
        describe(page, &committee);
        if !members.is_empty() {
            page.gap();
            members::describe(page, &members);
        }
    })
}

fn title(page: &mut Page<'_>, committee: &Committee) {
    match committee.name.as_str() {
        "" => page.say_in(Style::Strong, "committee-unnamed", &[]),
        name => page.line(Style::Strong, name),
    }
}

fn describe(page: &mut Page<'_>, committee: &Committee) {
    title(page, committee);
    page.pair("label-id", &committee.id.to_string());
    page.pair("label-standing", &page.words.text(standing_key(committee.standing)));
    if !committee.territory.is_empty() {
        page.pair("label-territory", &committee.territory.join(" / "));
    }
    if let Some(industry) = &committee.industry {
        page.pair("label-industry", industry);
    }
    glance::warnings(page, &Glance::from(committee.clone()));
    if committee.beside {
        page.say("committee-beside", &[]);
    }
    page.say("committee-size", &[("members", committee.members.into()), ("voters", committee.voters.into())]);
    if committee.requests > 0 {
        page.say_in(Style::Strong, "committee-requests", &[("count", committee.requests.into())]);
    }
    if committee.copied {
        page.say_in(Style::Alarm, "committee-copied", &[]);
    }
    if let Some(words) = &committee.words {
        page.say("request-compare", &[]);
        page.compare(words);
    }
    if committee.to_vote > 0 {
        page.say_in(Style::Strong, "committee-to-vote", &[("count", committee.to_vote.into())]);
    }
    if let Some(words) = &committee.held {
        following::held(page, words);
    }
    page.pair("label-minutes", &committee.minutes_no.to_string());
    if let Some(held) = &committee.checkpoint {
        page.say("committee-checkpoint", &[("no", held.no.into())]);
        page.line(Style::Plain, &format!("  {}", held.words.join(" ")));
    }
    match &committee.chair {
        Some(chair) => page.pair("label-chair", &named(chair)),
        None if !matches!(committee.standing, Standing::Pending | Standing::Follower) => {
            page.say("committee-no-chair", &[])
        }
        None => {}
    }
    page.pair("label-unread", &committee.unread.to_string());
    page.pair("label-channel", &committee.channel.to_string());
    if let Some(public) = committee.public.filter(|public| *public != committee.channel) {
        page.pair("label-public", &public.to_string());
    }
}

async fn members(run: &Run) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let members = client.members(committee.id).await?;
    run.screen.answer(&members, |page| {
        page.line(Style::Strong, &committee.name);
        members::describe(page, &members.members);
    })
}

async fn pause(run: &Run, args: PauseMember) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let because = match args.because {
        PauseReason::Arrested => Because::Arrested,
        PauseReason::LostDevice => Because::LostDevice,
        PauseReason::Distrust => Because::Distrust,
    };
    let paused = client.pause(committee.id, &Pause { who: args.who, because }).await?;
    run.screen.answer(&paused, |page| {
        page.say("committee-paused", &[("who", paused.name.as_str().into())]);
        page.say("committee-recipients", &[("count", paused.recipients.into())]);
    })
}

async fn leave(run: &Run, yes: bool) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    run.confirm(yes, "ask-leave", "LEAVE").await?;
    let done = client.leave(committee.id).await?;
    run.screen.answer(&done, |page| page.say("committee-left", &[("name", committee.name.as_str().into())]))
}

pub(crate) fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Pending => "standing-pending",
        Standing::Probation => "standing-probation",
        Standing::Voter => "standing-voter",
        Standing::Suspended => "standing-suspended",
        Standing::Removed => "standing-removed",
        Standing::Follower => "standing-follower",
    }
}
