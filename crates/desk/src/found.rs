//! Founding a committee.

use std::collections::BTreeSet;

use kenes_core::book::{
    Book, Certificate, Content, Founder, Genesis, NewestList, NextPen, Quorum, SPARES, SignedObject,
};
use kenes_core::channel::List;
use kenes_core::identity::{DeviceSecret, Identity, Name, recovery_key};
use kenes_core::ids::CommitteeId;
use kenes_core::sign::SigningKey;

use crate::compose::Writer;
use crate::entropy;
use crate::error::DeskError;
use crate::keystore::CommitteeKeys;
use crate::ledger::Ledger;
use crate::session::Session;
use crate::view::NewCommittee;

/// For how many days talk is kept by default.
pub(crate) const RETENTION_DAYS: u16 = 14;

impl Session {
    /// Founds a committee with this home's owner as its one member, voter and steward.
    pub(crate) async fn found(&mut self, new: NewCommittee) -> Result<CommitteeId, DeskError> {
        let mut rng = entropy::rng()?;
        let name = Name::new(&new.name, &mut rng)?;
        let founder = if new.founder.trim().is_empty() { self.keystore.keys.name.clone() } else { new.founder.clone() };
        let founder = Name::new(&founder, &mut rng)?;
        let (keeper, vote) = (SigningKey::generate(&mut rng), SigningKey::generate(&mut rng));
        let pens = [SigningKey::generate(&mut rng), SigningKey::generate(&mut rng)];
        let spares: Vec<_> = (0..SPARES).map(|_| SigningKey::generate(&mut rng)).collect();
        let listed = spares.iter().chain([&pens[0]]).map(SigningKey::public).collect();
        let list = List::first(entropy::bytes()?, vec![keeper.public()], listed);
        let channel = list.channel();
        let recovery = recovery_key(&self.keystore.keys.seed, channel).public();
        let identity = Identity { vote: vote.public(), recovery };
        let genesis = genesis_of(&new, &list, identity, &name, &founder)?;
        let genesis = SignedObject::found(genesis, &vote)?.verify()?;
        let committee = genesis.committee();
        let device = DeviceSecret::generate(&mut rng);
        let mut keys = CommitteeKeys::new((committee, channel), identity, Some(vote), device, pens.to_vec());
        keys.keep_with(keeper);

        let now = self.writing_time(committee, None)?;
        let mut ledger = Ledger::new(committee, channel);
        ledger.spares = spares;
        (ledger.pen_no, ledger.announced) = (1, Some(pens[1].public()));
        (ledger.list, ledger.listed_at) = (Some(list.clone()), now);
        ledger.listed_pen = Some(pens[0].public());
        let writer = Writer::with_pen(&keys, pens[0].clone(), now);
        let mut book = Book::new(committee);
        book.insert(genesis);
        let member = identity.member();
        let certificate = Certificate::new(committee, member, 0, &keys.device);
        book.insert(writer.by_vote(Content::Device(certificate))?.verify()?);
        book.insert(writer.by_device(Content::NextPen(NextPen { no: 0, pen: pens[1].public() }))?.verify()?);
        book.insert(writer.by_vote(Content::NewestList(NewestList { no: 0, list: list.id() }))?.verify()?);
        book.learn(name);
        book.learn(founder);
        let state = book.state().ok_or(DeskError::Record)?;
        let mut envelopes = vec![writer.list(list.sign(None, &[]))?];
        envelopes.extend(writer.rotate(&book, &state, BTreeSet::new())?.envelopes);

        self.begin(keys, ledger, None, envelopes).await?;
        Ok(committee)
    }
}

fn genesis_of(
    new: &NewCommittee,
    list: &List,
    identity: Identity,
    name: &Name,
    founder: &Name,
) -> Result<Genesis, DeskError> {
    Ok(Genesis {
        nonce: entropy::bytes()?,
        channel: list.channel(),
        name: name.commitment(),
        territory: new.territory.clone(),
        industry: new.industry.clone(),
        founders: vec![Founder { identity, name: founder.commitment(), steward: true }],
        quorum: Quorum { num: new.quorum.0, den: new.quorum.1 },
        history: new.history,
        retention_days: RETENTION_DAYS,
        continues: None,
    })
}
