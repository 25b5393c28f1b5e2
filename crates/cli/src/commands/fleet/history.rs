//! `apex fleet history`.

use apex_mobility::domain::{Iccid, SubscriberNumber};
use apex_mobility::fleet::journal::HistoryEntry;
use clap::Args;
use serde::Serialize;

use super::journal::{JournalArgs, failure};
use super::shown::moment;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record, Tone};

/// Show all that was done to a line, over all jobs of a journal
///
/// When, by whom and why, what was asked, what AT&T answered, and what a read showed; oldest first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex fleet history 2145550101")]
pub(crate) struct HistoryArgs {
    /// The line's number, the SIM it was activated with, or a billing account
    #[arg(value_name = "NUMBER|SIM", value_parser = plain)]
    subject: String,
    #[command(flatten)]
    journal: JournalArgs,
}

/// One step.
#[derive(Serialize)]
struct Step {
    at: String,
    operation: &'static str,
    asked: String,
    state: String,
    note: String,
    operator: String,
    reason: String,
    job: String,
    row: u64,
    trace_id: String,
}

impl Step {
    fn of(entry: &HistoryEntry) -> Self {
        let cells = entry.asked.cells().map(|(field, value)| format!("{field}={value}"));
        let late = if entry.applied { "" } else { " (came too late, changed nothing)" };
        Self {
            at: moment(entry.at),
            operation: entry.asked.operation.as_str(),
            asked: cells.collect::<Vec<_>>().join(", "),
            state: format!("{}{late}", entry.state),
            note: entry.note.clone(),
            operator: entry.operator.clone(),
            reason: entry.reason.clone(),
            job: entry.job.clone(),
            row: entry.asked.number,
            trace_id: entry.trace_id.clone(),
        }
    }
}

impl Record for Step {
    const COLUMNS: &'static [Column] = &[
        Column::new("at", "WHEN"),
        Column::new("operation", "OPERATION"),
        Column::wide("asked", "ASKED"),
        Column::new("state", "STATE"),
        Column::new("note", "WHAT IS KNOWN"),
        Column::new("operator", "BY"),
        Column::new("reason", "WHY"),
        Column::wide("job", "JOB"),
        Column::new("row", "ROW"),
        Column::wide("trace_id", "TRACE"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let tone = match self.state.as_str() {
            "done" => Tone::Good,
            "rejected" | "failed" | "unknown" | "still_unknown" => Tone::Bad,
            _ => Tone::Plain,
        };
        vec![
            Cell::new(self.at.as_str()),
            Cell::new(self.operation),
            Cell::new(self.asked.as_str()),
            Cell::new(self.state.as_str()).tone(tone),
            Cell::new(self.note.as_str()),
            Cell::new(self.operator.as_str()),
            Cell::new(self.reason.as_str()),
            Cell::new(self.job.as_str()),
            Cell::new(self.row.to_string()),
            Cell::new(self.trace_id.as_str()),
        ]
    }
}

pub(super) async fn run(args: HistoryArgs, printer: &Printer) -> Ended {
    let journal = args.journal.open().await?;
    let subject = args.subject;
    let entries = journal.history(&subject).await.map_err(|error| failure(&error))?;
    if entries.is_empty() {
        return Err(Failure::not_found(
            format!("nothing is noted of {subject}"),
            "check the number, or name another --journal; apex line get shows what AT&T has",
        ));
    }
    let mut rows = printer.rows();
    entries.iter().all(|entry| rows.push(&Step::of(entry)));
    rows.finish();
    Ok(Exit::Ok)
}

/// A number or SIM as the journal writes it, however it is given.
fn plain(subject: &str) -> Result<String, String> {
    if subject.trim().is_empty() {
        return Err("no line is named".to_owned());
    }
    let number = SubscriberNumber::parse(subject).map(|number| number.to_string());
    let sim = || Iccid::parse(subject).map(|sim| sim.to_string());
    Ok(number.or_else(|_| sim()).unwrap_or_else(|_| subject.trim().to_owned()))
}
