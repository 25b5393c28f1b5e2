//! How many requests may be under way at once, and how many may start per second.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;

/// The limits of one client, shared by all its clones.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Requests under way at once. Default 8; production use is 10-12 (contract 2.4).
    pub concurrency: usize,
    /// Requests started per second, if limited. AT&T publishes no rate.
    pub per_second: Option<f64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrency: 8, per_second: None }
    }
}

/// Hands out permits to send.
#[derive(Debug)]
pub(crate) struct Limiter {
    slots: Arc<Semaphore>,
    pace: Mutex<Pace>,
}

/// When the next request may start: each start books the following slot, so waiting requests are spread
/// out instead of let go together.
#[derive(Debug)]
struct Pace {
    gap: Duration,
    next_start: Duration,
    closed_until: Duration,
}

/// One request may be under way while this lives.
#[derive(Debug)]
pub(crate) struct Permit {
    _slot: Option<OwnedSemaphorePermit>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        let gap = limits
            .per_second
            .filter(|rate| rate.is_finite() && *rate > 0.0)
            .and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok())
            .unwrap_or(Duration::ZERO);
        Self {
            slots: Arc::new(Semaphore::new(limits.concurrency.clamp(1, Semaphore::MAX_PERMITS))),
            pace: Mutex::new(Pace { gap, next_start: Duration::ZERO, closed_until: Duration::ZERO }),
        }
    }

    /// Waits for a turn. Dropping the future gives the turn up.
    pub(crate) async fn acquire(&self, clock: &dyn Clock) -> Permit {
        // The semaphore is never closed; were it, the limit would be gone and the call still right.
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok();
        loop {
            let wait = self.book(clock.monotonic());
            if wait.is_zero() {
                return Permit { _slot: slot };
            }
            clock.sleep(wait).await;
            if !self.is_closed(clock.monotonic()) {
                return Permit { _slot: slot };
            }
        }
    }

    /// The server asked to be left alone: nobody starts before `now + wait`.
    pub(crate) fn hold(&self, now: Duration, wait: Duration) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.closed_until = pace.closed_until.max(now.saturating_add(wait));
    }

    fn book(&self, now: Duration) -> Duration {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let start = pace.next_start.max(pace.closed_until).max(now);
        pace.next_start = start.saturating_add(pace.gap);
        start - now
    }

    fn is_closed(&self, now: Duration) -> bool {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner).closed_until > now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test(start_paused = true)]
    async fn starts_are_spread_at_the_rate() {
        let clock = SystemClock::new();
        let limiter = Limiter::new(Limits { per_second: Some(4.0), ..Limits::default() });
        for _ in 0..9 {
            limiter.acquire(&clock).await;
        }
        assert_eq!(clock.monotonic().as_secs(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_limit_are_under_way() {
        let clock = SystemClock::new();
        let limiter = Limiter::new(Limits { concurrency: 2, per_second: None });
        let first = limiter.acquire(&clock).await;
        let _second = limiter.acquire(&clock).await;
        let third = crate::clock::within(Duration::from_secs(5), limiter.acquire(&clock)).await;
        assert!(third.is_err());
        drop(first);
        assert!(crate::clock::within(Duration::from_secs(5), limiter.acquire(&clock)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_keeps_everyone_back_even_who_already_waits() {
        let clock = SystemClock::new();
        let limiter = Limiter::new(Limits { per_second: Some(1.0), ..Limits::default() });
        limiter.acquire(&clock).await;
        let (waiter, ()) = tokio::join!(limiter.acquire(&clock), async {
            limiter.hold(clock.monotonic(), Duration::from_secs(30));
        });
        drop(waiter);
        assert!(clock.monotonic() >= Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn nonsense_limits_do_not_stop_the_client() {
        let clock = SystemClock::new();
        for per_second in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let limiter = Limiter::new(Limits { concurrency: 0, per_second: Some(per_second) });
            limiter.acquire(&clock).await;
        }
        assert_eq!(clock.monotonic(), Duration::ZERO);
    }
}
