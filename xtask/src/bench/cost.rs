//! What a piece of work costs this process: CPU time and time that passed.

use std::time::Duration;

use apex_mobility_core::clock::{Clock, SystemClock};

use super::Broken;

/// The cost of some calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    cpu: Duration,
    wall: Duration,
    calls: u64,
}

impl Cost {
    pub(super) fn cpu_micros_per_call(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.calls as f64
    }

    /// CPU time, and the time that passed.
    pub(super) fn seconds(&self) -> (f64, f64) {
        (self.cpu.as_secs_f64(), self.wall.as_secs_f64())
    }

    pub(super) fn calls_per_second(&self) -> f64 {
        self.calls as f64 / self.wall.as_secs_f64()
    }
}

/// Runs from its making.
#[derive(Debug)]
pub(super) struct Meter {
    clock: SystemClock,
    cpu: Duration,
}

impl Meter {
    pub(super) fn start() -> Result<Self, Broken> {
        Ok(Self { clock: SystemClock::new(), cpu: cpu_time()? })
    }

    pub(super) fn stop(self, calls: u64) -> Result<Cost, Broken> {
        let wall = self.clock.monotonic();
        Ok(Cost { cpu: cpu_time()?.saturating_sub(self.cpu), wall, calls })
    }
}

/// CPU time of all threads of this process, in user and in system mode.
#[cfg(unix)]
fn cpu_time() -> Result<Duration, Broken> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).map_err(Broken::new)
}

#[cfg(not(unix))]
fn cpu_time() -> Result<Duration, Broken> {
    Err(Broken::new("the bench reads CPU time as Unix systems give it"))
}
