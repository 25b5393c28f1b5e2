//! A client-wide limit on retries, so that an outage is not amplified by its victims.

use std::sync::atomic::{AtomicU32, Ordering};

/// Retries are paid from a purse that successes fill again: one retry takes one coin, ten successes bring
/// one back. A purse that is empty means most calls are failing, and then each call is sent once.
#[derive(Debug)]
pub struct RetryBudget {
    tenths: AtomicU32,
    capacity: u32,
}

const COIN: u32 = 10;

impl Default for RetryBudget {
    /// 100 retries.
    fn default() -> Self {
        Self::new(100)
    }
}

impl RetryBudget {
    /// A full purse of `retries` coins.
    #[must_use]
    pub fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(COIN);
        Self { tenths: AtomicU32::new(capacity), capacity }
    }

    /// Pays for one retry, or says that the purse is empty.
    pub fn take(&self) -> bool {
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tenths| tenths.checked_sub(COIN))
            .is_ok()
    }

    /// A call succeeded.
    pub fn refill(&self) {
        // A full purse is the common case: leave the cache line shared.
        if self.tenths.load(Ordering::Relaxed) < self.capacity {
            let capacity = self.capacity;
            let _ = self.tenths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tenths| {
                Some(tenths.saturating_add(1).min(capacity))
            });
        }
    }

    /// How many retries are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.tenths.load(Ordering::Relaxed) / COIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_purse_pays_for_nothing() {
        let budget = RetryBudget::new(2);
        assert!(budget.take() && budget.take());
        assert!(!budget.take());
    }

    #[test]
    fn ten_successes_bring_one_retry_back_and_no_more_than_the_capacity() {
        let budget = RetryBudget::new(1);
        assert!(budget.take());
        for _ in 0..9 {
            budget.refill();
        }
        assert!(!budget.take());
        for _ in 0..100 {
            budget.refill();
        }
        assert_eq!(budget.left(), 1);
    }
}
