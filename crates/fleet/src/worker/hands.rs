//! The chunks that a worker has at work.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::chunk::Work;
use super::queue::{Held, Kind};
use crate::engine::{Ended, Engine, EngineError, OPENING, Part, Stop};
use crate::journal::{JobInfo, JobNumber, Journal, JournalError};
use crate::orders::Orders;

/// Chunks that are sent side by side: while the last lost answers of one are settled, another is sent.
const SENDING: usize = 8;
/// Chunks that are followed side by side. They do next to nothing.
const FOLLOWING: usize = 64;

/// The chunks at work.
pub(super) struct Hands {
    engine: Engine,
    concurrency: usize,
    /// Requests that may be under way at once, over all chunks.
    slots: Arc<Semaphore>,
    at_work: HashMap<String, (Kind, JobNumber, Stop)>,
}

/// What came of a chunk.
pub(super) struct Came {
    pub(super) id: String,
    pub(super) outcome: Result<Ended, EngineError>,
}

impl Hands {
    pub(super) fn new(engine: &Engine, concurrency: usize) -> Self {
        let concurrency = concurrency.max(1);
        let slots = Arc::new(Semaphore::new(concurrency));
        Self { engine: engine.clone(), concurrency, slots, at_work: HashMap::new() }
    }

    /// How many more chunks of a kind there is room for, where so many have lost their worker.
    pub(super) fn room(&self, kind: Kind, orphans: usize) -> usize {
        let has = self.at_work.values().filter(|(one, ..)| *one == kind).count();
        match kind {
            Kind::Following => FOLLOWING.saturating_sub(has),
            // One at a time, and only by whom it lies idle.
            Kind::Sending => {
                let lies_idle = self.slots.available_permits() > 0;
                SENDING.saturating_sub(has).min(orphans.max(usize::from(lies_idle)))
            }
        }
    }

    /// Begins a chunk: the work that carries it through.
    pub(super) async fn begin(
        &mut self,
        held: &Held,
        job: &JobInfo,
        journal: &Journal,
    ) -> Result<impl Future<Output = Came> + Send + 'static, JournalError> {
        let chunk = held.chunk;
        let orders = Orders::kept(&job.options);
        let mut options = orders.options();
        options.concurrency = self.concurrency;
        options.follow = chunk.work == Work::Follow;
        if chunk.work == Work::Open {
            let begun = journal.standing(job.number).await?.begun;
            options.max_changes = Some(OPENING.saturating_sub(begun));
        } else {
            // What is the job's as a whole is held elsewhere.
            options.ramp = false;
            options.max_failures = None;
            options.max_changes = None;
        }
        let part = Part {
            span: chunk.span(),
            sends: chunk.work != Work::Follow,
            others: !held.taken_over,
            asked_again: false,
        };
        let stop = Stop::default();
        self.at_work.insert(held.id.clone(), (Kind::of(chunk.work), job.number, stop.clone()));
        let engine = self.engine.sharing(options, &self.slots);
        let (id, job) = (held.id.clone(), job.clone());
        Ok(async move {
            let outcome = engine.carry(&job, part, &stop).await;
            Came { id, outcome }
        })
    }

    /// A chunk is no longer at work.
    pub(super) fn ended(&mut self, id: &str) {
        self.at_work.remove(id);
    }

    /// Leaves a chunk at once; gives whether it was at work and not left before.
    pub(super) fn leave(&self, id: &str) -> bool {
        let Some((.., stop)) = self.at_work.get(id) else { return false };
        stop.leave_now()
    }

    /// Sends no more of a job.
    pub(super) fn stop_job(&self, job: JobNumber) {
        self.at_work.values().filter(|(_, of, _)| *of == job).for_each(|(.., stop)| stop.stop());
    }

    /// Sends no more of anything.
    pub(super) fn stop_all(&self) {
        self.at_work.values().for_each(|(.., stop)| stop.stop());
    }
}
