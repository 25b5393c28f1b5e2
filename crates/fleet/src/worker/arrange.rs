//! What jobs need next: read from the journal, put into the queue.

use std::collections::BTreeMap;

use super::chunk::{self, Cut, Next};
use super::queue::Queue;
use super::{News, WorkerError};
use crate::engine::OPENING;
use crate::journal::{JobInfo, JobNumber, JobState, Journal, JournalError};
use crate::operation::Batching;
use crate::orders::Orders;

/// Hands a job that was let in over to the workers. Any of them begins with it; should this process end before all is
/// in the queue, the next worker to look finds the job and puts it there.
///
/// # Errors
/// When the journal cannot be read or the queue cannot be written. The job stands in the journal all the same.
pub async fn submit(journal: &Journal, queue: &Queue, job: &JobInfo) -> Result<(), WorkerError> {
    let Some(arranging) = queue.arranging().await? else { return Ok(()) };
    let arranged = async {
        let cut = cut(journal, job).await?;
        arrange(journal, queue, job, cut).await
    };
    let arranged = arranged.await;
    arranging.end().await?;
    arranged.map(drop)
}

/// The jobs of a server that workers carry through.
pub(super) async fn running(
    journal: &Journal,
    server: &str,
) -> Result<BTreeMap<JobNumber, JobInfo>, JournalError> {
    let jobs = journal.jobs().await?.into_iter().filter(|job| {
        job.state == JobState::Running && job.server == server && Orders::kept(&job.options).for_workers
    });
    Ok(jobs.map(|job| (job.number, job)).collect())
}

/// How a job is cut into chunks. That never changes: it can be kept.
pub(super) async fn cut(journal: &Journal, job: &JobInfo) -> Result<Cut, JournalError> {
    let rows = journal.standing(job.number).await?.rows;
    let together = journal.operations_of(job.number).await?.into_iter().map(|one| match one.batching() {
        Batching::Single => 1,
        Batching::Together(most) => most,
    });
    let until = match Orders::kept(&job.options).max_changes {
        Some(most) => journal.place_of(job.number, most).await?.unwrap_or(rows),
        None => rows,
    };
    Ok(Cut { size: chunk::size(rows, together.max().unwrap_or(1)), until, opening: OPENING })
}

/// Puts what a job needs next into the queue, or notes that it is over: then its state, and why it is stopped.
pub(super) async fn arrange(
    journal: &Journal,
    queue: &Queue,
    job: &JobInfo,
    cut: Cut,
) -> Result<Option<(JobState, String)>, WorkerError> {
    let orders = Orders::kept(&job.options);
    let standing = journal.standing(job.number).await?;
    let stretches = journal.stretches(job.number, cut.size, cut.until).await?;
    let (state, why) = match chunk::next(job.number, standing, &stretches, cut, &orders) {
        Next::Chunks(chunks) => {
            queue.put(&chunks).await?;
            return Ok(None);
        }
        Next::Over => (JobState::Finished, String::new()),
        Next::EnoughChanges => (JobState::Stopped, "as many rows were sent as are allowed".to_owned()),
        Next::TooManyFailures => (JobState::Stopped, too_many_failures(standing.failed, standing.begun)),
    };
    let moved = journal.move_job(job.number, JobState::Running, state).await?;
    Ok(moved.then_some((state, why)))
}

/// Stops a job, once.
pub(super) async fn stop(
    journal: &Journal,
    job: &JobInfo,
    why: String,
    tell: &(dyn Fn(News) + Send + Sync),
) -> Result<(), WorkerError> {
    if journal.move_job(job.number, JobState::Running, JobState::Stopped).await? {
        tell(News::Job { job: job.id.clone(), state: JobState::Stopped, why });
    }
    Ok(())
}

pub(super) fn too_many_failures(failed: u64, sent: u64) -> String {
    format!("too much fails: {failed} of {sent} rows that were sent")
}
