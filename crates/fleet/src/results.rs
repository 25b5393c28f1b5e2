//! What came of each row: exactly one result per row of the input, in its order.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::field::Field;
use crate::journal::{Item, ItemId, JobInfo, Journal, JournalError};
use crate::replacement::Replacement;
use crate::row::Row;
use crate::state::State;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultFormat {
    /// Comma-separated, with a header.
    Csv,
    /// A JSON object per line.
    JsonLines,
}

/// What can be said of a row, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// AT&T has carried it out.
    Done,
    /// AT&T refused it; nothing changed.
    Rejected,
    /// AT&T took it and it came to nothing.
    Failed,
    /// Nothing was sent for it.
    NotSent,
    /// It was sent, and a read shows that it had no effect.
    NotApplied,
    /// AT&T works on it.
    Pending,
    /// A person has to act before AT&T goes on.
    ActionRequired,
    /// It was sent, and it is not known what came of it.
    Unknown,
}

impl Verdict {
    /// The verdict of a state. A duplicate has that of the row it says the same as.
    #[must_use]
    pub const fn of(state: State) -> Self {
        match state {
            State::Bad | State::Duplicate | State::Planned | State::Unreadable | State::Dropped => {
                Self::NotSent
            }
            State::Intent | State::Sent | State::Unknown | State::StillUnknown => Self::Unknown,
            State::Accepted | State::Overdue => Self::Pending,
            State::Waiting => Self::ActionRequired,
            State::NotApplied => Self::NotApplied,
            State::Done => Self::Done,
            State::Rejected => Self::Rejected,
            State::Failed => Self::Failed,
        }
    }

    /// The word in files and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::NotSent => "not_sent",
            Self::NotApplied => "not_applied",
            Self::Pending => "pending",
            Self::ActionRequired => "action_required",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the row, as it stands or corrected, belongs into a file to be run again. What is unknown or under way
    /// does not: it may have been carried out.
    #[must_use]
    pub const fn may_be_run_again(self) -> bool {
        matches!(self, Self::Rejected | Self::Failed | Self::NotSent | Self::NotApplied)
    }
}

/// One row of the results.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ResultRow {
    /// The row of the input, as a spreadsheet numbers it.
    pub row: u64,
    /// What it asked for.
    pub operation: &'static str,
    /// The line's number in the input.
    pub number: String,
    /// The SIM in the input.
    pub sim: String,
    /// The IMEI in the input.
    pub imei: String,
    /// The billing account in the input.
    pub ban: String,
    /// What came of it.
    pub verdict: Verdict,
    /// The class of a refusal.
    pub class: String,
    /// Why, in AT&T's words where there are any.
    pub reason: String,
    /// The number that the line got.
    pub new_number: String,
    /// The id that AT&T gave the request.
    pub request_id: String,
    /// What a read showed.
    pub evidence: String,
    /// What to do next.
    pub next_step: String,
}

const TITLES: [&str; 13] = [
    "row",
    "operation",
    "number",
    "sim",
    "imei",
    "ban",
    "verdict",
    "class",
    "reason",
    "new_number",
    "request_id",
    "evidence",
    "next_step",
];

impl ResultRow {
    /// The result of an item; `twin` is the item that it says the same as, with its job's id if it is another's.
    #[must_use]
    pub fn of(item: &Item, twin: Option<(&Item, Option<&str>)>) -> Self {
        let said = twin.map_or(item, |(twin, _)| twin);
        let mut facts = said.facts.clone();
        if let Some((twin, job)) = twin {
            let place = match job {
                Some(job) => format!("the same as row {} of job {job}", twin.row.number),
                None => format!("the same as row {}", twin.row.number),
            };
            facts.reason = if facts.reason.is_empty() { place } else { format!("{place}: {}", facts.reason) };
        }
        let cell = |field| item.row.get(field).unwrap_or_default().to_owned();
        Self {
            row: item.row.number,
            operation: item.row.operation.as_str(),
            number: cell(Field::Number),
            sim: match item.row.get(Field::Sim) {
                Some(sim) => sim.to_owned(),
                None => cell(Field::Eid),
            },
            imei: cell(Field::Imei),
            ban: cell(Field::BillingAccount),
            verdict: Verdict::of(said.state),
            class: facts.class,
            reason: facts.reason,
            new_number: facts.gained,
            request_id: facts.request_id,
            evidence: facts.evidence,
            next_step: facts.next_step,
        }
    }

    /// The same was asked of another server, which says nothing of this one: a sandbox is not AT&T.
    fn elsewhere(self, job: &JobInfo, here: &str) -> Self {
        let empty = String::new;
        Self {
            verdict: Verdict::NotSent,
            class: empty(),
            reason: format!("{}, at {}; nothing of it was sent to {here}", self.place(), job.server),
            new_number: empty(),
            request_id: empty(),
            evidence: empty(),
            next_step: "give each server a journal of its own with --journal; if both are one carrier, the other job \
                        tells what came of it"
                .to_owned(),
            ..self
        }
    }

    /// Whose result it is: the beginning of the reason.
    fn place(&self) -> &str {
        self.reason.split(": ").next().unwrap_or_default()
    }

    fn cells(&self) -> [String; 13] {
        let Self { row, operation, number, sim, imei, ban, verdict, class, reason, .. } = self;
        let texts = [
            row.to_string(),
            (*operation).to_owned(),
            number.clone(),
            sim.clone(),
            imei.clone(),
            ban.clone(),
            verdict.as_str().to_owned(),
            class.clone(),
            reason.clone(),
            self.new_number.clone(),
            self.request_id.clone(),
            self.evidence.clone(),
            self.next_step.clone(),
        ];
        texts.map(|text| inert(&text))
    }
}

/// Which verdict, not whose.
impl std::fmt::Debug for ResultRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResultRow")
            .field("row", &self.row)
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}

/// Results that could not be had or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultsError {
    /// From the journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// To the file.
    #[error("the results cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Items that are read at a time.
const PAGE: usize = 500;

/// The results of a job, one after the other, in the order of the input.
pub(crate) struct Results<'a> {
    journal: &'a Journal,
    job: JobInfo,
    page: VecDeque<Item>,
    after: Option<ItemId>,
}

impl<'a> Results<'a> {
    pub(crate) fn of(journal: &'a Journal, job: &JobInfo) -> Self {
        Self { journal, job: job.clone(), page: VecDeque::new(), after: None }
    }

    /// The next one; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<(Item, ResultRow)>, JournalError> {
        if self.page.is_empty() {
            self.page = self.journal.items(self.job.number, self.after, PAGE).await?.into();
            self.after = self.page.back().map(|item| item.id).or(self.after);
        }
        let Some(item) = self.page.pop_front() else { return Ok(None) };
        let row = self.result(&item).await?;
        Ok(Some((item, row)))
    }

    /// The result of a row of the input, where the job has it. Rows are asked for in the order of the input.
    pub(crate) async fn at(&mut self, row: u64) -> Result<Option<ResultRow>, JournalError> {
        loop {
            match self.page.front().map(|item| item.row.number) {
                Some(number) if number > row => return Ok(None),
                Some(number) if number == row => return Ok(self.next().await?.map(|(_, result)| result)),
                Some(_) => {
                    self.page.pop_front();
                }
                None => {
                    self.page = self.journal.items(self.job.number, self.after, PAGE).await?.into();
                    let Some(last) = self.page.back() else { return Ok(None) };
                    self.after = Some(last.id);
                }
            }
        }
    }

    async fn result(&self, item: &Item) -> Result<ResultRow, JournalError> {
        let twin = match item.twin {
            Some(twin) => self.journal.item(twin).await?,
            None => None,
        };
        let other = match &twin {
            Some(twin) if twin.id.job() != self.job.number => {
                Some(self.journal.job_numbered(twin.id.job()).await?)
            }
            _ => None,
        };
        let same = twin.as_ref().map(|twin| (twin, other.as_ref().map(|job| job.id.as_str())));
        let row = ResultRow::of(item, same);
        Ok(match (&other, &twin) {
            (Some(job), _) if job.server != self.job.server => row.elsewhere(job, &self.job.server),
            // Whoever is at that job, or takes it up again, sends it.
            (Some(job), Some(twin)) if twin.state.may_be_sent() => {
                ResultRow { next_step: format!("it is sent there: apex fleet resume {}", job.id), ..row }
            }
            _ => row,
        })
    }
}

impl Journal {
    /// Calls `see` with the result of each row of a job, in the order of the input.
    ///
    /// # Errors
    /// When the journal cannot be read, or `see` fails.
    pub async fn results(
        &self,
        job: &JobInfo,
        mut see: impl FnMut(&Item, ResultRow) -> io::Result<()>,
    ) -> Result<u64, ResultsError> {
        let mut results = Results::of(self, job);
        let mut seen = 0;
        while let Some((item, row)) = results.next().await? {
            see(&item, row)?;
            failpoint!(Results);
            seen += 1;
        }
        Ok(seen)
    }

    /// Writes the results of a job to a file, whole or not at all.
    ///
    /// # Errors
    /// When the journal cannot be read or the file not be written; then the file is as it was.
    pub async fn write_results(
        &self,
        job: &JobInfo,
        path: &Path,
        format: ResultFormat,
    ) -> Result<u64, ResultsError> {
        let mut file = Replacement::begin(path)?;
        let written = match format {
            ResultFormat::Csv => {
                let mut csv = csv::Writer::from_writer(&mut file);
                csv.write_record(TITLES).map_err(io::Error::other)?;
                let written = self
                    .results(job, |_, row| csv.write_record(row.cells()).map_err(io::Error::other))
                    .await?;
                csv.flush()?;
                written
            }
            ResultFormat::JsonLines => {
                let write = |_: &Item, row: ResultRow| {
                    serde_json::to_writer(&mut file, &row).map_err(io::Error::other)?;
                    file.write_all(b"\n")
                };
                self.results(job, write).await?
            }
        };
        file.put()?;
        Ok(written)
    }

    /// Writes the rows of a job that may be run again, as a file that can be: with the column `operation` and without
    /// secrets. Writes no file when there is none.
    ///
    /// # Errors
    /// As [`write_results`](Self::write_results).
    pub async fn write_failed(&self, job: &JobInfo, path: &Path) -> Result<u64, ResultsError> {
        let mut used = std::collections::BTreeSet::new();
        let mut failed = 0;
        self.results(job, |item, result| {
            if result.verdict.may_be_run_again() {
                failed += 1;
                used.extend(item.row.cells().map(|(field, _)| field));
            }
            Ok(())
        })
        .await?;
        if failed == 0 {
            return Ok(0);
        }
        let mut file = Replacement::begin(path)?;
        {
            let mut csv = csv::Writer::from_writer(&mut file);
            let titles = std::iter::once(Field::Operation).chain(used.iter().copied()).map(Field::as_str);
            csv.write_record(titles).map_err(io::Error::other)?;
            self.results(job, |item, result| {
                if !result.verdict.may_be_run_again() {
                    return Ok(());
                }
                csv.write_record(row_cells(&item.row, &used)).map_err(io::Error::other)
            })
            .await?;
            csv.flush()?;
        }
        file.put()?;
        Ok(failed)
    }
}

fn row_cells(row: &Row, used: &std::collections::BTreeSet<Field>) -> Vec<String> {
    let cells = used.iter().map(|field| inert(row.get(*field).unwrap_or_default()));
    std::iter::once(row.operation.as_str().to_owned()).chain(cells).collect()
}

/// A cell that a spreadsheet does not take for a formula, whatever a server or a file said.
pub(crate) fn inert(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// What such a cell says: the text before it was made inert.
pub(crate) fn said(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(cell)
}

/// Whether a spreadsheet takes it for a formula, as it is or without an apostrophe in front.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests;
