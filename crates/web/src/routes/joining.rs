//! Invites, and those who ask to join.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use kenes_core::ids::Hex;
use kenes_desk::view;

use super::App;
use super::ask::{Document, Question};
use crate::api::{
    Admit, Admitted, ApiError, Committee, CommitteeQuery, Decline, Declined, Invite, Join, NewInvite, Request, Requests,
};

pub(super) async fn invite(
    State(app): State<Arc<App>>,
    Document(new): Document<NewInvite>,
) -> Result<Json<Invite>, ApiError> {
    let expires = new.lives.map(|lives| app.node.now().at.plus(lives));
    let desk = app.desk()?;
    let invite = match &new.back {
        _ if new.device => desk.invite_device(new.committee, expires).await,
        Some(who) => desk.invite_back(new.committee, who, expires).await,
        None => desk.invite(new.committee, new.uses, expires).await,
    };
    let who = new.back.unwrap_or_default();
    let invite =
        invite.map_err(|error| ApiError::from(error).about("member", who).about("committee", new.committee))?;
    Ok(Json(Invite { uri: invite.uri, uses: invite.uses, expires: invite.expires.into() }))
}

pub(super) async fn join(
    State(app): State<Arc<App>>,
    Document(join): Document<Join>,
) -> Result<Json<Committee>, ApiError> {
    let desk = app.desk()?;
    let id = desk.join(&join.uri, join.name.as_deref().unwrap_or_default()).await?;
    Ok(Json(desk.committee(id).await?.into()))
}

pub(super) async fn requests(
    State(app): State<Arc<App>>,
    Question(query): Question<CommitteeQuery>,
) -> Result<Json<Requests>, ApiError> {
    let found = app.desk()?.requests(query.committee).await;
    let found = found.map_err(|error| ApiError::from(error).about("committee", query.committee))?;
    let mut requests: Vec<Request> = found.into_iter().map(Request::from).collect();
    requests.sort_by_key(|request| request.received);
    Ok(Json(Requests { requests }))
}

pub(super) async fn admit(
    State(app): State<Arc<App>>,
    Document(admit): Document<Admit>,
) -> Result<Json<Admitted>, ApiError> {
    let admitted = app.desk()?.admit(admit.committee, &admit.who).await;
    let admitted = admitted
        .map_err(|error| ApiError::from(error).about("member", &admit.who).about("committee", admit.committee))?;
    Ok(Json(Admitted { member: admitted.member, name: admitted.name }))
}

pub(super) async fn decline(
    State(app): State<Arc<App>>,
    Document(decline): Document<Decline>,
) -> Result<Json<Declined>, ApiError> {
    let declined = app.desk()?.decline(decline.committee, &decline.who).await;
    let declined = declined
        .map_err(|error| ApiError::from(error).about("member", &decline.who).about("committee", decline.committee))?;
    Ok(Json(Declined { request: Hex(&declined.request).to_string(), name: declined.name }))
}

impl From<view::RequestView> for Request {
    fn from(view: view::RequestView) -> Self {
        Self {
            request: Hex(&view.request).to_string(),
            name: view.name,
            words: view.words.split_whitespace().map(str::to_owned).collect(),
            uses: view.uses,
            held: view.held || view.namesake || view.unusual,
            taken: view.held,
            namesake: view.namesake,
            unusual: view.unusual,
            device: view.device,
            received: view.received.into(),
        }
    }
}
