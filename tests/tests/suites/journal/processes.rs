//! Several processes on one server: each item is given to one of them.
//!
//! The test starts itself again; the variables say that it is such a process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::*;

const SERVER: &str = "APEX_TEST_SERVER";
const ITEMS: u32 = 400;

/// This program again, for one test alone.
pub(crate) fn again(test: &str) -> Command {
    configure(Command::new(std::env::current_exe().unwrap()), test)
}

pub(crate) fn configure(mut command: Command, test: &str) -> Command {
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]).stdout(Stdio::piped());
    command
}

/// What a process says with this word in front, until it ends or enough is said.
pub(crate) fn said(child: &mut Child, word: &str, enough: usize) -> Vec<String> {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
    // The harness writes the test's name in front of its first line.
    let words = lines.filter_map(|line| Some(line.split_once(word)?.1.trim().to_owned()));
    words.take(enough).collect()
}

#[tokio::test]
async fn many_processes_and_one_that_is_killed_get_each_item_once() {
    if let Ok(server) = std::env::var(SERVER) {
        return take_what_is_given(&server).await;
    }
    let Some(place) = Place::on_postgres() else { return };
    let journal = place.open().await;
    let job = job_of(&journal, items(ITEMS)).await.number;
    let url = place.server.clone().unwrap();
    let start = || {
        let test = "journal::processes::many_processes_and_one_that_is_killed_get_each_item_once";
        again(test).env(SERVER, &url).stdin(Stdio::piped()).spawn().unwrap()
    };
    let mut killed = start();
    let mut others = [start(), start()];
    // None is through with all of it before the others are there.
    for process in others.iter_mut().chain([&mut killed]) {
        assert_eq!(said(process, "ready", 1).len(), 1);
    }
    for process in others.iter_mut().chain([&mut killed]) {
        drop(process.stdin.take());
    }
    let mut given = said(&mut killed, "given ", 20);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!given.is_empty());
    for mut other in others {
        given.extend(said(&mut other, "given ", usize::MAX));
        assert!(other.wait().unwrap().success());
    }
    let mut times = BTreeMap::new();
    for item in given {
        *times.entry(item).or_insert(0) += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    // What the killed one was given and could not say any more has no answer, and is in nobody's hands.
    let tally = journal.tally(job).await.unwrap();
    let (done, open) = (tally.of(State::Done), tally.of(State::Intent));
    assert_eq!(done + open, u64::from(ITEMS));
    assert!(times.len() as u64 >= done, "{} {done}", times.len());
}

#[tokio::test]
async fn a_server_that_ends_idle_sessions_leaves_the_writers_alone() {
    use apex_mobility::clock::Clock;
    let Some(place) = Place::on_postgres() else { return };
    let (cluster, url) = (Cluster::get().unwrap(), place.server.clone().unwrap());
    let database = url.rsplit('/').next().unwrap();
    cluster.ask(&url, &format!("ALTER DATABASE {database} SET idle_session_timeout = '1s'"));
    let journal = place.open().await;
    let job = job_of(&journal, items(1)).await.number;
    let id = ids(&journal, job).await[0];
    journal.intend(unseen([id]), "a".to_owned(), soon()).await.unwrap();
    SystemClock::new().sleep(Duration::from_secs(3)).await;
    assert_eq!(journal.record(vec![done(id)]).await.unwrap(), 1);
    // Not even once was it ended.
    let young = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND backend_start > now() - interval '2 seconds'";
    assert_eq!(cluster.ask(&url, young), "0");
}

/// One of the processes: asks for runs of items that overlap those of the others, several at a time.
async fn take_what_is_given(server: &str) {
    let journal = open(&Location::parse(server).unwrap()).await.unwrap();
    let job = journal.jobs().await.unwrap()[0].number;
    let mut all = ids(&journal, job).await;
    fastrand::shuffle(&mut all);
    println!("\nready");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    let takers = all.chunks(25).map(|chunk| async {
        for few in chunk.chunks(5) {
            let intent = format!("{}-{:?}", std::process::id(), few[0]);
            let given = journal.intend(unseen(few.to_vec()), intent.clone(), soon()).await.unwrap();
            for item in &given {
                println!("\ngiven {item:?}");
            }
            let events = given.iter().map(|item| Event { intent: intent.clone(), ..done(*item) }).collect();
            assert_eq!(journal.record(events).await.unwrap(), given.len() as u64);
        }
    });
    futures_util::future::join_all(takers).await;
}

/// A path that a process of another user can be started from.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: std::sync::OnceLock<std::path::PathBuf> = std::sync::OnceLock::new();
    PROGRAM.get_or_init(|| std::env::current_exe().unwrap())
}
