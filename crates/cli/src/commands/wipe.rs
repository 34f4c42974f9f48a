//! `kenes wipe`: the keys first, at once and without opening anything; then what they sealed.
//!
//! This is the one command that does not go through the interface alone: whoever needs it may have no time to wait for
//! a store to open, and no passphrase to give.

use std::time::Duration;

use kenes_node::home::{Home, HomeError};
use serde::Serialize;

use crate::error::{CommandError, OwnKind};
use crate::render::Style;
use crate::run::Run;

/// How long a process that has the home is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

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
    let (keystore, unusable) = (home.keystore(), home.keystore());
    let destroyed = tokio::task::spawn_blocking(move || kenes_desk::destroy_keystore(&keystore)).await;
    destroyed
        .map_err(CommandError::failed)?
        .map_err(|error| CommandError::new(OwnKind::File).detail("path", unusable.display()).because(error))?;
    // Whoever runs `kenes up` is to forget them too; one that does not answer loses nobody's time.
    if let Some(client) = run.running().await {
        let _ = tokio::time::timeout(PATIENCE, client.wipe()).await;
    }
    let rest = tokio::task::spawn_blocking(move || rest_is_gone(&home)).await.map_err(CommandError::failed)??;
    let answer = Answer { keys: true, rest };
    run.screen.answer(&answer, |page| match rest {
        true => page.say_in(Style::Good, "wipe-done", &[]),
        false => page.say_in(Style::Alarm, "wipe-keys-only", &[]),
    })
}

/// Removes the rest, if nobody has the home.
fn rest_is_gone(home: &Home) -> Result<bool, CommandError> {
    match home.wipe() {
        Ok(()) => Ok(true),
        Err(HomeError::InUse { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
