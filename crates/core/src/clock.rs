//! Time, from one place.
//!
//! Everything that waits or asks for the time does it through a [`Clock`], so that a test can pause it and
//! the sandbox can drive it. Waits between attempts, between looks of a poller and in the governor are
//! [`Clock::sleep`]; the deadline of one attempt is a timer of the runtime ([`within`], [`within_awake`]), because
//! it bounds real work.

use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

/// A wait that is over when the future is.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A clock as clients share it.
pub type SharedClock = Arc<dyn Clock>;

/// Where a client takes the time from, and how it waits.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time of day. May jump.
    fn wall(&self) -> SystemTime;

    /// Time since some fixed moment. Never goes back.
    fn monotonic(&self) -> Duration;

    /// Waits for `duration` on this clock.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// A moment by both clocks.
///
/// The time of day may be set, and the other clock may stand still while the machine is suspended. So a right that ends at
/// this moment is over when either says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// By the clock that never goes back.
    pub monotonic: Duration,
    /// By the time of day.
    pub wall: SystemTime,
}

impl Moment {
    /// So long from now.
    #[must_use]
    pub fn after(clock: &dyn Clock, wait: Duration) -> Self {
        // In this order: time that passes between the two looks must not pass for a suspension.
        let monotonic = clock.monotonic();
        let now = clock.wall();
        Self { monotonic: monotonic.saturating_add(wait), wall: now.checked_add(wait).unwrap_or(now) }
    }

    /// Whether either clock says that it has come.
    #[must_use]
    pub fn has_come(&self, clock: &dyn Clock) -> bool {
        clock.monotonic() >= self.monotonic || clock.wall() >= self.wall
    }

    /// Whether `wait` has passed since then by the time of day alone: the machine was suspended meanwhile, or the time of
    /// day was set forward. A clock that a test drives moves both together, however far.
    fn is_slept_past(&self, clock: &dyn Clock, wait: Duration) -> bool {
        // The time of day first, for the same reason as in `after`.
        let by_day = clock.wall().duration_since(self.wall).is_ok_and(|passed| passed >= wait);
        by_day && clock.monotonic().saturating_sub(self.monotonic) < wait
    }
}

/// The machine's clock, on the runtime's timer: paused runtime time pauses it too, but for `wall`.
#[derive(Debug, Clone)]
pub struct SystemClock {
    origin: tokio::time::Instant,
}

impl SystemClock {
    /// The machine's clock.
    #[must_use]
    pub fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
        Self { origin: tokio::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> SystemTime {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock for tests under paused runtime time: the time of day starts where it is told and moves with
/// the runtime.
#[cfg(any(test, feature = "test-util"))]
#[derive(Debug, Clone)]
pub struct PausedClock {
    start: SystemTime,
    inner: SystemClock,
}

#[cfg(any(test, feature = "test-util"))]
impl PausedClock {
    /// A clock whose time of day is `start` now.
    #[must_use]
    pub fn starting_at(start: SystemTime) -> Self {
        Self { start, inner: SystemClock::new() }
    }
}

#[cfg(any(test, feature = "test-util"))]
impl Clock for PausedClock {
    fn wall(&self) -> SystemTime {
        self.start + self.inner.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.sleep(duration)
    }
}

/// The future took longer than it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("timed out")]
pub struct TimedOut;

/// Gives `future` at most `limit`, on the runtime's timer.
///
/// # Errors
/// [`TimedOut`] when the limit is reached first; the future is dropped.
pub async fn within<F: Future>(limit: Duration, future: F) -> Result<F::Output, TimedOut> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sets timers")]
    tokio::time::timeout(limit, future).await.map_err(|_| TimedOut)
}

/// Gives `future` at most `limit`, and does not go on with it late: once the limit is over, or the machine was
/// suspended past it, it is dropped where it stands, even if it could go on now.
///
/// [`within`] polls the future before its timer. When a process that was stopped goes on, a connection that came about
/// meanwhile would still send what waited for it.
///
/// # Errors
/// [`TimedOut`] when the limit is over by the runtime's timer, or by the time of day of `clock` though not by its other
/// clock.
pub async fn within_awake<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    future: F,
) -> Result<F::Output, TimedOut> {
    let start = Moment::after(clock, Duration::ZERO);
    // The time itself is asked: a timer is over only once the runtime has looked at its timers, which may be after this poll.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sets timers")]
    let now = tokio::time::Instant::now;
    let end = now().checked_add(limit);

    let mut future = pin!(future);
    let mut has_waited = false;
    let punctual = poll_fn(|context| {
        // The first poll comes at once, and is made even where the limit is nothing: a driven clock may leap before it.
        let may_be_late = mem::replace(&mut has_waited, true);
        if may_be_late && (end.is_some_and(|end| now() >= end) || start.is_slept_past(clock, limit)) {
            return Poll::Ready(Err(TimedOut));
        }
        future.as_mut().poll(context).map(Ok)
    });
    within(limit, punctual).await?
}
