//! What the fleet's journal costs: the CPU time of a row from the file to its result, and the memory of many rows.
//!
//! Rows are read, looked over, noted as about to be sent, noted as done and written as results, as a job does it, with
//! nothing sent. One process per length, since a peak does not come down again.

use std::io::{BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use apex_mobility_core::clock::{Clock, SystemClock};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{Event, Item, JobSpec, Journal, Location};
use apex_mobility_fleet::results::ResultFormat;
use apex_mobility_fleet::{FleetOperation, State};
use clap::Args;
use futures_util::{StreamExt, stream};

use super::Broken;
use super::cost::Meter;
use super::memory::peak_of_this_process;
use super::report::{Report, Target};

const REPEATS: usize = 3;
/// Requests that a job has under way at once.
const AT_ONCE: usize = 32;
/// Rows that are taken out of the journal together.
const PAGE: usize = 2_000;

const CPU_TARGET: Target = Target::AtMost(100.0);
const PEAK_TARGET: Target = Target::AtMost(64.0);
const GROWTH_TARGET: Target = Target::AtMost(4.0);

/// What the process with the job is told.
#[derive(Debug, Args)]
pub(super) struct Job {
    /// How many rows
    #[arg(long)]
    rows: u64,
}

/// What a job cost: CPU times per row in microseconds, and the peak in MiB.
#[derive(Debug, Clone, Copy)]
struct Took {
    all: f64,
    checked: f64,
    results: f64,
    peak: f64,
}

/// Of a tenth of the rows, of all, and of twice as many.
pub(super) fn measure(rows: u64, report: &mut Report) -> Result<(), Broken> {
    let (short, longer) = ((rows / 10).max(1), rows * 2);
    let mut jobs = Vec::new();
    for _ in 0..REPEATS {
        jobs.push((run(short)?, run(rows)?, run(longer)?));
    }
    let pairs = |of: fn(&Took) -> f64| -> Vec<_> {
        jobs.iter().map(|(short, long, _)| (of(short), of(long))).collect()
    };
    let mut figure = |what: &str, unit, pairs: &[(f64, f64)], target| {
        report.figure(format!("Journal: {what}, {short} and {rows} rows"), unit, pairs, target);
    };
    figure("CPU time per row", "µs", &pairs(|took| took.all), Some(CPU_TARGET));
    figure("of it for reading and checking a row", "µs", &pairs(|took| took.checked), None);
    figure("of it for its result", "µs", &pairs(|took| took.results), None);
    figure("peak memory", "MiB", &pairs(|took| took.peak), Some(PEAK_TARGET));
    let growth: Vec<_> = jobs.iter().map(|(_, long, longer)| (long.peak, longer.peak)).collect();
    let measure = format!("Journal: peak memory, {rows} and {longer} rows");
    report.growth(measure, "MiB", &growth, Some(GROWTH_TARGET));
    Ok(())
}

fn run(rows: u64) -> Result<Took, Broken> {
    let job = Command::new(std::env::current_exe().map_err(Broken::new)?)
        .args(["bench", "journal", "--rows", &rows.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .map_err(Broken::new)?;
    let said = String::from_utf8_lossy(&job.stdout);
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers.as_slice() {
        [all, checked, _, _, results, peak_kib] => {
            Ok(Took { all: *all, checked: *checked, results: *results, peak: peak_kib / 1024.0 })
        }
        _ => Err(Broken::new("the process with the journal failed")),
    }
}

/// The process with the job: says the CPU time of a row in all and in each of four steps (checked, let in, sent, results),
/// and the most memory that it held, in KiB.
pub(super) async fn carry(job: &Job) -> Result<String, Broken> {
    let directory = tempfile::tempdir().map_err(Broken::new)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let location = Location::File(directory.path().join("journal.db"));
    let journal = Journal::open(&location, Arc::clone(&clock)).await.map_err(Broken::new)?;
    let meter = Meter::start()?;
    let mut steps = Vec::new();
    let mut step = Meter::start()?;
    let mut end_step = || -> Result<(), Broken> {
        let ended = std::mem::replace(&mut step, Meter::start()?);
        steps.push(ended.stop(job.rows)?.cpu_micros_per_call());
        Ok(())
    };
    let file = BufReader::new(Rows { left: job.rows, next: 0, text: Vec::new() });
    let input =
        Input::open(file, Format::Csv(b','), Some(FleetOperation::Suspend), &[]).map_err(Broken::new)?;
    let report = journal.preflight(JobSpec::default(), input, "secret", &|_| Vec::new()).await;
    let report = report.map_err(Broken::new)?;
    end_step()?;
    journal.let_in(&report.job).await.map_err(Broken::new)?;
    end_step()?;
    let until = clock.wall() + Duration::from_secs(60);
    loop {
        let page =
            journal.items_in(report.job.number, &[State::Planned], None, PAGE).await.map_err(Broken::new)?;
        if page.is_empty() {
            break;
        }
        let noted = stream::iter(page).map(|item: Item| {
            let journal = &journal;
            async move {
                let intent = format!("intent-{:?}", item.id);
                journal.intend(vec![(item.id, String::new())], intent, until).await?;
                journal.record(vec![Event { releases: true, ..Event::new(item.id, State::Done) }]).await
            }
        });
        let noted: Vec<_> = noted.buffer_unordered(AT_ONCE).collect().await;
        if let Some(error) = noted.into_iter().find_map(Result::err) {
            return Err(Broken::new(error));
        }
    }
    end_step()?;
    let results = directory.path().join("results.csv");
    let written =
        journal.write_results(&report.job, &results, ResultFormat::Csv).await.map_err(Broken::new)?;
    if written != job.rows {
        return Err(Broken::new(format!("{written} results for {} rows", job.rows)));
    }
    end_step()?;
    let all = meter.stop(job.rows)?.cpu_micros_per_call();
    let steps: Vec<String> = steps.iter().map(|step| format!("{step:.2}")).collect();
    Ok(format!("{all:.2} {} {}", steps.join(" "), peak_of_this_process()?))
}

/// A file of so many rows, made while it is read.
struct Rows {
    left: u64,
    next: u64,
    text: Vec<u8>,
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.text.is_empty() && (self.left > 0 || self.next == 0) {
            if self.next == 0 {
                self.text.extend_from_slice(b"number,reason\n");
            }
            for _ in 0..self.left.min(1000) {
                let (npa, rest) = (201 + self.next / 1_000_000, self.next % 1_000_000);
                let (nxx, line) = (201 + rest / 10_000, rest % 10_000);
                self.text.extend_from_slice(format!("{npa}{nxx}{line:04},CR\n").as_bytes());
                self.next += 1;
                self.left -= 1;
            }
        }
        let taken = self.text.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(self.text.drain(..taken)) {
            *to = from;
        }
        Ok(taken)
    }
}
