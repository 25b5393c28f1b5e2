//! Who has which chunk: apalis on PostgreSQL.
//!
//! Its tables, its statements: a chunk is fetched by one worker, who says every few seconds that it is alive; what a
//! worker holds that has not been heard of for three beats goes back to the queue. Only its loop is ours. The loop of
//! apalis drops what is under way when the database does not answer for a moment, and gives no sign of life while
//! fetched work waits for a free place.
//!
//! The queue moves work. It is never asked what was sent: a chunk that is done twice, or by two at once, is one that
//! the journal gives nothing to the second time.

use std::collections::HashSet;
use std::time::Duration;

use apalis_core::backend::TaskResult;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::status::Status;
use apalis_core::task::task_id::TaskId;
use apalis_core::worker::context::WorkerContext;
use apalis_postgres::{Config, PostgresStorage, queries};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Executor as _, PgPool, Row as _};

use super::chunk::{Chunk, Work};
use crate::journal::{JobNumber, Location};

/// The queue cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// A file has no queue.
    #[error("a journal in a file is for one process: many machines need a journal on PostgreSQL")]
    NotShared,
    /// Its tables cannot be made or brought up to date.
    #[error(
        "the queue's tables cannot be made: {0}. They need the right to create a schema, and the extensions pgcrypto and \
         hstore"
    )]
    SetUp(String),
    /// The database does not answer as it should.
    #[error("the queue cannot be used: {0}")]
    Database(String),
}

impl From<sqlx::Error> for QueueError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(said(&error))
    }
}

impl From<apalis_postgres::Error> for QueueError {
    fn from(error: apalis_postgres::Error) -> Self {
        match error {
            apalis_postgres::Error::Database(error) => error.into(),
            other => Self::Database(other.to_string()),
        }
    }
}

fn said(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// How often a worker says that it is alive, and how many of its beats may be missing.
const BEAT: Duration = Duration::from_secs(5);
const MISSED: usize = 3;

/// The queue of one journal and one server.
#[derive(Debug, Clone)]
pub struct Queue {
    pool: PgPool,
    lanes: [Lane; 2],
    beat: Duration,
}

/// Sending and following do not wait for each other: each has a queue of its own.
#[derive(Debug, Clone)]
struct Lane {
    works: &'static [Work],
    config: Config,
}

const SENDING: usize = 0;
const FOLLOWING: usize = 1;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sending,
    Following,
}

impl Kind {
    const fn lane(self) -> usize {
        match self {
            Self::Sending => SENDING,
            Self::Following => FOLLOWING,
        }
    }

    pub(super) const fn of(work: Work) -> Self {
        match work {
            Work::Open | Work::Send => Self::Sending,
            Work::Follow => Self::Following,
        }
    }
}

/// A worker as the queue knows it.
#[derive(Debug)]
pub(super) struct Name {
    contexts: [WorkerContext; 2],
}

/// What a worker learns when it says that it is alive.
#[derive(Debug)]
pub(super) struct Beat {
    /// What it holds, by the queue.
    pub(super) held: HashSet<String>,
    /// Chunks to be sent that were taken from a worker that is not heard of any more, and that nobody has.
    pub(super) orphans: usize,
}

/// A chunk that this worker has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Held {
    pub(super) id: String,
    pub(super) chunk: Chunk,
    /// Whether another worker had it before, and was not heard of any more.
    pub(super) taken_over: bool,
}

impl Queue {
    /// The queue beside a journal, for the jobs of one server. Makes its tables where there are none.
    ///
    /// # Errors
    /// When the journal is a file, the database cannot be reached, or the tables cannot be made.
    pub async fn open(location: &Location, server: &str) -> Result<Self, QueueError> {
        Self::with_beat(location, server, BEAT).await
    }

    /// The same with another time between two beats than 5 seconds, the same for all workers of the queue: a worker that
    /// misses three is taken for dead.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn with_beat(location: &Location, server: &str, beat: Duration) -> Result<Self, QueueError> {
        let Location::Postgres(url) = location else { return Err(QueueError::NotShared) };
        let pool = PgPoolOptions::new()
            .max_connections(3)
            // A process that is put to sleep in the middle must not hold up all others.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET idle_in_transaction_session_timeout = '10s'").await?;
                    Ok(())
                })
            })
            .connect(url.as_str())
            .await?;
        PostgresStorage::setup(&pool).await.map_err(|error| match error {
            apalis_postgres::Error::Database(error) => QueueError::SetUp(said(&error)),
            other => QueueError::SetUp(other.to_string()),
        })?;
        // Several journals in one database are in schemas of their own; apalis has one schema for all of them.
        let schema: String =
            sqlx::query("SELECT current_schema()::text").fetch_one(&pool).await?.try_get(0)?;
        let lane = |works, name| {
            let config = Config::default().queue(format!("apex fleet, {schema}, {server}, {name}"));
            Lane { works, config: config.heartbeat_interval(beat).missed_heartbeats(MISSED) }
        };
        let lanes = [lane(&[Work::Open, Work::Send], "send"), lane(&[Work::Follow], "follow")];
        Ok(Self { pool, lanes, beat })
    }

    /// How often [`beat`](Self::beat) is due.
    pub(super) const fn beat_every(&self) -> Duration {
        self.beat
    }

    /// Makes a worker known. `name` is unique per process.
    pub(super) async fn enrol(&self, name: &str) -> Result<Name, QueueError> {
        let contexts = ["send", "follow"].map(|lane| WorkerContext::new(&format!("{name}, {lane}")));
        let name = Name { contexts };
        self.register(&name).await?;
        Ok(name)
    }

    async fn register(&self, name: &Name) -> Result<(), QueueError> {
        const REGISTER: &str = "INSERT INTO apalis.workers (id, worker_type, storage_name, layers, last_seen)
            VALUES ($1, $2, 'apex', '', now()) ON CONFLICT (id) DO UPDATE SET last_seen = now()";
        for (lane, context) in self.lanes.iter().zip(&name.contexts) {
            let query = sqlx::query(REGISTER).bind(context.name()).bind(lane.config.queue.as_ref());
            query.execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Says that the worker is alive, and sends back to the queue what those hold that are not.
    pub(super) async fn beat(&self, name: &Name) -> Result<Beat, QueueError> {
        const HELD: &str =
            "SELECT id FROM apalis.jobs WHERE lock_by = ANY($1) AND status IN ('Queued', 'Running')";
        // Rows in the air wait in them: they come before all others.
        const ORPHANS: &str = "WITH orphans AS (
                UPDATE apalis.jobs SET priority = 1 WHERE job_type = $1 AND status = 'Pending' AND attempts > 0
                RETURNING 1
            ) SELECT COUNT(*) FROM orphans";
        let mut connection = self.pool.acquire().await?;
        for (lane, context) in self.lanes.iter().zip(&name.contexts) {
            let queue = lane.config.queue.as_ref();
            match queries::keep_alive(&mut *connection, queue, context).await {
                // Somebody has tidied up while this machine slept.
                Err(apalis_postgres::Error::WorkerOutOfSync) => self.register(name).await?,
                other => other?,
            }
            let dead_for = lane.config.orphaned_duration().as_secs().max(1);
            queries::reenqueue_orphaned(&mut *connection, queue, dead_for).await?;
        }
        let names: Vec<String> = name.contexts.iter().map(|context| context.name().to_owned()).collect();
        let rows = sqlx::query(HELD).bind(names).fetch_all(&mut *connection).await?;
        let held = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let sending = self.lanes[SENDING].config.queue.as_ref();
        let orphans: i64 =
            sqlx::query(ORPHANS).bind(sending).fetch_one(&mut *connection).await?.try_get(0)?;
        Ok(Beat { held, orphans: usize::try_from(orphans).unwrap_or(0) })
    }

    /// Takes up to `most` chunks.
    pub(super) async fn take(&self, name: &Name, kind: Kind, most: usize) -> Result<Vec<Held>, QueueError> {
        if most == 0 {
            return Ok(Vec::new());
        }
        let lane = kind.lane();
        let (Some(lane), Some(context)) = (self.lanes.get(lane), name.contexts.get(lane)) else {
            return Ok(Vec::new());
        };
        let mut connection = self.pool.acquire().await?;
        let config = lane.config.clone().batch_size(most);
        let tasks = queries::fetch_next(&mut *connection, &config, context).await?;
        let mut held = Vec::with_capacity(tasks.len());
        for task in tasks {
            let Some(id) = task.task_id().map(ToString::to_string) else { continue };
            match serde_json::from_slice(&task.args) {
                Ok(chunk) => {
                    let taken_over = task.raw_attempt().current() > 0;
                    held.push(Held { id, chunk, taken_over });
                }
                // Of another version: whoever put it there sees from the journal that it was not done.
                Err(_) => self.end(name, &id, Status::Killed).await?,
            }
        }
        Ok(held)
    }

    /// A chunk is done.
    pub(super) async fn done(&self, name: &Name, held: &Held) -> Result<(), QueueError> {
        self.end(name, &held.id, Status::Done).await
    }

    async fn end(&self, name: &Name, id: &str, status: Status) -> Result<(), QueueError> {
        let Ok(task_id) = id.parse::<TaskId>() else { return Ok(()) };
        let ended = TaskResult { task_id, attempt: 1, status, result: Ok(serde_json::Value::Null) };
        let mut connection = self.pool.acquire().await?;
        for context in &name.contexts {
            queries::handle_results(&mut *connection, &[&ended], context.name()).await?;
        }
        Ok(())
    }

    /// Gives a chunk back, to be taken by anyone after a while.
    pub(super) async fn give_back(&self, name: &Name, id: &str, after: Duration) -> Result<(), QueueError> {
        const GIVE_BACK: &str = "UPDATE apalis.jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL,
                run_at = now() + make_interval(secs => $3)
            WHERE id = $1 AND lock_by = ANY($2)";
        let names: Vec<String> = name.contexts.iter().map(|context| context.name().to_owned()).collect();
        let query = sqlx::query(GIVE_BACK).bind(id).bind(names).bind(after.as_secs_f64());
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Puts chunks into the queue, but for those that are there, or in somebody's hands. Gives how many were put there.
    /// Two that call at once could both put a chunk there: the callers take turns (`arranging`).
    pub(super) async fn put(&self, chunks: &[Chunk]) -> Result<usize, QueueError> {
        let Some(job) = chunks.first().map(|chunk| chunk.job) else { return Ok(0) };
        let known = self.of_job(job).await?;
        let is_new = |chunk: &&Chunk| {
            !known.iter().any(|known| known.work == chunk.work && known.first == chunk.first)
        };
        let mut put = 0;
        let mut connection = self.pool.acquire().await?;
        for lane in &self.lanes {
            let new: Vec<_> =
                chunks.iter().filter(is_new).filter(|one| lane.works.contains(&one.work)).collect();
            let tasks = new.iter().filter_map(|chunk| serde_json::to_vec(chunk).ok());
            let tasks: Vec<_> = tasks.map(|args| TaskBuilder::new(args).build()).collect();
            if !tasks.is_empty() {
                put += tasks.len();
                queries::push_tasks(&mut *connection, lane.config.queue.as_ref(), tasks).await?;
            }
        }
        Ok(put)
    }

    /// The chunks of a job that are queued or in somebody's hands.
    async fn of_job(&self, job: JobNumber) -> Result<Vec<Chunk>, QueueError> {
        const LIVE: &str = "SELECT job FROM apalis.jobs
            WHERE job_type = ANY($1) AND status IN ('Pending', 'Queued', 'Running')";
        let rows = sqlx::query(LIVE).bind(self.queues()).fetch_all(&self.pool).await?;
        let mut chunks = Vec::with_capacity(rows.len());
        for row in rows {
            let args: Vec<u8> = row.try_get(0)?;
            chunks.extend(serde_json::from_slice::<Chunk>(&args).ok().filter(|chunk| chunk.job == job));
        }
        Ok(chunks)
    }

    /// The right to decide what is put into the queue: one at a time has it, and none is given while another has it.
    pub(super) async fn arranging(&self) -> Result<Option<Arranging>, QueueError> {
        const TRY: &str = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))";
        let mut transaction = self.pool.begin().await?;
        let key = self.queues().concat();
        let got: bool = sqlx::query(TRY).bind(key).fetch_one(&mut *transaction).await?.try_get(0)?;
        if !got {
            transaction.rollback().await?;
            return Ok(None);
        }
        Ok(Some(Arranging { transaction }))
    }

    /// Takes out what is done, and workers that have been gone for a day.
    pub(super) async fn tidy_up(&self) -> Result<(), QueueError> {
        const DONE: &str =
            "DELETE FROM apalis.jobs WHERE job_type = ANY($1) AND status IN ('Done', 'Killed')";
        const GONE: &str = "DELETE FROM apalis.workers WHERE worker_type = ANY($1)
            AND last_seen < now() - interval '1 day'
            AND NOT EXISTS (SELECT 1 FROM apalis.jobs WHERE jobs.lock_by = workers.id)";
        for statement in [DONE, GONE] {
            sqlx::query(statement).bind(self.queues()).execute(&self.pool).await?;
        }
        Ok(())
    }

    fn queues(&self) -> Vec<String> {
        self.lanes.iter().map(|lane| lane.config.queue.to_string()).collect()
    }
}

/// While this lives, nobody else decides what is put into the queue.
#[derive(Debug)]
pub(super) struct Arranging {
    transaction: sqlx::Transaction<'static, sqlx::Postgres>,
}

impl Arranging {
    /// Gives the right back. One that is dropped is given back in the background, when this process comes to it: until
    /// then nobody decides.
    pub(super) async fn end(self) -> Result<(), QueueError> {
        Ok(self.transaction.rollback().await?)
    }
}
