//! Minutes: put, signed, passed on, shown.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use data_encoding::BASE64;
use kenes_core::book::{self, sheet_file};
use kenes_core::ids::SHORTEST_PREFIX;
use kenes_desk::{DeskError, view};

use super::App;
use super::ask::{Document, Question, Roomy};
use crate::api::{
    ApiError, Certified, CommitteeQuery, Decision, ErrorKind, Fork, History, Imported, Minutes, MinutesDraft,
    MinutesList, MinutesQuery, NewKey, NewMinutes, Obstacle, Person, Proposal, Sheet, SheetFile, SheetStatus, Undone,
};

/// The most bytes of a body with a file in Base64.
const BODY: usize = sheet_file::LONGEST / 3 * 4 + 1024;

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Question(query): Question<MinutesQuery>,
) -> Result<Json<MinutesList>, ApiError> {
    let found = app.desk()?.minutes(query.committee, query.open).await;
    let found = found.map_err(|error| ApiError::from(error).about("committee", query.committee))?;
    Ok(Json(MinutesList { minutes: found.into_iter().map(Minutes::from).collect() }))
}

/// By number, or by the beginning of an id.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(which): Path<String>,
    Question(query): Question<CommitteeQuery>,
) -> Result<Json<Minutes>, ApiError> {
    let desk = app.desk()?;
    if which.parse::<u32>().is_err() {
        long_enough(&which)?;
    }
    let found = desk.minutes_of(query.committee, &which).await;
    let found = found.map_err(|error| about(error.into(), &which, &query))?;
    Ok(Json(found.into()))
}

pub(super) async fn propose(
    State(app): State<Arc<App>>,
    Document(new): Document<NewMinutes>,
) -> Result<Json<Minutes>, ApiError> {
    new.proposals.iter().try_for_each(named)?;
    let proposed = app.desk()?.propose(new.committee, new.proposals.into_iter().map(Into::into).collect()).await;
    let proposed = proposed.map_err(|error| ApiError::from(error).about("committee", new.committee))?;
    Ok(Json(proposed.into()))
}

pub(super) async fn draft(
    State(app): State<Arc<App>>,
    Document(new): Document<NewMinutes>,
) -> Result<Json<MinutesDraft>, ApiError> {
    new.proposals.iter().try_for_each(named)?;
    let draft = app.desk()?.draft_minutes(new.committee, new.proposals.into_iter().map(Into::into).collect()).await;
    let draft = draft.map_err(|error| ApiError::from(error).about("committee", new.committee))?;
    let entries = draft.entries.into_iter().map(Decision::from).collect();
    Ok(Json(MinutesDraft { no: draft.no, entries, needed: draft.needed, tables: draft.tables }))
}

pub(super) async fn sign(
    State(app): State<Arc<App>>,
    Document(sheet): Document<Sheet>,
) -> Result<Json<Minutes>, ApiError> {
    long_enough(&sheet.id)?;
    let signed = app.desk()?.sign(sheet.committee, &sheet.id).await;
    Ok(Json(signed.map_err(|error| sheet.refused(error.into()))?.into()))
}

pub(super) async fn pass(
    State(app): State<Arc<App>>,
    Document(sheet): Document<Sheet>,
) -> Result<Json<Minutes>, ApiError> {
    long_enough(&sheet.id)?;
    let passed = app.desk()?.pass(sheet.committee, &sheet.id).await;
    Ok(Json(passed.map_err(|error| sheet.refused(error.into()))?.into()))
}

pub(super) async fn stand(
    State(app): State<Arc<App>>,
    Document(sheet): Document<Sheet>,
) -> Result<Json<Minutes>, ApiError> {
    long_enough(&sheet.id)?;
    let stood = app.desk()?.stand(sheet.committee, &sheet.id).await;
    Ok(Json(stood.map_err(|error| sheet.refused(error.into()))?.into()))
}

pub(super) async fn ask_for_key(
    State(app): State<Arc<App>>,
    Document(query): Document<CommitteeQuery>,
) -> Result<Json<NewKey>, ApiError> {
    let asked = app.desk()?.ask_for_key(query.committee).await;
    Ok(Json(asked.map_err(|error| ApiError::from(error).about("committee", query.committee))?.into()))
}

/// By number, or by the beginning of an id.
pub(super) async fn export(
    State(app): State<Arc<App>>,
    Path(which): Path<String>,
    Question(query): Question<CommitteeQuery>,
) -> Result<Json<SheetFile>, ApiError> {
    if which.parse::<u32>().is_err() {
        long_enough(&which)?;
    }
    let file = app.desk()?.export_sheet(query.committee, &which).await;
    let file = file.map_err(|error| about(error.into(), &which, &query))?;
    Ok(Json(SheetFile { file: BASE64.encode(&file) }))
}

/// By number.
pub(super) async fn certificate(
    State(app): State<Arc<App>>,
    Path(which): Path<String>,
    Question(query): Question<CommitteeQuery>,
) -> Result<Json<Certified>, ApiError> {
    let no = which.parse().map_err(|_| about(DeskError::NoMinutes.into(), &which, &query))?;
    let made = app.desk()?.certify_minutes(query.committee, no).await;
    Ok(Json(Certified::of(made.map_err(|error| about(error.into(), &which, &query))?)))
}

pub(super) async fn import(
    State(app): State<Arc<App>>,
    Roomy(brought): Roomy<SheetFile, BODY>,
) -> Result<Json<Imported>, ApiError> {
    let desk = app.desk()?;
    let bytes = BASE64.decode(brought.file.as_bytes());
    let bytes = bytes.map_err(|_| ApiError::new(ErrorKind::BadRequest, "the file is no Base64"))?;
    Ok(Json(desk.import_sheet(bytes).await?.into()))
}

fn long_enough(id: &str) -> Result<(), ApiError> {
    if id.len() < SHORTEST_PREFIX { Err(ApiError::short_id(id)) } else { Ok(()) }
}

/// A bulletin is named by enough of its id.
fn named(proposal: &Proposal) -> Result<(), ApiError> {
    let Proposal::Recall { since: Some(since), .. } = proposal else { return Ok(()) };
    long_enough(since)
}

fn about(error: ApiError, which: &str, query: &CommitteeQuery) -> ApiError {
    error.about("minutes", which).about("committee", query.committee)
}

impl Sheet {
    fn refused(&self, error: ApiError) -> ApiError {
        about(error, &self.id, &CommitteeQuery { committee: self.committee })
    }
}

impl From<Proposal> for view::Proposal {
    fn from(proposal: Proposal) -> Self {
        match proposal {
            Proposal::Admit { who, steward } => Self::Admit { who, steward },
            Proposal::Remove { who } => Self::Remove(who),
            Proposal::Steward { who, steward: true } => Self::Steward(who),
            Proposal::Steward { who, steward: false } => Self::Retire(who),
            Proposal::Spokesperson { who, until } => Self::Spokesperson { who, until: until.0 },
            Proposal::Publish => Self::Publish,
            Proposal::NewChannel => Self::NewChannel,
            Proposal::Recall { who, since } => Self::Recall { who, since },
            Proposal::Reinstate { who } => Self::Reinstate(who),
            Proposal::Keep { who } => Self::Keep(who),
            Proposal::NewKey { who } => Self::NewKey(who),
            Proposal::Policy { quorum, history, retention_days } => {
                Self::Policy { quorum, history: history.map(Into::into), retention_days }
            }
        }
    }
}

impl From<view::Person> for Person {
    fn from(person: view::Person) -> Self {
        Self { member: person.member, name: person.name }
    }
}

impl From<view::Imported> for Imported {
    fn from(imported: view::Imported) -> Self {
        let view::Imported { committee, minutes, received, duplicate } = imported;
        Self { committee, received, duplicate, minutes: minutes.into() }
    }
}

impl From<view::ForkView> for Fork {
    fn from(fork: view::ForkView) -> Self {
        Self { no: fork.no, sheets: fork.sheets, stand: fork.stand }
    }
}

impl From<view::MinutesView> for Minutes {
    fn from(view: view::MinutesView) -> Self {
        let people = |people: Vec<view::Person>| people.into_iter().map(Person::from).collect();
        Self {
            id: view.id,
            no: view.no,
            status: view.status.into(),
            void: match view.status {
                view::SheetStatus::Void(bad) => Some(bad.into()),
                view::SheetStatus::Open
                | view::SheetStatus::Adopted
                | view::SheetStatus::Superseded
                | view::SheetStatus::Contested => None,
            },
            author: view.author.into(),
            entries: view.entries.into_iter().map(Decision::from).collect(),
            signed: people(view.signed),
            needed: view.needed,
            missing: people(view.missing),
            round: view.round,
            passes: view.passes,
            mine: view.mine,
            obstacle: view.obstacle.map(Obstacle::from),
            by_hand: view.by_hand,
        }
    }
}

impl From<view::SheetStatus> for SheetStatus {
    fn from(status: view::SheetStatus) -> Self {
        match status {
            view::SheetStatus::Open => Self::Open,
            view::SheetStatus::Adopted => Self::Adopted,
            view::SheetStatus::Superseded => Self::Superseded,
            view::SheetStatus::Contested => Self::Contested,
            view::SheetStatus::Void(_) => Self::Void,
        }
    }
}

impl From<view::EntryView> for Decision {
    fn from(entry: view::EntryView) -> Self {
        use view::EntryView;
        match entry {
            EntryView::Admit { who, steward } => Self::Admit { who: who.into(), steward },
            EntryView::Remove(who) => Self::Remove { who: who.into() },
            EntryView::Steward { who, steward } => Self::Steward { who: who.into(), steward },
            EntryView::Policy { quorum, history, retention_days } => {
                Self::Policy { quorum, history: history.into(), retention_days }
            }
            EntryView::Recall { who, devices, undone } => {
                Self::Recall { who: who.map(Into::into), devices, undone: undone.into() }
            }
            EntryView::Reinstate { author, upto } => Self::Reinstate { author: author.into(), upto },
            EntryView::Keep(who) => Self::Keep { who: who.into() },
            EntryView::Drop(who) => Self::Drop { who: who.into() },
            EntryView::NewKey { who, key, words, lifts } => {
                Self::NewKey { who: who.into(), key, words: split(&words), lifts: lifts.map(Into::into) }
            }
            EntryView::Spokesperson { who, until } => Self::Spokesperson { who: who.into(), until: until.into() },
            EntryView::Silence { who, undone } => Self::Silence { who: who.into(), undone: undone.into() },
            EntryView::Channel(channel) => Self::Channel { channel },
            EntryView::Publish(channel) => Self::Publish { channel },
        }
    }
}

impl From<view::Undone> for Undone {
    fn from(undone: view::Undone) -> Self {
        let (written, since) = undone.since.unzip();
        Self { count: undone.count, since, written: written.map(Into::into) }
    }
}

impl From<view::KeyAsked> for NewKey {
    fn from(asked: view::KeyAsked) -> Self {
        Self { key: asked.key, words: split(&asked.words) }
    }
}

fn split(words: &str) -> Vec<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

impl From<History> for book::History {
    fn from(history: History) -> Self {
        match history {
            History::All => Self::All,
            History::None => Self::None,
        }
    }
}

impl From<book::History> for History {
    fn from(history: book::History) -> Self {
        match history {
            book::History::All => Self::All,
            book::History::None => Self::None,
        }
    }
}
