//! The hidden rate limit (contract 7): so many calls per stretch of virtual time.

use std::time::Duration;

use jiff::Timestamp;

/// A limit that clients are not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// Calls that are let through per `per`.
    pub calls: u32,
    /// The stretch of virtual time they are counted in.
    pub per: Duration,
}

/// Counts the calls of the current stretch.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    limit: Option<Throttle>,
    since: Timestamp,
    passed: u32,
}

impl Gate {
    pub(crate) fn set(&mut self, limit: Option<Throttle>, now: Timestamp) {
        *self = Self { limit, since: now, passed: 0 };
    }

    pub(crate) fn limit(&self) -> Option<Throttle> {
        self.limit
    }

    /// Lets a call pass, or says how many seconds are left of the stretch.
    pub(crate) fn pass(&mut self, now: Timestamp) -> Result<(), u64> {
        let Some(limit) = self.limit else { return Ok(()) };
        let since = Duration::try_from(now.duration_since(self.since)).unwrap_or_default();
        let Some(left) = limit.per.checked_sub(since).filter(|left| !left.is_zero()) else {
            self.since = now;
            self.passed = 1;
            return if limit.calls == 0 { Err(whole_seconds(limit.per)) } else { Ok(()) };
        };
        if self.passed >= limit.calls {
            return Err(whole_seconds(left));
        }
        self.passed += 1;
        Ok(())
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_beyond_the_limit_wait_for_the_next_stretch() {
        let at = |seconds: i64| Timestamp::from_second(1_000_000 + seconds).unwrap();
        let mut gate = Gate::default();
        gate.set(Some(Throttle { calls: 2, per: Duration::from_secs(10) }), at(0));
        assert_eq!([gate.pass(at(0)), gate.pass(at(1)), gate.pass(at(4))], [Ok(()), Ok(()), Err(6)]);
        assert_eq!([gate.pass(at(10)), gate.pass(at(10)), gate.pass(at(10))], [Ok(()), Ok(()), Err(10)]);
    }

    #[test]
    fn without_a_limit_every_call_passes() {
        assert!((0..1000).all(|_| Gate::default().pass(Timestamp::UNIX_EPOCH).is_ok()));
    }
}
