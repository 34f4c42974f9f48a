//! Committees and their members.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use kenes_core::book;
use kenes_desk::view;

use super::App;
use super::ask::{Document, Named};
use crate::api::{
    ApiError, Because, Checkpoint, Committee, CommitteeId, Committees, Done, Follow, Fork, Founded, Link, Member,
    Members, Moment, NewCommittee, NewKey, Obstacle, Pause, Paused, Person, Standing, VerifyMember,
};

pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<Committees>, ApiError> {
    let mut committees: Vec<Committee> = app.desk()?.committees().await?.into_iter().map(Committee::from).collect();
    committees.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(Json(Committees { committees }))
}

pub(super) async fn found(
    State(app): State<Arc<App>>,
    Document(new): Document<NewCommittee>,
) -> Result<Json<Founded>, ApiError> {
    let id = app.desk()?.found(new.into()).await?;
    Ok(Json(Founded { id }))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    Named(id): Named<CommitteeId>,
) -> Result<Json<Committee>, ApiError> {
    let found = app.desk()?.committee(id).await;
    Ok(Json(found.map_err(|error| ApiError::from(error).about("committee", id))?.into()))
}

pub(super) async fn members(
    State(app): State<Arc<App>>,
    Named(id): Named<CommitteeId>,
) -> Result<Json<Members>, ApiError> {
    let found = app.desk()?.members(id).await.map_err(|error| ApiError::from(error).about("committee", id))?;
    let mut members: Vec<Member> = found.into_iter().map(Member::from).collect();
    members.sort_by(|a, b| (&a.name, a.member).cmp(&(&b.name, b.member)));
    Ok(Json(Members { members }))
}

pub(super) async fn pause(
    State(app): State<Arc<App>>,
    Named(id): Named<CommitteeId>,
    Document(pause): Document<Pause>,
) -> Result<Json<Paused>, ApiError> {
    let paused = app.desk()?.pause(id, &pause.who, pause.because.into()).await;
    let paused = paused.map_err(|error| ApiError::from(error).about("member", &pause.who).about("committee", id))?;
    Ok(Json(Paused { member: paused.member, name: paused.name, recipients: paused.recipients }))
}

pub(super) async fn verify(
    State(app): State<Arc<App>>,
    Named(id): Named<CommitteeId>,
    Document(verify): Document<VerifyMember>,
) -> Result<Json<Member>, ApiError> {
    let verified = app.desk()?.verify(id, &verify.who, &verify.words).await;
    let about = |error| ApiError::from(error).about("member", &verify.who).about("committee", id);
    Ok(Json(verified.map_err(about)?.into()))
}

pub(super) async fn link(State(app): State<Arc<App>>, Named(id): Named<CommitteeId>) -> Result<Json<Link>, ApiError> {
    let link = app.desk()?.link(id).await.map_err(|error| ApiError::from(error).about("committee", id))?;
    let words = link.words.split_whitespace().map(str::to_owned).collect();
    Ok(Json(Link { uri: link.uri, words, no: link.no, voters: link.voters }))
}

pub(super) async fn follow(
    State(app): State<Arc<App>>,
    Document(follow): Document<Follow>,
) -> Result<Json<Committee>, ApiError> {
    let desk = app.desk()?;
    let id = desk.follow_link(&follow.uri).await?;
    Ok(Json(desk.committee(id).await?.into()))
}

pub(super) async fn leave(State(app): State<Arc<App>>, Named(id): Named<CommitteeId>) -> Result<Json<Done>, ApiError> {
    app.desk()?.leave(id).await.map_err(|error| ApiError::from(error).about("committee", id))?;
    Ok(Json(Done {}))
}

impl From<NewCommittee> for view::NewCommittee {
    fn from(new: NewCommittee) -> Self {
        Self {
            name: new.name,
            founder: new.founder.unwrap_or_default(),
            territory: new.territory,
            industry: new.industry.unwrap_or_default(),
            quorum: new.quorum.unwrap_or((1, 2)),
            history: new.history.into(),
        }
    }
}

impl From<view::CommitteeView> for Committee {
    fn from(view: view::CommitteeView) -> Self {
        Self {
            id: view.id,
            name: view.name,
            territory: view.territory,
            industry: Some(view.industry).filter(|industry| !industry.is_empty()),
            standing: view.standing.into(),
            steward: view.steward,
            minutes_no: view.minutes_no,
            checkpoint: view.checkpoint.map(Checkpoint::from),
            to_vote: view.to_vote,
            members: view.members,
            voters: view.voters,
            unread: view.unread,
            requests: view.requests,
            out: view.out.iter().map(Obstacle::from).collect(),
            chair: view.chair.map(Person::from),
            open: view.open,
            to_sign: view.to_sign,
            forks: view.forks.into_iter().map(Fork::from).collect(),
            adrift: view.adrift,
            keyless: view.keyless,
            beside: view.beside,
            channel: view.channel,
            asked: view.asked,
            copied: view.copied,
            words: view.words.map(|words| words.split_whitespace().map(str::to_owned).collect()),
            public: view.public,
            held: view.held.map(|words| words.split_whitespace().map(str::to_owned).collect()),
        }
    }
}

impl From<view::MemberView> for Member {
    fn from(view: view::MemberView) -> Self {
        Self {
            member: view.member,
            name: view.name,
            standing: view.standing.into(),
            chair: view.chair,
            speaks_until: view.speaks_until.map(Moment::from),
            out: view.out.iter().map(Obstacle::from).collect(),
            new_keys: view.new_keys.into_iter().map(NewKey::from).collect(),
            devices: view.devices,
            steward: view.steward,
            voter: view.voter,
            me: view.me,
            namesake: view.namesake,
            words: view.words.split_whitespace().map(str::to_owned).collect(),
            verified: view.verified,
        }
    }
}

impl From<view::Standing> for Standing {
    fn from(standing: view::Standing) -> Self {
        match standing {
            view::Standing::Pending => Self::Pending,
            view::Standing::Probation => Self::Probation,
            view::Standing::Voter => Self::Voter,
            view::Standing::Suspended => Self::Suspended,
            view::Standing::Removed => Self::Removed,
            view::Standing::Follower => Self::Follower,
        }
    }
}

impl From<Because> for book::Because {
    fn from(because: Because) -> Self {
        match because {
            Because::Arrested => Self::Arrested,
            Because::LostDevice => Self::LostDevice,
            Because::Distrust => Self::Distrust,
        }
    }
}
