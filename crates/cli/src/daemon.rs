//! `kenes up`: the node, the desk and the interface, until its owner says that it is enough.

use kenes_node::NetMode;
use kenes_node::home::LOCK_WAIT;
use kenes_web::api::{ApiError, Cause, ErrorKind, Status};
use kenes_web::routes;
use kenes_web::socket::{Socket, SocketError};
use serde::Serialize;

use crate::args::Up;
use crate::confine::{Confined, Open};
use crate::error::{CommandError, OwnKind};
use crate::inside::Inside;
use crate::render::{Page, Style};
use crate::run::Run;
use crate::signals::Signals;

/// What is said once everything runs.
#[derive(Serialize)]
struct Ready {
    ready: bool,
    peer_id: Option<String>,
    listen: Vec<String>,
    mdns: bool,
    relay: bool,
    socket: String,
    confined: Confined,
    left_open: Vec<Open>,
}

pub(crate) async fn up(run: &Run, args: Up) -> Result<(), CommandError> {
    let home = run.settings.home.value.clone();
    let config = run.settings.with_flags(&args)?;
    let path = home.socket()?;
    if !config.relay && !home.keystore().exists() {
        return Err(ApiError::new(ErrorKind::NotInitialised, "this home has no keystore yet").into());
    }
    let looks = config.mdns && !config.listen.is_empty();
    let mut signals = Signals::listen();
    let lock = tokio::task::spawn_blocking(move || home.lock(LOCK_WAIT)).await.map_err(CommandError::failed)??;
    let socket = Socket::bind(&path).await?;
    let inside = Inside::open(lock, config, NetMode::On).await?;
    let serving = tokio::spawn(socket.serve(routes::router(inside.app.clone()), inside.app.stop.clone()));
    let status = inside.client().status().await?;
    let ready = Ready {
        ready: true,
        peer_id: status.peer_id.clone(),
        listen: status.listen.clone(),
        mdns: status.mdns,
        relay: status.relay,
        socket: path.display().to_string(),
        confined: run.confinement.confined,
        left_open: run.confinement.open.clone(),
    };
    confinement(run);
    run.screen.answer_one_of_many(&ready, |page| show(page, &status, looks))?;
    let node = inside.app.node.clone();
    let failed = tokio::select! {
        () = signals.asked_to_end() => false,
        () = node.stopped() => true,
    };
    run.screen.remark("up-ends", &[]);
    inside.stop();
    serving.await.map_err(CommandError::failed)?;
    inside.close().await;
    match failed {
        true => Err(ApiError::new(ErrorKind::Storage, "the store failed").because(Cause::StoreFailed).into()),
        false => Ok(()),
    }
}

/// Says what the kernel does not hold.
fn confinement(run: &Run) {
    let words = &run.screen.words;
    let open = run.confinement.open.iter().map(|open| match open {
        Open::Truncation => words.text("open-truncation"),
        Open::Devices => words.text("open-devices"),
        Open::Signals => words.text("open-signals"),
    });
    match run.confinement.confined {
        Confined::Full => {}
        Confined::Partly => {
            let open = open.collect::<Vec<_>>().join(", ");
            run.screen.remark("up-confined-partly", &[("open", open.as_str().into())]);
        }
        Confined::Not => run.screen.remark("up-unconfined", &[]),
    }
}

/// `looks` is whether its owner wants it to look for others on the local network.
fn show(page: &mut Page<'_>, status: &Status, looks: bool) {
    page.say_in(Style::Good, if status.relay { "status-relay" } else { "status-person" }, &[]);
    for address in &status.listen {
        page.pair("label-listens", address);
    }
    if looks && !status.mdns {
        page.say_in(Style::Alarm, "up-no-network", &[]);
    }
    if !status.relay {
        page.say("up-unlock", &[]);
    }
    page.say("up-end", &[]);
}

impl From<SocketError> for CommandError {
    fn from(error: SocketError) -> Self {
        match error {
            SocketError::PathTooLong { path, length } => Self::new(OwnKind::SocketPath)
                .detail("path", path.display())
                .detail("length", length)
                .detail("limit", kenes_node::home::LONGEST_SOCKET_PATH),
            SocketError::Live(_) => Self::new(OwnKind::HomeInUse).detail("holder", "?"),
            SocketError::NotASocket(path) => {
                Self::new(OwnKind::Socket).detail("path", path.display()).cause(Cause::NotASocket)
            }
            SocketError::Io { path, source } => {
                Self::new(OwnKind::Socket).detail("path", path.display()).because(source)
            }
            other => Self::failed(other),
        }
    }
}
