//! What a worker is told, and what it tells.

use std::time::Duration;

use super::chunk::Chunk;
use super::queue::QueueError;
use crate::journal::{JobState, JournalError, Tally};

/// What a worker does, for those who watch. Nothing of it names a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum News {
    /// It has taken a chunk.
    Took {
        /// The job's id.
        job: String,
        /// The chunk.
        chunk: Chunk,
        /// Whether it takes it over from a worker that is not heard of any more.
        taken_over: bool,
    },
    /// It is done with a chunk, or gives it back.
    Ended {
        /// The job's id.
        job: String,
        /// The chunk.
        chunk: Chunk,
        /// Whether nothing of it is left to do.
        done: bool,
        /// How its rows stand.
        tally: Tally,
        /// How long it had it.
        took: Duration,
    },
    /// Another worker has taken a chunk over, since this one was not heard of for too long.
    Lost {
        /// The job's id.
        job: String,
        /// The chunk.
        chunk: Chunk,
    },
    /// A job has come to its end, or is stopped.
    Job {
        /// The job's id.
        job: String,
        /// Its state now.
        state: JobState,
        /// Why it is stopped; empty where it is not.
        why: String,
    },
    /// Something is in the way. It goes on.
    Trouble(String),
}

/// How a worker ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkerEnded {
    /// It was asked to, and has given back what it held.
    Stopped,
    /// No job is left to be carried through by workers.
    NothingLeft,
    /// AT&T does not accept its credentials, or its kill switch is on. What it held is back in the queue.
    Refused(String),
}

/// A worker that cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The secrets of a row do not open under this worker's app secret. The chunk is back in the queue.
    #[error("job {job} was submitted under another app secret than this worker has: {what}")]
    Secret {
        /// The job's id.
        job: String,
        /// What does not open.
        what: String,
    },
}

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Requests under way at once, at most. The client's governor has the last word.
    pub concurrency: usize,
    /// Whether to end when no job is left.
    pub until_done: bool,
    /// How long to go on while the database does not answer.
    pub patience: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self { concurrency: 12, until_done: false, patience: Duration::from_mins(30) }
    }
}
