//! Time, from one place.
//!
//! Everything that waits or asks for the time does it through a [`Clock`], so that a test can pause it and
//! the sandbox can drive it. Waits between attempts, between looks of a poller and in the governor are
//! [`Clock::sleep`]; the deadline of one attempt is a timer of the runtime ([`within`]), because it bounds
//! real work.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
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
        let now = clock.wall();
        Self { monotonic: clock.monotonic().saturating_add(wait), wall: now.checked_add(wait).unwrap_or(now) }
    }

    /// Whether either clock says that it has come.
    #[must_use]
    pub fn has_come(&self, clock: &dyn Clock) -> bool {
        clock.monotonic() >= self.monotonic || clock.wall() >= self.wall
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
