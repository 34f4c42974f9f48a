//! What a request asks, read out of its body, its query and its path. Whatever cannot be read is refused in the one
//! shape that all refusals have.

use std::str::FromStr;

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::api::{ApiError, ErrorKind};
use crate::guard::{BODY, BODY_TIME};

/// The JSON document in the body.
pub(super) struct Document<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Document<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        document(request, state, BODY).await.map(Self)
    }
}

async fn document<S: Send + Sync, T: DeserializeOwned>(
    request: Request,
    state: &S,
    limit: usize,
) -> Result<T, ApiError> {
    let Ok(read) = timeout(BODY_TIME, Json::<T>::from_request(request, state)).await else {
        return Err(ApiError::new(ErrorKind::TimedOut, "the body did not arrive in time"));
    };
    match read {
        Ok(Json(document)) => Ok(document),
        Err(refused) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(ApiError::new(ErrorKind::TooLong, "the body is too long").detail("limit", limit))
        }
        Err(refused) => Err(ApiError::new(ErrorKind::BadRequest, refused.body_text())),
    }
}

/// The JSON document in a body that may have up to `MOST` bytes.
pub(super) struct Roomy<T, const MOST: usize>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned, const MOST: usize> FromRequest<S> for Roomy<T, MOST> {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, ApiError> {
        DefaultBodyLimit::max(MOST).apply(&mut request);
        document(request, state, MOST).await.map(Self)
    }
}

/// What follows the question mark.
pub(super) struct Question<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Question<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(question)) => Ok(Self(question)),
            Err(refused) => Err(ApiError::new(ErrorKind::BadRequest, refused.body_text())),
        }
    }
}

/// The one name in the path, as a whole identifier.
pub(super) struct Named<T>(pub(super) T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Named<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let unreadable = || ApiError::new(ErrorKind::BadRequest, "that is no identifier");
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| unreadable())?;
        text.parse().map(Self).map_err(|_| unreadable())
    }
}
