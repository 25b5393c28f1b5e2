//! How long to wait before the next attempt.

use std::time::Duration;

/// Exponential waits with full jitter: the n-th wait is drawn from zero to `base * 2^n`, at most `cap`.
///
/// A throttled request waits at least half of that, since the server asked for it (contract 2.4: 1, 2, 4
/// ... 60 s with jitter).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
}

impl Default for Backoff {
    /// 1 s, doubling to 60 s.
    fn default() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_mins(1))
    }
}

impl Backoff {
    /// Waits that start at `base` and double up to `cap`.
    #[must_use]
    pub const fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap }
    }

    /// The longest the wait after attempt `attempt` (1-based) may be.
    #[must_use]
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let factor = 1u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        self.base.saturating_mul(factor).min(self.cap)
    }

    /// The wait after attempt `attempt` (1-based); `random` is in `0.0..1.0`.
    #[must_use]
    pub fn wait(&self, attempt: u32, throttled: bool, random: f64) -> Duration {
        let ceiling = self.ceiling(attempt);
        let share = if throttled { 0.5 + random.clamp(0.0, 1.0) / 2.0 } else { random.clamp(0.0, 1.0) };
        ceiling.mul_f64(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_double_and_stop_at_the_cap() {
        let ceilings: Vec<u64> =
            (1..=9).map(|attempt| Backoff::default().ceiling(attempt).as_secs()).collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(Backoff::default().ceiling(u32::MAX), Duration::from_secs(60));
    }

    #[test]
    fn jitter_is_full_and_a_throttled_wait_is_at_least_half() {
        let backoff = Backoff::default();
        assert_eq!(backoff.wait(3, false, 0.0), Duration::ZERO);
        assert_eq!(backoff.wait(3, false, 1.0), Duration::from_secs(4));
        assert_eq!(backoff.wait(3, true, 0.0), Duration::from_secs(2));
        assert_eq!(backoff.wait(3, true, 1.0), Duration::from_secs(4));
    }

    proptest::proptest! {
        #[test]
        fn a_wait_is_never_longer_than_the_cap(attempt: u32, throttled: bool, random in 0.0..1.0f64) {
            proptest::prop_assert!(Backoff::default().wait(attempt, throttled, random) <= Duration::from_secs(60));
        }
    }
}
