//! The waves of an apply, each a job: the first step of every line, then the second of those whose first is done.
//!
//! All that an apply knows stands in the plan and in the journal, so it goes on from wherever it was cut off.

use futures_util::stream::{self, Stream, StreamExt};

use super::apply::{ApplyError, Checked};
use super::draft::Drafted;
use super::file::PlanFileError;
use crate::input::RowRead;
use crate::journal::{JobInfo, JobSpec, Journal};
use crate::preflight::{PreflightError, Report};
use crate::results::{Results, Verdict};
use crate::row::{CellProblem, Row};

/// The rows of the first wave: one for each line of the plan, and of those that are left alone why.
pub fn first(
    checked: impl Stream<Item = Result<Checked, ApplyError>>,
) -> impl Stream<Item = Result<RowRead, ApplyError>> {
    checked.filter_map(|checked| {
        let row = match checked {
            Err(error) => Some(Err(error)),
            Ok(Checked::Ready(line)) => line.wave(0).map(|row| Ok(read(row, Vec::new()))),
            Ok(Checked::Left(line, why)) => {
                line.wave(0).map(|row| Ok(read(row, vec![CellProblem::of_row(why)])))
            }
            Ok(Checked::Refused(_)) => None,
        };
        std::future::ready(row)
    })
}

/// The rows of a later wave, from 1: the next step of the lines whose step in the wave before is done. `dropped` is
/// called for each of the others that was in the wave before and would have had a step in this one.
pub fn next<'a, I>(
    journal: &'a Journal,
    before: &JobInfo,
    wave: usize,
    lines: I,
    dropped: impl Fn() + 'a,
) -> impl Stream<Item = Result<RowRead, ApplyError>> + 'a
where
    I: Iterator<Item = Result<Drafted, PlanFileError>> + 'a,
{
    let results = Results::of(journal, before);
    stream::try_unfold((results, lines, dropped), move |(mut results, mut lines, dropped)| async move {
        for line in lines.by_ref() {
            let Drafted::Planned(line) = line? else { continue };
            let Some(row) = line.wave(wave) else { continue };
            let result = results.at(line.row).await.map_err(PreflightError::from)?;
            match result.map(|result| result.verdict) {
                Some(Verdict::Done) => {
                    return Ok(Some((read(row, Vec::new()), (results, lines, dropped))));
                }
                Some(_) => dropped(),
                None => {}
            }
        }
        Ok(None)
    })
}

fn read(row: &Row, problems: Vec<CellProblem>) -> RowRead {
    RowRead { row: row.clone(), problems, ignored: Vec::new() }
}

impl Journal {
    /// Writes the rows of a wave into a draft. Nothing is sent.
    ///
    /// # Errors
    /// When the rows cannot be had or the journal cannot be written. No draft is left behind.
    pub async fn draft_wave(
        &self,
        spec: JobSpec,
        rows: impl Stream<Item = Result<RowRead, ApplyError>>,
        secret: &str,
    ) -> Result<Report, ApplyError> {
        let job = self.create_job(spec).await.map_err(PreflightError::from)?;
        match self.add_rows(&job, rows, secret, &|_| Vec::new()).await {
            Ok(rows) => Ok(self.report(&job, rows).await.map_err(PreflightError::from)?),
            Err(error) => {
                self.discard_draft(job.number).await.map_err(PreflightError::from)?;
                Err(error)
            }
        }
    }
}
