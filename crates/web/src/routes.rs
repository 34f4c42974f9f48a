//! Which handler answers what. Handlers turn documents into calls of the desk and the node; they decide nothing.

mod ask;
mod bulletins;
mod certificates;
mod clock;
mod committees;
mod desk;
mod events;
mod joining;
mod keys;
mod metrics;
mod minutes;
mod node;
mod openapi;
mod refusal;
mod resolutions;

use std::sync::Arc;

use axum::http::Uri;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use kenes_desk::Desk;
use kenes_node::Node;
use tokio::sync::Semaphore;

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

macro_rules! routes {
    ($($path:literal: $($method:ident $handler:expr),+;)*) => {
        /// Every path and the methods that it answers to.
        #[cfg(test)]
        pub(crate) const TABLE: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),*];

        fn table() -> Router<Arc<App>> {
            Router::new()$(.route($path, MethodRouter::new()$(.$method($handler))+))*
        }
    };
}

// Each of these stands in `openapi.json` too; a test compares them.
routes! {
    "/healthz": get async || "ok\n";
    "/metrics": get metrics::metrics;
    "/v1/openapi.json": get openapi::document;
    "/v1/status": get node::status;
    "/v1/clock": get clock::clock;
    "/v1/clock/right": post clock::right;
    "/v1/sync": post node::sync;
    "/v1/peers": get node::peers, post node::add_peer;
    "/v1/peers/drop": post node::drop_peer;
    "/v1/peers/block": post node::block_peer;
    "/v1/channels": get node::channels, post node::carry;
    "/v1/channels/{channel}": delete node::forget;
    "/v1/desk": get desk::state;
    "/v1/desk/init": post desk::init;
    "/v1/desk/unlock": post desk::unlock;
    "/v1/desk/lock": post desk::lock;
    "/v1/desk/copy": post desk::copied;
    "/v1/desk/check": post desk::check;
    "/v1/desk/restore": post keys::restore;
    "/v1/desk/words": post keys::words;
    "/v1/desk/wipe": post keys::wipe;
    "/v1/keys": get keys::keys;
    "/v1/committees": get committees::list, post committees::found;
    "/v1/committees/{committee}": get committees::one;
    "/v1/committees/{committee}/members": get committees::members;
    "/v1/committees/{committee}/pause": post committees::pause;
    "/v1/committees/{committee}/verify": post committees::verify;
    "/v1/committees/{committee}/leave": post committees::leave;
    "/v1/committees/{committee}/link": get committees::link;
    "/v1/follows": post committees::follow;
    "/v1/committees/{committee}/vote-by-words": post keys::vote_by_words;
    "/v1/invites": post joining::invite;
    "/v1/requests": get joining::requests, post joining::join;
    "/v1/requests/admit": post joining::admit;
    "/v1/requests/decline": post joining::decline;
    "/v1/minutes": get minutes::list, post minutes::propose;
    "/v1/minutes/draft": post minutes::draft;
    "/v1/minutes/sign": post minutes::sign;
    "/v1/minutes/pass": post minutes::pass;
    "/v1/minutes/stand": post minutes::stand;
    "/v1/minutes/key": post minutes::ask_for_key;
    "/v1/minutes/import": post minutes::import;
    "/v1/minutes/{minutes}": get minutes::one;
    "/v1/minutes/{minutes}/file": get minutes::export;
    "/v1/minutes/{minutes}/certificate": get minutes::certificate;
    "/v1/bulletins": get bulletins::list, post bulletins::post;
    "/v1/bulletins/read": post bulletins::mark_read;
    "/v1/bulletins/{bulletin}": get bulletins::one;
    "/v1/bulletins/{bulletin}/correct": post bulletins::correct;
    "/v1/bulletins/{bulletin}/retract": post bulletins::retract;
    "/v1/bulletins/{bulletin}/certificate": get bulletins::certificate;
    "/v1/resolutions": get resolutions::list, post resolutions::put;
    "/v1/resolutions/import": post resolutions::import;
    "/v1/resolutions/{resolution}/file": get resolutions::export;
    "/v1/resolutions/{resolution}": get resolutions::one;
    "/v1/resolutions/{resolution}/ballot": post resolutions::cast;
    "/v1/resolutions/{resolution}/certificate": get resolutions::certificate;
    "/v1/certificates": post certificates::judge;
    "/v1/events": get events::events;
}

/// How many may listen to events at once: each keeps a connection for as long as it likes.
pub(crate) const LISTENERS: usize = 64;

/// Everything that the interface answers.
pub fn router(app: App) -> Router {
    let routes = table()
        .layer(Extension(Arc::new(Semaphore::new(LISTENERS))))
        .fallback(|uri: Uri| async move { ApiError::not_found("path", uri.path()) })
        .method_not_allowed_fallback(|| async { ApiError::new(ErrorKind::BadRequest, "not with this method") })
        .with_state(Arc::new(app));
    guarded(routes)
}

/// Routes for tests of how requests are read.
#[cfg(test)]
pub(crate) fn unfinished() -> Router {
    use axum::routing::{get, post};
    let read = async |ask::Document(document): ask::Document<String>| document;
    guarded(Router::new().route("/document", post(read)).route("/healthz", get(async || "ok")))
}
