//! What whoever took a removed member's device can read, with everything that it holds and every envelope that was ever
//! sent: tried key by key, without the desk's own rules. Tests only.

use std::collections::BTreeSet;

use kenes_core::envelope::{Body, Envelope, Shelf, Verified};
use kenes_core::epoch;
use kenes_core::ids::CommitteeId;
use kenes_core::invite::{self, Letter};
use kenes_core::op::SignedOp;
use kenes_core::seal::{BoxSecret, Secret};
use kenes_core::time::{BUILT, DAY};
use kenes_node::clock::Hands;
use kenes_node::{Arrival, Batch};

use crate::fixture::{Place, committee};
use crate::session::Session;
use crate::view::{Draft, Proposal, Standing};

async fn carry(from: &Session, to: &mut Session) {
    for (_, envelope) in from.node.read_after(Arrival::START, 10_000).unwrap() {
        to.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
    }
    to.pump().await.unwrap();
}

async fn let_in(steward: &mut Session, newcomer: &mut Session, id: CommitteeId, name: &str) -> BoxSecret {
    let invite = steward.invite(id, 1, None).await.unwrap();
    newcomer.join(&invite.uri, name).await.unwrap();
    let reply = newcomer.committees[&id].ledger.joining.as_ref().unwrap().reply.clone();
    for _ in 0..2 {
        carry(steward, newcomer).await;
        carry(newcomer, steward).await;
    }
    carry(steward, newcomer).await;
    assert_eq!(newcomer.committees[&id].standing(), Standing::Probation, "{:?}", steward.requests(&id));
    reply
}

async fn post(session: &mut Session, committee: CommitteeId, text: &str) {
    let (title, text) = (String::new(), text.to_owned());
    let draft = Draft { committee, title, text, urgent: false, expires: None, reply_to: None, date: None };
    session.post(draft).await.unwrap();
}

/// Every secret that a device holds or can open of these envelopes.
fn secrets(held: &Session, id: CommitteeId, reply: BoxSecret, all: &[Verified<Envelope>]) -> Vec<Secret> {
    let keys = held.keys(&id).unwrap();
    let ledger = &held.committees[&id].ledger;
    let invites = ledger.invites.iter().map(|invite| invite.secret.clone());
    let old = keys.openings.old().cloned();
    let boxes: Vec<_> = [keys.device.open.clone(), reply].into_iter().chain(old).chain(invites).collect();
    let mut secrets: Vec<Secret> = held.committees[&id].secrets.values().cloned().collect();
    for envelope in all {
        for key in &boxes {
            match envelope.body() {
                Body::Rotate(rotate) => {
                    secrets.extend(epoch::open_share(rotate, keys.channel, key).ok().flatten());
                }
                Body::Boxed(boxed) => match invite::unseal(envelope.header(), boxed, key) {
                    Ok(Letter::Welcome(welcome, _)) => {
                        secrets.extend(welcome.past.into_iter().chain([welcome.current]).map(|key| key.secret));
                    }
                    Ok(Letter::Share(share, ..)) => secrets.push(share.key.secret),
                    Ok(Letter::JoinRequest(_) | Letter::Return(_)) | Err(_) => {}
                },
                Body::Sealed(_) | Body::Public(_) | Body::List(_) | Body::Page(_) => {}
            }
        }
    }
    secrets
}

/// Every bulletin that opens with one of the secrets, whatever epoch it names.
fn opened(secrets: &[Secret], all: &[Verified<Envelope>]) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for envelope in all {
        let Body::Sealed(sealed) = envelope.body() else { continue };
        if sealed.shelf == Shelf::Book {
            continue;
        }
        for secret in secrets {
            let Ok(content) = epoch::open_under(envelope.header(), sealed, secret) else { continue };
            let op = SignedOp::decode(&content).unwrap();
            texts.extend(op.op().talk.post().map(|post| post.text.clone()));
        }
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_device_opens_no_bulletin_by_anyone_who_knew_and_does_open_earlier_ones() {
    let hands = Hands::showing(BUILT.plus(DAY));
    let places = [
        Place::by(Some(hands.clone())).await,
        Place::by(Some(hands.clone())).await,
        Place::by(Some(hands.clone())).await,
        Place::by(Some(hands)).await,
    ];
    let [mut a, mut b, mut x, mut late] = places.each_ref().map(Place::session);
    let id = a.found(committee()).await.unwrap();
    let_in(&mut a, &mut b, id, "Ерлан").await;
    let reply = let_in(&mut a, &mut x, id, "Тимур").await;
    let_in(&mut a, &mut late, id, "Сәуле").await;
    let votes = |who: &str| Proposal::Admit { who: who.into(), steward: false };
    a.propose(id, vec![votes("Ерлан"), votes("Тимур")]).await.unwrap();
    for other in [&mut b, &mut x, &mut late] {
        carry(&a, other).await;
    }
    post(&mut a, id, "бұрын").await;
    carry(&a, &mut x).await;
    let sheet = a.propose(id, vec![Proposal::Remove("Тимур".into())]).await.unwrap();
    carry(&a, &mut b).await;
    b.sign(id, &sheet.id.to_string()).await.unwrap();
    post(&mut b, id, "Ерлан біледі").await;
    carry(&b, &mut a).await;
    post(&mut a, id, "Дина біледі").await;
    post(&mut late, id, "Сәуле білмейді").await;
    for other in [&a, &b, &late] {
        carry(other, &mut x).await;
    }
    let all: Vec<_> = x.node.read_after(Arrival::START, 10_000).unwrap().into_iter().map(|(_, e)| e).collect();
    let secrets = secrets(&x, id, reply, &all);
    let read = opened(&secrets, &all);
    assert_eq!(read.into_iter().collect::<Vec<_>>(), ["Сәуле білмейді", "бұрын"]);
    // The same search does open them with what a member's device holds.
    let of_a = a.committees[&id].secrets.values().cloned().collect::<Vec<_>>();
    assert_eq!(opened(&of_a, &all).len(), 4);
}
