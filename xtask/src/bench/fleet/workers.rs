//! Workers around a journal on PostgreSQL, each a process of its own, as `apex fleet worker` is.

use std::process::{Command, Stdio};
use std::sync::Arc;

use apex_mobility_core::clock::SystemClock;
use apex_mobility_fleet::journal::{JobInfo, Journal, Location};
use apex_mobility_fleet::worker::{self, Queue, Worker, WorkerEnded, WorkerOptions};
use apex_mobility_fleet::{Engine, Options, Stop};
use clap::Args;

use super::super::Broken;
use super::super::cost::Meter;
use super::super::memory::peak_of_this_process;
use super::Done;
use super::job::{AT_ONCE, client};

/// What a worker is told.
#[derive(Debug, Args)]
pub(in super::super) struct Hand {
    /// The carrier
    #[arg(long)]
    url: String,
    /// The URL of the journal's database
    #[arg(long)]
    journal: String,
}

/// Hands a job over to so many workers and waits for their end. Gives what they took together.
pub(super) async fn carry(
    journal: &Journal,
    location: &Location,
    job: &JobInfo,
    url: &str,
    workers: u16,
    database: &str,
) -> Result<Done, Broken> {
    let queue = Queue::open(location, url).await.map_err(Broken::new)?;
    worker::submit(journal, &queue, job).await.map_err(Broken::new)?;
    let mut hands = Vec::new();
    for _ in 0..workers {
        let mut hand = Command::new(std::env::current_exe().map_err(Broken::new)?);
        hand.args(["bench", "worker", "--url", url, "--journal", database]);
        hands.push(hand.stdout(Stdio::piped()).spawn().map_err(Broken::new)?);
    }
    let mut all = Done { rows: 0, done: 0, cpu: 0.0, wall: 0.0, peak_kib: 0 };
    for hand in hands {
        // This process has connections of its own to look after meanwhile.
        let ended = tokio::task::spawn_blocking(|| hand.wait_with_output()).await.map_err(Broken::new)?;
        let done = Done::read(&ended.map_err(Broken::new)?.stdout)?;
        all.cpu += done.cpu;
        all.peak_kib = all.peak_kib.max(done.peak_kib);
    }
    Ok(all)
}

/// The worker: works until no job is left, and says what that took.
pub(in super::super) async fn work(hand: &Hand) -> Result<String, Broken> {
    let meter = Meter::start()?;
    let location = Location::parse(&hand.journal).map_err(Broken::new)?;
    let client = client(&hand.url, &location)?;
    let journal = Journal::open(&location, Arc::new(SystemClock::new())).await.map_err(Broken::new)?;
    let queue = Queue::open(&location, &hand.url).await.map_err(Broken::new)?;
    let engine = Engine::new(&client, &journal, "sandbox", Options::default());
    let options = WorkerOptions { concurrency: AT_ONCE, until_done: true, ..WorkerOptions::default() };
    let worker = Worker::new(&engine, &queue, &hand.url, options);
    let ended = worker.run("bench", &Stop::default(), &|_| ()).await.map_err(Broken::new)?;
    if ended != WorkerEnded::NothingLeft {
        return Err(Broken::new(format!("a worker ended otherwise: {ended:?}")));
    }
    let (cpu, wall) = meter.stop(1)?.seconds();
    let done = Done { rows: 0, done: 0, cpu, wall, peak_kib: peak_of_this_process()? };
    serde_json::to_string(&done).map_err(Broken::new)
}
