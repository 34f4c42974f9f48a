//! What whoever took a device can read, a removed member's or one of which an old store was kept, with everything that
//! it holds and every envelope that was ever sent: tried key by key, without the desk's own rules. Tests only.

use std::collections::BTreeSet;

use kenes_core::envelope::{self, Body, Envelope, Verified};
use kenes_core::epoch;
use kenes_core::ids::CommitteeId;
use kenes_core::invite::{self, Letter};
use kenes_core::op::SignedOp;
use kenes_core::seal::{BoxSecret, Secret};
use kenes_core::time::{BUILT, DAY};
use kenes_node::clock::Hands;
use kenes_node::{Arrival, Batch};

use crate::committee::{self, Epoch};
use crate::fixture::{Place, committee};
use crate::session::Session;
use crate::vault::Shelf;
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
    session.write(Draft::new(committee, text)).await.unwrap();
}

/// Every secret key by which a device opens letters and shares.
pub(crate) fn boxes(held: &Session, id: CommitteeId) -> Vec<BoxSecret> {
    let (keys, ledger) = (held.keys(&id).unwrap(), &held.committees[&id].ledger);
    let invites = ledger.invites.iter().map(|invite| invite.secret.clone());
    [keys.device.open.clone()].into_iter().chain(keys.openings.old().cloned()).chain(invites).collect()
}

/// Every secret that these keys open of these envelopes.
pub(crate) fn secrets(boxes: &[BoxSecret], all: &[Verified<Envelope>]) -> Vec<Secret> {
    let mut secrets = vec![];
    for envelope in all {
        for key in boxes {
            match envelope.body() {
                Body::Rotate(rotate) => {
                    secrets.extend(epoch::open_share(rotate, envelope.header().channel, key).ok().flatten());
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
pub(crate) fn opened(secrets: &[Secret], all: &[Verified<Envelope>]) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for envelope in all {
        let Body::Sealed(sealed) = envelope.body() else { continue };
        if sealed.shelf == envelope::Shelf::Book {
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
    let keys = [boxes(&x, id), vec![reply]].concat();
    let held = x.committees[&id].secrets.values().cloned();
    let read = opened(&held.chain(secrets(&keys, &all)).collect::<Vec<_>>(), &all);
    assert_eq!(read.into_iter().collect::<Vec<_>>(), ["Сәуле білмейді", "бұрын"]);
    // The same search does open them with what a member's device holds.
    let of_a = a.committees[&id].secrets.values().cloned().collect::<Vec<_>>();
    assert_eq!(opened(&of_a, &all).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_a_keystore_after_the_retention_time_opens_nothing_of_before_with_any_store() {
    let hands = Hands::showing(BUILT.plus(DAY));
    let places = [Place::by(Some(hands.clone())).await, Place::by(Some(hands.clone())).await];
    let [mut a, mut b] = places.each_ref().map(Place::session);
    let id = a.found(committee()).await.unwrap();
    let_in(&mut a, &mut b, id, "Ерлан").await;
    let votes = Proposal::Admit { who: "Ерлан".into(), steward: false };
    a.propose(id, vec![votes]).await.unwrap();
    post(&mut a, id, "ескі").await;
    carry(&a, &mut b).await;
    // Of then: every record and every envelope; and what the keystore held.
    let records = b.vault.all::<Epoch>(Shelf::Epoch(id)).unwrap().whole;
    let mut all: Vec<_> = b.node.read_after(Arrival::START, 10_000).unwrap().into_iter().map(|(_, e)| e).collect();
    let wrapped = |session: &Session| {
        let periods = &session.keystore.keys.periods;
        records.iter().filter_map(|epoch| committee::unwrap(epoch, periods)).collect::<Vec<_>>()
    };
    let (of_records, of_letters) = (wrapped(&b), secrets(&boxes(&b, id), &all));
    assert!(opened(&of_records, &all).contains("ескі") && opened(&of_letters, &all).contains("ескі"));
    for _ in 0..8 {
        hands.turn(8 * DAY);
        for _ in 0..2 {
            carry(&a, &mut b).await;
            carry(&b, &mut a).await;
            hands.turn(2 * 3_600);
        }
    }
    post(&mut b, id, "жаңа").await;
    all.extend(b.node.read_after(Arrival::START, 10_000).unwrap().into_iter().map(|(_, envelope)| envelope));
    assert!(wrapped(&b).is_empty());
    let of_letters = secrets(&boxes(&b, id), &all);
    let held: Vec<_> = b.committees[&id].secrets.values().cloned().chain(of_letters).collect();
    assert_eq!(opened(&held, &all).into_iter().collect::<Vec<_>>(), ["жаңа"]);
}
