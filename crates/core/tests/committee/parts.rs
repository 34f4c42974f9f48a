//! A certificate taken apart, changed, and put together again: as a forger would, without asking the code that makes
//! them.

use kenes_core::certificate::{Certificate, MAGIC, VERSION};
use kenes_core::identity::Name;
use kenes_core::wire;

/// Sheet, offers, passes and votes of one number.
pub(crate) type Number = (Vec<u8>, Vec<Vec<u8>>, Vec<Vec<u8>>, Vec<Vec<u8>>);

/// What stands in a certificate.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) name: Name,
    pub(crate) genesis: Vec<u8>,
    pub(crate) assents: Vec<Vec<u8>>,
    pub(crate) numbers: Vec<Number>,
    pub(crate) subject: Subject,
}

#[derive(Clone)]
pub(crate) enum Subject {
    Minutes,
    Resolution(Vec<u8>, Vec<Vec<u8>>),
    Bulletin(Vec<u8>, Vec<u8>),
}

impl Parts {
    pub(crate) fn of(certificate: &Certificate) -> Self {
        let content = &certificate.bytes()[MAGIC.len() + 5..];
        let ((name, genesis, assents, numbers), used) = wire::decode_prefix(content).unwrap();
        let (kind, at) = wire::decode_prefix::<u32>(&content[used..]).unwrap();
        let rest = &content[used + at..];
        let subject = match kind {
            0 => Subject::Minutes,
            1 => wire::decode_prefix(rest).map(|((text, ballots), _)| Subject::Resolution(text, ballots)).unwrap(),
            2 => wire::decode_prefix(rest).map(|((device, op), _)| Subject::Bulletin(device, op)).unwrap(),
            other => panic!("subject {other}"),
        };
        Self { name, genesis, assents, numbers, subject }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let subject = match &self.subject {
            Subject::Minutes => wire::encode(&0u32),
            Subject::Resolution(resolution, ballots) => wire::encode(&(1u32, resolution, ballots)),
            Subject::Bulletin(device, op) => wire::encode(&(2u32, device, op)),
        };
        let (name, genesis, assents, numbers) = (&self.name, &self.genesis, &self.assents, &self.numbers);
        framed(&[wire::encode(&(name, genesis, assents, numbers)), subject].concat())
    }

    /// The ballots of a resolution's certificate.
    pub(crate) fn ballots(&mut self) -> &mut Vec<Vec<u8>> {
        match &mut self.subject {
            Subject::Resolution(_, ballots) => ballots,
            Subject::Minutes | Subject::Bulletin(..) => panic!("not about a resolution"),
        }
    }
}

/// Behind magic, version and length.
pub(crate) fn framed(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    [MAGIC.as_slice(), &[VERSION], &length, content].concat()
}
