//! Whether a plan still holds, line by line, right before it is made.

use apex_mobility_core::catalog::Class;
use apex_mobility_core::finding::Shown;
use futures_util::stream::{self, Stream, StreamExt};

use super::draft::{Drafted, PlanError, PlannedLine, READS, Refusal};
use super::file::PlanFileError;
use crate::line::{LineState, ReadOnly};
use crate::preflight::PreflightError;
use crate::results::ResultsError;

/// A line of a plan, read again.
#[derive(Debug, Clone)]
pub enum Checked {
    /// It is as it was: its steps can be made, wave by wave.
    Ready(Box<PlannedLine>),
    /// It is left alone, with why and what to do.
    Left(Box<PlannedLine>, String),
    /// The plan itself leaves the row alone.
    Refused(Refusal),
}

/// Why an apply ends before anything more is made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The plan cannot be read on.
    #[error(transparent)]
    File(#[from] PlanFileError),
    /// No line can be read.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A wave cannot be noted.
    #[error(transparent)]
    Wave(#[from] PreflightError),
    /// What came of it cannot be read or written.
    #[error(transparent)]
    Results(#[from] ResultsError),
}

/// Reads each line of a plan again, in the plan's order. Lines that changed since are left alone, and no others; so are
/// those that the plan refused already, and lines that cannot be read now.
pub fn check<'a, I>(reads: &'a ReadOnly, lines: I) -> impl Stream<Item = Result<Checked, ApplyError>> + 'a
where
    I: Iterator<Item = Result<Drafted, PlanFileError>> + 'a,
{
    let lines = lines.filter(|line| !matches!(line, Ok(Drafted::Same)));
    stream::iter(lines)
        .map(move |line| async move {
            match line? {
                Drafted::Planned(line) => again(reads, line).await,
                Drafted::Refused(refusal) => Ok(Checked::Refused(refusal)),
                Drafted::Same => Err(PlanFileError::Changed.into()),
            }
        })
        .buffered(READS)
}

async fn again(reads: &ReadOnly, line: Box<PlannedLine>) -> Result<Checked, ApplyError> {
    match reads.line(&line.now.number).await {
        Ok(Shown::There(live)) => Ok(judge(line, &live)),
        Ok(Shown::Missing | Shown::Moved) => {
            let why =
                "AT&T knows no line with this number any more, so nothing was sent for it: plan it again";
            Ok(Checked::Left(line, why.to_owned()))
        }
        Err(error) if error.class() == Class::Auth => Err(PlanError::NoAccess(Box::new(error)).into()),
        Err(error) => {
            let why = format!("it could not be read, so nothing was sent for it: plan it again: {error}");
            Ok(Checked::Left(line, why))
        }
    }
}

/// Whether the line is as it was when it was planned. Pure.
#[must_use]
pub fn judge(line: Box<PlannedLine>, live: &LineState) -> Checked {
    if live.fingerprint() == line.now.fingerprint() {
        Checked::Ready(line)
    } else {
        let why = "it changed since it was planned, so nothing was sent for it: plan it again";
        Checked::Left(line, why.to_owned())
    }
}
