//! When a request is sent again, after how long, and how often at most.
//!
//! [`classify`] alone decides *whether* (contract 2.5); [`RetryPolicy`] says how often and how fast;
//! [`RetryBudget`] keeps a client from making an outage worse.

mod backoff;
mod budget;
mod classify;
mod retry_after;

pub use backoff::Backoff;
pub use budget::RetryBudget;
pub use classify::{Decision, Effect, Happened, Safety, classify};
pub use retry_after::retry_after;

/// How often and how fast requests are sent again. What may be sent again at all is not a setting.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a request is sent at most, the first time included. Default 3 (contract 2.5).
    pub max_attempts: u32,
    /// The wait between attempts when the server names none.
    pub backoff: Backoff,
    /// How often a 403 with `POL0001` is waited out before it counts as refused credentials. Default 3
    /// (contract 6, row 5).
    pub legacy_throttle_waits: u32,
    /// Whether a *write* is sent again after a throttle answer. Default true (contract 2.5).
    pub resend_throttled_writes: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            backoff: Backoff::default(),
            legacy_throttle_waits: 3,
            resend_throttled_writes: true,
        }
    }
}

impl RetryPolicy {
    /// Sends every request once.
    #[must_use]
    pub fn never() -> Self {
        Self { max_attempts: 1, legacy_throttle_waits: 0, resend_throttled_writes: false, ..Self::default() }
    }
}
