//! Bulletins: written and read.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use kenes_core::envelope::Priority;
use kenes_core::ids::SHORTEST_PREFIX;
use kenes_core::op::{LONGEST_TEXT, LONGEST_TITLE};
use kenes_core::time::{BUILT, Timestamp};
use kenes_desk::{Desk, view};

use super::App;
use super::ask::{Document, Question};
use crate::api::{
    ApiError, Author, AuthorStanding, Bulletin, BulletinId, BulletinStatus, Bulletins, BulletinsQuery, Certified, Done,
    ErrorKind, MarkRead, Moment, NewBulletin, NewWording, Retraction, Urgency,
};

/// How many are answered where nobody says, and at most.
const SOME: usize = 100;
const MOST: usize = 1_000;

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Question(query): Question<BulletinsQuery>,
) -> Result<Json<Bulletins>, ApiError> {
    let filter = view::Filter {
        committee: query.committee,
        since: query.since.map(|moment| moment.0),
        unread: query.unread,
        before: query.before,
        limit: Some(query.limit.unwrap_or(SOME).clamp(1, MOST)),
    };
    let about =
        |error| ApiError::from(error).about("bulletin", query.before.map(|id| id.to_string()).unwrap_or_default());
    let desk = app.desk()?;
    let listed = desk.bulletins(&filter).await.map_err(about)?;
    let bulletins: Vec<_> = listed.bulletins.into_iter().map(Bulletin::from).collect();
    let total = desk.count(&filter).await.map_err(about)?.max(bulletins.len());
    Ok(Json(Bulletins { bulletins, total, unreadable: listed.unreadable, last: listed.last }))
}

pub(super) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Bulletin>, ApiError> {
    let found = named(&app, &id)?.bulletin(&id).await;
    found.map(|bulletin| Json(bulletin.into())).map_err(|error| ApiError::from(error).about("bulletin", id))
}

pub(super) async fn certificate(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Certified>, ApiError> {
    let made = named(&app, &id)?.certificate(&id).await.map_err(|error| ApiError::from(error).about("bulletin", id))?;
    Ok(Json(Certified::of(made)))
}

pub(super) async fn post(
    State(app): State<Arc<App>>,
    Document(new): Document<NewBulletin>,
) -> Result<Json<BulletinId>, ApiError> {
    let date = dated(new.date)?;
    let now = date.unwrap_or_else(|| app.node.now().at);
    let title = new.title.unwrap_or_default();
    within(LONGEST_TITLE, &title)?;
    within(LONGEST_TEXT, &new.text)?;
    let draft = view::Draft {
        committee: new.committee,
        title,
        text: new.text,
        urgent: new.priority == Urgency::Urgent,
        expires: new.lives.map(|lives| now.plus(lives)),
        reply_to: new.reply_to,
        date,
        public: new.public,
    };
    let answered = new.reply_to.map(|id| id.to_string()).unwrap_or_default();
    let posted = app.desk()?.post(draft).await;
    let id =
        posted.map_err(|error| ApiError::from(error).about("committee", new.committee).about("bulletin", answered))?;
    Ok(Json(BulletinId { id }))
}

pub(super) async fn correct(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Document(new): Document<NewWording>,
) -> Result<Json<BulletinId>, ApiError> {
    let date = dated(new.date)?;
    let now = date.unwrap_or_else(|| app.node.now().at);
    within(LONGEST_TITLE, new.title.as_deref().unwrap_or_default())?;
    within(LONGEST_TEXT, &new.text)?;
    let wording = view::Rewording {
        title: new.title,
        text: new.text,
        urgent: new.priority == Urgency::Urgent,
        expires: new.lives.map(|lives| now.plus(lives)),
        date,
    };
    let corrected = named(&app, &id)?.correct(&id, wording).await;
    corrected.map(|id| Json(BulletinId { id })).map_err(|error| ApiError::from(error).about("bulletin", id))
}

pub(super) async fn retract(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Document(retraction): Document<Retraction>,
) -> Result<Json<Bulletin>, ApiError> {
    let date = dated(retraction.date)?;
    let retracted = named(&app, &id)?.retract(&id, date).await;
    retracted.map(|bulletin| Json(bulletin.into())).map_err(|error| ApiError::from(error).about("bulletin", id))
}

/// The desk, where a name may be the beginning of an id.
fn named<'a>(app: &'a App, id: &str) -> Result<&'a Desk, ApiError> {
    let desk = app.desk()?;
    if id.len() < SHORTEST_PREFIX { Err(ApiError::short_id(id)) } else { Ok(desk) }
}

pub(super) fn within(limit: usize, text: &str) -> Result<(), ApiError> {
    if text.len() <= limit {
        return Ok(());
    }
    let message = format!("{} bytes, and at most {limit} are possible", text.len());
    Err(ApiError::new(ErrorKind::TooLong, message).detail("limit", limit))
}

/// The owner's word for the time. Nothing was written before there was a program to write it.
fn dated(date: Option<Moment>) -> Result<Option<Timestamp>, ApiError> {
    match date {
        Some(date) if date.0 < BUILT => {
            let least = Moment::from(BUILT);
            let refusal = ApiError::new(ErrorKind::TooEarly, format!("a date is not before {least}"));
            Err(refusal.detail("date", date).detail("least", least))
        }
        date => Ok(date.map(|date| date.0)),
    }
}

pub(super) async fn mark_read(
    State(app): State<Arc<App>>,
    Document(read): Document<MarkRead>,
) -> Result<Json<Done>, ApiError> {
    if read.ids.len() > MOST {
        return Err(ApiError::new(ErrorKind::BadRequest, "at most 1,000 at once"));
    }
    app.desk()?.mark_read(&read.ids).await?;
    Ok(Json(Done {}))
}

impl From<view::BulletinView> for Bulletin {
    fn from(view: view::BulletinView) -> Self {
        Self {
            id: view.id,
            committee: view.committee,
            committee_name: view.committee_name,
            author: view.author.into(),
            title: Some(view.title).filter(|title| !title.is_empty()),
            text: view.text,
            priority: match view.priority {
                Priority::Urgent => Urgency::Urgent,
                Priority::Control | Priority::Routine | Priority::Bulk => Urgency::Routine,
            },
            public: view.public,
            written: view.written.into(),
            received: view.received.into(),
            expires: view.expires.into(),
            reply_to: view.reply_to,
            corrects: view.corrects,
            corrects_in_vain: view.corrects_in_vain,
            corrected_by: view.corrected_by,
            status: match view.status {
                view::BulletinStatus::Current => BulletinStatus::Current,
                view::BulletinStatus::Corrected => BulletinStatus::Corrected,
                view::BulletinStatus::Retracted => BulletinStatus::Retracted,
                view::BulletinStatus::Expired => BulletinStatus::Expired,
            },
            attachments: Vec::new(),
            seen_gap: view.seen_gap,
            read: view.read,
        }
    }
}

impl From<view::AuthorView> for Author {
    fn from(view: view::AuthorView) -> Self {
        Self {
            member: view.member,
            device: view.device,
            name: view.name,
            standing: match view.standing {
                view::AuthorStanding::Ok => AuthorStanding::Ok,
                view::AuthorStanding::Suspended => AuthorStanding::Suspended,
                view::AuthorStanding::Unproven => AuthorStanding::Unproven,
                view::AuthorStanding::Unknown => AuthorStanding::Unknown,
                view::AuthorStanding::Fork => AuthorStanding::Fork,
                view::AuthorStanding::Former => AuthorStanding::Former,
                view::AuthorStanding::Recalled => AuthorStanding::Recalled,
            },
            me: view.me,
            namesake: view.namesake,
            probation: view.probation,
            verified: view.verified,
        }
    }
}
