//! Which handler answers what.

use axum::Router;
use axum::routing::get;

use crate::api::{ApiError, ErrorKind};
use crate::guard::guarded;

/// Everything that the interface answers.
pub fn router() -> Router {
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(|| async { ApiError::new(ErrorKind::NotFound, "there is nothing at this path") });
    guarded(routes)
}
