//! What a fleet job costs, beside the same job done by a plain script.
//!
//! Lines of a sandbox without limit, in a process of its own, are suspended: by the engine with a journal in a file, with
//! one on a PostgreSQL server, and by a script with Python's `requests` and ten threads. The CPU time is that of the
//! process that does the job, from the first row read to the last result written; the sandbox's and PostgreSQL's are not
//! in it. Unless told otherwise, the fleet reads each line before it changes it (two requests a row), so both sides are
//! measured with and without.

mod carrier;
mod job;
mod limit;
mod script;
mod workers;

use std::path::Path;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::Broken;
use super::report::{Report, Target};
use super::statistics::Pairs;
use crate::postgres::Cluster;
use carrier::Carrier;
pub(super) use carrier::Lines;
pub(super) use carrier::serve;
pub(super) use job::Job;
pub(super) use job::carry;
use script::Script;
pub(super) use workers::{Hand, work};

/// How much is measured.
#[derive(Debug, Clone, Args)]
pub(super) struct Extent {
    /// Rows of the fleet's job, and of the journal's
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    rows: u64,
    /// Rows of the job at a server that takes 50 calls a second; 30 seconds of them are not counted
    #[arg(long, default_value_t = 6_000, value_parser = clap::value_parser!(u64).range(1..))]
    limited_rows: u64,
    /// Leave the script out: no Python, no PyPI
    #[arg(long)]
    no_script: bool,
    /// Measure in a build that is not optimized, too: a test of the bench
    #[arg(long, hide = true)]
    pub(super) unoptimized: bool,
}

const RATIO_TARGET: Target = Target::AtLeast(5.0);
const PEAK_TARGET: Target = Target::AtMost(64.0);

/// What a job came to and took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Done {
    rows: u64,
    done: u64,
    /// CPU time in seconds.
    cpu: f64,
    /// Time that passed, in seconds.
    wall: f64,
    peak_kib: u64,
}

impl Done {
    fn rows_per_cpu_second(&self) -> f64 {
        self.rows as f64 / self.cpu
    }

    fn rows_per_second(&self) -> f64 {
        self.rows as f64 / self.wall
    }

    fn peak_mib(&self) -> f64 {
        self.peak_kib as f64 / 1024.0
    }

    fn micros_per_row(&self) -> f64 {
        self.cpu * 1e6 / self.rows as f64
    }

    /// What a process said at its end.
    fn read(said: &[u8]) -> Result<Self, Broken> {
        serde_json::from_slice(said)
            .map_err(|error| Broken::new(format!("a job did not say what it did: {error}")))
    }
}

/// How a job is carried through.
#[derive(Debug, Clone, Copy)]
enum How {
    Script,
    File,
    Postgres,
    /// PostgreSQL, and so many workers.
    Workers(u16),
}

/// Measures the fleet's part alone.
pub(super) async fn measure(options: &Extent, report: &mut Report) -> Result<(), Broken> {
    // reqwest is built without a TLS provider of its own. A second call finds the first one's.
    let _ = rustls::crypto::ring::default_provider().install_default();
    super::journal::measure(options.rows, report)?;
    let place = tempfile::tempdir().map_err(Broken::new)?;
    let bench = Bench { options, place: place.path(), carrier: Carrier::start(options.rows, place.path())? };
    let script = match options.no_script {
        false => Some((bench.run(How::Script, false).await?, bench.run(How::Script, true).await?)),
        true => None,
    };
    // A file is one process's by design.
    let ways = [
        (How::File, "SQLite, 1 process"),
        (How::Postgres, "PostgreSQL, 1 process"),
        (How::Workers(1), "PostgreSQL, 1 worker"),
        (How::Workers(4), "PostgreSQL, 4 workers"),
    ];
    for (how, store) in ways {
        let Some(plain) = bench.try_run(how, false).await? else { continue };
        let looking = bench.run(how, true).await?;
        tell(report, store, plain, looking);
        if let Some(script) = script {
            compare(report, store, script, (plain, looking));
        }
    }
    drop(bench);
    limit::measure(options, report).await
}

/// What the fleet takes by itself: with one request a row, and with two.
fn tell(report: &mut Report, store: &str, plain: Done, looking: Done) {
    let mut figure = |what: &str, unit, of: fn(&Done) -> f64, target| {
        let measure = format!("Fleet on {store}, {what}: 1 request a row, 2 requests");
        report.figure(measure, unit, &[(of(&plain), of(&looking))], target);
    };
    figure("CPU time per row", "µs", Done::micros_per_row, None);
    figure("rows per second that passed", "rows/s", Done::rows_per_second, None);
    figure("peak memory", "MiB", Done::peak_mib, Some(PEAK_TARGET));
}

/// The fleet beside the script: rows per second of CPU, and of time that passed.
fn compare(report: &mut Report, store: &str, script: (Done, Done), fleet: (Done, Done)) {
    let mut ratio = |what: &str, of: fn(&Done) -> f64, (script, fleet): (Done, Done), target| {
        let measure = format!("{what}: script, fleet on {store}");
        if let Some(pairs) = Pairs::new(&[(of(&script), of(&fleet))]) {
            report.ratio(measure, "rows/s", &pairs, target);
        }
    };
    let of_cpu: fn(&Done) -> f64 = Done::rows_per_cpu_second;
    ratio(
        "Rows per second of CPU, 1 request a row on both sides",
        of_cpu,
        (script.0, fleet.0),
        Some(RATIO_TARGET),
    );
    ratio(
        "Rows per second of CPU, 2 requests a row on both sides",
        of_cpu,
        (script.1, fleet.1),
        Some(RATIO_TARGET),
    );
    ratio("Rows per second of CPU, each as it is (1 request a row, 2)", of_cpu, (script.0, fleet.1), None);
    ratio("Rows per second that passed, 1 request a row", Done::rows_per_second, (script.0, fleet.0), None);
}

struct Bench<'a> {
    options: &'a Extent,
    place: &'a Path,
    carrier: Carrier,
}

impl Bench<'_> {
    /// None where there is no PostgreSQL; that was said.
    async fn try_run(&self, how: How, look: bool) -> Result<Option<Done>, Broken> {
        if matches!(how, How::Postgres | How::Workers(_)) && Cluster::get().is_none() {
            return Ok(None);
        }
        self.run(how, look).await.map(Some)
    }

    /// One job on a carrier that has forgotten the one before, and what came of it, held against the carrier's ledger.
    async fn run(&self, how: How, look: bool) -> Result<Done, Broken> {
        self.carrier.begin_again().await?;
        let done = match how {
            How::Script => Script::install()?.run(&self.carrier, self.place, look)?,
            How::File => job::run(&self.carrier, self.place, &job::new_file(self.place), look, 0)?,
            How::Postgres | How::Workers(_) => {
                let cluster = Cluster::get().ok_or_else(|| Broken::new("there is no PostgreSQL"))?;
                let workers = if let How::Workers(number) = how { number } else { 0 };
                job::run(&self.carrier, self.place, &cluster.database(), look, workers)?
            }
        };
        let effects = self.carrier.effects().await?;
        if (done.rows, done.done, effects) != (self.options.rows, self.options.rows, self.options.rows) {
            let what = format!("{how:?}: {} rows, {done:?}, {effects} effects", self.options.rows);
            return Err(Broken::new(what));
        }
        Ok(done)
    }
}
