//! One rate for all workers, kept beside the journal.
//!
//! Each server and application id has a row with what was learned of its limit ([`SharedRate`]). A worker takes turns in
//! small lots, only as many as it has requests waiting, and says with each what came of the last ones: a fifth of a
//! second's turns at a time, so the database is asked a few times a second, whatever the rate. While no limit is known,
//! requests leave without a turn, and are told of 20 times a second. A throttle is told at once, and holds all workers
//! for as long as the server asks.

mod turns;

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use apex_mobility_core::clock::{Clock, SharedClock, within};
use apex_mobility_core::{Lot, SharedPace, SharedRate, SharedTurn};
use ring::digest::{SHA256, digest};
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, Row as _};

use super::queue::QueueError;
use crate::journal::Location;
use turns::{Book, Turns};

/// A pace that is shared with all who work for the same application id at the same server.
#[derive(Clone)]
pub struct PostgresPace(Arc<Shared>);

struct Shared {
    pool: PgPool,
    key: String,
    most: Option<f64>,
    clock: SharedClock,
    /// Turns that were taken, by the clock's monotonic time.
    turns: Arc<Turns>,
    /// The epoch that was last heard of: turns of another one are void.
    epoch: AtomicU32,
    heard: Lock<Heard>,
    per_second: Lock<Option<f64>>,
}

/// What the others have not been told of.
#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    /// The epoch that the answers are of.
    epoch: u32,
    answers: u32,
    /// Requests that went without asking.
    sent: u32,
    /// Until when they may, on the clock's monotonic time.
    free_until: Duration,
    /// When the rate was as it was last heard of, by the database's clock.
    as_of: Duration,
}

/// A throttle, as it is told.
#[derive(Debug, Clone, Copy)]
struct Throttle {
    epoch: u32,
    wait: Option<Duration>,
}

/// Answers of the database overtake each other by less than this. What seems older by more comes after its clock was set.
const OVERTAKING: Duration = Duration::from_secs(5);
/// While no limit is known, the others are asked so often whether one is.
const FREE: Duration = Duration::from_millis(50);
/// How long after an answer that did not come the database is asked again.
const AGAIN: Duration = Duration::from_secs(1);
/// A database that is silent for longer does not answer any more. Nobody here has a turn meanwhile.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);

impl PostgresPace {
    /// The pace beside a journal. `most` requests per second are the limit of all together, where one is set; all are to
    /// be given the same. The database is asked when the first request is to leave.
    ///
    /// # Errors
    /// When the journal is a file, or its URL is none.
    pub fn new(
        location: &Location,
        server: &str,
        app_id: &str,
        most: Option<f64>,
        clock: SharedClock,
    ) -> Result<Self, QueueError> {
        let Location::Postgres(url) = location else { return Err(QueueError::NotShared) };
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(LONGEST_ANSWER)
            // A crash may forget what was learned: it is learned again.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET synchronous_commit = off").await?;
                    // A process that is put to sleep in the middle must not hold up all others.
                    connection.execute("SET idle_in_transaction_session_timeout = '2s'").await?;
                    Ok(())
                })
            })
            .connect_lazy(url.as_str())?;
        Ok(Self(Arc::new(Shared {
            pool,
            key: key(server, app_id),
            most,
            clock,
            turns: Arc::default(),
            epoch: AtomicU32::new(0),
            heard: Lock::default(),
            per_second: Lock::default(),
        })))
    }

    /// Requests per second of all together, as it was last heard; none while neither learned nor set.
    #[must_use]
    pub fn per_second(&self) -> Option<f64> {
        *self.0.per_second.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whom the limit is for. The application id is no secret, and need not be read by whoever looks into the database.
fn key(server: &str, app_id: &str) -> String {
    let hash = digest(&SHA256, format!("{server}\n{app_id}").as_bytes());
    let hash: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{server} {hash}")
}

impl SharedPace for PostgresPace {
    fn turn(&self) -> Pin<Box<dyn Future<Output = SharedTurn> + Send + '_>> {
        Box::pin(async move {
            let epoch = match self.0.free_turn() {
                Some(epoch) => epoch,
                None => self.0.turns.next(&self.0).await,
            };
            SharedTurn { epoch }
        })
    }

    fn answered(&self, turn: SharedTurn) {
        let mut heard = self.0.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.epoch != turn.epoch {
            (heard.epoch, heard.answers) = (turn.epoch, 0);
        }
        heard.answers = heard.answers.saturating_add(1);
    }

    fn throttled(&self, turn: SharedTurn, wait: Option<Duration>) {
        let (shared, throttle) = (Arc::clone(&self.0), Throttle { epoch: turn.epoch, wait });
        tokio::spawn(async move {
            if let Err(error) = shared.exchange(0, Some(throttle)).await {
                tracing::warn!(%error, "the others cannot be told of a throttle");
            }
        });
    }
}

impl Book for Shared {
    fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    fn epoch(&self) -> u32 {
        self.epoch.load(Ordering::SeqCst)
    }

    fn is_free(&self) -> bool {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        self.clock.monotonic() < heard.free_until
    }

    fn free_turn(&self) -> Option<u32> {
        let now = self.clock.monotonic();
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        (now < heard.free_until).then(|| {
            heard.sent = heard.sent.saturating_add(1);
            self.epoch()
        })
    }

    async fn take(&self, wanted: u32) -> Option<(Lot, Duration)> {
        match self.exchange(wanted, None).await {
            Ok(taken) => Some(taken),
            Err(error) => {
                tracing::warn!(%error, "the shared rate cannot be read");
                self.clock.sleep(AGAIN).await;
                None
            }
        }
    }
}

impl Shared {
    /// Takes in how the rate is, as of `now` there and `here` by this machine's clock.
    fn hear(&self, rate: &SharedRate, now: Duration, here: Duration) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        // Two that asked at once may hear the answers in another order. The epoch does not tell: a database that crashed
        // may have forgotten the last ones.
        let age = heard.as_of.saturating_sub(now);
        if !age.is_zero() && age < OVERTAKING {
            return;
        }
        heard.as_of = now;
        self.epoch.store(rate.epoch(), Ordering::SeqCst);
        let is_free = rate.per_second().is_none() && rate.held_for(now).is_zero();
        heard.free_until = if is_free { here.saturating_add(FREE) } else { Duration::ZERO };
        *self.per_second.lock().unwrap_or_else(PoisonError::into_inner) = rate.per_second();
    }

    /// Tells what was heard, and takes up to `wanted` turns. Gives them, and when the first is by this machine's clock.
    async fn exchange(
        &self,
        wanted: u32,
        throttle: Option<Throttle>,
    ) -> Result<(Lot, Duration), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let answer = within(LONGEST_ANSWER, self.exchange_over(&mut connection, wanted, throttle)).await;
        answer.unwrap_or_else(|_| {
            // The pool would wait for it before it makes another.
            drop(connection.detach());
            Err(io::Error::from(io::ErrorKind::TimedOut).into())
        })
    }

    async fn exchange_over(
        &self,
        connection: &mut PgConnection,
        wanted: u32,
        throttle: Option<Throttle>,
    ) -> Result<(Lot, Duration), sqlx::Error> {
        const BEGIN: &str = "INSERT INTO pace (key, state) VALUES ($1, '') ON CONFLICT DO NOTHING";
        const READ: &str =
            "SELECT state, CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION) AS now
            FROM pace WHERE key = $1 FOR UPDATE";
        let heard = {
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            let untold = Heard { epoch: heard.epoch, as_of: heard.as_of, ..Heard::default() };
            std::mem::replace(&mut *heard, untold)
        };
        let mut transaction = connection.begin().await?;
        let row = match sqlx::query(READ).bind(&self.key).fetch_optional(&mut *transaction).await? {
            Some(row) => row,
            None => {
                sqlx::query(BEGIN).bind(&self.key).execute(&mut *transaction).await?;
                sqlx::query(READ).bind(&self.key).fetch_one(&mut *transaction).await?
            }
        };
        // All go by the database's clock.
        let now = Duration::try_from_secs_f64(row.try_get("now")?).unwrap_or_default();
        let here = self.clock.monotonic();
        let state: String = row.try_get("state")?;
        let mut rate = serde_json::from_str(&state).unwrap_or_else(|_| SharedRate::new(now));
        rate.sent(now, heard.sent);
        rate.answered(now, heard.epoch, heard.answers);
        if let Some(throttle) = throttle
            && rate.throttled(now, throttle.epoch, throttle.wait, random())
        {
            let (per_second, hold) = (rate.per_second(), rate.held_for(now));
            tracing::warn!(?hold, per_second, "throttled: all workers slow down");
        }
        let lot = if wanted > 0 {
            rate.book(now, wanted, self.most)
        } else {
            Lot { first: now, gap: Duration::ZERO, turns: 0, epoch: rate.epoch() }
        };
        let state = serde_json::to_string(&rate).unwrap_or_default();
        let query = sqlx::query("UPDATE pace SET state = $2 WHERE key = $1").bind(&self.key).bind(state);
        query.execute(&mut *transaction).await?;
        transaction.commit().await?;
        self.hear(&rate, now, here);
        Ok((lot, here.saturating_add(lot.first.saturating_sub(now))))
    }
}

/// From 0 to 1: no two workers come back at the same moment.
fn random() -> f64 {
    let byte = uuid::Uuid::now_v7().as_bytes()[15];
    f64::from(byte) / 256.0
}

impl fmt::Debug for PostgresPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresPace")
            .field("key", &self.0.key)
            .field("most", &self.0.most)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use apex_mobility_core::clock::SystemClock;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_overtaken_is_passed_over_and_what_a_database_forgot_is_not_held_to() {
        let nobody = Location::parse("postgres://127.0.0.1:1/none").unwrap();
        let clock = Arc::new(SystemClock::new());
        let pace = PostgresPace::new(&nobody, "http://localhost", "tenant", None, clock).unwrap();
        let epoch_after = |rate: &SharedRate, seconds, millis: u32| {
            pace.0.hear(rate, Duration::new(seconds, millis * 1_000_000), Duration::ZERO);
            pace.0.epoch.load(Ordering::SeqCst)
        };
        let fresh = SharedRate::new(Duration::from_secs(100));
        let mut cut = fresh;
        assert!(cut.throttled(Duration::from_secs(100), 0, Some(Duration::from_secs(1)), 0.5));
        assert_eq!(epoch_after(&fresh, 100, 0), 0);
        assert_eq!(epoch_after(&cut, 100, 200), 1);
        assert_eq!(epoch_after(&fresh, 100, 100), 1);
        // It crashed, and what it had not kept is gone.
        assert_eq!(epoch_after(&fresh, 101, 0), 0);
        // Its clock is set back.
        assert_eq!(epoch_after(&cut, 40, 0), 1);
    }

    #[test]
    fn each_server_and_application_has_a_rate_of_its_own_and_no_key_tells_the_id() {
        let one = key("https://example.com", "tenant-1");
        assert_eq!(one, key("https://example.com", "tenant-1"));
        assert!(
            one != key("https://example.com", "tenant-2") && one != key("https://example.org", "tenant-1")
        );
        assert!(!one.contains("tenant"), "{one}");
    }
}
