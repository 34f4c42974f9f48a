//! Why something was refused, by a name that stays: the detail `cause` of an [`ApiError`](super::ApiError). What a name
//! means in words is in the catalogue of whoever shows it; the details that its sentence needs stand beside it.

use std::io;

macro_rules! causes {
    ($($(#[$doc:meta])* $cause:ident = $name:literal, $arguments:expr;)*) => {
        /// What lies beneath a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Cause {
            $($(#[$doc])* $cause,)*
        }

        impl Cause {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$cause),*];

            /// The name that stands in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$cause => $name),* }
            }

            /// The details that a sentence about it names.
            pub const fn arguments(self) -> &'static [&'static str] {
                match self { $(Self::$cause => &$arguments),* }
            }
        }
    };
}

causes! {
    /// The file or folder is not there.
    Absent = "absent", [];
    /// The system does not permit it.
    Forbidden = "forbidden", [];
    /// The disk has no room.
    DiskFull = "disk_full", [];
    /// The disk may be read only.
    ReadOnly = "read_only", [];
    /// Something of that name is there.
    Exists = "exists", [];
    /// A folder was needed, and it is none.
    NotAFolder = "not_a_folder", [];
    /// It is a folder.
    IsAFolder = "is_a_folder", [];
    /// It holds no text in UTF-8.
    NotText = "not_text_inside", [];
    /// This machine has no such address.
    NoSuchAddress = "no_such_address", [];
    /// Reading or writing broke off.
    BrokeOff = "broke_off", [];
    /// The system refused for a reason that has no name here: `code`.
    System = "system", ["code"];

    /// A name without anything to see.
    NameEmpty = "name_empty", [];
    /// A name with control characters, or such as turn the direction of writing.
    NameControl = "name_control", [];

    /// Not 24 words: `count`.
    WordsCount = "words_count", ["count"];
    /// A word that is not in the list: `at`, the first is 1.
    WordUnknown = "word_unknown", ["at"];
    /// Words of the list that do not fit together.
    WordsChecksum = "words_checksum", [];

    /// It would end before it is written, live longer than 400 days, or be over already.
    Lifetime = "lifetime", [];
    /// Its date is further ahead of this machine's clock than clocks may differ.
    FarAhead = "far_ahead", [];
    /// A quorum below one half or above two thirds.
    Quorum = "quorum", [];
    /// A territory or an industry with too many parts, or one too long.
    Place = "place", [];
    /// What would be written breaks a rule of its format: `text`, in English.
    Malformed = "malformed", ["text"];

    /// A spokesperson's office that is over already or too long: `days` at most.
    Office = "office", ["days"];
    /// A recall since a bulletin that is by somebody else.
    OtherAuthor = "other_author", [];

    /// The sheet is for those who vote after the minutes before it.
    NotAVoter = "not_a_voter", [];
    /// No such sheet is open.
    NoSuchSheet = "no_such_sheet", [];
    /// Nobody has tabled the sheet yet.
    NotTabled = "not_tabled", [];
    /// What its offer rests on is missing here, or forbids it.
    NotJustified = "not_justified", [];
    /// This desk passed on to a later round: `round`.
    PassedOn = "passed_on", ["round"];
    /// This desk signed another sheet of this number: `round`.
    Voted = "voted", ["round"];
    /// The round is someone else's.
    NotOwner = "not_owner", [];
    /// This desk tabled another sheet in that round.
    TabledAnother = "tabled_another", [];
    /// Too few have passed on to that round.
    TooFewPasses = "too_few_passes", [];
    /// Another sheet may have been decided, and goes first: `sheet`.
    MustCarry = "must_carry", ["sheet"];
    /// Its author has asked for no round to pass on to.
    NoSuchRound = "no_such_round", [];
    /// The sheet's number does not follow.
    SheetNumber = "sheet_number", [];
    /// The sheet is about someone who does not vote: `member`.
    SheetNobody = "sheet_nobody", ["member"];
    /// The sheet names a key or a member that the book has had already.
    SheetKeyUsed = "sheet_key_used", [];
    /// After the sheet nobody would vote.
    SheetNoVoters = "sheet_no_voters", [];
    /// This desk's vote key was erased, and minutes have not replaced it.
    VoteKeyMissing = "vote_key_missing", [];
    /// Two sheets of the number before were adopted.
    TwoAdopted = "two_adopted", [];
    /// The book here does not reach the minutes that this desk stands on.
    BookShort = "book_short", [];
    /// This home must first certify a new device, or its owner say which copy keeps the vote.
    HomeUnsettled = "home_unsettled", [];

    /// The file is no sheet in a file.
    FileForeign = "file_foreign", [];
    /// A newer program wrote the file: `found`.
    FileVersion = "file_version", ["found"];
    /// The file breaks off: `found`, `whole` in bytes.
    FileTorn = "file_torn", ["found", "whole"];
    /// Something follows what the file holds.
    FileTrailing = "file_trailing", [];
    /// The file is longer than one may be: `limit` in bytes.
    FileLong = "file_long", ["limit"];
    /// The file's form is damaged.
    FileForm = "file_form", [];
    /// Something in the file is not what was signed.
    FileAltered = "file_altered", [];
    /// Something in the file is about something else.
    FileMisplaced = "file_misplaced", [];
    /// Something in the file stands twice or out of order.
    FileOrder = "file_order", [];
    /// The sheet is not in its file.
    FileNoSheet = "file_no_sheet", [];
    /// The resolution that it is about is not in it.
    FileNoResolution = "file_no_resolution", [];

    /// Minutes put the member out: `no`.
    RemovedByMinutes = "removed_by_minutes", ["no"];
    /// A voter paused the member: `by`.
    PausedByMember = "paused_by_member", ["by"];
    /// Whoever let the member in is out: `by`.
    LetInByOut = "let_in_by_out", ["by"];
    /// Two things were signed with the member's vote key of which an honest desk signs one.
    SignedTwo = "signed_two", [];
    /// The member paused two under one number.
    PausedTwo = "paused_two", [];

    /// The keystore cannot be read: `path`.
    KeystoreDamaged = "keystore_damaged", ["path"];
    /// Others can read the keystore: `path`.
    KeystoreExposed = "keystore_exposed", ["path"];
    /// A record of the desk's own does not read back.
    RecordDamaged = "record_damaged", [];
    /// The store is damaged.
    StoreDamaged = "store_damaged", [];
    /// A newer program wrote the store: `found`, `known`.
    StoreNewer = "store_newer", ["found", "known"];
    /// A write failed earlier, and nothing is written since.
    StoreFailed = "store_failed", [];
    /// The path of the home's socket is too long.
    SocketPath = "socket_path_long", [];
    /// Another process has the home.
    HomeInUse = "home_taken", [];

    /// The system gives no randomness.
    NoRandomness = "no_randomness", [];
    /// The node did not take what the desk made: `reason`, a name of the node's.
    NodeRefused = "node_refused", ["reason"];
    /// As many listen to events as may at once.
    ManyListen = "many_listen", [];

    /// A line of a configuration is no TOML, or holds a value of another type: `line`.
    ConfigSyntax = "config_syntax", ["line"];
    /// A number outside of what is possible: `key`, `value`, `least`, `most`.
    ConfigRange = "config_range", ["key", "value", "least", "most"];
    /// None of the few values that are possible: `key`, `value`, `choices`.
    ConfigChoice = "config_choice", ["key", "value", "choices"];
    /// A value that cannot be read as what it should be: `key`, `value`.
    ConfigValue = "config_value", ["key", "value"];
    /// A file that is longer than a configuration may be: `limit` in bytes.
    ConfigLong = "config_long", ["limit"];

    /// A title that is not one line with something to see in it.
    Title = "title", [];

    /// The bytes do not begin as a certificate.
    CertificateForeign = "certificate_foreign", [];
    /// A certificate of a version that this program does not know: `found`.
    CertificateVersion = "certificate_version", ["found"];
    /// It breaks off: `found` of `whole` bytes are here.
    CertificateTorn = "certificate_torn", ["found", "whole"];
    /// Bytes follow it.
    CertificateTrailing = "certificate_trailing", [];
    /// Longer than a certificate may be, `limit` in bytes, or with more minutes.
    CertificateLong = "certificate_long", ["limit"];
    /// Its form is damaged.
    CertificateForm = "certificate_form", [];
    /// A part is not what was signed: `part`.
    CertificateAltered = "certificate_altered", ["part"];
    /// A part is about something else, or of another committee: `part`.
    CertificateMisplaced = "certificate_misplaced", ["part"];
    /// A part stands there twice: `part`.
    CertificateRepeated = "certificate_repeated", ["part"];
    /// Parts do not stand in their order: `part`.
    CertificateOrder = "certificate_order", ["part"];
    /// The name is not the one in the genesis.
    CertificateName = "certificate_name", [];
    /// Founders have not signed: `count`.
    CertificateFounders = "certificate_founders", ["count"];
    /// Someone signed who does not vote there: `part`.
    CertificateNotAVoter = "certificate_not_a_voter", ["part"];
    /// What the rule of rounds does not allow: `part`.
    CertificateUnjustified = "certificate_unjustified", ["part"];
    /// A sheet that can never be minutes: `no`.
    CertificateSheet = "certificate_sheet", ["no"];
    /// Too few signed: `part`, `signed`, `needed`.
    CertificateTooFew = "certificate_too_few", ["part", "signed", "needed"];
    /// It is under minutes that it does not have.
    CertificateUnder = "certificate_under", [];
    /// It has other minutes than those held fast to: `no`.
    CertificateOtherNo = "certificate_other_no", ["no"];
    /// It ends before the minutes held fast to: `newest`, `no`.
    CertificateEnds = "certificate_ends", ["newest", "no"];
    /// None of its minutes has the words that were given.
    CertificateWords = "certificate_words", [];
    /// The bulletin was sealed for the committee, and is not public.
    CertificateNotPublic = "certificate_not_public", [];
    /// The bulletin is by no device of a member.
    CertificateDevice = "certificate_device", [];
    /// The bulletin's author was no spokesperson then.
    CertificateNoOffice = "certificate_no_office", [];
    /// The bulletin's author or device was recalled: `no`.
    CertificateRecalled = "certificate_recalled", ["no"];
    /// There is nothing to read in the bulletin.
    CertificateNoText = "certificate_no_text", [];

    /// Something lies where the socket should, and is none.
    NotASocket = "not_a_socket", [];
    /// Anything else: `text`, in English.
    Unforeseen = "unforeseen", ["text"];
}

impl From<&io::Error> for Cause {
    fn from(error: &io::Error) -> Self {
        use io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::Absent,
            ErrorKind::PermissionDenied => Self::Forbidden,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::AlreadyExists => Self::Exists,
            ErrorKind::NotADirectory => Self::NotAFolder,
            ErrorKind::IsADirectory => Self::IsAFolder,
            ErrorKind::InvalidData => Self::NotText,
            ErrorKind::AddrNotAvailable => Self::NoSuchAddress,
            // The system's kinds are not ours to enumerate.
            _ if error.raw_os_error().is_some() => Self::System,
            _ => Self::BrokeOff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_has_a_name() {
        assert_eq!(Cause::from(&io::Error::from_raw_os_error(2)), Cause::Absent);
        assert_eq!(Cause::from(&io::Error::from_raw_os_error(28)), Cause::DiskFull);
        assert_eq!(Cause::from(&io::Error::from_raw_os_error(71)), Cause::System);
        assert_eq!(Cause::from(&io::Error::other("short")), Cause::BrokeOff);
    }
}
