//! `kenes verify`: what a certificate proves. It needs no home; where the one at hand is open, it is asked too.
//!
//! It never says that something is genuine and no more. A certificate proves that voters of *some* committee signed:
//! anyone can found one under a famous name, and only its words, compared with a banner or a paper, say whose it is.

mod shown;

use kenes_core::book::Checkpoint;
use kenes_core::certificate::{Certificate, LONGEST};
use kenes_core::words;
use kenes_web::api::{ApiError, AtHome, Cause, DeskState, ErrorKind, Held, Proof};
use kenes_web::client::Client;
use serde::Serialize;

use crate::args::{Fixed, Verify};
use crate::commands::file;
use crate::error::CommandError;
use crate::run::Run;
use crate::terminal::aside;

/// What scripts are told of a file that proves nothing.
#[derive(Serialize)]
struct Void {
    valid: bool,
}

pub(crate) async fn verify(run: &Run, args: Verify) -> Result<(), CommandError> {
    let path = args.file.clone();
    let bytes = aside(move || file::read(&path, LONGEST)).await?;
    match judge(run, &args, &bytes).await {
        Ok(proof) => run.screen.answer(&proof, |page| shown::show(page, &proof)),
        Err(refusal) => {
            if refusal.is_void() {
                run.screen.document(&Void { valid: false })?;
            }
            Err(refusal)
        }
    }
}

async fn judge(run: &Run, args: &Verify, bytes: &[u8]) -> Result<Proof, CommandError> {
    let certificate = Certificate::decode(bytes).map_err(ApiError::from)?;
    let checkpoint = given(args, &certificate)?;
    let proof = certificate.verify(checkpoint).map_err(ApiError::from)?;
    let Some(client) = home(run).await? else { return Ok(Proof::of(proof, checkpoint, AtHome::NotAsked)) };
    Ok(client.judge(bytes, checkpoint.map(Held::from)).await?)
}

/// The minutes that the reader holds fast to.
fn given(args: &Verify, certificate: &Certificate) -> Result<Option<Checkpoint>, CommandError> {
    let Some(text) = &args.words else { return Ok(args.checkpoint.map(|Fixed(checkpoint)| checkpoint)) };
    let Some(digest) = words::to_digest(text) else {
        let refusal = ApiError::new(ErrorKind::BadValue, "these are not twelve words of a committee");
        return Err(refusal.detail("what", "words").detail("value", text).into());
    };
    match certificate.worded(&digest) {
        Some(checkpoint) => Ok(Some(checkpoint)),
        None => {
            let refusal = ApiError::new(ErrorKind::NotAuthentic, "none of its minutes has these words");
            Err(refusal.because(Cause::CertificateWords).into())
        }
    }
}

/// The home at hand, if its keys are open, or are to be opened by what was given. Nobody is asked for a passphrase.
async fn home(run: &Run) -> Result<Option<&Client>, CommandError> {
    let at_hand = run.running().await.is_some() || run.has_passphrase();
    if !at_hand || !run.settings.home.value.keystore().exists() {
        return Ok(None);
    }
    let client = run.client().await?;
    match client.desk().await?.state {
        DeskState::Unlocked => Ok(Some(client)),
        DeskState::Locked if run.has_passphrase() => run.unlocked().await.map(Some),
        DeskState::Locked | DeskState::Uninitialised | DeskState::Absent => Ok(None),
    }
}
