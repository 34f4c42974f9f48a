//! Whom a person means by a name, a whole id, or the beginning of one.
//!
//! Names are chosen by those who bear them, and a name may be another's id. So a whole id is what it says, and a name
//! said in full stands before the beginning of an id: nobody takes another's handle away.

use std::fmt::Display;

use kenes_core::ids::has_prefix;

use crate::error::DeskError;

/// Somebody who may be meant.
pub(crate) struct Known<T, Id> {
    pub(crate) one: T,
    pub(crate) id: Id,
    pub(crate) name: String,
}

/// The one of `all` whom `who` means.
pub(crate) fn meant<T, Id: Display>(all: Vec<Known<T, Id>>, who: &str) -> Result<T, DeskError> {
    let rank = |known: &Known<T, Id>| match known {
        known if known.id.to_string().eq_ignore_ascii_case(who) => Some(0),
        known if known.name == who => Some(1),
        known if has_prefix(&known.id, who) => Some(2),
        _ => None,
    };
    let mut ranked: Vec<_> = all.into_iter().filter_map(|known| Some((rank(&known)?, known.one))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut ranked = ranked.into_iter();
    match (ranked.next(), ranked.next()) {
        (Some((best, _)), Some((next, _))) if best == next => Err(DeskError::Ambiguous),
        (Some((_, one)), _) => Ok(one),
        (None, _) => Err(DeskError::Nobody),
    }
}

#[cfg(test)]
mod tests {
    use kenes_core::ids::MemberId;

    use super::*;

    fn member(byte: u8, name: &str) -> Known<u8, MemberId> {
        Known { one: byte, id: MemberId::from_bytes([byte; 32]), name: name.to_owned() }
    }

    #[test]
    fn a_whole_id_stands_before_a_name_and_a_name_before_the_beginning_of_an_id() {
        let (whole, beginning) = ("11".repeat(32), "2222");
        let all = || vec![member(0x11, "Дина"), member(0x22, &whole), member(0x33, beginning)];
        assert_eq!(meant(all(), &whole).ok(), Some(0x11));
        assert_eq!(meant(all(), &whole.to_uppercase()).ok(), Some(0x11));
        assert_eq!(meant(all(), beginning).ok(), Some(0x33));
        assert_eq!(meant(all(), "22222").ok(), Some(0x22));
        assert_eq!(meant(all(), "Дина").ok(), Some(0x11));
        assert!(matches!(meant(all(), "Кім"), Err(DeskError::Nobody)));
    }

    #[test]
    fn two_of_one_name_or_one_beginning_are_told_apart_by_nobody() {
        let all = || vec![member(0x11, "Дина"), member(0x12, "Дина"), member(0x11, "Асхат")];
        assert!(matches!(meant(all(), "Дина"), Err(DeskError::Ambiguous)));
        assert!(matches!(meant(all(), "1111"), Err(DeskError::Ambiguous)));
    }
}
