//! The process that carries a job through, as `apex fleet run` does it.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use apex_mobility_core::clock::SystemClock;
use apex_mobility_core::{AppCredentials, Client};
use apex_mobility_fleet::engine::{Ended, Engine, Options, Stop};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{JobSpec, Journal, Location};
use apex_mobility_fleet::results::ResultFormat;
use apex_mobility_fleet::worker::PostgresPace;
use apex_mobility_fleet::{FleetOperation, Orders, State};
use clap::Args;

use super::super::Broken;
use super::super::cost::Meter;
use super::super::memory::peak_of_this_process;
use super::carrier::Carrier;
use super::{Done, workers};

/// What the process is told.
#[derive(Debug, Args)]
pub(in super::super) struct Job {
    /// The carrier
    #[arg(long)]
    url: String,
    /// The lines to suspend
    #[arg(long)]
    file: PathBuf,
    /// The journal: a file, or the URL of a PostgreSQL database
    #[arg(long)]
    journal: String,
    /// Where the results go
    #[arg(long)]
    results: PathBuf,
    /// Read each line before it is changed
    #[arg(long)]
    look: bool,
    /// Workers that the job is left to; none: this process carries it through
    #[arg(long, default_value_t = 0)]
    workers: u16,
}

/// What the command line has under way at once, unless told otherwise.
pub(super) const AT_ONCE: usize = 12;

/// A journal's file that is not there yet.
pub(super) fn new_file(place: &Path) -> String {
    let taken = std::fs::read_dir(place).map_or(0, Iterator::count);
    place.join(format!("journal-{taken}.db")).display().to_string()
}

/// Starts the process, and gives what it did and took.
pub(super) fn run(
    carrier: &Carrier,
    place: &Path,
    journal: &str,
    look: bool,
    workers: u16,
) -> Result<Done, Broken> {
    let mut job = Command::new(std::env::current_exe().map_err(Broken::new)?);
    job.args(["bench", "job", "--url", carrier.url(), "--journal", journal]);
    job.args(["--workers", &workers.to_string()]);
    job.arg("--file").arg(carrier.file()).arg("--results").arg(place.join("results.csv"));
    if look {
        job.arg("--look");
    }
    let job = job.stderr(Stdio::inherit()).output().map_err(Broken::new)?;
    Done::read(&job.stdout)
}

/// As the command line makes it: beside a journal on a server, its rate is that of all who work there.
pub(super) fn client(url: &str, location: &Location) -> Result<Client, Broken> {
    const APP: &str = "sandbox";
    let mut client = Client::builder().base_url(url).credentials(AppCredentials::new(APP, "sandbox"));
    if let Location::Postgres(_) = location {
        let pace = PostgresPace::new(location, url, APP, None, Arc::new(SystemClock::new()));
        client = client.shared_pace(Arc::new(pace.map_err(Broken::new)?));
    }
    client.build().map_err(Broken::new)
}

/// The process: reads, looks over, sends and writes results.
pub(in super::super) async fn carry(job: &Job) -> Result<String, Broken> {
    let meter = Meter::start()?;
    let location = Location::parse(&job.journal).map_err(Broken::new)?;
    let client = client(&job.url, &location)?;
    let journal = Journal::open(&location, Arc::new(SystemClock::new())).await.map_err(Broken::new)?;
    let file = BufReader::new(File::open(&job.file).map_err(Broken::new)?);
    let input = Input::open(file, Format::Csv(b','), Some(FleetOperation::Suspend), &[]);
    let orders = Orders { for_workers: job.workers > 0, no_look_before: !job.look, ..Orders::default() };
    let options = serde_json::to_string(&orders).map_err(Broken::new)?;
    let spec = JobSpec { server: job.url.clone(), options, ..JobSpec::default() };
    let report = journal.preflight(spec, input.map_err(Broken::new)?, "sandbox", &|_| Vec::new()).await;
    let report = report.map_err(Broken::new)?;
    journal.let_in(&report.job).await.map_err(Broken::new)?;
    let mut others = Done { rows: 0, done: 0, cpu: 0.0, wall: 0.0, peak_kib: 0 };
    if job.workers > 0 {
        let (number, database) = (job.workers, &job.journal);
        others = workers::carry(&journal, &location, &report.job, &job.url, number, database).await?;
    } else {
        let options = Options { concurrency: AT_ONCE, ..orders.options() };
        let engine = Engine::new(&client, &journal, "sandbox", options);
        let ended = engine.run(&report.job, &Stop::default()).await.map_err(Broken::new)?;
        if ended != Ended::Finished {
            return Err(Broken::new(format!("the job ended otherwise: {ended:?}")));
        }
    }
    let rows =
        journal.write_results(&report.job, &job.results, ResultFormat::Csv).await.map_err(Broken::new)?;
    let cost = meter.stop(rows)?;
    let done = journal.tally(report.job.number).await.map_err(Broken::new)?.of(State::Done);
    journal.close().await;
    let (cpu, wall) = cost.seconds();
    let peak_kib = peak_of_this_process()?.max(others.peak_kib);
    let done = Done { rows, done, cpu: cpu + others.cpu, wall, peak_kib };
    serde_json::to_string(&done).map_err(Broken::new)
}
