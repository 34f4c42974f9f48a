//! A person's own keys: shown by their public halves, brought back from words.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use kenes_core::ids::CommitteeId;
use kenes_desk::view;

use super::App;
use super::ask::{Document, Named};
use super::desk::{secret, shown};
use crate::api::{ApiError, Committee, Desk, Done, Keys, OwnKeys, Passphrase, RecoveryWords, Restore, Unlock, Votes};

pub(super) async fn restore(
    State(app): State<Arc<App>>,
    Document(restore): Document<Restore>,
) -> Result<Json<Desk>, ApiError> {
    app.desk()?.restore(secret(&restore.passphrase), &restore.name, secret(&restore.words)).await?;
    Ok(Json(shown(&app)))
}

pub(super) async fn words(
    State(app): State<Arc<App>>,
    Document(unlock): Document<Unlock>,
) -> Result<Json<RecoveryWords>, ApiError> {
    let words = app.desk()?.words(secret(&unlock.passphrase)).await?;
    Ok(Json(RecoveryWords { words: Passphrase::new(words.to_string()) }))
}

pub(super) async fn keys(State(app): State<Arc<App>>) -> Result<Json<Keys>, ApiError> {
    let keys = app.desk()?.own_keys().await?;
    Ok(Json(Keys { keys: keys.into_iter().map(OwnKeys::from).collect() }))
}

pub(super) async fn vote_by_words(
    State(app): State<Arc<App>>,
    Named(id): Named<CommitteeId>,
) -> Result<Json<Committee>, ApiError> {
    let desk = app.desk()?;
    let done = desk.vote_by_words(id).await;
    done.map_err(|error| ApiError::from(error).about("committee", id))?;
    Ok(Json(desk.committee(id).await?.into()))
}

pub(super) async fn wipe(State(app): State<Arc<App>>) -> Result<Json<Done>, ApiError> {
    app.desk()?.wipe().await?;
    Ok(Json(Done {}))
}

impl From<view::KeysView> for OwnKeys {
    fn from(view: view::KeysView) -> Self {
        let votes = match view.votes {
            view::Votes::ByKey => Votes::ByKey,
            view::Votes::ByWords => Votes::ByWords,
            view::Votes::No => Votes::No,
        };
        Self {
            committee: view.committee,
            committee_name: view.committee_name,
            member: view.member,
            device: view.device,
            devices: view.devices,
            retired: view.retired,
            votes,
            asked_for: view.asked_for,
        }
    }
}
