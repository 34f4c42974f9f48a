//! `kenes wipe`: the keys first, at once and without opening anything; then what they sealed.
//!
//! This is the one command that does not go through the interface alone: whoever needs it may have no time to wait for
//! a store to open, and no passphrase to give.

use kenes_node::home::HomeError;
use serde::Serialize;

use crate::error::{CommandError, OwnKind};
use crate::render::Style;
use crate::run::Run;

#[derive(Serialize)]
struct Answer {
    /// Whether the keys are gone.
    keys: bool,
    /// Whether everything else is gone too; not while `kenes up` has it.
    rest: bool,
}

pub(crate) async fn wipe(run: &Run, yes: bool) -> Result<(), CommandError> {
    run.confirm(yes, "ask-wipe", "WIPE").await?;
    let home = run.settings.home.value.clone();
    let rest = match run.running().await {
        Some(client) => {
            client.wipe().await?;
            false
        }
        None => tokio::task::spawn_blocking(move || wipe_here(&home)).await.map_err(CommandError::failed)??,
    };
    let answer = Answer { keys: true, rest };
    run.screen.answer(&answer, |page| match rest {
        true => page.say_in(Style::Good, "wipe-done", &[]),
        false => page.say_in(Style::Alarm, "wipe-keys-only", &[]),
    })
}

/// Destroys the keys, whoever has the home; and the rest, if nobody has.
fn wipe_here(home: &kenes_node::home::Home) -> Result<bool, CommandError> {
    let unusable = |source: std::io::Error| {
        CommandError::new(OwnKind::File).detail("path", home.keystore().display()).because(source)
    };
    kenes_desk::destroy_keystore(&home.keystore()).map_err(unusable)?;
    match home.wipe() {
        Ok(()) => Ok(true),
        Err(HomeError::InUse { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
