//! `kenes up`: the node, the desk and the interface, until its owner says that it is enough.

use kenes_node::home::LOCK_WAIT;
use kenes_web::socket::{Socket, SocketError};
use kenes_web::stop;

use crate::args::Up;
use crate::error::{CommandError, OwnKind};
use crate::run::Run;
use crate::signals;

pub(crate) async fn up(run: &Run, _args: Up) -> Result<(), CommandError> {
    let home = run.settings.home.value.clone();
    let path = home.socket()?;
    let _lock = tokio::task::spawn_blocking(move || home.lock(LOCK_WAIT)).await.map_err(CommandError::failed)??;
    let socket = Socket::bind(&path).await?;
    let (stopper, stop) = stop::pair();
    let serving = tokio::spawn(socket.serve(kenes_web::routes::router(), stop));
    signals::asked_to_end().await;
    run.screen.remark("up-ends", &[]);
    stopper.stop();
    serving.await.map_err(CommandError::failed)
}

impl From<SocketError> for CommandError {
    fn from(error: SocketError) -> Self {
        match error {
            SocketError::PathTooLong { path, length } => Self::new(OwnKind::SocketPath)
                .detail("path", path.display())
                .detail("length", length)
                .detail("limit", kenes_web::socket::LONGEST_PATH),
            SocketError::Live(_) => Self::new(OwnKind::HomeInUse).detail("holder", "?"),
            SocketError::NotASocket(ref path) => {
                Self::new(OwnKind::Socket).detail("path", path.display()).because(error)
            }
            SocketError::Io { path, source } => {
                Self::new(OwnKind::Socket).detail("path", path.display()).because(source)
            }
            other => Self::failed(other),
        }
    }
}
