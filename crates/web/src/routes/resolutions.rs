//! Resolutions: put, said yes or no to, proven.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use data_encoding::BASE64;
use kenes_core::book::{LONGEST_MOTION, LONGEST_MOTION_TITLE, sheet_file};
use kenes_core::ids::SHORTEST_PREFIX;
use kenes_desk::view;
use kenes_desk::{Desk, DeskError};

use super::App;
use super::ask::{Document, Question, Roomy};
use super::bulletins::within;
use crate::api::{
    ApiError, AtHome, Ballot, Certified, ErrorKind, NewResolution, Person, Proof, Resolution, ResolutionBrought,
    ResolutionFile, ResolutionStatus, Resolutions, ResolutionsQuery, Within,
};

/// A file in Base64 and what is around it.
const BODY: usize = sheet_file::LONGEST / 3 * 4 + 1024;

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Question(query): Question<ResolutionsQuery>,
) -> Result<Json<Resolutions>, ApiError> {
    let found = app.desk()?.resolutions(query.committee, query.open).await;
    let found = found.map_err(|error| ApiError::from(error).about("committee", query.committee))?;
    let resolutions = found.resolutions.into_iter().map(Resolution::from).collect();
    Ok(Json(Resolutions { resolutions, total: found.total }))
}

pub(super) async fn put(
    State(app): State<Arc<App>>,
    Document(new): Document<NewResolution>,
) -> Result<Json<Resolution>, ApiError> {
    within(LONGEST_MOTION_TITLE, &new.title)?;
    within(LONGEST_MOTION, &new.text)?;
    let NewResolution { committee, title, text, lasts } = new;
    let put = app.desk()?.put_resolution(view::NewResolution { committee, title, text, lasts }).await;
    Ok(Json(put.map_err(|error| ApiError::from(error).about("committee", committee))?.into()))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Question(within): Question<Within>,
) -> Result<Json<Resolution>, ApiError> {
    let (desk, id) = named(&app, &id, within).await?;
    let found = desk.resolution(&id).await;
    Ok(Json(found.map_err(|error| about(error, &id))?.into()))
}

pub(super) async fn cast(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Question(within): Question<Within>,
    Document(ballot): Document<Ballot>,
) -> Result<Json<Resolution>, ApiError> {
    let (desk, id) = named(&app, &id, within).await?;
    let cast = desk.cast(&id, ballot.adopt).await;
    Ok(Json(cast.map_err(|error| about(error, &id))?.into()))
}

pub(super) async fn certificate(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Question(within): Question<Within>,
) -> Result<Json<Certified>, ApiError> {
    let (desk, id) = named(&app, &id, within).await?;
    let made = desk.certify(&id).await.map_err(|error| about(error, &id))?;
    Ok(Json(Certified::of(made)))
}

pub(super) async fn export(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Question(within): Question<Within>,
) -> Result<Json<ResolutionFile>, ApiError> {
    let (desk, id) = named(&app, &id, within).await?;
    let meant = id.parse().map_err(|_| ApiError::not_found("resolution", &id))?;
    let file = desk.export_resolution(&meant).await.map_err(|error| about(error, &id))?;
    Ok(Json(ResolutionFile { file: BASE64.encode(&file) }))
}

pub(super) async fn import(
    State(app): State<Arc<App>>,
    Roomy(brought): Roomy<ResolutionFile, BODY>,
) -> Result<Json<ResolutionBrought>, ApiError> {
    let desk = app.desk()?;
    let bytes = BASE64.decode(brought.file.as_bytes());
    let bytes = bytes.map_err(|_| ApiError::new(ErrorKind::BadRequest, "the file is no Base64"))?;
    let view::Brought { resolution, received, duplicate } = desk.import_resolution(bytes).await?;
    Ok(Json(ResolutionBrought { received, duplicate, resolution: resolution.into() }))
}

/// The desk, and the whole id of the resolution that is meant.
async fn named<'a>(app: &'a App, id: &str, within: Within) -> Result<(&'a Desk, String), ApiError> {
    if id.len() < SHORTEST_PREFIX {
        return Err(ApiError::short_id(id));
    }
    let desk = app.desk()?;
    let found = desk.find_resolution(within.committee, id).await;
    found.map(|found| (desk, found.to_string())).map_err(|error| about(error, id))
}

fn about(error: DeskError, id: &str) -> ApiError {
    ApiError::from(error).about("resolution", id)
}

impl Certified {
    /// As the desk made it.
    pub(super) fn of(made: view::CertificateView) -> Self {
        Self {
            certificate: BASE64.encode(&made.bytes),
            checkpoint: made.checkpoint.map(Into::into),
            proof: Proof::of(made.proof, made.checkpoint, AtHome::Known),
        }
    }
}

impl From<view::ResolutionView> for Resolution {
    fn from(view: view::ResolutionView) -> Self {
        let people = |people: Vec<view::Person>| people.into_iter().map(Person::from).collect();
        Self {
            id: view.id,
            committee: view.committee,
            committee_name: view.committee_name,
            no: view.no,
            author: view.author.into(),
            title: view.title,
            text: view.text,
            deadline: view.deadline.map(Into::into),
            status: match view.status {
                view::ResolutionStatus::Open => ResolutionStatus::Open,
                view::ResolutionStatus::Adopted => ResolutionStatus::Adopted,
                view::ResolutionStatus::Rejected => ResolutionStatus::Rejected,
            },
            signed: people(view.signed),
            against: people(view.against),
            missing: people(view.missing),
            needed: view.needed,
            mine: view.mine,
            may: view.may,
            by_hand: view.by_hand,
        }
    }
}
