//! Homes that are copied, stopped, or lose their store.

use kenes_core::book::Because;
use kenes_desk::DeskError;
use kenes_desk::view::{AuthorStanding, BulletinView, DeskState, Filter, Standing};
use std::path::Path;
use zeroize::Zeroizing;

use super::town::*;

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
    assert!(matches!(paused, Err(DeskError::NoVoteKey(_))), "{paused:?}");
    restored.desk.pause(committee, "Дина", Because::Distrust).await.unwrap();
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

/// How a backup is laid over what it is a backup of.
#[derive(Debug, Clone, Copy)]
enum Restore {
    /// Everything anew, as from an archive.
    Replaced,
    /// Into the same files.
    WrittenOver,
    /// The store alone, into the same files.
    StoreWrittenOver,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_a_backup_was_laid_over_mints_a_new_device_and_nobody_looks_like_a_cheat() {
    for how in [Restore::Replaced, Restore::WrittenOver, Restore::StoreWrittenOver] {
        let (aigerim, dina) = (town("Әйгерім").await, town("Дина").await);
        let committee = aigerim.found().await;
        aigerim.let_in(&dina, committee).await;
        let folder = dina.stop().await;
        let backup = tempfile::tempdir().unwrap();
        copy_dir(folder.path(), backup.path());
        let dina = open(folder).await;
        dina.desk.unlock(passphrase()).await.unwrap();
        dina.post(committee, "жаңа").await.unwrap();
        dina.meet(&aigerim).await;
        let folder = dina.stop().await;
        match how {
            Restore::Replaced => {
                empty(folder.path());
                copy_dir(backup.path(), folder.path());
            }
            Restore::WrittenOver => write_over(backup.path(), folder.path()),
            Restore::StoreWrittenOver => write_over(&backup.path().join("db"), &folder.path().join("db")),
        }
        // Offline, before anybody could say what it had written since.
        let dina = open(folder).await;
        dina.desk.unlock(passphrase()).await.unwrap();
        dina.post(committee, "қалпына келген").await.unwrap();
        dina.meet(&aigerim).await;
        let bulletins = aigerim.bulletins().await;
        assert_eq!(bulletins.len(), 2, "{how:?}");
        let fine = |bulletin: &BulletinView| bulletin.author.standing == AuthorStanding::Ok;
        assert!(bulletins.iter().all(fine), "{how:?}: {bulletins:#?}");
        assert_ne!(bulletins[0].author.device, bulletins[1].author.device, "{how:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_is_opened_and_closed_keeps_its_device() {
    let aigerim = town("Әйгерім").await;
    let committee = aigerim.found().await;
    let mut town = aigerim;
    for n in 0..3 {
        town.post(committee, &n.to_string()).await.unwrap();
        town = open(town.stop().await).await;
        town.desk.unlock(passphrase()).await.unwrap();
    }
    assert_eq!(town.desk.members(committee).await.unwrap()[0].devices.len(), 1);
}

fn empty(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => std::fs::remove_dir_all(entry.path()).unwrap(),
            false => std::fs::remove_file(entry.path()).unwrap(),
        }
    }
}

/// Makes `to` what `from` is, without any new file where there was one of that name.
fn write_over(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(to).unwrap().map(Result::unwrap) {
        if !from.join(entry.file_name()).exists() {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => write_over(&entry.path(), &target),
            false => std::fs::write(target, std::fs::read(entry.path()).unwrap()).unwrap(),
        }
    }
}

pub(crate) fn copy_dir(from: &Path, to: &Path) {
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
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
    assert_eq!(again.desk.state(), DeskState::Locked);
    assert!(matches!(again.post(committee, "x").await, Err(DeskError::Locked)));
    let wrong = again.desk.unlock(Zeroizing::new("не тот пароль".to_owned())).await;
    assert!(matches!(wrong, Err(DeskError::WrongPassphrase)));
    again.desk.unlock(passphrase()).await.unwrap();
    assert_eq!(again.texts().await.len(), 40);
    let limited = Filter { limit: Some(3), ..Filter::default() };
    assert_eq!(again.desk.bulletins(&limited).await.unwrap().bulletins.len(), 3);
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
