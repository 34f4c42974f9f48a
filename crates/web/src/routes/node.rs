//! The node: how it stands, whom it meets, what it carries.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use kenes_core::ids::ChannelId;
use kenes_core::relay::ChannelStatus;
use kenes_node::{Multiaddr, PeerId, PeerReport, SyncReport};

use super::App;
use super::ask::{Document, Named};
use super::desk::state_of;
use crate::api::{
    ApiError, Channel, Channels, Committee, DeskState, Done, ErrorKind, Faults, NewChannel, NewPeer, Peer, PeerQuery,
    Peers, Penalised, Salvage, Status, Sync, SyncQuery,
};

/// How long a sync waits for others where nobody says, and at most, in seconds.
const WAIT: u64 = 30;
const LONGEST_WAIT: u64 = 600;

pub(super) async fn status(State(app): State<Arc<App>>) -> Result<Json<Status>, ApiError> {
    let node = app.node.status().await?;
    let (desk, now) = (state_of(&app), app.node.now());
    let records_damaged = app.desk.as_ref().map_or(0, kenes_desk::Desk::damaged);
    let committees = app.desk.as_ref().map(kenes_desk::Desk::glance).unwrap_or_default();
    Ok(Json(Status {
        peer_id: node.peer_id.map(|id| id.to_string()),
        listen: node.listen.iter().map(ToString::to_string).collect(),
        mdns: node.mdns,
        peers: node.peers.into_iter().map(Peer::from).collect(),
        penalised: node.penalised.into_iter().map(Penalised::from).collect(),
        let_go: node.counters.banned,
        channels: node.channels.len() as u64,
        envelopes: node.envelopes,
        bytes: node.bytes,
        unlocked: desk == DeskState::Unlocked,
        last_sync: node.last_sync.map(Into::into),
        queued: node.queued,
        desk,
        relay: app.desk.is_none(),
        network: app.network,
        clock: now.at.into(),
        clock_plausible: now.is_plausible(),
        clock_doubt: node.clock.map(Into::into),
        refused: node.counters.refused.values().sum(),
        damaged: node.damaged,
        records_damaged,
        salvaged: node.salvaged.map(|salvaged| Salvage {
            set_aside: salvaged.aside.display().to_string(),
            envelopes: salvaged.rebuilt.envelopes,
        }),
        committees: committees.into_iter().map(|view| Committee::from(view).into()).collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

pub(super) async fn sync(
    State(app): State<Arc<App>>,
    Document(query): Document<SyncQuery>,
) -> Result<Json<Sync>, ApiError> {
    app.networked()?;
    let wait = Duration::from_secs(query.wait.unwrap_or(WAIT).min(LONGEST_WAIT));
    Ok(Json(app.node.sync(wait).await?.into()))
}

pub(super) async fn peers(State(app): State<Arc<App>>) -> Result<Json<Peers>, ApiError> {
    let peers = app.node.status().await?.peers.into_iter().map(Peer::from).collect();
    Ok(Json(Peers { peers }))
}

pub(super) async fn add_peer(
    State(app): State<Arc<App>>,
    Document(new): Document<NewPeer>,
) -> Result<Json<Done>, ApiError> {
    app.node.add_peer(address(&new.address)?).await?;
    Ok(Json(Done {}))
}

pub(super) async fn drop_peer(
    State(app): State<Arc<App>>,
    Document(query): Document<PeerQuery>,
) -> Result<Json<Done>, ApiError> {
    let address = match query.peer.parse::<PeerId>() {
        Ok(id) => {
            let peers = app.node.status().await?.peers;
            let peer = peers.into_iter().find(|peer| peer.peer_id == id);
            peer.ok_or_else(|| ApiError::not_found("peer", &query.peer))?.address
        }
        Err(_) => address(&query.peer)?,
    };
    app.node.drop_peer(address).await?;
    Ok(Json(Done {}))
}

pub(super) async fn block_peer(
    State(app): State<Arc<App>>,
    Document(query): Document<PeerQuery>,
) -> Result<Json<Done>, ApiError> {
    let peer = query.peer.parse::<PeerId>().map_err(|_| {
        let refusal = ApiError::new(ErrorKind::BadValue, "that is no name on the network");
        refusal.detail("what", "peer").detail("value", &query.peer)
    })?;
    app.node.block(peer).await?;
    Ok(Json(Done {}))
}

pub(super) async fn channels(State(app): State<Arc<App>>) -> Result<Json<Channels>, ApiError> {
    let channels = app.node.status().await?.channels.into_iter().map(Channel::from).collect();
    Ok(Json(Channels { channels }))
}

pub(super) async fn carry(
    State(app): State<Arc<App>>,
    Document(new): Document<NewChannel>,
) -> Result<Json<Done>, ApiError> {
    app.node.carry(new.channel, new.pinned).await?;
    Ok(Json(Done {}))
}

pub(super) async fn forget(
    State(app): State<Arc<App>>,
    Named(channel): Named<ChannelId>,
) -> Result<Json<Done>, ApiError> {
    if let Some(desk) = &app.desk
        && desk.needs(&channel).await?
    {
        return Err(ApiError::new(ErrorKind::OwnChannel, "a committee of this home travels in this channel"));
    }
    app.node.forget(channel).await?;
    Ok(Json(Done {}))
}

fn address(text: &str) -> Result<Multiaddr, ApiError> {
    let refusal = |error| ApiError::new(ErrorKind::BadAddress, format!("{text}: {error}")).detail("address", text);
    text.parse().map_err(refusal)
}

impl From<PeerReport> for Peer {
    fn from(peer: PeerReport) -> Self {
        Self {
            peer_id: peer.peer_id.to_string(),
            address: peer.address.to_string(),
            since: peer.since.into(),
            last_sync: peer.last_sync.map(Into::into),
            added: peer.added,
            clock_ahead: peer.clock_ahead,
            charges: peer.charges,
        }
    }
}

impl From<kenes_node::Penalised> for Penalised {
    fn from(peer: kenes_node::Penalised) -> Self {
        let faults = peer.faults.into_iter();
        Self {
            peer_id: peer.peer_id.to_string(),
            address: peer.address.to_string(),
            charges: peer.charges,
            faults: faults.map(|(reason, count)| Faults { reason: reason.name().to_owned(), count }).collect(),
            last: peer.last.into(),
            kept_out_until: peer.kept_out_until.map(Into::into),
        }
    }
}

impl From<ChannelStatus> for Channel {
    fn from(status: ChannelStatus) -> Self {
        Self {
            channel: status.channel,
            pinned: status.pinned,
            own: status.own,
            forked: status.forked,
            envelopes: status.count,
            bytes: status.bytes,
        }
    }
}

impl From<SyncReport> for Sync {
    fn from(report: SyncReport) -> Self {
        Self {
            peers: report.peers,
            received: report.received,
            duplicate: report.duplicate,
            refused: report.refused,
            torn: report.unfinished,
            sent: report.sent,
            overhead_bytes: report.overhead_bytes,
        }
    }
}
