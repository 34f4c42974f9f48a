//! The doors through which a stranger's bytes come in, and what must hold whatever they are. Shared by the fuzz targets
//! and by the test `doors` of kenes-core, which runs them without a fuzzer.

mod meeting;

use kenes_core::book::{BallotFile, Page, SheetFile, SignedObject};
use kenes_core::certificate::Certificate;
use kenes_core::channel::SignedList;
use kenes_core::envelope::{Envelope, LONGEST, Rotate};
use kenes_core::identity::Name;
use kenes_core::ids::ChannelId;
use kenes_core::invite::{Invite, Letter};
use kenes_core::link::Link;
use kenes_core::op::SignedOp;
use kenes_core::seal::{self, BoxSecret, LONGEST_CONTENT, Secret};
use kenes_core::{epoch, wire};

pub use meeting::meet;

/// A name, and what must not panic.
pub type Door = (&'static str, fn(&[u8]));

/// All of them.
pub const DOORS: [Door; 15] = [
    ("envelope", envelope),
    ("list", list),
    ("op", op),
    ("object", object),
    ("page", page),
    ("rotation", rotation),
    ("letter", letter),
    ("invite", invite),
    ("link", link),
    ("name", name),
    ("sealed", sealed),
    ("certificate", certificate),
    ("sheet_file", sheet_file),
    ("ballot_file", ballot_file),
    ("meeting", meeting),
];

/// What reads is kept as it came, and verifying it is safe.
pub fn envelope(bytes: &[u8]) {
    if let Ok(envelope) = Envelope::decode(bytes) {
        assert!(bytes.len() <= LONGEST && envelope.bytes()[..] == *bytes);
        if let Ok(pen) = envelope.header().pen.check() {
            let _ = envelope.verify(&pen);
        }
    }
}

/// What reads has one encoding, and a stranger's list begins a channel at most.
pub fn list(bytes: &[u8]) {
    if let Ok(list) = wire::decode::<SignedList>(bytes, LONGEST) {
        assert_eq!(wire::encode(&list), bytes);
        let _ = list.verify(None);
        let _ = list.verify(Some(&list.list));
    }
}

/// What reads is kept as it came.
pub fn op(bytes: &[u8]) {
    if let Ok(op) = SignedOp::decode(bytes) {
        assert_eq!(op.bytes(), bytes);
        if let Ok(device) = op.op().device.check() {
            let _ = op.verify(&device);
        }
    }
}

/// What reads is kept as it came, whatever its kind.
pub fn object(bytes: &[u8]) {
    if let Ok(object) = SignedObject::decode(bytes) {
        assert_eq!(object.bytes(), bytes);
        let _ = object.verify();
    }
}

/// What reads has one encoding, and its objects are read like any.
pub fn page(bytes: &[u8]) {
    if let Ok(page) = Page::decode(bytes) {
        assert_eq!(wire::encode(&page), bytes);
        page.objects.iter().for_each(|bytes| object(bytes));
    }
}

/// Looking for a share, and reading what is inside under a known secret, is safe.
pub fn rotation(bytes: &[u8]) {
    if let Ok(rotate) = wire::decode::<Rotate>(bytes, LONGEST) {
        assert_eq!(wire::encode(&rotate), bytes);
        let channel = ChannelId::from_bytes([9; 32]);
        if let Ok(key) = wire::decode::<BoxSecret>(&[7; 32], 32) {
            let _ = epoch::open_share(&rotate, channel, &key);
        }
        let _ = epoch::read_rotation(&rotate, channel, &Secret::from_bytes([3; 32]));
    }
}

/// What reads has one encoding, and a request or a return is verified safely.
pub fn letter(bytes: &[u8]) {
    if let Ok(letter) = wire::decode::<Letter>(bytes, LONGEST_CONTENT) {
        assert_eq!(wire::encode(&letter), bytes);
        match letter {
            Letter::JoinRequest(request) => drop(request.verify()),
            Letter::Return(back) => drop(back.verify()),
            Letter::Welcome(..) | Letter::Share(..) => {}
        }
    }
}

/// What reads is written again as a text that reads the same.
pub fn invite(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(invite) = Invite::from_uri(&text) {
        let again = Invite::from_uri(&invite.to_uri()).map(|again| wire::encode(&again));
        assert_eq!(again, Ok(wire::encode(&invite)));
    }
}

/// What reads is written again as a text that reads the same.
pub fn link(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(link) = Link::from_uri(&text) {
        assert_eq!(Link::from_uri(&link.to_uri()), Ok(link));
    }
}

/// What is a name is one tame line.
pub fn name(bytes: &[u8]) {
    let name = Name { salt: [0; 16], text: String::from_utf8_lossy(bytes).into_owned() };
    if name.check().is_ok() {
        assert!(!name.text.chars().any(char::is_control));
    }
}

/// What a member sealed unpacks within bounds or not at all.
pub fn sealed(bytes: &[u8]) {
    let key = Secret::from_bytes([0; 32]);
    let Some(ciphertext) = seal::encrypt(&key, &[0; 24], bytes, b"") else { return };
    if let Ok(content) = seal::open(&key, &[0; 24], &ciphertext, b"") {
        assert!(content.len() <= LONGEST_CONTENT);
    }
}

/// What reads is kept as it came, and judging it is safe.
pub fn certificate(bytes: &[u8]) {
    if let Ok(certificate) = Certificate::decode(bytes) {
        assert_eq!(certificate.bytes(), bytes);
        let _ = certificate.verify(None);
        let _ = certificate.verify(certificate.chain().last().copied());
    }
}

/// What reads is written again as it was.
pub fn sheet_file(bytes: &[u8]) {
    if let Ok(file) = SheetFile::decode(bytes) {
        assert_eq!(file.encode().as_deref(), Ok(bytes));
    }
}

/// The same of a resolution.
pub fn ballot_file(bytes: &[u8]) {
    if let Ok(file) = BallotFile::decode(bytes) {
        assert_eq!(file.encode().as_deref(), Ok(bytes));
    }
}

/// Two who meet, of whom one lies, are safe from each other.
pub fn meeting(bytes: &[u8]) {
    meet(bytes);
}
