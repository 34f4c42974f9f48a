//! Desks over real nodes and stores, which meet by carrying envelopes from one to the other: no network, no sleep.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::time::{Duration, Instant};

use kenes_core::book::{Because, History, Refusal};
use kenes_core::ids::CommitteeId;
use kenes_desk::view::{
    AuthorStanding, BulletinView, DeskState, Draft, Filter, NewCommittee, Proposal, SheetStatus, Standing,
};
use kenes_desk::{Desk, DeskError};
use kenes_node::config::Config;
use kenes_node::home::{Home, HomeLock};
use kenes_node::{Arrival, Batch, NetMode, Node};
use tempfile::TempDir;
use zeroize::Zeroizing;

const PASSPHRASE: &str = "жеті қазына";

struct Town {
    lock: HomeLock,
    dir: TempDir,
    node: Node,
    desk: Desk,
}

fn passphrase() -> Zeroizing<String> {
    Zeroizing::new(PASSPHRASE.to_owned())
}

async fn open(dir: TempDir) -> Town {
    let home = Home::at(dir.path());
    let lock = home.lock(Duration::from_secs(5)).unwrap();
    let node = Node::start(&lock, Config::default(), NetMode::Off).await.unwrap();
    let desk = Desk::new(home, node.clone());
    Town { lock, dir, node, desk }
}

async fn town(name: &str) -> Town {
    let town = open(tempfile::tempdir().unwrap()).await;
    let words = town.desk.init(passphrase(), name).await.unwrap();
    assert_eq!(words.split(' ').count(), 24);
    town
}

impl Town {
    /// Carries everything that this node has to another's, like a stick would.
    async fn carry_to(&self, other: &Town) {
        for (_, envelope) in self.node.read_after(Arrival::START, 10_000).unwrap() {
            other.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
        }
    }

    async fn found(&self) -> CommitteeId {
        let new = NewCommittee {
            name: "Жаңаөзен мұнайшылары".into(),
            founder: String::new(),
            territory: vec!["Маңғыстау".into(), "Жаңаөзен".into()],
            industry: "мұнай".into(),
            quorum: (1, 2),
            history: History::All,
        };
        self.desk.found(new).await.unwrap()
    }

    async fn post(&self, committee: CommitteeId, text: &str) -> Result<(), DeskError> {
        let draft = Draft {
            committee,
            title: String::new(),
            text: text.into(),
            urgent: false,
            expires: None,
            reply_to: None,
            date: None,
        };
        self.desk.post(draft).await.map(|_| ())
    }

    async fn bulletins(&self) -> Vec<BulletinView> {
        self.desk.bulletins(&Filter::default()).await.unwrap()
    }

    async fn texts(&self) -> Vec<String> {
        let mut texts: Vec<_> = self.bulletins().await.into_iter().map(|bulletin| bulletin.text).collect();
        texts.sort();
        texts
    }

    /// The one committee of this home, once it is there.
    async fn until_one_committee(&self) -> CommitteeId {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let committees = self.desk.committees().await.unwrap();
            if let [committee] = committees.as_slice() {
                return committee.id;
            }
            assert!(Instant::now() < deadline, "no committee came");
            tokio::task::yield_now().await;
        }
    }

    async fn standing(&self, committee: CommitteeId) -> Standing {
        self.desk.committee(committee).await.unwrap().standing
    }

    /// Joins by an invite for one, carried back and forth.
    async fn let_in(&self, newcomer: &Town, committee: CommitteeId) {
        let invite = self.desk.invite(committee, 1, None).await.unwrap();
        newcomer.desk.join(&invite.uri, "").await.unwrap();
        self.meet(newcomer).await;
        self.meet(newcomer).await;
        assert_eq!(newcomer.standing(committee).await, Standing::Probation);
    }

    async fn meet(&self, other: &Town) {
        self.carry_to(other).await;
        other.desk.committees().await.unwrap();
        other.carry_to(self).await;
        self.desk.committees().await.unwrap();
        self.carry_to(other).await;
        other.desk.committees().await.unwrap();
    }

    /// The store is gone; the keystore is not.
    async fn lose_store(self) -> Town {
        let dir = self.stop().await;
        std::fs::remove_dir_all(dir.path().join("db")).unwrap();
        let again = open(dir).await;
        again.desk.unlock(passphrase()).await.unwrap();
        again
    }

    async fn stop(self) -> TempDir {
        self.desk.lock().await;
        self.node.stop().await;
        drop(self.lock);
        self.dir
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_joins_by_carried_envelopes_and_both_read_each_other() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.post(committee, "Жиын сағат алтыда.").await.unwrap();
    aigerim.let_in(&dina, committee).await;
    dina.post(committee, "Мы придём.").await.unwrap();
    aigerim.meet(&dina).await;
    for town in [&aigerim, &dina] {
        assert_eq!(town.texts().await, ["Жиын сағат алтыда.", "Мы придём."]);
        assert!(town.bulletins().await.iter().all(|b| b.author.standing == AuthorStanding::Ok && b.seen_gap == 0));
    }
    let names: Vec<_> = dina.desk.members(committee).await.unwrap().into_iter().map(|member| member.name).collect();
    assert!(names.contains(&"Әйгерім".to_owned()) && names.contains(&"Дина".to_owned()));
    assert_eq!(dina.desk.committee(committee).await.unwrap().name, "Жаңаөзен мұнайшылары");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_writes_after_a_restart_in_whatever_order_the_welcome_came() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    for seed in 0..6 {
        let name = format!("Дина {seed}");
        let newcomer = town(&name).await;
        let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
        newcomer.desk.join(&invite.uri, "").await.unwrap();
        aigerim.carry_to(&newcomer).await;
        newcomer.desk.committees().await.unwrap();
        newcomer.carry_to(&aigerim).await;
        aigerim.desk.committees().await.unwrap();
        // What answered the request comes last first, and in between.
        let mut all = aigerim.node.read_after(Arrival::START, 10_000).unwrap();
        let third = all.len() / 3 * (seed % 3);
        all.rotate_left(third);
        if seed >= 3 {
            all.reverse();
        }
        for (_, envelope) in all {
            newcomer.node.deposit(vec![envelope.into_inner()], Batch::new()).await.unwrap();
            newcomer.desk.committees().await.unwrap();
        }
        if seed == 5 {
            // A steward has five on probation at most: the sixth waits.
            assert_eq!(newcomer.standing(committee).await, Standing::Pending);
            continue;
        }
        assert_eq!(newcomer.standing(committee).await, Standing::Probation);
        let again = open(newcomer.stop().await).await;
        again.desk.unlock(passphrase()).await.unwrap();
        again.post(committee, "бар").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_for_several_is_answered_only_by_its_owner_after_comparing_words() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 3, None).await.unwrap();
    dina.desk.join(&invite.uri, "Дина С.").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Pending);
    let [request] = aigerim.desk.requests(committee).await.unwrap().try_into().unwrap();
    assert_eq!(request.words, dina.desk.committee(committee).await.unwrap().words.unwrap());
    assert!(matches!(aigerim.desk.admit(committee, "Никто").await, Err(DeskError::Nobody)));
    aigerim.desk.admit(committee, "Дина С.").await.unwrap();
    aigerim.carry_to(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_second_by_an_invite_for_one_is_held() {
    let (aigerim, dina, copier) = (town("Әйгерім").await, town("Дина").await, town("Дина").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    for newcomer in [&dina, &copier] {
        newcomer.desk.join(&invite.uri, "").await.unwrap();
        aigerim.meet(newcomer).await;
    }
    assert_eq!(dina.standing(committee).await, Standing::Probation);
    assert_eq!(copier.standing(committee).await, Standing::Pending);
    let [request] = aigerim.desk.requests(committee).await.unwrap().try_into().unwrap();
    assert!(request.held);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_done_also_where_whoever_asked_hung_up() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    {
        let mut asks = std::pin::pin!(aigerim.found());
        tokio::select! {
            biased;
            _ = &mut asks => {}
            () = std::future::ready(()) => {}
        }
    }
    let committee = aigerim.until_one_committee().await;
    assert_eq!(aigerim.standing(committee).await, Standing::Voter);
    aigerim.post(committee, "бір").await.unwrap();
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    {
        let mut asks = std::pin::pin!(dina.desk.join(&invite.uri, ""));
        tokio::select! {
            biased;
            _ = &mut asks => {}
            () = std::future::ready(()) => {}
        }
    }
    assert_eq!(dina.until_one_committee().await, committee);
    aigerim.meet(&dina).await;
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_asks_once_and_an_answer_to_either_request_is_an_answer() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    let many = aigerim.desk.invite(committee, 3, None).await.unwrap();
    let other = aigerim.desk.invite(committee, 3, None).await.unwrap();
    dina.desk.join(&many.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    let first = aigerim.desk.requests(committee).await.unwrap();
    // By the same invite it is the same request, though in another envelope.
    dina.desk.join(&many.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    let again = aigerim.desk.requests(committee).await.unwrap();
    assert_eq!(again.iter().map(|one| one.request).collect::<Vec<_>>(), [first[0].request]);
    // The first is answered while another is on its way.
    dina.desk.join(&other.uri, "").await.unwrap();
    aigerim.desk.admit(committee, "Дина").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
    assert!(aigerim.desk.requests(committee).await.unwrap().is_empty());
    assert!(matches!(dina.desk.join(&other.uri, "").await, Err(DeskError::Joined(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_is_still_good_after_the_list_was_renewed() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    for _ in 0..6 {
        aigerim.desk.invite(committee, 1, None).await.unwrap();
    }
    aigerim.carry_to(&dina).await;
    dina.desk.join(&invite.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.meet(&dina).await;
    assert_eq!(dina.standing(committee).await, Standing::Probation);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_keeps_neither_keys_nor_bulletins_and_may_come_again() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let (committee, own) = (aigerim.found().await, dina.found().await);
    dina.post(own, "өз").await.unwrap();
    aigerim.let_in(&dina, committee).await;
    aigerim.post(committee, "бір").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.texts().await.len(), 2);
    dina.desk.leave(committee).await.unwrap();
    assert_eq!(dina.texts().await, ["өз"]);
    assert!(matches!(dina.desk.leave(committee).await, Err(DeskError::NoCommittee)));
    assert_eq!(dina.node.status().await.unwrap().channels.len(), 1);
    let dina = open(dina.stop().await).await;
    dina.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(dina.desk.committees().await.unwrap().len(), 1);
    assert_eq!(dina.texts().await, ["өз"]);
    let invite = aigerim.desk.invite(committee, 2, None).await.unwrap();
    dina.desk.join(&invite.uri, "Дина қайта").await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.desk.admit(committee, "Дина қайта").await.unwrap();
    aigerim.meet(&dina).await;
    assert_eq!(dina.texts().await, ["бір", "өз"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_is_paused_reads_nothing_written_since_and_is_not_heard() {
    let (aigerim, dina, informer) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&informer, committee).await;
    informer.post(committee, "before").await.unwrap();
    informer.meet(&aigerim).await;
    let paused = aigerim.desk.pause(committee, "Тимур", Because::Distrust).await.unwrap();
    assert_eq!(paused.recipients, 2);
    aigerim.post(committee, "кейін").await.unwrap();
    informer.post(committee, "after").await.unwrap();
    aigerim.meet(&informer).await;
    aigerim.meet(&dina).await;
    assert_eq!(informer.texts().await, ["after", "before"]);
    for town in [&aigerim, &dina] {
        assert_eq!(town.texts().await, ["before", "кейін"]);
    }
    let before = dina.bulletins().await.into_iter().find(|bulletin| bulletin.text == "before").unwrap();
    assert_eq!(before.author.standing, AuthorStanding::Suspended);
    dina.post(committee, "біз біргеміз").await.unwrap();
    dina.meet(&aigerim).await;
    dina.meet(&informer).await;
    assert_eq!(aigerim.texts().await.len(), 3);
    assert_eq!(informer.texts().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_home_mints_a_new_device_and_nobody_looks_like_a_cheat() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    dina.post(committee, "бір").await.unwrap();
    dina.meet(&aigerim).await;
    let original = dina.stop().await;
    let copy = tempfile::tempdir().unwrap();
    copy_dir(original.path(), copy.path());
    let (dina, twin) = (open(original).await, open(copy).await);
    for home in [&dina, &twin] {
        home.desk.unlock(passphrase()).await.unwrap();
    }
    dina.post(committee, "екі").await.unwrap();
    twin.post(committee, "үш").await.unwrap();
    for home in [&dina, &twin] {
        home.meet(&aigerim).await;
    }
    let bulletins = aigerim.bulletins().await;
    assert_eq!(bulletins.len(), 3);
    assert!(bulletins.iter().all(|bulletin| bulletin.author.standing == AuthorStanding::Ok));
    let devices = |name: &str, members: Vec<kenes_desk::view::MemberView>| {
        members.into_iter().find(|member| member.name == name).map(|member| member.devices.len())
    };
    assert_eq!(devices("Дина", aigerim.desk.members(committee).await.unwrap()), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_home_of_a_sole_voter_signs_nothing_until_its_owner_says_which_one_keeps_the_vote() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.post(committee, "бір").await.unwrap();
    let original = aigerim.stop().await;
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    folders.iter().for_each(|folder| copy_dir(original.path(), folder.path()));
    let [one, two] = folders;
    let (restored, spare) = (open(one).await, open(two).await);
    for home in [&restored, &spare] {
        home.desk.unlock(passphrase()).await.unwrap();
        assert!(home.desk.committee(committee).await.unwrap().copied);
        assert_eq!(home.texts().await, ["бір"]);
        assert!(matches!(home.post(committee, "екі").await, Err(DeskError::Copied(_))));
        assert!(matches!(home.desk.invite(committee, 1, None).await, Err(DeskError::Copied(_))));
        let paused = home.desk.pause(committee, "Дина", Because::Distrust).await;
        assert!(matches!(paused, Err(DeskError::Copied(_) | DeskError::Nobody)));
    }
    assert_eq!(restored.desk.keep_vote(true).await.unwrap(), 1);
    assert_eq!(spare.desk.keep_vote(false).await.unwrap(), 1);
    assert_eq!(spare.desk.keep_vote(true).await.unwrap(), 0);
    restored.let_in(&dina, committee).await;
    // The spare home still writes, from a device of its own that the recovery key certified, and no longer admits.
    spare.post(committee, "үш").await.unwrap();
    restored.meet(&spare).await;
    assert_eq!(restored.texts().await, ["бір", "үш"]);
    assert!(restored.bulletins().await.iter().all(|bulletin| bulletin.author.standing == AuthorStanding::Ok));
    let again = open(spare.stop().await).await;
    again.desk.unlock(passphrase()).await.unwrap();
    assert!(!again.desk.committee(committee).await.unwrap().copied);
    let paused = again.desk.pause(committee, "Дина", Because::Distrust).await;
    assert!(matches!(paused, Err(DeskError::NotAllowed(_))), "{paused:?}");
    restored.desk.pause(committee, "Дина", Because::Distrust).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_that_many_ask_by_fills_no_others_room_and_declining_makes_room() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    let spread = aigerim.desk.invite(committee, 4, None).await.unwrap();
    let other = aigerim.desk.invite(committee, 4, None).await.unwrap();
    for n in 0..10 {
        let asking = town(&format!("Кім {n}")).await;
        asking.desk.join(&spread.uri, "").await.unwrap();
        aigerim.meet(&asking).await;
    }
    let dina = town("Дина").await;
    dina.desk.join(&other.uri, "").await.unwrap();
    aigerim.meet(&dina).await;
    let names = async || {
        let requests = aigerim.desk.requests(committee).await.unwrap();
        requests.into_iter().map(|request| request.name).collect::<Vec<_>>()
    };
    let before = names().await;
    assert_eq!((before.len(), before.contains(&"Дина".to_owned())), (9, true));
    assert!(!before.contains(&"Кім 8".to_owned()));
    assert!(matches!(aigerim.desk.decline(committee, "Кім 8").await, Err(DeskError::Nobody)));
    aigerim.desk.decline(committee, "Кім 3").await.unwrap();
    let after = names().await;
    assert_eq!((after.len(), after.contains(&"Кім 8".to_owned())), (9, true));
    assert!(!after.contains(&"Кім 3".to_owned()));
    aigerim.desk.admit(committee, "Кім 8").await.unwrap();
    let last = names().await;
    assert_eq!((last.len(), last.contains(&"Кім 9".to_owned())), (9, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_under_a_members_name_is_not_let_in_without_asking() {
    let (aigerim, other) = (town("Әйгерім").await, town("айгерим ").await);
    let committee = aigerim.found().await;
    let invite = aigerim.desk.invite(committee, 1, None).await.unwrap();
    other.desk.join(&invite.uri, "").await.unwrap();
    aigerim.meet(&other).await;
    aigerim.meet(&other).await;
    assert_eq!(other.standing(committee).await, Standing::Pending);
    let [request] = aigerim.desk.requests(committee).await.unwrap().try_into().unwrap();
    assert!(request.namesake && !request.held);
    aigerim.desk.admit(committee, "айгерим").await.unwrap();
    other.post(committee, "мен").await.unwrap_err();
    aigerim.meet(&other).await;
    assert!(aigerim.desk.members(committee).await.unwrap().iter().all(|member| member.namesake));
    other.post(committee, "мен").await.unwrap();
    other.meet(&aigerim).await;
    assert!(aigerim.bulletins().await[0].author.namesake);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_node_lost_of_this_desks_own_before_anyone_had_it_is_deposited_again() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.post(committee, "бір").await.unwrap();
    let channel = aigerim.desk.committee(committee).await.unwrap().channel;
    assert!(aigerim.desk.needs(&channel).await.unwrap());
    let before = aigerim.node.status().await.unwrap().envelopes;
    aigerim.node.forget(channel).await.unwrap();
    assert_eq!(aigerim.node.status().await.unwrap().envelopes, 0);
    aigerim.desk.lock().await;
    assert!(matches!(aigerim.desk.needs(&channel).await, Err(DeskError::Locked)));
    aigerim.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(aigerim.node.status().await.unwrap().envelopes, before);
    aigerim.let_in(&dina, committee).await;
    assert_eq!(dina.texts().await, ["бір"]);
}

fn copy_dir(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_comes_back_after_a_restart_with_all_that_it_read() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    for n in 0..40 {
        aigerim.post(committee, &format!("{n:02}")).await.unwrap();
    }
    let first = aigerim.bulletins().await[0].id;
    aigerim.desk.mark_read(&[first]).await.unwrap();
    let again = open(aigerim.stop().await).await;
    assert_eq!(again.desk.state().await, DeskState::Locked);
    assert!(matches!(again.post(committee, "x").await, Err(DeskError::Locked)));
    let wrong = again.desk.unlock(Zeroizing::new("не тот пароль".to_owned())).await;
    assert!(matches!(wrong, Err(DeskError::WrongPassphrase)));
    again.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(again.texts().await.len(), 40);
    let limited = Filter { limit: Some(3), ..Filter::default() };
    assert_eq!(again.desk.bulletins(&limited).await.unwrap().len(), 3);
    again.post(committee, "40").await.unwrap();
    assert_eq!(again.desk.members(committee).await.unwrap()[0].devices.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_whose_store_was_lost_reads_again_what_others_carry() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.post(committee, "бір").await.unwrap();
    dina.post(committee, "екі").await.unwrap();
    aigerim.meet(&dina).await;
    let dina = dina.lose_store().await;
    aigerim.meet(&dina).await;
    aigerim.meet(&dina).await;
    assert_eq!(dina.texts().await, ["бір", "екі"]);
    dina.post(committee, "үш").await.unwrap();
    dina.meet(&aigerim).await;
    let aigerim = aigerim.lose_store().await;
    dina.meet(&aigerim).await;
    dina.meet(&aigerim).await;
    aigerim.post(committee, "төрт").await.unwrap();
    aigerim.desk.pause(committee, "Дина", Because::LostDevice).await.unwrap();
    let bulletins = aigerim.bulletins().await;
    assert_eq!(bulletins.len(), 4);
    let fine = |bulletin: &BulletinView| bulletin.author.standing != AuthorStanding::Fork && bulletin.seen_gap == 0;
    assert!(bulletins.iter().all(fine));
    assert_eq!(aigerim.standing(committee).await, Standing::Voter);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_over_32_kib_or_a_life_over_400_days_is_refused() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    assert!(matches!(aigerim.post(committee, &"ж".repeat(16 * 1024 + 1)).await, Err(DeskError::Op(_))));
    aigerim.post(committee, &"ж".repeat(16 * 1024)).await.unwrap();
    assert_eq!(aigerim.texts().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_wrote_within_a_second_stays_in_order() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    let written: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    for text in &written {
        aigerim.post(committee, text).await.unwrap();
    }
    let read: Vec<String> = aigerim.bulletins().await.into_iter().rev().map(|bulletin| bulletin.text).collect();
    assert_eq!(read, written);
    let limited = Filter { limit: Some(3), ..Filter::default() };
    assert_eq!(aigerim.desk.count(&limited).await.unwrap(), 20);
}

fn votes(who: &str) -> Proposal {
    Proposal::Admit { who: who.into(), steward: false }
}

fn keeps_for(days: u16) -> Proposal {
    Proposal::Policy { quorum: None, history: None, retention_days: Some(days) }
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_confirm_members_go_on_without_the_chair_and_remove_an_informer() {
    let (aigerim, dina, informer) = (town("Әйгерім").await, town("Дина").await, town("Тимур").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.let_in(&informer, committee).await;
    let first = aigerim.desk.propose(committee, vec![votes("Дина"), votes("Тимур")]).await.unwrap();
    assert_eq!((first.no, first.status, first.needed), (1, SheetStatus::Adopted, 1));
    aigerim.meet(&dina).await;
    aigerim.meet(&informer).await;
    for town in [&dina, &informer] {
        assert_eq!(town.standing(committee).await, Standing::Voter);
        assert_eq!(town.desk.committee(committee).await.unwrap().minutes_no, 1);
    }
    // The chair is away. Dina asks for a round of her own; the other desk, which has signed nothing, passes by itself.
    let asked = dina.desk.propose(committee, vec![keeps_for(30)]).await.unwrap();
    assert_eq!((asked.status, asked.round), (SheetStatus::Open, None));
    dina.meet(&informer).await;
    dina.meet(&informer).await;
    let tabled = informer.desk.minutes(committee, true).await.unwrap().remove(0);
    assert_eq!((tabled.id, tabled.signed.len(), tabled.needed, tabled.refusal), (asked.id, 1, 2, None));
    let signed = informer.desk.sign(committee, &tabled.id.to_string()).await.unwrap();
    assert_eq!((signed.no, signed.status), (2, SheetStatus::Adopted));
    informer.meet(&aigerim).await;
    assert_eq!(aigerim.desk.minutes_of(committee, "2").await.unwrap().id, asked.id);
    // Dina wrote No. 2 and chairs No. 3: she tables it at once.
    informer.post(committee, "before").await.unwrap();
    informer.meet(&dina).await;
    dina.desk.propose(committee, vec![Proposal::Remove("Тимур".into())]).await.unwrap();
    dina.meet(&aigerim).await;
    let sheet = aigerim.desk.minutes(committee, true).await.unwrap().remove(0);
    let removed = aigerim.desk.sign(committee, &sheet.id.to_string()).await.unwrap();
    assert_eq!((removed.no, removed.status), (3, SheetStatus::Adopted));
    aigerim.post(committee, "кейін").await.unwrap();
    aigerim.meet(&dina).await;
    aigerim.meet(&informer).await;
    assert_eq!(dina.texts().await, ["before", "кейін"]);
    assert_eq!(informer.texts().await, ["before"]);
    // Nobody tells the removed desk; what it still writes is not heard.
    informer.post(committee, "after").await.unwrap();
    informer.meet(&aigerim).await;
    aigerim.meet(&dina).await;
    for town in [&aigerim, &dina] {
        assert_eq!(town.texts().await, ["before", "кейін"]);
        assert_eq!(town.desk.members(committee).await.unwrap().iter().filter(|member| member.voter).count(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_signs_one_sheet_of_a_number_and_says_why_it_signs_no_other() {
    let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
    let committee = aigerim.found().await;
    aigerim.let_in(&dina, committee).await;
    aigerim.desk.propose(committee, vec![votes("Дина")]).await.unwrap();
    aigerim.meet(&dina).await;
    let first = aigerim.desk.propose(committee, vec![keeps_for(7)]).await.unwrap();
    assert_eq!((first.status, first.mine, first.round), (SheetStatus::Open, true, Some(0)));
    let nobody = aigerim.desk.propose(committee, vec![Proposal::Keep("Ержан".into())]).await;
    assert!(matches!(nobody, Err(DeskError::Nobody)));
    let second = aigerim.desk.propose(committee, vec![keeps_for(8)]).await.unwrap();
    assert_eq!((second.status, second.mine, second.round), (SheetStatus::Open, false, None));
    let refused = aigerim.desk.sign(committee, &second.id.to_string()).await;
    assert!(matches!(refused, Err(DeskError::Unsigned(Refusal::NotTabled))));
    aigerim.meet(&dina).await;
    dina.desk.sign(committee, &first.id.to_string()).await.unwrap();
    dina.meet(&aigerim).await;
    assert_eq!(aigerim.desk.minutes_of(committee, "2").await.unwrap().id, first.id);
}
