//! `kenes` alone: what to do next, given the state of the home.

use kenes_web::api::{DeskState, Standing};
use kenes_web::client::Client;
use serde::Serialize;

use crate::error::CommandError;
use crate::render::Style;
use crate::run::Run;

/// Something to do: a command, and the key of the sentence that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Step {
    command: &'static str,
    #[serde(skip)]
    why: &'static str,
}

#[derive(Serialize)]
struct Answer {
    next: Vec<Step>,
}

const fn step(command: &'static str, why: &'static str) -> Step {
    Step { command, why }
}

pub(crate) async fn next(run: &Run) -> Result<(), CommandError> {
    let next = match run.running().await {
        Some(client) => while_up(&client).await?,
        None if run.settings.home.value.keystore().exists() => vec![
            step("kenes up", "next-up"),
            step("kenes bulletin list", "next-read"),
            step("kenes bulletin post", "next-write"),
        ],
        None => vec![
            step("kenes demo", "next-demo"),
            step("kenes init", "next-init"),
            step("kenes up --relay", "next-relay"),
        ],
    };
    let answer = Answer { next };
    run.screen.answer(&answer, |page| {
        page.say_in(Style::Strong, "next-title", &[]);
        for step in &answer.next {
            page.gap();
            page.line(Style::Good, step.command);
            page.say(step.why, &[]);
        }
        page.gap();
        page.say("next-help", &[]);
    })
}

async fn while_up(client: &Client) -> Result<Vec<Step>, CommandError> {
    Ok(match client.desk().await?.state {
        DeskState::Absent => vec![step("kenes status", "next-relay-runs"), step("kenes carry list", "next-carry")],
        DeskState::Uninitialised => vec![step("kenes init", "next-init")],
        DeskState::Locked => vec![step("kenes unlock", "next-unlock")],
        DeskState::Unlocked => unlocked(client).await?,
    })
}

async fn unlocked(client: &Client) -> Result<Vec<Step>, CommandError> {
    let committees = client.committees().await?.committees;
    if committees.is_empty() {
        return Ok(vec![step("kenes committee new NAME", "next-found"), step("kenes committee join URI", "next-join")]);
    }
    let mut next = Vec::new();
    if committees.iter().any(|committee| committee.standing == Standing::Pending) {
        next.push(step("kenes committee list", "next-pending"));
    }
    if committees.iter().any(|committee| committee.unread > 0) {
        next.push(step("kenes bulletin list --unread", "next-unread"));
    }
    let writes = |standing| matches!(standing, Standing::Voter | Standing::Probation);
    if committees.iter().any(|committee| writes(committee.standing)) {
        next.push(step("kenes bulletin post", "next-write"));
    }
    next.push(step("kenes status", "next-status"));
    Ok(next)
}
