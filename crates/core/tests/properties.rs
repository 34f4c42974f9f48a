//! Properties of the wire: decoding what was encoded gives the same, and any other byte string is refused or reads as
//! a value whose one encoding it is. The rules themselves are in `vectors`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Debug;

use bincode::{Decode, Encode};
use kenes_core::book::{
    Admit, Assent, Ballot, Because, Certificate, Content, Entry, FirstList, Founder, Genesis, History, Keeping,
    ListSignature, Minutes, NewKey, NewestList, NextPen, Offer, Opening, Page, Pass, PublicPen, Quorum, Resolution,
    SPARES, Seen, SignedObject, Suspend, Vote,
};
use kenes_core::channel::{List, SignedList};
use kenes_core::envelope::{Body, Boxed, Envelope, Header, LONGEST, Priority, Rotate, Sealed, Share, Shelf, VERSION};
use kenes_core::epoch::Rotation;
use kenes_core::identity::{Consent, Device, Identity, Name};
use kenes_core::ids::{BookId, ChannelId, CommitteeId, EpochId, ExclusionId, InviteId, ListId, MemberId, OpId};
use kenes_core::invite::{
    Absentee, EpochKey, Invite, JoinRequest, LateShare, Letter, Return, SignedRequest, SignedReturn, Welcome,
};
use kenes_core::op::{Op, Post, SignedOp, Talk};
use kenes_core::seal::{BoxKey, Secret};
use kenes_core::sign::{PublicKey, Signature, SigningKey};
use kenes_core::time::{HOUR, Timestamp};
use kenes_core::wire;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// What may happen to bytes on their way.
#[derive(Debug, Clone)]
enum Harm {
    Flip(usize, u8),
    Cut(usize),
    Insert(usize, u8),
    Remove(usize),
    Double(usize, usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        (any::<usize>(), 1..=255u8).prop_map(|(at, mask)| Harm::Flip(at, mask)),
        any::<usize>().prop_map(Harm::Cut),
        (any::<usize>(), select(vec![0u8, 1, 2, 250, 251, 252, 253, 254, 255])).prop_map(|(at, b)| Harm::Insert(at, b)),
        any::<usize>().prop_map(Harm::Remove),
        (any::<usize>(), 1..40usize).prop_map(|(at, length)| Harm::Double(at, length)),
    ]
}

fn harmed(mut bytes: Vec<u8>, harm: &Harm) -> Vec<u8> {
    let length = bytes.len().max(1);
    match harm {
        Harm::Flip(at, mask) => bytes.iter_mut().skip(at % length).take(1).for_each(|byte| *byte ^= mask),
        Harm::Cut(at) => bytes.truncate(at % length),
        Harm::Insert(at, byte) => bytes.insert(at % length, *byte),
        Harm::Remove(at) => drop(bytes.remove(at % length)),
        Harm::Double(at, count) => {
            let (start, end) = (at % length, (at % length + count).min(bytes.len()));
            let part = bytes[start..end].to_vec();
            bytes.splice(start..start, part);
        }
    }
    bytes
}

/// Both properties, of one value and one harm.
fn holds<T: Encode + Decode<()> + Debug>(value: &T, harm: &Harm) -> Result<(), TestCaseError> {
    let bytes = wire::encode(value);
    let again: T = wire::decode(&bytes, wire::MOST).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(wire::encode(&again), bytes.clone());
    let other = harmed(bytes, harm);
    if let Ok(read) = wire::decode::<T>(&other, wire::MOST) {
        prop_assert_eq!(wire::encode(&read), other);
    }
    Ok(())
}

fn bytes32() -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>()
}

macro_rules! of_32_bytes {
    ($($function:ident -> $type:ident;)*) => {$(
        fn $function() -> impl Strategy<Value = $type> {
            bytes32().prop_map($type::from_bytes)
        }
    )*};
}
of_32_bytes! {
    channel -> ChannelId;
    list_id -> ListId;
    op_id -> OpId;
    book_id -> BookId;
    committee -> CommitteeId;
    member -> MemberId;
    epoch -> EpochId;
    invite_id -> InviteId;
    key -> PublicKey;
    box_key -> BoxKey;
    secret -> Secret;
}

fn signature() -> impl Strategy<Value = Signature> {
    [bytes32(), bytes32()].prop_map(|[a, b]| Signature::from_bytes([a, b].concat().try_into().unwrap()))
}

fn moment() -> impl Strategy<Value = Timestamp> {
    any::<u64>().prop_map(Timestamp::from_secs)
}

fn priority() -> impl Strategy<Value = Priority> {
    select(Priority::ALL.to_vec())
}

fn ascending<T: Ord + Debug>(items: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    vec(items, 0..6).prop_map(|mut items| {
        items.sort_unstable();
        items.dedup();
        items
    })
}

fn header() -> impl Strategy<Value = Header> {
    let times = (0..1_000_000u64, 1..400 * 24u64);
    (channel(), key(), times, priority()).prop_map(|(channel, pen, (hour, life), priority)| {
        let created = Timestamp::from_secs(hour * HOUR);
        Header { version: VERSION, channel, pen, created, expires: created.plus(life * HOUR), priority }
    })
}

fn blob() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..700)
}

fn share() -> impl Strategy<Value = Share> {
    (any::<[u8; 4]>(), bytes32(), any::<[[u8; 24]; 2]>()).prop_map(|(hint, enc, ciphertext)| Share {
        hint,
        enc,
        ciphertext: ciphertext.concat().try_into().unwrap(),
    })
}

fn list() -> impl Strategy<Value = List> {
    (any::<[u8; 16]>(), any::<u32>(), list_id(), ascending(key()), ascending(key()))
        .prop_map(|(nonce, no, prev, keepers, pens)| List { nonce, no, prev, keepers, pens })
}

fn signed_list() -> impl Strategy<Value = SignedList> {
    (list(), vec((any::<u8>(), signature()), 0..4)).prop_map(|(list, signatures)| SignedList { list, signatures })
}

fn body() -> impl Strategy<Value = Body> {
    let shelf = select(vec![Shelf::Talk, Shelf::Book]);
    let sealed = (epoch(), shelf, any::<[u8; 24]>(), blob()).prop_map(|(epoch, shelf, nonce, ciphertext)| Sealed {
        epoch,
        shelf,
        nonce,
        ciphertext,
    });
    let rotate = (bytes32(), vec(share(), 0..5), any::<[u8; 24]>(), blob())
        .prop_map(|(commit, shares, nonce, sealed)| Rotate { commit, shares, nonce, sealed });
    let boxed =
        (any::<[u8; 4]>(), bytes32(), blob()).prop_map(|(hint, enc, ciphertext)| Boxed { hint, enc, ciphertext });
    prop_oneof![
        sealed.prop_map(Body::Sealed),
        rotate.prop_map(Body::Rotate),
        boxed.prop_map(Body::Boxed),
        blob().prop_map(Body::Public),
        signed_list().prop_map(Body::List),
        blob().prop_map(Body::Page),
    ]
}

fn post() -> impl Strategy<Value = Post> {
    (".{0,40}", ".{0,200}", priority(), moment()).prop_map(|(title, text, priority, expires)| Post {
        title,
        text,
        priority,
        expires,
    })
}

fn op() -> impl Strategy<Value = Op> {
    let talk = prop_oneof![
        post().prop_map(Talk::Post),
        (op_id(), post()).prop_map(|(to, post)| Talk::Reply { to, post }),
        (op_id(), post()).prop_map(|(of, post)| Talk::Correct { of, post }),
        op_id().prop_map(|of| Talk::Retract { of }),
    ];
    let place = (committee(), key(), any::<u64>(), op_id(), ascending(op_id()), epoch());
    (any::<u8>(), place, moment(), talk).prop_map(|(version, place, time, talk)| {
        let (committee, device, seq, prev, heads, epoch) = place;
        Op { version, committee, device, seq, prev, heads, epoch, time, talk }
    })
}

fn identity() -> impl Strategy<Value = Identity> {
    (key(), key()).prop_map(|(vote, recovery)| Identity { vote, recovery })
}

fn device() -> impl Strategy<Value = Device> {
    (key(), box_key()).prop_map(|(sign, open)| Device { sign, open })
}

fn name() -> impl Strategy<Value = Name> {
    (any::<[u8; 16]>(), ".{0,40}").prop_map(|(salt, text)| Name { salt, text })
}

fn genesis() -> impl Strategy<Value = Genesis> {
    let founder = (identity(), bytes32(), any::<bool>()).prop_map(|(identity, name, steward)| Founder {
        identity,
        name,
        steward,
    });
    let place = (any::<[u8; 16]>(), channel(), bytes32(), vec(".{0,20}", 0..4), ".{0,20}");
    let rules = (any::<[u8; 2]>(), any::<bool>(), any::<u16>(), option::of(committee()));
    (place, vec(founder, 1..4), rules).prop_map(|(place, founders, rules)| {
        let (nonce, channel, name, territory, industry) = place;
        let ([num, den], all, retention_days, continues) = rules;
        let (quorum, history) = (Quorum { num, den }, if all { History::All } else { History::None });
        Genesis { nonce, channel, name, territory, industry, founders, quorum, history, retention_days, continues }
    })
}

fn suspend() -> impl Strategy<Value = Suspend> {
    let seen = (key(), any::<u64>(), bytes32());
    let seen = seen.prop_map(|(device, seq, op)| Seen { device, seq, op: OpId::from_bytes(op) });
    let because = select(vec![Because::Arrested, Because::LostDevice, Because::Distrust]);
    (any::<u32>(), member(), because, ascending(seen)).prop_map(|(no, member, because, seen)| Suspend {
        no,
        member,
        because,
        seen,
    })
}

fn consent() -> impl Strategy<Value = Consent> {
    (signature(), signature()).prop_map(|(vote, recovery)| Consent { vote, recovery })
}

fn admit() -> impl Strategy<Value = Admit> {
    (any::<u32>(), identity(), bytes32(), consent()).prop_map(|(no, identity, name, consent)| Admit {
        no,
        identity,
        name,
        consent,
    })
}

fn certificate() -> impl Strategy<Value = Certificate> {
    (member(), any::<u32>(), device(), signature()).prop_map(|(member, no, device, proof)| Certificate {
        member,
        no,
        device,
        proof,
    })
}

/// Contents of every kind but the genesis, which names no committee.
fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        admit().prop_map(Content::Admit),
        suspend().prop_map(Content::Suspend),
        certificate().prop_map(Content::Device),
        (any::<u32>(), key()).prop_map(|(no, pen)| Content::NextPen(NextPen { no, pen })),
        key().prop_map(|pen| Content::PublicPen(PublicPen { pen })),
        (any::<u32>(), list_id()).prop_map(|(no, list)| Content::NewestList(NewestList { no, list })),
        minutes().prop_map(Content::Minutes),
        offer().prop_map(Content::Offer),
        (book_id(), any::<u32>(), book_id(), book_id()).prop_map(|(prev, round, minutes, offer)| Content::Vote(Vote {
            prev,
            round,
            minutes,
            offer
        })),
        (book_id(), any::<u32>(), option::of(book_id())).prop_map(|(prev, round, last)| Content::Pass(Pass {
            prev,
            round,
            last
        })),
        book_id().prop_map(|genesis| Content::Assent(Assent { genesis })),
        resolution().prop_map(Content::Resolution),
        (book_id(), any::<bool>()).prop_map(|(resolution, adopt)| Content::Ballot(Ballot { resolution, adopt })),
        (member(), key(), signature()).prop_map(|(member, vote, proof)| Content::NewKey(NewKey {
            member,
            vote,
            proof
        })),
        (any::<u32>(), device()).prop_map(|(no, device)| Content::Opening(Opening { no, open: device.open })),
        (any::<u32>(), channel(), key(), vec(key(), 0..=SPARES)).prop_map(|(no, channel, keeper, mut spares)| {
            spares.sort_unstable();
            spares.dedup();
            Content::Keeping(Keeping { no, channel, keeper, spares })
        }),
        (list_id(), key(), signature()).prop_map(|(list, keeper, signature)| {
            Content::ListSignature(ListSignature { list, keeper, signature })
        }),
        first_list().prop_map(|list| Content::FirstList(FirstList { list })),
        (20..=u16::MAX, blob()).prop_map(|(kind, bytes)| Content::Unknown { kind, bytes }),
    ]
}

fn first_list() -> impl Strategy<Value = List> {
    let nonce = bytes32().prop_map(|bytes| std::array::from_fn(|n| bytes[n]));
    (nonce, vec(key(), 1..4), vec(key(), 1..9)).prop_map(|(nonce, keepers, pens)| List::first(nonce, keepers, pens))
}

fn offer() -> impl Strategy<Value = Offer> {
    (book_id(), any::<u32>(), book_id(), ascending(book_id())).prop_map(|(prev, round, minutes, passes)| Offer {
        prev,
        round,
        minutes,
        passes,
    })
}

fn resolution() -> impl Strategy<Value = Resolution> {
    let said = (
        "[а-я ]{0,20}ә",
        "[а-я 
]{0,40}",
        option::of(moment()),
    );
    (book_id(), any::<[u8; 16]>(), said).prop_map(|(under, nonce, (title, text, deadline))| Resolution {
        under,
        nonce,
        title,
        text,
        deadline,
    })
}

/// Ops named by device, in the order that the wire asks for.
fn ops() -> impl Strategy<Value = Vec<Seen>> {
    (ascending(key()), any::<u64>(), bytes32()).prop_map(|(devices, seq, op)| {
        let op = OpId::from_bytes(op);
        devices.into_iter().map(|device| Seen { device, seq, op }).collect()
    })
}

fn minutes() -> impl Strategy<Value = Minutes> {
    let quorum = prop_oneof![Just(Quorum::MAJORITY), Just(Quorum { num: 2, den: 3 })];
    let entry = prop_oneof![
        (identity(), bytes32(), any::<bool>(), consent())
            .prop_map(|(identity, name, steward, consent)| { Entry::Admit { identity, name, steward, consent } }),
        (member(), ops(), ops()).prop_map(|(member, seen, published)| Entry::Remove { member, seen, published }),
        (member(), any::<bool>()).prop_map(|(member, steward)| Entry::Steward { member, steward }),
        (quorum, any::<u16>()).prop_map(|(quorum, retention_days)| Entry::Policy {
            quorum,
            history: History::None,
            retention_days
        }),
        (ascending(key()), ops(), ops()).prop_map(|(devices, seen, published)| Entry::Recall {
            devices,
            seen,
            published
        }),
        (member(), any::<u32>()).prop_map(|(author, upto)| Entry::Reinstate { author, upto }),
        member().prop_map(|member| Entry::Keep { member }),
        (member(), ops()).prop_map(|(member, seen)| Entry::Drop { member, seen }),
        (member(), key(), signature(), option::of(book_id()), ops())
            .prop_map(|(member, vote, proof, open, seen)| Entry::ReplaceKey { member, vote, proof, open, seen }),
        (member(), moment()).prop_map(|(member, until)| Entry::Spokesperson { member, until }),
        (member(), ops()).prop_map(|(member, published)| Entry::Silence { member, published }),
        channel().prop_map(|channel| Entry::Channel { channel }),
        channel().prop_map(|channel| Entry::Publish { channel }),
    ];
    (1..=u32::MAX, book_id(), vec(entry, 1..6)).prop_map(|(no, prev, entries)| Minutes { no, prev, entries })
}

fn rotation() -> impl Strategy<Value = Rotation> {
    let exclusion = || bytes32().prop_map(ExclusionId::from_bytes);
    let names = (ascending(key()), ascending(epoch()), book_id(), ascending(exclusion()));
    (any::<u8>(), (committee(), channel()), key(), names, bytes32(), moment()).prop_map(
        |(version, (committee, channel), author, (recipients, after, under, out), shares, time)| Rotation {
            version,
            committee,
            channel,
            author,
            recipients,
            after,
            under,
            out,
            shares,
            time,
        },
    )
}

fn letter() -> impl Strategy<Value = Letter> {
    let epoch_key = || (epoch(), secret()).prop_map(|(epoch, secret)| EpochKey { epoch, secret });
    let parts = (committee(), invite_id(), (identity(), consent()), blob(), blob(), name(), box_key());
    let request = parts.prop_map(|(committee, invite, (identity, consent), device, pen, name, reply)| JoinRequest {
        committee,
        invite,
        identity,
        consent,
        device,
        pen,
        name,
        reply,
    });
    let request = (request, signature())
        .prop_map(|(request, signature)| Letter::JoinRequest(Box::new(SignedRequest { request, signature })));
    let welcome = (bytes32(), epoch_key(), vec(epoch_key(), 0..4)).prop_map(|(request, current, past)| Welcome {
        request,
        current,
        past,
    });
    let parts = (committee(), invite_id(), member(), blob(), blob(), box_key());
    let back = parts.prop_map(|(committee, invite, member, device, pen, reply)| Return {
        committee,
        invite,
        member,
        device,
        pen,
        reply,
    });
    let share = (committee(), epoch_key()).prop_map(|(committee, key)| LateShare { committee, key });
    prop_oneof![
        request,
        (welcome, signature()).prop_map(|(welcome, signature)| Letter::Welcome(welcome, signature)),
        (share, key(), signature()).prop_map(|(share, by, signature)| Letter::Share(share, by, signature)),
        (back, signature()).prop_map(|(back, signature)| Letter::Return(Box::new(SignedReturn { back, signature }))),
    ]
}

fn invite() -> impl Strategy<Value = Invite> {
    let ids = (committee(), channel(), list_id(), bytes32(), box_key(), key());
    let back = (identity(), any::<u32>(), vec(channel(), 0..4), any::<bool>())
        .prop_map(|(identity, device_no, before, beside)| Absentee { identity, device_no, before, beside });
    let back = option::of(back);
    (ids, moment(), any::<u16>(), back).prop_map(
        |((committee, channel, list, pen, to, inviter), expires, uses, back)| Invite {
            version: kenes_core::invite::VERSION,
            committee,
            channel,
            list,
            pen: SigningKey::from_seed(pen),
            to,
            inviter,
            expires,
            uses,
            back,
        },
    )
}

macro_rules! each_holds {
    ($($test:ident: $strategy:expr;)*) => {proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]
        $(
            #[test]
            fn $test(value in $strategy, harm in harm()) {
                holds(&value, &harm)?;
            }
        )*
    }};
}

each_holds! {
    a_header_has_one_encoding: header();
    a_body_has_one_encoding: body();
    a_list_has_one_encoding: signed_list();
    an_op_has_one_encoding: op();
    a_genesis_has_one_encoding: genesis();
    a_suspension_has_one_encoding: suspend();
    an_admit_has_one_encoding: admit();
    a_certificate_has_one_encoding: certificate();
    a_rotation_has_one_encoding: rotation();
    a_letter_has_one_encoding: letter();
    a_name_has_one_encoding: name();
    a_page_has_one_encoding: (vec(blob(), 0..4), vec(name(), 0..3)).prop_map(|(objects, names)| Page { objects, names });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn an_envelope_that_reads_is_kept_as_it_came(header in header(), body in body(), harm in harm()) {
        let pen = SigningKey::from_seed([1; 32]);
        let header = Header { pen: pen.public(), ..header };
        if let Ok(envelope) = Envelope::seal(header, body.clone(), &pen) {
            prop_assert_eq!(envelope.header(), &header);
            prop_assert_eq!(envelope.body(), &body);
            let checked = pen.public().check().unwrap();
            prop_assert!(envelope.clone().verify(&checked).is_ok());
            let other = harmed(envelope.bytes().to_vec(), &harm);
            if let Ok(read) = Envelope::decode(&other) {
                prop_assert_eq!(&read.bytes()[..], &other[..]);
                prop_assert!(other == envelope.bytes()[..] || read.verify(&checked).is_err());
            }
        }
    }

    #[test]
    fn an_op_that_reads_is_kept_as_it_came(op in op(), harm in harm()) {
        let device = SigningKey::from_seed([2; 32]);
        let op = Op { version: kenes_core::op::VERSION, device: device.public(), ..op };
        if let Ok(signed) = op.clone().sign(&device) {
            prop_assert_eq!(signed.op(), &op);
            let checked = device.public().check().unwrap();
            prop_assert!(signed.clone().verify(&checked).is_ok());
            let other = harmed(signed.bytes().to_vec(), &harm);
            if let Ok(read) = SignedOp::decode(&other) {
                prop_assert_eq!(read.bytes(), &other[..]);
                prop_assert!(other == signed.bytes() || read.verify(&checked).is_err());
            }
        }
    }

    #[test]
    fn an_object_that_reads_is_kept_as_it_came(content in content(), committee in committee(), harm in harm()) {
        let key = SigningKey::from_seed([3; 32]);
        let object = SignedObject::sign(committee, content.clone(), &key).unwrap();
        prop_assert_eq!(object.content(), &content);
        let about_keys =
            matches!(content, Content::Admit(_) | Content::Device(_) | Content::NextPen(_) | Content::PublicPen(_) | Content::Minutes(_) | Content::NewKey(_) | Content::Opening(_) | Content::Keeping(_));
        prop_assert!(object.clone().verify().is_ok() || about_keys, "only a key in it can be at fault");
        let other = harmed(object.bytes().to_vec(), &harm);
        if let Ok(read) = SignedObject::decode(&other) {
            prop_assert_eq!(read.bytes(), &other[..]);
            prop_assert!(other == object.bytes() || read.verify().is_err());
        }
    }

    #[test]
    fn an_invite_reads_from_its_text_and_from_no_text_beside(invite in invite(), harm in harm()) {
        let text = invite.to_uri();
        let again = Invite::from_uri(&text).unwrap();
        prop_assert_eq!(wire::encode(&again), wire::encode(&invite));
        let other = String::from_utf8_lossy(&harmed(text.clone().into_bytes(), &harm)).into_owned();
        if let Ok(read) = Invite::from_uri(&other) {
            prop_assert_eq!(wire::encode(&read), wire::encode(&invite));
        }
    }

    #[test]
    fn arbitrary_bytes_make_nothing_panic(bytes in vec(any::<u8>(), 0..2_000)) {
        prop_assert!(Envelope::decode(&bytes).is_err());
        prop_assert!(SignedOp::decode(&bytes).is_err());
        if let Ok(object) = SignedObject::decode(&bytes) {
            prop_assert!(object.verify().is_err());
        }
        if let Ok(list) = wire::decode::<SignedList>(&bytes, LONGEST) {
            prop_assert!(list.verify(None).is_err());
        }
        if let Ok(page) = Page::decode(&bytes) {
            prop_assert_eq!(wire::encode(&page), bytes);
        }
    }
}
