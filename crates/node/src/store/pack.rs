//! Packs: short things that arrived one after the other, in one value of the map.
//!
//! What costs in the map is the number of values, not their length: four envelopes of a few hundred bytes in one value
//! are stored three times as fast as in four. A pack is named by the arrival of its first item; an item that was removed
//! leaves an empty place.

use super::keys::{Arrival, PIECE};

/// No pack has more items.
pub(super) const MOST: usize = 64;
/// The longest item.
pub(super) const LONGEST_ITEM: usize = PIECE - LENGTH;

const LENGTH: usize = 2;

/// What a pack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    Entries,
    Envelopes,
}

/// The items of a pack, as its value.
pub(super) fn encode(items: &[Vec<u8>]) -> Vec<u8> {
    let mut value = Vec::with_capacity(length(items));
    for item in items {
        value.extend_from_slice(&(item.len() as u16).to_le_bytes());
        value.extend_from_slice(item);
    }
    value
}

/// The items of a value that is a pack.
pub(super) fn decode(mut value: &[u8]) -> Option<Vec<&[u8]>> {
    let mut items = Vec::new();
    while !value.is_empty() {
        let (item, rest) = split(value)?;
        items.push(item);
        value = rest;
    }
    (items.len() <= MOST).then_some(items)
}

/// The item that has `place` others before it.
pub(super) fn item(mut value: &[u8], place: u8) -> Option<&[u8]> {
    for _ in 0..place {
        value = split(value)?.1;
    }
    split(value).map(|(item, _)| item)
}

fn split(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let (size, rest) = value.split_first_chunk::<LENGTH>()?;
    rest.split_at_checked(u16::from_le_bytes(*size).into())
}

/// Whether an item of `size` bytes fits behind `items`.
pub(super) fn has_room(items: &[Vec<u8>], size: usize) -> bool {
    items.len() < MOST && length(items) + LENGTH + size <= PIECE
}

/// The arrival of the pack in which an item stands that has `place` items before it.
pub(super) const fn first(arrival: Arrival, place: u8) -> Arrival {
    Arrival::from_number(arrival.number().saturating_sub(place as u64))
}

fn length(items: &[Vec<u8>]) -> usize {
    items.iter().map(|item| LENGTH + item.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_reads_back_with_its_empty_places() {
        let items = vec![b"one".to_vec(), vec![], b"three".to_vec()];
        let value = encode(&items);
        assert_eq!(decode(&value).unwrap(), items);
        assert_eq!([0, 1, 2, 3].map(|place| item(&value, place)), [Some(&b"one"[..]), Some(b""), Some(b"three"), None]);
        assert_eq!(decode(&[]), Some(vec![]));
    }

    #[test]
    fn what_is_cut_or_too_many_is_no_pack() {
        let value = encode(&[b"one".to_vec(), b"two".to_vec()]);
        assert_eq!(decode(&value[..value.len() - 1]), None);
        assert_eq!(decode(&[0; LENGTH * (MOST + 1)]), None);
    }

    #[test]
    fn a_pack_is_full_at_its_length_or_its_number() {
        assert!(has_room(&[], LONGEST_ITEM) && !has_room(&[], LONGEST_ITEM + 1));
        assert!(!has_room(&vec![vec![]; MOST], 0));
    }
}
