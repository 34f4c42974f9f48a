//! What the desk and the node refuse, in the words of the interface: a kind, its details, and a cause where the kind
//! alone does not say why.

mod certificate;
mod sheet;

use std::error::Error;

use kenes_core::book::{BallotRefusal, ObjectError};
use kenes_core::certificate::{CertificateError, GatherError};
use kenes_core::identity::{LONGEST_NAME, NameError};
use kenes_core::op::{LONGEST_TEXT, OpError};
use kenes_core::relay::Reason;
use kenes_core::words::WordsError;
use kenes_desk::DeskError;
use kenes_node::home::HomeError;
use kenes_node::store::StoreError;
use kenes_node::{NetError, NodeError};

use crate::api::{ApiError, Cause, ErrorKind, Moment};

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        let of = |kind| Self::new(kind, sentence(&error));
        let missing = |what: &str| of(ErrorKind::NotFound).detail("what", what);
        match &error {
            DeskError::Uninitialised => of(ErrorKind::NotInitialised),
            DeskError::Initialised => of(ErrorKind::AlreadyInitialised),
            DeskError::Locked => of(ErrorKind::Locked),
            DeskError::WrongPassphrase => of(ErrorKind::WrongPassphrase),
            DeskError::WeakPassphrase(limit) => of(ErrorKind::WeakPassphrase).detail("limit", limit),
            DeskError::NoCommittee => missing("committee"),
            DeskError::Nobody => missing("member"),
            DeskError::NoBulletin => missing("bulletin"),
            DeskError::NotAuthor => of(ErrorKind::NotAuthor),
            DeskError::TakenBack => of(ErrorKind::TakenBack),
            DeskError::Ambiguous => of(ErrorKind::Ambiguous).detail("what", "id"),
            DeskError::Name(error) => name(*error),
            DeskError::Op(error) => op(error),
            DeskError::Object(error) => object(error),
            DeskError::Expiry => of(ErrorKind::NotPossible).because(Cause::Lifetime),
            DeskError::NotAllowed(_) => of(ErrorKind::NotAllowed),
            DeskError::NotIn(_) => of(ErrorKind::Pending),
            DeskError::NoEpoch(_) => of(ErrorKind::NoEpoch),
            DeskError::ClockBehind { shows, at_least } => of(ErrorKind::ClockDoubted)
                .detail("shows", Moment::from(*shows))
                .detail("at_least", Moment::from(*at_least)),
            DeskError::Certificate(error) => (*error).into(),
            DeskError::NoResolution | DeskError::Unproven(GatherError::Nothing) => missing("resolution"),
            DeskError::Unproven(GatherError::NotAdopted { signed, needed }) => {
                of(ErrorKind::NotAdopted).detail("signed", signed).detail("needed", needed)
            }
            DeskError::Ballot(BallotRefusal::Said { .. }) => of(ErrorKind::SaidOther),
            DeskError::Ballot(BallotRefusal::TooMany) => of(ErrorKind::Full),
            DeskError::Invite(_) => of(ErrorKind::BadInvite),
            DeskError::InviteOver => of(ErrorKind::InviteOver),
            DeskError::OtherWords => of(ErrorKind::OtherWords),
            DeskError::WordsDiffer => of(ErrorKind::WordsDiffer),
            DeskError::NoSparePen(_) => of(ErrorKind::NoSparePen),
            DeskError::NoPen(_) => of(ErrorKind::NoPen),
            DeskError::KeepsNoLists(_) => of(ErrorKind::KeepsNoLists),
            DeskError::StrangeChannel(_) => of(ErrorKind::StrangeChannel),
            DeskError::MemberOut(_) => of(ErrorKind::MemberOut),
            DeskError::SignedElsewhere(_) => of(ErrorKind::SignedElsewhere),
            DeskError::Words(error) => words(*error),
            DeskError::OwnChannel(_) => of(ErrorKind::OwnChannel),
            DeskError::Joined(_) => of(ErrorKind::Joined),
            DeskError::SuspensionOpen(_) => of(ErrorKind::SuspensionOpen),
            DeskError::Full(_) => of(ErrorKind::Full),
            DeskError::Copied(_) => of(ErrorKind::Copied),
            DeskError::Out(out) => of(ErrorKind::Out).obstructed(out.as_ref().into()),
            DeskError::Sheet(bad) => of(ErrorKind::BadSheet).obstructed((*bad).into()),
            DeskError::Unsigned(refusal) => of(ErrorKind::Unsigned).obstructed((*refusal).into()),
            DeskError::NoMinutes => missing("minutes"),
            DeskError::Decided(no) => of(ErrorKind::Decided).detail("no", no),
            DeskError::SheetFile(error) => of(ErrorKind::NotAuthentic).obstructed((*error).into()),
            DeskError::Unfollowed(no) => of(ErrorKind::Unfollowed).detail("no", no),
            DeskError::Forked(_) => of(ErrorKind::Forked),
            DeskError::Adrift(_) => of(ErrorKind::Adrift),
            DeskError::NoVoteKey(_) => of(ErrorKind::NoVoteKey),
            DeskError::NoKeyWanted => of(ErrorKind::NoKeyWanted),
            DeskError::Office(days) => of(ErrorKind::NotPossible).because(Cause::Office).detail("days", days),
            DeskError::OtherAuthor => of(ErrorKind::NotPossible).because(Cause::OtherAuthor),
            DeskError::Follows(_) => of(ErrorKind::Follows),
            DeskError::Link(_) => of(ErrorKind::BadLink),
            DeskError::OtherMinutes(_) => of(ErrorKind::OtherMinutes),
            DeskError::NotPublishing(_) => of(ErrorKind::NotPublishing),
            DeskError::NotSpokesperson(_) => of(ErrorKind::NotSpokesperson),
            DeskError::NoPublicPen(_) => of(ErrorKind::NoPublicPen),
            DeskError::FewVoters { voters, enough } => {
                of(ErrorKind::FewVoters).detail("voters", voters).detail("enough", enough)
            }
            DeskError::NotPublic(why) => CertificateError::NotSpoken(*why).into(),
            DeskError::Ending => of(ErrorKind::Stopping),
            DeskError::Keystore(path) => {
                of(ErrorKind::Storage).because(Cause::KeystoreDamaged).detail("path", path.display())
            }
            DeskError::Exposed(path) => {
                of(ErrorKind::Storage).because(Cause::KeystoreExposed).detail("path", path.display())
            }
            DeskError::Io { path, source } => of(ErrorKind::Storage).detail("path", path.display()).because_of(source),
            DeskError::Record => of(ErrorKind::Storage).because(Cause::RecordDamaged),
            DeskError::Entropy => of(ErrorKind::Failed).because(Cause::NoRandomness),
            DeskError::Refused(Reason::Expired) => of(ErrorKind::NotPossible).because(Cause::Lifetime),
            DeskError::Refused(Reason::Ahead) => of(ErrorKind::NotPossible).because(Cause::FarAhead),
            DeskError::Refused(reason) => {
                of(ErrorKind::Failed).because(Cause::NodeRefused).detail("reason", format!("{reason:?}"))
            }
            DeskError::Seal(_) | DeskError::Envelope(_) => malformed(&error),
            DeskError::Node(error) => node(error),
            DeskError::Store(error) => store(error),
            DeskError::Home(error) => home(error),
            // Kinds that a later desk may add are failures until they are named here.
            _ => unforeseen(&error),
        }
    }
}

impl From<NodeError> for ApiError {
    fn from(error: NodeError) -> Self {
        node(&error)
    }
}

fn words(error: WordsError) -> ApiError {
    let refusal = ApiError::new(ErrorKind::BadWords, sentence(&error));
    match error {
        WordsError::Count(count) => refusal.because(Cause::WordsCount).detail("count", count),
        WordsError::Unknown(at) => refusal.because(Cause::WordUnknown).detail("at", at),
        WordsError::Checksum => refusal.because(Cause::WordsChecksum),
        _ => unforeseen(&error),
    }
}

fn name(error: NameError) -> ApiError {
    let refusal = ApiError::new(ErrorKind::BadName, sentence(&error));
    match error {
        NameError::Empty => refusal.because(Cause::NameEmpty),
        NameError::Control => refusal.because(Cause::NameControl),
        NameError::TooLong => ApiError::new(ErrorKind::TooLong, sentence(&error)).detail("limit", LONGEST_NAME),
        _ => unforeseen(&error),
    }
}

fn op(error: &OpError) -> ApiError {
    match error {
        OpError::TooLong => ApiError::new(ErrorKind::TooLong, sentence(error)).detail("limit", LONGEST_TEXT),
        OpError::Empty => ApiError::new(ErrorKind::NoText, sentence(error)),
        OpError::Life => ApiError::new(ErrorKind::NotPossible, sentence(error)).because(Cause::Lifetime),
        _ => malformed(error),
    }
}

fn object(error: &ObjectError) -> ApiError {
    match error {
        ObjectError::Quorum => ApiError::new(ErrorKind::NotPossible, sentence(error)).because(Cause::Quorum),
        ObjectError::Motion => ApiError::new(ErrorKind::NotPossible, sentence(error)).because(Cause::Title),
        ObjectError::Place => ApiError::new(ErrorKind::NotPossible, sentence(error)).because(Cause::Place),
        _ => malformed(error),
    }
}

fn node(error: &NodeError) -> ApiError {
    match error {
        NodeError::Store(error) => store(error),
        NodeError::Failed(error) => store(error),
        NodeError::Home(error) => home(error),
        NodeError::Net(error) => net(error),
        NodeError::Randomness(_) => ApiError::new(ErrorKind::Failed, sentence(error)).because(Cause::NoRandomness),
        NodeError::Stopped => ApiError::new(ErrorKind::Stopping, sentence(error)),
        _ => unforeseen(error),
    }
}

fn net(error: &NetError) -> ApiError {
    let failed = || ApiError::new(ErrorKind::Failed, sentence(error));
    match error {
        NetError::Unsupported { address } => {
            ApiError::new(ErrorKind::BadAddress, sentence(error)).detail("address", address)
        }
        NetError::Listen { source, .. } | NetError::Key { source, .. } => failed().because_of(source),
        NetError::Transport(source) => failed().because_of(source),
        _ => unforeseen(error),
    }
}

fn store(error: &StoreError) -> ApiError {
    let refusal = ApiError::new(ErrorKind::Storage, sentence(error));
    match error {
        StoreError::Newer { found, known } => {
            refusal.because(Cause::StoreNewer).detail("found", found).detail("known", known)
        }
        StoreError::Damaged => refusal.because(Cause::StoreDamaged),
        StoreError::Failed => refusal.because(Cause::StoreFailed),
        StoreError::TooLong => malformed(error),
        StoreError::Io(error) => refusal.because_of(error),
        StoreError::Home(error) => home(error),
        _ => unforeseen(error),
    }
}

fn home(error: &HomeError) -> ApiError {
    let refusal = ApiError::new(ErrorKind::Storage, sentence(error));
    match error {
        HomeError::InUse { .. } => refusal.because(Cause::HomeInUse),
        HomeError::SocketPath { .. } => refusal.because(Cause::SocketPath),
        HomeError::Io { path, source } => refusal.detail("path", path.display()).because_of(source),
        _ => unforeseen(error),
    }
}

fn malformed(error: &dyn Error) -> ApiError {
    ApiError::new(ErrorKind::NotPossible, sentence(error)).because(Cause::Malformed).detail("text", sentence(error))
}

fn unforeseen(error: &dyn Error) -> ApiError {
    ApiError::new(ErrorKind::Failed, sentence(error)).because(Cause::Unforeseen).detail("text", sentence(error))
}

/// The error and what lies beneath it, each said once.
fn sentence(error: &dyn Error) -> String {
    let mut sentence = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        let text = cause.to_string();
        if !sentence.contains(&text) {
            sentence.push_str(": ");
            sentence.push_str(&text);
        }
        beneath = cause.source();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use kenes_core::book::{BadSheet, Because, Checkpoint, NotSpoken, Refusal, SignedFileError};
    use kenes_core::certificate::{CertificateError, Part};
    use kenes_core::ids::{BookId, CommitteeId, MemberId};
    use kenes_core::invite::InviteError;
    use kenes_core::seal::SealError;
    use kenes_core::time::BUILT;
    use kenes_core::wire::WireError;
    use kenes_desk::view::{Out, Person};

    use super::*;

    fn disk() -> io::Error {
        io::Error::from_raw_os_error(28)
    }

    /// What a desk and a node may answer with, one of each.
    fn refusals() -> Vec<DeskError> {
        let id = CommitteeId::from_bytes([7; 32]);
        let address = || "/ip4/1.2.3.4/tcp/1".parse().unwrap();
        let home = || HomeError::SocketPath { path: "a".into() };
        let mut all = vec![
            DeskError::Uninitialised,
            DeskError::Initialised,
            DeskError::Locked,
            DeskError::WrongPassphrase,
            DeskError::WeakPassphrase(8),
            DeskError::Keystore("a".into()),
            DeskError::Exposed("a".into()),
            DeskError::Io { path: "a".into(), source: disk() },
            DeskError::Entropy,
            DeskError::NoCommittee,
            DeskError::Nobody,
            DeskError::Ambiguous,
            DeskError::NoBulletin,
            DeskError::NotAllowed(id),
            DeskError::NotIn(id),
            DeskError::Follows(id),
            DeskError::Link(kenes_core::link::LinkError::Damaged),
            DeskError::OtherMinutes(id),
            DeskError::NotPublishing(id),
            DeskError::NotSpokesperson(id),
            DeskError::NoPublicPen(id),
            DeskError::FewVoters { voters: 1, enough: 3 },
            DeskError::NotPublic(kenes_core::book::NotSpoken::NoOffice),
            DeskError::NoEpoch(id),
            DeskError::Expiry,
            DeskError::ClockBehind { shows: BUILT, at_least: BUILT },
            DeskError::Invite(InviteError::Damaged),
            DeskError::InviteOver,
            DeskError::OtherWords,
            DeskError::WordsDiffer,
            DeskError::NoSparePen(id),
            DeskError::NoPen(id),
            DeskError::KeepsNoLists(id),
            DeskError::StrangeChannel(id),
            DeskError::MemberOut(id),
            DeskError::SignedElsewhere(id),
            DeskError::Joined(id),
            DeskError::Seal(SealError::Recipient),
            DeskError::Full(id),
            DeskError::Copied(id),
            DeskError::Ending,
            DeskError::SuspensionOpen(id),
            DeskError::NoMinutes,
            DeskError::Decided(2),
            DeskError::Unfollowed(2),
            DeskError::Forked(id),
            DeskError::Adrift(id),
            DeskError::NoVoteKey(id),
            DeskError::NoKeyWanted,
            DeskError::Office(90),
            DeskError::OtherAuthor,
            DeskError::Record,
            DeskError::Refused(Reason::TooMuch),
            DeskError::Refused(Reason::Expired),
            DeskError::Refused(Reason::Ahead),
            DeskError::Home(home()),
        ];
        all.extend([BallotRefusal::Said { adopt: true }, BallotRefusal::TooMany].map(DeskError::Ballot));
        let unproven =
            [GatherError::Nothing, GatherError::NotAdopted { signed: 1, needed: 2 }, GatherError::Incomplete];
        all.extend(unproven.map(DeskError::Unproven));
        all.push(DeskError::NoResolution);
        let checkpoint = Checkpoint { no: 7, id: BookId::from_bytes([7; 32]) };
        let spoken = [NotSpoken::NotPublic, NotSpoken::Device, NotSpoken::NoOffice, NotSpoken::Recalled(checkpoint)];
        let part = Part::Vote(7);
        all.extend(spoken.map(|why| DeskError::Certificate(why.into())));
        all.extend(
            [
                CertificateError::Foreign,
                CertificateError::Version(2),
                CertificateError::Torn { found: 1, whole: 2 },
                CertificateError::Trailing,
                CertificateError::TooLong,
                CertificateError::Form(WireError::Malformed),
                CertificateError::Altered(part),
                CertificateError::Misplaced(part),
                CertificateError::Repeated(part),
                CertificateError::Order(part),
                CertificateError::Name,
                CertificateError::Founders(1),
                CertificateError::NotAVoter(part),
                CertificateError::Unjustified(part),
                CertificateError::Sheet { no: 1, bad: BadSheet::Number },
                CertificateError::TooFew { part, signed: 1, needed: 2 },
                CertificateError::Under,
                CertificateError::WithoutCheckpoint(1),
                CertificateError::EndsBefore { newest: 1, checkpoint: 2 },
                CertificateError::NoText,
            ]
            .map(DeskError::Certificate),
        );
        let mistaken = [WordsError::Count(23), WordsError::Unknown(7), WordsError::Checksum];
        all.extend(mistaken.map(DeskError::Words));
        all.extend([NameError::Empty, NameError::TooLong, NameError::Control].map(DeskError::Name));
        all.extend([OpError::TooLong, OpError::Empty, OpError::Life, OpError::Seq].map(DeskError::Op));
        let person = || Person { member: MemberId::from_bytes([7; 32]), name: String::new() };
        let outs = [
            Out::Removed { no: 2 },
            Out::Paused { by: person(), because: Because::Distrust },
            Out::LetInBy(person()),
            Out::Cheated,
            Out::PausedTwo,
        ];
        all.extend(outs.map(|out| DeskError::Out(Box::new(out))));
        let bad = [BadSheet::Number, BadSheet::Nobody(person().member), BadSheet::UsedBefore, BadSheet::NoVoters];
        all.extend(bad.map(DeskError::Sheet));
        let refusals = [
            Refusal::NotAVoter,
            Refusal::NoSuchSheet,
            Refusal::Void(BadSheet::Number),
            Refusal::NotTabled,
            Refusal::NotJustified,
            Refusal::PassedOn(2),
            Refusal::Voted(2),
            Refusal::NotOwner,
            Refusal::Tabled,
            Refusal::TooFewPasses,
            Refusal::MustCarry(BookId::from_bytes([7; 32])),
            Refusal::NoSuchRound,
        ];
        all.extend(refusals.map(DeskError::Unsigned));
        let files = [
            SignedFileError::Foreign,
            SignedFileError::Version(2),
            SignedFileError::Torn { found: 1, whole: 2 },
            SignedFileError::Trailing,
            SignedFileError::TooLong,
            SignedFileError::Form(WireError::Malformed),
            SignedFileError::Altered,
            SignedFileError::Misplaced,
            SignedFileError::Order,
            SignedFileError::NoSheet,
            SignedFileError::NoResolution,
        ];
        all.extend(files.map(DeskError::SheetFile));
        all.extend(
            [ObjectError::Quorum, ObjectError::Place, ObjectError::Motion, ObjectError::Key].map(DeskError::Object),
        );
        let stores = || {
            let newer = StoreError::Newer { found: 2, known: 1 };
            let others = [StoreError::Damaged, StoreError::TooLong, StoreError::Failed];
            [newer, StoreError::Io(disk()), StoreError::Home(home())].into_iter().chain(others)
        };
        all.extend(stores().map(DeskError::Store));
        all.extend(stores().map(|error| DeskError::Node(NodeError::Store(error))));
        all.extend(stores().map(|error| DeskError::Node(NodeError::Failed(Arc::new(error)))));
        all.extend(
            [
                NodeError::Stopped,
                NodeError::Home(HomeError::InUse { home: "a".into(), pid: None }),
                NodeError::Home(HomeError::Io { path: "a".into(), source: disk() }),
                NodeError::Net(NetError::Taken { address: address() }),
                NodeError::Net(NetError::Unsupported { address: address() }),
                NodeError::Net(NetError::Listen { address: address(), source: disk() }),
                NodeError::Net(NetError::Key { path: "a".into(), source: disk() }),
                NodeError::Net(NetError::Transport(disk())),
            ]
            .map(DeskError::Node),
        );
        all
    }

    #[test]
    fn every_refusal_brings_what_its_sentence_names() {
        for error in refusals() {
            let shown = error.to_string();
            let refusal = ApiError::from(error);
            let told = ["committee", "member", "bulletin", "resolution", "minutes", "id"]
                .iter()
                .fold(refusal, |told, what| told.about(what, "x"));
            let cause = told.details.get("cause").map(String::as_str);
            let cause = cause.and_then(|name| Cause::ALL.iter().find(|cause| cause.name() == name));
            let beneath = cause.map_or(&[][..], |cause| cause.arguments());
            for argument in told.kind.arguments().iter().chain(beneath) {
                assert!(told.details.contains_key(*argument), "{shown}: no {argument}");
            }
            assert_eq!(cause.is_some(), told.details.contains_key("cause"), "{shown}: a cause without a name");
            let about_sheets = matches!(told.kind, ErrorKind::Unsigned | ErrorKind::BadSheet | ErrorKind::Out);
            assert!(!about_sheets || cause != Some(&Cause::Unforeseen), "{shown}: a refusal without a name");
        }
    }
}
