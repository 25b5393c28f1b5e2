//! What a client may do at most, and what it is doing.

use std::time::Duration;

use super::breaker::BreakerState;

/// The most requests under way at once, unless told otherwise: the highest seen in production (contract 2.4).
const MOST: usize = 12;

/// The limits of one client, shared by all its clones.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Requests under way at once to begin with; 1 or more. Default 8 (contract 2.4).
    pub concurrency: usize,
    /// The most requests under way at once; 1 or more. By default 12, or `concurrency` if that is more:
    /// production use is 10-12 (contract 2.4).
    pub max_concurrency: Option<usize>,
    /// The most requests started per second; above 0. None by default: AT&T publishes no rate, and the client
    /// learns what the server takes.
    pub per_second: Option<f64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrency: 8, max_concurrency: None, per_second: None }
    }
}

impl Limits {
    pub(super) fn most(&self) -> usize {
        self.max_concurrency.unwrap_or(MOST.max(self.concurrency)).max(1)
    }
}

/// How fast a client is going: a snapshot, for people who watch.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Pace {
    /// How many requests may be under way at once.
    pub concurrency: usize,
    /// How many are.
    pub in_flight: usize,
    /// How many may start per second; none while neither set nor learned.
    pub per_second: Option<f64>,
    /// For how long the server has asked to be left alone, from now; none if it has not.
    pub held_for: Option<Duration>,
    /// Whether the server is there.
    pub breaker: BreakerState,
    /// Whether the kill switch is on.
    pub stopped: bool,
}
