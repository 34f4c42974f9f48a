//! The clock: how far it is believed, and the owner's word that it is right.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use kenes_core::time::BUILT;
use kenes_node::clock::{ClockState, ClockWarning};

use super::App;
use crate::api::{ApiError, Clock, ClockDoubt, ErrorKind, Moment};

pub(super) async fn clock(State(app): State<Arc<App>>) -> Json<Clock> {
    Json(app.node.clock().into())
}

pub(super) async fn right(State(app): State<Arc<App>>) -> Result<Json<Clock>, ApiError> {
    let shows = app.node.now().at;
    if shows < BUILT {
        let refusal = ApiError::new(ErrorKind::ClockDoubted, "no clock that shows this can be right");
        return Err(refusal.detail("shows", Moment::from(shows)).detail("at_least", Moment::from(BUILT)));
    }
    app.node.trust_clock().await?;
    Ok(Json(app.node.clock().into()))
}

impl From<ClockState> for Clock {
    fn from(state: ClockState) -> Self {
        Self {
            shows: state.reading.at.into(),
            last: state.last.map(Into::into),
            doubt: state.warning.map(Into::into),
            holds_at: state.holds_at.map(Into::into),
        }
    }
}

impl From<ClockWarning> for ClockDoubt {
    fn from(warning: ClockWarning) -> Self {
        match warning {
            ClockWarning::BeforeBuild => Self::BeforeBuild,
            ClockWarning::Behind => Self::Behind,
            ClockWarning::FarAhead => Self::FarAhead,
            ClockWarning::PeerApart => Self::PeerApart,
        }
    }
}
