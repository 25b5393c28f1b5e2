//! Submitting and working, where many machines share a journal.

use std::time::Duration;

use apex_mobility::fleet::journal::{JobInfo, JobState, Location, Tally};
use apex_mobility::fleet::worker::{
    self, Chunk, News, Queue, QueueError, Work, Worker, WorkerEnded, WorkerError, WorkerOptions,
};
use apex_mobility::fleet::{Ended as EngineEnded, Engine, Journal, Options, Orders, State, Stop};
use secrecy::ExposeSecret;

use super::carry::{report, tally, watch};
use super::journal::{JournalArgs, failure};
use super::preflight::Fit;
use super::run::{RunArgs, refuse_read_only};
use super::settings::Settings;
use crate::commands::Ended;
use crate::connection::Connected;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::{Printer, one_line};

pub(super) async fn submit(
    args: &RunArgs,
    watches: bool,
    location: &Location,
    fit: &Fit,
    printer: &Printer,
) -> Ended {
    let orders = Orders { for_workers: true, ..Orders::default() };
    let settings = args.settings(Settings { orders, ..Settings::default() })?;
    let connected = args.connection.connect()?;
    refuse_read_only(&connected)?;
    let journal = JournalArgs::open_shared(location, connected.client.clock().clone()).await?;
    // Before a row is let in: what would keep the workers from it is better known now.
    let queue = Queue::open(location, &connected.server).await.map_err(|error| of_queue(&error))?;
    let job = args.let_in(fit, &journal, &connected, &settings, printer).await?;
    if let Err(error) = worker::submit(&journal, &queue, &job).await {
        printer.warning(&format!("{}; the next worker to look finds the job all the same", error));
    }
    printer.note(&format!("handed over to the workers; how far it is: apex fleet status {}", job.id));
    if watches {
        return watch_to_its_end(&journal, &job, &connected, &settings, printer).await;
    }
    // As it is now that it is let in, or further, where a worker was quick.
    let job = journal.job_numbered(job.number).await.map_err(|error| failure(&error))?;
    printer.record(&super::shown::JobRow::of(&job, &tally(&journal, &job).await?));
    Ok(Exit::Ok)
}

/// How often it is looked whether the job has come to its end.
const LOOK_EVERY: Duration = Duration::from_secs(1);

async fn watch_to_its_end(
    journal: &Journal,
    job: &JobInfo,
    connected: &Connected,
    settings: &Settings,
    printer: &Printer,
) -> Ended {
    let client = &connected.client;
    let total = tally(journal, job).await?.total();
    let progress = printer.progress(Some(total), "waiting for workers");
    let over = async {
        loop {
            let job = journal.job_numbered(job.number).await.map_err(|error| failure(&error))?;
            match job.state {
                JobState::Finished => return Ok::<_, Failure>(EngineEnded::Finished),
                JobState::Stopped => return Ok(EngineEnded::Stopped),
                JobState::Draft | JobState::Running => client.clock().sleep(LOOK_EVERY).await,
            }
        }
    };
    let timeout = async {
        match settings.timeout {
            Some(timeout) => client.clock().sleep(timeout).await,
            None => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        ended = over => Some(ended?),
        () = watch(journal, job, client, &progress) => None,
        () = timeout => None,
        () = asked_to_end() => None,
    };
    drop(progress);
    match ended {
        Some(ended) => report(journal, job, client, &ended, settings, printer).await,
        None => {
            printer.note(&format!(
                "the workers go on without this; how far they are: apex fleet status {}",
                job.id
            ));
            Ok(Exit::Pending)
        }
    }
}

pub(super) async fn work(
    connected: &Connected,
    until_done: bool,
    location: &Location,
    printer: &Printer,
) -> Ended {
    let Connected { client, secret, server, max_concurrency } = connected;
    let journal = JournalArgs::open_shared(location, client.clock().clone()).await?;
    let queue = Queue::open(location, server).await.map_err(|error| of_queue(&error))?;
    let engine = Engine::new(client, &journal, secret.expose_secret(), Options::default());
    let options = WorkerOptions { concurrency: *max_concurrency, until_done, ..WorkerOptions::default() };
    let worker = Worker::new(&engine, &queue, server, options);
    let stop = Stop::default();
    printer.note(&format!("working for {server}"));
    let tell = |news: News| tell(&news, printer);
    let name = name();
    let ended = {
        let run = worker.run(&name, &stop, &tell);
        tokio::pin!(run);
        let mut asked = 0;
        loop {
            tokio::select! {
                ended = &mut run => break ended,
                () = asked_to_end() => {
                    asked += 1;
                    if asked == 1 {
                        printer.note(
                            "stopping: nothing more is sent; what is under way is settled, the rest is left to other \
                             workers. Ctrl-C again leaves at once",
                        );
                        stop.stop();
                    } else {
                        printer.note("leaving: what is under way stands in the journal, and another worker settles it");
                        stop.leave();
                    }
                }
            }
        }
    };
    match ended.map_err(|error| of_worker(&error))? {
        WorkerEnded::Refused(why) => {
            printer.warning(&format!("nothing more is sent: {}", one_line(&why)));
            Ok(if client.pace().stopped { Exit::Failed } else { Exit::Auth })
        }
        WorkerEnded::NothingLeft => {
            printer.note("no submitted job is left");
            Ok(Exit::Ok)
        }
        _ => Ok(Exit::Ok),
    }
}

/// Where a worker runs, for those who look into the queue.
fn name() -> String {
    let host = std::env::var("HOSTNAME").ok().or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    format!("{} {}", host.as_deref().map_or("somewhere", str::trim), std::process::id())
}

fn tell(news: &News, printer: &Printer) {
    match news {
        News::Took { job, chunk, taken_over } => {
            let from = if *taken_over { ", taken over from a worker that is gone" } else { "" };
            printer.note(&format!("job {job}: {}{from}", of_chunk(chunk)));
        }
        News::Ended { job, chunk, done, tally, took } => {
            let left = if *done { "" } else { ", given back" };
            let seconds = took.as_secs_f64();
            printer.note(&format!(
                "job {job}: {} in {seconds:.1} s{left}: {}",
                of_chunk(chunk),
                of_tally(tally)
            ));
        }
        News::Lost { job, chunk } => {
            printer.warning(&format!(
                "job {job}: {} is in other hands now: this worker was not heard of for too long",
                of_chunk(chunk)
            ));
        }
        News::Job { job, state: JobState::Finished, .. } => printer.note(&format!("job {job}: finished")),
        News::Job { job, why, .. } => printer.warning(&format!("job {job}: stopped: {why}")),
        News::Trouble(what) => printer.warning(&one_line(what)),
        other => printer.note(&format!("{other:?}")),
    }
}

/// `sending rows 401 to 800`.
fn of_chunk(chunk: &Chunk) -> String {
    match chunk.work {
        Work::Open => "opening with the first rows".to_owned(),
        Work::Send => format!("sending rows {} to {}", chunk.first, chunk.last),
        Work::Follow => format!("following rows {} to {}", chunk.first, chunk.last),
    }
}

/// `398 done, 2 rejected`.
fn of_tally(tally: &Tally) -> String {
    let states = State::ALL.into_iter().map(|state| (tally.of(state), state));
    let said: Vec<_> = states.filter(|(n, _)| *n > 0).map(|(n, state)| format!("{n} {state}")).collect();
    said.join(", ")
}

fn of_queue(error: &QueueError) -> Failure {
    Failure::usage(
        error.to_string(),
        "see that the database can be reached and that tables may be made in it",
    )
}

fn of_worker(error: &WorkerError) -> Failure {
    match error {
        WorkerError::Secret { .. } => Failure::usage(
            error.to_string(),
            "start it with the app secret that the job was submitted with; the job itself has lost nothing",
        ),
        WorkerError::Journal(error) => failure(error),
        _ => Failure::local(error.to_string())
            .with_changed("what was sent stands in the journal")
            .with_next("start the worker again when the database answers"),
    }
}
