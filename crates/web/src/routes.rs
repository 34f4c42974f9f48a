//! Which handler answers what. Handlers turn documents into calls of the desk and the node; they decide nothing.

mod ask;
mod bulletins;
mod committees;
mod desk;
mod events;
mod joining;
mod metrics;
mod node;
mod refusal;

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::routing::{delete, get, post};
use kenes_desk::Desk;
use kenes_node::Node;

use crate::api::{ApiError, ErrorKind};
use crate::guard::guarded;
use crate::stop::Stop;

/// What handlers answer from: one home, opened.
#[derive(Clone)]
pub struct App {
    /// A person's desk; none on a relay.
    pub desk: Option<Desk>,
    /// The node under it.
    pub node: Node,
    /// Whether the node meets others.
    pub network: bool,
    /// Ends what would go on for ever.
    pub stop: Stop,
}

impl App {
    /// The desk, or the refusal that there is none.
    fn desk(&self) -> Result<&Desk, ApiError> {
        self.desk.as_ref().ok_or_else(|| ApiError::new(ErrorKind::NoDesk, "this is a relay: nobody reads here"))
    }

    /// Refuses what only makes sense with a network.
    fn networked(&self) -> Result<(), ApiError> {
        if self.network { Ok(()) } else { Err(ApiError::new(ErrorKind::NoNetwork, "this process has no network")) }
    }
}

/// Everything that the interface answers.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/metrics", get(metrics::metrics))
        .route("/v1/status", get(node::status))
        .route("/v1/sync", post(node::sync))
        .route("/v1/peers", get(node::peers).post(node::add_peer))
        .route("/v1/peers/drop", post(node::drop_peer))
        .route("/v1/peers/block", post(node::block_peer))
        .route("/v1/channels", get(node::channels).post(node::carry))
        .route("/v1/channels/{channel}", delete(node::forget))
        .route("/v1/desk", get(desk::state))
        .route("/v1/desk/init", post(desk::init))
        .route("/v1/desk/unlock", post(desk::unlock))
        .route("/v1/desk/lock", post(desk::lock))
        .route("/v1/committees", get(committees::list).post(committees::found))
        .route("/v1/committees/{committee}", get(committees::one))
        .route("/v1/committees/{committee}/members", get(committees::members))
        .route("/v1/committees/{committee}/pause", post(committees::pause))
        .route("/v1/invites", post(joining::invite))
        .route("/v1/requests", get(joining::requests).post(joining::join))
        .route("/v1/requests/admit", post(joining::admit))
        .route("/v1/bulletins", get(bulletins::list).post(bulletins::post))
        .route("/v1/bulletins/read", post(bulletins::mark_read))
        .route("/v1/bulletins/{bulletin}", get(bulletins::one))
        .route("/v1/events", get(events::events))
        .fallback(|uri: Uri| async move { ApiError::not_found("path", uri.path()) })
        .method_not_allowed_fallback(|| async { ApiError::new(ErrorKind::BadRequest, "not with this method") })
        .with_state(Arc::new(app));
    guarded(routes)
}
