//! `kenes peers`.

use kenes_web::api::{NewPeer, Peer, PeerQuery};

use crate::args::PeersCommand;
use crate::error::CommandError;
use crate::render::page::local;
use crate::render::{Page, Style};
use crate::run::Run;

pub(crate) async fn peers(run: &Run, command: PeersCommand) -> Result<(), CommandError> {
    let client = run.client().await?;
    match command {
        PeersCommand::List => {
            let peers = client.peers().await?;
            run.screen.answer(&peers, |page| list(page, &peers.peers))
        }
        PeersCommand::Add { address } => {
            let done = client.add_peer(&NewPeer { address: address.clone() }).await?;
            run.screen.answer(&done, |page| page.say("peers-added", &[("address", address.into())]))
        }
        PeersCommand::Drop { peer } => {
            let done = client.drop_peer(&PeerQuery { peer: peer.clone() }).await?;
            run.screen.answer(&done, |page| page.say("peers-dropped", &[("peer", peer.into())]))
        }
        PeersCommand::Block { peer } => {
            let done = client.block_peer(&PeerQuery { peer: peer.clone() }).await?;
            run.screen.answer(&done, |page| page.say("peers-blocked", &[("peer", peer.into())]))
        }
    }
}

fn list(page: &mut Page<'_>, peers: &[Peer]) {
    if peers.is_empty() {
        return page.say("peers-none", &[]);
    }
    for peer in peers {
        page.line(Style::Strong, &peer.address);
        page.pair("label-peer-id", &peer.peer_id);
        page.say("peers-since", &[("when", local(peer.since).into())]);
        if peer.charges > 0 {
            page.say_in(Style::Alarm, "peers-charges", &[("count", peer.charges.into())]);
        }
    }
}
