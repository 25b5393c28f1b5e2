//! What came of each line of a plan, over all waves: one result per row of the plan, in its order.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::apply::ApplyError;
use super::draft::{Drafted, PlannedLine, Refusal};
use super::file::PlanFileError;
use crate::journal::{JobInfo, Journal};
use crate::preflight::PreflightError;
use crate::replacement::Replacement;
use crate::results::{ResultFormat, ResultRow, Results, ResultsError, Verdict, inert};

/// What came of one line.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct LineResult {
    /// The row of the file that was planned from.
    pub row: u64,
    /// The line, as the plan names it.
    pub number: String,
    /// What came of the step at which it stands: the last, when all are done.
    pub verdict: Verdict,
    /// How many of its steps are done.
    pub done: u64,
    /// How many steps it has.
    pub steps: u64,
    /// The step at which it stands.
    pub operation: &'static str,
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

const TITLES: [&str; 12] = [
    "row",
    "number",
    "verdict",
    "done",
    "steps",
    "operation",
    "class",
    "reason",
    "new_number",
    "request_id",
    "evidence",
    "next_step",
];

const PLAN_AGAIN: &str = "plan it again: what is left to do is found anew";
const APPLY_AGAIN: &str = "apply the plan again: it goes on";

impl LineResult {
    /// Of a line and what came of its steps so far, in their order; `waves` is how many waves were begun.
    fn of(line: &PlannedLine, results: Vec<ResultRow>, waves: usize) -> Self {
        let done = results.iter().take_while(|result| result.verdict == Verdict::Done).count();
        let gained = results.iter().rev().map(|result| &result.new_number).find(|number| !number.is_empty());
        let mut said = Self {
            row: line.row,
            number: line.now.number.to_string(),
            verdict: Verdict::NotSent,
            done: done as u64,
            steps: line.steps.len() as u64,
            operation: "",
            class: String::new(),
            reason: String::new(),
            new_number: gained.cloned().unwrap_or_default(),
            request_id: String::new(),
            evidence: String::new(),
            next_step: String::new(),
        };
        let at = done.min(line.steps.len().saturating_sub(1));
        said.operation = line.wave(at).map_or("", |row| row.operation.as_str());
        match results.into_iter().nth(at) {
            Some(result) => said.take(result),
            None if waves > at => {
                said.reason = "its step before was done only after this one's wave had begun".to_owned();
                said.next_step = PLAN_AGAIN.to_owned();
            }
            None => {
                said.reason = "its turn has not come".to_owned();
                said.next_step = APPLY_AGAIN.to_owned();
            }
        }
        said
    }

    fn take(&mut self, result: ResultRow) {
        self.verdict = result.verdict;
        self.class = result.class;
        self.reason = result.reason;
        self.request_id = result.request_id;
        self.evidence = result.evidence;
        self.next_step = result.next_step;
        let is_over = matches!(result.verdict, Verdict::Rejected | Verdict::Failed | Verdict::NotApplied);
        if is_over {
            let then = if self.next_step.is_empty() { "" } else { "; then " };
            self.next_step.push_str(then);
            self.next_step.push_str(PLAN_AGAIN);
        }
    }

    fn refused(refusal: Refusal) -> Self {
        Self {
            row: refusal.row,
            number: refusal.number.unwrap_or_default(),
            verdict: Verdict::NotSent,
            done: 0,
            steps: 0,
            operation: "",
            class: String::new(),
            reason: refusal.why,
            new_number: String::new(),
            request_id: String::new(),
            evidence: String::new(),
            next_step: "correct the row and plan it again".to_owned(),
        }
    }

    fn cells(&self) -> [String; 12] {
        let texts = [
            self.row.to_string(),
            self.number.clone(),
            self.verdict.as_str().to_owned(),
            self.done.to_string(),
            self.steps.to_string(),
            self.operation.to_owned(),
            self.class.clone(),
            self.reason.clone(),
            self.new_number.clone(),
            self.request_id.clone(),
            self.evidence.clone(),
            self.next_step.clone(),
        ];
        texts.map(|text| inert(&text))
    }
}

/// Which verdict, not whose.
impl std::fmt::Debug for LineResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineResult")
            .field("row", &self.row)
            .field("verdict", &self.verdict)
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Calls `see` with what came of each line of a plan, in the plan's order. `waves` are the jobs of its waves, as
    /// far as they were begun.
    ///
    /// # Errors
    /// When plan or journal cannot be read, or `see` fails.
    pub async fn line_results(
        &self,
        waves: &[JobInfo],
        lines: impl Iterator<Item = Result<Drafted, PlanFileError>>,
        mut see: impl FnMut(LineResult) -> io::Result<()>,
    ) -> Result<(), ApplyError> {
        let mut results: Vec<_> = waves.iter().map(|job| Results::of(self, job)).collect();
        for line in lines {
            let result = match line? {
                Drafted::Same => continue,
                Drafted::Refused(refusal) => LineResult::refused(refusal),
                Drafted::Planned(line) => {
                    let mut steps = Vec::new();
                    for wave in results.iter_mut().take(line.steps.len()) {
                        match wave.at(line.row).await.map_err(PreflightError::from)? {
                            Some(result) => steps.push(result),
                            None => break,
                        }
                    }
                    LineResult::of(&line, steps, waves.len())
                }
            };
            see(result).map_err(ResultsError::from)?;
        }
        Ok(())
    }

    /// Writes what came of each line of a plan to a file, whole or not at all, and calls `see` with each.
    ///
    /// # Errors
    /// As [`line_results`](Self::line_results), or when the file cannot be written; then it is as it was.
    pub async fn write_line_results(
        &self,
        waves: &[JobInfo],
        lines: impl Iterator<Item = Result<Drafted, PlanFileError>>,
        path: &Path,
        format: ResultFormat,
        mut see: impl FnMut(&LineResult),
    ) -> Result<(), ApplyError> {
        let mut file = Replacement::begin(path).map_err(ResultsError::from)?;
        match format {
            ResultFormat::Csv => {
                let mut csv = csv::Writer::from_writer(&mut file);
                csv.write_record(TITLES).map_err(io::Error::other).map_err(ResultsError::from)?;
                let write = |result: LineResult| {
                    see(&result);
                    csv.write_record(result.cells()).map_err(io::Error::other)
                };
                self.line_results(waves, lines, write).await?;
                csv.flush().map_err(ResultsError::from)?;
            }
            ResultFormat::JsonLines => {
                let write = |result: LineResult| {
                    see(&result);
                    serde_json::to_writer(&mut file, &result).map_err(io::Error::other)?;
                    file.write_all(b"\n")
                };
                self.line_results(waves, lines, write).await?;
            }
        }
        Ok(file.put().map_err(ResultsError::from)?)
    }
}
