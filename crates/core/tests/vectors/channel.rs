//! L: lists of pens.

use kenes_core::channel::{KEEPERS, LAST_LIST, List, PENS, SignedList};
use kenes_core::envelope;
use kenes_core::ids::ListId;
use kenes_core::sign::{Domain, PublicKey, Signature, SigningKey};
use kenes_core::wire;

use super::case::{Case, Fields, Rule, accept, name, number, reject};

pub(crate) fn rules() -> Vec<Rule> {
    let rule = |id, name, cases| Rule {
        id,
        name,
        says: "`list` is a signed list that follows the list `before`, or begins a channel where there is none.",
        check: list,
        cases,
    };
    vec![
        rule("L-1", "majority", majority),
        rule("L-2", "names", names),
        rule("L-3", "chain", chain),
        rule("L-4", "keys", keys),
        rule("L-5", "signatures", signatures),
    ]
}

fn list(input: &Fields) -> Result<Fields, String> {
    let list: SignedList = wire::decode(&input.bytes("list"), envelope::LONGEST).map_err(name)?;
    let before: Option<List> = input.optional("before").map(|bytes| wire::decode(&bytes, envelope::LONGEST).unwrap());
    list.verify(before.as_ref()).map_err(name)?;
    let output = Fields::new().with_bytes("id", list.list.id().as_bytes());
    Ok(match before {
        Some(_) => output,
        None => output.with_bytes("channel", list.list.channel().as_bytes()),
    })
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed([n; 32])
}

fn public(range: std::ops::Range<u8>) -> Vec<PublicKey> {
    range.map(|n| key(n).public()).collect()
}

fn first() -> List {
    List::first([0; 16], public(0..4), public(10..13))
}

fn second() -> List {
    first().next([1; 16], public(0..4), public(20..23))
}

fn case(case: Case, list: &SignedList, before: Option<&List>) -> Case {
    let case = case.bytes("list", wire::encode(list));
    before.map(|before| case.clone().bytes("before", wire::encode(before))).unwrap_or(case)
}

fn next(what: &str, error: Option<&str>, list: &SignedList) -> Case {
    let start = error.map_or_else(|| accept(what), |error| reject(what, error));
    case(start, list, Some(&first()))
}

fn begins(what: &str, error: Option<&str>, list: List) -> Case {
    let start = error.map_or_else(|| accept(what), |error| reject(what, error));
    case(start, &SignedList { list, signatures: vec![] }, None)
}

/// Case L1 of the committee rules.
fn majority() -> Vec<Case> {
    let by = |keepers: &[u8]| {
        let secrets: Vec<_> = keepers.iter().map(|n| key(*n)).collect();
        second().sign(Some(&first()), &secrets)
    };
    let none = Some("NoMajority");
    vec![
        next("three of four keepers", None, &by(&[0, 1, 2])),
        next("all four", None, &by(&[0, 1, 2, 3])),
        next("nobody", none, &by(&[])),
        next("one of four", none, &by(&[3])),
        next("half of the keepers", none, &by(&[0, 1])),
        next("two keepers and two strangers, whose signatures find no place", none, &by(&[0, 1, 7, 8])),
    ]
}

fn names() -> Vec<Case> {
    let of = |keepers: Vec<PublicKey>, pens: Vec<PublicKey>| List { keepers, pens, ..first() };
    let ordered = |range| first().next([0; 16], public(range), vec![]).keepers;
    let reversed: Vec<_> = ordered(10..13).into_iter().rev().collect();
    let many = |n: usize| (1..=n as u64).map(|n| PublicKey::from_bytes(number(n))).collect::<Vec<_>>();
    let wrong = Some("Names");
    let long = List { pens: many(PENS + 1), ..first() };
    vec![
        begins("one keeper and one pen", None, of(ordered(0..1), ordered(10..11))),
        begins("64 keepers", None, of(ordered(0..64), ordered(100..101))),
        begins("no keeper", wrong, of(vec![], ordered(10..11))),
        begins("no pen", wrong, of(ordered(0..1), vec![])),
        begins("pens in falling order", wrong, of(ordered(0..1), reversed.clone())),
        begins("a pen twice", wrong, of(ordered(0..1), [ordered(10..11), ordered(10..11)].concat())),
        begins("keepers in falling order", wrong, of(reversed, ordered(10..11))),
        begins("a keeper twice", wrong, of([ordered(0..1), ordered(0..1)].concat(), ordered(10..11))),
        begins("65 keepers", wrong, of(many(KEEPERS + 1), ordered(10..11))),
        begins("1,025 pens", wrong, long),
    ]
}

fn chain() -> Vec<Case> {
    let secrets = [key(0), key(1), key(2)];
    let sign = |list: List| list.sign(Some(&first()), &secrets);
    let other = List { nonce: [9; 16], ..first() };
    let wrong = Some("Chain");
    let zero_with_prev = List { prev: first().id(), ..first() };
    let one_without = List { no: 1, ..first() };
    let last = List { no: LAST_LIST + 1, prev: first().id(), ..first() };
    vec![
        begins("a first list", None, first()),
        next("a second list", None, &sign(second())),
        begins("a first list that names one before", wrong, zero_with_prev),
        begins("a second list that names none", wrong, one_without),
        case(reject("a second list where a first is expected", "Chain"), &sign(second()), None),
        next("a first list where a second is expected", wrong, &SignedList { list: first(), signatures: vec![] }),
        case(reject("the list of another channel", "Chain"), &sign(second()), Some(&other)),
        next("a number skipped", wrong, &sign(List { no: 2, ..second() })),
        next("another list before", wrong, &sign(List { prev: ListId::from_bytes([7; 32]), ..second() })),
        next("list 1,000", Some("TooMany"), &sign(last)),
    ]
}

fn keys() -> Vec<Case> {
    let with = |pen: [u8; 32]| {
        let mut pens = public(10..11);
        pens.push(PublicKey::from_bytes(pen));
        List::first([0; 16], public(0..1), pens)
    };
    let keeper = |keeper: [u8; 32]| List::first([0; 16], vec![PublicKey::from_bytes(keeper)], public(10..11));
    let mut one = [0; 32];
    one[0] = 1;
    let mut beyond = [0xff; 32];
    (beyond[0], beyond[31]) = (0xee, 0x7f);
    let [torsion, second_form] = [Some("Key(Torsion)"), Some("Key(NotCanonical)")];
    vec![
        begins("two honest pens", None, with(*key(11).public().as_bytes())),
        begins("a pen of small order", torsion, with(one)),
        begins("a pen of order 4", torsion, with([0; 32])),
        begins("a pen in a second encoding", second_form, with(beyond)),
        begins("a pen that is no point", second_form, with([2; 32])),
        begins("a keeper of small order", torsion, keeper(one)),
        begins("a keeper that is no point", second_form, keeper([2; 32])),
    ]
}

fn signatures() -> Vec<Case> {
    let good = second().sign(Some(&first()), &[key(0), key(1), key(2)]);
    let with = |signatures: Vec<(u8, Signature)>| SignedList { list: second(), signatures };
    let [a, b, c] = [0, 1, 2].map(|n| good.signatures[n]);
    let bytes = wire::encode(&second());
    let foreign = key(9).sign(Domain::LIST, &bytes);
    let domain = key(0).sign(Domain::ENVELOPE, &bytes);
    let place = |secret: &SigningKey| first().keepers.binary_search(&secret.public()).unwrap();
    let mut places = [a, b, c];
    places[place(&key(0)).min(2)].1 = domain;
    let [order, unfit] = [Some("Signatures"), Some("BadSignature")];
    vec![
        next("three in order", None, &good),
        next("two of them exchanged", order, &with(vec![b, a, c])),
        next("one of them twice", order, &with(vec![a, b, b])),
        next("a place beyond the keepers", order, &with(vec![a, b, (4, c.1)])),
        next("a stranger in a keeper's place", unfit, &with(vec![a, b, (c.0, foreign)])),
        next("a keeper in another's place", unfit, &with(vec![a, (b.0, a.1), c])),
        next("in another domain", unfit, &with(places.to_vec())),
        next("of zeros", unfit, &with(vec![a, b, (c.0, Signature::from_bytes([0; 64]))])),
        next("over another list", unfit, &SignedList { list: List { nonce: [3; 16], ..second() }, ..good.clone() }),
        case(
            reject("a first list that is signed", "Signatures"),
            &SignedList { list: first(), signatures: vec![a] },
            None,
        ),
    ]
}
