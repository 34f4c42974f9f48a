//! The Unix socket: `HOME/kenes.sock`, for the home's owner alone.
//!
//! It is bound under another name, closed to everyone else, and renamed into place, so that there is no moment at
//! which somebody else could connect. A socket file that nobody answers at is replaced; one at which somebody does is
//! left alone.

use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use kenes_node::home::LONGEST_SOCKET_PATH;
use thiserror::Error;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::routes::LISTENERS;
use crate::stop::Stop;

/// What the socket is called until it is closed to everyone else.
const FRESH: &str = ".sock";
/// How many may be connected at once; others wait. Far more than may listen to events at once, which has no end.
const CONNECTIONS: usize = 2 * LISTENERS;
/// The most bytes a request's line and headers may have.
const HEAD: usize = 32 * 1024;
/// How long a request's head may take to arrive.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long those connected have to finish when the process ends.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Why no socket can be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SocketError {
    /// The home lies too deep.
    #[error("{path} is {length} bytes long, and a socket's path may have {LONGEST_SOCKET_PATH}")]
    PathTooLong {
        /// The path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
    },
    /// Somebody answers at it.
    #[error("{0} is answered by another process")]
    Live(PathBuf),
    /// Something else lies there.
    #[error("{0} is no socket")]
    NotASocket(PathBuf),
    /// The system refused.
    #[error("cannot listen on {path}")]
    Io {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A socket that is listened on. Its file is removed when this is dropped.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Listens on `path` unless somebody does.
    pub async fn bind(path: &Path) -> Result<Self, SocketError> {
        let fresh = path.with_file_name(FRESH);
        let length = path.as_os_str().len().max(fresh.as_os_str().len());
        if length > LONGEST_SOCKET_PATH {
            return Err(SocketError::PathTooLong { path: path.to_owned(), length });
        }
        make_way(path).await?;
        let listen = || {
            remove(&fresh)?;
            let listener = UnixListener::bind(&fresh)?;
            std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600))?;
            std::fs::rename(&fresh, path)?;
            Ok(listener)
        };
        let listener = listen().map_err(|source| SocketError::Io { path: path.to_owned(), source })?;
        Ok(Self { listener, path: path.to_owned() })
    }

    /// Answers with `router` until `stop`, then lets those connected finish for a moment.
    pub async fn serve(self, router: Router, mut stop: Stop) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut serving = JoinSet::new();
        loop {
            let place = tokio::select! {
                () = stop.stopped() => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            let accepted = tokio::select! {
                () = stop.stopped() => break,
                accepted = self.listener.accept() => accepted,
            };
            while serving.try_join_next().is_some() {}
            match accepted {
                Ok((stream, _)) if is_owner(&stream) => {
                    let (router, stop) = (router.clone(), stop.clone());
                    serving.spawn(async move {
                        converse(stream, router, stop).await;
                        drop(place);
                    });
                }
                Ok(_) => tracing::warn!("somebody else's process tried the socket"),
                Err(error) => {
                    tracing::warn!(%error, "the socket took no connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        let finish = async { while serving.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_WORDS, finish).await.is_err() {
            tracing::debug!("some who were connected did not finish");
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn converse(stream: UnixStream, router: Router, mut stop: Stop) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = stop.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%error, "a conversation on the socket ended early");
    }
}

/// Whether whoever connects is the owner of this process, or the machine's.
fn is_owner(stream: &UnixStream) -> bool {
    let own = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|them| may_speak(them.uid(), own))
}

fn may_speak(theirs: u32, own: u32) -> bool {
    theirs == 0 || theirs == own
}

async fn make_way(path: &Path) -> Result<(), SocketError> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(SocketError::Io { path: path.to_owned(), source }),
        Ok(found) if !found.file_type().is_socket() => Err(SocketError::NotASocket(path.to_owned())),
        Ok(_) => match UnixStream::connect(path).await {
            Ok(_) => Err(SocketError::Live(path.to_owned())),
            Err(_) => Ok(()),
        },
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop;

    fn router() -> Router {
        Router::new().route("/healthz", axum::routing::get(|| async { "ok" }))
    }

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_a_live_one_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("kenes.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let socket = Socket::bind(&path).await.unwrap();
        assert!(matches!(Socket::bind(&path).await, Err(SocketError::Live(_))));
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn the_owner_is_known_by_the_credentials_of_the_connection() {
        let (here, _there) = UnixStream::pair().unwrap();
        assert!(is_owner(&here));
        assert!(may_speak(0, 1000) && may_speak(1000, 1000));
        assert!(!may_speak(1001, 1000) && !may_speak(65_534, 0));
    }

    #[tokio::test]
    async fn nobody_else_may_connect_and_no_file_is_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("kenes.sock");
        let socket = Socket::bind(&path).await.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(socket);
        std::fs::write(&path, "a letter").unwrap();
        assert!(matches!(Socket::bind(&path).await, Err(SocketError::NotASocket(_))));
        assert_eq!(std::fs::read(&path).unwrap(), b"a letter");
    }

    #[tokio::test]
    async fn a_path_that_no_socket_can_have_is_named() {
        let path = PathBuf::from("/tmp").join("k".repeat(LONGEST_SOCKET_PATH)).join("kenes.sock");
        assert!(matches!(Socket::bind(&path).await, Err(SocketError::PathTooLong { length: 123, .. })));
    }

    #[tokio::test]
    async fn requests_that_are_never_finished_give_way_and_their_owner_is_answered() {
        use http_body_util::{BodyExt, Empty};
        use hyper::body::Bytes;
        use tokio::io::AsyncWriteExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("kenes.sock");
        let socket = Socket::bind(&path).await.unwrap();
        let (stopper, stop) = stop::pair();
        let serving = tokio::spawn(socket.serve(crate::routes::unfinished(), stop));
        let mut held = vec![];
        for _ in 0..CONNECTIONS {
            let mut stream = UnixStream::connect(&path).await.unwrap();
            let head = "POST /document HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
            stream.write_all(format!("{head}content-length: 9\r\n\r\n{{").as_bytes()).await.unwrap();
            held.push(stream);
        }
        let began = tokio::time::Instant::now();
        let stream = UnixStream::connect(&path).await.unwrap();
        let (mut asker, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let asking = tokio::spawn(connection);
        let request = hyper::Request::get("/healthz").header("host", "x").body(Empty::<Bytes>::new()).unwrap();
        let answer = asker.send_request(request).await.unwrap().into_body().collect().await.unwrap();
        assert_eq!(answer.to_bytes(), "ok");
        assert!(began.elapsed() < 4 * crate::guard::BODY_TIME, "{:?}", began.elapsed());
        stopper.stop();
        serving.await.unwrap();
        drop((held, asker, asking));
    }

    #[tokio::test]
    async fn an_endless_request_line_is_cut_off() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("kenes.sock");
        let socket = Socket::bind(&path).await.unwrap();
        let (stopper, stop) = stop::pair();
        let serving = tokio::spawn(socket.serve(router(), stop));
        let mut stream = UnixStream::connect(&path).await.unwrap();
        let mut sent = 0usize;
        let flood = vec![b'a'; 64 * 1024];
        stream.write_all(b"GET /").await.unwrap();
        while sent < 1 << 30 && stream.write_all(&flood).await.is_ok() {
            sent += flood.len();
        }
        assert!(sent < 4 << 20, "{sent} bytes of one request line were taken");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        stopper.stop();
        serving.await.unwrap();
        assert!(!path.exists());
    }
}
