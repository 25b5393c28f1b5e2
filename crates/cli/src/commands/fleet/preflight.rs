//! What is said of a file before anything of it is sent.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use apex_mobility::fleet::input::{DefaultValue, Input};
use apex_mobility::fleet::journal::JobSpec;
use apex_mobility::fleet::preflight::{PreflightError, Report};
use apex_mobility::fleet::{CellProblem, FleetOperation, Journal, Task};
use tempfile::TempDir;

use super::fit::{Asked, Lines};
use super::journal;
use super::shown::rows;
use super::source::SourceArgs;
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::preflight::{Finding, Preflight};
use crate::printer::Printer;

/// Asks the tables of devices and plans about rows, and remembers what holds nothing up.
pub(super) struct Fit {
    preflight: Preflight,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// What does not fit tables that prove nothing, and how many rows it is said of.
    doubts: BTreeMap<String, u64>,
    /// Rows with something that the tables do not have.
    unknown: u64,
    /// Rows with a plan or features, for a device that no row names.
    without_device: u64,
    lines: Lines,
}

/// Doubts that are told.
const TOLD: usize = 20;

impl Fit {
    pub(super) fn of(preflight: Preflight) -> Self {
        Self { preflight, seen: Mutex::default() }
    }

    /// What keeps a row from being sent.
    pub(super) fn check(&self, task: &Task) -> Vec<CellProblem> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = match seen.lines.asked(task) {
            Asked::Nothing => return Vec::new(),
            Asked::WithoutDevice => {
                seen.without_device += u64::from(self.preflight.is_binding());
                return Vec::new();
            }
            Asked::Together(asked) => asked,
        };
        match self.preflight.look(&asked) {
            Finding::Nothing => {}
            Finding::Unknown(_) => seen.unknown += 1,
            Finding::Remark(what) => *seen.doubts.entry(what).or_default() += 1,
            Finding::Refusal(what) => return vec![CellProblem::of_row(what)],
        }
        Vec::new()
    }

    fn tell(&self, printer: &Printer) {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (doubt, count) in seen.doubts.iter().take(TOLD) {
            printer.warning(&format!("{}: {doubt}", rows(*count)));
        }
        if seen.unknown > 0 {
            let count = rows(seen.unknown);
            printer.note(&format!("not checked for a fit, for want of an entry in your tables: {count}"));
        }
        if seen.without_device > 0 {
            let count = rows(seen.without_device);
            printer.note(&format!("not checked for a fit, as no row names the line's device: {count}"));
        }
    }
}

/// A file of rows, and what is known of each that the row itself does not say.
pub(super) struct Rows<'a> {
    pub(super) source: &'a SourceArgs,
    /// What every row asks for; else the file has a column for it.
    pub(super) op: Option<FleetOperation>,
    pub(super) defaults: &'a [DefaultValue],
}

impl Rows<'_> {
    /// Reads all rows into a draft, and says what was seen. `secret` is the app secret.
    pub(super) async fn look(
        &self,
        journal: &Journal,
        spec: JobSpec,
        secret: &str,
        fit: &Fit,
        printer: &Printer,
    ) -> Result<Report, Failure> {
        let name = self.source.name();
        let input = Input::open(self.source.open()?, self.source.format(), self.op, self.defaults)
            .map_err(|problem| self.source.refuse(&problem))?;
        let report = journal.preflight(spec, input, secret, &|task| fit.check(task)).await;
        let report = report.map_err(|error| failure(error, &name))?;
        tell(printer, &name, &report, fit);
        Ok(report)
    }
}

/// A journal that is thrown away, for a look at rows of which nothing is kept.
pub(super) async fn scratch(connection: &ConnectionArgs) -> Result<(TempDir, Journal), Failure> {
    let client = connection.client_that_sends_nothing()?;
    journal::scratch(client.clock().clone()).await
}

/// Says what a look at all rows came to.
fn tell(printer: &Printer, name: &str, report: &Report, fit: &Fit) {
    let Report { bad, .. } = report;
    printer.note(&format!("{name}: {}, {} good, {bad} to correct", rows(report.rows), report.good()));
    let asked = report.operations.iter().map(|(operation, count)| format!("{count} {operation}"));
    if report.good() > 0 {
        printer.note(&format!("asked for: {}", asked.collect::<Vec<_>>().join(", ")));
    }
    if !report.ignored_columns.is_empty() {
        printer
            .note(&format!("columns that no row uses, passed over: {}", report.ignored_columns.join(", ")));
    }
    for (row, problem) in &report.first_bad {
        printer.warning(&format!("row {row}, {problem}"));
    }
    let told = report.first_bad.len() as u64;
    if *bad > told {
        printer.warning(&format!("and {} more, see the results", rows(bad - told)));
    }
    fit.tell(printer);
}

/// Rows that could not be looked at. Nothing was sent.
pub(super) fn failure(error: PreflightError, name: &str) -> Failure {
    match error {
        PreflightError::Input(problem) => Failure::usage(format!("{name} {}", problem.what), problem.next),
        PreflightError::TooMany => Failure::usage(format!("{name} has {error}"), "split the file"),
        PreflightError::Journal(error) => super::journal::failure(&error),
        other => Failure::local(other.to_string()),
    }
}
