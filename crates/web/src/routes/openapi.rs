//! The interface as a document: OpenAPI 3.1, written by hand in `openapi.json`, held to the routes and to what they
//! answer by the tests of this module.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

const DOCUMENT: &str = include_str!("../../openapi.json");

pub(super) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT)
}

#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;
