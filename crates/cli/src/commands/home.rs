//! `kenes home`: where this home was copied or moved and holds a committee's only vote, which one keeps it.

use kenes_web::api::Copied;

use crate::args::HomeCommand;
use crate::error::CommandError;
use crate::run::Run;

pub(crate) async fn home(run: &Run, command: HomeCommand) -> Result<(), CommandError> {
    let (keep_vote, done) = match command {
        HomeCommand::Only => (true, "home-only-done"),
        HomeCommand::Copy { yes } => {
            run.confirm(yes, "ask-erase-vote", "COPY").await?;
            (false, "home-copy-done")
        }
    };
    let settled = run.unlocked().await?.copied(Copied { keep_vote }).await?;
    let said = if settled.committees == 0 { "home-nothing" } else { done };
    run.screen.answer(&settled, |page| page.say(said, &[]))
}
