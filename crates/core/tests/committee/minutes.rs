//! Cases B: minutes, who may sign them, what two halves do, what cheats cost, and resolutions.

use kenes_core::book::{BadSheet, Book, Checkpoint, Content, Entry, Minutes, Resolution, Verdict, Vote, Why};
use kenes_core::identity::{Consent, Identity};
use kenes_core::ids::BookId;

use super::hall::*;

pub(crate) fn policy(days: u16) -> Vec<Entry> {
    use kenes_core::book::{History, Quorum};
    vec![Entry::Policy { quorum: Quorum::MAJORITY, history: History::None, retention_days: days }]
}

#[test]
fn b1_three_of_five_adopt_the_chair_s_sheet_and_two_do_not() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let sheet = hall.adopt(1, 1, hall.genesis, policy(3), &[1, 2]);
    let state = hall.state();
    assert_eq!((state.roster().no, state.roster().retention_days), (0, 14));
    assert!(state.newest.sheets.contains_key(&sheet) && state.newest.adopted.is_empty());
    let offer = *state.newest.slate.offers().next().unwrap().0;
    hall.vote(3, offer);
    let state = hall.state();
    assert_eq!((state.roster().no, state.roster().at, state.roster().retention_days), (1, sheet, 3));
    assert_eq!(state.roster().chair, id(1));
}

/// Whose round 1 is: not the chair's.
fn round_one(hall: &Hall) -> u8 {
    let owner = hall.state().newest.slate.owner(1).unwrap();
    let owner = (1..=9).find(|n| id(*n) == owner).unwrap();
    assert_ne!(owner, 1, "the chair owns this round too");
    owner
}

/// The chair's half with two of five, where a sheet is tabled; and the half with the owner of round 1 and three, where
/// another is adopted. And whose round it is, who is in the other half, and both sheets.
struct Split {
    west: Hall,
    east: Hall,
    owner: u8,
    rest: Vec<u8>,
    lost: BookId,
    own: BookId,
}

fn split() -> Split {
    let hall = Hall::found(&[1, 2, 3, 4, 5]);
    let owner = round_one(&hall);
    let other = (2..=5).find(|n| *n != owner).unwrap();
    let rest: Vec<u8> = (2..=5).filter(|n| *n != other).collect();
    let (mut west, mut east) = (hall.clone(), hall);
    let lost = west.adopt(1, 1, west.genesis, policy(3), &[1, other]);
    let passes: Vec<_> = rest.iter().map(|n| east.pass(*n, east.genesis, 1, None)).collect();
    let own = east.sheet(owner, 1, east.genesis, policy(5));
    let offer = east.offer(owner, east.genesis, 1, own, &passes);
    east.vote_all(&rest, offer);
    Split { west, east, owner, rest, lost, own }
}

#[test]
fn b2_the_half_with_a_majority_decides_for_all_once_they_meet() {
    let Split { west, east, lost, own, .. } = split();
    let state = west.state();
    assert_eq!(state.roster().no, 0, "two of five");
    assert!(state.newest.sheets.contains_key(&lost), "and still open there");
    assert_eq!(east.state().roster().at, own);
    for met in [west.met(&east), east.met(&west)] {
        let state = met.state();
        assert_eq!((state.roster().no, state.roster().at, state.roster().retention_days), (1, own, 5));
        assert!(state.cheats.is_empty() && state.forks.is_empty());
    }
}

#[test]
fn b3_what_one_pass_says_was_voted_for_must_be_carried_on() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let owner = round_one(&hall);
    let sheet = hall.sheet(1, 1, hall.genesis, policy(3));
    let tabled = hall.offer(1, hall.genesis, 0, sheet, &[]);
    let [voted, _] = [2, 3].map(|n| hall.vote(n, tabled));
    assert_eq!(hall.state().roster().no, 0, "round 0 stalls, and the chair is gone");
    let passes = [(2, Some(voted)), (4, None), (5, None)].map(|(n, last)| hall.pass(n, hall.genesis, 1, last));
    let mut wrong = hall.clone();
    let own = wrong.sheet(owner, 1, hall.genesis, policy(9));
    let unjust = wrong.offer(owner, hall.genesis, 1, own, &passes);
    wrong.vote_all(&[2, 4, 5], unjust);
    let state = wrong.state();
    assert_eq!((state.roster().no, state.verdict(&unjust)), (0, Verdict::No(Why::Unjustified)));
    let right = hall.offer(owner, hall.genesis, 1, sheet, &passes);
    hall.vote_all(&[2, 4, 5], right);
    let state = hall.state();
    assert_eq!((state.roster().at, state.roster().retention_days), (sheet, 3));
    assert_eq!(state.roster().chair, id(1), "whoever wrote the sheet chairs the next, not whoever carried it on");
    assert!(state.cheats.is_empty());
}

#[test]
fn b4_where_three_have_voted_the_other_four_may_carry_only_that_sheet() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let owner = round_one(&hall);
    let sheet = hall.sheet(1, 1, hall.genesis, policy(3));
    let tabled = hall.offer(1, hall.genesis, 0, sheet, &[]);
    let votes = [1, 2, 3].map(|n| hall.vote(n, tabled));
    // Voter 3 is out of reach.
    let lasts = [(1, Some(votes[0])), (2, Some(votes[1])), (4, None), (5, None)];
    let passes: Vec<_> = lasts.iter().map(|(n, last)| hall.pass(*n, hall.genesis, 1, *last)).collect();
    let other = hall.sheet(owner, 1, hall.genesis, policy(9));
    for minutes in [other, sheet] {
        let mut hall = hall.clone();
        let offer = hall.offer(owner, hall.genesis, 1, minutes, &passes);
        let told = if minutes == sheet { Verdict::Counts } else { Verdict::No(Why::Unjustified) };
        assert_eq!(hall.state().verdict(&offer), told);
        hall.vote_all(&[4, 5, owner], offer);
        let state = hall.state();
        assert_eq!((state.roster().at, state.forks.len()), (sheet, 0), "whoever signs what");
    }
}

/// Five voters; X, the third, votes for the chair's sheet and lies in a pass for another. Both sheets are adopted.
fn fork() -> (Hall, BookId, BookId) {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let owner = round_one(&hall);
    let people: Vec<u8> = (1..=5).filter(|n| *n != owner).collect();
    let liar = people[2];
    let seven = hall.sheet(1, 1, hall.genesis, policy(7));
    let tabled = hall.offer(1, hall.genesis, 0, seven, &[]);
    hall.vote_all(&[people[0], people[1], liar], tabled);
    let half = [owner, people[3], liar];
    let passes: Vec<_> = half.iter().map(|n| hall.pass(*n, hall.genesis, 1, None)).collect();
    let other = hall.sheet(owner, 1, hall.genesis, policy(8));
    let offer = hall.offer(owner, hall.genesis, 1, other, &passes);
    hall.vote_all(&half, offer);
    (hall, seven, other)
}

#[test]
fn b5_a_fork_moves_no_desk_and_the_liar_is_proven() {
    let (hall, seven, other) = fork();
    let on = |id| hall.state_from(Some(Checkpoint { no: 1, id }));
    let (first, second) = (on(seven), on(other));
    assert_eq!((first.roster().at, first.roster().retention_days), (seven, 7));
    assert_eq!((second.roster().at, second.roster().retention_days), (other, 8));
    for state in [&first, &second] {
        assert_eq!(state.forks.first().unwrap().sheets, [seven, other].into());
        assert_eq!(state.cheats.len(), 1);
        assert!(state.stands && state.is_excluded(&state.cheats.first().unwrap().by));
    }
    let newcomer = hall.state();
    assert_eq!(newcomer.roster().no, 0, "whoever stands on neither stops there and asks");
    assert!(!newcomer.forks.is_empty());
}

#[test]
fn b5_by_standing_on_one_they_unite_and_nothing_of_the_other_merges() {
    let (mut hall, seven, other) = fork();
    let liar = hall.state_from(Some(Checkpoint { no: 1, id: seven })).cheats.first().unwrap().by;
    let honest: Vec<u8> = (1..=5).filter(|n| id(*n) != liar).collect();
    // All stand on seven now, those of the other branch too, and put the liar out.
    let next = hall.adopt(1, 2, seven, vec![Entry::Remove { member: liar, seen: vec![], published: vec![] }], &honest);
    let state = hall.state_from(Some(Checkpoint { no: 1, id: seven }));
    assert_eq!((state.roster().no, state.roster().at, state.roster().retention_days), (2, next, 7));
    assert!(!state.roster().voters.contains_key(&liar));
    let state = hall.state_from(Some(Checkpoint { no: 1, id: other }));
    assert_eq!((state.roster().no, state.roster().retention_days), (1, 8), "whoever still stands there is not moved");
    // Whoever holds to what came after is past the fork.
    let state = hall.state_from(Some(Checkpoint { no: 2, id: next }));
    assert_eq!((state.roster().at, state.stands), (next, true));
}

#[test]
fn b6_keys_captured_later_rewrite_nothing_for_whoever_holds_a_checkpoint() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let mut prev = hall.genesis;
    for no in 1..=5 {
        prev = hall.adopt(1, no, prev, policy(no as u16), &[1, 2]);
    }
    let held = Checkpoint { no: 5, id: prev };
    let first = hall.state().steps[1].roster.at;
    let genuine = hall.clone();
    // All of the first roster's keys sign another No. 1.
    let rival = hall.sheet(1, 1, hall.genesis, vec![hall.admit_entry(7)]);
    let offer = hall.offer(1, hall.genesis, 0, rival, &[]);
    hall.vote_all(&[1, 2, 3], offer);
    for stand in [held, Checkpoint { no: 1, id: first }] {
        let state = hall.state_from(Some(stand));
        assert_eq!((state.roster().at, state.stands), (prev, true));
        assert_eq!(state.forks.first().unwrap().no, 1);
    }
    assert_eq!(hall.state().roster().no, 0, "whoever holds nothing is not led either way");
    let rival = Checkpoint { no: 1, id: rival };
    let state = genuine.state_from(Some(rival));
    assert_eq!((state.roster().no, state.stands), (0, false), "a chain without the checkpoint is refused");
}

#[test]
fn b7_a_sheet_is_decided_by_the_roster_before_it() {
    let mut hall = Hall::found(&[1, 2, 3, 4]);
    let sheet = hall.adopt(1, 1, hall.genesis, vec![remove_entry(4), hall.admit_entry(5)], &[1, 2]);
    assert_eq!(hall.state().roster().no, 0, "three of the four before");
    let offer = *hall.state().newest.slate.offers().next().unwrap().0;
    hall.vote(5, offer);
    assert_eq!(hall.state().roster().no, 0, "whoever comes by it has no say in it");
    hall.vote(4, offer);
    let state = hall.state();
    assert_eq!(state.roster().at, sheet);
    assert!(state.roster().voters.contains_key(&id(5)) && !state.roster().voters.contains_key(&id(4)));
    assert!(state.is_excluded(&id(4)));
}

#[test]
fn b8_only_voters_count_suspended_ones_too_and_each_once() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let first = hall.adopt(1, 1, hall.genesis, vec![remove_entry(5)], &[1, 2, 3]);
    hall.admit(1, 0, 6);
    hall.suspend(2, 0, 3);
    let sheet = hall.sheet(1, 2, first, policy(3));
    let offer = hall.offer(1, first, 0, sheet, &[]);
    let void = [5, 6, 9].map(|n| hall.vote(n, offer));
    hall.vote(1, offer);
    let doubled = hall.vote_by(&recovery_key(1), offer);
    let state = hall.state();
    assert_eq!(state.roster().no, 1);
    // A stranger's vote is not even kept.
    assert_eq!(
        void.map(|id| state.verdict(&id)),
        [Verdict::No(Why::NoRight), Verdict::No(Why::NoRight), Verdict::No(Why::Elsewhere)]
    );
    assert_eq!(state.verdict(&doubled), Verdict::Counts);
    assert_eq!(state.newest.slate.signers(&offer).len(), 1, "a person's two keys are one vote");
    hall.vote(2, offer);
    assert_eq!(hall.state().roster().no, 1);
    hall.vote(3, offer);
    let state = hall.state();
    assert_eq!((state.roster().no, state.is_excluded(&id(3))), (2, true), "a suspension moves no vote");
}

#[test]
fn b8_a_vote_by_a_key_that_signed_twice_counts_at_its_number() {
    let mut hall = Hall::found(&[1, 2, 3, 4, 5]);
    let [one, other] = [3, 4].map(|days| hall.sheet(1, 1, hall.genesis, policy(days)));
    let offer = hall.offer(1, hall.genesis, 0, one, &[]);
    hall.vote_all(&[1, 2], offer);
    hall.put(3, Content::Vote(Vote { prev: hall.genesis, round: 0, minutes: other, offer }));
    assert_eq!(hall.state().roster().no, 0, "a vote that says something else than its offer is none");
    let counts = hall.vote(3, offer);
    let state = hall.state();
    assert_eq!((state.roster().at, state.verdict(&counts)), (one, Verdict::Counts));
    assert!(state.is_excluded(&id(3)), "it costs the epoch");
    let sheet = hall.adopt(1, 2, one, policy(5), &[1, 2, 3]);
    assert_eq!(hall.state().roster().at, sheet, "and the vote only by minutes");
}

#[test]
fn b9_what_can_never_be_is_refused_with_its_reason() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let lacking = Hall { objects: hall.objects[..2].to_vec(), ..hall.clone() };
    assert!(lacking.state_if_any(None).is_none(), "a genesis without a founder's signature");
    let genesis = hall.genesis;
    let skipped = hall.sheet(1, 2, genesis, policy(3));
    let used = hall.sheet(1, 1, genesis, vec![hall.replace_entry(2, &vote_key(3), vec![])]);
    let known = hall.sheet(1, 1, genesis, vec![hall.admit_entry(2)]);
    let nobody = hall.sheet(1, 1, genesis, vec![remove_entry(9)]);
    let empty = hall.sheet(1, 1, genesis, vec![remove_entry(1), remove_entry(2), remove_entry(3)]);
    let sheets = [
        (skipped, BadSheet::Number),
        (used, BadSheet::UsedBefore),
        (known, BadSheet::UsedBefore),
        (nobody, BadSheet::Nobody(id(9))),
        (empty, BadSheet::NoVoters),
    ];
    let unjust = hall.offer(2, genesis, 0, nobody, &[]);
    let state = hall.state();
    for (sheet, bad) in sheets {
        assert_eq!(state.verdict(&sheet), Verdict::No(Why::Sheet(bad)));
    }
    assert_eq!(state.verdict(&unjust), Verdict::No(Why::Unjustified), "round 0 is the chair's");
    let foreign = Hall::found(&[4, 5, 6]);
    let minutes = Minutes { no: 1, prev: genesis, entries: policy(3) };
    let mut other = foreign.clone();
    let elsewhere = other.put(4, Content::Minutes(minutes));
    hall.objects.push(other.object(elsewhere).clone());
    assert_eq!(hall.state().verdict(&elsewhere), Verdict::No(Why::Elsewhere));
    // Enough sign what can never be: nothing follows.
    let offer = hall.offer(1, genesis, 0, empty, &[]);
    hall.vote_all(&[1, 2, 3], offer);
    assert_eq!(hall.state().roster().no, 0);
}

#[test]
fn b10_a_sheet_on_minutes_that_others_followed_is_offered_again_and_its_votes_stay_where_they_were() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let four = hall.adopt(1, 1, hall.genesis, policy(4), &[1, 2]);
    let late = hall.sheet(2, 2, four, vec![hall.admit_entry(6)]);
    let five = hall.adopt(1, 2, four, policy(5), &[1, 2]);
    let old = hall.put(3, Content::Vote(Vote { prev: four, round: 0, minutes: late, offer: late }));
    let state = hall.state();
    assert_eq!(state.roster().at, five);
    assert!(!state.newest.sheets.contains_key(&late), "it is not open any more");
    assert_eq!(state.verdict(&old), Verdict::No(Why::Waiting));
    let again = hall.adopt(1, 3, five, vec![hall.admit_entry(6)], &[1, 3]);
    assert_eq!(hall.state().roster().at, again);
}

#[test]
fn b10_what_was_signed_for_a_sheet_that_lost_its_number_is_for_nothing_at_the_next() {
    let Split { west, east, owner, rest, own, .. } = split();
    let mut hall = west.met(&east);
    let again = hall.sheet(owner, 2, own, policy(3));
    let offer = hall.offer(owner, own, 0, again, &[]);
    hall.vote(1, offer);
    hall.vote(owner, offer);
    let state = hall.state();
    assert_eq!((state.roster().no, state.newest.slate.signers(&offer).len()), (1, 2), "not with the two of before");
    hall.vote(rest.iter().copied().find(|n| *n != owner).unwrap(), offer);
    assert_eq!((hall.state().roster().at, hall.state().roster().retention_days), (again, 3));
}

#[test]
fn b11_a_replaced_key_does_not_count_from_there_on() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let new = vote_key(40);
    let entry = hall.replace_entry(2, &new, vec![]);
    let first = hall.adopt(1, 1, hall.genesis, vec![entry], &[1, 2]);
    let sheet = hall.sheet(1, 2, first, policy(3));
    let offer = hall.offer(1, first, 0, sheet, &[]);
    hall.vote(1, offer);
    let old = hall.vote(2, offer);
    let state = hall.state();
    assert_eq!((state.roster().no, state.verdict(&old)), (1, Verdict::No(Why::KeyReplaced(first))));
    hall.vote_by(&new, offer);
    let state = hall.state();
    assert_eq!(state.roster().no, 2);
    assert!(state.members[&id(2)].is_voter(), "the same member under another key");
}

#[test]
fn a_key_since_replaced_costs_nobody_anything() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let [one, other] = [3, 4].map(|days| hall.sheet(1, 1, hall.genesis, policy(days)));
    let offer = hall.offer(1, hall.genesis, 0, one, &[]);
    hall.vote(1, offer);
    hall.vote(2, offer);
    hall.put(2, Content::Vote(Vote { prev: hall.genesis, round: 0, minutes: other, offer }));
    let state = hall.state();
    assert!(state.is_excluded(&id(2)) && state.roster().voters.contains_key(&id(2)), "the epoch, and not the vote");
    assert_eq!(state.roster().at, one, "a vote counts whatever its author did later");
    let entry = hall.replace_entry(2, &vote_key(40), vec![]);
    hall.adopt(1, 2, one, vec![entry], &[1, 3]);
    let state = hall.state();
    assert!(!state.is_excluded(&id(2)) && state.cheats.is_empty());
}

#[test]
fn b12_a_resolution_is_decided_by_the_voters_of_its_minutes() {
    let mut hall = Hall::found(&[1, 2, 3, 4]);
    let seven = hall.adopt(1, 1, hall.genesis, policy(7), &[1, 2, 3]);
    let motion = hall.resolution(2, seven, "Жұмысты тоқтатамыз.");
    for n in 2..=4 {
        hall.ballot(n, motion, true);
    }
    let against = hall.ballot(1, motion, false);
    hall.admit(1, 0, 6);
    let void = hall.ballot(6, motion, true);
    let state = hall.state();
    assert!(state.motions[&motion].is_adopted());
    assert_eq!([against, void].map(|id| state.verdict(&id)), [Verdict::Counts, Verdict::No(Why::NoRight)]);
    hall.adopt(1, 2, seven, vec![remove_entry(4)], &[1, 2, 3]);
    let state = hall.state();
    assert!(state.motions[&motion].is_adopted(), "what No. 1 decided stays decided");
    assert!(state.is_excluded(&id(4)), "and whoever signed it may be a member no longer");
}

#[test]
fn to_adopt_and_to_reject_is_a_cheat() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let motion = hall.resolution(1, hall.genesis, "Жұмысты тоқтатамыз.");
    hall.ballot(2, motion, true);
    hall.ballot(2, motion, false);
    let state = hall.state();
    assert!(state.is_excluded(&id(2)));
    assert_eq!(state.cheats.first().unwrap().by, id(2));
}

#[test]
fn a_book_is_the_same_live_read_back_and_in_any_order_however_much_a_confirmed_member_wrote() {
    let mut hall = Hall::found(&[1]);
    hall.admit(1, 0, 2);
    let first = hall.adopt(1, 1, hall.genesis, vec![hall.admit_entry(2)], &[1]);
    let text = "х".repeat(12 * 1024 - 8);
    for n in 0..4 {
        let (title, text) = ("Т".into(), text.clone());
        let resolution = Resolution { under: first, nonce: [n; 16], title, text, deadline: None };
        let motion = hall.put(2, Content::Resolution(resolution));
        hall.ballot(1, motion, true);
        hall.ballot(2, motion, true);
    }
    let mut live = Book::new(hall.committee);
    for object in &hall.objects {
        live.insert(object.clone());
        live.taken();
    }
    let state = live.state().unwrap();
    assert_eq!(state.motions.values().filter(|motion| motion.is_adopted()).count(), 4);
    assert_eq!(Book::restore(hall.committee, live.objects().cloned()).state().unwrap(), state);
    // What is his comes first: he is on probation as far as anyone can tell.
    let mut other = Book::new(hall.committee);
    let (his, rest): (Vec<_>, Vec<_>) =
        hall.objects.iter().cloned().partition(|object| object.author() == vote_key(2).public());
    let (confirming, before): (Vec<_>, Vec<_>) = rest.into_iter().partition(|object| object.id() == first);
    for objects in [before, his, confirming] {
        objects.into_iter().for_each(|object| other.insert(object));
        other.taken();
    }
    assert_eq!(other.state().unwrap(), state);
}

#[test]
fn b9_a_key_that_minutes_named_once_is_nobody_else_s() {
    let mut hall = Hall::found(&[1, 2, 3]);
    let known = hall.clone();
    let replace = |member: u8| known.replace_entry(member, &vote_key(60), vec![]);
    let first = hall.adopt(1, 1, hall.genesis, vec![hall.admit_entry(4), replace(2)], &[1, 3]);
    let with = |vote: u8, recovery: u8| Entry::Admit {
        identity: Identity { vote: vote_key(vote).public(), recovery: vote_key(recovery).public() },
        name: [9; 32],
        steward: false,
        consent: Consent::new(known.committee, &vote_key(vote), &vote_key(recovery)),
    };
    let admitted = hall.sheet(1, 2, first, vec![with(4, 80)]);
    let recovery = hall.sheet(1, 2, first, vec![with(81, 60)]);
    let replaced = hall.sheet(1, 2, first, vec![replace(3)]);
    let fresh = hall.sheet(1, 2, first, vec![with(82, 83)]);
    let state = hall.state();
    for sheet in [admitted, recovery, replaced] {
        assert_eq!(state.verdict(&sheet), Verdict::No(Why::Sheet(BadSheet::UsedBefore)));
    }
    assert!(state.newest.sheets[&fresh].bad.is_none());
}

#[test]
fn b5_what_a_liar_signed_on_the_other_branch_is_a_proof_on_this_one() {
    let (mut hall, seven, other) = fork();
    // On the branch of the other sheet somebody else cheats; whoever stands on seven knows it too.
    let sheets = [5, 6].map(|days| hall.sheet(4, 2, other, policy(days)));
    let owner = hall.state_from(Some(Checkpoint { no: 1, id: other })).newest.slate.owner(0).unwrap();
    let chair = (1..=5).find(|n| id(*n) == owner).unwrap();
    for sheet in sheets {
        hall.offer(chair, other, 0, sheet, &[]);
    }
    let state = hall.state_from(Some(Checkpoint { no: 1, id: seven }));
    assert!(state.cheats.iter().any(|cheat| cheat.by == id(chair)));
    assert!(state.is_excluded(&id(chair)));
}
