//! Reads lines and finds what is to be done, in the file's order.

use std::collections::HashSet;

use apex_mobility_core::Error;
use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::finding::Shown;
use futures_util::stream::{self, Stream, StreamExt};

use super::steps::{Step, steps};
use crate::input::{InputProblem, RowRead};
use crate::line::{Change, Desired, LineState, ReadOnly, changes};
use crate::row::{CellProblem, Row};

/// Reads under way at once, at most; the client's limiter decides how many of them are on the wire.
pub(crate) const READS: usize = 32;

/// What came of one row of the file.
#[derive(Debug, Clone)]
pub enum Drafted {
    /// The line is as it is wanted.
    Same,
    /// The line can be brought to how it is wanted.
    Planned(Box<PlannedLine>),
    /// The line is left alone.
    Refused(Refusal),
}

/// A line that is to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedLine {
    /// The row of the file.
    pub row: u64,
    /// How it is.
    pub now: LineState,
    /// What is to change.
    pub changes: Vec<Change>,
    /// The writes, in their order.
    pub steps: Vec<Step>,
}

/// A row that nothing is planned for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The row of the file.
    pub row: u64,
    /// The line, as the row names it.
    pub number: Option<String>,
    /// Why, and what to do.
    pub why: String,
}

/// Why no plan can be made at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The file cannot be read on.
    #[error(transparent)]
    Input(#[from] InputProblem),
    /// No read will be answered with these credentials.
    #[error("no line can be read: {0}")]
    NoAccess(#[source] Box<Error>),
}

impl PlannedLine {
    /// The write of a wave, from 0; nothing where the line needs no more.
    #[must_use]
    pub fn wave(&self, wave: usize) -> Option<&Row> {
        self.steps.get(wave).map(|step| &step.row)
    }
}

/// Reads each line of a file and finds what is to be done, one result per row, in the file's order.
///
/// Held in memory: the reads under way, and 8 bytes and a table's slack per row, to know a line that comes twice.
/// After an error the stream is over.
pub fn draft<'a, I>(reads: &'a ReadOnly, rows: I) -> impl Stream<Item = Result<Drafted, PlanError>> + 'a
where
    I: Iterator<Item = Result<RowRead, InputProblem>> + 'a,
{
    let mut seen = Seen::default();
    let rows = rows.map(move |read| match read {
        Ok(read) => Ok(seen.first(&read).and_then(|()| wanted(&read))),
        Err(problem) => Err(problem),
    });
    stream::iter(rows)
        .map(move |wanted| async move {
            match wanted {
                Ok(Ok(wanted)) => line(reads, &wanted).await,
                Ok(Err(refusal)) => Ok(Drafted::Refused(refusal)),
                Err(problem) => Err(PlanError::Input(problem)),
            }
        })
        .buffered(READS)
}

async fn line(reads: &ReadOnly, wanted: &Desired) -> Result<Drafted, PlanError> {
    let refuse = |why: String| {
        Ok(Drafted::Refused(Refusal { row: wanted.row, number: Some(wanted.number.to_string()), why }))
    };
    let now = match find(reads, wanted).await {
        Ok(Shown::There(now)) => now,
        Ok(Shown::Missing) => return refuse("AT&T knows no line with this number".to_owned()),
        Ok(Shown::Moved) => {
            return refuse("its number has been changed: name the line by its new number".to_owned());
        }
        Err(error) if error.class() == Class::Auth => return Err(PlanError::NoAccess(Box::new(error))),
        Err(error) => return refuse(format!("it could not be read, plan again: {error}")),
    };
    match steps(&now, wanted, reads.today()) {
        Ok(steps) if steps.is_empty() => Ok(Drafted::Same),
        Ok(steps) => {
            let changes = changes(&now, wanted);
            Ok(Drafted::Planned(Box::new(PlannedLine { row: wanted.row, now, changes, steps })))
        }
        Err(unreachable) => refuse(unreachable.to_string()),
    }
}

/// The line at its number, or at the one that it is to have where it has it already.
async fn find(reads: &ReadOnly, wanted: &Desired) -> Result<Shown<LineState>, Error> {
    let at_number = reads.line(&wanted.number).await?;
    match (&at_number, &wanted.new_number) {
        (Shown::Missing | Shown::Moved, Some(new)) => match reads.line(new).await? {
            Shown::There(line) => Ok(Shown::There(line)),
            Shown::Missing | Shown::Moved => Ok(at_number),
        },
        _ => Ok(at_number),
    }
}

fn wanted(read: &RowRead) -> Result<Desired, Refusal> {
    if read.problems.is_empty() {
        Desired::read(&read.row).map_err(|problems| refusal(read, &problems))
    } else {
        Err(refusal(read, &read.problems))
    }
}

fn refusal(read: &RowRead, problems: &[CellProblem]) -> Refusal {
    let why: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let number = read.row.get(crate::Field::Number).map(str::to_owned);
    Refusal { row: read.row.number, number, why: why.join("; ") }
}

/// The lines so far, by their numbers.
#[derive(Debug, Default)]
struct Seen(HashSet<u64>);

impl Seen {
    /// Two rows for one line could want two things.
    fn first(&mut self, read: &RowRead) -> Result<(), Refusal> {
        let Some(number) = read.row.get(crate::Field::Number).and_then(key_of) else { return Ok(()) };
        if self.0.insert(number) {
            return Ok(());
        }
        Err(refusal(read, &[CellProblem::of(crate::Field::Number, "an earlier row is about the same line")]))
    }
}

/// A number in 8 bytes.
pub(crate) fn key_of(number: &str) -> Option<u64> {
    SubscriberNumber::parse(number).ok()?.as_str().parse().ok()
}
