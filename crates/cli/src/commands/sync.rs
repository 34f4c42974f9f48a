//! `kenes sync`: compare with everyone in reach, now.

use kenes_web::api::{NewPeer, SyncQuery};

use crate::args::SyncNow;
use crate::commands::status::size;
use crate::error::{CommandError, OwnKind};
use crate::run::Run;

pub(crate) async fn sync(run: &Run, args: SyncNow) -> Result<(), CommandError> {
    let client = run.running().await.ok_or_else(|| CommandError::new(OwnKind::NeedsUp))?;
    if let Some(address) = args.peer {
        client.add_peer(&NewPeer { address }).await?;
    }
    run.screen.remark("progress-syncing", &[]);
    let report = client.sync(SyncQuery { wait: args.wait }).await?;
    if report.peers == 0 {
        return Err(CommandError::new(OwnKind::NobodyMet));
    }
    run.screen.answer(&report, |page| {
        page.say(
            "sync-done",
            &[
                ("received", report.received.into()),
                ("sent", report.sent.into()),
                ("refused", report.refused.into()),
                ("overhead", size(report.overhead_bytes).into()),
            ],
        );
    })?;
    if report.torn { Err(CommandError::new(OwnKind::InPart)) } else { Ok(()) }
}
