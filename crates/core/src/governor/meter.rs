//! How many requests have started lately.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Counts starts over the last ten to twenty seconds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Meter {
    since: Duration,
    earlier: u32,
    turn: Duration,
    recent: u32,
}

impl Meter {
    const SLOT: Duration = Duration::from_secs(10);

    /// One that begins to count now.
    pub(super) fn from(now: Duration) -> Self {
        Self { since: now, turn: now, ..Self::default() }
    }

    pub(super) fn count(&mut self, now: Duration) {
        let age = now.saturating_sub(self.turn);
        if age >= 2 * Self::SLOT {
            *self = Self::from(now);
        } else if age >= Self::SLOT {
            *self = Self { since: self.turn, earlier: self.recent, turn: now, recent: 0 };
        }
        self.recent = self.recent.saturating_add(1);
    }

    /// How many calls `busy` has had, were it all like what was counted.
    pub(super) fn calls(&self, now: Duration, busy: Duration) -> f64 {
        let counted = f64::from(self.earlier) + f64::from(self.recent);
        let span = now.saturating_sub(self.since);
        if span.is_zero() || span >= busy {
            counted
        } else {
            counted / span.as_secs_f64() * busy.as_secs_f64()
        }
    }
}
