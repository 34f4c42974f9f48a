//! `kenes carry`: the channels whose envelopes this node stores and passes on.

use kenes_node::config::CarryRule;
use kenes_web::api::{ApiError, Channel, ErrorKind, NewChannel};

use crate::args::CarryCommand;
use crate::commands::status::size;
use crate::error::CommandError;
use crate::render::page::short;
use crate::render::{Page, Style};
use crate::run::Run;

pub(crate) async fn carry(run: &Run, command: CarryCommand) -> Result<(), CommandError> {
    let client = run.client().await?;
    match command {
        CarryCommand::List => {
            let channels = client.channels().await?;
            run.screen.answer(&channels, |page| list(page, &channels.channels))
        }
        CarryCommand::Add { channel } => {
            let new = parse(&channel)?;
            let done = client.carry(&new).await?;
            run.screen.answer(&done, |page| page.say("carry-added", &[("channel", short(&new.channel).into())]))
        }
        CarryCommand::Drop { channel } => {
            let NewChannel { channel, .. } = parse(&channel)?;
            // Only an open desk can tell whether it needs the channel.
            let done = run.unlocked().await?.forget(channel).await?;
            run.screen.answer(&done, |page| page.say("carry-dropped", &[("channel", short(&channel).into())]))
        }
    }
}

/// `channel`, or `channel@list` to hold fast to a list from the start.
fn parse(text: &str) -> Result<NewChannel, CommandError> {
    let rule: Result<CarryRule, _> = text.parse();
    let rule = rule.map_err(|error| {
        ApiError::new(ErrorKind::BadValue, error.to_string()).detail("what", "channel").detail("value", text)
    })?;
    Ok(NewChannel { channel: rule.channel, pinned: rule.pinned })
}

fn list(page: &mut Page<'_>, channels: &[Channel]) {
    if channels.is_empty() {
        return page.say("carry-none", &[]);
    }
    for channel in channels {
        page.line(Style::Strong, &channel.channel.to_string());
        page.say("carry-stored", &[("envelopes", channel.envelopes.into()), ("size", size(channel.bytes).into())]);
        if channel.forked {
            page.say_in(Style::Alarm, "carry-forked", &[]);
        }
        if !channel.own {
            page.say("carry-for-others", &[]);
        }
    }
}
