//! The stream of events: the desk's and the node's, as they happen, until the process ends.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use futures::Stream;
use futures::stream;
use kenes_desk::view::DeskEvent;
use kenes_node::NodeEvent;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::App;
use crate::api::{ApiError, Cause, ErrorKind, Event, Sync};
use crate::stop::Stop;

/// Both sources, and the word that ends them.
struct Sources {
    app: Arc<App>,
    desk: Option<Receiver<DeskEvent>>,
    node: Receiver<NodeEvent>,
    stop: Stop,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn events(
    State(app): State<Arc<App>>,
    Extension(places): Extension<Arc<Semaphore>>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, ApiError> {
    let full = |_| ApiError::new(ErrorKind::Failed, "as many listen as may").because(Cause::ManyListen);
    let place = places.try_acquire_owned().map_err(full)?;
    let sources = Sources {
        desk: app.desk.as_ref().map(kenes_desk::Desk::subscribe),
        node: app.node.subscribe(),
        stop: app.stop.clone(),
        app,
        _place: place,
    };
    let events = stream::unfold(sources, async |mut sources| {
        let event = sources.next().await?;
        let data = serde_json::to_string(&event).unwrap_or_default();
        Some((Ok(sse::Event::default().event(event.name()).data(data)), sources))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

impl Sources {
    async fn next(&mut self) -> Option<Event> {
        loop {
            let event = tokio::select! {
                () = self.stop.stopped() => return None,
                happened = heard(&mut self.desk) => self.told_by_desk(happened).await,
                happened = self.node.recv() => told_by_node(happened)?,
            };
            if event.is_some() {
                return event;
            }
        }
    }

    async fn told_by_desk(&mut self, happened: Result<DeskEvent, RecvError>) -> Option<Event> {
        match happened {
            Ok(DeskEvent::Bulletin { id, .. }) => {
                // Locked again already, it has nothing to show.
                let bulletin = self.app.desk.as_ref()?.told_of(&id).await?;
                Some(Event::Bulletin { bulletin: Box::new(bulletin.into()) })
            }
            Ok(DeskEvent::Committee(committee)) => Some(Event::Committee { committee }),
            Ok(DeskEvent::Request(committee)) => Some(Event::Request { committee }),
            Ok(DeskEvent::State(state)) => Some(Event::Desk { state: state.into() }),
            Err(RecvError::Lagged(count)) => Some(Event::Missed { count }),
            Err(RecvError::Closed) => {
                self.desk = None;
                None
            }
        }
    }
}

async fn heard(desk: &mut Option<Receiver<DeskEvent>>) -> Result<DeskEvent, RecvError> {
    match desk {
        Some(desk) => desk.recv().await,
        None => std::future::pending().await,
    }
}

/// The outer none ends the stream; the inner is nothing to tell.
fn told_by_node(happened: Result<NodeEvent, RecvError>) -> Option<Option<Event>> {
    match happened {
        Ok(NodeEvent::Stored { channel, count }) => Some(Some(Event::Stored { channel, count })),
        Ok(NodeEvent::Synced { report, .. }) => Some(Some(Event::Synced {
            report: Sync {
                received: report.received,
                sent: report.sent,
                refused: report.refused,
                overhead_bytes: report.overhead_bytes,
                ..Sync::default()
            },
        })),
        Ok(NodeEvent::Failed(_)) | Err(RecvError::Closed) => None,
        Err(RecvError::Lagged(count)) => Some(Some(Event::Missed { count })),
        // What else happens shows in the status.
        Ok(_) => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use kenes_core::book::History;
    use kenes_desk::Desk;
    use kenes_desk::view::{Draft, NewCommittee};
    use kenes_node::config::Config;
    use kenes_node::home::Home;
    use kenes_node::{NetMode, Node};
    use zeroize::Zeroizing;

    use super::*;
    use crate::stop;

    #[tokio::test(flavor = "multi_thread")]
    async fn to_be_told_of_bulletins_keeps_no_desk_open() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let lock = home.lock(Duration::ZERO).unwrap();
        let node = Node::start(&lock, Config::default(), NetMode::Off).await.unwrap();
        let desk = Desk::new(home, node.clone());
        desk.init(Zeroizing::new("жеті қазына".into()), "Дина").await.unwrap();
        let (_stopper, stop) = stop::pair();
        let (heard, stored) = (desk.subscribe(), node.subscribe());
        let app = App { desk: Some(desk.clone()), node, network: false, stop: stop.clone() };
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let mut sources = Sources { desk: Some(heard), node: stored, stop, app: Arc::new(app), _place: place };

        let (name, territory) = ("Бірлік".to_owned(), vec![]);
        let founder = String::new();
        let new =
            NewCommittee { name, founder, territory, industry: String::new(), quorum: (1, 2), history: History::All };
        let committee = desk.found(new).await.unwrap();
        let id = desk.post(Draft::new(committee, "бір")).await.unwrap();
        let used = Instant::now();
        let told = loop {
            if let Some(Event::Bulletin { bulletin }) = sources.next().await {
                break bulletin.id;
            }
        };
        assert_eq!(told, id);
        assert!(desk.lock_if_idle(used.elapsed()).await);
    }
}
