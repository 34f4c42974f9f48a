//! What bounds every request: the size of a body, the time that it may take, and the time that an answer may. The size and time of request
//! heads are bounded where bytes are read, in [`crate::socket`].

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use tower_http::timeout::TimeoutLayer;

/// The most bytes a body may have. A bulletin's text is far below it.
pub(crate) const BODY: usize = 256 * 1024;
/// How long a body may take to arrive.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(5);
/// No answer takes longer; a sync, the slowest, is asked for with a shorter wait.
const ANSWER: Duration = Duration::from_secs(660);

pub(crate) fn guarded<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(DefaultBodyLimit::max(BODY)).layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, ANSWER))
}
