//! Why a certificate proves nothing, in the words of the interface.

use kenes_core::book::NotSpoken;
use kenes_core::certificate::{CertificateError, LONGEST, Part};

use crate::api::{ApiError, Cause, ErrorKind};

impl From<CertificateError> for ApiError {
    fn from(error: CertificateError) -> Self {
        let of = |cause| Self::new(ErrorKind::NotAuthentic, error.to_string()).because(cause);
        let about = |cause, part| of(cause).detail("part", name(part));
        match error {
            CertificateError::Foreign => of(Cause::CertificateForeign),
            CertificateError::Version(found) => of(Cause::CertificateVersion).detail("found", found),
            CertificateError::Torn { found, whole } => {
                of(Cause::CertificateTorn).detail("found", found).detail("whole", whole)
            }
            CertificateError::Trailing => of(Cause::CertificateTrailing),
            CertificateError::TooLong => of(Cause::CertificateLong).detail("limit", LONGEST),
            CertificateError::Form(_) => of(Cause::CertificateForm),
            CertificateError::Altered(part) => about(Cause::CertificateAltered, part),
            CertificateError::Misplaced(part) => about(Cause::CertificateMisplaced, part),
            CertificateError::Repeated(part) => about(Cause::CertificateRepeated, part),
            CertificateError::Order(part) => about(Cause::CertificateOrder, part),
            CertificateError::Name => of(Cause::CertificateName),
            CertificateError::Founders(count) => of(Cause::CertificateFounders).detail("count", count),
            CertificateError::NotAVoter(part) => about(Cause::CertificateNotAVoter, part),
            CertificateError::Unjustified(part) => about(Cause::CertificateUnjustified, part),
            CertificateError::Sheet { no, .. } => of(Cause::CertificateSheet).detail("no", no),
            CertificateError::TooFew { part, signed, needed } => {
                about(Cause::CertificateTooFew, part).detail("signed", signed).detail("needed", needed)
            }
            CertificateError::Under => of(Cause::CertificateUnder),
            CertificateError::WithoutCheckpoint(no) => of(Cause::CertificateOtherNo).detail("no", no),
            CertificateError::EndsBefore { newest, checkpoint } => {
                of(Cause::CertificateEnds).detail("newest", newest).detail("no", checkpoint)
            }
            CertificateError::NotSpoken(why) => not_spoken(why, of),
            CertificateError::NoText => of(Cause::CertificateNoText),
            _ => of(Cause::CertificateForm),
        }
    }
}

fn not_spoken(why: NotSpoken, of: impl Fn(Cause) -> ApiError) -> ApiError {
    match why {
        NotSpoken::NotPublic => of(Cause::CertificateNotPublic),
        NotSpoken::Device => of(Cause::CertificateDevice),
        NotSpoken::NoOffice => of(Cause::CertificateNoOffice),
        NotSpoken::Recalled(by) => of(Cause::CertificateRecalled).detail("no", by.no),
        _ => of(Cause::CertificateNoOffice),
    }
}

/// What a part is called.
const fn name(part: Part) -> &'static str {
    match part {
        Part::Genesis => "genesis",
        Part::Assent => "assent",
        Part::Sheet(_) => "sheet",
        Part::Offer(_) => "offer",
        Part::Pass(_) => "pass",
        Part::Vote(_) => "vote",
        Part::Resolution => "resolution",
        Part::Ballot => "ballot",
        Part::Device => "device",
        Part::Bulletin => "bulletin",
    }
}
