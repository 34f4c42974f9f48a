//! The one client of the interface: over the socket where `kenes up` runs, or straight into the [`Router`] in this
//! process. Every command is built on it and on nothing else.

mod calls;
mod events;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Method, Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio::net::UnixStream;
use tower::ServiceExt;

use crate::api::{ApiError, ErrorBody};

pub use events::Events;

/// The most bytes of an answer that are read: 4 MiB of bulletins, each byte written as `\u0001`, with room.
const ANSWER: usize = 32 * 1024 * 1024;
/// How long an answer may take, where the call itself does not wait for others.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why a call brought nothing.
#[derive(Debug, Error)]
pub enum ClientError {
    /// Nobody answers at the socket.
    #[error("nobody answers at {path}")]
    Unreachable {
        /// The socket.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The answer is a refusal.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// The conversation broke off, or was not in this language.
    #[error("the answer cannot be read")]
    Garbled,
    /// More bytes than are read of an answer.
    #[error("the answer is too long")]
    TooLong,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
}

/// Calls the interface of one home.
#[derive(Debug, Clone)]
pub struct Client(Way);

#[derive(Debug, Clone)]
enum Way {
    Socket(PathBuf),
    Here(Box<Router>),
}

impl Client {
    /// A client of the process that listens on the socket at `path`, if one answers there.
    pub async fn connect(path: &Path) -> Result<Self, ClientError> {
        dial(path).await?;
        Ok(Self(Way::Socket(path.to_owned())))
    }

    /// A client of a router in this process.
    pub fn here(router: Router) -> Self {
        Self(Way::Here(Box::new(router)))
    }

    /// Whether another process answers.
    pub fn is_remote(&self) -> bool {
        matches!(self.0, Way::Socket(_))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.call(Method::GET, path, None::<&()>, PATIENCE).await
    }

    async fn post<A: Serialize, T: DeserializeOwned>(&self, path: &str, body: &A) -> Result<T, ClientError> {
        self.call(Method::POST, path, Some(body), PATIENCE).await
    }

    async fn call<A: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&A>,
        patience: Duration,
    ) -> Result<T, ClientError> {
        let answer = async {
            let response = self.send(request(method, path, body)?).await?;
            let status = response.status();
            let bytes = Limited::new(response.into_body(), ANSWER).collect().await;
            let bytes = bytes.map_err(|error| match error.is::<LengthLimitError>() {
                true => ClientError::TooLong,
                false => ClientError::Garbled,
            });
            let bytes = bytes?.to_bytes();
            if status.is_success() {
                return serde_json::from_slice(&bytes).map_err(|_| ClientError::Garbled);
            }
            let refusal: ErrorBody = serde_json::from_slice(&bytes).map_err(|_| ClientError::Garbled)?;
            Err(ClientError::Refused(refusal.error))
        };
        tokio::time::timeout(patience, answer).await.map_err(|_| ClientError::TimedOut)?
    }

    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, ClientError> {
        match &self.0 {
            Way::Here(router) => match (**router).clone().oneshot(request).await {
                Ok(response) => Ok(response),
                Err(never) => match never {},
            },
            Way::Socket(path) => {
                let stream = dial(path).await?;
                let (mut sender, connection) =
                    http1::handshake(TokioIo::new(stream)).await.map_err(|_| ClientError::Garbled)?;
                tokio::spawn(connection);
                let response = sender.send_request(request).await.map_err(|_| ClientError::Garbled)?;
                Ok(response.map(Body::new))
            }
        }
    }
}

async fn dial(path: &Path) -> Result<UnixStream, ClientError> {
    let unreachable = |source| ClientError::Unreachable { path: path.to_owned(), source };
    UnixStream::connect(path).await.map_err(unreachable)
}

fn request<A: Serialize>(method: Method, path: &str, body: Option<&A>) -> Result<Request<Body>, ClientError> {
    let request = Request::builder().method(method).uri(path).header(HOST, "localhost");
    let request = match body {
        None => request.body(Body::empty()),
        Some(body) => {
            let bytes = serde_json::to_vec(body).map_err(|_| ClientError::Garbled)?;
            request.header(CONTENT_TYPE, "application/json").body(Body::from(bytes))
        }
    };
    request.map_err(|_| ClientError::Garbled)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn an_answer_that_is_too_long_is_told_from_one_that_is_garbled() {
        let long = || async { vec![b' '; ANSWER + 1] };
        let router = Router::new().route("/v1/status", get(long)).route("/v1/desk", get(|| async { "{" }));
        let client = Client::here(router);
        assert!(matches!(client.status().await, Err(ClientError::TooLong)));
        assert!(matches!(client.desk().await, Err(ClientError::Garbled)));
    }
}
