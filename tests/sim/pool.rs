//! Real envelopes of one channel, signed by real pens once and used by every seed.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use kenes_core::channel::List;
use kenes_core::envelope::{Body, Envelope, Header, Priority, Sealed, Shelf, VERSION};
use kenes_core::ids::{ChannelId, EpochId};
use kenes_core::seal;
use kenes_core::sign::SigningKey;
use kenes_core::time::{BUILT, DAY, HOUR, Timestamp};

/// The full hour before every simulation begins: any moment after the build time.
pub(crate) const START: Timestamp = BUILT.plus(30 * DAY);
const PENS: u8 = 8;
const TALK: usize = 240;

/// A channel with two lists, and talk by the pens of both.
pub(crate) struct Pool {
    pub(crate) channel: ChannelId,
    /// The envelopes that carry the lists, in order.
    pub(crate) lists: Vec<Envelope>,
    pub(crate) talk: Vec<Envelope>,
    /// Talk that is over an hour after [`START`].
    pub(crate) brief: Vec<Envelope>,
    genuine: BTreeSet<Vec<u8>>,
}

impl Pool {
    /// Whether these bytes are what an honest pen signed.
    pub(crate) fn is_genuine(&self, envelope: &Envelope) -> bool {
        self.genuine.contains(&envelope.bytes().to_vec())
    }
}

pub(crate) fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(make)
}

pub(crate) fn pen(n: u8) -> SigningKey {
    SigningKey::from_seed([n + 1; 32])
}

/// Talk of the shortest kind: every seventeenth is urgent.
pub(crate) fn talk(channel: ChannelId, pen: &SigningKey, n: u64, created: Timestamp, life: u64) -> Envelope {
    let priority = if n.is_multiple_of(17) { Priority::Urgent } else { Priority::Routine };
    said((channel, pen), n, (created, created.plus(life)), priority, 1)
}

/// Talk whose ciphertext is at least so many bytes long, and as long as padding has it.
pub(crate) fn said(
    (channel, pen): (ChannelId, &SigningKey),
    n: u64,
    (created, expires): (Timestamp, Timestamp),
    priority: Priority,
    length: usize,
) -> Envelope {
    let header = Header { version: VERSION, channel, pen: pen.public(), created, expires, priority };
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&n.to_le_bytes());
    let length = (length..).find(|length| seal::is_padded(*length)).unwrap();
    let sealed =
        Sealed { epoch: EpochId::from_bytes([1; 32]), shelf: Shelf::Talk, nonce, ciphertext: vec![n as u8; length] };
    Envelope::seal(header, Body::Sealed(sealed), pen).unwrap()
}

pub(crate) fn list(channel: ChannelId, pen: &SigningKey, signed: kenes_core::channel::SignedList) -> Envelope {
    let (created, expires) = (START.minus(DAY), START.plus(300 * DAY));
    let header = Header { version: VERSION, channel, pen: pen.public(), created, expires, priority: Priority::Control };
    Envelope::seal(header, Body::List(signed), pen).unwrap()
}

fn make() -> Pool {
    let keeper = pen(100);
    let pens = |range: std::ops::Range<u8>| range.map(|n| pen(n).public()).collect::<Vec<_>>();
    let first = List::first([7; 16], vec![keeper.public()], pens(0..PENS / 2));
    let second = first.next([8; 16], vec![keeper.public()], pens(0..PENS));
    let channel = first.channel();
    let lists = vec![
        list(channel, &pen(0), first.clone().sign(None, &[])),
        list(channel, &pen(0), second.sign(Some(&first), &[keeper])),
    ];
    let hours = |n: u64| START.minus(DAY).plus(n % 24 * HOUR);
    let by = |n: u64| pen((n % u64::from(PENS)) as u8);
    let all = 0..TALK as u64;
    let talk_of = |n: u64| talk(channel, &by(n), n, hours(n), 14 * DAY);
    let brief_of = |n: u64| talk(channel, &by(n), n + 1_000, START.minus(DAY), DAY + HOUR);
    let (spoken, brief): (Vec<_>, Vec<_>) = (all.clone().map(talk_of).collect(), (0..10).map(brief_of).collect());
    let genuine = lists.iter().chain(&spoken).chain(&brief).map(|envelope| envelope.bytes().to_vec()).collect();
    Pool { channel, lists, talk: spoken, brief, genuine }
}
