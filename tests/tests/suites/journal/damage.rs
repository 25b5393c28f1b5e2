//! What can happen to a journal's file: nothing that was confirmed is lost without a word, and nothing is sent that
//! cannot be noted.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::postgres::Unprivileged;

use super::processes::{again, configure, program, said};
use super::*;

const FILE: &str = "APEX_TEST_JOURNAL";

fn file_in(directory: &Path) -> Location {
    Location::File(directory.join("journal.db"))
}

/// This process, when it is one that a test has started to work on a file.
fn told() -> Option<Location> {
    std::env::var_os(FILE).map(|path| Location::File(PathBuf::from(path)))
}

/// Takes one item after the other, and says which, until the journal says no.
async fn take_one_after_the_other(journal: &Journal) -> JournalError {
    loop {
        let job = job_of(journal, items(200)).await.number;
        for id in ids(journal, job).await {
            match journal.intend(unseen([id]), format!("{id:?}"), soon()).await {
                Ok(given) => assert_eq!(given, [id]),
                Err(error) => return error,
            }
            println!("\ngiven {id:?}");
        }
    }
}

/// The items that the journal says may have been sent.
async fn may_have_been_sent(journal: &Journal) -> Vec<String> {
    let mut found = Vec::new();
    for job in journal.jobs().await.unwrap() {
        let states = [State::Intent];
        let items = journal.items_in(job.number, &states, None, 10_000).await.unwrap();
        found.extend(items.into_iter().map(|item| format!("{:?}", item.id)));
    }
    found
}

#[tokio::test]
async fn a_torn_file_of_a_killed_process_keeps_what_was_confirmed_or_is_refused() {
    if let Some(file) = told() {
        let error = take_one_after_the_other(&open(&file).await.unwrap()).await;
        panic!("{error}");
    }
    let directory = tempfile::tempdir().unwrap();
    let test = "journal::damage::a_torn_file_of_a_killed_process_keeps_what_was_confirmed_or_is_refused";
    let mut child = again(test).env(FILE, directory.path().join("journal.db")).spawn().unwrap();
    let confirmed = said(&mut child, "given ", 120);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(confirmed.len(), 120);
    let log = fs::read(directory.path().join("journal.db-wal")).unwrap();
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut kept, mut refused) = (0, 0);
    for round in 0..60 {
        let copy = tempfile::tempdir().unwrap();
        for name in ["journal.db", "journal.db.lock"] {
            fs::copy(directory.path().join(name), copy.path().join(name)).unwrap();
        }
        let mut log = log.clone();
        // The first as it is, then torn off or spoilt, most often near its end.
        let place = match round % 3 {
            _ if round == 0 => log.len(),
            0 => random.usize(..log.len()),
            _ => log.len() - random.usize(..log.len() / 10),
        };
        if round % 2 == 0 {
            log.truncate(place);
        } else if let Some(byte) = log.get_mut(place.saturating_sub(1)) {
            *byte ^= random.u8(1..);
        }
        fs::write(copy.path().join("journal.db-wal"), log).unwrap();
        match open(&file_in(copy.path())).await {
            Ok(journal) => {
                let found = may_have_been_sent(&journal).await;
                let lost: Vec<_> = confirmed.iter().filter(|item| !found.contains(item)).collect();
                assert!(lost.is_empty(), "seed {seed}, round {round}: lost without a word: {lost:?}");
                kept += 1;
            }
            Err(error) => {
                assert!(round > 0, "{error}");
                assert!(matches!(error, JournalError::Damaged(_) | JournalError::Open(_)), "{error:?}");
                refused += 1;
            }
        }
    }
    assert!(kept > 0 && refused > 0, "seed {seed}: {kept} kept, {refused} refused");
}

#[tokio::test]
async fn an_older_copy_in_a_journals_place_is_refused_until_somebody_says_that_it_is_meant() {
    let directory = tempfile::tempdir().unwrap();
    let (file, copy) = (directory.path().join("journal.db"), directory.path().join("copy.db"));
    let journal = open(&file_in(directory.path())).await.unwrap();
    let job = job_of(&journal, items(2)).await.number;
    journal.close().await;
    wait_until_closed(directory.path()).await;
    fs::copy(&file, &copy).unwrap();
    let journal = open(&file_in(directory.path())).await.unwrap();
    let all = ids(&journal, job).await;
    journal.intend(unseen(all), "a".to_owned(), soon()).await.unwrap();
    journal.close().await;
    wait_until_closed(directory.path()).await;
    fs::copy(&copy, &file).unwrap();
    for _ in 0..2 {
        let refused = open(&file_in(directory.path())).await.unwrap_err().to_string();
        assert!(refused.contains("its last 1 writes are gone"), "{refused}");
        assert!(refused.contains("journal.db.lock"), "{refused}");
    }
    fs::remove_file(directory.path().join("journal.db.lock")).unwrap();
    assert_eq!(states(&open(&file_in(directory.path())).await.unwrap(), job).await, [State::Planned; 2]);
}

#[tokio::test]
async fn a_journal_that_is_in_use_is_so_under_each_of_its_names() {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| Location::File(directory.path().join(name));
    fs::create_dir(directory.path().join("real")).unwrap();
    symlink("real", directory.path().join("linked")).unwrap();
    symlink("linked/journal.db", directory.path().join("link.db")).unwrap();
    symlink("link.db", directory.path().join("link to link.db")).unwrap();
    let names = ["real/journal.db", "linked/journal.db", "link.db", "link to link.db"];
    // The last of them before the file is there.
    for holder in names.iter().rev() {
        let journal = open(&place(holder)).await.unwrap();
        for name in names {
            let refused = open(&place(name)).await.unwrap_err();
            assert!(
                matches!(&refused, JournalError::InUse { path, .. } if path.ends_with(name)),
                "{refused:?}"
            );
        }
        journal.close().await;
        wait_until_closed(&directory.path().join("real")).await;
    }
    assert!(directory.path().join("real/journal.db.lock").exists());
    assert!(!directory.path().join("link.db.lock").exists());
}

/// Until the file is whole and free again: its lock is given back in the background.
async fn wait_until_closed(directory: &Path) {
    use apex_mobility::clock::Clock;
    let clock = SystemClock::new();
    for _ in 0..500 {
        clock.sleep(Duration::from_millis(10)).await;
        if !directory.join("journal.db-wal").exists() {
            return;
        }
    }
    panic!("the journal stays open");
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_given_that_was_not_noted_and_nothing_noted_is_lost() {
    if let Some(file) = told() {
        let error = take_one_after_the_other(&open(&file).await.unwrap()).await;
        let JournalError::Write(why) = &error else { panic!("{error:?}") };
        assert!(why.contains("full") || why.contains("I/O"), "{why}");
        println!("\nrefused {error}");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let test =
        "journal::damage::on_a_full_disk_nothing_is_given_that_was_not_noted_and_nothing_noted_is_lost";
    // Files grow to half a MiB and no further, and whoever tries is told so.
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap '' XFSZ; ulimit -f 1024; exec "$@""#, "sh"]).arg(program());
    let mut child = configure(shell, test).env(FILE, directory.path().join("journal.db")).spawn().unwrap();
    let given = said(&mut child, "given ", usize::MAX);
    assert!(child.wait().unwrap().success());
    assert!(!given.is_empty());
    let journal = open(&file_in(directory.path())).await.unwrap();
    let found = may_have_been_sent(&journal).await;
    assert!(given.iter().all(|item| found.contains(item)), "{given:?} {found:?}");
    // With room again it goes on.
    let job = journal.jobs().await.unwrap()[0].number;
    let rest = journal.items_in(job, &[State::Planned], None, 1).await.unwrap();
    if let Some(item) = rest.first() {
        assert_eq!(journal.intend(unseen([item.id]), "b".to_owned(), soon()).await.unwrap(), [item.id]);
    }
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_is_refused_before_anything_is_sent() {
    if let Some(file) = told() {
        let refused = match open(&file).await {
            Ok(journal) => journal.create_job(JobSpec::default()).await.unwrap_err(),
            Err(error) => error,
        };
        println!("\nrefused {refused}");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal.db");
    let journal = open(&file_in(directory.path())).await.unwrap();
    job_of(&journal, items(3)).await;
    journal.close().await;
    wait_until_closed(directory.path()).await;
    let user = Unprivileged::here(directory.path());
    let before = fs::read(&file).unwrap();
    let test = "journal::damage::a_journal_that_cannot_be_written_is_refused_before_anything_is_sent";
    // The file alone, then the directory with all that is in it.
    for (lock, folder) in [(0o666, 0o777), (0o444, 0o555)] {
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(&file, 0o444);
        set(&directory.path().join("journal.db.lock"), lock);
        set(directory.path(), folder);
        let mut child = configure(user.command(program()), test).env(FILE, &file).spawn().unwrap();
        let refused = said(&mut child, "refused ", usize::MAX);
        assert!(child.wait().unwrap().success());
        let [refused] = refused.as_slice() else { panic!("{refused:?}") };
        let why = refused.to_lowercase();
        assert!(why.contains("readonly") || why.contains("permission denied"), "{refused}");
        set(directory.path(), 0o777);
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}
