//! `kenes clock`: what this machine's clock shows, why it is in doubt, and its owner's word that it is right.

use kenes_web::api::{Clock, ClockDoubt};

use crate::args::{AskClock, ClockCommand};
use crate::error::CommandError;
use crate::render::page::local;
use crate::render::{Page, Style};
use crate::run::Run;

pub(crate) async fn clock(run: &Run, args: AskClock) -> Result<(), CommandError> {
    let client = run.client().await?;
    let clock = match args.command {
        None => client.clock().await?,
        Some(ClockCommand::Right) => client.clock_is_right().await?,
    };
    run.screen.answer(&clock, |page| show(page, &clock))
}

fn show(page: &mut Page<'_>, clock: &Clock) {
    page.say("clock-shows", &[("when", local(clock.shows).into())]);
    let mut arguments = vec![];
    arguments.extend(clock.last.map(|last| ("last", local(last).into())));
    arguments.extend(clock.holds_at.map(|until| ("until", local(until).into())));
    match clock.doubt {
        None => page.say_in(Style::Good, "clock-believed", &[]),
        Some(ClockDoubt::BeforeBuild) => page.say_in(Style::Alarm, "clock-before-build", &[]),
        Some(ClockDoubt::Behind) => page.say_in(Style::Alarm, "clock-behind", &arguments),
        Some(ClockDoubt::FarAhead) => page.say_in(Style::Alarm, "clock-far-ahead", &arguments),
        // `kenes status` says of each peer how far its clock is apart.
        Some(ClockDoubt::PeerApart) => {}
    }
}
