//! The desk: set up, unlocked, locked.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use kenes_desk::view;
use zeroize::Zeroizing;

use super::App;
use super::ask::Document;
use crate::api::{
    ApiError, Copied, CopySettled, Desk, DeskState, Forked, Init, Passphrase, Records, RecoveryWords, Unlock,
};

pub(super) async fn state(State(app): State<Arc<App>>) -> Json<Desk> {
    Json(shown(&app))
}

pub(super) fn shown(app: &App) -> Desk {
    let committees = app.desk.as_ref().map(kenes_desk::Desk::glance).unwrap_or_default();
    let forked = |view: view::CommitteeView| {
        let (committee, name) = (view.id, view.name);
        view.forks.into_iter().map(move |fork| Forked { committee, name: name.clone(), fork: fork.into() })
    };
    Desk { state: state_of(app), forks: committees.into_iter().flat_map(forked).collect() }
}

pub(super) fn state_of(app: &App) -> DeskState {
    match &app.desk {
        Some(desk) => desk.state().into(),
        None => DeskState::Absent,
    }
}

pub(super) async fn init(
    State(app): State<Arc<App>>,
    Document(init): Document<Init>,
) -> Result<Json<RecoveryWords>, ApiError> {
    let words = app.desk()?.init(secret(&init.passphrase), &init.name).await?;
    Ok(Json(RecoveryWords { words: Passphrase::new(words.to_string()) }))
}

pub(super) async fn unlock(
    State(app): State<Arc<App>>,
    Document(unlock): Document<Unlock>,
) -> Result<Json<Desk>, ApiError> {
    app.desk()?.unlock(secret(&unlock.passphrase)).await?;
    Ok(Json(shown(&app)))
}

pub(super) async fn lock(State(app): State<Arc<App>>) -> Result<Json<Desk>, ApiError> {
    app.desk()?.lock().await;
    Ok(Json(shown(&app)))
}

pub(super) async fn copied(
    State(app): State<Arc<App>>,
    Document(copied): Document<Copied>,
) -> Result<Json<CopySettled>, ApiError> {
    let committees = app.desk()?.keep_vote(copied.keep_vote).await?;
    Ok(Json(CopySettled { committees }))
}

pub(super) async fn check(State(app): State<Arc<App>>) -> Result<Json<Records>, ApiError> {
    let found = app.desk()?.check_records().await?;
    Ok(Json(Records { records: found.all, damaged: found.damaged }))
}

pub(super) fn secret(passphrase: &Passphrase) -> Zeroizing<String> {
    Zeroizing::new(passphrase.expose().to_owned())
}

impl From<view::DeskState> for DeskState {
    fn from(state: view::DeskState) -> Self {
        match state {
            view::DeskState::Uninitialised => Self::Uninitialised,
            view::DeskState::Locked => Self::Locked,
            view::DeskState::Unlocked => Self::Unlocked,
        }
    }
}
