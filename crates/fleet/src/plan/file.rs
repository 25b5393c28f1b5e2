//! The plan as a file: JSON lines between a header and a seal.
//!
//! The seal holds the SHA-256 of all bytes before it, so a plan that was changed or cut off after it was looked at is
//! refused as a whole. The file names lines, devices and accounts; it holds no secret.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::draft::{Drafted, PlannedLine, Refusal};
use super::steps::{Mark, Step};
use crate::field::Field;
use crate::line::hex;
use crate::line::{Change, LineState};
use crate::operation::FleetOperation;
use crate::row::Row;

/// Of this form of file.
const FORMAT: u32 = 1;

/// Why a plan file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// The system does not give it, or does not take it.
    #[error("the plan file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// It was written by another version.
    #[error("the plan file is of another version of apex: make the plan again")]
    OtherFormat,
    /// It is not what was written.
    #[error(
        "the plan file was changed or cut off after it was made, so nothing of it is applied: make the plan again"
    )]
    Changed,
}

/// What a plan holds, in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSummary {
    /// Lines that are as they are wanted.
    pub same: u64,
    /// Lines that are to change.
    pub changing: u64,
    /// Rows that nothing is planned for.
    pub refused: u64,
    /// Writes, by operation.
    pub steps: BTreeMap<String, u64>,
    /// Steps with a mark, by mark.
    pub marks: BTreeMap<Mark, u64>,
    /// The most steps that one line takes: the waves of an apply.
    pub waves: u64,
    /// Requests of an apply, if nothing is asked twice: a read per line, and a look before each of its writes.
    pub calls: u64,
    /// What an apply takes, in milliseconds, at the pace that the reads of the plan had. Static IPs take
    /// minutes of AT&T's own on top.
    pub estimated_milliseconds: u64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    apex_plan: u32,
    created: String,
    server: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    summary: PlanSummary,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Planned {
        row: u64,
        now: Box<LineState>,
        fingerprint: String,
        changes: Vec<Change>,
        steps: Vec<StepRecord>,
    },
    Refused {
        row: u64,
        number: Option<String>,
        refused: String,
    },
}

/// A step, as it stands in the file.
#[derive(Serialize, Deserialize)]
struct StepRecord {
    operation: String,
    cells: BTreeMap<String, String>,
    marks: Vec<Mark>,
}

/// Writes a plan line by line.
pub struct PlanWriter<W> {
    file: W,
    hash: Context,
    summary: PlanSummary,
}

impl<W: Write> PlanWriter<W> {
    /// Begins a plan: when, and for which server.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(file: W, created: &str, server: &str) -> Result<Self, PlanFileError> {
        let mut plan = Self { file, hash: Context::new(&SHA256), summary: PlanSummary::default() };
        let header = Header { apex_plan: FORMAT, created: created.to_owned(), server: server.to_owned() };
        plan.put(&header)?;
        Ok(plan)
    }

    /// Adds what came of one row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, drafted: &Drafted) -> Result<(), PlanFileError> {
        match drafted {
            Drafted::Same => self.summary.same += 1,
            Drafted::Refused(Refusal { row, number, why }) => {
                self.summary.refused += 1;
                self.put(&Line::Refused { row: *row, number: number.clone(), refused: why.clone() })?;
            }
            Drafted::Planned(line) => {
                self.count(line);
                let steps = line.steps.iter().map(StepRecord::of).collect();
                let (now, changes) = (Box::new(line.now.clone()), line.changes.clone());
                let fingerprint = line.now.fingerprint();
                self.put(&Line::Planned { row: line.row, now, fingerprint, changes, steps })?;
            }
        }
        Ok(())
    }

    /// Seals the plan. `reading` is how long the reads took.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self, reading: std::time::Duration) -> Result<PlanSummary, PlanFileError> {
        let rows = self.summary.same + self.summary.changing + self.summary.refused;
        let per_read = u64::try_from(reading.as_millis()).unwrap_or(u64::MAX) / rows.max(1);
        self.summary.estimated_milliseconds = per_read.saturating_mul(self.summary.calls);
        let sha256 = seal(self.hash.clone(), &self.summary)?;
        let sealed = Sealed { summary: self.summary, sha256 };
        serde_json::to_writer(&mut self.file, &sealed).map_err(io::Error::from)?;
        self.file.write_all(b"\n")?;
        self.file.flush()?;
        Ok(sealed.summary)
    }

    fn count(&mut self, line: &PlannedLine) {
        let summary = &mut self.summary;
        summary.changing += 1;
        let steps = line.steps.len() as u64;
        summary.calls += 1 + 2 * steps;
        summary.waves = summary.waves.max(steps);
        for step in &line.steps {
            *summary.steps.entry(step.row.operation.to_string()).or_default() += 1;
            for mark in &step.marks {
                *summary.marks.entry(*mark).or_default() += 1;
            }
        }
    }

    fn put(&mut self, line: &impl Serialize) -> Result<(), PlanFileError> {
        let mut bytes = serde_json::to_vec(line).map_err(io::Error::from)?;
        bytes.push(b'\n');
        self.hash.update(&bytes);
        self.file.write_all(&bytes)?;
        Ok(())
    }
}

impl<W> std::fmt::Debug for PlanWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanWriter").field("summary", &self.summary).finish_non_exhaustive()
    }
}

/// Over everything before it and the figures that stand with it.
fn seal(mut hash: Context, summary: &PlanSummary) -> Result<String, PlanFileError> {
    hash.update(&serde_json::to_vec(summary).map_err(io::Error::from)?);
    Ok(hex(hash.finish().as_ref()))
}

/// A plan file whose seal is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFile {
    /// When it was made.
    pub created: String,
    /// For which server.
    pub server: String,
    /// What it holds.
    pub summary: PlanSummary,
    sha256: String,
}

impl PlanFile {
    /// Holds a file to its seal. Read it again from its beginning for its [`lines`](Self::lines).
    ///
    /// # Errors
    /// When it is not what was written.
    pub fn verify(file: impl BufRead) -> Result<Self, PlanFileError> {
        let mut hash = Context::new(&SHA256);
        let mut header = None;
        let mut before: Option<String> = None;
        for line in file.split(b'\n') {
            let line = String::from_utf8(line?).map_err(|_| PlanFileError::Changed)?;
            if let Some(before) = before.replace(line) {
                hash.update(before.as_bytes());
                hash.update(b"\n");
                header = match header {
                    None => {
                        Some(serde_json::from_str::<Header>(&before).map_err(|_| PlanFileError::Changed)?)
                    }
                    some => some,
                };
            }
        }
        let header = header.ok_or(PlanFileError::Changed)?;
        if header.apex_plan != FORMAT {
            return Err(PlanFileError::OtherFormat);
        }
        let sealed: Sealed =
            serde_json::from_str(&before.unwrap_or_default()).map_err(|_| PlanFileError::Changed)?;
        if seal(hash, &sealed.summary)? != sealed.sha256 {
            return Err(PlanFileError::Changed);
        }
        let Header { created, server, .. } = header;
        Ok(Self { created, server, summary: sealed.summary, sha256: sealed.sha256 })
    }

    /// What the plan is known by.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The lines of a verified file, one at a time, in its order.
    pub fn lines(file: impl BufRead) -> impl Iterator<Item = Result<Drafted, PlanFileError>> {
        let mut rest = file.split(b'\n').skip(1).peekable();
        std::iter::from_fn(move || {
            let line = rest.next()?;
            // The last line is the seal.
            rest.peek()?;
            Some(line.map_err(PlanFileError::Io).and_then(|line| drafted(&line)))
        })
    }
}

fn drafted(line: &[u8]) -> Result<Drafted, PlanFileError> {
    match serde_json::from_slice(line).map_err(|_| PlanFileError::Changed)? {
        Line::Refused { row, number, refused } => Ok(Drafted::Refused(Refusal { row, number, why: refused })),
        Line::Planned { row, now, changes, steps, .. } => {
            let steps = steps.into_iter().map(|step| step.step(row)).collect::<Option<_>>();
            let steps = steps.ok_or(PlanFileError::Changed)?;
            Ok(Drafted::Planned(Box::new(PlannedLine { row, now: *now, changes, steps })))
        }
    }
}

impl StepRecord {
    fn of(step: &Step) -> Self {
        let cells = step.row.cells().filter(|(field, _)| !field.is_secret());
        let cells = cells.map(|(field, value)| (field.to_string(), value.to_owned())).collect();
        Self { operation: step.row.operation.to_string(), cells, marks: step.marks.clone() }
    }

    fn step(self, row: u64) -> Option<Step> {
        let mut step = Row::new(row, self.operation.parse::<FleetOperation>().ok()?);
        for (field, value) in self.cells {
            step.set(Field::named(&field)?, value);
        }
        Some(Step { row: step, marks: self.marks })
    }
}
