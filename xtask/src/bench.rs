//! What the SDK costs over a plain reqwest loop that a careful user would write, and what the fleet's journal costs.
//!
//! A server in a process of its own answers a recorded page of 250 lines, so that its time is not counted
//! in the client's. Both ways of reading a list take turns in one process, round by round, and each ratio
//! is taken within a round: what else the machine does falls on both alike. Nothing here fails on a missed
//! target unless it is told to (`--strict`): a shared machine is no judge.

mod check;
mod cost;
mod fleet;
mod journal;
mod latency;
mod memory;
mod page_server;
mod plain;
mod reading;
mod report;
mod sdk;
mod serving;
mod statistics;

use std::fmt;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use tokio::runtime::{Builder, Runtime};

use crate::workspace_root;
pub use report::Report;

/// How much is measured.
#[derive(Debug, Args)]
pub struct Options {
    /// How often plain reqwest and the SDK take turns; even, so that each goes first as often
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Calls of each in a round; few, so that a disturbance falls on both or spoils one round only
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    calls: u32,
    /// Fail when a target is missed
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    fleet: fleet::Extent,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What the bench starts itself again for.
#[derive(Debug, Subcommand)]
enum Part {
    /// Measure the fleet alone
    Fleet(fleet::Extent),
    /// Answers pages until standard input ends
    #[command(hide = true)]
    Server(page_server::Listing),
    /// Reads a list item by item and says how much memory that took
    #[command(hide = true)]
    Listing(memory::Reader),
    /// Carries rows through a journal and says what that took
    #[command(hide = true)]
    Journal(journal::Job),
    /// Serves lines until standard input ends
    #[command(hide = true)]
    Carrier(fleet::Lines),
    /// Carries a job through and says what that took
    #[command(hide = true)]
    Job(fleet::Job),
    /// Works on jobs until none is left, and says what that took
    #[command(hide = true)]
    Worker(fleet::Hand),
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The bench: a table to print.
    Measured(Report),
    /// A part of it: a line to print, or nothing.
    Part(String),
}

/// Something kept the bench from measuring.
#[derive(Debug)]
pub struct Broken(String);

impl Broken {
    fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl Options {
    /// Whether it is to be run in an optimized build.
    #[must_use]
    pub const fn is_measured(&self) -> bool {
        match &self.part {
            Some(Part::Fleet(options)) => !options.unoptimized,
            None => true,
            Some(_) => false,
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs the bench, or the part of it that this process was started for.
///
/// # Errors
/// When the machine keeps it from measuring, and when the two ways of reading did not read the same.
pub fn run(options: &Options) -> Result<Outcome, Broken> {
    runtime()?.block_on(async {
        match &options.part {
            Some(Part::Fleet(options)) => measure_fleet(options).await.map(Outcome::Measured),
            Some(Part::Server(listing)) => page_server::serve(listing).await.map(Outcome::Part),
            Some(Part::Listing(reader)) => memory::read(reader).await.map(Outcome::Part),
            Some(Part::Journal(job)) => journal::carry(job).await.map(Outcome::Part),
            Some(Part::Carrier(lines)) => fleet::serve(lines).await.map(Outcome::Part),
            Some(Part::Job(job)) => fleet::carry(job).await.map(Outcome::Part),
            Some(Part::Worker(hand)) => fleet::work(hand).await.map(Outcome::Part),
            None => measure(options).await.map(Outcome::Measured),
        }
    })
}

fn runtime() -> Result<Runtime, Broken> {
    // One thread, as the command line has it: what a call costs, without what a scheduler adds to it.
    let mut runtime = Builder::new_current_thread();
    runtime.enable_all().build().map_err(Broken::new)
}

async fn measure(options: &Options) -> Result<Report, Broken> {
    let mut report = Report::default();
    reading::measure(options.rounds, options.calls, &mut report).await?;
    memory::measure(&mut report)?;
    latency::measure(&mut report).await?;
    fleet::measure(&options.fleet, &mut report).await?;
    report.write(&result_file())?;
    Ok(report)
}

async fn measure_fleet(options: &fleet::Extent) -> Result<Report, Broken> {
    let mut report = Report::default();
    fleet::measure(options, &mut report).await?;
    // Figures of a test of the bench are worth nothing.
    if !options.unoptimized {
        report.write(&result_file())?;
    }
    Ok(report)
}

fn result_file() -> PathBuf {
    workspace_root().join("target").join("bench.json")
}
