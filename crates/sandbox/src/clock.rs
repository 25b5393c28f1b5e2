//! The sandbox's virtual clock.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use apex_mobility_core::clock::{Clock, Sleep, SystemClock};
use jiff::Timestamp;

/// How the virtual time moves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum ClockMode {
    /// Only when told: by [`crate::Sandbox::advance`], by a control call, or by a client that waits on the
    /// sandbox's clock.
    #[default]
    Manual,
    /// By itself, so many virtual seconds per real one.
    Real {
        /// Virtual seconds per real second; 1.0 is real time.
        speed: f64,
    },
}

/// The virtual clock of one sandbox: give it to a client, and its waits move the sandbox's time.
///
/// In manual mode a sleep ends at once and has advanced the time to its end; of several concurrent sleeps
/// the longest decides. In real mode a sleep takes its share of real time.
#[derive(Clone)]
pub struct SandboxClock(Arc<State>);

struct State {
    start: Timestamp,
    /// Nanoseconds that were added by hand, beyond the start.
    offset: AtomicU64,
    pace: Option<Pace>,
}

struct Pace {
    speed: f64,
    clock: SystemClock,
}

/// The farthest the time moves: a hundred years, well inside what dates can express.
const FARTHEST: Duration = Duration::from_secs(100 * 365 * 86_400);

/// 2026-01-19T12:00:00Z: a manual clock's start unless told otherwise.
const MANUAL_START: i64 = 1_768_824_000;

impl SandboxClock {
    pub(crate) fn new(mode: ClockMode, start: Option<SystemTime>) -> Self {
        let pace = match mode {
            ClockMode::Manual => None,
            ClockMode::Real { speed } => Some(Pace {
                speed: if speed.is_finite() { speed.clamp(0.0, 1e6) } else { 1.0 },
                clock: SystemClock::new(),
            }),
        };
        let start = match (start, &pace) {
            (Some(start), _) => Timestamp::try_from(start).ok(),
            (None, Some(pace)) => Timestamp::try_from(pace.clock.wall()).ok(),
            (None, None) => None,
        };
        let earliest = Timestamp::from_second(946_684_800).unwrap_or_default();
        let latest = Timestamp::from_second(4_000_000_000).unwrap_or_default();
        let start = start.or_else(|| Timestamp::from_second(MANUAL_START).ok()).unwrap_or_default();
        Self(Arc::new(State { start: start.clamp(earliest, latest), offset: AtomicU64::new(0), pace }))
    }

    /// The sandbox's time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.timestamp().into()
    }

    /// Moves the time forward. At most a hundred years from the start.
    pub fn advance(&self, by: Duration) {
        let by = nanos(by);
        let limit = nanos(FARTHEST);
        // The closure always answers, so the update cannot fail.
        let _ = self
            .0
            .offset
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| Some(old.saturating_add(by).min(limit)));
    }

    /// `manual` or `real`.
    pub(crate) fn mode_word(&self) -> &'static str {
        if self.0.pace.is_some() { "real" } else { "manual" }
    }

    pub(crate) fn timestamp(&self) -> Timestamp {
        self.0.start.saturating_add(self.elapsed()).unwrap_or(self.0.start)
    }

    fn elapsed(&self) -> Duration {
        let added = Duration::from_nanos(self.0.offset.load(Ordering::SeqCst));
        let passed = self.0.pace.as_ref().map_or(Duration::ZERO, |pace| {
            Duration::try_from_secs_f64(pace.clock.monotonic().as_secs_f64() * pace.speed).unwrap_or(FARTHEST)
        });
        added.saturating_add(passed).min(FARTHEST)
    }

    /// Moves the offset to at least `target`.
    fn reach(&self, target: u64) {
        self.0.offset.fetch_max(target.min(nanos(FARTHEST)), Ordering::SeqCst);
    }
}

impl Clock for SandboxClock {
    fn wall(&self) -> SystemTime {
        self.now()
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        match &self.0.pace {
            None => Box::pin(Jump {
                clock: self.clone(),
                target: self.0.offset.load(Ordering::SeqCst).saturating_add(nanos(duration)),
                yielded: false,
            }),
            Some(pace) if pace.speed > 0.0 => {
                let real = Duration::try_from_secs_f64(duration.as_secs_f64() / pace.speed);
                pace.clock.sleep(real.unwrap_or(FARTHEST))
            }
            Some(pace) => pace.clock.sleep(FARTHEST),
        }
    }
}

impl fmt::Debug for SandboxClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxClock")
            .field("mode", &self.mode_word())
            .field("now", &self.timestamp())
            .finish()
    }
}

/// A sleep of the manual clock. It lets the other tasks run once, so that those who sleep at the same time
/// all take their end from the same present.
struct Jump {
    clock: SandboxClock,
    target: u64,
    yielded: bool,
}

impl Future for Jump {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            self.clock.reach(self.target);
            return Poll::Ready(());
        }
        self.yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manual() -> SandboxClock {
        SandboxClock::new(ClockMode::Manual, None)
    }

    #[test]
    fn a_manual_clock_stands_still_until_told() {
        let clock = manual();
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), before + Duration::from_secs(90));
    }

    #[tokio::test]
    async fn a_sleep_moves_a_manual_clock_to_its_end() {
        let clock = manual();
        clock.sleep(Duration::from_secs(300)).await;
        assert_eq!(clock.monotonic(), Duration::from_secs(300));
    }

    #[tokio::test]
    async fn concurrent_sleeps_end_at_the_longest() {
        let clock = manual();
        let (short, long) = (clock.sleep(Duration::from_secs(60)), clock.sleep(Duration::from_secs(300)));
        tokio::join!(long, short);
        assert_eq!(clock.monotonic(), Duration::from_secs(300));
    }

    #[test]
    fn the_time_ends_after_a_hundred_years() {
        let clock = manual();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.monotonic(), FARTHEST);
    }

    #[tokio::test]
    async fn a_real_clock_runs_at_its_speed_and_takes_an_offset() {
        let clock = SandboxClock::new(ClockMode::Real { speed: 1000.0 }, None);
        clock.sleep(Duration::from_secs(5)).await;
        assert!(clock.monotonic() >= Duration::from_secs(5));
        clock.advance(Duration::from_secs(3600));
        assert!(clock.monotonic() >= Duration::from_secs(3605));
    }
}
