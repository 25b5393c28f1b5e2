//! Everything that can be found wrong with rows before anything is sent.
//!
//! Rows go into the journal as they are read, as a draft, so their number does not matter. Then either all of them are
//! let in, or the good ones alone, or the draft is taken out again and nothing was sent.

mod unused;

use std::collections::BTreeMap;

use futures_util::stream::{self, Stream, StreamExt};

use crate::input::{Input, InputProblem, RowRead};
use crate::journal::{JobInfo, JobSpec, Journal, JournalError, NewItem};
use crate::operation::FleetOperation;
use crate::row::CellProblem;
use crate::seal::{Seal, SealError};
use crate::state::State;
use crate::task::Task;
use unused::Unused;

/// Rows that go into the journal together.
const TOGETHER: usize = 1000;

/// Bad rows that a report names. The results name all.
const NAMED: usize = 20;

/// What a look at all rows came to.
#[derive(Debug, Clone)]
pub struct Report {
    /// The job, still a draft.
    pub job: JobInfo,
    /// How many rows there are.
    pub rows: u64,
    /// How many of them cannot be sent as they are.
    pub bad: u64,
    /// The first of those: the row's number and what is wrong with it.
    pub first_bad: Vec<(u64, String)>,
    /// How many good rows ask for which operation.
    pub operations: BTreeMap<FleetOperation, u64>,
    /// Columns that mean nothing here, and those that hold something which no row of the file uses.
    pub ignored_columns: Vec<String>,
}

impl Report {
    /// How many good rows take something away that cannot simply be given back.
    #[must_use]
    pub fn destructive(&self) -> u64 {
        self.operations
            .iter()
            .filter(|(operation, _)| operation.is_destructive())
            .map(|(_, count)| count)
            .sum()
    }

    /// How many rows can be sent.
    #[must_use]
    pub const fn good(&self) -> u64 {
        self.rows - self.bad
    }
}

/// Why rows could not be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreflightError {
    /// The file as a whole. Nothing of it is in the journal.
    #[error("{0}")]
    Input(InputProblem),
    /// There are more rows than one job can hold.
    #[error("more than {} rows: split the file", u32::MAX)]
    TooMany,
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The secrets of a row.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// A check of one task that needs more than the row, for instance whether the plan fits the device.
pub type Check<'a> = &'a (dyn Fn(&Task) -> Vec<CellProblem> + Send + Sync);

impl Journal {
    /// Reads all rows into a draft, and finds out what is wrong with each. Nothing is sent.
    ///
    /// `secret` is the app secret: under it the secrets of rows are sealed.
    ///
    /// # Errors
    /// When the file as a whole cannot be used, or the journal cannot be written. No draft is left behind.
    pub async fn preflight(
        &self,
        spec: JobSpec,
        input: Input<'_>,
        secret: &str,
        check: Check<'_>,
    ) -> Result<Report, PreflightError> {
        let job = self.create_job(spec).await?;
        let read = self.read_into(&job, input, secret, check).await;
        if read.is_err() {
            self.discard_draft(job.number).await?;
        }
        read
    }

    async fn read_into(
        &self,
        job: &JobInfo,
        input: Input<'_>,
        secret: &str,
        check: Check<'_>,
    ) -> Result<Report, PreflightError> {
        let mut unused = Unused::of(&input);
        let rows = stream::iter(input.map(|read| {
            let mut read = read.map_err(PreflightError::Input)?;
            unused.see(&mut read);
            Ok::<_, PreflightError>(read)
        }));
        let rows = self.add_rows(job, rows, secret, check).await?;
        if rows == 0 {
            let problem = InputProblem::new("has a header and no rows", "add one row per line");
            return Err(PreflightError::Input(problem));
        }
        let misplaced = unused.misplaced();
        if !misplaced.is_empty() {
            self.refuse_misplaced(job.number, misplaced).await?;
        }
        self.refuse_conflicts(job.number).await?;
        Ok(Report { ignored_columns: unused.columns(), ..self.report(job, rows).await? })
    }

    /// Adds rows to a draft as they come, each with what is wrong with it. Gives how many there are.
    pub(crate) async fn add_rows<E: From<PreflightError>>(
        &self,
        job: &JobInfo,
        rows: impl Stream<Item = Result<RowRead, E>>,
        secret: &str,
        check: Check<'_>,
    ) -> Result<u32, E> {
        let seal = Seal::new(secret, &job.id).map_err(PreflightError::from)?;
        let mut count = 0_u32;
        let mut together = Vec::with_capacity(TOGETHER);
        let mut rows = std::pin::pin!(rows);
        while let Some(read) = rows.next().await {
            count = count.checked_add(1).ok_or(PreflightError::TooMany)?;
            together.push(new_item(count, read?, &seal, check).map_err(PreflightError::from)?);
            if together.len() == TOGETHER {
                failpoint!(Preflight);
                let full = std::mem::replace(&mut together, Vec::with_capacity(TOGETHER));
                self.add_items(job.number, full).await.map_err(PreflightError::from)?;
            }
        }
        if !together.is_empty() {
            failpoint!(Preflight);
            self.add_items(job.number, together).await.map_err(PreflightError::from)?;
        }
        Ok(count)
    }

    /// What a draft of so many rows came to.
    pub(crate) async fn report(&self, job: &JobInfo, rows: u32) -> Result<Report, JournalError> {
        let first = self.items_in(job.number, &[State::Bad], None, NAMED).await?;
        Ok(Report {
            job: job.clone(),
            rows: u64::from(rows),
            bad: self.tally(job.number).await?.of(State::Bad),
            first_bad: first.into_iter().map(|item| (item.row.number, item.facts.reason)).collect(),
            operations: self.operations(job.number, State::Planned).await?,
            ignored_columns: Vec::new(),
        })
    }
}

fn new_item(place: u32, read: RowRead, seal: &Seal, check: Check<'_>) -> Result<NewItem, SealError> {
    let RowRead { row, mut problems, .. } = read;
    let task = Task::read(&row);
    let task = match task {
        Ok(task) => {
            problems.extend(check(&task));
            Some(task)
        }
        // Where cells have moved, what is wrong with each says nothing.
        Err(_) if problems.iter().any(|problem| problem.field.is_none()) => None,
        Err(found) => {
            problems.extend(found);
            None
        }
    };
    Ok(NewItem {
        place,
        sealed: seal.seal(place, &row)?,
        subject: task.as_ref().map(Task::subject).unwrap_or_default(),
        group: task.as_ref().and_then(Task::group).unwrap_or_default(),
        natural_key: task.as_ref().map(|task| task.natural_key(&row)).unwrap_or_default(),
        state: if problems.is_empty() { State::Planned } else { State::Bad },
        reason: problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        row,
    })
}

#[cfg(test)]
mod tests;
