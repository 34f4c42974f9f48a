//! Ops of one device in any order, on the chain back from one that is named and beside it.

use kenes_core::ids::CommitteeId;
use kenes_core::sign::PublicKey;
use kenes_core::time::Timestamp;

use crate::index::{Act, GAP, Index};

use super::*;

/// The op of this number on one of a device's branches; `prev` is the number and branch of the one before.
fn row(seq: u64, branch: u8, prev: (u64, u8)) -> Row {
    let prev = if seq == 0 { OpId::from_bytes([0; 32]) } else { id(prev.0, prev.1) };
    Row {
        id: id(seq, branch),
        committee: CommitteeId::from_bytes([1; 32]),
        device: PublicKey::from_bytes([2; 32]),
        seq,
        prev,
        time: Timestamp::from_secs(seq),
        received: Timestamp::from_secs(seq),
        expires: Timestamp::from_secs(seq),
        priority: kenes_core::envelope::Priority::Routine,
        act: Act::Post,
        read: false,
        public: false,
    }
}

fn id(seq: u64, branch: u8) -> OpId {
    let mut id = [branch; 32];
    id[..8].copy_from_slice(&seq.to_be_bytes());
    OpId::from_bytes(id)
}

fn chain(upto: u64) -> Vec<Row> {
    (0..=upto).map(|seq| row(seq, 1, (seq.wrapping_sub(1), 1))).collect()
}

fn add(index: &mut Index, rows: impl IntoIterator<Item = Row>) {
    for row in rows {
        index.insert(row);
    }
}

fn permutations(rows: &[Row]) -> Vec<Vec<Row>> {
    let [first, rest @ ..] = rows else { return vec![vec![]] };
    let with = |mut order: Vec<Row>, at: usize| {
        order.insert(at, *first);
        order
    };
    permutations(rest).into_iter().flat_map(|order| (0..=order.len()).map(move |at| with(order.clone(), at))).collect()
}

#[test]
fn what_is_beside_the_chain_is_found_in_every_order_and_no_verdict_is_taken_back() {
    let mut all = chain(3);
    let (named, beside) = (all[3].seen(), [row(2, 9, (1, 1)), row(4, 9, (3, 1)), row(3, 9, (2, 1))]);
    all.extend(beside);
    for order in permutations(&all) {
        let mut index = Index::default();
        let mut told = vec![Reached::Unknown; all.len()];
        for row in order {
            index.insert(row);
            for (before, row) in told.iter_mut().zip(&all) {
                let now = index.reached(&named, row);
                assert!(*before == Reached::Unknown || now == *before);
                *before = now;
            }
        }
        assert_eq!(told, [vec![Reached::Yes; 4], vec![Reached::No; 3]].concat());
    }
}

#[test]
fn below_a_link_that_is_missing_nobody_knows_however_many_are_missing() {
    for missing in [1, GAP, GAP + 1, 10 * GAP] {
        let all = chain(missing + 9);
        let named = all[all.len() - 1].seen();
        let (lost, kept): (Vec<&Row>, Vec<&Row>) = all.iter().partition(|row| (5..5 + missing).contains(&row.seq));
        let mut index = Index::default();
        add(&mut index, kept.into_iter().copied());
        let told = |index: &Index| all.iter().map(|row| index.reached(&named, row)).collect::<Vec<_>>();
        let before = told(&index);
        let top = (missing + 4) as usize;
        assert!(before[..top].iter().all(|reached| *reached == Reached::Unknown), "{missing}");
        assert!(before[top..].iter().all(|reached| *reached == Reached::Yes), "{missing}");
        // The id of the first that is missing is known.
        assert_eq!(index.reached(&named, &row(missing + 4, 9, (missing + 3, 1))), Reached::No);
        add(&mut index, lost.into_iter().copied());
        assert!(told(&index).iter().all(|reached| *reached == Reached::Yes), "{missing}");
    }
}

#[test]
fn from_a_number_that_was_made_up_nothing_is_reached() {
    let far = row(1_000_000, 1, (999_999, 1));
    let mut index = Index::default();
    index.insert(far);
    let named = index.last_of(far.committee, &far.device).unwrap().seen();
    add(&mut index, chain(9));
    let beside = row(999_999, 9, (999_998, 9));
    assert_eq!(index.reached(&named, &far), Reached::Yes);
    assert_eq!(index.reached(&named, &beside), Reached::No);
    assert!(chain(9).iter().all(|row| index.reached(&named, row) == Reached::Unknown));
}

#[test]
fn an_op_that_names_one_before_it_of_another_number_or_device_ends_the_chain() {
    let (low, named) = (chain(1), row(5, 1, (1, 1)));
    let other = Row { device: PublicKey::from_bytes([3; 32]), ..row(4, 7, (3, 7)) };
    let mut index = Index::default();
    add(&mut index, [low[0], low[1], other]);
    for named in [named, row(5, 2, (4, 7))] {
        index.insert(named);
        assert_eq!(index.reached(&named.seen(), &low[1]), Reached::No);
        assert_eq!(index.reached(&named.seen(), &row(4, 1, (3, 1))), Reached::No);
    }
    assert_eq!(index.reached(&named.seen(), &other), Reached::No);
}
