//! The time of a sandbox that is in a hurry, for the crash test. Only in builds for it (feature `failpoints`).

use std::time::{Duration, SystemTime};

use apex_mobility::clock::{Clock, Sleep, SystemClock};

/// The variable that sets it: `THERE HERE SPEED`. At HERE of this machine it is THERE in the sandbox, both in nanoseconds
/// since 1970, and so many seconds pass there in one of this machine's.
const VARIABLE: &str = "APEX_FAILPOINT_CLOCK";

/// Many seconds in one of this machine's, and the same time in every process.
#[derive(Debug, Clone)]
pub(crate) struct FastClock {
    there: u64,
    here: u64,
    speed: u32,
    inner: SystemClock,
}

impl FastClock {
    /// None where none is set.
    pub(crate) fn set() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let mut numbers = text.split(' ').map(str::parse::<u64>);
        let mut next = || numbers.next()?.ok();
        let (there, here) = (next()?, next()?);
        let speed = u32::try_from(next()?).ok().filter(|speed| *speed > 0)?;
        Some(Self { there, here, speed, inner: SystemClock::new() })
    }
}

impl Clock for FastClock {
    fn wall(&self) -> SystemTime {
        let here = SystemTime::UNIX_EPOCH + Duration::from_nanos(self.here);
        let passed = self.inner.wall().duration_since(here).unwrap_or_default() * self.speed;
        SystemTime::UNIX_EPOCH + Duration::from_nanos(self.there) + passed
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic() * self.speed
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.sleep(duration / self.speed)
    }
}
