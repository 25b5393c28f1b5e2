//! One job, many machines: workers that take chunks of its rows.
//!
//! Any number of workers stand around one journal on PostgreSQL. A [`Queue`] hands out chunks: some rows of a job, to be
//! sent or to be followed. It only moves work. The [`Journal`] alone decides what is sent: an intent is given once, so
//! two workers at one chunk are as safe as one.
//!
//! What a job needs next is read from the journal, by whichever worker's turn it is: first its opening, which one
//! worker sends alone (1 row, then 5, then 50); when that went well, the rest in chunks; and a chunk to follow where AT&T
//! works on rows. So a job that was submitted and then forgotten by every process is carried on by the next worker that
//! comes up. How many rows may fail or be sent at all is held for the job as a whole.
//!
//! A worker says every few seconds that it is alive. Three of these missed, and another takes its chunks over: rows
//! that it was about to send are settled by reading. One that was only asleep finds on waking that it holds nothing
//! any more; what it was about to send leaves no more, since the moment for it is past
//! ([`INTENT_LIFE`](crate::engine::INTENT_LIFE)).

mod arrange;
mod chunk;
mod hands;
mod news;
mod pace;
mod queue;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::time::Duration;

use apex_mobility_core::Client;
use apex_mobility_core::clock::within;
use tokio::task::JoinSet;
use uuid::Uuid;

pub use arrange::submit;
use chunk::Cut;
pub use chunk::{Chunk, Work};
pub use news::{News, WorkerEnded, WorkerError, WorkerOptions};
pub use pace::PostgresPace;
pub use queue::{Queue, QueueError};

use crate::engine::{Engine, EngineError, Stop};
use crate::journal::{JobInfo, JobNumber, JobState, Journal, JournalError, Tally};
use hands::{Came, Hands};
use queue::{Beat, Held, Kind, Name};

/// How often a worker looks around: for work, for jobs that were stopped.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often what jobs need next is read from the journal.
const ARRANGE_EVERY: Duration = Duration::from_secs(5);
/// The same where more may be to do by now, or a worker waits for the end.
const ARRANGE_SOON: Duration = Duration::from_millis(500);
/// How often the jobs at hand are looked at: one that was stopped is sent no more.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// A database that is silent for longer does not answer any more. After a machine was suspended, its connections may be
/// gone without its knowing: what is asked over them has no answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(60);
/// How long a worker takes to give back what it holds, at most. What is left is taken over from it.
const LONGEST_END: Duration = Duration::from_secs(10);

/// Takes chunks and carries them through, until it is stopped.
#[derive(Debug)]
pub struct Worker<'a> {
    engine: &'a Engine,
    client: &'a Client,
    journal: &'a Journal,
    queue: &'a Queue,
    server: &'a str,
    options: WorkerOptions,
}

/// What a worker has at work.
struct AtWork {
    name: Name,
    hands: Hands,
    began: HashMap<String, (Held, JobInfo, Duration)>,
    works: JoinSet<Came>,
    jobs: BTreeMap<JobNumber, JobInfo>,
    cuts: HashMap<JobNumber, Cut>,
    /// Jobs that this version cannot read: they are left to other workers.
    unreadable: HashSet<JobNumber>,
    /// Chunks to be sent whose worker is gone, when it was last looked.
    orphans: usize,
    /// Whether a chunk has come to its end since it was last found that there is no other.
    has_ended: bool,
    due: Due,
    /// Since when the database has not answered.
    silent_since: Option<Duration>,
}

/// When what is due next, on the monotonic clock.
#[derive(Default)]
struct Due {
    beat: Duration,
    arrange: Duration,
    watch: Duration,
    look: Duration,
    /// A look whether any job is left, by one who waits for that.
    end: Duration,
}

impl Due {
    /// What comes first, but for the end.
    fn next(&self) -> Duration {
        self.beat.min(self.arrange).min(self.watch).min(self.look)
    }

    fn arrange_soon(&mut self, now: Duration) {
        self.arrange = self.arrange.min(now + ARRANGE_SOON);
    }
}

/// Whether a job may need something new because of how rows that were sent stand: to be followed, or stopped.
fn calls_for_more(tally: &Tally) -> bool {
    use crate::state::State;
    tally.count(|state| matches!(state, State::Accepted | State::Rejected | State::Failed)) > 0
}

impl<'a> Worker<'a> {
    /// A worker at a journal and its queue, for the jobs of `server`.
    #[must_use]
    pub const fn new(engine: &'a Engine, queue: &'a Queue, server: &'a str, options: WorkerOptions) -> Self {
        let (client, journal) = engine.of();
        Self { engine, client, journal, queue, server, options }
    }

    /// Works until it is stopped, or until nothing is left where that was asked for. `name` is for those who look into the
    /// queue; what makes it this worker's own is added.
    ///
    /// Asked to stop, it takes no more chunks and sends no more, settles what is under way, and gives the rest back.
    ///
    /// # Errors
    /// When the journal or the queue cannot be used for too long, or rows are sealed under another secret.
    pub async fn run(
        &self,
        name: &str,
        stop: &Stop,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<WorkerEnded, WorkerError> {
        let name = format!("{name} {}", Uuid::now_v7().simple());
        let Some(name) = unless_left(stop, in_time(self.queue.enrol(&name))).await else {
            return Ok(WorkerEnded::Stopped);
        };
        let name = name?;
        let hands = Hands::new(self.engine, self.options.concurrency);
        let mut at_work = AtWork {
            name,
            hands,
            began: HashMap::new(),
            works: JoinSet::new(),
            jobs: BTreeMap::new(),
            cuts: HashMap::new(),
            unreadable: HashSet::new(),
            orphans: 0,
            has_ended: false,
            due: Due::default(),
            silent_since: None,
        };
        let ended = self.work(&mut at_work, stop, tell).await;
        // Nothing hangs on a database that does not answer: what it holds for this worker is taken over.
        within(LONGEST_END, self.give_all_back(&mut at_work, tell)).await.ok();
        ended
    }

    /// However it ends: nothing more is sent, and what is held goes back.
    async fn give_all_back(&self, at_work: &mut AtWork, tell: &(dyn Fn(News) + Send + Sync)) {
        for held in at_work.began.keys() {
            at_work.hands.leave(held);
        }
        while let Some(came) = at_work.works.join_next().await {
            if let Ok(came) = came {
                Box::pin(self.take_in(at_work, came, tell)).await.ok();
            }
        }
        for id in at_work.began.keys() {
            self.queue.give_back(&at_work.name, id, Duration::ZERO).await.ok();
        }
    }

    async fn work(
        &self,
        at_work: &mut AtWork,
        stop: &Stop,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<WorkerEnded, WorkerError> {
        let clock = self.client.clock();
        loop {
            // Wherever it is cut off: a chunk that was taken and not begun is given back with the next beat.
            let look = Box::pin(self.look_around(at_work, stop, tell));
            match unless_left(stop, in_time(look)).await {
                Some(Ok(Some(ended))) => return Ok(ended),
                Some(Ok(None)) => at_work.silent_since = None,
                Some(Err(error)) => self.bear(at_work, error, tell)?,
                None => return Ok(WorkerEnded::Stopped),
            }
            tokio::select! {
                came = at_work.works.join_next(), if !at_work.works.is_empty() => {
                    let Some(Ok(came)) = came else { continue };
                    let taken_in = Box::pin(self.take_in(at_work, came, tell));
                    match unless_left(stop, taken_in).await {
                        Some(Ok(Some(ended))) => return Ok(ended),
                        Some(Ok(None)) => {}
                        Some(Err(error @ WorkerError::Secret { .. })) => return Err(error),
                        Some(Err(error)) => self.bear(at_work, error, tell)?,
                        None => return Ok(WorkerEnded::Stopped),
                    }
                }
                () = clock.sleep(at_work.due.next().saturating_sub(clock.monotonic()).min(LOOK_EVERY)) => {}
                () = stop.leaving() => return Ok(WorkerEnded::Stopped),
            }
        }
    }

    /// Everything that is due. Gives how it ends, if it does.
    async fn look_around(
        &self,
        at_work: &mut AtWork,
        stop: &Stop,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<Option<WorkerEnded>, WorkerError> {
        let now = self.client.clock().monotonic();
        if now >= at_work.due.beat {
            at_work.due.beat = now + self.queue.beat_every();
            self.beat(at_work, tell).await?;
        }
        if stop.is_asked() {
            at_work.hands.stop_all();
            return Ok(at_work.works.is_empty().then_some(WorkerEnded::Stopped));
        }
        if now >= at_work.due.watch {
            at_work.due.watch = now + WATCH_EVERY;
            self.watch(at_work).await?;
        }
        let waits_for_end = self.options.until_done && at_work.works.is_empty();
        let arranges = now >= at_work.due.arrange;
        let looks_for_end = waits_for_end && now >= at_work.due.end;
        if arranges {
            at_work.due.arrange = now + ARRANGE_EVERY;
            self.arrange(at_work, tell).await?;
        } else if looks_for_end {
            at_work.due.end = now + ARRANGE_SOON;
            at_work.jobs = arrange::running(self.journal, self.server).await?;
        }
        let is_idle = at_work.jobs.keys().all(|job| at_work.unreadable.contains(job));
        if waits_for_end && (arranges || looks_for_end) && is_idle {
            return Ok(Some(WorkerEnded::NothingLeft));
        }
        if now >= at_work.due.look {
            at_work.due.look = self.client.clock().monotonic() + LOOK_EVERY;
            self.take(at_work, tell).await?;
        }
        Ok(None)
    }

    /// Says that it is alive, and finds out what it still holds.
    async fn beat(
        &self,
        at_work: &mut AtWork,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<(), WorkerError> {
        let Beat { held, orphans } = self.queue.beat(&at_work.name).await?;
        at_work.orphans = orphans;
        for (id, (lost, job, _)) in &at_work.began {
            if !held.contains(id) && at_work.hands.leave(id) {
                tell(News::Lost { job: job.id.clone(), chunk: lost.chunk });
            }
        }
        // Whatever went wrong when it was to be given back.
        for id in held.iter().filter(|id| !at_work.began.contains_key(*id)) {
            self.queue.give_back(&at_work.name, id, Duration::ZERO).await?;
        }
        Ok(())
    }

    /// Stops the chunks of jobs that are no longer to be carried through.
    async fn watch(&self, at_work: &AtWork) -> Result<(), WorkerError> {
        let jobs: HashSet<JobNumber> = at_work.began.values().map(|(held, ..)| held.chunk.job).collect();
        for job in jobs {
            if self.journal.job_numbered(job).await?.state != JobState::Running {
                at_work.hands.stop_job(job);
            }
        }
        Ok(())
    }

    async fn arrange(
        &self,
        at_work: &mut AtWork,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<(), WorkerError> {
        at_work.jobs = arrange::running(self.journal, self.server).await?;
        let Some(arranging) = self.queue.arranging().await? else {
            at_work.due.arrange_soon(self.client.clock().monotonic());
            return Ok(());
        };
        let arranged = self.arrange_all(at_work, tell).await;
        arranging.end().await?;
        // What was put there is taken at once.
        at_work.due.look = Duration::ZERO;
        arranged
    }

    async fn arrange_all(
        &self,
        at_work: &mut AtWork,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<(), WorkerError> {
        self.queue.tidy_up().await?;
        at_work.cuts.retain(|job, _| at_work.jobs.contains_key(job));
        for job in at_work.jobs.values().cloned().collect::<Vec<_>>() {
            let cut = match at_work.cuts.get(&job.number) {
                Some(cut) => *cut,
                None => match arrange::cut(self.journal, &job).await {
                    Ok(cut) => cut,
                    Err(JournalError::Damaged(what)) => {
                        if at_work.unreadable.insert(job.number) {
                            let what = format!("job {} is left to other workers: {what}", job.id);
                            tell(News::Trouble(what));
                        }
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                },
            };
            at_work.cuts.insert(job.number, cut);
            if let Some((state, why)) = arrange::arrange(self.journal, self.queue, &job, cut).await? {
                at_work.jobs.remove(&job.number);
                tell(News::Job { job: job.id, state, why });
            }
        }
        Ok(())
    }

    /// Takes as many chunks as there is room for. While requests wait for their turn here, rows are better left to
    /// others, but for those of a worker that is gone: some of them may have been sent, and wait for a look.
    async fn take(
        &self,
        at_work: &mut AtWork,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<(), WorkerError> {
        for kind in [Kind::Sending, Kind::Following] {
            let orphans = if kind == Kind::Sending { std::mem::take(&mut at_work.orphans) } else { 0 };
            let room = at_work.hands.room(kind, orphans);
            let taken = self.queue.take(&at_work.name, kind, room).await?;
            if kind == Kind::Sending && room > 0 && taken.is_empty() && std::mem::take(&mut at_work.has_ended)
            {
                // Nobody has put anything there since: it may be the end of the job.
                let now = self.client.clock().monotonic();
                let soon = if at_work.works.is_empty() { now } else { now + ARRANGE_SOON };
                at_work.due.arrange = at_work.due.arrange.min(soon);
            }
            for held in taken {
                self.begin(at_work, held, tell).await?;
            }
        }
        Ok(())
    }

    async fn begin(
        &self,
        at_work: &mut AtWork,
        held: Held,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<(), WorkerError> {
        let job = match self.journal.job_numbered(held.chunk.job).await {
            Ok(job) if job.state == JobState::Running => job,
            // What is left of a job that is over, or was stopped.
            Ok(_) | Err(JournalError::NoSuchJob(_)) => {
                return Ok(self.queue.done(&at_work.name, &held).await?);
            }
            Err(error) => return Err(error.into()),
        };
        let Held { chunk, taken_over, .. } = held;
        tell(News::Took { job: job.id.clone(), chunk, taken_over });
        let work = at_work.hands.begin(&held, &job, self.journal).await?;
        let began = self.client.clock().monotonic();
        at_work.began.insert(held.id.clone(), (held, job, began));
        at_work.works.spawn(work);
        Ok(())
    }

    /// Takes in what came of a chunk. Gives how the worker ends, if it has to.
    async fn take_in(
        &self,
        at_work: &mut AtWork,
        came: Came,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<Option<WorkerEnded>, WorkerError> {
        let Some((held, job, began)) = at_work.began.remove(&came.id) else { return Ok(None) };
        at_work.hands.ended(&came.id);
        let now = self.client.clock().monotonic();
        at_work.has_ended = true;
        at_work.due.look = now;
        let (done, after, ends) = self.judge(&job, &came, tell).await;
        let returned = if done {
            in_time(self.queue.done(&at_work.name, &held)).await
        } else {
            in_time(self.queue.give_back(&at_work.name, &held.id, after)).await
        };
        if let Err(error) = returned {
            // The next beat finds that it is held and not at work, and gives it back.
            tell(News::Trouble(error.to_string()));
        }
        let tally = within(LONGEST_ANSWER, self.journal.tally_of(held.chunk.span())).await;
        let tally = tally.ok().and_then(Result::ok).unwrap_or_default();
        match held.chunk.work {
            // All wait for it.
            Work::Open => at_work.due.arrange = now,
            Work::Send if !calls_for_more(&tally) => {}
            Work::Send | Work::Follow => at_work.due.arrange_soon(now),
        }
        let took = now.saturating_sub(began);
        tell(News::Ended { job: job.id, chunk: held.chunk, done, tally, took });
        ends
    }

    /// Whether a chunk is done; where it is not, how long it is left alone, and whether the worker has to end.
    async fn judge(
        &self,
        job: &JobInfo,
        came: &Came,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> (bool, Duration, Result<Option<WorkerEnded>, WorkerError>) {
        use crate::engine::Ended;
        const A_WHILE: Duration = Duration::from_secs(60);
        match &came.outcome {
            Ok(Ended::Finished | Ended::EnoughChanges) => (true, Duration::ZERO, Ok(None)),
            Ok(Ended::Stopped) => (false, Duration::ZERO, Ok(None)),
            Ok(Ended::TooManyFailures { failed, sent }) => {
                let why = arrange::too_many_failures(*failed, *sent);
                let moved = in_time(Box::pin(arrange::stop(self.journal, job, why, tell))).await;
                (true, Duration::ZERO, moved.map(|()| None))
            }
            Ok(Ended::Unreachable(why)) => {
                tell(News::Trouble(format!("no request gets through: {why}")));
                (false, A_WHILE, Ok(None))
            }
            Ok(Ended::Refused(why)) => (false, Duration::ZERO, Ok(Some(WorkerEnded::Refused(why.clone())))),
            Err(EngineError::Seal(what)) => {
                let error = WorkerError::Secret { job: job.id.clone(), what: what.to_string() };
                (false, Duration::ZERO, Err(error))
            }
            Err(error @ EngineError::Journal(_)) => {
                tell(News::Trouble(error.to_string()));
                (false, A_WHILE, Ok(None))
            }
        }
    }

    /// A database that does not answer is waited for, since its server may be on its way back.
    fn bear(
        &self,
        at_work: &mut AtWork,
        error: WorkerError,
        tell: &(dyn Fn(News) + Send + Sync),
    ) -> Result<(), WorkerError> {
        let now = self.client.clock().monotonic();
        if at_work.silent_since.is_none() {
            tell(News::Trouble(error.to_string()));
        }
        let since = *at_work.silent_since.get_or_insert(now);
        // Not in a rush: what failed is tried again with the next beat.
        at_work.due.beat = now + LOOK_EVERY * 4;
        at_work.due.look = at_work.due.beat;
        if now.saturating_sub(since) >= self.options.patience { Err(error) } else { Ok(()) }
    }
}

/// What the database answers; silence is an answer too.
async fn in_time<T, E: From<QueueError>>(asked: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    within(LONGEST_ANSWER, asked).await.unwrap_or_else(|_| {
        let what = format!("no answer for {} seconds", LONGEST_ANSWER.as_secs());
        Err(QueueError::Database(what).into())
    })
}

/// What comes of it, unless the worker is to leave at once meanwhile.
async fn unless_left<T>(stop: &Stop, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        () = stop.leaving() => None,
    }
}
